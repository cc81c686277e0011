/* Zones and their methods as they are stored. */
#include "delivery/delivery.h"

#include "base/utf8.h"
#include "core/audit.h"
#include "delivery/delivery_rules.h"
#include "delivery/delivery_sql.h"

static const struct err *load_methods(struct tx *tx, struct arena *a, struct shop_id shop,
                                      struct delivery_zone *zone)
{
    struct delivery_method_rows_row *rows;
    TRY(delivery_method_rows(tx, a, shop, zone->id, DELIVERY_METHODS_MAX, &rows,
                             &zone->method_count));
    for (size_t i = 0; i < zone->method_count; i++) {
        struct delivery_method *m = &zone->methods[i];
        *m = (struct delivery_method){.id = rows[i].id,
                                      .name = rows[i].name,
                                      .kind = (enum delivery_kind)rows[i].kind,
                                      .price_minor = rows[i].price_minor,
                                      .volume_divisor = rows[i].volume_divisor,
                                      .free_from_minor = rows[i].free_from_minor,
                                      .days_from = (int)rows[i].days_from,
                                      .days_to = (int)rows[i].days_to};
        if (!delivery_steps_parse(rows[i].steps, m->steps, &m->step_count))
            return ERR(a, ERR_BUG, "error.bug", "steps %.*s", STR_ARG(rows[i].steps));
    }
    return NULL;
}

const struct err *delivery_zones(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct delivery_zone **ret, size_t *ret_count)
{
    struct delivery_zone_rows_row *rows;
    TRY(delivery_zone_rows(tx, a, shop, DELIVERY_ZONES_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        (*ret)[i].id = rows[i].id;
        (*ret)[i].name = rows[i].name;
        (*ret)[i].countries = rows[i].countries;
        TRY(load_methods(tx, a, shop, &(*ret)[i]));
    }
    return NULL;
}

const struct err *delivery_zone_for(struct tx *tx, struct arena *a, struct shop_id shop,
                                    str country, bool *ret_has_zones, struct delivery_zone **ret)
{
    struct delivery_zone_rows_row *rows;
    size_t count, at = SIZE_MAX;
    *ret = NULL;
    TRY(delivery_zone_rows(tx, a, shop, DELIVERY_ZONES_MAX, &rows, &count));
    *ret_has_zones = count > 0;
    for (size_t i = 0; i < count; i++) {
        if (delivery_names(rows[i].countries, country)) {
            at = i;
            break;
        }
        if (str_eq(rows[i].countries, S("*")))
            at = i;
    }
    if (at == SIZE_MAX)
        return NULL;
    TRY_NEW(a, *ret);
    (*ret)->id = rows[at].id;
    (*ret)->name = rows[at].name;
    (*ret)->countries = rows[at].countries;
    return load_methods(tx, a, shop, *ret);
}

/* ---- changing ---- */

static const struct err *tell(struct turn *t, struct shop_id shop, const char *action, int64_t id)
{
    TRY(audit_write(t, &(struct audit){.shop_id = shop, .action = action, .subject_id = id}));
    return event_emit(t, &(struct event){.kind = "shop.changed", .version = 1, .shop_id = shop,
                                         .subject_id = shop.v, .actor = t->actor});
}

static const struct err *check(struct turn *t, struct shop_id shop,
                               const struct delivery_zone *in, struct delivery_zone *ret,
                               bool *ret_is_known)
{
    struct delivery_zone *zones;
    size_t count;
    struct arena *a = t->arena;
    *ret = *in;
    *ret_is_known = false;
    if (str_is_empty(in->name) || utf8_count(in->name) > DELIVERY_NAME_MAX ||
        !utf8_is_title(in->name))
        return err_with_field(a, ERR(a, ERR_INVALID, "delivery.bad_name", "zone"), "name");
    if (in->method_count > DELIVERY_METHODS_MAX)
        return ERR(a, ERR_LIMIT, "delivery.too_many", "%zu methods", in->method_count);
    TRY(delivery_countries_read(a, in->countries, &ret->countries));
    for (size_t i = 0; i < in->method_count; i++)
        TRY(delivery_method_check(a, &in->methods[i]));
    TRY(delivery_zones(t->tx, a, shop, &zones, &count));
    for (size_t i = 0; i < count; i++) {
        *ret_is_known = *ret_is_known || zones[i].id.v == in->id.v;
        str twice = zones[i].id.v == in->id.v
                        ? STR_NONE
                        : delivery_in_both(ret->countries, zones[i].countries);
        if (!str_is_absent(twice))
            return err_with_arg(a,
                                err_with_field(a,
                                               ERR(a, ERR_INVALID, "delivery.country_twice",
                                                   "%.*s", STR_ARG(twice)),
                                               "countries"),
                                twice);
    }
    if (in->id.v == 0 && count >= DELIVERY_ZONES_MAX)
        return ERR(a, ERR_LIMIT, "delivery.too_many", "%zu zones", count);
    return in->id.v == 0 || *ret_is_known
               ? NULL
               : ERR(a, ERR_NOT_FOUND, "delivery.gone", "zone %lld", (long long)in->id.v);
}

/* An id is kept only where this zone has it already: nobody chooses one. */
static bool had_method(const struct delivery_method_rows_row *old, size_t count,
                       struct delivery_method_id id)
{
    for (size_t i = 0; i < count; i++)
        if (old[i].id.v == id.v)
            return true;
    return false;
}

static const struct err *save_methods(struct turn *t, struct shop_id shop,
                                      const struct delivery_zone *zone)
{
    struct delivery_method_rows_row *old;
    size_t old_count;
    TRY(delivery_method_rows(t->tx, t->arena, shop, zone->id, DELIVERY_METHODS_MAX, &old,
                             &old_count));
    TRY(delivery_methods_delete(t->tx, t->arena, shop, zone->id));
    for (size_t i = 0; i < zone->method_count; i++) {
        const struct delivery_method *m = &zone->methods[i];
        struct delivery_method_id id = m->id;
        str steps;
        if (!had_method(old, old_count, id))
            id.v = turn_new_id(t);
        TRY(delivery_steps_text(t->arena, m, &steps));
        TRY(delivery_method_insert(t->tx, t->arena, id, shop, zone->id, m->name, m->kind,
                                   m->kind == DELIVERY_FLAT ? m->price_minor : 0, steps,
                                   m->kind == DELIVERY_BY_WEIGHT ? m->volume_divisor : 0,
                                   m->free_from_minor, m->days_from, m->days_to));
    }
    return NULL;
}

const struct err *delivery_zone_save(struct turn *t, struct shop_id shop,
                                     const struct delivery_zone *in, struct delivery_zone_id *ret)
{
    struct delivery_zone zone;
    int64_t changed;
    bool is_known;
    TRY(check(t, shop, in, &zone, &is_known));
    if (is_known)
        TRY(delivery_zone_update(t->tx, t->arena, zone.id, shop, zone.name, zone.countries,
                                 &changed));
    else {
        zone.id.v = turn_new_id(t);
        TRY(delivery_zone_insert(t->tx, t->arena, zone.id, shop, zone.name, zone.countries));
    }
    TRY(save_methods(t, shop, &zone));
    *ret = zone.id;
    return tell(t, shop, "delivery.zone_saved", zone.id.v);
}

const struct err *delivery_zone_remove(struct turn *t, struct shop_id shop,
                                       struct delivery_zone_id id)
{
    int64_t gone;
    TRY(delivery_methods_delete(t->tx, t->arena, shop, id));
    TRY(delivery_zone_delete(t->tx, t->arena, id, shop, &gone));
    return gone == 0 ? NULL : tell(t, shop, "delivery.zone_removed", id.v);
}
