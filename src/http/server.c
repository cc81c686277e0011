/* Start, stop, and the loop around the connections: listener, the one wake-up handle, the clock
 * tick.
 */
#include "http/server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "http/server_internal.h"
#include "sys/rng.h"

enum {
    BACKLOG = 1024,
    TICK_MS = 250,
    LINGER_MS = 2000,
    PROGRESS_MS = 10000,
    DESCRIPTORS_KEPT = 32     /* for files, the database and the refusals themselves */
};

static int64_t or_default(int64_t value, int64_t when_zero)
{
    return value == 0 ? when_zero : value;
}

/* --- the loop thread ------------------------------------------------------------------------- */

static void on_connection(uv_stream_t *listener, int status)
{
    /* Out of descriptors: libuv has already accepted and closed what waited, so nothing spins. */
    if (status == 0)
        conn_accept(listener->data, listener);
}

static void stop_one(uv_handle_t *handle, void *arg)
{
    struct http_server *s = arg;
    bool is_at_once = uv_now(&s->loop) >= s->stop_at_ms;
    if (handle->type == UV_TCP && handle != (uv_handle_t *)&s->listener)
        conn_stop(handle->data, is_at_once);
}

static void close_rest(struct http_server *s)
{
    if (s->connections > 0 || uv_is_closing((uv_handle_t *)&s->tick))
        return;
    uv_close((uv_handle_t *)&s->tick, NULL);
    uv_close((uv_handle_t *)&s->wake, NULL);
}

static void check_stop(struct http_server *s)
{
    int64_t after_ms = atomic_load(&s->stop_after_ms);
    if (after_ms < 0)
        return;
    if (!s->is_stopping) {
        s->is_stopping = true;
        s->stop_at_ms = uv_now(&s->loop) + (uint64_t)after_ms;
        uv_close((uv_handle_t *)&s->listener, NULL);
    }
    uv_walk(&s->loop, stop_one, s);
    close_rest(s);
}

static void take_finished(struct http_server *s)
{
    struct exchange *ex = workers_take_finished(s->workers);
    while (ex != NULL) {
        struct exchange *next = ex->next;
        conn_finished(ex);
        ex = next;
    }
}

/* Sessions that began under the old one hold it as long as they last. */
static void take_certificate(struct http_server *s)
{
    struct tls_context *next = atomic_exchange(&s->next_tls, NULL);
    if (next == NULL)
        return;
    tls_context_free(s->tls);
    s->tls = next;
}

static void on_wake(uv_async_t *wake)
{
    struct http_server *s = wake->data;
    take_certificate(s);
    take_finished(s);
    sse_deliver(s->sse);
    check_stop(s);
}

static void on_tick(uv_timer_t *tick)
{
    struct http_server *s = tick->data;
    exchange_write_date(s->date, clock_now_ms(s->setup.clock));
    conn_check_deadlines(s);
    sse_tick(s->sse);
    check_stop(s);
}

static void run_loop(void *p)
{
    struct http_server *s = p;
    pthread_setname_np(pthread_self(), "network");
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
}

static void on_finished(void *p)
{
    struct http_server *s = p;
    (void)uv_async_send(&s->wake);
}

/* --- starting -------------------------------------------------------------------------------- */

static const struct err *bad_address(struct arena *a, str text)
{
    return err_with_arg(a, ERR(a, ERR_INVALID, "http.bad_address", "listen address"), text);
}

static const struct err *parse_listen(struct arena *a, str text, struct sockaddr_storage *ret)
{
    ptrdiff_t colon = str_rfind_char(text, ':');
    uint64_t port;
    const char *host;
    if (colon < 1 || !str_to_uint(str_from(text, (size_t)colon + 1), 65535, &port))
        return bad_address(a, text);
    str name = str_sub(text, 0, (size_t)colon);
    bool is_v6 = name.len > 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']';
    if (is_v6)
        name = str_sub(name, 1, name.len - 2);
    TRY(str_to_c(a, name, &host));
    memset(ret, 0, sizeof *ret);
    int result = is_v6 ? uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)ret)
                       : uv_ip4_addr(host, (int)port, (struct sockaddr_in *)ret);
    return result == 0 ? NULL : bad_address(a, text);
}

static const struct err *listen_failed(struct arena *a, str address, int status)
{
    return err_with_arg(a,
                        ERR(a, ERR_UNAVAILABLE,
                            status == UV_EADDRINUSE ? "http.port_in_use" : "http.cannot_listen",
                            "%s", uv_strerror(status)),
                        address);
}

static const struct err *start_listening(struct arena *a, struct http_server *s,
                                         const struct http_server_config *config)
{
    struct sockaddr_storage sa;
    int bytes = sizeof sa, status;
    /* 0 is a valid descriptor, but a zeroed config must not mean it. */
    if (config->listen_fd > 0)
        status = uv_tcp_open(&s->listener, config->listen_fd);
    else {
        TRY(parse_listen(a, config->listen, &sa));
        status = uv_tcp_bind(&s->listener, (struct sockaddr *)&sa, 0);
    }
    if (status == 0)
        status = uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
    if (status == 0)
        status = uv_tcp_getsockname(&s->listener, (struct sockaddr *)&sa, &bytes);
    if (status != 0)
        return listen_failed(a, config->listen, status);
    const struct sockaddr_in *in = (const struct sockaddr_in *)&sa;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&sa;
    s->port = ntohs(sa.ss_family == AF_INET6 ? in6->sin6_port : in->sin_port);
    return NULL;
}

static int connections_allowed(const struct http_server_config *config)
{
    struct rlimit limit;
    int64_t wanted = or_default(config->connections_max, 20000);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        int64_t room = (int64_t)limit.rlim_cur - DESCRIPTORS_KEPT;
        wanted = room < wanted ? room : wanted;
    }
    return wanted < 1 ? 1 : (int)wanted;
}

static void set_limits(struct http_server *s, const struct http_server_config *config)
{
    int64_t window_ms = or_default(config->progress_window_ms, PROGRESS_MS);
    s->heads.after_ms = (uint64_t)or_default(config->header_timeout_ms, 10000);
    s->idles.after_ms = (uint64_t)or_default(config->idle_timeout_ms, 60000);
    s->streams.after_ms = (uint64_t)or_default(config->sse_heartbeat_ms, 20000);
    s->bodies.after_ms = s->writes.after_ms = (uint64_t)window_ms;
    s->lingers.after_ms = LINGER_MS;
    s->progress_bytes =
        (uint64_t)(or_default(config->body_min_bytes_per_s, 512) * window_ms / 1000);
    s->connections_max = connections_allowed(config);
    s->peers.per_address_max = (int)or_default(config->connections_per_ip_max, 1024);
}

static const struct err *set_up(struct arena *a, struct http_server *s,
                                const struct http_server_config *config, const struct http_app *app)
{
    const struct rng *rng = config->rng == NULL ? &rng_system : config->rng;
    struct exchange_setup *setup = &s->setup;
    if (!str_is_empty(config->tls_cert_path) || !str_is_empty(config->tls_key_path))
        TRY(tls_context_new(a, config->tls_cert_path, config->tls_key_path, &s->tls));
    setup->app = app;
    setup->clock = config->clock == NULL ? &clock_system : config->clock;
    setup->arena_bytes = (size_t)or_default((int64_t)config->request_arena_bytes, MiB(16));
    setup->id_seed = rng_u64(rng);
    s->peers.seed = rng_u64(rng);
    setup->trusted_count = config->trusted_proxy_count;
    TRY(str_dup(a, config->upload_dir, &setup->upload_dir));
    TRY_NEW_ARRAY(a, setup->trusted, config->trusted_proxy_count);
    for (size_t i = 0; i < config->trusted_proxy_count; i++)
        TRY(address_range_parse(a, config->trusted_proxies[i], &setup->trusted[i]));
    set_limits(s, config);
    exchange_write_date(s->date, clock_now_ms(setup->clock));
    return sse_hub_new(a, s, &s->sse);
}

static const struct err *start_threads(struct arena *a, struct http_server *s,
                                       const struct http_server_config *config)
{
    TRY(workers_start(a, (int)or_default(config->workers, 128),
                      (size_t)or_default((int64_t)config->worker_stack_bytes, KiB(256)),
                      (int)or_default(config->queue_max, 4096), on_finished, s, &s->workers));
    if (uv_thread_create(&s->thread, run_loop, s) == 0)
        return NULL;
    workers_stop(s->workers);
    return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "loop thread");
}

static const struct err *open_loop(struct arena *a, struct http_server *s)
{
    if (uv_loop_init(&s->loop) != 0)
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "event loop");
    /* These fail only for want of memory or descriptors. */
    if (uv_tcp_init(&s->loop, &s->listener) != 0 || uv_timer_init(&s->loop, &s->tick) != 0 ||
        uv_async_init(&s->loop, &s->wake, on_wake) != 0 ||
        uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS) != 0)
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "event loop handles");
    s->listener.data = s->wake.data = s->tick.data = s;
    return NULL;
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void free_server(struct http_server *s)
{
    uv_walk(&s->loop, close_handle, NULL);
    (void)uv_run(&s->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&s->loop);
    while (s->spare_turns != NULL) {
        struct turn *t = s->spare_turns;
        s->spare_turns = t->next;
        exchange_done(&t->ex);
        free(t);
    }
    if (s->sse != NULL)
        sse_hub_free(s->sse);
    tls_context_free(s->tls);
    tls_context_free(atomic_load(&s->next_tls));
    free(s);
}

const struct err *http_server_start(struct arena *a, const struct http_server_config *config,
                                    const struct http_app *app, struct http_server **ret)
{
    struct http_server *s = calloc(1, sizeof *s);
    if (s == NULL)
        return &err_out_of_memory;
    atomic_store(&s->stop_after_ms, -1);
    const struct err *e = open_loop(a, s);
    if (e == NULL)
        e = set_up(a, s, config, app);
    if (e == NULL)
        e = start_listening(a, s, config);
    *ret = s; /* before the threads are: a handler may ask for it at once */
    if (e == NULL)
        e = start_threads(a, s, config);
    if (e != NULL) {
        *ret = NULL;
        free_server(s);
    }
    return e;
}

int http_server_port(const struct http_server *s)
{
    return s->port;
}

struct sse_hub *http_server_sse(struct http_server *s)
{
    return s->sse;
}

const struct err *http_server_use_certificate(struct http_server *s, struct arena *a, str cert_path,
                                              str key_path)
{
    struct tls_context *next = NULL;
    TRY(tls_context_new(a, cert_path, key_path, &next));
    tls_context_free(atomic_exchange(&s->next_tls, next));
    (void)uv_async_send(&s->wake);
    return NULL;
}

void http_server_stop(struct http_server *s, int deadline_ms)
{
    atomic_store(&s->stop_after_ms, deadline_ms);
    (void)uv_async_send(&s->wake);
    (void)uv_thread_join(&s->thread);
    workers_stop(s->workers);
    take_finished(s); /* their connections are gone; this frees them */
    free_server(s);
}

void http_server_get_stats(struct http_server *s, struct http_server_stats *ret)
{
    *ret = (struct http_server_stats){
        .connections = atomic_load_explicit(&s->stat_connections, memory_order_relaxed),
        .streams = atomic_load_explicit(&s->stat_streams, memory_order_relaxed),
        .requests = atomic_load_explicit(&s->stat_requests, memory_order_relaxed),
        .refused = atomic_load_explicit(&s->stat_refused, memory_order_relaxed),
        .bytes_out = atomic_load_explicit(&s->stat_bytes_out, memory_order_relaxed),
    };
}
