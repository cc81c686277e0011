/* Files, child processes and QR codes. */
#include "base/tests/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/qr.h"

static char root[64];

static int make_root(void **state)
{
    (void)state;
    snprintf(root, sizeof root, "/tmp/millpond-test-XXXXXX");
    return mkdtemp(root) == NULL;
}

static int remove_root(void **state)
{
    (void)state;
    return rmdir(root); /* fails, and with it the group, if a test left something */
}

static const char *below(const char *name)
{
    str path;
    assert_null(str_fmt(&a, &path, "%s/%s", root, name));
    return path.ptr;
}

static void files_are_replaced_whole(void **state)
{
    (void)state;
    str text;
    struct stat info;
    uint64_t free_bytes;
    assert_int_equal(file_read(&a, below("f"), 100, &text)->kind, ERR_NOT_FOUND);
    assert_null(file_write(&a, below("f"), S("one\0two"), 0600));
    assert_null(file_write(&a, below("f"), S("three"), 0640));
    assert_int_equal(stat(below("f"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_null(file_read(&a, below("f"), 5, &text));
    assert_str_equal(text, "three");
    assert_int_equal(file_read(&a, below("f"), 4, &text)->kind, ERR_LIMIT);
    assert_int_equal(file_read(&a, root, 100, &text)->kind, ERR_INVALID);
    assert_non_null(file_write(&a, below("missing/f"), S("x"), 0600));
    assert_null(file_free_bytes(&a, root, &free_bytes));
    assert_true(free_bytes > 0);
    assert_null(file_remove_tree(&a, root, "f"));
    assert_null(file_remove_tree(&a, root, "f"));
}

static void trees_are_removed_inside_only(void **state)
{
    (void)state;
    str text;
    assert_null(file_make_folder(&a, below("kept"), 0700));
    assert_null(file_write(&a, below("kept/f"), S("x"), 0600));
    assert_null(file_make_folder(&a, below("tree/deep/er"), 0700));
    assert_null(file_make_folder(&a, below("tree/deep/er"), 0700));
    assert_null(file_write(&a, below("tree/deep/f"), S("x"), 0600));
    assert_int_equal(symlink(below("kept"), below("tree/deep/link")), 0);
    assert_int_equal(symlink(below("kept"), below("door")), 0);
    static const char *const bad[] = {"", "..", "../x", "tree/../kept", "/etc", ".", "tree//deep"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(file_remove_tree(&a, root, bad[i])->kind, ERR_BUG);
    assert_non_null(file_remove_tree(&a, root, "door/f"));
    assert_null(file_remove_tree(&a, root, "tree"));
    assert_null(file_remove_tree(&a, root, "door"));
    assert_null(file_read(&a, below("kept/f"), 10, &text));
    assert_null(file_remove_tree(&a, root, "kept/f"));
    assert_non_null(file_make_folder(&a, "/proc/no/such", 0700));
    assert_null(file_remove_tree(&a, root, "kept"));
}

static const struct err *run(const char *script, struct child_options options,
                             struct child_result *ret)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    options.argv = argv;
    options.timeout_ms = options.timeout_ms == 0 ? 20000 : options.timeout_ms;
    options.output_max = options.output_max == 0 ? KiB(256) : options.output_max;
    return child_run(&a, &options, ret);
}

static void children_get_and_give_text(void **state)
{
    (void)state;
    static char much[200000];
    struct child_result r;
    memset(much, 'x', sizeof much);
    assert_null(run("cat; echo oops >&2; exit 3",
                    (struct child_options){.input = {much, sizeof much}}, &r));
    assert_true(r.exit_code == 3 && r.signal == 0 && r.output.len == sizeof much);
    assert_str_equal(r.errors, "oops\n");
    assert_null(run("exit 0", (struct child_options){.input = {much, sizeof much}},
                    &r)); /* does not read it */
    assert_null(run("kill -SEGV $$", (struct child_options){0}, &r));
    assert_true(r.exit_code == -1 && r.signal == SIGSEGV);
    assert_null(run("env | sort | grep -v -e PWD -e SHLVL -e _=; ls /proc/self/fd | wc -l",
                    (struct child_options){0}, &r));
    assert_str_equal(r.output,
                     "LANG=C.UTF-8\nPATH=/usr/bin:/bin\n4\n"); /* 0, 1, 2, and the folder itself */
}

static void children_are_limited(void **state)
{
    (void)state;
    struct child_result r;
    int64_t before_ms = clock_monotonic_ms(&clock_system);
    const struct err *e = run("sleep 1000 & sleep 1000", (struct child_options){.timeout_ms = 100},
                              &r);
    assert_string_equal(e->key, "child.timeout");
    assert_true(clock_monotonic_ms(&clock_system) - before_ms < 500000);
    e = run("yes", (struct child_options){.output_max = 1000}, &r);
    assert_string_equal(e->key, "child.output");
    assert_null(run("while :; do :; done", (struct child_options){.cpu_seconds_max = 1}, &r));
    assert_true(r.signal == SIGXCPU || r.signal == SIGKILL);
    assert_null(run("ulimit -v; ulimit -f",
                    (struct child_options){.memory_max = MiB(100), .file_bytes_max = 512}, &r));
    assert_str_equal(r.output, "102400\n1\n");
    assert_null(run("yes | head -c 100000 >&2", (struct child_options){0}, &r));
    assert_int_equal(r.errors.len, CHILD_ERRORS_MAX);
    const char *const missing[] = {"/no/such/program", NULL};
    struct child_options options = {.argv = missing, .timeout_ms = 1000, .output_max = 10};
    assert_string_equal(child_run(&a, &options, &r)->key, "child.start");
}

static void qr_codes_are_drawn(void **state)
{
    (void)state;
    static char long_text[3000];
    str svg, blocks;
    assert_null(qr_svg(&a, S("https://shop.example/l/abc?pool=instagram"), &svg));
    assert_true(
        str_starts(svg, S("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 37 37\"")));
    assert_true(str_find(svg, S("M4 4h7v1h-7z")) > 0); /* the finder pattern's upper edge */
    assert_true(str_ends(svg, S("z\"/></svg>")));
    assert_null(qr_terminal(&a, S("https://shop.example/l/abc?pool=instagram"), &blocks));
    size_t lines = 0;
    for (str rest = blocks; !str_is_empty(rest); lines++)
        str_cut(&rest, '\n');
    assert_int_equal(lines, 19);
    memset(long_text, 'x', sizeof long_text);
    assert_null(qr_svg(&a, (str){long_text, 2331}, &svg));
    assert_int_equal(qr_svg(&a, (str){long_text, 2332}, &svg)->kind, ERR_LIMIT);
    assert_int_equal(qr_svg(&a, STR_NONE, &svg)->kind, ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_are_replaced_whole),   TEST(trees_are_removed_inside_only),
        TEST(children_get_and_give_text), TEST(children_are_limited),
        TEST(qr_codes_are_drawn),
    };
    return cmocka_run_group_tests_name("file", tests, make_root, remove_root);
}
