/* The edge: who may call what, sessions, guests, visitors, the table of routes. On both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/permission.h"
#include "core/session.h"
#include "web_fixture.h"

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

static void set_member(struct web_fixture *f, int64_t account, const char *role)
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
        return caller == OWNER || caller == STAFF ||
               (caller == VIEWER && strcmp(r->permission, "order.read") == 0);
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
        return testing_api(b, r->method, path, r->method == HTTP_POST ? "{\"quantity\":1}" : NULL,
                           "k")
            .status;
    return r->method == HTTP_POST ? testing_post(b, path, "text=hi&account=5").status
                                  : testing_get(b, path).status;
}

static void matrix(struct web_fixture *f)
{
    int64_t members = SAMPLE_MEMBERS + f->base;
    const int64_t accounts[CALLERS] = {0,
                                       f->base,
                                       members,
                                       members + 100000,
                                       members + 200000,
                                       members + 300000,
                                       members + 400000,
                                       SAMPLE_OPERATORS + f->base};
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
            bool was_let_in = (status >= 200 && status < 300) || status == 500 ||
                              (status == 303 && r->method == HTTP_POST);
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
    web_each_engine(matrix);
}

static void foreign_shop(struct web_fixture *f)
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
    web_each_engine(foreign_shop);
}

static void removal(struct web_fixture *f)
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
    web_each_engine(removal);
}

static void last_owner(struct web_fixture *f)
{
    set_member(f, f->base, "owner");
    struct membership m = {{f->base}, NULL};
    const struct err *e =
        turn_run(f->t.platform, &f->t.arena, (struct account_id){0}, member_turn, &m);
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
    web_each_engine(last_owner);
}

/* ---- sessions ---- */

static str cookie_of(const struct testing_browser *b, const char *name)
{
    for (size_t i = 0; i < b->cookie_count; i++)
        if (str_eq(b->cookie_names[i], str_c(name)))
            return b->cookie_values[i];
    return STR_NONE;
}

static void sessions(struct web_fixture *f)
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
    web_each_engine(sessions);
}

static void fixation(struct web_fixture *f)
{
    struct testing_browser b = {
        .testing = &f->t,
        .cookie_names = {S("mp")},
        .cookie_count = 1,
        .cookie_values = {S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")}};
    assert_int_equal(testing_get(&b, "/me").status, 303);
    sample_sign_in(&b, f->base);
    assert_false(str_starts(cookie_of(&b, "mp"), S("AAAA")));
}

static void test_no_fixation(void **state)
{
    (void)state;
    web_each_engine(fixation);
}

static void expiry(struct web_fixture *f)
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
    web_each_engine(expiry);
}

static void cookie_flags(void **state)
{
    (void)state;
    for (int https = 0; https < 2; https++) {
        static struct testing t;
        struct testing_config config = {.engine = DB_SQLITE,
                                        .features = sample_features,
                                        .feature_count = 1,
                                        .texts = &texts,
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

static void session_lists(struct web_fixture *f)
{
    struct account_id account = {SAMPLE_MEMBERS * 5 + f->base +
                                 (int64_t)(rng_u64(&rng_system) >> 20)};
    for (int i = 0; i < 3; i++) {
        struct testing_browser b = {.testing = &f->t};
        sample_sign_in(&b, account.v);
    }
    testing_turn(&f->t, account, list_turn, &account);
}

static void test_session_list_and_revoke(void **state)
{
    (void)state;
    web_each_engine(session_lists);
}

/* ---- guests and visitors ---- */

static void guests(struct web_fixture *f)
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
    web_each_engine(guests);
}

static void test_visitor_cookie_is_signed(void **state)
{
    (void)state;
    struct web_fixture *f = web_open(DB_SQLITE, 0);
    struct testing_browser b = {.testing = &f->t};
    struct testing_answer first = testing_get(&b, "/visitor"), again = testing_get(&b, "/visitor");
    assert_true(str_eq(first.body, again.body));
    struct testing_browser other = {.testing = &f->t};
    assert_false(str_eq(testing_get(&other, "/visitor").body, first.body));
    char forged[100];
    str cookie = cookie_of(&b, "mpv");
    snprintf(forged, sizeof forged, "%.*s", STR_ARG(cookie));
    forged[cookie.len - 1] = forged[cookie.len - 1] == 'A' ? 'B' : 'A';
    struct testing_browser thief = {.testing = &f->t,
                                    .cookie_names = {S("mpv")},
                                    .cookie_values = {str_c(forged)},
                                    .cookie_count = 1};
    assert_false(str_eq(testing_get(&thief, "/visitor").body, first.body));
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
    struct web_fixture *f = web_open(DB_SQLITE, 0);
    const struct route good =
        ROUTE(POST, "/x", WHO_ANYONE, NULL, CSRF_FORM, 10, RATE_WRITE, nothing, "x");
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
        const struct err *e =
            dispatch_new(&f->t.arena, &(struct dispatch_config){.platform = &p}, &d);
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
        cmocka_unit_test(test_bad_rows_do_not_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
