/* A guest turns out to be a member: what she ordered, its keys and her cart go to the member. */
#include "fixture.h"

static const struct err *merge(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(cart_set(t, f->buyer, f->shop, f->suit, 2, true));
    return event_emit(t, &(struct event){.kind = "account.merged",
                                         .version = 1,
                                         .account_id = f->other,
                                         .subject_id = f->buyer.v,
                                         .object_id = f->other.v});
}

/* The refusal is kept, as when a bot goes on after it. */
static const struct err *place_and_go_on(struct turn *t, void *arg)
{
    struct order_id id;
    assert_non_null(order_place(t, arg, &id));
    return NULL;
}

static const struct err *more_suits(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return stock_set(t, f->shop, f->suit, 5 * SHELF, "set");
}

static void a_merged_guest_keeps_her_orders(enum db_engine engine)
{
    struct fixture f;
    struct order *orders;
    struct cart_item *items;
    size_t count;
    struct tx *tx;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_turn(&f.t, f.buyer, merge, &f);
    testing_drain(&f.t);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(order_list_of_buyer(tx, &f.t.arena, f.other, 10, &orders, &count));
    assert_int_equal(count, 1);
    testing_must(cart_items(tx, &f.t.arena, f.other, f.shop, &items, &count));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].quantity, 2);
    db_read_end(tx);
    assert_str_equal(fixture_get(&f, id).party.email, "nina@example.org");
    fixture_close(&f);
}

/* The answer to a guest's order was lost; she signs in and asks again. */
static void a_merged_guest_keeps_her_keys(enum db_engine engine)
{
    struct fixture f;
    struct order_id again;
    struct order *orders;
    size_t count;
    struct tx *tx;
    fixture_open(&f, engine);
    struct price_want want = {f.suit, 1}, much = {f.suit, SHELF + 1};
    struct order_place o = fixture_want(&f, "mine", &want, 1);
    struct order_id first = fixture_order(&f, "first", 1), mine = fixture_order(&f, "mine", 1);
    struct order_place refused = fixture_want(&f, "refused", &much, 1);
    testing_turn(&f.t, f.buyer, place_and_go_on, &refused);
    struct order_place same = o; /* the other one used a key of the same name, for another order */
    same.buyer_id = f.other;
    same.key = S("first");
    testing_must(fixture_place(&f, &f.t.arena, &same, &again));
    testing_turn(&f.t, f.buyer, merge, &f);
    testing_drain(&f.t);
    o.buyer_id = refused.buyer_id = f.other;
    testing_must(fixture_place(&f, &f.t.arena, &o, &again));
    assert_int_equal(again.v, mine.v);
    o.key = S("first");
    testing_must(fixture_place(&f, &f.t.arena, &o, &again));
    assert_int_not_equal(again.v, first.v);
    testing_must(fixture_run(&f, more_suits, &f));
    assert_true(fixture_says(fixture_place(&f, &f.t.arena, &refused, &again), "stock.too_few"));
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(order_list_of_buyer(tx, &f.t.arena, f.other, 10, &orders, &count));
    assert_int_equal(count, 3);
    assert_int_equal(orders[2].id.v, first.v);
    testing_must(order_list_of_buyer(tx, &f.t.arena, f.buyer, 10, &orders, &count));
    assert_int_equal(count, 0);
    db_read_end(tx);
    fixture_close(&f);
}

ON_BOTH(a_merged_guest_keeps_her_orders)
ON_BOTH(a_merged_guest_keeps_her_keys)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_merged_guest_keeps_her_orders),
        BOTH(a_merged_guest_keeps_her_keys),
    };
    return cmocka_run_group_tests_name("order: two accounts become one", tests, NULL, NULL);
}
