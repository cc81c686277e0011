/* Orders keep to ladders, and to one sample per buyer; on both engines. */
#include "fixture.h"

#include "order/order_edit.h"
#include "order/order_part.h"

static const struct ladder plain = {.min_quantity = 1, .step = 1};
static const struct ladder cartons = {.min_quantity = 20,
                                      .step = 12,
                                      .rungs = {{48, 1800}, {120, 1500}},
                                      .rung_count = 2,
                                      .sample_minor = {true, 900}};

struct set_call {
    struct shop_id shop;
    struct variant_id variant;
    const struct ladder *ladder;
};

static const struct err *set_turn(struct turn *t, void *arg)
{
    const struct set_call *x = arg;
    return catalog_ladder_set(t, x->shop, x->variant, x->ladder);
}

static void set_ladder(struct fixture *f, const struct ladder *ladder)
{
    struct set_call x = {f->shop, f->towel, ladder};
    testing_turn(&f->t, f->owner, set_turn, &x);
}

static void an_order_keeps_to_the_ladder(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
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
    set_ladder(&f, &plain);
    want.quantity = 30;
    o.key = S("plain");
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    assert_int_equal(fixture_get(&f, id).lines[0].unit_minor, 2000);
    fixture_close(&f);
}

/* ---- samples ---- */

static const struct err *order_sample(struct fixture *f, struct account_id buyer, const char *key,
                                      const struct price_want *wants, size_t count,
                                      struct order_id *ret)
{
    struct order_place o = fixture_want(f, key, wants, count);
    o.buyer_id = buyer;
    o.is_sample = true;
    return fixture_place(f, &f->t.arena, &o, ret);
}

static void one_sample_per_buyer(enum db_engine engine)
{
    struct fixture f;
    struct order_id first, id;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "first", &want, 1, &first));
    struct order made = fixture_get(&f, first);
    assert_int_equal(made.lines[0].unit_minor, 900);
    assert_true(made.lines[0].is_sample);
    testing_must(order_sample(&f, f.buyer, "first", &want, 1, &id));
    assert_int_equal(id.v, first.v);

    const struct err *e = order_sample(&f, f.buyer, "second", &want, 1, &id);
    assert_string_equal(e->key, "order.sample_taken");
    assert_int_equal(e->kind, ERR_CONFLICT);
    testing_must(order_sample(&f, f.other, "other", &want, 1, &id));
    /* A cancelled order has taken none. */
    testing_must(fixture_cancel(&f, f.shop, first));
    testing_must(order_sample(&f, f.buyer, "third", &want, 1, &id));
    e = order_sample(&f, f.buyer, "fourth", &want, 1, &id);
    assert_string_equal(e->key, "order.sample_taken");
    fixture_close(&f);
}

static void an_expired_sample_is_free_again(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "waits", &want, 1, &id));
    testing_advance(&f.t, 31 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    testing_must(order_sample(&f, f.buyer, "again", &want, 1, &id));
    fixture_close(&f);
}

/* Whose money comes late has her sample, unless she took another meanwhile. */
static void late_money_for_a_sample(enum db_engine engine)
{
    struct fixture f;
    struct order_id late, paid, id;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "late", &want, 1, &late));
    int64_t one = fixture_attempt(&f, late, "p1"), total = fixture_get(&f, late).total_minor;
    testing_advance(&f.t, 33 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, late).state, ORDER_EXPIRED);
    testing_must(order_sample(&f, f.buyer, "meanwhile", &want, 1, &paid));
    int64_t two = fixture_attempt(&f, paid, "p2");
    testing_must(fixture_notice(&f, one, PAYMENT_CAPTURED, "e1", total, "EUR", NULL));
    assert_int_equal(fixture_get(&f, late).state, ORDER_EXPIRED);

    testing_drain(&f.t); /* the money goes back */
    testing_advance(&f.t, 33 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, paid).state, ORDER_EXPIRED);
    testing_must(fixture_notice(&f, two, PAYMENT_CAPTURED, "e2", total, "EUR", NULL));
    assert_int_equal(fixture_get(&f, paid).state, ORDER_PLACED);
    assert_string_equal(order_sample(&f, f.buyer, "more", &want, 1, &id)->key,
                        "order.sample_taken");
    fixture_close(&f);
}

static void what_is_no_sample_is_refused(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    struct ladder of_suit = {.sample_minor = {true, 0}};
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct price_want two = {f.towel, 2}, both[] = {{f.towel, 1}, {f.suit, 1}};
    assert_string_equal(order_sample(&f, f.buyer, "two", &two, 1, &id)->key, "price.no_sample");
    assert_string_equal(order_sample(&f, f.buyer, "none", both, 2, &id)->key, "price.no_sample");
    /* What is refused for another reason takes no sample either. */
    struct set_call x = {f.shop, f.suit, &of_suit};
    testing_turn(&f.t, f.owner, set_turn, &x);
    fixture_order(&f, "all", SHELF);
    assert_string_equal(order_sample(&f, f.buyer, "gone", both, 2, &id)->key, "stock.sold_out");
    testing_must(order_sample(&f, f.buyer, "only", both, 1, &id));
    fixture_close(&f);
}

/* ---- edits ---- */

/* So many pieces on line 0 (-1: as it is), and so many towels more. */
static const struct err *edit_turn(struct turn *t, void *arg)
{
    struct order_edit *e = arg;
    struct order_id addition;
    return order_edit(t, e, &addition);
}

static const struct err *edit(struct fixture *f, struct order_id id, const char *key,
                              int64_t pieces, int64_t more)
{
    struct order_parcel_line line = {0, pieces};
    struct price_want want = {f->towel, more};
    struct order_edit e = {.shop_id = f->shop, .order_id = id, .key = str_c(key), .lines = &line,
                           .line_count = pieces >= 0, .adds = &want, .add_count = more > 0,
                           .may_give_back = true};
    return turn_run(f->t.platform, &f->t.arena, f->owner, edit_turn, &e);
}

static struct order_id towels(struct fixture *f, const char *key, int64_t quantity)
{
    struct price_want want = {f->towel, quantity};
    struct order_place o = fixture_want(f, key, &want, 1);
    struct order_id id;
    testing_must(fixture_place(f, &f->t.arena, &o, &id));
    return id;
}

static void what_comes_in_is_counted_with_what_is_there(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct order_id id = towels(&f, "a", 24);
    const struct err *e = edit(&f, id, "one", 25, 0);
    assert_string_equal(e->key, "price.off_step");
    assert_true(str_eq(e->args[0], S("12")));
    testing_must(edit(&f, id, "carton", -1, 12));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.line_count, 1);
    assert_int_equal(o.goods_minor, 36 * 2000);
    /* She comes to the next step of the ladder, with every piece. */
    testing_must(edit(&f, id, "step", 48, 0));
    o = fixture_get(&f, id);
    assert_int_equal(o.line_count, 1);
    assert_int_equal(o.goods_minor, 48 * 1800);
    /* What goes takes no piece's price with it, and may leave what is not sold. */
    testing_must(edit(&f, id, "less", 10, 0));
    o = fixture_get(&f, id);
    assert_int_equal(o.goods_minor, 10 * 1800);
    e = edit(&f, id, "still", -1, 12);
    assert_true(str_eq(e->args[0], S("14")));
    testing_must(edit(&f, id, "again", -1, 14));
    o = fixture_get(&f, id);
    assert_int_equal(o.goods_minor, 10 * 1800 + 14 * 2000);
    fixture_close(&f);
}

static void an_addition_is_counted_with_its_order(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct order_id id = towels(&f, "a", 36);
    fixture_pay(&f, id, "a");
    assert_string_equal(edit(&f, id, "off", -1, 5)->key, "price.off_step");
    testing_must(edit(&f, id, "on", -1, 12));
    struct order o = fixture_get(&f, id), more = fixture_get(&f, o.additions[0]);
    assert_int_equal(o.goods_minor, 36 * 2000);
    assert_int_equal(more.lines[0].quantity, 12);
    assert_int_equal(more.lines[0].unit_minor, 1800);
    testing_must(edit(&f, id, "less", 10, 0));
    fixture_close(&f);
}

static void the_shop_is_told_what_its_ladder_does_not_sell(enum db_engine engine)
{
    struct fixture f;
    struct order_edit_plan plan;
    struct order_parcel_line line = {0, 10};
    struct order_edit e = {.lines = &line, .line_count = 1};
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct order o = fixture_get(&f, towels(&f, "a", 48));
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

/* A sample keeps its price, and whoever it is taken from may ask for another. */
static void a_sample_in_an_order_that_is_edited(enum db_engine engine)
{
    struct fixture f;
    struct order_id id, paid, none;
    struct ladder of_suit = {.sample_minor = {true, 100}};
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct set_call x = {f.shop, f.suit, &of_suit};
    testing_turn(&f.t, f.owner, set_turn, &x);
    struct price_want want = {f.towel, 1}, both[] = {{f.towel, 1}, {f.suit, 1}};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &id));
    assert_true(str_eq(edit(&f, id, "two", 2, 0)->args[0], S("24")));
    testing_must(edit(&f, id, "carton", -1, 24));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.goods_minor, 900 + 24 * 2000);
    assert_true(o.lines[0].is_sample);
    assert_false(o.lines[1].is_sample);
    assert_string_equal(order_sample(&f, f.buyer, "b", &want, 1, &none)->key,
                        "order.sample_taken");
    testing_must(edit(&f, id, "gone", 0, 0));
    testing_must(order_sample(&f, f.buyer, "c", both, 2, &paid));
    fixture_pay(&f, paid, "paid");
    assert_string_equal(order_sample(&f, f.buyer, "d", &want, 1, &none)->key,
                        "order.sample_taken");
    o = fixture_get(&f, paid);
    testing_must(edit(&f, paid, "out", 0, 0));
    struct price_want other = o.lines[0].variant_id.v == f.towel.v ? both[0] : both[1];
    testing_must(order_sample(&f, f.buyer, "e", &other, 1, &none));
    fixture_close(&f);
}

static const struct err *merge_turn(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    struct event e = {.subject_id = f->other.v, .object_id = f->buyer.v};
    return order_account_merged(t, &e);
}

/* Two accounts, each with a sample of the same, became one: both orders can still be edited. */
static void samples_of_one_buyer_who_was_two(enum db_engine engine)
{
    struct fixture f;
    struct order_id id, other;
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct price_want want = {f.towel, 1};
    testing_must(order_sample(&f, f.buyer, "a", &want, 1, &id));
    testing_must(order_sample(&f, f.other, "b", &want, 1, &other));
    testing_turn(&f.t, f.owner, merge_turn, &f);
    testing_must(edit(&f, other, "carton", -1, 24));
    testing_must(edit(&f, id, "carton too", -1, 24));
    fixture_close(&f);
}

struct racer {
    struct fixture *f;
    const char *key;
    const struct err *refusal;
    struct arena arena;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct price_want want = {r->f->towel, 1};
    struct order_place o = fixture_want(r->f, r->key, &want, 1);
    struct order_id id;
    o.is_sample = true;
    r->refusal = fixture_place(r->f, &r->arena, &o, &id);
    return NULL;
}

static void of_two_tabs_one_gets_the_sample(enum db_engine engine)
{
    struct fixture f;
    pthread_t threads[2];
    fixture_open(&f, engine);
    set_ladder(&f, &cartons);
    struct racer racers[2] = {{.f = &f, .key = "left"}, {.f = &f, .key = "right"}};
    for (size_t i = 0; i < COUNT(racers); i++) {
        arena_init(&racers[i].arena, MiB(8));
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    size_t taken = 0;
    for (size_t i = 0; i < COUNT(racers); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        if (racers[i].refusal == NULL)
            continue;
        taken++;
        assert_string_equal(racers[i].refusal->key, "order.sample_taken");
    }
    assert_int_equal(taken, 1);
    for (size_t i = 0; i < COUNT(racers); i++)
        arena_done(&racers[i].arena);
    fixture_close(&f);
}

ON_BOTH(an_order_keeps_to_the_ladder)
ON_BOTH(one_sample_per_buyer)
ON_BOTH(an_expired_sample_is_free_again)
ON_BOTH(late_money_for_a_sample)
ON_BOTH(samples_of_one_buyer_who_was_two)
ON_BOTH(what_is_no_sample_is_refused)
ON_BOTH(of_two_tabs_one_gets_the_sample)
ON_BOTH(what_comes_in_is_counted_with_what_is_there)
ON_BOTH(an_addition_is_counted_with_its_order)
ON_BOTH(the_shop_is_told_what_its_ladder_does_not_sell)
ON_BOTH(a_sample_in_an_order_that_is_edited)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_order_keeps_to_the_ladder), BOTH(one_sample_per_buyer),
        BOTH(an_expired_sample_is_free_again), BOTH(late_money_for_a_sample),
        BOTH(samples_of_one_buyer_who_was_two), BOTH(what_is_no_sample_is_refused),
        BOTH(of_two_tabs_one_gets_the_sample), BOTH(what_comes_in_is_counted_with_what_is_there),
        BOTH(an_addition_is_counted_with_its_order),
        BOTH(the_shop_is_told_what_its_ladder_does_not_sell),
        BOTH(a_sample_in_an_order_that_is_edited),
    };
    return cmocka_run_group_tests_name("order: ladders and samples", tests, NULL, NULL);
}
