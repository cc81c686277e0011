/* Currencies, checked arithmetic, rounding, splitting, text and back. */
#include "base/tests/unit.h"

#include "base/money.h"

static struct money amount(int64_t minor, const char *code)
{
    struct money m = {.minor = minor};
    assert_null(currency_parse(&a, str_c(code), &m.currency));
    return m;
}

static void knows_the_currencies(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int digits;
    } cases[] = {{"EUR", 2}, {"jpy", 0}, {"Kwd", 3}, {"CLF", 4},
                 {"AED", 2}, {"ZWG", 2}, {"ISK", 0}, {"HUF", 2}};
    struct currency c;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_null(currency_parse(&a, str_c(cases[i].code), &c));
        assert_int_equal(currency_digits(c), cases[i].digits);
        assert_true(str_eq_nocase(currency_str(&c), str_c(cases[i].code)));
    }
    static const char *const wrong[] = {"", "E", "EURO", "XXX", "XAU", "DEM", "E\0R", "€", "{{{",
                                        "EUROPEAN"};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(currency_parse(&a, str_c(wrong[i]), &c)->kind, ERR_INVALID);
    assert_int_equal(currency_parse(&a, STR_NONE, &c)->kind, ERR_INVALID);
    assert_int_equal(currency_digits((struct currency){""}), 2);
}

static void adds_and_refuses_overflow(void **state)
{
    (void)state;
    struct money ret, max = amount(INT64_MAX, "EUR"), min = amount(INT64_MIN, "EUR"),
                      one = amount(1, "EUR");
    assert_null(money_add(&a, amount(250, "EUR"), amount(-51, "EUR"), &ret));
    assert_int_equal(ret.minor, 199);
    assert_int_equal(money_add(&a, max, one, &ret)->kind, ERR_INVALID);
    assert_int_equal(money_sub(&a, min, one, &ret)->kind, ERR_INVALID);
    assert_null(money_mul(&a, amount(250, "EUR"), -3, &ret));
    assert_int_equal(ret.minor, -750);
    assert_int_equal(money_mul(&a, max, 2, &ret)->kind, ERR_INVALID);
    assert_int_equal(money_mul(&a, min, -1, &ret)->kind, ERR_INVALID);
    assert_int_equal(money_add(&a, one, amount(1, "USD"), &ret)->kind, ERR_BUG);
    assert_int_equal(money_sub(&a, one, amount(1, "USD"), &ret)->kind, ERR_BUG);
}

static void rounds_half_away_from_zero(void **state)
{
    (void)state;
    static const struct {
        int64_t x, numerator, denominator, expected;
    } cases[] = {
        {5, 1, 2, 3},
        {-5, 1, 2, -3},
        {5, -1, 2, -3},
        {4, 1, 3, 1},
        {-4, 1, 3, -1},
        {5, 1, 3, 2},
        {1999, 19, 119, 319},
        {0, 7, 9, 0},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {INT64_MIN, 1, 1, INT64_MIN},
        {1, 1, 2, 1},
        {-1, 1, 2, -1},
        {1, 49, 100, 0},
    };
    struct money ret;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_null(money_ratio(&a, amount(cases[i].x, "EUR"), cases[i].numerator,
                                cases[i].denominator, &ret));
        assert_int_equal(ret.minor, cases[i].expected);
    }
    assert_int_equal(money_ratio(&a, amount(INT64_MAX, "EUR"), 3, 2, &ret)->kind, ERR_INVALID);
    assert_int_equal(money_ratio(&a, amount(1, "EUR"), 1, 0, &ret)->kind, ERR_BUG);
}

static void split_parts_sum_to_the_whole(void **state)
{
    (void)state;
    int64_t parts[5];
    assert_null(money_split(&a, amount(100, "EUR"), (int64_t[]){1, 1, 1}, 3, parts));
    assert_true(parts[0] == 34 && parts[1] == 33 && parts[2] == 33);
    assert_null(money_split(&a, amount(-100, "EUR"), (int64_t[]){1, 1, 1}, 3, parts));
    assert_true(parts[0] == -34 && parts[1] == -33 && parts[2] == -33);
    assert_null(money_split(&a, amount(10, "EUR"), (int64_t[]){0, 3, 0, 1}, 4, parts));
    assert_true(parts[0] == 0 && parts[1] == 8 && parts[2] == 0 && parts[3] == 2);
    static const int64_t totals[] = {0, 1, 7, -7, 99999, INT64_MAX, INT64_MIN};
    static const int64_t weights[] = {INT64_MAX, 1, 0, 12345678901, INT64_MAX};
    for (size_t i = 0; i < COUNT(totals); i++) {
        int64_t sum = 0;
        assert_null(money_split(&a, amount(totals[i], "EUR"), weights, COUNT(weights), parts));
        for (size_t n = 0; n < COUNT(weights); n++)
            assert_false(__builtin_add_overflow(sum, parts[n], &sum));
        assert_int_equal(sum, totals[i]);
        assert_int_equal(parts[2], 0);
    }
    assert_int_equal(money_split(&a, amount(1, "EUR"), (int64_t[]){0, 0}, 2, parts)->kind, ERR_BUG);
    assert_int_equal(money_split(&a, amount(1, "EUR"), (int64_t[]){2, -1}, 2, parts)->kind,
                     ERR_BUG);
}

static void reads_amounts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        int64_t minor;
    } good[] = {
        {"12.34", "EUR", 1234},
        {"-0.5", "EUR", -50},
        {"1,234.50", "USD", 123450},
        {"0", "EUR", 0},
        {"1234", "JPY", 1234},
        {"1.234", "KWD", 1234},
        {"1,234,567", "JPY", 1234567},
        {"007", "JPY", 7},
        {"92233720368547758.07", "EUR", INT64_MAX},
        {"-92233720368547758.08", "EUR", INT64_MIN},
    };
    static const char *const bad[] = {
        "",
        "-",
        ".",
        "1.",
        ".5",
        "1.234",
        "1,23",
        "1234,567",
        ",123",
        "1,,234",
        "12,34.5",
        "1.2.3",
        "+1",
        " 1",
        "1 ",
        "1e3",
        "0x1",
        "--1",
        "1.2,3",
        "92233720368547758.08",
        "-92233720368547758.09",
        "99999999999999999999",
        "\xd9\xa1",
        "$1",
        "1.-5",
        "1.2x",
        "1.",
        "1.234",
        "x.5",
        "1.,5",
    };
    struct money ret;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_null(money_parse(&a, str_c(good[i].text), amount(0, good[i].code).currency, &ret));
        assert_int_equal(ret.minor, good[i].minor);
    }
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(money_parse(&a, str_c(bad[i]), amount(0, "EUR").currency, &ret)->kind,
                         ERR_INVALID);
    assert_int_equal(money_parse(&a, STR_NONE, amount(0, "EUR").currency, &ret)->kind, ERR_INVALID);
    assert_int_equal(money_parse(&a, S("1.0"), amount(0, "JPY").currency, &ret)->kind, ERR_INVALID);
}

static void writes_amounts(void **state)
{
    (void)state;
    static const struct {
        int64_t minor;
        const char *code, *text;
    } cases[] = {
        {123450, "EUR", "1234.50"},
        {-5, "EUR", "-0.05"},
        {0, "EUR", "0.00"},
        {0, "JPY", "0"},
        {-7, "JPY", "-7"},
        {1, "KWD", "0.001"},
        {INT64_MIN, "EUR", "-92233720368547758.08"},
        {100, "EUR", "1.00"},
        {10, "JPY", "10"},
    };
    str text;
    struct money back;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct money m = amount(cases[i].minor, cases[i].code);
        assert_null(money_format(&a, m, &text));
        assert_string_equal(text.ptr, cases[i].text);
        assert_null(money_parse(&a, text, m.currency, &back));
        assert_int_equal(back.minor, m.minor);
    }
}

static const struct err *split_in_three(struct arena *arena)
{
    static const int64_t weights[] = {1, 1, 1};
    struct money ten = {.minor = 10};
    int64_t parts[3];
    TRY(money_split(arena, ten, weights, 3, parts));
    assert_int_equal(parts[0], 4);
    assert_int_equal(parts[1], 3);
    assert_int_equal(parts[2], 3);
    return NULL;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    unit_fault_loop(split_in_three);
}

static void ratios_that_do_not_fit(void **state)
{
    (void)state;
    struct money ret;
    assert_int_equal(money_ratio(&a, amount(INT64_MAX, "EUR"), 2, 1, &ret)->kind, ERR_INVALID);
    assert_int_equal(money_ratio(&a, amount(INT64_MIN, "EUR"), 2, 1, &ret)->kind, ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(knows_the_currencies),
        TEST(adds_and_refuses_overflow),
        TEST(rounds_half_away_from_zero),
        TEST(split_parts_sum_to_the_whole),
        TEST(reads_amounts),
        TEST(writes_amounts),
        TEST(memory_may_run_out),
        TEST(ratios_that_do_not_fit),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
