/* What must always hold in the store of the records: asked by `millpond verify`. */
#include "trade/trade_part.h"
#include "trade/trade_sql.h"

enum { SHOWN = 20 };

static const struct err *companies(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct trade_verify_companies_row *sums;
    struct trade_verify_names_row *names;
    struct trade_verify_strangers_row *strangers;
    size_t count;
    TRY(trade_verify_companies(tx, a, SHOWN, SHOWN, &sums, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade",
                         "shop %lld company %lld: %lld imports and %lld exports stored, %lld and "
                         "%lld records",
                         (long long)sums[i].shop_id.v, (long long)sums[i].number,
                         (long long)sums[i].imports, (long long)sums[i].exports,
                         (long long)sums[i].named_imports, (long long)sums[i].named_exports);
    TRY(trade_verify_names(tx, a, SHOWN, SHOWN, &names, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade",
                         "shop %lld company %lld: %lld records, its names have %lld",
                         (long long)names[i].shop_id.v, (long long)names[i].number,
                         (long long)names[i].records, (long long)names[i].named);
    TRY(trade_verify_strangers(tx, a, SHOWN, SHOWN, &strangers, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade", "shop %lld record %lld names company %lld, which is none",
                         (long long)strangers[i].shop_id.v, (long long)strangers[i].number,
                         (long long)strangers[i].company);
    return NULL;
}

static const struct err *terms(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct trade_verify_terms_row *sums;
    struct trade_verify_posts_row *posts;
    size_t count;
    TRY(trade_verify_terms(tx, a, SHOWN, SHOWN, &sums, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(
            report, "trade", "shop %lld term %.*s %.*s: %lld records stored, %lld rows",
            (long long)sums[i].shop_id.v, STR_ARG(sums[i].kind), STR_ARG(sums[i].value),
            (long long)sums[i].records, (long long)sums[i].postings);
    TRY(trade_verify_posts(tx, a, SHOWN, SHOWN, &posts, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade", "shop %lld term %lld leads to record %lld, which is none",
                         (long long)posts[i].shop_id.v, (long long)posts[i].term,
                         (long long)posts[i].number);
    return NULL;
}

static const struct err *imports(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct trade_verify_imports_row *sums;
    struct trade_verify_orphans_row *orphans;
    struct trade_verify_counts_row *counts;
    size_t count;
    TRY(trade_verify_imports(tx, a, SHOWN, SHOWN, &sums, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade", "shop %lld import %lld: %lld records stored, %lld rows",
                         (long long)sums[i].shop_id.v, (long long)sums[i].id.v,
                         (long long)sums[i].records, (long long)sums[i].counted);
    TRY(trade_verify_orphans(tx, a, SHOWN, SHOWN, &orphans, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade", "shop %lld record %lld belongs to no import",
                         (long long)orphans[i].shop_id.v, (long long)orphans[i].number);
    TRY(trade_verify_counts(tx, a, SHOWN, SHOWN, &counts, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "trade", "shop %lld: %lld numbers given out, a record has %lld",
                         (long long)counts[i].shop_id.v, (long long)counts[i].records,
                         (long long)counts[i].last);
    return NULL;
}

const struct err *trade_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    TRY(companies(tx, a, report));
    TRY(terms(tx, a, report));
    return imports(tx, a, report);
}
