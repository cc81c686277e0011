/* What every unit test includes first: cmocka with the headers it wants before it, and an arena `a`
 * that each test of TEST(name) finds fresh; fault loops, and mistakes that must end the process.
 */
#ifndef BASE_TESTS_UNIT_H
#define BASE_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"

static struct arena a;

static inline int unit_setup(void **state)
{
    (void)state;
    arena_init(&a, MiB(16));
    return 0;
}

static inline int unit_teardown(void **state)
{
    (void)state;
    arena_fail_at(0, false);
    arena_done(&a);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, unit_setup, unit_teardown)
#define assert_str_equal(s, literal) \
    do { \
        str got_ = (s); \
        assert_int_equal(got_.len, sizeof(literal) - 1); \
        assert_memory_equal(got_.ptr, literal, got_.len); \
    } while (0)

#ifdef COVERAGE /* what a dying process counted would be lost */
extern void __gcov_dump(void);
#endif

static inline void unit_note_death(int number)
{
    (void)number; /* abort() goes on by itself */
#ifdef COVERAGE
    __gcov_dump();
#endif
}

/* An assertion of `mistake` stops the process. */
static inline void unit_must_abort(void (*mistake)(void))
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        signal(SIGABRT, unit_note_death);
        mistake();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* For fault loops: runs `operation` with its n-th allocation failing, n = 1, 2, ... until it
 * completes untouched; once with a single failure, once with all later ones failing too.
 * `operation` returns an error or NULL, and checks by itself that what it left behind is sound. */
static inline void unit_fault_loop(const struct err *(*operation)(struct arena *arena))
{
    for (int forever = 0; forever < 2; forever++) {
        for (size_t n = 1;; n++) {
            struct arena fresh;
            arena_init(&fresh, MiB(16));
            arena_fail_at(n, forever);
            const struct err *e = operation(&fresh);
            size_t made = arena_fail_at(0, false);
            arena_done(&fresh);
            if (made < n) {
                assert_null(e);
                break;
            }
            assert_true(n < 100000);
        }
    }
}

#endif
