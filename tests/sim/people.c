/* What people, the bank and the clock do: one step at a time, each by chance, each with the outcome
 * that the model foretells. */
#include <stdio.h>
#include <string.h>

#include "core/event.h"
#include "plants.h"
#include "sim.h"

static const int64_t MINUTE_MS = 60 * 1000, HOLD_MS = 30 * 60 * 1000;

static int below(struct sim *s, int bound)
{
    return (int)rng_below(&s->chance.rng, (uint64_t)bound);
}

static bool happens(struct sim *s, int percent)
{
    return below(s, 100) < percent;
}

static int any_order(struct sim *s)
{
    /* Mostly one of the latest: old ones are over. */
    int count = s->model.order_count, window = happens(s, 80) && count > 60 ? 60 : count;
    return count == 0 ? -1 : count - 1 - below(s, window);
}

/* One that a key led to. */
static int made_order(struct sim *s)
{
    for (int i = 0; i < 8; i++) {
        int at = any_order(s);
        if (at >= 0 && s->model.orders[at].id.v != 0)
            return at;
    }
    return -1;
}

static const char *key_of(const struct err *e)
{
    return e == NULL ? "success" : e->key;
}

/* The command must end as foretold: `refusal` NULL: it succeeds. */
static bool expect(struct sim *s, const char *what, const struct err *e, const char *refusal)
{
    bool is_right = e == NULL ? refusal == NULL : refusal != NULL && strcmp(e->key, refusal) == 0;
    if (!is_right)
        sim_break(s, "%s: %s instead of %s", what, key_of(e),
                  refusal == NULL ? "success" : refusal);
    return is_right;
}

/* ---- the bank ---- */

struct sim *sim_now;
static struct {
    int attempt; /* being asked for; its id is not known before */
    int mood;
} asking;

static void send_notice(struct sim *s, int attempt, enum payment_outcome outcome, int64_t minor,
                        bool is_forged)
{
    if (s->notice_count == SIM_NOTICES_MAX)
        return;
    struct sim_notice *n = &s->notices[s->notice_count++];
    *n = (struct sim_notice){attempt, outcome, minor, "", is_forged};
    snprintf(n->event, sizeof n->event, "event-%d", s->events++);
}

static void charge(struct sim *s, int attempt)
{
    const struct model_attempt *x = &s->model.attempts[attempt];
    if (happens(s, 6)) /* the bank gives it back before it has told that it was paid */
        send_notice(s, attempt, PAYMENT_REFUNDED, x->minor, false);
    if (happens(s, 6))
        send_notice(s, attempt, PAYMENT_CAPTURED, x->minor - 1 - below(s, 3), true);
    send_notice(s, attempt, PAYMENT_CAPTURED, x->minor, false);
}

enum mood { MOOD_PAID_AT_ONCE, MOOD_PENDING, MOOD_DECLINED, MOOD_UNKNOWN, MOOD_SILENT, MOODS };

static const struct err *bank_begin(struct arena *a, const struct payment_attempt *x,
                                    struct payment_begin *ret)
{
    struct sim *s = sim_now;
    struct model_attempt *mine = &s->model.attempts[asking.attempt];
    mine->id = x->attempt_id;
    if (x->amount.minor != mine->minor)
        sim_break(s, "the bank is asked for %lld instead of %lld", (long long)x->amount.minor,
                  (long long)mine->minor);
    if (asking.mood == MOOD_DECLINED) {
        mine->state = MONEY_FAILED;
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "order.declined";
        return NULL;
    }
    if (asking.mood == MOOD_PAID_AT_ONCE)
        ret->step = PAYMENT_STEP_PAID;
    else if (asking.mood != MOOD_SILENT) /* those never pay, or nobody ever hears of it */
        charge(s, asking.attempt);
    if (asking.mood == MOOD_UNKNOWN)
        return ERR(a, ERR_UNAVAILABLE, "sim.no_answer", "charged, and the line broke");
    return str_fmt(a, &ret->provider_ref, "pay-%lld", (long long)x->attempt_id);
}

static int attempt_of(const struct sim *s, str payment_ref)
{
    int64_t id = 0;
    if (!str_starts(payment_ref, S("pay-")) || !str_to_int(str_from(payment_ref, 4), &id))
        return -1;
    for (int i = 0; i < s->model.attempt_count; i++)
        if (s->model.attempts[i].id == id)
            return i;
    return -1;
}

static const struct err *bank_refund(struct arena *a, int64_t refund_id, str payment_ref,
                                     struct money amount, struct payment_begin *ret)
{
    struct sim *s = sim_now;
    int attempt = attempt_of(s, payment_ref);
    if (attempt < 0) {
        sim_break(s, "a refund of an unknown payment");
        return NULL;
    }
    if (happens(s, 15))
        return ERR(a, ERR_UNAVAILABLE, "sim.no_answer", "not heard");
    const struct model_attempt *x = &s->model.attempts[attempt];
    if (amount.minor > x->minor - x->refunded)
        sim_break(s, "the bank is asked for %lld back of %lld, %lld of it back already",
                  (long long)amount.minor, (long long)x->minor, (long long)x->refunded);
    /* A part that goes back because its order has just expired: the event is not told yet. When
     * that happens the store decides; whether it may happen, the model. */
    const struct model_order *o = &s->model.orders[x->order];
    struct order now;
    if (x->state == MONEY_CAPTURED && o->state == ORDER_PLACED && !o->is_secured &&
        o->expires_ms <= s->now_ms && pond_read(&s->pond, a, o->id, &now) == NULL &&
        now.state == ORDER_EXPIRED)
        model_expired(&s->model, x->order);
    model_gave_back(&s->model, attempt, amount.minor, true);
    return str_fmt(a, &ret->provider_ref, "refund-%lld", (long long)refund_id);
}

const struct pond_bank sim_bank = {.begin = bank_begin, .refund = bank_refund};

static void hear(struct sim *s)
{
    if (s->notice_count == 0)
        return;
    int at = below(s, s->notice_count);
    struct sim_notice n = s->notices[at];
    struct model_attempt *x = &s->model.attempts[n.attempt];
    char ref[40];
    bool comes_again = happens(s, 25), is_first = true;
    if (!comes_again)
        s->notices[at] = s->notices[--s->notice_count];
    /* The same event twice, or a second event of the same kind: neither does anything again. */
    if (x->state != MONEY_WAITS && x->state != MONEY_FAILED && n.outcome == PAYMENT_CAPTURED)
        is_first = false;
    if (n.outcome == PAYMENT_REFUNDED && (x->parked > 0 || x->refunded > 0))
        return; /* the bank makes one refund of its own, of money that is whole */
    snprintf(ref, sizeof ref, n.outcome == PAYMENT_REFUNDED ? "desk-%lld" : "pay-%lld",
             (long long)x->id);
    int64_t minor = plant_is(s->plant, "other_amount_accepted") && n.is_forged ? x->minor : n.minor;
    const struct err *e =
        pond_notice(&s->pond, &s->arena, x->id, n.outcome, n.event, minor, ref);
    if (!expect(s, "notice", e, NULL) || n.is_forged)
        return;
    if (n.outcome == PAYMENT_CAPTURED && is_first)
        model_captured(&s->model, n.attempt);
    else if (n.outcome == PAYMENT_REFUNDED && x->state != MONEY_CAPTURED &&
             x->state != MONEY_GOES_BACK)
        x->parked = n.minor;
    else if (n.outcome == PAYMENT_REFUNDED) {
        /* It answers the shop's own request when there is one of this amount. */
        struct model_order *o = &s->model.orders[x->order];
        bool is_asked = x->state == MONEY_CAPTURED && o->refunding > 0;
        model_gave_back(&s->model, n.attempt, n.minor, is_asked);
    }
}

/* ---- shoppers ---- */

struct placing {
    struct sim *sim;
    struct order_place place;
    struct order_id order;
    const struct err *refusal;
    bool is_aborted, is_killed;
};

/* As a bot does it: after a refusal the turn goes on, and the key stays refused. */
static const struct err *place_turn(struct turn *t, void *arg)
{
    struct placing *x = arg;
    x->refusal = order_place(t, &x->place, &x->order);
    if (x->refusal != NULL && err_policy_of(x->refusal->kind)->is_our_fault)
        return x->refusal;
    if (x->is_killed)
        sim_crash(x->sim);
    return x->is_aborted ? ERR(t->arena, ERR_UNAVAILABLE, "sim.aborted", "on purpose") : NULL;
}

static bool is_kept_refusal(const char *refusal)
{
    return strcmp(refusal, "order.price_changed") == 0 || strcmp(refusal, "stock.sold_out") == 0 ||
           strcmp(refusal, "stock.too_few") == 0;
}

static int64_t expected_total(struct sim *s, const struct model_order *o)
{
    int64_t total = s->model.price[o->variant] * o->quantity + POND_SHIPPING_MINOR;
    if (happens(s, 70))
        return -1;
    return happens(s, 80) ? total : total + 1 + below(s, 500);
}

/* The words of the same key are always the same; another quantity is another request. */
static void place(struct sim *s, int at, int64_t expected, bool is_other)
{
    struct model_order *o = &s->model.orders[at];
    struct price_want want = {s->pond.variants[o->variant], o->quantity + is_other};
    struct placing x = {.sim = s, .place = pond_want(&s->pond, o->buyer, o->key, &want)};
    const char *refusal = o->refusal;
    bool is_new = o->id.v == 0 && o->refusal == NULL;
    x.place.expected_total_minor = expected;
    x.is_aborted = !is_other && happens(s, 5);
    x.is_killed = x.is_aborted && s->crashes && happens(s, 30);
    if (is_other)
        refusal = "error.key_reused";
    else if (is_new)
        refusal = model_place_refusal(&s->model, o, expected);
    const struct err *e = turn_run(s->pond.platform, &s->arena, s->pond.buyers[o->buyer],
                                   place_turn, &x);
    if (x.is_aborted) {
        expect(s, "an order that is aborted", e, "sim.aborted");
        return;
    }
    if (e == NULL)
        e = x.refusal;
    if (!expect(s, "an order", e, refusal) || is_other)
        return;
    if (e != NULL && is_new && is_kept_refusal(refusal))
        o->refusal = refusal;
    else if (e == NULL && is_new)
        model_placed(&s->model, at, x.order, s->now_ms + HOLD_MS);
    else if (e == NULL && x.order.v != o->id.v)
        sim_break(s, "key %s of buyer %d is order %lld, and now %lld", o->key, o->buyer,
                  (long long)o->id.v, (long long)x.order.v);
}

static void place_new(struct sim *s)
{
    struct model *m = &s->model;
    if (m->order_count == MODEL_ORDERS_MAX)
        return;
    struct model_order *o = &m->orders[m->order_count++];
    *o = (struct model_order){.buyer = below(s, POND_BUYERS),
                              .variant = below(s, POND_VARIANTS),
                              .quantity = happens(s, 2) ? below(s, 2) * 1000 : 1 + below(s, 3)};
    snprintf(o->key, sizeof o->key, "key-%d", m->order_count);
    o->expected = expected_total(s, o);
    place(s, m->order_count - 1, o->expected, false);
}

static void place_again(struct sim *s)
{
    int at = any_order(s);
    if (at >= 0)
        place(s, at, s->model.orders[at].expected, s->model.orders[at].id.v != 0 && happens(s, 20));
}

static void pay(struct sim *s)
{
    struct model *m = &s->model;
    int at = made_order(s);
    if (at < 0 || m->attempt_count == MODEL_ATTEMPTS_MAX)
        return;
    struct model_order *o = &m->orders[at];
    int64_t due = o->total - o->paid,
            part = happens(s, 12) && due > 2 ? 1 + below(s, (int)due - 1) : 0;
    char key[32];
    int64_t id;
    snprintf(key, sizeof key, "pay-%d", m->attempt_count);
    asking.attempt = m->attempt_count;
    asking.mood = below(s, MOODS);
    bool is_paid = model_payment(o) == ORDER_PAID, may = model_may_pay(o, s->now_ms);
    if (may)
        m->attempts[m->attempt_count++] =
            (struct model_attempt){.order = at, .minor = part > 0 ? part : due};
    const struct err *e = pond_pay(&s->pond, &s->arena, o->buyer, o->id, key, part, &id);
    if (e != NULL && may && strcmp(e->key, "order.too_many_attempts") == 0) {
        m->attempt_count--;
        return;
    }
    if (!expect(s, "a payment", e,
                may       ? NULL
                : is_paid ? "order.already_paid"
                          : "order.not_payable"))
        return;
    if (may && asking.mood == MOOD_PAID_AT_ONCE)
        model_captured(m, asking.attempt);
}

static void cancel(struct sim *s)
{
    int at = made_order(s);
    if (at < 0)
        return;
    const struct model_order *o = &s->model.orders[at];
    bool may = model_may_cancel(o);
    const struct err *e = pond_cancel(&s->pond, &s->arena, o->id);
    if (expect(s, "a cancellation", e, may ? NULL : "order.not_cancellable") && may)
        model_cancelled(&s->model, at);
}

/* ---- sellers ---- */

static void refund(struct sim *s)
{
    int at = made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    int64_t left = o->paid - o->refunded - o->refunding;
    int64_t minor = happens(s, 40) ? left : happens(s, 20) ? left + 1 : 1 + below(s, (int)o->total);
    bool may = model_may_refund(o, minor);
    enum order_payment_state payment = model_payment(o);
    str key;
    if (minor <= 0)
        return;
    if (str_fmt(&s->arena, &key, "refund-%d", s->step) != NULL)
        return;
    if (may)
        o->refunding += minor;
    const char *refusal = may ? NULL
                          : payment == ORDER_UNPAID || payment == ORDER_REFUNDED
                              ? "order.not_refundable"
                              : "order.refund_too_much";
    for (int twice = 0; twice < (happens(s, 30) ? 2 : 1); twice++) {
        const struct err *e = order_refund(s->pond.platform, &s->arena, s->pond.shop, o->id, minor,
                                           key, s->pond.owner);
        if (!expect(s, twice ? "a refund under the same key" : "a refund", e, refusal))
            return;
    }
}

static void ship(struct sim *s)
{
    int at = made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    bool is_shipped = o->fulfilment >= ORDER_SHIPPED, may = model_may_ship(o);
    const struct err *e = pond_ship(&s->pond, &s->arena, o->id);
    if (expect(s, "shipping", e, may || is_shipped ? NULL : "order.not_shippable") && may)
        o->fulfilment = ORDER_SHIPPED;
}

static void deliver(struct sim *s)
{
    int at = made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    bool is_delivered = o->fulfilment == ORDER_DELIVERED, may = model_may_deliver(o);
    const struct err *e = pond_deliver(&s->pond, &s->arena, o->id);
    if (!expect(s, "delivery", e, may || is_delivered ? NULL : "order.not_shipped") || !may)
        return;
    o->fulfilment = ORDER_DELIVERED;
    o->state = ORDER_CLOSED;
}

static void fill_shelf(struct sim *s)
{
    int variant = below(s, POND_VARIANTS);
    int64_t on_hand = below(s, 5 * SIM_SHELF);
    const struct err *e = pond_stock(&s->pond, &s->arena, variant, on_hand);
    bool may = on_hand >= s->model.held[variant];
    if (expect(s, "filling a shelf", e, may ? NULL : "stock.below_held") && may)
        s->model.on_hand[variant] = on_hand;
}

static void change_price(struct sim *s)
{
    int variant = below(s, POND_VARIANTS);
    int64_t minor = 100 + below(s, 9000);
    if (expect(s, "a price", pond_price(&s->pond, &s->arena, variant, minor), NULL))
        s->model.price[variant] = minor;
}

/* ---- time ---- */

static void let_time_pass(struct sim *s)
{
    int64_t by_ms = below(s, 3 * (int)MINUTE_MS);
    if (happens(s, 8))
        by_ms = 45 * MINUTE_MS;
    else if (happens(s, 2))
        by_ms = 26 * 60 * MINUTE_MS;
    else if (happens(s, 4))
        by_ms = -5 * MINUTE_MS;
    clock_fake_advance(&s->pond.clock, by_ms);
    s->now_ms += by_ms;
    /* As the thread of events does within a second. */
    expect(s, "keeping the node's number", platform_renew(s->pond.platform, &s->arena), NULL);
}

void sim_drain(struct sim *s)
{
    plant_meddle(s->plant, s);
    expect(s, "what runs by itself", pond_drain(&s->pond, &s->arena), NULL);
}

void sim_settle(struct sim *s)
{
    while (s->notice_count > 0 && s->broken == NULL) {
        hear(s);
        arena_reset(&s->arena);
    }
    for (int i = 0; i < 12 && s->broken == NULL; i++) {
        clock_fake_advance(&s->pond.clock, 60 * MINUTE_MS);
        s->now_ms += 60 * MINUTE_MS;
        sim_drain(s);
        arena_reset(&s->arena);
    }
}

void sim_step(struct sim *s)
{
    static const struct {
        int weight;
        void (*act)(struct sim *s);
    } acts[] = {{24, place_new}, {6, place_again}, {20, pay},    {18, hear},
                {4, cancel},     {5, refund},      {6, ship},    {4, deliver},
                {4, fill_shelf}, {1, change_price}, {8, let_time_pass}, {4, sim_drain}};
    int sum = 0, at = 0;
    for (size_t i = 0; i < COUNT(acts); i++)
        sum += acts[i].weight;
    for (int left = below(s, sum); left >= acts[at].weight; at++)
        left -= acts[at].weight;
    acts[at].act(s);
    arena_reset(&s->arena);
}
