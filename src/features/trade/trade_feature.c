/* The tables of feature trade. */
#include "trade/trade_sql.h"
#include "trade/trade_view.h"

static const char *const needs[] = {"account", "shop", NULL};

#define CONSOLE "/console/{shop}/trade"
#define API "/api/v1/console/{shop}/trade"
#define READ(path, handler, summary) \
    ROUTE(GET, path, WHO_SHOP, "trade.read", CSRF_NONE, 0, RATE_READ, handler, summary)

enum { UPLOAD_MAX = 512 * 1024 * 1024, HS_FILE_MAX = 16 * 1024 * 1024 };

static const struct route routes[] = {
    READ(CONSOLE, trade_page, "search customs records"),
    READ(CONSOLE "/records.csv", trade_page_csv, "what a search finds, as CSV"),
    READ(CONSOLE "/companies/{company}", trade_page_company, "what a company ships, and with whom"),
    READ(CONSOLE "/hs", trade_page_hs, "the tree of HS codes; code = what is open"),
    ROUTE_UPLOAD(POST, CONSOLE "/hs", WHO_SHOP, "trade.change", CSRF_FORM, HS_FILE_MAX, RATE_UPLOAD,
                 trade_page_hs_file, "texts of HS codes (multipart, field file)"),
    ROUTE(GET, CONSOLE "/imports", WHO_SHOP, "trade.change", CSRF_NONE, 0, RATE_READ,
          trade_page_imports, "files of customs records; before = a cursor"),
    ROUTE_UPLOAD(POST, CONSOLE "/imports", WHO_SHOP, "trade.change", CSRF_FORM, UPLOAD_MAX,
                 RATE_UPLOAD, trade_page_upload,
                 "a file whose columns are guessed (multipart, field file)"),
    ROUTE(GET, CONSOLE "/imports/{import}", WHO_SHOP, "trade.change", CSRF_NONE, 0, RATE_READ,
          trade_page_import, "what the columns of a file mean; how far it is"),
    ROUTE(POST, CONSOLE "/imports/{import}", WHO_SHOP, "trade.change", CSRF_FORM, KiB(32),
          RATE_WRITE, trade_page_start, "take the file in as shown; do=look shows it again"),
    ROUTE(POST, CONSOLE "/imports/{import}/continue", WHO_SHOP, "trade.change", CSRF_FORM, KiB(4),
          RATE_WRITE, trade_page_continue, "an import that stopped goes on"),
    ROUTE(POST, CONSOLE "/imports/{import}/remove", WHO_SHOP, "trade.change", CSRF_FORM, KiB(4),
          RATE_WRITE, trade_page_remove, "take its records out again"),
    READ(API "/records", trade_api_records,
         "search: q, hs, country, port, direction, from, to, value_from, value_to, company, after"),
    READ(API "/companies", trade_api_companies, "companies by the words of their names: q"),
    READ(API "/companies/{company}", trade_api_company, "what a company ships, and with whom"),
    READ(API "/hs", trade_api_hs, "HS codes that have records, below code"),
    ROUTE(GET, API "/imports", WHO_SHOP, "trade.change", CSRF_NONE, 0, RATE_READ, trade_api_imports,
          "files of customs records, latest first; before = a cursor"),
    ROUTE_UPLOAD(POST, API "/imports", WHO_SHOP, "trade.change", CSRF_API, UPLOAD_MAX, RATE_UPLOAD,
                 trade_api_upload, "a file whose columns are guessed (multipart, field file)"),
    ROUTE(GET, API "/imports/{import}", WHO_SHOP, "trade.change", CSRF_NONE, 0, RATE_READ,
          trade_api_import, "what its columns mean, and how far it is"),
    ROUTE(POST, API "/imports/{import}/start", WHO_SHOP, "trade.change", CSRF_API, KiB(32),
          RATE_WRITE, trade_api_start,
          "take it in; members date, importer, hs ... = numbers of columns, 0 = none"),
    ROUTE(POST, API "/imports/{import}/continue", WHO_SHOP, "trade.change", CSRF_API, KiB(4),
          RATE_WRITE, trade_api_continue, "an import that stopped goes on"),
    ROUTE(DELETE, API "/imports/{import}", WHO_SHOP, "trade.change", CSRF_API, KiB(4), RATE_WRITE,
          trade_api_remove, "take its records out again"),
};

static const struct permission_def permissions[] = {
    {"trade.read", "staff,viewer", "search the shop's customs records"},
    {"trade.change", "staff", "take files of customs records in and out"},
};

static const struct nav_item nav[] = {{60, "/trade", "trade.nav", "globe", "trade.read"}};

static const struct job_kind jobs[] = {
    {.name = "trade.run", .run = trade_run_job, .timeout_ms = 20000, .attempts_max = 5,
     .backoff_ms = 2000, .parallel_max = 1,
     .summary = "takes a slice of a file of customs records, or takes an import out again"},
    {.name = "trade.sweep", .run = trade_sweep_job, .timeout_ms = 30000, .attempts_max = 1,
     .backoff_ms = 60000, .parallel_max = 1, .every_ms = 15 * 60 * 1000,
     .summary = "gives imports that are under way their job again"},
};

const struct feature trade_feature = {
    .name = "trade",
    .needs = needs,
    .store = "trade",
    .routes = routes,
    .route_count = COUNT(routes),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .nav = nav,
    .nav_count = COUNT(nav),
    .migrations = trade_migrations,
    .migration_count = trade_migration_count,
    .queries = trade_queries,
    .query_count = trade_query_count,
    .verify = trade_verify,
};
