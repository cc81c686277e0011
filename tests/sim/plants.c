#include "plants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/core_feature.h"
#include "core/feature.h"
#include "core/testing.h"
#include "db/db_sqlite.h"
#include "sim.h"

const struct plant plants[] = {
    {.name = "hold_not_released",
     .swaps = {{"stock_unpromise", "held = held - ?3", "held = held - 0 * ?3"}}},
    {.name = "refund_doubled",
     .swaps = {{"order_refund_end", "refunded_minor + ?4", "refunded_minor + 2 * ?4"}},
     .has_no_checks = true},
    {.name = "key_ignored",
     .swaps = {{"order_key_insert", "DO NOTHING", "DO UPDATE SET order_id = excluded.order_id"}}},
    {.name = "acts_before_it_checks",
     .swaps = {{"stock_promise", "on_hand - held >= ?3", "?3 > 0"}},
     .has_no_checks = true},
    {.name = "ledger_line_skipped",
     .swaps = {{"ledger_entry_insert", "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?3 % 5 <> 0 OR ?4 <> 4"}}},
    {.name = "other_amount_accepted"},
    {.name = "event_lost",
     .swaps = {{"event_insert", "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 "
                "WHERE ?1 <> 'order.paid' OR ?5 % 7 <> 0"}}},
    {.name = "restocked_twice",
     .swaps = {{"stock_put_back", "on_hand = on_hand + ?3", "on_hand = on_hand + 2 * ?3"}}},
    {.name = "paid_orders_expire"},
    {.name = "refund_past_what_was_captured",
     .swaps = {{"order_refund_ask", "refunding_minor = refunding_minor + ?3",
                "refunding_minor = refunding_minor + 0 * ?3"},
               {"payment_refund_ask", "refunding_minor = refunding_minor + ?3",
                "refunding_minor = refunding_minor + 0 * ?3"}},
     .has_no_checks = true},
    {.name = "audit_row_forgotten",
     .swaps = {{"audit_insert", "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ?5 <> 'order.shipped'"}}},
    {.name = "oversold_by_one",
     .swaps = {{"stock_promise", "on_hand - held >= ?3", "on_hand - held >= ?3 - 1"}},
     .has_no_checks = true},
    {.name = "return_paid_back_twice"},
    {.name = "share_paid_twice",
     .swaps = {{"share_payments", "AND share_id > 0", "AND share_id > 0 AND state <> 3"}}},
    {.name = "part_of_a_bundle_not_paid",
     .swaps = {{"charge_shares", "charge_id > 0",
                "charge_id > 0 AND (id = charge_id OR id % 3 > 0)"}}},
    {.name = "edit_keeps_its_hold",
     .swaps = {{"stock_hold_resize", "quantity = ?4", "quantity = MAX(quantity, ?4)"}}},
    {.name = "addition_outlives_its_order",
     .swaps = {{"additions_of", "order_id = ?2", "order_id = ?2 AND addition_id % 3 > 0"}}},
    {.name = "addition_paid_back_twice"},
};
const size_t plant_count = COUNT(plants);

static struct {
    struct db_query *query;
    const char *was;
    char text[2048];
} swapped[PLANT_SWAPS_MAX];

bool plant_is(const struct plant *plant, const char *name)
{
    return plant != NULL && strcmp(plant->name, name) == 0;
}

static struct db_query *query_called(const struct sim *s, const char *name)
{
    for (size_t f = 0; f <= s->pond.feature_count; f++) {
        const struct feature *feature =
            f < s->pond.feature_count ? s->pond.features[f] : &core_feature;
        for (size_t i = 0; i < feature->query_count; i++)
            if (strcmp(feature->queries[i]->name, name) == 0)
                return feature->queries[i];
    }
    return NULL;
}

void plant_put(const struct plant *plant, struct sim *s)
{
    for (int i = 0; plant != NULL && i < PLANT_SWAPS_MAX && plant->swaps[i].query != NULL; i++) {
        const char *from = plant->swaps[i].from, *to = plant->swaps[i].to;
        struct db_query *q = query_called(s, plant->swaps[i].query);
        const char *at = q == NULL ? NULL : strstr(q->sql_sqlite, from);
        if (at == NULL) {
            fprintf(stderr, "plant %s: query %s has no text \"%s\" any more; give it its new one\n",
                    plant->name, plant->swaps[i].query, from);
            abort();
        }
        swapped[i].query = q;
        swapped[i].was = q->sql_sqlite;
        snprintf(swapped[i].text, sizeof swapped[i].text, "%.*s%s%s", (int)(at - q->sql_sqlite),
                 q->sql_sqlite, to, at + strlen(from));
        q->sql_sqlite = swapped[i].text;
    }
}

void plant_take_out(const struct plant *plant)
{
    for (int i = 0; plant != NULL && i < PLANT_SWAPS_MAX && plant->swaps[i].query != NULL; i++)
        swapped[i].query->sql_sqlite = swapped[i].was;
}

void plant_ready(const struct plant *plant, struct sim *s)
{
    struct sqlite_db *db = (struct sqlite_db *)s->pond.platform->db;
    if (plant != NULL && plant->has_no_checks)
        ASSERT(sqlite3_exec(db->writer.conn.handle, "PRAGMA ignore_check_constraints=1", NULL, NULL,
                            NULL) == SQLITE_OK);
}

static const struct err *expire_paid(struct tx *tx, struct arena *a, void *arg)
{
    const struct sim *s = arg;
    str sql;
    TRY(str_fmt(a, &sql, "UPDATE orders SET state = 3 WHERE state = 1 AND paid_ms > 0 AND "
                         "fulfilment = 1 AND placed_ms < %lld", (long long)s->now_ms - 1800000));
    ASSERT(sqlite3_exec(((struct sqlite_conn *)tx)->handle, sql.ptr, NULL, NULL, NULL) ==
           SQLITE_OK);
    return NULL;
}

/* A second refund of its own key, as if the first had been forgotten: the books agree. */
static const struct err *pay_again(struct turn *t, void *arg)
{
    struct sim *s = arg;
    for (int i = 0; i < s->model.return_count; i++) {
        const struct model_return *r = &s->model.returns[i];
        struct order o;
        str key;
        if (r->state != RETURNS_REFUNDED || r->refund == 0)
            continue;
        TRY(order_load(t, sim_shop_of(s, r->order), s->model.orders[r->order].id, &o));
        TRY(str_fmt(t->arena, &key, "again %lld", (long long)r->id.v));
        if (o.paid_minor - o.refunded_minor - o.refunding_minor >= r->refund)
            return order_refund_queue(t, &o, r->refund, key);
    }
    return NULL;
}

/* What went back of an addition goes back of the order as well. */
static const struct err *pay_base_too(struct turn *t, void *arg)
{
    struct sim *s = arg;
    for (int i = 0; i < s->model.order_count; i++) {
        const struct model_order *x = &s->model.orders[i];
        struct order o;
        str key;
        if (x->added_to == 0 || x->refunded == 0)
            continue;
        TRY(order_load(t, sim_shop_of(s, i), s->model.orders[x->added_to - 1].id, &o));
        TRY(str_fmt(t->arena, &key, "base %lld", (long long)x->id.v));
        if (o.paid_minor - o.refunded_minor - o.refunding_minor >= x->refunded)
            return order_refund_queue(t, &o, x->refunded, key);
    }
    return NULL;
}

void plant_meddle(const struct plant *plant, struct sim *s)
{
    if (plant_is(plant, "paid_orders_expire"))
        testing_must(db_write(s->pond.platform->db, &s->arena, expire_paid, s));
    if (plant_is(plant, "return_paid_back_twice"))
        testing_must(turn_run(s->pond.platform, &s->arena, s->pond.owner, pay_again, s));
    if (plant_is(plant, "addition_paid_back_twice"))
        testing_must(turn_run(s->pond.platform, &s->arena, s->pond.owner, pay_base_too, s));
}
