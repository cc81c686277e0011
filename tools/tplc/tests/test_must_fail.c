/* Every template of must_fail/ is refused, with the message its first comment names and a line. */
#include "base/tests/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "tools/tplc/tplc.h"

#define FOLDER "tools/tplc/tests/must_fail" /* tests run in the root of the tree */

static void assert_refused(const char *path, const struct text_table *texts)
{
    static struct tplc p;
    str source;
    tplc_init(&p, &a, texts);
    assert_null(textfile_read(&a, path, MiB(1), &source));
    str comment = str_from(source, 2);
    str message = str_trim(str_sub(comment, 0, (size_t)str_find(comment, S("#}"))));
    p.file = path;
    p.src = source;
    const struct err *e = tplc_file(&p);
    if (e == NULL)
        fail_msg("%s was accepted", path);
    if (str_find(e->detail, message) < 0 || !str_starts(e->detail, str_c(path)))
        fail_msg("%s: expected \"%.*s\", got: %.*s", path, STR_ARG(message), STR_ARG(e->detail));
    assert_int_equal(e->detail.ptr[strlen(path)], ':');
}

static void bad_templates_are_refused(void **state)
{
    (void)state;
    struct text_table texts = {0};
    struct arena kept;
    str content;
    int count = 0;
    arena_init(&kept, MiB(1));
    assert_null(textfile_read(&kept, "tools/tplc/tests/pages/texts/en.txt", KiB(64), &content));
    assert_null(textfile_parse(&kept, "en.txt", content, &texts));
    assert_null(text_table_sort(&kept, &texts));
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[512];
        if (!str_ends(str_c(entry->d_name), S(".html")))
            continue;
        snprintf(path, sizeof path, FOLDER "/%s", entry->d_name);
        arena_reset(&a);
        assert_refused(path, &texts);
        count++;
    }
    closedir(folder);
    arena_done(&kept);
    assert_true(count >= 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(bad_templates_are_refused)};
    return cmocka_run_group_tests_name("must_fail", tests, NULL, NULL);
}
