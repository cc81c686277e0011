#include "quote_fixture.h"

static const struct err *make_people(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(account_guest_make(t, S("Mara"), S("en"), &f->owner));
    TRY(account_guest_make(t, S("Nina"), S("en"), &f->buyer));
    return account_guest_make(t, S("Tom"), S("zh"), &f->other);
}

static const struct err *make_product(struct turn *t, struct shop_id shop, str title, int64_t price,
                                      struct variant_id *ret)
{
    struct variant_input one = {
        .price_minor = price, .requires_shipping = true, .is_taxable = true};
    struct product_input in = {
        .title = title, .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(catalog_save(t, shop, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, shop, id, &made));
    *ret = made.variants[0].id;
    return NULL;
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    str foreign;
    TRY(str_fmt(t->arena, &f->handle, "clay-%s", tail.text));
    TRY(str_fmt(t->arena, &foreign, "reef-%s", tail.text));
    struct shop_new n = {.handle = f->handle,
                         .name = S("Clay & Kiln"),
                         .currency = S("EUR"),
                         .country = S("PT"),
                         .tax_basis_points = 2100,
                         .tax_included = true};
    TRY(shop_create(t, &n, &f->shop));
    n.handle = foreign;
    TRY(shop_create(t, &n, &f->foreign));
    TRY(make_product(t, f->shop, S("Tile"), 2000, &f->tile));
    TRY(make_product(t, f->shop, S("Glaze"), 900, &f->glaze));
    return stock_set(t, f->shop, f->tile, SHELF, "set");
}

void fixture_open(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_people, f);
    testing_turn(&f->t, f->owner, make_shop, f);
    testing_drain(&f->t);
}

void fixture_close(struct fixture *f)
{
    testing_drain(&f->t);
    testing_verify(&f->t);
    testing_close(&f->t);
}

const struct err *fixture_run(struct fixture *f, turn_fn *fn, void *arg)
{
    return turn_run(f->t.platform, &f->t.arena, f->owner, fn, arg);
}

bool fixture_says(const struct err *e, const char *key)
{
    return e != NULL && str_eq(str_c(e->key), str_c(key));
}

struct ask_call {
    struct quote_ask ask;
    struct quote_id id;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct ask_call *x = arg;
    return quote_ask(t, &x->ask, &x->id);
}

struct quote_id fixture_ask(struct fixture *f)
{
    struct quote_wish wish = {f->tile, 200, 1500, false};
    struct ask_call x = {.ask = {.shop_id = f->shop,
                                 .account_id = f->buyer,
                                 .name = S("Nina"),
                                 .language = S("en"),
                                 .wishes = &wish,
                                 .wish_count = 1,
                                 .country = S("DE"),
                                 .incoterm = S("FOB"),
                                 .needed_by = S("2027-03-01"),
                                 .note = S("Matt, please")}};
    testing_must(turn_run(f->t.platform, &f->t.arena, f->buyer, ask_turn, &x));
    return x.id;
}

struct answer_call {
    struct shop_id shop;
    struct quote_id id;
    int64_t seen;
    struct quote_answer answer;
};

static const struct err *answer_turn(struct turn *t, void *arg)
{
    struct answer_call *x = arg;
    return quote_answer(t, x->shop, x->id, x->seen, &x->answer);
}

const struct err *fixture_answer(struct fixture *f, struct quote_id id, int64_t seen,
                                 int64_t unit_minor)
{
    struct quote_answer_line line = {f->tile, 200, unit_minor, false};
    struct answer_call x = {.shop = f->shop,
                            .id = id,
                            .seen = seen,
                            .answer = {.lines = &line,
                                       .line_count = 1,
                                       .shipping_minor = 3000,
                                       .deposit_percent = 30,
                                       .incoterm = S("FOB"),
                                       .place = S("Ningbo"),
                                       .lead_time = S("25 days"),
                                       .note = S("Packed by 20"),
                                       .valid_days = 10,
                                       .pay_days = 5}};
    return fixture_run(f, answer_turn, &x);
}

struct quote_id fixture_quoted(struct fixture *f)
{
    struct quote_id id = fixture_ask(f);
    testing_must(fixture_answer(f, id, 0, 1800));
    return id;
}

struct quote_accept fixture_wants(const struct fixture *f, struct quote_id id, int64_t version)
{
    return (struct quote_accept){.shop_id = f->shop,
                                 .id = id,
                                 .version = version,
                                 .account_id = f->buyer,
                                 .channel = S("site"),
                                 .language = S("en"),
                                 .party = {.email = S("nina@example.org"),
                                           .address = {.name = S("Nina Alves"),
                                                       .line1 = S("Dam 1"),
                                                       .city = S("Amsterdam"),
                                                       .postcode = S("1012 JS"),
                                                       .country = S("NL")}}};
}

struct accept_call {
    const struct quote_accept *want;
    struct order_id *ret;
};

static const struct err *accept_turn(struct turn *t, void *arg)
{
    struct accept_call *x = arg;
    return quote_accept(t, x->want, x->ret);
}

const struct err *fixture_accept(struct fixture *f, struct arena *arena,
                                 const struct quote_accept *want, struct order_id *ret)
{
    return turn_run(f->t.platform, arena, want->account_id, accept_turn,
                    &(struct accept_call){want, ret});
}

struct end_call {
    struct shop_id shop;
    struct quote_id id;
    bool by_shop;
    str words;
};

static const struct err *end_turn(struct turn *t, void *arg)
{
    struct end_call *x = arg;
    return x->by_shop ? quote_withdraw(t, x->shop, x->id, x->words)
                      : quote_decline(t, x->shop, x->id, x->words);
}

const struct err *fixture_end(struct fixture *f, struct shop_id shop, struct quote_id id,
                              bool by_shop, str words)
{
    return fixture_run(f, end_turn, &(struct end_call){shop, id, by_shop, words});
}

struct quote fixture_get(struct fixture *f, struct quote_id id)
{
    struct tx *tx;
    struct quote q;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(quote_get(tx, &f->t.arena, f->t.platform, f->shop, id, &q));
    db_read_end(tx);
    return q;
}

struct order fixture_order(struct fixture *f, struct order_id id)
{
    struct tx *tx;
    struct order o;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(order_get(tx, &f->t.arena, f->t.platform, f->shop, id, &o));
    db_read_end(tx);
    return o;
}

int64_t fixture_left(struct fixture *f)
{
    struct tx *tx;
    int64_t left;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(stock_available(tx, &f->t.arena, f->shop, &f->tile, 1, &left));
    db_read_end(tx);
    return left;
}
