/* The bank: beginning payments, its word about them in any order, and money that goes back. */
#include <stdio.h>
#include <string.h>

#include "plants.h"
#include "sim.h"
#include <sqlite3.h>

struct sim *sim_now;
static struct {
    int lead; /* being asked for; its id is not known before */
    int mood;
    bool was_asked;
} asking;

/* ---- its word ---- */

static int64_t sum_of(const struct model *m, int lead)
{
    int64_t sum = 0;
    for (int i = lead; i < lead + m->attempts[lead].parts; i++)
        sum += m->attempts[i].minor;
    return sum;
}

static void send_notice(struct sim *s, int lead, enum payment_outcome outcome, int64_t minor,
                        bool is_forged)
{
    if (s->notice_count == SIM_NOTICES_MAX)
        return;
    struct sim_notice *n = &s->notices[s->notice_count++];
    *n = (struct sim_notice){lead, outcome, minor, "", is_forged};
    snprintf(n->event, sizeof n->event, "event-%d", s->events++);
}

static void charge(struct sim *s, int lead)
{
    int64_t sum = sum_of(&s->model, lead);
    if (sim_happens(s, 6)) /* the bank gives it back before it has told that it was paid */
        send_notice(s, lead, PAYMENT_REFUNDED, sum, false);
    if (sim_happens(s, 6))
        send_notice(s, lead, PAYMENT_CAPTURED, sum - 1 - sim_below(s, 3), true);
    send_notice(s, lead, PAYMENT_CAPTURED, sum, false);
}

enum mood { MOOD_PAID_AT_ONCE, MOOD_PENDING, MOOD_DECLINED, MOOD_UNKNOWN, MOOD_SILENT, MOODS };

static const struct err *method_of(struct arena *a, const struct model_attempt *x, str *ret)
{
    *ret = STR_NONE;
    return x->keeps_method ? str_fmt(a, ret, "card-%d", x->payer) : NULL;
}

static const struct err *bank_begin(struct arena *a, const struct payment_attempt *x,
                                    struct payment_begin *ret)
{
    struct sim *s = sim_now;
    struct model_attempt *mine = &s->model.attempts[asking.lead];
    int64_t sum = sum_of(&s->model, asking.lead);
    mine->id = x->attempt_id;
    if (asking.was_asked)
        sim_break(s, "the bank is asked twice for one key");
    asking.was_asked = true;
    sim_learn_parts(s, asking.lead);
    if (x->amount.minor != sum)
        sim_break(s, "the bank is asked for %lld instead of %lld", (long long)x->amount.minor,
                  (long long)sum);
    if (str_is_empty(x->saved_method) ==
        (mine->used_saved && s->model.has_method[mine->payer]))
        sim_break(s, "the bank is told the wrong way to pay of buyer %d", mine->payer);
    if (asking.mood == MOOD_DECLINED) {
        for (int i = 0; i < mine->parts; i++)
            mine[i].state = MONEY_FAILED;
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "order.declined";
        return NULL;
    }
    if (asking.mood == MOOD_PAID_AT_ONCE)
        ret->step = PAYMENT_STEP_PAID;
    else if (asking.mood != MOOD_SILENT) /* those never pay, or nobody ever hears of it */
        charge(s, asking.lead);
    if (asking.mood == MOOD_UNKNOWN)
        return ERR(a, ERR_UNAVAILABLE, "sim.no_answer", "charged, and the line broke");
    TRY(method_of(a, mine, &ret->saved_method));
    return str_fmt(a, &ret->provider_ref, "pay-%lld", (long long)x->attempt_id);
}

/* ---- money back ---- */

/* A part that goes back because its order, or that to which it was added, has just expired: the
 * event is not told yet. When that happens the store decides; whether it may happen, the model. */
static void learn_expiry(struct sim *s, struct arena *a, int order)
{
    const struct model_order *o = &s->model.orders[order];
    struct order now;
    if (o->state == ORDER_PLACED && !o->is_secured && o->expires_ms <= s->now_ms &&
        pond_read(&s->pond, a, o->id, &now) == NULL && now.state == ORDER_EXPIRED)
        model_expired(&s->model, order);
}

static const struct err *bank_refund(struct arena *a, int64_t refund_id, str payment_ref,
                                     struct money amount, struct payment_begin *ret)
{
    struct sim *s = sim_now;
    int64_t payment = sim_payment_of_refund(s, refund_id);
    int attempt = -1;
    (void)payment_ref;
    for (int i = 0; i < s->model.attempt_count; i++)
        if (s->model.attempts[i].id == payment)
            attempt = i;
    if (attempt < 0) {
        sim_break(s, "a refund of an unknown payment");
        return NULL;
    }
    if (sim_happens(s, 15))
        return ERR(a, ERR_UNAVAILABLE, "sim.no_answer", "not heard");
    const struct model_attempt *x = &s->model.attempts[attempt];
    if (amount.minor > x->minor - x->refunded)
        sim_break(s, "the bank is asked for %lld back of %lld, %lld of it back already",
                  (long long)amount.minor, (long long)x->minor, (long long)x->refunded);
    if (x->state == MONEY_CAPTURED) {
        int base = s->model.orders[x->order].added_to - 1;
        learn_expiry(s, a, x->order);
        if (base >= 0)
            learn_expiry(s, a, base);
    }
    model_gave_back(&s->model, attempt, amount.minor, true);
    return str_fmt(a, &ret->provider_ref, "refund-%lld", (long long)refund_id);
}

const struct pond_bank sim_bank = {.begin = bank_begin, .refund = bank_refund};

/* ---- hearing it ---- */

static const struct err *notice_turn(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

static const struct err *tell(struct sim *s, const struct sim_notice *n)
{
    const struct model_attempt *x = &s->model.attempts[n->lead];
    struct payment_notice notice = {.gateway = "test",
                                    .event_id = str_c(n->event),
                                    .attempt_id = x->id,
                                    .shop_id = sim_shop_of(s, x->order),
                                    .outcome = n->outcome,
                                    .amount = {.minor = n->minor, .currency = {"EUR"}}};
    if (plant_is(s->plant, "other_amount_accepted") && n->is_forged)
        notice.amount.minor = sum_of(&s->model, n->lead);
    TRY(method_of(&s->arena, x, &notice.saved_method));
    TRY(str_fmt(&s->arena, &notice.provider_ref,
                n->outcome == PAYMENT_REFUNDED ? "desk-%lld" : "pay-%lld", (long long)x->id));
    return turn_run(s->pond.platform, &s->arena, (struct account_id){0}, notice_turn, &notice);
}

void sim_hear(struct sim *s)
{
    if (s->notice_count == 0)
        return;
    int at = sim_below(s, s->notice_count);
    struct sim_notice n = s->notices[at];
    struct model_attempt *x = &s->model.attempts[n.lead];
    /* The same event twice, or a second event of the same kind: neither does anything again. */
    bool comes_again = sim_happens(s, 25);
    bool was_told = x->state == MONEY_CAPTURED || x->state == MONEY_GOES_BACK;
    if (!comes_again)
        s->notices[at] = s->notices[--s->notice_count];
    if (n.outcome == PAYMENT_REFUNDED && !model_desk_may(&s->model, n.lead))
        return; /* the bank makes one refund of its own, of money that is whole */
    if (!sim_expect(s, "notice", tell(s, &n), NULL) || n.is_forged)
        return;
    if (n.outcome == PAYMENT_CAPTURED && !was_told)
        model_captured(&s->model, n.lead);
    else if (n.outcome == PAYMENT_REFUNDED && !was_told)
        x->parked = n.minor;
    else if (n.outcome == PAYMENT_REFUNDED)
        model_desk_gave_back(&s->model, n.lead);
}

/* ---- paying ---- */

/* The parts of this attempt as the model has them, if it may be made at all. */
static const char *plan(struct sim *s, const struct sim_paying *p, const int *orders, int count)
{
    struct model *m = &s->model;
    for (int i = 0; i < count; i++) {
        const char *refusal =
            model_pay_refusal(m, orders[i], p->payer, p->share, p->minor, s->now_ms);
        if (refusal != NULL)
            return refusal;
    }
    for (int i = 0; i < count; i++) {
        const struct model_order *o = &m->orders[orders[i]];
        int64_t minor = p->minor > 0 ? p->minor : model_due_now(o);
        for (int k = 0; k < o->share_count && p->share.v != 0; k++)
            minor = o->shares[k].v == p->share.v ? o->share_minor[k] : minor;
        m->attempts[m->attempt_count + i] = (struct model_attempt){
            .order = orders[i], .payer = p->payer, .lead = m->attempt_count, .parts = count,
            .share = p->share, .minor = minor, .begun_ms = s->now_ms,
            .used_saved = p->use_saved, .keeps_method = p->use_saved && i == 0};
    }
    m->attempt_count += count;
    return NULL;
}

static const struct err *begin(struct sim *s, const struct sim_paying *p, str key)
{
    struct payment_begin begun;
    if (p->bundle != NULL) {
        struct order_bundle_pay pay = {.key = key, .bundle_id = p->bundle->id,
                                       .payer_id = s->pond.buyers[p->payer],
                                       .use_saved = p->use_saved, .remember = p->use_saved,
                                       .return_path = S("/")};
        return order_bundle_pay(s->pond.platform, &s->arena, &pay, &begun);
    }
    struct order_pay pay = {.key = key, .shop_id = sim_shop_of(s, p->order),
                            .order_id = s->model.orders[p->order].id,
                            .payer_id = s->pond.buyers[p->payer], .share_id = p->share,
                            .use_saved = p->use_saved, .remember = p->use_saved,
                            .amount_minor = p->minor, .return_path = S("/")};
    return order_pay_begin(s->pond.platform, &s->arena, &pay, &begun);
}

void sim_pay(struct sim *s, const struct sim_paying *p)
{
    struct model *m = &s->model;
    int orders[POND_SHOPS] = {p->order}, count = p->bundle == NULL ? 1 : 0;
    str key;
    if (m->attempt_count + POND_SHOPS > MODEL_ATTEMPTS_MAX)
        return;
    for (int i = 0; p->bundle != NULL && i < p->bundle->count; i++)
        if (model_may_pay(&m->orders[p->bundle->orders[i]], s->now_ms))
            orders[count++] = p->bundle->orders[i];
    asking.lead = m->attempt_count;
    asking.mood = sim_below(s, MOODS);
    asking.was_asked = false;
    const char *refusal = count == 0 ? "order.already_paid" : plan(s, p, orders, count);
    if (str_fmt(&s->arena, &key, "pay-%d", s->step) != NULL)
        return;
    if (!sim_expect(s, "a payment", begin(s, p, key), refusal) || refusal != NULL)
        return;
    if (asking.mood == MOOD_PAID_AT_ONCE)
        model_captured(m, asking.lead);
    if (s->broken == NULL && sim_happens(s, 10)) /* a second tap, or an answer that was lost */
        sim_expect(s, "a payment under the same key", begin(s, p, key), NULL);
}
