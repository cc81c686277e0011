/* The tables of feature media. */
#include "media/media.h"

#include "media/media_sql.h"

static const char *const needs[] = {"account", NULL};

const struct feature media_feature = {
    .name = "media",
    .needs = needs,
    .migrations = media_migrations,
    .migration_count = media_migration_count,
    .queries = media_queries,
    .query_count = media_query_count,
};
