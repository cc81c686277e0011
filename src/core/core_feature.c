/* Core's own tables: see core_feature.h. */
#include "core/core_feature.h"

#include "core/core_sql.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
enum { EVENTS_DAYS = 30, KEYS_DAYS = 7, WATCHED_JOBS_DAYS = 7 };

static const struct err *prune(struct turn *t, void *arg)
{
    int64_t events, keys, jobs, sessions, tokens, most = JOB_PRUNE_ROWS;
    TRY(event_prune(t->tx, t->arena, t->now_ms - EVENTS_DAYS * DAY_MS, most, t->now_ms, &events));
    TRY(idempotency_prune(t->tx, t->arena, t->now_ms - KEYS_DAYS * DAY_MS, most, &keys));
    TRY(job_prune(t->tx, t->arena, t->now_ms - WATCHED_JOBS_DAYS * DAY_MS, most, &jobs));
    TRY(session_prune(t->tx, t->arena, t->now_ms, most, &sessions));
    TRY(one_shot_prune(t->tx, t->arena, t->now_ms, most, &tokens));
    *(bool *)arg = events == most || keys == most || jobs == most || sessions == most ||
                   tokens == most;
    return NULL;
}

static const struct err *prune_run(struct job_run *run)
{
    return job_prune_slices(run, prune);
}

static const struct job_kind jobs[] = {
    {"core.prune", prune_run, 60000, 3, 60000, 1, 3600 * 1000,
     "removes expired sessions, keys, tokens, old events"},
};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct event_last_row last;
    TRY(event_last(tx, a, &last));
    struct event_cursor_beyond_row *rows = NULL;
    size_t count = 0;
    TRY(event_cursor_beyond(tx, a, last.seq, 100, 100, &rows, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I10", "cursor of %.*s stands at %lld, beyond the last event %lld",
                         STR_ARG(rows[i].name), (long long)rows[i].seq, (long long)last.seq);
    struct event_parked_rows_row *parked = NULL;
    TRY(event_parked_rows(tx, a, 100, 100, &parked, &count));
    for (size_t i = 0; i < count; i++)
        if (parked[i].is_head)
            verify_violation(report, "I10", "event %lld is parked for %.*s: %.*s",
                             (long long)parked[i].seq, STR_ARG(parked[i].subscriber),
                             STR_ARG(parked[i].reason));
    return NULL;
}

const struct feature core_feature = {
    .name = "core",
    .jobs = jobs, .job_count = COUNT(jobs),
    .migrations = core_migrations, .migration_count = core_migration_count,
    .queries = core_queries, .query_count = core_query_count,
    .verify = verify,
};
