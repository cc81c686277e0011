/* A small application for the tests and benches of src/http: it answers with what it received.
 *
 *   echo_server [name=value ...]      prints "listening PORT", serves until stdin ends or SIGTERM
 *
 * Names are those of struct http_server_config, and stop_ms, the deadline of the graceful stop.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "http/form.h"
#include "http/router.h"
#include "http/server.h"
#include "http/sse.h"
#include "base/strbuf.h"

enum route_number {
    ROUTE_ECHO = 1,   /* method, path, body size and a checksum of what came */
    ROUTE_JSON,       /* 200 bytes */
    ROUTE_PAGE,       /* 16 KiB of text */
    ROUTE_CACHED,     /* the same page, from the loop */
    ROUTE_UPLOAD,     /* body to a file, parsed as a form */
    ROUTE_FORM,       /* body in memory, parsed as a form */
    ROUTE_FILE,       /* sends the file named by ?path= */
    ROUTE_SSE,        /* ?topic=&last= */
    ROUTE_PUBLISH,    /* ?topic=&id=&data= */
    ROUTE_WAIT,       /* answers when /release was called */
    ROUTE_RELEASE,
    ROUTE_WHO,        /* client address and scheme */
    ROUTE_STATS
};

struct app {
    struct router *router;
    struct http_server *server;
    str page;
    uv_mutex_t lock;
    uv_cond_t released;
    int releases, waiting;
};

static struct http_admission admit(void *self, const struct http_request *head)
{
    struct app *app = self;
    struct route_match match = router_find(app->router, head->method, head->path);
    if (match.row < 0)
        return (struct http_admission){.status = match.row == -1 ? 404 : 405};
    return (struct http_admission){
        .body_max = match.row == ROUTE_UPLOAD ? MiB(64) : MiB(1),
        .sink = match.row == ROUTE_UPLOAD ? HTTP_SINK_FILE : HTTP_SINK_MEMORY,
        .route = (void *)(intptr_t)match.row,
    };
}

static str query(const struct http_request *rq, str name)
{
    str value;
    return http_request_query(rq, name, &value) != NULL || str_is_absent(value) ? S("") : value;
}

static const struct err *show_form(const struct http_request *rq, struct strbuf *out)
{
    struct form form;
    TRY(form_parse(rq, &form));
    for (size_t i = 0; i < form.count; i++) {
        const struct form_field *f = &form.fields[i];
        if (str_is_absent(f->value))
            strbuf_addf(out, "%.*s: file %.*s of %lld bytes\n", STR_ARG(f->name),
                        STR_ARG(f->file_name), (long long)f->file_bytes);
        else
            strbuf_addf(out, "%.*s=%.*s\n", STR_ARG(f->name), STR_ARG(f->value));
    }
    return NULL;
}

static void wait_for_release(struct app *app)
{
    uv_mutex_lock(&app->lock);
    app->waiting++;
    while (app->releases == 0)
        uv_cond_wait(&app->released, &app->lock);
    app->releases--;
    app->waiting--;
    uv_mutex_unlock(&app->lock);
}

static void show_stats(struct app *app, struct strbuf *out)
{
    struct http_server_stats stats;
    http_server_get_stats(app->server, &stats);
    uv_mutex_lock(&app->lock);
    strbuf_addf(out, "{\"connections\":%lld,\"streams\":%lld,\"requests\":%lld,\"refused\":%lld,",
                (long long)stats.connections, (long long)stats.streams, (long long)stats.requests,
                (long long)stats.refused);
    strbuf_addf(out, "\"waiting\":%d}", app->waiting);
    uv_mutex_unlock(&app->lock);
}

static const struct err *subscribe(const struct http_request *rq, struct http_response *rs)
{
    str *topics;
    int64_t last = 0;
    TRY_NEW_ARRAY(rq->arena, topics, 1);
    topics[0] = query(rq, S("topic"));
    str last_text = http_request_header(rq, S("last-event-id"));
    (void)str_to_int(str_is_absent(last_text) ? query(rq, S("last")) : last_text, &last);
    rs->body_kind = HTTP_BODY_SSE;
    rs->sse_topics = topics;
    rs->sse_topic_count = 1;
    rs->sse_last_id = last;
    return NULL;
}

static void publish(struct app *app, const struct http_request *rq)
{
    int64_t id = 0;
    (void)str_to_int(query(rq, S("id")), &id);
    sse_publish(http_server_sse(app->server), query(rq, S("topic")), id, S("note"),
                query(rq, S("data")));
}

static const struct err *echo(const struct http_request *rq, struct strbuf *out)
{
    strbuf_addf(out, "%.*s %.*s %lld %016llx\n", STR_ARG(http_method_name(rq->method)),
                STR_ARG(rq->path), (long long)rq->body_bytes,
                (unsigned long long)str_hash(rq->body));
    return NULL;
}

static const struct err *answer(struct app *app, const struct http_request *rq,
                                struct http_response *rs, enum route_number route)
{
    struct strbuf out;
    str text;
    strbuf_init(&out, rq->arena, MiB(1));
    switch (route) {
    case ROUTE_ECHO:
        TRY(echo(rq, &out));
        break;
    case ROUTE_JSON:
        strbuf_addf(&out, "{\"id\":\"%.*s\",\"text\":\"", STR_ARG(rq->id));
        strbuf_add(&out, str_sub(app->page, 0, 161));
        strbuf_add(&out, S("\"}"));
        TRY(strbuf_finish(&out, &text));
        http_response_body(rs, 200, "application/json", text);
        return NULL;
    case ROUTE_PAGE:
    case ROUTE_CACHED:
        TRY(http_response_header(rs, S("ETag"), S("\"page-1\"")));
        rs->cache_control = "no-cache";
        http_response_body(rs, 200, "text/html; charset=utf-8", app->page);
        return NULL;
    case ROUTE_UPLOAD:
    case ROUTE_FORM:
        TRY(show_form(rq, &out));
        break;
    case ROUTE_FILE:
        rs->body_kind = HTTP_BODY_FILE;
        rs->content_type = "application/octet-stream";
        rs->file_path = query(rq, S("path"));
        return NULL;
    case ROUTE_SSE:
        return subscribe(rq, rs);
    case ROUTE_PUBLISH:
        publish(app, rq);
        break;
    case ROUTE_WAIT:
        wait_for_release(app);
        strbuf_add(&out, S("released\n"));
        break;
    case ROUTE_RELEASE:
        uv_mutex_lock(&app->lock);
        app->releases++;
        uv_cond_signal(&app->released);
        uv_mutex_unlock(&app->lock);
        break;
    case ROUTE_WHO:
        strbuf_addf(&out, "%.*s %s\n", STR_ARG(rq->client_ip), rq->is_secure ? "https" : "http");
        break;
    case ROUTE_STATS:
        show_stats(app, &out);
        break;
    }
    TRY(strbuf_finish(&out, &text));
    http_response_body(rs, 200, "text/plain; charset=utf-8", text);
    return NULL;
}

static void handle(void *self, const struct http_request *rq, struct http_response *rs, void *route)
{
    const struct err *e = answer(self, rq, rs, (enum route_number)(intptr_t)route);
    if (e != NULL)
        http_response_body(rs, err_policy_of(e->kind)->http_status, "text/plain", str_c(e->key));
}

static void refuse(void *self, const struct http_request *head, int status,
                   struct http_response *rs)
{
    (void)self;
    (void)head;
    http_response_body(rs, status, "text/plain", S("refused\n"));
}

static bool cached(void *self, const struct http_request *head, struct http_response *rs,
                   void *route)
{
    struct app *app = self;
    (void)route;
    if (!str_eq(head->path, S("/cached")))
        return false;
    http_response_body(rs, 200, "text/html; charset=utf-8", app->page);
    return true;
}

static const struct err *add_routes(struct arena *a, struct router *r)
{
    static const struct {
        enum http_method method;
        const char *pattern;
        enum route_number row;
    } rows[] = {
        {HTTP_GET, "/", ROUTE_ECHO},          {HTTP_GET, "/echo/{rest...}", ROUTE_ECHO},
        {HTTP_POST, "/echo", ROUTE_ECHO},     {HTTP_PUT, "/echo", ROUTE_ECHO},
        {HTTP_OPTIONS, "/echo", ROUTE_ECHO},  {HTTP_DELETE, "/echo", ROUTE_ECHO},
        {HTTP_GET, "/json", ROUTE_JSON},      {HTTP_GET, "/page", ROUTE_PAGE},
        {HTTP_GET, "/cached", ROUTE_CACHED},  {HTTP_POST, "/upload", ROUTE_UPLOAD},
        {HTTP_POST, "/form", ROUTE_FORM},     {HTTP_GET, "/file", ROUTE_FILE},
        {HTTP_GET, "/sse", ROUTE_SSE},        {HTTP_POST, "/publish", ROUTE_PUBLISH},
        {HTTP_GET, "/wait", ROUTE_WAIT},      {HTTP_POST, "/release", ROUTE_RELEASE},
        {HTTP_GET, "/who", ROUTE_WHO},        {HTTP_GET, "/stats", ROUTE_STATS},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        TRY(router_add(r, a, rows[i].method, rows[i].pattern, (int)rows[i].row));
    return NULL;
}

/* Words of different lengths, so that it compresses as a page does. */
static const struct err *make_page(struct arena *a, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(16));
    for (uint64_t i = 1; sb.len < KiB(16) - 40; i++)
        strbuf_addf(&sb, "<p>pond %llx turns the wheel</p>",
                    (unsigned long long)(i * UINT64_C(0x9e3779b97f4a7c15) >> 40));
    while (sb.len < KiB(16))
        strbuf_add_char(&sb, ' ');
    return strbuf_finish(&sb, ret);
}

static str proxy;
static int stop_ms = 5000;

static bool set_number(struct http_server_config *c, str name, int value)
{
    const struct {
        str name;
        int *at;
    } numbers[] = {
        {S("workers"), &c->workers},
        {S("connections_max"), &c->connections_max},
        {S("connections_per_ip_max"), &c->connections_per_ip_max},
        {S("header_timeout_ms"), &c->header_timeout_ms},
        {S("idle_timeout_ms"), &c->idle_timeout_ms},
        {S("body_min_bytes_per_s"), &c->body_min_bytes_per_s},
        {S("progress_window_ms"), &c->progress_window_ms},
        {S("queue_max"), &c->queue_max},
        {S("sse_heartbeat_ms"), &c->sse_heartbeat_ms},
        {S("stop_ms"), &stop_ms},
    };
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (str_eq(name, numbers[i].name)) {
            *numbers[i].at = value;
            return true;
        }
    return false;
}

static bool set_option(struct http_server_config *c, str option)
{
    str name = str_cut(&option, '=');
    int64_t number;
    if (str_eq(name, S("listen")))
        c->listen = option;
    else if (str_eq(name, S("upload_dir")))
        c->upload_dir = option;
    else if (str_eq(name, S("tls_cert_path")))
        c->tls_cert_path = option;
    else if (str_eq(name, S("tls_key_path")))
        c->tls_key_path = option;
    else if (str_eq(name, S("proxy"))) {
        proxy = option;
        c->trusted_proxies = &proxy;
        c->trusted_proxy_count = 1;
    } else
        return str_to_int(option, &number) && set_number(c, name, (int)number);
    return true;
}

static const struct err *start(struct arena *a, struct app *app, const struct http_server_config *c)
{
    static struct http_app callbacks = {
        .admit = admit, .handle = handle, .refuse = refuse, .cached = cached};
    callbacks.self = app;
    TRY(router_new(a, &app->router));
    TRY(add_routes(a, app->router));
    TRY(make_page(a, &app->page));
    return http_server_start(a, c, &callbacks, &app->server);
}

static void on_term(int signal_number)
{
    (void)signal_number;
    (void)close(STDIN_FILENO);
}

int main(int argc, char **argv)
{
    struct app app = {0};
    struct arena a;
    struct http_server_config config = {.listen = S("127.0.0.1:0"), .listen_fd = -1};
    struct sigaction term = {.sa_handler = on_term};
    char line[64];
    arena_init(&a, MiB(4));
    for (int i = 1; i < argc; i++)
        if (!set_option(&config, str_c(argv[i]))) {
            fprintf(stderr, "echo_server: unknown option %s\n", argv[i]);
            return 2;
        }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)sigaction(SIGTERM, &term, NULL);
    if (uv_mutex_init(&app.lock) != 0 || uv_cond_init(&app.released) != 0)
        return 1;
    const struct err *e = start(&a, &app, &config);
    if (e != NULL) {
        fprintf(stderr, "echo_server: %s: %.*s\n", e->key, STR_ARG(e->detail));
        return 1;
    }
    printf("listening %d\n", http_server_port(app.server));
    (void)fflush(stdout);
    while (read(STDIN_FILENO, line, sizeof line) > 0)
        continue;
    http_server_stop(app.server, stop_ms);
    arena_done(&a);
    puts("stopped");
    return 0;
}
