/* The tables of feature shop. */
#include "shop/shop.h"

#include "shop/shop_sql.h"

static const char *const needs[] = {"account", NULL};

static const struct event_kind events[] = {
    {"shop.created", 1, "subject: shop"},
    {"shop.changed", 1, "subject: shop"},
};

static const struct permission_def permissions[] = {
    {"shop.read", "staff,viewer", "see the console of the shop"},
    {"shop.change", "", "change the shop's settings and members"},
};

static const struct err *find_by_handle(struct tx *tx, struct arena *a, str handle, struct shop_id *ret)
{
    struct shop shop;
    TRY(shop_by_handle(tx, a, handle, &shop));
    *ret = shop.id;
    return NULL;
}

const struct feature shop_feature = {
    .name = "shop",
    .needs = needs,
    .events = events,
    .event_count = COUNT(events),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = shop_migrations,
    .migration_count = shop_migration_count,
    .queries = shop_queries,
    .query_count = shop_query_count,
    .shop_by_handle = find_by_handle,
};
