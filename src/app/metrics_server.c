/* Serves the figures of metrics.c: a second, tiny server of the same kind, so that what limits
 * strangers there holds here too. */
#include "app/metrics.h"

#include "app/supervisor.h"
#include "base/log.h"
#include "base/strbuf.h"
#include "http/address.h"

enum { CONNECTIONS_MAX = 16, WORKERS = 1, STOP_MS = 1000, ARENA_BYTES_MAX = 16 };

struct metrics {
    struct metrics_config config;
    struct http_app app;
    struct http_server *server;
};

bool metrics_is_private(str address)
{
    static const str ranges[] = {
        STR_INIT("127.0.0.0/8"),   STR_INIT("::1/128"),        STR_INIT("10.0.0.0/8"),
        STR_INIT("172.16.0.0/12"), STR_INIT("192.168.0.0/16"), STR_INIT("169.254.0.0/16"),
        STR_INIT("100.64.0.0/10"), STR_INIT("fc00::/7"),       STR_INIT("fe80::/10")};
    struct address ip;
    struct arena a;
    bool found = false;
    if (str_starts(address, S("[")) && str_ends(address, S("]")))
        address = str_sub(address, 1, address.len - 2);
    arena_init(&a, KiB(64));
    for (size_t i = 0; i < COUNT(ranges) && !found && address_parse(address, &ip); i++) {
        struct address_range range;
        found = address_range_parse(&a, ranges[i], &range) == NULL && address_in(&ip, &range, 1);
    }
    arena_done(&a);
    return found;
}

static struct http_admission admit(void *self, const struct http_request *head)
{
    bool is_known = str_eq(head->path, S("/metrics"));
    bool is_read = head->method == HTTP_GET || head->method == HTTP_HEAD;
    return (struct http_admission){.status = !is_known ? 404 : !is_read ? 405 : 0, .route = self};
}

static void refuse(void *self, const struct http_request *head, int status,
                   struct http_response *rs)
{
    (void)self;
    (void)head;
    http_response_body(rs, status, "text/plain; charset=utf-8",
                       S("The figures are at /metrics.\n"));
}

static void handle(void *self, const struct http_request *rq, struct http_response *rs, void *route)
{
    struct metrics *m = self;
    str text = STR_NONE;
    (void)route;
    const struct err *e = metrics_write(rs->arena, &m->config, &text);
    if (e != NULL) {
        struct log_line line;
        log_begin(&line, LOG_WARNING, clock_now_ms(m->config.platform->clock), "metrics.failed");
        log_add_err(&line, e);
        log_end(&line);
        refuse(self, rq, 503, rs);
        return;
    }
    http_response_body(rs, 200, "text/plain; version=0.0.4; charset=utf-8", text);
}

static void log_open(const struct metrics *m, int port)
{
    struct log_line line;
    log_begin(&line, LOG_INFO, clock_now_ms(m->config.platform->clock), "metrics.open");
    log_add(&line, "listen", m->config.listen);
    log_add(&line, "port", port);
    log_end(&line);
}

const struct err *metrics_start(struct arena *a, const struct metrics_config *config,
                                struct metrics **ret)
{
    struct metrics *m = NULL;
    int fd = -1, port = 0;
    ptrdiff_t colon = str_rfind_char(config->listen, ':');
    if (!config->is_public_allowed &&
        !metrics_is_private(str_sub(config->listen, 0, colon < 0 ? 0 : (size_t)colon)))
        return err_with_arg(
            a, ERR(a, ERR_INVALID, "app.metrics_public", "%.*s", STR_ARG(config->listen)),
            config->listen);
    TRY_NEW(a, m);
    TRY(supervisor_listen(a, config->listen, &fd, &port));
    m->config = *config;
    m->app = (struct http_app){.self = m, .admit = admit, .handle = handle, .refuse = refuse};
    struct http_server_config hc = {.listen_fd = fd,
                                    .workers = WORKERS,
                                    .connections_max = CONNECTIONS_MAX,
                                    .request_arena_bytes = MiB(ARENA_BYTES_MAX),
                                    .clock = config->platform->clock};
    TRY(http_server_start(a, &hc, &m->app, &m->server));
    log_open(m, port);
    *ret = m;
    return NULL;
}

void metrics_stop(struct metrics *m)
{
    if (m != NULL)
        http_server_stop(m->server, STOP_MS);
}
