/* A bill split among friends: an unpaid order's total in shares, each with a name, each paid once
 * by whoever opens the link. The link shows what was bought, the shares and who has paid; never
 * the buyer's address, mail or the order itself.
 *
 * A share is free, busy (somebody is at the provider's page since less than SHARE_BUSY_MS) or paid.
 * Who begins a busy or paid one is told so; money that comes for a share that was paid meanwhile
 * goes back. What is missing when the order expires lets everything go back (order_life.c).
 */
#ifndef ORDER_ORDER_SHARE_H
#define ORDER_ORDER_SHARE_H

#include "order/order.h"

enum {
    SHARES_MAX = 12,
    SHARE_NAME_MAX = 60,
    SHARE_BUSY_MS = 5 * 60 * 1000
};
enum share_state {
    SHARE_UNSET = 0,
    SHARE_FREE,
    SHARE_BUSY,
    SHARE_PAID,
    SHARE_RETURNED            /* paid, and given back with the order */
};

struct order_share {
    struct share_id id;
    str name;
    int64_t amount_minor;
    enum share_state state;
    int64_t paid_ms;
};

struct order_share_want {
    str name;                 /* 1..SHARE_NAME_MAX bytes */
    int64_t amount_minor;     /* > 0; of all of them 0: equal parts */
};
/* Splits the order anew. Once the first share is paid it waits for the others as long as the shop
 * allows (setting order.split_hours), counted from when it was placed; until then like any order.
 * 2..SHARES_MAX shares whose amounts are the
 * total exactly, or all 0. INVALID order.split_count, order.split_name, order.split_sum (arg 0 =
 * how much is missing, negative: too much). CONFLICT order.not_splittable: it is no longer unpaid,
 * or somebody has begun to pay. */
const struct err *order_split(struct turn *t, struct shop_id shop, struct order_id id,
                              const struct order_share_want *wants, size_t count) MUST_CHECK;
/* None when it is not split. */
const struct err *order_shares(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct order_id id, int64_t now_ms, struct order_share **ret,
                               size_t *ret_count) MUST_CHECK;
/* Until when the others may pay, once the first share is paid. */
const struct err *order_split_until(struct tx *tx, struct arena *a, const struct platform *p,
                                    const struct order *o, int64_t *ret_ms) MUST_CHECK;
/* What the link carries. */
const struct err *order_split_key(struct platform *p, struct arena *a, struct order_id id,
                                  str *ret) MUST_CHECK;
bool order_split_key_opens(struct platform *p, struct arena *a, struct order_id id, str key);

#endif
