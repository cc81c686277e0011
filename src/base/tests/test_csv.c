/* The CSV reader on what people send, in chunks of every size; the writer; both over failing
 * memory. */
#include "base/tests/unit.h"

#include <string.h>

#include "base/csv.h"

/* Gives `step` bytes at a time. */
struct pieces {
    str rest;
    size_t step;
};

static const struct err *read_pieces(void *self, char *bytes, size_t space, size_t *ret_count)
{
    struct pieces *p = self;
    struct csv_memory memory = {str_sub(p->rest, 0, p->step)};
    TRY(csv_read_memory(&memory, bytes, space, ret_count));
    p->rest = str_from(p->rest, *ret_count);
    return NULL;
}

/* All records as "[a|b]" and problems as "<key line:column>", in one text. */
static const struct err *describe(struct arena *arena, str input, size_t step,
                                  const struct csv_limits *limits, str *ret)
{
    struct csv_reader reader;
    struct csv_row row;
    struct strbuf sb;
    struct pieces pieces = {input, step};
    strbuf_init(&sb, arena, 100000);
    TRY(csv_reader_init(&reader, arena, limits, read_pieces, &pieces));
    for (;;) {
        TRY(csv_read(&reader, &row));
        if (row.kind == CSV_END)
            return strbuf_finish(&sb, ret);
        if (row.kind == CSV_BAD) {
            strbuf_addf(&sb, "<%s %lld:%lld>", csv_problem_key(row.problem) + 4,
                        (long long)row.problem_line, (long long)row.problem_column);
            continue;
        }
        strbuf_addf(&sb, "%lld[", (long long)row.line);
        for (size_t i = 0; i < row.count; i++) {
            strbuf_add(&sb, i == 0 ? S("") : S("|"));
            strbuf_add(&sb, row.cells[i]);
        }
        strbuf_add_char(&sb, ']');
    }
}

static void reads_what_people_send(void **state)
{
    (void)state;
    static const struct {
        str input;
        const char *expected;
    } cases[] = {
        {STR_INIT(""), ""},
        {STR_INIT("\xef\xbb\xbf"), ""},
        {STR_INIT("a,b\nc,d"), "1[a|b]2[c|d]"},
        {STR_INIT("\xef\xbb\xbf\"a,1\",b\r\nc,\r\n"), "1[a,1|b]2[c|]"},
        {STR_INIT("\n\n,\n\"\"\n\n"), "3[|]4[]"},
        {STR_INIT("a\rb\rc"), "1[a]2[b]3[c]"},
        {STR_INIT("a\r\n\r\nb"), "1[a]3[b]"},
        {STR_INIT("\"two\nlines \"\"q\"\"\",x\r\ny"), "1[two\nlines \"q\"|x]3[y]"},
        {STR_INIT("\"a\r\nb\"\nc"), "1[a\r\nb]3[c]"},
        {STR_INIT("5\" pipe,it\"s"), "1[5\" pipe|it\"s]"},
        {STR_INIT(" a , b "), "1[ a | b ]"},
        {STR_INIT("a\n\"b\"c,d\ne"), "1[a]<after_quote 2:4>3[e]"},
        {STR_INIT("茶,\"b\" x\ne"), "<after_quote 1:6>2[e]"},
        {STR_INIT("a\nb,\"open\nc"), "1[a]<unclosed_quote 2:3>"},
        {STR_INIT("a\0b\nc"), "<control 1:2>2[c]"},
        {STR_INIT("ok\nx,\xb2\xe8\nc"), "1[ok]<not_utf8 2:3>3[c]"},
        {STR_INIT("\xef\xbb\x99x"), "1[\xef\xbb\x99x]"},
        {STR_INIT("\xef"), "<not_utf8 1:1>"},
        {STR_INIT("\xef\xbc\x81"), "1[\xef\xbc\x81]"},
        {STR_INIT("\""), "<unclosed_quote 1:1>"},
        {STR_INIT("\"a\""), "1[a]"},
    };
    str text;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (size_t step = 1; step < 20; step++) {
            assert_null(describe(&a, cases[i].input, step, &csv_limits_default, &text));
            assert_string_equal(text.ptr, cases[i].expected);
        }
    }
}

static void keeps_its_limits(void **state)
{
    (void)state;
    struct csv_limits limits = {.line_bytes_max = 8, .cells_max = 3, .separator = ';'};
    str text;
    assert_null(describe(&a, S("12345678\n123456789\nx"), 3, &limits, &text));
    assert_string_equal(text.ptr, "1[12345678]<too_long 2:9>3[x]");
    assert_null(describe(&a, S("a;b;c\na;b;c;d;e\nx,y"), 3, &limits, &text));
    assert_string_equal(text.ptr, "1[a|b|c]<too_many_cells 2:8>3[x,y]");
    assert_null(describe(&a, S("\"1234\n56789\nx\ny"), 3, &limits, &text));
    assert_string_equal(text.ptr, "<too_long 2:4>3[x]4[y]");
}

/* Rows without end: proves that memory depends on the limits and not on the length. */
static const struct err *read_endless(void *self, char *bytes, size_t space, size_t *ret_count)
{
    int *left = self;
    static const char line[] = "Handle,\"Title, with \"\"quotes\"\"\",12.50\r\n";
    size_t count = 0;
    while (*left > 0 && space - count >= sizeof line - 1) {
        memcpy(bytes + count, line, sizeof line - 1);
        count += sizeof line - 1;
        --*left;
    }
    *ret_count = count;
    return NULL;
}

static void memory_does_not_grow_with_the_file(void **state)
{
    (void)state;
    struct csv_reader reader;
    struct csv_row row;
    int left = 200000, rows = 0;
    assert_null(csv_reader_init(&reader, &a, &csv_limits_default, read_endless, &left));
    assert_null(csv_read(&reader, &row));
    size_t used = a.used_bytes;
    for (; row.kind == CSV_ROW; rows++)
        assert_null(csv_read(&reader, &row));
    assert_int_equal(rows, 200000);
    assert_int_equal(row.line, 200001);
    assert_int_equal(a.used_bytes, used);
}

static void writes_what_spreadsheets_do_not_run(void **state)
{
    (void)state;
    struct strbuf sb;
    struct csv_writer w;
    struct money price = {.minor = -5};
    str text;
    assert_null(currency_parse(&a, S("EUR"), &price.currency));
    strbuf_init(&sb, &a, 10000);
    csv_writer_init(&w, &sb);
    static const char *const texts[] = {"plain", "a,b",      "say \"hi\"", "two\nlines", "",
                                        "=1+1",  "+49 30",   "-x",         "@cmd",       "\tx",
                                        "\rx",   "=\"a\",1", " pad",       "1-2"};
    for (size_t i = 0; i < COUNT(texts); i++)
        csv_write_str(&w, str_c(texts[i]));
    csv_write_row_end(&w);
    csv_write_str(&w, STR_NONE);
    csv_write_int(&w, -7);
    csv_write_money(&w, price);
    csv_write_row_end(&w);
    assert_null(strbuf_finish(&sb, &text));
    assert_string_equal(text.ptr, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,'=1+1,'+49 "
                                  "30,'-x,'@cmd,\"'\tx\",\"'\rx\","
                                  "\"'=\"\"a\"\",1\",\" pad\",1-2\r\n,-7,-0.05\r\n");
    assert_null(describe(&a, text, 7, &csv_limits_default, &text));
    assert_string_equal(
        text.ptr,
        "1[plain|a,b|say \"hi\"|two\nlines||'=1+1|'+49 30|'-x|'@cmd|'\tx|'\rx|'=\"a\",1| pad|"
        "1-2]4[|-7|-0.05]");
}

static void guards_formulas_and_takes_the_guard_off(void **state)
{
    static const char *const formulas[] = {"=1", "+1", "-1", "@a", "\t=1", "\n1", " =1",
                                           "＝1", "＋1", "－1", "＠a", " ＠a"};
    static const char *const plain[] = {"", " ", "1=1", "'=1", "a", "’=1"};
    (void)state;
    for (size_t i = 0; i < COUNT(formulas); i++) {
        struct strbuf sb;
        struct csv_writer w;
        str text;
        strbuf_init(&sb, &a, KiB(1));
        csv_writer_init(&w, &sb);
        csv_write_str(&w, str_c(formulas[i]));
        assert_null(strbuf_finish(&sb, &text));
        text = str_starts(text, S("\"")) ? str_sub(text, 1, text.len - 2) : text;
        assert_true(str_starts(text, S("'")));
        assert_true(str_eq(csv_unguard(text), str_c(formulas[i])));
    }
    for (size_t i = 0; i < COUNT(plain); i++)
        assert_true(str_eq(csv_unguard(str_c(plain[i])), i == 3 ? S("=1") : str_c(plain[i])));
}

static const struct err *read_all(struct arena *arena)
{
    str text;
    static char many_cells[300];
    memset(many_cells, ',', sizeof many_cells);
    TRY(describe(arena, (str){many_cells, sizeof many_cells}, 64, &csv_limits_default, &text));
    return describe(arena, S("a,b\n\"c\nd\",e\nf,\"g\"h\n"), 5, &csv_limits_default, &text);
}

static const struct err *write_some(struct arena *arena)
{
    struct strbuf sb;
    struct csv_writer w;
    struct money price = {.minor = 5};
    str text;
    TRY(currency_parse(arena, S("EUR"), &price.currency));
    strbuf_init(&sb, arena, 10000);
    csv_writer_init(&w, &sb);
    for (int i = 0; i < 50; i++) {
        csv_write_str(&w, S("a,b"));
        csv_write_money(&w, price);
        csv_write_row_end(&w);
    }
    return strbuf_finish(&sb, &text);
}

static const struct err *fail_to_read(void *self, char *bytes, size_t space, size_t *ret_count)
{
    (void)bytes;
    (void)space;
    *ret_count = 0;
    return ERR((struct arena *)self, ERR_UNAVAILABLE, "error.unavailable", "disk");
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct csv_reader reader;
    struct csv_row row;
    unit_fault_loop(read_all);
    unit_fault_loop(write_some);
    assert_null(csv_reader_init(&reader, &a, &csv_limits_default, fail_to_read, &a));
    assert_int_equal(csv_read(&reader, &row)->kind, ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_what_people_send),
        TEST(keeps_its_limits),
        TEST(memory_does_not_grow_with_the_file),
        TEST(writes_what_spreadsheets_do_not_run),
        TEST(guards_formulas_and_takes_the_guard_off),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
