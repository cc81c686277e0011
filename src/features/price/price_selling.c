#include "price/price_selling.h"

#include "core/i18n.h"

static const struct err *add_zone(struct turn *t, const struct shop *shop, str name, str countries,
                                  int64_t price_minor, int days_from, int days_to,
                                  const struct selling_start *start)
{
    struct delivery_zone *zone;
    struct delivery_zone_id id;
    TRY_NEW(t->arena, zone);
    zone->name = name;
    zone->countries = countries;
    zone->methods[zone->method_count++] = (struct delivery_method){
        .name = start->way_name, .kind = DELIVERY_FLAT, .price_minor = price_minor,
        .days_from = days_from, .days_to = days_to};
    if (start->has_pickup && str_eq(countries, shop->country))
        zone->methods[zone->method_count++] =
            (struct delivery_method){.name = start->pickup_name, .kind = DELIVERY_PICKUP};
    return delivery_zone_save(t, shop->id, zone, &id);
}

/* The EU without the shop's own country. */
static const struct err *neighbours(struct arena *a, const struct shop *shop, str *ret)
{
    struct strbuf out;
    str rest = country_eu_list();
    strbuf_init(&out, a, KiB(1));
    while (!str_is_absent(rest)) {
        str code = str_cut(&rest, ' ');
        if (code.len == 2 && !str_eq(code, shop->country))
            strbuf_addf(&out, "%.*s ", STR_ARG(code));
    }
    return strbuf_finish(&out, ret);
}

static const struct err *add_rates(struct turn *t, const struct shop *shop)
{
    struct tax_rate *rates;
    struct tax_terms terms;
    size_t count;
    TRY(tax_rates(t->tx, t->arena, shop->id, &rates, &count));
    if (count > 0 || !country_is_eu(shop->country))
        return NULL;
    TRY(tax_suggestions(t->arena, &rates, &count));
    TRY(tax_rates_set(t, shop->id, rates, count));
    TRY(tax_terms_get(t->tx, t->arena, shop->id, &terms));
    terms.reverse_charge = true;
    return tax_terms_set(t, shop->id, &terms);
}

const struct err *price_selling_set_up(struct turn *t, struct shop_id id,
                                       const struct selling_start *start)
{
    struct delivery_zone *zones;
    struct shop shop;
    size_t count;
    str near;
    TRY(shop_get(t->tx, t->arena, id, &shop));
    TRY(delivery_zones(t->tx, t->arena, id, &zones, &count));
    if (count > 0)
        return ERR(t->arena, ERR_CONFLICT, "price.already_set_up", "%zu zones", count);
    TRY(add_zone(t, &shop, start->home_name, shop.country, start->home_minor, 1, 3, start));
    if (start->reach == SELLING_HOME)
        return NULL;
    TRY(neighbours(t->arena, &shop, &near));
    TRY(add_zone(t, &shop, start->eu_name, near, start->eu_minor, 3, 6, start));
    if (start->reach == SELLING_WORLD)
        TRY(add_zone(t, &shop, start->world_name, S("*"), start->world_minor, 7, 20, start));
    return add_rates(t, &shop);
}
