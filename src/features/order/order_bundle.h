/* A cart over several shops, placed at once: a bundle of orders, one per shop, and how they are
 * paid together.
 *
 * All orders of a bundle are placed in one turn or none is. Afterwards each is an order like any
 * other: it ships, is cancelled and refunded by itself, and its shop sees nothing of the rest. What
 * they share is the page of the buyer (/b/{bundle}) and, where it works, one charge.
 *
 * A charge pays several orders of one currency at one provider. Each order has its share as a
 * payment row of its own, so its sums, books and refunds know nothing of the others; the shares add
 * up to the charge (verify I5). A notice about the charge is applied to every share in one turn: an
 * order that has no use for its share any more (cancelled, expired, paid otherwise) gives it back,
 * the others keep theirs. When an order of the bundle ends before the charge is taken, the charge
 * is called off, and the page offers another one for the rest.
 *
 * One charge fills one purse: the shops must be paid into the same account at the provider
 * (payment_port.h, purse). Where they are not, or in another currency, each group is paid by
 * itself: order_bundle_groups says so.
 */
#ifndef ORDER_ORDER_BUNDLE_H
#define ORDER_ORDER_BUNDLE_H

#include "order/order.h"

ID_TYPE(bundle);
enum { BUNDLE_ORDERS_MAX = 20 };

/* `orders`: 2..20, one per shop, of one buyer, all with the same key; each is placed under that key
 * and its shop. The same key again is the same bundle. After a refusal of one of them (those of
 * order_place; *ret_at says which) the turn must not be committed. INVALID order.bad_bundle for
 * none, one or too many. */
const struct err *order_bundle_place(struct turn *t, const struct order_place *orders, size_t count,
                                     struct bundle_id *ret, size_t *ret_at) MUST_CHECK;

struct order_bundle {
    struct bundle_id id;
    struct account_id buyer_id;
    struct order *orders;     /* as order_get gives them, in rising order of id */
    size_t count;
};
/* NOT_FOUND order.gone. */
const struct err *order_bundle_get(struct tx *tx, struct arena *a, struct platform *p,
                                   struct bundle_id id, struct order_bundle *ret) MUST_CHECK;
/* The bundle that an order was placed with; v == 0: it was placed alone. */
const struct err *order_bundle_of(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct order_id id, struct bundle_id *ret) MUST_CHECK;
/* Unguessable: /b/{id}?key=... */
const struct err *order_bundle_key(struct platform *p, struct arena *a, struct bundle_id id,
                                   str *ret) MUST_CHECK;
bool order_bundle_key_opens(struct platform *p, struct arena *a, struct bundle_id id, str key);

/* What is still to be paid, as it can be paid. */
struct bundle_group {
    struct currency currency;
    struct order **orders;
    size_t count;
    int64_t due_minor;
    /* At once by one of these; none: each order on its own page. */
    const struct payment_gateway *ways[PAYMENT_GATEWAYS_MAX];
    size_t way_count;
};
/* One group per currency, at most as many as there are orders. */
const struct err *order_bundle_groups(struct tx *tx, struct arena *a, const struct platform *p,
                                      const struct order_bundle *b, int64_t now_ms,
                                      struct bundle_group **ret, size_t *ret_count) MUST_CHECK;

struct order_bundle_pay {
    str key;
    struct bundle_id bundle_id;
    struct account_id payer_id;
    str currency;             /* of the group; absent: the first */
    str gateway;              /* absent: the group's first */
    bool use_saved, remember;
    int64_t shown_minor;      /* what the payer was shown; another by now: CONFLICT
                                 order.price_changed; 0: not shown */
    str return_path;
};
/* Begins to pay a group, outside any turn: one charge, or, when the gateway fills no purse, one
 * payment per order. The key of a charge again says how that one stands. CONFLICT
 * order.already_paid when nothing is left to pay, INVALID order.no_gateway when the orders cannot
 * be paid at once, and those of order_pay_begin. */
const struct err *order_bundle_pay(struct platform *p, struct arena *a,
                                   const struct order_bundle_pay *pay,
                                   struct payment_begin *ret) MUST_CHECK;

#endif
