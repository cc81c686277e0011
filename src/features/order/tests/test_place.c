/* Placing orders, on both engines: once per key, never more than there is, and nothing stays of a
 * refusal. */
#include "fixture.h"

enum { THREADS = 16, TWINS = 32, SHOPPERS = 64 };

static void an_order_is_whole(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct price_want wants[] = {{f.towel, 1}, {f.suit, 1}, {f.suit, 1}};
    struct order_place o = fixture_want(&f, "a", wants, 3);
    struct order_answer answer = {S("Text to engrave"), S("for the cold months <b>")};
    struct order_id id, again;
    o.answers = &answer;
    o.answer_count = 1;
    o.expected_total_minor = 2 * 4900 + 2000 + 495;
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    testing_must(fixture_place(&f, &f.t.arena, &o, &again));
    assert_int_equal(id.v, again.v);
    struct order got = fixture_get(&f, id);
    assert_int_equal(got.number, 1001);
    assert_int_equal(got.state, ORDER_PLACED);
    assert_int_equal(got.payment, ORDER_UNPAID);
    assert_int_equal(got.total_minor, 12295);
    assert_int_equal(got.line_count, 2);
    assert_int_equal(got.answer_count, 1);
    assert_str_equal(got.answers[0].answer, "for the cold months <b>");
    assert_str_equal(got.party.email, "nina@example.org");
    assert_str_equal(got.party.address.postcode, "1012 JS");
    assert_true(order_key_opens(f.t.platform, &f.t.arena, id, got.access_key));
    assert_false(
        order_key_opens(f.t.platform, &f.t.arena, (struct order_id){id.v + 1}, got.access_key));
    assert_false(order_key_opens(f.t.platform, &f.t.arena, id, S("")));
    assert_int_equal(fixture_left(&f), SHELF - 2);
    assert_int_equal(fixture_get(&f, fixture_order(&f, "b", 1)).number, 1002);
    fixture_close(&f);
}

static void a_key_is_one_order_or_one_refusal(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open(&f, engine);
    struct price_want want = {f.suit, 1};
    struct order_place o = fixture_want(&f, "a", &want, 1);
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    want.quantity = 2;
    assert_string_equal(fixture_place(&f, &f.t.arena, &o, &id)->key, "error.key_reused");
    o.buyer_id = f.other; /* the key of another person is another key */
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    o.key = S("price");
    o.expected_total_minor = 1;
    const struct err *e = fixture_place(&f, &f.t.arena, &o, &id);
    assert_string_equal(e->key, "order.price_changed");
    assert_str_equal(e->args[0], "10295");
    assert_int_equal(fixture_left(&f), SHELF - 3);
    fixture_close(&f);
}

static const struct err *order_one(struct fixture *f, int number, struct variant_id variant,
                                   struct account_id buyer, struct order_id *ret)
{
    struct price_want want = {variant, 1};
    struct order_place o = fixture_want(f, "", &want, 1);
    testing_must(str_fmt(&f->t.arena, &o.key, "hold-%d", number));
    o.buyer_id = buyer;
    return fixture_place(f, &f->t.arena, &o, ret);
}

/* Nobody freezes a shop: of one article a buyer holds 20 at most. */
static void a_buyer_holds_only_so_many(enum db_engine engine)
{
    enum { MOST = 20 };
    struct fixture f;
    fixture_open_stocked(&f, engine, 100);
    struct order_id last, id;
    for (int i = 0; i < MOST; i++)
        testing_must(order_one(&f, i, f.suit, f.buyer, &last));
    assert_true(fixture_says(order_one(&f, MOST, f.suit, f.buyer, &id), "order.too_many_holds"));
    testing_must(order_one(&f, MOST, f.towel, f.buyer, &id));
    testing_must(order_one(&f, MOST, f.suit, f.other, &id));
    testing_must(fixture_cancel(&f, f.shop, last));
    testing_must(order_one(&f, MOST + 1, f.suit, f.buyer, &id));
    assert_true(fixture_says(order_one(&f, MOST + 2, f.suit, f.buyer, &id),
                             "order.too_many_holds"));
    fixture_close(&f);
}

/* A bot goes on after a refusal, in the same turn: nothing of the order may stay, and the key stays
 * refused. */
struct stubborn {
    struct order_place order;
    const struct err *refusal;
};
static const struct err *place_and_go_on(struct turn *t, void *arg)
{
    struct stubborn *x = arg;
    struct order_id id;
    x->refusal = order_place(t, &x->order, &id);
    return NULL;
}

static void a_refusal_leaves_nothing(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct price_want wants[] = {{f.suit, SHELF + 1}, {f.towel, 1}};
    struct stubborn x = {.order = fixture_want(&f, "a", wants, 2)};
    testing_turn(&f.t, f.buyer, place_and_go_on, &x);
    assert_string_equal(x.refusal->key, "stock.too_few");
    assert_str_equal(x.refusal->args[0], "10");
    assert_int_equal(fixture_left(&f), SHELF);
    testing_turn(&f.t, f.buyer, place_and_go_on, &x);
    assert_string_equal(x.refusal->key, "stock.too_few"); /* the same answer, from the key */
    assert_str_equal(x.refusal->args[0], "10");
    x.order.party.email = S("nobody");
    x.order.key = S("b");
    testing_turn(&f.t, f.buyer, place_and_go_on, &x);
    assert_string_equal(x.refusal->key, "order.bad_email");
    assert_string_equal(x.refusal->field, "email");
    x.order.party.email = S("nina@example.org"); /* mended: the same key may go on */
    wants[0].quantity = 1;
    testing_turn(&f.t, f.buyer, place_and_go_on, &x);
    assert_null(x.refusal);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

static void wrong_wants_are_refused(enum db_engine engine)
{
    struct fixture f;
    static const int64_t bad[] = {0, -1, 1000, INT64_MAX, INT64_MIN, (int64_t)1 << 31};
    struct order_id id;
    fixture_open(&f, engine);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct price_want want = {f.suit, bad[i]};
        struct order_place o = fixture_want(&f, "q", &want, 1);
        assert_string_equal(fixture_place(&f, &f.t.arena, &o, &id)->key, "price.bad_quantity");
    }
    struct price_want twice[] = {{f.suit, 999}, {f.suit, 1}};
    struct order_place o = fixture_want(&f, "q", twice, 2);
    assert_string_equal(fixture_place(&f, &f.t.arena, &o, &id)->key, "price.bad_quantity");
    o.want_count = 0;
    assert_string_equal(fixture_place(&f, &f.t.arena, &o, &id)->key, "price.bad_lines");
    struct price_want want = {f.suit, 1};
    o = fixture_want(&f, "q", &want, 1);
    o.shop_id = f.foreign; /* not that shop's variant */
    assert_string_equal(fixture_place(&f, &f.t.arena, &o, &id)->key, "price.not_for_sale");
    o = fixture_want(&f, "q", &want, 1);
    o.party.address.postcode = S("nowhere");
    assert_string_equal(fixture_place(&f, &f.t.arena, &o, &id)->field, "postcode");
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

static void a_foreign_shop_sees_nothing(enum db_engine engine)
{
    struct fixture f;
    struct tx *tx;
    struct order o;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    assert_string_equal(order_get(tx, &f.t.arena, f.t.platform, f.foreign, id, &o)->key,
                        "order.gone");
    db_read_end(tx);
    assert_string_equal(fixture_cancel(&f, f.foreign, id)->key, "order.gone");
    assert_string_equal(
        order_refund(f.t.platform, &f.t.arena, f.foreign, id, 1, S("k"), f.owner)->key,
        "order.gone");
    struct payment_begin begun;
    struct order_pay pay = {.key = S("p"),
                            .shop_id = f.foreign,
                            .order_id = id,
                            .payer_id = f.buyer,
                            .return_path = S("/")};
    assert_string_equal(order_pay_begin(f.t.platform, &f.t.arena, &pay, &begun)->key, "order.gone");
    fixture_close(&f);
}

static const struct err *forget(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    return order_party_forget(t, f->shop, f->buyer);
}

static void a_forgotten_person_is_gone_from_her_orders(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_turn(&f.t, f.owner, forget, &f);
    struct order o = fixture_get(&f, id);
    assert_true(str_is_absent(o.party.email) && str_is_absent(o.party.address.name));
    assert_int_equal(o.total_minor, 5395);
    assert_str_equal(fixture_get(&f, fixture_order(&f, "b", 1)).party.email, "nina@example.org");
    assert_true(str_is_absent(fixture_get(&f, id).party.email));
    fixture_close(&f);
}

static const struct err *make_gift(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct variant_input one = {.price_minor = 0};
    struct product_input in = {
        .title = S("Sticker"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(catalog_save(t, f->shop, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, f->shop, id, &made));
    f->towel = made.variants[0].id;
    return stock_set(t, f->shop, f->towel, 1, "set");
}

static void what_costs_nothing_is_settled_at_once(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open(&f, engine);
    testing_turn(&f.t, f.owner, make_gift, &f);
    struct price_want want = {f.towel, 1};
    struct order_place o = fixture_want(&f, "gift", &want, 1);
    o.party.address = (struct address){.name = S("Nina")}; /* nothing to ship */
    testing_must(fixture_place(&f, &f.t.arena, &o, &id));
    struct order got = fixture_get(&f, id);
    assert_int_equal(got.total_minor, 0);
    assert_int_equal(got.payment, ORDER_PAID);
    assert_true(got.paid_ms > 0);
    testing_advance(&f.t, (int64_t)2 * 3600 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_PLACED);
    fixture_close(&f);
}

struct racer {
    struct fixture *f;
    int first, step, end;
    bool one_key;
    int placed, refused;
    int64_t last;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    for (int i = r->first; i < r->end; i += r->step) {
        struct arena mine;
        struct order_id id;
        struct price_want want = {r->f->suit, 1};
        char key[20];
        arena_init(&mine, MiB(8));
        snprintf(key, sizeof key, "race-%d", r->one_key ? 0 : i);
        struct order_place o = fixture_want(r->f, key, &want, 1);
        const struct err *e = fixture_place(r->f, &mine, &o, &id);
        r->placed += e == NULL;
        r->refused += e != NULL && e->kind == ERR_CONFLICT;
        if (e == NULL)
            r->last = id.v;
        arena_done(&mine);
    }
    return NULL;
}

static void run_race(struct racer *racers, struct fixture *f, int end, bool one_key, int threads)
{
    pthread_t ids[TWINS];
    for (int i = 0; i < threads; i++) {
        racers[i] =
            (struct racer){.f = f, .first = i, .step = threads, .end = end, .one_key = one_key};
        assert_int_equal(pthread_create(&ids[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < threads; i++)
        assert_int_equal(pthread_join(ids[i], NULL), 0);
}

static void twins_with_one_key_are_one_order(enum db_engine engine)
{
    struct fixture f;
    struct racer racers[TWINS];
    fixture_open(&f, engine);
    run_race(racers, &f, TWINS, true, TWINS);
    for (int i = 0; i < TWINS; i++) {
        assert_int_equal(racers[i].placed, 1);
        assert_int_equal(racers[i].last, racers[0].last);
    }
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

static void sixty_four_race_for_ten(enum db_engine engine)
{
    struct fixture f;
    struct racer racers[THREADS];
    int placed = 0, refused = 0;
    fixture_open(&f, engine);
    run_race(racers, &f, SHOPPERS, false, THREADS);
    for (int i = 0; i < THREADS; i++) {
        placed += racers[i].placed;
        refused += racers[i].refused;
    }
    assert_int_equal(placed, SHELF);
    assert_int_equal(refused, SHOPPERS - SHELF);
    assert_int_equal(fixture_left(&f), 0);
    fixture_close(&f);
}

struct clearing {
    struct fixture *f;
    struct order_id id;
};

static const struct err *fill_cart_turn(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(cart_set(t, f->buyer, f->shop, f->suit, 1, true));
    return cart_set(t, f->buyer, f->shop, f->towel, 2, true);
}

static const struct err *clear_turn(struct turn *t, void *arg)
{
    struct clearing *x = arg;
    return cart_clear(t, x->f->buyer, x->f->shop, x->id);
}

static void only_what_was_ordered_leaves_the_cart(enum db_engine engine)
{
    struct fixture f;
    struct cart_item *items;
    struct tx *tx;
    size_t count;
    fixture_open(&f, engine);
    struct clearing x = {&f, fixture_order(&f, "a", 1)};
    testing_turn(&f.t, f.buyer, fill_cart_turn, &f);
    testing_turn(&f.t, f.buyer, clear_turn, &x);
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(cart_items(tx, &f.t.arena, f.buyer, f.shop, &items, &count));
    assert_int_equal(count, 1);
    assert_int_equal(items[0].variant_id.v, f.towel.v);
    db_read_end(tx);
    fixture_close(&f);
}

ON_BOTH(an_order_is_whole)
ON_BOTH(a_key_is_one_order_or_one_refusal)
ON_BOTH(a_buyer_holds_only_so_many)
ON_BOTH(a_refusal_leaves_nothing)
ON_BOTH(wrong_wants_are_refused)
ON_BOTH(a_foreign_shop_sees_nothing)
ON_BOTH(a_forgotten_person_is_gone_from_her_orders)
ON_BOTH(only_what_was_ordered_leaves_the_cart)
ON_BOTH(what_costs_nothing_is_settled_at_once)
ON_BOTH(twins_with_one_key_are_one_order)
ON_BOTH(sixty_four_race_for_ten)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(an_order_is_whole),
        BOTH(a_key_is_one_order_or_one_refusal),
        BOTH(a_buyer_holds_only_so_many),
        BOTH(a_refusal_leaves_nothing),
        BOTH(wrong_wants_are_refused),
        BOTH(a_foreign_shop_sees_nothing),
        BOTH(a_forgotten_person_is_gone_from_her_orders),
        BOTH(only_what_was_ordered_leaves_the_cart),
        BOTH(what_costs_nothing_is_settled_at_once),
        BOTH(twins_with_one_key_are_one_order),
        BOTH(sixty_four_race_for_ten),
    };
    return cmocka_run_group_tests_name("order: placing", tests, NULL, NULL);
}
