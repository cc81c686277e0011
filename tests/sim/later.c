/* What becomes of an order afterwards: pieces taken out of it, another address, returns. */
#include <stdio.h>
#include <string.h>

#include "sim.h"

/* ---- before it is sent ---- */

struct drop {
    struct order_drop want;
    int64_t gives_back;
};

static const struct err *drop_turn(struct turn *t, void *arg)
{
    struct drop *x = arg;
    return order_drop(t, &x->want, &x->gives_back);
}

/* One of the latest that is paid and not sent yet, mostly. */
static int waiting_order(struct sim *s)
{
    for (int i = 0; i < 12; i++) {
        int at = sim_made_order(s);
        if (at >= 0 && model_may_ship(&s->model.orders[at]) &&
            model_pieces(&s->model.orders[at]) > 1)
            return at;
    }
    return sim_made_order(s);
}

void sim_drop(struct sim *s)
{
    int at = waiting_order(s);
    if (at < 0)
        return;
    const struct model_order *o = &s->model.orders[at];
    int at_line = sim_below(s, o->line_count);
    struct order_parcel_line line = {at_line, 1 + sim_below(s, 3)};
    struct drop x = {.want = {.shop_id = sim_shop_of(s, at),
                              .order_id = o->id,
                              .lines = &line,
                              .line_count = 1,
                              .expected_minor = line.quantity * o->lines[at_line].unit}};
    const char *refusal = model_drop_refusal(o, at_line, line.quantity);
    if (str_fmt(&s->arena, &x.want.key, "drop-%d", s->step) != NULL ||
        !sim_turn(s, "taking out", s->pond.owner, drop_turn, &x, refusal))
        return;
    model_dropped(&s->model, at, at_line, line.quantity);
    if (sim_happens(s, 30))
        sim_turn(s, "taking out under the same key", s->pond.owner, drop_turn, &x, NULL);
    if (x.gives_back != x.want.expected_minor)
        sim_break(s, "%lld pieces taken out give back %lld", (long long)line.quantity,
                  (long long)x.gives_back);
}

struct move {
    struct shop_id shop;
    struct order_id order;
    struct address to;
};

static const struct err *move_turn(struct turn *t, void *arg)
{
    struct move *x = arg;
    return order_readdress(t, x->shop, x->order, &x->to);
}

void sim_readdress(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    struct move x = {.shop = sim_shop_of(s, at), .order = o->id};
    struct order now;
    str was;
    if (!sim_expect(s, "reading an order", pond_read(&s->pond, &s->arena, o->id, &now), NULL) ||
        str_fmt(&s->arena, &was, "Dam %d", o->house) != NULL)
        return;
    if (!str_eq(now.party.address.line1, was))
        sim_break(s, "order %lld goes to %.*s instead of %.*s", (long long)o->id.v,
                  STR_ARG(now.party.address.line1), STR_ARG(was));
    x.to = now.party.address;
    bool may = o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED;
    int house = 2 + sim_below(s, 90);
    if (str_fmt(&s->arena, &x.to.line1, "Dam %d", house) == NULL &&
        sim_turn(s, "another address", s->pond.owner, move_turn, &x,
                 may ? NULL : "order.not_changeable"))
        o->house = house;
}

/* ---- asking for a return ---- */

struct asking {
    struct returns_ask want;
    struct return_id id;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct asking *x = arg;
    return returns_ask(t, &x->want, &x->id);
}

/* One of the latest that left the shop. */
static int sent_order(struct sim *s)
{
    for (int i = 0; i < 12; i++) {
        int at = sim_made_order(s);
        if (at >= 0 && s->model.orders[at].fulfilment >= ORDER_SHIPPED)
            return at;
    }
    return sim_made_order(s);
}

void sim_return_ask(struct sim *s)
{
    struct model *m = &s->model;
    int at = sent_order(s);
    if (at < 0 || m->return_count == MODEL_RETURNS_MAX)
        return;
    struct model_return *r = &m->returns[m->return_count];
    *r = (struct model_return){.order = at, .line = sim_below(s, m->orders[at].line_count),
                               .quantity = sim_below(s, 4)};
    snprintf(r->key, sizeof r->key, "return-%d", s->step);
    struct returns_line line = {r->line, r->quantity};
    struct asking x = {.want = {.shop_id = sim_shop_of(s, at), .order_id = m->orders[at].id,
                                .key = str_c(r->key),
                                .reason = (enum returns_reason)(
                                    1 + sim_below(s, RETURNS_REASON_COUNT - 1)),
                                .words = S("Too small"), .lines = &line, .line_count = 1}};
    struct account_id buyer = s->pond.buyers[m->orders[at].buyer];
    if (!sim_turn(s, "asking for a return", buyer, ask_turn, &x,
                  model_return_refusal(m, r, s->now_ms)))
        return;
    r->id = x.id;
    model_return_asked(m, r, s->now_ms);
    m->return_count++;
    if (sim_happens(s, 20) &&
        sim_turn(s, "asking under the same key", buyer, ask_turn, &x, NULL) && x.id.v != r->id.v)
        sim_break(s, "key %s is return %lld, and now %lld", r->key, (long long)r->id.v,
                  (long long)x.id.v);
}

/* ---- the steps of a return ---- */

enum act { ACT_AGREE, ACT_KEEP, ACT_REFUSE, ACT_SEND, ACT_RECEIVE, ACT_WRITE_OFF, ACT_REFUND,
           ACT_REFUND_SOME, ACT_REFUND_MORE, ACT_WITHDRAW, ACTS };

struct stepping {
    struct shop_id shop;
    struct return_id id;
    enum act act;
    int64_t minor;
};

static const struct err *step_turn(struct turn *t, void *arg)
{
    struct stepping *x = arg;
    struct returns_agree agree = {x->shop, x->id, S("To the Dam"), -1, x->act == ACT_KEEP};
    switch (x->act) {
    case ACT_AGREE:
    case ACT_KEEP:
        return returns_agree(t, &agree);
    case ACT_REFUSE:
        return returns_refuse(t, x->shop, x->id, S("It was worn"));
    case ACT_SEND:
        return returns_send(t, x->shop, x->id, S("3SBACK"));
    case ACT_RECEIVE:
    case ACT_WRITE_OFF:
        return returns_receive(t, x->shop, x->id, x->act == ACT_RECEIVE);
    case ACT_REFUND:
    case ACT_REFUND_SOME:
    case ACT_REFUND_MORE:
        return returns_refund(t, x->shop, x->id, x->minor, S("so it is"));
    case ACT_WITHDRAW:
        return returns_withdraw(t, x->shop, x->id);
    case ACTS:
        break;
    }
    return NULL;
}

/* The step does nothing more: the return is there already. */
static bool is_again(const struct model_return *r, const struct stepping *x)
{
    switch (x->act) {
    case ACT_AGREE:
        return r->state == RETURNS_AGREED;
    case ACT_KEEP:
        return r->keeps;
    case ACT_REFUSE:
        return r->state == RETURNS_REFUSED;
    case ACT_SEND:
        return r->state == RETURNS_SENT;
    case ACT_RECEIVE:
    case ACT_WRITE_OFF:
        return r->state == RETURNS_RECEIVED && r->restocked == (x->act == ACT_RECEIVE);
    case ACT_REFUND:
    case ACT_REFUND_SOME:
    case ACT_REFUND_MORE:
        return r->state == RETURNS_REFUNDED && (x->minor < 0 || x->minor == r->refund);
    case ACT_WITHDRAW:
        return r->state == RETURNS_CLOSED;
    case ACTS:
        break;
    }
    return false;
}

static bool may_step(const struct model_return *r, enum act act)
{
    enum returns_state now = r->state;
    switch (act) {
    case ACT_AGREE:
    case ACT_KEEP:
    case ACT_REFUSE:
        return now == RETURNS_ASKED;
    case ACT_SEND:
        return now == RETURNS_AGREED;
    case ACT_RECEIVE:
    case ACT_WRITE_OFF:
        return now == RETURNS_AGREED || now == RETURNS_SENT;
    case ACT_REFUND:
    case ACT_REFUND_SOME:
    case ACT_REFUND_MORE:
        return now == RETURNS_RECEIVED;
    case ACT_WITHDRAW:
        return now == RETURNS_ASKED || now == RETURNS_AGREED;
    case ACTS:
        break;
    }
    return false;
}

static void done(struct sim *s, struct model_return *r, const struct stepping *x)
{
    struct model *m = &s->model;
    switch (x->act) {
    case ACT_AGREE:
        model_return_agreed(r, s->now_ms);
        return;
    case ACT_KEEP:
        r->keeps = true;
        model_return_shelved(m, r, false);
        model_return_refunded(m, r, model_return_due(m, r));
        return;
    case ACT_REFUSE:
        r->state = RETURNS_REFUSED;
        return;
    case ACT_SEND:
        r->state = RETURNS_SENT;
        return;
    case ACT_RECEIVE:
    case ACT_WRITE_OFF:
        model_return_shelved(m, r, x->act == ACT_RECEIVE);
        return;
    case ACT_REFUND:
    case ACT_REFUND_SOME:
    case ACT_REFUND_MORE:
        model_return_refunded(m, r, x->minor < 0 ? model_return_due(m, r) : x->minor);
        return;
    case ACT_WITHDRAW:
        r->state = RETURNS_CLOSED;
        return;
    case ACTS:
        break;
    }
}

/* What usually comes next, and now and then anything. */
static enum act next_act(struct sim *s, const struct model_return *r)
{
    static const enum act usual[RETURNS_STATE_COUNT][2] = {
        [RETURNS_ASKED] = {ACT_AGREE, ACT_KEEP},
        [RETURNS_AGREED] = {ACT_SEND, ACT_RECEIVE},
        [RETURNS_SENT] = {ACT_RECEIVE, ACT_WRITE_OFF},
        [RETURNS_RECEIVED] = {ACT_REFUND, ACT_REFUND_SOME},
        [RETURNS_REFUNDED] = {ACT_REFUND, ACT_REFUND_MORE}};
    return sim_happens(s, 30) ? (enum act)sim_below(s, ACTS) : usual[r->state][sim_below(s, 2)];
}

void sim_return_step(struct sim *s)
{
    struct model *m = &s->model;
    int window = m->return_count > 12 ? 12 : m->return_count;
    if (window == 0)
        return;
    struct model_return *r = &m->returns[m->return_count - 1 - sim_below(s, window)];
    struct stepping x = {sim_shop_of(s, r->order), r->id, next_act(s, r), -1};
    int64_t due = model_return_due(m, r);
    if (x.act == ACT_REFUND_SOME)
        x.minor = sim_below(s, (int)due + 1);
    if (x.act == ACT_REFUND_MORE)
        x.minor = due + 1;
    bool may = may_step(r, x.act), again = is_again(r, &x);
    const char *refusal = again || may ? NULL : "returns.not_open";
    if (refusal == NULL && !again && x.act == ACT_REFUND_MORE)
        refusal = "returns.refund_too_much";
    if (!sim_turn(s, "a step of a return", s->pond.owner, step_turn, &x, refusal) || again)
        return;
    done(s, r, &x);
    if (sim_happens(s, 30)) /* pressed twice */
        sim_turn(s, "the same step of a return", s->pond.owner, step_turn, &x, NULL);
}

void sim_return_told(struct sim *s, const struct event *e, int64_t now_ms)
{
    for (int i = 0; i < s->model.return_count; i++) {
        struct model_return *r = &s->model.returns[i];
        bool is_agreed = strcmp(e->kind, "returns.agreed") == 0 && r->state == RETURNS_ASKED;
        bool is_lapsed = strcmp(e->kind, "returns.lapsed") == 0 && r->state == RETURNS_AGREED;
        if (r->id.v != e->subject_id || (!is_agreed && !is_lapsed))
            continue;
        if (r->due_ms > now_ms)
            sim_break(s, "return %lld ended %lld ms too early", (long long)r->id.v,
                      (long long)(r->due_ms - now_ms));
        if (is_agreed)
            model_return_agreed(r, now_ms);
        else
            r->state = RETURNS_CLOSED;
    }
}
