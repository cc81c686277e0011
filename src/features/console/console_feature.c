/* The tables of feature console. */
#include "console/console.h"

#include "console/console_view.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", "stock", "identity", "pool", "order",
                                    "social", "chat", "contact", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/console", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, console_shops, "the way to one's own shop"),
    ROUTE(GET, "/console/{shop}", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, console_today,
          "what needs the merchant today"),
    ROUTE(GET, "/console/{shop}/needs", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, console_needs,
          "fragment of Today: what waits"),
    ROUTE(GET, "/console/{shop}/newest", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, console_newest,
          "fragment of Today: the newest orders"),
    ROUTE(GET, "/api/v1/console/{shop}/today", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, console_today_json,
          "figures of today and of seven days"),
};

static const struct nav_item nav[] = {{0, "", "console.nav", "home", "shop.read"}};

const struct feature console_feature = {
    .name = "console",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
};
