/* See pool_world.h. */
#include "pool_world.h"

#include <stdio.h>

#include "account/account.h"
#include "identity/identity.h"
#include "media/media.h"
#include "shop/shop.h"

/* Pages to look at. */
static const struct err *show_page(struct web *w)
{
    http_response_body(w->rs, 200, "text/plain", S("a page"));
    return NULL;
}

/* A post: its address does not name the shop. */
int64_t pool_world_post_shop;
static const struct err *show_post(struct web *w)
{
    pool_page_of_shop(w, (struct shop_id){pool_world_post_shop});
    return show_page(w);
}

static const struct route page_routes[] = {
    ROUTE(GET, "/post/{post}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, show_post,
          "a shop's post"),
    ROUTE(GET, "/explore", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, show_page,
          "a page of no certain shop"),
    ROUTE(GET, "/s/{shop}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, show_page, "a shop's page"),
};
static const struct feature pages_feature = {
    .name = "pages", .routes = page_routes, .route_count = COUNT(page_routes)};

static const struct feature *const features[] = {&account_feature,  &media_feature, &shop_feature,
                                                 &identity_feature, &pool_feature,  &pages_feature};
static const char *const pool_names[POOLS] = {"Instagram", "Telegram", "Fair flyers", "Newsletter",
                                              "TikTok"};

static const struct err *make_shop(struct turn *t, str handle, struct shop_id *ret)
{
    struct shop_new n = {.handle = handle,
                         .name = S("Tidemark"),
                         .currency = S("EUR"),
                         .language = S("en"),
                         .country = S("NL"),
                         .zone = S("Europe/Amsterdam"),
                         .contact_email = S("hello@tidemark.example"),
                         .accent = S("water")};
    return shop_create(t, &n, ret);
}

static const struct err *set_up(struct turn *t, void *arg)
{
    struct world *w = arg;
    struct account_new owner = {.name = S("Ines"), .language = S("en")};
    struct link_id link;
    struct pool_id other_pool;
    str handle, other;
    TRY(account_create(t, &owner, &w->owner));
    t->actor = w->owner;
    TRY(str_fmt(t->arena, &handle, "tide%lld", (long long)(w->owner.v % 1000000007)));
    TRY(str_fmt(t->arena, &other, "other%lld", (long long)(w->owner.v % 1000000007)));
    (void)snprintf(w->shop_path, sizeof w->shop_path, "/s/%.*s", STR_ARG(handle));
    TRY(make_shop(t, handle, &w->shop));
    TRY(make_shop(t, other, &w->other_shop));
    for (size_t i = 0; i < POOLS; i++) {
        str key;
        TRY(pool_key_of_name(t->arena, str_c(pool_names[i]), &key));
        TRY(pool_ensure(t, w->shop, key, str_c(pool_names[i]), &w->pools[i]));
        TRY(pool_link_make(t, w->shop, w->pools[i], S("/explore"), S(""), &link, &w->codes[i]));
        TRY(str_dup(&w->t.arena, w->codes[i], &w->codes[i]));
    }
    TRY(pool_ensure(t, w->other_shop, S("instagram"), S("Instagram"), &other_pool));
    TRY(pool_link_make(t, w->other_shop, other_pool, S("/explore"), S(""), &link, &w->other_code));
    TRY(str_dup(&w->t.arena, w->other_code, &w->other_code));
    TRY(pool_ensure(t, w->shop, S("direct"), S("Direct"), &w->direct));
    return pool_ensure(t, w->shop, S("unknown"), S("Unknown"), &w->unknown);
}

void pool_world_open(struct world *w, enum db_engine engine)
{
    *w = (struct world){0};
    testing_open(&w->t, engine, features, COUNT(features));
    testing_turn(&w->t, (struct account_id){0}, set_up, w);
    testing_drain(&w->t);
}

