/* The tables of feature account. */
#include "account/account.h"

#include "account/account_part.h"
#include "account/account_sql.h"

static const struct event_kind events[] = {
    {"account.created", 1, "subject: account"},
    {"account.merged", 1, "subject: the account that ended, object: the one it became part of"},
    {"account.verified", 1, "subject: account"},
};

static const struct err *load_viewer(struct tx *tx, struct arena *a, struct account_id id,
                                     struct viewer *ret)
{
    struct account account;
    TRY(account_get(tx, a, id, &account));
    ret->account_id = account.id;
    ret->name = account.name;
    ret->handle = account.handle;
    ret->is_guest = account.is_guest;
    ret->is_operator = account.is_operator;
    ret->referral_code = account.referral_code;
    return NULL;
}

static const struct job_kind jobs[] = {
    {.name = "account.prune",
     .run = account_job_prune,
     .timeout_ms = 30000,
     .attempts_max = 3,
     .backoff_ms = 60000,
     .parallel_max = 1,
     .every_ms = 3600000,
     .summary = "forgets tries to sign in after a day"},
};

static const char *const needs[] = {NULL};

const struct feature account_feature = {
    .name = "account",
    .needs = needs,
    .events = events,
    .event_count = COUNT(events),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .commands = account_commands,
    .command_count = ACCOUNT_COMMAND_COUNT,
    .verify = account_verify,
    .migrations = account_migrations,
    .migration_count = account_migration_count,
    .queries = account_queries,
    .query_count = account_query_count,
    .viewer_load = load_viewer,
    .guest_make = account_guest_make,
};
