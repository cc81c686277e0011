/* The simulator over many seeds (sim.h).
 *
 * make test: 20 seeds of 2,000 steps, 3 crash seeds, each planted defect until it is found.
 * MILLPOND_TEST_TIER=long: 1,000 seeds, 50 crash seeds. MILLPOND_SEED=N: that seed alone.
 * MILLPOND_SEEDS=A-B: these instead of the usual ones. A word after the program's name: only the
 * test of that name.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "plants.h"
#include "sim.h"

enum { STEPS = 2000, SEEDS_QUICK = 20, SEEDS_LONG = 1000, CRASH_SEEDS_QUICK = 3,
       CRASH_SEEDS_LONG = 50, PLANT_SEEDS = 200, WORKERS = 2 };

static bool is_one_seed(void)
{
    return getenv("MILLPOND_SEED") != NULL;
}

static bool is_clean(uint64_t seed, int steps, bool crashes, struct sim_result *ret)
{
    sim_run(seed, steps, crashes, NULL, ret);
    if (ret->is_broken)
        fprintf(stderr,
                "seed %llu, step %d%s: %s\n  again: MILLPOND_SEED=%llu build/sim_test_sim\n",
                (unsigned long long)seed, ret->step, crashes ? " (with crashes)" : "", ret->words,
                (unsigned long long)seed);
    return !ret->is_broken;
}

static void tell(int first, int last, const struct sim_counts *c)
{
    printf("# half of seeds %d to %d: %ld orders, %ld captures, %ld refunds, %ld crashes; %ld with "
           "pieces taken out, %ld returns (%ld paid back), %ld bundles (%ld paid by one charge), "
           "%ld shares paid, %ld quotations accepted, %ld written anew, %ld additions (%ld paid)\n",
           first, last, c->orders, c->captures, c->refunds, c->crashes, c->drops, c->returns,
           c->returns_paid, c->bundles, c->bundles_paid, c->shares_paid, c->quotes_accepted,
           c->rewrites, c->additions, c->additions_paid);
}

struct seeds {
    int first, last;
    bool crashes;
};

static int run_share(void *arg, int worker)
{
    const struct seeds *all = arg;
    struct sim_result r;
    union {
        struct sim_counts counts;
        long each[SIM_COUNTS];
    } sum = {.each = {0}}, one;
    int bad = 0;
    for (int seed = all->first + worker; seed <= all->last; seed += WORKERS) {
        bad += !is_clean((uint64_t)seed, STEPS, all->crashes, &r);
        one.counts = r.counts;
        for (int i = 0; i < SIM_COUNTS; i++)
            sum.each[i] += one.each[i];
    }
    tell(all->first, all->last, &sum.counts);
    return bad > 100 ? 100 : bad;
}

/* Shared out to processes of their own, one per core. */
static void run_seeds(int count, bool crashes)
{
    const char *given = getenv("MILLPOND_SEEDS");
    struct seeds all = {1, count, crashes};
    if (given != NULL)
        assert_int_equal(sscanf(given, "%d-%d", &all.first, &all.last), 2);
    assert_int_equal(pond_share_out(WORKERS, run_share, &all), 0);
}

static void all_seeds_are_clean(void **state)
{
    (void)state;
    struct sim_result r;
    if (is_one_seed())
        assert_true(is_clean(pond_seed(), STEPS, false, &r));
    else
        run_seeds(pond_is_long_tier() ? SEEDS_LONG : SEEDS_QUICK, false);
}

static void crashes_do_no_harm(void **state)
{
    (void)state;
    struct sim_result r;
    if (is_one_seed())
        assert_true(is_clean(pond_seed(), STEPS, true, &r));
    else
        run_seeds(pond_is_long_tier() ? CRASH_SEEDS_LONG : CRASH_SEEDS_QUICK, true);
}

static void the_same_seed_is_the_same_store(void **state)
{
    (void)state;
    struct sim_result first, again, other;
    assert_true(is_clean(77, STEPS / 4, false, &first));
    assert_true(is_clean(77, STEPS / 4, false, &again));
    assert_true(is_clean(78, STEPS / 4, false, &other));
    assert_memory_equal(first.hash, again.hash, sizeof first.hash);
    assert_memory_not_equal(first.hash, other.hash, sizeof first.hash);
}

static void planted_defects_are_found(void **state)
{
    (void)state;
    int missed = 0;
    for (size_t i = 0; i < plant_count; i++) {
        struct sim_result r = {.is_broken = false};
        int seed = 0;
        while (!r.is_broken && seed < PLANT_SEEDS)
            sim_run((uint64_t)++seed, STEPS, false, &plants[i], &r);
        if (r.is_broken)
            print_message("# %s: found with seed %d at step %d: %s\n", plants[i].name, seed, r.step,
                          r.words);
        else
            print_message("# %s: NOT FOUND in %d seeds\n", plants[i].name, PLANT_SEEDS);
        missed += !r.is_broken;
    }
    assert_int_equal(plant_count, 18);
    assert_int_equal(missed, 0);
}

/* ---- what all of this stands on ---- */

static int fail_first(void *arg, int worker)
{
    (void)arg;
    return worker == 0;
}

/* Else its end would take the founded store from under those that still run. */
static void who_fails_first_ends_nothing_of_the_others(void **state)
{
    (void)state;
    assert_int_equal(pond_share_out(WORKERS, fail_first, NULL), 1);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static int copy_nothing(void *arg, int worker)
{
    (void)worker;
    ASSERT(freopen("/dev/null", "w", stderr) != NULL); /* its complaint is no news */
    pond_copy("/nowhere/at/all", arg);
    return 0;
}

static void a_missing_store_is_not_taken_for_an_empty_one(void **state)
{
    (void)state;
    char folder[128];
    pond_make_folder(folder, sizeof folder);
    assert_int_equal(pond_share_out(1, copy_nothing, folder), 1);
    pond_remove_folder(folder);
}

static int begin(void **state)
{
    (void)state;
    sim_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    sim_end();
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_seeds_are_clean),
        cmocka_unit_test(the_same_seed_is_the_same_store),
        cmocka_unit_test(crashes_do_no_harm),
        cmocka_unit_test(planted_defects_are_found),
        cmocka_unit_test(who_fails_first_ends_nothing_of_the_others),
        cmocka_unit_test(a_missing_store_is_not_taken_for_an_empty_one),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
