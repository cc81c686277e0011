/* What changes of an order before it is sent, on both engines. */
#include "fixture.h"


struct drop_call {
    struct order_drop drop;
    int64_t minor;
};

static const struct err *drop_turn(struct turn *t, void *arg)
{
    struct drop_call *x = arg;
    return order_drop(t, &x->drop, &x->minor);
}

static const struct err *take_out(struct fixture *f, struct shop_id shop, struct order_id id,
                                  const char *key, int64_t suits, int64_t expected,
                                  int64_t *ret_minor)
{
    struct order_parcel_line line = {0, suits};
    struct drop_call x = {.drop = {.shop_id = shop, .order_id = id, .key = str_c(key),
                                   .lines = &line, .line_count = 1, .expected_minor = expected}};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->owner, drop_turn, &x);
    *ret_minor = x.minor;
    return e;
}

static bool says(const struct err *e, const char *key)
{
    return e != NULL && str_eq(str_c(e->key), str_c(key));
}

struct send_call {
    struct order_send send;
};

static const struct err *send_turn(struct turn *t, void *arg)
{
    struct send_call *x = arg;
    int64_t parcel;
    return order_send(t, &x->send, &parcel);
}

static const struct err *send(struct fixture *f, struct order_id id, const char *key,
                              int64_t suits)
{
    struct order_parcel_line line = {0, suits};
    struct send_call x = {{.shop_id = f->shop, .order_id = id, .key = str_c(key),
                           .tracking = S("X"), .lines = &line, .line_count = 1}};
    return turn_run(f->t.platform, &f->t.arena, f->owner, send_turn, &x);
}

static void pieces_are_taken_out_once(enum db_engine engine)
{
    struct fixture f;
    int64_t back;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "three", 3);
    assert_true(says(take_out(&f, f.shop, id, "early", 1, -1, &back), "order.not_changeable"));
    fixture_pay(&f, id, "three");
    assert_int_equal(fixture_left(&f), SHELF - 3);
    assert_true(says(take_out(&f, f.shop, id, "all", 3, -1, &back), "order.drops_all"));
    assert_true(says(take_out(&f, f.shop, id, "none", 0, -1, &back), "order.drops_nothing"));
    assert_true(says(take_out(&f, f.shop, id, "more", 4, -1, &back), "order.drops_too_many"));
    assert_true(says(take_out(&f, f.shop, id, "less", -1, -1, &back), "price.bad_quantity"));
    assert_true(says(take_out(&f, f.shop, id, "else", 1, 1, &back), "order.changed_meanwhile"));
    assert_true(says(take_out(&f, f.foreign, id, "theirs", 1, -1, &back), "order.gone"));
    testing_must(take_out(&f, f.shop, id, "one", 1, 4900, &back));
    assert_int_equal(back, 4900);
    testing_must(take_out(&f, f.shop, id, "one", 1, 4900, &back));
    assert_int_equal(back, 4900);
    testing_drain(&f.t);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.refunded_minor, 4900);
    assert_int_equal(o.payment, ORDER_PART_REFUNDED);
    assert_int_equal(o.lines[0].dropped, 1);
    assert_int_equal(fixture_left(&f), SHELF - 2);
    fixture_close(&f);
}

static void what_is_sent_stays(enum db_engine engine)
{
    struct fixture f;
    int64_t back;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "parts", 3);
    fixture_pay(&f, id, "parts");
    testing_must(send(&f, id, "p1", 1));
    assert_true(says(take_out(&f, f.shop, id, "a", 3, -1, &back), "order.drops_too_many"));
    testing_must(take_out(&f, f.shop, id, "b", 1, -1, &back));
    assert_true(says(send(&f, id, "p2", 2), "order.ships_too_many"));
    assert_int_equal(fixture_get(&f, id).fulfilment, ORDER_PART_SHIPPED);
    testing_must(take_out(&f, f.shop, id, "c", 1, -1, &back));
    assert_int_equal(fixture_get(&f, id).fulfilment, ORDER_SHIPPED);
    assert_true(says(take_out(&f, f.shop, id, "d", 1, -1, &back), "order.not_changeable"));
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

/* Taken out piece by piece and then cancelled, everything is back: goods, money, books (verify). */
static void what_is_left_can_be_cancelled(enum db_engine engine)
{
    struct fixture f;
    int64_t back;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "rest", 3);
    fixture_pay(&f, id, "rest");
    testing_must(take_out(&f, f.shop, id, "a", 1, -1, &back));
    testing_must(take_out(&f, f.shop, id, "b", 1, -1, &back));
    testing_drain(&f.t);
    testing_must(fixture_cancel(&f, f.shop, id));
    testing_drain(&f.t);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.refunded_minor, o.total_minor);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

struct address_call {
    struct shop_id shop;
    struct order_id id;
    struct address to;
};

static const struct err *address_turn(struct turn *t, void *arg)
{
    struct address_call *x = arg;
    return order_readdress(t, x->shop, x->id, &x->to);
}

static void it_goes_elsewhere_until_it_is_sent(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "move", 1);
    struct address_call x = {.shop = f.shop, .id = id,
                             .to = {.name = S("Nina Alves"), .line1 = S("Quay 9"),
                                    .city = S("Utrecht"), .postcode = S("3511 AA"),
                                    .country = S("NL")}};
    testing_must(turn_run(f.t.platform, &f.t.arena, f.owner, address_turn, &x));
    struct order o = fixture_get(&f, id);
    assert_str_equal(o.party.address.line1, "Quay 9");
    assert_str_equal(o.party.email, "nina@example.org");
    x.to.country = S("DE");
    assert_true(says(turn_run(f.t.platform, &f.t.arena, f.owner, address_turn, &x),
                     "order.other_country"));
    x.to.country = S("NL");
    x.shop = f.foreign;
    assert_true(says(turn_run(f.t.platform, &f.t.arena, f.owner, address_turn, &x), "order.gone"));
    x.shop = f.shop;
    fixture_pay(&f, id, "move");
    testing_must(send(&f, id, "p", 1));
    assert_true(says(turn_run(f.t.platform, &f.t.arena, f.owner, address_turn, &x),
                     "order.not_changeable"));
    fixture_close(&f);
}

ON_BOTH(pieces_are_taken_out_once)
ON_BOTH(what_is_sent_stays)
ON_BOTH(what_is_left_can_be_cancelled)
ON_BOTH(it_goes_elsewhere_until_it_is_sent)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(pieces_are_taken_out_once),
        BOTH(what_is_sent_stays),
        BOTH(what_is_left_can_be_cancelled),
        BOTH(it_goes_elsewhere_until_it_is_sent),
    };
    return cmocka_run_group_tests_name("order: changed before it is sent", tests, NULL, NULL);
}
