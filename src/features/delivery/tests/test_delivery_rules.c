/* Countries as typed, steps as kept, and what a method asks for a parcel. */
#include "base/tests/unit.h"
#include "delivery/delivery_rules.h"

static void countries_are_read_once_each(void **state)
{
    (void)state;
    str got;
    assert_null(delivery_countries_read(&a, S(" de, fr;DE\tNl\r\nat "), &got));
    assert_str_equal(got, " DE FR NL AT ");
    assert_true(delivery_names(got, S("FR")));
    assert_false(delivery_names(got, S("IT")));
    assert_false(delivery_names(got, S("D")));
    assert_null(delivery_countries_read(&a, S(" * "), &got));
    assert_str_equal(got, "*");
    assert_string_equal(delivery_countries_read(&a, S("DE XQ"), &got)->key,
                        "delivery.bad_countries");
    assert_string_equal(delivery_countries_read(&a, S(" , "), &got)->key,
                        "delivery.no_countries");
}

static void what_both_zones_name(void **state)
{
    (void)state;
    assert_str_equal(delivery_in_both(S("*"), S("*")), "*");
    assert_true(str_is_absent(delivery_in_both(S("*"), S(" DE "))));
    assert_true(str_is_absent(delivery_in_both(S(" DE "), S("*"))));
    assert_str_equal(delivery_in_both(S(" DE FR "), S(" IT FR ")), "FR");
    assert_true(str_is_absent(delivery_in_both(S(" DE "), S(" IT "))));
}

static const struct err *read_and_write(struct arena *arena)
{
    struct delivery_method m = {.steps = {{1000, 490}, {5000, 890}}, .step_count = 2};
    str got;
    TRY(delivery_countries_read(arena, S("de fr"), &got));
    assert_str_equal(got, " DE FR ");
    TRY(delivery_steps_text(arena, &m, &got));
    assert_str_equal(got, "1000=490;5000=890");
    return NULL;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    unit_fault_loop(read_and_write);
}

static void steps_are_kept_as_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"1000", "1000=", "=490", "x=1", "1=x", "1=2;", "1=2;;3=4"};
    struct delivery_step steps[DELIVERY_STEPS_MAX];
    size_t count = 7;
    assert_true(delivery_steps_parse(S(""), steps, &count));
    assert_int_equal(count, 0);
    assert_true(delivery_steps_parse(S("1000=490;5000=890"), steps, &count));
    assert_int_equal(count, 2);
    assert_int_equal(steps[1].up_to, 5000);
    assert_int_equal(steps[1].price_minor, 890);
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(delivery_steps_parse(str_c(bad[i]), steps, &count));
    assert_true(delivery_steps_parse(S("1=1;2=1;3=1;4=1;5=1;6=1;7=1;8=1;9=1;10=1;11=1;12=1;13=1;"
                                       "14=1;15=1;16=1;17=1;18=1;19=1;20=1"),
                                     steps, &count));
    assert_false(delivery_steps_parse(S("1=1;2=1;3=1;4=1;5=1;6=1;7=1;8=1;9=1;10=1;11=1;12=1;13=1;"
                                        "14=1;15=1;16=1;17=1;18=1;19=1;20=1;21=1"),
                                      steps, &count));
}

static void refused(struct delivery_method m, const char *key)
{
    const struct err *e = delivery_method_check(&a, &m);
    assert_non_null(e);
    assert_string_equal(e->key, key);
}

static const struct delivery_method flat = {
    .name = STR_INIT("Post"), .kind = DELIVERY_FLAT, .price_minor = 495, .days_from = 1,
    .days_to = 3};
static const struct delivery_method by_weight = {
    .name = STR_INIT("Parcel"), .kind = DELIVERY_BY_WEIGHT, .volume_divisor = 5000,
    .steps = {{1000, 490}, {5000, 890}}, .step_count = 2, .free_from_minor = 10000};
static const struct delivery_method by_price = {
    .name = STR_INIT("By sum"), .kind = DELIVERY_BY_PRICE, .steps = {{5000, 700}, {20000, 0}},
    .step_count = 2};

static void methods_that_make_sense(void **state)
{
    (void)state;
    assert_null(delivery_method_check(&a, &flat));
    assert_null(delivery_method_check(&a, &by_weight));
    assert_null(delivery_method_check(&a, &by_price));
}

enum { TOO_MUCH = 1000000001 };

static void methods_that_make_none(void **state)
{
    (void)state;
    char many[DELIVERY_NAME_MAX + 1];
    memset(many, 'a', sizeof many);
    struct delivery_method m = flat;
    m.name = S("");
    refused(m, "delivery.bad_name");
    m.name = (str){many, sizeof many};
    refused(m, "delivery.bad_name");
    m.name = S("two\nlines");
    refused(m, "delivery.bad_name");
    static const struct {
        int kind;
        int64_t price, free_from, divisor;
    } amounts[] = {
        {DELIVERY_KIND_UNSET, 0, 0, 0}, {DELIVERY_KIND_COUNT, 0, 0, 0},
        {DELIVERY_FLAT, -1, 0, 0},      {DELIVERY_FLAT, TOO_MUCH, 0, 0},
        {DELIVERY_FLAT, 0, -1, 0},      {DELIVERY_FLAT, 0, TOO_MUCH, 0},
        {DELIVERY_FLAT, 0, 0, -1},      {DELIVERY_FLAT, 0, 0, 100001},
    };
    for (size_t i = 0; i < COUNT(amounts); i++) {
        m = flat;
        m.kind = (enum delivery_kind)amounts[i].kind;
        m.price_minor = amounts[i].price;
        m.free_from_minor = amounts[i].free_from;
        m.volume_divisor = amounts[i].divisor;
        refused(m, "delivery.bad_method");
    }
    static const int days[][2] = {{-1, 3}, {4, 3}, {1, DELIVERY_DAYS_MAX + 1}};
    for (size_t i = 0; i < COUNT(days); i++) {
        m = flat;
        m.days_from = days[i][0];
        m.days_to = days[i][1];
        refused(m, "delivery.bad_days");
    }
}

static void steps_that_make_none(void **state)
{
    (void)state;
    static const struct delivery_step steps[][2] = {
        {{0, 1}, {5, 1}}, {{5, 1}, {5, 1}}, {{5, -1}, {6, 1}}, {{5, TOO_MUCH}, {6, 1}},
        {{5, 1}, {100000001, 1}},
    };
    struct delivery_method m = flat;
    m.step_count = 1;
    refused(m, "delivery.bad_steps");
    m = by_weight;
    m.step_count = 0;
    refused(m, "delivery.bad_steps");
    for (size_t i = 0; i < COUNT(steps); i++) {
        memcpy(m.steps, steps[i], sizeof steps[i]);
        m.step_count = 2;
        refused(m, "delivery.bad_steps");
    }
    m.kind = DELIVERY_BY_PRICE; /* that much money is no heavy parcel */
    assert_null(delivery_method_check(&a, &m));
}

static void costs(const struct delivery_method *m, struct delivery_parcel p, int64_t minor,
                  bool is_free)
{
    int64_t got;
    bool was_free;
    assert_int_equal(delivery_price(m, &p, &got, &was_free), minor >= 0);
    if (minor < 0)
        return;
    assert_int_equal(got, minor);
    assert_int_equal(was_free, is_free);
}

static void a_parcel_costs(void **state)
{
    (void)state;
    struct delivery_method pickup = {.kind = DELIVERY_PICKUP}, free_post = flat;
    free_post.free_from_minor = 5000;
    costs(&flat, (struct delivery_parcel){9900, 1, 1}, 495, false);
    costs(&free_post, (struct delivery_parcel){4999, 1, 1}, 495, false);
    costs(&free_post, (struct delivery_parcel){5000, 1, 1}, 0, true);
    costs(&pickup, (struct delivery_parcel){5000, 1, 1}, 0, false);
    costs(&by_weight, (struct delivery_parcel){100, 1000, 0}, 490, false);
    costs(&by_weight, (struct delivery_parcel){100, 1001, 0}, 890, false);
    costs(&by_weight, (struct delivery_parcel){100, 5001, 0}, -1, false);
    costs(&by_weight, (struct delivery_parcel){10000, 1001, 0}, 0, true);
    costs(&by_weight, (struct delivery_parcel){100, 10, 5000 * 1000 + 1}, 890, false);
    costs(&by_weight, (struct delivery_parcel){100, 10, 5000 * 1000}, 490, false);
    costs(&by_price, (struct delivery_parcel){5000, 10, 0}, 700, false);
    costs(&by_price, (struct delivery_parcel){5001, 10, 0}, 0, false);
    costs(&by_price, (struct delivery_parcel){20001, 10, 0}, -1, false);
    assert_int_equal(delivery_weight_counted(&(struct delivery_parcel){0, 10, 5000000}, 0), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(countries_are_read_once_each), TEST(what_both_zones_name), TEST(memory_may_run_out),
        TEST(steps_are_kept_as_text), TEST(methods_that_make_sense), TEST(methods_that_make_none),
        TEST(steps_that_make_none), TEST(a_parcel_costs),
    };
    return cmocka_run_group_tests_name("delivery rules", tests, NULL, NULL);
}
