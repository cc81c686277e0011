/* What providers report. Each notice is stored once (I11) in the turn that applies it; in whatever
 * order and how often they come, they end in one state (order_rules_attempt). A notice that does
 * not fit what was asked for changes nothing and raises an alarm (C-31). A notice about a charge of
 * several orders is applied to the share of each; the orders are locked in rising order of id. */
#include "order/order_part.h"

#include "core/audit.h"
#include "pool/pool.h"

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

/* Refunds that were told before their capture. */
static const struct err *apply_waiting(struct turn *t, struct payment_row_row *payment)
{
    struct payment_events_waiting_row *rows;
    size_t count;
    bool is_found;
    TRY(payment_events_waiting(t->tx, t->arena, payment->shop_id, payment->id, 20, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(payment_row(t->tx, t->arena, payment->shop_id, payment->id, payment, &is_found));
        struct refund_said said = {.provider_ref = rows[i].provider_ref,
                                   .amount_minor = rows[i].amount_minor,
                                   .event_row = rows[i].id};
        const char *verdict;
        TRY(order_refund_noticed(t, payment, &said, &verdict));
        TRY(payment_event_verdict(t->tx, t->arena, payment->shop_id, rows[i].id, str_c(verdict)));
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

static const struct err *keep_method(struct turn *t, const struct inbox *x)
{
    const struct payment_gateway *gateway = payment_gateway_find(t->platform, x->payment.gateway);
    str place;
    if (gateway == NULL)
        return NULL;
    TRY(order_method_place(t->arena, x->order.shop_id, gateway, &place));
    return order_method_keep(t, x->payment.account_id, place, x->notice->saved_method,
                             x->notice->method_label);
}

/* ---- promised ---- */

static const struct err *end_promise(struct turn *t, struct inbox *x, int64_t expires_ms)
{
    struct order *o = &x->order;
    o->authorised_minor -= x->payment.amount_minor;
    return order_authorise(t->tx, t->arena, o->shop_id, o->id, -x->payment.amount_minor,
                           expires_ms);
}

static const struct err *authorised(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    const struct payment_notice *n = x->notice;
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    x->verdict = "applied";
    if (!order_rules_step(now, ORDER_ACT_PAY, &next)) {
        /* Of no use to the order: the provider lets go of it. What other orders have a use for is
         * taken, and this part of it goes back then. */
        x->verdict = "goes_back";
        return x->payment.charge_id != 0 ? NULL
                                         : order_pay_cancel_one(t, o->shop_id, x->payment.id);
    }
    TRY(payment_move(t->tx, t->arena, o->shop_id, x->payment.id, x->payment.state,
                     ATTEMPT_AUTHORISED, n->provider_ref, n->method_label, STR_NONE, 0,
                     order_charge_leads(&x->payment)
                         ? t->now_ms + order_pay_patience_ms(INT64_MAX) : 0));
    if (x->payment.share_id != 0)
        TRY(order_share_arrived(t, o));
    o->authorised_minor += x->payment.amount_minor;
    o->payment =
        order_rules_covered(o->payment, o->total_minor, o->paid_minor, o->authorised_minor);
    /* What is promised in full does not expire: the provider says when the promise ends. */
    TRY(order_authorise(t->tx, t->arena, o->shop_id, o->id, x->payment.amount_minor,
                        o->payment == ORDER_AUTHORISED ? INT64_MAX : o->expires_ms));
    if (o->payment != ORDER_AUTHORISED)
        return NULL;
    TRY(order_tell(t, o, "order.authorised", x->payment.amount_minor, STR_NONE));
    return order_mail_confirmation(t, o);
}

/* The goods wait as long again as for a new order, so that she may pay otherwise. */
static const struct err *voided(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    x->verdict = "applied";
    TRY(payment_move(t->tx, t->arena, o->shop_id, x->payment.id, x->payment.state, ATTEMPT_VOIDED,
                     x->notice->provider_ref, STR_NONE, S("order.voided"), 0, 0));
    bool is_open = o->secured_ms == 0 && o->fulfilment == ORDER_UNFULFILLED;
    if (x->payment.state == ATTEMPT_AUTHORISED)
        TRY(end_promise(t, x, is_open && o->payment == ORDER_AUTHORISED ? t->now_ms + ORDER_HOLD_MS
                                                                        : o->expires_ms));
    return order_tell(t, o, "order.payment_voided", x->payment.amount_minor, STR_NONE);
}

/* ---- captured ---- */

static const struct err *capture_useful(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    bool was_late = o->state == ORDER_EXPIRED;
    int64_t amount = x->payment.amount_minor, worth;
    x->verdict = "applied";
    if (was_late)
        o->state = ORDER_PLACED;
    o->paid_minor += amount;
    o->payment = order_rules_payment(o->total_minor, o->paid_minor, o->refunded_minor);
    if (o->paid_minor >= o->total_minor)
        o->paid_ms = t->now_ms;
    if (x->payment.share_id != 0)
        TRY(order_share_arrived(t, o));
    if (o->secured_ms == 0 && order_rules_is_secured(o)) {
        o->secured_ms = t->now_ms;
        o->expires_ms = INT64_MAX;
    }
    TRY(order_paid(t->tx, t->arena, o->shop_id, o->id, amount, o->state, o->paid_ms, o->secured_ms,
                   o->expires_ms));
    TRY(order_base_step(t->arena, o, o->paid_minor - amount, o->paid_minor, &worth));
    TRY(pool_order_money(t, o->shop_id, o->id.v, worth, "paid"));
    if (x->payment.remember && order_charge_leads(&x->payment) &&
        !str_is_empty(x->notice->saved_method))
        TRY(keep_method(t, x));
    if (!was_late && o->paid_ms > 0)
        TRY(order_book_owed(t, o, -1));
    return order_settle(t, o, amount);
}

/* Has the order a use for this money? A promise of it counts for this attempt alone. For late money
 * the samples are taken again, if it has. */
static const struct err *is_capture_useful(struct turn *t, const struct inbox *x, bool *ret)
{
    const struct order *o = &x->order;
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    int64_t amount = x->payment.amount_minor;
    bool was_promised = x->payment.state == ATTEMPT_AUTHORISED;
    *ret = order_rules_step(now, ORDER_ACT_CAPTURE, &next) && amount <= order_due_minor(o) &&
           (o->payment != ORDER_AUTHORISED || was_promised);
    /* Late money must be all of it: what was owed has been struck out of the books. */
    if (*ret && o->state == ORDER_EXPIRED) {
        TRY(goods_are_there(t, o, ret));
        *ret = *ret && amount == o->total_minor;
    }
    if (*ret && x->payment.share_id != 0)
        TRY(order_share_waits(t, o, &x->payment, ret));
    if (*ret && o->state == ORDER_EXPIRED)
        TRY(order_sample_again(t, o, ret));
    return NULL;
}

static const struct err *captured(struct turn *t, struct inbox *x)
{
    struct order *o = &x->order;
    const struct payment_notice *n = x->notice;
    bool is_useful;
    TRY(is_capture_useful(t, x, &is_useful));
    TRY(payment_move(t->tx, t->arena, o->shop_id, x->payment.id, x->payment.state,
                     is_useful ? ATTEMPT_CAPTURED : ATTEMPT_GOES_BACK, n->provider_ref,
                     n->method_label, STR_NONE, t->now_ms, 0));
    if (x->payment.state == ATTEMPT_AUTHORISED)
        TRY(end_promise(t, x, o->expires_ms));
    TRY(order_book_captured(t, o, x->payment.id, x->payment.amount_minor, !is_useful));
    return is_useful ? capture_useful(t, x) : capture_useless(t, x);
}

static const struct err *refunded(struct turn *t, struct inbox *x, int64_t event_row)
{
    struct refund_said said = {.provider_ref = x->notice->provider_ref,
                               .refund_id = x->notice->refund_id,
                               .amount_minor = x->notice->amount.minor,
                               .event_row = event_row};
    if (x->payment.state != ATTEMPT_CAPTURED && x->payment.state != ATTEMPT_GOES_BACK) {
        x->verdict = "waits"; /* the notice of the capture comes later */
        return NULL;
    }
    return order_refund_noticed(t, &x->payment, &said, &x->verdict);
}

/* Why the notice does not fit what we asked for, or NULL (C-31). */
static const char *misfit(const struct inbox *x)
{
    const struct payment_notice *n = x->notice;
    if (!str_eq(str_c(n->gateway), x->payment.gateway))
        return "other_gateway";
    if (!order_charge_leads(&x->payment))
        return "other_attempt";
    if (n->order_id != 0 && n->order_id != x->order.id.v)
        return "other_order";
    if (!currency_eq(n->amount.currency, x->order.currency))
        return "other_currency";
    if ((n->outcome == PAYMENT_CAPTURED || n->outcome == PAYMENT_AUTHORISED) &&
        n->amount.minor != order_charge_minor(&x->payment))
        return "other_amount";
    return n->outcome == PAYMENT_REFUNDED && n->amount.minor <= 0 ? "other_amount" : NULL;
}

static const struct err *declined(struct turn *t, struct inbox *x)
{
    x->verdict = "applied";
    TRY(payment_move(t->tx, t->arena, x->order.shop_id, x->payment.id, x->payment.state,
                     ATTEMPT_FAILED, STR_NONE, STR_NONE, S("order.declined"), 0, 0));
    return order_tell(t, &x->order, "order.payment_failed", x->payment.amount_minor, STR_NONE);
}

static const struct err *apply(struct turn *t, struct inbox *x)
{
    enum payment_outcome outcome = x->notice->outcome;
    enum payment_attempt_state next;
    if (!order_rules_attempt((enum payment_attempt_state)x->payment.state, outcome, &next)) {
        x->verdict = outcome == PAYMENT_DISPUTED ? "disputed" : "known";
        return NULL;
    }
    if (next == ATTEMPT_CAPTURED)
        return captured(t, x);
    if (next == ATTEMPT_AUTHORISED)
        return authorised(t, x);
    return next == ATTEMPT_VOIDED ? voided(t, x) : declined(t, x);
}

/* Recorded, but nothing moved: somebody has to look. */
static const struct err *alarm(struct turn *t, const struct inbox *x)
{
    const struct payment_notice *n = x->notice;
    struct shop_id shop = x->order.id.v != 0 ? x->order.shop_id : n->shop_id;
    TRY(audit_write(t, &(struct audit){.shop_id = shop, .action = "order.payment_alarm",
                                       .subject_id = x->order.id.v, .why = str_c(x->verdict)}));
    return event_emit(t, &(struct event){.kind = "order.payment_alarm",
                                         .version = 1,
                                         .shop_id = shop,
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

/* The charge as it stands, now that all its orders are locked: another notice may have been applied
 * meanwhile. */
static const struct err *load_shares(struct turn *t, const struct inbox *found, struct inbox **ret,
                                     size_t *ret_count)
{
    struct payment_row_row lead, *rows;
    bool is_found;
    TRY(payment_row(t->tx, t->arena, found->notice->shop_id, found->notice->attempt_id, &lead,
                    &is_found));
    TRY(order_charge_rows(t->tx, t->arena, &lead, &rows, ret_count));
    TRY_NEW_ARRAY(t->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        (*ret)[i] = (struct inbox){.notice = found->notice, .payment = rows[i]};
        if (i == 0)
            (*ret)[i].order = found->order;
        else
            TRY(order_load(t, rows[i].shop_id, rows[i].order_id, &(*ret)[i].order));
    }
    return NULL;
}

/* *ret_verdict: what became of the notice; of a charge of several, "applied" when any took it. */
static const struct err *apply_all(struct turn *t, const struct inbox *found, int64_t event_row,
                                   const char **ret_verdict)
{
    struct inbox *shares;
    size_t count;
    TRY(load_shares(t, found, &shares, &count));
    if (found->notice->outcome == PAYMENT_REFUNDED) {
        TRY(refunded(t, &shares[0], event_row));
        *ret_verdict = shares[0].verdict;
        return is_quiet(*ret_verdict) ? NULL : alarm(t, &shares[0]);
    }
    for (size_t i = 0; i < count; i++) {
        TRY(apply(t, &shares[i]));
        if (i == 0 || str_eq(str_c(shares[i].verdict), S("applied")))
            *ret_verdict = shares[i].verdict;
        if (!is_quiet(shares[i].verdict))
            TRY(alarm(t, &shares[i]));
    }
    return found->notice->outcome == PAYMENT_CAPTURED ? apply_waiting(t, &shares[0].payment) : NULL;
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
        x.verdict = misfit(&x);
    }
    if (x.verdict != NULL)
        TRY(alarm(t, &x));
    else
        TRY(apply_all(t, &x, event_row, &x.verdict));
    return str_eq(str_c(x.verdict), S("applied"))
               ? NULL
               : payment_event_verdict(t->tx, t->arena, n->shop_id, event_row, str_c(x.verdict));
}
