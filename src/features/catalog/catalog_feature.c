/* The tables of feature catalog. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_sql.h"

static const char *const needs[] = {"account", "shop", "media", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/s/{shop}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, catalog_front_page, "a shop and its products"),
};

static const struct event_kind events[] = {
    {"catalog.product_saved", 1, "subject: product"},
    {"catalog.product_archived", 1, "subject: product"},
};

static const struct permission_def permissions[] = {
    {"catalog.read", "staff,viewer", "see products, drafts included"},
    {"catalog.change", "staff", "create and change products"},
};

const struct feature catalog_feature = {
    .name = "catalog",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .events = events,
    .event_count = COUNT(events),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = catalog_migrations,
    .migration_count = catalog_migration_count,
    .queries = catalog_queries,
    .query_count = catalog_query_count,
};
