/* Orders keep to ladders; on both engines. */
#include "fixture.h"

#include "delivery/delivery.h"
#include "ladder.h"
#include "order/order_edit.h"

static void an_order_keeps_to_the_ladder(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct price_want want = {f.towel, 30};
    struct order_place o = fixture_want(&f, "ladder", &want, 1);
    const struct err *e = fixture_place(&f, &f.t.arena, &o, &id);
    assert_non_null(e);
    assert_string_equal(e->key, "price.off_step");
    assert_true(str_eq(e->args[0], S("36")));
    want.quantity = 48;
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    struct order made = fixture_get(&f, id);
    assert_int_equal(made.lines[0].unit_minor, 1800);
    assert_int_equal(made.goods_minor, 48 * 1800);
    assert_false(made.lines[0].is_sample);
    ladder_set_towels(&f, &ladder_plain);
    want.quantity = 30;
    o.key = S("plain");
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    assert_int_equal(fixture_get(&f, id).lines[0].unit_minor, 2000);
    fixture_close(&f);
}

static void what_comes_in_is_counted_with_what_is_there(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct order_id id = fixture_order_of(&f, f.towel, "a", 24);
    const struct err *e = ladder_edit(&f, id, "one", 25, 0);
    assert_string_equal(e->key, "price.off_step");
    assert_true(str_eq(e->args[0], S("12")));
    testing_must(ladder_edit(&f, id, "carton", -1, 12));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.line_count, 1);
    assert_int_equal(o.goods_minor, 36 * 2000);
    /* She comes to the next step of the ladder, with every piece. */
    testing_must(ladder_edit(&f, id, "step", 48, 0));
    o = fixture_get(&f, id);
    assert_int_equal(o.line_count, 1);
    assert_int_equal(o.goods_minor, 48 * 1800);
    /* What goes takes no piece's price with it, and may leave what is not sold. */
    testing_must(ladder_edit(&f, id, "less", 10, 0));
    o = fixture_get(&f, id);
    assert_int_equal(o.goods_minor, 10 * 1800);
    e = ladder_edit(&f, id, "still", -1, 12);
    assert_true(str_eq(e->args[0], S("14")));
    testing_must(ladder_edit(&f, id, "again", -1, 14));
    o = fixture_get(&f, id);
    assert_int_equal(o.goods_minor, 10 * 1800 + 14 * 2000);
    fixture_close(&f);
}

static void an_addition_is_counted_with_its_order(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct order_id id = fixture_order_of(&f, f.towel, "a", 36);
    fixture_pay(&f, id, "a");
    assert_string_equal(ladder_edit(&f, id, "off", -1, 5)->key, "price.off_step");
    testing_must(ladder_edit(&f, id, "on", -1, 12));
    struct order o = fixture_get(&f, id), more = fixture_get(&f, o.additions[0]);
    assert_int_equal(o.goods_minor, 36 * 2000);
    assert_int_equal(more.lines[0].quantity, 12);
    assert_int_equal(more.lines[0].unit_minor, 1800);
    testing_must(ladder_edit(&f, id, "less", 10, 0));
    fixture_close(&f);
}

static int64_t unit_of_next(struct fixture *f, struct order_id id, const char *key,
                            struct order_id *ret)
{
    testing_must(ladder_edit(f, id, key, -1, 12));
    struct order o = fixture_get(f, id);
    *ret = o.additions[o.addition_count - 1];
    return fixture_get(f, *ret).lines[0].unit_minor;
}

/* Paid or not, each piece that was added counts for the next; what was cancelled does not. */
static void additions_are_counted_with_each_other(enum db_engine engine)
{
    struct fixture f;
    struct order_id first, second, third;
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct order_id id = fixture_order_of(&f, f.towel, "a", 24);
    fixture_pay(&f, id, "a");
    assert_int_equal(unit_of_next(&f, id, "one", &first), 2000);
    testing_must(fixture_cancel(&f, f.shop, first));
    assert_int_equal(unit_of_next(&f, id, "two", &first), 2000);
    assert_int_equal(unit_of_next(&f, id, "three", &second), 1800);
    fixture_pay(&f, first, "first");
    testing_must(fixture_cancel(&f, f.shop, second));
    assert_int_equal(unit_of_next(&f, id, "four", &third), 1800);
    fixture_close(&f);
}

static const struct err *weigh_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    struct delivery_zone zone = {
        .name = S("Everywhere"), .countries = S("*"), .method_count = 1,
        .methods = {{.name = S("Post"), .kind = DELIVERY_BY_WEIGHT, .step_count = 3,
                     .steps = {{5000, 500}, {9000, 800}, {90000, 3000}}}}};
    struct delivery_zone_id id;
    return delivery_zone_save(t, f->shop, &zone, &id);
}

/* All that was added travels in one parcel: its next step is paid once. */
static void additions_travel_with_each_other(enum db_engine engine)
{
    struct fixture f;
    struct order_id first, next;
    fixture_open(&f, engine);
    testing_turn(&f.t, f.owner, weigh_turn, &f);
    struct order_id id = fixture_order_of(&f, f.towel, "a", 9);
    fixture_pay(&f, id, "a");
    assert_int_equal(fixture_get(&f, id).shipping_minor, 500);
    (void)unit_of_next(&f, id, "one", &first);
    assert_int_equal(fixture_get(&f, first).shipping_minor, 2500);
    (void)unit_of_next(&f, id, "two", &next);
    assert_int_equal(fixture_get(&f, next).shipping_minor, 0);
    testing_must(fixture_cancel(&f, f.shop, first));
    testing_must(fixture_cancel(&f, f.shop, next));
    (void)unit_of_next(&f, id, "three", &next);
    assert_int_equal(fixture_get(&f, next).shipping_minor, 2500);
    fixture_close(&f);
}

static void the_shop_is_told_what_its_ladder_does_not_sell(enum db_engine engine)
{
    struct fixture f;
    struct order_edit_plan plan;
    struct order_parcel_line line = {0, 10};
    struct order_edit e = {.lines = &line, .line_count = 1};
    fixture_open(&f, engine);
    ladder_set_towels(&f, &ladder_cartons);
    struct order o = fixture_get(&f, fixture_order_of(&f, f.towel, "a", 48));
    e.shop_id = o.shop_id;
    e.order_id = o.id;
    struct tx *tx;
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(order_edit_plan(tx, &f.t.arena, &o, &e, o.placed_ms, &plan));
    assert_int_equal(plan.odd_count, 1);
    assert_int_equal(plan.odds[0].stays, 10);
    assert_int_equal(plan.odds[0].nearest, 24);
    line.quantity = 24;
    testing_must(order_edit_plan(tx, &f.t.arena, &o, &e, o.placed_ms, &plan));
    assert_int_equal(plan.odd_count, 0);
    db_read_end(tx);
    fixture_close(&f);
}

ON_BOTH(an_order_keeps_to_the_ladder)
ON_BOTH(what_comes_in_is_counted_with_what_is_there)
ON_BOTH(an_addition_is_counted_with_its_order)
ON_BOTH(additions_are_counted_with_each_other)
ON_BOTH(additions_travel_with_each_other)
ON_BOTH(the_shop_is_told_what_its_ladder_does_not_sell)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_order_keeps_to_the_ladder),
        BOTH(what_comes_in_is_counted_with_what_is_there),
        BOTH(an_addition_is_counted_with_its_order),
        BOTH(additions_are_counted_with_each_other),
        BOTH(additions_travel_with_each_other),
        BOTH(the_shop_is_told_what_its_ladder_does_not_sell),
    };
    return cmocka_run_group_tests_name("order: ladders", tests, NULL, NULL);
}
