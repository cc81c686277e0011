/* The tables of adapter test_payment. */
#include "test_payment/test_payment_part.h"

static const struct setting_def settings[] = {
    {"test_payment.secret", SETTING_SERVER, SETTING_SECRET, NULL, 0, 200, false,
     "signs the notices of test payments"},
};

static const struct job_kind jobs[] = {
    {"test_payment.late", test_payment_late_job, 60000, 8, 10000, 2, 0,
     "the test card that answers too late"},
};

enum { FORM_BYTES = 4096, NOTICE_BYTES = 16384 };
static const struct route routes[] = {
    ROUTE(GET, "/pay/test/{attempt}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, test_payment_show,
          "the page of the test provider: pay or decline with play money"),
    ROUTE(POST, "/pay/test/{attempt}", WHO_ANYONE, NULL, CSRF_FORM, FORM_BYTES, RATE_WRITE,
          test_payment_post, "the payer decides"),
    ROUTE(POST, "/webhooks/test", WHO_PROVIDER, NULL, CSRF_NONE, NOTICE_BYTES, RATE_PROVIDER,
          test_payment_webhook, "a signed notice of the test provider"),
};

const struct feature test_payment_feature = {
    .name = "test_payment",
    .routes = routes,
    .route_count = COUNT(routes),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .settings = settings,
    .setting_count = COUNT(settings),
    .migrations = test_payment_migrations,
    .migration_count = test_payment_migration_count,
    .queries = test_payment_queries,
    .query_count = test_payment_query_count,
    .payment_gateway = &test_payment_gateway,
    .start = test_payment_start,
};
