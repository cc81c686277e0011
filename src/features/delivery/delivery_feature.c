/* The tables of feature delivery. */
#include "delivery/delivery_part.h"

#include "delivery/delivery_sql.h"

static const char *const needs[] = {"account", "shop", "media", NULL};

#define ZONES "/console/{shop}/selling/zones"
#define API_ZONES "/api/v1/console/{shop}/delivery-zones"

static const struct route routes[] = {
    ROUTE(GET, ZONES "/{zone}", WHO_SHOP, "shop.change", CSRF_NONE, 0, RATE_READ,
          delivery_page_zone, "a zone of delivery; \"new\": the form of a new one"),
    ROUTE(POST, ZONES "/{zone}", WHO_SHOP, "shop.change", CSRF_FORM, KiB(64), RATE_WRITE,
          delivery_page_save, "make or change a zone"),
    ROUTE(POST, ZONES "/{zone}/remove", WHO_SHOP, "shop.change", CSRF_FORM, KiB(4), RATE_WRITE,
          delivery_page_remove, "take a zone away"),
    ROUTE(GET, API_ZONES, WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ, delivery_api_list,
          "zones of delivery with their methods"),
    ROUTE(POST, API_ZONES, WHO_SHOP, "shop.change", CSRF_API, KiB(64), RATE_WRITE,
          delivery_api_create, "a new zone: name, countries (\"DE FR\" or \"*\"), methods"),
    ROUTE(PUT, API_ZONES "/{zone}", WHO_SHOP, "shop.change", CSRF_API, KiB(64), RATE_WRITE,
          delivery_api_change, "change a zone; methods left out are gone"),
    ROUTE(DELETE, API_ZONES "/{zone}", WHO_SHOP, "shop.change", CSRF_API, KiB(4), RATE_WRITE,
          delivery_api_remove, "take a zone away"),
};

const struct feature delivery_feature = {
    .name = "delivery",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = delivery_migrations,
    .migration_count = delivery_migration_count,
    .queries = delivery_queries,
    .query_count = delivery_query_count,
};
