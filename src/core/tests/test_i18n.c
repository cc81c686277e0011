/* Languages, prices, dates, countries, addresses: against ICU's own formatters where it has them.
 */
#include "base/tests/unit.h"

#include <unicode/unum.h>
#include <unicode/ustring.h>

#include <stdio.h>
#include <string.h>

#include "core/address.h"
#include "core/i18n.h"
#include "core/ports/payment_port.h"

static const struct catalogue_entry en[] = {
    {"a.key", "A {0} and {1}", 13},
    {"play.kept", "Test card ···{0}", sizeof "Test card ···{0}" - 1},
    {"time.days_ago.one", "yesterday", 9},
    {"time.days_ago.other", "{0} days ago", 12},
    {"time.in_hours.one", "in {0} hour", 11},
    {"time.in_hours.other", "in {0} hours", 12},
    {"time.minutes_ago.one", "{0} min ago", 11},
    {"time.minutes_ago.other", "{0} min ago", 11},
    {"time.now", "just now", 8},
};
static const struct catalogue_entry zh[] = {
    {"play.kept", "测试卡 ···{0}", sizeof "测试卡 ···{0}" - 1},
    {"time.minutes_ago.other", "{0} 分钟前", sizeof "{0} 分钟前" - 1},
};
static const struct catalogue catalogue = {
    .languages = {[LANGUAGE_EN] = {en, COUNT(en)}, [LANGUAGE_ZH] = {zh, COUNT(zh)}}};

enum { HOUR = 3600 * 1000 };
static const int64_t now_ms = 1773324000000; /* 2026-03-12 14:00 UTC */

static struct locale made;

static const struct locale *reader(const char *language, const char *zone)
{
    locale_init(&made, &catalogue, str_c(language), S("DE"), str_c(zone), now_ms);
    return &made;
}

static str money_text(const char *language, int64_t minor, const char *code)
{
    struct strbuf sb;
    struct money m = {.minor = minor};
    memcpy(m.currency.code, code, 4);
    strbuf_init(&sb, &a, 100);
    locale_money(reader(language, "UTC"), &sb, m);
    return strbuf_view(&sb);
}

static str date_text(const struct locale *l, int64_t ms, enum html_date_style style)
{
    struct strbuf sb;
    strbuf_init(&sb, &a, 100);
    locale_date(l, &sb, ms, style);
    return strbuf_view(&sb);
}

static void prices_read_as_people_write_them(void **state)
{
    (void)state;
    assert_str_equal(money_text("en", 4900, "EUR"), "€49.00");
    assert_str_equal(money_text("en", 4900, "CNY"), "CN¥49.00");
    assert_str_equal(money_text("zh", 4900, "CNY"), "¥49.00");
    assert_str_equal(money_text("en", 4900, "JPY"), "¥4,900");
    assert_str_equal(money_text("en", -5, "USD"), "-$0.05");
    assert_str_equal(money_text("en", 123456789, "KWD"), "KWD\xc2\xa0" "123,456.789");
    assert_str_equal(money_text("en", INT64_MIN, "USD"), "-$92,233,720,368,547,758.08");
}

/* Every currency in both languages, as ICU's own formatter would write it with our minor digits. */
static void prices_agree_with_icu(void **state)
{
    (void)state;
    static const char *const codes[] = {"EUR", "USD", "CNY", "JPY", "GBP", "KWD", "CHF",
                                        "TWD", "HKD", "KRW", "INR", "AUD", "CAD", "BRL",
                                        "MXN", "SGD", "VND", "THB", "SEK", "PLN"};
    static const int64_t amounts[] = {0, 1, -1, 99, 100, 4900, 123456, -123456789, 99999999999};
    static const char *const languages[] = {"en", "zh"};
    for (size_t l = 0; l < COUNT(languages); l++) {
        UErrorCode status = U_ZERO_ERROR;
        UNumberFormat *format = unum_open(UNUM_CURRENCY, NULL, 0, languages[l], NULL, &status);
        assert_true(U_SUCCESS(status));
        for (size_t c = 0; c < COUNT(codes) * COUNT(amounts); c++) {
            const char *code = codes[c / COUNT(amounts)];
            int64_t minor = amounts[c % COUNT(amounts)];
            UChar wide_code[4], wide[64];
            char text[200], decimal[40];
            struct currency currency;
            int32_t len;
            assert_null(currency_parse(&a, str_c(code), &currency));
            int digits = currency_digits(currency);
            u_uastrncpy(wide_code, code, 4);
            unum_setTextAttribute(format, UNUM_CURRENCY_CODE, wide_code, 3, &status);
            unum_setAttribute(format, UNUM_FRACTION_DIGITS, digits);
            int decimal_len =
                snprintf(decimal, sizeof decimal, "%llde-%d", (long long)minor, digits);
            len = unum_formatDecimal(format, decimal, decimal_len, wide, 64, NULL, &status);
            u_strToUTF8(text, sizeof text, NULL, wide, len, &status);
            assert_true(U_SUCCESS(status));
            str ours = money_text(languages[l], minor, code);
            if (!str_eq(ours, str_c(text)))
                fail_msg("ICU writes %s, we write %.*s", text, STR_ARG(ours));
        }
        unum_close(format);
    }
}

static void dates_are_short_and_in_the_readers_zone(void **state)
{
    (void)state;
    const struct locale *l = reader("en", "Europe/Berlin");
    assert_str_equal(date_text(l, now_ms, HTML_DATE), "12 Mar");
    assert_str_equal(date_text(l, now_ms, HTML_DATE_TIME), "12 Mar, 15:00");
    assert_str_equal(date_text(l, now_ms + 120LL * 24 * HOUR, HTML_DATE_TIME), "10 Jul, 16:00");
    assert_str_equal(date_text(l, now_ms - 365LL * 24 * HOUR, HTML_DATE), "12 Mar 2025");
    assert_str_equal(date_text(l, now_ms + 10 * HOUR, HTML_DATE), "13 Mar");
    l = reader("zh", "Asia/Shanghai");
    assert_str_equal(date_text(l, now_ms, HTML_DATE_TIME), "3月12日 22:00");
    assert_str_equal(date_text(l, 0, HTML_DATE), "1970年1月1日");
    assert_str_equal(date_text(l, now_ms - 2 * 60000, HTML_DATE_AGO), "2 分钟前");
    l = reader("en", "No/Where");
    assert_str_equal(date_text(l, now_ms, HTML_DATE_TIME), "12 Mar, 14:00");
    assert_str_equal(date_text(l, now_ms - 10, HTML_DATE_AGO), "just now");
    assert_str_equal(date_text(l, now_ms - 2 * 60000, HTML_DATE_AGO), "2 min ago");
    assert_str_equal(date_text(l, now_ms + HOUR, HTML_DATE_AGO), "in 1 hour");
    assert_str_equal(date_text(l, now_ms - 30LL * HOUR, HTML_DATE_AGO), "yesterday");
    assert_str_equal(date_text(l, now_ms - 9LL * 24 * HOUR, HTML_DATE_AGO), "3 Mar");
}

static void zones_know_summer_time(void **state)
{
    (void)state;
    assert_int_equal(zone_offset_s("Europe/Berlin", now_ms), 3600);
    assert_int_equal(zone_offset_s("Europe/Berlin", 1774746000000 - 1),
                     3600); /* 2026-03-29 01:00 UTC */
    assert_int_equal(zone_offset_s("Europe/Berlin", 1774746000000), 7200);
    assert_int_equal(zone_offset_s("Asia/Kolkata", now_ms), 19800);
    assert_int_equal(zone_offset_s("UTC", now_ms), 0);
    assert_true(zone_is_known(S("America/New_York")));
    assert_false(zone_is_known(S("Mars/Base")));
    assert_false(zone_is_known(S("")));
}

static void languages_are_chosen(void **state)
{
    (void)state;
    assert_int_equal(language_choose(S("zh-Hans"), S("en")), LANGUAGE_ZH);
    assert_int_equal(language_choose(STR_NONE, S("fr, de;q=0.9, zh-CN;q=0.8, en;q=0.5")),
                     LANGUAGE_ZH);
    assert_int_equal(language_choose(S("xx"), S("en-GB;q=0.7,zh;q=0.3")), LANGUAGE_EN);
    assert_int_equal(language_choose(STR_NONE, S("zh;q=0, fr")), LANGUAGE_EN);
    assert_int_equal(language_choose(STR_NONE, S(";;;q=,,,zh;q=9")), LANGUAGE_EN);
    assert_int_equal(language_choose(STR_NONE, STR_NONE), LANGUAGE_EN);
    assert_int_equal(language_parse(S("zho")), LANGUAGE_UNSET);
}

static void texts_are_found_and_filled(void **state)
{
    (void)state;
    const str args[] = {STR_INIT("{1}"), STR_INIT("B")};
    str text;
    for (size_t i = 0; i < COUNT(en); i++)
        assert_true(str_eq(catalogue_text(&catalogue, LANGUAGE_EN, en[i].key), str_c(en[i].text)));
    assert_true(str_is_absent(catalogue_text(&catalogue, LANGUAGE_EN, "none")));
    assert_str_equal(locale_text(reader("zh", ""), "none"), "none");
    assert_null(locale_format(&a, reader("en", ""), "a.key", args, 2, &text));
    assert_str_equal(text, "A {1} and B");
}

static void countries_have_names_in_order(void **state)
{
    (void)state;
    struct country_name *countries;
    size_t count;
    str name;
    assert_null(country_list(&a, LANGUAGE_EN, &countries, &count));
    assert_true(count > 230 && count < 270);
    for (size_t i = 1; i < count; i++)
        assert_true(str_cmp(countries[i - 1].name, countries[i].name) != 0);
    assert_null(country_name_of(&a, LANGUAGE_ZH, S("de"), &name));
    assert_str_equal(name, "德国");
    assert_null(country_name_of(&a, LANGUAGE_EN, S("XX"), &name));
    assert_true(str_is_absent(name));
    assert_null(country_name_of(&a, LANGUAGE_EN, S("ZZ"), &name));
    assert_true(str_is_absent(name));
}

static void addresses_are_checked_by_country(void **state)
{
    (void)state;
    static const struct { const char *country, *postcode, *canonical;
    } cases[] = {{"gb", "sw1a1aa", "SW1A 1AA"},
                 {"US", "94107", "94107"},
                 {"US", "941071234", "94107-1234"},
                 {"JP", "1500002", "150-0002"},
                 {"CA", "m5v2t6", "M5V 2T6"},
                 {"NL", "1012js", "1012 JS"},
                 {"DE", "1011", NULL},
                 {"DE", "10115x", NULL},
                 {"GB", "12345", NULL},
                 {"US", "", NULL},
                 {"XX", "1", NULL},
                 {"BR", "01310100", "01310-100"},
                 {"KE", "anything", "anything"},
                 {"HK", "", ""}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct address address = {.name = S(" Mia "),
                                  .line1 = S("1 Road"),
                                  .city = S("Town"),
                                  .region = S("R"),
                                  .postcode = str_c(cases[i].postcode),
                                  .country = str_c(cases[i].country),
                                  .phone = S("+49 30 123456")};
        const struct err *e = address_check(&a, &address);
        if (cases[i].canonical == NULL) {
            assert_non_null(e);
            assert_non_null(e->field);
        } else {
            if (e != NULL)
                fail_msg("%s %s: %.*s", cases[i].country, cases[i].postcode, STR_ARG(e->detail));
            assert_true(str_eq(address.postcode, str_c(cases[i].canonical)));
            assert_str_equal(address.name, "Mia");
        }
    }
    struct address bad = {.name = S("Mia\nEvil"),
                          .line1 = S("1"),
                          .city = S("B"),
                          .postcode = S("10115"),
                          .country = S("DE")};
    const struct err *e = address_check(&a, &bad);
    assert_non_null(e);
    assert_string_equal(e->key, "address.bad_text");
    assert_string_equal(e->field, "name");
}

/* Every country of the tables: the example of its postcode and of its phone are right there. */
static void sixty_countries_know_their_own_examples(void **state)
{
    (void)state;
    struct country_name *countries;
    size_t count, known = 0;
    assert_null(country_list(&a, LANGUAGE_EN, &countries, &count));
    for (size_t i = 0; i < count; i++) {
        struct address_input inputs[ADDRESS_FIELD_COUNT];
        str country = str_c(countries[i].code), phone = address_phone_example(country);
        struct address x = {.name = S("Mia"), .line1 = S("1 Main"), .city = S("Town"),
                            .region = S("R"), .country = country, .phone = phone};
        if (str_is_absent(phone))
            continue;
        known++;
        size_t fields = address_inputs(country, inputs);
        for (size_t f = 0; f < fields; f++)
            if (inputs[f].field == ADDRESS_POSTCODE)
                x.postcode = str_c(inputs[f].example);
        const struct err *e = address_check(&a, &x);
        if (e != NULL)
            fail_msg("%s: %s %s", countries[i].code, e->key, e->field);
    }
    assert_true(known >= 60);
}

static void phones_are_dialled_from_anywhere(void **state)
{
    (void)state;
    static const struct {
        const char *country, *typed, *dialled; /* NULL: refused */
    } cases[] = {
        {"DE", "0151 / 234-567 89", "+4915123456789"},
        {"DE", "+49 (0)151 23456789", "+4915123456789"},
        {"DE", "0049 151 23456789", "+4915123456789"},
        {"DE", "+31 6 12345678", "+31612345678"},
        {"NL", "06 12345678", "+31612345678"},
        {"NL", "06 1234567", NULL},
        {"US", "1 (201) 555-0123", "+12015550123"},
        {"US", "555-0123", NULL},
        {"CN", "131 2345 6789", "+8613123456789"},
        {"JP", "090-1234-5678", "+819012345678"},
        {"IT", "06 1234 5678", "+390612345678"},
        {"AE", "050 123 4567", "+971501234567"},
        {"KE", "0712 345678", "0712345678"},
        {"DE", "call me", NULL},
        {"DE", "12+34567", NULL},
        {"GB", "+44 7400 123456 7890123", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        str got = STR_NONE;
        const struct err *e =
            address_phone(&a, str_c(cases[i].country), str_c(cases[i].typed), &got);
        if (cases[i].dialled == NULL) {
            assert_non_null(e);
            assert_string_equal(e->key, "address.bad_phone");
            assert_false(str_is_empty(e->args[0]));
            continue;
        }
        if (e != NULL || !str_eq(got, str_c(cases[i].dialled)))
            fail_msg("%s: %.*s", cases[i].typed, STR_ARG(got));
    }
}

static void addresses_are_written_as_the_post_reads_them(void **state)
{
    (void)state;
    const struct address us = {.name = S("Mia"),
                               .line1 = S("1 Main St"),
                               .city = S("Austin"),
                               .region = S("TX"),
                               .postcode = S("78701"),
                               .country = S("US")};
    const struct address cn = {.name = S("王美"),
                               .line1 = S("春熙路1号"),
                               .city = S("成都"),
                               .region = S("四川"),
                               .postcode = S("610000"),
                               .country = S("CN")};
    str text;
    assert_null(address_lines(&a, &us, LANGUAGE_EN, S("DE"), &text));
    assert_str_equal(text, "Mia\n1 Main St\nAustin, TX 78701\nUnited States");
    assert_null(address_one_line(&a, &us, LANGUAGE_EN, S("US"), &text));
    assert_str_equal(text, "Mia, 1 Main St, Austin, TX 78701");
    assert_null(address_lines(&a, &cn, LANGUAGE_ZH, S("DE"), &text));
    assert_str_equal(text, "中国\n610000\n四川 成都\n春熙路1号\n王美");
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    size_t count = address_inputs(S("US"), inputs);
    assert_int_equal(count, 8);
    assert_string_equal(inputs[0].name, "country");
    assert_string_equal(inputs[5].label_key, "address.region.state");
    assert_true(address_inputs(S("KE"), inputs) <= ADDRESS_FIELD_COUNT);
}

static str label_words(const char *language, const char *label)
{
    str words;
    assert_null(payment_label_words(&a, reader(language, "UTC"), str_c(label), &words));
    return words;
}

static void a_way_to_pay_is_called_by_its_reader(void **state)
{
    (void)state;
    assert_str_equal(label_words("en", "play.kept 4242"), "Test card ···4242");
    assert_str_equal(label_words("zh", "play.kept 4242"), "测试卡 ···4242");
    assert_str_equal(label_words("zh", "Visa ···4242"), "Visa ···4242");
    assert_str_equal(label_words("zh", "pay.nobody ···1"), "pay.nobody ···1");
    assert_str_equal(label_words("en", ""), "");
}

static void it_is_day_where_all_of_a_country_is_awake(void **state)
{
    const int64_t hour = 3600 * 1000, noon = 1795262400000; /* 2026-11-21 12:00 UTC */
    (void)state;
    assert_true(country_is_day(S("NL"), noon));
    assert_true(country_is_day(S("NL"), noon - 4 * hour));
    assert_false(country_is_day(S("NL"), noon - 5 * hour));
    assert_true(country_is_day(S("NL"), noon + 7 * hour));
    assert_false(country_is_day(S("NL"), noon + 8 * hour));
    assert_false(country_is_day(S("NZ"), noon));
    assert_false(country_is_day(S("US"), noon)); /* Hawaii sleeps */
    assert_true(country_is_day(S("QQ"), noon));
    assert_true(country_is_day(S(""), noon));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(prices_read_as_people_write_them),
        TEST(prices_agree_with_icu),
        TEST(dates_are_short_and_in_the_readers_zone),
        TEST(zones_know_summer_time),
        TEST(it_is_day_where_all_of_a_country_is_awake),
        TEST(languages_are_chosen),
        TEST(texts_are_found_and_filled),
        TEST(a_way_to_pay_is_called_by_its_reader),
        TEST(countries_have_names_in_order),
        TEST(addresses_are_checked_by_country),
        TEST(addresses_are_written_as_the_post_reads_them),
        TEST(sixty_countries_know_their_own_examples),
        TEST(phones_are_dialled_from_anywhere),
    };
    return cmocka_run_group_tests_name("i18n", tests, NULL, NULL);
}
