/* Placing orders of several shops together, and paying what is left of them: see order_bundle.h. */
#include "order/order_part.h"

#include "core/secret.h"

static const char purpose[] = "order.bundle";

/* ---- placing ---- */

/* In rising order of shop, so that two bundles never wait for each other in a circle. */
static void sort_by_shop(const struct order_place *orders, size_t count, size_t *ret_at)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = i;
        for (; k > 0 && orders[ret_at[k - 1]].shop_id.v > orders[i].shop_id.v; k--)
            ret_at[k] = ret_at[k - 1];
        ret_at[k] = i;
    }
}

static const struct err *check(struct arena *a, const struct order_place *orders, size_t count,
                               const size_t *at)
{
    bool is_fit = count >= 2;
    for (size_t i = 1; i < count; i++)
        is_fit = is_fit && orders[at[i]].shop_id.v != orders[at[i - 1]].shop_id.v &&
                 orders[i].buyer_id.v == orders[0].buyer_id.v;
    return is_fit ? NULL : ERR(a, ERR_INVALID, "order.bad_bundle", "%zu orders", count);
}

const struct err *order_bundle_place(struct turn *t, const struct order_place *orders, size_t count,
                                     struct bundle_id *ret, size_t *ret_at)
{
    struct order_id ids[BUNDLE_ORDERS_MAX];
    size_t at[BUNDLE_ORDERS_MAX];
    struct bundle_of_order_row known;
    bool is_known;
    *ret_at = 0;
    if (count > BUNDLE_ORDERS_MAX)
        return ERR(t->arena, ERR_INVALID, "order.bad_bundle", "%zu orders", count);
    sort_by_shop(orders, count, at);
    TRY(check(t->arena, orders, count, at));
    for (size_t i = 0; i < count; i++) {
        struct order_place one = orders[at[i]];
        *ret_at = at[i];
        TRY(str_fmt(t->arena, &one.key, "%.*s/%lld", STR_ARG(orders[at[i]].key),
                    (long long)one.shop_id.v));
        TRY(order_place(t, &one, &ids[i]));
    }
    TRY(bundle_of_order(t->tx, t->arena, orders[at[0]].shop_id, ids[0], &known, &is_known));
    if (is_known) {
        *ret = known.bundle_id;
        return NULL;
    }
    *ret = (struct bundle_id){turn_new_id(t)};
    for (size_t i = 0; i < count; i++)
        TRY(bundle_insert(t->tx, t->arena, orders[0].buyer_id, *ret, (int64_t)i,
                          orders[at[i]].shop_id, ids[i]));
    return NULL;
}

/* ---- reading ---- */

const struct err *order_bundle_get(struct tx *tx, struct arena *a, struct platform *p,
                                   struct bundle_id id, struct order_bundle *ret)
{
    struct bundle_orders_row *rows;
    TRY(bundle_orders(tx, a, id, BUNDLE_ORDERS_MAX, &rows, &ret->count));
    if (ret->count == 0)
        return ERR(a, ERR_NOT_FOUND, "order.gone", "bundle %lld", (long long)id.v);
    ret->id = id;
    ret->buyer_id = rows[0].account_id;
    TRY_NEW_ARRAY(a, ret->orders, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        TRY(order_get(tx, a, p, rows[i].shop_id, rows[i].order_id, &ret->orders[i]));
    return NULL;
}

const struct err *order_bundle_of(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct order_id id, struct bundle_id *ret)
{
    struct bundle_of_order_row row;
    bool is_found;
    TRY(bundle_of_order(tx, a, shop, id, &row, &is_found));
    *ret = is_found ? row.bundle_id : (struct bundle_id){0};
    return NULL;
}

const struct err *order_bundle_key(struct platform *p, struct arena *a, struct bundle_id id,
                                   str *ret)
{
    struct id_text text = id_format(id.v);
    return secret_sign(p, a, purpose, id_str(&text), ret);
}

bool order_bundle_key_opens(struct platform *p, struct arena *a, struct bundle_id id, str key)
{
    struct id_text text = id_format(id.v);
    return !str_is_empty(key) && secret_verify(p, a, purpose, id_str(&text), key);
}

/* ---- what is left to pay ---- */

static bool is_payable(const struct order *o, int64_t now_ms)
{
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    return order_rules_step(now, ORDER_ACT_PAY, &next) && o->expires_ms > now_ms &&
           order_due_now_minor(o) - o->authorised_minor > 0;
}

static const struct err *add(struct arena *a, struct bundle_group *groups, size_t *count,
                             size_t most, struct order *o)
{
    struct bundle_group *g = groups;
    while (g < groups + *count && !currency_eq(g->currency, o->currency))
        g++;
    if (g == groups + *count) {
        (*count)++;
        *g = (struct bundle_group){.currency = o->currency};
        TRY_NEW_ARRAY(a, g->orders, most);
    }
    struct money sum = {g->due_minor, g->currency};
    TRY(money_add(a, sum, order_money(o, order_due_now_minor(o) - o->authorised_minor), &sum));
    g->due_minor = sum.minor;
    g->orders[g->count++] = o;
    return NULL;
}

const struct err *order_bundle_groups(struct tx *tx, struct arena *a, const struct platform *p,
                                      const struct order_bundle *b, int64_t now_ms,
                                      struct bundle_group **ret, size_t *ret_count)
{
    TRY_NEW_ARRAY(a, *ret, b->count);
    *ret_count = 0;
    for (size_t i = 0; i < b->count; i++)
        if (is_payable(&b->orders[i], now_ms))
            TRY(add(a, *ret, ret_count, b->count, &b->orders[i]));
    for (size_t i = 0; i < *ret_count; i++) {
        struct bundle_group *g = &(*ret)[i];
        struct shop_id shops[BUNDLE_ORDERS_MAX];
        for (size_t k = 0; k < g->count; k++)
            shops[k] = g->orders[k]->shop_id;
        TRY(order_gateways_of_all(tx, a, p, shops, g->count, g->ways, &g->way_count));
    }
    return NULL;
}

/* ---- paying ---- */

/* The orders that this key began to pay, whatever became of them since. */
static const struct err *begun_before(struct tx *tx, struct arena *a,
                                      const struct order_bundle_pay *pay,
                                      const struct order_bundle *b, const struct platform *p,
                                      struct bundle_group *ret)
{
    struct shop_id shops[BUNDLE_ORDERS_MAX];
    TRY_NEW_ARRAY(a, ret->orders, b->count);
    ret->count = 0;
    for (size_t i = 0; i < b->count; i++) {
        struct payment_of_key_row known;
        bool is_known;
        TRY(payment_of_key(tx, a, pay->payer_id, b->orders[i].shop_id, pay->key, &known,
                           &is_known));
        if (!is_known)
            continue;
        shops[ret->count] = b->orders[i].shop_id;
        ret->orders[ret->count++] = &b->orders[i];
    }
    return ret->count == 0 ? NULL
                           : order_gateways_of_all(tx, a, p, shops, ret->count, ret->ways,
                                                   &ret->way_count);
}

static const struct err *find_group(struct platform *p, struct arena *a,
                                    const struct order_bundle_pay *pay, struct bundle_group *ret)
{
    struct bundle_group *groups;
    struct order_bundle b;
    struct tx *tx;
    size_t count = 0;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = order_bundle_get(tx, a, p, pay->bundle_id, &b);
    if (e == NULL)
        e = begun_before(tx, a, pay, &b, p, ret);
    if (e == NULL && ret->count == 0)
        e = order_bundle_groups(tx, a, p, &b, clock_now_ms(p->clock), &groups, &count);
    db_read_end(tx);
    TRY(e);
    if (ret->count > 0)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (str_is_empty(pay->currency) ||
            str_eq(currency_str(&groups[i].currency), pay->currency)) {
            *ret = groups[i];
            return NULL;
        }
    return ERR(a, ERR_CONFLICT, "order.already_paid", "bundle %lld", (long long)pay->bundle_id.v);
}

static const struct payment_gateway *choose(const struct bundle_group *g, str name)
{
    for (size_t i = 0; i < g->way_count; i++)
        if (str_is_empty(name) || str_eq(str_c(g->ways[i]->name), name))
            return g->ways[i];
    return NULL;
}

/* A way that fills no purse: each order has its own payment, and nothing leads anywhere. */
static const struct err *pay_each(struct platform *p, struct arena *a, const struct bundle_group *g,
                                  struct order_pay one, struct payment_begin *ret)
{
    str key = one.key;
    for (size_t i = 0; i < g->count; i++) {
        one.shop_id = g->orders[i]->shop_id;
        one.order_id = g->orders[i]->id;
        TRY(str_fmt(a, &one.key, "%.*s/%lld", STR_ARG(key), (long long)one.shop_id.v));
        TRY(order_pay_begin(p, a, &one, ret));
    }
    return NULL;
}

const struct err *order_bundle_pay(struct platform *p, struct arena *a,
                                   const struct order_bundle_pay *pay, struct payment_begin *ret)
{
    struct bundle_group g = {.count = 0};
    struct order_ref orders[BUNDLE_ORDERS_MAX];
    TRY(find_group(p, a, pay, &g));
    const struct payment_gateway *way = choose(&g, pay->gateway);
    if (way == NULL)
        return err_with_field(a, ERR(a, ERR_INVALID, "order.no_gateway", "%.*s",
                                     STR_ARG(pay->gateway)), "gateway");
    if (pay->shown_minor > 0 && pay->shown_minor != g.due_minor)
        return ERR(a, ERR_CONFLICT, "order.price_changed", "%lld shown",
                   (long long)pay->shown_minor);
    for (size_t i = 0; i < g.count; i++)
        orders[i] = (struct order_ref){g.orders[i]->shop_id, g.orders[i]->id};
    struct order_pay want = {.key = pay->key,
                             .shop_id = orders[0].shop_id,
                             .order_id = orders[0].order_id,
                             .payer_id = pay->payer_id,
                             .gateway = str_c(way->name),
                             .use_saved = pay->use_saved,
                             .remember = pay->remember,
                             .return_path = pay->return_path};
    if (g.count > 1 && way->purse == NULL)
        return pay_each(p, a, &g, want, ret);
    if (g.count > 1) {
        want.orders = orders;
        want.order_count = g.count;
    }
    return order_pay_begin(p, a, &want, ret);
}
