/* The table of steps and the arithmetic of parts: no store, no clock. */
#include "base/tests/unit.h"
#include "order/order_rules.h"

static void only_steps_of_the_table(void **state)
{
    (void)state;
    int legal[ORDER_ACT_COUNT] = {0};
    for (int s = ORDER_PLACED; s < ORDER_STATE_COUNT; s++)
        for (int p = ORDER_UNPAID; p <= ORDER_AUTHORISED; p++)
            for (int f = ORDER_UNFULFILLED; f <= ORDER_PART_SHIPPED; f++)
                for (int act = ORDER_ACT_PAY; act < ORDER_ACT_COUNT; act++) {
                    struct order_place_in_life now = {(enum order_state)s,
                                                      (enum order_payment_state)p,
                                                      (enum order_fulfilment)f},
                                               next = now;
                    if (!order_rules_step(now, (enum order_act)act, &next))
                        continue;
                    legal[act]++;
                    assert_int_equal(next.payment, now.payment);
                    assert_true(f != ORDER_DELIVERED || next.fulfilment == ORDER_DELIVERED);
                    assert_true(next.fulfilment != ORDER_UNFULFILLED || f == ORDER_UNFULFILLED);
                    if (act == ORDER_ACT_PAY || act == ORDER_ACT_EXPIRE)
                        assert_true(p == ORDER_UNPAID || p == ORDER_PART_PAID);
                    if (act == ORDER_ACT_CAPTURE)
                        assert_true(p == ORDER_UNPAID || p == ORDER_PART_PAID ||
                                    p == ORDER_AUTHORISED);
                    if (act == ORDER_ACT_CANCEL)
                        assert_true(s == ORDER_PLACED && f == ORDER_UNFULFILLED);
                    if (act == ORDER_ACT_SHIP || act == ORDER_ACT_SHIP_PART)
                        assert_true(s == ORDER_PLACED &&
                                    (f == ORDER_UNFULFILLED || f == ORDER_PART_SHIPPED));
                    if (act == ORDER_ACT_REWRITE)
                        assert_true(s == ORDER_PLACED && p == ORDER_UNPAID);
                    if (act == ORDER_ACT_ADD)
                        assert_true(s == ORDER_PLACED && p != ORDER_UNPAID && p != ORDER_REFUNDED);
                    if (s == ORDER_CANCELLED)
                        assert_true(act == ORDER_ACT_REFUND || act == ORDER_ACT_REFUND_ALL);
                }
    static const int expected[ORDER_ACT_COUNT] = {0, 2, 8, 6, 2, 64, 96,
                                                  6, 6, 6, 4, 1, 7, 6};
    for (int act = ORDER_ACT_PAY; act < ORDER_ACT_COUNT; act++)
        assert_int_equal(legal[act], expected[act]);
}

static void payment_follows_from_sums(void **state)
{
    (void)state;
    assert_int_equal(order_rules_payment(100, 0, 0), ORDER_UNPAID);
    assert_int_equal(order_rules_payment(100, 1, 0), ORDER_PART_PAID);
    assert_int_equal(order_rules_payment(100, 99, 0), ORDER_PART_PAID);
    assert_int_equal(order_rules_payment(100, 99, 1), ORDER_PART_PAID);
    assert_int_equal(order_rules_payment(100, 99, 99), ORDER_REFUNDED);
    assert_int_equal(order_rules_payment(100, 100, 0), ORDER_PAID);
    assert_int_equal(order_rules_payment(100, 100, 1), ORDER_PART_REFUNDED);
    assert_int_equal(order_rules_payment(100, 100, 100), ORDER_REFUNDED);
    assert_int_equal(order_rules_payment(0, 0, 0), ORDER_PAID);
}

static void what_is_promised_covers(void **state)
{
    (void)state;
    assert_int_equal(order_rules_covered(ORDER_UNPAID, 100, 0, 99), ORDER_UNPAID);
    assert_int_equal(order_rules_covered(ORDER_UNPAID, 100, 0, 100), ORDER_AUTHORISED);
    assert_int_equal(order_rules_covered(ORDER_PART_PAID, 100, 30, 70), ORDER_AUTHORISED);
    assert_int_equal(order_rules_covered(ORDER_UNPAID, 0, 0, 0), ORDER_UNPAID);
    assert_int_equal(order_rules_covered(ORDER_PAID, 100, 100, 100), ORDER_PAID);
    assert_int_equal(order_rules_covered(ORDER_REFUNDED, 100, 100, 100), ORDER_REFUNDED);
}

/* Where an attempt ends depends on which notices came, not on their order or number. */
static void attempts_forget_the_order_of_notices(void **state)
{
    (void)state;
    static const enum payment_outcome outcomes[] = {PAYMENT_FAILED, PAYMENT_AUTHORISED,
                                                    PAYMENT_VOIDED, PAYMENT_CAPTURED};
    enum payment_attempt_state ends[16] = {ATTEMPT_UNSET}, next;
    for (int code = 0; code < 4 * 4 * 4 * 4 * 4 * 4; code++) {
        enum payment_attempt_state at = code % 2 == 0 ? ATTEMPT_BEGUN : ATTEMPT_WAITS;
        int seen = 0;
        for (int i = 0, rest = code; i < 6; i++, rest /= 4) {
            seen |= 1 << rest % 4;
            if (order_rules_attempt(at, outcomes[rest % 4], &next))
                at = next;
        }
        if (ends[seen] == ATTEMPT_UNSET)
            ends[seen] = at;
        assert_int_equal(at, ends[seen]);
    }
    assert_int_equal(ends[1], ATTEMPT_FAILED);
    assert_int_equal(ends[3], ATTEMPT_AUTHORISED);
    assert_int_equal(ends[7], ATTEMPT_VOIDED);
    assert_int_equal(ends[15], ATTEMPT_CAPTURED);
    assert_false(order_rules_attempt(ATTEMPT_GOES_BACK, PAYMENT_CAPTURED, &next));
    assert_false(order_rules_attempt(ATTEMPT_WAITS, PAYMENT_REFUNDED, &next));
    assert_false(order_rules_attempt(ATTEMPT_WAITS, PAYMENT_DISPUTED, &next));
    assert_false(order_rules_attempt(ATTEMPT_WAITS, PAYMENT_OUTCOME_UNSET, &next));
}

/* Whatever the steps, the parts of all of them are the parts of the whole. */
static void parts_add_up(void **state)
{
    (void)state;
    for (int included = 0; included < 2; included++) {
        struct order o = {.currency = {"EUR"},
                          .goods_minor = 4999,
                          .shipping_minor = 495,
                          .tax_minor = 953,
                          .tax_included = included != 0,
                          .total_minor = included ? 5494 : 6447};
        struct order_split whole, sum = {0}, part;
        assert_null(order_rules_split(&a, &o, 0, o.total_minor, &whole));
        assert_int_equal(whole.sales_minor + whole.shipping_minor + whole.tax_minor, o.total_minor);
        assert_int_equal(whole.tax_minor, 953);
        for (int64_t done = 0, step = 1; done < o.total_minor;
             done += step, step = step * 3 % 701 + 1) {
            if (step > o.total_minor - done)
                step = o.total_minor - done;
            assert_null(order_rules_split(&a, &o, done, step, &part));
            assert_int_equal(part.sales_minor + part.shipping_minor + part.tax_minor, step);
            sum.sales_minor += part.sales_minor;
            sum.shipping_minor += part.shipping_minor;
            sum.tax_minor += part.tax_minor;
            if (done + step == o.total_minor)
                break;
        }
        assert_memory_equal(&sum, &whole, sizeof sum);
    }
}

static void wants_are_sorted_and_joined(void **state)
{
    (void)state;
    struct price_want wants[] = {{{30}, 1}, {{10}, 2}, {{30}, 4}, {{20}, 1}}, *list;
    size_t count;
    assert_null(order_rules_wants(&a, wants, 4, &list, &count));
    assert_int_equal(count, 3);
    assert_int_equal(list[0].variant_id.v, 10);
    assert_int_equal(list[2].variant_id.v, 30);
    assert_int_equal(list[2].quantity, 5);
    wants[2].quantity = 999;
    assert_string_equal(order_rules_wants(&a, wants, 4, &list, &count)->key, "price.bad_quantity");
    assert_string_equal(order_rules_wants(&a, wants, 0, &list, &count)->key, "price.bad_lines");
}

static void shares_are_equal_or_exact(void **state)
{
    struct money total = {1000, {"EUR"}};
    int64_t parts[3];
    (void)state;
    assert_null(order_rules_shares(&a, total, (int64_t[]){0, 0, 0}, 3, parts));
    assert_true(parts[0] == 334 && parts[1] == 333 && parts[2] == 333);
    assert_null(order_rules_shares(&a, total, (int64_t[]){500, 499, 1}, 3, parts));
    assert_true(parts[0] == 500 && parts[1] == 499 && parts[2] == 1);
    const struct err *e = order_rules_shares(&a, total, (int64_t[]){500, 400, 0}, 3, parts);
    assert_string_equal(e->key, "order.split_sum");
    assert_str_equal(e->args[0], "100");
    e = order_rules_shares(&a, total, (int64_t[]){1000, 0, 0}, 3, parts);
    assert_string_equal(e->key, "order.split_sum");
    assert_str_equal(
        order_rules_shares(&a, total, (int64_t[]){2000, -500, -500}, 3, parts)->args[0], "0");
    e = order_rules_shares(&a, total, (int64_t[]){INT64_MIN, INT64_MIN, 1}, 3, parts);
    assert_string_equal(e->key, "error.money_too_big");
    total.minor = 2;
    assert_string_equal(order_rules_shares(&a, total, (int64_t[]){0, 0, 0}, 3, parts)->key,
                        "order.split_count");
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(only_steps_of_the_table),
                                       TEST(payment_follows_from_sums),
                                       TEST(what_is_promised_covers),
                                       TEST(attempts_forget_the_order_of_notices),
                                       TEST(parts_add_up),
                                       TEST(shares_are_equal_or_exact),
                                       TEST(wants_are_sorted_and_joined)};
    return cmocka_run_group_tests_name("order: rules", tests, NULL, NULL);
}
