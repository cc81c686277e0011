/* Attempts to pay, and what providers report. A provider is called between two turns, never inside
 * one; "paid" is said by order_payment_inbox alone, whichever way a notice came. */
#include "order/order_part.h"

#include "core/audit.h"
#include "core/setting.h"
#include "pool/pool.h"

enum { RUNNING_MS = 120 * 1000 };

struct attempt {
    const struct order_pay *pay;
    str gateway;
    struct order order;
    struct payment_row_row row;
    str saved_method;
    bool must_call;
    struct payment_begin begin;   /* what the provider answered */
    struct payment_row_row ended; /* `row` after that answer */
};

/* ---- beginning ---- */

static const struct err *may_pay(struct turn *t, const struct order *o)
{
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    struct payment_count_row made;
    if (o->payment == ORDER_PAID)
        return ERR(t->arena, ERR_CONFLICT, "order.already_paid", "order %lld", (long long)o->id.v);
    if (!order_rules_step(now, ORDER_ACT_PAY, &next) || o->expires_ms <= t->now_ms)
        return ERR(t->arena, ERR_CONFLICT, "order.not_payable", "order %lld", (long long)o->id.v);
    TRY(payment_count(t->tx, t->arena, o->shop_id, o->id, &made));
    if (made.count >= ORDER_ATTEMPTS_MAX)
        return ERR(t->arena, ERR_LIMIT, "order.too_many_attempts", "order %lld",
                   (long long)o->id.v);
    return NULL;
}

static const struct err *insert_attempt(struct turn *t, struct attempt *x, int64_t *ret_id)
{
    const struct order_pay *pay = x->pay;
    int64_t is_new;
    TRY(may_pay(t, &x->order));
    if (pay->use_saved)
        TRY(order_saved_method(t->tx, t->arena, t->platform, pay->payer_id, x->gateway,
                               &x->saved_method));
    *ret_id = turn_new_id(t);
    if (pay->amount_minor < 0 || pay->amount_minor > order_due_minor(&x->order))
        return ERR(t->arena, ERR_CONFLICT, "order.pays_too_much", "%lld",
                   (long long)pay->amount_minor);
    int64_t amount =
        pay->amount_minor > 0 ? pay->amount_minor : order_due_now_minor(&x->order);
    TRY(payment_insert(t->tx, t->arena, *ret_id, pay->shop_id, pay->order_id, pay->payer_id,
                       pay->key, x->gateway, amount,
                       currency_str(&x->order.currency), pay->remember,
                       !str_is_empty(x->saved_method), pay->return_path, t->now_ms, &is_new));
    /* The order's row is locked: a twin waited and found the attempt before it came here. */
    return is_new == 1
               ? NULL
               : ERR(t->arena, ERR_CONFLICT, "error.key_running", "payment key of another order");
}

static const struct err *attempt_turn(struct turn *t, void *arg)
{
    struct attempt *x = arg;
    struct payment_of_key_row known;
    bool is_known, is_found;
    x->saved_method = STR_NONE;
    TRY(order_load(t, x->pay->shop_id, x->pay->order_id, &x->order));
    x->gateway = x->pay->gateway;
    if (str_is_empty(x->gateway))
        TRY(setting_text(t->tx, t->arena, t->platform, x->pay->shop_id, "order.gateway",
                         &x->gateway));
    TRY(payment_of_key(t->tx, t->arena, x->pay->payer_id, x->pay->shop_id, x->pay->key, &known,
                       &is_known));
    if (!is_known)
        TRY(insert_attempt(t, x, &known.id));
    TRY(payment_row(t->tx, t->arena, x->pay->shop_id, known.id, &x->row, &is_found));
    if (!is_found || x->row.order_id.v != x->pay->order_id.v ||
        (x->pay->amount_minor > 0 && x->row.amount_minor != x->pay->amount_minor))
        return ERR(t->arena, ERR_INVALID, "error.key_reused", "payment %lld", (long long)known.id);
    /* An attempt whose caller died before the answer is asked about again: the provider knows it by
     * its id. */
    x->must_call =
        !is_known || (x->row.state == ATTEMPT_BEGUN && x->row.begun_ms + RUNNING_MS <= t->now_ms);
    if (is_known && x->must_call && x->row.used_saved)
        TRY(order_saved_method(t->tx, t->arena, t->platform, x->pay->payer_id, x->gateway,
                               &x->saved_method));
    return NULL;
}

static const struct err *result_turn(struct turn *t, void *arg)
{
    struct attempt *x = arg;
    struct shop_id shop = x->pay->shop_id;
    const struct payment_begin *b = &x->begin;
    int64_t is_first;
    bool is_found;
    if (b->step == PAYMENT_STEP_FAILED)
        TRY(payment_failed(t->tx, t->arena, shop, x->row.id,
                           str_c(b->failure_key == NULL ? "order.declined" : b->failure_key),
                           &is_first));
    else if (b->step == PAYMENT_STEP_REDIRECT || b->step == PAYMENT_STEP_PENDING)
        TRY(payment_begun(t->tx, t->arena, shop, x->row.id, ATTEMPT_WAITS,
                          b->step == PAYMENT_STEP_REDIRECT ? b->redirect : STR_NONE,
                          b->provider_ref, STR_NONE, &is_first));
    else {
        str event_id;
        struct money amount = {x->row.amount_minor, x->order.currency};
        const char *gateway;
        TRY(str_fmt(t->arena, &event_id, "begin-%lld", (long long)x->row.id));
        TRY(str_to_c(t->arena, x->row.gateway, &gateway));
        TRY(payment_notify(t, &(struct payment_notice){
            .gateway = gateway, .event_id = event_id, .attempt_id = x->row.id, .shop_id = shop,
            .outcome = PAYMENT_CAPTURED, .amount = amount, .provider_ref = b->provider_ref,
            .saved_method = b->saved_method, .method_label = b->method_label}));
    }
    return payment_row(t->tx, t->arena, shop, x->row.id, &x->ended, &is_found);
}

/* How the attempt stands, in the words of the port. */
static const struct err *answer(struct arena *a, const struct payment_row_row *row,
                                struct payment_begin *ret)
{
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PENDING, .provider_ref = row->provider_ref,
                                  .method_label = row->method_label};
    switch ((enum payment_attempt_state)row->state) {
    case ATTEMPT_CAPTURED:
        ret->step = PAYMENT_STEP_PAID;
        break;
    case ATTEMPT_FAILED:
        ret->step = PAYMENT_STEP_FAILED;
        return str_to_c(a, row->failure_key, &ret->failure_key);
    case ATTEMPT_GOES_BACK:
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "order.goes_back";
        break;
    case ATTEMPT_WAITS:
        if (!str_is_empty(row->redirect)) {
            ret->step = PAYMENT_STEP_REDIRECT;
            ret->redirect = row->redirect;
        }
        break;
    case ATTEMPT_UNSET:
    case ATTEMPT_BEGUN:
        break;
    }
    return NULL;
}

static const struct err *call(struct platform *p, struct arena *a, struct attempt *x)
{
    const struct payment_gateway *gateway = payment_gateway_find(p, x->gateway);
    str description;
    TRY(str_fmt(a, &description, "#%lld", (long long)x->order.number));
    struct payment_attempt ask = {
        .attempt_id = x->row.id, .shop_id = x->pay->shop_id, .order_id = x->pay->order_id.v,
        .amount = {x->row.amount_minor, x->order.currency}, .description = description,
        .return_path = x->row.return_path, .saved_method = x->saved_method};
    const struct err *e = gateway->begin(p, a, &ask, &x->begin);
    if (e == NULL)
        return NULL;
    /* Nobody knows whether the provider got it: the attempt waits for a notice. */
    x->begin = (struct payment_begin){.step = PAYMENT_STEP_PENDING};
    if (e->kind != ERR_UNAVAILABLE && e->kind != ERR_LIMIT)
        x->begin = (struct payment_begin){.step = PAYMENT_STEP_FAILED, .failure_key = e->key};
    return NULL;
}

const struct err *order_pay_begin(struct platform *p, struct arena *a, const struct order_pay *pay,
                                  struct payment_begin *ret)
{
    struct attempt x = {.pay = pay};
    if (pay->key.len == 0 || pay->key.len > 255)
        return ERR(a, ERR_INVALID, "error.bad_key", "%zu bytes", pay->key.len);
    if (!str_is_empty(pay->gateway) && payment_gateway_find(p, pay->gateway) == NULL)
        return ERR(a, ERR_INVALID, "order.no_gateway", "%.*s", STR_ARG(pay->gateway));
    TRY(turn_run(p, a, pay->payer_id, attempt_turn, &x));
    if (x.must_call && payment_gateway_find(p, x.gateway) == NULL)
        return ERR(a, ERR_UNAVAILABLE, "order.no_gateway", "%.*s", STR_ARG(x.gateway));
    if (x.must_call) {
        TRY(call(p, a, &x));
        TRY(turn_run(p, a, pay->payer_id, result_turn, &x));
    }
    return answer(a, x.must_call ? &x.ended : &x.row, ret);
}

/* ---- notices ---- */

struct inbox {
    const struct payment_notice *notice;
    struct payment_row_row payment;
    struct order order;
    const char *verdict;
};

/* Late money: is everything the order asked for still on the shelf? */
static const struct err *goods_are_there(struct turn *t, const struct order *o, bool *ret)
{
    struct order_lines_row *lines;
    size_t count;
    TRY(order_lines(t->tx, t->arena, o->shop_id, o->id, PRICE_LINES_MAX, &lines, &count));
    *ret = true;
    for (size_t i = 0; i < count && *ret; i++) {
        int64_t left;
        TRY(stock_available(t->tx, t->arena, o->shop_id, &lines[i].variant_id, 1, &left));
        *ret = left == STOCK_UNTRACKED || left >= lines[i].quantity;
    }
    return NULL;
}

static const struct err *apply_waiting(struct turn *t, struct inbox *x)
{
    struct payment_events_waiting_row *rows;
    size_t count;
    TRY(payment_events_waiting(t->tx, t->arena, x->order.shop_id, x->payment.id, 20, &rows,
                               &count));
    for (size_t i = 0; i < count; i++) {
        const char *verdict;
        TRY(order_refund_noticed(t, x->order.shop_id, x->payment.id, rows[i].provider_ref,
                                 rows[i].amount_minor, rows[i].id, &verdict));
        TRY(payment_event_verdict(t->tx, t->arena, x->order.shop_id, rows[i].id, str_c(verdict)));
    }
    return NULL;
}

static const struct err *capture_useless(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    x->verdict = "goes_back";
    TRY(order_refund_extra(t, o, x->payment.id, x->payment.amount_minor));
    return order_tell(t, o, "order.payment_returned", x->payment.amount_minor,
                      S("the order had no use for it"));
}

static const struct err *capture_useful(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    const struct payment_notice *n = x->notice;
    bool was_late = o->state == ORDER_EXPIRED;
    int64_t amount = x->payment.amount_minor;
    x->verdict = "applied";
    o->state = ORDER_PLACED;
    o->paid_minor += amount;
    o->payment = order_rules_payment(o->total_minor, o->paid_minor, o->refunded_minor);
    if (o->paid_minor >= o->total_minor)
        o->paid_ms = t->now_ms;
    if (o->secured_ms == 0 && order_rules_is_secured(o)) {
        o->secured_ms = t->now_ms;
        o->expires_ms = INT64_MAX;
    }
    TRY(order_paid(t->tx, t->arena, o->shop_id, o->id, amount, o->state, o->paid_ms, o->secured_ms,
                   o->expires_ms));
    TRY(pool_order_money(t, o->shop_id, o->id.v, amount, "paid"));
    if (x->payment.remember && !str_is_empty(n->saved_method))
        TRY(order_method_keep(t, x->payment.account_id, x->payment.gateway, n->saved_method,
                              n->method_label));
    if (!was_late && o->paid_ms > 0)
        TRY(order_book_owed(t, o, -1));
    return order_settle(t, o, amount);
}

static const struct err *captured(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    const struct payment_notice *n = x->notice;
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    if (x->payment.state == ATTEMPT_CAPTURED || x->payment.state == ATTEMPT_GOES_BACK) {
        x->verdict = "known";
        return NULL;
    }
    int64_t amount = x->payment.amount_minor;
    bool is_useful =
        order_rules_step(now, ORDER_ACT_CAPTURE, &next) && amount <= order_due_minor(o);
    /* Late money must be all of it: what was owed has been struck out of the books. */
    if (is_useful && o->state == ORDER_EXPIRED) {
        TRY(goods_are_there(t, o, &is_useful));
        is_useful = is_useful && amount == o->total_minor;
    }
    TRY(payment_captured(t->tx, t->arena, o->shop_id, x->payment.id,
                         is_useful ? ATTEMPT_CAPTURED : ATTEMPT_GOES_BACK, n->provider_ref,
                         n->method_label, t->now_ms));
    TRY(order_book_captured(t, o, x->payment.id, amount, !is_useful));
    TRY(is_useful ? capture_useful(t, x) : capture_useless(t, x));
    return apply_waiting(t, x);
}

static const struct err *refunded(struct turn *t, struct inbox *x, int64_t event_row)
{
    if (x->payment.state != ATTEMPT_CAPTURED && x->payment.state != ATTEMPT_GOES_BACK) {
        x->verdict = "waits"; /* the notice of the capture comes later */
        return NULL;
    }
    return order_refund_noticed(t, x->order.shop_id, x->payment.id, x->notice->provider_ref,
                                x->notice->amount.minor, event_row, &x->verdict);
}

/* Why the notice does not fit what we asked for, or NULL (C-31). */
static const char *misfit(const struct inbox *x)
{
    const struct payment_notice *n = x->notice;
    if (!str_eq(str_c(n->gateway), x->payment.gateway))
        return "other_gateway";
    if (!currency_eq(n->amount.currency, x->order.currency))
        return "other_currency";
    if (n->outcome == PAYMENT_CAPTURED && n->amount.minor != x->payment.amount_minor)
        return "other_amount";
    return n->outcome == PAYMENT_REFUNDED && n->amount.minor <= 0 ? "other_amount" : NULL;
}

static const struct err *apply(struct turn *t, struct inbox *x, int64_t event_row)
{
    int64_t changed;
    switch (x->notice->outcome) {
    case PAYMENT_CAPTURED:
        return captured(t, x);
    case PAYMENT_FAILED:
        TRY(payment_failed(t->tx, t->arena, x->order.shop_id, x->payment.id, S("order.declined"),
                           &changed));
        x->verdict = changed == 1 ? "applied" : "known";
        return changed == 1 ? order_tell(t, &x->order, "order.payment_failed",
                                         x->payment.amount_minor, STR_NONE)
                            : NULL;
    case PAYMENT_REFUNDED:
        return refunded(t, x, event_row);
    case PAYMENT_OUTCOME_UNSET:
        break;
    }
    x->verdict = "other_outcome";
    return NULL;
}

/* Recorded, but nothing moved: somebody has to look. */
static const struct err *alarm(struct turn *t, const struct inbox *x)
{
    const struct payment_notice *n = x->notice;
    TRY(audit_write(t, &(struct audit){.shop_id = n->shop_id, .action = "order.payment_alarm",
                                       .subject_id = x->order.id.v, .why = str_c(x->verdict)}));
    return event_emit(t, &(struct event){.kind = "order.payment_alarm",
                                         .version = 1,
                                         .shop_id = n->shop_id,
                                         .subject_id = x->order.id.v,
                                         .object_id = n->attempt_id,
                                         .number = n->amount.minor,
                                         .text = str_c(x->verdict)});
}

static bool is_quiet(const char *verdict)
{
    static const char *const quiet[] = {"applied", "known", "waits", "goes_back"};
    for (size_t i = 0; i < COUNT(quiet); i++)
        if (str_eq(str_c(verdict), str_c(quiet[i])))
            return true;
    return false;
}

const struct err *order_payment_inbox(struct turn *t, const struct payment_notice *n)
{
    struct inbox x = {.notice = n};
    struct shop shop;
    int64_t event_row = turn_new_id(t), is_new;
    bool is_found;
    if (n->event_id.len == 0 || n->event_id.len > 255)
        return ERR(t->arena, ERR_INVALID, "order.bad_notice", "event id of %zu bytes",
                   n->event_id.len);
    TRY(shop_get(t->tx, t->arena, n->shop_id, &shop));
    TRY(payment_event_insert(t->tx, t->arena, event_row, n->shop_id, str_c(n->gateway), n->event_id,
                             n->attempt_id, n->outcome, n->amount.minor,
                             currency_str(&n->amount.currency), n->provider_ref, t->now_ms,
                             &is_new));
    if (is_new == 0)
        return NULL;
    TRY(payment_row(t->tx, t->arena, n->shop_id, n->attempt_id, &x.payment, &is_found));
    x.verdict = "unknown_payment";
    if (is_found) {
        TRY(order_load(t, n->shop_id, x.payment.order_id, &x.order));
        /* Again, now that the order is locked: another notice may have been applied meanwhile. */
        TRY(payment_row(t->tx, t->arena, n->shop_id, n->attempt_id, &x.payment, &is_found));
        x.verdict = misfit(&x);
        if (x.verdict == NULL)
            TRY(apply(t, &x, event_row));
    }
    if (!str_eq(str_c(x.verdict), S("applied")))
        TRY(payment_event_verdict(t->tx, t->arena, n->shop_id, event_row, str_c(x.verdict)));
    return is_quiet(x.verdict) ? NULL : alarm(t, &x);
}
