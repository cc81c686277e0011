/* The demo's people at work: what they do, that a seed decides it, and that nothing is broken by
 * it. */
#include "demo/demo_alive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/features.h"
#include "core/testing.h"
#include "demo/demo_part.h"

enum { ACTS = 160, PAUSE_MS = 4000, SEED = 7 };

static void fill(struct testing *t)
{
    const char *const words[] = {"--small"};
    testing_open(t, DB_SQLITE, app_features, app_feature_count);
    struct command_args args = {t->platform, &t->arena, 1, words};
    testing_must(demo_run(&args));
    testing_drain(t);
}

static void live(struct testing *t, struct demo_done done[ACTS])
{
    struct demo_alive *l;
    struct arena a;
    testing_must(demo_alive_new(t->platform, &t->arena, SEED, &l));
    arena_init(&a, MiB(16));
    for (int i = 0; i < ACTS; i++) {
        testing_must(demo_alive_act(l, &done[i]));
        testing_must(pool_visit_flush(t->platform, &a));
        arena_reset(&a);
        testing_advance(t, PAUSE_MS);
        testing_drain(t);
    }
    demo_alive_free(l);
    arena_done(&a);
}

static int64_t orders_paid(struct testing *t)
{
    struct tx *tx;
    int64_t orders = 0;
    testing_must(db_read_begin(t->platform->db, &t->arena, &tx));
    for (size_t i = 0; i < COUNT(demo_shops); i++) {
        struct shop shop;
        struct pool_report report;
        testing_must(shop_by_handle(tx, &t->arena, str_c(demo_shops[i]->handle), &shop));
        testing_must(pool_report(tx, &t->arena, shop.id, 0, INT64_MAX, &report));
        orders += report.sum.paid_minor > 0 ? report.sum.orders : 0;
    }
    db_read_end(tx);
    return orders;
}

static void test_seed_decides(void **state)
{
    (void)state;
    static struct demo_done first[ACTS], second[ACTS];
    static struct testing t;
    int counts[DEMO_ACT_COUNT] = {0}, pools = 0;
    bool over[3][DEMO_POOLS_MAX + 1] = {{false}};
    fill(&t);
    int64_t before = orders_paid(&t);
    live(&t, first);
    testing_verify(&t);
    assert_true(orders_paid(&t) >= before + 3);
    testing_close(&t);
    for (int i = 0; i < ACTS; i++) {
        bool counted = first[i].act == DEMO_ACT_VISIT && !over[first[i].shop][first[i].pool];
        counts[first[i].act] += first[i].is_done;
        pools += counted;
        over[first[i].shop][first[i].pool] = over[first[i].shop][first[i].pool] || counted;
    }
    assert_true(pools >= 6);
    assert_true(counts[DEMO_ACT_VISIT] >= 40);
    assert_true(counts[DEMO_ACT_LIKE] > 0 && counts[DEMO_ACT_COMMENT] > 0 &&
                counts[DEMO_ACT_ORDER] > 0);
    assert_true(counts[DEMO_ACT_TALK] > 0 && counts[DEMO_ACT_STEP] >= 4);

    fill(&t);
    live(&t, second);
    testing_close(&t);
    for (int i = 0; i < ACTS; i++) {
        assert_int_equal(first[i].act, second[i].act);
        assert_int_equal(first[i].shop, second[i].shop);
        assert_int_equal(first[i].pool, second[i].pool);
        assert_int_equal(first[i].is_done, second[i].is_done);
    }
}

static void test_no_other_store(void **state)
{
    (void)state;
    static struct testing t;
    struct demo_alive *l;
    testing_open(&t, DB_SQLITE, app_features, app_feature_count);
    const struct err *e = demo_alive_new(t.platform, &t.arena, SEED, &l);
    assert_non_null(e);
    assert_string_equal(e->key, "demo.not_demo");
    testing_close(&t);
}

static void test_pauses(void **state)
{
    (void)state;
    struct rng_seeded rng;
    rng_seeded_init(&rng, SEED);
    for (int i = 0; i < 100; i++) {
        int64_t at_first = demo_alive_pause_ms(0, PAUSE_MS, &rng.rng),
                after_a_day = demo_alive_pause_ms(DEMO_DAY_MS, PAUSE_MS, &rng.rng);
        assert_in_range(at_first, PAUSE_MS / 2, PAUSE_MS * 3 / 2);
        assert_in_range(after_a_day, PAUSE_MS * 7, PAUSE_MS * 23);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_no_other_store),
        cmocka_unit_test(test_seed_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
