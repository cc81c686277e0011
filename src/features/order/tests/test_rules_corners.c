/* The corners of the rules: sums that do not fit, mistakes of ours, and no memory. */
#include "base/tests/unit.h"
#include "order/order_rules.h"

static const struct order usual = {.currency = {"EUR"}, .goods_minor = 4999,
                                   .shipping_minor = 495, .tax_minor = 953,
                                   .tax_included = true, .total_minor = 5494};

/* ---- parts ---- */

static void a_part_that_does_not_fit(void **state)
{
    struct order o = usual;
    struct order_split split;
    (void)state;
    o.goods_minor = 1 - INT64_MAX;
    o.shipping_minor = o.tax_minor = INT64_MAX;
    assert_string_equal(order_rules_split(&a, &o, 0, 10, &split)->key, "error.money_too_big");
    o = usual;
    o.goods_minor = o.shipping_minor = 0; /* nothing that tax could be inside of */
    assert_null(order_rules_split(&a, &o, 0, 10, &split));
    assert_int_equal(split.sales_minor + split.tax_minor, 10);
}

/* The part of an added tax that falls on goods. */
static void a_value_that_does_not_fit(void **state)
{
    struct order o = usual;
    int64_t value;
    (void)state;
    o.tax_included = false;
    o.goods_minor = 1;
    o.shipping_minor = 0;
    o.tax_minor = INT64_MAX;
    assert_string_equal(order_goods_value(&a, &o, 10, 1, &value)->key, "error.money_too_big");
    assert_string_equal(order_goods_value(&a, &o, 0, 10, &value)->key, "error.money_too_big");
}

static void split_of(int64_t total, int64_t before, int64_t amount)
{
    struct order o = usual;
    struct order_split split;
    o.total_minor = total;
    const struct err *e = order_rules_split(&a, &o, before, amount, &split);
    (void)e;
}

static void of_nothing(void)
{
    split_of(0, 0, 0);
}

static void before_the_first(void)
{
    split_of(10, -1, 5);
}

static void less_than_nothing(void)
{
    split_of(10, 5, -1);
}

static void more_than_all(void)
{
    split_of(10, 5, 6);
}

static void mistakes_stop_the_program(void **state)
{
    (void)state;
    unit_must_abort(of_nothing);
    unit_must_abort(before_the_first);
    unit_must_abort(less_than_nothing);
    unit_must_abort(more_than_all);
}

/* ---- what banks tell ---- */

static void a_word_that_nobody_knows_is_no_news(void **state)
{
    enum payment_attempt_state next;
    (void)state;
    assert_false(order_rules_attempt(ATTEMPT_WAITS, (enum payment_outcome)77, &next));
}

/* ---- shares of a bill ---- */

static const struct money hundred = {.minor = 100, .currency = {"EUR"}};

static void shares_add_up(void **state)
{
    static const int64_t equal[3] = {0}, own[] = {50, 30, 20}, with_none[] = {100, 0},
                         too_few[] = {50, 30}, too_many[] = {50, 60}, one_cent[101] = {0},
                         monstrous[] = {INT64_MIN, 1};
    int64_t parts[101];
    (void)state;
    assert_null(order_rules_shares(&a, hundred, equal, 3, parts));
    assert_int_equal(parts[0], 34);
    assert_int_equal(parts[1], 33);
    assert_int_equal(parts[2], 33);
    assert_null(order_rules_shares(&a, hundred, own, 3, parts));
    assert_memory_equal(parts, own, sizeof own);
    assert_string_equal(order_rules_shares(&a, hundred, with_none, 2, parts)->key,
                        "order.split_sum");
    assert_string_equal(order_rules_shares(&a, hundred, too_few, 2, parts)->key,
                        "order.split_sum");
    assert_string_equal(order_rules_shares(&a, hundred, too_many, 2, parts)->key,
                        "order.split_sum");
    assert_string_equal(order_rules_shares(&a, hundred, one_cent, 101, parts)->key,
                        "order.split_count");
    assert_string_equal(order_rules_shares(&a, hundred, monstrous, 2, parts)->key,
                        "error.money_too_big");
}

/* ---- no memory ---- */

static void a_refusal_needs_memory_too(void **state)
{
    static const int64_t too_few[] = {50, 30};
    int64_t parts[2];
    (void)state;
    arena_fail_at(1, true);
    assert_ptr_equal(order_rules_shares(&a, hundred, too_few, 2, parts), &err_out_of_memory);
}

static const struct err *sort_wants(struct arena *arena)
{
    struct price_want wants[] = {{{30}, 1}, {{10}, 2}}, *list;
    size_t count;
    TRY(order_rules_wants(arena, wants, 2, &list, &count));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].variant_id.v, 10);
    return NULL;
}

static void wants_have_limits(void **state)
{
    static struct price_want many[PRICE_LINES_MAX + 1];
    struct price_want *list;
    size_t count;
    (void)state;
    unit_fault_loop(sort_wants);
    assert_string_equal(order_rules_wants(&a, many, COUNT(many), &list, &count)->key,
                        "price.bad_lines");
}

static str short_of(str name)
{
    str shown = STR_NONE;
    assert_null(order_rules_short_name(&a, name, &shown));
    return shown;
}

/* ---- names that friends read of each other ---- */

static void friends_read_short_names(void **state)
{
    (void)state;
    assert_str_equal(short_of(S("Anna Maria  Berg ")), "Anna B.");
    assert_str_equal(short_of(S("Zoë Ørsted")), "Zoë Ø.");
    assert_str_equal(short_of(S(" Nina ")), "Nina");
    assert_str_equal(short_of(S("王小明")), "王*明");
    assert_str_equal(short_of(S("欧阳\xf0\xa0\x80\x80明")), "欧*明");
    assert_str_equal(short_of(S("王明")), "王*");
    assert_str_equal(short_of(S("王")), "王");
    assert_str_equal(short_of(S("王 小明")), "王 小.");
    assert_str_equal(short_of(S("王a")), "王a");
    assert_str_equal(short_of(S("王\xff")), "王\xff");
    assert_str_equal(short_of(S("  ")), "");
    assert_str_equal(short_of(S("\U0001F600")), "\U0001F600");
    assert_str_equal(short_of(S("\U00040000")), "\U00040000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_part_that_does_not_fit),
        TEST(a_value_that_does_not_fit),
        TEST(friends_read_short_names),
        TEST(mistakes_stop_the_program),
        TEST(a_word_that_nobody_knows_is_no_news),
        TEST(shares_add_up),
        TEST(a_refusal_needs_memory_too),
        TEST(wants_have_limits),
    };
    return cmocka_run_group_tests_name("order: corners of the rules", tests, NULL, NULL);
}
