/* The tables of feature price. */
#include "price/price_view.h"

#include "price/price_sql.h"

static const char *const needs[] = {"account",  "shop", "media",    "catalog", "stock",
                                    "delivery", "tax",  "currency", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/console/{shop}/selling", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          price_selling_page, "where the shop sells: zones, taxes, currencies, what a thing costs"),
    ROUTE(POST, "/console/{shop}/selling/start", WHO_SHOP, "shop.change", CSRF_FORM, KiB(16),
          RATE_WRITE, price_selling_start, "first set-up: reach home, eu or world"),
};

const struct feature price_feature = {
    .name = "price",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = price_migrations,
    .migration_count = price_migration_count,
    .queries = price_queries,
    .query_count = price_query_count,
    .verify = price_verify,
};
