/* The console's pages of pools and the API: figures open their lists with the same sums, forms say
 * what is wrong, hostile words stay words, another tenant's ids do not exist. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "account/account.h"
#include "app/features.h"
#include "core/session.h"
#include "core/testing.h"
#include "pool/pool.h"
#include "shop/shop.h"

static const enum db_engine engines[] = {DB_SQLITE, DB_POSTGRES};

#define PHONE                                                                                  \
    "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 " \
    "(KHTML, like Gecko) "                                                                     \
    "Version/17.5 Mobile/15E148 Safari/604.1\r\nAccept-Language: nl\r\nAccept: text/html\r\n"

struct tenant {
    struct account_id owner;
    struct shop_id shop;
    struct pool_id pool;
    str handle, token, code;
    struct link_id link;
    struct testing_browser browser;
};
struct world {
    struct testing t;
    struct tenant mine, other;
};

static const struct err *make_tenant(struct turn *t, void *arg)
{
    struct tenant *x = arg;
    struct account_new owner = {.name = S("Ines"), .language = S("en")};
    struct session_id session;
    TRY(account_create(t, &owner, &x->owner));
    t->actor = x->owner;
    TRY(str_fmt(t->arena, &x->handle, "p%lld", (long long)(x->owner.v % 100000000007)));
    struct shop_new n = {.handle = x->handle,
                         .name = S("Tidemark"),
                         .currency = S("EUR"),
                         .language = S("en"),
                         .country = S("NL"),
                         .zone = S("Europe/Amsterdam"),
                         .contact_email = S("a@tide.example"),
                         .accent = S("water")};
    TRY(shop_create(t, &n, &x->shop));
    TRY(session_create(t, x->owner, S("test"), &session, &x->token));
    TRY(pool_ensure(t, x->shop, S("fair"), S("Fair <b>flyers</b>"), &x->pool));
    return pool_link_make(t, x->shop, x->pool, S("/explore"), S("\"><script>"), &x->link, &x->code);
}

static void open_tenant(struct world *w, struct tenant *x)
{
    testing_turn(&w->t, (struct account_id){0}, make_tenant, x);
    testing_must(str_dup(&w->t.arena, x->handle, &x->handle));
    testing_must(str_dup(&w->t.arena, x->token, &x->token));
    testing_must(str_dup(&w->t.arena, x->code, &x->code));
    x->browser = (struct testing_browser){.testing = &w->t, .bearer = x->token, .cookie_count = 1};
    x->browser.cookie_names[0] = S("mp");
    x->browser.cookie_values[0] = x->token;
}

static bool shows(const struct testing_answer *a, const char *words)
{
    return str_find(a->body, str_c(words)) >= 0;
}

/* "/console/HANDLE" + `middle`, with %s in `middle` as the id. */
static const char *path_of(const char *prefix, const struct tenant *of, const char *middle,
                           int64_t id, const char *end)
{
    static char path[300];
    struct id_text text = id_format(id);
    (void)snprintf(path, sizeof path, "%s/console/%.*s%s%s%s", prefix, STR_ARG(of->handle), middle,
                   id == 0 ? "" : text.text, end);
    return path;
}

struct placing {
    struct tenant *tenant;
    int64_t order_id, minor, back;
    struct visitor_id visitor;
};

static const struct err *place(struct turn *t, void *arg)
{
    const struct placing *p = arg;
    struct pool_order o = {.shop_id = p->tenant->shop,
                           .order_id = p->order_id,
                           .total = {p->minor, {"EUR"}},
                           .visitor_id = p->visitor,
                           .channel = S("site")};
    struct pool_id got;
    TRY(pool_attribute_order(t, &o, &got));
    TRY(pool_attribute_order(t, &o, &got)); /* once more changes nothing */
    TRY(pool_order_money(t, o.shop_id, o.order_id, p->minor, "paid"));
    return pool_order_money(t, o.shop_id, o.order_id, -p->back, "refunded");
}

static void buy_over_link(struct world *w)
{
    struct testing_browser b = {.testing = &w->t};
    char path[40];
    (void)snprintf(path, sizeof path, "/l/%.*s", STR_ARG(w->mine.code));
    struct testing_answer a = testing_request(&b, "GET", path, PHONE, STR_NONE);
    assert_int_equal(a.status, 303);
    assert_true(str_eq(a.location, S("/explore")));
    struct placing p = {.tenant = &w->mine,
                        .order_id = id_next(w->t.platform->ids, clock_now_ms(w->t.platform->clock)),
                        .minor = 123456,
                        .back = 3456};
    for (size_t i = 0; i < b.cookie_count; i++) {
        str rest = b.cookie_values[i];
        if (str_eq(b.cookie_names[i], S("mpv")))
            assert_true(id_parse(str_cut(&rest, '.'), &p.visitor.v));
    }
    testing_turn(&w->t, (struct account_id){0}, place, &p);
    testing_must(pool_visit_flush(w->t.platform, &w->t.arena));
}

static void check_pages(struct world *w)
{
    struct tenant *x = &w->mine;
    struct testing_answer a = testing_get(&x->browser, path_of("", x, "/pools", 0, ""));
    assert_int_equal(a.status, 200);
    assert_true(shows(&a, "Fair &lt;b&gt;flyers&lt;/b&gt;"));
    assert_false(shows(&a, "<b>flyers"));
    assert_true(shows(&a, "€1,200.00"));
    a = testing_get(&x->browser, path_of("", x, "/pools/", x->pool.v, ""));
    assert_int_equal(a.status, 200);
    assert_false(shows(&a, "\"><script>"));
    a = testing_get(&x->browser, path_of("", x, "/pools/", x->pool.v, "/orders"));
    assert_true(shows(&a, "1 order: €1,234.56 paid, €34.56 refunded"));
    a = testing_get(&x->browser, path_of("", x, "/pools/all/orders", 0, "?days=1"));
    assert_true(shows(&a, "1 order: €1,234.56 paid, €34.56 refunded"));
    a = testing_get(&x->browser, path_of("", x, "/pools/", x->pool.v, "/visits?people=1"));
    assert_true(shows(&a, "1 person, visits: 1"));
    assert_true(shows(&a, "Shows intent"));
    assert_int_equal(
        testing_get(&x->browser, path_of("", x, "/pools/", x->pool.v, "/leads")).status, 200);
    assert_int_equal(testing_get(&x->browser, path_of("", x, "/links/", x->link.v, "/qr")).status,
                     200);
    a = testing_get(&x->browser, path_of("", x, "/links/", x->link.v, "/qr.svg"));
    assert_true(str_starts(a.body, S("<svg")) || shows(&a, "<svg"));
    a = testing_get(&x->browser, path_of("", x, "", 0, ""));
    assert_int_equal(a.status, 200);
    assert_true(shows(&a, "€1,200.00"));
}

static void check_forms(struct world *w)
{
    struct tenant *x = &w->mine;
    struct testing_answer a = testing_post(&x->browser, path_of("", x, "/pools", 0, ""), "name=+");
    assert_int_equal(a.status, 422);
    a = testing_post(&x->browser, path_of("", x, "/pools", 0, ""), "name=Instagram+Stories");
    assert_int_equal(a.status, 303);
    struct testing_answer again =
        testing_post(&x->browser, path_of("", x, "/pools", 0, ""), "name=instagram-stories");
    assert_true(str_eq(a.location, again.location)); /* the same pool, not a second one */
    a = testing_post(&x->browser, path_of("", x, "/pools/", x->pool.v, "/links"),
                     "target_path=https://evil.example/&label=x");
    assert_int_equal(a.status, 422);
    assert_true(shows(&a, "A link leads to a page of this site"));
    a = testing_post(&x->browser, path_of("", x, "/pools/", x->pool.v, "/links"),
                     "target_path=http://pond.test/s/tide&label=x");
    assert_int_equal(a.status, 303);
    a = testing_api(&x->browser, HTTP_GET, path_of("/api/v1", x, "/pools/", x->pool.v, "/links"),
                    NULL, NULL);
    assert_true(shows(&a, "\"target_path\":\"/s/tide\""));
    a = testing_api(&x->browser, HTTP_POST, path_of("/api/v1", x, "/pools/", x->pool.v, "/links"),
                    "{\"target_path\":\"/explore\"}", NULL);
    assert_int_equal(a.status, 201);
    a = testing_api(&x->browser, HTTP_GET, path_of("/api/v1", x, "/pools/all/orders", 0, ""), NULL,
                    NULL);
    assert_true(shows(&a, "1234.56"));
}

static void check_tenants(struct world *w)
{
    struct tenant *mine = &w->mine, *other = &w->other;
    static const char *const ends[] = {"", "/orders", "/visits", "/leads"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        assert_int_equal(
            testing_get(&mine->browser, path_of("", mine, "/pools/", other->pool.v, ends[i]))
                .status,
            404);
        assert_int_equal(
            testing_get(&other->browser, path_of("", mine, "/pools/", mine->pool.v, ends[i]))
                .status,
            404);
    }
    assert_int_equal(
        testing_get(&mine->browser, path_of("", mine, "/links/", other->link.v, "/qr.svg")).status,
        404);
    assert_int_equal(testing_get(&other->browser, path_of("", mine, "", 0, "")).status, 404);
    assert_int_equal(testing_post(&mine->browser,
                                  path_of("", mine, "/pools/", other->pool.v, "/links"),
                                  "target_path=/explore")
                         .status,
                     404);
}

static void test_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(engines); i++) {
        struct world w = {0};
        if (!testing_has_engine(engines[i]))
            continue;
        testing_open(&w.t, engines[i], app_features, app_feature_count);
        open_tenant(&w, &w.mine);
        open_tenant(&w, &w.other);
        testing_drain(&w.t);
        buy_over_link(&w);
        check_pages(&w);
        check_forms(&w);
        check_tenants(&w);
        testing_close(&w.t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
