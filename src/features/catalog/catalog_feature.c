/* The tables of feature catalog. */
#include "catalog/catalog.h"

#include "catalog/catalog_sql.h"

static const char *const needs[] = {"account", "shop", "media", NULL};

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
    .events = events,
    .event_count = COUNT(events),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = catalog_migrations,
    .migration_count = catalog_migration_count,
    .queries = catalog_queries,
    .query_count = catalog_query_count,
};
