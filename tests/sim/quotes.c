/* Requests for quotation, answers in several versions, and orders that come of them, with a deposit
 * and a balance. */
#include <stdio.h>
#include <string.h>

#include "sim.h"

static const int64_t DAY_MS = 24 * 3600 * 1000;

static struct model_quote *any_quote(struct sim *s)
{
    int window = s->model.quote_count > 6 ? 6 : s->model.quote_count;
    return window == 0 ? NULL
                       : &s->model.quotes[s->model.quote_count - 1 - sim_below(s, window)];
}

static struct shop_id shop_of(const struct sim *s, const struct model_quote *q)
{
    return s->pond.shops[pond_shop_of(q->variant)];
}

/* ---- asking and answering ---- */

struct asking {
    struct quote_ask ask;
    struct quote_id id;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct asking *x = arg;
    return quote_ask(t, &x->ask, &x->id);
}

void sim_quote_ask(struct sim *s)
{
    struct model *m = &s->model;
    if (m->quote_count == MODEL_QUOTES_MAX)
        return;
    struct model_quote *q = &m->quotes[m->quote_count];
    *q = (struct model_quote){.buyer = sim_below(s, POND_BUYERS), .order = -1,
                              .variant = sim_below(s, POND_ALL_VARIANTS), .state = QUOTE_ASKED};
    struct quote_wish wish = {s->pond.variants[q->variant], 1 + sim_below(s, 8), 0, false};
    struct asking x = {.ask = {.shop_id = shop_of(s, q), .account_id = s->pond.buyers[q->buyer],
                               .name = S("Nina"), .language = S("en"), .wishes = &wish,
                               .wish_count = 1}};
    if (!sim_turn(s, "asking for a price", x.ask.account_id, ask_turn, &x, NULL))
        return;
    q->id = x.id;
    m->quote_count++;
}

struct answering {
    struct shop_id shop;
    struct quote_id id;
    int64_t seen;
    struct quote_answer answer;
};

static const struct err *answer_turn(struct turn *t, void *arg)
{
    struct answering *x = arg;
    return quote_answer(t, x->shop, x->id, x->seen, &x->answer);
}

void sim_quote_answer(struct sim *s)
{
    struct model_quote *q = any_quote(s);
    if (q == NULL)
        return;
    struct quote_answer_line line = {s->pond.variants[q->variant], 1 + sim_below(s, 6),
                                     300 + sim_below(s, 5000), false};
    struct answering x = {.shop = shop_of(s, q), .id = q->id, .seen = q->version,
                          .answer = {.lines = &line, .line_count = 1,
                                     .shipping_minor = sim_below(s, 2000), .tax_included = true,
                                     .deposit_percent = sim_happens(s, 70) ? 30 : 0,
                                     .valid_days = 1 + sim_below(s, 10),
                                     .pay_days = 1 + sim_below(s, 5)}};
    bool is_late = sim_happens(s, 10);
    x.seen -= is_late; /* somebody else revised it meanwhile */
    bool may = q->state != QUOTE_ACCEPTED && q->state != QUOTE_WITHDRAWN;
    if (!sim_turn(s, "a quotation", s->pond.owner, answer_turn, &x,
                  is_late ? "quote.revised" : may ? NULL : "quote.not_open"))
        return;
    q->state = QUOTE_QUOTED;
    q->version++;
    q->quantity = line.quantity;
    q->unit = line.unit_minor;
    q->shipping = x.answer.shipping_minor;
    q->deposit_percent = x.answer.deposit_percent;
    q->pay_days = x.answer.pay_days;
    q->valid_until_ms = s->now_ms + x.answer.valid_days * DAY_MS;
}

/* ---- ending ---- */

struct ending {
    struct shop_id shop;
    struct quote_id id;
    bool by_shop;
};

static const struct err *end_turn(struct turn *t, void *arg)
{
    struct ending *x = arg;
    return x->by_shop ? quote_withdraw(t, x->shop, x->id, S(""))
                      : quote_decline(t, x->shop, x->id, S("Too dear"));
}

void sim_quote_end(struct sim *s)
{
    struct model_quote *q = any_quote(s);
    if (q == NULL)
        return;
    struct ending x = {shop_of(s, q), q->id, sim_happens(s, 30)};
    enum quote_state then = x.by_shop ? QUOTE_WITHDRAWN : QUOTE_DECLINED;
    bool may = q->state == QUOTE_ASKED || q->state == QUOTE_QUOTED || q->state == then;
    if (sim_turn(s, "ending a quotation", s->pond.owner, end_turn, &x,
                 may ? NULL : "quote.not_open"))
        q->state = then;
}

void sim_quote_told(struct sim *s, const struct event *e, int64_t now_ms)
{
    for (int i = 0; i < s->model.quote_count; i++) {
        struct model_quote *q = &s->model.quotes[i];
        if (q->id.v != e->subject_id || q->state != QUOTE_QUOTED)
            continue;
        if (q->valid_until_ms > now_ms)
            sim_break(s, "quotation %lld expired %lld ms too early", (long long)q->id.v,
                      (long long)(q->valid_until_ms - now_ms));
        q->state = QUOTE_EXPIRED;
    }
}

/* ---- accepting ---- */

struct accepting {
    struct quote_accept want;
    struct order_id id;
};

static const struct err *accept_turn(struct turn *t, void *arg)
{
    struct accepting *x = arg;
    return quote_accept(t, &x->want, &x->id);
}

static void placed(struct sim *s, struct model_quote *q, struct order_id id)
{
    struct model *m = &s->model;
    int64_t total = q->unit * q->quantity + q->shipping;
    int64_t deposit = (total * q->deposit_percent + 50) / 100;
    q->state = QUOTE_ACCEPTED;
    q->order = m->order_count;
    m->orders[m->order_count] =
        (struct model_order){.buyer = q->buyer, .line_count = 1, .is_agreed = true,
                             .lines = {{.variant = q->variant, .quantity = q->quantity,
                                        .unit = q->unit}},
                             .shipping = q->shipping, .total = total, .deposit = deposit};
    snprintf(m->orders[m->order_count].key, sizeof m->orders[0].key, "quote %d", s->step);
    model_agreed(m, m->order_count++, id, s->now_ms, q->pay_days * DAY_MS);
}

void sim_quote_accept(struct sim *s)
{
    struct model *m = &s->model;
    struct model_quote *q = any_quote(s);
    if (q == NULL || m->order_count == MODEL_ORDERS_MAX)
        return;
    bool is_old = sim_happens(s, 10);
    struct price_want none = {{0}, 0};
    struct order_place like = pond_want(&s->pond, q->buyer, "like", &none);
    struct accepting x = {.want = {.shop_id = shop_of(s, q), .id = q->id,
                                   .version = q->version - is_old,
                                   .account_id = s->pond.buyers[q->buyer], .party = like.party,
                                   .channel = S("site"), .language = S("en")}};
    bool was = q->state == QUOTE_ACCEPTED;
    if (!sim_turn(s, "accepting a quotation", x.want.account_id, accept_turn, &x,
                  was ? NULL : model_accept_refusal(m, q, x.want.version, s->now_ms)))
        return;
    if (!was)
        placed(s, q, x.id);
    if (x.id.v != m->orders[q->order].id.v)
        sim_break(s, "quotation %lld is order %lld, and now %lld", (long long)q->id.v,
                  (long long)m->orders[q->order].id.v, (long long)x.id.v);
}
