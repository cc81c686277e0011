/* The machine and the arithmetic of quotations. */
#include "base/tests/unit.h"
#include "quote/quote_rules.h"

static void only_what_the_table_says(void **state)
{
    /* rows: states from asked on; columns: quote, accept, decline, withdraw, expire */
    static const enum quote_state next[QUOTE_STATE_COUNT][QUOTE_ACT_COUNT] = {
        [QUOTE_ASKED] = {0, QUOTE_QUOTED, 0, QUOTE_DECLINED, QUOTE_WITHDRAWN, 0},
        [QUOTE_QUOTED] = {0, QUOTE_QUOTED, QUOTE_ACCEPTED, QUOTE_DECLINED, QUOTE_WITHDRAWN,
                          QUOTE_EXPIRED},
        [QUOTE_DECLINED] = {0, QUOTE_QUOTED},
        [QUOTE_EXPIRED] = {0, QUOTE_QUOTED},
    };
    (void)state;
    for (int s = 0; s < QUOTE_STATE_COUNT; s++)
        for (int act = 0; act < QUOTE_ACT_COUNT; act++) {
            enum quote_state got = QUOTE_STATE_UNSET;
            bool is_step = quote_rules_step((enum quote_state)s, (enum quote_act)act, &got);
            assert_int_equal(got, next[s][act]);
            assert_int_equal(is_step, next[s][act] != QUOTE_STATE_UNSET);
        }
}

static struct quote_terms terms_of(struct quote_line *lines, size_t count)
{
    return (struct quote_terms){.lines = lines, .line_count = count};
}

static void sums_add_up(void **state)
{
    (void)state;
    struct quote_line lines[] = {{.quantity = 3, .unit_minor = 333},
                                 {.quantity = 1, .unit_minor = 1}};
    struct quote_terms v = terms_of(lines, 2);
    v.shipping_minor = 100;
    v.deposit_percent = 30;
    v.tax_bp = 2100;
    assert_null(quote_rules_sum(&a, (bool[]){true, false}, &v));
    assert_int_equal(v.goods_minor, 1000);
    assert_int_equal(v.tax_minor, 231); /* (999 + 100) * 21 % = 230.79 */
    assert_int_equal(v.total_minor, 1331);
    assert_int_equal(v.deposit_minor, 399); /* 399.3 */
    v.tax_included = true;
    assert_null(quote_rules_sum(&a, (bool[]){true, false}, &v));
    assert_int_equal(v.tax_minor, 191); /* 1099 * 21 / 121 = 190.7 */
    assert_int_equal(v.total_minor, 1100);
    assert_null(quote_rules_sum(&a, (bool[]){false, false}, &v));
    assert_int_equal(v.tax_minor, 0);
}

static void all_at_once_is_no_deposit(void **state)
{
    (void)state;
    struct quote_line line = {.quantity = 1, .unit_minor = 999};
    struct quote_terms v = terms_of(&line, 1);
    for (int percent = 0; percent <= 100; percent += 100) {
        v.deposit_percent = percent;
        assert_null(quote_rules_sum(&a, (bool[]){true}, &v));
        assert_int_equal(v.deposit_minor, 0);
    }
    v.deposit_percent = 99;
    line.unit_minor = 1; /* 99 % of a cent rounds to all of it */
    assert_null(quote_rules_sum(&a, (bool[]){true}, &v));
    assert_int_equal(v.deposit_minor, 0);
}

static void refused(struct quote_terms v, const char *key)
{
    const struct err *e = quote_rules_sum(&a, (bool[]){true, true}, &v);
    assert_non_null(e);
    assert_string_equal(e->key, key);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct quote_line lines[2] = {{.quantity = 1, .unit_minor = 1}, {.quantity = 1}};
    struct quote_terms v = terms_of(lines, 2);
    v.shipping_minor = -1;
    refused(v, "quote.bad_terms");
    v.shipping_minor = 0;
    v.tax_bp = 10001;
    refused(v, "quote.bad_terms");
    v.tax_bp = -1;
    refused(v, "quote.bad_terms");
    v.tax_bp = 0;
    v.deposit_percent = 101;
    refused(v, "quote.bad_terms");
    v.deposit_percent = -1;
    refused(v, "quote.bad_terms");
    v.deposit_percent = 0;
    lines[0].quantity = 0;
    refused(v, "price.bad_quantity");
    lines[0].quantity = PRICE_QUANTITY_MAX + 1;
    refused(v, "price.bad_quantity");
    lines[0] = (struct quote_line){.quantity = 1, .unit_minor = -1};
    refused(v, "price.untrue");
    lines[0] = (struct quote_line){.quantity = 2, .unit_minor = INT64_MAX};
    refused(v, "price.too_much");
    lines[0] = lines[1] = (struct quote_line){.quantity = 1, .unit_minor = INT64_MAX};
    refused(v, "price.too_much");
    lines[1].unit_minor = 0;
    v.shipping_minor = 1;
    refused(v, "price.too_much");
    lines[0].unit_minor = INT64_MAX - 10;
    v.tax_bp = 10000;
    refused(v, "price.too_much");
}

static void untaxed_goods_and_shipping_must_fit(void **state)
{
    struct quote_line line = {.quantity = 1, .unit_minor = INT64_MAX};
    struct quote_terms v = terms_of(&line, 1);
    (void)state;
    v.shipping_minor = 1;
    assert_string_equal(quote_rules_sum(&a, (bool[]){false}, &v)->key, "price.too_much");
}

static void incoterms_are_a_closed_list(void **state)
{
    (void)state;
    assert_true(quote_rules_incoterm_is_known(S("FOB")));
    assert_true(quote_rules_incoterm_is_known(S("DDP")));
    assert_true(quote_rules_incoterm_is_known(S("")));
    assert_false(quote_rules_incoterm_is_known(S("DDU"))); /* of 2000 */
    assert_false(quote_rules_incoterm_is_known(S("fob")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_what_the_table_says), TEST(sums_add_up),
        TEST(all_at_once_is_no_deposit), TEST(nonsense_is_refused),
        TEST(incoterms_are_a_closed_list),
        TEST(untaxed_goods_and_shipping_must_fit),
    };
    return cmocka_run_group_tests_name("quote: rules", tests, NULL, NULL);
}
