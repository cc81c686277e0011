/* The corners of seals and statements: books that were tampered with, memory that runs out, every
 * query failing in turn. On SQLite, whose store is the test's own. */
#include "db/db_sqlite.h" /* before the arena of unit.h, which is called as its parameters are */

#include "base/id.h"
#include "base/tests/unit.h"
#include "core/verify.h"
#include "ledger/ledger_part.h"
#include "ledger/tests/books.h"

static const int64_t hour = 60 * 60 * 1000;
static const struct currency eur = {"EUR"};
static struct books books;
enum { SEALS_A_PAGE = 50 };

static void tamper(const char *sql)
{
    struct sqlite_db *db = (struct sqlite_db *)books.t.platform->db;
    static const char let[] = "PRAGMA ignore_check_constraints=1;"
                              "DROP TRIGGER IF EXISTS ledger_entry_no_update;"
                              "DROP TRIGGER IF EXISTS ledger_entry_no_delete;"
                              "DROP TRIGGER IF EXISTS ledger_seal_no_update;"
                              "DROP TRIGGER IF EXISTS ledger_seal_no_delete;";
    assert_int_equal(sqlite3_exec(db->writer.conn.handle, let, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db->writer.conn.handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* So many seals of one journal each. */
static void open_sealed(int count)
{
    books_open(&books, DB_SQLITE);
    for (int i = 0; i < count; i++) {
        books_write(&books, 1, LEDGER_SEAL_AT_LATEST_MS + hour);
        testing_drain(&books.t);
    }
}

static bool verify_says(const char *words)
{
    struct strbuf out;
    struct verify_report report = {.out = &out};
    struct tx *tx;
    str said;
    strbuf_init(&out, &a, KiB(64)); /* verify rewinds its own arena */
    testing_must(db_read_begin(books.t.platform->db, &books.t.arena, &tx));
    testing_must(ledger_verify_seals(tx, &books.t.arena, &report));
    db_read_end(tx);
    testing_must(strbuf_finish(&out, &said));
    if (words == NULL)
        return report.violations == 0;
    if (str_find(said, str_c(words)) < 0)
        print_message("%.*s\n", STR_ARG(said));
    return str_find(said, str_c(words)) >= 0;
}

/* ---- tampered with ---- */

static void a_seal_that_is_gone(void **state)
{
    (void)state;
    open_sealed(4);
    assert_true(verify_says(NULL));
    tamper("DELETE FROM ledger_seal WHERE number = 2");
    assert_true(verify_says("seal 2 is missing"));
    testing_close(&books.t);
}

static void a_seal_that_begins_elsewhere(void **state)
{
    (void)state;
    open_sealed(3);
    tamper("UPDATE ledger_seal SET from_id = from_id + 1 WHERE number = 2");
    assert_true(verify_says("seal 2"));
    testing_close(&books.t);
}

static void a_journal_without_entries(void **state)
{
    (void)state;
    open_sealed(3);
    tamper("DELETE FROM ledger_entry WHERE journal_id = "
           "(SELECT MIN(id) FROM ledger_journal)");
    assert_true(verify_says("is not what was sealed"));
    testing_close(&books.t);
}

static void a_seal_without_marks(void **state)
{
    (void)state;
    open_sealed(2);
    tamper("UPDATE ledger_seal SET hash = x'00', marks = x'' WHERE number = 2");
    assert_true(verify_says("seal 2: journal"));
    testing_close(&books.t);
}

/* More seals than verify reads at once: all of them, until one is wrong. */
static void many_seals(void **state)
{
    (void)state;
    open_sealed(SEALS_A_PAGE + 1);
    assert_true(verify_says(NULL));
    tamper("UPDATE ledger_seal SET hash = x'00' WHERE number = 51");
    assert_true(verify_says("seal 51"));
    tamper("UPDATE ledger_seal SET hash = x'00' WHERE number = 7");
    assert_true(verify_says("seal 7"));
    assert_false(verify_says("seal 51"));
    testing_close(&books.t);
}

/* ---- more than is sealed at once ---- */

static int64_t count_of(const char *sql)
{
    struct sqlite_db *db = (struct sqlite_db *)books.t.platform->db;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db->writer.conn.handle, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return count;
}

/* So many journals without entries, as old as the store. */
static void bring_along(int64_t journals)
{
    char sql[400];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < %lld) "
             "INSERT INTO ledger_journal (id, shop_id, reason, cause_id, order_id, currency, "
             "is_pending, at_ms) SELECT %lld + i, %lld, 'import', i, 0, 'EUR', 0, %lld FROM n",
             (long long)journals, (long long)id_at_time(books.t.clock.now_ms),
             (long long)books.shop.v, (long long)books.t.clock.now_ms);
    tamper(sql);
    testing_advance(&books.t, LEDGER_SEAL_AT_LATEST_MS + hour);
}

static struct job_run run_now(struct arena *arena)
{
    return (struct job_run){
        .platform = books.t.platform, .arena = arena, .now_ms = books.t.clock.now_ms};
}

static void a_run_seals_its_share(void **state)
{
    (void)state;
    enum { SHARE = JOB_SLICES * LEDGER_SEAL_JOURNALS };
    books_open(&books, DB_SQLITE);
    bring_along(SHARE + LEDGER_SEAL_JOURNALS + 3);
    struct job_run run = run_now(&books.t.arena);
    testing_must(ledger_seal_job(&run));
    assert_true(run.is_unfinished);
    assert_int_equal(count_of("SELECT SUM(journals) FROM ledger_seal"), SHARE);
    struct job_run next = run_now(&books.t.arena);
    testing_must(ledger_seal_job(&next));
    assert_false(next.is_unfinished);
    assert_int_equal(count_of("SELECT SUM(journals) FROM ledger_seal"),
                     count_of("SELECT COUNT(*) FROM ledger_journal"));
    assert_true(verify_says(NULL));
    testing_close(&books.t);
}

/* Each seal stands by itself: whoever stops between two loses nothing. */
static void a_stop_ends_the_run_after_a_seal(void **state)
{
    (void)state;
    books_open(&books, DB_SQLITE);
    bring_along(3 * LEDGER_SEAL_JOURNALS);
    job_stop(books.t.platform);
    struct job_run run = run_now(&books.t.arena);
    testing_must(ledger_seal_job(&run));
    assert_true(run.is_unfinished);
    assert_int_equal(count_of("SELECT COUNT(*) FROM ledger_seal"), 1);
    testing_drain(&books.t);
    assert_int_equal(count_of("SELECT COUNT(*) FROM ledger_seal"), 3);
    testing_close(&books.t);
}

/* ---- statements ---- */

static const struct err *sums(struct arena *arena)
{
    struct ledger_sum *list;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(books.t.platform->db, &books.t.arena, &tx));
    const struct err *e = ledger_sums(tx, arena, books.shop, 0, INT64_MAX, &list, &count);
    db_read_end(tx);
    return e;
}

static size_t found; /* by the latest of these */
static struct ledger_movement *movements;

static const struct err *move(struct arena *arena, struct ledger_want want, size_t limit)
{
    struct tx *tx;
    want.shop_id = books.shop;
    want.to_ms = INT64_MAX;
    testing_must(db_read_begin(books.t.platform->db, &books.t.arena, &tx));
    const struct err *e = ledger_movements(tx, arena, &want, limit, &movements, &found);
    db_read_end(tx);
    return e;
}

static const struct err *move_oldest(struct arena *arena)
{
    return move(arena, (struct ledger_want){.newest_first = false}, 10);
}

static const struct err *move_newest(struct arena *arena)
{
    return move(arena, (struct ledger_want){.newest_first = true}, 10);
}

static void no_movement(void)
{
    (void)!move(&books.t.arena, (struct ledger_want){.newest_first = true}, 0);
}

static void too_many_movements(void)
{
    (void)!move(&books.t.arena, (struct ledger_want){.newest_first = true}, 501);
}

static void movements_of_one_reason(void **state)
{
    struct arena *arena = &books.t.arena;
    (void)state;
    books_open(&books, DB_SQLITE);
    books_write(&books, 20, hour);
    testing_must(move(arena, (struct ledger_want){.newest_first = true}, 20));
    assert_int_equal(found, 20);
    size_t sales = 0;
    for (size_t i = 0; i < found; i++)
        sales += str_eq(movements[i].reason, S("order.paid"));
    struct ledger_place after = {movements[4].at_ms, movements[4].journal_id};
    testing_must(move(arena, (struct ledger_want){.reason = S("order.paid")}, 20));
    assert_int_equal(found, sales);
    testing_must(move(arena, (struct ledger_want){.newest_first = true, .after = after}, 20));
    assert_int_equal(found, 15);
    testing_must(move(arena, (struct ledger_want){.after = after}, 20));
    assert_int_equal(found, 4);
    unit_must_abort(no_movement);
    unit_must_abort(too_many_movements);
    testing_close(&books.t);
}

static void rows_that_make_no_sense(void **state)
{
    (void)state;
    books_open(&books, DB_SQLITE);
    books_write(&books, 1, hour);
    tamper("UPDATE ledger_entry SET account = CASE WHEN amount_minor > 0 THEN 99 ELSE 0 END");
    testing_must(move_oldest(&books.t.arena));
    for (int i = 1; i < LEDGER_ACCOUNT_KIND_COUNT; i++)
        assert_int_equal(movements[0].minor[i], 0);
    tamper("UPDATE ledger_entry SET currency = 'x'");
    assert_string_equal(sums(&books.t.arena)->key, "error.currency");
    tamper("DROP TRIGGER ledger_journal_no_update; UPDATE ledger_journal SET currency = 'x'");
    assert_string_equal(move_oldest(&books.t.arena)->key, "error.currency");
    testing_close(&books.t);
}

/* ---- payouts ---- */

struct payout {
    int64_t paid, fee, cause;
};

static const struct err *pay_out_turn(struct turn *t, void *arg)
{
    const struct payout *x = arg;
    return ledger_pay_out(t, books.shop, eur, x->paid, x->fee, x->cause);
}

static const struct err *pay_out(int64_t paid, int64_t fee, int64_t cause)
{
    return turn_run(books.t.platform, &books.t.arena, (struct account_id){1}, pay_out_turn,
                    &(struct payout){paid, fee, cause});
}

static void payouts_that_make_no_sense(void **state)
{
    (void)state;
    books_open(&books, DB_SQLITE);
    assert_string_equal(pay_out(-1, 5, 1)->key, "ledger.bad_payout");
    assert_string_equal(pay_out(5, -1, 2)->key, "ledger.bad_payout");
    assert_string_equal(pay_out(INT64_MAX, 1, 3)->key, "ledger.bad_payout");
    assert_null(pay_out(5, 0, 4));
    assert_null(pay_out(0, 5, 5));
    testing_close(&books.t);
}

/* ---- trouble ---- */

static const struct err *seal(struct arena *arena)
{
    struct job_run run = run_now(arena);
    return ledger_seal_job(&run);
}

static const struct err *verify(struct arena *arena)
{
    struct strbuf out;
    struct verify_report report = {.out = &out};
    struct tx *tx;
    strbuf_init(&out, &a, KiB(64)); /* verify rewinds its own arena */
    testing_must(db_read_begin(books.t.platform->db, &books.t.arena, &tx));
    const struct err *e = ledger_feature.verify(tx, arena, &report);
    db_read_end(tx);
    return e;
}

static const struct err *ask(struct arena *arena)
{
    struct ledger_entry *list;
    struct tx *tx;
    size_t count;
    int64_t minor;
    testing_must(db_read_begin(books.t.platform->db, &books.t.arena, &tx));
    const struct err *e = ledger_balance(tx, arena, books.shop, LEDGER_SALES, eur, &minor);
    if (e == NULL)
        e = ledger_of_cause(tx, arena, books.shop, "order.paid", 1, &list, &count);
    if (e == NULL)
        e = ledger_of_causes(tx, arena, "order.paid", LEDGER_CLEARING,
                             &(struct row_key){books.shop, 1}, 1, &minor);
    db_read_end(tx);
    return e;
}

static const struct err *(*const all[])(struct arena *arena) = {seal, verify, ask, sums,
                                                                move_oldest, move_newest};

/* Something sealed, something to be sealed, something that was tampered with. */
static void open_busy(void)
{
    open_sealed(2);
    books_write(&books, 5, hour);
    tamper("UPDATE ledger_seal SET hash = x'00' WHERE number = 2");
}

static void memory_may_run_out(void **state)
{
    (void)state;
    open_busy();
    for (size_t i = 0; i < COUNT(all); i++)
        unit_fault_loop(all[i]);
    testing_close(&books.t);
}

/* Each of them fails once: what asks it says so. */
static void every_query_may_fail(void **state)
{
    (void)state;
    open_busy();
    for (size_t i = 0; i < ledger_feature.query_count; i++) {
        struct db_query *q = ledger_feature.queries[i];
        const char *was = q->sql_sqlite;
        int slot = q->slot;
        size_t failed = 0;
        q->sql_sqlite = "SELECT nothing FROM nowhere";
        q->slot = 0; /* no connection has it ready */
        for (size_t k = 0; k < COUNT(all); k++)
            failed += all[k](&books.t.arena) != NULL;
        failed += pay_out(5, 0, 1000 + (int64_t)i) != NULL;
        q->sql_sqlite = was;
        q->slot = slot;
        if (failed == 0)
            print_message("%s fails, and nobody says so\n", q->name);
        assert_true(failed > 0);
        books_write(&books, 1, 2 * hour);
    }
    testing_close(&books.t);
}

/* All readers are busy: the job says so and comes again. */
static void nobody_reads(void **state)
{
    (void)state;
    open_busy();
    struct sqlite_db *db = (struct sqlite_db *)books.t.platform->db;
    struct sqlite_conn *readers = db->free;
    db->db.busy_timeout_ms = 1;
    db->free = NULL;
    assert_non_null(seal(&books.t.arena));
    db->free = readers;
    assert_null(seal(&books.t.arena));
    testing_close(&books.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_seal_that_is_gone), TEST(a_seal_that_begins_elsewhere),
        TEST(a_journal_without_entries), TEST(a_seal_without_marks), TEST(many_seals),
        TEST(a_run_seals_its_share), TEST(a_stop_ends_the_run_after_a_seal),
        TEST(movements_of_one_reason), TEST(rows_that_make_no_sense),
        TEST(payouts_that_make_no_sense), TEST(memory_may_run_out), TEST(every_query_may_fail),
        TEST(nobody_reads),
    };
    return cmocka_run_group_tests_name("ledger: corners of seals and statements", tests, NULL,
                                       NULL);
}
