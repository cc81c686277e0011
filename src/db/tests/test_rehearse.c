/* The instrument that runs every command twice: what it finds, what it lets pass, and that a build
 * without sanitizers does not have it at all. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db_fixture.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RUNS = 2 };
#else
enum { RUNS = 1 };
#endif

struct call {
    int64_t id;
    int runs, rehearsals;
};

/* Resets what it sets. */
static const struct err *clean(struct tx *tx, struct arena *a, void *arg)
{
    struct call *c = arg;
    c->runs++;
    c->rehearsals += db_is_rehearsal(tx);
    return fixture_write_item(tx, a, &c->id);
}

/* What it was asked is lost in the first run. */
static const struct err *careless(struct tx *tx, struct arena *a, void *arg)
{
    struct call *c = arg;
    bool is_asked = c->id != 0;
    int64_t id = c->id, value;
    c->id = 0;
    c->runs++;
    c->rehearsals += db_is_rehearsal(tx);
    return is_asked ? fixture_write_item(tx, a, &id) : fixture_bump(tx, a, &value);
}

static const struct err *refused(struct tx *tx, struct arena *a, void *arg)
{
    TRY(clean(tx, a, arg));
    return ERR(a, ERR_CONFLICT, "db.check", "as always");
}

/* ---- in a program of its own, whose environment asks for it ---- */

static const struct {
    const char *name;
    db_write_fn *fn;
    const char *key; /* of the outcome; NULL: success */
} commands[] = {
    {"clean", clean, NULL}, {"refused", refused, "db.check"}, {"careless", careless, NULL}};

/* Ends with how often the command ran, and 100 for each item that is there afterwards. */
static int run_command(const char *name)
{
    void *state = &fixture_sqlite;
    struct call c = {.id = 1};
    struct tx *tx;
    struct item_sums_row sums;
    assert_int_equal(fixture_setup(&state), 0);
    struct fixture *f = state;
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        const struct err *e = db_write(f->db, &f->arena, commands[i].fn, &c);
        if (commands[i].key == NULL)
            expect_ok(e);
        else
            expect_err(e, ERR_CONFLICT, commands[i].key);
    }
    assert_int_equal(c.rehearsals, c.runs - 1);
    expect_ok(db_read_begin(f->db, &f->arena, &tx));
    expect_ok(item_sums(tx, &f->arena, shop_1, &sums));
    db_read_end(tx);
    fixture_teardown(&state);
    return c.runs + 100 * (int)sums.count;
}

static int outcome_of(const char *name)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char wish[] = "MILLPOND_REHEARSE=compare", leaks[] = "ASAN_OPTIONS=detect_leaks=0";
        char *const environment[] = {wish, leaks, NULL};
        struct rlimit none = {0};
        setrlimit(RLIMIT_CORE, &none);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(99);
        execle("/proc/self/exe", "test_rehearse", name, NULL, environment);
        _exit(99);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_a_command_counts_once(void **state)
{
    (void)state;
    assert_int_equal(outcome_of("clean"), 100 + RUNS);
    assert_int_equal(outcome_of("refused"), RUNS);
}

static void test_what_is_kept_is_found(void **state)
{
    (void)state;
    assert_int_equal(outcome_of("careless"), RUNS == 2 ? -SIGABRT : 101);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_command_counts_once),
        cmocka_unit_test(test_what_is_kept_is_found),
    };
    return argc > 1 ? run_command(argv[1])
                    : cmocka_run_group_tests_name("rehearse", tests, NULL, NULL);
}
