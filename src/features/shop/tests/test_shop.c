/* Shops on both engines: opening one by a form, its settings, its people, and what is refused. */
#include <stdio.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/permission.h"
#include "core/session.h"
#include "core/testing.h"
#include "shop/shop.h"

struct person {
    struct account_id id;
    str handle, token;
    bool is_guest;
};

struct fixture {
    struct testing t;
    struct person mara, sam, guest;
    struct testing_browser mara_browser, sam_browser, guest_browser, anyone;
    char shop[40];            /* a handle that no other run has */
};

static const struct err *make_person(struct turn *t, void *arg)
{
    struct person *p = arg;
    struct session_id session;
    struct account account;
    struct id_text tail = id_format(turn_new_id(t));
    str email;
    TRY(str_fmt(t->arena, &email, "%s@pond.test", tail.text));
    struct account_new n = {.name = S("Somebody"),
                            .email = p->is_guest ? STR_NONE : email,
                            .language = S("en"),
                            .email_verified = !p->is_guest};
    TRY(account_create(t, &n, &p->id));
    TRY(account_get(t->tx, t->arena, p->id, &account));
    p->handle = account.handle;
    return session_create(t, p->id, S("test"), &session, &p->token);
}

static struct testing_browser join(struct fixture *f, struct person *p, bool is_guest)
{
    *p = (struct person){.is_guest = is_guest};
    testing_turn(&f->t, (struct account_id){0}, make_person, p);
    return (struct testing_browser){.testing = &f->t,
                                    .cookie_names = {S("mp")},
                                    .cookie_values = {p->token},
                                    .cookie_count = 1};
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    f->mara_browser = join(f, &f->mara, false);
    f->sam_browser = join(f, &f->sam, false);
    f->guest_browser = join(f, &f->guest, true);
    f->anyone = (struct testing_browser){.testing = &f->t};
    struct id_text tail = id_format(f->mara.id.v);
    (void)snprintf(f->shop, sizeof f->shop, "reef-%s", tail.text);
}

static struct testing_answer post(struct fixture *f, struct testing_browser *b, const char *path,
                                  const char *form)
{
    char where[300];
    (void)snprintf(where, sizeof where, "/console/%s%s", f->shop, path);
    return testing_post(b, where, form);
}

static struct testing_answer save(struct fixture *f, struct testing_browser *b, const char *form)
{
    char where[300];
    (void)snprintf(where, sizeof where, "/console/%s/settings", f->shop);
    return testing_upload(b, where, form, NULL, STR_NONE);
}

static struct testing_answer get(struct fixture *f, struct testing_browser *b, const char *before,
                                 const char *after)
{
    char where[300];
    (void)snprintf(where, sizeof where, "%s%s%s", before, f->shop, after);
    return testing_get(b, where);
}

static bool says(const struct testing_answer *page, const char *words)
{
    return str_find(page->body, str_c(words)) >= 0;
}

static void open_shop(struct fixture *f)
{
    char form[200];
    (void)snprintf(form, sizeof form,
                   "name=Reef+%%26+Salt&handle=%s&currency=EUR&country=NL&language=en", f->shop);
    struct testing_answer page = testing_post(&f->mara_browser, "/sell", form);
    assert_int_equal(page.status, 303);
    page = testing_post(&f->mara_browser, "/sell", form);
    assert_int_equal(page.status, 303);
    page = testing_post(&f->sam_browser, "/sell", form);
    assert_int_equal(page.status, 422);
    assert_true(says(&page, "Somebody already uses that address"));
    assert_true(says(&page, "value=\"Reef &amp; Salt\""));
}

static struct shop shop_of(struct fixture *f)
{
    struct shop shop;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(shop_by_handle(tx, &f->t.arena, str_c(f->shop), &shop));
    db_read_end(tx);
    return shop;
}

static void a_member_opens_a_shop_once(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    assert_int_equal(testing_get(&f.mara_browser, "/sell").status, 200);
    assert_int_not_equal(testing_get(&f.guest_browser, "/sell").status, 200);
    open_shop(&f);
    struct shop shop = shop_of(&f);
    assert_int_equal(shop.owner_id.v, f.mara.id.v);
    assert_str_equal(shop.zone, "Europe/Amsterdam");
    testing_drain(&f.t);
    struct testing_answer page = get(&f, &f.anyone, "/s/", "");
    assert_int_equal(page.status, 200);
    assert_true(says(&page, "Reef &amp; Salt"));
    assert_int_equal(testing_get(&f.anyone, "/s/nobody-has-this").status, 404);
    testing_close(&f.t);
}

static void what_is_no_shop_is_refused(enum db_engine engine)
{
    static const char *const bad[] = {
        "name=&handle=abc-1&currency=EUR&country=NL",
        "name=A&handle=console&currency=EUR&country=NL",
        "name=A&handle=-abc&currency=EUR&country=NL",
        "name=A&handle=ABC-def&currency=EUR&country=NL",
        "name=A&handle=ab%2fcd&currency=EUR&country=NL",
        "name=A&handle=abc-1&currency=XXQ&country=NL",
        "name=A&handle=abc-1&currency=EUR&country=QQ",
        "name=A%E2%80%AEB&handle=abc-1&currency=EUR&country=NL",
        "name=A&handle=abc-1&currency=EUR&country=NL&language=fr",
        "name=%E2%80%94&currency=EUR&country=NL",
    };
    struct fixture f;
    open_fixture(&f, engine);
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct testing_answer page = testing_post(&f.mara_browser, "/sell", bad[i]);
        if (page.status != 422)
            print_message("%s: %d\n", bad[i], page.status);
        assert_int_equal(page.status, 422);
        assert_true(says(&page, "class=\"form-error\"") || says(&page, "aria-invalid=\"true\""));
    }
    testing_close(&f.t);
}

#define SETTINGS "name=Reef&country=PT&zone=Europe%2FLisbon&language=en&accent=clay"

static void settings_are_kept_or_explained(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    open_shop(&f);
    struct testing_answer page =
        save(&f, &f.mara_browser,
             SETTINGS "&tagline=Calm&shipping=4.90&free_shipping_from=80&tax=21&tax_included=1"
                      "&about=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert_int_equal(page.status, 303);
    struct shop shop = shop_of(&f);
    assert_int_equal(shop.shipping_minor, 490);
    assert_int_equal(shop.free_shipping_from_minor, 8000);
    assert_int_equal(shop.tax_basis_points, 2100);
    assert_true(shop.tax_included);
    assert_str_equal(shop.accent, "clay");
    page = get(&f, &f.anyone, "/s/", "");
    assert_true(says(&page, "&lt;script&gt;alert(1)"));
    assert_false(says(&page, "<script>alert(1)"));

    page = save(&f, &f.mara_browser, SETTINGS "&shipping=cheap&about=Long+story");
    assert_int_equal(page.status, 422);
    assert_true(says(&page, "An amount is zero or more"));
    assert_true(says(&page, "Long story"));
    assert_int_equal(save(&f, &f.mara_browser, SETTINGS "&tax=101").status, 422);
    assert_int_equal(save(&f, &f.mara_browser, SETTINGS "&shipping=-1").status, 422);
    assert_int_equal(save(&f, &f.mara_browser, SETTINGS "&zone=Mars").status, 422);
    assert_int_equal(shop_of(&f).shipping_minor, 490);
    testing_close(&f.t);
}

static void roles_decide(enum db_engine engine)
{
    struct fixture f;
    char form[200];
    open_fixture(&f, engine);
    open_shop(&f);
    assert_int_equal(get(&f, &f.sam_browser, "/console/", "/settings").status, 404);
    assert_int_equal(save(&f, &f.sam_browser, SETTINGS).status, 404);

    (void)snprintf(form, sizeof form, "who=%%40%.*s&role=viewer", STR_ARG(f.sam.handle));
    assert_int_equal(post(&f, &f.mara_browser, "/settings/members", form).status, 303);
    struct testing_answer page = get(&f, &f.sam_browser, "/console/", "/settings");
    assert_int_equal(page.status, 200);
    assert_false(says(&page, "settings/members"));
    assert_int_equal(save(&f, &f.sam_browser, SETTINGS).status, 404);

    page = post(&f, &f.mara_browser, "/settings/members", "who=nobody%40pond.test&role=staff");
    assert_int_equal(page.status, 422);
    assert_true(says(&page, "Nobody here has that address"));
    (void)snprintf(form, sizeof form, "who=%.*s&role=emperor", STR_ARG(f.sam.handle));
    assert_int_equal(post(&f, &f.mara_browser, "/settings/members", form).status, 422);

    struct id_text sam = id_format(f.sam.id.v), mara = id_format(f.mara.id.v);
    (void)snprintf(form, sizeof form, "/settings/members/%s/remove", sam.text);
    assert_int_equal(post(&f, &f.mara_browser, form, "").status, 303);
    assert_int_equal(get(&f, &f.sam_browser, "/console/", "/settings").status, 404);
    (void)snprintf(form, sizeof form, "/settings/members/%s/remove", mara.text);
    assert_int_equal(post(&f, &f.mara_browser, form, "").status, 422);
    testing_close(&f.t);
}

ON_BOTH(a_member_opens_a_shop_once)
ON_BOTH(what_is_no_shop_is_refused)
ON_BOTH(settings_are_kept_or_explained)
ON_BOTH(roles_decide)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_member_opens_a_shop_once),
        BOTH(what_is_no_shop_is_refused),
        BOTH(settings_are_kept_or_explained),
        BOTH(roles_decide),
    };
    return cmocka_run_group_tests_name("shop", tests, NULL, NULL);
}
