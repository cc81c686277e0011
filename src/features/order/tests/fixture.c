#include "fixture.h"

#include "db/db_query.h"

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
        .price_minor = price, .requires_shipping = true, .is_taxable = true, .weight_g = 500};
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

static const struct err *make_shop(struct turn *t, struct fixture *f)
{
    struct id_text tail = id_format(turn_new_id(t));
    str foreign;
    TRY(str_fmt(t->arena, &f->handle, "reef-%s", tail.text));
    TRY(str_fmt(t->arena, &foreign, "clay-%s", tail.text));
    struct shop_new n = {.handle = f->handle,
                         .name = S("Reef & Salt"),
                         .currency = S("EUR"),
                         .country = S("NL"),
                         .contact_email = S("mara@reef.example"),
                         .shipping_minor = 495,
                         .tax_basis_points = 2100,
                         .tax_included = true};
    TRY(shop_create(t, &n, &f->shop));
    n.handle = foreign;
    TRY(shop_create(t, &n, &f->foreign));
    TRY(make_product(t, f->shop, S("Suit"), 4900, &f->suit));
    TRY(make_product(t, f->shop, S("Towel"), 2000, &f->towel));
    return NULL;
}

struct stocking {
    struct fixture *f;
    int64_t suits;
};

static const struct err *fill_shelf(struct turn *t, void *arg)
{
    struct stocking *x = arg;
    TRY(make_shop(t, x->f));
    return stock_set(t, x->f->shop, x->f->suit, x->suits, "set");
}

void fixture_open_stocked(struct fixture *f, enum db_engine engine, int64_t suits)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    f->country = S("NL");
    testing_turn(&f->t, (struct account_id){0}, make_people, f);
    testing_turn(&f->t, f->owner, fill_shelf, &(struct stocking){f, suits});
    testing_drain(&f->t);
}

void fixture_open(struct fixture *f, enum db_engine engine)
{
    fixture_open_stocked(f, engine, SHELF);
}

void fixture_close(struct fixture *f)
{
    testing_drain(&f->t);
    testing_verify(&f->t);
    testing_close(&f->t);
}

struct order_place fixture_want(const struct fixture *f, const char *key,
                                const struct price_want *wants, size_t count)
{
    bool is_near = str_eq(f->country, S("NL"));
    return (struct order_place){.key = str_c(key),
                                .shop_id = f->shop,
                                .buyer_id = f->buyer,
                                .wants = wants,
                                .want_count = count,
                                .expected_total_minor = -1,
                                .channel = S("site"),
                                .party = {.email = S("nina@example.org"),
                                          .address = {.name = S("Nina Alves"),
                                                      .line1 = S("Dam 1"),
                                                      .city = S("Amsterdam"),
                                                      .postcode = is_near ? S("1012 JS")
                                                                          : S("8001"),
                                                      .country = f->country}}};
}

struct placing_call {
    const struct order_place *order;
    struct order_id *ret;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct placing_call *x = arg;
    return order_place(t, x->order, x->ret);
}

const struct err *fixture_place(struct fixture *f, struct arena *arena, const struct order_place *o,
                                struct order_id *ret)
{
    return turn_run(f->t.platform, arena, o->buyer_id, place_turn, &(struct placing_call){o, ret});
}

struct order_id fixture_order(struct fixture *f, const char *key, int64_t quantity)
{
    return fixture_order_of(f, f->suit, key, quantity);
}

struct order_id fixture_order_of(struct fixture *f, struct variant_id variant, const char *key,
                                 int64_t quantity)
{
    struct price_want one = {variant, quantity};
    struct order_place o = fixture_want(f, key, &one, 1);
    struct order_id id;
    testing_must(fixture_place(f, &f->t.arena, &o, &id));
    return id;
}

struct order fixture_get(struct fixture *f, struct order_id id)
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
    testing_must(stock_available(tx, &f->t.arena, f->shop, &f->suit, 1, &left));
    db_read_end(tx);
    return left;
}

int64_t fixture_clearing(struct fixture *f)
{
    struct tx *tx;
    int64_t minor;
    struct currency eur = {"EUR"};
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(ledger_balance(tx, &f->t.arena, f->shop, LEDGER_CLEARING, eur, &minor));
    db_read_end(tx);
    return minor;
}

int64_t fixture_attempt(struct fixture *f, struct order_id id, const char *key)
{
    struct payment_begin begun;
    struct order_pay pay = {.key = str_c(key),
                            .shop_id = f->shop,
                            .order_id = id,
                            .payer_id = f->buyer,
                            .remember = true,
                            .return_path = S("/")};
    testing_must(order_pay_begin(f->t.platform, &f->t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_REDIRECT);
    int64_t attempt;
    assert_true(id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), &attempt));
    return attempt;
}

static const struct err *notice_turn(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

const struct err *fixture_notice(struct fixture *f, int64_t attempt, enum payment_outcome outcome,
                                 const char *event, int64_t minor, const char *currency,
                                 const char *ref)
{
    struct payment_notice n = {.gateway = "test",
                               .event_id = str_c(event),
                               .attempt_id = attempt,
                               .shop_id = f->shop,
                               .outcome = outcome,
                               .amount = {.minor = minor},
                               .provider_ref = str_c(ref),
                               .saved_method = S("4242"),
                               .method_label = S("Test card ···4242")};
    testing_must(currency_parse(&f->t.arena, str_c(currency), &n.amount.currency));
    return turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, notice_turn, &n);
}

void fixture_pay(struct fixture *f, struct order_id id, const char *key)
{
    int64_t attempt = fixture_attempt(f, id, key);
    struct id_text event = id_format(attempt);
    testing_must(fixture_notice(f, attempt, PAYMENT_CAPTURED, event.text,
                                fixture_get(f, id).total_minor, "EUR", NULL));
}

struct cancel_call {
    struct shop_id shop;
    struct order_id id;
};

static const struct err *cancel_turn(struct turn *t, void *arg)
{
    struct cancel_call *x = arg;
    return order_cancel(t, x->shop, x->id, "changed her mind");
}

const struct err *fixture_cancel(struct fixture *f, struct shop_id shop, struct order_id id)
{
    return turn_run(f->t.platform, &f->t.arena, f->owner, cancel_turn,
                    &(struct cancel_call){shop, id});
}

const struct err *fixture_run(struct fixture *f, turn_fn *fn, void *arg)
{
    return turn_run(f->t.platform, &f->t.arena, f->owner, fn, arg);
}

bool fixture_says(const struct err *e, const char *key)
{
    return e != NULL && str_eq(str_c(e->key), str_c(key));
}

#define SPOIL(table)                                                                               \
    {.name = "spoil_" table, .origin = "test", .param_count = 2, .param_types = "td",             \
     .column_types = "", .sql_sqlite = "UPDATE " table " SET currency = ?1 WHERE id = ?2",        \
     .sql_pg = "UPDATE " table " SET currency = $1 WHERE id = $2"}

struct spoiling {
    enum fixture_table table;
    int64_t id;
    const char *currency;
};

static const struct err *spoil_turn(struct turn *t, void *arg)
{
    static struct db_query queries[FIXTURE_TABLE_COUNT] = {[FIXTURE_ORDERS] = SPOIL("orders"),
                                                           [FIXTURE_QUOTE] = SPOIL("quote")};
    const struct spoiling *x = arg;
    const struct db_value values[] = {db_text(str_c(x->currency)), db_int(x->id)};
    return db_query_exec(t->tx, t->arena, &queries[x->table], values);
}

void fixture_spoil(struct fixture *f, enum fixture_table table, int64_t id, const char *currency)
{
    struct spoiling x = {table, id, currency};
    testing_turn(&f->t, f->owner, spoil_turn, &x);
}
