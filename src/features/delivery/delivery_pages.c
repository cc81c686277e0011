/* One zone of a shop: its countries and its ways of delivery, in one form; and the same as JSON. */
#include "base/json.h"
#include "delivery/delivery_part.h"
#include "delivery/delivery_rules.h"
#include "delivery/delivery_tpl.h"

enum { ANSWER_MAX = 256 * 1024 };

/* ---- showing ---- */

static const struct err *name_countries(struct web *w, struct delivery_zone_view *v)
{
    str rest = v->countries;
    TRY(country_list(w->arena, w->locale->language, &v->all, &v->all_count));
    TRY_NEW_ARRAY(w->arena, v->chosen, v->all_count);
    if (v->is_rest)
        return NULL;
    while (!str_is_absent(rest) && v->chosen_count < v->all_count) {
        str code = str_trim(str_cut(&rest, ' '));
        for (size_t i = 0; i < v->all_count && code.len == 2; i++)
            if (str_eq_nocase(code, str_c(v->all[i].code)))
                v->chosen[v->chosen_count++] =
                    (struct delivery_country){str_c(v->all[i].code), v->all[i].name};
    }
    return NULL;
}

static const struct err *show(struct web *w, struct delivery_zone_view *v, const struct err *wrong)
{
    struct html h;
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(shop_page_init(w, &v->page,
                       locale_text(w->locale, v->id.v == 0 ? "delivery.new_zone" : "delivery.zone"),
                       &v->shop));
    TRY(name_countries(w, v));
    if (v->method_count < DELIVERY_METHODS_MAX) {
        struct delivery_typed *fresh = &v->methods[v->method_count];
        *fresh = (struct delivery_typed){.kind = DELIVERY_FLAT};
        TRY(str_fmt(w->arena, &fresh->prefix, "m%zu", v->method_count++));
    }
    v->page.width = "reading";
    web_html_begin(w, &h);
    tpl_delivery_zone(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

/* The zone in the second path parameter; "new" is none yet. */
static const struct err *load(struct web *w, struct delivery_zone *ret)
{
    struct delivery_zone *zones;
    struct tx *tx;
    size_t count;
    int64_t id;
    *ret = (struct delivery_zone){.name = S(""), .countries = S("")};
    if (str_eq(web_param(w, 1), S("new")))
        return NULL;
    TRY(web_param_id(w, 1, &id));
    TRY(web_read(w, &tx));
    TRY(delivery_zones(tx, w->arena, w->shop_id, &zones, &count));
    for (size_t i = 0; i < count; i++)
        if (zones[i].id.v == id) {
            *ret = zones[i];
            return NULL;
        }
    return ERR(w->arena, ERR_NOT_FOUND, "delivery.gone", "zone %lld", (long long)id);
}

static const struct err *currency_of(struct web *w, struct currency *ret)
{
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    *ret = shop.currency;
    return NULL;
}

const struct err *delivery_page_zone(struct web *w)
{
    struct delivery_zone_view *v;
    struct delivery_zone *zone;
    struct currency currency;
    TRY_NEW(w->arena, v);
    TRY_NEW(w->arena, zone);
    TRY(load(w, zone));
    TRY(currency_of(w, &currency));
    TRY(delivery_view_typed(w->arena, currency, zone, v));
    return show(w, v, NULL);
}

/* ---- saving ---- */

struct saving {
    struct shop_id shop;
    struct delivery_zone zone;
    struct delivery_zone_id id;
};

static const struct err *save_turn(struct turn *t, void *arg)
{
    struct saving *s = arg;
    return delivery_zone_save(t, s->shop, &s->zone, &s->id);
}

static const struct err *save(struct web *w, const struct delivery_zone_view *v)
{
    struct saving *s;
    struct currency currency;
    TRY_NEW(w->arena, s);
    s->shop = w->shop_id;
    TRY(currency_of(w, &currency));
    TRY(delivery_zone_of(w->arena, currency, v, &s->zone));
    return web_write(w, save_turn, s);
}

const struct err *delivery_page_save(struct web *w)
{
    struct delivery_zone_view *v;
    struct delivery_zone *zone;
    TRY_NEW(w->arena, v);
    TRY_NEW(w->arena, zone);
    TRY(load(w, zone));
    v->id = zone->id;
    TRY(delivery_form_typed(w, v));
    str act = form_typed(w, "do", S(""));
    if (str_eq(act, S("add")) || str_eq(act, S("eu")))
        return show(w, v, NULL);
    const struct err *e = save(w, v);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_LIMIT ? show(w, v, e) : e;
    TRY(web_flash(w, "delivery.saved"));
    return web_redirect(w, "/console/%.*s/selling", STR_ARG(w->shop_handle));
}

static const struct err *remove_turn(struct turn *t, void *arg)
{
    const struct saving *s = arg;
    return delivery_zone_remove(t, s->shop, s->id);
}

static const struct err *remove_zone(struct web *w)
{
    struct saving *s;
    TRY_NEW(w->arena, s);
    s->shop = w->shop_id;
    TRY(web_param_id(w, 1, &s->id.v));
    return web_write(w, remove_turn, s);
}

const struct err *delivery_page_remove(struct web *w)
{
    TRY(remove_zone(w));
    TRY(web_flash(w, "delivery.removed"));
    return web_redirect(w, "/console/%.*s/selling", STR_ARG(w->shop_handle));
}

/* ---- JSON ---- */

static void write_method(struct json *j, const struct delivery_method *m, struct currency currency)
{
    static const char *const kinds[] = {"", "flat", "weight", "price", "pickup"};
    json_object_begin(j);
    json_put_id(j, "id", m->id.v);
    json_put_str(j, "name", m->name);
    json_put_str(j, "kind", str_c(kinds[m->kind]));
    json_put_money(j, "price", (struct money){m->price_minor, currency});
    json_key(j, S("steps"));
    json_array_begin(j);
    for (size_t i = 0; i < m->step_count; i++) {
        json_object_begin(j);
        if (m->kind == DELIVERY_BY_PRICE)
            json_put_money(j, "up_to", (struct money){m->steps[i].up_to, currency});
        else
            json_put_int(j, "up_to", m->steps[i].up_to);
        json_put_money(j, "price", (struct money){m->steps[i].price_minor, currency});
        json_object_end(j);
    }
    json_array_end(j);
    json_put_int(j, "volume_divisor", m->volume_divisor);
    json_put_money(j, "free_from", (struct money){m->free_from_minor, currency});
    json_put_int(j, "days_from", m->days_from);
    json_put_int(j, "days_to", m->days_to);
    json_object_end(j);
}

const struct err *delivery_api_list(struct web *w)
{
    struct delivery_zone *zones;
    struct currency currency;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    size_t count;
    str body;
    TRY(currency_of(w, &currency));
    TRY(web_read(w, &tx));
    TRY(delivery_zones(tx, w->arena, w->shop_id, &zones, &count));
    strbuf_init(&sb, w->arena, ANSWER_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "id", zones[i].id.v);
        json_put_str(&j, "name", zones[i].name);
        json_put_str(&j, "countries", str_trim(zones[i].countries));
        json_key(&j, S("methods"));
        json_array_begin(&j);
        for (size_t m = 0; m < zones[i].method_count; m++)
            write_method(&j, &zones[i].methods[m], currency);
        json_array_end(&j);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

static const struct err *save_json(struct web *w, int64_t id)
{
    struct saving *s;
    struct currency currency;
    TRY_NEW(w->arena, s);
    s->shop = w->shop_id;
    TRY(currency_of(w, &currency));
    TRY(delivery_zone_json(w, currency, &s->zone));
    s->zone.id.v = id;
    TRY(id == 0 ? web_make(w, save_turn, s, &s->id.v) : web_write(w, save_turn, s));
    return delivery_api_list(w);
}

const struct err *delivery_api_create(struct web *w)
{
    return save_json(w, 0);
}

const struct err *delivery_api_change(struct web *w)
{
    int64_t id;
    TRY(web_param_id(w, 1, &id));
    return save_json(w, id);
}

const struct err *delivery_api_remove(struct web *w)
{
    TRY(remove_zone(w));
    return delivery_api_list(w);
}
