/* How much one buyer may hold: at most 20 live holds of a variant, so that nobody freezes a shop
 * without paying. Each order holds a variant once at most, so a buyer with fewer orders of late has
 * fewer holds, and no hold is looked at. */
#include "order/order_part.h"

enum { HOLDS_MAX = 20, LOOKED_AT_MAX = 1000 };

const struct err *order_holders(struct turn *t, struct shop_id shop, struct account_id buyer,
                                struct order_holders *ret)
{
    /* Before that nothing is held any more; a day more, for clocks and orders written anew. */
    int64_t after = id_at_time(t->now_ms - ORDER_WAIT_MAX_MS - (int64_t)24 * 3600 * 1000);
    struct order_has_recent_row recent;
    *ret = (struct order_holders){0};
    TRY(order_has_recent(t->tx, t->arena, shop, buyer, after, HOLDS_MAX, &recent));
    if (recent.orders < HOLDS_MAX)
        return NULL;
    return order_ids_recent(t->tx, t->arena, shop, buyer, after, LOOKED_AT_MAX, LOOKED_AT_MAX,
                            &ret->orders, &ret->count);
}

const struct err *order_hold_may(struct turn *t, struct shop_id shop, struct variant_id variant,
                                 const struct order_holders *holders)
{
    int live = 0;
    for (size_t i = 0; i < holders->count && live < HOLDS_MAX; i++) {
        bool is_live;
        TRY(stock_holds_live(t->tx, t->arena, shop, variant, holders->orders[i].id.v, &is_live));
        live += is_live;
    }
    return live < HOLDS_MAX ? NULL
                            : ERR(t->arena, ERR_LIMIT, "order.too_many_holds", "variant %lld",
                                  (long long)variant.v);
}
