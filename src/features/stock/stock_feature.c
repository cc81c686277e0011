/* The tables of feature stock, and its part of `millpond verify`. */
#include "stock/stock.h"

#include "stock/stock_sql.h"
#include "stock/stock_view.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", NULL};

enum { FORM_BYTES = 32 * 1024 };

static const struct route routes[] = {
    ROUTE(GET, "/console/{shop}/products/low", WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ,
          stock_page_low, "products that run out, the emptiest first"),
    ROUTE(GET, "/console/{shop}/products/{product}/stock", WHO_SHOP, "catalog.read", CSRF_NONE, 0,
          RATE_READ, stock_page, "how many there are of each variant"),
    ROUTE(POST, "/console/{shop}/products/{product}/stock", WHO_SHOP, "catalog.change", CSRF_FORM,
          FORM_BYTES, RATE_WRITE, stock_page_save, "sets the counts"),
    ROUTE(GET, "/api/v1/console/{shop}/products/{product}/stock", WHO_SHOP, "catalog.read",
          CSRF_NONE, 0, RATE_READ, stock_api_show, "counts of a product's variants"),
    ROUTE(PUT, "/api/v1/console/{shop}/variants/{variant}/stock", WHO_SHOP, "catalog.change",
          CSRF_API, KiB(1), RATE_WRITE, stock_api_set,
          "on_hand: the count on the shelf, -1 = not counted"),
};

static const struct event_kind events[] = {
    {"stock.changed", 1, "subject: variant, object: product, number: available now"},
    {"stock.low", 1, "subject: variant, object: product, number: available now (5 or fewer)"},
};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct stock_verify_held_row *held;
    struct stock_verify_on_hand_row *on_hand;
    size_t count;
    TRY(stock_verify_held(tx, a, 20, &held, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I3", "shop %lld variant %lld: held %lld, live holds %lld",
                         (long long)held[i].shop_id.v, (long long)held[i].variant_id.v,
                         (long long)held[i].held, (long long)held[i].holds);
    TRY(stock_verify_on_hand(tx, a, 20, &on_hand, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I3", "shop %lld variant %lld: on hand %lld, movements %lld",
                         (long long)on_hand[i].shop_id.v, (long long)on_hand[i].variant_id.v,
                         (long long)on_hand[i].on_hand, (long long)on_hand[i].moved);
    return NULL;
}

const struct feature stock_feature = {
    .name = "stock",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .events = events,
    .event_count = COUNT(events),
    .migrations = stock_migrations,
    .migration_count = stock_migration_count,
    .queries = stock_queries,
    .query_count = stock_query_count,
    .verify = verify,
};
