/* Orders of three shops placed and paid at once, on both engines: all or none, one charge, each its
 * share. */
#include "bundle.h"

static const int64_t minute = 60 * 1000;

static void all_are_placed_or_none(enum db_engine engine)
{
    struct three x;
    struct bundle_id id, again;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    testing_must(three_place(&x, "a", 3, -1, &again));
    assert_int_equal(id.v, again.v);
    struct order_bundle b = three_get(&x, id);
    assert_int_equal(b.count, 3);
    assert_int_equal(b.buyer_id.v, x.f.buyer.v);
    int64_t sum = 0;
    for (size_t i = 0; i < 3; i++) {
        assert_true(i == 0 || b.orders[i].id.v > b.orders[i - 1].id.v);
        sum += b.orders[i].total_minor;
    }
    assert_int_equal(sum, ALL);
    assert_int_equal(fixture_left(&x.f), SHELF - 1);
    assert_string_equal(three_place(&x, "b", 3, 1, &again)->key, "order.price_changed");
    assert_string_equal(three_place(&x, "c", 1, -1, &again)->key, "order.bad_bundle");
    assert_int_equal(fixture_left(&x.f), SHELF - 1);
    /* Nothing stays of a refusal: the same key may be tried again. */
    testing_must(three_place(&x, "b", 3, SUIT, &again));
    assert_int_not_equal(id.v, again.v);
    three_close(&x);
}

static const struct err *sell_out(struct turn *t, void *arg)
{
    struct three *x = arg;
    return stock_set(t, x->shops[1], x->things[1], 0, "set");
}

static void one_sold_out_shop_stops_all(enum db_engine engine)
{
    struct three x;
    struct bundle_id id;
    three_open(&x, engine);
    testing_turn(&x.f.t, x.f.owner, sell_out, &x);
    assert_string_equal(three_place(&x, "a", 3, -1, &id)->key, "stock.sold_out");
    assert_int_equal(fixture_left(&x.f), SHELF);
    assert_int_equal(three_clearing(&x, 0), 0);
    three_close(&x);
}

static void one_charge_pays_all(enum db_engine engine)
{
    struct three x;
    struct payment_begin begun;
    struct bundle_id id;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    int64_t attempt = three_attempt(&x, id, "p");
    assert_int_equal(three_attempt(&x, id, "p"), attempt);
    /* A wrong sum, a wrong currency's twin, a part of the charge: recorded, and nothing moves. */
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e0", ALL - 1, NULL));
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e1", SUIT, NULL));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(three_get(&x, id).orders[i].payment, ORDER_UNPAID);
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e2", ALL, NULL));
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e2", ALL, NULL));
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e3", ALL, NULL));
    struct order_bundle b = three_get(&x, id);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b.orders[i].payment, ORDER_PAID);
        assert_int_equal(b.orders[i].paid_minor, b.orders[i].total_minor);
    }
    assert_int_equal(three_clearing(&x, 0), SUIT);
    assert_int_equal(three_clearing(&x, 1), CUP);
    assert_int_equal(three_clearing(&x, 2), TEA);
    assert_int_equal(fixture_left(&x.f), SHELF - 1);
    assert_string_equal(three_pay(&x, id, "p2", &begun)->key, "order.already_paid");
    testing_must(three_pay(&x, id, "p", &begun)); /* the key of the charge, as it stands now */
    assert_int_equal(begun.step, PAYMENT_STEP_PAID);
    three_close(&x);
}

static size_t at_of(const struct order_bundle *b, struct shop_id shop)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->orders[i].shop_id.v == shop.v)
            return i;
    abort();
}

/* Cancelled before the money came: its part goes back, the others keep theirs; and a new charge is
 * for the rest. */
static void a_cancelled_order_gives_its_part_back(enum db_engine engine)
{
    struct three x;
    struct bundle_id id;
    struct bundle_group *groups;
    struct tx *tx;
    size_t count;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    int64_t early = three_attempt(&x, id, "p1");
    struct order_bundle b = three_get(&x, id);
    testing_must(fixture_cancel(&x.f, x.shops[1], b.orders[at_of(&b, x.shops[1])].id));
    b = three_get(&x, id);
    testing_must(db_read_begin(x.f.t.platform->db, &x.f.t.arena, &tx));
    testing_must(order_bundle_groups(tx, &x.f.t.arena, x.f.t.platform, &b,
                                     clock_now_ms(x.f.t.platform->clock), &groups, &count));
    db_read_end(tx);
    assert_int_equal(count, 1);
    assert_int_equal(groups[0].count, 2);
    assert_int_equal(groups[0].due_minor, SUIT + TEA);
    assert_true(groups[0].way_count > 0);
    int64_t late = three_attempt(&x, id, "p2");
    testing_must(three_notice(&x, id, late, PAYMENT_CAPTURED, "late", SUIT + TEA, NULL));
    /* The first page was still open, and is paid as well: all of it goes back. */
    testing_must(three_notice(&x, id, early, PAYMENT_CAPTURED, "early", ALL, NULL));
    testing_drain(&x.f.t);
    b = three_get(&x, id);
    assert_int_equal(b.orders[at_of(&b, x.shops[0])].payment, ORDER_PAID);
    assert_int_equal(b.orders[at_of(&b, x.shops[1])].state, ORDER_CANCELLED);
    assert_int_equal(b.orders[at_of(&b, x.shops[2])].payment, ORDER_PAID);
    assert_int_equal(three_clearing(&x, 0), SUIT);
    assert_int_equal(three_clearing(&x, 1), 0);
    assert_int_equal(three_clearing(&x, 2), TEA);
    three_close(&x);
}

static void late_money_serves_who_waits(enum db_engine engine)
{
    struct three x;
    struct bundle_id id;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    int64_t attempt = three_attempt(&x, id, "p");
    struct order_bundle b = three_get(&x, id);
    testing_must(fixture_cancel(&x.f, x.shops[0], b.orders[at_of(&b, x.shops[0])].id));
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e", ALL, NULL));
    testing_drain(&x.f.t);
    assert_int_equal(three_clearing(&x, 0), 0);
    assert_int_equal(three_clearing(&x, 1), CUP);
    assert_int_equal(three_clearing(&x, 2), TEA);
    assert_int_equal(fixture_left(&x.f), SHELF);
    three_close(&x);
}

static void refund(struct three *x, struct order_bundle *b, size_t shop, int64_t minor,
                   const char *key)
{
    testing_must(order_refund(x->f.t.platform, &x->f.t.arena, x->shops[shop],
                              b->orders[at_of(b, x->shops[shop])].id, minor, str_c(key),
                              x->f.owner));
}

/* Per order, against the shared charge; and one made at the provider's own desk, told before the
 * capture was. */
static void refunds_are_per_order(enum db_engine engine)
{
    struct three x;
    struct bundle_id id;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    int64_t attempt = three_attempt(&x, id, "p");
    testing_must(three_notice(&x, id, attempt, PAYMENT_REFUNDED, "r0", SUIT + 500, "re-0"));
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e", ALL, NULL));
    struct order_bundle b = three_get(&x, id);
    int64_t back = 0;
    for (size_t i = 0; i < 3; i++)
        back += b.orders[i].refunded_minor;
    assert_int_equal(back, SUIT + 500);
    assert_int_equal(three_clearing(&x, 0) + three_clearing(&x, 1) + three_clearing(&x, 2),
                     ALL - SUIT - 500);
    testing_must(three_notice(&x, id, attempt, PAYMENT_REFUNDED, "r1", ALL, "re-1"));
    b = three_get(&x, id);
    int64_t left = b.orders[at_of(&b, x.shops[2])].paid_minor -
                   b.orders[at_of(&b, x.shops[2])].refunded_minor;
    assert_true(left > 0);
    refund(&x, &b, 2, left, "k");
    refund(&x, &b, 2, left, "k");
    assert_int_equal(three_clearing(&x, 2), 0);
    assert_int_equal(three_clearing(&x, 0) + three_clearing(&x, 1) + three_clearing(&x, 2),
                     ALL - SUIT - 500 - left);
    three_close(&x);
}

/* All of it went back before anybody told that it was paid, and one order has ended meanwhile: what
 * the shop would ask back by itself is back already. */
static void what_is_back_is_not_asked_for_again(enum db_engine engine)
{
    struct three x;
    struct bundle_id id;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    int64_t attempt = three_attempt(&x, id, "p");
    struct order_bundle b = three_get(&x, id);
    testing_must(fixture_cancel(&x.f, x.shops[1], b.orders[at_of(&b, x.shops[1])].id));
    testing_must(three_notice(&x, id, attempt, PAYMENT_REFUNDED, "r", ALL, "re"));
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e", ALL, NULL));
    testing_drain(&x.f.t);
    b = three_get(&x, id);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(three_clearing(&x, i), 0);
    assert_int_equal(b.orders[at_of(&b, x.shops[0])].payment, ORDER_REFUNDED);
    assert_int_equal(b.orders[at_of(&b, x.shops[2])].payment, ORDER_REFUNDED);
    three_close(&x);
}

static void nobody_pays_and_all_expires(enum db_engine engine)
{
    struct three x;
    struct payment_begin begun;
    struct bundle_id id;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    int64_t attempt = three_attempt(&x, id, "p");
    testing_advance(&x.f.t, 40 * minute);
    testing_drain(&x.f.t);
    struct order_bundle b = three_get(&x, id);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(b.orders[i].state, ORDER_EXPIRED);
    assert_string_equal(three_pay(&x, id, "p2", &begun)->key, "order.already_paid");
    /* The goods are still there: late money brings them back, all three. */
    testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, "e", ALL, NULL));
    b = three_get(&x, id);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(b.orders[i].payment, ORDER_PAID);
    assert_int_equal(fixture_left(&x.f), SHELF - 1);
    three_close(&x);
}

/* A remembered card pays all at once; a refusal of the provider stands at every share. */
static void a_remembered_card_pays_all(enum db_engine engine)
{
    struct three x;
    struct payment_begin begun;
    struct bundle_id id;
    three_open(&x, engine);
    testing_must(three_place(&x, "a", 3, -1, &id));
    testing_must(three_notice(&x, id, three_attempt(&x, id, "p"), PAYMENT_CAPTURED, "e", ALL,
                              NULL));
    testing_must(three_place(&x, "b", 2, -1, &id));
    struct order_bundle_pay pay = {.key = S("p2"),
                                   .bundle_id = id,
                                   .payer_id = x.f.buyer,
                                   .use_saved = true,
                                   .return_path = S("/")};
    testing_must(order_bundle_pay(x.f.t.platform, &x.f.t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_PAID);
    struct order_bundle b = three_get(&x, id);
    assert_int_equal(b.orders[0].payment, ORDER_PAID);
    assert_int_equal(b.orders[1].payment, ORDER_PAID);
    assert_int_equal(three_clearing(&x, 0), 2 * SUIT);
    three_close(&x);
}

/* Both pages of the provider are open, and every notice comes in every order: money is where it
 * belongs, once. */
static void notices_in_any_order_end_alike(enum db_engine engine)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    struct three x;
    three_open(&x, engine);
    for (int run = 0; run < 6; run++) {
        struct bundle_id id;
        char key[20], event[20];
        snprintf(key, sizeof key, "o%d", run);
        testing_must(three_place(&x, key, 3, -1, &id));
        int64_t attempt = three_attempt(&x, id, key);
        for (int i = 0; i < 6; i++) {
            snprintf(event, sizeof event, "e%d-%d", run, orders[run][i % 3]);
            switch (orders[run][i % 3]) {
            case 0:
                testing_must(three_notice(&x, id, attempt, PAYMENT_FAILED, event, ALL, NULL));
                break;
            case 1:
                testing_must(three_notice(&x, id, attempt, PAYMENT_CAPTURED, event, ALL, NULL));
                break;
            default:
                testing_must(three_notice(&x, id, attempt, PAYMENT_AUTHORISED, event, ALL, NULL));
                break;
            }
        }
        struct order_bundle b = three_get(&x, id);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(b.orders[i].payment, ORDER_PAID);
            assert_int_equal(b.orders[i].authorised_minor, 0);
        }
    }
    assert_int_equal(three_clearing(&x, 0), 6 * SUIT);
    three_close(&x);
}

ON_BOTH(all_are_placed_or_none)
ON_BOTH(one_sold_out_shop_stops_all)
ON_BOTH(one_charge_pays_all)
ON_BOTH(a_cancelled_order_gives_its_part_back)
ON_BOTH(late_money_serves_who_waits)
ON_BOTH(refunds_are_per_order)
ON_BOTH(what_is_back_is_not_asked_for_again)
ON_BOTH(nobody_pays_and_all_expires)
ON_BOTH(a_remembered_card_pays_all)
ON_BOTH(notices_in_any_order_end_alike)

int main(void)
{
    /* The last one leaves the store's timers far ahead. */
    const struct CMUnitTest tests[] = {
        BOTH(all_are_placed_or_none),
        BOTH(one_sold_out_shop_stops_all),
        BOTH(one_charge_pays_all),
        BOTH(a_cancelled_order_gives_its_part_back),
        BOTH(late_money_serves_who_waits),
        BOTH(refunds_are_per_order),
        BOTH(what_is_back_is_not_asked_for_again),
        BOTH(a_remembered_card_pays_all),
        BOTH(notices_in_any_order_end_alike),
        BOTH(nobody_pays_and_all_expires),
    };
    return cmocka_run_group_tests_name("order: placed and paid together", tests, NULL, NULL);
}
