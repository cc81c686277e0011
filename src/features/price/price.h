/* price: what an order costs, and why. A quote is lines with reasons; everything that later changes
 * a price (group, coupon, tier, points) adds a reason. Pure rules in price_rules.h; amounts come
 * from our own rows, never from the client (I6). total = sum of line totals + shipping + added tax,
 * recomputable from the snapshot that the order keeps.
 */
#ifndef PRICE_PRICE_H
#define PRICE_PRICE_H

#include "catalog/catalog.h"
#include "shop/shop.h"

enum { PRICE_LINES_MAX = 50, PRICE_REASONS_MAX = 8, PRICE_QUANTITY_MAX = 999 };

enum price_reason_kind {
    PRICE_REASON_UNSET = 0,
    PRICE_REASON_LIST,        /* the variant's own price */
    PRICE_REASON_SHIPPING_FLAT, PRICE_REASON_SHIPPING_FREE, /* over the shop's threshold */
    PRICE_REASON_TAX_INCLUDED, PRICE_REASON_TAX_ADDED,
    PRICE_REASON_COUNT
};

struct price_reason {
    enum price_reason_kind kind;
    int64_t amount_minor; /* what this reason contributes; TAX_INCLUDED: the part inside, adds
                             nothing */
    str note;                 /* e.g. the rate "21 %"; may be empty */
};

struct price_want {
    struct variant_id variant_id;
    int64_t quantity;         /* 1..999 */
};

struct price_line {
    struct variant_id variant_id;
    struct product_id product_id;
    str title, variant_title, sku;
    int64_t media_id;
    int64_t quantity;
    int64_t unit_minor, total_minor;
    bool requires_shipping;
    struct price_reason reasons[PRICE_REASONS_MAX];
    size_t reason_count;
};

struct price_quote {
    struct currency currency;
    struct price_line lines[PRICE_LINES_MAX];
    size_t line_count;
    int64_t goods_minor, shipping_minor, tax_minor,
        total_minor; /* tax_minor: included or added, see flag */
    bool tax_included;
    struct price_reason reasons[PRICE_REASONS_MAX]; /* of shipping and tax */
    size_t reason_count;
};

/* INVALID for an unknown or inactive variant, a wrong quantity, more than PRICE_LINES_MAX lines,
 * overflow. country: ISO alpha-2 of the destination, or absent when not known yet (shipping is then
 * the flat rate). */
const struct err *price_quote_make(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_want *wants, size_t count, str country,
                                   struct price_quote **ret) MUST_CHECK;
/* Recomputes the totals of a stored quote; INVALID "price.untrue" when they do not add up. */
const struct err *price_quote_check(struct arena *a, const struct price_quote *q) MUST_CHECK;

extern const struct feature price_feature;

#endif
