/* The tables of feature shop. */
#include "media/media.h"
#include "shop/shop_part.h"

#include "shop/shop_sql.h"

static const char *const needs[] = {"account", "media", NULL};

#define SETTINGS "/console/{shop}/settings"
#define API_SETTINGS "/api/v1/console/{shop}/settings"

static const struct route routes[] = {
    ROUTE(GET, "/sell", WHO_MEMBER, NULL, CSRF_NONE, 0, RATE_READ, shop_sell_page, "open a shop"),
    ROUTE(POST, "/sell", WHO_MEMBER, NULL, CSRF_FORM, KiB(16), RATE_WRITE, shop_sell,
          "open a shop"),
    ROUTE(GET, SETTINGS, WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, shop_settings_page,
          "settings of the shop"),
    ROUTE_UPLOAD(POST, SETTINGS, WHO_SHOP, "shop.change", CSRF_FORM, MEDIA_FILE_BYTES_MAX + KiB(64),
                 RATE_UPLOAD, shop_settings_save, "change the settings (multipart, field logo)"),
    ROUTE(POST, SETTINGS "/members", WHO_SHOP, "shop.change", CSRF_FORM, KiB(16), RATE_WRITE,
          shop_member_save, "give somebody a role"),
    ROUTE(POST, SETTINGS "/members/{account}/remove", WHO_SHOP, "shop.change", CSRF_FORM, KiB(16),
          RATE_WRITE, shop_member_remove, "take somebody's role away"),
    ROUTE(GET, "/api/v1/shops/{shop}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, shop_api_show,
          "a shop"),
    ROUTE(POST, "/api/v1/shops", WHO_MEMBER, NULL, CSRF_API, KiB(16), RATE_WRITE, shop_api_create,
          "open a shop: name, handle, currency, country, language"),
    ROUTE(GET, API_SETTINGS, WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, shop_api_settings,
          "settings of the shop"),
    ROUTE(PUT, API_SETTINGS, WHO_SHOP, "shop.change", CSRF_API, KiB(64), RATE_WRITE,
          shop_api_change, "change the settings; what is left out is emptied"),
};

static const struct nav_item nav[] = {{90, "/settings", "shop.nav", "settings", "shop.read"}};

static const struct event_kind events[] = {
    {"shop.created", 1, "subject: shop"},
    {"shop.changed", 1, "subject: shop"},
};

static const struct permission_def permissions[] = {
    {"shop.read", "staff,viewer", "see the console of the shop"},
    {"shop.change", "", "change the shop's settings and members"},
};

static const struct err *find_by_handle(struct tx *tx, struct arena *a, str handle,
                                        struct shop_id *ret)
{
    struct shop shop;
    TRY(shop_by_handle(tx, a, handle, &shop));
    *ret = shop.id;
    return NULL;
}

const struct feature shop_feature = {
    .name = "shop",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .events = events,
    .event_count = COUNT(events),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = shop_migrations,
    .migration_count = shop_migration_count,
    .queries = shop_queries,
    .query_count = shop_query_count,
    .page_counts = shop_page_counts,
    .shop_by_handle = find_by_handle,
};
