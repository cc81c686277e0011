/* The corners of the arithmetic: sums that do not fit anywhere on the way, terms without sense,
 * quotes that are not true, and no memory. Whatever comes in, no wrong number comes out.
 */
#include "base/tests/unit.h"
#include "price/price_rules.h"

static struct price_quote q;
static struct price_terms terms;

/* One parcel of one piece, flat rate, taxed on top. */
static void begin(void)
{
    q = (struct price_quote){.line_count = 1};
    q.lines[0] = (struct price_line){.quantity = 1, .unit_minor = 1000, .base_unit_minor = 1000,
                                     .tax_class = TAX_STANDARD, .requires_shipping = true};
    terms = (struct price_terms){.rate = {.currency = {"EUR"}, .base = {"EUR"},
                                          .rate_micros = RATE_ONE, .rounding = CURRENCY_EXACT},
                                 .flat_minor = 500, .rounding = TAX_PER_ORDER,
                                 .tax = {.rate_bp = {[TAX_STANDARD] = 2100}}};
}

static void refused(const char *key)
{
    const struct err *e = price_rules_apply(&a, &terms, &q);
    assert_non_null(e);
    assert_string_equal(e->key, key);
}

static void add_lines(size_t count, int64_t unit)
{
    for (size_t i = 0; i < count; i++) {
        q.lines[i] = q.lines[0];
        q.lines[i].unit_minor = unit;
    }
    q.line_count = count;
}

/* ---- what does not fit ---- */

static void goods_that_do_not_fit(void **state)
{
    (void)state;
    begin();
    q.line_count = PRICE_LINES_MAX + 1;
    refused("price.bad_lines");
    begin();
    q.lines[0].unit_minor = -1;
    refused("price.untrue");
    begin();
    q.lines[0].base_unit_minor = -1;
    refused("price.untrue");
    begin();
    add_lines(2, 1);
    q.lines[0].base_unit_minor = q.lines[1].base_unit_minor = INT64_MAX;
    refused("price.too_much");
    begin();
    q.lines[0].unit_minor = INT64_MAX;
    q.lines[0].quantity = 2;
    refused("price.too_much");
    begin();
    add_lines(2, INT64_MAX);
    refused("price.too_much");
}

static void taxes_that_do_not_fit(void **state)
{
    (void)state;
    begin();
    terms.tax.rate_bp[TAX_STANDARD] = 20000;
    q.lines[0].unit_minor = INT64_MAX;
    q.lines[0].requires_shipping = false;
    refused("error.money_too_big");
    begin();
    terms.tax.rate_bp[TAX_STANDARD] = 20000;
    terms.rounding = TAX_PER_LINE;
    add_lines(3, INT64_MAX / 4);
    refused("price.too_much");
    begin(); /* of one rate, and of the shipping beside it */
    q.lines[0].unit_minor = INT64_MAX - 100;
    refused("price.too_much");
    begin();
    add_lines(3, 10);
    q.lines[1].unit_minor = INT64_MAX - 10;
    q.lines[2].unit_minor = 0;
    q.lines[2].tax_class = TAX_REDUCED;
    refused("price.too_much");
}

static void totals_that_do_not_fit(void **state)
{
    (void)state;
    begin(); /* goods and shipping */
    terms.rounding = TAX_PER_LINE;
    terms.tax.rate_bp[TAX_STANDARD] = 0;
    q.lines[0].unit_minor = INT64_MAX - 100;
    refused("price.too_much");
    begin(); /* and tax on top */
    q.lines[0].unit_minor = INT64_MAX - 100;
    q.lines[0].requires_shipping = false;
    refused("price.too_much");
}

/* ---- shipping ---- */

static struct delivery_zone zone;

static void begin_zone(size_t methods, enum delivery_kind kind)
{
    begin();
    zone = (struct delivery_zone){.method_count = methods};
    for (size_t i = 0; i < methods; i++)
        zone.methods[i] = (struct delivery_method){.id = {(int64_t)i + 1}, .kind = kind,
                                                   .price_minor = 500};
    terms.has_zones = true;
    terms.zone = &zone;
}

static void parcels_that_do_not_fit(void **state)
{
    (void)state;
    for (int what = 0; what < 4; what++) {
        begin_zone(1, DELIVERY_FLAT);
        add_lines(2, 10);
        for (int i = 0; i < 2; i++) {
            struct price_line *line = &q.lines[i];
            line->quantity = what % 2 == 0 ? 2 : 1;
            *(what < 2 ? &line->weight_g : &line->volume_mm3) = INT64_MAX;
        }
        refused("price.too_much");
    }
}

static void rates_that_do_not_fit(void **state)
{
    (void)state;
    begin();
    terms.rate.rate_micros = INT64_C(1000000000000);
    terms.flat_minor = INT64_MAX;
    refused("error.money_too_big");
    begin_zone(1, DELIVERY_FLAT);
    terms.rate.rate_micros = INT64_C(1000000000000);
    zone.methods[0].price_minor = INT64_MAX;
    refused("error.money_too_big");
}

static void where_only_the_shop_hands_it_over(void **state)
{
    (void)state;
    begin_zone(2, DELIVERY_PICKUP);
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_int_equal(q.method_count, 2);
    assert_int_equal(q.method_chosen, 0);
    begin_zone(2, DELIVERY_PICKUP);
    zone.methods[1].kind = DELIVERY_FLAT;
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_int_equal(q.methods[q.method_chosen].kind, DELIVERY_FLAT);
    assert_int_equal(q.shipping_minor, 500);
}

static void what_is_not_shipped_weighs_nothing(void **state)
{
    (void)state;
    begin_zone(1, DELIVERY_BY_WEIGHT);
    zone.methods[0].steps[0] = (struct delivery_step){100, 700};
    zone.methods[0].step_count = 1;
    add_lines(2, 10);
    q.lines[0].weight_g = 100;
    q.lines[1].weight_g = INT64_MAX;
    q.lines[1].requires_shipping = false;
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_int_equal(q.shipping_minor, 700);
}

/* ---- is it true? ---- */

static void taxes_disagree(const char *text, int64_t goods, int64_t shipping, int64_t tax)
{
    assert_false(price_taxes_agree(&a, str_c(text), goods, shipping, tax, false));
}

static void texts_of_taxes(void **state)
{
    (void)state;
    assert_true(price_taxes_agree(&a, S("2100:1000:210,0:500:0"), 1000, 500, 210, false));
    assert_true(price_taxes_agree(&a, S(""), 1000, 500, 210, false));
    static const char *const bad[] = {"x:1000:210", "2100:x:210", "2100:1000:x", "-1:1000:210",
                                      "10001:1000:1000", "2100:1000:211"};
    for (size_t i = 0; i < COUNT(bad); i++)
        taxes_disagree(bad[i], 1000, 0, 210);
    taxes_disagree("2100:1000:210", 1000, 1, 210);
    taxes_disagree("2100:1000:210", 1000, 0, 211);
    taxes_disagree("0:9223372036854775807:0,0:1:0", 1, 0, 0);
    taxes_disagree("10000:9223372036854775807:9223372036854775807,0:-9223372036854775807:0,"
                   "10000:5:5", 5, 0, 5);
    taxes_disagree("10000:9223372036854775807:9223372036854775807,10000:-1:-1,10000:2:2",
                   INT64_MAX, 0, INT64_MAX);
    taxes_disagree("10000:-5:-5,10000:9223372036854775807:9223372036854775807,10000:6:6", 1, 0, 0);
    taxes_disagree("0:0:0", INT64_MAX, 1, 0);
}

static void untrue(void)
{
    const struct err *e = price_quote_check(&a, &q);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_INVALID);
}

static void begin_true(void)
{
    begin();
    terms.tax.is_included = true;
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_null(price_quote_check(&a, &q));
}

static void quotes_that_are_not_true(void **state)
{
    (void)state;
    begin_true();
    q.line_count = 0;
    untrue();
    begin_true();
    q.line_count = PRICE_LINES_MAX + 1;
    untrue();
    begin_true();
    q.lines[0].quantity = INT64_MAX;
    untrue();
    begin_true(); /* two lines whose sum does not fit */
    q.lines[0].unit_minor = q.lines[0].total_minor = INT64_MAX;
    q.lines[1] = q.lines[0];
    q.line_count = 2;
    untrue();
    begin_true();
    q.shipping_minor = INT64_MAX;
    untrue();
    begin_true();
    q.taxes[0].tax_minor++;
    untrue();
}

static void quotes_below_nothing(void **state)
{
    (void)state;
    begin_true();
    q.lines[0].unit_minor = q.lines[0].total_minor = q.goods_minor = -1000;
    q.total_minor = q.goods_minor + q.shipping_minor;
    untrue();
    begin_true();
    q.shipping_minor = -1;
    q.total_minor = q.goods_minor - 1;
    untrue();
    begin_true();
    q.tax_minor = -1;
    untrue();
}

/* ---- no memory ---- */

static const struct err *quote_and_check(struct arena *arena)
{
    str taxes;
    begin();
    terms.tax.rate_bp[TAX_STANDARD] = 888;
    TRY(price_rules_apply(arena, &terms, &q));
    TRY(price_quote_check(arena, &q));
    return price_taxes_text(arena, &q, &taxes);
}

/* What was agreed before is not priced again, and neither is shipping that is known. */
static void what_is_known_already(void **state)
{
    (void)state;
    begin();
    terms.tax.taken_out_bp[TAX_STANDARD] = 2100;
    q.lines[0].is_agreed = true;
    terms.is_shipping_known = true;
    terms.shipping_minor = 77;
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_int_equal(q.lines[0].unit_minor, 1000);
    assert_int_equal(q.shipping_minor, 77);
    assert_int_equal(q.reasons[0].kind, PRICE_REASON_SHIPPING_FLAT);
    terms.shipping_minor = 0;
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_int_equal(q.shipping_minor, 0);
    begin();
    terms.tax.taken_out_bp[TAX_STANDARD] = 2100;
    assert_null(price_rules_apply(&a, &terms, &q));
    assert_int_equal(q.lines[0].unit_minor, 826);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    unit_fault_loop(quote_and_check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(goods_that_do_not_fit), TEST(taxes_that_do_not_fit), TEST(totals_that_do_not_fit),
        TEST(parcels_that_do_not_fit), TEST(rates_that_do_not_fit),
        TEST(where_only_the_shop_hands_it_over), TEST(what_is_not_shipped_weighs_nothing),
        TEST(texts_of_taxes), TEST(quotes_that_are_not_true), TEST(quotes_below_nothing),
        TEST(what_is_known_already), TEST(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("price: corners", tests, NULL, NULL);
}
