/* The HTTP/1.1 server: libuv loop(s), head guard, llhttp, and a pool of worker threads.
 *
 * The loop thread owns sockets and buffers; a complete request is handed to a worker with its own
 * arena; the worker calls app->handle, straight-line blocking code, and hands the response back.
 * app->admit runs on the loop after the head: it must not block; it says how large a body may be
 * and where it goes, or answers at once (404, 405, 413, 429).
 *
 * Limits: head 16 KiB and 100 fields (431), target 8 KiB (414), header deadline 10 s, body minimum
 * rate, keep-alive idle 60 s, connections in total (also by RLIMIT_NOFILE) and per client address;
 * beyond them 503 or close. Listed proxies are exempt from the limit per address. A request is
 * passed to the application with a body only when it has been read whole.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/request.h"
#include "http/response.h"

struct http_server;
struct sse_hub;
struct clock;
struct rng;

enum http_body_sink { HTTP_SINK_UNSET = 0, HTTP_SINK_MEMORY, HTTP_SINK_FILE };

struct http_admission {
    int status;               /* 0 = go on; else answer this status at once through app->refuse */
    size_t body_max;          /* beyond it 413 */
    enum http_body_sink sink;
    void *route;              /* handed back to handle() */
    int retry_after_s;        /* with 429 / 503 */
};

struct http_app {
    void *self;
    /* Loop thread; the head only (no body). Must not block or query. */
    struct http_admission (*admit)(void *self, const struct http_request *head);
    /* Worker thread. Must fill the response in every case. */
    void (*handle)(void *self, const struct http_request *rq, struct http_response *rs,
                   void *route);
    /* Loop or worker thread: body for an error status (also 400, 408, 431, 503). */
    void (*refuse)(void *self, const struct http_request *head_or_null, int status,
                   struct http_response *rs);
    /* Loop thread, optional: bytes already rendered and still valid. Must not block. False = not
     * cached, the response is as it was. */
    bool (*cached)(void *self, const struct http_request *head, struct http_response *rs,
                   void *route);
    /* Loop thread, after each response was handed to the kernel: for the access log and the
     * counters. `route` as admit gave it; NULL when it was refused before. May be NULL. */
    void (*done)(void *self, const struct http_request *rq, void *route, int status, size_t bytes,
                 int64_t took_us);
};

struct http_server_config {
    str listen;               /* "127.0.0.1:8080", "[::]:8080"; port 0 = any */
    int listen_fd;            /* >= 0: an inherited listening socket instead; -1 or 0 = none */
    int workers;              /* 0 = 128 */
    size_t request_arena_bytes; /* cap; 0 = 16 MiB */
    size_t worker_stack_bytes; /* 0 = 256 KiB */
    int connections_max, connections_per_ip_max; /* 0 = 20000 / 1024 */
    int header_timeout_ms, idle_timeout_ms;      /* 0 = 10000 / 60000 */
    int body_min_bytes_per_s; /* 0 = 512 */
    const str *trusted_proxies; /* CIDRs whose X-Forwarded-For / -Proto are believed */
    size_t trusted_proxy_count;
    str upload_dir;           /* for HTTP_SINK_FILE */
    str tls_cert_path, tls_key_path; /* both or none; may be one file */
    int progress_window_ms; /* over which body_min_bytes_per_s is averaged, both ways; 0 = 10000 */
    int queue_max;            /* complete requests waiting for a worker; 0 = 4096; beyond: 503 */
    int sse_heartbeat_ms;     /* 0 = 20000 */
    const struct clock *clock; /* NULL = clock_system */
    const struct rng *rng;     /* NULL = rng_system */
};

/* Binds and starts threads; *ret is set before the first request can arrive. Errors: UNAVAILABLE
 * "http.port_in_use" (arg: address), INVALID address. */
const struct err *http_server_start(struct arena *a, const struct http_server_config *config,
                                    const struct http_app *app,
                                    struct http_server **ret) MUST_CHECK;
int http_server_port(const struct http_server *s);
struct sse_hub *http_server_sse(struct http_server *s);
/* New connections get this certificate from now on; open ones keep theirs. Any thread. Only for a
 * server that was started with one. INVALID "http.bad_certificate": the old one stays. */
const struct err *http_server_use_certificate(struct http_server *s, struct arena *a, str cert_path,
                                              str key_path) MUST_CHECK;
/* Stops accepting, finishes requests in flight (at most deadline_ms), closes streams, joins, frees.
 */
void http_server_stop(struct http_server *s, int deadline_ms);

struct http_server_stats {
    int64_t connections, streams, requests, refused, bytes_out;
};
void http_server_get_stats(struct http_server *s, struct http_server_stats *ret);

/* Runs one request through admit + handle in this process without a socket: for handler tests and
 * the gallery. `raw` is a whole HTTP/1.1 request; the answer's head and body are written to
 * *ret_raw. */
const struct err *http_loopback(struct arena *a, const struct http_app *app, str raw,
                                str *ret_raw) MUST_CHECK;
/* The same with a folder for bodies that go to files; absent: such routes answer 503. */
const struct err *http_loopback_files(struct arena *a, const struct http_app *app, str upload_dir,
                                      str raw, str *ret_raw) MUST_CHECK;

#endif
