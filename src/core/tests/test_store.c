/* Events, jobs, settings, secrets, audit, ids: what core keeps in the store. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "core/audit.h"
#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/secret.h"
#include "core/session.h"
#include "core/setting.h"
#include "core/verify.h"
#include "sample_feature.h"

struct fixture {
    struct testing t;
    enum db_engine engine;
    struct shop_id shop;
};

static void each_engine(void (*test)(struct fixture *f))
{
    for (enum db_engine engine = DB_SQLITE; engine <= DB_POSTGRES; engine++)
        if (testing_has_engine(engine)) {
            static struct fixture f;
            f.engine = engine;
            testing_open(&f.t, engine, sample_features, 1);
            testing_drain(&f.t); /* what earlier tests left in a store that stays */
            sample_reset();
            f.shop = (struct shop_id){(int64_t)(rng_u64(&rng_system) >> 2)};
            test(&f);
            testing_close(&f.t);
        }
}

#define ON_BOTH_ENGINES(name) \
    static void test_##name(void **state) \
    { \
        (void)state; \
        each_engine(name); \
    }

static const struct err *try_turn(struct fixture *f, turn_fn *fn, void *arg)
{
    return turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, fn, arg);
}

/* ---- events ---- */

struct emission {
    struct shop_id shop;
    const char *kind;
    int64_t subject, number;
    bool fails;
};

static const struct err *emit_turn(struct turn *t, void *arg)
{
    const struct emission *x = arg;
    TRY(event_emit(t, &(struct event){.kind = x->kind, .shop_id = x->shop, .subject_id = x->subject, .number = x->number}));
    return x->fails ? ERR(t->arena, ERR_CONFLICT, "db.check", "rolled back") : NULL;
}

static void emit(struct fixture *f, int64_t subject, int64_t number)
{
    struct emission x = {f->shop, "sample.made", subject, number, false};
    testing_turn(&f->t, (struct account_id){0}, emit_turn, &x);
}

static void events_in_order(struct fixture *f)
{
    for (int i = 1; i <= 300; i++)
        emit(f, i % 7, i);
    struct emission rolled_back = {f->shop, "sample.made", 1, 1000, true};
    assert_non_null(try_turn(f, emit_turn, &rolled_back));
    emit(f, 1, 301);
    testing_drain(&f->t);
    assert_int_equal(sample_seen_count, 301);
    for (int i = 0; i < 301; i++)
        assert_int_equal(sample_seen[i], i + 1);
    testing_drain(&f->t);
    assert_int_equal(sample_seen_count, 301);
}
ON_BOTH_ENGINES(events_in_order)

static void events_survive_reopening(struct fixture *f)
{
    emit(f, 1, 1);
    testing_drain(&f->t);
    emit(f, 1, 2);
    struct testing_config config = {.engine = f->engine, .features = sample_features, .feature_count = 1, .texts = &texts};
    testing_reopen(&f->t, &config);
    testing_drain(&f->t);
    assert_int_equal(sample_seen_count, 2);
    assert_int_equal(sample_seen[1], 2);
}
ON_BOTH_ENGINES(events_survive_reopening)

static bool saw(int64_t number)
{
    for (size_t i = 0; i < sample_seen_count; i++)
        if (sample_seen[i] == number)
            return true;
    return false;
}

static void poisoned_events_are_parked(struct fixture *f)
{
    sample_poison = 13;
    emit(f, 1, 12);
    emit(f, 1, 13); /* refused */
    emit(f, 1, 14); /* same subject: waits behind */
    emit(f, 2, 15); /* another subject: goes on */
    testing_drain(&f->t);
    assert_true(saw(12));
    assert_false(saw(13));
    assert_false(saw(14));
    assert_true(saw(15));
    struct arena report_arena;
    arena_init(&report_arena, MiB(1));
    struct strbuf report;
    strbuf_init(&report, &report_arena, 10000);
    int violations = 0, left = -1;
    testing_must(verify_run(f->t.platform, &f->t.arena, &report, &violations));
    assert_int_equal(violations, 1);
    assert_true(str_find(strbuf_view(&report), S("poisoned")) > 0);
    arena_done(&report_arena);
    testing_must(event_retry_parked(f->t.platform, &f->t.arena, &left));
    assert_int_equal(left, 2);
    emit(f, 1, 16); /* still waits */
    testing_drain(&f->t);
    assert_false(saw(16));
    sample_poison = 0;
    sample_seen_count = 0;
    testing_must(event_retry_parked(f->t.platform, &f->t.arena, &left));
    assert_int_equal(left, 0);
    assert_int_equal(sample_seen_count, 3);
    assert_int_equal(sample_seen[0], 13);
    assert_int_equal(sample_seen[1], 14);
    assert_int_equal(sample_seen[2], 16);
    emit(f, 1, 17);
    testing_drain(&f->t);
    assert_true(saw(17));
}
ON_BOTH_ENGINES(poisoned_events_are_parked)

static void loops_end(struct fixture *f)
{
    struct emission x = {f->shop, "sample.looped", 1, 0, false};
    testing_turn(&f->t, (struct account_id){0}, emit_turn, &x);
    testing_drain(&f->t);
    assert_in_range(sample_seen_count, 8, 16); /* the last link is tried three times, then parked */
    for (size_t i = 0; i < sample_seen_count; i++)
        assert_in_range(sample_seen[i], 0, 8);
    int left = 0;
    sample_seen_count = 0;
    testing_must(event_retry_parked(f->t.platform, &f->t.arena, &left));
    assert_int_equal(left, 1);
}

static void test_loops_end(void **state)
{
    (void)state;
    static struct fixture f;
    testing_open(&f.t, DB_SQLITE, sample_features, 1);
    sample_reset();
    f.shop = (struct shop_id){5};
    loops_end(&f);
    testing_close(&f.t);
}

static void only_declared_kinds(struct fixture *f)
{
    struct emission x = {f->shop, "sample.unknown", 1, 1, false};
    const struct err *e = try_turn(f, emit_turn, &x);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_BUG);
    struct emission nobody = {{0}, "sample.made", 1, 1, false};
    assert_non_null(try_turn(f, emit_turn, &nobody));
}
ON_BOTH_ENGINES(only_declared_kinds)

struct emitter {
    struct fixture *fixture;
    int64_t subject;
};
enum { EMITTERS = 6, PER_EMITTER = 60 };

static void *emit_many(void *arg)
{
    struct emitter *x = arg;
    struct arena a;
    arena_init(&a, MiB(8));
    for (int i = 1; i <= PER_EMITTER; i++) {
        struct emission e = {x->fixture->shop, "sample.made", x->subject, x->subject * 1000 + i, i % 5 == 0};
        const struct err *failed = turn_run(x->fixture->t.platform, &a, (struct account_id){0}, emit_turn, &e);
        ASSERT((failed != NULL) == e.fails);
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

/* Numbers are drawn by transactions that commit in any order; the dispatcher's thread reads meanwhile. */
static void nothing_is_skipped(struct fixture *f)
{
    pthread_t threads[EMITTERS];
    struct emitter emitters[EMITTERS];
    testing_must(event_start(f->t.platform));
    for (int i = 0; i < EMITTERS; i++) {
        emitters[i] = (struct emitter){f, i + 1};
        assert_int_equal(pthread_create(&threads[i], NULL, emit_many, &emitters[i]), 0);
    }
    for (int i = 0; i < EMITTERS; i++)
        pthread_join(threads[i], NULL);
    event_stop(f->t.platform);
    testing_drain(&f->t);
    assert_int_equal(sample_seen_count, EMITTERS * PER_EMITTER * 4 / 5);
    int64_t last[EMITTERS + 1] = {0};
    for (size_t i = 0; i < sample_seen_count; i++) {
        int64_t subject = sample_seen[i] / 1000;
        assert_true(sample_seen[i] > last[subject]);
        last[subject] = sample_seen[i];
    }
}
ON_BOTH_ENGINES(nothing_is_skipped)

/* ---- jobs ---- */

struct enqueueing {
    struct shop_id shop;
    str key;
    int64_t run_at_ms;
};

static const struct err *enqueue_turn(struct turn *t, void *arg)
{
    const struct enqueueing *x = arg;
    return job_enqueue(t, &(struct job_request){.kind = "sample.job", .shop_id = x->shop, .key = x->key,
                                                .payload = S("{}"), .run_at_ms = x->run_at_ms});
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
ON_BOTH_ENGINES(jobs_run_once_and_vanish)

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
ON_BOTH_ENGINES(jobs_are_tried_again)

static const struct err *revive_turn(struct turn *t, void *arg)
{
    return job_revive(t, *(const int64_t *)arg);
}

static void jobs_end_dead(struct fixture *f)
{
    static const struct err wrong = {.kind = ERR_INVALID, .key = "error.bad_request", .file = __FILE__, .line = __LINE__};
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
ON_BOTH_ENGINES(jobs_end_dead)

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
ON_BOTH_ENGINES(progress_is_kept)

static void threads_run_jobs_once(struct fixture *f)
{
    enum { JOBS = 60 };
    testing_must(job_start(f->t.platform, 4));
    for (int i = 0; i < JOBS; i++)
        enqueue(f, STR_NONE, 0);
    struct timespec pause = {0, 5000000};
    for (int i = 0; i < 4000; i++) { /* until done; the bound only keeps a broken runner from hanging */
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
        nanosleep(&pause, NULL);
    }
    job_stop(f->t.platform);
    assert_int_equal(sample_job_runs, JOBS);
}
ON_BOTH_ENGINES(threads_run_jobs_once)

/* ---- settings, secrets, audit ---- */

static const struct err *settings_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    const struct platform *p = t->platform;
    int64_t limit = 0;
    bool is_open = false;
    str token = STR_NONE;
    TRY(setting_int(t->tx, t->arena, p, f->shop, "sample.limit", &limit));
    ASSERT(limit == 5);
    TRY(setting_set(t, f->shop, "sample.limit", S("7")));
    TRY(setting_int(t->tx, t->arena, p, f->shop, "sample.limit", &limit));
    ASSERT(limit == 7);
    const struct err *e = setting_set(t, f->shop, "sample.limit", S("11"));
    ASSERT(e != NULL && e->kind == ERR_INVALID);
    e = setting_set(t, f->shop, "sample.open", S("false"));
    ASSERT(e != NULL && e->kind == ERR_BUG); /* a server's setting, asked for a shop */
    TRY(setting_bool(t->tx, t->arena, p, (struct shop_id){0}, "sample.open", &is_open));
    ASSERT(is_open);
    TRY(setting_text(t->tx, t->arena, p, f->shop, "sample.token", &token));
    ASSERT(str_is_absent(token));
    TRY(setting_set(t, f->shop, "sample.token", S("123:secret")));
    TRY(setting_text(t->tx, t->arena, p, f->shop, "sample.token", &token));
    ASSERT(str_eq(token, S("123:secret")));
    TRY(setting_set(t, f->shop, "sample.limit", STR_NONE));
    TRY(setting_int(t->tx, t->arena, p, f->shop, "sample.limit", &limit));
    ASSERT(limit == 5);
    struct audit_row *rows = NULL;
    size_t count = 0;
    TRY(audit_list(t->tx, t->arena, f->shop, 0, &rows, &count));
    ASSERT(count >= 3);
    for (size_t i = 0; i < count; i++)
        ASSERT(str_find(rows[i].why, S("secret")) < 0);
    return NULL;
}

static void settings(struct fixture *f)
{
    testing_turn(&f->t, (struct account_id){9}, settings_turn, f);
}
ON_BOTH_ENGINES(settings)

static void sealing(struct fixture *f)
{
    const struct platform *p = f->t.platform;
    struct arena *a = &f->t.arena;
    str sealed = STR_NONE, opened = STR_NONE, signature = STR_NONE;
    testing_must(secret_seal(p, a, "one", S("tide"), &sealed));
    assert_true(str_find(sealed, S("tide")) < 0);
    testing_must(secret_open(p, a, "one", sealed, &opened));
    assert_true(str_eq(opened, S("tide")));
    assert_non_null(secret_open(p, a, "two", sealed, &opened));
    assert_non_null(secret_open(p, a, "one", str_sub(sealed, 0, sealed.len - 2), &opened));
    testing_must(secret_sign(p, a, "one", S("m"), &signature));
    assert_true(secret_verify(p, a, "one", S("m"), signature));
    assert_false(secret_verify(p, a, "two", S("m"), signature));
    assert_false(secret_verify(p, a, "one", S("n"), signature));
    assert_false(secret_verify(p, a, "one", S("m"), STR_NONE));
}
ON_BOTH_ENGINES(sealing)

struct token_use {
    const char *purpose;
    struct account_id account;
    str token, subject;
    bool fails_later;
};

static const struct err *token_issue(struct turn *t, void *arg)
{
    struct token_use *x = arg;
    return secret_token_issue(t, x->purpose, x->account, S("ann@example.com"), 60000, &x->token);
}

static const struct err *token_take(struct turn *t, void *arg)
{
    struct token_use *x = arg;
    TRY(secret_token_take(t, x->purpose, x->token, &x->account, &x->subject));
    return x->fails_later ? ERR(t->arena, ERR_CONFLICT, "db.check", "rolled back") : NULL;
}

static void one_shot_tokens(struct fixture *f)
{
    struct token_use x = {.purpose = "reset", .account = {7}};
    testing_turn(&f->t, x.account, token_issue, &x);
    struct token_use other = {.purpose = "invite", .token = x.token};
    assert_int_equal(try_turn(f, token_take, &other)->kind, ERR_DENIED);
    struct token_use altered = {.purpose = "reset", .token = str_sub(x.token, 0, x.token.len - 1)};
    assert_int_equal(try_turn(f, token_take, &altered)->kind, ERR_DENIED);
    struct token_use undone = {.purpose = "reset", .token = x.token, .fails_later = true};
    assert_int_equal(try_turn(f, token_take, &undone)->kind, ERR_CONFLICT); /* rolled back: still good */
    struct token_use good = {.purpose = "reset", .token = x.token};
    testing_turn(&f->t, x.account, token_take, &good);
    assert_int_equal(good.account.v, 7);
    assert_true(str_eq(good.subject, S("ann@example.com")));
    assert_int_equal(try_turn(f, token_take, &good)->kind, ERR_DENIED);
    testing_turn(&f->t, x.account, token_issue, &x);
    testing_advance(&f->t, 60001);
    assert_int_equal(try_turn(f, token_take, &x)->kind, ERR_DENIED);
}
ON_BOTH_ENGINES(one_shot_tokens)

static const struct err *audit_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return audit_write(t, &(struct audit){.shop_id = f->shop, .action = "order.paid", .subject_id = 3, .why = S("card")});
}

static const struct err *tamper_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return audit_tamper(t->tx, t->arena, f->shop);
}

static void audit_stays(struct fixture *f)
{
    testing_turn(&f->t, (struct account_id){4}, audit_turn, f);
    assert_non_null(try_turn(f, tamper_turn, f));
}
ON_BOTH_ENGINES(audit_stays)

/* ---- ids and files ---- */

static const struct err *id_turn(struct turn *t, void *arg)
{
    *(int64_t *)arg = turn_new_id(t);
    return NULL;
}

static void ids_rise_over_restarts(struct fixture *f)
{
    int64_t before = 0, after = 0;
    testing_turn(&f->t, (struct account_id){0}, id_turn, &before);
    testing_advance(&f->t, -3600 * 1000); /* the clock was set back */
    struct testing_config config = {.engine = f->engine, .features = sample_features, .feature_count = 1, .texts = &texts};
    testing_reopen(&f->t, &config);
    testing_turn(&f->t, (struct account_id){0}, id_turn, &after);
    assert_true(after > before);
}
ON_BOTH_ENGINES(ids_rise_over_restarts)

static void test_keys_are_private(void **state)
{
    (void)state;
    static struct testing t;
    testing_open(&t, DB_SQLITE, sample_features, 1);
    str path = STR_NONE;
    testing_must(str_fmt(&t.arena, &path, "%.*s/keys/master", STR_ARG(t.data_dir)));
    struct stat st;
    assert_int_equal(stat(path.ptr, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(st.st_size, 32);
    unsigned char key[32];
    memcpy(key, t.platform->master_key, sizeof key);
    struct testing_config config = {.engine = DB_SQLITE, .features = sample_features, .feature_count = 1, .texts = &texts};
    testing_reopen(&t, &config);
    assert_memory_equal(key, t.platform->master_key, sizeof key);
    testing_close(&t);
}

static void queries_prepare(struct fixture *f)
{
    struct tx *tx = NULL;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    for (size_t i = 0; i < core_feature.query_count; i++)
        testing_must(db_prepare_check(tx, &f->t.arena, core_feature.queries[i]));
    db_read_end(tx);
}
ON_BOTH_ENGINES(queries_prepare)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events_in_order),
        cmocka_unit_test(test_events_survive_reopening),
        cmocka_unit_test(test_poisoned_events_are_parked),
        cmocka_unit_test(test_loops_end),
        cmocka_unit_test(test_only_declared_kinds),
        cmocka_unit_test(test_nothing_is_skipped),
        cmocka_unit_test(test_jobs_run_once_and_vanish),
        cmocka_unit_test(test_jobs_are_tried_again),
        cmocka_unit_test(test_jobs_end_dead),
        cmocka_unit_test(test_progress_is_kept),
        cmocka_unit_test(test_threads_run_jobs_once),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_sealing),
        cmocka_unit_test(test_one_shot_tokens),
        cmocka_unit_test(test_audit_stays),
        cmocka_unit_test(test_ids_rise_over_restarts),
        cmocka_unit_test(test_keys_are_private),
        cmocka_unit_test(test_queries_prepare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
