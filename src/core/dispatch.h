/* The edge: gives every request to the row of the route table that it matches, after asking the
 * questions the row states (who, CSRF, body, rate), and turns errors into pages or problems.
 *
 * At start all tables are checked: a row without who, csrf or rate, CSRF_NONE on a method that
 * changes something (unless WHO_PROVIDER), WHO_SHOP without a declared permission or a path
 * parameter: BUG. Pages that are the same for all visitors are kept as bytes and answered by the
 * loop (core/rendered.h). Threads: admit and cached on the loop, handle on workers; everything here
 * is read-only after dispatch_new except the buckets of the rate limit and the pages kept, which
 * have their own locks, and the counters of the board.
 */
#ifndef CORE_DISPATCH_H
#define CORE_DISPATCH_H

#include "core/feature.h"
#include "http/server.h"

struct dispatch;

/* Shared with the parent process (a small mmap): which route a worker was in when the child
 * aborted, and which routes are closed until when (clock of CLOCK_MONOTONIC, ms). */
enum { DISPATCH_ROUTES_MAX = 1024 };
struct dispatch_board {
    _Atomic int crashed_route;                        /* row + 1; 0 = none */
    _Atomic int64_t closed_until_ms[DISPATCH_ROUTES_MAX];
};

/* How pages for errors and confirmations look is decided above core (the layout is there). Either
 * may be NULL: then plain text answers. They fill w->rs; when they fail, plain text answers too. */
struct error_view {
    int status;
    str title, detail;            /* in the reader's language */
    str request_id;
    bool offers_sign_in;
    str sign_in_path;
};
/* Asks "was it you?" before a form that came without proof of where it was filled in: posts the
 * same fields again with the token in field `csrf`. */
struct confirm_view {
    str path;
    const struct form_field *fields;
    size_t field_count;
    str token;
};
struct dispatch_pages {
    const struct err *(*error)(struct web *w, const struct error_view *v);
    const struct err *(*confirm)(struct web *w, const struct confirm_view *v);
    /* Writes the personal parts of a shared page for w->viewer: ret[i] takes the place of parts[i].
     * NULL: pages are shared by visitors only. */
    const struct err *(*personal)(struct web *w, const struct html_part *parts, size_t count,
                                  str *ret);
};

struct dispatch_config {
    struct platform *platform;
    struct dispatch_board *board; /* NULL without supervisor */
    struct dispatch_pages pages;
    int rate_percent;             /* of the normal rates; 0 = no limit (tests, benches) */
    bool log_access;              /* a logfmt line per request on stderr */
};
const struct err *dispatch_new(struct arena *a, const struct dispatch_config *config,
                               struct dispatch **ret) MUST_CHECK;
/* The http_app to hand to the server; valid as long as the dispatch. */
const struct http_app *dispatch_app(struct dispatch *d);

/* All rows of all features, in order: for `millpond routes` and the OpenAPI document. */
size_t dispatch_route_count(const struct dispatch *d);
const struct route *dispatch_route(const struct dispatch *d, size_t row,
                                   const struct feature **ret_feature);
const char *dispatch_who_name(enum who who);
const char *dispatch_csrf_name(enum csrf csrf);
const char *dispatch_rate_name(enum rate rate);

/* What was answered by each row since the start, for the metrics. Written by the loop thread; read
 * by any. */
enum { DISPATCH_TIMES = 12 };
extern const int64_t dispatch_times_us[DISPATCH_TIMES]; /* upper bounds of the histogram's buckets;
                                                           above the last: +Inf */
struct dispatch_count {
    _Atomic int64_t classes[6];                  /* by the status' first digit */
    _Atomic int64_t times[DISPATCH_TIMES +
                          1]; /* how many took at most so long, and longer than the bound before */
    _Atomic int64_t took_us;
};
/* row == dispatch_route_count: requests that no row matched. */
const struct dispatch_count *dispatch_count_of(const struct dispatch *d, size_t row);

/* Row + 1 of the route that this thread serves, or runs a command of; or 0. Async-signal-safe, for
 * the crash handler. */
int dispatch_current_route(void);

#endif
