/* Orders of several shops that are placed and paid together, and bills that friends share. */
#include <stdio.h>

#include "sim.h"

/* ---- bundles ---- */

struct bundling {
    struct order_place orders[POND_SHOPS];
    size_t count, at;
    struct bundle_id id;
};

static const struct err *bundle_turn(struct turn *t, void *arg)
{
    struct bundling *x = arg;
    return order_bundle_place(t, x->orders, x->count, &x->id, &x->at);
}

/* Which orders the model has of it now: in rising order of shop, which is that of their ids. */
static bool learn_orders(struct sim *s, struct model_bundle *b)
{
    struct order_bundle now;
    struct tx *tx;
    if (db_read_begin(s->pond.platform->db, &s->arena, &tx) != NULL)
        return false;
    const struct err *e = order_bundle_get(tx, &s->arena, s->pond.platform, b->id, &now);
    db_read_end(tx);
    if (!sim_expect(s, "reading a bundle", e, NULL))
        return false;
    if (now.count != (size_t)b->count)
        sim_break(s, "bundle %lld has %zu orders instead of %d", (long long)b->id.v, now.count,
                  b->count);
    for (int i = 0; i < b->count && s->broken == NULL; i++)
        model_placed(&s->model, b->orders[i], now.orders[i].id, s->now_ms);
    return s->broken == NULL;
}

void sim_bundle_place(struct sim *s)
{
    struct model *m = &s->model;
    struct bundling x = {.count = (size_t)(2 + sim_below(s, 2))};
    struct price_want wants[POND_SHOPS];
    struct model_bundle *b = &m->bundles[m->bundle_count];
    const char *refusal = NULL;
    int buyer = sim_below(s, POND_BUYERS), first = sim_below(s, 2);
    if (m->bundle_count == MODEL_BUNDLES_MAX || m->order_count + POND_SHOPS > MODEL_ORDERS_MAX)
        return;
    b->count = (int)x.count;
    for (int i = 0; i < b->count; i++) {
        int shop = b->count == POND_SHOPS ? i : i + first;
        struct model_order *o = &m->orders[m->order_count + i];
        *o = (struct model_order){
            .buyer = buyer, .line_count = 1,
            .lines = {{.quantity = 1 + sim_below(s, 2),
                       .variant = shop == 0 ? sim_below(s, POND_VARIANTS)
                                            : POND_VARIANTS + shop - 1}}};
        o->asked = o->lines[0];
        snprintf(o->key, sizeof o->key, "bundle-%d", s->step);
        x.orders[b->count - 1 - i] = sim_want(s, o, &wants[i]); /* in any order */
        b->orders[i] = m->order_count + i;
        if (refusal == NULL)
            refusal = model_place_refusal(m, o, -1);
    }
    if (!sim_turn(s, "a bundle", s->pond.buyers[buyer], bundle_turn, &x, refusal))
        return;
    b->id = x.id;
    m->order_count += b->count;
    m->bundle_count++;
    if (!learn_orders(s, b))
        return;
    if (sim_happens(s, 20) &&
        sim_turn(s, "a bundle again", s->pond.buyers[buyer], bundle_turn, &x, NULL) &&
        x.id.v != b->id.v)
        sim_break(s, "one key, two bundles");
}

void sim_bundle_pay(struct sim *s)
{
    const struct model *m = &s->model;
    int window = m->bundle_count > 5 ? 5 : m->bundle_count;
    if (window == 0)
        return;
    const struct model_bundle *b = &m->bundles[m->bundle_count - 1 - sim_below(s, window)];
    sim_pay(s, &(struct sim_paying){.order = b->orders[0], .bundle = b,
                                    .payer = m->orders[b->orders[0]].buyer,
                                    .use_saved = sim_happens(s, 20)});
}

/* ---- shared bills ---- */

struct splitting {
    struct shop_id shop;
    struct order_id order;
    struct order_share_want wants[MODEL_SHARES];
    size_t count;
};

static const struct err *split_turn(struct turn *t, void *arg)
{
    struct splitting *x = arg;
    return order_split(t, x->shop, x->order, x->wants, x->count);
}

static void learn_shares(struct sim *s, int at)
{
    struct model_order *o = &s->model.orders[at];
    struct order_share *shares;
    struct tx *tx;
    size_t count;
    int64_t sum = 0;
    if (db_read_begin(s->pond.platform->db, &s->arena, &tx) != NULL)
        return;
    const struct err *e = order_shares(tx, &s->arena, sim_shop_of(s, at), o->id, s->now_ms,
                                       &shares, &count);
    db_read_end(tx);
    if (!sim_expect(s, "reading shares", e, NULL))
        return;
    if (count != (size_t)o->share_count) {
        sim_break(s, "%zu shares instead of %d", count, o->share_count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        o->shares[i] = shares[i].id;
        sum += o->share_minor[i] = shares[i].amount_minor;
        if (o->share_minor[i] < o->total / (int64_t)count ||
            o->share_minor[i] > o->total / (int64_t)count + 1)
            sim_break(s, "share %zu of %lld is %lld", i, (long long)o->total,
                      (long long)o->share_minor[i]);
    }
    if (sum != o->total)
        sim_break(s, "the shares of %lld are %lld", (long long)o->total, (long long)sum);
}

void sim_split(struct sim *s)
{
    int at = sim_made_order(s);
    if (at < 0)
        return;
    struct model_order *o = &s->model.orders[at];
    struct splitting x = {.shop = sim_shop_of(s, at), .order = o->id,
                          .count = (size_t)(2 + sim_below(s, MODEL_SHARES - 1))};
    for (size_t i = 0; i < x.count; i++)
        x.wants[i] = (struct order_share_want){S("Friend"), 0};
    if (!sim_turn(s, "splitting", s->pond.buyers[o->buyer], split_turn, &x,
                  model_split_refusal(&s->model, at, s->now_ms)))
        return;
    o->share_count = (int)x.count;
    learn_shares(s, at);
}

void sim_share_pay(struct sim *s)
{
    int at = -1;
    for (int i = 0; i < 30 && (at < 0 || s->model.orders[at].share_count == 0); i++)
        at = sim_made_order(s);
    if (at < 0 || s->model.orders[at].share_count == 0)
        return;
    /* Any friend, any share, also one that is paid; now and then one of a bill split before. */
    const struct model_order *o = &s->model.orders[at];
    struct share_id share = o->shares[sim_below(s, o->share_count)];
    if (sim_happens(s, 2))
        share.v -= 1;
    sim_pay(s, &(struct sim_paying){.order = at, .payer = sim_below(s, 6), .share = share});
}
