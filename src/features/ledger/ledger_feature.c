/* The tables of feature ledger, and its part of `millpond verify`. */
#include "ledger/ledger_part.h"

static const char *const needs[] = {"shop", NULL};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct ledger_verify_journals_row *journals;
    struct ledger_verify_currencies_row *currencies;
    struct ledger_verify_strays_row *strays;
    size_t count;
    TRY(ledger_verify_journals(tx, a, 20, &journals, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I1", "shop %lld journal %lld sums to %lld",
                         (long long)journals[i].shop_id.v, (long long)journals[i].journal_id,
                         (long long)journals[i].minor);
    TRY(ledger_verify_currencies(tx, a, 20, &currencies, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I1", "%.*s %s sums to %lld", (int)currencies[i].currency.len,
                         currencies[i].currency.ptr,
                         currencies[i].is_pending ? "pending" : "posted",
                         (long long)currencies[i].minor);
    TRY(ledger_verify_strays(tx, a, 20, &strays, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I1",
                         "shop %lld journal %lld: an entry that does not belong to it",
                         (long long)strays[i].shop_id.v, (long long)strays[i].journal_id);
    return ledger_verify_seals(tx, a, report);
}

static const struct job_kind jobs[] = {
    {"ledger.seal", ledger_seal_job, 60000, 1, 1000, 1, 60000,
     "seals finished ranges of the books, chained by hash"},
};

const struct feature ledger_feature = {
    .name = "ledger",
    .needs = needs,
    .migrations = ledger_migrations,
    .migration_count = ledger_migration_count,
    .queries = ledger_queries,
    .query_count = ledger_query_count,
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .verify = verify,
};
