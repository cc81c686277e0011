/* The tables of feature contact. */
#include "contact/contact.h"

#include "contact/contact_view.h"

static const char *const needs[] = {"account", "shop", "identity", "pool", "order", "chat", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/console/{shop}/customers", WHO_SHOP, "contact.read", CSRF_NONE, 0, RATE_READ,
          contact_list_page, "customers of the shop"),
    ROUTE(GET, "/console/{shop}/customers/pairs", WHO_SHOP, "contact.read", CSRF_NONE, 0, RATE_READ,
          contact_pairs_page, "pairs that may be one person"),
    ROUTE(GET, "/console/{shop}/customers/export.csv", WHO_SHOP, "contact.read", CSRF_NONE, 0,
          RATE_READ, contact_export,
          "the customers of a filter as CSV; ?q= ?orders= ?news= ?pool="),
    ROUTE(POST, "/console/{shop}/customers/many", WHO_SHOP, "contact.change", CSRF_FORM, 16384,
          RATE_WRITE, contact_many, "do=export or no_news, with the chosen customers"),
    ROUTE(GET, "/console/{shop}/customers/{contact}", WHO_SHOP, "contact.read", CSRF_NONE, 0,
          RATE_READ, contact_page, "one customer with her story"),
    ROUTE(POST, "/console/{shop}/customers/{contact}/join", WHO_SHOP, "contact.change", CSRF_FORM,
          4096, RATE_WRITE, contact_join, "join another contact into this one"),
    ROUTE(POST, "/console/{shop}/customers/{contact}/differ", WHO_SHOP, "contact.change", CSRF_FORM,
          4096, RATE_WRITE, contact_differ, "two contacts are different people"),
    ROUTE(POST, "/console/{shop}/customers/{contact}/merges/{merge}/undo", WHO_SHOP,
          "contact.change", CSRF_FORM, 4096, RATE_WRITE, contact_unjoin, "take a merge back"),
    ROUTE(POST, "/console/{shop}/customers/{contact}/consent", WHO_SHOP, "contact.change",
          CSRF_FORM, 4096, RATE_WRITE, contact_consent, "write down what she said about news"),
    ROUTE(GET, "/api/v1/console/{shop}/customers", WHO_SHOP, "contact.read", CSRF_NONE, 0,
          RATE_READ, contact_list_json, "customers of the shop"),
    ROUTE(GET, "/api/v1/console/{shop}/customers/{contact}", WHO_SHOP, "contact.read", CSRF_NONE, 0,
          RATE_READ, contact_json, "one customer: ids and timeline"),
    ROUTE(POST, "/api/v1/console/{shop}/customers/{contact}/join", WHO_SHOP, "contact.change",
          CSRF_API, 4096, RATE_WRITE, contact_join, "join contact `other` into this one"),
    ROUTE(POST, "/api/v1/console/{shop}/customers/{contact}/differ", WHO_SHOP, "contact.change",
          CSRF_API, 4096, RATE_WRITE, contact_differ,
          "this contact and `other` are different people"),
    ROUTE(POST, "/api/v1/console/{shop}/customers/{contact}/merges/{merge}/undo", WHO_SHOP,
          "contact.change", CSRF_API, 4096, RATE_WRITE, contact_unjoin, "take a merge back"),
    ROUTE(POST, "/api/v1/console/{shop}/customers/{contact}/consent", WHO_SHOP, "contact.change",
          CSRF_API, 4096, RATE_WRITE, contact_consent, "consent to news: `news` yes or no"),
};

static const struct nav_item nav[] = {{43, "/customers", "contact.nav", "users", "contact.read"}};

const struct feature contact_feature = {
    .name = "contact",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
};
