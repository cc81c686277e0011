/* The tables of adapter manual_payment. */
#include "manual_payment/manual_payment_part.h"
#include "manual_payment/manual_payment_sql.h"

static const char *const needs[] = {NULL};

static const struct setting_def settings[] = {
    {"manual_payment.transfer", SETTING_SHOP, SETTING_BOOL, "false", 0, 0, false,
     "buyers may pay by bank transfer"},
    {"manual_payment.delivery", SETTING_SHOP, SETTING_BOOL, "false", 0, 0, false,
     "buyers may pay on delivery"},
    {"manual_payment.words", SETTING_SHOP, SETTING_TEXT, "", 0, MANUAL_WORDS_MAX, false,
     "where a transfer goes, as the buyer reads it"},
    {"manual_payment.two_above", SETTING_SHOP, SETTING_INT, "0", 0, MANUAL_LIMIT_MAX, false,
     "above so many units two people say that money arrived; 0: never"},
};

#define PAGE "/console/{shop}/payments/"

static const struct route routes[] = {
    ROUTE(GET, PAGE "transfer", WHO_SHOP, "payment.manage", CSRF_NONE, 0, RATE_READ, manual_page,
          "bank transfer and payment on delivery"),
    ROUTE(GET, PAGE "delivery", WHO_SHOP, "payment.manage", CSRF_NONE, 0, RATE_READ, manual_page,
          "the same page"),
    ROUTE(POST, PAGE "transfer", WHO_SHOP, "payment.manage", CSRF_FORM, 8000, RATE_WRITE,
          manual_page_save, "transfer, delivery, words, limit"),
};

const struct feature manual_payment_feature = {
    .name = "manual_payment",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .settings = settings,
    .setting_count = COUNT(settings),
    .migrations = manual_payment_migrations,
    .migration_count = manual_payment_migration_count,
    .queries = manual_payment_queries,
    .query_count = manual_payment_query_count,
    .payment_gateway = &manual_transfer,
};
