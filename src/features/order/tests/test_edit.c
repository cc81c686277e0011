/* Editing an order before all of it is sent, on both engines: written anew while nobody has paid,
 * added to once money came; and what happens when people do several things at once. */
#include "fixture.h"

#include "order/order_edit.h"

enum { SUIT = 4900, TOWEL = 2000, PARCEL = 495, RACERS = 4, ROUNDS = 6 };
static const int64_t hour = 60 * 60 * 1000;

struct edit_call {
    struct order_edit edit;
    struct order_id addition;
};

static const struct err *edit_turn(struct turn *t, void *arg)
{
    struct edit_call *x = arg;
    return order_edit(t, &x->edit, &x->addition);
}

/* So many suits on line 0 and so many towels more. */
static const struct err *edit_as(struct fixture *f, struct arena *arena, struct shop_id shop,
                                 struct order_id id, const char *key, int64_t suits,
                                 int64_t towels, const int64_t *shown, struct order_id *ret)
{
    struct order_parcel_line line = {0, suits};
    struct price_want want = {f->towel, towels};
    struct edit_call x = {.edit = {.shop_id = shop, .order_id = id, .key = str_c(key),
                                   .lines = &line, .line_count = 1, .adds = &want,
                                   .add_count = towels > 0, .may_give_back = true,
                                   .is_shown = shown != NULL,
                                   .shown_minor = shown == NULL ? 0 : *shown}};
    const struct err *e = turn_run(f->t.platform, arena, f->owner, edit_turn, &x);
    *ret = x.addition;
    return e;
}

static const struct err *edit(struct fixture *f, struct order_id id, const char *key,
                              int64_t suits, int64_t towels, struct order_id *ret)
{
    return edit_as(f, &f->t.arena, f->shop, id, key, suits, towels, NULL, ret);
}

static void an_unpaid_order_is_written_anew(enum db_engine engine)
{
    struct fixture f;
    struct order_id none;
    int64_t shown = 1;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 2);
    assert_true(fixture_says(edit_as(&f, &f.t.arena, f.shop, id, "k", 3, 1, &shown, &none),
                     "order.changed_meanwhile"));
    shown = SUIT + TOWEL;
    testing_must(edit_as(&f, &f.t.arena, f.shop, id, "k", 3, 1, &shown, &none));
    testing_must(edit_as(&f, &f.t.arena, f.shop, id, "k", 9, 9, NULL, &none)); /* known */
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.total_minor, 3 * SUIT + TOWEL + PARCEL);
    assert_int_equal(o.line_count, 2);
    assert_int_equal(o.lines[0].quantity, 3);
    assert_int_equal(o.lines[1].total_minor, TOWEL);
    assert_int_equal(o.addition_count, 0);
    assert_int_equal(fixture_left(&f), SHELF - 3);
    assert_true(fixture_says(edit(&f, id, "same", 3, 0, &none), "order.edits_nothing"));
    assert_true(fixture_says(edit(&f, id, "too many", SHELF + 1, 0, &none), "stock.too_few"));
    assert_int_equal(fixture_left(&f), SHELF - 3);
    testing_must(edit(&f, id, "less", 1, 0, &none));
    assert_int_equal(fixture_left(&f), SHELF - 1);
    testing_must(edit(&f, id, "no suits", 0, 1, &none));
    assert_int_equal(fixture_left(&f), SHELF);
    o = fixture_get(&f, id);
    assert_int_equal(o.line_count, 1);
    assert_int_equal(o.total_minor, 2 * TOWEL + PARCEL);
    assert_true(fixture_says(edit(&f, id, "nothing left", 0, 0, &none), "order.drops_all"));
    struct price_want suit = {f.suit, 2};
    struct edit_call again = {.edit = {.shop_id = f.shop, .order_id = id, .key = S("suits again"),
                                       .adds = &suit, .add_count = 1}};
    testing_must(turn_run(f.t.platform, &f.t.arena, f.owner, edit_turn, &again));
    assert_int_equal(fixture_left(&f), SHELF - 2);
    fixture_pay(&f, id, "p");
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    assert_int_equal(fixture_clearing(&f), 2 * SUIT + 2 * TOWEL + PARCEL);
    assert_int_equal(fixture_left(&f), SHELF - 2);
    fixture_close(&f);
}

static void its_holds_go_free_when_it_expires(enum db_engine engine)
{
    struct fixture f;
    struct order_id none;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    testing_advance(&f.t, hour / 3);
    testing_must(edit(&f, id, "k", 4, 0, &none));
    testing_advance(&f.t, hour / 3); /* she has half an hour to look at it again */
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_PLACED);
    assert_int_equal(fixture_left(&f), SHELF - 4);
    testing_advance(&f.t, hour / 3);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    assert_int_equal(fixture_left(&f), SHELF);
    assert_true(fixture_says(edit(&f, id, "late", 1, 0, &none), "order.not_changeable"));
    fixture_close(&f);
}

/* Whoever is at the provider's page pays what she saw there; later that attempt is called off, and
 * what comes of it all the same goes back when it is too much. */
static void nobody_pays_another_total_than_she_saw(enum db_engine engine)
{
    struct fixture f;
    struct order_id none;
    struct payment_begin begun;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 2);
    int64_t old = fixture_attempt(&f, id, "old");
    assert_true(fixture_says(edit(&f, id, "k", 1, 0, &none), "order.being_paid"));
    testing_advance(&f.t, hour / 6);
    testing_must(edit(&f, id, "k", 1, 0, &none));
    struct order_pay pay = {.key = S("seen"), .shop_id = f.shop, .order_id = id,
                            .payer_id = f.buyer, .shown_minor = 2 * SUIT + PARCEL,
                            .return_path = S("/")};
    assert_true(fixture_says(order_pay_begin(f.t.platform, &f.t.arena, &pay, &begun),
                     "order.price_changed"));
    testing_must(fixture_notice(&f, old, PAYMENT_CAPTURED, "late", 2 * SUIT + PARCEL, "EUR", NULL));
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).paid_minor, 0);
    assert_int_equal(fixture_clearing(&f), 0);
    fixture_pay(&f, id, "new");
    assert_int_equal(fixture_get(&f, id).payment, ORDER_PAID);
    fixture_close(&f);
}

static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct order *x = arg;
    return order_ship(t, x->shop_id, x->id, S("3S"));
}

static void a_paid_order_is_added_to(enum db_engine engine)
{
    struct fixture f;
    struct order_id more, again, none;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    fixture_pay(&f, id, "a");
    testing_must(edit(&f, id, "k", 2, 1, &more));
    testing_must(edit(&f, id, "k", 2, 1, &again));
    assert_int_equal(more.v, again.v);
    struct order base = fixture_get(&f, id), extra = fixture_get(&f, more);
    assert_int_equal(base.total_minor, SUIT + PARCEL);
    assert_int_equal(base.payment, ORDER_PAID);
    assert_int_equal(base.addition_count, 1);
    assert_int_equal(extra.total_minor, SUIT + TOWEL); /* the parcel is paid for */
    assert_int_equal(extra.added_to.v, id.v);
    assert_int_equal(extra.payment, ORDER_UNPAID);
    assert_int_equal(fixture_left(&f), SHELF - 2);
    assert_true(fixture_says(edit(&f, more, "of it", 1, 0, &none), "order.is_addition"));
    fixture_pay(&f, more, "more");
    testing_turn(&f.t, f.owner, ship_turn, &base);
    assert_int_equal(fixture_get(&f, id).fulfilment, ORDER_SHIPPED);
    extra = fixture_get(&f, more);
    assert_int_equal(extra.fulfilment, ORDER_SHIPPED); /* in the same parcel */
    assert_str_equal(extra.tracking, "3S");
    assert_true(fixture_says(edit(&f, id, "late", 3, 0, &none), "order.not_changeable"));
    fixture_close(&f);
}

static void what_nobody_pays_is_taken_back(enum db_engine engine)
{
    struct fixture f;
    struct order_id more;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    fixture_pay(&f, id, "a");
    testing_must(edit(&f, id, "k", 3, 0, &more));
    testing_advance(&f.t, 23 * hour);
    testing_drain(&f.t);
    assert_int_equal(fixture_left(&f), SHELF - 3);
    testing_advance(&f.t, 2 * hour);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, more).state, ORDER_EXPIRED);
    struct order base = fixture_get(&f, id);
    assert_int_equal(base.state, ORDER_PLACED);
    assert_int_equal(base.payment, ORDER_PAID);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    /* What is added later ends with the order. */
    testing_must(edit(&f, id, "k2", 2, 0, &more));
    fixture_pay(&f, more, "more");
    testing_must(fixture_cancel(&f, f.shop, id));
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, more).state, ORDER_CANCELLED);
    assert_int_equal(fixture_clearing(&f), 0);
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

static void some_goes_and_something_else_comes(enum db_engine engine)
{
    struct fixture f;
    struct order_id more;
    int64_t shown = TOWEL - SUIT;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 2);
    fixture_pay(&f, id, "a");
    testing_must(edit_as(&f, &f.t.arena, f.shop, id, "swap", 1, 1, &shown, &more));
    testing_drain(&f.t);
    struct order base = fixture_get(&f, id);
    assert_int_equal(base.refunded_minor, SUIT);
    assert_int_equal(base.lines[0].dropped, 1);
    assert_int_equal(fixture_get(&f, more).total_minor, TOWEL);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    testing_must(edit(&f, id, "back again", 2, 0, &more));
    assert_int_equal(fixture_get(&f, more).total_minor, SUIT);
    fixture_close(&f);
}

static void what_may_not_be_edited(enum db_engine engine)
{
    struct fixture f;
    struct order_id none;
    fixture_open(&f, engine);
    struct price_want one = {f.suit, 2};
    struct order_place deposit = fixture_want(&f, "deposit", &one, 1);
    struct order_id id, agreed;
    deposit.deposit_minor = 1000;
    testing_must(fixture_place(&f, &f.t.arena, &deposit, &agreed));
    assert_true(fixture_says(edit(&f, agreed, "k", 1, 0, &none), "order.agreed"));
    testing_must(fixture_cancel(&f, f.shop, agreed)); /* timers of the next tests run past it */
    id = fixture_order(&f, "a", 2);
    assert_true(
        fixture_says(edit_as(&f, &f.t.arena, f.foreign, id, "k", 1, 0, NULL, &none), "order.gone"));
    assert_true(fixture_says(edit(&f, id, "", 1, 0, &none), "error.bad_key"));
    assert_true(fixture_says(edit(&f, id, "k", 1000, 0, &none), "price.bad_quantity"));
    assert_true(fixture_says(edit(&f, id, "k", -1, 0, &none), "price.bad_quantity"));
    fixture_pay(&f, id, "a");
    struct order o = fixture_get(&f, id);
    testing_turn(&f.t, f.owner, ship_turn, &o);
    assert_true(fixture_says(edit(&f, id, "k", 3, 0, &none), "order.not_changeable"));
    fixture_close(&f);
}

static void it_goes_to_another_country(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1);
    struct address to = {.name = S("Nina Alves"), .line1 = S("Ring 1"), .city = S("Wien"),
                         .postcode = S("1010"), .country = S("AT")};
    struct edit_call x = {.edit = {.shop_id = f.shop, .order_id = id, .key = S("k"), .to = &to}};
    testing_must(turn_run(f.t.platform, &f.t.arena, f.owner, edit_turn, &x));
    assert_str_equal(fixture_get(&f, id).party.address.country, "AT");
    fixture_pay(&f, id, "a");
    to.country = S("DE");
    x.edit.key = S("k2");
    assert_true(fixture_says(turn_run(f.t.platform, &f.t.arena, f.owner, edit_turn, &x),
                     "order.fixed_by_payment"));
    fixture_close(&f);
}

/* ---- at once ---- */

struct racer {
    struct fixture *f;
    struct order_id id;
    int64_t attempt, total;
    int what;
    struct arena arena;
};

static const struct err *notice_turn(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

static const struct err *cancel_turn(struct turn *t, void *arg)
{
    const struct racer *x = arg;
    return order_cancel(t, x->f->shop, x->id, "changed her mind");
}

static void *race(void *arg)
{
    struct racer *x = arg;
    struct fixture *f = x->f;
    struct order_id none;
    const struct err *e = NULL;
    char word[32];
    snprintf(word, sizeof word, "race-%lld-%d", (long long)x->id.v, x->what);
    arena_init(&x->arena, MiB(8));
    switch (x->what) {
    case 0:
        e = edit_as(f, &x->arena, f->shop, x->id, word, 3, 1, NULL, &none);
        break;
    case 1:
        e = edit_as(f, &x->arena, f->shop, x->id, word, 1, 0, NULL, &none);
        break;
    case 2: {
        struct payment_notice n = {.gateway = "test", .event_id = str_c(word),
                                   .attempt_id = x->attempt, .shop_id = f->shop,
                                   .outcome = PAYMENT_CAPTURED,
                                   .amount = {x->total, {"EUR"}}};
        e = turn_run(f->t.platform, &x->arena, (struct account_id){0}, notice_turn, &n);
        break;
    }
    default:
        e = turn_run(f->t.platform, &x->arena, f->owner, cancel_turn, x);
    }
    assert_true(e == NULL || e->kind == ERR_CONFLICT || e->kind == ERR_INVALID);
    arena_done(&x->arena);
    return NULL;
}

/* Edited twice, paid at its old total and cancelled, all at once: whatever comes first, goods,
 * money and books agree (verify), and nothing is on the shelf twice. */
static void edited_paid_and_cancelled_at_once(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    for (int round = 0; round < ROUNDS; round++) {
        struct racer racers[RACERS];
        pthread_t ids[RACERS];
        char key[32];
        snprintf(key, sizeof key, "round %d", round);
        struct order_id id = fixture_order(&f, key, 2);
        int64_t attempt = fixture_attempt(&f, id, key);
        testing_advance(&f.t, hour / 6);
        for (int i = 0; i < RACERS; i++) {
            racers[i] = (struct racer){.f = &f, .id = id, .attempt = attempt,
                                       .total = 2 * SUIT + PARCEL, .what = (i + round) % RACERS};
            assert_int_equal(pthread_create(&ids[i], NULL, race, &racers[i]), 0);
        }
        for (int i = 0; i < RACERS; i++)
            assert_int_equal(pthread_join(ids[i], NULL), 0);
        testing_drain(&f.t);
        struct order o = fixture_get(&f, id);
        assert_int_equal(o.state, ORDER_CANCELLED);
        assert_int_equal(o.paid_minor, o.refunded_minor);
        assert_int_equal(fixture_left(&f), SHELF);
        assert_int_equal(fixture_clearing(&f), 0);
    }
    fixture_close(&f);
}

ON_BOTH(an_unpaid_order_is_written_anew)
ON_BOTH(its_holds_go_free_when_it_expires)
ON_BOTH(nobody_pays_another_total_than_she_saw)
ON_BOTH(a_paid_order_is_added_to)
ON_BOTH(what_nobody_pays_is_taken_back)
ON_BOTH(some_goes_and_something_else_comes)
ON_BOTH(what_may_not_be_edited)
ON_BOTH(it_goes_to_another_country)
ON_BOTH(edited_paid_and_cancelled_at_once)

int main(void)
{
    /* The last one leaves the store's timers far ahead. */
    const struct CMUnitTest tests[] = {
        BOTH(an_unpaid_order_is_written_anew),
        BOTH(its_holds_go_free_when_it_expires),
        BOTH(nobody_pays_another_total_than_she_saw),
        BOTH(a_paid_order_is_added_to),
        BOTH(some_goes_and_something_else_comes),
        BOTH(what_may_not_be_edited),
        BOTH(it_goes_to_another_country),
        BOTH(edited_paid_and_cancelled_at_once),
        BOTH(what_nobody_pays_is_taken_back),
    };
    return cmocka_run_group_tests_name("order: edited", tests, NULL, NULL);
}
