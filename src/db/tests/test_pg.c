/* What only PostgreSQL does to us: deadlocks, lost connections, a COMMIT whose outcome nobody
 * knows. */
#include "db_fixture.h"

#include <pthread.h>
#include <string.h>

struct pair {
    struct fixture *f;
    pthread_barrier_t *both_locked;
    str first, second;
    int tries;
};

/* Two turns that lock two rows in opposite order; on the first try each waits until both hold one.
 */
static const struct err *bump_two(struct tx *tx, struct arena *a, void *arg)
{
    struct pair *p = arg;
    struct counter_bump_row row;
    TRY(counter_bump(tx, a, p->first, 1, &row));
    if (p->tries++ == 0)
        pthread_barrier_wait(p->both_locked);
    return counter_bump(tx, a, p->second, 1, &row);
}

static const struct err *add_two(struct tx *tx, struct arena *a, void *arg)
{
    struct counter_bump_row row;
    (void)arg;
    TRY(counter_bump(tx, a, S("n"), 0, &row));
    return counter_bump(tx, a, S("m"), 0, &row);
}

static void *deadlock(void *p)
{
    struct pair *pair = p;
    struct arena a;
    arena_init(&a, MiB(1));
    const struct err *e = db_write(pair->f->db, &a, bump_two, pair);
    arena_done(&a);
    return e == NULL ? NULL : p;
}

static void test_a_deadlock_is_tried_again(void **state)
{
    struct fixture *f = *state;
    pthread_barrier_t barrier;
    pthread_t threads[2];
    struct db_stats stats;
    void *failed;
    struct pair pairs[2] = {{f, &barrier, S("n"), S("m"), 0}, {f, &barrier, S("m"), S("n"), 0}};
    expect_ok(db_write(f->db, &f->arena, add_two, NULL));
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, deadlock, &pairs[i]), 0);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    pthread_barrier_destroy(&barrier);
    assert_int_equal(fixture_counter(f), 2);
    db_get_stats(f->db, &stats);
    assert_true(stats.retries >= 1);
}

/* The server ends the connection inside the first try. */
static const struct err *die_once(struct tx *tx, struct arena *a, void *arg)
{
    struct counter_bump_row row;
    struct connection_kill_row killed;
    TRY(counter_bump(tx, a, S("n"), 1, &row));
    if ((*(int *)arg)++ == 0)
        TRY(connection_kill(tx, a, &killed));
    return NULL;
}

static void test_a_lost_connection_before_commit_is_tried_again(void **state)
{
    struct fixture *f = *state;
    int tries = 0;
    expect_ok(db_write(f->db, &f->arena, die_once, &tries));
    assert_int_equal(tries, 2);
    assert_int_equal(fixture_counter(f), 1);
}

static void test_a_dead_connection_in_the_pool_is_replaced(void **state)
{
    struct fixture *f = *state;
    struct connection_kill_row killed;
    struct tx *tx;
    expect_ok(db_read_begin(f->db, &f->arena, &tx));
    expect_err(connection_kill(tx, &f->arena, &killed), ERR_UNAVAILABLE, "db.lost");
    db_read_end(tx);
    assert_int_equal(fixture_counter(f), 0);
}

/* A deferred trigger ends the connection while COMMIT runs. */
static void test_an_unknown_outcome_is_told(void **state)
{
    static const struct db_migration deadly = {
        .feature = "deadly", .number = 1, .name = "0001_deadly.sql", .checksum = "d1",
        .sql_sqlite = "", .sql_pg =
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'; "
            "CREATE CONSTRAINT TRIGGER deadly AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION die();"};
    struct fixture *f = *state;
    const struct db_migration *const list[] = {sample_migrations[0], &deadly};
    int applied;
    int64_t id = 1, value;
    expect_ok(db_migrate(f->db, &f->arena, list, 2, DB_MIGRATE_APPLY, 1, &applied));
    expect_err(db_write(f->db, &f->arena, fixture_write_item, &id), ERR_UNAVAILABLE,
               "db.unknown_outcome");
    expect_ok(db_write(f->db, &f->arena, fixture_bump, &value));
}

static void test_a_server_that_is_away(void **state)
{
    struct fixture *f = *state;
    struct db *db;
    struct db_config config = {.url = S("postgres://nobody@127.0.0.1:9/none")};
    expect_err(db_open(&f->arena, &config, &db), ERR_UNAVAILABLE, "db.cannot_open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_PG(test_a_deadlock_is_tried_again),
        ON_PG(test_a_lost_connection_before_commit_is_tried_again),
        ON_PG(test_a_dead_connection_in_the_pool_is_replaced),
        ON_PG(test_an_unknown_outcome_is_told),
        ON_PG(test_a_server_that_is_away),
    };
    return cmocka_run_group_tests_name("db_pg", tests, NULL, NULL);
}
