/* What may happen to a quotation, and its arithmetic: pure, no database, no clock.
 *
 *   asked --quote--> quoted --accept--> accepted
 *     |                |  ^--revise--'
 *     |--decline-----> declined ---revise--> quoted
 *     |--withdraw----> withdrawn
 *                      '--expire--> expired ---revise--> quoted
 */
#ifndef QUOTE_QUOTE_RULES_H
#define QUOTE_QUOTE_RULES_H

#include "quote/quote.h"

enum quote_act {
    QUOTE_ACT_UNSET = 0,
    QUOTE_ACT_QUOTE,          /* the shop answers or revises */
    QUOTE_ACT_ACCEPT,
    QUOTE_ACT_DECLINE,
    QUOTE_ACT_WITHDRAW,
    QUOTE_ACT_EXPIRE,
    QUOTE_ACT_COUNT
};

/* False when the table has no such step. */
bool quote_rules_step(enum quote_state now, enum quote_act act, enum quote_state *ret_next);

/* The rules of Incoterms 2020, in their usual order. */
enum { QUOTE_INCOTERMS = 11 };
extern const char *const quote_incoterms[QUOTE_INCOTERMS];
/* One of them, or empty. */
bool quote_rules_incoterm_is_known(str incoterm);

/* From lines with quantity and unit price, shipping, rate and deposit percent: all totals. taxable:
 * per line; shipping is taxed when any line is. INVALID price.bad_quantity, price.untrue,
 * price.too_much, quote.bad_terms. */
const struct err *quote_rules_sum(struct arena *a, const bool *taxable,
                                  struct quote_terms *terms) MUST_CHECK;

#endif
