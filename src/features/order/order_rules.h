/* What may happen to an order, and how its money is booked: pure, no database, no clock.
 *
 *   placed --pay--> placed, paid --ship--> shipped --deliver--> closed
 *      |--cancel--> cancelled (what was paid goes back)
 *      |--expire (not secured)--> expired --pay (late, all, goods still there)--> placed
 *      '--refund of everything--> closed
 *
 * Payment is derived from sums (order_rules_payment), never stored as a state of its own.
 */
#ifndef ORDER_ORDER_RULES_H
#define ORDER_ORDER_RULES_H

#include "core/ports/payment_port.h"
#include "ledger/ledger.h"
#include "order/order.h"

enum order_act {
    ORDER_ACT_UNSET = 0,
    ORDER_ACT_PAY,        /* somebody wants to begin a payment */
    ORDER_ACT_CAPTURE,    /* a verified notice says that money arrived */
    ORDER_ACT_CANCEL,
    ORDER_ACT_EXPIRE,
    ORDER_ACT_REFUND,     /* part of the money goes back */
    ORDER_ACT_REFUND_ALL, /* all of it */
    ORDER_ACT_SHIP,       /* all that is left */
    ORDER_ACT_SHIP_PART,
    ORDER_ACT_DELIVER,
    ORDER_ACT_CHANGE,     /* pieces are taken out */
    ORDER_ACT_REWRITE,    /* lines, prices and holds anew: nobody has paid anything */
    ORDER_ACT_ADD,        /* an addition, paid by itself */
    ORDER_ACT_READDRESS,
    ORDER_ACT_COUNT
};

struct order_place_in_life {
    enum order_state state;
    enum order_payment_state payment;
    enum order_fulfilment fulfilment;
};

/* False when the table has no such transition; else *ret_next is where the order is then (payment
 * unchanged). */
bool order_rules_step(struct order_place_in_life now, enum order_act act,
                      struct order_place_in_life *ret_next);
enum order_payment_state order_rules_payment(int64_t total_minor, int64_t paid_minor,
                                             int64_t refunded_minor);

/* Enough of it has been captured that its goods may leave the shelf. */
bool order_rules_is_secured(const struct order *o);

/* The same, with what is promised but not captured: ORDER_AUTHORISED when both together suffice. */
enum order_payment_state order_rules_covered(enum order_payment_state payment, int64_t total_minor,
                                             int64_t paid_minor, int64_t authorised_minor);

/* An attempt to pay. Notices come late, twice and in any order, so it only goes forward:
 *
 *   begun -> waits -> failed -> authorised -> voided -> captured, or captured and goes back
 *
 * each step may be left out. Money that arrived is true whatever was said before or after. */
enum payment_attempt_state {
    ATTEMPT_UNSET = 0,
    ATTEMPT_BEGUN,
    ATTEMPT_WAITS,
    ATTEMPT_CAPTURED,
    ATTEMPT_FAILED,
    ATTEMPT_GOES_BACK,        /* captured, but the order had no use for it */
    ATTEMPT_AUTHORISED,
    ATTEMPT_VOIDED,
    ATTEMPT_STATE_COUNT
};
/* False when this is no news: the attempt is there already, or further. */
bool order_rules_attempt(enum payment_attempt_state now, enum payment_outcome outcome,
                         enum payment_attempt_state *ret_next);

/* The parts of an order's total as the ledger books them. */
struct order_split {
    int64_t sales_minor, shipping_minor, tax_minor; /* sum: the amount split */
};
/* How `amount` of the order is made up when `before` of it was booked already: parts of all amounts
 * of an order add up to the order's own parts exactly, whatever the steps. 0 <= before, before +
 * amount <= total, total > 0. */
const struct err *order_rules_split(struct arena *a, const struct order *o, int64_t before_minor,
                                    int64_t amount_minor, struct order_split *ret) MUST_CHECK;

/* The shares of a bill: equal parts when all `amounts` are 0, the odd cents on the first ones; else
 * the amounts themselves, which must be above 0 and the total exactly. INVALID order.split_count
 * (equal parts of less than one cent), order.split_sum (arg 0: what is missing, in minor units,
 * negative when it is too much). */
const struct err *order_rules_shares(struct arena *a, struct money total, const int64_t *amounts,
                                     size_t count, int64_t *ret_parts) MUST_CHECK;

/* A friend's name as other friends read it: "Anna Maria Berg" is "Anna B."; a name without spaces
 * in Chinese characters keeps its first and last one, "王小明" is "王*明" and "王明" is "王*"; any
 * other single word stays. A name of spaces alone stays too. */
const struct err *order_rules_short_name(struct arena *a, str name, str *ret) MUST_CHECK;

/* One want per variant, quantities added, in rising order of variant: so that two orders never wait
 * for each other in a circle. INVALID price.bad_quantity outside 1..PRICE_QUANTITY_MAX,
 * price.bad_lines for none or too many. */
const struct err *order_rules_wants(struct arena *a, const struct price_want *wants, size_t count,
                                    struct price_want **ret, size_t *ret_count) MUST_CHECK;

#endif
