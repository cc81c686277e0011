/* Looks up what is wanted and lets the rules price it. */
#include "price/price.h"

#include "price/price_rules.h"

static const struct err *fill_line(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *want, struct price_line *line,
                                   bool *ret_taxable)
{
    struct catalog_sale sale = {0};
    const struct err *e = catalog_sale(tx, a, shop->id, want->variant_id, &sale);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL || sale.status != PRODUCT_ACTIVE ||
        !currency_eq(sale.price.currency, shop->currency))
        return ERR(a, ERR_INVALID, "price.not_for_sale", "variant %lld",
                   (long long)want->variant_id.v);
    *line = (struct price_line){.variant_id = want->variant_id,
                                .product_id = sale.product_id,
                                .title = sale.product_title,
                                .variant_title = sale.variant_title,
                                .sku = sale.sku,
                                .media_id = sale.media_id,
                                .quantity = want->quantity,
                                .unit_minor = sale.price.minor,
                                .requires_shipping = sale.requires_shipping};
    *ret_taxable = sale.is_taxable;
    return NULL;
}

const struct err *price_quote_make(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *wants, size_t count, str country,
                                   struct price_quote **ret)
{
    struct price_quote *q;
    bool taxable[PRICE_LINES_MAX];
    (void)country; /* one flat rate per shop: the destination does not change it */
    if (count == 0 || count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", count);
    TRY_NEW(a, q);
    q->currency = shop->currency;
    q->line_count = count;
    for (size_t i = 0; i < count; i++)
        TRY(fill_line(tx, a, shop, &wants[i], &q->lines[i], &taxable[i]));
    struct price_terms terms = {.shipping_minor = shop->shipping_minor,
                                .free_shipping_from_minor = shop->free_shipping_from_minor,
                                .tax_basis_points = shop->tax_basis_points,
                                .tax_included = shop->tax_included};
    TRY(price_rules_apply(a, &terms, taxable, q));
    *ret = q;
    return NULL;
}
