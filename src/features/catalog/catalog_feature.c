/* The tables of feature catalog. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_sql.h"

static const char *const needs[] = {"account", "shop", "media", NULL};

#define PRODUCTS "/console/{shop}/products"
#define API "/api/v1/shops/{shop}/products"
#define API_CONSOLE "/api/v1/console/{shop}/products"

static const struct route routes[] = {
    ROUTE(GET, PRODUCTS, WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ, catalog_console_list,
          "products: q, status, before"),
    ROUTE(GET, PRODUCTS "/new", WHO_SHOP, "catalog.change", CSRF_NONE, 0, RATE_READ,
          catalog_console_new, "form of a new product"),
    ROUTE_UPLOAD(POST, PRODUCTS, WHO_SHOP, "catalog.change", CSRF_FORM, MEDIA_FORM_BYTES_MAX,
                 RATE_UPLOAD, catalog_console_create, "add a product (multipart)"),
    ROUTE(POST, PRODUCTS "/many", WHO_SHOP, "catalog.change", CSRF_FORM, KiB(16), RATE_WRITE,
          catalog_console_many, "do=active, draft or archived, with the chosen products"),
    ROUTE(GET, PRODUCTS "/{product}", WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ,
          catalog_console_show, "form of a product"),
    ROUTE_UPLOAD(POST, PRODUCTS "/{product}", WHO_SHOP, "catalog.change", CSRF_FORM,
                 MEDIA_FORM_BYTES_MAX, RATE_UPLOAD, catalog_console_save,
                 "change a product (multipart)"),
    ROUTE(POST, PRODUCTS "/{product}/status", WHO_SHOP, "catalog.change", CSRF_FORM, KiB(16),
          RATE_WRITE, catalog_console_status, "put on sale, back to the drafts, or archive"),
    ROUTE(GET, PRODUCTS "/{product}/quantities", WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ,
          catalog_ladders_page, "least quantities, steps, prices by quantity and samples"),
    ROUTE(POST, PRODUCTS "/{product}/quantities", WHO_SHOP, "catalog.change", CSRF_FORM, KiB(64),
          RATE_WRITE, catalog_ladders_save, "keeps them"),
    ROUTE(GET, API, WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, catalog_api_list,
          "products on sale: cursor, limit"),
    ROUTE(GET, API "/{product}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, catalog_api_show,
          "a product on sale, by id or handle"),
    ROUTE(GET, API_CONSOLE, WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ,
          catalog_api_console_list, "all products: q, status, cursor, limit"),
    ROUTE_ONCE(POST, API_CONSOLE, WHO_SHOP, "catalog.change", CSRF_API, MiB(1), RATE_WRITE,
               catalog_api_create, "add a product"),
    ROUTE(GET, API_CONSOLE "/{product}", WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ,
          catalog_api_console_show, "a product"),
    ROUTE(PUT, API_CONSOLE "/{product}", WHO_SHOP, "catalog.change", CSRF_API, MiB(1), RATE_WRITE,
          catalog_api_change, "change a product; what is left out is emptied"),
};

static const struct nav_item nav[] = {{20, "/products", "catalog.nav", "tag", "catalog.read"}};

static const struct event_kind events[] = {
    {"catalog.product_saved", 1, "subject: product"},
    {"catalog.product_archived", 1, "subject: product"},
};

static const struct permission_def permissions[] = {
    {"catalog.read", "staff,viewer", "see products, drafts included"},
    {"catalog.change", "staff", "create and change products"},
};

const struct feature catalog_feature = {
    .name = "catalog",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .nav = nav,
    .nav_count = COUNT(nav),
    .events = events,
    .event_count = COUNT(events),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = catalog_migrations,
    .migration_count = catalog_migration_count,
    .queries = catalog_queries,
    .query_count = catalog_query_count,
};
