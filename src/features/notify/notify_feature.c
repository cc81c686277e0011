/* The tables of feature notify. */
#include "notify/notify.h"

#include "notify/notify_part.h"
#include "notify/notify_sql.h"

static const char *const needs[] = {"account", "shop", NULL};

static const struct job_kind jobs[] = {
    {.name = "mail.send",
     .run = notify_job_send,
     .timeout_ms = 60000,
     .attempts_max = NOTIFY_ATTEMPTS_MAX,
     .backoff_ms = 5000,
     .parallel_max = 2,
     .summary = "hands one mail of the outbox to the mail server"},
    {.name = "mail.held",
     .run = notify_job_held,
     .timeout_ms = 60000,
     .attempts_max = 3,
     .backoff_ms = 5000,
     .parallel_max = 1,
     .every_ms = 60000,
     .summary = "lets mails go that waited for a mail server"},
};

static const struct permission_def permissions[] = {
    {"mail.read", "staff,viewer", "see which mails went out"},
    {"mail.send", "staff", "send a mail again"},
};

static const struct route routes[] = {
    ROUTE(GET, "/console/{shop}/mails", WHO_SHOP, "mail.read", CSRF_NONE, 0, RATE_READ,
          notify_page_mails, "the shop's mails"),
    ROUTE(POST, "/console/{shop}/mails/{id}/again", WHO_SHOP, "mail.send", CSRF_FORM, 4096,
          RATE_WRITE, notify_page_again, "sends a mail again"),
};

static const struct nav_item nav[] = {{85, "/mails", "notify.mails", "mail", "mail.read"}};

const struct feature notify_feature = {
    .name = "notify",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .start = notify_start,
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = notify_migrations,
    .migration_count = notify_migration_count,
    .queries = notify_queries,
    .query_count = notify_query_count,
};
