/* What strangers' files, impatient hands and crashes do to an import; on both engines where the
 * store matters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "trade/tests/trade_fixture.h"

/* ---- time that passes while a slice runs ---- */

static _Atomic int64_t ticking_ms;
static int64_t tick(void *self)
{
    (void)self;
    return atomic_fetch_add(&ticking_ms, 5000) + 5000;
}
static const struct clock ticking = {tick, tick, NULL};

static void let_time_pass(struct fixture *f)
{
    atomic_store(&ticking_ms, clock_now_ms(&f->t.clock.clock));
    f->t.platform->clock = &ticking;
}

static void stop_time(struct fixture *f)
{
    clock_fake_advance(&f->t.clock, ticking_ms - clock_now_ms(&f->t.clock.clock) + 1000);
    f->t.platform->clock = &f->t.clock.clock;
}

/* ---- going in and out ---- */

static void two_files_at_once_keep_their_records_apart(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    testing_must(fixture_take(&f, "a-import.csv", fixture_lines(&f, "Anna", 1200)));
    testing_must(fixture_start(&f));
    struct trade_import_id anna = f.import;
    testing_must(fixture_take(&f, "b-import.csv", fixture_lines(&f, "Berta", 1200)));
    testing_must(fixture_start(&f));
    struct trade_import_id berta = f.import;
    let_time_pass(&f);
    for (int i = 0; i < 8; i++) {
        f.import = i % 2 == 0 ? anna : berta;
        testing_must(fixture_slice(&f));
    }
    stop_time(&f);
    testing_drain(&f.t);
    assert_int_equal(fixture_count_all(&f, "anna"), 1200);
    assert_int_equal(fixture_count_all(&f, "berta"), 1200);
    f.import = anna;
    assert_int_equal(fixture_row(&f).state, TRADE_DONE);
    testing_must(trade_import_remove(f.t.platform, &f.t.arena, f.shop, anna, f.owner));
    testing_drain(&f.t);
    assert_int_equal(fixture_count_all(&f, "anna"), 0);
    assert_int_equal(fixture_count_all(&f, "berta"), 1200);
    testing_close(&f.t);
}

static void what_is_removed_while_it_runs_goes(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    testing_must(fixture_take(&f, "a-import.csv", fixture_lines(&f, "Anna", 1200)));
    testing_must(fixture_start(&f));
    let_time_pass(&f);
    testing_must(fixture_slice(&f));
    assert_int_equal(fixture_row(&f).state, TRADE_RUNNING);
    for (int twice = 0; twice < 2; twice++)
        testing_must(trade_import_remove(f.t.platform, &f.t.arena, f.shop, f.import, f.owner));
    testing_must(fixture_slice(&f));
    testing_must(fixture_slice(&f));
    stop_time(&f);
    testing_drain(&f.t);
    assert_int_equal(fixture_row(&f).state, TRADE_STATE_UNSET);
    assert_int_equal(fixture_count_all(&f, ""), 0);
    testing_close(&f.t);
}

/* Cells longer than the header's line, in every later batch. */
static void lines_longer_than_the_head_are_kept_whole(void **state)
{
    struct fixture f;
    struct strbuf sb;
    str text;
    enum { LINES = 1500 };
    (void)state;
    fixture_open(&f, DB_SQLITE);
    strbuf_init(&sb, &f.t.arena, MiB(48));
    strbuf_addf(&sb, FIXTURE_HEAD);
    for (int i = 0; i < LINES; i++)
        strbuf_addf(&sb,
                    "2025-01-02,Lake %04d Shop,Hill %04d Works,690721,Tile %04d %0*d,CHINA,1\n", i,
                    i, i, i * 19, 7);
    testing_must(strbuf_finish(&sb, &text));
    testing_must(fixture_take(&f, "long-import.csv", text));
    testing_must(fixture_start(&f));
    let_time_pass(&f);
    testing_must(fixture_slice(&f));
    stop_time(&f);
    testing_drain(&f.t);
    assert_int_equal(fixture_row(&f).state, TRADE_DONE);
    struct trade_query q = {.limit = TRADE_PAGE_MAX};
    int number = LINES;
    do {
        struct trade_found found = fixture_find(&f, q);
        for (size_t i = 0; i < found.count; i++) {
            char expected[64];
            number--;
            (void)snprintf(expected, sizeof expected, "Lake %04d Shop", number);
            assert_true(str_eq(found.records[i].importer.name, str_c(expected)));
            (void)snprintf(expected, sizeof expected, "Hill %04d Works", number);
            assert_true(str_eq(found.records[i].exporter.name, str_c(expected)));
            (void)snprintf(expected, sizeof expected, "Tile %04d ", number);
            assert_true(str_starts(found.records[i].product, str_c(expected)));
        }
        q.cursor = found.next;
    } while (q.cursor.day != 0);
    assert_int_equal(number, 0);
    testing_close(&f.t);
}

static void lines_full_of_words_nobody_else_has_go_in(void **state)
{
    struct fixture f;
    struct strbuf sb;
    str text;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    strbuf_init(&sb, &f.t.arena, MiB(16));
    strbuf_addf(&sb, FIXTURE_HEAD);
    for (int i = 0, word = 0; i < 600; i++) {
        strbuf_addf(&sb, "2025-01-02,");
        for (int k = 0; k < 12; k++)
            strbuf_addf(&sb, "b%d ", word++);
        strbuf_addf(&sb, ",");
        for (int k = 0; k < 12; k++)
            strbuf_addf(&sb, "s%d ", word++);
        strbuf_addf(&sb, ",%08d,", 10000000 + i * 111111);
        for (int k = 0; k < 45; k++)
            strbuf_addf(&sb, "w%d ", word++);
        strbuf_addf(&sb, ",CHINA,1\n");
    }
    testing_must(strbuf_finish(&sb, &text));
    fixture_take_in(&f, "words-import.csv", text);
    assert_int_equal(fixture_count_all(&f, ""), 600);
    testing_close(&f.t);
}

/* ---- the same file, twice ---- */

static void the_same_file_never_goes_in_twice(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    str file = fixture_lines(&f, "Anna", 20);
    testing_must(fixture_take(&f, "a-import.csv", file));
    struct trade_import_id first = f.import;
    testing_must(fixture_take(&f, "b-import.csv", file)); /* a double click: the same one */
    assert_int_equal(f.import.v, first.v);
    testing_must(fixture_start(&f));
    testing_must(fixture_start(&f)); /* and again */
    testing_drain(&f.t);
    assert_int_equal(fixture_count_all(&f, "anna"), 20);
    assert_string_equal(fixture_start(&f)->key, "trade.started");
    assert_string_equal(fixture_take(&f, "c-import.csv", file)->key, "trade.same_file");
    f.shop = fixture_new_shop(&f); /* another shop may have bought it, too */
    fixture_take_in(&f, "a-import.csv", file);
    assert_int_equal(fixture_count_all(&f, "anna"), 20);
    testing_close(&f.t);
}

static void a_correction_far_behind_is_another_file(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    str file = fixture_lines(&f, "Anna", 24000), other;
    assert_true(file.len > MiB(1) + KiB(100));
    testing_must(str_dup(&f.t.arena, file, &other));
    char *last = memmem(other.ptr + other.len - 200, 200, "CHINA", 5);
    assert_non_null(last);
    memcpy(last, "SPAIN", 5);
    testing_must(fixture_take(&f, "a-import.csv", file));
    struct trade_import_id first = f.import;
    testing_must(fixture_take(&f, "a-import.csv", other));
    assert_int_not_equal(f.import.v, first.v);
    testing_close(&f.t);
}

/* ---- what a header meant is remembered ---- */

static void a_second_file_of_a_layout_needs_no_hand(enum db_engine engine)
{
    static const char head[] = "when;who;from whom;thing;code;much\n";
    struct fixture f;
    struct trade_mapping m = {.direction = TRADE_EXPORT, .order = TRADE_MONTH_FIRST, .comma = true};
    char file[400];
    fixture_open(&f, engine);
    (void)snprintf(file, sizeof file, "%s3/4/2025;Lake Shop;Hill Works;Cups;691110;1.234\n", head);
    testing_must(fixture_take(&f, "one.csv", str_c(file)));
    m.place[TRADE_DATE] = 1;
    m.place[TRADE_IMPORTER] = 2;
    m.place[TRADE_EXPORTER] = 3;
    m.place[TRADE_PRODUCT] = 4;
    m.place[TRADE_HS] = 5;
    m.place[TRADE_VALUE] = 6;
    memcpy(m.currency, "EUR", 4);
    testing_must(
        trade_import_start(f.t.platform, &f.t.arena, f.shop, f.import, f.owner, &m));
    testing_drain(&f.t);
    (void)snprintf(file, sizeof file, "%s5/6/2025;Lake Shop;Hill Works;Bowls;691110;2.345\n", head);
    fixture_take_in(&f, "two.csv", str_c(file));
    struct trade_found found = fixture_find(&f, (struct trade_query){0});
    assert_int_equal(found.count, 2);
    const struct trade_record *r = &found.records[0];
    assert_true(str_eq(r->product, S("Bowls")));
    assert_int_equal(r->day, 20250506); /* as she said of the first: month, then day */
    assert_int_equal(r->direction, TRADE_EXPORT);
    assert_int_equal(r->value_minor, 234500);
    assert_true(str_eq(r->currency, S("EUR")));
    f.shop = fixture_new_shop(&f); /* what one shop said is not another's */
    testing_must(fixture_take(&f, "three.csv", str_c(file)));
    assert_false(str_starts(fixture_row(&f).columns, S("date=1,importer=2,exporter=3,hs=5")));
    testing_close(&f.t);
}

/* ---- searching ---- */

static void every_condition_of_a_search_counts(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    fixture_take_in(&f, "one-import.csv", S(
        "Date,Importer,Exporter,HS code,Product description,Country of origin,Port of loading\n"
        "2025-01-02,Lake Shop,Hill Works,690721,Red glazed floor tile,CHINA,Ningbo\n"
        "2025-01-03,Lake Shop,Hill Works,690721,Red glazed floor tile,CHINA,Shanghai\n"
        "2025-01-04,Lake Shop,Hill Works,690721,Red glazed floor tile,SPAIN,Shanghai\n"));
    struct trade_found all = fixture_find(&f, (struct trade_query){0});
    struct trade_query q = {.words = S("red glazed floor tile"),
                            .company = all.records[0].importer.company,
                            .hs = S("690721"),
                            .country = S("CN"),
                            .port = S("shanghai"),
                            .direction = TRADE_IMPORT};
    assert_int_equal(fixture_find(&f, q).count, 1);
    q.direction = TRADE_EXPORT;
    assert_int_equal(fixture_find(&f, q).count, 0);
    /* Several that are only a beginning. */
    q = (struct trade_query){.words = S("red gla"), .hs = S("69072"), .port = S("sha")};
    assert_int_equal(fixture_find(&f, q).count, 2);
    q.country = S("ES");
    assert_int_equal(fixture_find(&f, q).count, 1);
    testing_close(&f.t);
}

/* ---- other shops ---- */

static void ids_of_another_shop_are_missing(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    testing_must(fixture_take(&f, "a-import.csv", fixture_lines(&f, "Anna", 20)));
    struct trade_mapping m;
    trade_mapping_read(fixture_row(&f).columns, &m);
    struct shop_id mine = f.shop, other = fixture_new_shop(&f);
    const struct err *e =
        trade_import_start(f.t.platform, &f.t.arena, other, f.import, f.owner, &m);
    assert_string_equal(e->key, "trade.no_import");
    e = trade_import_remove(f.t.platform, &f.t.arena, other, f.import, f.owner);
    assert_string_equal(e->key, "trade.no_import");
    f.shop = other; /* a job that names another's import does nothing to it */
    testing_must(fixture_slice(&f));
    f.shop = mine;
    assert_int_equal(fixture_row(&f).state, TRADE_GUESSED);
    testing_must(fixture_start(&f));
    testing_drain(&f.t);
    f.shop = other;
    assert_int_equal(fixture_count_all(&f, ""), 0);
    testing_close(&f.t);
}

/* ---- files that are no longer there, and files that stay ---- */

static const char *file_of(struct fixture *f, struct trade_import_id id)
{
    struct id_text text = id_format(id.v);
    str path;
    testing_must(str_fmt(&f->t.arena, &path, "%.*s/imports/trade-%s", STR_ARG(f->t.data_dir),
                         text.text));
    return path.ptr;
}

static void a_file_that_is_gone_is_said_and_can_be_removed(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    str file = fixture_lines(&f, "Anna", 1200);
    testing_must(fixture_take(&f, "a-import.csv", file));
    testing_must(fixture_start(&f));
    let_time_pass(&f);
    testing_must(fixture_slice(&f));
    stop_time(&f);
    assert_int_equal(unlink(file_of(&f, f.import)), 0);
    testing_drain(&f.t);
    struct trade_import_row_row row = fixture_row(&f);
    assert_int_equal(row.state, TRADE_FAILED);
    assert_true(str_eq(row.reason, S("trade.no_file")));
    size_t in = fixture_count_all(&f, "anna");
    assert_true(in > 0 && in < 1200);
    /* What is in already would be there twice. */
    assert_string_equal(fixture_take(&f, "a-import.csv", file)->key, "trade.same_file");
    testing_must(trade_import_remove(f.t.platform, &f.t.arena, f.shop, f.import, f.owner));
    testing_drain(&f.t);
    fixture_take_in(&f, "a-import.csv", file);
    assert_int_equal(fixture_count_all(&f, "anna"), 1200);
    testing_close(&f.t);
}

static void files_nobody_waits_for_are_swept(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    testing_must(fixture_take(&f, "old-import.csv", fixture_lines(&f, "Anna", 20)));
    struct trade_import_id old = f.import;
    struct trade_import_id stray = {id_next(f.t.platform->ids, clock_now_ms(&f.t.clock.clock))};
    FILE *file = fopen(file_of(&f, stray), "wbe"); /* as a crash leaves one before its row */
    assert_non_null(file);
    fclose(file);
    testing_advance(&f.t, 8 * 24 * 3600 * 1000LL);
    testing_must(fixture_take(&f, "new-import.csv", fixture_lines(&f, "Berta", 20)));
    testing_drain(&f.t);
    assert_int_not_equal(access(file_of(&f, stray), F_OK), 0);
    assert_int_not_equal(access(file_of(&f, old), F_OK), 0);
    assert_int_equal(access(file_of(&f, f.import), F_OK), 0);
    struct trade_import_id young = f.import;
    f.import = old;
    assert_int_equal(fixture_row(&f).state, TRADE_STATE_UNSET);
    f.import = young;
    assert_int_equal(fixture_row(&f).state, TRADE_GUESSED);
    testing_close(&f.t);
}

static void only_so_many_files_wait(void **state)
{
    struct fixture f;
    const struct err *e = NULL;
    int taken = 0;
    (void)state;
    fixture_open(&f, DB_SQLITE);
    for (; e == NULL && taken < 100; taken++)
        e = fixture_take(&f, "x-import.csv", fixture_lines(&f, "Anna", taken + 1));
    assert_non_null(e);
    assert_string_equal(e->key, "trade.too_many_waiting");
    assert_true(taken > 5 && taken < 50);
    testing_close(&f.t);
}

ON_BOTH(two_files_at_once_keep_their_records_apart)
ON_BOTH(what_is_removed_while_it_runs_goes)
ON_BOTH(the_same_file_never_goes_in_twice)
ON_BOTH(a_second_file_of_a_layout_needs_no_hand)
ON_BOTH(every_condition_of_a_search_counts)
ON_BOTH(ids_of_another_shop_are_missing)
ON_BOTH(files_nobody_waits_for_are_swept)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(two_files_at_once_keep_their_records_apart),
        BOTH(what_is_removed_while_it_runs_goes),
        TEST(lines_longer_than_the_head_are_kept_whole),
        TEST(lines_full_of_words_nobody_else_has_go_in),
        BOTH(the_same_file_never_goes_in_twice),
        TEST(a_correction_far_behind_is_another_file),
        BOTH(a_second_file_of_a_layout_needs_no_hand),
        BOTH(every_condition_of_a_search_counts),
        BOTH(ids_of_another_shop_are_missing),
        TEST(a_file_that_is_gone_is_said_and_can_be_removed),
        BOTH(files_nobody_waits_for_are_swept),
        TEST(only_so_many_files_wait),
    };
    return cmocka_run_group_tests_name("trade under rough hands", tests, NULL, NULL);
}
