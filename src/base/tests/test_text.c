/* UTF-8, time as text, the JSON writer and log lines. */
#include "base/tests/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/timefmt.h"
#include "base/utf8.h"

static void utf8_knows_valid_text(void **state)
{
    (void)state;
    static const char *const good[] = {
        "", "abc", "é", "茶杯", "🍵", "\xf4\x8f\xbf\xbf", "\xef\xbf\xbf"};
    static const char *const bad[] = {"\x80",
                                      "\xc3",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x80\xaf",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\xaf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "a\xe8\x8c",
                                      "\xe8\x8c(",
                                      "\xf0\x9f\x8d"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(utf8_is_valid(str_c(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(utf8_is_valid(str_c(bad[i])) || utf8_is_comment(str_c(bad[i])));
    assert_true(utf8_is_valid(STR_NONE));
    assert_int_equal(utf8_count(S("a茶🍵")), 3);
    assert_int_equal(utf8_count(S("a\xff\xe8")), 3);
}

static void utf8_cuts_between_points(void **state)
{
    (void)state;
    static const char *const cuts[] = {"",    "a",   "a",   "a",    "a茶",
                                       "a茶", "a茶", "a茶", "a茶🍵", "a茶🍵"};
    for (size_t i = 0; i < COUNT(cuts); i++)
        assert_true(str_eq(utf8_cut_bytes(S("a茶🍵"), i), str_c(cuts[i])));
    assert_int_equal(utf8_cut_bytes(S("\x80\x80\x80\x80\x80\x80\x80\x80"), 6).len, 6);
    assert_str_equal(utf8_cut_points(S("a茶🍵"), 2), "a茶");
    assert_str_equal(utf8_cut_points(S("a"), 2), "a");
    assert_true(str_is_empty(utf8_cut_points(STR_NONE, 2)));
}

static void utf8_judges_what_people_see(void **state)
{
    (void)state;
    static const char *const titles[] = {"",     "Tea set",    "茶具",
                                         "café", "\u200fשלום", "👨\u200d👩\u200d👧"};
    static const char *const comments[] = {"two\nlines", "two\r\nlines", "a\ttab"};
    static const char *const neither[] = {"a\x1b[31m",     "a\rb",    "a\x7f",   "\xc2\x85",
                                          "\u202egpj.exe", "\u2066x", "\ufeffx", "a\vb"};
    for (size_t i = 0; i < COUNT(titles); i++)
        assert_true(utf8_is_title(str_c(titles[i])) && utf8_is_comment(str_c(titles[i])));
    for (size_t i = 0; i < COUNT(comments); i++)
        assert_true(!utf8_is_title(str_c(comments[i])) && utf8_is_comment(str_c(comments[i])));
    for (size_t i = 0; i < COUNT(neither); i++)
        assert_false(utf8_is_title(str_c(neither[i])) || utf8_is_comment(str_c(neither[i])));
    assert_false(utf8_is_title(S("a\0b")));
    str text;
    assert_null(utf8_clean(&a, S("a\x1b[1m\u202eb\xff\r\nc\td\0"), true, &text));
    assert_str_equal(text, "a[1mb\xef\xbf\xbd\nc\td");
    assert_null(utf8_clean(&a, S("a\nb"), false, &text));
    assert_str_equal(text, "a b");
    assert_null(utf8_lower_ascii(&a, S("ÀBc茶"), &text));
    assert_str_equal(text, "Àbc茶");
}

static void dates_follow_the_calendar(void **state)
{
    (void)state;
    int64_t days = date_to_days((struct date){0, 1, 1});
    struct date d = {0, 1, 1};
    while (d.year < 2101 || d.month < 2) { /* every day of 21 centuries, counted by hand */
        assert_int_equal(date_to_days(d), days);
        assert_int_equal(date_cmp(date_from_days(days), d), 0);
        days++;
        if (++d.day > date_days_in_month(d.year, d.month)) {
            d.day = 1;
            if (++d.month > 12) {
                d.month = 1;
                d.year++;
            }
        }
    }
    assert_int_equal(date_to_days((struct date){1970, 1, 1}), 0);
    assert_int_equal(date_weekday((struct date){2026, 11, 21}), 6);
    assert_int_equal(
        date_cmp(date_add_months((struct date){2024, 1, 31}, 1), (struct date){2024, 2, 29}), 0);
    assert_int_equal(
        date_cmp(date_add_months((struct date){2025, 3, 31}, -1), (struct date){2025, 2, 28}), 0);
    assert_int_equal(
        date_cmp(date_add_months((struct date){2025, 12, 1}, 14), (struct date){2027, 2, 1}), 0);
    assert_int_equal(
        date_cmp(date_add_days((struct date){9999, 12, 1}, INT64_MAX), (struct date){9999, 12, 31}),
        0);
    assert_false(date_is_valid((struct date){2025, 2, 29}) ||
                 date_is_valid((struct date){2025, 13, 1}));
    assert_false(date_is_valid((struct date){1900, 2, 29}) ||
                 !date_is_valid((struct date){2000, 2, 29}));
}

static void times_as_text_and_back(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2026-11-21T20:16:06.123Z", 1795292166123},
        {"2026-11-21T21:16:06.1239+01:00", 1795292166123},
        {"1969-12-31t23:59:59.999z", -1},
        {"2016-12-31 23:59:60-00:00", 1483228800000},
        {"0000-01-01T00:00:00Z", -62167219200000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
    };
    int64_t ms;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_true(time_parse_rfc3339(str_c(cases[i].text), &ms));
        assert_int_equal(ms, cases[i].ms);
        struct time_text text = time_format_rfc3339(ms);
        assert_true(time_parse_rfc3339(str_c(text.text), &ms) && ms == cases[i].ms);
        struct time_parts parts = time_split(ms);
        assert_int_equal(time_join(&parts), ms);
    }
    static const char *const bad[] = {"",
                                      "2026-11-21",
                                      "2026-02-30T00:00:00Z",
                                      "2026-11-21T24:00:00Z",
                                      "2026-11-21T20:16:06",
                                      "2026-11-21T20:16:06.Z",
                                      "2026-11-21T20:16:06Z ",
                                      "2026-11-21T20:16:06+1:00",
                                      "+026-11-21T20:16:06Z",
                                      "2026-1-21T20:16:06Z"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(time_parse_rfc3339(str_c(bad[i]), &ms));
    assert_string_equal(time_format_rfc3339(1795292166123).text, "2026-11-21T20:16:06.123Z");
    assert_string_equal(time_format_http(784111777000).text, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_string_equal(time_format_mail(784111777000).text, "Sun, 06 Nov 1994 08:49:37 +0000");
    assert_string_equal(time_format_rfc3339(INT64_MAX).text, "9999-12-31T23:59:59.999Z");
    assert_string_equal(time_format_rfc3339(INT64_MIN).text, "0000-01-01T00:00:00.000Z");
    assert_true(time_parse_http(S("Sun, 06 Nov 1994 08:49:37 GMT"), &ms) && ms == 784111777000);
    assert_false(time_parse_http(S("Mon, 06 Nov 1994 08:49:37 GMT"), &ms));
    assert_false(time_parse_http(S("Sun, 06 Nov 1994 08:49:37 UTC"), &ms));
    struct date d;
    assert_true(date_parse(S("2026-11-21"), &d) && strcmp(date_format(d).text, "2026-11-21") == 0);
    assert_false(date_parse(S("2026-11-21x"), &d) || date_parse(S("2026-11-31"), &d));
}

static const struct err *write_json(struct arena *arena, str *ret)
{
    struct strbuf sb;
    struct json w;
    struct money price = {.minor = -50};
    TRY(currency_parse(arena, S("EUR"), &price.currency));
    strbuf_init(&sb, arena, 10000);
    json_init(&w, &sb);
    json_object_begin(&w);
    json_key(&w, S("text"));
    json_str(&w, S("a\"\\</script>&\n\x01\u2028\xff茶"));
    json_key(&w, S("list"));
    json_array_begin(&w);
    json_int(&w, INT64_MIN);
    json_bool(&w, true);
    json_none(&w);
    json_array_begin(&w);
    json_array_end(&w);
    json_object_begin(&w);
    json_object_end(&w);
    json_array_end(&w);
    json_key(&w, S("none"));
    json_str(&w, STR_NONE);
    json_key(&w, S("price"));
    json_money(&w, price);
    json_key(&w, S("id"));
    json_id(&w, 1);
    json_key(&w, S("at"));
    json_time(&w, 0);
    json_object_end(&w);
    return json_finish(&w, ret);
}

static void json_is_valid_and_safe_in_a_page(void **state)
{
    (void)state;
    str text;
    assert_null(write_json(&a, &text));
    assert_string_equal(
        text.ptr,
        "{\"text\":\"a\\\"\\\\\\u003c/script\\u003e\\u0026\\n\\u0001\\u2028\xef\xbf\xbd茶\","
        "\"list\":[-9223372036854775808,true,null,[],{}],\"none\":null,"
        "\"price\":{\"amount\":\"-0.50\",\"minor\":-50,\"currency\":\"EUR\"},"
        "\"id\":\"0000000000001\","
        "\"at\":\"1970-01-01T00:00:00.000Z\"}");
}

static const struct err *write_json_and_drop(struct arena *arena)
{
    str text;
    return write_json(arena, &text);
}

static void json_members_say_none_for_what_is_not_there(void **state)
{
    (void)state;
    struct strbuf sb;
    struct json w;
    str text;
    strbuf_init(&sb, &a, 1000);
    json_init(&w, &sb);
    json_object_begin(&w);
    json_put_str(&w, "a", S(""));
    json_put_text(&w, "b", S(""));
    json_put_text(&w, "c", S("tea"));
    json_put_int(&w, "d", -7);
    json_put_bool(&w, "e", false);
    json_put_id(&w, "f", 0);
    json_put_time(&w, "g", 0);
    json_put_money(&w, "h", (struct money){0});
    json_object_end(&w);
    assert_null(json_finish(&w, &text));
    assert_string_equal(
        text.ptr, "{\"a\":\"\",\"b\":null,\"c\":\"tea\",\"d\":-7,\"e\":false,\"f\":null,\"g\":null,"
                  "\"h\":null}");
}

static void json_survives_failing_memory(void **state)
{
    (void)state;
    unit_fault_loop(write_json_and_drop);
}

/* What one log line writes, read back through a pipe. */
static str log_of(struct log_line *line)
{
    static char text[LOG_LINE_MAX + 1];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    log_set_fd(ends[1]);
    log_end(line);
    close(ends[1]);
    ssize_t got = read(ends[0], text, sizeof text);
    close(ends[0]);
    log_set_fd(2);
    assert_true(got >= 0);
    return (str){text, (size_t)got};
}

static void log_lines_cannot_be_forged(void **state)
{
    (void)state;
    struct log_line line;
    log_begin(&line, LOG_WARNING, 0, "test.done");
    log_add(&line, "agent", S("curl\n\x1b[2Jlevel=error\\ \"x\" \u202e茶\xff"));
    log_add(&line, "plain", "/shop/茶?a");
    log_add(&line, "empty", S(""));
    log_add(&line, "absent", STR_NONE);
    log_add(&line, "count", -3);
    log_add(&line, "ok", (bool)true);
    log_add_err(&line, ERR(&a, ERR_DENIED, "error.denied", "not yours"));
    log_add_err(&line, NULL);
    str text = log_of(&line);
    assert_true(
        str_starts(
            text,
            S("time=1970-01-01T00:00:00.000Z level=warning event=test.done agent=\"curl\\n\\x1b[2J"
              "level=error\\\\ \\\"x\\\" \\xe2\\x80\\xae茶\\xff\" plain=\"/shop/茶?a\" empty=\"\" "
              "count=-3 "
              "ok=true error=denied error_key=error.denied detail=\"not yours\" file=")) ||
        str_find(
            text,
            S("plain=/shop/茶?a empty=\"\" count=-3 ok=true error=denied error_key=error.denied "
              "detail=\"not yours\" file=")) > 0);
    assert_int_equal(str_find_char(text, '\n'), (ptrdiff_t)text.len - 1);
    assert_true(str_find_char(text, '\x1b') < 0 && str_find(text, S("\u202e")) < 0);
}

static void log_lines_have_a_length_and_a_level(void **state)
{
    (void)state;
    static char many[2 * LOG_LINE_MAX];
    struct log_line line;
    memset(many, '\n', sizeof many);
    log_begin(&line, LOG_ERROR, 0, "long");
    for (int i = 0; i < 3; i++)
        log_add_str(&line, "text", (str){many, sizeof many});
    memset(many, 'x', sizeof many);
    log_add_str(&line, "text", (str){many, sizeof many});
    str text = log_of(&line);
    assert_true(text.len <= LOG_LINE_MAX && text.len > LOG_LINE_MAX - 16 &&
                text.ptr[text.len - 1] == '\n');
    log_begin(&line, LOG_DEBUG, 0, "quiet");
    log_add(&line, "a", 1);
    assert_int_equal(log_of(&line).len, 0);
}

static void log_lines_as_json_are_json(void **state)
{
    (void)state;
    static char many[2 * LOG_LINE_MAX];
    struct log_line line;
    log_set_json(true);
    log_begin(&line, LOG_WARNING, 0, "test.done");
    log_add(&line, "agent", S("curl\n\x1b[2J\"x\\ \u202e茶\xff"));
    log_add(&line, "empty", S(""));
    log_add(&line, "absent", STR_NONE);
    log_add(&line, "count", -3);
    log_add(&line, "ok", (bool)true);
    str text = log_of(&line);
    assert_true(str_eq(
        text,
        S("{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"warning\",\"event\":\"test.done\","
          "\"agent\":\"curl\\n\\ufffd[2J\\\"x\\\\ \\ufffd茶\\ufffd\",\"empty\":\"\",\"count\":-3,"
          "\"ok\":true}\n")));
    memset(many, '"', sizeof many);
    for (size_t shift = 0; shift < 24; shift++) { /* wherever the line ends, it ends well */
        log_begin(&line, LOG_ERROR, 0, "long");
        log_add_str(&line, "first", (str){many, shift});
        log_add_str(&line, "text", (str){many, sizeof many});
        log_add(&line, "more", 1);
        log_add_str(&line, "text", (str){many, sizeof many});
        text = log_of(&line);
        assert_true(text.len <= LOG_LINE_MAX && text.len > LOG_LINE_MAX - 32 &&
                    str_ends(text, S("\\\"\"}\n")));
    }
    log_set_json(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(utf8_knows_valid_text),
        TEST(utf8_cuts_between_points),
        TEST(utf8_judges_what_people_see),
        TEST(dates_follow_the_calendar),
        TEST(times_as_text_and_back),
        TEST(json_is_valid_and_safe_in_a_page),
        TEST(json_members_say_none_for_what_is_not_there),
        TEST(json_survives_failing_memory),
        TEST(log_lines_cannot_be_forged),
        TEST(log_lines_have_a_length_and_a_level),
        TEST(log_lines_as_json_are_json),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
