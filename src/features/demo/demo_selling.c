/* Where the demo's shops sell: a swim brand in the Netherlands sells everywhere, a factory in China
 * sends by weight and collects the EU's tax itself, a tea house stays at home. */
#include "demo/demo_part.h"

#include "currency/currency.h"
#include "delivery/delivery.h"
#include "tax/tax.h"

static const struct err *zone(struct turn *t, struct shop_id shop, str name, str countries,
                              const struct delivery_method *methods, size_t count)
{
    struct delivery_zone *z;
    struct delivery_zone_id id;
    TRY_NEW(t->arena, z);
    z->name = name;
    z->countries = countries;
    for (size_t i = 0; i < count; i++)
        z->methods[z->method_count++] = methods[i];
    return delivery_zone_save(t, shop, z, &id);
}

static const struct err *rate(struct turn *t, const char *code, int64_t micros,
                              enum currency_rounding rounding, struct shop_rate *ret)
{
    *ret = (struct shop_rate){.rate_micros = micros, .rounding = rounding};
    return currency_parse(t->arena, str_c(code), &ret->currency);
}

static const struct err *eu_rates(struct turn *t, struct shop_id shop,
                                  const struct tax_terms *terms)
{
    struct tax_rate *rates;
    size_t count;
    TRY(tax_suggestions(t->arena, &rates, &count));
    TRY(tax_rates_set(t, shop, rates, count));
    return tax_terms_set(t, shop, terms);
}

static const struct err *neighbours(struct turn *t, const struct demo_shop *s, str *ret)
{
    struct strbuf out;
    str rest = country_eu_list();
    strbuf_init(&out, t->arena, KiB(1));
    while (!str_is_absent(rest)) {
        str code = str_cut(&rest, ' ');
        if (!str_eq(code, str_c(s->country)))
            strbuf_addf(&out, "%.*s ", STR_ARG(code));
    }
    return strbuf_finish(&out, ret);
}

static const struct err *reef(struct turn *t, struct shop_id shop, const struct demo_shop *s)
{
    const struct delivery_method standard = {.name = S("Standard"), .kind = DELIVERY_FLAT,
                                             .price_minor = s->shipping,
                                             .free_from_minor = s->free_from,
                                             .days_from = 2, .days_to = 4};
    struct delivery_method home[] = {standard,
                                     {.name = S("Tomorrow"), .kind = DELIVERY_FLAT,
                                      .price_minor = 895, .days_from = 1, .days_to = 1},
                                     {.name = S("Pick up at the studio"), .kind = DELIVERY_PICKUP}};
    struct delivery_method far[] = {{.name = S("By air"), .kind = DELIVERY_FLAT,
                                     .price_minor = 1490, .days_from = 6, .days_to = 14}};
    const struct tax_terms terms = {.rounding = TAX_PER_ORDER, .vat_id = S("NL123456789B01"),
                                    .reverse_charge = true, .ioss_number = S("")};
    struct shop_rate rates[2];
    str near;
    TRY(neighbours(t, s, &near));
    TRY(zone(t, shop, S("Home"), str_c(s->country), home, COUNT(home)));
    TRY(zone(t, shop, S("Europe"), near, &standard, 1));
    TRY(zone(t, shop, S("The rest of the world"), S("*"), far, COUNT(far)));
    TRY(rate(t, "USD", 1083700, CURRENCY_UP_TO_90, &rates[0]));
    TRY(rate(t, "GBP", 845500, CURRENCY_UP_TO_90, &rates[1]));
    TRY(currency_rates_set(t, shop, rates, COUNT(rates)));
    return eu_rates(t, shop, &terms);
}

/* Parcels by weight, or by the room they take. */
static const struct err *jingde(struct turn *t, struct shop_id shop, const struct demo_shop *s)
{
    struct delivery_method ways[] = {{.name = S("Air parcel"), .kind = DELIVERY_BY_WEIGHT,
                                      .steps = {{2000, s->shipping}, {10000, s->shipping * 3},
                                                {30000, s->shipping * 7},
                                                {10000000, s->shipping * 20}},
                                      .step_count = 4, .volume_divisor = 5000,
                                      .free_from_minor = s->free_from,
                                      .days_from = 8, .days_to = 15}};
    const struct tax_terms terms = {.rounding = TAX_PER_ORDER, .vat_id = S(""),
                                    .ioss_number = S("IM1560000001"), .ioss_limit_minor = 16500};
    struct shop_rate rates[2];
    TRY(zone(t, shop, S("Everywhere"), S("*"), ways, COUNT(ways)));
    TRY(rate(t, "EUR", 922800, CURRENCY_UP_TO_90, &rates[0]));
    TRY(rate(t, "CNY", 7120000, CURRENCY_UP_TO_WHOLE, &rates[1]));
    TRY(currency_rates_set(t, shop, rates, COUNT(rates)));
    return eu_rates(t, shop, &terms);
}

const struct err *demo_selling(struct turn *t, struct shop_id shop, const struct demo_shop *s)
{
    return s == &demo_reef ? reef(t, shop, s) : s == &demo_jingde ? jingde(t, shop, s) : NULL;
}
