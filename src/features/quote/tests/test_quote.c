/* From the request to the order, on both engines. */
#include "quote_fixture.h"

#include <pthread.h>

static const int64_t day = 24 * 60 * 60 * 1000;
enum { TOTAL = 200 * 1800 + 3000, DEPOSIT = TOTAL * 3 / 10, TWINS = 8 };

static void a_request_becomes_an_order(enum db_engine engine)
{
    struct fixture f;
    struct order_id id, again;
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    struct quote q = fixture_quote(&f, quote);
    assert_int_equal(q.state, QUOTE_QUOTED);
    assert_int_equal(q.wishes[0].target_minor, 1500);
    assert_int_equal(q.terms.total_minor, TOTAL);
    struct quote_accept want = fixture_wants(&f, quote, 1);
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    testing_must(fixture_accept(&f, &f.t.arena, &want, &again));
    assert_int_equal(id.v, again.v);
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.total_minor, TOTAL);
    assert_int_equal(o.deposit_minor, DEPOSIT);
    assert_int_equal(o.lines[0].unit_minor, 1800);
    assert_int_equal(o.conversation_id, q.conversation_id.v);
    assert_int_equal(fixture_left(&f), SERIES - 200);
    assert_int_equal(o.answer_count, 4);
    assert_str_equal(o.answers[1].answer, "FOB Ningbo (Incoterms 2020)");
    assert_str_equal(o.answers[2].answer, "25 days");
    assert_int_equal(fixture_quote(&f, quote).order_id.v, id.v);
    assert_true(fixture_says(fixture_answer(&f, quote, 1, 1700), "quote.not_open"));
    assert_true(fixture_says(fixture_end(&f, f.shop, quote, false, S("")), "quote.not_open"));
    fixture_close(&f);
}

static void only_the_newest_version_counts(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    testing_must(fixture_answer(&f, quote, 1, 1700));
    assert_true(fixture_says(fixture_answer(&f, quote, 1, 1600), "quote.revised"));
    struct quote_accept want = fixture_wants(&f, quote, 1);
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "quote.revised"));
    assert_int_equal(fixture_left(&f), SERIES);
    want.version = 2;
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    assert_int_equal(fixture_get(&f, id).lines[0].unit_minor, 1700);
    fixture_close(&f);
}

static struct conversation talk_of(struct fixture *f, struct quote_id quote)
{
    struct quote q = fixture_quote(f, quote);
    struct conversation c;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(chat_conversation(tx, &f->t.arena, f->shop, q.conversation_id, &c));
    db_read_end(tx);
    return c;
}

static void time_reminds_once_and_ends_it(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    assert_int_equal(talk_of(&f, quote).holder, CHAT_WANTS_PERSON);
    assert_int_equal(talk_of(&f, quote).unread_customer, 1);
    testing_advance(&f.t, 9 * day);
    for (int i = 0; i < 3; i++) {
        testing_advance(&f.t, 60 * 1000);
        testing_drain(&f.t);
    }
    assert_int_equal(talk_of(&f, quote).unread_customer, 2);
    testing_advance(&f.t, day);
    struct quote_accept want = fixture_wants(&f, quote, 1);
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "quote.expired"));
    testing_drain(&f.t);
    assert_int_equal(fixture_quote(&f, quote).state, QUOTE_EXPIRED);
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "quote.expired"));
    testing_must(fixture_answer(&f, quote, 1, 1900));
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "quote.revised"));
    want.version = 2;
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    fixture_close(&f);
}

static void one_that_cannot_expire_holds_nobody_up(enum db_engine engine)
{
    struct fixture f;
    fixture_open_series(&f, engine);
    struct quote_id bad = fixture_quoted(&f);
    testing_advance(&f.t, 60 * 1000);
    struct quote_id next = fixture_quoted(&f);
    fixture_spoil(&f, FIXTURE_QUOTE, bad.v, "?");
    testing_advance(&f.t, 11 * day);
    testing_drain(&f.t);
    assert_int_equal(fixture_quote(&f, next).state, QUOTE_EXPIRED);
    fixture_spoil(&f, FIXTURE_QUOTE, bad.v, "EUR");
    assert_int_equal(fixture_quote(&f, bad).state, QUOTE_QUOTED);
    testing_advance(&f.t, 10 * 60 * 1000);
    testing_drain(&f.t);
    assert_int_equal(fixture_quote(&f, bad).state, QUOTE_EXPIRED);
    fixture_close(&f);
}

static void others_find_nothing(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    struct quote_accept want = fixture_wants(&f, quote, 1);
    want.shop_id = f.foreign;
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "quote.gone"));
    assert_true(fixture_says(fixture_end(&f, f.foreign, quote, true, S("")), "quote.gone"));
    assert_true(fixture_says(fixture_end(&f, f.foreign, quote, false, S("")), "quote.gone"));
    assert_int_equal(fixture_quote(&f, quote).state, QUOTE_QUOTED);
    struct quote q = fixture_quote(&f, quote);
    struct quote_id next = {quote.v + 1};
    assert_true(quote_key_opens(f.t.platform, &f.t.arena, quote, q.access_key));
    assert_false(quote_key_opens(f.t.platform, &f.t.arena, next, q.access_key));
    assert_false(quote_key_opens(f.t.platform, &f.t.arena, quote, S("")));
    fixture_close(&f);
}

static const struct err *empty_shelf(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    return stock_set(t, f->shop, f->suit, 199, "set");
}

static void what_is_sold_out_stays_quoted(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    struct quote_accept want = fixture_wants(&f, quote, 1);
    testing_must(fixture_run(&f, empty_shelf, &f));
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "stock.too_few"));
    assert_int_equal(fixture_quote(&f, quote).state, QUOTE_QUOTED);
    want.party.email = S("nobody");
    assert_true(fixture_says(fixture_accept(&f, &f.t.arena, &want, &id), "order.bad_email"));
    assert_int_equal(fixture_left(&f), 199);
    fixture_close(&f);
}

static void she_declines_and_hears_again(enum db_engine engine)
{
    struct fixture f;
    str hostile = S("<b>too dear</b> \xE8\xB4\xB5");
    fixture_open_series(&f, engine);
    struct quote_id quote = fixture_quoted(&f);
    char long_words[QUOTE_TEXT_MAX + 2];
    memset(long_words, 'x', sizeof long_words);
    assert_true(fixture_says(
        fixture_end(&f, f.shop, quote, false, (str){long_words, sizeof long_words}),
        "quote.bad_text"));
    testing_must(fixture_end(&f, f.shop, quote, false, hostile));
    testing_must(fixture_end(&f, f.shop, quote, false, hostile));
    assert_true(str_eq(fixture_quote(&f, quote).words, hostile));
    testing_must(fixture_answer(&f, quote, 1, 1500));
    assert_int_equal(fixture_quote(&f, quote).state, QUOTE_QUOTED);
    testing_must(fixture_end(&f, f.shop, quote, true, S("kiln broke")));
    assert_true(fixture_says(fixture_answer(&f, quote, 2, 1500), "quote.not_open"));
    fixture_close(&f);
}

struct offer_call {
    struct quote_offer offer;
    struct quote_id id;
};

static const struct err *offer_turn(struct turn *t, void *arg)
{
    struct offer_call *x = arg;
    return quote_offer(t, &x->offer, &x->id);
}

static const struct err *meet(struct turn *t, void *arg)
{
    struct offer_call *x = arg;
    struct identity_id mail = {.kind = IDENTITY_EMAIL, .value = S("buyer@example.com")};
    return identity_observe(t, x->offer.shop_id, &mail, 1, S("Wei"), &x->offer.contact_id);
}

static void an_offer_finds_its_buyer(enum db_engine engine)
{
    struct fixture f;
    struct order_id id;
    fixture_open_series(&f, engine);
    struct quote_answer_line lines[2] = {{f.towel, 2, 0, true}, {f.suit, 10, 1700, false}};
    struct offer_call x = {.offer = {.shop_id = f.shop,
                                     .answer = {.lines = lines,
                                                .line_count = 2,
                                                .tax_bp = 2100,
                                                .deposit_percent = 100,
                                                .valid_days = 1,
                                                .pay_days = 1}}};
    testing_must(fixture_run(&f, meet, &x));
    testing_must(fixture_run(&f, offer_turn, &x));
    struct quote q = fixture_quote(&f, x.id);
    assert_int_equal(q.account_id.v, 0);
    assert_int_equal(q.conversation_id.v, 0);
    assert_int_equal(q.terms.total_minor, 20570);
    assert_int_equal(q.terms.deposit_minor, 0);
    struct quote_accept want = fixture_wants(&f, x.id, 1);
    want.account_id = f.other;
    want.language = S("zh");
    testing_must(fixture_accept(&f, &f.t.arena, &want, &id));
    struct order o = fixture_get(&f, id);
    assert_int_equal(o.buyer_id.v, f.other.v);
    assert_int_equal(o.tax_minor, 3570);
    assert_str_equal(o.answers[1].answer, "2 × Towel");
    lines[1] = lines[0];
    assert_true(fixture_says(fixture_run(&f, offer_turn, &x), "quote.same_twice"));
    x.offer.answer.line_count = 1;
    assert_true(fixture_says(fixture_run(&f, offer_turn, &x), "quote.bad_total"));
    x.offer.answer.incoterm = S("CIF");
    assert_true(fixture_says(fixture_run(&f, offer_turn, &x), "quote.bad_place"));
    fixture_close(&f);
}

/* ---- races ---- */

struct racer {
    struct fixture *f;
    struct quote_id quote;
    struct order_id order;
    bool revises, is_refused;
};

static const struct err *revise_turn(struct turn *t, void *arg)
{
    struct racer *x = arg;
    struct quote_answer_line line = {x->f->suit, 100, 1500, false};
    struct quote_answer answer = {.lines = &line, .line_count = 1, .valid_days = 5,
                                  .pay_days = 5};
    return quote_answer(t, x->f->shop, x->quote, 1, &answer);
}

static void *race(void *arg)
{
    struct racer *x = arg;
    struct arena own;
    arena_init(&own, MiB(8));
    struct quote_accept want = fixture_wants(x->f, x->quote, 1);
    const struct err *e =
        x->revises ? turn_run(x->f->t.platform, &own, x->f->owner, revise_turn, x)
                   : fixture_accept(x->f, &own, &want, &x->order);
    x->is_refused = e != NULL;
    if (e != NULL && !str_eq(str_c(e->key), S("quote.revised")) &&
        !str_eq(str_c(e->key), S("quote.not_open")))
        testing_must(e);
    arena_done(&own);
    return NULL;
}

static void run(struct racer *racers, struct fixture *f, struct quote_id quote, int revisers)
{
    pthread_t ids[TWINS];
    for (int i = 0; i < TWINS; i++) {
        racers[i] = (struct racer){.f = f, .quote = quote, .revises = i < revisers};
        assert_int_equal(pthread_create(&ids[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < TWINS; i++)
        assert_int_equal(pthread_join(ids[i], NULL), 0);
}

static void twins_accept_once(enum db_engine engine)
{
    struct fixture f;
    struct racer racers[TWINS];
    fixture_open_series(&f, engine);
    run(racers, &f, fixture_quoted(&f), 0);
    for (int i = 0; i < TWINS; i++) {
        assert_false(racers[i].is_refused);
        assert_int_equal(racers[i].order.v, racers[0].order.v);
    }
    assert_int_equal(fixture_left(&f), SERIES - 200);
    fixture_close(&f);
}

static void accepted_or_revised_but_not_both(enum db_engine engine)
{
    struct fixture f;
    struct racer racers[TWINS];
    fixture_open_series(&f, engine);
    for (int round = 0; round < 2; round++) {
        int64_t before = fixture_left(&f);
        struct quote_id quote = fixture_quoted(&f);
        run(racers, &f, quote, 2);
        struct quote q = fixture_quote(&f, quote);
        int revised = !racers[0].is_refused + !racers[1].is_refused;
        assert_int_equal(q.version, 1 + revised);
        assert_int_equal(q.state, revised == 0 ? QUOTE_ACCEPTED : QUOTE_QUOTED);
        for (int i = 2; i < TWINS; i++)
            assert_int_equal(racers[i].is_refused, revised != 0);
        assert_int_equal(fixture_left(&f), before - (revised == 0 ? 200 : 0));
    }
    fixture_close(&f);
}

ON_BOTH(a_request_becomes_an_order)
ON_BOTH(only_the_newest_version_counts)
ON_BOTH(others_find_nothing)
ON_BOTH(what_is_sold_out_stays_quoted)
ON_BOTH(she_declines_and_hears_again)
ON_BOTH(an_offer_finds_its_buyer)
ON_BOTH(twins_accept_once)
ON_BOTH(accepted_or_revised_but_not_both)
ON_BOTH(time_reminds_once_and_ends_it)
ON_BOTH(one_that_cannot_expire_holds_nobody_up)

int main(void)
{
    /* The last two leave the store's timers far ahead. */
    const struct CMUnitTest tests[] = {
        BOTH(a_request_becomes_an_order),
        BOTH(only_the_newest_version_counts),
        BOTH(others_find_nothing),
        BOTH(what_is_sold_out_stays_quoted),
        BOTH(she_declines_and_hears_again),
        BOTH(an_offer_finds_its_buyer),
        BOTH(twins_accept_once),
        BOTH(accepted_or_revised_but_not_both),
        BOTH(time_reminds_once_and_ends_it),
        BOTH(one_that_cannot_expire_holds_nobody_up),
    };
    return cmocka_run_group_tests_name("quote: from request to order", tests, NULL, NULL);
}
