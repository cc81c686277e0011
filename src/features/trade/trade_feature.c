/* The tables of feature trade. */
#include "trade/trade_part.h"

#include "trade/trade_sql.h"

static const char *const needs[] = {"account", "shop", NULL};

static const struct job_kind jobs[] = {
    {.name = "trade.run", .run = trade_run_job, .timeout_ms = 60000, .attempts_max = 5, .backoff_ms = 2000, .parallel_max = 1,
     .summary = "takes a slice of a file of customs records, or takes an import out again"},
};

const struct feature trade_feature = {
    .name = "trade",
    .needs = needs,
    .store = "trade",
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .migrations = trade_migrations,
    .migration_count = trade_migration_count,
    .queries = trade_queries,
    .query_count = trade_query_count,
};
