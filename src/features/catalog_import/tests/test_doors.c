/* Files of any kind: what their columns are, in which letters they are written, and those that mean
 * harm. */
#include <stdlib.h>
#include <string.h>

#include "catalog_import/import_mapping.h"
#include "catalog_import/tests/import_fixture.h"

/* ---- what the columns are ---- */

enum { COLUMNS = 8 };

static const struct {
    const char *head[COLUMNS], *row[COLUMNS], *fields[COLUMNS];
} guesses[] = {
    {{"Product Name", "Unit Price", "Qty", "SKU", "Image URL", "Long description"},
     {"Cup", "9.50", "3", "C-1", "https://x.test/a.jpg", "<p>Blue</p>"},
     {"title", "price", "stock", "sku", "image", "body"}},
    {{"Artikelnummer", "Bezeichnung", "VK-Preis", "Lagerbestand", "EAN", "Warengruppe", "Farbe",
      "Lagerort"},
     {"A1", "Tasse", "9,50", "4", "4006381333931", "Haus", "Blau", "R7"},
     {"sku", "title", "price", "stock", "barcode", "type", "option2", ""}},
    {{"R\xc3\xa9"
      "f\xc3\xa9rence",
      "D\xc3\xa9signation", "Prix de vente", "Prix barr\xc3\xa9", "Quantit\xc3\xa9", "Marque",
      "Taille"},
     {"R1", "Tasse", "9,50 \xe2\x82\xac", "12,00 \xe2\x82\xac", "4", "Reef", "M"},
     {"sku", "title", "price", "compare_at", "stock", "vendor", "option1"}},
    {{"\xe5\x95\x86\xe5\x93\x81\xe5\x90\x8d\xe7\xa7\xb0*",
      "\xe9\x94\x80\xe5\x94\xae\xe4\xbb\xb7\xef\xbc\x88\xe5\x85\x83\xef\xbc\x89",
      "\xe5\xba\x93\xe5\xad\x98", "\xe8\xb4\xa7\xe5\x8f\xb7", "\xe4\xb8\xbb\xe5\x9b\xbe",
      "\xe5\xa4\x87\xe6\xb3\xa8"},
     {"\xe8\x8c\xb6\xe5\xa3\xb6",
      "\xef\xbf\xa5"
      "99.00",
      "4", "A1", "https://x.test/a.png", "\xe6\x97\xa0"},
     {"title", "price", "stock", "sku", "image", ""}},
    {{"\xd0\x9d\xd0\xb0\xd0\xb8\xd0\xbc"
      "\xd0\xb5\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xb0\xd0\xbd\xd0\xb8\xd0\xb5",
      "\xd0\xa6\xd0\xb5\xd0\xbd\xd0\xb0",
      "\xd0\x90\xd1\x80\xd1\x82\xd0\xb8\xd0\xba\xd1\x83\xd0\xbb",
      "\xd0\x9e\xd1\x81\xd1\x82\xd0\xb0\xd1\x82\xd0\xbe\xd0\xba"},
     {"\xd0\xa7\xd0\xb0\xd1\x88\xd0\xba\xd0\xb0", "100", "A1", "3"},
     {"title", "price", "sku", "stock"}},
    {{"\xe5\x95\x86\xe5\x93\x81\xe5\x90\x8d", "\xe4\xbe\xa1\xe6\xa0\xbc",
      "\xe5\x9c\xa8\xe5\xba\xab\xe6\x95\xb0", "\xe3\x82\xab\xe3\x83\xa9\xe3\x83\xbc"},
     {"\xe6\xb9\xaf\xe5\x91\x91", "1200", "3", "\xe9\x9d\x92"},
     {"title", "price", "stock", "option2"}},
    /* By the values, where the name tells nothing. */
    {{"A", "Price list link", "Text", "Code 2"},
     {"Cup", "https://x.test/a.jpg", "<p>A very blue cup</p>", "4006381333931"},
     {"", "image", "body", "barcode"}},
};

static void columns_are_guessed_in_many_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(guesses); i++) {
        struct arena arena;
        str head[COLUMNS], row[COLUMNS];
        struct mapping m;
        struct mapping_sample s = {.head = head, .row_count = 1};
        const str *rows[] = {row};
        s.rows = rows;
        arena_init(&arena, MiB(4));
        for (; s.column_count < COLUMNS && guesses[i].head[s.column_count] != NULL;
             s.column_count++) {
            head[s.column_count] = str_c(guesses[i].head[s.column_count]);
            row[s.column_count] = str_c(guesses[i].row[s.column_count]);
        }
        assert_null(mapping_guess(&arena, &s, &m));
        for (size_t c = 0; c < s.column_count; c++) {
            const char *got = m.fields[c] < 0 ? "" : mapping_fields[m.fields[c]].key;
            if (strcmp(got, guesses[i].fields[c]) != 0)
                print_message("%zu %s: %s\n", i, guesses[i].head[c], got);
            assert_string_equal(got, guesses[i].fields[c]);
        }
        arena_done(&arena);
    }
}

static void amounts_of_any_country_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *amount;
        bool has_comma, is_other;
    } cases[] = {{"1.234,50 \xe2\x82\xac", "1234.50", false, false},
                 {"1,234.50", "1234.50", false, false},
                 {"12,50", "12.50", false, false},
                 {"1,234", "1234", false, false},
                 {"1,234", "1.234", true, false},
                 {"EUR 9", "9", false, false},
                 {"9.99 USD", "9.99", false, true},
                 {"1'234.50 CHF", "1234.50", false, true},
                 {"\xc2\xa5 1 200", "1200", false, false},
                 {"-5", "-5", false, false},
                 {"free", "free", false, false},
                 {"1.234.567", "1234567", false, false},
                 {".5", ".5", false, false},
                 {"9.-", "9.", false, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        str amount;
        bool is_other;
        arena_init(&arena, MiB(1));
        assert_null(import_value_amount(&arena, str_c(cases[i].text), (struct currency){"EUR"},
                                        cases[i].has_comma, &amount, &is_other));
        if (!str_eq(amount, str_c(cases[i].amount)))
            print_message("%s: %.*s\n", cases[i].text, STR_ARG(amount));
        assert_true(str_eq(amount, str_c(cases[i].amount)));
        assert_int_equal(is_other, cases[i].is_other);
        arena_done(&arena);
    }
}

/* ---- in which letters ---- */

static const str gbk = STR_INIT(
    "\xc9\xcc\xc6\xb7\xc3\xfb\xb3\xc6,\xca\xdb\xbc\xdb,\xbf\xe2\xb4\xe6\xca\xfd\xc1\xbf,"
    "\xbb\xf5\xba\xc5,\xd1\xd5\xc9\xab,\xc9\xcc\xc6\xb7\xc3\xe8\xca\xf6\n"
    "\xd7\xcf\xc9\xb0\xb2\xe8\xba\xf8,128.50,3,HU-1,\xba\xec,\xca\xd6\xb9\xa4\xd6\xc6\xd7"
    "\xf7\xb5\xc4\xb2\xe8\xba\xf8\xa3\xac\xca\xca\xba\xcf\xcb\xc4\xc8\xcb\xd2\xfb\xb2\xe8\n"
    "\xd7\xcf\xc9\xb0\xb2\xe8\xba\xf8,138.50,0,HU-2,\xc2\xcc,\n"
    "\xc7\xe0\xbb\xa8\xb4\xc9\xb1\xad,28,12,BEI-1,,\xbe\xb0\xb5\xc2\xd5\xf2\xc7\xe0\xbb\xa8"
    "\xb4\xc9\n");
static const str utf16 = STR_INIT(
    "\xff\xfe"
    "FU\xc1T\x0dT\xf0y,\x00.U\xf7N,\x00\x93^X[pe\xcf\x91,\x00'\x8d\xf7S,\x00\x9c\x98r\x82,\x00"
    "FU\xc1T\xcf"
    "c\xf0\x8f\n\x00+}\x02x6\x83\xf6X,\x00"
    "1\x00"
    "2\x00"
    "8\x00.\x00"
    "5\x00"
    "0\x00,\x00"
    "3\x00,\x00H\x00U\x00-\x00"
    "1\x00,\x00\xa2~,\x00Kb\xe5]6R\x5cO\x84v6\x83\xf6X\x0c\xff\x02\x90\x08T\xdbV\xbaNn\x99"
    "6\x83\n\x00+}\x02x6\x83\xf6X,\x00"
    "1\x00"
    "3\x00"
    "8\x00.\x00"
    "5\x00"
    "0\x00,\x00"
    "0\x00,\x00H\x00U\x00-\x00"
    "2\x00,\x00\xff~,\x00\n\x00R\x97\xb1\x82\xf7tog,\x00"
    "2\x00"
    "8\x00,\x00"
    "1\x00"
    "2\x00,\x00"
    "B\x00"
    "E\x00I\x00-\x00"
    "1\x00,\x00,\x00of\xb7_G\x95R\x97\xb1\x82\xf7t\n\x00");
static const str windows =
    STR_INIT("Artikelnummer;Bezeichnung;Beschreibung;Verkaufspreis;Bestand;Gewicht (kg);Gr\xf6\xdf"
             "e\nK-1;K\xe4nnchen;Wei\xdf;1.234,50;3;1,5;S\nK-2;K\xe4nnchen;;19,90;0;0,25;M\n");

static struct import_row_row take(struct fixture *f, str bytes, const struct err **ret_wrong)
{
    const char *path = fixture_write(f, "any.csv", bytes);
    return fixture_take(f, &path, 1, false, ret_wrong);
}

static void any_table_comes_in_by_its_columns(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    assert_counts(take(&f, gbk, NULL), 2, 0, 0, 0);
    struct product pot = fixture_product(&f, "zi-sha-cha-hu");
    assert_int_equal(pot.variant_count, 2);
    assert_str_equal(pot.option_names[0], "\xe9\xa2\x9c\xe8\x89\xb2");
    assert_int_equal(pot.variants[0].price.minor, 12850);
    assert_int_equal(fixture_on_hand(&f, pot.variants[0].id), 3);
    assert_counts(take(&f, utf16, NULL), 0, 0, 2, 0);
    fixture_new_shop(&f);
    assert_counts(take(&f, windows, NULL), 1, 0, 0, 0);
    struct product jug = fixture_product(&f, "kannchen");
    assert_str_equal(jug.title, "K\xc3\xa4nnchen");
    assert_int_equal(jug.variants[0].price.minor, 123450);
    assert_int_equal(jug.variants[0].weight_g, 1500);
    assert_int_equal(jug.variants[1].price.minor, 1990);
    assert_counts(take(&f, windows, NULL), 0, 0, 1, 0);
    testing_close(&f.t);
}

/* ---- those that mean harm ---- */

static str repeated(struct fixture *f, const char *before, const char *part, size_t times,
                    const char *after)
{
    struct strbuf sb;
    str text;
    strbuf_init(&sb, &f->t.arena, MiB(12));
    strbuf_add(&sb, str_c(before));
    for (size_t i = 0; i < times; i++)
        strbuf_add(&sb, str_c(part));
    strbuf_add(&sb, str_c(after));
    testing_must(strbuf_finish(&sb, &text));
    return text;
}

static void what_means_harm_is_answered_in_words(enum db_engine engine)
{
    struct fixture f;
    const struct err *wrong;
    fixture_open(&f, engine);
    /* A cell of 10 MB costs its line. */
    struct import_row_row row =
        take(&f,
             repeated(&f, "slug,sku,name,price,currency,status\ncup,C,\"", "xxxxxxxxxx",
                      1024 * 1024, "\",9,EUR,active\nmug,M,Mug,9,EUR,active\n"),
             NULL);
    assert_int_equal(row.created_count, 1);
    assert_int_equal(row.problem_count, 1);
    take(&f, repeated(&f, "name", ",x", 100000, "\ncup,1\n"), &wrong);
    assert_non_null(wrong);
    assert_string_equal(wrong->key, "import.too_many_columns");
    take(&f, S("\x7f" "ELF\x02\x01\x01\0\0\0"), &wrong);
    assert_string_equal(wrong->key, "import.not_csv");
    take(&f, S("\xde\xad\xbe\xef\0\0\1\2\n\xff\0\xfe"), &wrong);
    assert_non_null(wrong);
    take(&f, S("a,b\n1,2\n"), &wrong);
    assert_string_equal(wrong->key, "import.map_title");
    take(&f, S("#line,#problem,Handle,Title\n1,error.bug\t\tx,cup,Cup\n"), &wrong);
    assert_null(wrong);
    /* What a spreadsheet would run is guarded on its way out, and comes back as it was. */
    assert_counts(take(&f, S("name,price,sku\n\"=cmd|' /C calc'!A0\",9,@SUM(1)\n+1,9,-2\n"), NULL),
                  2, 0, 0, 0);
    str out = fixture_export(&f);
    assert_true(str_find(out, S("'=cmd|' /C calc'!A0")) >= 0);
    assert_true(str_find(out, S(",=")) < 0 && str_find(out, S(",\"=")) < 0 &&
                str_find(out, S(",@")) < 0);
    assert_counts(fixture_import(&f, out, false), 0, 0, 3, 0);
    testing_close(&f.t);
}

static void files_that_do_not_belong_together_are_refused(enum db_engine engine)
{
    struct fixture f;
    const struct err *wrong;
    fixture_open(&f, engine);
    const char *paths[] = {
        fixture_write(&f, "one.csv", S("goods_id,specification,value\n1,a,b\n")),
        fixture_write(&f, "two.csv",
                      S("slug,sku,name,price,currency,status\nmug,M,Mug,9,EUR,active\n"))};
    fixture_take(&f, paths, 1, true, &wrong);
    assert_string_equal(wrong->key, "import.companion");
    fixture_take(&f, paths, 2, true, &wrong);
    assert_string_equal(wrong->key, "import.mixed_files");
    testing_close(&f.t);
}

ON_BOTH(any_table_comes_in_by_its_columns)
ON_BOTH(what_means_harm_is_answered_in_words)
ON_BOTH(files_that_do_not_belong_together_are_refused)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(columns_are_guessed_in_many_languages), TEST(amounts_of_any_country_are_read),
        BOTH(any_table_comes_in_by_its_columns), BOTH(what_means_harm_is_answered_in_words),
        BOTH(files_that_do_not_belong_together_are_refused),
    };
    return cmocka_run_group_tests_name("doors", tests, NULL, NULL);
}
