/* The way of a buyer and of a merchant through the pages, without script, and the same commands as
 * JSON. */
#include "fixture.h"

#include "core/session.h"
#include "test_payment/test_payment.h"

static const char party[] =
    "email=nina%40example.org&country=NL&name=Nina+Alves&line1=Dam+1&city=Amsterdam"
    "&postcode=1012JS";

struct sign_in {
    struct account_id account;
    str token;
};
static const struct err *sign_in_turn(struct turn *t, void *arg)
{
    struct sign_in *x = arg;
    struct session_id session;
    return session_create(t, x->account, S("test"), &session, &x->token);
}

static struct testing_browser caller(struct fixture *f, struct account_id account)
{
    struct sign_in x = {.account = account};
    testing_turn(&f->t, account, sign_in_turn, &x);
    return (struct testing_browser){.testing = &f->t, .bearer = x.token};
}

static struct testing_browser reader(struct fixture *f, struct account_id account)
{
    struct testing_browser b = {.testing = &f->t, .cookie_count = 1};
    b.cookie_names[0] = S("mp");
    b.cookie_values[0] = caller(f, account).bearer;
    return b;
}

PRINTF_LIKE(2, 3)
static const char *text(struct fixture *f, const char *fmt, ...)
{
    struct strbuf sb;
    str s;
    va_list args;
    const char *c;
    strbuf_init(&sb, &f->t.arena, KiB(4));
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    testing_must(strbuf_finish(&sb, &s));
    testing_must(str_to_c(&f->t.arena, s, &c));
    return c;
}

static bool says(const struct testing_answer *r, const char *words)
{
    return str_find(r->body, str_c(words)) >= 0;
}

static const char *path_of(struct fixture *f, const struct testing_answer *r)
{
    assert_false(str_is_absent(r->location));
    return text(f, "%.*s", STR_ARG(r->location));
}

/* Fills in the checkout of one suit; gives the answer to its form. */
static struct testing_answer check_out(struct fixture *f, struct testing_browser *b,
                                       const char *more)
{
    struct id_text suit = id_format(f->suit.v);
    struct testing_answer page =
        testing_get(b, text(f, "/checkout/%.*s?v=%s&q=1", STR_ARG(f->handle), suit.text));
    assert_int_equal(page.status, 200);
    str key = testing_field(&page, "key"), total = testing_field(&page, "total");
    assert_str_equal(total, "5395");
    const char *form =
        text(f, "key=%.*s&total=5395&v=%s&q=1&%s%s", STR_ARG(key), suit.text, party, more);
    struct testing_answer answer =
        testing_post(b, text(f, "/checkout/%.*s", STR_ARG(f->handle)), form);
    struct testing_answer again =
        testing_post(b, text(f, "/checkout/%.*s", STR_ARG(f->handle)), form);
    assert_int_equal(answer.status, 303);
    assert_int_equal(again.status, 303);
    assert_true(str_eq(answer.location, again.location)); /* sent twice: one order, one payment */
    return answer;
}

static void a_stranger_buys_without_an_account(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct testing_browser nina = {.testing = &f.t}, other = {.testing = &f.t};
    struct testing_answer r = testing_get(&nina, text(&f, "/s/%.*s/p/suit", STR_ARG(f.handle)));
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "Suit") && says(&r, "€49.00"));
    r = testing_post(&nina, text(&f, "/s/%.*s/p/suit", STR_ARG(f.handle)), "quantity=1&then=pay");
    assert_int_equal(r.status, 303);
    assert_true(str_starts(r.location, S("/checkout/")));
    r = check_out(&f, &nina, "");
    assert_true(str_starts(r.location, S("/pay/test/")));
    const char *pay = path_of(&f, &r);
    r = testing_get(&other, text(&f, "%.*s", (int)(strchr(pay, '?') - pay), pay));
    assert_int_equal(r.status, 404); /* without its signature */
    r = testing_get(&nina, pay);
    assert_true(says(&r, "play money") && says(&r, "€53.95"));
    str sig = testing_field(&r, "sig");
    r = testing_post(&nina, text(&f, "%.*s", (int)(strchr(pay, '?') - pay), pay),
                     text(&f, "sig=%.*s&decision=pay&remember=1&card=4242", STR_ARG(sig)));
    assert_int_equal(r.status, 303);
    const char *order = path_of(&f, &r);
    r = testing_get(&nina, order);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "Thank you, Nina.") && says(&r, "nina@example.org"));
    assert_int_equal(testing_get(&other, order).status, 404);
    testing_drain(&f.t);
    assert_int_equal(fixture_left(&f), SHELF - 1);
    r = testing_get(&nina, "/me/orders");
    assert_true(says(&r, "Suit"));
    r = check_out(&f, &nina, "&saved=1"); /* the second time: one tap */
    assert_true(str_starts(r.location, S("/o/")));
    r = testing_get(&nina, path_of(&f, &r));
    assert_true(says(&r, "Thank you, Nina."));
    assert_int_equal(fixture_left(&f), SHELF - 2);
    fixture_close(&f);
}

static void mistakes_are_answered_in_words(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct testing_browser nina = {.testing = &f.t};
    struct id_text suit = id_format(f.suit.v);
    const char *checkout = text(&f, "/checkout/%.*s", STR_ARG(f.handle));
    struct testing_answer r =
        testing_post(&nina, checkout,
                     text(&f,
                          "key=k1&total=5395&v=%s&q=1&email=nobody&country=NL"
                          "&name=%%3Cscript%%3E&line1=Dam+1&city=Amsterdam&postcode=1012JS",
                          suit.text));
    assert_int_equal(r.status, 422);
    assert_true(says(&r, "Please check the e-mail address") && says(&r, "&lt;script&gt;") &&
                !says(&r, "<script>"));
    r = testing_post(&nina, checkout, text(&f, "key=k2&total=1&v=%s&q=1&%s", suit.text, party));
    assert_int_equal(r.status, 409);
    assert_true(says(&r, "The total changed") && says(&r, "€53.95"));
    r = testing_post(&nina, checkout,
                     text(&f, "key=k3&total=%d&v=%s&q=11&%s", 11 * 4900 + 495, suit.text, party));
    assert_int_equal(r.status, 409);
    assert_true(says(&r, "Only 10 left"));
    r = testing_post(&nina, checkout,
                     text(&f, "key=k4&do=country&total=0&v=%s&q=1&country=US&email=x", suit.text));
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "State"));
    assert_int_equal(fixture_left(&f), SHELF);
    fixture_close(&f);
}

static void a_declined_card_may_try_again(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct testing_browser nina = {.testing = &f.t};
    struct testing_answer r = check_out(&f, &nina, "");
    const char *pay = path_of(&f, &r);
    r = testing_get(&nina, pay);
    str sig = testing_field(&r, "sig");
    r = testing_post(&nina, text(&f, "%.*s", (int)(strchr(pay, '?') - pay), pay),
                     text(&f, "sig=%.*s&decision=pay&card=0002", STR_ARG(sig)));
    const char *order = path_of(&f, &r);
    r = testing_get(&nina, order);
    assert_true(says(&r, "declined") && says(&r, "Pay €53.95"));
    str key = testing_field(&r, "key");
    r = testing_post(&nina, text(&f, "%s/pay", order), text(&f, "key=%.*s", STR_ARG(key)));
    assert_true(str_starts(r.location, S("/pay/test/")));
    fixture_close(&f);
}

/* The bank answers after the order has expired: while the goods are there, they are hers. */
static void a_slow_bank_is_waited_for(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct testing_browser nina = {.testing = &f.t};
    struct testing_answer r = check_out(&f, &nina, "");
    const char *pay = path_of(&f, &r);
    r = testing_get(&nina, pay);
    str sig = testing_field(&r, "sig");
    r = testing_post(&nina, text(&f, "%.*s", (int)(strchr(pay, '?') - pay), pay),
                     text(&f, "sig=%.*s&decision=pay&card=0044", STR_ARG(sig)));
    const char *order = path_of(&f, &r);
    r = testing_get(&nina, order);
    assert_true(says(&r, "We are asking your bank") && says(&r, "Try again: pay €53.95"));
    testing_advance(&f.t, TEST_PAYMENT_LATE_MS - 1000);
    testing_drain(&f.t);
    r = testing_get(&nina, order);
    assert_true(says(&r, "Nobody paid in time"));
    assert_true(says(&r, "What you had ordered") && !says(&r, "What you get") &&
                !says(&r, "Dam 1")); /* nothing goes there any more */
    assert_int_equal(fixture_left(&f), SHELF);
    testing_advance(&f.t, 3000);
    testing_drain(&f.t);
    r = testing_get(&nina, order);
    assert_true(says(&r, "Thank you, Nina."));
    assert_int_equal(fixture_left(&f), SHELF - 1);
    fixture_close(&f);
}

static void carts_hold_things_shop_by_shop(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct testing_browser nina = {.testing = &f.t};
    struct testing_answer r = testing_get(&nina, "/cart");
    assert_true(says(&r, "Your cart is empty"));
    r = testing_post(&nina, text(&f, "/s/%.*s/p/suit", STR_ARG(f.handle)), "quantity=2&then=cart");
    assert_int_equal(r.status, 303);
    r = testing_get(&nina, "/cart");
    assert_true(says(&r, "Suit") && says(&r, "€98.00"));
    struct id_text shop = id_format(f.shop.v), suit = id_format(f.suit.v),
                   foreign = id_format(f.foreign.v);
    static const char *const bad[] = {
        "-1", "1.5", "2147483648", "9223372036854775808", "1e3", "%EF%BC%91", ""};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(
            testing_post(&nina, "/cart",
                         text(&f, "shop=%s&variant=%s&quantity=%s", shop.text, suit.text, bad[i]))
                .status,
            422);
    assert_int_equal(
        testing_post(&nina, "/cart",
                     text(&f, "shop=%s&variant=%s&quantity=1", foreign.text, suit.text))
            .status,
        404);
    r = testing_get(&nina, "/cart");
    assert_true(says(&r, "€98.00"));
    r = testing_post(&nina, "/cart", text(&f, "shop=%s&variant=%s&remove=1", shop.text, suit.text));
    assert_int_equal(r.status, 303);
    r = testing_get(&nina, "/cart");
    assert_true(says(&r, "Your cart is empty"));
    r = testing_get(&nina, text(&f, "/checkout/%.*s", STR_ARG(f.handle)));
    assert_str_equal(r.location, "/cart");
    r = testing_get(&nina, "/cart");
    ptrdiff_t at = str_find(r.body, S("Your cart is empty"));
    assert_true(at >= 0 && str_find(str_from(r.body, (size_t)at + 1), S("Your cart is")) < 0);
    fixture_close(&f);
}

static void the_shop_sees_and_acts(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct order_id id = fixture_order(&f, "a", 1), other = fixture_order(&f, "b", 1);
    fixture_pay(&f, id, "p");
    testing_drain(&f.t);
    struct testing_browser mara = reader(&f, f.owner), tom = reader(&f, f.other),
                           program = caller(&f, f.owner);
    struct id_text text_id = id_format(id.v), other_id = id_format(other.v);
    const char *list = text(&f, "/console/%.*s/orders", STR_ARG(f.handle));
    const char *one = text(&f, "%s/%s", list, text_id.text);
    struct testing_answer r = testing_get(&mara, list);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "Nina Alves") && says(&r, "1001") && says(&r, "1002"));
    r = testing_get(&mara, text(&f, "%s?state=open", list));
    assert_true(says(&r, other_id.text) && !says(&r, text_id.text));
    r = testing_get(&mara, text(&f, "%s?q=1001", list));
    assert_true(says(&r, text_id.text) && !says(&r, other_id.text));
    r = testing_get(&mara, text(&f, "%s?q=NINA%%40example.org", list));
    assert_true(says(&r, text_id.text) && says(&r, other_id.text));
    assert_int_equal(testing_get(&tom, list).status, 404);
    assert_int_equal(testing_get(&tom, one).status, 404);
    r = testing_get(&mara, one);
    assert_true(says(&r, "Dam 1") && says(&r, "Payment provider") && says(&r, "Mark as shipped"));
    const char *api = text(&f, "/api/v1/console/%.*s/orders/%s", STR_ARG(f.handle), text_id.text);
    r = testing_api(&program, HTTP_POST, text(&f, "%s/ship", api), "{\"tracking\":\"3S 1\"}", NULL);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "\"fulfilment\":\"shipped\""));
    r = testing_api(&program, HTTP_POST, text(&f, "%s/refunds", api), "{\"amount\":\"10.00\"}",
                    NULL);
    assert_int_equal(r.status, 400);
    for (int i = 0; i < 2; i++) {
        r = testing_api(&program, HTTP_POST, text(&f, "%s/refunds", api), "{\"amount\":\"10.00\"}",
                        "r1");
        assert_int_equal(r.status, 200);
        assert_true(says(&r, "\"refunded\":{\"amount\":\"10.00\",\"minor\":1000"));
    }
    r = testing_api(&program, HTTP_POST, text(&f, "%s/refunds", api), "{\"amount\":\"43.96\"}",
                    "r2");
    assert_int_equal(r.status, 409);
    fixture_close(&f);
}

static void json_places_pays_and_repeats(enum db_engine engine)
{
    struct fixture f;
    fixture_open(&f, engine);
    struct testing_browser nina = caller(&f, f.buyer), tom = caller(&f, f.other);
    struct id_text suit = id_format(f.suit.v);
    const char *orders = text(&f, "/api/v1/shops/%.*s/orders", STR_ARG(f.handle));
    const char *body = text(
        &f,
        "{\"lines\":[{\"variant\":\"%s\",\"quantity\":2}],\"email\":\"nina@example.org\","
        "\"name\":\"Nina\",\"line1\":\"Dam 1\",\"city\":\"Amsterdam\",\"postcode\":\"1012 JS\","
        "\"country\":\"NL\",\"price\":1,\"total\":1,\"status\":\"paid\","
        "\"answers\":[{\"question\":\"Engrave\",\"answer\":\"N\"}]}",
        suit.text);
    assert_int_equal(testing_api(&nina, HTTP_POST, orders, body, NULL).status, 400);
    struct testing_answer first = testing_api(&nina, HTTP_POST, orders, body, "k1");
    assert_int_equal(first.status, 201);
    assert_true(
        says(&first, "\"total\":{\"amount\":\"102.95\",\"minor\":10295,\"currency\":\"EUR\"}"));
    assert_true(says(&first, "\"payment\":\"unpaid\""));
    struct testing_answer again = testing_api(&nina, HTTP_POST, orders, body, "k1");
    assert_true(str_eq(first.body, again.body));
    const char *bad = text(
        &f, "{\"lines\":[{\"variant\":\"%s\",\"quantity\":1.5}],\"email\":\"n@e.org\"}", suit.text);
    assert_int_equal(testing_api(&nina, HTTP_POST, orders, bad, "k2").status, 400);
    assert_int_equal(testing_api(&nina, HTTP_POST, orders, bad, "k1").status, 400);
    str id = str_sub(first.body, sizeof "{\"id\":\"" - 1, ID_TEXT_LEN);
    const char *one = text(&f, "/api/v1/orders/%.*s", STR_ARG(id));
    assert_int_equal(testing_api(&nina, HTTP_GET, one, NULL, NULL).status, 200);
    assert_int_equal(testing_api(&tom, HTTP_GET, one, NULL, NULL).status, 404);
    assert_int_equal(testing_api(&tom, HTTP_POST, text(&f, "%s/payments", one), "{}", "p1").status,
                     404);
    struct testing_answer paid =
        testing_api(&nina, HTTP_POST, text(&f, "%s/payments", one), "{}", "p1");
    assert_true(says(&paid, "\"step\":\"redirect\"") && says(&paid, "/pay/test/"));
    struct testing_answer same =
        testing_api(&nina, HTTP_POST, text(&f, "%s/payments", one), "{}", "p1");
    assert_true(str_eq(paid.body, same.body));
    fixture_close(&f);
}

ON_BOTH(a_stranger_buys_without_an_account)
ON_BOTH(mistakes_are_answered_in_words)
ON_BOTH(a_declined_card_may_try_again)
ON_BOTH(a_slow_bank_is_waited_for)
ON_BOTH(carts_hold_things_shop_by_shop)
ON_BOTH(the_shop_sees_and_acts)
ON_BOTH(json_places_pays_and_repeats)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_stranger_buys_without_an_account), BOTH(mistakes_are_answered_in_words),
        BOTH(a_declined_card_may_try_again),      BOTH(a_slow_bank_is_waited_for),
        BOTH(carts_hold_things_shop_by_shop),     BOTH(the_shop_sees_and_acts),
        BOTH(json_places_pays_and_repeats),
    };
    return cmocka_run_group_tests_name("order: pages", tests, NULL, NULL);
}
