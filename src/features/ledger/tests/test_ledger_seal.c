/* Seals and statements, on both engines. */
#include "db/db_sqlite.h" /* before the arena of unit.h, which is called as its parameters are */

#include "base/tests/unit.h"
#include "core/verify.h"
#include "db/db_query.h"
#include "ledger/tests/books.h"

enum { MANY = 520, DAYS = 60 };
static const int64_t day = 24 * 60 * 60 * 1000;
static const struct currency eur = {"EUR"};

/* ---- seals ---- */

struct count {
    int64_t seals, journals;
};
static const struct err *count_row(void *self, const struct db_value *row)
{
    struct count *c = self;
    c->seals = row[0].integer;
    c->journals = row[1].integer;
    return NULL;
}

static struct count seals_of(struct books *f)
{
    static struct db_query query = {.name = "seals",
                                    .origin = "test",
                                    .sql_sqlite = "SELECT COUNT(*), COALESCE(SUM(journals), 0) "
                                                  "FROM ledger_seal",
                                    .sql_pg = "SELECT COUNT(*), CAST(COALESCE(SUM(journals), 0) "
                                              "AS BIGINT) FROM ledger_seal",
                                    .param_types = "",
                                    .column_count = 2,
                                    .column_types = "ii"};
    struct count count = {0};
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(db_run(tx, &f->t.arena, &query, NULL, 1, count_row, &count, NULL));
    db_read_end(tx);
    return count;
}

struct change {
    struct db_query *let, *act; /* what lets the change pass, the change */
    char found[4096];         /* what verify says; the arena of a failed command is gone */
};

/* Changed, verified and taken back: the store of PostgreSQL is everybody's. */
static const struct err *change_and_verify(struct tx *tx, struct arena *arena, void *arg)
{
    struct change *c = arg;
    struct verify_report report;
    struct strbuf out;
    int64_t changed;
    strbuf_init(&out, arena, KiB(64));
    report = (struct verify_report){.out = &out};
    TRY(db_run(tx, arena, c->let, NULL, 0, NULL, NULL, &changed));
    TRY(db_run(tx, arena, c->act, NULL, 0, NULL, NULL, &changed));
    TRY(ledger_feature.verify(tx, arena, &report));
    snprintf(c->found, sizeof c->found, "%.*s", STR_ARG(strbuf_view(&out)));
    return ERR(arena, ERR_CONFLICT, "test.undo", "taken back");
}

static bool is_found(struct books *f, struct db_query *let, struct db_query *act,
                     const char *words)
{
    struct change c = {.let = let, .act = act};
    const struct err *e = db_write(f->t.platform->db, &f->t.arena, change_and_verify, &c);
    assert_true(e != NULL);
    assert_string_equal(e->key, "test.undo");
    if (strstr(c.found, words) == NULL)
        print_message("%s\n", c.found);
    return strstr(c.found, words) != NULL;
}

#define STATEMENT(title, on_sqlite, on_pg) \
    {.name = title, .origin = "test", .sql_sqlite = on_sqlite, .sql_pg = on_pg, .param_types = ""}

static void one_changed_byte_is_found(enum db_engine engine)
{
    struct db_query let_entries =
        STATEMENT("let", "DROP TRIGGER ledger_entry_no_update",
                  "ALTER TABLE ledger_entry DISABLE TRIGGER USER");
    struct db_query let_journals =
        STATEMENT("let2", "DROP TRIGGER ledger_journal_no_update",
                  "ALTER TABLE ledger_journal DISABLE TRIGGER USER");
    struct books f;
    char entry[200], journal[200], gone[100];
    books_open(&f, engine);
    books_write(&f, MANY, 1000);
    struct count before = seals_of(&f);
    testing_advance(&f.t, 2 * 60 * 60 * 1000);
    testing_drain(&f.t);
    struct count after = seals_of(&f);
    assert_true(after.seals - before.seals >= MANY / LEDGER_SEAL_JOURNALS);
    assert_true(after.journals - before.journals >= MANY);
    struct ledger_movement *all;
    size_t count;
    struct tx *tx;
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(ledger_movements(tx, &f.t.arena,
                                  &(struct ledger_want){.shop_id = f.shop, .to_ms = INT64_MAX},
                                  500, &all, &count));
    db_read_end(tx);
    int64_t victim = all[321].journal_id;
    snprintf(entry, sizeof entry,
             "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE journal_id = %lld",
             (long long)victim);
    snprintf(journal, sizeof journal,
             "UPDATE ledger_journal SET order_id = 8 WHERE id = %lld", (long long)victim);
    snprintf(gone, sizeof gone, "journal %lld is not what was sealed", (long long)victim);
    struct db_query change_entry = STATEMENT("entry", entry, entry);
    struct db_query change_journal = STATEMENT("journal", journal, journal);
    assert_true(is_found(&f, &let_entries, &change_entry, gone));
    assert_true(is_found(&f, &let_journals, &change_journal, gone));
    struct db_query let_seals = STATEMENT("let3", "DROP TRIGGER ledger_seal_no_update",
                                          "ALTER TABLE ledger_seal DISABLE TRIGGER USER");
    struct db_query change_seal = STATEMENT("seal", "UPDATE ledger_seal SET hash = marks",
                                            "UPDATE ledger_seal SET hash = marks");
    assert_true(is_found(&f, &let_seals, &change_seal, "seal 1 of journals"));
    struct strbuf lines;
    int violations;
    strbuf_init(&lines, &f.t.arena, KiB(64));
    testing_must(verify_run(f.t.platform, &f.t.arena, &lines, &violations));
    assert_int_equal(violations, 0);
    testing_close(&f.t);
}

static void what_is_young_is_not_sealed(enum db_engine engine)
{
    struct books f;
    books_open(&f, engine);
    testing_advance(&f.t, 2 * 60 * 60 * 1000);
    testing_drain(&f.t);
    struct count before = seals_of(&f);
    books_write(&f, 3, 1000);
    testing_advance(&f.t, LEDGER_SEAL_AFTER_MS + 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(seals_of(&f).journals, before.journals);
    testing_advance(&f.t, LEDGER_SEAL_AT_LATEST_MS);
    testing_drain(&f.t);
    assert_int_equal(seals_of(&f).journals, before.journals + 3);
    testing_drain(&f.t);
    assert_int_equal(seals_of(&f).seals, before.seals + 1);
    testing_close(&f.t);
}

/* ---- statements ---- */

static int64_t net_of(const struct ledger_sum *sums, size_t count, enum ledger_account_kind kind)
{
    int64_t net = 0;
    for (size_t i = 0; i < count; i++)
        if (sums[i].account == kind)
            net += sums[i].debit_minor - sums[i].credit_minor;
    return net;
}

/* All movements of the period, page by page, added up. */
static void add_movements(struct books *f, struct tx *tx, int64_t from_ms, int64_t to_ms,
                          bool newest_first, int64_t *ret)
{
    struct ledger_want want = {.shop_id = f->shop, .from_ms = from_ms, .to_ms = to_ms,
                               .newest_first = newest_first};
    for (;;) {
        struct ledger_movement *rows;
        size_t count;
        testing_must(ledger_movements(tx, &f->t.arena, &want, 7, &rows, &count));
        for (size_t i = 0; i < count; i++)
            for (int k = 1; k < LEDGER_ACCOUNT_KIND_COUNT; k++)
                ret[k] += rows[i].minor[k];
        if (count < 7)
            return;
        want.after = (struct ledger_place){rows[6].at_ms, rows[6].journal_id};
    }
}

static void periods_add_up_to_the_books(enum db_engine engine)
{
    struct books f;
    int64_t by_parts[LEDGER_ACCOUNT_KIND_COUNT] = {0}, by_rows[LEDGER_ACCOUNT_KIND_COUNT] = {0},
            balance;
    struct ledger_sum *sums;
    struct tx *tx;
    size_t count;
    books_open(&f, engine);
    int64_t start = f.t.clock.now_ms;
    books_write(&f, DAYS, day - 60 * 1000);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    for (int64_t from = start; from < f.t.clock.now_ms; from += 7 * day) {
        testing_must(ledger_sums(tx, &f.t.arena, f.shop, from, from + 7 * day, &sums, &count));
        for (int k = 1; k < LEDGER_ACCOUNT_KIND_COUNT; k++)
            by_parts[k] += net_of(sums, count, (enum ledger_account_kind)k);
        add_movements(&f, tx, from, from + 7 * day, (from / day) % 2 == 0, by_rows);
    }
    for (int k = 1; k < LEDGER_ACCOUNT_KIND_COUNT; k++) {
        testing_must(ledger_balance(tx, &f.t.arena, f.shop, (enum ledger_account_kind)k, eur,
                                    &balance));
        assert_int_equal(by_parts[k], balance);
        assert_int_equal(by_rows[k], balance);
    }
    testing_must(ledger_sums(tx, &f.t.arena, f.other, 0, INT64_MAX, &sums, &count));
    assert_int_equal(count, 0);
    db_read_end(tx);
    testing_close(&f.t);
}

static const struct err *pay_out(struct turn *t, void *arg)
{
    struct books *f = arg;
    return ledger_pay_out(t, f->shop, eur, 900, 100, 42);
}

static const struct err *pay_out_nothing(struct turn *t, void *arg)
{
    struct books *f = arg;
    return ledger_pay_out(t, f->shop, eur, 0, 0, 43);
}

static void a_payout_is_booked_once(enum db_engine engine)
{
    struct books f;
    struct ledger_sum *sums;
    struct tx *tx;
    size_t count;
    books_open(&f, engine);
    testing_turn(&f.t, (struct account_id){1}, pay_out, &f);
    const struct err *e =
        turn_run(f.t.platform, &f.t.arena, (struct account_id){1}, pay_out, &f);
    assert_string_equal(e->key, "ledger.twice");
    e = turn_run(f.t.platform, &f.t.arena, (struct account_id){1}, pay_out_nothing, &f);
    assert_string_equal(e->key, "ledger.bad_payout");
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(ledger_sums(tx, &f.t.arena, f.shop, 0, INT64_MAX, &sums, &count));
    assert_int_equal(net_of(sums, count, LEDGER_BANK), 900);
    assert_int_equal(net_of(sums, count, LEDGER_FEES), 100);
    assert_int_equal(net_of(sums, count, LEDGER_CLEARING), -1000);
    db_read_end(tx);
    testing_close(&f.t);
}

/* A journal's entries are found by the journal: a seal is read in time, however big the shop is. */
static void a_seal_reads_its_own_rows_alone(void **state)
{
    (void)state;
    struct books f;
    struct db_query *query = NULL;
    sqlite3_stmt *plan;
    char sql[1024];
    bool is_by_journal = false;
    books_open(&f, DB_SQLITE);
    for (size_t i = 0; i < ledger_feature.query_count; i++)
        if (strcmp(ledger_feature.queries[i]->name, "ledger_sealed_rows") == 0)
            query = ledger_feature.queries[i];
    assert_non_null(query);
    snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", query->sql_sqlite);
    sqlite3 *handle = ((struct sqlite_db *)f.t.platform->db)->writer.conn.handle;
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW)
        is_by_journal = is_by_journal || strstr((const char *)sqlite3_column_text(plan, 3),
                                                "INDEX ledger_entry_journal") != NULL;
    sqlite3_finalize(plan);
    assert_true(is_by_journal);
    testing_close(&f.t);
}

ON_BOTH(a_payout_is_booked_once)
ON_BOTH(one_changed_byte_is_found)
ON_BOTH(periods_add_up_to_the_books)
ON_BOTH(what_is_young_is_not_sealed)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_payout_is_booked_once),
        BOTH(periods_add_up_to_the_books),
        BOTH(one_changed_byte_is_found),
        BOTH(what_is_young_is_not_sealed),
        cmocka_unit_test(a_seal_reads_its_own_rows_alone),
    };
    return cmocka_run_group_tests_name("ledger: seals and statements", tests, NULL, NULL);
}
