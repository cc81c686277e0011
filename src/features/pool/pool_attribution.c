/* Which pool an order counts for, and its money. Each order is attributed once, in its own turn,
 * and keeps its pool for ever: a refund is taken from where the payment was counted. */
#include "pool/pool_buffer.h"
#include "pool/pool_part.h"
#include "pool/pool_sql.h"

struct decision {
    struct pool_id pool_id;
    int64_t visit_id;
    struct link_id link_id;
    struct account_id sharer_id;
};

/* Her last touch within the time looked back; without one, the visit that shows she came by
 * herself. */
static const struct err *by_visit(struct turn *t, const struct pool_order *o, struct decision *ret)
{
    struct pool_visit_best_row visit = {0};
    struct pool_browser_of_row browser;
    bool found = o->visitor_id.v != 0;
    /* Who buys by an app or a chat alone has no browser, and so no visit to look for. */
    if (!found)
        TRY(pool_browser_of(t->tx, t->arena, o->account_id, &browser, &found));
    if (found)
        TRY(pool_visit_best(t->tx, t->arena, o->shop_id, o->visitor_id, o->account_id,
                            t->now_ms - POOL_LOOKBACK_MS, &visit, &found));
    *ret = (struct decision){.visit_id = visit.visit_id};
    if (!visit.is_touch)
        return pool_builtin(t, o->shop_id, found ? S("direct") : S("unknown"), &ret->pool_id);
    *ret = (struct decision){visit.pool_id, visit.visit_id, visit.link_id, visit.sharer_id};
    return visit.pool_id.v != 0 ? NULL : pool_builtin(t, o->shop_id, S("friends"), &ret->pool_id);
}

static const struct err *attributed_before(struct turn *t, const struct pool_order *o,
                                           struct pool_id *ret)
{
    struct pool_attribution_row_row before;
    bool found;
    TRY(pool_attribution_row(t->tx, t->arena, o->shop_id, o->order_id, &before, &found));
    if (!found)
        return ERR(t->arena, ERR_CONFLICT, "pool.twice", "order %lld", (long long)o->order_id);
    *ret = before.pool_id;
    return NULL;
}

const struct err *pool_attribute_order(struct turn *t, const struct pool_order *o,
                                       struct pool_id *ret)
{
    struct decision d = {0};
    int64_t inserted;
    /* An order from a chat names the account only; what her browser did in the last second stands
     * in memory. */
    struct visitor_id visitor = o->visitor_id;
    if (visitor.v == 0 && o->account_id.v != 0)
        visitor = pool_buffer_visitor_of(o->account_id);
    TRY(pool_visit_prove(t, o->shop_id, visitor));
    TRY(pool_visitor_account(t, visitor, o->account_id));
    TRY(by_visit(t, o, &d));
    str currency;
    TRY(str_dup(t->arena, str_c(o->total.currency.code), &currency));
    TRY(pool_attribution_insert(t->tx, t->arena, o->order_id, o->shop_id, d.pool_id, d.visit_id,
                                d.link_id, d.sharer_id, o->visitor_id, o->account_id,
                                str_is_absent(o->channel) ? S("") : o->channel, currency,
                                o->total.minor, t->now_ms, &inserted));
    *ret = d.pool_id;
    return inserted == 1 ? NULL : attributed_before(t, o, ret);
}

const struct err *pool_order_money(struct turn *t, struct shop_id shop, int64_t order_id,
                                   int64_t delta_minor, const char *reason)
{
    struct pool_attribution_move_row row;
    bool found;
    if (delta_minor == 0)
        return NULL;
    TRY(pool_attribution_move(t->tx, t->arena, shop, order_id, delta_minor > 0 ? delta_minor : 0,
                              delta_minor < 0 ? -delta_minor : 0, &row, &found));
    if (!found)
        return ERR(t->arena, ERR_BUG, "error.bug", "order %lld has no pool", (long long)order_id);
    return pool_money_insert(t->tx, t->arena, turn_new_id(t), shop, order_id, row.pool_id,
                             delta_minor, str_c(reason), t->now_ms);
}

const struct err *pool_order_total(struct turn *t, struct shop_id shop, int64_t order_id,
                                   int64_t total_minor)
{
    return pool_attribution_total(t->tx, t->arena, shop, order_id, total_minor);
}

const struct err *pool_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                int64_t order_id, bool *ret_found, struct pool *ret)
{
    struct pool_attribution_row_row row;
    TRY(pool_attribution_row(tx, a, shop, order_id, &row, ret_found));
    return *ret_found ? pool_get(tx, a, shop, row.pool_id, ret) : NULL;
}

const struct err *pool_order_sums(struct tx *tx, struct arena *a, const struct row_key *keys,
                                  size_t count, struct pool_order_sum *ret)
{
    struct pool_attribution_sums_row *rows;
    size_t found;
    str text;
    TRY(row_keys_text(a, keys, count, &text));
    TRY(pool_attribution_sums(tx, a, text, ROW_KEYS_MAX, &rows, &found));
    memset(ret, 0, count * sizeof *ret);
    for (size_t i = 0; i < found; i++)
        ret[rows[i].place] = (struct pool_order_sum){rows[i].pool_id, rows[i].total_minor,
                                                     rows[i].paid_minor, rows[i].refunded_minor};
    return NULL;
}
