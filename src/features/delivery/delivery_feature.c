/* The tables of feature delivery. */
#include "delivery/delivery.h"

#include "delivery/delivery_sql.h"

static const char *const needs[] = {"account", "shop", "media", NULL};

const struct feature delivery_feature = {
    .name = "delivery",
    .needs = needs,
    .migrations = delivery_migrations,
    .migration_count = delivery_migration_count,
    .queries = delivery_queries,
    .query_count = delivery_query_count,
};
