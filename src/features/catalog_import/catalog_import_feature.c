/* The tables of feature catalog_import. */
#include "catalog_import/catalog_import_sql.h"
#include "catalog_import/import_view.h"

static const char *const needs[] = {"account", "shop",     "media", "catalog",
                                    "stock",   "identity", "past",  NULL};

#define CONSOLE "/console/{shop}"
#define API "/api/v1/console/{shop}/imports"

enum { UPLOAD_MAX = IMPORT_BYTES_MAX + 64 * 1024 };

static const struct route routes[] = {
    ROUTE(GET, CONSOLE "/import", WHO_SHOP, "catalog.change", CSRF_NONE, 0, RATE_READ, import_page,
          "take products in from a file"),
    ROUTE_UPLOAD(POST, CONSOLE "/import", WHO_SHOP, "catalog.change", CSRF_FORM, UPLOAD_MAX,
                 RATE_UPLOAD, import_page_upload, "a file to be checked (multipart, field file)"),
    ROUTE(GET, CONSOLE "/import/{import}", WHO_SHOP, "catalog.change", CSRF_NONE, 0, RATE_READ,
          import_page_show, "how far an import is, and what it found"),
    ROUTE(GET, CONSOLE "/import/{import}/columns", WHO_SHOP, "catalog.change", CSRF_NONE, 0,
          RATE_READ, import_page_columns, "what the columns of a file are"),
    ROUTE(POST, CONSOLE "/import/{import}/columns", WHO_SHOP, "catalog.change", CSRF_FORM, KiB(32),
          RATE_WRITE, import_page_columns_save, "the file is read by these columns"),
    ROUTE(POST, CONSOLE "/import/{import}/start", WHO_SHOP, "catalog.change", CSRF_FORM, KiB(4),
          RATE_WRITE, import_page_start, "the checked file goes in"),
    ROUTE(POST, CONSOLE "/import/{import}/photos", WHO_SHOP, "catalog.change", CSRF_FORM, KiB(4),
          RATE_WRITE, import_page_photos, "fetch photos again that failed"),
    ROUTE(GET, CONSOLE "/import/{import}/changes.csv", WHO_SHOP, "catalog.change", CSRF_NONE, 0,
          RATE_READ, import_page_changes, "what an import changes, as CSV"),
    ROUTE(GET, CONSOLE "/import/{import}/problems.csv", WHO_SHOP, "catalog.change", CSRF_NONE, 0,
          RATE_READ, import_page_problems, "the problems of an import as CSV"),
    ROUTE(GET, CONSOLE "/products/export.csv", WHO_SHOP, "catalog.read", CSRF_NONE, 0, RATE_READ,
          import_page_export, "all products as Shopify's CSV"),
    ROUTE_UPLOAD(POST, API, WHO_SHOP, "catalog.change", CSRF_API, UPLOAD_MAX, RATE_UPLOAD,
                 import_api_create, "a file (multipart, field file); dry_run=true only checks it"),
    ROUTE(GET, API "/{import}", WHO_SHOP, "catalog.change", CSRF_NONE, 0, RATE_READ,
          import_api_show, "how far an import is, and its first problems"),
    ROUTE(POST, API "/{import}/start", WHO_SHOP, "catalog.change", CSRF_API, KiB(4), RATE_WRITE,
          import_api_start, "a checked file goes in"),
};

static const struct job_kind jobs[] = {
    {.name = "import.run",
     .run = import_run_job,
     .timeout_ms = 20000,
     .attempts_max = 5,
     .backoff_ms = 2000,
     .parallel_max = 1,
     .summary = "takes a slice of a catalogue file"},
    {.name = "import.photos",
     .run = import_photos_job,
     .timeout_ms = 60000,
     .attempts_max = 5,
     .backoff_ms = 5000,
     .parallel_max = 1,
     .summary = "fetches the photos of imported products"},
    {.name = "import.sweep",
     .run = import_sweep_job,
     .timeout_ms = 60000,
     .attempts_max = 1,
     .backoff_ms = 60000,
     .parallel_max = 1,
     .every_ms = 24 * 3600 * 1000,
     .summary = "removes files of imports that nobody waits for"},
};

const struct feature catalog_import_feature = {
    .name = "catalog_import",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .commands = import_commands,
    .command_count = IMPORT_COMMANDS,
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .migrations = catalog_import_migrations,
    .migration_count = catalog_import_migration_count,
    .queries = catalog_import_queries,
    .query_count = catalog_import_query_count,
};
