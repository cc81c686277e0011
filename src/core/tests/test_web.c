/* The edge: who may call what, sessions, CSRF, redirects, idempotency, errors. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "core/permission.h"
#include "core/session.h"
#include "sample_feature.h"

struct fixture {
    struct testing t;
    int64_t base; /* ids of this run, so that PostgreSQL's rows of earlier tests do not matter */
};

static struct fixture *open_on(enum db_engine engine, int rate_percent)
{
    static struct fixture f;
    sample_reset();
    struct testing_config config = {.engine = engine, .features = sample_features, .feature_count = 1, .texts = &texts,
                                    .rate_percent = rate_percent};
    testing_open_config(&f.t, &config);
    f.base = (int64_t)(rng_u64(&rng_system) % 100000) + 1;
    sample_shop.v = (int64_t)(rng_u64(&rng_system) >> 2);
    return &f;
}

static void each_engine(void (*test)(struct fixture *f))
{
    for (enum db_engine engine = DB_SQLITE; engine <= DB_POSTGRES; engine++)
        if (testing_has_engine(engine)) {
            struct fixture *f = open_on(engine, 0);
            test(f);
            testing_close(&f->t);
        }
}

struct membership {
    struct account_id account;
    const char *role; /* NULL: remove */
};

static const struct err *member_turn(struct turn *t, void *arg)
{
    const struct membership *m = arg;
    if (m->role == NULL)
        return permission_member_remove(t, sample_shop, m->account);
    return permission_member_set(t, sample_shop, m->account, str_c(m->role));
}

static void set_member(struct fixture *f, int64_t account, const char *role)
{
    struct membership m = {{account}, role};
    testing_turn(&f->t, (struct account_id){0}, member_turn, &m);
}

/* ---- every row with every kind of caller ---- */

enum caller { NOBODY, GUEST, MEMBER, STRANGER_STAFF, VIEWER, STAFF, OWNER, OPERATOR, CALLERS };

static bool may_call(const struct route *r, enum caller caller)
{
    switch (r->who) {
    case WHO_ANYONE: case WHO_PROVIDER: return true;
    case WHO_ACCOUNT: return caller != NOBODY;
    case WHO_MEMBER: return caller != NOBODY && caller != GUEST;
    case WHO_OPERATOR: return caller == OPERATOR;
    case WHO_SHOP:
        return caller == OWNER || caller == STAFF || (caller == VIEWER && strcmp(r->permission, "order.read") == 0);
    case WHO_UNSET: case WHO_COUNT: break;
    }
    return false;
}

static int call(struct testing_browser *b, const struct route *r)
{
    char path[200];
    snprintf(path, sizeof path, "%s", r->path);
    char *hole = strstr(path, "{shop}");
    if (hole != NULL) {
        char rest[100];
        snprintf(rest, sizeof rest, "%s", hole + 6);
        snprintf(hole, sizeof path - (size_t)(hole - path), "reef%s", rest);
    }
    if (r->csrf == CSRF_API || strncmp(path, "/api/", 5) == 0)
        return testing_api(b, r->method, path, r->method == HTTP_POST ? "{\"quantity\":1}" : NULL, "k").status;
    return r->method == HTTP_POST ? testing_post(b, path, "text=hi&account=5").status : testing_get(b, path).status;
}

static void matrix(struct fixture *f)
{
    int64_t members = SAMPLE_MEMBERS + f->base;
    const int64_t accounts[CALLERS] = {0, f->base, members, members + 100000, members + 200000, members + 300000,
                                       members + 400000, SAMPLE_OPERATORS + f->base};
    set_member(f, accounts[OWNER], "owner");
    set_member(f, accounts[STAFF], "staff");
    set_member(f, accounts[VIEWER], "viewer");
    struct shop_id own = sample_shop;
    sample_shop.v++;
    set_member(f, accounts[STRANGER_STAFF], "owner");
    sample_shop = own;
    for (size_t row = 0; row < dispatch_route_count(f->t.dispatch); row++) {
        const struct route *r = dispatch_route(f->t.dispatch, row, NULL);
        for (enum caller c = NOBODY; c < CALLERS; c++) {
            struct testing_browser b = {.testing = &f->t};
            if (accounts[c] != 0)
                sample_sign_in(&b, accounts[c]);
            int status = call(&b, r);
            bool was_let_in = (status >= 200 && status < 300) || status == 500 || (status == 303 && r->method == HTTP_POST);
            if (was_let_in != may_call(r, c))
                fail_msg("%s caller %d: status %d", r->path, c, status);
            if (r->who == WHO_SHOP && c != NOBODY && !was_let_in)
                assert_int_equal(status, 404);
        }
    }
}

static void test_matrix(void **state)
{
    (void)state;
    each_engine(matrix);
}

static void foreign_shop(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS + f->base);
    struct testing_answer foreign = testing_get(&b, "/console/reef/orders");
    struct testing_answer missing = testing_get(&b, "/console/nowhere/orders");
    assert_int_equal(foreign.status, 404);
    assert_int_equal(missing.status, 404);
    assert_true(str_eq(foreign.body, missing.body));
}

static void test_foreign_shop_is_missing(void **state)
{
    (void)state;
    each_engine(foreign_shop);
}

static void removal(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    int64_t account = SAMPLE_MEMBERS + f->base;
    set_member(f, account + 1, "owner");
    set_member(f, account, "staff");
    sample_sign_in(&b, account);
    assert_int_equal(testing_get(&b, "/console/reef/orders").status, 200);
    set_member(f, account, NULL);
    assert_int_equal(testing_get(&b, "/console/reef/orders").status, 404);
}

static void test_removal_holds_at_next_request(void **state)
{
    (void)state;
    each_engine(removal);
}

static void last_owner(struct fixture *f)
{
    set_member(f, f->base, "owner");
    struct membership m = {{f->base}, NULL};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, member_turn, &m);
    assert_non_null(e);
    assert_string_equal(e->key, "member.last_owner");
    m.role = "staff";
    assert_non_null(turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, member_turn, &m));
    m.role = "wizard";
    e = turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, member_turn, &m);
    assert_string_equal(e->key, "member.unknown_role");
}

static void test_last_owner_stays(void **state)
{
    (void)state;
    each_engine(last_owner);
}

/* ---- sessions ---- */

static str cookie_of(const struct testing_browser *b, const char *name)
{
    for (size_t i = 0; i < b->cookie_count; i++)
        if (str_eq(b->cookie_names[i], str_c(name)))
            return b->cookie_values[i];
    return STR_NONE;
}

static void sessions(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, f->base);
    str first = cookie_of(&b, "mp");
    assert_true(first.len >= 22);
    struct testing_browser old = b;
    sample_sign_in(&b, SAMPLE_MEMBERS + f->base);
    assert_false(str_eq(first, cookie_of(&b, "mp")));
    assert_int_equal(testing_get(&b, "/me").status, 200);
    assert_int_equal(testing_get(&old, "/me").status, 303);     /* rotated: the old token is dead */
    struct testing_browser copy = b;
    assert_int_equal(testing_post(&b, "/sign-out", "").status, 303);
    assert_int_equal(testing_get(&copy, "/me").status, 303);    /* replay after log out */
    assert_int_equal(testing_api(&copy, HTTP_GET, "/api/v1/me", NULL, NULL).status, 401);
}

static void test_sessions_rotate_and_end(void **state)
{
    (void)state;
    each_engine(sessions);
}

static void fixation(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t, .cookie_names = {S("mp")}, .cookie_count = 1,
                                .cookie_values = {S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")}};
    assert_int_equal(testing_get(&b, "/me").status, 303);
    sample_sign_in(&b, f->base);
    assert_false(str_starts(cookie_of(&b, "mp"), S("AAAA")));
}

static void test_no_fixation(void **state)
{
    (void)state;
    each_engine(fixation);
}

static void expiry(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, f->base);
    const int64_t day_ms = (int64_t)24 * 3600 * 1000;
    for (int i = 0; i < 3; i++) {
        testing_advance(&f->t, 80 * day_ms);
        assert_int_equal(testing_get(&b, "/me").status, 200); /* slides */
    }
    testing_advance(&f->t, 91 * day_ms);
    assert_int_equal(testing_get(&b, "/me").status, 303);
}

static void test_expiry_slides(void **state)
{
    (void)state;
    each_engine(expiry);
}

static void cookie_flags(void **state)
{
    (void)state;
    for (int https = 0; https < 2; https++) {
        static struct testing t;
        struct testing_config config = {.engine = DB_SQLITE, .features = sample_features, .feature_count = 1, .texts = &texts,
                                        .base_url = https ? S("https://pond.test") : STR_NONE};
        testing_open_config(&t, &config);
        struct testing_browser b = {.testing = &t};
        struct testing_answer answer = testing_post(&b, "/sign-in", "account=5");
        str cookie = testing_header(&answer, "set-cookie");
        assert_true(str_starts(cookie, https ? S("__Host-mp=") : S("mp=")));
        assert_true(str_find(cookie, S("HttpOnly")) > 0);
        assert_true(str_find(cookie, S("SameSite=Lax")) > 0);
        assert_true(str_find(cookie, S("Path=/")) > 0);
        assert_int_equal(str_find(cookie, S("Secure")) > 0, https);
        testing_close(&t);
    }
}

static const struct err *list_turn(struct turn *t, void *arg)
{
    const struct account_id *account = arg;
    struct session_item *items = NULL;
    size_t count = 0;
    TRY(session_list(t->tx, t->arena, *account, t->now_ms, &items, &count));
    ASSERT(count == 3);
    TRY(session_revoke_others(t, *account, items[0].id));
    struct session_id kept = items[0].id;
    TRY(session_list(t->tx, t->arena, *account, t->now_ms, &items, &count));
    ASSERT(count == 1 && items[0].id.v == kept.v);
    const struct err *e = session_revoke(t, (struct account_id){account->v + 1}, kept);
    ASSERT(e != NULL && e->kind == ERR_NOT_FOUND);
    return session_revoke(t, *account, kept);
}

static void session_lists(struct fixture *f)
{
    struct account_id account = {SAMPLE_MEMBERS * 5 + f->base + (int64_t)(rng_u64(&rng_system) >> 20)};
    for (int i = 0; i < 3; i++) {
        struct testing_browser b = {.testing = &f->t};
        sample_sign_in(&b, account.v);
    }
    testing_turn(&f->t, account, list_turn, &account);
}

static void test_session_list_and_revoke(void **state)
{
    (void)state;
    each_engine(session_lists);
}

/* ---- guests and visitors ---- */

static void guests(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer answer = testing_post(&b, "/comment", "text=%23reef");
    assert_int_equal(answer.status, 303);
    assert_true(str_eq(answer.location, S("/done")));
    assert_int_equal(testing_get(&b, "/me").status, 200);
    assert_int_equal(testing_get(&b, "/member").status, 303);
    str token = cookie_of(&b, "mp");
    testing_post(&b, "/comment", "text=again");
    assert_true(str_eq(token, cookie_of(&b, "mp")));
}

static void test_guest_by_acting(void **state)
{
    (void)state;
    each_engine(guests);
}

static void test_visitor_cookie_is_signed(void **state)
{
    (void)state;
    struct fixture *f = open_on(DB_SQLITE, 0);
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer first = testing_get(&b, "/visitor"), again = testing_get(&b, "/visitor");
    assert_true(str_eq(first.body, again.body));
    struct testing_browser other = {.testing = &f->t};
    assert_false(str_eq(testing_get(&other, "/visitor").body, first.body));
    char forged[100];
    str cookie = cookie_of(&b, "mpv");
    snprintf(forged, sizeof forged, "%.*s", STR_ARG(cookie));
    forged[cookie.len - 1] = forged[cookie.len - 1] == 'A' ? 'B' : 'A';
    struct testing_browser thief = {.testing = &f->t, .cookie_names = {S("mpv")}, .cookie_values = {str_c(forged)},
                                    .cookie_count = 1};
    assert_false(str_eq(testing_get(&thief, "/visitor").body, first.body));
    testing_close(&f->t);
}

/* ---- CSRF (C-46) ---- */

#define FORM_TYPE "Content-Type: application/x-www-form-urlencoded\r\n"

static int post_with(struct testing_browser *b, const char *path, const char *headers, const char *body)
{
    return testing_request(b, "POST", path, headers, str_c(body)).status;
}

static void csrf_forms(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t}, other = {.testing = &f->t};
    sample_sign_in(&b, f->base);
    sample_sign_in(&other, f->base + 1);
    struct testing_answer page = testing_get(&b, "/form"), page2 = testing_get(&other, "/form");
    str token = testing_field(&page, "csrf"), foreign_token = testing_field(&page2, "csrf");
    assert_true(token.len >= 16);
    assert_false(str_eq(token, foreign_token));
    char good[200], bad[200];
    snprintf(good, sizeof good, "text=hi&csrf=%.*s", STR_ARG(token));
    snprintf(bad, sizeof bad, "text=hi&csrf=%.*s", STR_ARG(foreign_token));
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, good), 303);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, bad), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://pond.test\r\n", bad), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://pond.test\r\n", "text=hi"), 303);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://evil.test\r\n", good), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: null\r\n", good), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Origin: http://pond.test.evil.test\r\n", "text=hi"), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Sec-Fetch-Site: cross-site\r\n", good), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Sec-Fetch-Site: same-site\r\n", good), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE "Sec-Fetch-Site: same-origin\r\n", "text=hi"), 303);
    assert_int_equal(post_with(&b, "/comment", "Content-Type: text/plain\r\nSec-Fetch-Site: same-origin\r\n", "{}"), 415);
}

static void test_csrf_of_forms(void **state)
{
    (void)state;
    each_engine(csrf_forms);
}

static str confirm_token, confirm_fields;

static const struct err *confirm_page(struct web *w, const struct confirm_view *v)
{
    static char token[100], fields[200];
    snprintf(token, sizeof token, "%.*s", STR_ARG(v->token));
    confirm_token = str_c(token);
    int len = 0;
    for (size_t i = 0; i < v->field_count; i++)
        len += snprintf(fields + len, sizeof fields - (size_t)len, "%.*s=%.*s&", STR_ARG(v->fields[i].name),
                        STR_ARG(v->fields[i].value));
    confirm_fields = str_c(fields);
    http_response_body(w->rs, 200, "text/plain", S("was it you?"));
    return NULL;
}

static void test_form_without_origin_is_confirmed(void **state)
{
    (void)state;
    static struct testing t;
    sample_reset();
    struct testing_config config = {.engine = DB_SQLITE, .features = sample_features, .feature_count = 1, .texts = &texts,
                                    .pages = {.confirm = confirm_page}};
    testing_open_config(&t, &config);
    struct testing_browser b = {.testing = &t};
    struct testing_answer asked = testing_request(&b, "POST", "/comment", FORM_TYPE, S("text=hi"));
    assert_true(str_eq(asked.body, S("was it you?")));
    assert_int_equal(testing_get(&b, "/me").status, 303); /* nothing has happened */
    char again[300];
    snprintf(again, sizeof again, "%.*scsrf=%.*s", STR_ARG(confirm_fields), STR_ARG(confirm_token));
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, "text=hi&csrf=AAAAAAAAAAAAAAAAAAAAAA"), 403);
    assert_int_equal(post_with(&b, "/comment", FORM_TYPE, again), 303);
    struct testing_browser late = {.testing = &t};
    testing_advance(&t, 31 * 60 * 1000);
    assert_int_equal(post_with(&late, "/comment", FORM_TYPE, again), 403);
    testing_close(&t);
}

#define JSON_TYPE "Content-Type: application/json\r\n"

static void csrf_api(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer signed_in = testing_post(&b, "/sign-in", "account=5");
    const char *one = "{\"quantity\":1}", *path = "/api/v1/orders";
    str key = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 9, &key));
    char idem[100], lines[600];
    snprintf(idem, sizeof idem, "Idempotency-Key: %.*s\r\n", STR_ARG(key));
    snprintf(lines, sizeof lines, JSON_TYPE "%s", idem);
    assert_int_equal(post_with(&b, path, lines, one), 403);                    /* cookie, no proof of origin */
    snprintf(lines, sizeof lines, JSON_TYPE "%sOrigin: http://evil.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, one), 403);
    snprintf(lines, sizeof lines, "Content-Type: text/plain\r\n%sOrigin: http://pond.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, one), 415);
    snprintf(lines, sizeof lines, FORM_TYPE "%sOrigin: http://pond.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, "quantity=1"), 403);           /* a form to the API */
    snprintf(lines, sizeof lines, JSON_TYPE "%sOrigin: http://pond.test\r\n", idem);
    assert_int_equal(post_with(&b, path, lines, one), 201);
    struct testing_browser bearer = {.testing = &f->t};
    snprintf(lines, sizeof lines, JSON_TYPE "%sAuthorization: Bearer %.*s\r\n", idem, STR_ARG(signed_in.body));
    assert_int_equal(post_with(&bearer, path, lines, one), 201);
    assert_int_equal(post_with(&bearer, path, JSON_TYPE "Authorization: Bearer nonsense-nonsense-nonsense\r\n", one), 401);
    assert_int_equal(sample_orders, 1);
}

static void test_csrf_of_api(void **state)
{
    (void)state;
    each_engine(csrf_api);
}

/* ---- redirects (C-47) ---- */

static void test_next_stays_here(void **state)
{
    (void)state;
    struct fixture *f = open_on(DB_SQLITE, 0);
    static const char *const bad[] = {"//evil.test", "/\\evil.test", "\\evil.test", "https:evil.test", "https://evil.test",
                                      "/%09/evil.test", "javascript:alert(1)", "evil.test", "/%0d%0aX-Evil:1", "/ /evil.test"};
    struct testing_browser b = {.testing = &f->t};
    for (size_t i = 0; i < COUNT(bad); i++) {
        char form[200];
        snprintf(form, sizeof form, "text=hi&next=%s", bad[i]);
        struct testing_answer answer = testing_post(&b, "/comment", form);
        assert_int_equal(answer.status, 303);
        assert_true(str_eq(answer.location, S("/done")));
    }
    assert_true(str_eq(testing_post(&b, "/comment", "text=hi&next=/p/1%3Fa%3Db").location, S("/p/1?a=b")));
    struct testing_browser nobody = {.testing = &f->t};
    struct testing_answer asked = testing_get(&nobody, "/me?x=//evil");
    assert_true(str_starts(asked.location, S("/login?next=%2Fme%3Fx%3D%2F%2Fevil")));
    testing_close(&f->t);
}

/* ---- idempotency (C-26, I4) ---- */

static void idempotency(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t}, other = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS * 9 + f->base);
    sample_sign_in(&other, SAMPLE_MEMBERS * 10 + f->base);
    str token = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 12, &token));
    const char *key = token.ptr, *path = "/api/v1/orders";
    struct testing_answer first = testing_api(&b, HTTP_POST, path, "{\"quantity\":2}", key);
    struct testing_answer again = testing_api(&b, HTTP_POST, path, "{\"quantity\":2}", key);
    assert_int_equal(first.status, 201);
    assert_int_equal(again.status, 201);
    assert_true(str_eq(first.body, again.body));
    assert_int_equal(sample_orders, 1);
    struct testing_answer reused = testing_api(&b, HTTP_POST, path, "{\"quantity\":3}", key);
    assert_int_equal(reused.status, 422);
    assert_true(str_find(reused.body, S("error.key_reused")) > 0);
    assert_int_equal(testing_api(&other, HTTP_POST, path, "{\"quantity\":3}", key).status, 201);
    assert_int_equal(testing_api(&b, HTTP_POST, path, "{\"quantity\":3}", NULL).status, 400);
    char key256[257];
    memset(key256, 'k', 256);
    key256[256] = 0;
    assert_int_equal(testing_api(&b, HTTP_POST, path, "{\"quantity\":3}", key256).status, 400);
    assert_int_equal(sample_orders, 2);
}

static void test_idempotency(void **state)
{
    (void)state;
    each_engine(idempotency);
}

static void refusal_stays(struct fixture *f)
{
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS * 9 + f->base);
    str key = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 12, &key));
    struct testing_answer first = testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":99}", key.ptr);
    struct testing_answer again = testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":99}", key.ptr);
    assert_int_equal(first.status, 409);
    assert_int_equal(again.status, 409);
    assert_true(str_eq(first.body, again.body));
    assert_int_equal(testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":1}", key.ptr).status, 422);
    assert_int_equal(sample_orders, 0);
}

static void test_refusal_is_replayed(void **state)
{
    (void)state;
    each_engine(refusal_stays);
}

struct racer {
    struct testing_browser browser;
    const char *key;
    struct testing_answer answer;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    r->answer = testing_api(&r->browser, HTTP_POST, "/api/v1/orders", "{\"quantity\":7}", r->key);
    return NULL;
}

static void idempotency_race(struct fixture *f)
{
    enum { RACERS = 24 };
    static struct racer racers[RACERS];
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, SAMPLE_MEMBERS * 9 + f->base);
    str key = STR_NONE;
    testing_must(rng_token(&f->t.arena, &rng_system, 12, &key));
    pthread_t threads[RACERS];
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.browser = b, .key = key.ptr};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++)
        pthread_join(threads[i], NULL);
    struct testing_answer last = testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":7}", key.ptr);
    for (int i = 0; i < RACERS; i++) {
        bool is_same = racers[i].answer.status == 201 && str_eq(racers[i].answer.body, last.body);
        if (!is_same && racers[i].answer.status != 409)
            fail_msg("racer %d: %d", i, racers[i].answer.status);
    }
}

static void test_idempotency_race(void **state)
{
    (void)state;
    each_engine(idempotency_race);
}

/* ---- input and errors ---- */

static void test_bad_input(void **state)
{
    (void)state;
    struct fixture *f = open_on(DB_SQLITE, 0);
    struct testing_browser b = {.testing = &f->t};
    sample_sign_in(&b, f->base);
    static const char *const bodies[] = {
        "{\"quantity\":1,\"quantity\":2}", "{\"quantity\":\"1\"}", "{\"quantity\":[1]}", "{\"quantity\":1.0}",
        "{\"quantity\":1e400}", "{\"quantity\":NaN}", "[1]", "{", "\"x\"", "{\"quantity\":true}",
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        int status = testing_api(&b, HTTP_POST, "/api/v1/orders", bodies[i], "some-key").status;
        if (status != 400)
            fail_msg("%s: %d", bodies[i], status);
    }
    assert_int_equal(testing_api(&b, HTTP_POST, "/api/v1/orders", "{}", "some-key").status, 422);
    assert_int_equal(testing_api(&b, HTTP_POST, "/api/v1/orders", "{\"quantity\":101}", "some-key").status, 422);
    assert_int_equal(testing_post(&b, "/comment", "text=a&text=b").status, 400);
    assert_int_equal(testing_post(&b, "/comment", "text=").status, 422);
    assert_int_equal(testing_post(&b, "/comment", "text=123456789012345678901").status, 422);
    assert_int_equal(testing_post(&b, "/comment", "text=%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0%E4%BD%A0").status, 303);
    assert_int_equal(sample_orders, 0);
    testing_close(&f->t);
}

static void test_errors_say_nothing_internal(void **state)
{
    (void)state;
    struct fixture *f = open_on(DB_SQLITE, 0);
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer answer = testing_get(&b, "/fail");
    assert_int_equal(answer.status, 500);
    assert_true(str_find(answer.body, S("secret")) < 0);
    assert_true(str_find(answer.body, S("/etc")) < 0);
    assert_int_equal(testing_get(&b, "/nowhere").status, 404);
    struct testing_answer method = testing_request(&b, "DELETE", "/form", "", STR_NONE);
    assert_int_equal(method.status, 405);
    assert_true(str_find(testing_header(&method, "allow"), S("GET")) >= 0);
    struct testing_answer problem = testing_request(&b, "GET", "/api/v1/me", "Accept-Language: zh-CN\r\n", STR_NONE);
    assert_int_equal(problem.status, 401);
    assert_true(str_starts(testing_header(&problem, "content-type"), S("application/problem+json")));
    assert_true(str_find(problem.body, S("\"type\":\"/problems/error.sign_in\"")) >= 0);
    assert_true(str_find(problem.body, S("请先登录")) >= 0);
    testing_close(&f->t);
}

static void test_rate_limit(void **state)
{
    (void)state;
    struct fixture *f = open_on(DB_SQLITE, 100);
    struct testing_browser b = {.testing = &f->t};
    int status = 0;
    for (int i = 0; i < 21; i++) {
        b.client_ip_header = i % 2 == 0 ? S("198.51.100.7") : S("127.0.0.9"); /* not believed (C-3) */
        status = testing_post(&b, "/sign-in", "account=5").status;
        if (i == 19)
            assert_int_equal(status, 200);
    }
    assert_int_equal(status, 429);
    assert_int_equal(testing_get(&b, "/").status, 200); /* another class */
    testing_advance(&f->t, 3001);
    assert_int_equal(testing_post(&b, "/sign-in", "account=5").status, 200);
    testing_close(&f->t);
}

/* ---- the table ---- */

static const struct err *nothing(struct web *w)
{
    (void)w;
    return NULL;
}

static void test_bad_rows_do_not_start(void **state)
{
    (void)state;
    struct fixture *f = open_on(DB_SQLITE, 0);
    const struct route good = ROUTE(POST, "/x", WHO_ANYONE, NULL, CSRF_FORM, 10, RATE_WRITE, nothing, "x");
    struct route bad[6];
    for (size_t i = 0; i < COUNT(bad); i++)
        bad[i] = good;
    bad[0].who = WHO_UNSET;
    bad[1].csrf = CSRF_UNSET;
    bad[2].rate = RATE_UNSET;
    bad[3].csrf = CSRF_NONE;
    bad[4].who = WHO_SHOP;
    bad[5].handler = NULL;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct feature broken = {.name = "broken", .routes = &bad[i], .route_count = 1};
        const struct feature *list[] = {&broken};
        struct platform p = *f->t.platform;
        p.features = list;
        p.feature_count = 1;
        struct dispatch *d = NULL;
        const struct err *e = dispatch_new(&f->t.arena, &(struct dispatch_config){.platform = &p}, &d);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_BUG);
        assert_true(str_find(e->detail, S("/x")) > 0);
    }
    testing_close(&f->t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix),
        cmocka_unit_test(test_foreign_shop_is_missing),
        cmocka_unit_test(test_removal_holds_at_next_request),
        cmocka_unit_test(test_last_owner_stays),
        cmocka_unit_test(test_sessions_rotate_and_end),
        cmocka_unit_test(test_no_fixation),
        cmocka_unit_test(test_expiry_slides),
        cmocka_unit_test(cookie_flags),
        cmocka_unit_test(test_session_list_and_revoke),
        cmocka_unit_test(test_guest_by_acting),
        cmocka_unit_test(test_visitor_cookie_is_signed),
        cmocka_unit_test(test_csrf_of_forms),
        cmocka_unit_test(test_form_without_origin_is_confirmed),
        cmocka_unit_test(test_csrf_of_api),
        cmocka_unit_test(test_next_stays_here),
        cmocka_unit_test(test_idempotency),
        cmocka_unit_test(test_refusal_is_replayed),
        cmocka_unit_test(test_idempotency_race),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_errors_say_nothing_internal),
        cmocka_unit_test(test_rate_limit),
        cmocka_unit_test(test_bad_rows_do_not_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
