/* Parcels, on both engines: in parts, once, never more than was bought. */
#include "fixture.h"

struct sending {
    struct order_send send;
    int64_t parcel;
};

static const struct err *send_turn(struct turn *t, void *arg)
{
    struct sending *x = arg;
    return order_send(t, &x->send, &x->parcel);
}

/* Two suits and three towels, paid. */
static struct order_id paid_order(struct fixture *f)
{
    struct price_want wants[] = {{f->suit, 2}, {f->towel, 3}};
    struct order_place want = fixture_want(f, "a", wants, 2);
    struct order_id id;
    testing_must(fixture_place(f, &f->t.arena, &want, &id));
    fixture_pay(f, id, "p");
    return id;
}

static const struct err *send_lines(struct fixture *f, struct order_id id, const char *key,
                                    int64_t first, int64_t second, int64_t *ret_parcel)
{
    struct order_parcel_line lines[] = {{0, first}, {1, second}};
    struct sending x = {.send = {.shop_id = f->shop, .order_id = id, .key = str_c(key),
                                 .tracking = S(" DHL 7 "), .lines = lines, .line_count = 2}};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->owner, send_turn, &x);
    *ret_parcel = x.parcel;
    return e;
}

struct arrival {
    struct fixture *f;
    struct order_id id;
    int64_t parcel;
};

static const struct err *arrived_turn(struct turn *t, void *arg)
{
    struct arrival *x = arg;
    return order_parcel_arrived(t, x->f->shop, x->id, x->parcel);
}

static void arrive(struct fixture *f, struct order_id id, int64_t parcel)
{
    testing_must(turn_run(f->t.platform, &f->t.arena, f->owner, arrived_turn,
                          &(struct arrival){f, id, parcel}));
}

static void in_two_parcels(enum db_engine engine)
{
    struct fixture f;
    struct order_parcel *parcels;
    struct tx *tx;
    size_t count;
    int64_t first, again, rest;
    fixture_open(&f, engine);
    struct order_id id = paid_order(&f);
    testing_must(send_lines(&f, id, "k1", 2, 1, &first));
    testing_must(send_lines(&f, id, "k1", 2, 1, &again));
    assert_int_equal(again, first);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.fulfilment, ORDER_PART_SHIPPED);
    assert_int_equal(o.lines[0].shipped, 2);
    assert_int_equal(o.lines[1].shipped, 1);
    assert_string_equal(fixture_cancel(&f, f.shop, id)->key, "order.not_cancellable");
    assert_string_equal(send_lines(&f, id, "k2", 1, 0, &again)->key, "order.ships_too_many");
    assert_string_equal(send_lines(&f, id, "k2", 0, 0, &again)->key, "order.ships_nothing");
    assert_string_equal(send_lines(&f, id, "k2", -1, 2, &again)->key, "price.bad_quantity");
    arrive(&f, id, first);
    assert_int_equal(fixture_get(&f, id).fulfilment, ORDER_PART_SHIPPED);
    testing_must(send_lines(&f, id, "k2", 0, 2, &rest));
    assert_int_equal(fixture_get(&f, id).fulfilment, ORDER_SHIPPED);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(order_parcels(tx, &f.t.arena, f.shop, id, &parcels, &count));
    db_read_end(tx);
    assert_int_equal(count, 2);
    assert_str_equal(parcels[0].tracking, "DHL 7");
    assert_true(parcels[0].delivered_ms > 0 && parcels[1].delivered_ms == 0);
    assert_int_equal(parcels[1].line_count, 1);
    assert_int_equal(parcels[1].lines[0].quantity, 2);
    arrive(&f, id, rest);
    arrive(&f, id, rest);
    assert_int_equal(fixture_get(&f, id).fulfilment, ORDER_DELIVERED);
    assert_int_equal(fixture_get(&f, id).state, ORDER_CLOSED);
    fixture_close(&f);
}

static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct order *o = arg;
    return order_ship(t, o->shop_id, o->id, S("7"));
}

static void the_rest_goes_once(enum db_engine engine)
{
    struct fixture f;
    struct platform *p;
    int64_t parcel;
    fixture_open(&f, engine);
    p = f.t.platform;
    struct order_id id = paid_order(&f);
    struct order o = fixture_get(&f, id);
    testing_must(send_lines(&f, id, "k", 1, 0, &parcel));
    testing_must(turn_run(p, &f.t.arena, f.owner, ship_turn, &o));
    testing_must(turn_run(p, &f.t.arena, f.owner, ship_turn, &o));
    o = fixture_get(&f, id);
    assert_int_equal(o.fulfilment, ORDER_SHIPPED);
    assert_int_equal(o.lines[0].shipped, 2);
    assert_int_equal(o.lines[1].shipped, 3);
    fixture_close(&f);
}

static void unpaid_ones_stay(enum db_engine engine)
{
    struct fixture f;
    int64_t parcel;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    assert_string_equal(send_lines(&f, id, "k", 1, 0, &parcel)->key, "order.not_shippable");
    fixture_close(&f);
}

ON_BOTH(in_two_parcels)
ON_BOTH(the_rest_goes_once)
ON_BOTH(unpaid_ones_stay)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(in_two_parcels),
        BOTH(the_rest_goes_once),
        BOTH(unpaid_ones_stay),
    };
    return cmocka_run_group_tests_name("order: parcels", tests, NULL, NULL);
}
