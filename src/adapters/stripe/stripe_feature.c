/* The tables of adapter stripe. */
#include "stripe/stripe_view.h"

static const char *const needs[] = {NULL};

static const struct setting_def settings[] = {
    {"stripe.api", SETTING_SERVER, SETTING_TEXT, "https://api.stripe.com", 0, 300, false,
     "where Stripe's API is"},
    {"stripe.secret_key", SETTING_SHOP, SETTING_SECRET, NULL, 0, 250, false,
     "the shop's secret key at Stripe"},
    {"stripe.webhook_secret", SETTING_SHOP, SETTING_SECRET, NULL, 0, 250, false,
     "signs the events that Stripe sends"},
    {"stripe.account", SETTING_SHOP, SETTING_TEXT, NULL, 0, 100, false,
     "the shop's account at Stripe"},
    {"stripe.charge_later", SETTING_SHOP, SETTING_BOOL, "false", 0, 0, false,
     "cards are held when an order is placed, and charged by hand"},
};

#define PAGE "/console/{shop}/payments/stripe"

static const struct route routes[] = {
    ROUTE(GET, PAGE, WHO_SHOP, "payment.manage", CSRF_NONE, 0, RATE_READ, stripe_page,
          "the shop's account at Stripe"),
    ROUTE(POST, PAGE, WHO_SHOP, "payment.manage", CSRF_FORM, 4000, RATE_WRITE, stripe_page_save,
          "connects the shop's account: secret_key, webhook_secret, later"),
    ROUTE(POST, PAGE "/remove", WHO_SHOP, "payment.manage", CSRF_FORM, 1000, RATE_WRITE,
          stripe_page_off, "disconnects the shop's account"),
    ROUTE(POST, "/hooks/stripe/{shop_id}", WHO_PROVIDER, NULL, CSRF_NONE, 512 * 1024, RATE_PROVIDER,
          stripe_hook, "a signed event of Stripe"),
};

const struct feature stripe_feature = {
    .name = "stripe",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .settings = settings,
    .setting_count = COUNT(settings),
    .payment_gateway = &stripe_gateway,
};
