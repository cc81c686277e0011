/* Asking providers: how an attempt stands when no notice came, and to take or to let go of what was
 * promised. All outside any turn; the answers are applied like notices. */
#include "order/order_web.h"

#include "core/audit.h"
#include "core/secret.h"

enum {
    ASK_SLICE = 20,
    /* Checkouts of providers are over after a day, bank debits after two weeks. */
    ASKS_MAX = 60
};

static const struct err *load(struct platform *p, struct arena *a, struct shop_id shop,
                              int64_t payment_id, struct payment_attempt *ret,
                              const struct payment_gateway **ret_gateway,
                              enum payment_attempt_state *ret_state)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e =
        order_pay_load(tx, a, p, shop, payment_id, ret, ret_gateway, ret_state);
    db_read_end(tx);
    return e;
}

static bool is_open(enum payment_attempt_state state)
{
    return state == ATTEMPT_BEGUN || state == ATTEMPT_WAITS || state == ATTEMPT_AUTHORISED;
}

/* ---- how it stands ---- */

const struct err *order_pay_ask(struct platform *p, struct arena *a, struct shop_id shop,
                                int64_t payment_id)
{
    const struct payment_gateway *gateway;
    struct payment_attempt attempt;
    enum payment_attempt_state state;
    struct payment_begin answer = {0};
    TRY(load(p, a, shop, payment_id, &attempt, &gateway, &state));
    if (gateway == NULL || gateway->ask == NULL || !is_open(state))
        return NULL;
    const struct err *e = gateway->ask(p, a, &attempt, &answer);
    if (e != NULL && (e->kind == ERR_UNAVAILABLE || e->kind == ERR_LIMIT))
        return NULL; /* it is asked again */
    TRY(e);
    return order_pay_answered(p, a, (struct account_id){0}, attempt.shop_id, attempt.attempt_id,
                              &answer);
}

static const struct err *later_turn(struct turn *t, void *arg)
{
    const struct payments_to_ask_row *due = arg;
    struct payment_row_row row;
    int64_t changed;
    bool is_found;
    TRY(payment_row(t->tx, t->arena, due->shop_id, due->id, &row, &is_found));
    if (!is_found)
        return NULL;
    return payment_ask_later(t->tx, t->arena, due->shop_id, due->id,
                             row.asks >= ASKS_MAX ? 0
                                                  : t->now_ms + order_pay_patience_ms(row.asks + 1),
                             &changed);
}

/* One provider's trouble is not the others': each is put off first, then asked. */
const struct err *order_pay_ask_job(struct job_run *run)
{
    const struct err *first = NULL;
    struct payments_to_ask_row *due;
    struct tx *tx;
    size_t count;
    TRY(db_read_begin(run->platform->db, run->arena, &tx));
    const struct err *e =
        payments_to_ask(tx, run->arena, run->now_ms, ASK_SLICE, ASK_SLICE, &due, &count);
    db_read_end(tx);
    TRY(e);
    for (size_t i = 0; i < count; i++) {
        TRY(turn_run(run->platform, run->arena, (struct account_id){0}, later_turn, &due[i]));
        e = order_pay_ask(run->platform, run->arena, due[i].shop_id, due[i].id);
        first = first == NULL ? e : first;
    }
    return first;
}

/* ---- the payer comes back ---- */

const struct err *order_page_pay_back(struct web *w)
{
    const struct payment_gateway *gateway;
    struct payment_attempt attempt;
    enum payment_attempt_state state;
    struct payment_place_row place;
    struct id_text text;
    struct tx *tx;
    int64_t id;
    bool is_found;
    TRY(web_param_id(w, 0, &id));
    text = id_format(id);
    if (!secret_verify(w->platform, w->arena, "order.return", id_str(&text), web_query(w, "sig")))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "a way back without its signature");
    TRY(web_read(w, &tx));
    TRY(payment_place(tx, w->arena, id, &place, &is_found));
    if (!is_found)
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "payment");
    TRY(order_pay_load(tx, w->arena, w->platform, place.shop_id, id, &attempt, &gateway, &state));
    web_read_end(w);
    /* What cannot be known now is told by the order's page later. */
    const struct err *e = order_pay_ask(w->platform, w->arena, place.shop_id, id);
    if (e != NULL && e->kind == ERR_BUG)
        return e;
    return web_redirect_to(w, attempt.back_path);
}

/* ---- taking what was promised ---- */

static const struct err *check_order(struct platform *p, struct arena *a, struct shop_id shop,
                                     struct order_id order, int64_t payment_id)
{
    struct payment_row_row row;
    struct tx *tx;
    bool is_found;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = payment_row(tx, a, shop, payment_id, &row, &is_found);
    db_read_end(tx);
    TRY(e);
    return is_found && row.order_id.v == order.v
               ? NULL
               : ERR(a, ERR_NOT_FOUND, "order.gone", "payment %lld", (long long)payment_id);
}

const struct err *order_pay_capture(struct platform *p, struct arena *a, struct shop_id shop,
                                    struct order_id order, int64_t payment_id,
                                    struct account_id actor, enum payment_step *ret_step)
{
    const struct payment_gateway *gateway;
    struct payment_attempt attempt;
    enum payment_attempt_state state;
    struct payment_begin answer = {0};
    TRY(check_order(p, a, shop, order, payment_id));
    TRY(load(p, a, shop, payment_id, &attempt, &gateway, &state));
    *ret_step = PAYMENT_STEP_PAID;
    if (state == ATTEMPT_CAPTURED)
        return NULL;
    if (gateway == NULL || gateway->capture == NULL || !is_open(state))
        return ERR(a, ERR_CONFLICT, "order.not_capturable", "payment %lld in state %d",
                   (long long)payment_id, (int)state);
    TRY(gateway->capture(p, a, &attempt, actor, &answer));
    *ret_step = answer.step;
    /* An authorisation that is still being taken stays what it is. */
    if (answer.step == PAYMENT_STEP_PENDING)
        return NULL;
    return order_pay_answered(p, a, actor, attempt.shop_id, attempt.attempt_id, &answer);
}

/* ---- letting go of it ---- */

const struct err *order_pay_cancel_one(struct turn *t, struct shop_id shop, int64_t payment_id)
{
    struct payment_row_row row;
    struct id_text text;
    str key;
    bool is_found;
    TRY(order_charge_lead(t->tx, t->arena, shop, payment_id, &row, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "order.gone", "payment %lld", (long long)payment_id);
    text = id_format(row.id);
    TRY(str_dup(t->arena, id_str(&text), &key));
    return job_enqueue(t, &(struct job_request){.kind = "order.pay_cancel", .shop_id = row.shop_id,
                                                .key = key, .payload = key});
}

const struct err *order_pay_cancel_queue(struct turn *t, const struct order *o)
{
    struct payments_of_order_row *rows;
    size_t count;
    TRY(payments_of_order(t->tx, t->arena, o->shop_id, o->id, ORDER_PAYMENTS_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        const struct payment_gateway *gateway = payment_gateway_find(t->platform, rows[i].gateway);
        /* What was promised for several orders is the others' too: the charge stays, and the part
         * of this one goes back when it is taken. */
        bool is_others = rows[i].charge_id != 0 && rows[i].state == ATTEMPT_AUTHORISED;
        if (gateway != NULL && gateway->cancel != NULL && !is_others &&
            is_open((enum payment_attempt_state)rows[i].state))
            TRY(order_pay_cancel_one(t, o->shop_id, rows[i].id));
    }
    return NULL;
}

const struct err *order_pay_cancel_job(struct job_run *run)
{
    const struct payment_gateway *gateway;
    struct payment_attempt attempt;
    enum payment_attempt_state state;
    struct payment_begin answer = {0};
    int64_t id;
    if (!id_parse(run->payload, &id))
        return ERR(run->arena, ERR_BUG, "error.bug", "a job without a payment");
    TRY(load(run->platform, run->arena, run->shop_id, id, &attempt, &gateway, &state));
    bool is_over =
        state == ATTEMPT_CAPTURED || state == ATTEMPT_GOES_BACK || state == ATTEMPT_VOIDED;
    if (is_over || gateway == NULL || gateway->cancel == NULL)
        return NULL;
    TRY(gateway->cancel(run->platform, run->arena, &attempt, &answer));
    return order_pay_answered(run->platform, run->arena, (struct account_id){0}, attempt.shop_id,
                              attempt.attempt_id, &answer);
}
