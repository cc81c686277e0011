/* What shoppers, sellers and the clock do: one step at a time, each by chance, each with the
 * outcome that the model foretells. */
#include <stdio.h>
#include <string.h>

#include "plants.h"
#include "sim.h"

static const int64_t MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000;

int sim_below(struct sim *s, int bound)
{
    return (int)rng_below(&s->chance.rng, (uint64_t)bound);
}

bool sim_happens(struct sim *s, int percent)
{
    return sim_below(s, 100) < percent;
}

static int any_order(struct sim *s)
{
    /* Mostly one of the latest: old ones are over. */
    int count = s->model.order_count, window = sim_happens(s, 80) && count > 60 ? 60 : count;
    return count == 0 ? -1 : count - 1 - sim_below(s, window);
}

int sim_made_order(struct sim *s)
{
    for (int i = 0; i < 8; i++) {
        int at = any_order(s);
        if (at >= 0 && s->model.orders[at].id.v != 0)
            return at;
    }
    return -1;
}

struct shop_id sim_shop_of(const struct sim *s, int order)
{
    return s->pond.shops[model_shop_of(&s->model.orders[order])];
}

bool sim_expect(struct sim *s, const char *what, const struct err *e, const char *refusal)
{
    bool is_right = e == NULL ? refusal == NULL : refusal != NULL && strcmp(e->key, refusal) == 0;
    if (!is_right)
        sim_break(s, "%s: %s instead of %s", what, e == NULL ? "success" : e->key,
                  refusal == NULL ? "success" : refusal);
    return is_right;
}

struct cut {
    struct sim *sim;
    turn_fn *fn;
    void *arg;
    bool is_killed;
};

static const struct err *cut_turn(struct turn *t, void *arg)
{
    struct cut *x = arg;
    TRY(x->fn(t, x->arg));
    if (x->is_killed)
        sim_crash(x->sim);
    return ERR(t->arena, ERR_UNAVAILABLE, "sim.aborted", "on purpose");
}

bool sim_turn(struct sim *s, const char *what, struct account_id actor, turn_fn *fn, void *arg,
              const char *refusal)
{
    struct cut cut = {s, fn, arg, s->crashes && sim_happens(s, 30)};
    if (sim_happens(s, 4) &&
        (!sim_expect(s, what, turn_run(s->pond.platform, &s->arena, actor, cut_turn, &cut),
                     refusal == NULL ? "sim.aborted" : refusal) ||
         s->crashed_to[0] != '\0'))
        return false;
    return sim_expect(s, what, turn_run(s->pond.platform, &s->arena, actor, fn, arg), refusal) &&
           refusal == NULL;
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
    const struct model_line *l = &o->lines[0];
    int64_t total = s->model.price[l->variant] * l->quantity + POND_SHIPPING_MINOR;
    if (sim_happens(s, 70))
        return -1;
    return sim_happens(s, 80) ? total : total + 1 + sim_below(s, 500);
}

struct order_place sim_want(struct sim *s, const struct model_order *o, struct price_want *want)
{
    *want = (struct price_want){s->pond.variants[o->asked.variant], o->asked.quantity};
    struct order_place ret = pond_want(&s->pond, o->buyer, o->key, want);
    ret.shop_id = s->pond.shops[model_shop_of(o)];
    return ret;
}

/* The words of the same key are always the same; another quantity is another request. */
static void place(struct sim *s, int at, int64_t expected, bool is_other)
{
    struct model_order *o = &s->model.orders[at];
    struct price_want want;
    struct placing x = {.sim = s, .place = sim_want(s, o, &want)};
    const char *refusal = o->refusal;
    bool is_new = o->id.v == 0 && o->refusal == NULL;
    want.quantity += is_other;
    x.place.expected_total_minor = expected;
    x.is_aborted = !is_other && sim_happens(s, 5);
    x.is_killed = x.is_aborted && s->crashes && sim_happens(s, 30);
    if (is_other)
        refusal = "error.key_reused";
    else if (is_new)
        refusal = model_place_refusal(&s->model, o, expected);
    const struct err *e = turn_run(s->pond.platform, &s->arena, s->pond.buyers[o->buyer],
                                   place_turn, &x);
    if (x.is_aborted) {
        sim_expect(s, "an order that is aborted", e, "sim.aborted");
        return;
    }
    if (e == NULL)
        e = x.refusal;
    if (!sim_expect(s, "an order", e, refusal) || is_other)
        return;
    if (e != NULL && is_new && is_kept_refusal(refusal))
        o->refusal = refusal;
    else if (e == NULL && is_new)
        model_placed(&s->model, at, x.order, s->now_ms);
    else if (e == NULL && x.order.v != o->id.v)
        sim_break(s, "key %s of buyer %d is order %lld, and now %lld", o->key, o->buyer,
                  (long long)o->id.v, (long long)x.order.v);
}

static int place_new(struct sim *s)
{
    struct model *m = &s->model;
    if (m->order_count == MODEL_ORDERS_MAX)
        return -1;
    struct model_order *o = &m->orders[m->order_count++];
    *o = (struct model_order){.buyer = sim_below(s, POND_BUYERS), .is_of_key = true,
                              .line_count = 1,
                              .lines = {{.variant = sim_below(s, POND_ALL_VARIANTS),
                                         .quantity = 1 + sim_below(s, 3)}}};
    if (sim_happens(s, 2))
        o->lines[0].quantity = sim_below(s, 2) * 1000;
    o->asked = o->lines[0];
    snprintf(o->key, sizeof o->key, "key-%d", m->order_count);
    o->expected = expected_total(s, o);
    place(s, m->order_count - 1, o->expected, false);
    return o->id.v == 0 ? -1 : m->order_count - 1;
}

static void come_new(struct sim *s)
{
    (void)place_new(s);
}

/* Known with address and card: placed and paid by one tap. */
static void tap(struct sim *s)
{
    int at = place_new(s);
    if (at >= 0 && s->crashed_to[0] == '\0' && s->broken == NULL)
        sim_pay(s, &(struct sim_paying){
            .order = at, .payer = s->model.orders[at].buyer, .use_saved = true});
}

static void place_again(struct sim *s)
{
    int at = any_order(s);
    if (at >= 0 && s->model.orders[at].is_of_key)
        place(s, at, s->model.orders[at].expected,
              s->model.orders[at].id.v != 0 && sim_happens(s, 20));
}

static void pay(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    const struct model_order *o = &s->model.orders[at];
    int64_t due = o->total - o->paid;
    bool is_part = sim_happens(s, 12) && due > 2;
    sim_pay(s, &(struct sim_paying){.order = at, .payer = o->buyer,
                                    .minor = is_part ? 1 + sim_below(s, (int)due - 1) : 0,
                                    .use_saved = sim_happens(s, 10)});
}

static void cancel(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    const struct model_order *o = &s->model.orders[at];
    bool may = model_may_cancel(o);
    const struct err *e = pond_cancel(&s->pond, &s->arena, o->id);
    if (sim_expect(s, "a cancellation", e, may ? NULL : "order.not_cancellable") && may)
        model_cancelled(&s->model, at);
}

/* ---- sellers ---- */

static void refund(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    int64_t left = o->paid - o->refunded - o->refunding;
    int64_t minor = sim_happens(s, 40)   ? left
                    : sim_happens(s, 20) ? left + 1
                                         : 1 + sim_below(s, (int)o->total);
    bool may = model_may_refund(o, minor);
    enum order_payment_state payment = model_payment(o);
    str key;
    if (minor <= 0)
        return;
    if (str_fmt(&s->arena, &key, "refund-%d", s->step) != NULL)
        return;
    if (may)
        model_ask_back(&s->model, at, minor);
    const char *refusal = may ? NULL
                          : payment == ORDER_UNPAID || payment == ORDER_REFUNDED
                              ? "order.not_refundable"
                              : "order.refund_too_much";
    for (int twice = 0; twice < (sim_happens(s, 30) ? 2 : 1); twice++) {
        const struct err *e = order_refund(s->pond.platform, &s->arena, sim_shop_of(s, at), o->id,
                                           minor, key, s->pond.owner);
        if (!sim_expect(s, twice ? "a refund under the same key" : "a refund", e, refusal))
            return;
    }
}

static void ship(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    bool is_shipped = o->fulfilment >= ORDER_SHIPPED, may = model_may_ship(o);
    const struct err *e = pond_ship(&s->pond, &s->arena, o->id);
    if (sim_expect(s, "shipping", e, may || is_shipped ? NULL : "order.not_shippable") && may)
        model_shipped(&s->model, at);
}

static void deliver(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    bool is_delivered = o->fulfilment == ORDER_DELIVERED, may = model_may_deliver(o);
    const struct err *e = pond_deliver(&s->pond, &s->arena, o->id);
    if (!sim_expect(s, "delivery", e, may || is_delivered ? NULL : "order.not_shipped") || !may)
        return;
    model_delivered(o, s->now_ms);
}

static void fill_shelf(struct sim *s)
{
    int variant = sim_below(s, POND_ALL_VARIANTS);
    int64_t on_hand = sim_below(s, 5 * SIM_SHELF);
    const struct err *e = pond_stock(&s->pond, &s->arena, variant, on_hand);
    bool may = on_hand >= s->model.held[variant];
    if (sim_expect(s, "filling a shelf", e, may ? NULL : "stock.below_held") && may)
        s->model.on_hand[variant] = on_hand;
}

static void change_price(struct sim *s)
{
    int variant = sim_below(s, POND_ALL_VARIANTS);
    int64_t minor = 100 + sim_below(s, 9000);
    if (sim_expect(s, "a price", pond_price(&s->pond, &s->arena, variant, minor), NULL))
        s->model.price[variant] = minor;
}

/* ---- time ---- */

static void let_time_pass(struct sim *s)
{
    int64_t by_ms = sim_below(s, 3 * (int)MINUTE_MS);
    if (sim_happens(s, 8))
        by_ms = 45 * MINUTE_MS;
    else if (sim_happens(s, 2))
        by_ms = 26 * 60 * MINUTE_MS;
    else if (sim_happens(s, 2))
        by_ms = 5 * DAY_MS;
    else if (sim_happens(s, 4))
        by_ms = -5 * MINUTE_MS;
    clock_fake_advance(&s->pond.clock, by_ms);
    s->now_ms += by_ms;
    /* As the thread of events does within a second. */
    sim_expect(s, "keeping the node's number", platform_renew(s->pond.platform, &s->arena), NULL);
}

void sim_drain(struct sim *s)
{
    plant_meddle(s->plant, s);
    sim_expect(s, "what runs by itself", pond_drain(&s->pond, &s->arena), NULL);
}

void sim_settle(struct sim *s)
{
    while (s->notice_count > 0 && s->broken == NULL) {
        sim_hear(s);
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
    } acts[] = {
        {20, come_new},        {4, tap},             {5, place_again},     {18, pay},
        {18, sim_hear},        {4, cancel},          {4, refund},          {7, ship},
        {5, deliver},          {4, fill_shelf},      {1, change_price},    {8, let_time_pass},
        {4, sim_drain},        {3, sim_drop},        {1, sim_readdress},   {5, sim_return_ask},
        {8, sim_return_step},  {3, sim_bundle_place}, {4, sim_bundle_pay}, {2, sim_split},
        {7, sim_share_pay},    {1, sim_quote_ask},   {2, sim_quote_answer}, {1, sim_quote_end},
        {2, sim_quote_accept}, {9, sim_edit}};
    int sum = 0, at = 0;
    for (size_t i = 0; i < COUNT(acts); i++)
        sum += acts[i].weight;
    for (int left = sim_below(s, sum); left >= acts[at].weight; at++)
        left -= acts[at].weight;
    acts[at].act(s);
    arena_reset(&s->arena);
}
