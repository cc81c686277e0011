/* The reader of Shopify's CSV: what groups come out of which bytes, and what is said about the
 * others. */
#include "base/tests/unit.h"
#include "catalog_import/shopify.h"

#define HEAD                                                                             \
    "Handle,Title,Body (HTML),Published,Option1 Name,Option1 Value,Variant SKU,Variant " \
    "Inventory Tracker,"                                                                 \
    "Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Status\n"

struct reading {
    struct arena arena;
    struct csv_memory memory;
    struct shopify_reader reader;
    struct import_group groups[20];
    size_t count;
};

static const struct err *read_all(struct reading *r, str bytes)
{
    struct currency eur = {"EUR"};
    bool is_end = false;
    arena_init(&r->arena, MiB(16));
    r->memory = (struct csv_memory){bytes};
    r->count = 0;
    TRY(shopify_open(&r->reader, &r->arena, eur, false, str_sub(bytes, 0, 4096), csv_read_memory,
                     &r->memory));
    while (!is_end && r->count < COUNT(r->groups)) {
        TRY(shopify_next(&r->reader, &r->arena, &r->groups[r->count], &is_end));
        r->count += !is_end;
    }
    return NULL;
}

static void must_read(struct reading *r, str bytes)
{
    assert_null(read_all(r, bytes));
}

static void assert_problem(const struct import_group *g, size_t i, int64_t line, const char *column,
                           const char *key)
{
    assert_true(i < g->problem_count);
    assert_int_equal(g->problems[i].line, line);
    assert_true(str_eq(g->problems[i].column_name, str_c(column)));
    assert_string_equal(g->problems[i].key, key);
}

static void variants_and_pictures_belong_together(void **state)
{
    (void)state;
    struct reading r;
    must_read(
        &r,
        S("\xef\xbb\xbf" HEAD
          "tide,Tide,\"<p>One\nline</p>\",true,Size,S,T-S,shopify,5,49.00,59,https://x.test/a.jpg,"
          "active\n"
          "tide,,,,,M,T-M,shopify,-2,49.00,,https://x.test/b.jpg,\n"
          ",,,,,L,T-L,,7,49.00,,,\n"
          "tide,,,,,,,,,,,https://x.test/c.jpg,\n"
          "cup,Cup,,false,Title,Default Title,,,,9.5,,,\n"));
    assert_int_equal(r.count, 2);
    const struct import_group *g = &r.groups[0];
    assert_int_equal(g->problem_count, 0);
    assert_true(g->is_whole);
    assert_int_equal(g->product.variant_count, 3);
    assert_int_equal(g->product.option_count, 1);
    assert_str_equal(g->product.option_names[0], "Size");
    assert_str_equal(g->variants[2].options[0], "L");
    assert_int_equal(g->variants[0].price_minor, 4900);
    assert_int_equal(g->variants[0].compare_at_minor, 5900);
    assert_int_equal(g->details[0].on_hand, 5);
    assert_int_equal(g->details[1].on_hand, 0);
    assert_int_equal(g->details[2].on_hand, STOCK_UNTRACKED);
    assert_int_equal(g->image_count, 3);
    assert_int_equal(g->product.status, PRODUCT_ACTIVE);
    g = &r.groups[1];
    assert_int_equal(g->product.option_count, 0);
    assert_int_equal(g->product.variant_count, 1);
    assert_str_equal(g->variants[0].options[0], "");
    assert_int_equal(g->variants[0].price_minor, 950);
    assert_int_equal(g->product.status, PRODUCT_DRAFT);
    arena_done(&r.arena);
}

static void a_bad_line_costs_itself_alone(void **state)
{
    (void)state;
    struct reading r;
    must_read(&r, S(HEAD "tide,Tide,,true,Size,S,T-S,,,49.00,,,\n"
                         "tide,,,,,M,T-M,,,abc,,,\n"
                         "tide,,,,,S,T-X,,,49.00,,,\n"
                         "tide,,,,,L,T-L,,,49.00,,ftp://x/y,\n"
                         "tide,,,,,,T-0,,,49.00,,,\n"
                         "tide,,,,,XL,\"T\"x,,,49.00,,,\n"
                         "tide,,,,,XL,T-XL,,,49.00,,,,surplus\n"
                         "cup,Cup,,,Title,Default Title,,,many,9,,,odd\n"));
    const struct import_group *g = &r.groups[0];
    assert_int_equal(r.count, 2);
    assert_int_equal(g->product.variant_count, 2);
    assert_false(g->is_whole);
    assert_int_equal(g->problem_count, 6);
    assert_problem(g, 0, 3, "Variant Price", "import.bad_amount");
    assert_int_equal(g->problems[0].place, 10);
    assert_str_equal(g->problems[0].detail, "abc");
    assert_problem(g, 1, 4, "Option1 Value", "import.same_options");
    assert_problem(g, 2, 5, "Image Src", "import.bad_image");
    assert_problem(g, 3, 6, "Option1 Value", "import.no_option");
    assert_problem(g, 4, 7, "", "csv.after_quote");
    assert_problem(g, 5, 8, "", "import.too_many_cells");
    assert_problem(&r.groups[1], 0, 9, "Status", "import.bad_status");
    assert_problem(&r.groups[1], 1, 9, "Variant Inventory Qty", "import.bad_count");
    arena_done(&r.arena);
}

static void lines_before_the_first_handle_are_told(void **state)
{
    (void)state;
    struct reading r;
    must_read(&r, S(HEAD ",Lost,,,,,,,,1,,,\ncup,Cup,,,,,,,,9,,,\n!!!,Odd,,,,,,,,9,,,\n"));
    assert_int_equal(r.count, 3);
    assert_false(r.groups[0].is_usable);
    assert_problem(&r.groups[0], 0, 2, "Handle", "import.no_handle");
    assert_true(r.groups[1].is_usable);
    assert_false(r.groups[2].is_usable);
    assert_problem(&r.groups[2], 0, 4, "Handle", "import.bad_handle");
    arena_done(&r.arena);
}

static void other_dialects_are_understood(void **state)
{
    (void)state;
    struct reading r;
    must_read(
        &r, S("URL handle;Title;SKU;Price;Inventory quantity;Barcode\ntee;Tee;'=1;9,90;3;'123\n"));
    assert_int_equal(r.groups[0].variants[0].price_minor, 990);
    assert_int_equal(r.groups[0].details[0].on_hand, 3);
    assert_str_equal(r.groups[0].variants[0].sku, "=1");
    assert_str_equal(r.groups[0].variants[0].barcode, "123");
    arena_done(&r.arena);
    must_read(&r, S("handle\tTITLE\nonly-words\tTee\n"));
    assert_int_equal(r.groups[0].fields, 0);
    assert_int_equal(r.groups[0].product.variant_count, 0);
    arena_done(&r.arena);
}

static void what_is_no_catalogue_is_answered_in_words(void **state)
{
    (void)state;
    static const struct {
        str bytes;
        const char *key;
    } cases[] = {{STR_INIT(""), "import.empty"},
                 {STR_INIT(" \r\n"), "import.empty"},
                 {STR_INIT("\xef\xbb\xbf"), "import.empty"},
                 {STR_INIT("\xff\xfeH\0a\0"), "import.utf16"},
                 {STR_INIT("H\0a\0n\0"), "import.utf16"},
                 {STR_INIT("PK\x03\x04"), "import.spreadsheet"},
                 {STR_INIT("<html>"), "import.not_csv"},
                 {STR_INIT("Handle,\xe9t\xe9\n"), "import.not_utf8"},
                 {STR_INIT("a,b\n1,2\n"), "import.missing_columns"},
                 {STR_INIT("slug,Product name,price\n"), "import.missing_columns_guess"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reading r;
        const struct err *e = read_all(&r, cases[i].bytes);
        assert_non_null(e);
        assert_string_equal(e->key, cases[i].key);
        assert_int_equal(e->kind, ERR_INVALID);
        if (i + 1 == COUNT(cases)) {
            assert_str_equal(e->args[0], "Handle, Title");
            assert_true(str_find(e->args[1], S("slug → Handle")) >= 0);
        }
        arena_done(&r.arena);
    }
}

static void a_nul_in_the_middle_is_one_bad_line(void **state)
{
    (void)state;
    struct reading r;
    must_read(&r, S("Handle,Title,Variant Price\ncup,C\0p,9\n"));
    assert_problem(&r.groups[0], 0, 2, "", "csv.control");
    arena_done(&r.arena);
    must_read(
        &r,
        S(HEAD "tide,Tide,,true,,,T-S,,,49.00,,,\ncup,C\0p,,,,,,,,9,,,\nmug,Mug,,,,,,,,9,,,\n"));
    assert_int_equal(r.count, 2);
    assert_problem(&r.groups[0], 0, 3, "", "csv.control");
    assert_str_equal(r.groups[1].product.handle, "mug");
    arena_done(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(variants_and_pictures_belong_together), TEST(a_bad_line_costs_itself_alone),
        TEST(lines_before_the_first_handle_are_told), TEST(other_dialects_are_understood),
        TEST(what_is_no_catalogue_is_answered_in_words), TEST(a_nul_in_the_middle_is_one_bad_line),
    };
    return cmocka_run_group_tests_name("shopify", tests, NULL, NULL);
}
