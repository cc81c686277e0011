/* Jobs: once, again after failures, dead letters, progress, threads. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>

#include "core/core_sql.h"
#include "store_fixture.h"

struct enqueueing {
    struct shop_id shop;
    str key;
    int64_t run_at_ms;
};

static const struct err *enqueue_turn(struct turn *t, void *arg)
{
    const struct enqueueing *x = arg;
    return job_enqueue(t, &(struct job_request){.kind = "sample.job",
                                                .shop_id = x->shop,
                                                .key = x->key,
                                                .payload = S("{}"),
                                                .run_at_ms = x->run_at_ms});
}

static void enqueue(struct fixture *f, str key, int64_t run_at_ms)
{
    struct enqueueing x = {f->shop, key, run_at_ms};
    testing_turn(&f->t, (struct account_id){0}, enqueue_turn, &x);
}

static struct job_status status_of(struct fixture *f, const char *key, bool *ret_found)
{
    struct tx *tx = NULL;
    struct job_status status = {0};
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(job_find(tx, &f->t.arena, f->shop, "sample.job", str_c(key), &status, ret_found));
    db_read_end(tx);
    return status;
}

static void jobs_run_once_and_vanish(struct fixture *f)
{
    bool found = false;
    enqueue(f, S("a"), 0);
    enqueue(f, S("a"), 0); /* waits already */
    enqueue(f, S("b"), 0);
    enqueue(f, STR_NONE, 0);
    enqueue(f, STR_NONE, 0); /* no key: no dedupe */
    enqueue(f, S("later"), clock_now_ms(f->t.platform->clock) + 60000);
    testing_drain(&f->t);
    assert_int_equal(sample_job_runs, 4);
    status_of(f, "a", &found);
    assert_false(found);
    testing_advance(&f->t, 60001);
    testing_drain(&f->t);
    assert_int_equal(sample_job_runs, 5);
}
ON_BOTH_BY(store_on, jobs_run_once_and_vanish)

static void jobs_are_tried_again(struct fixture *f)
{
    bool found = false;
    sample_job_failures = 2;
    enqueue(f, S("retry"), 0);
    testing_drain(&f->t);
    assert_int_equal(sample_job_runs, 1);
    struct job_status status = status_of(f, "retry", &found);
    assert_true(found);
    assert_int_equal(status.state, JOB_WAITING);
    assert_true(str_find(status.reason, S("not today")) > 0);
    testing_advance(&f->t, 1300);
    testing_drain(&f->t);
    assert_int_equal(sample_job_runs, 2);
    testing_advance(&f->t, 2600);
    testing_drain(&f->t);
    assert_int_equal(sample_job_runs, 3);
    status_of(f, "retry", &found);
    assert_false(found);
}
ON_BOTH_BY(store_on, jobs_are_tried_again)

static const struct err *revive_turn(struct turn *t, void *arg)
{
    return job_revive(t, *(const int64_t *)arg);
}

static void jobs_end_dead(struct fixture *f)
{
    static const struct err wrong = {
        .kind = ERR_INVALID, .key = "error.bad_request", .file = __FILE__, .line = __LINE__};
    bool found = false;
    sample_job_failures = 1;
    sample_job_error = &wrong; /* not worth another try */
    enqueue(f, S("dead"), 0);
    testing_drain(&f->t);
    struct job_status status = status_of(f, "dead", &found);
    assert_int_equal(status.state, JOB_DEAD);
    assert_int_equal(status.attempt, 1);
    testing_turn(&f->t, (struct account_id){0}, revive_turn, &status.id);
    testing_drain(&f->t);
    status_of(f, "dead", &found);
    assert_false(found);
    sample_job_error = NULL;
    sample_job_failures = 100;
    enqueue(f, S("dead"), 0);
    for (int i = 0; i < 5; i++) {
        testing_drain(&f->t);
        testing_advance(&f->t, 20000);
    }
    status = status_of(f, "dead", &found);
    assert_int_equal(status.state, JOB_DEAD);
    assert_int_equal(status.attempt, 3);
}
ON_BOTH_BY(store_on, jobs_end_dead)

static void progress_is_kept(struct fixture *f)
{
    bool found = false;
    enqueue(f, S("progress"), 0);
    testing_drain(&f->t);
    struct job_status status = status_of(f, "progress", &found);
    assert_true(found);
    assert_int_equal(status.state, JOB_DONE);
    assert_int_equal(status.done, 1);
    assert_int_equal(status.total, 2);
    assert_true(str_eq(status.note, S("half")));
}
ON_BOTH_BY(store_on, progress_is_kept)

static void threads_run_jobs_once(struct fixture *f)
{
    enum { JOBS = 60 };
    testing_must(job_start(f->t.platform, 4));
    for (int i = 0; i < JOBS; i++)
        enqueue(f, STR_NONE, 0);
    for (int i = 0; i < 100000;
         i++) { /* until done; the bound only keeps a broken runner from hanging */
        struct tx *tx = NULL;
        struct arena a;
        arena_init(&a, MiB(1));
        testing_must(db_read_begin(f->t.platform->db, &a, &tx));
        struct job_open_row open;
        testing_must(job_open(tx, &a, f->shop, &open));
        db_read_end(tx);
        arena_done(&a);
        if (open.count == 0)
            break;
        sched_yield();
    }
    job_stop(f->t.platform);
    assert_int_equal(sample_job_runs, JOBS);
}
ON_BOTH_BY(store_on, threads_run_jobs_once)

struct leaving {
    int64_t id;
    bool is_claimed;
};

/* Leases the one waiting job for a minute, as a server does that is killed right after. */
static const struct err *leave_turn(struct turn *t, void *arg)
{
    struct leaving *x = arg;
    struct job_due_row *due;
    struct job_claim_row row;
    size_t count;
    TRY(job_due(t->tx, t->arena, S("sample.job"), t->now_ms, 1, 1, &due, &count));
    ASSERT(count == 1);
    x->id = due[0].id;
    return job_claim(t->tx, t->arena, x->id, t->now_ms + 60000, &row, &x->is_claimed);
}

/* Starts the runner, and waits until the job has run, or says that it stays leased. */
static bool runs_after_start(struct fixture *f, const char *key)
{
    bool found = true;
    testing_must(job_start(f->t.platform, 1));
    for (int i = 0; found && i < 100000; i++) {
        if (status_of(f, key, &found).state == JOB_RUNNING && f->engine != DB_SQLITE)
            break;
        sched_yield();
    }
    job_stop(f->t.platform);
    return !found;
}

static void what_the_dead_left_is_run_at_once(struct fixture *f)
{
    struct leaving x = {0};
    bool found;
    enqueue(f, S("left"), 0);
    testing_turn(&f->t, (struct account_id){0}, leave_turn, &x);
    assert_true(x.is_claimed);
    assert_int_equal(status_of(f, "left", &found).attempt, 1);
    reopen(f);
    /* on PostgreSQL another node may be alive and at work: its lease is waited for */
    assert_int_equal(runs_after_start(f, "left"), f->engine == DB_SQLITE);
    assert_int_equal(sample_job_runs, f->engine == DB_SQLITE);
    testing_advance(&f->t, 61000);
    testing_drain(&f->t);
    testing_advance(&f->t, 61000); /* PostgreSQL: the pause after a failed attempt */
    testing_drain(&f->t);
    assert_int_equal(sample_job_runs, 1);
}
ON_BOTH_BY(store_on, what_the_dead_left_is_run_at_once)

/* ---- long work ---- */

/* The long job comes every hour; on PostgreSQL earlier tests have left theirs for later hours. */
static const int64_t day = 24 * 3600 * 1000;

static void long_work_rests_and_goes_on_at_once(struct fixture *f)
{
    sample_slices_left = 3 * JOB_SLICES + 5;
    testing_advance(&f->t, day);
    testing_drain(&f->t);
    assert_int_equal(sample_slices_left, 0);
    assert_int_equal(sample_long_runs, 4);
    sample_slices_left = 1;
    testing_drain(&f->t);
    assert_int_equal(sample_slices_left, 1); /* it is periodic again */
    testing_advance(&f->t, day);
    testing_drain(&f->t);
    assert_int_equal(sample_slices_left, 0);
}
ON_BOTH_BY(store_on, long_work_rests_and_goes_on_at_once)

/* The bound only keeps a broken runner from hanging. */
static void wait_for_long_runs(int runs)
{
    for (int64_t i = 0; sample_long_runs < runs && i < INT64_C(1000) * 1000 * 1000; i++)
        sched_yield();
    assert_true(sample_long_runs >= runs);
}

static void a_stop_comes_between_two_slices(struct fixture *f)
{
    sample_slices_left = INT64_C(1000) * 1000 * 1000;
    testing_advance(&f->t, 3 * day);
    testing_must(job_start(f->t.platform, 1));
    wait_for_long_runs(1);
    job_stop(f->t.platform);
    assert_true(sample_slices_left > 0);
    int runs = sample_long_runs;
    testing_must(job_start(f->t.platform, 1)); /* the next program begins with what was left */
    wait_for_long_runs(runs + 1);
    sample_slices_left = 1;
    job_stop(f->t.platform);
}
ON_BOTH_BY(store_on, a_stop_comes_between_two_slices)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(jobs_run_once_and_vanish),
        BOTH(jobs_are_tried_again),
        BOTH(jobs_end_dead),
        BOTH(progress_is_kept),
        BOTH(threads_run_jobs_once),
        BOTH(what_the_dead_left_is_run_at_once),
        BOTH(long_work_rests_and_goes_on_at_once),
        BOTH(a_stop_comes_between_two_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
