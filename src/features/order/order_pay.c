/* Attempts to pay. A provider is called between two turns, never inside one; that money moved is
 * said by order_payment_inbox alone, whichever way a notice came. */
#include "order/order_part.h"

#include "core/secret.h"
#include "core/setting.h"

enum { RUNNING_MS = 120 * 1000, ASK_FIRST_MS = 60 * 1000, ASK_MOST_MS = 6 * 3600 * 1000 };

struct attempt {
    const struct order_pay *pay;
    const struct payment_gateway *gateway;
    struct order order;       /* of several: the first */
    struct payment_row_row row;
    str saved_method;
    bool must_call;
};

int64_t order_pay_patience_ms(int64_t asks)
{
    int64_t ms = ASK_FIRST_MS;
    for (int64_t i = 0; i < asks && ms < ASK_MOST_MS; i++)
        ms *= 2;
    return ms < ASK_MOST_MS ? ms : ASK_MOST_MS;
}

/* ---- which gateways ---- */

const struct err *order_gateways(struct tx *tx, struct arena *a, const struct platform *p,
                                 struct shop_id shop, const struct payment_gateway **ret,
                                 size_t *ret_count)
{
    bool with_test;
    str first;
    TRY(setting_bool(tx, a, p, shop, "order.test_payment", &with_test));
    TRY(setting_text(tx, a, p, shop, "order.gateway", &first));
    TRY(payment_gateways(tx, a, p, shop, with_test, ret, ret_count));
    for (size_t i = 1; i < *ret_count; i++)
        if (str_eq(str_c(ret[i]->name), first)) {
            const struct payment_gateway *chosen = ret[i];
            memmove(&ret[1], &ret[0], i * sizeof(struct payment_gateway *));
            ret[0] = chosen;
        }
    return NULL;
}

/* All that one charge pays. */
static size_t orders_of(const struct order_pay *pay, const struct order_ref **ret)
{
    *ret = pay->orders;
    return pay->orders == NULL ? 1 : pay->order_count;
}

/* The one asked for, else the shop's first. */
static const struct err *choose(struct platform *p, struct arena *a, const struct order_pay *pay,
                                const struct payment_gateway **ret)
{
    const struct payment_gateway *all[PAYMENT_GATEWAYS_MAX];
    struct shop_id shops[BUNDLE_ORDERS_MAX] = {pay->shop_id};
    const struct order_ref *orders;
    struct tx *tx;
    size_t count, order_count = orders_of(pay, &orders);
    for (size_t i = 1; i < order_count; i++)
        shops[i] = orders[i].shop_id;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = order_gateways_of_all(tx, a, p, shops, order_count, all, &count);
    db_read_end(tx);
    TRY(e);
    for (size_t i = 0; i < count; i++)
        if (str_is_empty(pay->gateway) || str_eq(str_c(all[i]->name), pay->gateway)) {
            *ret = all[i];
            return NULL;
        }
    return err_with_field(a, ERR(a, ERR_INVALID, "order.no_gateway", "%.*s", STR_ARG(pay->gateway)),
                          "gateway");
}

/* ---- beginning ---- */

static bool is_tried_enough(const struct payment_count_row *made, bool is_share)
{
    return is_share ? made->of_payer >= SHARE_ATTEMPTS_OF_PAYER_MAX ||
                          made->of_share >= SHARE_ATTEMPTS_MAX ||
                          made->of_shares >= SHARES_ATTEMPTS_MAX
                    : made->apart >= ORDER_ATTEMPTS_MAX;
}

static const struct err *may_pay(struct turn *t, const struct order_pay *pay,
                                 const struct order *o)
{
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    struct payment_count_row made;
    if (o->payment == ORDER_PAID || o->payment == ORDER_AUTHORISED)
        return ERR(t->arena, ERR_CONFLICT, "order.already_paid", "order %lld", (long long)o->id.v);
    if (!order_rules_step(now, ORDER_ACT_PAY, &next) || o->expires_ms <= t->now_ms)
        return ERR(t->arena, ERR_CONFLICT, "order.not_payable", "order %lld", (long long)o->id.v);
    TRY(payment_count(t->tx, t->arena, o->shop_id, o->id, pay->share_id, pay->payer_id, &made));
    if (is_tried_enough(&made, pay->share_id.v != 0))
        return ERR(t->arena, ERR_LIMIT, "order.too_many_attempts", "order %lld",
                   (long long)o->id.v);
    return NULL;
}

static const struct err *saved_method(struct turn *t, struct attempt *x)
{
    str place;
    TRY(order_method_place(t->arena, x->pay->shop_id, x->gateway, &place));
    return order_saved_method(t->tx, t->arena, t->platform, x->pay->payer_id, place,
                              &x->saved_method);
}

/* How much of this order the attempt pays. */
static const struct err *part_of(struct turn *t, const struct order_pay *pay,
                                 const struct order *o, int64_t *ret_minor)
{
    int64_t due = order_due_minor(o) - o->authorised_minor, now = order_due_now_minor(o);
    int64_t asked = pay->amount_minor;
    TRY(may_pay(t, pay, o));
    if (pay->share_id.v != 0)
        TRY(order_share_may_pay(t, o, pay, &asked));
    if (asked < 0 || asked > due)
        return ERR(t->arena, ERR_CONFLICT, "order.pays_too_much", "%lld", (long long)asked);
    *ret_minor = asked > 0 ? asked : now < due ? now : due;
    return NULL;
}

struct part {
    struct order_ref order;
    int64_t id, amount_minor;
};

static const struct err *plan(struct turn *t, struct attempt *x, struct part *parts,
                              size_t *ret_count, int64_t *ret_sum)
{
    const struct order_ref *orders;
    size_t count = orders_of(x->pay, &orders);
    ASSERT(count >= 1 && count <= BUNDLE_ORDERS_MAX);
    *ret_count = count;
    *ret_sum = 0;
    for (size_t i = 0; i < count; i++) {
        struct order o = x->order;
        if (i > 0)
            TRY(order_load(t, orders[i].shop_id, orders[i].order_id, &o));
        ASSERT(currency_eq(o.currency, x->order.currency));
        parts[i] = (struct part){.order = {o.shop_id, o.id}, .id = turn_new_id(t)};
        TRY(part_of(t, x->pay, &o, &parts[i].amount_minor));
        struct money sum = {*ret_sum, o.currency};
        TRY(money_add(t->arena, sum, order_money(&o, parts[i].amount_minor), &sum));
        *ret_sum = sum.minor;
    }
    if (x->pay->shown_minor > 0 && x->pay->shown_minor != *ret_sum) {
        str now;
        TRY(str_fmt(t->arena, &now, "%lld", (long long)*ret_sum));
        return err_with_arg(t->arena, ERR(t->arena, ERR_CONFLICT, "order.price_changed",
                                          "%lld shown", (long long)x->pay->shown_minor), now);
    }
    return NULL;
}

static const struct err *insert_attempt(struct turn *t, struct attempt *x, int64_t *ret_id)
{
    const struct order_pay *pay = x->pay;
    struct part parts[BUNDLE_ORDERS_MAX];
    size_t count;
    int64_t sum, is_new, ask_ms = x->gateway->ask == NULL ? 0
                                                          : t->now_ms + order_pay_patience_ms(0);
    TRY(plan(t, x, parts, &count, &sum));
    if (pay->use_saved)
        TRY(saved_method(t, x));
    *ret_id = parts[0].id;
    for (size_t i = 0; i < count; i++) {
        bool is_shared = count > 1;
        TRY(payment_insert(t->tx, t->arena, parts[i].id, parts[i].order.shop_id,
                           parts[i].order.order_id, pay->payer_id, pay->key,
                           str_c(x->gateway->name), parts[i].amount_minor,
                           currency_str(&x->order.currency), pay->remember,
                           !str_is_empty(x->saved_method), pay->return_path, t->now_ms,
                           i == 0 ? ask_ms : 0, is_shared ? parts[0].id : 0,
                           is_shared ? pay->shop_id : (struct shop_id){0}, is_shared ? sum : 0,
                           pay->share_id.v, &is_new));
        /* The order's row is locked: a twin waited and found the attempt before it came here. */
        if (is_new == 0)
            return ERR(t->arena, ERR_CONFLICT, "error.key_running",
                       "payment key of another order");
    }
    return NULL;
}

static const struct err *attempt_turn(struct turn *t, void *arg)
{
    struct attempt *x = arg;
    struct payment_of_key_row known;
    bool is_known, is_found;
    x->saved_method = STR_NONE;
    TRY(order_load(t, x->pay->shop_id, x->pay->order_id, &x->order));
    TRY(payment_of_key(t->tx, t->arena, x->pay->payer_id, x->pay->shop_id, x->pay->key, &known,
                       &is_known));
    if (!is_known)
        TRY(insert_attempt(t, x, &known.id));
    TRY(payment_row(t->tx, t->arena, x->pay->shop_id, known.id, &x->row, &is_found));
    if (!is_found || x->row.order_id.v != x->pay->order_id.v ||
        x->row.share_id != x->pay->share_id.v || !order_charge_leads(&x->row) ||
        (x->row.charge_id != 0) != (x->pay->orders != NULL) ||
        (x->pay->amount_minor > 0 && x->row.amount_minor != x->pay->amount_minor))
        return ERR(t->arena, ERR_INVALID, "error.key_reused", "payment %lld", (long long)known.id);
    /* An attempt whose caller died before the answer is asked about again: the provider knows it by
     * its id. */
    x->must_call =
        !is_known || (x->row.state == ATTEMPT_BEGUN && x->row.begun_ms + RUNNING_MS <= t->now_ms);
    x->gateway = payment_gateway_find(t->platform, x->row.gateway);
    if (x->must_call && x->gateway == NULL)
        return ERR(t->arena, ERR_UNAVAILABLE, "order.no_gateway", "%.*s", STR_ARG(x->row.gateway));
    if (is_known && x->must_call && x->row.used_saved)
        TRY(saved_method(t, x));
    return NULL;
}

/* ---- what the provider is told ---- */

/* The way back leads through a page that asks the provider before it shows the order. */
static const struct err *way_back(struct platform *p, struct arena *a,
                                  const struct payment_gateway *gateway, int64_t payment_id,
                                  str order_path, str *ret)
{
    struct id_text id = id_format(payment_id);
    str sig;
    *ret = order_path;
    if (gateway->ask == NULL)
        return NULL;
    TRY(secret_sign(p, a, "order.return", id_str(&id), &sig));
    return str_fmt(a, ret, "/pay/back/%s?sig=%.*s", id.text, STR_ARG(sig));
}

/* `more`: how many orders beside this one it pays. */
static const struct err *describe(struct platform *p, struct arena *a,
                                  const struct payment_gateway *gateway,
                                  const struct payment_row_row *row, const struct order *o,
                                  size_t more, struct payment_attempt *ret)
{
    *ret = (struct payment_attempt){
        .attempt_id = row->id, .shop_id = o->shop_id, .order_id = o->id.v,
        .order_number = o->number, .amount = {order_charge_minor(row), o->currency},
        .back_path = row->return_path, .remember = row->remember,
        .provider_ref = row->provider_ref, .begun_ms = row->begun_ms};
    TRY(way_back(p, a, gateway, row->id, row->return_path, &ret->return_path));
    return more == 0 ? str_fmt(a, &ret->description, "#%lld", (long long)o->number)
                     : str_fmt(a, &ret->description, "#%lld + %zu", (long long)o->number, more);
}

static const struct err *load_saved(struct tx *tx, struct arena *a, struct platform *p,
                                    const struct payment_gateway *gateway,
                                    const struct payment_row_row *row, struct shop_id shop,
                                    str *ret)
{
    str place;
    TRY(order_method_place(a, shop, gateway, &place));
    return order_saved_method(tx, a, p, row->account_id, place, ret);
}

const struct err *order_pay_load(struct tx *tx, struct arena *a, struct platform *p,
                                 struct shop_id shop, int64_t payment_id,
                                 struct payment_attempt *ret,
                                 const struct payment_gateway **ret_gateway,
                                 enum payment_attempt_state *ret_state)
{
    struct payment_row_row row, *shares;
    struct order_row_row order_row_of;
    struct order o;
    size_t count;
    bool is_found;
    TRY(order_charge_lead(tx, a, shop, payment_id, &row, &is_found));
    if (is_found)
        TRY(order_row(tx, a, row.shop_id, row.order_id, &order_row_of, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "order.gone", "payment %lld", (long long)payment_id);
    TRY(order_fill(a, &order_row_of, &o));
    *ret_state = (enum payment_attempt_state)row.state;
    *ret_gateway = payment_gateway_find(p, row.gateway);
    if (*ret_gateway == NULL)
        return NULL;
    TRY(order_charge_rows(tx, a, &row, &shares, &count));
    TRY(describe(p, a, *ret_gateway, &row, &o, count - 1, ret));
    return row.used_saved
               ? load_saved(tx, a, p, *ret_gateway, &row, row.shop_id, &ret->saved_method) : NULL;
}

/* ---- what it answered ---- */

struct answered {
    struct shop_id shop_id;
    int64_t payment_id;
    const struct payment_begin *answer;
};

static const struct err *notify(struct turn *t, const struct answered *x,
                                const struct payment_row_row *row, enum payment_outcome outcome,
                                const char *word)
{
    const struct payment_begin *b = x->answer;
    struct payment_notice n = {.attempt_id = row->id,
                               .shop_id = x->shop_id,
                               .order_id = row->order_id.v,
                               .outcome = outcome,
                               .amount = b->amount,
                               .provider_ref = b->provider_ref,
                               .saved_method = b->saved_method,
                               .method_label = b->method_label};
    if (str_is_empty(currency_str(&n.amount.currency))) {
        n.amount.minor = order_charge_minor(row);
        TRY(currency_parse(t->arena, row->currency, &n.amount.currency));
    }
    TRY(str_to_c(t->arena, row->gateway, &n.gateway));
    TRY(str_fmt(t->arena, &n.event_id, "%s-%lld", word, (long long)row->id));
    return payment_notify(t, &n);
}

static const struct err *failed(struct turn *t, const struct answered *x,
                                const struct payment_row_row *row)
{
    const char *key = x->answer->failure_key;
    enum payment_attempt_state next;
    if (!order_rules_attempt((enum payment_attempt_state)row->state, PAYMENT_FAILED, &next))
        return NULL;
    return payment_move(t->tx, t->arena, row->shop_id, row->id, row->state, next,
                        x->answer->provider_ref, STR_NONE,
                        str_c(key == NULL ? "order.declined" : key), 0, 0);
}

static const struct err *goes_on(struct turn *t, const struct answered *x,
                                 const struct payment_row_row *row)
{
    const struct payment_begin *b = x->answer;
    const struct payment_gateway *gateway = payment_gateway_find(t->platform, row->gateway);
    int64_t changed;
    TRY(payment_begun(t->tx, t->arena, row->shop_id, row->id,
                      b->step == PAYMENT_STEP_REDIRECT ? b->redirect : STR_NONE, b->provider_ref,
                      &changed));
    if (gateway == NULL || gateway->hold_ms == 0 || row->state != ATTEMPT_BEGUN)
        return NULL;
    return order_waits_until(t->tx, t->arena, row->shop_id, row->order_id,
                             t->now_ms + gateway->hold_ms, &changed);
}

/* Nothing moved: each share of the charge stands as the charge does. */
static const struct err *note(struct turn *t, const struct answered *x,
                              const struct payment_row_row *row)
{
    struct payment_row_row *shares;
    size_t count;
    TRY(order_charge_rows(t->tx, t->arena, row, &shares, &count));
    for (size_t i = 0; i < count; i++)
        TRY(x->answer->step == PAYMENT_STEP_FAILED ? failed(t, x, &shares[i])
                                                   : goes_on(t, x, &shares[i]));
    return NULL;
}

static const struct err *answered_turn(struct turn *t, void *arg)
{
    const struct answered *x = arg;
    struct payment_row_row row;
    struct order o;
    bool is_found;
    TRY(payment_row(t->tx, t->arena, x->shop_id, x->payment_id, &row, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "order.gone", "payment %lld", (long long)x->payment_id);
    TRY(order_load(t, x->shop_id, row.order_id, &o));
    /* Again, now that the order is locked. */
    TRY(payment_row(t->tx, t->arena, x->shop_id, x->payment_id, &row, &is_found));
    switch (x->answer->step) {
    case PAYMENT_STEP_PAID:
        return notify(t, x, &row, PAYMENT_CAPTURED, "captured");
    case PAYMENT_STEP_AUTHORISED:
        return notify(t, x, &row, PAYMENT_AUTHORISED, "authorised");
    case PAYMENT_STEP_VOIDED:
        return notify(t, x, &row, PAYMENT_VOIDED, "voided");
    case PAYMENT_STEP_FAILED:
    case PAYMENT_STEP_REDIRECT:
    case PAYMENT_STEP_PENDING:
        return note(t, x, &row);
    case PAYMENT_STEP_UNSET:
    case PAYMENT_STEP_COUNT:
        break;
    }
    return ERR(t->arena, ERR_BUG, "error.bug", "a gateway answered nothing");
}

const struct err *order_pay_answered(struct platform *p, struct arena *a, struct account_id actor,
                                     struct shop_id shop, int64_t payment_id,
                                     const struct payment_begin *answer)
{
    return turn_run(p, a, actor, answered_turn, &(struct answered){shop, payment_id, answer});
}

/* ---- beginning ---- */

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
    case ATTEMPT_AUTHORISED:
        ret->step = PAYMENT_STEP_AUTHORISED;
        break;
    case ATTEMPT_FAILED:
        ret->step = PAYMENT_STEP_FAILED;
        return str_to_c(a, row->failure_key, &ret->failure_key);
    case ATTEMPT_GOES_BACK:
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "order.goes_back";
        break;
    case ATTEMPT_VOIDED:
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "order.voided";
        break;
    case ATTEMPT_WAITS:
        if (!str_is_empty(row->redirect)) {
            ret->step = PAYMENT_STEP_REDIRECT;
            ret->redirect = row->redirect;
        }
        break;
    case ATTEMPT_UNSET:
    case ATTEMPT_BEGUN:
    case ATTEMPT_STATE_COUNT:
        break;
    }
    return NULL;
}

static const struct err *call(struct platform *p, struct arena *a, struct attempt *x)
{
    struct payment_attempt ask;
    struct payment_begin begun = {0};
    const struct order_ref *orders;
    TRY(describe(p, a, x->gateway, &x->row, &x->order, orders_of(x->pay, &orders) - 1, &ask));
    ask.saved_method = x->saved_method;
    const struct err *e = x->gateway->begin(p, a, &ask, &begun);
    /* Nobody knows whether the provider got it: the attempt waits, and the provider is asked. */
    if (e != NULL)
        begun = (struct payment_begin){.step = PAYMENT_STEP_PENDING};
    if (e != NULL && e->kind != ERR_UNAVAILABLE && e->kind != ERR_LIMIT)
        begun = (struct payment_begin){.step = PAYMENT_STEP_FAILED, .failure_key = e->key};
    return order_pay_answered(p, a, x->pay->payer_id, x->pay->shop_id, x->row.id, &begun);
}

static const struct err *read_again(struct platform *p, struct arena *a, struct attempt *x)
{
    struct tx *tx;
    bool is_found;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = payment_row(tx, a, x->pay->shop_id, x->row.id, &x->row, &is_found);
    db_read_end(tx);
    return e;
}

const struct err *order_pay_begin(struct platform *p, struct arena *a, const struct order_pay *pay,
                                  struct payment_begin *ret)
{
    struct attempt x = {.pay = pay};
    if (pay->key.len == 0 || pay->key.len > 255)
        return ERR(a, ERR_INVALID, "error.bad_key", "%zu bytes", pay->key.len);
    TRY(choose(p, a, pay, &x.gateway));
    TRY(turn_run(p, a, pay->payer_id, attempt_turn, &x));
    if (x.must_call) {
        TRY(call(p, a, &x));
        TRY(read_again(p, a, &x));
    }
    return answer(a, &x.row, ret);
}
