/* The cleaning: what is old goes, in slices, and what is young or waits stays. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/event_part.h"
#include "core/idempotency.h"
#include "db/db_query.h"
#include "store_fixture.h"

enum { OLD = 2 * JOB_PRUNE_ROWS + 7, YOUNG = 3 };
static const int64_t day = 24 * 3600 * INT64_C(1000);

struct writing {
    struct shop_id shop;
    int count;
};

static const struct err *write_turn(struct turn *t, void *arg)
{
    const struct writing *x = arg;
    for (int i = 0; i < x->count; i++) {
        str key;
        int64_t is_new;
        TRY(event_emit(t, &(struct event){.kind = "sample.made", .shop_id = x->shop,
                                          .subject_id = 1 + i, .number = 1 + i}));
        TRY(str_fmt(t->arena, &key, "key %lld", (long long)turn_new_id(t)));
        TRY(idempotency_insert(t->tx, t->arena, (struct account_id){7}, key, S("hash"), t->now_ms,
                               &is_new));
    }
    return NULL;
}

static void write_some(struct fixture *f, int count)
{
    struct writing x = {.shop = f->shop, .count = count};
    testing_turn(&f->t, (struct account_id){0}, write_turn, &x);
    testing_drain(&f->t);
    /* Whom they did not concern has seen them too. */
    testing_must(dispatcher_note_skipped(f->t.platform->events, &f->t.arena, 1));
}

/* A job that people watched, done, for each of those events. */
static const struct err *done_jobs_turn(struct turn *t, void *arg)
{
    static const char sql[] =
        "INSERT INTO job (id, shop_id, kind, payload, state, run_at_ms, attempt, lease_until_ms,"
        " progress_done, progress_total, progress_note, reason, created_ms, ended_ms)"
        " SELECT id, shop_id, 'sample.watched', '', 3, at_ms, 1, 0, 1, 1, '', '', at_ms, at_ms"
        " FROM event WHERE kind = 'sample.made' AND at_ms >= (SELECT MAX(at_ms) FROM event)";
    static struct db_query query = {.name = "done_jobs", .origin = "test", .sql_sqlite = sql,
                                    .sql_pg = sql, .param_types = "", .column_types = ""};
    (void)arg;
    return db_run(t->tx, t->arena, &query, NULL, 0, NULL, NULL, NULL);
}

struct counted {
    int64_t events, keys, jobs;
};

static const struct err *count_row(void *self, const struct db_value *row)
{
    *(struct counted *)self = (struct counted){row[0].integer, row[1].integer, row[2].integer};
    return NULL;
}

static struct counted count(struct fixture *f)
{
    static const char sql[] = "SELECT (SELECT COUNT(*) FROM event), "
                              "(SELECT COUNT(*) FROM idempotency), "
                              "(SELECT COUNT(*) FROM job WHERE state = 3)";
    static struct db_query query = {.name = "counted", .origin = "test", .sql_sqlite = sql,
                                    .sql_pg = sql, .param_types = "", .column_count = 3,
                                    .column_types = "iii"};
    struct counted counted;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(db_run(tx, &f->t.arena, &query, NULL, 1, count_row, &counted, NULL));
    db_read_end(tx);
    return counted;
}

static bool prune_once(struct fixture *f)
{
    return testing_job_slice(&f->t, &core_feature, "core.prune");
}

static void what_is_old_goes_in_slices(struct fixture *f)
{
    testing_advance(&f->t, 100 * day);
    testing_drain(&f->t); /* what other tests left */
    struct counted left = count(f);
    write_some(f, OLD);
    testing_turn(&f->t, (struct account_id){0}, done_jobs_turn, NULL);
    testing_advance(&f->t, 31 * day);
    struct counted full = count(f), now;
    assert_int_equal(full.events, left.events + OLD);
    assert_int_equal(full.jobs, left.jobs + OLD);
    assert_true(prune_once(f));
    now = count(f);
    assert_int_equal(full.events - now.events, JOB_PRUNE_ROWS);
    assert_int_equal(full.keys - now.keys, JOB_PRUNE_ROWS);
    assert_int_equal(full.jobs - now.jobs, JOB_PRUNE_ROWS);
    write_some(f, YOUNG);
    testing_advance(&f->t, day);
    testing_drain(&f->t);
    now = count(f);
    assert_int_equal(now.keys, YOUNG);
    assert_int_equal(now.events, YOUNG);
    assert_int_equal(now.jobs, 0);
    assert_false(prune_once(f));
}
ON_BOTH_BY(store_on, what_is_old_goes_in_slices)

/* A parked event waits for the operator however old it is, and holds up nothing behind it. */
static void what_is_parked_stays(struct fixture *f)
{
    testing_advance(&f->t, 200 * day);
    testing_drain(&f->t);
    sample_poison = 1;
    write_some(f, 5);
    for (int i = 0; i < 5; i++) {
        testing_advance(&f->t, 1000);
        testing_drain(&f->t);
    }
    sample_poison = 0;
    testing_advance(&f->t, 31 * day);
    write_some(f, YOUNG);
    testing_advance(&f->t, day);
    testing_drain(&f->t);
    assert_int_equal(count(f).events, 1 + YOUNG);
    int left = 0;
    testing_must(event_retry_parked(f->t.platform, &f->t.arena, &left));
    assert_int_equal(left, 0);
}
ON_BOTH_BY(store_on, what_is_parked_stays)

/* A clock that went ahead and was set right: its events stay until their time, and hold up nothing.
 */
static void what_is_of_tomorrow_holds_nothing_up(struct fixture *f)
{
    testing_advance(&f->t, 600 * day);
    testing_drain(&f->t);
    write_some(f, JOB_PRUNE_ROWS);
    testing_advance(&f->t, -400 * day);
    struct counted ahead = count(f);
    assert_true(ahead.events >= JOB_PRUNE_ROWS);
    write_some(f, YOUNG);
    testing_advance(&f->t, 31 * day);
    prune_once(f);
    assert_int_equal(count(f).events, ahead.events + 1); /* the latest of all stays */
}
ON_BOTH_BY(store_on, what_is_of_tomorrow_holds_nothing_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(what_is_old_goes_in_slices),
        BOTH(what_is_parked_stays),
        BOTH(what_is_of_tomorrow_holds_nothing_up),
    };
    return cmocka_run_group_tests_name("core: the cleaning", tests, NULL, NULL);
}
