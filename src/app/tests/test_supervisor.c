/* The parent of `serve`: restarts after crashes, closes a route that crashes twice, ends with its
 * child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/supervisor.h"
#include "base/strbuf.h"

enum { ROUTE_ROW = 5 };

/* Each start crashes in one route until it is closed, then tells so by its exit code. */
static int crashing_child(void *arg, struct supervisor_board *board)
{
    (void)arg;
    board->is_serving = true;
    if (board->starts > 2)
        return board->dispatch.closed_until_ms[ROUTE_ROW] > clock_monotonic_ms(&clock_system) ? 0
                                                                                              : 9;
    if (board->starts == 2 && board->dispatch.closed_until_ms[ROUTE_ROW] != 0)
        return 9; /* one crash closes nothing */
    board->dispatch.crashed_route = ROUTE_ROW + 1;
    raise(SIGKILL);
    return 9;
}

static void test_second_crash_closes_the_route(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(4));
    int code = -1;
    bool is_upgrade = true;
    assert_null(supervisor_run(&a, crashing_child, NULL, &code, &is_upgrade));
    assert_int_equal(code, 0);
    assert_false(is_upgrade);
    arena_done(&a);
}

static int hopeless_child(void *arg, struct supervisor_board *board)
{
    (void)arg;
    return board->starts == 1 ? 7 : 9;
}

static void test_child_that_never_served_is_not_started_again(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(4));
    int code = -1;
    bool is_upgrade = false;
    assert_null(supervisor_run(&a, hopeless_child, NULL, &code, &is_upgrade));
    assert_int_equal(code, 7);
    arena_done(&a);
}

/* It crashed while it served; then its database is away twice; then it is back. */
static int patient_child(void *arg, struct supervisor_board *board)
{
    (void)arg;
    if (board->starts == 1) {
        board->is_serving = true;
        raise(SIGKILL);
    }
    return board->starts < 4 ? 7 : 0;
}

static void test_child_that_served_once_is_started_until_it_can(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(4));
    int code = -1;
    bool is_upgrade = false;
    assert_null(supervisor_run(&a, patient_child, NULL, &code, &is_upgrade));
    assert_int_equal(code, 0);
    arena_done(&a);
}

static void test_addresses(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, MiB(1));
    static const char *const bad[] = {
        "",        ":", "8080", "localhost:8080", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:x",
        "1.2.3:80"};
    int fd = -1, port = 0, second = -1, other = 0;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct err *e = supervisor_listen(&a, str_c(bad[i]), &fd, &port);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_INVALID);
    }
    assert_null(supervisor_listen(&a, S("127.0.0.1:0"), &fd, &port));
    assert_in_range(port, 1, 65535);
    str taken = STR_NONE;
    assert_null(str_fmt(&a, &taken, "127.0.0.1:%d", port));
    const struct err *e = supervisor_listen(&a, taken, &second, &other);
    assert_non_null(e);
    assert_string_equal(e->key, "http.port_in_use");
    close(fd);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_second_crash_closes_the_route),
        cmocka_unit_test(test_child_that_never_served_is_not_started_again),
        cmocka_unit_test(test_child_that_served_once_is_started_until_it_can),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
