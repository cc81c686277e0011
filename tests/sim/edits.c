/* The shop edits an order: more pieces, fewer, other articles, another country; what comes in to a
 * paid one is an addition with a link of its own. */
#include "order/order_edit.h"
#include "sim.h"

struct editing {
    struct order_edit want;
    struct order_id addition;
};

static const struct err *edit_turn(struct turn *t, void *arg)
{
    struct editing *x = arg;
    return order_edit(t, &x->want, &x->addition);
}

/* Mostly one that is not sent yet, in turn unpaid and paid. */
static int open_order(struct sim *s)
{
    bool is_paid = sim_happens(s, 50);
    for (int i = 0; i < 12; i++) {
        int at = sim_made_order(s);
        if (at >= 0 && s->model.orders[at].state == ORDER_PLACED &&
            s->model.orders[at].fulfilment == ORDER_UNFULFILLED &&
            (s->model.orders[at].paid > 0) == is_paid && s->model.orders[at].added_to == 0)
            return at;
    }
    return sim_made_order(s);
}

static struct model_edit wish(struct sim *s, const struct model_order *o)
{
    int shop = model_shop_of(o);
    struct model_edit e = {.line = -1, .country = -1, .may_give_back = sim_happens(s, 95)};
    if (sim_happens(s, 75)) {
        e.line = sim_below(s, o->line_count);
        e.quantity = sim_below(s, 5);
    }
    if (sim_happens(s, 50)) {
        e.variant = shop == 0 ? sim_below(s, POND_VARIANTS) : POND_VARIANTS + shop - 1;
        e.more = 1 + sim_below(s, 2);
    }
    if (sim_happens(s, o->paid > 0 ? 3 : 20))
        e.country = sim_below(s, 2);
    return e;
}

static const struct address places[] = {
    {.name = STR_INIT("Nina Alves"), .line1 = STR_INIT("Dam 1"), .city = STR_INIT("Amsterdam"),
     .postcode = STR_INIT("1012 JS"), .country = STR_INIT("NL")},
    {.name = STR_INIT("Nina Alves"), .line1 = STR_INIT("Dam 1"), .city = STR_INIT("Wien"),
     .postcode = STR_INIT("1010"), .country = STR_INIT("AT")}};

static void again(struct sim *s, struct editing *x)
{
    struct order_id first = x->addition;
    if (sim_turn(s, "an edit under the same key", s->pond.owner, edit_turn, x, NULL) &&
        x->addition.v != first.v)
        sim_break(s, "one key, the additions %lld and %lld", (long long)first.v,
                  (long long)x->addition.v);
}

void sim_edit(struct sim *s)
{
    struct model *m = &s->model;
    int at = open_order(s);
    if (at < 0 || m->order_count == MODEL_ORDERS_MAX)
        return;
    const struct model_order *o = &m->orders[at];
    struct model_edit e = wish(s, o);
    struct model_edit_plan plan;
    const char *refusal = model_edit_plan(m, at, &e, s->now_ms, &plan);
    if (sim_happens(s, 50)) {
        e.is_shown = true;
        e.shown = plan.difference + sim_happens(s, 10);
        refusal = model_edit_plan(m, at, &e, s->now_ms, &plan);
    }
    if (plan.line_count > MODEL_LINES)
        return;
    struct order_parcel_line line = {e.line, e.quantity};
    struct price_want add = {s->pond.variants[e.variant], e.more};
    struct editing x = {.want = {.shop_id = sim_shop_of(s, at), .order_id = o->id, .lines = &line,
                                 .line_count = e.line >= 0, .adds = &add,
                                 .add_count = e.more > 0,
                                 .to = e.country >= 0 ? &places[e.country] : NULL,
                                 .may_give_back = e.may_give_back, .is_shown = e.is_shown,
                                 .shown_minor = e.shown}};
    if (str_fmt(&s->arena, &x.want.key, "edit-%d", s->step) != NULL ||
        !sim_turn(s, "an edit", s->pond.owner, edit_turn, &x, refusal))
        return;
    if ((x.addition.v != 0) != (!plan.is_rewrite && plan.line_count > 0))
        sim_break(s, "order %lld: addition %lld", (long long)o->id.v, (long long)x.addition.v);
    model_edited(m, at, &e, &plan, x.addition, s->now_ms);
    if (sim_happens(s, 20))
        again(s, &x);
}
