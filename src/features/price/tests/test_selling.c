/* Where a shop sells, set up through the pages without script, changed and read as JSON; other
 * shops' zones are as if they were not there. */
#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/session.h"
#include "core/testing.h"
#include "price/price.h"
#include "price/price_selling.h"

struct world {
    struct testing t;
    struct account_id owner, other;
    struct shop shop, foreign;
    struct variant_id bowl;
};

static const struct err *make_people(struct turn *t, void *arg)
{
    struct world *x = arg;
    TRY(account_guest_make(t, S("Mara"), S("en"), &x->owner));
    return account_guest_make(t, S("Tom"), S("en"), &x->other);
}

static const struct err *make_shop(struct turn *t, const char *word, str country, str currency,
                                   struct shop *ret)
{
    struct id_text tail = id_format(turn_new_id(t));
    struct shop_new n = {.name = S("Clay"), .currency = currency, .country = country,
                         .shipping_minor = 490};
    struct shop_id id;
    TRY(str_fmt(t->arena, &n.handle, "%s-%s", word, tail.text));
    TRY(shop_create(t, &n, &id));
    return shop_get(t->tx, t->arena, id, ret);
}

static const struct err *make_shops(struct turn *t, void *arg)
{
    struct world *x = arg;
    struct variant_input one = {
        .price_minor = 2400, .requires_shipping = true, .is_taxable = true};
    struct product_input in = {
        .title = S("Moon bowl"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(make_shop(t, "clay", S("NL"), S("EUR"), &x->shop));
    TRY(catalog_save(t, x->shop.id, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, x->shop.id, id, &made));
    x->bowl = made.variants[0].id;
    return NULL;
}

static const struct err *make_foreign(struct turn *t, void *arg)
{
    return make_shop(t, "yen", S("JP"), S("JPY"), &((struct world *)arg)->foreign);
}

static void open_world(struct world *x, enum db_engine engine)
{
    testing_open(&x->t, engine, app_features, app_feature_count);
    testing_turn(&x->t, (struct account_id){0}, make_people, x);
    testing_turn(&x->t, x->owner, make_shops, x);
    testing_turn(&x->t, x->other, make_foreign, x);
}

static void close_world(struct world *x)
{
    testing_drain(&x->t);
    testing_verify(&x->t);
    testing_close(&x->t);
}

struct sign_in {
    struct account_id account;
    str token;
};
static const struct err *sign_in_turn(struct turn *t, void *arg)
{
    struct sign_in *s = arg;
    struct session_id session;
    return session_create(t, s->account, S("test"), &session, &s->token);
}

static struct testing_browser reader(struct world *x, struct account_id account)
{
    struct sign_in s = {.account = account};
    struct testing_browser b = {.testing = &x->t, .cookie_count = 1};
    testing_turn(&x->t, account, sign_in_turn, &s);
    b.cookie_names[0] = S("mp");
    b.cookie_values[0] = s.token;
    return b;
}

PRINTF_LIKE(3, 4)
static const char *path(struct world *x, const struct shop *shop, const char *fmt, ...)
{
    struct strbuf sb;
    str s;
    va_list args;
    const char *c;
    strbuf_init(&sb, &x->t.arena, KiB(4));
    if (shop != NULL)
        strbuf_addf(&sb, "/console/%.*s/selling", STR_ARG(shop->handle));
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    testing_must(strbuf_finish(&sb, &s));
    testing_must(str_to_c(&x->t.arena, s, &c));
    return c;
}

static const char *with_token(struct world *x, struct testing_browser *b, const char *page,
                              const char *fields)
{
    struct testing_answer r = testing_get(b, page);
    str token = testing_field(&r, "csrf");
    return path(x, NULL, "csrf=%.*s&%s", STR_ARG(token), fields);
}

static bool says(const struct testing_answer *r, const char *words)
{
    return str_find(r->body, str_c(words)) >= 0;
}

static struct delivery_zone *zones_of(struct world *x, const struct shop *shop, size_t *ret_count)
{
    struct delivery_zone *zones;
    struct tx *tx;
    testing_must(db_read_begin(x->t.platform->db, &x->t.arena, &tx));
    testing_must(delivery_zones(tx, &x->t.arena, shop->id, &zones, ret_count));
    db_read_end(tx);
    return zones;
}

static struct price_quote *quote(struct world *x, const char *country, const char *currency)
{
    struct price_want one = {x->bowl, 1};
    struct price_way way = {.country = str_c(country), .currency = str_c(currency)};
    struct price_quote *q;
    struct tx *tx;
    testing_must(db_read_begin(x->t.platform->db, &x->t.arena, &tx));
    testing_must(price_quote_way(tx, &x->t.arena, &x->shop, &one, 1, &way, &q));
    db_read_end(tx);
    return q;
}

static const char start_eu[] =
    "reach=eu&price_home=4.90&price_eu=9.90&price_world=19.90&pickup=1";

/* One answer sets up two zones and the suggested rates; the same form again changes nothing. */
static void one_answer_sets_up_a_shop(enum db_engine engine)
{
    struct world x;
    size_t count;
    open_world(&x, engine);
    struct testing_browser b = reader(&x, x.owner);
    const char *page = path(&x, &x.shop, "%s", "");
    struct testing_answer r = testing_get(&b, page);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "How far do you sell?") && says(&r, "To Netherlands only"));
    const char *form = with_token(&x, &b, page, start_eu);
    for (int i = 0; i < 2; i++)
        assert_int_equal(testing_post(&b, path(&x, &x.shop, "/start"), form).status, 303);
    struct delivery_zone *zones = zones_of(&x, &x.shop, &count);
    assert_int_equal(count, 2);
    assert_int_equal(zones[0].method_count, 2);
    assert_true(str_find(zones[1].countries, S(" DE ")) >= 0);
    assert_true(str_find(zones[1].countries, S(" NL ")) < 0);
    r = testing_get(&b, path(&x, &x.shop, "?to=DE"));
    assert_true(says(&r, "Moon bowl") && says(&r, "€33.90") && says(&r, "€5.41"));
    r = testing_get(&b, path(&x, &x.shop, "?to=BR"));
    assert_true(says(&r, "You do not send there."));
    assert_int_equal(quote(&x, "DE", "")->tax_minor, 541); /* 33.90 * 19 / 119 = 5.4126 */
    assert_true(quote(&x, "BR", "")->is_unreachable);
    assert_int_equal(quote(&x, "NL", "")->shipping_minor, 490); /* not sent to the shop unasked */
    close_world(&x);
}

static const char zone_form[] =
    "name=Neighbours&country=BE&country=DE&add=LU&m0_name=Parcel&m0_kind=weight"
    "&m0_steps=1000+%3D+4.90%0A5000+%3D+8.90&m0_volume_divisor=5000&m0_days_from=2&m0_days_to=4"
    "&m1_name=Express&m1_kind=flat&m1_price=14.90&do=save";

static void zones_are_made_and_changed_in_one_form(enum db_engine engine)
{
    struct world x;
    size_t count;
    open_world(&x, engine);
    struct testing_browser b = reader(&x, x.owner), stranger = reader(&x, x.other);
    const char *fresh = path(&x, &x.shop, "/zones/new");
    struct testing_answer r = testing_post(&b, fresh, with_token(&x, &b, fresh, zone_form));
    assert_int_equal(r.status, 303);
    struct delivery_zone *zones = zones_of(&x, &x.shop, &count);
    assert_int_equal(count, 1);
    assert_str_equal(zones[0].countries, " BE DE LU ");
    assert_int_equal(zones[0].methods[0].step_count, 2);
    assert_int_equal(zones[0].methods[0].days_to, 4);
    struct id_text id = id_format(zones[0].id.v);
    const char *one = path(&x, &x.shop, "/zones/%s", id.text);
    r = testing_get(&b, one);
    assert_true(says(&r, "1000 = 4.90") && says(&r, "Luxembourg"));
    /* Wrong steps come back as they were typed. */
    r = testing_post(&b, one, with_token(&x, &b, one,
                                         "name=N&country=DE&m0_name=P&m0_kind=weight"
                                         "&m0_steps=5000+%3D+1%0A1000+%3D+2&do=save"));
    assert_int_equal(r.status, 422);
    assert_true(says(&r, "Steps grow from line to line") && says(&r, "5000 = 1"));
    /* A country stands in one zone only; nobody reaches another shop's zone. */
    r = testing_post(&b, fresh, with_token(&x, &b, fresh, "name=Again&country=DE&do=save"));
    assert_true(r.status == 422 && says(&r, "DE is in another zone already"));
    assert_int_equal(testing_get(&stranger, one).status, 404);
    const char *theirs = path(&x, &x.foreign, "/zones/%s", id.text);
    assert_int_equal(testing_get(&stranger, theirs).status, 404);
    const char *form = with_token(&x, &stranger, path(&x, &x.foreign, "%s", ""), "do=save");
    assert_int_equal(
        testing_post(&stranger, path(&x, &x.foreign, "/zones/%s/remove", id.text), form).status,
        303);
    (void)zones_of(&x, &x.shop, &count);
    assert_int_equal(count, 1);
    close_world(&x);
}

static void taxes_and_currencies_are_the_shops_to_fill(enum db_engine engine)
{
    struct world x;
    open_world(&x, engine);
    struct testing_browser b = reader(&x, x.owner);
    const char *tax = path(&x, &x.shop, "/tax"), *money = path(&x, &x.shop, "/currencies");
    struct testing_answer r = testing_post(&b, tax, with_token(&x, &b, tax, "do=eu"));
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "suggested, as of 2025-09-01") && says(&r, "25.5"));
    r = testing_post(&b, tax,
                     with_token(&x, &b, tax,
                                "r_country=DE&r_region=&r_day=2025-09-01&r_standard=19&r_reduced=7"
                                "&r_how=in&add=US&add_region=CA&add_standard=7.25&add_how=add"
                                "&rounding=line&ioss_number=&ioss_limit=&vat_id="));
    assert_int_equal(r.status, 303);
    r = testing_get(&b, tax);
    assert_true(says(&r, "7.25") && says(&r, "suggested, as of"));
    r = testing_post(&b, tax, with_token(&x, &b, tax, "rounding=order&ioss_number=IM12"));
    assert_true(r.status == 422 && says(&r, "An IOSS number is IM and ten digits"));
    r = testing_post(
        &b, money,
        with_token(&x, &b, money,
                   "code=usd&rate=1.0837&rounding=90&code=JPY&rate=161,25&rounding=ten"));
    assert_int_equal(r.status, 303);
    assert_int_equal(quote(&x, "NL", "USD")->goods_minor, 2690); /* 24.00 * 1.0837 = 26.0088 */
    assert_int_equal(quote(&x, "NL", "JPY")->goods_minor, 3870);
    assert_string_equal(quote(&x, "NL", "GBP")->currency.code, "EUR");
    r = testing_post(&b, money, with_token(&x, &b, money, "code=USD&rate=0&rounding=90"));
    assert_true(r.status == 422 && says(&r, "Please check the rate of USD"));
    close_world(&x);
}

ON_BOTH(one_answer_sets_up_a_shop)
ON_BOTH(zones_are_made_and_changed_in_one_form)
ON_BOTH(taxes_and_currencies_are_the_shops_to_fill)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(one_answer_sets_up_a_shop),
        BOTH(zones_are_made_and_changed_in_one_form),
        BOTH(taxes_and_currencies_are_the_shops_to_fill),
    };
    return cmocka_run_group_tests_name("selling", tests, NULL, NULL);
}
