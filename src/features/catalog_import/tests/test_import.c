/* Files against a catalogue, on both engines: nothing changes twice, good lines go in, what was
 * killed goes on. */
#include "catalog_import/tests/import_fixture.h"

#define HEAD                                                                                    \
    "Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Variant SKU,Variant " \
    "Inventory Tracker,"                                                                        \
    "Variant Inventory Qty,Variant Price,Image Src,Status\n"

static const str two = STR_INIT(
    HEAD
    "tide,Tide,<p onclick=x>Wet<script>1</script></p>,Reef,true,Size,S,T-S,shopify,5,49.00,"
    "http://10.0.0.1/a.jpg,active\n"
    "tide,,,,,,M,T-M,shopify,2,49.00,,\n"
    "cup,Cup,,Reef,true,Title,Default Title,,,,9.00,,active\n");

static void nothing_changes_twice(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    assert_counts(fixture_import(&f, two, true), 2, 0, 0, 0);
    assert_int_equal(fixture_products(&f), 0);
    assert_counts(fixture_import(&f, two, false), 2, 0, 0, 0);
    struct product tide = fixture_product(&f, "tide");
    assert_str_equal(tide.description.markup, "<p>Wet</p>");
    assert_int_equal(tide.variant_count, 2);
    assert_int_equal(fixture_on_hand(&f, tide.variants[0].id), 5);
    testing_advance(&f.t, 60000);
    assert_counts(fixture_import(&f, two, true), 0, 0, 2, 0);
    assert_counts(fixture_import(&f, two, false), 0, 0, 2, 0);
    assert_int_equal(fixture_product(&f, "tide").changed_ms, tide.changed_ms);
    assert_int_equal(fixture_products(&f), 2);
    testing_close(&f.t);
}

static void a_sku_finds_its_product_again(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_import(&f, two, false);
    struct product tide = fixture_product(&f, "tide");
    str next = S(
        HEAD
        "high-tide,High Tide,,Reef,true,Size,Small,T-S,shopify,4,52.00,,active\nhigh-tide,,,,,,M,"
        "T-M,shopify,2,49.00,,\n");
    struct import_row_row dry = fixture_import(&f, next, true);
    assert_counts(dry, 0, 1, 0, 0);
    struct import_items_row *items;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(import_items(tx, &f.t.arena, f.shop, dry.id, 9, 9, &items, &count));
    assert_int_equal(count, 1);
    assert_true(str_find(items[0].differences, S("price\t49.00\t52.00\n")) >= 0);
    assert_true(str_find(items[0].differences, S("stock\t5\t4\n")) >= 0);
    assert_true(str_find(items[0].differences, S("handle\ttide\thigh-tide\n")) >= 0);
    db_read_end(tx);
    assert_counts(fixture_import(&f, next, false), 0, 1, 0, 0);
    assert_counts(fixture_import(&f, next, false), 0, 0, 1, 0);
    struct product moved = fixture_product(&f, "high-tide");
    assert_int_equal(moved.id.v, tide.id.v);
    assert_int_equal(moved.variants[0].id.v, tide.variants[0].id.v);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    const struct err *e = catalog_product_by_handle(tx, &f.t.arena, f.shop, S("tide"), &moved);
    assert_string_equal(e->key, "catalog.moved");
    assert_str_equal(e->args[0], "high-tide");
    db_read_end(tx);
    testing_close(&f.t);
}

static void good_lines_go_in_and_a_broken_one_takes_nothing_away(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_import(&f, two, false);
    str broken = S(
        HEAD
        "tide,Tide,,Reef,true,Size,S,T-S,shopify,x,49.00,,active\ntide,,,,,,M,T-M,shopify,3,50.00,,"
        "\n"
        "mug,Mug,,Reef,true,Size,S,T-M,,,9.00,,\nmug,,,,,,L,M-L,,,9.00,,\n"
        "mat,,,,,,,,,,3.00,,\ncup,Cup,,Reef,true,Title,Default Title,,,,9.00,,active\ntide,Tide,,,,"
        ",,,,,1,,\n");
    struct import_row_row row = fixture_import(&f, broken, false);
    assert_counts(row, 1, 1, 1, 4);
    assert_int_equal(row.state, IMPORT_DONE);
    struct product tide = fixture_product(&f, "tide");
    assert_int_equal(tide.variant_count, 2);
    assert_int_equal(fixture_product(&f, "mug").variant_count, 1);
    struct import_problems_row *p;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(import_problems(tx, &f.t.arena, f.shop, row.id, 9, 9, &p, &count));
    db_read_end(tx);
    assert_str_equal(p[0].reason, "import.bad_count");
    assert_int_equal(p[0].line, 2);
    assert_int_equal(p[0].place, 10);
    assert_str_equal(p[1].reason, "import.sku_twice");
    assert_int_equal(p[1].line, 4);
    assert_str_equal(p[2].reason, "import.no_title");
    assert_str_equal(p[3].reason, "import.handle_again");
    testing_close(&f.t);
}

static void a_file_with_few_columns_leaves_the_rest(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_import(&f, two, false);
    assert_counts(fixture_import(&f,
                                 S("Handle,Title,Variant SKU,Variant Inventory Qty\ntide,,T-M,9\n"),
                                 false),
                  0, 1, 0, 0);
    struct product tide = fixture_product(&f, "tide");
    assert_int_equal(tide.variant_count, 2);
    assert_str_equal(tide.title, "Tide");
    int64_t sum = 0;
    for (size_t i = 0; i < 2; i++)
        sum += fixture_on_hand(&f, tide.variants[i].id);
    assert_int_equal(sum, 14);
    testing_close(&f.t);
}

static void what_goes_out_comes_back_the_same(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_import(&f, two, false);
    fixture_import(
        &f,
        S(HEAD "odd,\"'=Odd, \"\"very\"\"\",,@Reef,false,Colour,+Blue,-1,shopify,0,1.05,,draft\n"),
        false);
    str first = fixture_export(&f);
    assert_counts(fixture_import(&f, first, false), 0, 0, 3, 0);
    str again = fixture_export(&f);
    assert_true(str_eq(first, again));
    struct shop_id old = f.shop;
    fixture_new_shop(&f);
    assert_int_not_equal(old.v, f.shop.v);
    assert_counts(fixture_import(&f, first, false), 3, 0, 0, 0);
    assert_true(str_eq(first, fixture_export(&f)));
    testing_close(&f.t);
}

static void quantities_and_samples_go_out_and_come_back(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_import(&f, two, false);
    str file = S("Handle,Title,Variant SKU,Variant Price,Minimum Quantity,Quantity Step,"
                 "Quantity Prices,Sample Price\n"
                 "tide,Tide,T-S,49.00,20,12,\"48: 45.00, 120: 39.90\",9.00\n"
                 "tide,,T-M,49.00,,,,0\n");
    assert_counts(fixture_import(&f, file, true), 0, 1, 0, 0);
    assert_counts(fixture_import(&f, file, false), 0, 1, 0, 0);
    assert_counts(fixture_import(&f, file, false), 0, 0, 1, 0);
    struct product tide = fixture_product(&f, "tide");
    const struct ladder *l = &tide.variants[0].ladder;
    assert_int_equal(l->min_quantity, 20);
    assert_int_equal(l->step, 12);
    assert_int_equal(l->rung_count, 2);
    assert_int_equal(l->rungs[1].unit_minor, 3990);
    assert_int_equal(l->sample_minor.v, 900);
    assert_int_equal(tide.variants[1].ladder.step, 1);
    assert_true(tide.variants[1].ladder.sample_minor.has);
    str first = fixture_export(&f);
    assert_true(str_find(first, S(",20,12,\"48: 45.00, 120: 39.90\",9.00\r\n")) >= 0);
    assert_counts(fixture_import(&f, first, false), 0, 0, 2, 0);
    assert_true(str_eq(first, fixture_export(&f)));
    fixture_new_shop(&f);
    assert_counts(fixture_import(&f, first, false), 2, 0, 0, 0);
    assert_true(str_eq(first, fixture_export(&f)));
    /* Two columns that are right by themselves and not together leave what is stored. */
    fixture_import(&f, S("Handle,Title,Variant SKU,Minimum Quantity\ntide,Tide,T-S,998\n"), false);
    fixture_import(&f, S("Handle,Title,Variant SKU,Quantity Prices\ntide,Tide,T-S,9: x\n"), false);
    assert_true(str_eq(first, fixture_export(&f)));
    testing_close(&f.t);
}

static void slices_go_on_where_the_last_one_stood(enum db_engine engine)
{
    enum { MANY = 100 };
    struct fixture f;
    struct strbuf sb;
    str text;
    bool is_over = false;
    fixture_open(&f, engine);
    strbuf_init(&sb, &f.t.arena, MiB(1));
    strbuf_add(&sb, S(HEAD));
    for (int i = 0; i < MANY; i++)
        strbuf_addf(&sb,
                    "p-%d,Product %d,,,true,Title,Default Title,S-%d,shopify,%d,9.00,,active\n", i,
                    i, i, i);
    testing_must(strbuf_finish(&sb, &text));
    struct import_slice slice = {.shop = f.shop,
                                 .id = fixture_create(&f, NULL, false),
                                 .path = fixture_write(&f, "file.csv", text),
                                 .batches_max = 3};
    int slices = 0;
    for (; !is_over; slices++) {
        testing_must(import_slice_run(f.t.platform, &f.t.arena, &slice, &is_over));
        if (!is_over)
            assert_int_equal(fixture_products(&f), fixture_row(&f, slice.id).created_count);
    }
    assert_true(slices > 3);
    assert_counts(fixture_row(&f, slice.id), MANY, 0, 0, 0);
    assert_int_equal(fixture_row(&f, slice.id).lines, MANY + 1);
    testing_close(&f.t);
}

static void a_private_address_is_refused_and_the_product_is_there(enum db_engine engine)
{
    struct fixture f;
    struct import_photo_failed_row *failed;
    struct tx *tx;
    size_t count;
    bool is_over = false;
    fixture_open(&f, engine);
    struct import_slice slice = {.shop = f.shop,
                                 .id = fixture_create(&f, NULL, false),
                                 .path = fixture_write(&f, "file.csv", two),
                                 .batches_max = 9,
                                 .fetches_photos = true};
    testing_must(import_slice_run(f.t.platform, &f.t.arena, &slice, &is_over));
    testing_drain(&f.t);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(import_photo_failed(tx, &f.t.arena, f.shop, 9, 9, &failed, &count));
    db_read_end(tx);
    assert_int_equal(count, 1);
    assert_str_equal(failed[0].reason, "fetch.address");
    assert_int_equal(fixture_product(&f, "tide").photo_count, 0);
    testing_close(&f.t);
}

static void another_shop_sees_none_of_it(enum db_engine engine)
{
    struct fixture f;
    struct import_row_row row;
    struct tx *tx;
    bool is_found;
    fixture_open(&f, engine);
    struct import_id id = fixture_import(&f, two, false).id;
    fixture_new_shop(&f);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(import_row(tx, &f.t.arena, f.shop, id, &row, &is_found));
    db_read_end(tx);
    assert_false(is_found);
    assert_int_equal(fixture_products(&f), 0);
    assert_counts(fixture_import(&f, two, false), 2, 0, 0, 0);
    testing_close(&f.t);
}

ON_BOTH(nothing_changes_twice)
ON_BOTH(a_sku_finds_its_product_again)
ON_BOTH(good_lines_go_in_and_a_broken_one_takes_nothing_away)
ON_BOTH(a_file_with_few_columns_leaves_the_rest)
ON_BOTH(what_goes_out_comes_back_the_same)
ON_BOTH(quantities_and_samples_go_out_and_come_back)
ON_BOTH(slices_go_on_where_the_last_one_stood)
ON_BOTH(a_private_address_is_refused_and_the_product_is_there)
ON_BOTH(another_shop_sees_none_of_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(nothing_changes_twice),
        BOTH(a_sku_finds_its_product_again),
        BOTH(good_lines_go_in_and_a_broken_one_takes_nothing_away),
        BOTH(a_file_with_few_columns_leaves_the_rest),
        BOTH(what_goes_out_comes_back_the_same),
        BOTH(quantities_and_samples_go_out_and_come_back),
        BOTH(slices_go_on_where_the_last_one_stood),
        BOTH(a_private_address_is_refused_and_the_product_is_there),
        BOTH(another_shop_sees_none_of_it),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
