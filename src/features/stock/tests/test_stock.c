/* Stock on both engines: holds end exactly once, nothing is sold twice, verify agrees. */
#include <pthread.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "shop/shop.h"
#include "stock/stock.h"

enum { FIFTY = 50, SHOPPERS = 200, THREADS = 16 };

struct fixture {
    struct testing t;
    struct account_id owner;
    struct shop_id shop;
    struct variant_id variant;
};

static const struct err *make_owner(struct turn *t, void *arg)
{
    return account_guest_make(t, S("Mara"), S("en"), &((struct fixture *)arg)->owner);
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    struct product_id product;
    struct product made;
    bool is_changed;
    str handle;
    TRY(str_fmt(t->arena, &handle, "reef-%s", tail.text));
    TRY(shop_create(t, &(struct shop_new){.handle = handle, .name = S("Reef"), .currency = S("EUR"),
                                          .country = S("NL")}, &f->shop));
    struct variant_input one = {.price_minor = 4900, .requires_shipping = true, .is_taxable = true};
    struct product_input in = {
        .title = S("Suit"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    TRY(catalog_save(t, f->shop, &in, (struct product_id){0}, &product, &is_changed));
    TRY(catalog_product(t->tx, t->arena, f->shop, product, &made));
    f->variant = made.variants[0].id;
    return stock_set(t, f->shop, f->variant, FIFTY, "set");
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_owner, f);
    testing_turn(&f->t, f->owner, make_shop, f);
}

static int64_t available(struct fixture *f)
{
    struct tx *tx;
    int64_t left;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(stock_available(tx, &f->t.arena, f->shop, &f->variant, 1, &left));
    db_read_end(tx);
    return left;
}

struct step {
    struct fixture *f;
    int64_t order, quantity;
    enum { TAKE, CONSUME, RELEASE, EXPIRE, RETURN, SET, HOLD } what;
};

static const struct err *do_step(struct turn *t, void *arg)
{
    const struct step *s = arg;
    struct fixture *f = s->f;
    switch (s->what) {
    case TAKE:
        return stock_hold_take(t, f->shop, f->variant, s->quantity, s->order, t->now_ms + 1000);
    case CONSUME:
        return stock_hold_consume(t, f->shop, s->order);
    case RELEASE:
        return stock_hold_release(t, f->shop, s->order, "cancelled");
    case EXPIRE:
        return stock_hold_release(t, f->shop, s->order, "expired");
    case RETURN:
        return stock_return(t, f->shop, f->variant, s->quantity, s->order);
    case SET:
        return stock_set(t, f->shop, f->variant, s->quantity, "set");
    case HOLD:
        return stock_hold_set(t, f->shop, f->variant, s->quantity, s->order, t->now_ms + 1000);
    }
    return NULL;
}

static const struct err *run(struct fixture *f, int what, int64_t order, int64_t quantity)
{
    struct step s = {.f = f, .order = order, .quantity = quantity, .what = (unsigned)what};
    return turn_run(f->t.platform, &f->t.arena, f->owner, do_step, &s);
}

static void a_hold_ends_once(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    testing_must(run(&f, TAKE, 1, 20));
    assert_int_equal(available(&f), 30);
    const struct err *e = run(&f, TAKE, 2, 31);
    assert_non_null(e);
    assert_string_equal(e->key, "stock.too_few");
    assert_str_equal(e->args[0], "30");
    testing_must(run(&f, CONSUME, 1, 0));
    testing_must(run(&f, CONSUME, 1, 0));
    testing_must(run(&f, RELEASE, 1, 0));
    assert_int_equal(available(&f), 30);
    testing_must(run(&f, TAKE, 3, 30));
    e = run(&f, TAKE, 4, 1);
    assert_string_equal(e->key, "stock.sold_out");
    testing_must(run(&f, RELEASE, 3, 0));
    testing_must(run(&f, RELEASE, 3, 0));
    assert_int_equal(available(&f), 30);
    testing_must(run(&f, RETURN, 1, 20));
    assert_int_equal(available(&f), 50);
    testing_verify(&f.t);
    testing_close(&f.t);
}

static void paid_after_expiry_takes_again_or_learns(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    testing_must(run(&f, TAKE, 1, 30));
    testing_must(run(&f, EXPIRE, 1, 0));
    testing_must(run(&f, CONSUME, 1, 0));
    assert_int_equal(available(&f), 20);
    testing_must(run(&f, TAKE, 2, 20));
    testing_must(run(&f, EXPIRE, 2, 0));
    testing_must(run(&f, TAKE, 3, 1));
    const struct err *e = run(&f, CONSUME, 2, 0);
    assert_non_null(e);
    assert_string_equal(e->key, "stock.too_few");
    assert_int_equal(available(&f), 19);
    testing_verify(&f.t);
    testing_close(&f.t);
}

static void counts_are_guarded(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    testing_must(run(&f, TAKE, 1, 10));
    assert_string_equal(run(&f, SET, 0, 9)->key, "stock.below_held");
    assert_string_equal(run(&f, SET, 0, STOCK_UNTRACKED)->key, "stock.below_held");
    assert_string_equal(run(&f, SET, 0, -2)->key, "stock.bad_count");
    static const int64_t bad[] = {0, -1, 1000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_string_equal(run(&f, TAKE, 5, bad[i])->key, "stock.bad_quantity");
    testing_must(run(&f, SET, 0, 10));
    assert_int_equal(available(&f), 0);
    testing_must(run(&f, RELEASE, 1, 0));
    testing_must(run(&f, SET, 0, STOCK_UNTRACKED));
    assert_int_equal(available(&f), STOCK_UNTRACKED);
    testing_must(run(&f, TAKE, 6, 999));
    testing_verify(&f.t);
    testing_close(&f.t);
}

struct racer {
    struct fixture *f;
    int first, taken, refused;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    for (int order = r->first; order < SHOPPERS; order += THREADS) {
        struct arena mine;
        arena_init(&mine, MiB(4));
        struct step s = {.f = r->f, .order = order + 1, .quantity = 1, .what = TAKE};
        const struct err *e = turn_run(r->f->t.platform, &mine, r->f->owner, do_step, &s);
        r->taken += e == NULL;
        r->refused += e != NULL && e->kind == ERR_CONFLICT;
        arena_done(&mine);
    }
    return NULL;
}

static void two_hundred_race_for_fifty(enum db_engine engine)
{
    struct fixture f;
    struct racer racers[THREADS];
    pthread_t threads[THREADS];
    int taken = 0, refused = 0;
    open_fixture(&f, engine);
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.f = &f, .first = i};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        taken += racers[i].taken;
        refused += racers[i].refused;
    }
    assert_int_equal(taken, FIFTY);
    assert_int_equal(refused, SHOPPERS - FIFTY);
    assert_int_equal(available(&f), 0);
    testing_verify(&f.t);
    testing_close(&f.t);
}

/* While it lives it grows and shrinks with its order, never past what is there. */
static void a_hold_grows_and_shrinks(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    testing_must(run(&f, HOLD, 1, 0)); /* there is none, and none is wanted */
    testing_must(run(&f, HOLD, 1, 20));
    testing_must(run(&f, HOLD, 1, 45));
    assert_int_equal(available(&f), 5);
    const struct err *e = run(&f, HOLD, 1, 51);
    assert_string_equal(e->key, "stock.too_few");
    assert_str_equal(e->args[0], "5");
    assert_string_equal(run(&f, HOLD, 1, 1000)->key, "stock.bad_quantity");
    assert_string_equal(run(&f, HOLD, 1, -1)->key, "stock.bad_quantity");
    testing_must(run(&f, HOLD, 1, 7));
    testing_must(run(&f, HOLD, 1, 7));
    assert_int_equal(available(&f), 43);
    testing_must(run(&f, HOLD, 1, 0));
    assert_int_equal(available(&f), FIFTY);
    testing_must(run(&f, HOLD, 1, 3));
    testing_must(run(&f, CONSUME, 1, 0));
    assert_int_equal(available(&f), 47);
    testing_must(run(&f, RETURN, 1, 3));
    assert_int_equal(available(&f), FIFTY);
    testing_verify(&f.t);
    testing_close(&f.t);
}

ON_BOTH(a_hold_grows_and_shrinks)
ON_BOTH(a_hold_ends_once)
ON_BOTH(paid_after_expiry_takes_again_or_learns)
ON_BOTH(counts_are_guarded)
ON_BOTH(two_hundred_race_for_fifty)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_hold_ends_once),
        BOTH(a_hold_grows_and_shrinks),
        BOTH(paid_after_expiry_takes_again_or_learns),
        BOTH(counts_are_guarded),
        BOTH(two_hundred_race_for_fifty),
    };
    return cmocka_run_group_tests_name("stock", tests, NULL, NULL);
}
