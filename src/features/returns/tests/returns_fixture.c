#include "returns_fixture.h"

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
    str handle, foreign;
    TRY(str_fmt(t->arena, &handle, "reef-%s", tail.text));
    TRY(str_fmt(t->arena, &foreign, "clay-%s", tail.text));
    struct shop_new n = {.handle = handle,
                         .name = S("Reef & Salt"),
                         .currency = S("EUR"),
                         .country = S("NL"),
                         .contact_email = S("mara@reef.example"),
                         .shipping_minor = SHIPPING,
                         .tax_basis_points = 2100,
                         .tax_included = true};
    TRY(shop_create(t, &n, &f->shop));
    n.handle = foreign;
    TRY(shop_create(t, &n, &f->foreign));
    TRY(make_product(t, f->shop, S("Suit"), SUIT, &f->suit));
    TRY(make_product(t, f->shop, S("Towel"), TOWEL, &f->towel));
    return stock_set(t, f->shop, f->suit, SHELF, "set");
}

void fixture_open(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    f->country = S("NL");
    testing_turn(&f->t, (struct account_id){0}, make_people, f);
    testing_turn(&f->t, f->owner, make_shop, f);
    testing_drain(&f->t);
}

void fixture_close(struct fixture *f)
{
    struct strbuf lines;
    int violations;
    testing_drain(&f->t);
    strbuf_init(&lines, &f->t.arena, KiB(64));
    testing_must(verify_run(f->t.platform, &f->t.arena, &lines, &violations));
    if (violations != 0)
        print_message("%.*s\n", STR_ARG(strbuf_view(&lines)));
    assert_int_equal(violations, 0);
    testing_close(&f->t);
}

bool fixture_says(const struct err *e, const char *key)
{
    return e != NULL && str_eq(str_c(e->key), str_c(key));
}

/* ---- orders ---- */

struct order_call {
    struct order_place want;
    struct order_id id;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct order_call *x = arg;
    return order_place(t, &x->want, &x->id);
}

struct order_id fixture_order(struct fixture *f, const char *key, int64_t suits, int64_t towels,
                              int64_t deposit_minor)
{
    struct price_want wants[] = {{f->suit, suits}, {f->towel, towels}};
    struct order_call x = {
        .want = {.key = str_c(key),
                 .shop_id = f->shop,
                 .buyer_id = f->buyer,
                 .wants = wants,
                 .want_count = towels > 0 ? 2 : 1,
                 .deposit_minor = deposit_minor,
                 .expected_total_minor = -1,
                 .channel = S("site"),
                 .party = {.email = S("nina@example.org"),
                           .address = {.name = S("Nina Alves"),
                                       .line1 = S("Dam 1"),
                                       .city = S("Amsterdam"),
                                       .postcode = str_eq(f->country, S("NL")) ? S("1012 JS")
                                                                               : S("8001"),
                                       .country = f->country}}}};
    testing_must(turn_run(f->t.platform, &f->t.arena, f->buyer, place_turn, &x));
    return x.id;
}

static const struct err *notice_turn(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

void fixture_pay(struct fixture *f, struct order_id id, const char *key, int64_t amount_minor,
                 enum payment_outcome outcome)
{
    struct order o = fixture_get_order(f, id);
    struct payment_begin begun;
    struct order_pay pay = {.key = str_c(key), .shop_id = f->shop, .order_id = id,
                            .payer_id = f->buyer, .amount_minor = amount_minor,
                            .return_path = S("/")};
    int64_t attempt;
    testing_must(order_pay_begin(f->t.platform, &f->t.arena, &pay, &begun));
    assert_int_equal(begun.step, PAYMENT_STEP_REDIRECT);
    assert_true(id_parse(str_sub(begun.redirect, sizeof "/pay/test/" - 1, ID_TEXT_LEN), &attempt));
    struct id_text event = id_format(attempt);
    struct payment_notice n = {.gateway = "test",
                               .event_id = id_str(&event),
                               .attempt_id = attempt,
                               .shop_id = f->shop,
                               .outcome = outcome,
                               .amount = order_money(&o, amount_minor == 0
                                                             ? order_due_now_minor(&o)
                                                             : amount_minor)};
    testing_must(turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, notice_turn, &n));
}

struct move_call {
    struct shop_id shop;
    struct order_id id;
};

static const struct err *ship_turn(struct turn *t, void *arg)
{
    struct move_call *x = arg;
    return order_ship(t, x->shop, x->id, S("3SPOST"));
}

static const struct err *deliver_turn(struct turn *t, void *arg)
{
    struct move_call *x = arg;
    return order_deliver(t, x->shop, x->id);
}

void fixture_ship(struct fixture *f, struct order_id id)
{
    testing_turn(&f->t, f->owner, ship_turn, &(struct move_call){f->shop, id});
}

void fixture_deliver(struct fixture *f, struct order_id id)
{
    testing_turn(&f->t, f->owner, deliver_turn, &(struct move_call){f->shop, id});
}

struct order_id fixture_delivered(struct fixture *f, const char *key, int64_t suits,
                                  int64_t towels)
{
    struct order_id id = fixture_order(f, key, suits, towels, 0);
    fixture_pay(f, id, key, 0, PAYMENT_CAPTURED);
    fixture_ship(f, id);
    fixture_deliver(f, id);
    return id;
}

/* ---- returns ---- */

struct ask_call {
    struct returns_ask ask;
    struct return_id id;
};

static const struct err *ask_turn(struct turn *t, void *arg)
{
    struct ask_call *x = arg;
    return returns_ask(t, &x->ask, &x->id);
}

const struct err *fixture_ask(struct fixture *f, struct shop_id shop, struct order_id order,
                              const char *key, int64_t suits, int64_t towels,
                              enum returns_reason reason, struct return_id *ret)
{
    struct returns_line lines[2];
    size_t count = 0;
    if (suits != 0)
        lines[count++] = (struct returns_line){0, suits};
    if (towels != 0)
        lines[count++] = (struct returns_line){1, towels};
    struct ask_call x = {.ask = {.shop_id = shop, .order_id = order, .key = str_c(key),
                                 .reason = reason, .words = S("Too <b>small</b> \xE5\xB0\x8F"),
                                 .lines = lines, .line_count = count}};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->buyer, ask_turn, &x);
    *ret = x.id;
    return e;
}

struct return_id fixture_asked(struct fixture *f, struct order_id order, int64_t suits,
                               int64_t towels)
{
    struct id_text key = id_format(order.v);
    struct return_id id;
    testing_must(fixture_ask(f, f->shop, order, key.text, suits, towels, RETURNS_FIT, &id));
    return id;
}

struct step_call {
    struct shop_id shop;
    struct return_id id;
    enum step step;
    int64_t minor;
    str words;
};

static const struct err *step_turn(struct turn *t, void *arg)
{
    struct step_call *x = arg;
    switch (x->step) {
    case STEP_AGREE:
    case STEP_KEEP:
        return returns_agree(t, &(struct returns_agree){x->shop, x->id, x->words, x->minor,
                                                        x->step == STEP_KEEP});
    case STEP_REFUSE:
        return returns_refuse(t, x->shop, x->id, x->words);
    case STEP_SEND:
        return returns_send(t, x->shop, x->id, x->words);
    case STEP_RECEIVE:
    case STEP_WRITE_OFF:
        return returns_receive(t, x->shop, x->id, x->step == STEP_RECEIVE);
    case STEP_REFUND:
        return returns_refund(t, x->shop, x->id, x->minor, x->words);
    case STEP_WITHDRAW:
        return returns_withdraw(t, x->shop, x->id);
    }
    return NULL;
}

const struct err *fixture_step(struct fixture *f, struct arena *arena, struct shop_id shop,
                               struct return_id id, enum step step, int64_t minor,
                               const char *words)
{
    return turn_run(f->t.platform, arena, f->owner, step_turn,
                    &(struct step_call){shop, id, step, minor, str_c(words)});
}

void fixture_steps(struct fixture *f, struct return_id id, const enum step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        testing_must(fixture_step(f, &f->t.arena, f->shop, id, steps[i], -1, "so it is"));
}

struct returns_case fixture_get(struct fixture *f, struct return_id id)
{
    struct returns_case c;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(returns_get(tx, &f->t.arena, f->shop, id, &c));
    db_read_end(tx);
    return c;
}

struct order fixture_get_order(struct fixture *f, struct order_id id)
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

struct terms_call {
    struct shop_id shop;
    const struct returns_terms *terms;
};

static const struct err *terms_turn(struct turn *t, void *arg)
{
    struct terms_call *x = arg;
    return returns_terms_set(t, x->shop, x->terms);
}

const struct err *fixture_terms(struct fixture *f, const struct returns_terms *terms)
{
    return turn_run(f->t.platform, &f->t.arena, f->owner, terms_turn,
                    &(struct terms_call){f->shop, terms});
}
