/* The tables of feature currency. */
#include "currency/currency.h"

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
