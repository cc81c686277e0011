/* Queries as generated code runs them, on both engines: values, kinds, what differs between the
 * engines (and must not show), and errors.
 */
#include "db_fixture.h"

#include <string.h>

#include <pthread.h>

#include "db/db_sqlite.h"

static struct tx *begin(struct fixture *f)
{
    struct tx *tx;
    expect_ok(db_read_begin(f->db, &f->arena, &tx));
    return tx;
}

static const struct err *add_three(struct tx *tx, struct arena *a, void *arg)
{
    (void)arg;
    TRY(item_add(tx, a, (struct item_id){1}, shop_1, S("pear"),
                 S("a \"note\" $1 ?1 'x' -- \xe4\xb8\xad"), S("a\0b\xff"), (struct item_id){9},
                 (struct opt_int){true, -5}, false, INT64_MAX));
    TRY(item_add(tx, a, (struct item_id){2}, shop_1, S("Apple"), S(""), S(""), (struct item_id){0},
                 (struct opt_int){true, 0}, true, 0));
    return fixture_add_item(tx, a, shop_1, 3, S("apple"), 3);
}

static void three_items(struct fixture *f)
{
    expect_ok(db_write(f->db, &f->arena, add_three, NULL));
}

static void test_values_come_back(void **state)
{
    struct fixture *f = *state;
    struct item_by_id_row row;
    three_items(f);
    struct tx *tx = begin(f);
    expect_ok(item_by_id(tx, &f->arena, shop_1, (struct item_id){1}, &row));
    assert_int_equal(row.id.v, 1);
    assert_str(row.title, "pear");
    assert_str(row.note, "a \"note\" $1 ?1 'x' -- \xe4\xb8\xad");
    assert_str(row.picture, "a\0b\xff");
    assert_int_equal(row.parent_id.v, 9);
    assert_true(row.weight.has);
    assert_int_equal(row.weight.v, -5);
    assert_false(row.is_open);
    assert_true(row.on_hand == INT64_MAX);
    expect_ok(item_by_id(tx, &f->arena, shop_1, (struct item_id){2}, &row));
    assert_false(str_is_absent(row.note)); /* empty is not NULL */
    assert_int_equal(row.note.len, 0);
    assert_false(str_is_absent(row.picture));
    assert_true(row.weight.has);
    expect_ok(item_by_id(tx, &f->arena, shop_1, (struct item_id){3}, &row));
    assert_true(str_is_absent(row.note));
    assert_true(str_is_absent(row.picture));
    assert_int_equal(row.parent_id.v, 0);
    assert_false(row.weight.has);
    assert_true(row.is_open);
    db_read_end(tx);
}

static void test_parameters_are_bound_by_number(void **state)
{
    struct fixture *f = *state;
    struct item_by_id_row row;
    bool found = true;
    three_items(f);
    struct tx *tx = begin(f);
    expect_ok(item_find(tx, &f->arena, shop_1, S("pear"), &row, &found));
    assert_true(found);
    assert_int_equal(row.id.v, 1);
    row.id.v = 77;
    expect_ok(item_find(tx, &f->arena, shop_2, S("pear"), &row, &found));
    assert_false(found);
    assert_int_equal(row.id.v, 77); /* untouched */
    expect_err(item_by_id(tx, &f->arena, shop_2, (struct item_id){1}, &row), ERR_NOT_FOUND,
               "db.no_row");
    db_read_end(tx);
}

static const struct err *count_row(void *self, const struct item_walk_row *row)
{
    int64_t *sum = self;
    *sum = *sum * 10 + row->id.v;
    return NULL;
}

static const struct err *stop_at_two(void *self, const struct item_walk_row *row)
{
    struct arena *a = self;
    return row->id.v == 2 ? ERR(a, ERR_DENIED, "test.stop", "enough") : NULL;
}

static void test_many_and_each(void **state)
{
    struct fixture *f = *state;
    struct item_list_row *rows;
    size_t count;
    int64_t sum = 0;
    three_items(f);
    struct tx *tx = begin(f);
    expect_ok(item_list(tx, &f->arena, shop_1, 10, 3, &rows, &count));
    assert_int_equal(count, 3);
    assert_str(rows[0].title, "Apple"); /* by bytes on both engines */
    assert_str(rows[1].title, "apple");
    assert_str(rows[2].title, "pear");
    expect_err(item_list(tx, &f->arena, shop_1, 10, 2, &rows, &count), ERR_LIMIT,
               "db.too_many_rows");
    expect_ok(item_list(tx, &f->arena, shop_2, 10, 2, &rows, &count));
    assert_int_equal(count, 0);
    expect_ok(item_walk(tx, &f->arena, shop_1, count_row, &sum));
    assert_int_equal(sum, 123);
    expect_err(item_walk(tx, &f->arena, shop_1, stop_at_two, &f->arena), ERR_DENIED, "test.stop");
    expect_ok(item_walk(tx, &f->arena, shop_1, count_row, &sum)); /* the connection is free again */
    db_read_end(tx);
}

/* A plan does not depend on what is asked for, not even on how many rows. */
static void test_no_statement_is_prepared_twice(void **state)
{
    struct fixture *f = *state;
    struct item_list_row *rows;
    size_t count;
    int again = 0;
    if (f->db->engine != DB_SQLITE)
        return;
    three_items(f);
    struct tx *tx = begin(f);
    for (int64_t limit = 1; limit < 10; limit++)
        expect_ok(item_list(tx, &f->arena, shop_1, limit, (size_t)limit, &rows, &count));
    sqlite3 *handle = ((struct sqlite_conn *)tx)->handle;
    /* BEGIN and its like are older than the tables: they are prepared again once. */
    for (sqlite3_stmt *s = NULL; (s = sqlite3_next_stmt(handle, s)) != NULL;)
        if (strstr(sqlite3_sql(s), "LIMIT") != NULL)
            again += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_REPREPARE, 0);
    db_read_end(tx);
    assert_int_equal(count, 3);
    assert_int_equal(again, 0);
}

static void test_like_minds_case(void **state)
{
    struct fixture *f = *state;
    struct item_like_row *rows;
    size_t count;
    three_items(f);
    struct tx *tx = begin(f);
    expect_ok(item_like(tx, &f->arena, shop_1, S("A%"), 9, &rows, &count));
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].id.v, 2);
    db_read_end(tx);
}

static void test_sums(void **state)
{
    struct fixture *f = *state;
    struct item_sums_row row;
    int64_t id = 7;
    struct tx *tx = begin(f);
    expect_ok(item_sums(tx, &f->arena, shop_1, &row));
    assert_int_equal(row.count, 0);
    assert_false(row.on_hand.has); /* SUM over nothing is NULL */
    db_read_end(tx);
    for (id = 7; id < 12; id++)
        expect_ok(db_write(f->db, &f->arena, fixture_write_item, &id));
    tx = begin(f);
    expect_ok(item_sums(tx, &f->arena, shop_1, &row));
    assert_int_equal(row.count, 5);
    assert_int_equal(row.on_hand.v, 50); /* NUMERIC on PostgreSQL */
    assert_int_equal(row.note_count, 0);
    db_read_end(tx);
}

static void test_bugs_are_told(void **state)
{
    struct fixture *f = *state;
    struct item_wrong_type_row row;
    three_items(f);
    struct tx *tx = begin(f);
    expect_err(item_wrong_type(tx, &f->arena, shop_1, (struct item_id){3}, &row), ERR_BUG,
               "db.wrong_type");
    struct item_by_id_row found_row;
    bool found;
    expect_err(item_find(tx, &f->arena, shop_1, STR_NONE, &found_row, &found), ERR_BUG,
               "db.wrong_type");
    expect_err(item_find(tx, &f->arena, shop_1, S("a\0b"), &found_row, &found), ERR_INVALID,
               "error.bad_text");
    expect_err(item_hold_blindly(tx, &f->arena, shop_1, (struct item_id){1}, 1), ERR_BUG,
               "db.write_on_snapshot");
    db_read_end(tx);
}

static void test_every_query_prepares(void **state)
{
    struct fixture *f = *state;
    struct tx *tx = begin(f);
    for (size_t i = 0; i < sample_query_count; i++)
        expect_ok(db_prepare_check(tx, &f->arena, sample_queries[i]));
    db_read_end(tx);
}

/* ---- errors of constraints ---- */

struct attempt {
    int what;
    int64_t affected;
};

static const struct err *try_something(struct tx *tx, struct arena *a, void *arg)
{
    struct attempt *t = arg;
    switch (t->what) {
    case 0: return fixture_add_item(tx, a, shop_1, 50, S("pear"), 1);
    case 1: return fixture_add_item(tx, a, shop_1, 1, S("plum"), 1);
    case 2: return item_hold_blindly(tx, a, shop_1, (struct item_id){3}, 4);
    case 3: return sale_add(tx, a, (struct sale_id){1}, shop_1, (struct item_id){404}, 1);
    case 4: return item_hold(tx, a, shop_1, (struct item_id){3}, 4);
    case 5: return item_hold(tx, a, shop_1, (struct item_id){3}, 3);
    case 6: return item_close_all(tx, a, shop_1, &t->affected);
    case 7: return sale_add(tx, a, (struct sale_id){1}, shop_1, (struct item_id){3}, 1);
    case 8: return sale_change(tx, a, shop_1, 2);
    case 9: return sale_add(tx, a, (struct sale_id){2}, shop_2, (struct item_id){404}, 1);
    default: UNREACHABLE();
    }
}

static const struct err *attempt(struct fixture *f, int what)
{
    struct attempt t = {.what = what};
    return db_write(f->db, &f->arena, try_something, &t);
}

static void test_constraints(void **state)
{
    struct fixture *f = *state;
    three_items(f);
    const struct err *e = attempt(f, 0);
    expect_err(e, ERR_CONFLICT, "db.unique");
    assert_str(e->detail, "item(shop_id, title)");
    expect_err(attempt(f, 1), ERR_CONFLICT, "db.unique");
    e = attempt(f, 2);
    expect_err(e, ERR_CONFLICT, "db.check");
    assert_true(str_find(e->detail, S("item_held_in_hand")) >= 0);
    expect_err(attempt(f, 3), ERR_CONFLICT, "db.foreign_key");
    expect_err(attempt(f, 9), ERR_CONFLICT, "db.foreign_key");
    expect_err(attempt(f, 4), ERR_CONFLICT, "db.no_hit");
    expect_ok(attempt(f, 5));
    struct attempt t = {.what = 6};
    expect_ok(db_write(f->db, &f->arena, try_something, &t));
    assert_int_equal(t.affected, 2);
    expect_ok(attempt(f, 7));
    expect_err(attempt(f, 8), ERR_CONFLICT, "db.check"); /* append-only */
}

/* ---- snapshots ---- */

struct other_thread {
    struct fixture *f;
    int64_t id;
};

static void *write_elsewhere(void *p)
{
    struct other_thread *t = p;
    struct arena a;
    arena_init(&a, MiB(1));
    const struct err *e = db_write(t->f->db, &a, fixture_write_item, &t->id);
    arena_done(&a);
    return e == NULL ? NULL : p;
}



static void test_a_snapshot_stays(void **state)
{
    struct fixture *f = *state;
    struct other_thread other = {f, 20};
    struct item_sums_row row;
    pthread_t thread;
    void *failed;
    struct tx *tx = begin(f);
    expect_ok(item_sums(tx, &f->arena, shop_1, &row));
    assert_int_equal(row.count, 0);
    assert_int_equal(pthread_create(&thread, NULL, write_elsewhere, &other), 0);
    pthread_join(thread, &failed);
    assert_null(failed);
    expect_ok(item_sums(tx, &f->arena, shop_1, &row));
    assert_int_equal(row.count, 0);
    db_read_end(tx);
    tx = begin(f);
    expect_ok(item_sums(tx, &f->arena, shop_1, &row));
    assert_int_equal(row.count, 1);
    db_read_end(tx);
    db_read_end(NULL);
}

/* Every allocation of a read fails once: an error each time, and everything is given back. */
static void test_memory_faults_of_a_read(void **state)
{
    struct fixture *f = *state;
    three_items(f);
    bool done = false;
    for (size_t n = 1; !done && n < 200; n++) {
        struct arena a;
        struct tx *tx = NULL;
        struct item_list_row *rows;
        size_t count;
        arena_init(&a, MiB(4));
        arena_fail_at(n, false);
        const struct err *e = db_read_begin(f->db, &a, &tx);
        if (e == NULL)
            e = item_list(tx, &a, shop_1, 10, 10, &rows, &count);
        db_read_end(tx);
        arena_fail_at(0, false);
        done = e == NULL;
        if (e != NULL)
            assert_true(e->kind == ERR_LIMIT);
        arena_done(&a);
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_values_come_back),
        ON_BOTH(test_parameters_are_bound_by_number),
        ON_BOTH(test_many_and_each),
        ON_BOTH(test_no_statement_is_prepared_twice),
        ON_BOTH(test_like_minds_case),
        ON_BOTH(test_sums),
        ON_BOTH(test_bugs_are_told),
        ON_BOTH(test_every_query_prepares),
        ON_BOTH(test_constraints),
        ON_BOTH(test_a_snapshot_stays),
        ON_BOTH(test_memory_faults_of_a_read),
    };
    return cmocka_run_group_tests_name("db_query", tests, NULL, NULL);
}
