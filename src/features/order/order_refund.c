/* Money going back. A refund is asked for in a turn (rows, sums and a job), the provider is called
 * outside of any, and the answer or a notice ends it in another turn. What is asked for never
 * passes what was captured: the sums guard themselves (I5). */
#include "order/order_part.h"

#include "pool/pool.h"

enum { ASKED_MAX = 50 };

/* ---- asking ---- */

static const struct err *ask(struct turn *t, const struct order *o, int64_t payment_id,
                             int64_t amount_minor, str key, int64_t run_at_ms)
{
    struct id_text text;
    int64_t id = turn_new_id(t), is_new;
    TRY(refund_insert(t->tx, t->arena, id, o->shop_id, o->id, payment_id, key, amount_minor,
                      t->now_ms, &is_new));
    if (is_new == 0)
        return NULL;
    TRY(payment_refund_ask(t->tx, t->arena, o->shop_id, payment_id, amount_minor));
    text = id_format(id);
    return job_enqueue(t, &(struct job_request){.kind = "order.refund",
                                                .shop_id = o->shop_id,
                                                .key = id_str(&text),
                                                .payload = id_str(&text),
                                                .run_at_ms = run_at_ms});
}

static const struct err *queue(struct turn *t, const struct order *o, int64_t amount_minor, str key,
                               int64_t run_at_ms)
{
    struct payments_of_order_row *payments;
    size_t count;
    int64_t left = amount_minor;
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    if (amount_minor <= 0)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "order.refund_nothing", "%lld",
                                            (long long)amount_minor), "amount");
    if (!order_rules_step(now, ORDER_ACT_REFUND, &next))
        return ERR(t->arena, ERR_CONFLICT, "order.not_refundable", "order %lld",
                   (long long)o->id.v);
    if (amount_minor > o->paid_minor - o->refunded_minor - o->refunding_minor)
        return err_with_field(t->arena, ERR(t->arena, ERR_CONFLICT, "order.refund_too_much", "%lld",
                                            (long long)amount_minor), "amount");
    TRY(order_refund_ask(t->tx, t->arena, o->shop_id, o->id, amount_minor));
    TRY(payments_of_order(t->tx, t->arena, o->shop_id, o->id, ORDER_PAYMENTS_MAX, &payments,
                          &count));
    for (size_t i = 0; i < count && left > 0; i++) {
        const struct payments_of_order_row *p = &payments[i];
        int64_t part = p->amount_minor - p->refunded_minor - p->refunding_minor;
        if (p->state != ATTEMPT_CAPTURED || part <= 0)
            continue;
        part = part < left ? part : left;
        TRY(ask(t, o, p->id, part, key, run_at_ms));
        left -= part;
    }
    return left == 0 ? NULL
                     : ERR(t->arena, ERR_BUG, "error.bug", "order %lld: %lld without a payment",
                           (long long)o->id.v, (long long)left);
}

const struct err *order_refund_queue(struct turn *t, const struct order *o, int64_t amount_minor,
                                     str key)
{
    return queue(t, o, amount_minor, key, 0);
}

const struct err *order_refund_asked(struct tx *tx, struct arena *a, struct shop_id shop,
                                     struct order_id id, str key, int64_t *ret_minor)
{
    struct refunds_of_key_row *rows;
    size_t count;
    *ret_minor = 0;
    TRY(refunds_of_key(tx, a, shop, id, key, 50, &rows, &count));
    for (size_t i = 0; i < count; i++)
        *ret_minor += rows[i].amount_minor;
    return NULL;
}

const struct err *order_refund_extra(struct turn *t, const struct order *o, int64_t payment_id,
                                     int64_t amount_minor)
{
    return ask(t, o, payment_id, amount_minor, S("no use"), 0);
}

/* ---- ending ---- */

/* The order's own money went back. */
static const struct err *order_gives_back(struct turn *t, struct order *o, int64_t refund_id,
                                          int64_t amount_minor)
{
    int64_t worth;
    TRY(order_refund_end(t->tx, t->arena, o->shop_id, o->id, amount_minor, amount_minor));
    TRY(order_book_refunded(t, o, refund_id, o->refunded_minor, amount_minor, false));
    TRY(order_base_step(t->arena, o, o->refunded_minor, o->refunded_minor + amount_minor, &worth));
    TRY(pool_order_money(t, o->shop_id, o->id.v, -worth, "refunded"));
    if (o->secured_ms > 0)
        TRY(identity_order_count(t, o->shop_id, o->contact_id, 0, -worth));
    o->refunded_minor += amount_minor;
    o->payment = order_rules_payment(o->total_minor, o->paid_minor, o->refunded_minor);
    if (o->payment == ORDER_REFUNDED) {
        bool was_open = o->state == ORDER_PLACED;
        TRY(order_move(t, o, ORDER_ACT_REFUND_ALL, "order.not_refundable"));
        if (was_open && o->paid_ms == 0)
            TRY(order_book_owed(t, o, -1));
        if (was_open && o->secured_ms == 0)
            TRY(stock_hold_release(t, o->shop_id, o->id.v, "refunded"));
        TRY(stock_return_all(t, o->shop_id, o->id.v));
    }
    return order_tell(t, o, "order.refunded", amount_minor, STR_NONE);
}

static const struct err *end_done(struct turn *t, struct order *o, const struct refund_row_row *r)
{
    int64_t is_first;
    TRY(refund_end(t->tx, t->arena, o->shop_id, r->id, REFUND_DONE, t->now_ms, &is_first));
    if (is_first == 0)
        return NULL;
    TRY(payment_refund_end(t->tx, t->arena, o->shop_id, r->payment_id, r->amount_minor,
                           r->amount_minor));
    if (r->payment_state == ATTEMPT_CAPTURED)
        return order_gives_back(t, o, r->id, r->amount_minor);
    return order_book_refunded(t, o, r->id, 0, r->amount_minor, true);
}

static const struct err *end_failed(struct turn *t, struct order *o, const struct refund_row_row *r)
{
    int64_t is_first;
    TRY(refund_end(t->tx, t->arena, o->shop_id, r->id, REFUND_FAILED, t->now_ms, &is_first));
    if (is_first == 0)
        return NULL;
    TRY(payment_refund_end(t->tx, t->arena, o->shop_id, r->payment_id, r->amount_minor, 0));
    if (r->payment_state == ATTEMPT_CAPTURED)
        TRY(order_refund_end(t->tx, t->arena, o->shop_id, o->id, r->amount_minor, 0));
    return order_tell(t, o, "order.refund_failed", r->amount_minor, STR_NONE);
}

/* ---- calling the provider ---- */

struct refund_call {
    struct shop_id shop_id;
    int64_t refund_id;
    struct refund_row_row row;
    struct payment_begin answer;
};

static const struct err *end_turn(struct turn *t, void *arg)
{
    struct refund_call *x = arg;
    struct order o;
    int64_t changed;
    TRY(order_load(t, x->shop_id, x->row.order_id, &o));
    if (!str_is_empty(x->answer.provider_ref))
        TRY(refund_ref_set(t->tx, t->arena, x->shop_id, x->refund_id, x->answer.provider_ref,
                           &changed));
    if (x->answer.step == PAYMENT_STEP_PAID)
        return end_done(t, &o, &x->row);
    return x->answer.step == PAYMENT_STEP_FAILED ? end_failed(t, &o, &x->row) : NULL;
}

static const struct err *run_refund(struct platform *p, struct arena *a, struct account_id actor,
                                    struct shop_id shop, int64_t refund_id)
{
    struct refund_call x = {.shop_id = shop, .refund_id = refund_id};
    struct tx *tx;
    bool is_found;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = refund_row(tx, a, shop, refund_id, &x.row, &is_found);
    db_read_end(tx);
    TRY(e);
    if (!is_found || x.row.state != REFUND_ASKED)
        return NULL;
    const struct payment_gateway *gateway = payment_gateway_find(p, x.row.gateway);
    if (gateway == NULL)
        return ERR(a, ERR_UNAVAILABLE, "order.no_gateway", "%.*s", STR_ARG(x.row.gateway));
    struct payment_refund ask = {.refund_id = refund_id,
                                 .shop_id = shop,
                                 .attempt_id = x.row.payment_id,
                                 .amount = {.minor = x.row.amount_minor},
                                 .payment_ref = x.row.payment_ref,
                                 .refund_ref = x.row.refund_ref};
    if (x.row.charge_id != 0) {
        ask.shop_id = x.row.charge_shop_id;
        ask.attempt_id = x.row.charge_id;
    }
    TRY(currency_parse(a, x.row.currency, &ask.amount.currency));
    TRY(gateway->refund(p, a, &ask, &x.answer));
    TRY(turn_run(p, a, actor, end_turn, &x));
    /* The job comes again until it is done; whoever pressed the button need not wait. */
    return x.answer.step != PAYMENT_STEP_PENDING
               ? NULL : ERR(a, ERR_UNAVAILABLE, "order.refund_pending", "refund %lld",
                            (long long)refund_id);
}

const struct err *order_refund_job(struct job_run *run)
{
    int64_t id;
    if (!id_parse(run->payload, &id))
        return ERR(run->arena, ERR_BUG, "error.bug", "refund job without an id");
    return run_refund(run->platform, run->arena, (struct account_id){0}, run->shop_id, id);
}

/* ---- by the merchant ---- */

struct refund_ask {
    struct shop_id shop_id;
    struct order_id order_id;
    int64_t amount_minor;
    str key;
    struct refunds_of_key_row *rows;
    size_t count;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct refund_ask *x = arg;
    struct order o;
    int64_t asked;
    TRY(order_load(t, x->shop_id, x->order_id, &o));
    TRY(order_refund_asked(t->tx, t->arena, x->shop_id, x->order_id, x->key, &asked));
    if (asked > 0 && asked != x->amount_minor)
        return ERR(t->arena, ERR_INVALID, "error.key_reused", "refund key");
    /* The job is the net under the call that follows: it does nothing when that one got its answer.
     */
    if (asked == 0)
        TRY(queue(t, &o, x->amount_minor, x->key, t->now_ms + ORDER_REFUND_RETRY_MS));
    return refunds_of_key(t->tx, t->arena, x->shop_id, x->order_id, x->key, 50, &x->rows,
                          &x->count);
}

const struct err *order_refund(struct platform *p, struct arena *a, struct shop_id shop,
                               struct order_id id, int64_t amount_minor, str key,
                               struct account_id actor)
{
    struct refund_ask x = {
        .shop_id = shop, .order_id = id, .amount_minor = amount_minor, .key = key};
    if (key.len == 0 || key.len > 255)
        return ERR(a, ERR_INVALID, "error.bad_key", "%zu bytes", key.len);
    TRY(turn_run(p, a, actor, ask_turn, &x));
    for (size_t i = 0; i < x.count; i++) {
        const struct err *e = run_refund(p, a, actor, shop, x.rows[i].id);
        if (e != NULL && e->kind != ERR_UNAVAILABLE && e->kind != ERR_LIMIT)
            return e; /* else the job asks the provider again */
    }
    return NULL;
}

/* ---- by the provider ---- */

/* Our own request that this notice answers, among those about one order's share: by our id or the
 * provider's name of it (`surely`), else one that waits with this amount. 0: none. */
static const struct err *asked_before(struct turn *t, const struct payment_row_row *share,
                                      const struct refund_said *said, bool surely, int64_t *ret_id)
{
    struct refund_of_ref_row by_ref;
    struct refunds_of_order_row *rows;
    size_t count;
    bool is_found = false;
    *ret_id = 0;
    if (surely && !str_is_empty(said->provider_ref))
        TRY(refund_of_ref(t->tx, t->arena, share->shop_id, share->id, said->provider_ref, &by_ref,
                          &is_found));
    if (is_found) {
        *ret_id = by_ref.id;
        return NULL;
    }
    TRY(refunds_of_order(t->tx, t->arena, share->shop_id, share->order_id, 100, &rows, &count));
    for (size_t i = 0; i < count && *ret_id == 0; i++) {
        bool is_it = surely ? rows[i].id == said->refund_id
                            : rows[i].state == REFUND_ASKED;
        if (is_it && rows[i].payment_id == share->id && rows[i].amount_minor == said->amount_minor)
            *ret_id = rows[i].id;
    }
    return NULL;
}

static const struct err *end_noticed(struct turn *t, struct order *o, int64_t id,
                                     const struct refund_said *said, const char **ret_verdict)
{
    struct refund_row_row row;
    int64_t changed;
    bool is_found;
    if (!str_is_empty(said->provider_ref))
        TRY(refund_ref_set(t->tx, t->arena, o->shop_id, id, said->provider_ref, &changed));
    TRY(refund_row(t->tx, t->arena, o->shop_id, id, &row, &is_found));
    *ret_verdict = row.state == REFUND_DONE ? "known" : "applied";
    return end_done(t, o, &row);
}

/* A refund made at the provider's own desk: it gets a row like any other. */
static const struct err *insert_foreign(struct turn *t, const struct order *o,
                                        const struct payment_row_row *payment, int64_t amount_minor,
                                        int64_t event_row, int64_t *ret_id)
{
    str key;
    int64_t is_new;
    *ret_id = turn_new_id(t);
    TRY(str_fmt(t->arena, &key, "provider %lld", (long long)event_row));
    TRY(refund_insert(t->tx, t->arena, *ret_id, o->shop_id, o->id, payment->id, key, amount_minor,
                      t->now_ms, &is_new));
    TRY(payment_refund_ask(t->tx, t->arena, o->shop_id, payment->id, amount_minor));
    return payment->state == ATTEMPT_CAPTURED
               ? order_refund_ask(t->tx, t->arena, o->shop_id, o->id, amount_minor) : NULL;
}

/* Our own requests that wait, one of a charge after the other. */
struct asked {
    const struct payment_row_row *share;
    int64_t id, amount_minor;
};

/* More came back than is free: it answers our requests as well, since nobody gives the same money
 * back twice. *ret_rest: what is left then. */
static const struct err *choose_asked(struct turn *t, const struct payment_row_row *shares,
                                      size_t count, int64_t free_minor, int64_t *ret_rest,
                                      struct asked *ret, size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < count && *ret_rest > free_minor; i++) {
        struct refunds_of_order_row *rows;
        size_t row_count;
        TRY(refunds_of_order(t->tx, t->arena, shares[i].shop_id, shares[i].order_id, 100, &rows,
                             &row_count));
        for (size_t k = 0; k < row_count && *ret_rest > free_minor; k++) {
            if (rows[k].state != REFUND_ASKED || rows[k].payment_id != shares[i].id ||
                rows[k].amount_minor > *ret_rest || *ret_count == ASKED_MAX)
                continue;
            ret[(*ret_count)++] = (struct asked){&shares[i], rows[k].id, rows[k].amount_minor};
            *ret_rest -= rows[k].amount_minor;
        }
    }
    return NULL;
}

/* From the orders of the charge in turn, each as far as it has something left. */
static const struct err *take_foreign(struct turn *t, const struct payment_row_row *shares,
                                      size_t count, const struct refund_said *said,
                                      const char **ret_verdict)
{
    struct asked asked[ASKED_MAX];
    size_t asked_count;
    int64_t free_minor = 0, rest = said->amount_minor;
    struct order o;
    for (size_t i = 0; i < count; i++)
        free_minor +=
            shares[i].amount_minor - shares[i].refunded_minor - shares[i].refunding_minor;
    TRY(choose_asked(t, shares, count, free_minor, &rest, asked, &asked_count));
    *ret_verdict = "refund_too_much";
    if (rest > free_minor)
        return NULL;
    for (size_t i = 0; i < asked_count; i++) {
        TRY(order_load(t, asked[i].share->shop_id, asked[i].share->order_id, &o));
        TRY(end_noticed(t, &o, asked[i].id, said, ret_verdict));
    }
    for (size_t i = 0; i < count && rest > 0; i++) {
        const struct payment_row_row *p = &shares[i];
        int64_t id, part = p->amount_minor - p->refunded_minor - p->refunding_minor;
        part = part < rest ? part : rest;
        if (part == 0)
            continue;
        TRY(order_load(t, p->shop_id, p->order_id, &o));
        TRY(insert_foreign(t, &o, p, part, said->event_row, &id));
        TRY(end_noticed(t, &o, id, said, ret_verdict));
        rest -= part;
    }
    return NULL;
}

const struct err *order_refund_noticed(struct turn *t, const struct payment_row_row *payment,
                                       const struct refund_said *said, const char **ret_verdict)
{
    struct payment_row_row *shares;
    size_t count;
    TRY(order_charge_rows(t->tx, t->arena, payment, &shares, &count));
    for (size_t i = 0; i < 2 * count; i++) {
        const struct payment_row_row *share = &shares[i % count];
        struct order o;
        int64_t id;
        TRY(asked_before(t, share, said, i < count, &id));
        if (id == 0)
            continue;
        TRY(order_load(t, share->shop_id, share->order_id, &o));
        return end_noticed(t, &o, id, said, ret_verdict);
    }
    return take_foreign(t, shares, count, said, ret_verdict);
}
