/* The tables of feature operator. */
#include "operator/operator_view.h"

static const char *const needs[] = {"account", "shop", NULL};

#define PAGES "/admin/jobs"
#define API "/api/v1/admin/jobs"

static const struct route routes[] = {
    ROUTE(GET, PAGES, WHO_OPERATOR, NULL, CSRF_NONE, 0, RATE_READ, operator_page_jobs,
          "jobs that gave up, latest first; before = a cursor"),
    ROUTE(POST, PAGES "/{job}/again", WHO_OPERATOR, NULL, CSRF_FORM, KiB(4), RATE_WRITE,
          operator_page_again, "lets a job that gave up run again"),
    ROUTE(POST, PAGES "/{job}/drop", WHO_OPERATOR, NULL, CSRF_FORM, KiB(4), RATE_WRITE,
          operator_page_drop, "forgets a job that gave up"),
    ROUTE(GET, API, WHO_OPERATOR, NULL, CSRF_NONE, 0, RATE_READ, operator_api_jobs,
          "jobs that gave up, latest first; before = a cursor"),
    ROUTE(POST, API "/{job}/again", WHO_OPERATOR, NULL, CSRF_API, KiB(4), RATE_WRITE,
          operator_api_again, "lets a job that gave up run again"),
    ROUTE(DELETE, API "/{job}", WHO_OPERATOR, NULL, CSRF_API, KiB(4), RATE_WRITE, operator_api_drop,
          "forgets a job that gave up"),
};

const struct feature operator_feature = {
    .name = "operator",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
};
