/* Payments, refunds and the end of orders, on both engines: "paid" by verified notices only, once,
 * in any order. */
#include "fixture.h"

enum { TOTAL = 5395 }; /* one suit and its parcel */
static const int64_t minute = 60 * 1000;

static void paying_settles(enum db_engine engine)
{
    struct fixture f;
    struct tx *tx;
    struct order_remembered known;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    int64_t attempt = fixture_attempt(&f, id, "p1");
    assert_int_equal(fixture_attempt(&f, id, "p1"), attempt);
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "e1", TOTAL, "EUR", NULL));
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "e1", TOTAL, "EUR", NULL));
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "e2", TOTAL, "EUR", NULL));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_PAID);
    assert_int_equal(o.paid_minor, TOTAL);
    assert_int_equal(fixture_clearing(&f), TOTAL);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    struct payment_begin begun;
    struct order_pay again = {.key = S("p2"),
                              .shop_id = f.shop,
                              .order_id = id,
                              .payer_id = f.other,
                              .return_path = S("/")};
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &again, &begun)->key,
                        "order.already_paid");
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(order_remembered_get(tx, &f.t.arena, f.t.platform, f.buyer, &known));
    db_read_end(tx);
    assert_true(known.has_party && known.has_method);
    assert_str_equal(known.method_label, "Test card ···4242");
    assert_str_equal(known.party.address.city, "Amsterdam");
    fixture_close(&f);
}

static void a_remembered_card_pays_at_once(enum db_engine engine)
{
    struct fixture f;
    struct payment_begin begun;
    fixture_open(&f, engine);
    fixture_pay(&f, fixture_order(&f, "a", 1), "p1");
    struct order_id id = fixture_order(&f, "b", 1);
    struct order_pay pay = {.key = S("p2"),
                            .shop_id = f.shop,
                            .order_id = id,
                            .payer_id = f.buyer,
                            .use_saved = true,
                            .return_path = S("/")};
    testing_must(order_pay_begin(f.t.platform, &f.t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_PAID);
    testing_must(order_pay_begin(f.t.platform, &f.t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_PAID);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    assert_int_equal(fixture_clearing(&f), 2 * TOTAL);
    pay.order_id = fixture_order(&f, "c", 1); /* the key belongs to the order before */
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &pay, &begun)->key,
                        "error.key_reused");
    fixture_close(&f);
}

/* C-31: recorded, alarm, not paid. */
static void notices_that_do_not_fit_change_nothing(enum db_engine engine)
{
    struct fixture f;
    struct audit_row *rows;
    size_t count, alarms = 0;
    struct tx *tx;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    int64_t attempt = fixture_attempt(&f, id, "p1");
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "less", TOTAL - 1, "EUR", NULL));
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "yen", TOTAL, "JPY", NULL));
    testing_must(fixture_notice(&f, attempt + 1, PAYMENT_CAPTURED, "who", TOTAL, "EUR", NULL));
    struct shop_id mine = f.shop;
    f.shop = f.foreign;
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "shop", TOTAL, "EUR", NULL));
    f.shop = mine;
    assert_int_equal(fixture_get(&f, id).payment, ORDER_UNPAID);
    assert_int_equal(fixture_clearing(&f), 0);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(audit_list(tx, &f.t.arena, f.shop, id.v, &rows, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        alarms += str_eq(rows[i].action, S("order.payment_alarm"));
    assert_int_equal(alarms, 2);
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "right", TOTAL, "EUR", NULL));
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    fixture_close(&f);
}

struct notice {
    enum payment_outcome outcome;
    const char *event, *ref;
    int64_t minor;
};

static void send(struct fixture *f, int64_t attempt, const struct notice *n)
{
    testing_must(fixture_notice(f, attempt, n->outcome, n->event, n->minor, "EUR", n->ref));
}

enum { NOTICES = 5 };

/* One towel, its attempt, and the notices in the order of `at`, each `times` times. */
static struct order_id tell_all(struct fixture *f, const struct notice *notices, const int *at,
                                int count, int times, int run)
{
    struct price_want want = {f->towel, 1};
    struct order_id id;
    char key[30];
    snprintf(key, sizeof key, "perm-%d-%d", count, run);
    struct order_place o = fixture_want(f, key, &want, 1);
    testing_must(fixture_place(f, &f->t.arena, &o, &id));
    int64_t attempt = fixture_attempt(f, id, key), total = fixture_get(f, id).total_minor;
    for (int i = 0; i < count * times; i++) {
        struct notice n = notices[at[i % count]];
        char event[40];
        snprintf(event, sizeof event, "%s-%d-%d", n.event, count, run);
        n.event = event;
        n.minor = n.minor == 0 ? total : n.minor;
        send(f, attempt, &n);
    }
    return id;
}

static bool is_permutation(int code, int count, int *ret_at)
{
    int seen = 0;
    for (int i = 0; i < count; i++, code /= count) {
        ret_at[i] = code % count;
        seen |= 1 << ret_at[i];
    }
    return seen == (1 << count) - 1;
}

/* I11: every order of five notices, each once or twice, ends alike: a refund before its capture
 * waits for it. */
static void any_order_of_notices_ends_alike(enum db_engine engine)
{
    static const struct notice notices[NOTICES] = {{PAYMENT_FAILED, "f", NULL, 0},
                                                   {PAYMENT_AUTHORISED, "a", NULL, 0},
                                                   {PAYMENT_CAPTURED, "c", NULL, 0},
                                                   {PAYMENT_REFUNDED, "r1", "ref-1", 1000},
                                                   {PAYMENT_REFUNDED, "r2", "ref-2", 395}};
    struct fixture f;
    int64_t clearing = 0;
    int at[NOTICES];
    fixture_open(&f, engine);
    for (int code = 0; code < 3125; code++) {
        struct arena_mark mark = arena_get_mark(&f.t.arena);
        if (!is_permutation(code, NOTICES, at))
            continue;
        struct order_id id = tell_all(&f, notices, at, NOTICES, 1 + code % 2, code);
        struct order got = fixture_get(&f, id);
        assert_int_equal(got.state, ORDER_PLACED);
        assert_int_equal(got.paid_minor, got.total_minor);
        assert_int_equal(got.authorised_minor, 0);
        assert_int_equal(got.refunded_minor, 1395);
        assert_int_equal(got.refunding_minor, 0);
        assert_int_equal(got.payment, ORDER_PART_REFUNDED);
        clearing += got.total_minor - 1395;
        arena_rewind(&f.t.arena, mark);
    }
    assert_int_equal(fixture_clearing(&f), clearing);
    fixture_close(&f);
}

static void any_order_of_a_promise_that_ended_ends_alike(enum db_engine engine)
{
    static const struct notice notices[3] = {{PAYMENT_FAILED, "f", NULL, 0},
                                             {PAYMENT_AUTHORISED, "a", NULL, 0},
                                             {PAYMENT_VOIDED, "v", NULL, 0}};
    struct fixture f;
    int at[3];
    fixture_open(&f, engine);
    for (int code = 0; code < 27; code++) {
        if (!is_permutation(code, 3, at))
            continue;
        struct order_id id = tell_all(&f, notices, at, 3, 2, code);
        assert_int_equal(fixture_get(&f, id).payment, ORDER_UNPAID);
        assert_int_equal(fixture_get(&f, id).authorised_minor, 0);
        testing_advance(&f.t, 120 * minute);
        testing_drain(&f.t);
        assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    }
    assert_int_equal(fixture_clearing(&f), 0);
    fixture_close(&f);
}

/* Of a dispute nothing is booked; the shop is told. */
static void a_dispute_alarms(enum db_engine engine)
{
    struct fixture f;
    struct audit_row *rows;
    size_t count, alarms = 0;
    struct tx *tx;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    int64_t attempt = fixture_attempt(&f, id, "p1");
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "c", TOTAL, "EUR", NULL));
    testing_must(fixture_notice(&f, attempt, PAYMENT_DISPUTED, "d", TOTAL, "EUR", NULL));
    testing_must(fixture_notice(&f, attempt, PAYMENT_DISPUTED, "d", TOTAL, "EUR", NULL));
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(audit_list(tx, &f.t.arena, f.shop, id.v, &rows, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        alarms += str_eq(rows[i].action, S("order.payment_alarm"));
    assert_int_equal(alarms, 1);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    fixture_close(&f);
}

static void unpaid_orders_expire(enum db_engine engine)
{
    struct fixture f;
    struct payment_begin begun;
    fixture_open(&f, engine);
    struct order_id unpaid = fixture_order(&f, "a", 2), paid = fixture_order(&f, "b", 1);
    fixture_pay(&f, paid, "p");
    testing_advance(&f.t, 29 * minute);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, unpaid).state, ORDER_PLACED);
    testing_advance(&f.t, 2 * minute);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, unpaid).state, ORDER_EXPIRED);
    assert_int_equal(fixture_get(&f, paid).state, ORDER_PLACED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    struct order_pay pay = {.key = S("late"),
                            .shop_id = f.shop,
                            .order_id = unpaid,
                            .payer_id = f.buyer,
                            .return_path = S("/")};
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &pay, &begun)->key,
                        "order.not_payable");
    fixture_close(&f);
}

static void late_money_takes_the_goods_or_goes_back(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id lucky = fixture_order(&f, "a", 6), unlucky = fixture_order(&f, "b", 4);
    int64_t first = fixture_attempt(&f, lucky, "p1"), second = fixture_attempt(&f, unlucky, "p2");
    int64_t paid = fixture_get(&f, lucky).total_minor;
    testing_advance(&f.t,
                    33 * minute); /* beyond the next run that the test before left in the store */
    testing_drain(&f.t);
    testing_must(fixture_notice(&f, first, PAYMENT_CAPTURED, "e1", paid, "EUR", NULL));
    assert_int_equal(fixture_get(&f, lucky).state, ORDER_PLACED);
    assert_int_equal(fixture_get(&f, lucky).payment, ORDER_PAID);
    fixture_order(&f, "c", 1); /* three are left for four */
    testing_must(fixture_notice(&f, second, PAYMENT_CAPTURED, "e2",
                                fixture_get(&f, unlucky).total_minor, "EUR", NULL));
    assert_int_equal(fixture_get(&f, unlucky).state, ORDER_EXPIRED);
    testing_drain(&f.t);
    struct order o = fixture_get(&f, unlucky);
    assert_int_equal(o.paid_minor, 0);
    assert_int_equal(fixture_clearing(&f), paid);
    assert_int_equal(fixture_left(&f), 3);
    fixture_close(&f);
}

static void paid_twice_one_goes_back(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    int64_t one = fixture_attempt(&f, id, "p1"), two = fixture_attempt(&f, id, "p2");
    testing_must(fixture_notice(&f, two, PAYMENT_CAPTURED, "e2", TOTAL, "EUR", NULL));
    testing_must(fixture_notice(&f, one, PAYMENT_CAPTURED, "e1", TOTAL, "EUR", NULL));
    assert_int_equal(fixture_clearing(&f), 2 * TOTAL);
    testing_drain(&f.t);
    assert_int_equal(fixture_clearing(&f), TOTAL);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    fixture_close(&f);
}

static void refunds_are_bounded_and_whole_ones_restock(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct platform *p = f.t.platform;
    struct arena *arena = &f.t.arena;
    struct order_id id = fixture_order(&f, "a", 1);
    assert_string_equal(order_refund(p, arena, f.shop, id, 1, S("r0"), f.owner)->key,
                        "order.not_refundable");
    fixture_pay(&f, id, "p");
    static const int64_t bad[] = {0, -1, TOTAL + 1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_string_equal(order_refund(p, arena, f.shop, id, bad[i], S("r"), f.owner)->key,
                            bad[i] <= 0 ? "order.refund_nothing" : "order.refund_too_much");
    testing_must(order_refund(p, arena, f.shop, id, 1000, S("r1"), f.owner));
    testing_must(order_refund(p, arena, f.shop, id, 1000, S("r1"), f.owner));
    assert_string_equal(order_refund(p, arena, f.shop, id, 999, S("r1"), f.owner)->key,
                        "error.key_reused");
    assert_int_equal(fixture_get(&f, id).refunded_minor, 1000);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PART_REFUNDED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    assert_string_equal(order_refund(p, arena, f.shop, id, TOTAL - 999, S("r2"), f.owner)->key,
                        "order.refund_too_much");
    testing_must(order_refund(p, arena, f.shop, id, TOTAL - 1000, S("r3"), f.owner));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_REFUNDED);
    assert_int_equal(o.state, ORDER_CLOSED);
    assert_int_equal(fixture_left(&f), SHELF);
    assert_int_equal(fixture_clearing(&f), 0);
    fixture_close(&f);
}

static void cancelling_gives_back(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id unpaid = fixture_order(&f, "a", 2), paid = fixture_order(&f, "b", 3);
    fixture_pay(&f, paid, "p");
    testing_must(fixture_cancel(&f, f.shop, unpaid));
    testing_must(fixture_cancel(&f, f.shop, unpaid));
    assert_int_equal(fixture_left(&f), SHELF - 3);
    testing_must(fixture_cancel(&f, f.shop, paid));
    testing_drain(&f.t);
    struct order o = fixture_get(&f, paid);
    assert_int_equal(o.state, ORDER_CANCELLED);
    assert_int_equal(o.payment, ORDER_REFUNDED);
    assert_int_equal(fixture_left(&f), SHELF);
    assert_int_equal(fixture_clearing(&f), 0);
    fixture_close(&f);
}

struct ship_call {
    struct fixture *f;
    struct order_id id;
    bool deliver;
};
static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct ship_call *x = arg;
    return x->deliver ? order_deliver(t, x->f->shop, x->id)
                      : order_ship(t, x->f->shop, x->id, S("3S 123 456"));
}

/* Cash on delivery, or a card that is charged later: the goods wait, travel, and are paid then. */
static void promised_money_ships_and_is_captured_later(enum db_engine engine)
{
    struct fixture f;
    struct payment_begin begun;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 2), gone = fixture_order(&f, "b", 1);
    int64_t attempt = fixture_attempt(&f, id, "p1"), other = fixture_attempt(&f, gone, "p2");
    int64_t total = fixture_get(&f, id).total_minor;
    testing_must(fixture_notice(&f, attempt, PAYMENT_AUTHORISED, "a1", total - 1, "EUR", NULL));
    assert_int_equal(fixture_get(&f, id).payment, ORDER_UNPAID);
    testing_must(fixture_notice(&f, attempt, PAYMENT_AUTHORISED, "a2", total, "EUR", NULL));
    testing_must(fixture_notice(&f, other, PAYMENT_AUTHORISED, "a3", TOTAL, "EUR", NULL));
    testing_advance(&f.t, 48 * 60 * minute);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_AUTHORISED);
    struct order_pay again = {.key = S("p3"),
                              .shop_id = f.shop,
                              .order_id = id,
                              .payer_id = f.buyer,
                              .return_path = S("/")};
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &again, &begun)->key,
                        "order.already_paid");
    testing_turn(&f.t, f.owner, ship_turn, &(struct ship_call){&f, id, false});
    assert_int_equal(fixture_left(&f), SHELF - 3);
    assert_int_equal(fixture_clearing(&f), 0);
    testing_must(fixture_notice(&f, attempt, PAYMENT_CAPTURED, "c1", total, "EUR", NULL));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_PAID);
    assert_int_equal(o.fulfilment, ORDER_SHIPPED);
    assert_int_equal(o.authorised_minor, 0);
    assert_int_equal(fixture_clearing(&f), total);
    testing_must(fixture_cancel(&f, f.shop, gone));
    assert_int_equal(fixture_left(&f), SHELF - 2);
    testing_must(fixture_notice(&f, other, PAYMENT_VOIDED, "v1", TOTAL, "EUR", NULL));
    assert_int_equal(fixture_get(&f, gone).authorised_minor, 0);
    fixture_close(&f);
}

static void only_paid_orders_ship(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    struct ship_call call = {.f = &f, .id = id};
    assert_string_equal(turn_run(f.t.platform, &f.t.arena, f.owner, ship_turn, &call)->key,
                        "order.not_shippable");
    fixture_pay(&f, id, "p");
    testing_turn(&f.t, f.owner, ship_turn, &call);
    testing_turn(&f.t, f.owner, ship_turn, &call);
    assert_str_equal(fixture_get(&f, id).tracking, "3S 123 456");
    assert_string_equal(fixture_cancel(&f, f.shop, id)->key, "order.not_cancellable");
    call.deliver = true;
    testing_turn(&f.t, f.owner, ship_turn, &call);
    assert_int_equal(fixture_get(&f, id).state, ORDER_CLOSED);
    testing_must(order_refund(f.t.platform, &f.t.arena, f.shop, id, TOTAL, S("r"), f.owner));
    assert_int_equal(fixture_get(&f, id).payment, ORDER_REFUNDED);
    fixture_close(&f);
}

ON_BOTH(paying_settles)
ON_BOTH(a_remembered_card_pays_at_once)
ON_BOTH(notices_that_do_not_fit_change_nothing)
ON_BOTH(any_order_of_notices_ends_alike)
ON_BOTH(any_order_of_a_promise_that_ended_ends_alike)
ON_BOTH(promised_money_ships_and_is_captured_later)
ON_BOTH(a_dispute_alarms)
ON_BOTH(unpaid_orders_expire)
ON_BOTH(late_money_takes_the_goods_or_goes_back)
ON_BOTH(paid_twice_one_goes_back)
ON_BOTH(refunds_are_bounded_and_whole_ones_restock)
ON_BOTH(cancelling_gives_back)
ON_BOTH(only_paid_orders_ship)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(paying_settles),
        BOTH(a_remembered_card_pays_at_once),
        BOTH(notices_that_do_not_fit_change_nothing),
        BOTH(any_order_of_notices_ends_alike),
        BOTH(a_dispute_alarms),
        BOTH(unpaid_orders_expire),
        BOTH(late_money_takes_the_goods_or_goes_back),
        BOTH(paid_twice_one_goes_back),
        BOTH(refunds_are_bounded_and_whole_ones_restock),
        BOTH(cancelling_gives_back),
        BOTH(only_paid_orders_ship),
        /* Last, because they let days go by, and the store on PostgreSQL remembers when a job is
         * due next. */
        BOTH(any_order_of_a_promise_that_ended_ends_alike),
        BOTH(promised_money_ships_and_is_captured_later),
    };
    return cmocka_run_group_tests_name("order: paying", tests, NULL, NULL);
}
