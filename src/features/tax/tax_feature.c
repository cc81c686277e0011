/* The tables of feature tax. */
#include "tax/tax_part.h"

#include "tax/tax_sql.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", NULL};

static const struct route routes[] = {
    ROUTE(GET, "/console/{shop}/selling/tax", WHO_SHOP, "shop.change", CSRF_NONE, 0, RATE_READ,
          tax_page, "rates per country and the shop's tax numbers"),
    ROUTE(POST, "/console/{shop}/selling/tax", WHO_SHOP, "shop.change", CSRF_FORM, KiB(128),
          RATE_WRITE, tax_page_save, "change them; do=eu fills in suggestions for the EU"),
    ROUTE(GET, "/api/v1/console/{shop}/tax", WHO_SHOP, "shop.read", CSRF_NONE, 0, RATE_READ,
          tax_api_show, "rates per country and the shop's tax numbers"),
    ROUTE(PUT, "/api/v1/console/{shop}/tax", WHO_SHOP, "shop.change", CSRF_API, KiB(128),
          RATE_WRITE, tax_api_save, "change them; what is left out is emptied"),
};

static const struct command commands[] = {
    {"import duties", "FILE",
     "duties for estimates: CSV with hs, destination, rate, source, date\n"
     "hs: 2, 4, 6, 8 or 10 digits, the beginning of codes; destination: two letters; rate:\n"
     "percent; source: where it is from; date: YYYY-MM-DD. Rows that are there are replaced.",
     tax_duty_import},
};

const struct feature tax_feature = {
    .name = "tax",
    .needs = needs,
    .commands = commands,
    .command_count = COUNT(commands),
    .routes = routes,
    .route_count = COUNT(routes),
    .migrations = tax_migrations,
    .migration_count = tax_migration_count,
    .queries = tax_queries,
    .query_count = tax_query_count,
};
