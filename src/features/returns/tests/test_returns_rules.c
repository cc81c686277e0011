/* The machine, the window, the fee and the value of returns. */
#include "base/tests/unit.h"
#include "base/timefmt.h"
#include "returns/returns_rules.h"

static const int64_t day = DAY_MS;
static const struct currency eur = {"EUR"};

static void only_what_the_table_says(void **state)
{
    /* columns: agree, keep, refuse, send, receive, refund, withdraw, lapse */
    static const enum returns_state next[RETURNS_STATE_COUNT][RETURNS_ACT_COUNT] = {
        [RETURNS_ASKED] = {0, RETURNS_AGREED, RETURNS_RECEIVED, RETURNS_REFUSED, 0, 0, 0,
                           RETURNS_CLOSED, 0},
        [RETURNS_AGREED] = {0, 0, 0, 0, RETURNS_SENT, RETURNS_RECEIVED, 0, RETURNS_CLOSED,
                            RETURNS_CLOSED},
        [RETURNS_SENT] = {0, 0, 0, 0, 0, RETURNS_RECEIVED},
        [RETURNS_RECEIVED] = {0, 0, 0, 0, 0, 0, RETURNS_REFUNDED},
    };
    (void)state;
    for (int s = 0; s < RETURNS_STATE_COUNT; s++)
        for (int act = 0; act < RETURNS_ACT_COUNT; act++) {
            enum returns_state got = RETURNS_STATE_UNSET;
            bool is_step = returns_rules_step((enum returns_state)s, (enum returns_act)act, &got);
            assert_int_equal(got, next[s][act]);
            assert_int_equal(is_step, next[s][act] != RETURNS_STATE_UNSET);
        }
    for (int s = 1; s < RETURNS_STATE_COUNT; s++)
        assert_int_equal(returns_rules_counts((enum returns_state)s),
                         s != RETURNS_REFUSED && s != RETURNS_CLOSED);
}

static void the_last_day_counts_whole(void **state)
{
    (void)state;
    assert_int_equal(returns_rules_until(1000, 14, false), 1000 + 15 * day);
    assert_int_equal(returns_rules_until(1000, 3, false), 1000 + 4 * day);
    assert_int_equal(returns_rules_until(1000, 0, true), 1000 + 15 * day);
    assert_int_equal(returns_rules_until(1000, 30, true), 1000 + 31 * day);
}

static void nothing_is_kept_for_the_shops_fault(void **state)
{
    (void)state;
    assert_int_equal(returns_rules_fee(4999, 15, RETURNS_MIND, false), 749);
    assert_int_equal(returns_rules_fee(4999, 15, RETURNS_FIT, false), 749);
    assert_int_equal(returns_rules_fee(4999, 15, RETURNS_MIND, true), 0);
    assert_int_equal(returns_rules_fee(4999, 15, RETURNS_BROKEN, false), 0);
    assert_int_equal(returns_rules_fee(4999, 15, RETURNS_WRONG, false), 0);
    assert_int_equal(returns_rules_fee(4999, 15, RETURNS_LATE, false), 0);
    assert_int_equal(returns_rules_fee(INT64_MAX / 100, 50, RETURNS_MIND, false),
                     INT64_MAX / 100 / 2);
}

static void parts_add_up_to_the_order(void **state)
{
    struct order o = {.currency = eur, .goods_minor = 3 * 333, .shipping_minor = 500,
                      .tax_minor = 315, .total_minor = 3 * 333 + 500 + 315};
    int64_t one, two, three, all;
    (void)state;
    assert_null(order_goods_value(&a, &o, 0, 333, &one));
    assert_null(order_goods_value(&a, &o, 333, 333, &two));
    assert_null(order_goods_value(&a, &o, 666, 333, &three));
    assert_null(order_goods_value(&a, &o, 0, 999, &all));
    assert_int_equal(one + two + three, all);
    assert_true(all > 999 && all < o.total_minor - 500);
    o.tax_included = true;
    assert_null(order_goods_value(&a, &o, 333, 333, &two));
    assert_int_equal(two, 333);
    o = (struct order){.currency = eur};
    assert_null(order_goods_value(&a, &o, 0, 0, &one));
    assert_int_equal(one, 0);
}

static void what_is_due_is_never_more_than_was_paid(void **state)
{
    struct order o = {.currency = eur, .total_minor = 10000, .paid_minor = 10000};
    struct returns_case c = {.value_minor = 6000, .shipping_minor = 500, .fee_minor = 600};
    (void)state;
    assert_int_equal(returns_due_minor(&c, &o, NULL), 5900);
    o.refunded_minor = 4000;
    o.refunding_minor = 1000;
    assert_int_equal(returns_due_minor(&c, &o, NULL), 5000);
    o = (struct order){.currency = eur, .total_minor = 10000, .paid_minor = 3000};
    assert_int_equal(returns_due_minor(&c, &o, NULL), 0); /* 7000 are open still */
    c = (struct returns_case){.value_minor = 9500, .shipping_minor = 500};
    assert_int_equal(returns_due_minor(&c, &o, NULL), 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_what_the_table_says),
        TEST(the_last_day_counts_whole),
        TEST(nothing_is_kept_for_the_shops_fault),
        TEST(parts_add_up_to_the_order),
        TEST(what_is_due_is_never_more_than_was_paid),
    };
    return cmocka_run_group_tests_name("returns: rules", tests, NULL, NULL);
}
