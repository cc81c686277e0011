/* Looks up what is wanted, where it goes and what the shop charges, and lets the rules price it. */
#include "price/price.h"

#include "core/i18n.h"
#include "price/price_rules.h"

/* agreed_minor: the unit price that holds whatever it costs by now; -1: what it costs. */
static const struct err *fill_line(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *want, const struct shop_rate *rate,
                                   int64_t agreed_minor, struct price_line *line)
{
    struct catalog_sale sale = {0};
    const struct err *e = catalog_sale(tx, a, shop->id, want->variant_id, &sale);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL || (sale.status != PRODUCT_ACTIVE && agreed_minor < 0) ||
        !currency_eq(sale.price.currency, shop->currency))
        return ERR(a, ERR_INVALID, "price.not_for_sale", "variant %lld",
                   (long long)want->variant_id.v);
    const struct variant_parcel *p = &sale.parcel;
    *line = (struct price_line){.variant_id = want->variant_id,
                                .product_id = sale.product_id,
                                .title = sale.product_title,
                                .variant_title = sale.variant_title,
                                .sku = sale.sku,
                                .media_id = sale.media_id,
                                .quantity = want->quantity,
                                .base_unit_minor = sale.price.minor,
                                .weight_g = sale.weight_g,
                                .volume_mm3 = p->length_mm * p->width_mm * p->height_mm,
                                .hs_code = p->hs_code,
                                .tax_class = sale.is_taxable ? p->tax_class : TAX_ZERO,
                                .requires_shipping = sale.requires_shipping,
                                .is_agreed = agreed_minor >= 0,
                                .unit_minor = agreed_minor};
    if (line->is_agreed)
        return NULL;
    return currency_price(tx, a, shop->id, want->variant_id, sale.price.minor, rate,
                          &line->unit_minor);
}

/* The one rate of the shop's settings, for a shop that keeps no table. */
static void flat_tax(const struct shop *shop, struct price_terms *terms)
{
    terms->rounding = TAX_PER_ORDER;
    terms->tax = (struct tax_answer){.is_included = shop->tax_included,
                                     .rate_bp = {[TAX_STANDARD] = shop->tax_basis_points,
                                                 [TAX_REDUCED] = shop->tax_basis_points}};
}

static const struct err *fill_terms(struct tx *tx, struct arena *a, const struct shop *shop,
                                    const struct price_way *way, const struct price_quote *q,
                                    struct price_terms *terms)
{
    struct delivery_zone *zone;
    bool has_rates;
    str country = str_is_empty(way->country) ? shop->country : way->country;
    struct tax_case where = {.shop_country = shop->country, .country = country,
                             .region = way->region, .vat_id = way->vat_id};
    TRY(price_rules_base(a, q, &where.goods_minor));
    TRY(delivery_zone_for(tx, a, shop->id, country, &terms->has_zones, &zone));
    terms->zone = zone;
    TRY(tax_for(tx, a, shop->id, &where, &has_rates, &terms->rounding, &terms->tax));
    if (!has_rates)
        flat_tax(shop, terms);
    return NULL;
}

static const struct err *fill_lines(struct tx *tx, struct arena *a, const struct shop *shop,
                                    const struct price_want *wants, size_t count,
                                    const int64_t *units, const struct shop_rate *rate,
                                    struct price_quote *q)
{
    if (count == 0 || q->line_count + count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", q->line_count + count);
    for (size_t i = 0; i < count; i++)
        TRY(fill_line(tx, a, shop, &wants[i], rate, units == NULL ? -1 : units[i],
                      &q->lines[q->line_count++]));
    return NULL;
}

/* What the lines of q add to the shipping of what travels anyway; the prices of that are of no
 * matter here. */
static const struct err *shipping_along(struct tx *tx, struct arena *a, const struct shop *shop,
                                        const struct price_way *way, struct price_quote *q,
                                        struct price_terms *terms)
{
    struct price_quote *all, *alone;
    int64_t *units;
    TRY_NEW(a, all);
    TRY_NEW(a, alone);
    TRY_NEW_ARRAY(a, units, way->along_count); /* 0: whether for sale by now or not */
    TRY(fill_lines(tx, a, shop, way->along, way->along_count, units, &terms->rate, alone));
    *all = *alone;
    if (all->line_count + q->line_count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", q->line_count);
    for (size_t i = 0; i < q->line_count; i++)
        all->lines[all->line_count++] = q->lines[i];
    TRY(price_rules_apply(a, terms, alone));
    TRY(price_rules_apply(a, terms, all));
    q->is_unreachable = all->is_unreachable;
    terms->is_shipping_known = !all->is_unreachable;
    terms->shipping_minor = all->shipping_minor > alone->shipping_minor
                                ? all->shipping_minor - alone->shipping_minor : 0;
    return NULL;
}

const struct err *price_quote_way(struct tx *tx, struct arena *a, const struct shop *shop,
                                  const struct price_want *wants, size_t count,
                                  const struct price_way *way, struct price_quote **ret)
{
    struct price_terms terms = {.flat_minor = shop->shipping_minor,
                                .free_from_minor = shop->free_shipping_from_minor,
                                .method_id = way->method_id};
    struct price_quote *q;
    TRY_NEW(a, q);
    TRY(currency_rate_for(tx, a, shop, way->currency, &terms.rate));
    TRY(fill_lines(tx, a, shop, wants, count, way->units, &terms.rate, q));
    TRY(fill_terms(tx, a, shop, way, q, &terms));
    if (way->along_count > 0)
        TRY(shipping_along(tx, a, shop, way, q, &terms));
    TRY(price_rules_apply(a, &terms, q));
    *ret = q;
    return NULL;
}

const struct err *price_quote_make(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *wants, size_t count, str country,
                                   struct price_quote **ret)
{
    return price_quote_way(tx, a, shop, wants, count, &(struct price_way){.country = country}, ret);
}

const struct err *price_duties(struct tx *tx, struct arena *a, const struct shop *shop,
                               const struct price_quote *q, str country, struct price_duties *ret)
{
    int64_t dearest = -1;
    *ret = (struct price_duties){.is_known = false};
    if (str_is_empty(country) || str_eq(country, shop->country) ||
        (country_is_eu(country) && country_is_eu(shop->country)))
        return NULL;
    for (size_t i = 0; i < q->line_count; i++) {
        struct tax_duty duty;
        bool is_found;
        int64_t part;
        TRY(tax_duty(tx, a, q->lines[i].hs_code, country, &is_found, &duty));
        if (!is_found)
            continue;
        TRY(price_rules_tax(a, q->lines[i].total_minor, duty.rate_bp, false, &part));
        ret->is_known = true;
        if (__builtin_add_overflow(ret->minor, part, &ret->minor))
            return ERR(a, ERR_INVALID, "price.too_much", "duties");
        if (q->lines[i].total_minor <= dearest)
            continue;
        dearest = q->lines[i].total_minor;
        ret->source = duty.source;
        ret->day = duty.day;
    }
    return NULL;
}
