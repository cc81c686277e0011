/* From asking to the money, on both engines. Each ends with verify: books, shelf, pieces. */
#include <pthread.h>

#include "base/timefmt.h"
#include "returns_fixture.h"

enum { TWINS = 8 };
static const int64_t day = DAY_MS;

static void goods_come_back_and_money_follows(enum db_engine engine)
{
    static const enum step steps[] = {STEP_AGREE, STEP_SEND, STEP_RECEIVE, STEP_REFUND};
    struct fixture f;
    fixture_open(&f, engine);
    int64_t clearing = fixture_clearing(&f);
    struct order_id order = fixture_delivered(&f, "one", 3, 1);
    assert_int_equal(fixture_left(&f), SHELF - 3);
    struct return_id id = fixture_asked(&f, order, 2, 0);
    struct returns_case c = fixture_return(&f, id);
    assert_int_equal(c.state, RETURNS_ASKED);
    assert_int_equal(c.value_minor, 2 * SUIT);
    assert_int_equal(c.shipping_minor, 0);
    assert_int_equal(c.fee_minor, 0);
    fixture_steps(&f, id, steps, COUNT(steps));
    fixture_steps(&f, id, &steps[3], 1);
    testing_drain(&f.t);
    c = fixture_return(&f, id);
    assert_int_equal(c.state, RETURNS_REFUNDED);
    assert_int_equal(c.refund_minor, 2 * SUIT);
    assert_str_equal(c.tracking, "so it is");
    struct order o = fixture_get(&f, order);
    assert_int_equal(o.refunded_minor, 2 * SUIT);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    assert_int_equal(fixture_clearing(&f) - clearing, o.total_minor - 2 * SUIT);
    /* The rest of it too: then the shipping comes along. */
    struct return_id rest;
    testing_must(fixture_ask(&f, f.shop, order, "rest", 1, 1, RETURNS_BROKEN, &rest));
    assert_int_equal(fixture_return(&f, rest).shipping_minor, SHIPPING);
    static const enum step off[] = {STEP_AGREE, STEP_WRITE_OFF, STEP_REFUND};
    fixture_steps(&f, rest, off, COUNT(off));
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, order).payment, ORDER_REFUNDED);
    assert_int_equal(fixture_left(&f), SHELF - 1); /* that one was broken */
    assert_int_equal(fixture_clearing(&f), clearing);
    fixture_close(&f);
}

static void never_more_than_arrived(enum db_engine engine)
{
    struct fixture f;
    struct return_id id, other;
    fixture_open(&f, engine);
    struct order_id order = fixture_ordered(&f, "few", 3, 0, 0);
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "a", 1, 0, RETURNS_FIT, &id),
                             "returns.too_late"));
    fixture_pays(&f, order, "few", 0, PAYMENT_CAPTURED);
    fixture_ship(&f, order);
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "b", 4, 0, RETURNS_FIT, &id),
                             "returns.too_many_pieces"));
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "b", -1, 0, RETURNS_FIT, &id),
                             "returns.choose"));
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "b", 0, 0, RETURNS_FIT, &id),
                             "returns.choose"));
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "b", 1, 1, RETURNS_FIT, &id),
                             "returns.choose"));
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "b", 1, 0, RETURNS_REASON_COUNT, &id),
                             "returns.no_reason"));
    assert_int_equal(fixture_get(&f, order).fulfilment, ORDER_SHIPPED);
    testing_must(fixture_ask(&f, f.shop, order, "c", 2, 0, RETURNS_FIT, &id));
    assert_int_equal(fixture_get(&f, order).fulfilment, ORDER_DELIVERED);
    testing_must(fixture_ask(&f, f.shop, order, "c", 2, 0, RETURNS_FIT, &other));
    assert_int_equal(id.v, other.v);
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "d", 2, 0, RETURNS_FIT, &other),
                             "returns.too_many_pieces"));
    testing_must(fixture_step(&f, &f.t.arena, f.shop, id, STEP_WITHDRAW, -1, ""));
    testing_must(fixture_step(&f, &f.t.arena, f.shop, id, STEP_WITHDRAW, -1, ""));
    testing_must(fixture_ask(&f, f.shop, order, "e", 3, 0, RETURNS_FIT, &other));
    assert_int_equal(fixture_return(&f, other).number, fixture_return(&f, id).number + 1);
    fixture_close(&f);
}

static void only_what_was_captured_goes_back(enum db_engine engine)
{
    static const enum step steps[] = {STEP_AGREE, STEP_RECEIVE};
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id order = fixture_delivered(&f, "less", 2, 0);
    struct return_id id = fixture_asked(&f, order, 2, 0);
    fixture_steps(&f, id, steps, COUNT(steps));
    struct arena *a_ = &f.t.arena;
    assert_true(fixture_says(fixture_step(&f, a_, f.shop, id, STEP_REFUND, 2 * SUIT + 496, "more"),
                             "returns.refund_too_much"));
    assert_true(fixture_says(fixture_step(&f, a_, f.shop, id, STEP_REFUND, 100, ""),
                             "returns.say_why"));
    /* Half of it goes back from the order's own page meanwhile. */
    testing_must(order_refund(f.t.platform, a_, f.shop, order, 5000, S("goodwill"), f.owner));
    assert_true(fixture_says(fixture_step(&f, a_, f.shop, id, STEP_REFUND, 2 * SUIT, ""),
                             "returns.refund_too_much"));
    testing_must(fixture_step(&f, a_, f.shop, id, STEP_REFUND, -1, ""));
    assert_true(fixture_says(fixture_step(&f, a_, f.shop, id, STEP_REFUND, 1, "other"),
                             "returns.not_open"));
    testing_drain(&f.t);
    struct order o = fixture_get(&f, order);
    assert_int_equal(o.refunded_minor, o.total_minor);
    assert_int_equal(fixture_return(&f, id).refund_minor, o.total_minor - 5000);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

static void a_deposit_comes_back_and_no_more(enum db_engine engine)
{
    static const enum step steps[] = {STEP_AGREE, STEP_SEND, STEP_RECEIVE, STEP_REFUND};
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id order = fixture_ordered(&f, "deposit", 2, 0, 3000);
    fixture_pays(&f, order, "first", 0, PAYMENT_CAPTURED);
    fixture_pays(&f, order, "later", 0, PAYMENT_AUTHORISED);
    struct order o = fixture_get(&f, order);
    assert_int_equal(o.paid_minor, 3000);
    assert_int_equal(o.payment, ORDER_AUTHORISED);
    fixture_ship(&f, order);
    fixture_deliver(&f, order);
    struct return_id one = fixture_asked(&f, order, 1, 0), two;
    fixture_steps(&f, one, steps, COUNT(steps));
    assert_int_equal(fixture_return(&f, one).refund_minor, 0); /* she owes more than that */
    testing_must(fixture_ask(&f, f.shop, order, "two", 1, 0, RETURNS_FIT, &two));
    fixture_steps(&f, two, steps, COUNT(steps));
    testing_drain(&f.t);
    assert_int_equal(fixture_return(&f, two).refund_minor, 3000);
    assert_int_equal(fixture_get(&f, order).refunded_minor, 3000);
    fixture_close(&f);
}

static void she_may_keep_it(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id order = fixture_delivered(&f, "keep", 1, 0);
    struct return_id id = fixture_asked(&f, order, 1, 0);
    testing_must(fixture_step(&f, &f.t.arena, f.shop, id, STEP_KEEP, -1, "Sorry!"));
    testing_must(fixture_step(&f, &f.t.arena, f.shop, id, STEP_KEEP, -1, "Sorry!"));
    testing_drain(&f.t);
    assert_int_equal(fixture_return(&f, id).state, RETURNS_REFUNDED);
    assert_true(fixture_return(&f, id).keeps);
    assert_int_equal(fixture_get(&f, order).payment, ORDER_REFUNDED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

static void a_fee_is_told_before_and_only_where_it_may_be(enum db_engine engine)
{
    const struct returns_terms terms = {.window_days = 30, .answer_days = 3, .send_days = 10,
                                        .fee_percent = 20, .instructions = S("Quay 1")};
    static const enum step steps[] = {STEP_AGREE, STEP_RECEIVE, STEP_REFUND};
    struct fixture f;
    struct return_id fit, broken;
    fixture_open(&f, engine);
    struct returns_terms bad = terms;
    bad.fee_percent = 51;
    assert_non_null(fixture_terms(&f, &bad));
    testing_must(fixture_terms(&f, &terms));
    struct order_id here = fixture_delivered(&f, "nl", 1, 0);
    assert_int_equal(fixture_return(&f, fixture_asked(&f, here, 1, 0)).fee_minor, 0);
    f.country = S("CH");
    struct order_id there = fixture_delivered(&f, "ch", 2, 0);
    testing_must(fixture_ask(&f, f.shop, there, "fit", 1, 0, RETURNS_FIT, &fit));
    testing_must(fixture_ask(&f, f.shop, there, "broken", 1, 0, RETURNS_BROKEN, &broken));
    assert_int_equal(fixture_return(&f, fit).fee_minor, SUIT / 5);
    assert_int_equal(fixture_return(&f, broken).fee_minor, 0);
    assert_true(fixture_says(fixture_step(&f, &f.t.arena, f.shop, broken, STEP_AGREE, 1, ""),
                             "returns.bad_fee"));
    testing_must(fixture_step(&f, &f.t.arena, f.shop, fit, STEP_AGREE, 100, ""));
    assert_str_equal(fixture_return(&f, fit).answer, "Quay 1");
    fixture_steps(&f, fit, &steps[1], 2);
    assert_int_equal(fixture_return(&f, fit).refund_minor, SUIT - 100);
    fixture_close(&f);
}

static void others_find_nothing_and_nothing_goes_backwards(enum db_engine engine)
{
    struct fixture f;
    struct return_id id;
    fixture_open(&f, engine);
    struct order_id order = fixture_delivered(&f, "hers", 1, 0);
    assert_true(fixture_says(fixture_ask(&f, f.foreign, order, "x", 1, 0, RETURNS_FIT, &id),
                             "order.gone"));
    id = fixture_asked(&f, order, 1, 0);
    struct arena *arena = &f.t.arena;
    for (int step = STEP_AGREE; step <= STEP_WITHDRAW; step++)
        assert_true(fixture_says(fixture_step(&f, arena, f.foreign, id, (enum step)step, -1, "x"),
                                 "returns.gone"));
    assert_true(fixture_says(fixture_step(&f, arena, f.shop, id, STEP_REFUND, -1, ""),
                             "returns.not_open"));
    assert_true(fixture_says(fixture_step(&f, arena, f.shop, id, STEP_RECEIVE, -1, ""),
                             "returns.not_open"));
    assert_int_equal(fixture_left(&f), SHELF - 1);
    assert_true(fixture_says(fixture_step(&f, arena, f.shop, id, STEP_REFUSE, -1, "  "),
                             "returns.say_why"));
    testing_must(fixture_step(&f, arena, f.shop, id, STEP_REFUSE, -1, "worn"));
    testing_must(fixture_step(&f, arena, f.shop, id, STEP_REFUSE, -1, "worn"));
    assert_true(fixture_says(fixture_step(&f, arena, f.shop, id, STEP_AGREE, -1, ""),
                             "returns.not_open"));
    assert_true(fixture_says(fixture_step(&f, arena, f.shop, id, STEP_SEND, -1, ""),
                             "returns.not_open"));
    fixture_close(&f);
}

struct racer {
    struct fixture *f;
    struct return_id id;
    struct order_id order;
    bool is_done;
};

static void *refund_race(void *arg)
{
    struct racer *x = arg;
    struct arena arena;
    arena_init(&arena, MiB(16));
    x->is_done = fixture_step(x->f, &arena, x->f->shop, x->id, STEP_REFUND, -1, "") == NULL;
    arena_done(&arena);
    return NULL;
}

static void many_clicks_pay_back_once(enum db_engine engine)
{
    static const enum step steps[] = {STEP_AGREE, STEP_RECEIVE};
    struct fixture f;
    struct racer racers[TWINS];
    pthread_t ids[TWINS];
    fixture_open(&f, engine);
    struct order_id order = fixture_delivered(&f, "race", 2, 0);
    struct return_id id = fixture_asked(&f, order, 1, 0);
    fixture_steps(&f, id, steps, COUNT(steps));
    for (int i = 0; i < TWINS; i++) {
        racers[i] = (struct racer){.f = &f, .id = id};
        assert_int_equal(pthread_create(&ids[i], NULL, refund_race, &racers[i]), 0);
    }
    for (int i = 0; i < TWINS; i++)
        assert_int_equal(pthread_join(ids[i], NULL), 0);
    for (int i = 0; i < TWINS; i++)
        assert_true(racers[i].is_done);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, order).refunded_minor, SUIT);
    fixture_close(&f);
}

static void time_agrees_and_lapses(enum db_engine engine)
{
    struct fixture f;
    struct return_id id, late;
    fixture_open(&f, engine);
    struct order_id order = fixture_delivered(&f, "slow", 2, 0);
    id = fixture_asked(&f, order, 1, 0);
    testing_advance(&f.t, 3 * day - 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_return(&f, id).state, RETURNS_ASKED);
    testing_advance(&f.t, 62 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_return(&f, id).state, RETURNS_AGREED);
    testing_advance(&f.t, 14 * day + 61 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_return(&f, id).state, RETURNS_CLOSED);
    assert_true(fixture_says(fixture_step(&f, &f.t.arena, f.shop, id, STEP_SEND, -1, "late"),
                             "returns.not_open"));
    assert_true(fixture_says(fixture_ask(&f, f.shop, order, "late", 1, 0, RETURNS_FIT, &late),
                             "returns.too_late"));
    int64_t until;
    struct tx *tx;
    struct order o = fixture_get(&f, order);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(returns_until(tx, &f.t.arena, f.t.platform, &o, &until));
    db_read_end(tx);
    assert_true(until > o.placed_ms + 14 * day && until < o.placed_ms + 16 * day);
    fixture_close(&f);
}

ON_BOTH(goods_come_back_and_money_follows)
ON_BOTH(never_more_than_arrived)
ON_BOTH(only_what_was_captured_goes_back)
ON_BOTH(a_deposit_comes_back_and_no_more)
ON_BOTH(she_may_keep_it)
ON_BOTH(a_fee_is_told_before_and_only_where_it_may_be)
ON_BOTH(others_find_nothing_and_nothing_goes_backwards)
ON_BOTH(many_clicks_pay_back_once)
ON_BOTH(time_agrees_and_lapses)

int main(void)
{
    /* The last one leaves the store's timers far ahead. */
    const struct CMUnitTest tests[] = {
        BOTH(goods_come_back_and_money_follows),
        BOTH(never_more_than_arrived),
        BOTH(only_what_was_captured_goes_back),
        BOTH(a_deposit_comes_back_and_no_more),
        BOTH(she_may_keep_it),
        BOTH(a_fee_is_told_before_and_only_where_it_may_be),
        BOTH(others_find_nothing_and_nothing_goes_backwards),
        BOTH(many_clicks_pay_back_once),
        BOTH(time_agrees_and_lapses),
    };
    return cmocka_run_group_tests_name("returns: from asking to the money", tests, NULL, NULL);
}
