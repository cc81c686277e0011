/* Files of many kinds come in, are found, and go out again without a trace; on both engines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "trade/tests/trade_fixture.h"

static const char tiles[] =
    "Customs list\n\n"
    "IMPORTER_NAME,SUPPLIER_NAME,HS_CODE,PRODUCT_DESCRIPTION,ORIGIN_COUNTRY,QUANTITY,NET_WEIGHT,"
    "TOTAL_VALUE_USD,IMP_DATE\n"
    "HOUSE MART SARLU,Blue River Ceramics Ltd,69072100,\"Glazed tiles, 60x60\",\"KOREA, REPUBLIC "
    "OF\",12.5,1.5E2,\"1,234.56\",2025-03-27T18:30:00.000Z\n"
    "HOUSEMART SARL,BLUE RIVER CERAMICS LIMITED,69072100,Glazed wall "
    "tiles,CHINA,10,200,99.5,2025-04-01T18:30:00.000Z\n"
    "Third Door GmbH,TO THE ORDER OF,69101000,Sinks of "
    "porcelain,NULL,N/A,-,,2025-05-02T18:30:00.000Z\n"
    "Nobody,,69101000,Sinks,CHINA,1,1,1,sometime\n";

static void a_file_comes_in_and_is_found(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_take_in(&f, "tiles-import.csv", str_c(tiles));
    assert_int_equal(fixture_row(&f).bad_count, 1);
    struct trade_found all = fixture_find(&f, (struct trade_query){0});
    assert_int_equal(all.count, 3);
    assert_int_equal(all.records[0].day,
                     20250503); /* half past six in the evening is midnight in India */
    assert_int_equal(all.records[0].exporter.company.v, 0);
    assert_false(all.records[0].has_quantity);
    const struct trade_record *r = &all.records[2];
    assert_int_equal(r->day, 20250328);
    assert_str_equal(r->origin, "KR");
    assert_int_equal(r->quantity_milli, 12500);
    assert_int_equal(r->weight_g, 150000);
    assert_int_equal(r->value_minor, 123456);
    assert_str_equal(r->currency, "USD");
    assert_int_equal(r->importer.company.v, all.records[1].importer.company.v);
    assert_int_equal(r->exporter.company.v, all.records[1].exporter.company.v);
    assert_int_equal(fixture_count_words(&f, "glazed tiles"), 2);
    assert_int_equal(fixture_count_words(&f, "glazed wall"), 1);
    assert_int_equal(fixture_count_words(&f, "GLAZ"), 2);
    assert_int_equal(fixture_count_words(&f, "blue river"), 2);
    assert_int_equal(fixture_count_words(&f, "6907"), 2);
    assert_int_equal(fixture_count_words(&f, "nothing of it"), 0);
    assert_int_equal(fixture_find(&f, (struct trade_query){.country = S("cn")}).count, 1);
    assert_int_equal(fixture_find(&f, (struct trade_query){.hs = S("69")}).count, 3);
    assert_int_equal(fixture_find(&f, (struct trade_query){.hs = S("691010")}).count, 1);
    assert_int_equal(fixture_find(&f, (struct trade_query){.company = r->importer.company}).count,
                     2);
    assert_int_equal(
        fixture_find(&f, (struct trade_query){.day_from = 20250400, .day_to = 20250431}).count, 1);
    assert_int_equal(fixture_find(&f, (struct trade_query){.value_from = 100000}).count, 1);
    assert_int_equal(fixture_find(&f, (struct trade_query){.direction = TRADE_EXPORT}).count, 0);
    testing_close(&f.t);
}

static int64_t rows_left(struct fixture *f)
{
    struct trade_terms_from_row *rows;
    struct tx *tx;
    size_t count, left = 0;
    static const char *const kinds[] = {"d", "w", "h", "c", "n", "p"};
    testing_must(db_read_begin(trade_store(f->t.platform), &f->t.arena, &tx));
    for (size_t k = 0; k < COUNT(kinds); k++) {
        testing_must(trade_terms_from(tx, &f->t.arena, f->shop, str_c(kinds[k]), S(""),
                                      S("\xf4\x8f\xbf\xbf"), 100, 100, &rows, &count));
        for (size_t i = 0; i < count; i++)
            left += rows[i].records > 0;
    }
    db_read_end(tx);
    return (int64_t)left;
}

static size_t companies_called(struct fixture *f, const char *words)
{
    struct trade_company *found;
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(trade_store(f->t.platform), &f->t.arena, &tx));
    testing_must(
        trade_company_find(tx, &f->t.arena, f->shop, str_c(words), 20, &found, &count));
    db_read_end(tx);
    return count;
}

static bool has_company(struct fixture *f, int64_t number)
{
    struct trade_company company;
    struct tx *tx;
    testing_must(db_read_begin(trade_store(f->t.platform), &f->t.arena, &tx));
    const struct err *e = trade_company(tx, &f->t.arena, f->shop,
                                        (struct trade_company_id){number}, &company);
    db_read_end(tx);
    return e == NULL;
}

static void an_import_goes_out_without_a_trace(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_take_in(&f, "tiles-import.csv", str_c(tiles));
    assert_true(rows_left(&f) > 10);
    assert_string_equal(fixture_take(&f, "again.csv", str_c(tiles))->key, "trade.same_file");
    testing_must(trade_import_remove(f.t.platform, &f.t.arena, f.shop,
                                     (struct trade_import_id){fixture_row(&f).id.v}, f.owner));
    testing_drain(&f.t);
    assert_int_equal(fixture_row(&f).state, TRADE_STATE_UNSET);
    assert_int_equal(rows_left(&f), 0);
    assert_int_equal(companies_called(&f, "house"), 0);
    for (int64_t number = 1; number < 5; number++)
        assert_false(has_company(&f, number));
    assert_int_equal(fixture_find(&f, (struct trade_query){0}).count, 0);
    fixture_take_in(&f, "again.csv", str_c(tiles));
    assert_int_equal(fixture_find(&f, (struct trade_query){0}).count, 3);
    testing_close(&f.t);
}

/* One import remembers numbers of companies and terms; another one's removal takes them away. */
struct writing {
    struct trade_batch *batch;
    struct trade_item items[2];
};

static const struct err *write_items(struct tx *tx, struct arena *mem, void *arg)
{
    struct writing *x = arg;
    int64_t first, last;
    return trade_batch_write(tx, mem, x->batch, x->items, COUNT(x->items), &first, &last);
}

static const struct err *remove_all(struct tx *tx, struct arena *mem, void *arg)
{
    const struct fixture *f = arg;
    struct trade_range range = {f->shop, {7}, 1, 100};
    int64_t next, removed;
    TRY(trade_shop_lock(tx, mem, f->shop));
    TRY(trade_records_remove(tx, mem, &range, 100, &next, &removed));
    assert_int_equal(removed, 2);
    return NULL;
}

static void what_went_is_not_remembered(enum db_engine engine)
{
    struct fixture f;
    struct writing x;
    fixture_open(&f, engine);
    testing_must(
        trade_batch_new(&f.t.arena, f.shop, (struct trade_import_id){7}, &x.batch));
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT(x.items); i++)
            x.items[i] = (struct trade_item){
                .record = {.day = 20250101 + (int64_t)i, .direction = TRADE_IMPORT,
                           .importer = {.name = S("Tide Trading")},
                           .exporter = {.name = S("Hill Works")}, .hs = S("690721"),
                           .product = S("glazed tiles"), .origin = S("CN"),
                           .destination = S(""), .load_port = S(""), .unload_port = S(""),
                           .unit = S(""), .currency = S("")},
                .hs_text = S("")};
        testing_must(db_write(trade_store(f.t.platform), &f.t.arena, write_items, &x));
        testing_must(trade_batch_committed(x.batch));
        assert_int_equal(fixture_count_words(&f, "glazed"), 2);
        assert_int_equal(companies_called(&f, "tide"), 1);
        struct trade_found found = fixture_find(&f, (struct trade_query){0});
        assert_true(has_company(&f, found.records[0].importer.company.v));
        assert_int_equal(fixture_find(&f, (struct trade_query){
                                              .company = found.records[0].importer.company})
                             .count,
                         2);
        testing_must(db_write(trade_store(f.t.platform), &f.t.arena, remove_all, &f));
        assert_int_equal(fixture_find(&f, (struct trade_query){0}).count, 0);
        assert_int_equal(companies_called(&f, "tide"), 0);
    }
    testing_close(&f.t);
}

/* ---- encodings, languages, separators: small files of our own ---- */

static const struct {
    const char *name, *encoding, *text, *columns;
    int64_t day, value_minor, weight_g;
    const char *importer, *origin;
} samples[] = {
    {"utf-16", "UTF-16LE",
     "Date\tConsignee\tShipper\tHTS\tDescription\tCountry of origin\tNet weight\tValue USD\n"
     "03/31/2025\tLake Shop Inc\tHill Works\t0901.11.00\tCoffee beans\tVietnam\t60\t1,500.00\n",
     "date=1,importer=2,exporter=3,hs=4,product=5,origin=6,weight=7,value=8", 20250331, 150000,
     60000, "Lake Shop Inc", "VN"},
    {"chinese", "GB18030",
     "日期,进口商,出口商,海关编码,商品描述,原产国,净重,金额\n"
     "2025年3月31日,湖边贸易有限公司,山上工厂,69072100,瓷砖,中国,120.5,3000\n",
     "date=1,importer=2,exporter=3,hs=4,product=5,origin=6,weight=7,value=8", 20250331, 300000,
     120500, "湖边贸易有限公司", "CN"},
    {"russian", "windows-1251",
     "Дата;Получатель;Отправитель;Код ТН ВЭД;Описание товара;Страна происхождения;Вес "
     "нетто;Стоимость\n"
     "31.03.2025;ООО Берег;Фабрика;6907210000;Плитка керамическая;Китай;120,5;3 000,50\n"
     "30.03.2025;ООО Берег;Фабрика;6907210000;Плитка керамическая для пола;Китай;20,5;1 000,50\n",
     "date=1,importer=2,exporter=3,hs=4,product=5,origin=6,weight=7,value=8", 20250331, 300050,
     120500, "ООО Берег", "CN"},
    {"vietnamese", "UTF-8",
     "Ngày,Công ty nhập khẩu,Công ty xuất khẩu,Mã HS,Tên hàng,Nước xuất xứ,Trọng lượng,Trị giá\n"
     "31/03/2025,Hồ Xanh,Đồi Cao,69072100,Gạch men,Trung Quốc,120.5,3000\n",
     "date=1,importer=2,exporter=3,hs=4,product=5,origin=6,weight=7,value=8", 20250331, 300000,
     120500, "Hồ Xanh", "CN"},
    {"portuguese", "windows-1252",
     "Data;Importador;Exportador;NCM;Descrição da mercadoria;País de origem;Peso líquido;Valor "
     "FOB\n"
     "31/mar/2025;Loja do Lago;Fábrica;69072100;Azulejos de cerâmica, edição "
     "única;China;120,5;3.000,00\n",
     "date=1,importer=2,exporter=3,hs=4,product=5,origin=6,weight=7,value=8", 20250331, 300000,
     120500, "Loja do Lago", "CN"},
};

static str encoded(struct fixture *f, const char *text, const char *encoding)
{
    UErrorCode status = U_ZERO_ERROR;
    char *out = arena_alloc(&f->t.arena, KiB(4));
    assert_non_null(out);
    int32_t len = ucnv_convert(encoding, "UTF-8", out, KiB(4), text, -1, &status);
    assert_true(U_SUCCESS(status));
    return (str){out, (size_t)len};
}

static void other_languages_and_encodings_are_understood(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    for (size_t i = 0; i < COUNT(samples); i++) {
        print_message("%s\n", samples[i].name);
        fixture_take_in(&f, samples[i].name, encoded(&f, samples[i].text, samples[i].encoding));
        assert_true(str_starts(fixture_row(&f).columns, str_c(samples[i].columns)));
        struct trade_found found = fixture_find(&f, (struct trade_query){0});
        const struct trade_record *r = NULL;
        for (size_t k = 0; k < found.count; k++)
            if (str_eq(found.records[k].importer.name, str_c(samples[i].importer)))
                r = r == NULL ? &found.records[k] : r;
        assert_non_null(r);
        assert_int_equal(r->day, samples[i].day);
        assert_int_equal(r->value_minor, samples[i].value_minor);
        assert_int_equal(r->weight_g, samples[i].weight_g);
        assert_true(str_eq(r->origin, str_c(samples[i].origin)));
    }
    assert_int_equal(fixture_count_words(&f, "瓷砖"), 1);
    testing_close(&f.t);
}

static trade_day day_of(const char *text, enum trade_date_order order)
{
    struct trade_date d;
    return trade_date_parse(str_c(text), order, &d) ? d.day : 0;
}

static int64_t thousandths(const char *text, bool comma)
{
    int64_t n = -1;
    return trade_decimal_parse(str_c(text), comma, 3, &n) ? n : -1;
}

static void values_of_every_style_are_read(void **state)
{
    (void)state;
    assert_int_equal(day_of("2025-03-31", TRADE_DAY_FIRST), 20250331);
    assert_int_equal(day_of("3/4/2025", TRADE_DAY_FIRST), 20250403);
    assert_int_equal(day_of("3/4/2025", TRADE_MONTH_FIRST), 20250304);
    assert_int_equal(day_of("12/31/25", TRADE_DAY_FIRST), 20251231);
    assert_int_equal(day_of("29-nov-21", TRADE_DAY_FIRST), 20211129);
    assert_int_equal(day_of("mar 2025", TRADE_DAY_FIRST), 20250300);
    assert_int_equal(day_of("2025年3月", TRADE_DAY_FIRST), 20250300);
    assert_int_equal(day_of("202503", TRADE_DAY_FIRST), 20250300);
    assert_int_equal(day_of("45747", TRADE_DAY_FIRST), 20250331);
    assert_int_equal(day_of("31 de marzo de 2025", TRADE_DAY_FIRST), 20250331);
    static const char *const none[] = {"", "2025", "31/02/2025", "soon", "1/2/3/4", "99999999"};
    for (size_t i = 0; i < COUNT(none); i++)
        assert_int_equal(day_of(none[i], TRADE_DAY_FIRST), 0);
    assert_int_equal(trade_day_next(20241231), 20250101);
    assert_int_equal(thousandths("1,234.5", false), 1234500);
    assert_int_equal(thousandths("1.234,5", true), 1234500);
    assert_int_equal(thousandths("1,234", false), 1234000);
    assert_int_equal(thousandths("1,234", true), 1234);
    assert_int_equal(thousandths("USD 12.3456", false), 12346);
    assert_int_equal(thousandths("9.48E+02", false), 948000);
    assert_int_equal(thousandths("5.48E-05", false), 0);
    assert_int_equal(thousandths("-7", false), -7000);
    assert_int_equal(thousandths("99999999999999999999", false), -1);
    assert_int_equal(thousandths("none", false), -1);
    char digits[16];
    assert_true(trade_hs_digits(S("Classified: 7210.61"), digits));
    assert_string_equal(digits, "721061");
    assert_true(trade_hs_digits(S("6907.21.00"), digits));
    assert_false(trade_hs_digits(S("TILES 60"), digits));
}

static void expect_key(const char *name, const char *key)
{
    str got;
    testing_must(trade_company_key(&a, str_c(name), &got));
    if (!str_eq(got, str_c(key)))
        print_message("%s: %.*s\n", name, STR_ARG(got));
    assert_true(str_eq(got, str_c(key)));
}

static void writings_of_one_company_meet(void **state)
{
    (void)state;
    expect_key("HOUSE MART SARLU", "housemart");
    expect_key("HOUSEMART SARL", "housemart");
    expect_key("House-Mart S.A.R.L.", "housemart");
    expect_key("Blue & River Ceramics Co., Ltd.", "blueriverceramics");
    expect_key("BLUE AND RIVER CERAMICS LIMITED", "blueriverceramics");
    expect_key("ABC Ltd", "abcltd"); /* short names keep their form */
    expect_key("ABC GmbH", "abcgmbh");
    expect_key("湖边贸易有限公司", "湖边贸易");
    static const char *const none[] = {"TO THE ORDER OF", "NULL", "12345", "", "-", "To Order"};
    for (size_t i = 0; i < COUNT(none); i++)
        expect_key(none[i], "");
}

static const struct err *begin_without_job(struct tx *tx, struct arena *mem, void *arg)
{
    struct fixture *f = arg;
    struct trade_import_row_row row;
    int64_t hit;
    bool is_found;
    TRY(trade_import_row(tx, mem, f->shop, f->import, &row, &is_found));
    return trade_import_begin(tx, mem, f->shop, f->import, row.columns, row.direction, &hit);
}

static void a_start_that_was_cut_off_goes_on(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    testing_must(fixture_take(&f, "tiles-import.csv", str_c(tiles)));
    testing_must(db_write(trade_store(f.t.platform), &f.t.arena, begin_without_job, &f));
    testing_advance(&f.t, 16 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_row(&f).state, TRADE_DONE);
    assert_int_equal(fixture_find(&f, (struct trade_query){0}).count, 3);
    testing_close(&f.t);
}

ON_BOTH(a_file_comes_in_and_is_found)
ON_BOTH(an_import_goes_out_without_a_trace)
ON_BOTH(what_went_is_not_remembered)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_file_comes_in_and_is_found),
        BOTH(an_import_goes_out_without_a_trace),
        BOTH(what_went_is_not_remembered),
        TEST(other_languages_and_encodings_are_understood),
        TEST(values_of_every_style_are_read),
        TEST(writings_of_one_company_meet),
        TEST(a_start_that_was_cut_off_goes_on),
    };
    return cmocka_run_group_tests_name("trade", tests, NULL, NULL);
}
