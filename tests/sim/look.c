/* The store as it is, beside the model; through a connection of its own, so that nothing of the
 * product stands between. */
#include <stdio.h>
#include <string.h>

#include "core/testing.h"
#include "ledger/ledger.h"
#include "sim.h"
#include "stock/stock.h"
#include <sodium.h>
#include <sqlite3.h>


static sqlite3_stmt *ask(sqlite3 *handle, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "sim: %s: %s\n", sql, sqlite3_errmsg(handle));
        abort();
    }
    return stmt;
}

/* ---- shelves and sums ---- */

static void look_at_shop(struct sim *s, struct tx *tx, int at)
{
    int64_t clearing;
    struct currency eur = {"EUR"};
    testing_must(ledger_balance(tx, &s->arena, s->pond.shops[at], LEDGER_CLEARING, eur,
                                &clearing));
    if (clearing != s->model.clearing[at])
        sim_break(s, "the bank owes shop %d %lld by the books, %lld by its own account", at,
                  (long long)clearing, (long long)s->model.clearing[at]);
}

static void look_at_shelf(struct sim *s, struct tx *tx, int at)
{
    struct shop_id shop = s->pond.shops[pond_shop_of(at)];
    int64_t on_hand, left;
    testing_must(stock_on_hand(tx, &s->arena, shop, &s->pond.variants[at], 1, &on_hand));
    testing_must(stock_available(tx, &s->arena, shop, &s->pond.variants[at], 1, &left));
    if (on_hand != s->model.on_hand[at] || left != model_left(&s->model, at))
        sim_break(s, "variant %d: %lld on the shelf, %lld free; it must be %lld and %lld", at,
                  (long long)on_hand, (long long)left, (long long)s->model.on_hand[at],
                  (long long)model_left(&s->model, at));
}

/* ---- orders ---- */

enum { AT_ID, AT_BUYER, AT_STATE, AT_FULFILMENT, AT_TOTAL, AT_PAID, AT_REFUNDED, AT_REFUNDING,
       AT_IS_PAID, AT_PLACED_ROWS, AT_PAID_ROWS, AT_CANCELLED_ROWS, AT_SHIPPED_ROWS,
       AT_DELIVERED_ROWS, AT_EXPIRED_ROWS, AT_ADDED_ROWS, AT_SHIPPING };

/* The audit rows of every step are counted beside. */
static const char orders_sql[] =
    "SELECT o.id, o.buyer_id, o.state, o.fulfilment, o.total_minor, o.paid_minor, "
    "o.refunded_minor, o.refunding_minor, o.paid_ms > 0, "
    "COALESCE(SUM(a.action = 'order.placed'), 0), COALESCE(SUM(a.action = 'order.paid'), 0), "
    "COALESCE(SUM(a.action = 'order.cancelled'), 0), COALESCE(SUM(a.action = 'order.shipped'), 0), "
    "COALESCE(SUM(a.action = 'order.delivered'), 0), COALESCE(SUM(a.action = 'order.expired'), 0), "
    "COALESCE(SUM(a.action = 'order.added'), 0), o.shipping_minor "
    "FROM orders o LEFT JOIN audit a ON a.shop_id = o.shop_id AND a.subject_id = o.id "
    "GROUP BY o.id ORDER BY o.id";

static struct model_order *order_of(struct sim *s, int64_t id)
{
    for (int i = 0; i < s->model.order_count; i++)
        if (s->model.orders[i].id.v == id)
            return &s->model.orders[i];
    return NULL;
}

static void look_at_order(struct sim *s, sqlite3_stmt *row)
{
    int64_t id = sqlite3_column_int64(row, AT_ID);
    const struct model_order *o = order_of(s, id);
    if (o == NULL) {
        sim_break(s, "order %lld is nobody's: no key led to it", (long long)id);
        return;
    }
    bool is_paid = sqlite3_column_int64(row, AT_IS_PAID) != 0;
    const struct {
        int at;
        int64_t wanted;
        const char *name;
    } checks[] = {
        {AT_BUYER, s->pond.buyers[o->buyer].v, "buyer"},
        {AT_STATE, o->state, "state"},
        {AT_FULFILMENT, o->fulfilment, "fulfilment"},
        {AT_TOTAL, o->total, "total"},
        {AT_PAID, o->paid, "paid"},
        {AT_REFUNDED, o->refunded, "refunded"},
        {AT_REFUNDING, o->refunding, "refunding"},
        {AT_IS_PAID, o->paid >= o->total, "paid in full"},
        {AT_SHIPPING, o->shipping, "shipping"},
        {AT_ADDED_ROWS, o->additions, "audit rows of additions"},
        {AT_PLACED_ROWS, 1, "audit rows of being placed"},
        {AT_PAID_ROWS, is_paid, "audit rows of being paid"},
        {AT_CANCELLED_ROWS, o->state == ORDER_CANCELLED, "audit rows of being cancelled"},
        {AT_SHIPPED_ROWS, o->fulfilment >= ORDER_SHIPPED, "audit rows of being shipped"},
        {AT_DELIVERED_ROWS, o->fulfilment == ORDER_DELIVERED, "audit rows of being delivered"},
        {AT_EXPIRED_ROWS, (o->told & TOLD_EXPIRED) != 0, "audit rows of expiry"},
    };
    for (size_t i = 0; i < COUNT(checks); i++)
        if (sqlite3_column_int64(row, checks[i].at) != checks[i].wanted)
            sim_break(s, "order %lld (key %s): %s is %lld instead of %lld", (long long)id, o->key,
                      checks[i].name, (long long)sqlite3_column_int64(row, checks[i].at),
                      (long long)checks[i].wanted);
    unsigned told = TOLD_PLACED | (is_paid ? TOLD_PAID : 0) |
                    (o->state == ORDER_CANCELLED ? TOLD_CANCELLED : 0) |
                    (o->fulfilment >= ORDER_SHIPPED ? TOLD_SHIPPED : 0) |
                    (o->fulfilment == ORDER_DELIVERED ? TOLD_DELIVERED : 0);
    if ((o->told & told) != told)
        sim_break(s, "order %lld: told %#x, it must be %#x at least", (long long)id, o->told, told);
}

static void look_at_orders(struct sim *s)
{
    int found = 0, known = 0;
    while (sqlite3_step(s->orders_beside) == SQLITE_ROW && s->broken == NULL) {
        look_at_order(s, s->orders_beside);
        found++;
    }
    sqlite3_reset(s->orders_beside);
    for (int i = 0; i < s->model.order_count; i++)
        known += s->model.orders[i].id.v != 0;
    if (s->broken == NULL && found != known)
        sim_break(s, "%d orders instead of %d", found, known);
}

static const char lines_sql[] =
    "SELECT order_id, position, variant_id, quantity, unit_minor, dropped FROM order_line "
    "ORDER BY order_id, position";

static void look_at_line(struct sim *s, sqlite3_stmt *row, const struct model_order *o)
{
    int64_t at = sqlite3_column_int64(row, 1);
    if (at >= o->line_count) {
        sim_break(s, "order %lld (key %s) has a line %lld", (long long)o->id.v, o->key,
                  (long long)at);
        return;
    }
    const struct model_line *l = &o->lines[at];
    const struct {
        int64_t wanted;
        const char *name;
    } checks[] = {{s->pond.variants[l->variant].v, "variant"}, {l->quantity, "pieces"},
                  {l->unit, "price"}, {l->dropped, "pieces taken out"}};
    for (int i = 0; i < (int)COUNT(checks); i++)
        if (sqlite3_column_int64(row, i + 2) != checks[i].wanted)
            sim_break(s, "order %lld (key %s), line %lld: %s %lld instead of %lld",
                      (long long)o->id.v, o->key, (long long)at, checks[i].name,
                      (long long)sqlite3_column_int64(row, i + 2), (long long)checks[i].wanted);
}

static void look_at_lines(struct sim *s)
{
    int found = 0, known = 0;
    const struct model_order *o = NULL;
    for (; sqlite3_step(s->lines_beside) == SQLITE_ROW && s->broken == NULL; found++) {
        int64_t id = sqlite3_column_int64(s->lines_beside, 0);
        o = o != NULL && o->id.v == id ? o : order_of(s, id);
        if (o != NULL)
            look_at_line(s, s->lines_beside, o);
    }
    sqlite3_reset(s->lines_beside);
    for (int i = 0; i < s->model.order_count; i++)
        known += s->model.orders[i].id.v != 0 ? s->model.orders[i].line_count : 0;
    if (s->broken == NULL && found != known)
        sim_break(s, "%d lines of orders instead of %d", found, known);
}

/* Which order belongs to which, in the end. */
static void look_at_additions(struct sim *s)
{
    sqlite3_stmt *rows = ask(s->beside, "SELECT addition_id, order_id FROM order_addition");
    int found = 0, known = 0;
    for (; sqlite3_step(rows) == SQLITE_ROW; found++) {
        const struct model_order *o = order_of(s, sqlite3_column_int64(rows, 0));
        int64_t base = o == NULL || o->added_to == 0
                           ? 0 : s->model.orders[o->added_to - 1].id.v;
        if (base != sqlite3_column_int64(rows, 1))
            sim_break(s, "addition %lld belongs to %lld instead of %lld",
                      (long long)sqlite3_column_int64(rows, 0),
                      (long long)sqlite3_column_int64(rows, 1), (long long)base);
    }
    sqlite3_finalize(rows);
    for (int i = 0; i < s->model.order_count; i++)
        known += s->model.orders[i].added_to > 0;
    if (found != known)
        sim_break(s, "%d additions instead of %d", found, known);
}

/* ---- returns ---- */

static const char returns_sql[] =
    "SELECT c.id, c.state, c.value_minor, c.shipping_minor, c.refund_minor, c.restocked, c.keeps, "
    "COALESCE(SUM(a.action = 'returns.refunded'), 0) "
    "FROM return_case c LEFT JOIN audit a ON a.shop_id = c.shop_id AND a.subject_id = c.id "
    "GROUP BY c.id ORDER BY c.id";

static void look_at_return(struct sim *s, sqlite3_stmt *row)
{
    const struct model_return *r = NULL;
    for (int i = 0; i < s->model.return_count; i++)
        if (s->model.returns[i].id.v == sqlite3_column_int64(row, 0))
            r = &s->model.returns[i];
    if (r == NULL) {
        sim_break(s, "return %lld is nobody's", (long long)sqlite3_column_int64(row, 0));
        return;
    }
    const struct {
        int64_t wanted;
        const char *name;
    } checks[] = {
        {r->state, "state"},       {r->value, "value"},
        {r->shipping, "shipping"}, {r->refund, "refund"},
        {r->restocked, "restocked"}, {r->keeps, "keeps"},
        {r->state == RETURNS_REFUNDED, "audit rows of being paid back"},
    };
    for (int i = 0; i < (int)COUNT(checks); i++)
        if (sqlite3_column_int64(row, i + 1) != checks[i].wanted)
            sim_break(s, "return %lld (key %s): %s is %lld instead of %lld", (long long)r->id.v,
                      r->key, checks[i].name, (long long)sqlite3_column_int64(row, i + 1),
                      (long long)checks[i].wanted);
}

static void look_at_returns(struct sim *s)
{
    int found = 0;
    for (; sqlite3_step(s->returns_beside) == SQLITE_ROW && s->broken == NULL; found++)
        look_at_return(s, s->returns_beside);
    sqlite3_reset(s->returns_beside);
    if (s->broken == NULL && found != s->model.return_count)
        sim_break(s, "%d returns instead of %d", found, s->model.return_count);
}

/* ---- quotations and shares, in the end ---- */

static void look_at_quotes(struct sim *s)
{
    sqlite3_stmt *rows = ask(s->beside, "SELECT id, state, version, order_id FROM quote");
    int found = 0;
    for (; sqlite3_step(rows) == SQLITE_ROW; found++)
        for (int i = 0; i < s->model.quote_count; i++) {
            const struct model_quote *q = &s->model.quotes[i];
            int64_t order = q->order < 0 ? 0 : s->model.orders[q->order].id.v;
            if (q->id.v == sqlite3_column_int64(rows, 0) &&
                (q->state != (enum quote_state)sqlite3_column_int(rows, 1) ||
                 q->version != sqlite3_column_int64(rows, 2) ||
                 order != sqlite3_column_int64(rows, 3)))
                sim_break(s, "quotation %lld: state %d instead of %d, version %lld, order %lld",
                          (long long)q->id.v, sqlite3_column_int(rows, 1), (int)q->state,
                          (long long)sqlite3_column_int64(rows, 2),
                          (long long)sqlite3_column_int64(rows, 3));
        }
    sqlite3_finalize(rows);
    if (found != s->model.quote_count)
        sim_break(s, "%d quotations instead of %d", found, s->model.quote_count);
}

static void look_at_shares(struct sim *s, struct tx *tx, int at)
{
    const struct model_order *o = &s->model.orders[at];
    struct order_share *shares;
    size_t count;
    if (o->id.v == 0 || (o->share_count == 0 && o->changes == 0))
        return;
    testing_must(order_shares(tx, &s->arena, sim_shop_of(s, at), o->id, s->now_ms, &shares,
                              &count));
    if (count != (size_t)o->share_count)
        sim_break(s, "order %lld has %zu shares instead of %d", (long long)o->id.v, count,
                  o->share_count);
    for (size_t i = 0; i < count; i++) {
        bool is_paid = shares[i].state == SHARE_PAID || shares[i].state == SHARE_RETURNED;
        if (is_paid != model_share_is_paid(&s->model, shares[i].id))
            sim_break(s, "share %zu of order %lld is %spaid", i, (long long)o->id.v,
                      is_paid ? "" : "not ");
    }
}

/* ---- what the bank asks about ---- */

int64_t sim_payment_of_refund(struct sim *s, int64_t refund_id)
{
    sqlite3_bind_int64(s->refund_beside, 1, refund_id);
    int64_t id = sqlite3_step(s->refund_beside) == SQLITE_ROW
                     ? sqlite3_column_int64(s->refund_beside, 0) : 0;
    sqlite3_reset(s->refund_beside);
    return id;
}

void sim_learn_parts(struct sim *s, int lead)
{
    struct model_attempt *parts = &s->model.attempts[lead];
    int found = 0, count = parts->parts;
    if (count == 1)
        return;
    sqlite3_bind_int64(s->parts_beside, 1, parts->id);
    for (; sqlite3_step(s->parts_beside) == SQLITE_ROW; found++)
        for (int i = 0; i < count; i++)
            if (s->model.orders[parts[i].order].id.v == sqlite3_column_int64(s->parts_beside, 1))
                parts[i].id = sqlite3_column_int64(s->parts_beside, 0);
    sqlite3_reset(s->parts_beside);
    if (found != count)
        sim_break(s, "a charge of %d orders has %d parts", count, found);
}

/* ---- all of it ---- */

void sim_look_open(struct sim *s)
{
    char path[160];
    snprintf(path, sizeof path, "%s/millpond.db", s->folder);
    ASSERT(sqlite3_open_v2(path, &s->beside, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    s->orders_beside = ask(s->beside, orders_sql);
    s->lines_beside = ask(s->beside, lines_sql);
    s->returns_beside = ask(s->beside, returns_sql);
    s->refund_beside = ask(s->beside, "SELECT payment_id FROM order_refund WHERE id = ?1");
    s->parts_beside =
        ask(s->beside, "SELECT id, order_id FROM order_payment WHERE charge_id = ?1");
}

void sim_look_close(struct sim *s)
{
    sqlite3_finalize(s->orders_beside);
    sqlite3_finalize(s->lines_beside);
    sqlite3_finalize(s->returns_beside);
    sqlite3_finalize(s->refund_beside);
    sqlite3_finalize(s->parts_beside);
    sqlite3_close(s->beside);
    s->orders_beside = NULL;
    s->beside = NULL;
}

void sim_look(struct sim *s, bool is_end)
{
    struct tx *tx;
    int (*verify)(struct pond *p, bool is_loud) = is_end ? pond_verify : pond_verify_rows;
    if (s->broken == NULL && verify(&s->pond, s->plant == NULL) != 0)
        sim_break(s, "verify finds something");
    if (s->broken != NULL)
        return;
    testing_must(db_read_begin(s->pond.platform->db, &s->arena, &tx));
    for (int i = 0; i < POND_SHOPS; i++)
        look_at_shop(s, tx, i);
    for (int i = 0; i < POND_ALL_VARIANTS; i++)
        look_at_shelf(s, tx, i);
    for (int i = 0; i < s->model.order_count && is_end; i++)
        look_at_shares(s, tx, i);
    db_read_end(tx);
    look_at_orders(s);
    look_at_lines(s);
    look_at_returns(s);
    if (is_end) {
        look_at_quotes(s);
        look_at_additions(s);
    }
    arena_reset(&s->arena);
}

/* ---- the hash ---- */

static void hash_table(sqlite3 *handle, const char *table, crypto_hash_sha256_state *sum)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    sqlite3_stmt *stmt = ask(handle, sql);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const unsigned char *bytes = sqlite3_column_blob(stmt, i);
            int len = sqlite3_column_bytes(stmt, i);
            crypto_hash_sha256_update(sum, (const unsigned char *)&len, sizeof len);
            crypto_hash_sha256_update(sum, bytes, (unsigned long long)len);
        }
    sqlite3_finalize(stmt);
}

void sim_hash(struct sim *s, unsigned char ret[32])
{
    crypto_hash_sha256_state sum;
    sqlite3_stmt *tables = ask(s->beside, "SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                       "name NOT LIKE 'sqlite_%' ORDER BY name");
    crypto_hash_sha256_init(&sum);
    while (sqlite3_step(tables) == SQLITE_ROW)
        hash_table(s->beside, (const char *)sqlite3_column_text(tables, 0), &sum);
    crypto_hash_sha256_final(&sum, ret);
    sqlite3_finalize(tables);
}
