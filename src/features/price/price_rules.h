/* The arithmetic of a quote: pure, no database, no clock. */
#ifndef PRICE_PRICE_RULES_H
#define PRICE_PRICE_RULES_H

#include "price/price.h"

struct price_terms {
    int64_t shipping_minor;           /* flat rate, charged once when anything is shipped */
    int64_t free_shipping_from_minor; /* 0 = never free */
    int tax_basis_points;             /* 0..10000 */
    bool tax_included;
};

/* Lines carry quantity, unit_minor and requires_shipping; taxable[i] says whether line i is taxed.
 * Fills totals and reasons. Shipping is taxed when any line is. INVALID on a quantity
 * outside 1..PRICE_QUANTITY_MAX, a negative price, or overflow. */
const struct err *price_rules_apply(struct arena *a, const struct price_terms *terms,
                                    const bool *taxable, struct price_quote *q) MUST_CHECK;

#endif
