/* The log of SQLite. Gathered: what a transaction that came to nothing had gathered is never
 * written, where meanwhile another program may have committed. Moved: it ends before its bound. */
#include "db_fixture.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/db_sqlite.h"

enum { ITEMS = 40, TITLE_BYTES = 1500, CACHE_PAGES = 5 };

struct filling {
    char letter;
    int64_t first_id, count;
    bool fails;
};

/* With a cache so small that pages go to the log before the end. */
static const struct err *fill(struct tx *tx, struct arena *a, void *arg)
{
    const struct filling *x = arg;
    char title[TITLE_BYTES];
    memset(title, x->letter, sizeof title);
    sqlite3 *handle = ((struct sqlite_conn *)tx)->handle;
    char pragma[40];
    snprintf(pragma, sizeof pragma, "PRAGMA cache_size=%d", CACHE_PAGES);
    assert_int_equal(sqlite3_exec(handle, pragma, NULL, NULL, NULL), SQLITE_OK);
    for (int64_t i = 0; i < x->count; i++) {
        snprintf(title, sizeof title, "%04lld", (long long)(x->first_id + i));
        title[4] = x->letter;
        TRY(fixture_add_item(tx, a, shop_1, x->first_id + i, (str){title, sizeof title}, 1));
    }
    return x->fails ? ERR(a, ERR_DENIED, "test.no", "on purpose") : NULL;
}

static struct db *open_at(struct arena *a, str path)
{
    struct db *db;
    expect_ok(db_open(a, &(struct db_config){.url = path, .readers = 1}, &db));
    return db;
}

/* The log is empty: what is undone is read from the file itself. */
static void empty_log(str path)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path.ptr, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(handle);
}

/* Every row of `count` items as it was written, seen by a program that knows nothing yet. */
static void expect_whole(struct arena *a, str path, int64_t count)
{
    struct db *db = open_at(a, path);
    struct item_list_row *rows;
    struct tx *tx;
    size_t found;
    expect_ok(db_read_begin(db, a, &tx));
    expect_ok(item_list(tx, a, shop_1, 1000, 1000, &rows, &found));
    assert_int_equal(found, count);
    for (size_t i = 0; i < found; i++)
        for (size_t k = 4; k < TITLE_BYTES; k++)
            assert_int_equal(rows[i].title.ptr[k], rows[i].id.v <= ITEMS ? 'b' : 'c');
    db_read_end(tx);
    db_close(db);
}

/* Whether the last page of a lost transaction was gathered or written depends on its length. */
static void lose_and_commit(struct fixture *f, int64_t lost_count, bool goes_on)
{
    struct filling lost = {'a', 1, lost_count, true}, other = {'b', 1, ITEMS, false},
                   next = {'c', ITEMS + 1, 1, false};
    int applied;
    str path = fixture_temp_path(&f->arena, "log.db");
    struct db *two = open_at(&f->arena, path);
    expect_ok(db_migrate(two, &f->arena, sample_migrations, sample_migration_count,
                         DB_MIGRATE_APPLY, 1, &applied));
    struct db *one = open_at(&f->arena, path);
    empty_log(path);
    expect_err(db_write(one, &f->arena, fill, &lost), ERR_DENIED, "test.no");
    expect_ok(db_write(two, &f->arena, fill, &other));
    if (goes_on)
        expect_ok(db_write(one, &f->arena, fill, &next));
    db_close(one);
    expect_whole(&f->arena, path, ITEMS + goes_on);
    db_close(two);
    unlink(path.ptr);
}

static void test_what_came_to_nothing_is_not_written(void **state)
{
    for (int64_t count = 1; count <= ITEMS; count++)
        lose_and_commit(*state, count, true);
}

static void test_nor_when_the_program_ends(void **state)
{
    for (int64_t count = 1; count <= ITEMS; count++)
        lose_and_commit(*state, count, false);
}

static int64_t log_bytes_after_a_write(struct db *db, struct arena *a)
{
    struct db_stats stats;
    int64_t value;
    expect_ok(db_write(db, a, fixture_bump, &value));
    db_get_stats(db, &stats);
    return stats.wal_bytes;
}

enum { BOUND = 1000 * 1000, PAGE_BYTES = 4096 };

static struct db *open_moved(struct fixture *f, str path)
{
    struct db_config config = {.url = path, .wal_max_bytes = BOUND, .readers = 1};
    struct db *db;
    int applied;
    expect_ok(db_open(&f->arena, &config, &db));
    expect_ok(db_migrate(db, &f->arena, sample_migrations, sample_migration_count, DB_MIGRATE_APPLY,
                         1, &applied));
    ((struct sqlite_db *)db)->writer.move_from_bytes = BOUND / 2;
    return db;
}

static void wait_for(struct sqlite_mover *m)
{
    while (atomic_load(&m->is_busy))
        sched_yield();
}

/* The mover is called at half of the bound, and the write after its end finds little left to do. */
static void test_it_is_moved_before_its_bound(void **state)
{
    struct fixture *f = *state;
    str path = fixture_temp_path(&f->arena, "moved.db");
    struct db *db = open_moved(f, path);
    int64_t bytes, before = 0;
    for (int ends = 0; ends < 3; before = bytes) {
        bytes = log_bytes_after_a_write(db, &f->arena);
        assert_true(bytes < BOUND * 3 / 4);
        ends += bytes < before;
        wait_for(&((struct sqlite_db *)db)->writer.mover);
    }
    db_close(db);
    db = open_at(&f->arena, path);
    expect_ok(db_check_file(db, &f->arena));
    db_close(db);
    unlink(path.ptr);
}

/* What a reader still reads is not overwritten; once it has gone, the log ends as ever. */
static void test_a_reader_holds_it_up(void **state)
{
    struct fixture *f = *state;
    str path = fixture_temp_path(&f->arena, "held.db");
    struct db *db = open_moved(f, path);
    struct sqlite_mover *m = &((struct sqlite_db *)db)->writer.mover;
    sqlite3 *reader;
    int64_t bytes = log_bytes_after_a_write(db, &f->arena), before = 0;
    assert_int_equal(sqlite3_open(path.ptr, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM sqlite_schema", NULL, NULL, NULL),
                     SQLITE_OK);
    while (bytes < BOUND) {
        assert_true(bytes > before);
        before = bytes;
        bytes = log_bytes_after_a_write(db, &f->arena);
        wait_for(m);
    }
    sqlite3_close(reader);
    while (bytes >= before) {
        before = bytes;
        bytes = log_bytes_after_a_write(db, &f->arena);
        wait_for(m);
    }
    db_close(db);
    unlink(path.ptr);
}

/* The private store of tests and simulations has a bound too. */
static void test_a_private_log_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct db_config config = {.url = S(":memory:"), .wal_max_bytes = BOUND, .readers = 1};
    struct db *db;
    int64_t bytes = 0, before;
    int applied;
    expect_ok(db_open(&f->arena, &config, &db));
    expect_ok(db_migrate(db, &f->arena, sample_migrations, sample_migration_count, DB_MIGRATE_APPLY,
                         1, &applied));
    do {
        before = bytes;
        bytes = log_bytes_after_a_write(db, &f->arena);
        assert_true(((struct sqlite_db *)db)->writer.conn.log_frames < BOUND * 3 / 2 / PAGE_BYTES);
    } while (bytes >= before);
    db_close(db);
}

/* A flush fails beside the command. */
static const struct err *bump_and_doubt(struct tx *tx, struct arena *a, void *arg)
{
    struct sqlite_writer *w = arg;
    int64_t value;
    atomic_store(&w->unflushed.is_in_doubt, true);
    return fixture_bump(tx, a, &value);
}

static void test_a_log_in_doubt_is_not_ended(void **state)
{
    struct fixture *f = *state;
    str path = fixture_temp_path(&f->arena, "doubt.db");
    struct db *db = open_moved(f, path);
    struct sqlite_writer *w = &((struct sqlite_db *)db)->writer;
    w->move_from_bytes = 0;
    while (log_bytes_after_a_write(db, &f->arena) < BOUND / 2) {
    }
    w->wal_max_bytes = BOUND / 2;
    expect_err(db_write(db, &f->arena, bump_and_doubt, w), ERR_UNAVAILABLE, "db.io");
    assert_true(w->conn.log_frames > 0);
    (void)log_bytes_after_a_write(db, &f->arena); /* mended, and ended then */
    assert_int_equal(w->conn.log_frames, 0);
    db_close(db);
    unlink(path.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SQLITE(test_what_came_to_nothing_is_not_written),
        ON_SQLITE(test_nor_when_the_program_ends),
        ON_SQLITE(test_it_is_moved_before_its_bound),
        ON_SQLITE(test_a_reader_holds_it_up),
        ON_SQLITE(test_a_private_log_is_bounded),
        ON_SQLITE(test_a_log_in_doubt_is_not_ended),
    };
    return cmocka_run_group_tests_name("db_log", tests, NULL, NULL);
}
