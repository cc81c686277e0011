/* Events: order, completeness, poison, loops. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/strbuf.h"
#include "core/audit.h"
#include "core/event_part.h"
#include "core/verify.h"
#include "store_fixture.h"

enum { MANY = 600 }; /* more than one turn takes */

struct emission {
    struct shop_id shop;
    const char *kind;
    int64_t subject, number;
    bool fails;
};

static const struct err *emit_turn(struct turn *t, void *arg)
{
    const struct emission *x = arg;
    TRY(event_emit(t, &(struct event){.kind = x->kind,
                                      .shop_id = x->shop,
                                      .subject_id = x->subject,
                                      .number = x->number}));
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
ON_BOTH_BY(store_on, events_in_order)

static void events_survive_reopening(struct fixture *f)
{
    emit(f, 1, 1);
    testing_drain(&f->t);
    emit(f, 1, 2);
    reopen(f);
    testing_drain(&f->t);
    assert_int_equal(sample_seen_count, 2);
    assert_int_equal(sample_seen[1], 2);
}
ON_BOTH_BY(store_on, events_survive_reopening)

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
ON_BOTH_BY(store_on, poisoned_events_are_parked)

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
ON_BOTH_BY(store_on, only_declared_kinds)

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
        struct emission e = {x->fixture->shop, "sample.made", x->subject, x->subject * 1000 + i,
                             i % 5 == 0};
        const struct err *failed =
            turn_run(x->fixture->t.platform, &a, (struct account_id){0}, emit_turn, &e);
        ASSERT((failed != NULL) == e.fails);
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

/* By what was committed: a turn may be run again and then has told sample_seen twice. */
static void all_of_one_emitter(struct fixture *f, int64_t subject)
{
    struct audit_row *rows;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(audit_list(tx, &f->t.arena, f->shop, subject, &rows, &count));
    db_read_end(tx);
    assert_int_equal(count, PER_EMITTER * 4 / 5);
    for (int64_t i = 0, n = 0; i < (int64_t)count; i++) {
        int64_t seen = 0;
        n += n % 5 == 4 ? 2 : 1; /* every fifth failed */
        assert_true(str_to_int(rows[i].why, &seen));
        assert_int_equal(seen, subject * 1000 + n);
    }
}

/* Numbers are drawn by transactions that commit in any order; the dispatcher's thread reads
 * meanwhile. */
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
    for (int i = 0; i < EMITTERS; i++)
        all_of_one_emitter(f, i + 1);
}
ON_BOTH_BY(store_on, nothing_is_skipped)

static const struct err *emit_many_turn(struct turn *t, void *arg)
{
    struct emission x = {.shop = *(const struct shop_id *)arg, .kind = "sample.made"};
    for (x.number = 1; x.number <= MANY; x.number++)
        TRY(emit_turn(t, &x));
    return NULL;
}

static void a_stop_comes_between_two_turns(struct fixture *f)
{
    struct event_dispatcher *d = f->t.platform->events;
    bool more;
    testing_turn(&f->t, (struct account_id){0}, emit_many_turn, &f->shop);
    waker_stop(&d->waker);
    do
        testing_must(dispatcher_pass(d, &f->t.arena, false, &more));
    while (sample_seen_count == 0); /* PostgreSQL: until they are final */
    assert_true(sample_seen_count < MANY);
    waker_restart(&d->waker);
    testing_drain(&f->t);
    assert_int_equal(sample_seen_count, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(sample_seen[i], i + 1);
}
ON_BOTH_BY(store_on, a_stop_comes_between_two_turns)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(events_in_order),
        BOTH(events_survive_reopening),
        BOTH(poisoned_events_are_parked),
        cmocka_unit_test(test_loops_end),
        BOTH(only_declared_kinds),
        BOTH(nothing_is_skipped),
        BOTH(a_stop_comes_between_two_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
