/* Catalogue files: what is read, and what is refused with file and line. */
#include "base/tests/unit.h"

#include "tools/textgen/check.h"

static const struct err *parse(const char *content, struct text_table *ret)
{
    *ret = (struct text_table){0};
    TRY(textfile_parse(&a, "x.txt", str_c(content), ret));
    return text_table_sort(&a, ret);
}

static void files_are_read(void **state)
{
    (void)state;
    struct text_table table;
    assert_null(parse("\xef\xbb\xbf# c\r\n b.two = {1} \\n {0} = \\\\ \r\n\na.one=x \\\n   y\\\n z",
                      &table));
    assert_int_equal(table.count, 2);
    assert_str_equal(table.items[0].key, "a.one");
    assert_str_equal(table.items[0].text, "x yz");
    assert_str_equal(table.items[1].text, "{1} \n {0} = \\");
    assert_int_equal(table.items[1].placeholders, 3);
    assert_int_equal(table.items[1].line, 2);
    assert_true(text_table_find(&table, S("b.two")) == &table.items[1]);
    assert_null(text_table_find(&table, S("b")));
}

static void bad_files_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *content, *detail; } cases[] = {
        {"a = x\nb", "x.txt:2: expected: key = text"},
        {"A = x", "x.txt:1: expected: key = text"},
        {".a = x", "x.txt:1: expected: key = text"},
        {"a =", "x.txt:1: the text of a is empty"},
        {"a = {3}", "x.txt:1: placeholders are {0}, {1} and {2}"},
        {"a = {x", "x.txt:1: placeholders are"},
        {"a = x}", "x.txt:1: a stray '}'"},
        {"a = \\t", "x.txt:1: only \\n and \\\\ are escapes"},
        {"a = x\\", "x.txt:1: the file ends after a backslash"},
        {"a = x\nc = y\na = z", "x.txt:3: a stands also at x.txt:1"},
    };
    struct text_table table;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct err *e = parse(cases[i].content, &table);
        assert_non_null(e);
        if (!str_starts(e->detail, str_c(cases[i].detail)))
            fail_msg("%s gave %.*s", cases[i].content, STR_ARG(e->detail));
    }
}

static void languages_must_agree(void **state)
{
    (void)state;
    static const struct { const char *en, *zh, *complaint;
    } cases[] = {
        {"a = x {0}\ns.one = 1 {1}\ns.other = {0} {1}", "a = {0} y\ns.other = {0}{1}", NULL},
        {"a = x", "", "x.txt:1: a is missing in zh.txt\n"},
        {"", "a = x", "x.txt:1: a is missing in en.txt\n"},
        {"a = {0}", "a = {1}", "x.txt:1: a has other placeholders than in en.txt\n"},
        {"s.other = x", "s.other = x", "x.txt:1: s.other has no .one beside it\n"},
        {"s.one = x\ns.other = x", "s.one = x\ns.other = x",
         "x.txt:1: s.one is never used: Chinese has only .other\n"},
        {"s.one = {1}\ns.other = {0}", "s.other = {0}",
         "x.txt:1: s.one has placeholders that .other in zh.txt lacks\n"},
        {"a = your", "a = 您的", "x.txt:1: a says 您 where all others say 你\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text_table en, zh;
        struct strbuf out;
        strbuf_init(&out, &a, KiB(4));
        assert_null(parse(cases[i].en, &en));
        assert_null(parse(cases[i].zh, &zh));
        int complaints = check_languages(&en, &zh, &out);
        assert_int_equal(complaints > 0, cases[i].complaint != NULL);
        if (cases[i].complaint != NULL && !str_eq(strbuf_view(&out), str_c(cases[i].complaint)))
            fail_msg("got %.*s", STR_ARG(strbuf_view(&out)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_are_read),
        TEST(bad_files_are_refused_with_their_line),
        TEST(languages_must_agree),
    };
    return cmocka_run_group_tests_name("textgen", tests, NULL, NULL);
}
