/* Converting and rounding: worked by hand, and where it ends. */
#include "base/tests/unit.h"
#include "currency/currency.h"

static struct shop_rate rate_of(const char *base, const char *currency, int64_t rate_micros,
                                enum currency_rounding rounding)
{
    struct shop_rate rate = {.rate_micros = rate_micros, .rounding = rounding};
    memcpy(rate.base.code, base, 3);
    memcpy(rate.currency.code, currency, 3);
    return rate;
}

static void converts_half_away_from_zero(void **state)
{
    (void)state;
    static const struct {
        const char *base, *currency;
        int64_t rate_micros, minor, converted;
    } cases[] = {
        {"EUR", "USD", 1085000, 1000, 1085},  {"EUR", "USD", 1085000, 10, 11}, /* 10.85 */
        {"EUR", "USD", 1500000, 1, 2},        {"EUR", "USD", 1500000, -1, -2},
        {"EUR", "USD", 1499999, 1, 1},        {"EUR", "USD", 1499999, -1, -1},
        {"EUR", "JPY", 161250000, 100, 161},  {"EUR", "KWD", 333000, 1000, 3330},
        {"JPY", "EUR", 6200, 100, 62},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct shop_rate rate = rate_of(cases[i].base, cases[i].currency, cases[i].rate_micros,
                                        CURRENCY_EXACT);
        int64_t got;
        assert_null(currency_convert(&a, &rate, cases[i].minor, &got));
        assert_int_equal(got, cases[i].converted);
    }
}

static void the_way_back_is_near(void **state)
{
    (void)state;
    struct shop_rate rate = rate_of("EUR", "USD", 1085000, CURRENCY_EXACT);
    int64_t there, back;
    for (int64_t minor = -500; minor < 500; minor++) {
        assert_null(currency_convert(&a, &rate, minor, &there));
        assert_null(currency_base(&a, &rate, there, &back));
        assert_int_equal(back, minor);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct shop_rate rate = rate_of("JPY", "USD", RATE_ONE, CURRENCY_UP_TO_TEN);
    int64_t got;
    assert_string_equal(currency_convert(&a, &rate, INT64_MAX, &got)->key, "error.money_too_big");
    assert_string_equal(currency_convert(&a, &rate, INT64_MIN, &got)->key, "error.money_too_big");
    assert_string_equal(currency_round(&a, &rate, INT64_MAX, &got)->key, "error.money_too_big");
}

static void rounds_up_to_the_next(void **state)
{
    (void)state;
    static const struct {
        const char *currency;
        enum currency_rounding rounding;
        int64_t minor, rounded;
    } cases[] = {
        {"USD", CURRENCY_EXACT, 2105, 2105},
        {"USD", CURRENCY_ROUNDING_UNSET, 2105, 2105},
        {"USD", CURRENCY_ROUNDING_COUNT, 2105, 2105},
        {"USD", (enum currency_rounding)77, 2105, 2105},
        {"USD", CURRENCY_UP_TO_90, 2105, 2190},
        {"USD", CURRENCY_UP_TO_90, 2190, 2190},
        {"USD", CURRENCY_UP_TO_90, 2191, 2290},
        {"USD", CURRENCY_UP_TO_90, 5, 90},
        {"USD", CURRENCY_UP_TO_99, 2105, 2199},
        {"USD", CURRENCY_UP_TO_WHOLE, 2105, 2200},
        {"USD", CURRENCY_UP_TO_WHOLE, 2100, 2100},
        {"JPY", CURRENCY_UP_TO_90, 2105, 2105},
        {"JPY", CURRENCY_UP_TO_TEN, 2613, 2620},
        {"USD", CURRENCY_UP_TO_TEN, 2105, 3000},
        {"USD", CURRENCY_UP_TO_90, 0, 0},
        {"USD", CURRENCY_UP_TO_90, -5, -5},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct shop_rate rate = rate_of("EUR", cases[i].currency, RATE_ONE, cases[i].rounding);
        int64_t got;
        assert_null(currency_round(&a, &rate, cases[i].minor, &got));
        assert_int_equal(got, cases[i].rounded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(converts_half_away_from_zero),
                                       TEST(the_way_back_is_near),
                                       TEST(what_does_not_fit_is_refused),
                                       TEST(rounds_up_to_the_next)};
    return cmocka_run_group_tests_name("currency rules", tests, NULL, NULL);
}
