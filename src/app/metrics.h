/* The figures of a running server in the text format of Prometheus (0.0.4), at GET /metrics of an
 * address of its own.
 *
 * Not public: only loopback and private networks, unless told otherwise; nothing personal, no path,
 * no handle. Names end in their unit; counters in _total; all are since the start of the process.
 */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "core/dispatch.h"

struct metrics;

struct metrics_config {
    str listen;               /* "127.0.0.1:9464" */
    bool is_public_allowed;
    struct platform *platform;
    struct dispatch *dispatch;
    struct http_server *server;
};

/* INVALID "app.metrics_public", those of supervisor_listen. The log says where: metrics.open. */
const struct err *metrics_start(struct arena *a, const struct metrics_config *config,
                                struct metrics **ret) MUST_CHECK;
void metrics_stop(struct metrics *m); /* NULL is allowed */

/* The whole text; opens a snapshot of its own. */
const struct err *metrics_write(struct arena *a, const struct metrics_config *config,
                                str *ret) MUST_CHECK;

/* Loopback, RFC 1918, RFC 4193, link-local and shared (RFC 6598) addresses: not 0.0.0.0, which is
 * all. */
bool metrics_is_private(str address);

#endif
