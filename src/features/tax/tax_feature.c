/* The tables of feature tax. */
#include "tax/tax.h"

#include "tax/tax_sql.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", NULL};

const struct feature tax_feature = {
    .name = "tax",
    .needs = needs,
    .migrations = tax_migrations,
    .migration_count = tax_migration_count,
    .queries = tax_queries,
    .query_count = tax_query_count,
};
