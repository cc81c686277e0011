#include "bundle.h"

static const struct err *make_thing(struct turn *t, struct shop_id shop, struct variant_id *ret)
{
    struct variant_input one = {.price_minor = 1000, .requires_shipping = true, .is_taxable = true};
    struct product_input in = {
        .title = S("Cup"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(catalog_save(t, shop, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, shop, id, &made));
    *ret = made.variants[0].id;
    return stock_set(t, shop, *ret, SHELF, "set");
}

static const struct err *make_shops(struct turn *t, void *arg)
{
    struct three *x = arg;
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(str_fmt(t->arena, &handle, "tea-%s", tail.text));
    x->shops[0] = x->f.shop;
    x->shops[1] = x->f.foreign;
    x->things[0] = x->f.suit;
    TRY(shop_create(t, &(struct shop_new){.handle = handle, .name = S("Tea"),
                                          .currency = S("EUR"), .country = S("NL")},
                    &x->shops[2]));
    TRY(make_thing(t, x->shops[1], &x->things[1]));
    return make_thing(t, x->shops[2], &x->things[2]);
}

void three_open(struct three *x, enum db_engine engine)
{
    fixture_open(&x->f, engine);
    testing_turn(&x->f.t, x->f.owner, make_shops, x);
    testing_drain(&x->f.t);
}

void three_close(struct three *x)
{
    fixture_close(&x->f);
}

struct place_call {
    struct three *x;
    const char *key;
    size_t count;
    int64_t shown_minor;
    struct bundle_id id;
    size_t at;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct place_call *c = arg;
    struct order_place orders[3];
    struct price_want wants[3];
    for (size_t i = 0; i < c->count; i++) {
        size_t k = c->count - 1 - i; /* in any order */
        wants[i] = (struct price_want){c->x->things[k], 1};
        orders[i] = fixture_want(&c->x->f, c->key, &wants[i], 1);
        orders[i].shop_id = c->x->shops[k];
        if (k == 0)
            orders[i].expected_total_minor = c->shown_minor;
    }
    return order_bundle_place(t, orders, c->count, &c->id, &c->at);
}

const struct err *three_place(struct three *x, const char *key, size_t count, int64_t shown_minor,
                              struct bundle_id *ret)
{
    struct place_call c = {.x = x, .key = key, .count = count, .shown_minor = shown_minor};
    const struct err *e = turn_run(x->f.t.platform, &x->f.t.arena, x->f.buyer, place_turn, &c);
    *ret = c.id;
    return e;
}

struct order_bundle three_get(struct three *x, struct bundle_id id)
{
    struct order_bundle b;
    struct tx *tx;
    testing_must(db_read_begin(x->f.t.platform->db, &x->f.t.arena, &tx));
    testing_must(order_bundle_get(tx, &x->f.t.arena, x->f.t.platform, id, &b));
    db_read_end(tx);
    return b;
}

int64_t three_clearing(struct three *x, size_t shop)
{
    struct shop_id mine = x->f.shop;
    x->f.shop = x->shops[shop];
    int64_t minor = fixture_clearing(&x->f);
    x->f.shop = mine;
    return minor;
}

const struct err *three_pay(struct three *x, struct bundle_id id, const char *key,
                            struct payment_begin *ret)
{
    struct order_bundle_pay pay = {.key = str_c(key),
                                   .bundle_id = id,
                                   .payer_id = x->f.buyer,
                                   .remember = true,
                                   .return_path = S("/")};
    return order_bundle_pay(x->f.t.platform, &x->f.t.arena, &pay, ret);
}

int64_t three_attempt(struct three *x, struct bundle_id id, const char *key)
{
    struct payment_begin begun;
    int64_t attempt;
    testing_must(three_pay(x, id, key, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_REDIRECT);
    assert_true(id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), &attempt));
    return attempt;
}

const struct err *three_notice(struct three *x, struct bundle_id id, int64_t attempt,
                               enum payment_outcome outcome, const char *event, int64_t minor,
                               const char *ref)
{
    struct order_bundle b = three_get(x, id);
    struct shop_id mine = x->f.shop;
    x->f.shop = b.orders[0].shop_id;
    const struct err *e = fixture_notice(&x->f, attempt, outcome, event, minor, "EUR", ref);
    x->f.shop = mine;
    return e;
}
