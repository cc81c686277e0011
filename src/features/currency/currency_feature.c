/* The tables of feature currency. */
#include "currency/currency_view.h"

#include "core/web_cookie.h"
#include "currency/currency_sql.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", NULL};

static const struct err *choose(struct web *w)
{
    str code;
    TRY(web_text(w, "currency", 3, 3, &code));
    TRY(web_set_currency(w, code));
    return web_redirect_to(w, web_next(w, "/"));
}

static const struct route routes[] = {
    ROUTE(POST, "/currency", WHO_ANYONE, NULL, CSRF_FORM, KiB(4), RATE_WRITE, choose,
          "the currency a reader wants to see prices in: currency, next"),
    ROUTE(GET, "/console/{shop}/selling/currencies", WHO_SHOP, "shop.change", CSRF_NONE, 0,
          RATE_READ, currency_page, "the shop's other currencies and their rates"),
    ROUTE(POST, "/console/{shop}/selling/currencies", WHO_SHOP, "shop.change", CSRF_FORM, KiB(16),
          RATE_WRITE, currency_page_save, "change them"),
    ROUTE(GET, "/api/v1/console/{shop}/currencies", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          currency_api_show, "the shop's other currencies and their rates"),
    ROUTE(PUT, "/api/v1/console/{shop}/currencies", WHO_SHOP, "shop.change", CSRF_API, KiB(16),
          RATE_WRITE, currency_api_save, "change them; what is left out is gone"),
    ROUTE(PUT, "/api/v1/console/{shop}/variants/{variant}/price", WHO_SHOP, "catalog.change",
          CSRF_API, KiB(4), RATE_WRITE, currency_api_price,
          "a fixed price in another currency: currency, price (left out: none)"),
};

const struct feature currency_feature = {
    .name = "currency",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = currency_migrations,
    .migration_count = currency_migration_count,
    .queries = currency_queries,
    .query_count = currency_query_count,
};
