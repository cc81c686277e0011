/* Files that are no tables, and tables with lines that are none. */
#include <string.h>

#include "trade/tests/trade_fixture.h"

static str repeated(struct fixture *f, const char *head, const char *part, size_t count,
                    const char *tail)
{
    struct strbuf sb;
    str text;
    strbuf_init(&sb, &f->t.arena, MiB(24));
    strbuf_addf(&sb, "%s", head);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&sb, "%s", part);
    strbuf_addf(&sb, "%s", tail);
    testing_must(strbuf_finish(&sb, &text));
    return text;
}

static void what_is_no_table_is_refused_in_words(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    const struct {
        const char *name;
        str bytes;
        const char *key;
    } files[] = {
        {"empty", S(""), "trade.empty"},
        {"blanks", S(" \r\n \n"), "trade.empty"},
        {"a mark alone", S("\xef\xbb\xbf"), "trade.empty"},
        {"zip or xlsx", S("PK\x03\x04\x14\0\x06\0x,y,z\n1,2,3\n"), "trade.spreadsheet"},
        {"xls", S("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "trade.spreadsheet"},
        {"html", S("<html><table><tr><td>Date</td><td>a,b,c</td></tr></table>\n"),
         "trade.not_a_table"},
        {"json", S("{\"date\": 1, \"hs\": 2,\n\"x\": 3, \"y\": 4}\n"), "trade.not_a_table"},
        {"a program", S("\0asm\x01\0\0\0\x01,\x02,\x03\n\xff\xfe\0\0,,,,\n"), "trade.not_a_table"},
        {"one line", S(FIXTURE_HEAD), "trade.empty"},
        {"one column", S("Date\n2025-01-01\n2025-01-02\n"), "trade.no_columns"},
        {"prose", S("We shipped it\nlast week\n"), "trade.no_columns"},
        {"a line of 10 MB", repeated(&f, "", "abcdefghij", MiB(1), "\n"), "trade.no_columns"},
        {"5000 columns", repeated(&f, "Date", ",Importer", 5000, "\n1,2,3\n"),
         "trade.too_many_columns"},
        {"a quote that never ends", S("\"Date,Importer\n1,2\n3,4\n"),
         "trade.no_columns"},
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        print_message("%s\n", files[i].name);
        const struct err *e = fixture_take(&f, "x.csv", files[i].bytes);
        assert_non_null(e);
        assert_string_equal(e->key, files[i].key);
    }
    testing_close(&f.t);
}

static void bad_lines_are_left_out_and_named(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    str bytes = repeated(
        &f, FIXTURE_HEAD "2025-01-02,Café Crème,Hill Works,690721,Cup,CHINA,1\n"
                 "2025-01-03,=HYPERLINK(\"x\"),+1+1,690721,@SUM(A1),CHINA,1\n" /* as it stands */
                 "2025-01-04,\"Lake\" Shop,Hill Works,690721,Cup,CHINA,1\n"
                 "2025-01-05,Lake \xff\xfe Shop,Hill Works,690721,Cup,CHINA,1\n"
                 "2025-01-06,Lake Shop,Hill Works,690721,Cup,CHINA,99999999999999999999999\n"
                 "2025-01-07,Lake Shop,Hill Works,690721,\"Cup\nof two lines\",CHINA,1\n"
                 "2025-01-08,",
        "long ", 60000, ",Hill Works,690721,Cup,CHINA,1\n2025-01-09,Lake Shop,\"never closed\n");
    fixture_take_in(&f, "bad-import.csv", bytes);
    assert_int_equal(fixture_row(&f).bad_count, 4);
    assert_int_equal(fixture_count_all(&f, ""), 4);
    struct trade_found found = fixture_find(&f, (struct trade_query){.words = S("hyperlink")});
    assert_int_equal(found.count, 1);
    assert_true(str_eq(found.records[0].product, S("@SUM(A1)")));
    found = fixture_find(&f, (struct trade_query){.day_from = 20250106, .day_to = 20250106});
    assert_int_equal(found.count, 1);
    assert_false(found.records[0].has_quantity);
    testing_close(&f.t);
}

static void a_nul_byte_costs_its_line_alone(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    str file = fixture_lines(&f, "Anna", 3000), bytes;
    testing_must(str_dup(&f.t.arena, file, &bytes));
    memcpy(memmem(bytes.ptr, bytes.len, "Anna", 4), "A\0na", 4);
    memcpy(memmem(bytes.ptr + KiB(100), bytes.len - KiB(100), "Tile", 4), "T\0le", 4);
    fixture_take_in(&f, "nul-import.csv", bytes);
    assert_int_equal(fixture_row(&f).bad_count, 2);
    assert_int_equal(fixture_count_all(&f, ""), 2998);
    testing_close(&f.t);
}

/* A single letter that is not UTF-8 costs its line, not the letters of all others. */
static void one_strange_letter_does_not_spoil_the_others(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    fixture_take_in(&f, "mixed-import.csv",
                    S(FIXTURE_HEAD
                      "2025-01-02,Café du Lac,Hill Works,690721,Tasse bleue à thé,CHINA,1\n"
                      "2025-01-03,Caf\xe9 du Port,Hill Works,690721,Tasse,CHINA,1\n"
                      "2025-01-04,Crêperie,Hill Works,690721,Bol,CHINA,1\n"));
    assert_int_equal(fixture_row(&f).bad_count, 1);
    assert_int_equal(fixture_find(&f, (struct trade_query){.words = S("café lac")}).count, 1);
    assert_true(str_eq(
        fixture_find(&f, (struct trade_query){.words = S("lac")}).records[0].importer.name,
        S("Café du Lac")));
    testing_close(&f.t);
}

/* The most columns and the longest cells that are let in: looked at within the memory of a request.
 */
static void the_widest_file_fits(void **state)
{
    struct fixture f;
    struct strbuf sb;
    str text;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    strbuf_init(&sb, &f.t.arena, MiB(64));
    strbuf_addf(&sb, "Date,Importer,HS code");
    for (int i = 3; i < TRADE_COLUMNS_MAX; i++)
        strbuf_addf(&sb, ",Column %0190d", i);
    strbuf_add_char(&sb, '\n');
    for (int r = 0; r < TRADE_SAMPLE_ROWS; r++) {
        strbuf_addf(&sb, "2025-01-02,Lake Shop,690721");
        for (int i = 3; i < TRADE_COLUMNS_MAX; i++)
            strbuf_addf(&sb, ",x%0900d", i);
        strbuf_add_char(&sb, '\n');
    }
    testing_must(strbuf_finish(&sb, &text));
    struct arena kept = f.t.arena, small;
    arena_init(&small, MiB(24));
    f.t.arena = small;
    const struct err *e = fixture_take(&f, "wide.csv", text);
    assert_null(e);
    struct trade_source source;
    testing_must(trade_import_source(f.t.platform, &f.t.arena, f.import, &source));
    trade_source_close(&source);
    arena_done(&f.t.arena);
    f.t.arena = kept;
    testing_close(&f.t);
}

ON_BOTH(bad_lines_are_left_out_and_named)
ON_BOTH(a_nul_byte_costs_its_line_alone)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_table_is_refused_in_words),
        BOTH(bad_lines_are_left_out_and_named),
        BOTH(a_nul_byte_costs_its_line_alone),
        TEST(one_strange_letter_does_not_spoil_the_others),
        TEST(the_widest_file_fits),
    };
    return cmocka_run_group_tests_name("trade's hostile files", tests, NULL, NULL);
}
