/* Statements whose answer comes late: their order, their errors, how many may wait, and what a
 * connection that dies takes with it. */
#include "db_fixture.h"

#include <string.h>

#include "db/db_query.h"

static int64_t item_count(struct fixture *f)
{
    struct tx *tx;
    struct item_sums_row sums = {0};
    expect_ok(db_read_begin(f->db, &f->arena, &tx));
    expect_ok(item_sums(tx, &f->arena, shop_1, &sums));
    db_read_end(tx);
    return sums.count;
}

/* After a failed turn: nothing of it is there, and the connection serves as before. */
static void expect_nothing_and_a_working_store(struct fixture *f, int64_t items)
{
    int64_t id = 900 + items, value;
    assert_int_equal(item_count(f), items);
    assert_int_equal(fixture_counter(f), 0);
    expect_ok(db_write(f->db, &f->arena, fixture_write_item, &id));
    expect_ok(db_write(f->db, &f->arena, fixture_bump, &value));
    assert_int_equal(item_count(f), items + 1);
}

static const struct err *ignored(const struct err *e)
{
    (void)e;
    return NULL;
}

/* ---- errors ---- */

struct late {
    int where; /* the duplicate is the last statement, before others, before a query, settled */
    bool came_late, was_settled_with_error;
};

static const struct err *add_twice(struct tx *tx, struct arena *a, void *arg)
{
    struct late *l = arg;
    struct counter_get_row row;
    bool found;
    l->was_settled_with_error = false;
    TRY(fixture_add_item(tx, a, shop_1, 1, S("one"), 1));
    l->came_late = fixture_add_item(tx, a, shop_1, 1, S("again"), 1) == NULL;
    if (l->where == 1)
        TRY(ignored(fixture_add_item(tx, a, shop_1, 2, S("two"), 1)));
    if (l->where == 2)
        expect_err(counter_get(tx, a, S("n"), &row, &found), ERR_CONFLICT, "db.unique");
    if (l->where == 3) {
        const struct err *e = db_settle(tx, a);
        expect_err(e, ERR_CONFLICT, "db.unique");
        assert_ptr_equal(db_settle(tx, a), e);
        l->was_settled_with_error = true;
    }
    return NULL;
}

static void test_a_late_error_is_the_commands(void **state)
{
    struct fixture *f = *state;
    for (int where = 0; where < 4; where++) {
        struct late l = {.where = where};
        const struct err *e = db_write(f->db, &f->arena, add_twice, &l);
        expect_err(e, ERR_CONFLICT, "db.unique");
        assert_true(str_starts(e->detail, S("item(")));
        assert_int_equal(l.came_late, f->engine == DB_POSTGRES);
        assert_int_equal(l.was_settled_with_error, where == 3);
        assert_int_equal(item_count(f), 0);
    }
    expect_nothing_and_a_working_store(f, 0);
}

static const struct err *settle_well(struct tx *tx, struct arena *a, void *arg)
{
    TRY(db_settle(tx, a)); /* nothing has been said yet */
    TRY(fixture_write_item(tx, a, arg));
    TRY(db_settle(tx, a));
    return db_settle(tx, a);
}

static void test_settling(void **state)
{
    struct fixture *f = *state;
    int64_t id = 1;
    expect_ok(db_write(f->db, &f->arena, settle_well, &id));
    assert_int_equal(item_count(f), 1);
}

/* The error of the command itself counts, not what would have come late. */
static const struct err *refuse_after(struct tx *tx, struct arena *a, void *arg)
{
    (void)arg;
    TRY(fixture_add_item(tx, a, shop_1, 1, S("one"), 1));
    TRY(ignored(fixture_add_item(tx, a, shop_1, 1, S("again"), 1)));
    return ERR(a, ERR_DENIED, "test.no", "on purpose");
}

static void test_a_refusal_takes_back_what_waits(void **state)
{
    struct fixture *f = *state;
    expect_err(db_write(f->db, &f->arena, refuse_after, NULL), ERR_DENIED, "test.no");
    expect_nothing_and_a_working_store(f, 0);
}

static const struct err *do_nothing(struct tx *tx, struct arena *a, void *arg)
{
    (void)tx;
    return arg == NULL ? NULL : ERR(a, ERR_DENIED, "test.no", "on purpose");
}

static void test_a_command_without_statements(void **state)
{
    struct fixture *f = *state;
    struct tx *tx;
    expect_ok(db_write(f->db, &f->arena, do_nothing, NULL));
    expect_err(db_write(f->db, &f->arena, do_nothing, f), ERR_DENIED, "test.no");
    expect_ok(db_read_begin(f->db, &f->arena, &tx));
    db_read_end(tx);
    expect_nothing_and_a_working_store(f, 0);
}

/* ---- what must hit ---- */

struct hold {
    bool is_last, is_hidden;
};

static const struct err *hold_nothing(struct tx *tx, struct arena *a, void *arg)
{
    const struct hold *h = arg;
    TRY(fixture_add_item(tx, a, shop_1, 1, S("one"), 5));
    TRY(item_hold(tx, a, shop_1, (struct item_id){1}, 3));
    const struct err *e = item_hold(tx, a, shop_1, (struct item_id){1}, 3);
    if (!h->is_last)
        TRY(ignored(item_hold(tx, a, shop_1, (struct item_id){1}, 1)));
    return h->is_hidden ? NULL : e;
}

static void test_no_hit_undoes_the_command(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++) {
        struct hold h = {.is_last = i % 2 == 0, .is_hidden = i >= 2};
        expect_err(db_write(f->db, &f->arena, hold_nothing, &h), ERR_CONFLICT, "db.no_hit");
        assert_int_equal(item_count(f), 0);
    }
    expect_nothing_and_a_working_store(f, 0);
}

/* ---- order, number, size ---- */

static const struct err *in_order(struct tx *tx, struct arena *a, void *arg)
{
    struct item_by_id_row row;
    struct item_list_row *rows;
    size_t count;
    int64_t closed;
    (void)arg;
    TRY(fixture_add_item(tx, a, shop_1, 1, S("one"), 10));
    TRY(item_hold_blindly(tx, a, shop_1, (struct item_id){1}, 2));
    TRY(item_hold(tx, a, shop_1, (struct item_id){1}, 8)); /* all that is left */
    TRY(item_by_id(tx, a, shop_1, (struct item_id){1}, &row));
    assert_int_equal(row.held, 10);
    TRY(item_hold_blindly(tx, a, shop_1, (struct item_id){1}, -10));
    TRY(fixture_add_item(tx, a, shop_1, 2, S("two"), 10));
    TRY(item_list(tx, a, shop_1, 10, 10, &rows, &count));
    assert_int_equal(count, 2);
    TRY(fixture_add_item(tx, a, shop_1, 3, S("three"), 10));
    TRY(item_close_all(tx, a, shop_1, &closed));
    assert_int_equal(closed, 3);
    return item_hold(tx, a, shop_1, (struct item_id){1}, 10);
}

static void test_statements_keep_their_order(void **state)
{
    struct fixture *f = *state;
    expect_ok(db_write(f->db, &f->arena, in_order, NULL));
    assert_int_equal(item_count(f), 3);
}

enum { MANY = 3000, LARGE = 20000 };

/* More than both sockets hold, by number and by bytes. */
static const struct err *add_many(struct tx *tx, struct arena *a, void *arg)
{
    int64_t last = *(const int64_t *)arg;
    char *note = arena_alloc(a, LARGE);
    if (note == NULL)
        return &err_out_of_memory;
    memset(note, 'x', LARGE);
    for (int64_t id = 1; id <= last; id++) {
        struct arena_mark mark = arena_get_mark(a);
        str title;
        TRY(str_fmt(a, &title, "item %lld", (long long)(id == MANY + 1 ? 1 : id)));
        TRY(item_add(tx, a, (struct item_id){id}, shop_1, title, (str){note, LARGE}, STR_NONE,
                     (struct item_id){0}, (struct opt_int){0}, true, 1));
        arena_rewind(a, mark);
    }
    return NULL;
}

static void test_thousands_wait(void **state)
{
    struct fixture *f = *state;
    int64_t one_too_many = MANY + 1, last = MANY;
    expect_err(db_write(f->db, &f->arena, add_many, &one_too_many), ERR_CONFLICT, "db.unique");
    assert_int_equal(item_count(f), 0);
    expect_ok(db_write(f->db, &f->arena, add_many, &last));
    assert_int_equal(item_count(f), MANY);
}

static const struct err *add_bad_text(struct tx *tx, struct arena *a, void *arg)
{
    TRY(fixture_add_item(tx, a, shop_1, 1, S("one"), 1));
    return fixture_add_item(tx, a, shop_1, 2, *(const str *)arg, 1);
}

static void test_bad_text(void **state)
{
    struct fixture *f = *state;
    str nul = S("a\0b"), no_utf8 = S("a\xff");
    expect_err(db_write(f->db, &f->arena, add_bad_text, &nul), ERR_INVALID, "error.bad_text");
    if (f->engine == DB_POSTGRES)
        expect_err(db_write(f->db, &f->arena, add_bad_text, &no_utf8), ERR_INVALID,
                   "error.bad_text");
    expect_nothing_and_a_working_store(f, 0);
}

/* What was to be prepared in a flight that failed is prepared again. */
static const struct err *break_first(struct tx *tx, struct arena *a, void *arg)
{
    static struct db_query broken = {.name = "broken",
                                     .origin = "test",
                                     .sql_sqlite = "INSERT INTO nowhere DEFAULT VALUES",
                                     .sql_pg = "INSERT INTO nowhere DEFAULT VALUES",
                                     .param_types = "",
                                     .column_types = ""};
    (void)arg;
    TRY(ignored(db_run(tx, a, &broken, NULL, 0, NULL, NULL, NULL)));
    return fixture_add_item(tx, a, shop_1, 1, S("one"), 1);
}

static void test_statements_prepared_after_an_error(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        const struct err *e = db_write(f->db, &f->arena, break_first, NULL);
        assert_non_null(e);
        assert_true(e->kind == ERR_BUG || e->kind == ERR_UNAVAILABLE);
    }
    expect_nothing_and_a_working_store(f, 0);
}

/* ---- a connection that dies ---- */

struct death {
    int tries, before, after; /* statements beside the deadly one */
};

static const struct err *die_unheard(struct tx *tx, struct arena *a, void *arg)
{
    struct death *d = arg;
    int64_t id = 1;
    bool dies = d->tries++ == 0;
    for (int i = 0; i < d->before + d->after; i++, id++) {
        if (i == d->before && dies)
            TRY(connection_end(tx, a));
        TRY(fixture_write_item(tx, a, &id));
    }
    return NULL;
}

static const struct err *clear(struct tx *tx, struct arena *a, void *arg)
{
    (void)arg;
    return item_clear(tx, a, shop_1);
}

/* The server has said that it ends before it came to COMMIT: nothing happened, and the command runs
 * again, whole. */
static void test_a_death_before_commit_is_no_riddle(void **state)
{
    struct fixture *f = *state;
    static const int after[] = {1, 20, 1000};
    int64_t items = 0, value;
    expect_ok(db_write(f->db, &f->arena, fixture_bump, &value)); /* a row, so that it dies */
    for (size_t i = 0; i < COUNT(after); i++) {
        struct death d = {.before = i == 0 ? 0 : 3, .after = after[i]};
        expect_ok(db_write(f->db, &f->arena, die_unheard, &d));
        assert_int_equal(d.tries, 2);
        items = d.before + d.after;
        assert_int_equal(item_count(f), items);
        expect_ok(db_write(f->db, &f->arena, clear, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_a_late_error_is_the_commands),
        ON_BOTH(test_settling),
        ON_BOTH(test_a_refusal_takes_back_what_waits),
        ON_BOTH(test_a_command_without_statements),
        ON_BOTH(test_no_hit_undoes_the_command),
        ON_BOTH(test_statements_keep_their_order),
        ON_BOTH(test_thousands_wait),
        ON_BOTH(test_bad_text),
        ON_BOTH(test_statements_prepared_after_an_error),
        ON_PG(test_a_death_before_commit_is_no_riddle),
    };
    return cmocka_run_group_tests_name("db_late", tests, NULL, NULL);
}
