/* A sample beside the series, how long an accepted quotation waits for its money, and words that
 * are too long for an order. On both engines. */
#include "quote_fixture.h"

#include "base/utf8.h"

static const int64_t day = 24 * 60 * 60 * 1000;

struct offer_call {
    struct quote_offer offer;
    struct quote_id id;
};

static const struct err *offer_turn(struct turn *t, void *arg)
{
    struct offer_call *x = arg;
    struct identity_id mail = {.kind = IDENTITY_EMAIL, .value = S("buyer@example.com")};
    TRY(identity_observe(t, x->offer.shop_id, &mail, 1, S("Wei"), &x->offer.contact_id));
    return quote_offer(t, &x->offer, &x->id);
}

static struct quote_answer terms(const struct quote_answer_line *lines, size_t count)
{
    return (struct quote_answer){.lines = lines, .line_count = count, .valid_days = 10,
                                 .pay_days = 5};
}

static void a_sample_stands_beside_its_series(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_answer_line lines[2] = {{f.suit, 100, 1500, false}, {f.suit, 1, 500, true}};
    struct offer_call x = {.offer = {.shop_id = f.shop, .answer = terms(lines, 2)}};
    testing_must(fixture_run(&f, offer_turn, &x));
    struct quote q = fixture_quote(&f, x.id);
    assert_int_equal(q.terms.line_count, 2);
    assert_int_equal(q.terms.goods_minor, 150500);
    struct quote_accept want = fixture_wants(&f, x.id, 1);
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.line_count, 2);
    assert_int_equal(o.lines[0].unit_minor + o.lines[1].unit_minor, 2000);
    assert_int_equal(o.total_minor, 150500);
    assert_int_equal(fixture_left(&f), SERIES - 101);
    lines[1].is_sample = false;
    assert_true(fixture_says(fixture_run(&f, offer_turn, &x), "quote.same_twice"));
    lines[1] = (struct quote_answer_line){f.suit, PRICE_QUANTITY_MAX, 500, true};
    assert_true(fixture_says(fixture_run(&f, offer_turn, &x), "price.bad_quantity"));
    fixture_close(&f);
}

static void it_waits_as_long_as_it_says(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    struct quote_accept want = fixture_wants(&f, quote, 1);
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.expires_ms - o.placed_ms, 5 * day);
    testing_advance(&f.t, 5 * day - 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_PLACED);
    assert_int_equal(fixture_left(&f), SERIES - 200);
    testing_advance(&f.t, 2 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_get(&f, id).state, ORDER_EXPIRED);
    assert_int_equal(fixture_left(&f), SERIES);
    struct offer_call x = {.offer = {.shop_id = f.shop}};
    struct quote_answer_line line = {f.suit, 1, 1500, false};
    x.offer.answer = terms(&line, 1);
    x.offer.answer.pay_days = QUOTE_PAY_DAYS_MAX + 1;
    assert_true(fixture_says(fixture_run(&f, offer_turn, &x), "quote.bad_pay_days"));
    fixture_close(&f);
}

struct long_ones {
    struct fixture *f;
    struct variant_id ids[12];
};

/* Twelve articles with titles of sixty Chinese characters: more than an order prints. */
static const struct err *make_long(struct turn *t, void *arg)
{
    struct long_ones *x = arg;
    struct shop_id shop = x->f->shop;
    struct variant_input one = {.price_minor = 100};
    struct product_input in = {.status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct strbuf title;
    strbuf_init(&title, t->arena, KiB(1));
    for (int i = 0; i < 60; i++)
        strbuf_add(&title, S("瓷"));
    in.title = strbuf_view(&title);
    for (int i = 0; i < 12; i++) {
        struct product_id id;
        struct product made;
        bool is_changed;
        TRY(catalog_save(t, shop, &in, (struct product_id){0}, &id, &is_changed));
        TRY(catalog_product(t->tx, t->arena, shop, id, &made));
        x->ids[i] = made.variants[0].id;
    }
    return NULL;
}

static void what_is_too_long_ends_between_characters(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct long_ones long_ones = {.f = &f};
    testing_must(fixture_run(&f, make_long, &long_ones));
    struct quote_answer_line lines[12];
    for (int i = 0; i < 12; i++)
        lines[i] = (struct quote_answer_line){long_ones.ids[i], 1, 100, true};
    struct offer_call x = {.offer = {.shop_id = f.shop, .answer = terms(lines, 12)}};
    testing_must(fixture_run(&f, offer_turn, &x));
    struct quote_accept want = fixture_wants(&f, x.id, 1);
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    str samples = fixture_get(&f, id).answers[1].answer;
    assert_true(samples.len <= QUOTE_TEXT_MAX && samples.len > QUOTE_TEXT_MAX - 8);
    assert_true(utf8_is_valid(samples));
    assert_true(str_ends(samples, S("瓷…")));
    fixture_close(&f);
}

ON_BOTH(a_sample_stands_beside_its_series)
ON_BOTH(what_is_too_long_ends_between_characters)
ON_BOTH(it_waits_as_long_as_it_says)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_sample_stands_beside_its_series),
        BOTH(what_is_too_long_ends_between_characters),
        BOTH(it_waits_as_long_as_it_says),
    };
    return cmocka_run_group_tests_name("quote: samples and terms", tests, NULL, NULL);
}
