/* The tables of feature identity, and its part of `millpond verify`. */
#include "identity/identity.h"

#include "identity/identity_part.h"
#include "identity/identity_sql.h"

static const char *const needs[] = {"account", "shop", NULL};

static const struct event_kind events[] = {
    {"contact.created", 1, "subject: contact"},
    {"contact.merged", 1, "subject: the contact that ended, object: the one it became part of"},
    {"contact.consent", 1, "subject: contact, number: 1 yes or 0 no, text: where it was said"},
};

static const char *const merged_kinds[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"identity.account_merged", merged_kinds, identity_account_merged},
};

static const struct permission_def permissions[] = {
    {"contact.read", "staff,viewer", "see customers and their timelines"},
    {"contact.change", "staff", "merge customers, change consent"},
};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct identity_verify_strays_row *strays;
    struct identity_verify_accounts_row *accounts;
    size_t count;
    TRY(identity_verify_strays(tx, a, 20, &strays, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "identity",
                         "shop %lld: an id of contact %lld, which is gone or merged",
                         (long long)strays[i].shop_id.v, (long long)strays[i].contact_id.v);
    TRY(identity_verify_accounts(tx, a, 20, &accounts, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "identity", "shop %lld: contact %lld has %lld accounts",
                         (long long)accounts[i].shop_id.v, (long long)accounts[i].contact_id.v,
                         (long long)accounts[i].accounts);
    return NULL;
}

const struct feature identity_feature = {
    .name = "identity",
    .needs = needs,
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = identity_migrations,
    .migration_count = identity_migration_count,
    .queries = identity_queries,
    .query_count = identity_query_count,
    .timeline = identity_timeline,
    .verify = verify,
};
