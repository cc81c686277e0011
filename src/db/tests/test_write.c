/* Write turns: group commit, what fails alone and what fails together, what a dead disk or server
 * does. */
#include "db_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 16, TURNS_EACH = 100 };

static _Atomic int hook_calls;

static void count_hook(void *self)
{
    (void)self;
    atomic_fetch_add(&hook_calls, 1);
}

struct worker {
    struct fixture *f;
    int number, ok, refused, astray;
};

struct bump {
    struct worker *worker;
    int turn;
};

/* Whichever thread runs a command: on behalf of its caller, and a crash of it is seen. */
static bool is_at_home(const struct worker *w)
{
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    return db_behalf() == w->number + 1 && !sigismember(&blocked, SIGSEGV) &&
           !sigismember(&blocked, SIGABRT);
}

/* Every third turn fails after having written: it alone must leave nothing. */
static const struct err *bump_or_fail(struct tx *tx, struct arena *a, void *arg)
{
    struct bump *b = arg;
    int64_t value;
    b->worker->astray += !is_at_home(b->worker);
    TRY(fixture_bump(tx, a, &value));
    if (b->turn % 3 == 0)
        return ERR(a, ERR_DENIED, "test.no", "on purpose");
    return NULL;
}

static void *work(void *p)
{
    struct worker *w = p;
    db_set_behalf(w->number + 1);
    for (int i = 0; i < TURNS_EACH; i++) {
        struct arena a;
        struct bump b = {w, i};
        arena_init(&a, MiB(1));
        const struct err *e = db_write(w->f->db, &a, bump_or_fail, &b);
        w->astray += db_behalf() != w->number + 1;
        w->ok += e == NULL;
        w->refused += e != NULL && e->kind == ERR_DENIED;
        arena_done(&a);
    }
    return NULL;
}

static void run_workers(struct fixture *f, struct worker *workers)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.f = f, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void test_many_writers(void **state)
{
    struct fixture *f = *state;
    struct worker workers[THREADS];
    struct db_stats before, stats;
    int ok = 0, refused = 0;
    db_get_stats(f->db, &before); /* the migration was a commit too */
    atomic_store(&hook_calls, 0);
    db_on_commit(f->db, count_hook, NULL);
    run_workers(f, workers);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(workers[i].astray, 0);
        ok += workers[i].ok;
        refused += workers[i].refused;
    }
    assert_int_equal(refused, THREADS * 34);
    assert_int_equal(ok, THREADS * 66);
    assert_int_equal(fixture_counter(f), ok);
    db_get_stats(f->db, &stats);
    assert_int_equal(stats.commits - before.commits, atomic_load(&hook_calls));
    assert_true(stats.commits <= stats.commands);
    assert_int_equal(stats.oldest_reader_ms, 0);
}

/* The first turn waits inside until the others queue: they must then share one COMMIT. */
struct gate {
    struct fixture *f;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int arrived;
    bool is_leader;
};

static const struct err *wait_for_queue(struct tx *tx, struct arena *a, void *arg)
{
    struct gate *g = arg;
    int64_t value;
    pthread_mutex_lock(&g->lock);
    while (g->arrived < 8)
        pthread_cond_wait(&g->changed, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return fixture_bump(tx, a, &value);
}

static void *arrive_and_write(void *p)
{
    struct gate *g = p;
    struct arena a;
    int64_t value;
    arena_init(&a, MiB(1));
    pthread_mutex_lock(&g->lock);
    bool leads = !g->is_leader;
    g->is_leader = true;
    g->arrived += !leads;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
    const struct err *e = leads ? db_write(g->f->db, &a, wait_for_queue, g)
                                : db_write(g->f->db, &a, fixture_bump, &value);
    arena_done(&a);
    return e == NULL ? NULL : p;
}

static void test_commits_are_shared(void **state)
{
    struct gate g = {
        .f = *state, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    pthread_t threads[9];
    struct db_stats before, after;
    void *failed;
    db_get_stats(g.f->db, &before);
    for (int i = 0; i < 9; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, arrive_and_write, &g), 0);
    for (int i = 0; i < 9; i++) {
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    db_get_stats(g.f->db, &after);
    assert_int_equal(after.commands - before.commands, 9);
    assert_true(after.commits - before.commits < 9);
    assert_int_equal(fixture_counter(g.f), 9);
}

/* ---- an error of the engine ends the command, on both engines alike ---- */

static const struct err *hide_duplicate(struct tx *tx, struct arena *a, void *arg)
{
    int64_t value;
    (void)arg;
    TRY(fixture_bump(tx, a, &value));
    const struct err *e = fixture_add_item(tx, a, shop_1, 1, S("twice"), 1),
                     *late = fixture_bump(tx, a, &value);
    assert_non_null(late);
    assert_true(e == NULL || e == late);
    assert_ptr_equal(fixture_bump(tx, a, &value), late);
    return NULL;
}

static void test_a_hidden_error_comes_out(void **state)
{
    struct fixture *f = *state;
    int64_t id = 1;
    expect_ok(db_write(f->db, &f->arena, fixture_write_item, &id));
    expect_err(db_write(f->db, &f->arena, hide_duplicate, NULL), ERR_CONFLICT, "db.unique");
    assert_int_equal(fixture_counter(f), 0);
}

/* Every allocation of a write turn fails once; afterwards exactly one turn has happened. */
static void test_memory_faults_of_a_write(void **state)
{
    struct fixture *f = *state;
    int64_t value = 0;
    bool done = false;
    for (size_t n = 1; !done && n < 200; n++) {
        struct arena a;
        arena_init(&a, MiB(4));
        arena_fail_at(n, false);
        const struct err *e = db_write(f->db, &a, fixture_bump, &value);
        arena_fail_at(0, false);
        done = e == NULL;
        if (e != NULL)
            assert_true(e->kind == ERR_LIMIT);
        arena_done(&a);
    }
    assert_true(done);
    assert_int_equal(fixture_counter(f), 1);
}

/* ---- rules of the house, in a child because they stop the process ---- */

static bool dies(struct fixture *f, void (*act)(struct fixture *f))
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(3);
        act(f);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void write_under_snapshot(struct fixture *f)
{
    struct tx *tx;
    int64_t value;
    if (db_read_begin(f->db, &f->arena, &tx) == NULL &&
        db_write(f->db, &f->arena, fixture_bump, &value))
        _exit(1);
}

static const struct err *nest(struct tx *tx, struct arena *a, void *arg)
{
    int64_t value;
    (void)tx;
    return db_write(((struct fixture *)arg)->db, a, fixture_bump, &value);
}

static void nested_write(struct fixture *f)
{
    if (db_write(f->db, &f->arena, nest, f) != NULL)
        _exit(1);
}

static void two_snapshots(struct fixture *f)
{
    struct tx *first, *second;
    if (db_read_begin(f->db, &f->arena, &first) == NULL &&
        db_read_begin(f->db, &f->arena, &second) != NULL)
        _exit(1);
}

static void test_misuse_stops_the_program(void **state)
{
    struct fixture *f = *state;
    assert_true(dies(f, write_under_snapshot));
    assert_true(dies(f, nested_write));
    assert_true(dies(f, two_snapshots));
}

/* ---- disks ---- */

static const struct err *open_at(struct arena *a, str path, struct db **ret)
{
    struct db_config config = {.url = path, .readers = 1, .busy_timeout_ms = 200};
    return db_open(a, &config, ret);
}

static void test_files_are_private_and_bad_places_are_told(void **state)
{
    struct fixture *f = *state;
    struct db *db = NULL;
    struct stat info;
    str path = fixture_temp_path(&f->arena, "x.db"), text;
    mode_t old = umask(0);
    expect_ok(open_at(&f->arena, path, &db));
    umask(old);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        expect_ok(str_fmt(&f->arena, &text, "%.*s%s", STR_ARG(path), ends[i]));
        assert_int_equal(stat(text.ptr, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
    }
    db_close(db);
    expect_err(open_at(&f->arena, S("/proc/nowhere/x.db"), &db), ERR_UNAVAILABLE,
               "db.cannot_write");
    expect_err(open_at(&f->arena, S("mysql://x"), &db), ERR_INVALID, "db.bad_url");
    expect_err(open_at(&f->arena, S(""), &db), ERR_INVALID, "db.bad_url");
    FILE *file = fopen(path.ptr, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++)
        fputs("this is no database ", file);
    fclose(file);
    expect_err(open_at(&f->arena, path, &db), ERR_UNAVAILABLE, "db.corrupt");
    unlink(path.ptr);
}

static const struct err *write_much(struct tx *tx, struct arena *a, void *arg)
{
    char *bytes = arena_new(a, 2000000);
    if (bytes == NULL)
        return &err_out_of_memory;
    return item_add(tx, a, (struct item_id){*(int64_t *)arg}, shop_1, S("big"), STR_NONE,
                    (str){bytes, 2000000}, (struct item_id){0}, (struct opt_int){0}, true, 1);
}

enum { PAGES_MANY = 400, PICTURE_BYTES = 3000 };

static const struct err *fill_pages(struct tx *tx, struct arena *a, void *arg)
{
    char *bytes = arena_new(a, PICTURE_BYTES);
    if (bytes == NULL)
        return &err_out_of_memory;
    (void)arg;
    for (int i = 0; i < PAGES_MANY; i++) {
        str title;
        TRY(str_fmt(a, &title, "page %d", i));
        TRY(item_add(tx, a, (struct item_id){1000 + i}, shop_1, title, STR_NONE,
                     (str){bytes, PICTURE_BYTES}, (struct item_id){0}, (struct opt_int){0}, true,
                     1));
    }
    return NULL;
}

static const struct err *change_pages(struct tx *tx, struct arena *a, void *arg)
{
    return item_close_all(tx, a, shop_1, arg);
}

/* What a command keeps for its rollback goes to a file at some size; every size beyond works. */
static void test_a_turn_changes_many_pages(void **state)
{
    struct fixture *f = *state;
    int64_t changed = 0;
    expect_ok(db_write(f->db, &f->arena, fill_pages, NULL));
    expect_ok(db_write(f->db, &f->arena, change_pages, &changed));
    assert_int_equal(changed, PAGES_MANY);
}

/* A limit on file sizes stands for a full disk. In a child, because limits stay. */
static int fill_disk(str path)
{
    struct arena a;
    struct db *db = NULL;
    int applied;
    int64_t id = 1, value = 0;
    struct rlimit limit = {.rlim_cur = 1000000, .rlim_max = RLIM_INFINITY},
                  none = {RLIM_INFINITY, RLIM_INFINITY};
    arena_init(&a, MiB(64));
    signal(SIGXFSZ, SIG_IGN);
    if (open_at(&a, path, &db) != NULL ||
        db_migrate(db, &a, sample_migrations, sample_migration_count, DB_MIGRATE_APPLY, 1,
                   &applied) != NULL)
        return 10;
    setrlimit(RLIMIT_FSIZE, &limit);
    const struct err *e = db_write(db, &a, write_much, &id);
    if (e == NULL || e->kind != ERR_UNAVAILABLE || strcmp(e->key, "db.disk_full") != 0)
        return 11;
    setrlimit(RLIMIT_FSIZE, &none); /* room again: the writer goes on */
    if (db_write(db, &a, fixture_bump, &value) != NULL || value != 1)
        return 12;
    if (db_write(db, &a, write_much, &id) != NULL || db_check_file(db, &a) != NULL)
        return 13;
    db_close(db);
    return 0;
}

static void test_a_full_disk(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    str path = fixture_temp_path(&f->arena, "full.db");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(fill_disk(path));
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    unlink(path.ptr);
}

static void test_the_log_is_bounded(void **state)
{
    struct fixture *f = *state;
    struct db *db = NULL;
    struct db_stats stats;
    int applied;
    int64_t value, most = 0;
    str path = fixture_temp_path(&f->arena, "log.db");
    struct db_config config = {.url = path, .wal_max_bytes = 200000, .readers = 1};
    expect_ok(db_open(&f->arena, &config, &db));
    expect_ok(db_migrate(db, &f->arena, sample_migrations, sample_migration_count, DB_MIGRATE_APPLY,
                         1, &applied));
    for (int i = 0; i < 400; i++) {
        expect_ok(db_write(db, &f->arena, fixture_bump, &value));
        db_get_stats(db, &stats);
        most = stats.wal_bytes > most ? stats.wal_bytes : most;
    }
    assert_true(most >= 200000 && most < 300000);
    db_close(db);
    unlink(path.ptr);
}

static void test_backup(void **state)
{
    struct fixture *f = *state;
    struct db *copy = NULL;
    struct item_by_id_row row;
    struct tx *tx;
    int64_t id = 5;
    str path = fixture_temp_path(&f->arena, "copy.db");
    expect_ok(db_write(f->db, &f->arena, fixture_write_item, &id));
    expect_ok(db_backup(f->db, &f->arena, path));
    expect_err(db_backup(f->db, &f->arena, path), ERR_CONFLICT, "db.backup_exists");
    expect_ok(open_at(&f->arena, path, &copy));
    expect_ok(db_read_begin(copy, &f->arena, &tx));
    expect_ok(item_by_id(tx, &f->arena, shop_1, (struct item_id){5}, &row));
    db_read_end(tx);
    expect_ok(db_check_file(copy, &f->arena));
    db_close(copy);
    unlink(path.ptr);
}

struct keeper {
    struct db *db;
    pthread_barrier_t holds, may_end;
};

/* Another thread that has the only connection. */
static void *keep(void *p)
{
    struct keeper *k = p;
    struct arena a;
    struct tx *tx;
    arena_init(&a, MiB(1));
    expect_ok(db_read_begin(k->db, &a, &tx));
    pthread_barrier_wait(&k->holds);
    pthread_barrier_wait(&k->may_end);
    db_read_end(tx);
    arena_done(&a);
    return NULL;
}

static void test_a_caller_does_not_wait_for_ever(void **state)
{
    struct fixture *f = *state;
    struct keeper k = {0};
    struct tx *tx;
    pthread_t thread;
    str path = fixture_temp_path(&f->arena, "one.db");
    expect_ok(open_at(&f->arena, path, &k.db));
    pthread_barrier_init(&k.holds, NULL, 2);
    pthread_barrier_init(&k.may_end, NULL, 2);
    assert_int_equal(pthread_create(&thread, NULL, keep, &k), 0);
    pthread_barrier_wait(&k.holds);
    expect_err(db_read_begin(k.db, &f->arena, &tx), ERR_UNAVAILABLE, "db.busy");
    pthread_barrier_wait(&k.may_end);
    pthread_join(thread, NULL);
    expect_ok(db_read_begin(k.db, &f->arena, &tx));
    db_read_end(tx);
    pthread_barrier_destroy(&k.holds);
    pthread_barrier_destroy(&k.may_end);
    db_close(k.db);
    unlink(path.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(test_many_writers),
        ON_SQLITE(test_commits_are_shared),
        ON_BOTH(test_a_hidden_error_comes_out),
        ON_BOTH(test_a_turn_changes_many_pages),
        ON_BOTH(test_memory_faults_of_a_write),
        ON_BOTH(test_misuse_stops_the_program),
        ON_SQLITE(test_files_are_private_and_bad_places_are_told),
        ON_SQLITE(test_a_full_disk),
        ON_SQLITE(test_the_log_is_bounded),
        ON_SQLITE(test_backup),
        ON_SQLITE(test_a_caller_does_not_wait_for_ever),
    };
    return cmocka_run_group_tests_name("db_write", tests, NULL, NULL);
}
