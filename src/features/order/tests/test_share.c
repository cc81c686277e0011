/* A bill split among friends, on both engines: exact shares, each paid once, and all goes back when
 * one is missing. */
#include "fixture.h"

#include "order/order_share.h"

enum { TOTAL = 5395 }; /* one suit and its parcel */
static const int64_t hour = 60 * 60 * 1000;

struct splitting {
    struct shop_id shop;
    struct order_id id;
    const struct order_share_want *wants;
    size_t count;
};

static const struct err *split_turn(struct turn *t, void *arg)
{
    const struct splitting *x = arg;
    return order_split(t, x->shop, x->id, x->wants, x->count);
}

static const struct err *split(struct fixture *f, struct order_id id,
                               const struct order_share_want *wants, size_t count)
{
    return turn_run(f->t.platform, &f->t.arena, f->buyer, split_turn,
                    &(struct splitting){f->shop, id, wants, count});
}

static const struct order_share_want equal[] = {
    {{"Nina", 4}, 0}, {{"Tom", 3}, 0}, {{"Zoë", 4}, 0}};

static struct order_share *shares(struct fixture *f, struct order_id id, size_t *ret_count)
{
    struct order_share *list;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(order_shares(tx, &f->t.arena, f->shop, id, clock_now_ms(f->t.platform->clock),
                              &list, ret_count));
    db_read_end(tx);
    return list;
}

static const struct err *begin(struct fixture *f, struct order_id id, struct share_id share,
                               struct account_id who, const char *key, int64_t *ret_attempt)
{
    struct payment_begin begun;
    struct order_pay pay = {.key = str_c(key), .shop_id = f->shop, .order_id = id,
                            .payer_id = who, .share_id = share, .return_path = S("/")};
    TRY(order_pay_begin(f->t.platform, &f->t.arena, &pay, &begun));
    assert_true(
        id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), ret_attempt));
    return NULL;
}

static void capture(struct fixture *f, int64_t attempt, int64_t amount_minor)
{
    struct id_text event = id_format(attempt);
    testing_must(fixture_notice(f, attempt, PAYMENT_CAPTURED, event.text, amount_minor, "EUR",
                                NULL));
}

static void shares_are_the_total(enum db_engine engine)
{
    struct fixture f;
    size_t count;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_must(split(&f, id, equal, 3));
    struct order_share *list = shares(&f, id, &count);
    assert_int_equal(count, 3);
    assert_int_equal(list[0].amount_minor, 1799); /* the odd cent */
    assert_int_equal(list[1].amount_minor, 1798);
    assert_int_equal(list[2].amount_minor, 1798);
    assert_str_equal(list[2].name, "Zoë");
    struct order_share_want own[] = {{S("Nina"), 3000}, {S("Tom"), 2394}};
    const struct err *e = split(&f, id, own, 2);
    assert_string_equal(e->key, "order.split_sum");
    assert_str_equal(e->args[0], "1");
    own[1].amount_minor = 2396;
    assert_str_equal(split(&f, id, own, 2)->args[0], "-1");
    own[0].amount_minor = 2999;
    testing_must(split(&f, id, own, 2)); /* nobody has paid: split anew */
    list = shares(&f, id, &count);
    assert_int_equal(count, 2);
    assert_int_equal(list[0].amount_minor, 2999);
    assert_string_equal(split(&f, id, own, 1)->key, "order.split_count");
    own[0].name = S("");
    assert_string_equal(split(&f, id, own, 2)->key, "order.split_name");
    own[0].name = S("a\nb");
    assert_string_equal(split(&f, id, own, 2)->key, "order.split_name");
    struct splitting foreign = {f.foreign, id, equal, 3};
    assert_string_equal(
        turn_run(f.t.platform, &f.t.arena, f.buyer, split_turn, &foreign)->key, "order.gone");
    fixture_close(&f);
}

static void each_share_is_paid_once(enum db_engine engine)
{
    struct fixture f;
    size_t count;
    int64_t one, same, other, two, three;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_must(split(&f, id, equal, 3));
    struct order_share *list = shares(&f, id, &count);
    testing_must(begin(&f, id, list[0].id, f.other, "p1", &one));
    assert_string_equal(begin(&f, id, list[0].id, f.buyer, "p2", &other)->key, "order.share_busy");
    testing_must(begin(&f, id, list[0].id, f.other, "p1", &same));
    assert_int_equal(one, same);
    /* Left standing for long: another may take it; then both pay. */
    testing_advance(&f.t, SHARE_BUSY_MS + 1);
    testing_must(begin(&f, id, list[0].id, f.buyer, "p3", &other));
    capture(&f, one, 1799);
    capture(&f, other, 1799);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).paid_minor, 1799);
    assert_int_equal(fixture_clearing(&f), 1799);
    assert_string_equal(begin(&f, id, list[0].id, f.other, "p4", &other)->key, "order.share_paid");
    assert_string_equal(split(&f, id, equal, 3)->key, "order.not_splittable");
    list = shares(&f, id, &count);
    assert_int_equal(list[0].state, SHARE_PAID);
    assert_int_equal(list[1].state, SHARE_FREE);
    testing_must(begin(&f, id, list[1].id, f.other, "p5", &two));
    testing_must(begin(&f, id, list[2].id, f.buyer, "p6", &three));
    assert_int_equal(shares(&f, id, &count)[2].state, SHARE_BUSY);
    assert_string_equal(
        begin(&f, id, (struct share_id){list[2].id.v + 7}, f.buyer, "p7", &other)->key,
        "order.gone");
    capture(&f, two, 1798);
    capture(&f, three, 1798);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.payment, ORDER_PAID);
    assert_int_equal(fixture_clearing(&f), TOTAL);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

static void friends_have_a_day_then_all_goes_back(enum db_engine engine)
{
    struct fixture f;
    size_t count;
    int64_t one, two;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_must(split(&f, id, equal, 3));
    struct order_share *list = shares(&f, id, &count);
    testing_must(begin(&f, id, list[0].id, f.other, "p1", &one));
    testing_must(begin(&f, id, list[1].id, f.buyer, "p2", &two));
    capture(&f, one, 1799);
    testing_advance(&f.t, 23 * hour);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_PLACED);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    testing_advance(&f.t, 2 * hour);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    capture(&f, two, 1798); /* too late */
    testing_drain(&f.t);
    assert_int_equal(fixture_clearing(&f), 0);
    assert_int_equal(fixture_left(&f), SHELF);
    assert_int_equal(shares(&f, id, &count)[0].state, SHARE_RETURNED);
    assert_string_equal(begin(&f, id, list[2].id, f.other, "p3", &two)->key, "order.not_payable");
    fixture_close(&f);
}

/* Goods that nobody has paid anything for are held no longer than any other order's. */
static void nothing_waits_for_nobody(enum db_engine engine)
{
    struct fixture f;
    size_t count;
    int64_t one;
    fixture_open(&f, engine);
    struct order_id idle = fixture_order(&f, "idle", 1), id = fixture_order(&f, "a", 1);
    testing_must(split(&f, idle, equal, 3));
    testing_must(split(&f, id, equal, 3));
    testing_must(begin(&f, id, shares(&f, id, &count)[0].id, f.other, "p1", &one));
    testing_advance(&f.t, hour / 3);
    capture(&f, one, 1799);
    testing_advance(&f.t, hour / 3);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, idle).state, ORDER_EXPIRED);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.state, ORDER_PLACED);
    assert_int_equal(o.expires_ms, o.placed_ms + 24 * hour);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    testing_must(fixture_cancel(&f, f.shop, id));
    fixture_close(&f);
}

/* One friend with the link tries and tries: every share can still be paid by the others, and all of
 * it goes back however many tries there were. */
static void attempts_are_counted_by_share_and_payer(enum db_engine engine)
{
    enum { FRIENDS = SHARES_MAX, TRIES = 5 };
    struct order_share_want wants[FRIENDS];
    struct fixture f;
    size_t count;
    int64_t id_of, odd = TOTAL % FRIENDS;
    char key[32];
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    for (size_t i = 0; i < FRIENDS; i++)
        wants[i] = (struct order_share_want){.name = S("Friend")};
    testing_must(split(&f, id, wants, FRIENDS));
    struct order_share *list = shares(&f, id, &count);
    for (int i = 0; i < FRIENDS; i++) {
        for (int k = 0; k < TRIES; k++) {
            snprintf(key, sizeof key, "hostile %d %d", i, k);
            testing_must(begin(&f, id, list[i].id, f.other, key, &id_of));
        }
        snprintf(key, sizeof key, "hostile %d more", i);
        assert_string_equal(begin(&f, id, list[i].id, f.other, key, &id_of)->key,
                            "order.too_many_attempts");
    }
    testing_advance(&f.t, SHARE_BUSY_MS + 1);
    for (int i = 0; i < FRIENDS; i++) {
        int64_t amount = TOTAL / FRIENDS + (i < odd ? 1 : 0);
        snprintf(key, sizeof key, "friend %d", i);
        testing_must(begin(&f, id, list[i].id, f.buyer, key, &id_of));
        capture(&f, id_of, amount);
    }
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    testing_must(fixture_cancel(&f, f.shop, id));
    testing_drain(&f.t);
    assert_int_equal(fixture_clearing(&f), 0);
    assert_int_equal(fixture_get(&f, id).refunded_minor, TOTAL);
    fixture_close(&f);
}

static void the_link_opens_the_split_alone(enum db_engine engine)
{
    struct fixture f;
    str key;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_must(order_split_key(f.t.platform, &f.t.arena, id, &key));
    assert_true(order_split_key_opens(f.t.platform, &f.t.arena, id, key));
    assert_false(order_key_opens(f.t.platform, &f.t.arena, id, key));
    assert_false(order_split_key_opens(f.t.platform, &f.t.arena, (struct order_id){id.v + 1}, key));
    assert_false(order_split_key_opens(f.t.platform, &f.t.arena, id, S("")));
    assert_false(order_split_key_opens(f.t.platform, &f.t.arena, id,
                                       fixture_get(&f, id).access_key));
    fixture_close(&f);
}

/* An accepted quotation waits for days: a first share takes none of them away. */
static void a_longer_time_to_pay_stays(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    size_t count;
    int64_t one;
    fixture_open(&f, engine);
    struct price_want want = {f.suit, 1};
    struct order_place place = fixture_want(&f, "a", &want, 1);
    place.wait_ms = 120 * hour;
    testing_must(fixture_place(&f, &f.t.arena, &place, &id));
    int64_t until_ms = fixture_get(&f, id).expires_ms;
    testing_must(split(&f, id, equal, 3));
    testing_must(begin(&f, id, shares(&f, id, &count)[0].id, f.other, "p1", &one));
    capture(&f, one, 1799);
    assert_int_equal(fixture_get(&f, id).expires_ms, until_ms);
    fixture_close(&f);
}

ON_BOTH(a_longer_time_to_pay_stays)
ON_BOTH(shares_are_the_total)
ON_BOTH(each_share_is_paid_once)
ON_BOTH(friends_have_a_day_then_all_goes_back)
ON_BOTH(nothing_waits_for_nobody)
ON_BOTH(attempts_are_counted_by_share_and_payer)
ON_BOTH(the_link_opens_the_split_alone)

int main(void)
{
    /* The last one leaves the store's timers far ahead. */
    const struct CMUnitTest tests[] = {
        BOTH(shares_are_the_total),
        BOTH(a_longer_time_to_pay_stays),
        BOTH(each_share_is_paid_once),
        BOTH(the_link_opens_the_split_alone),
        BOTH(attempts_are_counted_by_share_and_payer),
        BOTH(nothing_waits_for_nobody),
        BOTH(friends_have_a_day_then_all_goes_back),
    };
    return cmocka_run_group_tests_name("order: a split bill", tests, NULL, NULL);
}
