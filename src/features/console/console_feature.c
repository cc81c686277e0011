/* The tables of feature console. */
#include "console/console.h"

#include "console/console_view.h"
#include "media/media.h"

static const char *const needs[] = {"account",  "shop",    "media",  "catalog", "stock",
                                    "identity", "pool",    "notify", "order",   "social",
                                    "chat",     "contact", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/console", WHO_ACCOUNT, NULL, CSRF_NONE, 0, RATE_READ, console_shops,
          "the way to one's own shop"),
    ROUTE(GET, "/console/{shop}", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, console_today,
          "what needs the merchant today"),
    ROUTE(GET, "/console/{shop}/needs", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          console_needs, "fragment of Today: what waits"),
    ROUTE(GET, "/console/{shop}/figures", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          console_figures, "fragment of Today: figures and the newest orders"),
    ROUTE(POST, "/console/{shop}/guide/leave", WHO_SHOP, "catalog.change", CSRF_FORM, 1000,
          RATE_WRITE, console_guide_leave, "a step of the set-up is not shown again"),
    ROUTE(GET, "/console/{shop}/start", WHO_SHOP, "catalog.change", CSRF_NONE, 0, RATE_READ,
          console_start, "photo, name and price of a first product"),
    ROUTE_UPLOAD(POST, "/console/{shop}/start", WHO_SHOP, "catalog.change", CSRF_FORM,
                 MEDIA_FORM_BYTES_MAX, RATE_UPLOAD, console_start_make,
                 "a product, a post and a QR code at once (multipart)"),
    ROUTE(GET, "/console/{shop}/start/{link}", WHO_SHOP, "pool.read", CSRF_NONE, 0, RATE_READ,
          console_ready, "a link's QR code, and what comes of it"),
    ROUTE(GET, "/console/{shop}/newest", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          console_newest, "fragment of Today: the newest orders"),
    ROUTE(GET, "/api/v1/console/{shop}/today", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          console_today_json, "figures of today and of seven days"),
};

static const struct setting_def settings[] = {
    {.key = "console.guide_left",
     .scope = SETTING_SHOP,
     .type = SETTING_INT,
     .default_value = "0",
     .min = 0,
     .max = 255,
     .summary = "steps of the set-up that are not shown again, one bit each"},
};

static const struct nav_item nav[] = {{0, "", "console.nav", "home", "shop.read"}};

const struct feature console_feature = {
    .name = "console",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .settings = settings,
    .setting_count = COUNT(settings),
    .nav = nav,
    .nav_count = COUNT(nav),
};
