/* The tables of feature notify. */
#include "notify/notify.h"

#include "notify/notify_part.h"
#include "notify/notify_sql.h"

static const char *const needs[] = {"account", "shop", NULL};

static const struct job_kind jobs[] = {
    {.name = "mail.send", .run = notify_job_send, .timeout_ms = 60000, .attempts_max = NOTIFY_ATTEMPTS_MAX,
     .backoff_ms = 5000, .parallel_max = 2, .summary = "hands one mail of the outbox to the mail server"},
};

static const struct permission_def permissions[] = {
    {"mail.read", "staff,viewer", "see which mails went out"},
    {"mail.send", "staff", "send a mail again"},
};

const struct feature notify_feature = {
    .name = "notify",
    .needs = needs,
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = notify_migrations,
    .migration_count = notify_migration_count,
    .queries = notify_queries,
    .query_count = notify_query_count,
};
