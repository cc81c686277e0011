/* The merchant's pages of customers, with all features of the program, on both engines: hostile
 * names, other tenants, joining and taking it back, consent in the story. */
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
#include "identity/identity.h"
#include "pool/pool.h"
#include "shop/shop.h"

static const enum db_engine engines[] = {DB_SQLITE, DB_POSTGRES};

enum { PATH_MAX_LEN = 200 };
struct tenant {
    struct account_id owner;
    struct shop_id shop;
    str handle, token;
    struct contact_id nina, twin, hostile;
    struct testing_browser browser;
};
struct world {
    struct testing t;
    struct tenant mine, other;
};

static const struct err *make_contact(struct turn *t, struct shop_id shop, const char *name,
                                      const char *email, struct contact_id *ret)
{
    struct account_id account;
    TRY(account_guest_make(t, S("Guest"), S("en"), &account));
    struct id_text text = id_format(account.v);
    struct identity_id ids[] = {
        {.kind = IDENTITY_ACCOUNT, .value = id_str(&text), .is_verified = true},
        {.kind = IDENTITY_EMAIL, .value = str_c(email), .is_verified = false}};
    return identity_observe(t, shop, ids, COUNT(ids), str_c(name), ret);
}

static const struct err *make_tenant(struct turn *t, void *arg)
{
    struct tenant *x = arg;
    struct account_new owner = {.name = S("Ines"), .language = S("en")};
    struct session_id session;
    TRY(account_create(t, &owner, &x->owner));
    t->actor = x->owner;
    TRY(str_fmt(t->arena, &x->handle, "t%lld", (long long)(x->owner.v % 100000000007)));
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
    TRY(make_contact(t, x->shop, "Nina Alves", "nina@example.org", &x->nina));
    TRY(make_contact(t, x->shop, "N. Alves", "nina@example.org", &x->twin));
    return make_contact(t, x->shop, "<script>alert(1)</script>100%", "x@example.org", &x->hostile);
}

static void open_tenant(struct world *w, struct tenant *x)
{
    testing_turn(&w->t, (struct account_id){0}, make_tenant, x);
    testing_must(str_dup(&w->t.arena, x->handle, &x->handle));
    testing_must(str_dup(&w->t.arena, x->token, &x->token));
    x->browser = (struct testing_browser){.testing = &w->t, .bearer = x->token, .cookie_count = 1};
    x->browser.cookie_names[0] = S("mp");
    x->browser.cookie_values[0] = x->token;
}

static void open_world(struct world *w, enum db_engine engine)
{
    *w = (struct world){0};
    testing_open(&w->t, engine, app_features, app_feature_count);
    open_tenant(w, &w->mine);
    open_tenant(w, &w->other);
    testing_drain(&w->t);
}

/* "/console/HANDLE/customers" + suffix; %s in it is the contact. */
static const char *path_of(const char *prefix, const struct tenant *of, const char *suffix,
                           struct contact_id contact)
{
    static char path[2][PATH_MAX_LEN];
    static int turn;
    struct id_text id = id_format(contact.v);
    char tail[100];
    turn = !turn;
    (void)snprintf(tail, sizeof tail, "%s%s%s", contact.v == 0 ? "" : "/",
                   contact.v == 0 ? "" : id.text, suffix);
    (void)snprintf(path[turn], sizeof path[turn], "%s/console/%.*s/customers%s", prefix,
                   STR_ARG(of->handle), tail);
    return path[turn];
}

static bool shows(const struct testing_answer *a, const char *words)
{
    return str_find(a->body, str_c(words)) >= 0;
}

static const struct contact_id nobody = {0};

static void check_list(struct tenant *mine)
{
    struct testing_answer a = testing_get(&mine->browser, path_of("", mine, "", nobody));
    assert_int_equal(a.status, 200);
    assert_true(shows(&a, "Nina Alves"));
    assert_true(shows(&a, "&lt;script&gt;alert(1)"));
    assert_false(shows(&a, "<script>alert"));
    assert_true(shows(&a, "1 pair may be one person"));
    a = testing_get(&mine->browser, path_of("", mine, "?q=NINA", nobody));
    assert_true(shows(&a, "Nina Alves"));
    assert_false(shows(&a, "alert(1)"));
    a = testing_get(&mine->browser, path_of("", mine, "?q=0%25", nobody));
    assert_true(shows(&a, "alert(1)"));
    assert_false(shows(&a, "Nina Alves"));
    a = testing_get(&mine->browser,
                    path_of("", mine, "?q=_ina", nobody)); /* no pattern of the visitor's */
    assert_false(shows(&a, "Nina Alves"));
    a = testing_get(&mine->browser, path_of("", mine, "?orders=1", nobody));
    assert_false(shows(&a, "Nina Alves"));
    a = testing_get(&mine->browser, path_of("", mine, "?after=nonsense", nobody));
    assert_int_equal(a.status, 200);
}

static void check_tenants(struct world *w)
{
    struct tenant *mine = &w->mine, *other = &w->other;
    assert_int_equal(testing_get(&other->browser, path_of("", mine, "", nobody)).status, 404);
    assert_int_equal(testing_get(&mine->browser, path_of("", mine, "", other->nina)).status, 404);
    assert_int_equal(
        testing_api(&mine->browser, HTTP_GET, path_of("/api/v1", mine, "", other->nina), NULL, NULL)
            .status,
        404);
    char form[60];
    struct id_text id = id_format(other->nina.v);
    (void)snprintf(form, sizeof form, "other=%s", id.text);
    assert_int_equal(
        testing_post(&mine->browser, path_of("", mine, "/join", mine->nina), form).status, 404);
    struct testing_browser stranger = {.testing = &w->t};
    assert_int_not_equal(testing_get(&stranger, path_of("", mine, "", nobody)).status, 200);
}

static size_t count_ids(struct world *w, struct tenant *mine, struct contact_id contact)
{
    struct identity_id *ids;
    size_t count;
    struct tx *tx;
    testing_must(db_read_begin(w->t.platform->db, &w->t.arena, &tx));
    testing_must(identity_ids(tx, &w->t.arena, mine->shop, contact, &ids, &count));
    db_read_end(tx);
    return count;
}

static void check_join(struct world *w)
{
    struct tenant *mine = &w->mine;
    char form[60], undo[80];
    struct identity_merged *merges;
    struct tx *tx;
    size_t count, before = count_ids(w, mine, mine->nina), twins = count_ids(w, mine, mine->twin);
    struct id_text twin = id_format(mine->twin.v);
    struct testing_answer a = testing_get(&mine->browser, path_of("", mine, "", mine->nina));
    assert_int_equal(a.status, 200);
    assert_true(shows(&a, "same address or phone"));
    (void)snprintf(form, sizeof form, "other=%s", twin.text);
    assert_int_equal(
        testing_post(&mine->browser, path_of("", mine, "/join", mine->nina), form).status, 303);
    assert_int_equal(
        testing_post(&mine->browser, path_of("", mine, "/join", mine->nina), form).status, 409);
    assert_int_equal(count_ids(w, mine, mine->nina), before + twins);
    a = testing_api(&mine->browser, HTTP_GET, path_of("/api/v1", mine, "", mine->twin), NULL, NULL);
    assert_int_equal(a.status, 200); /* the merged id leads on */
    struct id_text nina = id_format(mine->nina.v);
    assert_true(shows(&a, nina.text));
    a = testing_get(&mine->browser, path_of("", mine, "", mine->nina));
    assert_true(shows(&a, "joined by hand"));

    testing_must(db_read_begin(w->t.platform->db, &w->t.arena, &tx));
    testing_must(identity_merges(tx, &w->t.arena, mine->shop, mine->nina, &merges, &count));
    db_read_end(tx);
    assert_int_equal(count, 1);
    struct id_text merge = id_format(merges[0].merge_id);
    (void)snprintf(undo, sizeof undo, "/merges/%s/undo", merge.text);
    assert_int_equal(testing_post(&mine->browser, path_of("", mine, undo, mine->nina), "").status,
                     303);
    assert_int_equal(testing_post(&mine->browser, path_of("", mine, undo, mine->nina), "").status,
                     303);
    assert_int_equal(count_ids(w, mine, mine->nina), before);
    assert_int_equal(count_ids(w, mine, mine->twin), twins);
    a = testing_get(&mine->browser, path_of("", mine, "/pairs", nobody));
    assert_int_equal(a.status, 200);
    assert_true(shows(&a, "Nothing to decide")); /* taken back means: two people */
}

static void check_consent(struct world *w)
{
    struct tenant *mine = &w->mine;
    assert_int_equal(
        testing_post(&mine->browser, path_of("", mine, "/consent", mine->nina), "news=maybe")
            .status,
        422);
    assert_int_equal(
        testing_post(&mine->browser, path_of("", mine, "/consent", mine->nina), "news=yes").status,
        303);
    testing_advance(&w->t, 60000);
    assert_int_equal(testing_api(&mine->browser, HTTP_POST,
                                 path_of("/api/v1", mine, "/consent", mine->nina),
                                 "{\"news\":\"no\"}", NULL)
                         .status,
                     204);
    struct testing_answer a =
        testing_api(&mine->browser, HTTP_GET, path_of("/api/v1", mine, "", mine->nina), NULL, NULL);
    assert_true(shows(&a, "\"mail_consent\":false"));
    assert_true(shows(&a, "Said yes to news"));
    assert_true(shows(&a, "Said no to news"));
    assert_true(str_find(a.body, S("Said no to news")) <
                str_find(a.body, S("Said yes to news"))); /* newest first */
}

static void test_customers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(engines); i++) {
        struct world w;
        if (!testing_has_engine(engines[i]))
            continue;
        open_world(&w, engines[i]);
        check_list(&w.mine);
        check_tenants(&w);
        check_join(&w);
        check_consent(&w);
        testing_close(&w.t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_customers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
