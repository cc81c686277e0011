/* The commands and queries of stock. Each runs inside the caller's turn; a guard in the statement
 * itself (available >= quantity) decides, not a value read before it. */
#include "stock/stock.h"

#include "stock/stock_sql.h"

enum hold_state { HOLD_UNSET = 0, HOLD_LIVE, HOLD_CONSUMED, HOLD_RELEASED, HOLD_EXPIRED };
static const int64_t TOLD_ALWAYS = INT64_MAX;

static const struct err *sold_out(struct arena *a, struct variant_id variant, int64_t left)
{
    str text;
    if (left <= 0)
        return ERR(a, ERR_CONFLICT, "stock.sold_out", "variant %lld", (long long)variant.v);
    TRY(str_fmt(a, &text, "%lld", (long long)left));
    return err_with_arg(a, ERR(a, ERR_CONFLICT, "stock.too_few", "variant %lld, %lld left",
                               (long long)variant.v, (long long)left), text);
}

/* Far from the end nobody watches each piece: `taken` (negative: came back) is news when 5 or fewer
 * are left, or were. TOLD_ALWAYS: the shop changed the count itself. */
static const struct err *tell(struct turn *t, struct shop_id shop, struct variant_id variant,
                              int64_t taken)
{
    struct stock_row_row row;
    bool is_counted;
    TRY(stock_row(t->tx, t->arena, shop, variant, &row, &is_counted));
    if (!is_counted)
        return NULL;
    struct event e = {.kind = "stock.changed",
                      .version = 1,
                      .shop_id = shop,
                      .subject_id = variant.v,
                      .object_id = row.product_id.v,
                      .number = row.on_hand - row.held};
    if (taken != TOLD_ALWAYS && e.number > STOCK_LOW_AT && e.number + taken > STOCK_LOW_AT)
        return NULL;
    TRY(event_emit(t, &e));
    if (e.number > STOCK_LOW_AT)
        return NULL;
    e.kind = "stock.low";
    return event_emit(t, &e);
}

static const struct err *move(struct turn *t, struct shop_id shop, struct variant_id variant,
                              int64_t order_id, int64_t quantity, const char *reason)
{
    if (quantity == 0)
        return NULL;
    return stock_movement_insert(t->tx, t->arena, turn_new_id(t), shop, variant, order_id, t->actor,
                                 quantity, str_c(reason), t->now_ms);
}

const struct err *stock_hold_take(struct turn *t, struct shop_id shop, struct variant_id variant,
                                  int64_t quantity, int64_t order_id, int64_t expires_ms)
{
    struct stock_row_row row;
    bool is_counted;
    int64_t taken;
    if (quantity < 1 || quantity > STOCK_HOLD_QUANTITY_MAX)
        return ERR(t->arena, ERR_INVALID, "stock.bad_quantity", "%lld", (long long)quantity);
    TRY(stock_promise(t->tx, t->arena, shop, variant, quantity, t->now_ms, &taken));
    if (taken == 0) {
        TRY(stock_row(t->tx, t->arena, shop, variant, &row, &is_counted));
        return is_counted ? sold_out(t->arena, variant, row.on_hand - row.held) : NULL;
    }
    TRY(stock_hold_insert(t->tx, t->arena, turn_new_id(t), shop, variant, order_id, quantity,
                          expires_ms));
    return tell(t, shop, variant, quantity);
}

static const struct err *resize(struct turn *t, struct shop_id shop, struct variant_id variant,
                                const struct stock_hold_of_row *hold, int64_t quantity)
{
    int64_t more = quantity - (hold->state == HOLD_LIVE ? hold->quantity : 0), taken;
    struct stock_row_row row;
    bool is_counted;
    if (more < 0)
        TRY(stock_unpromise(t->tx, t->arena, shop, variant, -more, t->now_ms));
    if (more > 0) {
        TRY(stock_promise(t->tx, t->arena, shop, variant, more, t->now_ms, &taken));
        TRY(stock_row(t->tx, t->arena, shop, variant, &row, &is_counted));
        if (taken == 0) /* not counted any more: nothing is held of it */
            return is_counted ? sold_out(t->arena, variant, row.on_hand - row.held) : NULL;
    }
    TRY(stock_hold_resize(t->tx, t->arena, shop, hold->id, hold->state,
                          quantity > 0 ? quantity : hold->quantity,
                          quantity > 0 ? HOLD_LIVE : HOLD_RELEASED));
    return tell(t, shop, variant, more);
}

const struct err *stock_hold_set(struct turn *t, struct shop_id shop, struct variant_id variant,
                                 int64_t quantity, int64_t order_id, int64_t expires_ms)
{
    struct stock_hold_of_row hold;
    bool is_found;
    if (quantity < 0 || quantity > STOCK_HOLD_QUANTITY_MAX)
        return ERR(t->arena, ERR_INVALID, "stock.bad_quantity", "%lld", (long long)quantity);
    TRY(stock_hold_of(t->tx, t->arena, shop, order_id, variant, &hold, &is_found));
    if (is_found && hold.state != HOLD_LIVE && hold.state != HOLD_RELEASED)
        return ERR(t->arena, ERR_BUG, "error.bug", "a hold of order %lld that was sold",
                   (long long)order_id);
    if (is_found)
        return resize(t, shop, variant, &hold, quantity);
    return quantity == 0 ? NULL
                         : stock_hold_take(t, shop, variant, quantity, order_id, expires_ms);
}

const struct err *stock_holds_live(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct variant_id variant, int64_t order_id, bool *ret)
{
    struct stock_hold_of_row hold;
    TRY(stock_hold_of(tx, a, shop, order_id, variant, &hold, ret));
    *ret = *ret && hold.state == HOLD_LIVE;
    return NULL;
}

/* The order was paid after its hold had expired: whatever is free now is hers, or nothing is. */
static const struct err *take_again(struct turn *t, struct shop_id shop, int64_t order_id,
                                    const struct stock_holds_of_order_row *hold)
{
    struct stock_row_row row;
    bool is_counted;
    int64_t sold;
    TRY(stock_sell_free(t->tx, t->arena, shop, hold->variant_id, hold->quantity, t->now_ms, &sold));
    if (sold == 0) {
        TRY(stock_row(t->tx, t->arena, shop, hold->variant_id, &row, &is_counted));
        return is_counted ? sold_out(t->arena, hold->variant_id, row.on_hand - row.held) : NULL;
    }
    TRY(stock_hold_revive(t->tx, t->arena, shop, hold->id));
    TRY(move(t, shop, hold->variant_id, order_id, -hold->quantity, "sold"));
    return tell(t, shop, hold->variant_id, hold->quantity);
}

const struct err *stock_hold_consume(struct turn *t, struct shop_id shop, int64_t order_id)
{
    struct stock_holds_of_order_row *holds;
    size_t count;
    int64_t ended;
    TRY(stock_holds_of_order(t->tx, t->arena, shop, order_id, 200, &holds, &count));
    for (size_t i = 0; i < count; i++) {
        if (holds[i].state == HOLD_EXPIRED) {
            TRY(take_again(t, shop, order_id, &holds[i]));
            continue;
        }
        TRY(stock_hold_end(t->tx, t->arena, shop, holds[i].id, HOLD_CONSUMED, &ended));
        if (ended == 0)
            continue;
        TRY(stock_sell_held(t->tx, t->arena, shop, holds[i].variant_id, holds[i].quantity,
                            t->now_ms));
        /* What is available was told when it was held. */
        TRY(move(t, shop, holds[i].variant_id, order_id, -holds[i].quantity, "sold"));
    }
    return NULL;
}

const struct err *stock_hold_release(struct turn *t, struct shop_id shop, int64_t order_id,
                                     const char *reason)
{
    enum hold_state state = str_eq(str_c(reason), S("expired")) ? HOLD_EXPIRED : HOLD_RELEASED;
    struct stock_holds_of_order_row *holds;
    size_t count;
    int64_t ended;
    TRY(stock_holds_of_order(t->tx, t->arena, shop, order_id, 200, &holds, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(stock_hold_end(t->tx, t->arena, shop, holds[i].id, state, &ended));
        if (ended == 0)
            continue;
        TRY(stock_unpromise(t->tx, t->arena, shop, holds[i].variant_id, holds[i].quantity,
                            t->now_ms));
        TRY(tell(t, shop, holds[i].variant_id, -holds[i].quantity));
    }
    return NULL;
}

static const struct err *count_back(struct turn *t, struct shop_id shop, int64_t order_id,
                                    struct variant_id variant, int64_t hold, int64_t quantity)
{
    int64_t changed;
    TRY(stock_hold_return(t->tx, t->arena, shop, hold, quantity, &changed));
    return changed > 0 ? NULL
                       : ERR(t->arena, ERR_CONFLICT, "stock.returned_more",
                             "variant %lld of order %lld", (long long)variant.v,
                             (long long)order_id);
}

static const struct err *put_back(struct turn *t, struct shop_id shop, int64_t order_id,
                                  struct variant_id variant, int64_t hold, int64_t quantity)
{
    int64_t changed;
    TRY(count_back(t, shop, order_id, variant, hold, quantity));
    TRY(stock_put_back(t->tx, t->arena, shop, variant, quantity, t->now_ms, &changed));
    if (changed == 0)
        return NULL;
    TRY(move(t, shop, variant, order_id, quantity, "returned"));
    return tell(t, shop, variant, -quantity);
}

static const struct err *comes_back(struct turn *t, struct shop_id shop, struct variant_id variant,
                                    int64_t quantity, int64_t order_id, bool onto_shelf)
{
    struct stock_sold_hold_row hold;
    bool is_sold;
    if (quantity < 1 || quantity > STOCK_HOLD_QUANTITY_MAX)
        return ERR(t->arena, ERR_INVALID, "stock.bad_quantity", "%lld", (long long)quantity);
    TRY(stock_sold_hold(t->tx, t->arena, shop, order_id, variant, &hold, &is_sold));
    if (!is_sold)
        return NULL;
    return onto_shelf ? put_back(t, shop, order_id, variant, hold.id, quantity)
                      : count_back(t, shop, order_id, variant, hold.id, quantity);
}

const struct err *stock_return(struct turn *t, struct shop_id shop, struct variant_id variant,
                               int64_t quantity, int64_t order_id)
{
    return comes_back(t, shop, variant, quantity, order_id, true);
}

const struct err *stock_write_off(struct turn *t, struct shop_id shop, struct variant_id variant,
                                  int64_t quantity, int64_t order_id)
{
    return comes_back(t, shop, variant, quantity, order_id, false);
}

const struct err *stock_return_all(struct turn *t, struct shop_id shop, int64_t order_id)
{
    struct stock_holds_of_order_row *holds;
    size_t count;
    TRY(stock_holds_of_order(t->tx, t->arena, shop, order_id, 200, &holds, &count));
    for (size_t i = 0; i < count; i++)
        if (holds[i].state == HOLD_CONSUMED && holds[i].returned < holds[i].quantity)
            TRY(put_back(t, shop, order_id, holds[i].variant_id, holds[i].id,
                         holds[i].quantity - holds[i].returned));
    return NULL;
}

static const struct err *stop_counting(struct turn *t, struct shop_id shop,
                                       struct variant_id variant, const struct stock_row_row *row)
{
    int64_t gone;
    TRY(stock_forget(t->tx, t->arena, shop, variant, &gone));
    if (gone == 0)
        return ERR(t->arena, ERR_INVALID, "stock.below_held", "%lld held", (long long)row->held);
    return move(t, shop, variant, 0, -row->on_hand, "set");
}

const struct err *stock_set(struct turn *t, struct shop_id shop, struct variant_id variant,
                            int64_t on_hand, const char *reason)
{
    struct stock_row_row row;
    bool is_counted;
    int64_t changed;
    if (on_hand != STOCK_UNTRACKED && (on_hand < 0 || on_hand > STOCK_COUNT_MAX))
        return ERR(t->arena, ERR_INVALID, "stock.bad_count", "%lld", (long long)on_hand);
    TRY(stock_row(t->tx, t->arena, shop, variant, &row, &is_counted));
    if (on_hand == STOCK_UNTRACKED)
        return is_counted ? stop_counting(t, shop, variant, &row) : NULL;
    if (is_counted && row.on_hand == on_hand)
        return NULL;
    if (!is_counted) {
        struct variant v;
        TRY(catalog_variant(t->tx, t->arena, shop, variant, &v));
        TRY(stock_insert(t->tx, t->arena, variant, shop, v.product_id, on_hand, t->now_ms));
        row.on_hand = 0;
    } else {
        TRY(stock_count_set(t->tx, t->arena, shop, variant, on_hand, t->now_ms, &changed));
        if (changed == 0)
            return ERR(t->arena, ERR_INVALID, "stock.below_held", "%lld held", (long long)row.held);
    }
    TRY(move(t, shop, variant, 0, on_hand - row.on_hand, reason));
    return tell(t, shop, variant, TOLD_ALWAYS);
}

const struct err *stock_recount(struct turn *t, struct shop_id shop, struct variant_id variant,
                                int64_t seen, int64_t on_hand)
{
    struct stock_row_lock_row row;
    bool is_counted;
    str text = S("–");
    if (on_hand == seen)
        return NULL;
    TRY(stock_row_lock(t->tx, t->arena, shop, variant, &row, &is_counted));
    int64_t now = is_counted ? row.on_hand : STOCK_UNTRACKED;
    if (now == seen || now == on_hand)
        return stock_set(t, shop, variant, on_hand, "set");
    if (is_counted)
        TRY(str_fmt(t->arena, &text, "%lld", (long long)now));
    return err_with_arg(t->arena, ERR(t->arena, ERR_CONFLICT, "stock.moved", "%lld seen, now %lld",
                                      (long long)seen, (long long)now), text);
}

const struct err *stock_available(struct tx *tx, struct arena *a, struct shop_id shop,
                                  const struct variant_id *variants, size_t count, int64_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        struct stock_row_row row;
        bool is_counted;
        TRY(stock_row(tx, a, shop, variants[i], &row, &is_counted));
        ret[i] = is_counted ? row.on_hand - row.held : STOCK_UNTRACKED;
    }
    return NULL;
}

const struct err *stock_on_hand(struct tx *tx, struct arena *a, struct shop_id shop,
                                const struct variant_id *variants, size_t count, int64_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        struct stock_row_row row;
        bool is_counted;
        TRY(stock_row(tx, a, shop, variants[i], &row, &is_counted));
        ret[i] = is_counted ? row.on_hand : STOCK_UNTRACKED;
    }
    return NULL;
}

const struct err *stock_low_products(struct tx *tx, struct arena *a, struct shop_id shop,
                                     int64_t **ret, size_t *ret_count)
{
    struct stock_low_of_shop_row *rows;
    TRY(stock_low_of_shop(tx, a, shop, STOCK_LOW_AT, STOCK_LOW_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = rows[i].product_id.v;
    return NULL;
}
