/* Two things with the rows of a store that only SQL can do fast enough; bench_orders.mjs calls them
 * on the store of a stopped server.
 *
 *   bench_store multiply STORE COPIES  each paid order, with all its rows, once more per copy: with
 *                                      ids and times ten minutes earlier each, so that millions are
 *                                      made of a few hundred that the program itself has made.
 *                                      STORE: SQLite's file, or the postgresql:// URL of a database
 *   bench_store loop FILE SECONDS      what SQLite alone would do: one thread writes the rows of
 *                                      unpaid orders again under new ids, 64 to a commit, with
 *                                      synchronous=FULL and the log bounded as the program does.
 *                                      The store is worth nothing afterwards. Prints one JSON line.
 *
 * The columns are asked from the store, so that a new one needs nothing here.
 */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "base/strbuf.h"

enum {
    TABLES_MAX = 32, COLUMNS_MAX = 100, ROWS_MAX = 16, IDS_MAX = 64, FEW_MAX = 1000, BATCH = 64,
    WAL_PAGES_MAX = 32768,
};

/* The tables of an order, children before those their order is found by, and for a row t of each
 * the order it belongs to. */
static const struct {
    const char *table, *order_id;
} tables[] = {
    {"orders", "t.id"},
    {"order_key", "t.order_id"},
    {"order_line", "t.order_id"},
    {"order_answer", "t.order_id"},
    {"price_kept", "t.order_id"},
    {"payment_event", "(SELECT p.order_id FROM order_payment p WHERE p.id = t.payment_id)"},
    {"order_payment", "t.order_id"},
    {"order_parcel", "t.order_id"},
    {"order_parcel_line", "t.order_id"},
    {"stock_hold", "t.order_id"},
    {"stock_movement", "t.order_id"},
    {"pool_attribution", "t.id"},
    {"pool_attribution_money", "t.order_id"},
    {"ledger_entry", "(SELECT j.order_id FROM ledger_journal j WHERE j.id = t.journal_id)"},
    {"ledger_journal", "t.order_id"},
    {"audit", "t.subject_id"},
};

static sqlite3 *db; /* or */
static PGconn *pg;
static struct arena arena;

static void fail(const char *what)
{
    const char *why = pg != NULL ? PQerrorMessage(pg) : db != NULL ? sqlite3_errmsg(db) : "";
    fprintf(stderr, "bench_store: %s: %s\n", what, why);
    exit(1);
}

static PGresult *ask_pg(const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail(sql);
    return result;
}

static void run(const char *sql)
{
    if (pg != NULL)
        PQclear(ask_pg(sql));
    else if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(sql);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        fail(sql);
    return stmt;
}

static void open_store(const char *path)
{
    if (str_starts(str_c(path), S("postgresql://"))) {
        pg = PQconnectdb(path);
        if (PQstatus(pg) != CONNECTION_OK)
            fail("connect");
        run("SET synchronous_commit = off; SET client_min_messages = warning");
        return;
    }
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        fail(path);
    run("PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-1000000;"
        "PRAGMA wal_autocheckpoint=0");
}

static const char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *text(const char *fmt, ...)
{
    struct strbuf sb;
    str made;
    va_list args;
    strbuf_init(&sb, &arena, KiB(64));
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    if (strbuf_finish(&sb, &made) != NULL)
        fail("no room for a statement");
    return made.ptr;
}

/* ---- multiply ---- */

struct column {
    const char *name;
    bool is_int;
};

static size_t columns_of(const char *table, struct column *ret)
{
    size_t count = 0;
    if (pg == NULL) {
        sqlite3_stmt *stmt = prepare(text("SELECT name, type FROM pragma_table_info('%s')", table));
        for (; sqlite3_step(stmt) == SQLITE_ROW; count++)
            ret[count] = (struct column){text("%s", sqlite3_column_text(stmt, 0)),
                                         strcmp((const char *)sqlite3_column_text(stmt, 1),
                                                "INTEGER") == 0};
        sqlite3_finalize(stmt);
        return count;
    }
    PGresult *rows = ask_pg(text("SELECT column_name, data_type FROM information_schema.columns"
                                 " WHERE table_name = '%s' ORDER BY ordinal_position", table));
    for (; count < (size_t)PQntuples(rows); count++)
        ret[count] = (struct column){text("%s", PQgetvalue(rows, (int)count, 0)),
                                     strcmp(PQgetvalue(rows, (int)count, 1), "bigint") == 0};
    PQclear(rows);
    return count;
}

/* Names of columns tell what they hold: a time, a text that must be unique, the number of an order;
 * an integer between the first buyer's id and the last that was given is such an id: the buyers
 * of a copy are others, who came earlier. */
static const char *earlier(const char *table, const struct column *c)
{
    static const char *const unique[] = {"key", "event_id", "provider_ref"};
    const long long step_ms = 600000;
    size_t len = strlen(c->name);
    if (len > 3 && strcmp(c->name + len - 3, "_ms") == 0)
        return text("CASE WHEN t.%s > 0 THEN t.%s - n.i * %lld ELSE 0 END", c->name, c->name,
                    step_ms);
    if (strcmp(table, "orders") == 0 && strcmp(c->name, "number") == 0)
        return "t.number + n.i * (SELECT total FROM span)";
    for (size_t i = 0; i < COUNT(unique); i++)
        if (strcmp(c->name, unique[i]) == 0)
            return text("t.%s || '-' || n.i", c->name);
    if (!c->is_int)
        return text("t.%s", c->name);
    return text("CASE WHEN t.%s BETWEEN (SELECT lo FROM span) AND (SELECT hi FROM span)"
                " THEN t.%s - n.i * %lld ELSE t.%s END", c->name, c->name, step_ms << 22, c->name);
}

static void multiply(const char *table, const char *order_id)
{
    struct column columns[COLUMNS_MAX];
    struct strbuf list;
    str made;
    size_t count = columns_of(table, columns);
    strbuf_init(&list, &arena, KiB(64));
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&list, "%s%s", i == 0 ? "" : ", ", earlier(table, &columns[i]));
    if (strbuf_finish(&list, &made) != NULL)
        fail("no room for a statement");
    run(text("INSERT INTO %s SELECT %s FROM n, %s t WHERE %s IN (SELECT id FROM few)", table,
             made.ptr, table, order_id));
}

static void tidy_up(void)
{
    run(pg != NULL ? "ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void multiply_all(const char *path, int64_t copies)
{
    open_store(path);
    if (pg == NULL)
        run("PRAGMA synchronous=OFF");
    run(text("CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT CAST(%lld AS BIGINT)"
             " UNION ALL SELECT i - 1 FROM c WHERE i > 1) SELECT i FROM c", (long long)copies));
    run("CREATE TEMP TABLE few AS SELECT id FROM orders WHERE paid_ms > 0");
    run("CREATE TEMP TABLE span AS SELECT (SELECT MIN(buyer_id) FROM orders) AS lo,"
        " (SELECT MAX(id) FROM audit) AS hi, COUNT(*) AS total FROM few");
    for (size_t i = 0; i < COUNT(tables); i++) {
        run("BEGIN");
        multiply(tables[i].table, tables[i].order_id);
        run("COMMIT");
        if (pg == NULL)
            tidy_up();
    }
    run("UPDATE order_counter SET last_number = 1000 + (SELECT COUNT(*) FROM orders)");
    run("UPDATE stock SET on_hand = m.total"
        " FROM (SELECT shop_id, variant_id, SUM(quantity) AS total FROM stock_movement"
        "       GROUP BY shop_id, variant_id) m"
        " WHERE m.shop_id = stock.shop_id AND m.variant_id = stock.id");
    tidy_up();
}

/* ---- loop ---- */

struct row {
    size_t table;
    int count;
    sqlite3_value *values[COLUMNS_MAX];
};

/* One order as it is stored, and the ids that were new with it, in order. */
struct sample {
    struct row rows[ROWS_MAX];
    size_t row_count;
    int64_t ids[IDS_MAX], variant;
    size_t id_count;
};

static struct sample samples[FEW_MAX];
static size_t sample_count;
static sqlite3_stmt *inserts[COUNT(tables)];
static struct column columns[COUNT(tables)][COLUMNS_MAX];
static int64_t first_id, last_id;

static int64_t number(const char *sql)
{
    sqlite3_stmt *stmt = prepare(sql);
    if (sqlite3_step(stmt) != SQLITE_ROW)
        fail(sql);
    int64_t found = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return found;
}

static int compare(const void *x, const void *y)
{
    int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
    return (p > q) - (p < q);
}

static void note_id(struct sample *s, int64_t id)
{
    for (size_t i = 0; i < s->id_count; i++)
        if (s->ids[i] == id)
            return;
    if (s->id_count == IDS_MAX)
        fail("an order has too many ids");
    s->ids[s->id_count++] = id;
}

/* The rows that one table has of the samples: the first order in few is the first sample. */
static void load_rows(size_t table)
{
    sqlite3_stmt *stmt = prepare(text("SELECT few.n, t.* FROM %s t JOIN few ON few.id = %s",
                                      tables[table].table, tables[table].order_id));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct sample *s = &samples[sqlite3_column_int64(stmt, 0) - 1];
        if (s->row_count == ROWS_MAX)
            fail("an order has too many rows");
        struct row *r = &s->rows[s->row_count++];
        *r = (struct row){.table = table, .count = sqlite3_column_count(stmt) - 1};
        for (int i = 0; i < r->count; i++) {
            r->values[i] = sqlite3_value_dup(sqlite3_column_value(stmt, i + 1));
            int64_t id = sqlite3_value_int64(r->values[i]);
            if (sqlite3_value_type(r->values[i]) == SQLITE_INTEGER && id >= first_id &&
                id <= last_id)
                note_id(s, id);
        }
    }
    sqlite3_finalize(stmt);
}

static void load_samples(void)
{
    run("CREATE TEMP TABLE few (n INTEGER PRIMARY KEY, id INTEGER UNIQUE, variant INTEGER)");
    run(text("INSERT INTO few (id, variant) SELECT o.id, l.variant_id"
             " FROM orders o JOIN order_line l ON l.order_id = o.id"
             " WHERE o.paid_ms = 0 AND o.state = 1 ORDER BY o.id DESC LIMIT %d", FEW_MAX));
    first_id = number("SELECT MIN(id) FROM orders WHERE paid_ms = 0");
    last_id = number("SELECT MAX(id) FROM audit");
    sqlite3_stmt *few = prepare("SELECT variant FROM few ORDER BY n");
    while (sqlite3_step(few) == SQLITE_ROW)
        samples[sample_count++].variant = sqlite3_column_int64(few, 0);
    sqlite3_finalize(few);
    if (sample_count == 0)
        fail("no unpaid order to copy");
    for (size_t t = 0; t < COUNT(tables); t++)
        load_rows(t);
    for (size_t i = 0; i < sample_count; i++)
        qsort(samples[i].ids, samples[i].id_count, sizeof *samples[i].ids, compare);
}

static void prepare_insert(size_t table)
{
    struct strbuf list;
    str marks;
    size_t count = columns_of(tables[table].table, columns[table]);
    strbuf_init(&list, &arena, KiB(4));
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&list, "%s?", i == 0 ? "" : ", ");
    if (strbuf_finish(&list, &marks) != NULL)
        fail("no room for a statement");
    inserts[table] = prepare(text("INSERT INTO %s VALUES (%s)", tables[table].table, marks.ptr));
}

static void step(sqlite3_stmt *stmt)
{
    int code = sqlite3_step(stmt);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        fail(sqlite3_sql(stmt));
    sqlite3_reset(stmt);
}

static void write_row(const struct sample *s, const struct row *r, int64_t n)
{
    sqlite3_stmt *stmt = inserts[r->table];
    char unique[40];
    snprintf(unique, sizeof unique, "loop-%lld", (long long)n);
    for (int i = 0; i < r->count; i++) {
        const char *name = columns[r->table][i].name;
        int64_t value = sqlite3_value_int64(r->values[i]), *known = NULL;
        if (sqlite3_value_type(r->values[i]) == SQLITE_INTEGER)
            known = bsearch(&value, s->ids, s->id_count, sizeof value, compare);
        if (known != NULL)
            sqlite3_bind_int64(stmt, i + 1, last_id + n * IDS_MAX + (known - s->ids));
        else if (strcmp(name, "key") == 0)
            sqlite3_bind_text(stmt, i + 1, unique, -1, SQLITE_TRANSIENT);
        else if (strcmp(name, "number") == 0)
            sqlite3_bind_int64(stmt, i + 1, 100000000 + n);
        else
            sqlite3_bind_value(stmt, i + 1, r->values[i]);
    }
    step(stmt);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int note_log(void *self, sqlite3 *handle, const char *name, int pages)
{
    (void)handle, (void)name;
    *(int *)self = pages;
    return SQLITE_OK;
}

static void loop(const char *path, double seconds)
{
    int pages = 0;
    int64_t n = 0;
    open_store(path);
    run("PRAGMA synchronous=FULL");
    load_samples();
    for (size_t t = 0; t < COUNT(tables); t++)
        prepare_insert(t);
    sqlite3_wal_hook(db, note_log, &pages);
    sqlite3_stmt *hold = prepare("UPDATE stock SET held = held + 1, changed_ms = changed_ms + 1"
                                 " WHERE id = ? AND on_hand - held >= 1");
    sqlite3_stmt *count = prepare("UPDATE order_counter SET last_number = last_number + 1");
    sqlite3_stmt *event = prepare("INSERT INTO event SELECT (SELECT MAX(id) FROM event) + 1, kind,"
                                  " version, shop_id, account_id, ?, object_id, number, note,"
                                  " actor_id, cause, depth, at_ms FROM event ORDER BY id DESC"
                                  " LIMIT 1");
    double began = now_s();
    uint64_t random = 88172645463325252u;
    while (now_s() - began < seconds) {
        run("BEGIN IMMEDIATE");
        for (int i = 0; i < BATCH; i++, n++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            const struct sample *s = &samples[random % sample_count];
            sqlite3_bind_int64(hold, 1, s->variant);
            step(hold);
            step(count);
            for (size_t r = 0; r < s->row_count; r++)
                write_row(s, &s->rows[r], n + 1);
            sqlite3_bind_int64(event, 1, last_id + (n + 1) * IDS_MAX);
            step(event);
        }
        run("COMMIT");
        if (pages > WAL_PAGES_MAX) {
            run("PRAGMA wal_checkpoint(RESTART)");
            pages = 0;
        }
    }
    double took = now_s() - began;
    printf("{\"bare_orders_per_s\": %.0f, \"bare_batch_ms\": %.2f}\n", (double)n / took,
           took * 1000 * BATCH / (double)n);
}

int main(int argc, char **argv)
{
    int64_t amount;
    bool has_amount = argc == 4 && str_to_int(str_c(argv[3]), &amount) && amount > 0;
    arena_init(&arena, MiB(64));
    if (has_amount && strcmp(argv[1], "multiply") == 0)
        multiply_all(argv[2], amount);
    else if (has_amount && strcmp(argv[1], "loop") == 0)
        loop(argv[2], (double)amount);
    else
        fail("usage: bench_store multiply STORE COPIES | loop FILE SECONDS");
    return 0;
}
