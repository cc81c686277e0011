/* Looks up what is wanted, where it goes and what the shop charges, and lets the rules price it. */
#include "price/price.h"

#include "core/i18n.h"
#include "price/price_rules.h"

/* What one piece costs in the currency it is paid in: converted and rounded like any price; where
 * the list price is fixed in that currency, in the same proportion to it. */
static const struct err *unit_price(struct tx *tx, struct arena *a, const struct shop *shop,
                                    int64_t list_minor, const struct shop_rate *rate,
                                    struct price_line *line)
{
    struct money fixed = {.currency = rate->currency};
    int64_t usual;
    TRY(currency_price(tx, a, shop->id, line->variant_id, list_minor, rate, &fixed.minor));
    line->unit_minor = fixed.minor;
    if (line->base_unit_minor == list_minor)
        return NULL;
    TRY(currency_convert(a, rate, list_minor, &usual));
    TRY(currency_round(a, rate, usual, &usual));
    if (usual != fixed.minor && list_minor > 0) {
        TRY(money_ratio(a, fixed, line->base_unit_minor, list_minor, &fixed));
        line->unit_minor = fixed.minor;
        return NULL;
    }
    TRY(currency_convert(a, rate, line->base_unit_minor, &line->unit_minor));
    return currency_round(a, rate, line->unit_minor, &line->unit_minor);
}

/* As agreed, by the ladder, or as a sample. */
static const struct err *fill_price(struct tx *tx, struct arena *a, const struct shop *shop,
                                    const struct catalog_sale *sale, bool is_sample,
                                    const struct price_known *known, const struct shop_rate *rate,
                                    struct price_line *line)
{
    const struct ladder *ladder = &sale->ladder;
    int64_t list_minor = sale->price.minor, nearest;
    if (is_sample && (!ladder->sample_minor.has || line->quantity != 1))
        return err_with_arg(a, ERR(a, ERR_INVALID, "price.no_sample", "%lld pieces",
                                   (long long)line->quantity), line->title);
    if (is_sample || known->is_sample) {
        line->base_unit_minor = ladder->sample_minor.has ? ladder->sample_minor.v : list_minor;
        line->unit_reason = PRICE_REASON_SAMPLE;
        return line->is_agreed ? NULL : unit_price(tx, a, shop, list_minor, rate, line);
    }
    line->base_unit_minor =
        catalog_ladder_unit(ladder, line->quantity + known->beside, list_minor);
    if (line->is_agreed)
        return NULL;
    nearest = catalog_ladder_more(ladder, known->beside, line->quantity);
    line->first = catalog_ladder_first(ladder);
    line->step = ladder->step;
    line->nearest = nearest == line->quantity ? 0 : nearest;
    line->unit_reason =
        line->base_unit_minor == list_minor ? PRICE_REASON_LIST : PRICE_REASON_LADDER;
    return unit_price(tx, a, shop, list_minor, rate, line);
}

static const struct err *fill_line(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *want, bool is_sample,
                                   const struct price_known *known, const struct shop_rate *rate,
                                   struct price_line *line)
{
    struct catalog_sale sale = {0};
    const struct err *e = catalog_sale(tx, a, shop->id, want->variant_id, &sale);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL || (sale.status != PRODUCT_ACTIVE && known->agreed_minor < 0) ||
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
                                .weight_g = sale.weight_g,
                                .volume_mm3 = p->length_mm * p->width_mm * p->height_mm,
                                .hs_code = p->hs_code,
                                .tax_class = sale.is_taxable ? p->tax_class : TAX_ZERO,
                                .requires_shipping = sale.requires_shipping,
                                .is_agreed = known->agreed_minor >= 0,
                                .unit_minor = known->agreed_minor};
    return fill_price(tx, a, shop, &sale, is_sample, known, rate, line);
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
                                    const struct price_way *way, const struct shop_rate *rate,
                                    struct price_quote *q)
{
    static const struct price_known nothing = {.agreed_minor = -1};
    if (count == 0 || q->line_count + count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", q->line_count + count);
    for (size_t i = 0; i < count; i++)
        TRY(fill_line(tx, a, shop, &wants[i], way->is_sample,
                      way->known == NULL ? &nothing : &way->known[i], rate,
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
    struct price_known *known;
    TRY_NEW(a, all);
    TRY_NEW(a, alone);
    TRY_NEW_ARRAY(a, known, way->along_count); /* agreed: whether for sale by now or not */
    TRY(fill_lines(tx, a, shop, way->along, way->along_count,
                   &(struct price_way){.known = known}, &terms->rate, alone));
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
    TRY(fill_lines(tx, a, shop, wants, count, way, &terms.rate, q));
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

const struct err *price_quote_steps(struct arena *a, const struct price_quote *q)
{
    for (size_t i = 0; i < q->line_count; i++) {
        const struct price_line *l = &q->lines[i];
        str nearest;
        if (l->nearest == 0)
            continue;
        const struct err *e =
            ERR(a, ERR_INVALID, "price.off_step", "%lld wanted", (long long)l->quantity);
        TRY(str_fmt(a, &nearest, "%lld", (long long)l->nearest));
        return err_with_arg(a, err_with_arg(a, e, nearest), l->title);
    }
    return NULL;
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
