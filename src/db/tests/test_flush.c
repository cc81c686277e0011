/* What commits wrote into the log and no flush has covered: kept, and written again after a flush
 * that failed. Files are the test's own; what a failing disk does to the whole is tests/crash. */
#include "db_fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "db/db_sqlite.h"

enum { HEAD = SQLITE_LOG_HEAD_BYTES, PIECE = 100 };

struct log {
    struct sqlite_unflushed u;
    str path;
};

/* As the log does it: the bytes are in the file when they are kept. */
static void append(struct log *l, int64_t at, char letter, size_t count)
{
    static char bytes[1024 * 1024];
    memset(bytes, letter, count);
    assert_int_equal(pwrite(l->u.fd, bytes, count, at), count);
    assert_true(sqlite_unflushed_keep(&l->u, bytes, count, at));
}

static void open_log(struct fixture *f, struct log *l)
{
    *l = (struct log){.path = fixture_temp_path(&f->arena, "log")};
    close(open(l->path.ptr, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
    sqlite_unflushed_init(&l->u);
    expect_ok(sqlite_unflushed_open(&l->u, &f->arena, l->path.ptr));
    append(l, 0, 'h', HEAD);
    atomic_store(&l->u.commits, 1);
    assert_true(sqlite_unflushed_flush(&l->u, 1));
    assert_int_equal(l->u.count, 0);
}

static void close_log(struct log *l)
{
    sqlite_unflushed_done(&l->u);
    unlink(l->path.ptr);
}

/* The disk answered with an error, and what was written is gone from it. */
static void lose(struct log *l, int64_t from, size_t count)
{
    char nothing[3 * PIECE] = {0};
    atomic_store(&l->u.is_in_doubt, true);
    assert_int_equal(pwrite(l->u.fd, nothing, count, from), count);
}

static char letter_at(const struct log *l, int64_t at)
{
    char c = 0;
    assert_int_equal(pread(l->u.fd, &c, 1, at), 1);
    return c;
}

static void test_what_was_not_flushed_is_written_again(void **state)
{
    struct log l;
    open_log(*state, &l);
    append(&l, HEAD, 'a', PIECE);
    append(&l, HEAD + PIECE, 'b', PIECE);
    atomic_store(&l.u.commits, 2);
    lose(&l, HEAD, 2 * PIECE);
    assert_false(sqlite_unflushed_flush(&l.u, 2)); /* never simply asked for again */
    assert_true(sqlite_unflushed_mend(&l.u));
    assert_int_equal(letter_at(&l, HEAD), 'a');
    assert_int_equal(letter_at(&l, HEAD + 2 * PIECE - 1), 'b');
    assert_true(sqlite_unflushed_flush(&l.u, 2));
    close_log(&l);
}

static void test_what_came_to_nothing_is_not(void **state)
{
    struct log l;
    open_log(*state, &l);
    append(&l, HEAD, 'a', PIECE);
    append(&l, HEAD + PIECE, 'x', 2 * PIECE); /* spilled, and taken back */
    append(&l, HEAD + PIECE, 'b', PIECE);
    lose(&l, HEAD, 3 * PIECE);
    assert_true(sqlite_unflushed_mend(&l.u));
    assert_int_equal(letter_at(&l, HEAD), 'a');
    assert_int_equal(letter_at(&l, HEAD + PIECE), 'b');
    assert_int_equal(letter_at(&l, HEAD + 2 * PIECE), 0);
    close_log(&l);
}

static void test_another_log_is_left_alone(void **state)
{
    struct log l;
    open_log(*state, &l);
    append(&l, HEAD, 'a', PIECE);
    lose(&l, HEAD, PIECE);
    assert_int_equal(pwrite(l.u.fd, "begun by another", 16, 0), 16);
    assert_true(sqlite_unflushed_mend(&l.u));
    assert_int_equal(letter_at(&l, HEAD), 0);
    close_log(&l);
}

static void test_a_log_begun_anew_is_kept_from_its_head(void **state)
{
    struct log l;
    open_log(*state, &l);
    append(&l, HEAD, 'a', PIECE);
    append(&l, 0, 'i', HEAD);
    append(&l, HEAD, 'b', PIECE);
    lose(&l, HEAD, PIECE);
    assert_true(sqlite_unflushed_mend(&l.u));
    assert_int_equal(letter_at(&l, HEAD), 'b');
    close_log(&l);
}

static void test_what_is_too_much_to_keep_is_flushed(void **state)
{
    struct log l;
    int64_t at = HEAD;
    open_log(*state, &l);
    for (int i = 0; i < 8; i++, at += 1000 * 1000) {
        append(&l, at, 'a', 1000 * 1000);
        assert_true(l.u.count <= 2 * 1024 * 1024);
    }
    atomic_store(&l.u.is_in_doubt, true);
    char more = 'b';
    bool is_kept = true;
    for (int i = 0; i < 3 * 1024 * 1024 && is_kept; i++, at++)
        is_kept = sqlite_unflushed_keep(&l.u, &more, 1, at);
    assert_false(is_kept);
    close_log(&l);
}

static void test_a_flush_covers_what_was_committed_before_it(void **state)
{
    struct log l;
    open_log(*state, &l);
    append(&l, HEAD, 'a', PIECE);
    atomic_store(&l.u.commits, 2);
    append(&l, HEAD + PIECE, 'b', PIECE);
    atomic_store(&l.u.commits, 3);
    assert_true(sqlite_unflushed_flush(&l.u, 2));
    atomic_store(&l.u.is_in_doubt, true); /* so a second one would fail */
    assert_true(sqlite_unflushed_flush(&l.u, 3));
    assert_false(sqlite_unflushed_flush(&l.u, 4));
    close_log(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SQLITE(test_what_was_not_flushed_is_written_again),
        ON_SQLITE(test_what_came_to_nothing_is_not),
        ON_SQLITE(test_another_log_is_left_alone),
        ON_SQLITE(test_a_log_begun_anew_is_kept_from_its_head),
        ON_SQLITE(test_what_is_too_much_to_keep_is_flushed),
        ON_SQLITE(test_a_flush_covers_what_was_committed_before_it),
    };
    return cmocka_run_group_tests_name("db_flush", tests, NULL, NULL);
}
