/* The tables of feature past. */
#include "past/past_part.h"
#include "past/past_sql.h"

static const char *const needs[] = {"account", "shop", "identity", NULL};

const struct feature past_feature = {
    .name = "past",
    .needs = needs,
    .migrations = past_migrations,
    .migration_count = past_migration_count,
    .queries = past_queries,
    .query_count = past_query_count,
    .timeline = past_timeline,
    .verify = past_check,
};
