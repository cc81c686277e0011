/* F5: memory runs out at any allocation while an order is placed: one of ours or one of SQLite's,
 * once or from then on. The order is placed whole or refused, the same key works afterwards, and
 * the store is sound. MILLPOND_TEST_TIER=long: every allocation, else one of some.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/testing.h"
#include "tests/lib/pond.h"

enum { SHELF = 100 };

static sqlite3_mem_methods usual_memory;
static int64_t memory_fails_in, memory_asked;
static bool memory_fails_forever;

static bool memory_fails(void)
{
    memory_asked++;
    bool fails = memory_fails_in > 0 && --memory_fails_in == 0;
    if (fails && memory_fails_forever)
        memory_fails_in = 1;
    return fails;
}

static void *get_memory(int bytes)
{
    return memory_fails() ? NULL : usual_memory.xMalloc(bytes);
}

static void *change_memory(void *old, int bytes)
{
    return memory_fails() ? NULL : usual_memory.xRealloc(old, bytes);
}

static void set_memory(void)
{
    sqlite3_mem_methods mine;
    ASSERT(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual_memory) == SQLITE_OK);
    mine = usual_memory;
    mine.xMalloc = get_memory;
    mine.xRealloc = change_memory;
    ASSERT(sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) == SQLITE_OK);
}

enum memory { MEMORY_OURS, MEMORY_OF_SQLITE };

/* Returns whether some allocation failed. */
static bool place_with_little(struct pond *p, enum memory whose, int64_t n, bool forever)
{
    struct arena a;
    struct order_id id;
    struct order now;
    char key[48];
    int64_t made;
    arena_init(&a, MiB(64));
    snprintf(key, sizeof key, "memory-%d-%d-%lld", (int)whose, forever, (long long)n);
    memory_asked = 0;
    if (whose == MEMORY_OURS) {
        arena_fail_at((size_t)n, forever);
    } else {
        memory_fails_in = n;
        memory_fails_forever = forever;
    }
    const struct err *e = pond_place(p, &a, (int)(n % POND_BUYERS), key, (int)(n % 5), 1, &id);
    made = (int64_t)arena_fail_at(0, false);
    if (whose == MEMORY_OF_SQLITE)
        made = memory_asked;
    memory_fails_in = 0;
    if (e == NULL) {
        testing_must(pond_read(p, &a, id, &now));
        testing_must(pond_cancel(p, &a, id)); /* so that there is enough for all */
    } else {
        if (e->kind != ERR_LIMIT && e->kind != ERR_UNAVAILABLE)
            fail_msg("place %lld: %s %.*s", (long long)n, e->key, STR_ARG(e->detail));
        testing_must(pond_place(p, &a, (int)(n % POND_BUYERS), key, (int)(n % 5), 1, &id));
        testing_must(pond_cancel(p, &a, id));
    }
    arena_done(&a);
    return made >= n;
}

/* SQLite asks often, and the store is opened anew each time. */
static int step_of(enum memory whose)
{
    return pond_is_long_tier() ? 1 : whose == MEMORY_OURS ? 3 : 17;
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    struct pond p;
    char folder[128];
    pond_make_folder(folder, sizeof folder);
    pond_init(&p, pond_seed(), NULL);
    testing_must(pond_open(&p, folder));
    pond_found(&p, SHELF);
    for (int i = 0; i < 4; i++) {
        enum memory whose = i < 2 ? MEMORY_OURS : MEMORY_OF_SQLITE;
        int64_t n = 1;
        for (bool has_failed = true; has_failed; n += step_of(whose)) {
            /* An order asks SQLite for memory only while its statements are prepared. */
            if (whose == MEMORY_OF_SQLITE) {
                pond_close(&p);
                testing_must(pond_open(&p, folder));
            }
            has_failed = place_with_little(&p, whose, n, i % 2 == 1);
        }
        print_message("# %s, %s: %lld places\n", whose == MEMORY_OURS ? "arenas" : "SQLite",
                      i % 2 == 1 ? "for ever" : "once", (long long)n);
        assert_true(n > 5);
        assert_int_equal(pond_verify(&p, true), 0);
    }
    pond_close(&p);
    pond_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(memory_may_run_out_anywhere)};
    set_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
