/* The arithmetic of a quote: pure, no database, no clock. */
#ifndef PRICE_PRICE_RULES_H
#define PRICE_PRICE_RULES_H

#include "price/price.h"

struct price_terms {
    struct shop_rate rate;    /* of the currency it is paid in */
    bool has_zones;           /* false: flat_minor and free_from_minor hold everywhere */
    const struct delivery_zone *zone; /* NULL: none leads there */
    int64_t flat_minor, free_from_minor; /* in the shop's currency; free_from 0 = never */
    int64_t method_id;
    bool is_shipping_known;   /* then it is shipping_minor, in the currency of the rate */
    int64_t shipping_minor;
    enum tax_rounding rounding;
    struct tax_answer tax;
};

/* Lines carry quantity, base_unit_minor, unit_minor (in the currency of the rate), class, weight,
 * volume and requires_shipping. Fills totals, methods, taxes and reasons. INVALID on a quantity
 * outside 1..PRICE_QUANTITY_MAX, a negative price, or overflow. */
const struct err *price_rules_apply(struct arena *a, const struct price_terms *terms,
                                    struct price_quote *q) MUST_CHECK;

/* List prices of all lines in the shop's currency, before anything is taken off. */
const struct err *price_rules_base(struct arena *a, const struct price_quote *q,
                                   int64_t *ret_minor) MUST_CHECK;
/* The part of an amount that is tax: inside it, or to be put on top. */
const struct err *price_rules_tax(struct arena *a, int64_t base_minor, int rate_bp,
                                  bool is_included, int64_t *ret_minor) MUST_CHECK;

#endif
