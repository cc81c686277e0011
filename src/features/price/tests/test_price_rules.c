/* Worked examples of the arithmetic, by hand, and the refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "price/price_rules.h"

static struct arena arena;

/* A shop without zones and tables, in one currency. */
struct flat {
    int64_t shipping_minor, free_shipping_from_minor;
    int tax_basis_points;
    bool tax_included;
};

static struct price_terms terms_of(const struct flat *f)
{
    return (struct price_terms){.rate = {.currency = {"EUR"}, .base = {"EUR"},
                                         .rate_micros = RATE_ONE, .rounding = CURRENCY_EXACT},
                                .flat_minor = f->shipping_minor,
                                .free_from_minor = f->free_shipping_from_minor,
                                .rounding = TAX_PER_ORDER,
                                .tax = {.is_included = f->tax_included,
                                        .rate_bp = {[TAX_STANDARD] = f->tax_basis_points}}};
}

struct example {
    struct flat terms;
    int64_t unit[2], quantity[2];
    bool taxable[2], ships[2];
    size_t lines;
    int64_t goods, shipping, tax, total;
};

static const struct example examples[] = {
    /* 49.00 x 1, flat 4.95, 21 % inside: 53.95 * 21 / 121 = 9.3632 */
    {{495, 0, 2100, true}, {4900}, {1}, {true}, {true}, 1, 4900, 495, 936, 5395},
    /* free from 50.00: 49.00 x 2, 98.00 * 21 / 121 = 17.0083 */
    {{495, 5000, 2100, true}, {4900}, {2}, {true}, {true}, 1, 9800, 0, 1701, 9800},
    /* added 8.88 %: 10.00 + 5.00 shipping = 15.00 -> 1.332 -> 1.33; a digital line untaxed 3.00 */
    {{500, 0, 888, false},
     {1000, 300},
     {1, 1},
     {true, false},
     {true, false},
     2, 1300, 500, 133,
     1933},
    /* yen, 10 % inside: 1100 -> 100 */
    {{0, 0, 1000, true}, {1100}, {1}, {true}, {true}, 1, 1100, 0, 100, 1100},
    /* half away from zero: 0.05 * 10 % = 0.005 -> 0.01 */
    {{0, 0, 1000, false}, {5}, {1}, {true}, {true}, 1, 5, 0, 1, 6},
    /* nothing shipped: no shipping line; no tax */
    {{495, 0, 0, true}, {2500}, {3}, {true}, {false}, 1, 7500, 0, 0, 7500},
};

static struct price_quote *quote_of(const struct example *x)
{
    struct price_quote *q = arena_new(&arena, sizeof *q);
    assert_non_null(q);
    q->line_count = x->lines;
    for (size_t i = 0; i < x->lines; i++) {
        q->lines[i].unit_minor = x->unit[i];
        q->lines[i].quantity = x->quantity[i];
        q->lines[i].base_unit_minor = x->unit[i];
        q->lines[i].tax_class = x->taxable[i] ? TAX_STANDARD : TAX_ZERO;
        q->lines[i].requires_shipping = x->ships[i];
    }
    return q;
}

static const struct err *apply(const struct example *x, struct price_quote *q)
{
    struct price_terms terms = terms_of(&x->terms);
    return price_rules_apply(&arena, &terms, q);
}

static void test_worked_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        const struct example *x = &examples[i];
        struct price_quote *q = quote_of(x);
        assert_null(apply(x, q));
        assert_int_equal(q->goods_minor, x->goods);
        assert_int_equal(q->shipping_minor, x->shipping);
        assert_int_equal(q->tax_minor, x->tax);
        assert_int_equal(q->total_minor, x->total);
        assert_null(price_quote_check(&arena, q));
    }
}

static void test_reasons_explain_the_total(void **state)
{
    (void)state;
    struct price_quote *q = quote_of(&examples[0]);
    assert_null(apply(&examples[0], q));
    assert_int_equal(q->lines[0].reasons[0].kind, PRICE_REASON_LIST);
    assert_int_equal(q->reason_count, 2);
    assert_int_equal(q->reasons[0].kind, PRICE_REASON_SHIPPING_FLAT);
    assert_int_equal(q->reasons[1].kind, PRICE_REASON_TAX_INCLUDED);
    assert_true(str_eq(q->reasons[1].note, S("21 %")));
}

static void test_refusals(void **state)
{
    (void)state;
    static const int64_t bad[] = {0, -1, 1000, INT64_MAX, INT64_MIN};
    const struct err *e;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct price_quote *q = quote_of(&examples[0]);
        q->lines[0].quantity = bad[i];
        e = apply(&examples[0], q);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_INVALID);
    }
    struct price_quote *q = quote_of(&examples[0]);
    q->lines[0].unit_minor = INT64_MAX;
    q->lines[0].base_unit_minor = INT64_MAX;
    q->lines[0].quantity = 2;
    e = apply(&examples[0], q);
    assert_string_equal(e->key, "price.too_much");
    q = quote_of(&examples[0]);
    q->line_count = 0;
    e = apply(&examples[0], q);
    assert_string_equal(e->key, "price.bad_lines");
}

static void test_an_untrue_quote_is_caught(void **state)
{
    (void)state;
    for (int what = 0; what < 4; what++) {
        struct price_quote *q = quote_of(&examples[1]);
        assert_null(apply(&examples[1], q));
        int64_t *fields[] = {&q->total_minor, &q->goods_minor, &q->shipping_minor,
                             &q->lines[0].total_minor};
        *fields[what] += 1;
        const struct err *e = price_quote_check(&arena, q);
        assert_non_null(e);
        assert_string_equal(e->key, "price.untrue");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_examples),
        cmocka_unit_test(test_reasons_explain_the_total),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_an_untrue_quote_is_caught),
    };
    arena_init(&arena, MiB(4));
    int failed = cmocka_run_group_tests_name("price_rules", tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
