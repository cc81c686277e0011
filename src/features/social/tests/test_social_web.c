/* Pages, forms and API of social, as browsers and callers meet them, on both engines. */
#include <stdlib.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/session.h"
#include "core/testing.h"
#include "shop/shop.h"
#include "social/social.h"
#include "web/page.h"

struct fixture {
    struct testing t;
    struct testing_browser owner, ann, stranger;
    struct account_id owner_id;
    struct shop_id shop;
    str shop_handle;
    struct product_id suit;
    struct post_id post;
    struct id_text post_text;
};

static const struct err *make_owner(struct turn *t, void *arg)
{
    return account_guest_make(t, S("Mara"), S("en"), &((struct fixture *)arg)->owner_id);
}

static const struct err *make_shop(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    struct variant_input one = {.price_minor = 4900};
    struct product_input in = {.title = S("Tide <one-piece>"),
                               .handle = S("tide"),
                               .status = PRODUCT_ACTIVE,
                               .variants = &one,
                               .variant_count = 1};
    bool is_changed;
    TRY(str_fmt(t->arena, &f->shop_handle, "reef-%s", tail.text));
    TRY(shop_create(t,
                    &(struct shop_new){.handle = f->shop_handle,
                                       .name = S("Reef & Salt"),
                                       .currency = S("EUR"),
                                       .country = S("NL")},
                    &f->shop));
    TRY(catalog_save(t, f->shop, &in, (struct product_id){0}, &f->suit, &is_changed));
    struct post_tag_new tag = {f->suit, 0, -1, -1};
    return social_post_make(
        t,
        &(struct post_new){
            .shop_id = f->shop, .text = S("Comment #reef"), .tags = &tag, .tag_count = 1},
        &f->post);
}

struct sign_in {
    struct account_id account;
    const char *name;         /* of a new guest when there is no account */
    str token;
};

static const struct err *do_sign_in(struct turn *t, void *arg)
{
    struct sign_in *s = arg;
    struct account_id account = s->account;
    struct session_id id;
    if (account.v == 0)
        TRY(account_guest_make(t, str_c(s->name), S("en"), &account));
    return session_create(t, account, S("test"), &id, &s->token);
}

static void sign_in(struct testing_browser *b, struct account_id account, const char *name)
{
    struct sign_in s = {.account = account, .name = name};
    testing_turn(b->testing, account, do_sign_in, &s);
    b->cookie_names[b->cookie_count] = S("mp");
    b->cookie_values[b->cookie_count++] = s.token;
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    *f = (struct fixture){0};
    struct testing_config config = {.engine = engine,
                                    .features = app_features,
                                    .feature_count = app_feature_count,
                                    .texts = &texts,
                                    .pages = {page_error, page_confirm, page_personal}};
    testing_open_config(&f->t, &config);
    testing_turn(&f->t, (struct account_id){0}, make_owner, f);
    testing_turn(&f->t, f->owner_id, make_shop, f);
    f->post_text = id_format(f->post.v);
    f->owner.testing = f->ann.testing = f->stranger.testing = &f->t;
    sign_in(&f->owner, f->owner_id, NULL);
}

static void close_fixture(struct fixture *f)
{
    testing_drain(&f->t);
    testing_verify(&f->t);
    testing_close(&f->t);
}

PRINTF_LIKE(2, 3) static const char *path_of(struct fixture *f, const char *fmt, ...)
{
    struct strbuf sb;
    str text;
    va_list args;
    strbuf_init(&sb, &f->t.arena, KiB(64));
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    testing_must(strbuf_finish(&sb, &text));
    return text.ptr;
}

/* A form with the session's token, if there is a session; the composers take files, so they get
 * multipart. */
static struct testing_answer post(struct fixture *f, struct testing_browser *b, const char *path,
                                  const char *form)
{
    struct testing_answer page = testing_get(b, "/post/new");
    str csrf = testing_field(&page, "csrf");
    const char *whole =
        str_is_absent(csrf) ? form : path_of(f, "%s&csrf=%.*s", form, STR_ARG(csrf));
    bool takes_files = str_ends(str_c(path), S("/new")) || str_ends(str_c(path), S("/posts"));
    return takes_files ? testing_upload(b, path, whole, NULL, STR_NONE)
                       : testing_post(b, path, whole);
}

static void assert_has(const struct testing_answer *answer, const char *words)
{
    if (str_find(answer->body, str_c(words)) < 0)
        fail_msg("no \"%s\" in %d:\n%.*s", words, answer->status, STR_ARG(answer->body));
}

static void assert_lacks(const struct testing_answer *answer, const char *words)
{
    if (str_find(answer->body, str_c(words)) >= 0)
        fail_msg("\"%s\" in %d:\n%.*s", words, answer->status, STR_ARG(answer->body));
}

static int64_t comments_now(struct fixture *f)
{
    struct tx *tx;
    struct post post;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(social_post(tx, &f->t.arena, f->post, (struct account_id){0}, &post));
    db_read_end(tx);
    return post.comment_count;
}

/* ---- behaviours ---- */

static void a_stranger_comments_with_only_a_name(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    const char *page = path_of(&f, "/post/%s", f.post_text.text);
    const char *comments = path_of(&f, "/post/%s/comments", f.post_text.text);
    struct testing_answer a1 = testing_get(&f.ann, page);
    assert_int_equal(a1.status, 200);
    assert_has(&a1, "Tide &lt;one-piece&gt;");
    assert_has(&a1, "<a href=\"/tag/reef\">#reef</a>");
    assert_has(&a1, "name=\"name\"");
    str key = testing_field(&a1, "key");
    assert_true(key.len > 10);

    a1 = post(&f, &f.ann, comments, path_of(&f, "key=%.*s&text=Nice%%20one&name=", STR_ARG(key)));
    assert_int_equal(a1.status, 422);
    assert_has(&a1, "Tell us your name first");
    assert_has(&a1, "Nice one</textarea>");
    assert_int_equal(comments_now(&f), 0);

    const char *form = path_of(&f, "key=%.*s&text=I+want+%%23reef&name=Ann", STR_ARG(key));
    struct testing_browser twin = f.ann;
    a1 = post(&f, &f.ann, comments, form);
    assert_int_equal(a1.status, 303);
    assert_true(str_find(a1.location, S("said=0#comments")) > 0);
    a1 = post(&f, &f.ann, comments, form);          /* the same form once more, now as Ann */
    assert_int_equal(a1.status, 303);
    a1 = testing_post(&twin, comments, form); /* and its twin, which knows no account yet */
    assert_int_equal(a1.status, 303);
    assert_int_equal(comments_now(&f), 1);
    a1 = testing_get(&f.ann, page);
    assert_has(&a1, "Ann</a>");
    assert_lacks(&a1, "name=\"name\"");                  /* she is known now */
    a1 = testing_get(&f.stranger, page);
    assert_has(&a1, "I want <a href=\"/tag/reef\">#reef</a>");
    assert_int_equal(post(&f, &f.stranger, "/post/0000000000001/comments", "text=x&name=y").status,
                     404);
    close_fixture(&f);
}

static const char *const naughty[] = {
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)",
    "https://x.example/\"onload=\"x", "#<svg/onload=alert(1)>", "@<b>",
    "https://x.example/<script>", "{{7*7}} %{x} ${y}", "'';!--\"<XSS>=&{()}",
    "#tag\"onmouseover=\"x", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9 #\xf0\x9f\x8c\x8a",
    "<!--#exec cmd=\"/bin/ls\"-->",
};

static void assert_harmless_page(struct fixture *f, const char *path)
{
    static const char *const never[] = {
        "<script>a", "<img src=x",        "<svg/",       "<b>",           "<XSS>",
        "<!--#",     "href=\"javascript", "\"onload=\"", "\"onmouseover="};
    struct testing_answer page = testing_get(&f->stranger, path);
    assert_int_equal(page.status, 200);
    for (size_t i = 0; i < COUNT(never); i++)
        assert_lacks(&page, never[i]);
}

static void say(struct fixture *f, str text)
{
    struct strbuf sb;
    str form;
    strbuf_init(&sb, &f->t.arena, KiB(64));
    strbuf_add(&sb, S("name=%3Cb%3EEve%3C%2Fb%3E&text="));
    url_encode(&sb, text);
    testing_must(strbuf_finish(&sb, &form));
    struct testing_answer answer =
        post(f, &f->ann, path_of(f, "/post/%s/comments", f->post_text.text), form.ptr);
    if (answer.status != 303 && answer.status != 422 && answer.status != 400)
        fail_msg("%d for %.*s", answer.status, STR_ARG(text));
    if (answer.status != 303)
        assert_lacks(&answer, "<script>a");
}

static void hostile_words_stay_words(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    for (size_t i = 0; i < COUNT(naughty); i++)
        say(&f, str_c(naughty[i]));
    assert_harmless_page(&f, path_of(&f, "/post/%s", f.post_text.text));
    for (size_t i = 0; i < COUNT(naughty); i++) {
        struct strbuf sb;
        str form;
        strbuf_init(&sb, &f.t.arena, KiB(64));
        strbuf_addf(&sb, "key=k%zu&text=", i);
        url_encode(&sb, str_c(naughty[i]));
        testing_must(strbuf_finish(&sb, &form));
        assert_int_equal(
            post(&f, &f.owner, path_of(&f, "/console/%.*s/posts", STR_ARG(f.shop_handle)), form.ptr)
                .status,
            303);
    }
    assert_harmless_page(&f, "/");
    assert_harmless_page(&f, "/explore");
    assert_harmless_page(&f, "/tag/%3Cscript%3E");
    assert_harmless_page(&f, path_of(&f, "/s/%.*s/posts", STR_ARG(f.shop_handle)));
    close_fixture(&f);
}

/* A public collection of strings that break things, where MILLPOND_TEST_DATA names its folder. */
static void collected_strings_stay_words(void **state)
{
    (void)state;
    static char bytes[64 * 1024];
    const char *folder = getenv("MILLPOND_TEST_DATA");
    char path[512];
    snprintf(path, sizeof path, "%s/blns.txt", folder == NULL ? "" : folder);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return;
    str rest = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    struct fixture f;
    open_fixture(&f, DB_SQLITE);
    int said = 0;
    while (!str_is_absent(rest)) {
        str line = str_cut(&rest, '\n');
        if (str_is_empty(line) || str_starts(line, S("#\t")))
            continue;
        say(&f, line);
        if (++said % 25 == 0)
            assert_harmless_page(&f, path_of(&f, "/post/%s", f.post_text.text));
    }
    assert_true(said > 400);
    close_fixture(&f);
}

static void likes_and_follows_mean_what_they_say(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    const char *like = path_of(&f, "/post/%s/like", f.post_text.text);
    const char *follow = path_of(&f, "/s/%.*s/follow", STR_ARG(f.shop_handle));
    assert_int_equal(post(&f, &f.stranger, like, "on=1").status, 401);
    sign_in(&f.ann, (struct account_id){0}, "Ann");
    assert_int_equal(post(&f, &f.ann, like, "on=1").status, 303);
    assert_int_equal(post(&f, &f.ann, like, "on=1").status, 303);
    struct testing_answer page = testing_get(&f.ann, path_of(&f, "/post/%s", f.post_text.text));
    assert_has(&page, "aria-pressed=\"true\"");
    assert_int_equal(post(&f, &f.ann, like, "on=2").status, 422);
    assert_int_equal(post(&f, &f.ann, follow, "on=1").status, 303);
    testing_drain(&f.t);
    page = testing_get(&f.ann, "/");
    assert_has(&page, f.post_text.text);
    page = testing_get(&f.ann, path_of(&f, "/s/%.*s/posts", STR_ARG(f.shop_handle)));
    assert_has(&page, "1 follower");
    assert_int_equal(post(&f, &f.ann, path_of(&f, "/post/%s/share", f.post_text.text), "").status,
                     303);
    page = testing_get(&f.ann, path_of(&f, "/post/%s/share", f.post_text.text));
    assert_has(&page, "via=");
    close_fixture(&f);
}

static void only_its_people_write_for_a_shop(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    const char *posts = path_of(&f, "/console/%.*s/posts", STR_ARG(f.shop_handle));
    struct id_text suit = id_format(f.suit.v);
    sign_in(&f.ann, (struct account_id){0}, "Ann");
    assert_int_equal(testing_get(&f.ann, posts).status, 404);
    assert_int_equal(post(&f, &f.ann, posts, "text=mine&key=1").status, 404);
    assert_int_equal(post(&f, &f.ann, path_of(&f, "/post/%s/remove", f.post_text.text), "").status,
                     404);

    const char *form = path_of(&f, "key=a1&text=New%%20colours&product=%s&spot=%s+0+500+460",
                               suit.text, suit.text);
    struct testing_answer a1 = post(&f, &f.owner, posts, form),
                          a2 = post(&f, &f.owner, posts, form);
    assert_int_equal(a1.status, 303);
    assert_true(str_eq(a1.location, a2.location));       /* sent twice, published once */
    a1 = testing_get(&f.owner, posts);
    assert_has(&a1, "New colours");
    a1 = post(&f, &f.owner, posts, "key=a2&text=");
    assert_int_equal(a1.status, 422);
    assert_has(&a1, "Write something or add a photo");
    a1 = post(&f, &f.owner, posts, "key=a3&text=x&product=0000000000001");
    assert_int_equal(a1.status, 422);
    assert_int_equal(
        post(&f, &f.owner, path_of(&f, "/post/%s/remove", f.post_text.text), "").status, 303);
    assert_int_equal(testing_get(&f.ann, path_of(&f, "/post/%s", f.post_text.text)).status, 404);

    a1 = post(&f, &f.ann, "/post/new",
              path_of(&f, "key=b1&text=Look&links=/s/%.*s/p/tide", STR_ARG(f.shop_handle)));
    assert_int_equal(a1.status, 303);
    a1 = testing_get(&f.stranger, path_of(&f, "%.*s", STR_ARG(a1.location)));
    assert_has(&a1, "/p/tide");
    a1 = post(&f, &f.ann, "/post/new", "key=b2&text=Look&links=https://elsewhere.example/");
    assert_int_equal(a1.status, 422);
    assert_has(&a1, "We found no product at https://elsewhere.example/");
    close_fixture(&f);
}

static void the_api_says_the_same(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    sign_in(&f.ann, (struct account_id){0}, "Ann");
    const char *comments = path_of(&f, "/api/v1/posts/%s/comments", f.post_text.text);
    const char *like = path_of(&f, "/api/v1/posts/%s/like", f.post_text.text);
    struct testing_answer a1 =
        testing_api(&f.ann, HTTP_POST, comments, "{\"text\":\"hi #Reef\"}", "k1");
    assert_int_equal(a1.status, 201);
    struct testing_answer a2 =
        testing_api(&f.ann, HTTP_POST, comments, "{\"text\":\"hi #Reef\"}", "k1");
    assert_true(str_eq(a1.body, a2.body));
    assert_int_equal(testing_api(&f.ann, HTTP_POST, comments, "{\"text\":\"other\"}", "k1").status,
                     422);
    assert_int_equal(
        testing_api(&f.stranger, HTTP_POST, comments, "{\"text\":\"hi\"}", "k1").status, 401);
    a1 = testing_api(&f.stranger, HTTP_GET, comments, NULL, NULL);
    assert_has(&a1, "\"text\":\"hi #Reef\"");
    assert_has(&a1, "\"next\":null");
    assert_int_equal(testing_api(&f.ann, HTTP_PUT, like, "{}", NULL).status, 204);
    assert_int_equal(testing_api(&f.ann, HTTP_PUT, like, "{}", NULL).status, 204);
    a1 = testing_api(&f.ann, HTTP_GET, path_of(&f, "/api/v1/posts/%s", f.post_text.text), NULL,
                     NULL);
    assert_has(&a1, "\"like_count\":1");
    assert_has(&a1, "\"liked\":true");
    assert_int_equal(testing_api(&f.ann, HTTP_DELETE, like, "{}", NULL).status, 204);

    a1 = testing_api(&f.ann, HTTP_POST, "/api/v1/posts", "{\"text\":\"mine\"}", "p1");
    assert_int_equal(a1.status, 201);
    a2 = testing_api(&f.ann, HTTP_POST, "/api/v1/posts", "{\"text\":\"mine\"}", "p1");
    assert_true(str_eq(a1.body, a2.body));
    a1 = testing_api(&f.ann, HTTP_POST, "/api/v1/posts",
                     path_of(&f, "{\"text\":\"theirs\",\"shop\":\"%.*s\"}", STR_ARG(f.shop_handle)),
                     NULL);
    assert_int_equal(a1.status, 404);
    assert_int_equal(
        testing_api(&f.ann, HTTP_POST, "/api/v1/posts", "{\"text\":\"x\",\"photos\":[1]}", NULL)
            .status,
        400);
    assert_int_equal(
        testing_api(&f.ann, HTTP_POST, "/api/v1/posts", "{\"text\":\"x\",\"products\":{}}", NULL)
            .status,
        400);
    assert_int_equal(
        testing_api(&f.stranger, HTTP_GET, "/api/v1/feed?list=home", NULL, NULL).status, 401);
    assert_int_equal(testing_api(&f.ann, HTTP_GET, "/api/v1/feed?list=nonsense", NULL, NULL).status,
                     400);
    assert_int_equal(testing_api(&f.ann, HTTP_GET, "/api/v1/feed?limit=51", NULL, NULL).status,
                     422);
    assert_int_equal(testing_api(&f.ann, HTTP_GET, "/api/v1/feed?cursor=zz", NULL, NULL).status,
                     400);
    assert_int_equal(
        testing_api(&f.ann, HTTP_PUT, "/api/v1/accounts/nobody_at_all/follow", "{}", NULL).status,
        404);
    assert_int_equal(testing_api(&f.ann, HTTP_PUT,
                                 path_of(&f, "/api/v1/shops/%.*s/follow", STR_ARG(f.shop_handle)),
                                 "{}", NULL)
                         .status,
                     204);
    testing_drain(&f.t);
    a1 = testing_api(&f.ann, HTTP_GET, "/api/v1/feed?list=home", NULL, NULL);
    assert_has(&a1, f.post_text.text);
    close_fixture(&f);
}

ON_BOTH(a_stranger_comments_with_only_a_name)
ON_BOTH(hostile_words_stay_words)
ON_BOTH(likes_and_follows_mean_what_they_say)
ON_BOTH(only_its_people_write_for_a_shop)
ON_BOTH(the_api_says_the_same)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_stranger_comments_with_only_a_name),
        BOTH(hostile_words_stay_words),
        TEST(collected_strings_stay_words),
        BOTH(likes_and_follows_mean_what_they_say),
        BOTH(only_its_people_write_for_a_shop),
        BOTH(the_api_says_the_same),
    };
    return cmocka_run_group_tests_name("social_web", tests, NULL, NULL);
}
