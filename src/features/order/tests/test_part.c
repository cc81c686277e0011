/* Orders paid in parts, on both engines: a deposit secures, friends share, what expires goes
 * back. */
#include "fixture.h"

#include "identity/identity.h"

enum { TOTAL = 5395, DEPOSIT = 1500 }; /* one suit and its parcel */
static const int64_t minute = 60 * 1000, day = 24 * 60 * 60 * 1000;

static struct order_id with_deposit(struct fixture *f)
{
    struct price_want one = {f->suit, 1};
    struct order_place want = fixture_want(f, "deposit", &one, 1);
    struct order_id id;
    want.deposit_minor = TOTAL + 1;
    assert_string_equal(fixture_place(f, &f->t.arena, &want, &id)->key, "order.bad_deposit");
    want.deposit_minor = DEPOSIT;
    testing_must(fixture_place(f, &f->t.arena, &want, &id));
    return id;
}

static int64_t share(struct fixture *f, struct order_id id, const char *key, int64_t amount_minor)
{
    struct payment_begin begun;
    int64_t attempt;
    struct order_pay pay = {.key = str_c(key),
                            .shop_id = f->shop,
                            .order_id = id,
                            .payer_id = f->other,
                            .amount_minor = amount_minor,
                            .return_path = S("/")};
    testing_must(order_pay_begin(f->t.platform, &f->t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_REDIRECT);
    assert_true(id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), &attempt));
    return attempt;
}

static void capture(struct fixture *f, int64_t attempt, int64_t amount_minor)
{
    struct id_text event = id_format(attempt);
    testing_must(fixture_notice(f, attempt, PAYMENT_CAPTURED, event.text, amount_minor, "EUR",
                                NULL));
}

static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct order *o = arg;
    return order_ship(t, o->shop_id, o->id, S("parcel 1"));
}

static const struct err *ship(struct fixture *f, struct order o)
{
    return turn_run(f->t.platform, &f->t.arena, f->owner, ship_turn, &o);
}

static void a_deposit_secures_and_the_balance_pays(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = with_deposit(&f);
    assert_int_equal(order_due_now_minor(&(struct order){.total_minor = 9, .paid_minor = 2}), 7);
    capture(&f, fixture_attempt(&f, id, "p1"), DEPOSIT);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_PART_PAID);
    assert_true(o.secured_ms > 0 && o.paid_ms == 0);
    assert_int_equal(order_due_now_minor(&o), TOTAL - DEPOSIT);
    assert_int_equal(fixture_clearing(&f), DEPOSIT);
    testing_advance(&f.t, 40 * day);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_PLACED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    assert_string_equal(ship(&f, o)->key, "order.not_shippable");
    capture(&f, fixture_attempt(&f, id, "p2"), TOTAL - DEPOSIT);
    o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_PAID);
    assert_int_equal(fixture_clearing(&f), TOTAL);
    testing_must(ship(&f, o));
    fixture_close(&f);
}

static void friends_share_a_bill(enum db_engine engine)
{
    struct fixture f;
    struct payment_begin begun;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    int64_t first = share(&f, id, "p1", 2000), second = share(&f, id, "p2", TOTAL - 2000),
            third = share(&f, id, "p3", TOTAL - 2000);
    struct order_pay more = {.key = S("p4"),
                             .shop_id = f.shop,
                             .order_id = id,
                             .payer_id = f.buyer,
                             .amount_minor = TOTAL + 1,
                             .return_path = S("/")};
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &more, &begun)->key,
                        "order.pays_too_much");
    more.key = S("p1"), more.payer_id = f.other, more.amount_minor = 2001;
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &more, &begun)->key,
                        "error.key_reused");
    capture(&f, first, 2000);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_PART_PAID);
    assert_true(o.secured_ms == 0);
    capture(&f, second, TOTAL - 2000);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    capture(&f, third, TOTAL - 2000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).paid_minor, TOTAL);
    assert_int_equal(fixture_clearing(&f), TOTAL);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

static void a_share_alone_expires_and_goes_back(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 2);
    int64_t early = share(&f, id, "p1", 2000), late = share(&f, id, "p2", 2000);
    capture(&f, early, 2000);
    testing_advance(&f.t, 33 * minute);
    testing_drain(&f.t);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.state, ORDER_EXPIRED);
    assert_int_equal(o.payment, ORDER_REFUNDED);
    assert_int_equal(fixture_left(&f), SHELF);
    assert_int_equal(fixture_clearing(&f), 0);
    capture(&f, late, 2000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    assert_int_equal(fixture_clearing(&f), 0);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

static void cancelling_a_deposit_gives_all_back_once(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = with_deposit(&f), shared = fixture_order(&f, "b", 3);
    capture(&f, fixture_attempt(&f, id, "p1"), DEPOSIT);
    capture(&f, share(&f, shared, "p2", 100), 100);
    testing_must(fixture_cancel(&f, f.shop, id));
    testing_must(fixture_cancel(&f, f.shop, shared));
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).payment, ORDER_REFUNDED);
    assert_int_equal(fixture_get(&f, shared).payment, ORDER_REFUNDED);
    assert_int_equal(fixture_clearing(&f), 0);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

static void a_share_given_back_by_the_shop_frees_the_goods(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 2);
    capture(&f, share(&f, id, "p1", 2000), 2000);
    testing_must(order_refund(f.t.platform, &f.t.arena, f.shop, id, 2000, S("r"), f.owner));
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_CLOSED);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

struct back {
    struct fixture *f;
    struct order_id id;
    int64_t quantity;
};

static const struct err *back_turn(struct turn *t, void *arg)
{
    struct back *x = arg;
    return stock_return(t, x->f->shop, x->f->suit, x->quantity, x->id.v);
}

static void no_more_comes_back_than_was_sold(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct back back = {&f, fixture_order(&f, "a", 3), 2};
    struct platform *p = f.t.platform;
    testing_must(turn_run(p, &f.t.arena, f.owner, back_turn, &back)); /* held, not sold: nothing */
    assert_int_equal(fixture_left(&f), SHELF - 3);
    fixture_pay(&f, back.id, "p");
    testing_must(turn_run(p, &f.t.arena, f.owner, back_turn, &back));
    assert_int_equal(fixture_left(&f), SHELF - 1);
    assert_string_equal(turn_run(p, &f.t.arena, f.owner, back_turn, &back)->key,
                        "stock.returned_more");
    testing_must(order_refund(p, &f.t.arena, f.shop, back.id, fixture_get(&f, back.id).total_minor,
                              S("r"), f.owner));
    testing_drain(&f.t);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

ON_BOTH(a_deposit_secures_and_the_balance_pays)
ON_BOTH(friends_share_a_bill)
ON_BOTH(a_share_alone_expires_and_goes_back)
ON_BOTH(cancelling_a_deposit_gives_all_back_once)
ON_BOTH(a_share_given_back_by_the_shop_frees_the_goods)
ON_BOTH(no_more_comes_back_than_was_sold)

int main(void)
{
    /* The last one leaves the store's timers far ahead. */
    const struct CMUnitTest tests[] = {
        BOTH(friends_share_a_bill),
        BOTH(a_share_alone_expires_and_goes_back),
        BOTH(cancelling_a_deposit_gives_all_back_once),
        BOTH(a_share_given_back_by_the_shop_frees_the_goods),
        BOTH(no_more_comes_back_than_was_sold),
        BOTH(a_deposit_secures_and_the_balance_pays),
    };
    return cmocka_run_group_tests_name("order: paid in parts", tests, NULL, NULL);
}
