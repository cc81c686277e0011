/* The tables of adapter paypal. */
#include "paypal/paypal_view.h"

static const char *const needs[] = {NULL};

static const struct setting_def settings[] = {
    {"paypal.api", SETTING_SERVER, SETTING_TEXT, "https://api-m.paypal.com", 0, 300, false,
     "where PayPal's API is"},
    {"paypal.sandbox_api", SETTING_SERVER, SETTING_TEXT, "https://api-m.sandbox.paypal.com", 0, 300,
     false, "where the API of PayPal's sandbox is"},
    {"paypal.roots", SETTING_SERVER, SETTING_TEXT, "", 0, 300, false,
     "file of the roots that PayPal's certificates lead to; empty: the system's"},
    {"paypal.client_id", SETTING_SHOP, SETTING_SECRET, NULL, 0, 250, false,
     "the shop's client id at PayPal"},
    {"paypal.secret", SETTING_SHOP, SETTING_SECRET, NULL, 0, 250, false,
     "the shop's secret at PayPal"},
    {"paypal.webhook_id", SETTING_SHOP, SETTING_TEXT, NULL, 0, 250, false,
     "the id of the shop's webhook at PayPal"},
    {"paypal.sandbox", SETTING_SHOP, SETTING_BOOL, "false", 0, 0, false,
     "the account is one of PayPal's sandbox"},
};

#define PAGE "/console/{shop}/payments/paypal"

static const struct route routes[] = {
    ROUTE(GET, PAGE, WHO_SHOP, "payment.manage", CSRF_NONE, 0, RATE_READ, paypal_page,
          "the shop's account at PayPal"),
    ROUTE(POST, PAGE, WHO_SHOP, "payment.manage", CSRF_FORM, 4000, RATE_WRITE, paypal_page_save,
          "connects the shop's account: client_id, secret, webhook_id, sandbox"),
    ROUTE(POST, PAGE "/remove", WHO_SHOP, "payment.manage", CSRF_FORM, 1000, RATE_WRITE,
          paypal_page_off, "disconnects the shop's account"),
    ROUTE(POST, "/hooks/paypal/{shop_id}", WHO_PROVIDER, NULL, CSRF_NONE, 512 * 1024, RATE_PROVIDER,
          paypal_hook, "a signed event of PayPal"),
};

const struct feature paypal_feature = {
    .name = "paypal",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .settings = settings,
    .setting_count = COUNT(settings),
    .payment_gateway = &paypal_gateway,
};
