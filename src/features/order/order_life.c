/* What happens to a placed order: settled, expired, cancelled; its parcels: order_parcel.c. Each
 * step stands in order_rules.c and leaves an audit row (I13); goods and books move in the same
 * turn. */
#include "order/order_part.h"

#include "core/audit.h"
#include "core/edge.h"

enum { EXPIRE_SLICE = 20 };

const struct err *order_load(struct turn *t, struct shop_id shop, struct order_id id,
                             struct order *ret)
{
    struct order_row_lock_row lock;
    struct order_row_row row;
    bool is_found;
    TRY(order_row_lock(t->tx, t->arena, shop, id, &lock, &is_found));
    if (is_found)
        TRY(order_row(t->tx, t->arena, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "order.gone", "order %lld", (long long)id.v);
    return order_fill(t->arena, &row, ret);
}

const struct err *order_lock(struct turn *t, struct shop_id shop, struct order_id id)
{
    struct order o;
    return order_load(t, shop, id, &o);
}

const struct err *order_move(struct turn *t, struct order *o, enum order_act act,
                             const char *refusal)
{
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    if (!order_rules_step(now, act, &next))
        return ERR(t->arena, ERR_CONFLICT, refusal,
                   "order %lld: act %d in state %d, payment %d, fulfilment %d", (long long)o->id.v,
                   (int)act, (int)o->state, (int)o->payment, (int)o->fulfilment);
    TRY(order_step(t->tx, t->arena, o->shop_id, o->id, now.state, now.fulfilment, next.state,
                   next.fulfilment));
    o->state = next.state;
    o->fulfilment = next.fulfilment;
    return NULL;
}

const struct err *order_settle(struct turn *t, const struct order *o, int64_t amount_minor)
{
    bool is_whole = o->paid_minor >= o->total_minor, is_secured_now = o->secured_ms == t->now_ms;
    if (is_secured_now)
        TRY(stock_hold_consume(t, o->shop_id, o->id.v));
    if (o->secured_ms > 0) {
        int64_t worth;
        TRY(order_base_step(t->arena, o, is_secured_now ? 0 : o->paid_minor - amount_minor,
                            o->paid_minor, &worth));
        TRY(identity_order_count(t, o->shop_id, o->contact_id, is_secured_now ? 1 : 0, worth));
    }
    TRY(order_tell(t, o, is_whole ? "order.paid" : "order.part_paid",
                   is_whole ? o->total_minor : amount_minor, STR_NONE));
    return is_secured_now ? order_mail_confirmation(t, o) : NULL;
}

/* Nobody will pay it any more: what is held goes free, what is owed is struck out, what was
 * captured goes back. Goods of a secured order return to the shelf when their money is back. */
static const struct err *let_go(struct turn *t, const struct order *o, const char *why)
{
    int64_t due_back = o->paid_minor - o->refunded_minor - o->refunding_minor;
    if (o->secured_ms == 0)
        TRY(stock_hold_release(t, o->shop_id, o->id.v, why));
    TRY(order_sample_free(t, o, (struct product_id){0}));
    if (o->paid_ms == 0)
        TRY(order_book_owed(t, o, -1));
    TRY(order_pay_cancel_queue(t, o));
    TRY(order_additions_cancel(t, o));
    return due_back > 0 ? order_refund_queue(t, o, due_back, str_c(why)) : NULL;
}

const struct err *order_forgive(struct turn *t, const struct order *o)
{
    if (o->state != ORDER_CLOSED || o->paid_ms > 0)
        return ERR(t->arena, ERR_BUG, "error.bug", "order %lld is not to be forgiven",
                   (long long)o->id.v);
    TRY(order_book_owed(t, o, -1));
    return order_pay_cancel_queue(t, o);
}

const struct err *order_cancel(struct turn *t, struct shop_id shop, struct order_id id,
                               const char *why)
{
    struct order o;
    TRY(order_load(t, shop, id, &o));
    if (o.state == ORDER_CANCELLED)
        return NULL;
    TRY(order_move(t, &o, ORDER_ACT_CANCEL, "order.not_cancellable"));
    TRY(let_go(t, &o, "cancelled"));
    return order_tell(t, &o, "order.cancelled", o.total_minor, str_c(why));
}

/* ---- expiry ---- */

static const struct err *expire_turn(struct turn *t, void *arg)
{
    const struct order_expired_row *due = arg;
    struct order o;
    TRY(order_load(t, due->shop_id, due->id, &o));
    if (o.state != ORDER_PLACED || o.secured_ms > 0 || o.expires_ms > t->now_ms)
        return NULL; /* paid or cancelled since it was listed */
    TRY(order_move(t, &o, ORDER_ACT_EXPIRE, "order.not_expired"));
    TRY(let_go(t, &o, "expired"));
    return order_tell(t, &o, "order.expired", o.total_minor, STR_NONE);
}

const struct err *order_expire(struct job_run *run)
{
    const struct err *first = NULL;
    struct order_expired_row last = {.expires_ms = 0};
    for (;;) {
        struct order_expired_row *due;
        size_t count;
        struct tx *tx;
        TRY(db_read_begin(run->platform->db, run->arena, &tx));
        const struct err *e = order_expired(tx, run->arena, run->now_ms, last.expires_ms, last.id.v,
                                            EXPIRE_SLICE, EXPIRE_SLICE, &due, &count);
        db_read_end(tx);
        TRY(e);
        /* One that cannot expire holds nobody else up. */
        for (size_t i = 0; i < count; i++) {
            e = turn_run(run->platform, run->arena, (struct account_id){0}, expire_turn, &due[i]);
            first = first == NULL ? e : first;
        }
        if (count < EXPIRE_SLICE || job_should_rest(run))
            return first;
        last = due[count - 1];
    }
}
