/* The tables of feature quote. */
#include "quote/quote_part.h"

static const char *const needs[] = {"account", "shop",   "media",    "catalog", "stock",
                                    "delivery", "tax",   "currency", "price",   "ledger",
                                    "identity", "pool",  "notify",   "order",   "chat",
                                    NULL};

#define ABOUT "subject: quotation, object: order or 0, number: version, account: buyer or 0"
static const struct event_kind events[] = {
    {"quote.asked", 1, ABOUT},    {"quote.quoted", 1, ABOUT},    {"quote.accepted", 1, ABOUT},
    {"quote.declined", 1, ABOUT}, {"quote.withdrawn", 1, ABOUT}, {"quote.expired", 1, ABOUT},
};

static const char *const merged[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"quote.account_merged", merged, quote_account_merged},
};

static const struct job_kind jobs[] = {
    {"quote.sweep", quote_sweep, 60000, 1, 1000, 1, 60000,
     "reminds of quotations that expire soon, and lets them expire"},
};

static const struct permission_def permissions[] = {
    {"quote.read", "staff,viewer", "see requests for quotation and quotations"},
    {"quote.change", "staff", "answer with a quotation, make offers"},
};

const struct feature quote_feature = {
    .name = "quote",
    .needs = needs,
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = quote_migrations,
    .migration_count = quote_migration_count,
    .queries = quote_queries,
    .query_count = quote_query_count,
    .timeline = quote_tell_timeline,
    .verify = quote_verify,
};
