/* The route table of all features, and what the loop thread asks it: see dispatch.h. */
#include "core/dispatch.h"

#include <string.h>

#include "base/log.h"
#include "base/strbuf.h"
#include "core/dispatch_part.h"

static const char *const who_names[WHO_COUNT] = {
    [WHO_UNSET] = "unset",       [WHO_ANYONE] = "anyone", [WHO_ACCOUNT] = "account",
    [WHO_MEMBER] = "member",     [WHO_SHOP] = "shop",     [WHO_OPERATOR] = "operator",
    [WHO_PROVIDER] = "provider",
};
static const char *const csrf_names[CSRF_COUNT] = {
    [CSRF_UNSET] = "unset", [CSRF_NONE] = "none", [CSRF_FORM] = "form", [CSRF_API] = "api",
};
static const char *const rate_names[RATE_COUNT] = {
    [RATE_UNSET] = "unset", [RATE_READ] = "read", [RATE_WRITE] = "write", [RATE_AUTH] = "auth",
    [RATE_UPLOAD] = "upload", [RATE_STREAM] = "stream", [RATE_PROVIDER] = "provider",
};

const char *dispatch_who_name(enum who who)
{
    return who_names[who];
}

const char *dispatch_csrf_name(enum csrf csrf)
{
    return csrf_names[csrf];
}

const char *dispatch_rate_name(enum rate rate)
{
    return rate_names[rate];
}

/* ---- the table ---- */

static bool permission_is_declared(const struct platform *p, const char *name)
{
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->permission_count; i++)
            if (str_eq(str_c(p->features[f]->permissions[i].name), str_c(name)))
                return true;
    return false;
}

/* What is wrong with the row, or NULL. */
static const char *row_fault(const struct platform *p, const struct route *r)
{
    bool is_safe = r->method == HTTP_GET;
    if (r->method == HTTP_UNSET || r->method == HTTP_HEAD || r->method == HTTP_OPTIONS)
        return "method";
    if (r->path == NULL || r->path[0] != '/' || r->handler == NULL || r->summary == NULL)
        return "path, handler or summary";
    if (r->who <= WHO_UNSET || r->who >= WHO_COUNT)
        return "who";
    if (r->csrf <= CSRF_UNSET || r->csrf >= CSRF_COUNT)
        return "csrf";
    if (r->rate <= RATE_UNSET || r->rate >= RATE_COUNT)
        return "rate";
    if (r->csrf == CSRF_NONE && !is_safe && r->who != WHO_PROVIDER)
        return "CSRF_NONE on a row that changes something";
    if (r->who == WHO_SHOP && (r->permission == NULL || strchr(r->path, '{') == NULL))
        return "WHO_SHOP without permission or path parameter";
    if (r->permission != NULL && (r->who != WHO_SHOP || !permission_is_declared(p, r->permission)))
        return "permission that is not declared, or without WHO_SHOP";
    if (is_safe && r->body_max != 0)
        return "GET with a body";
    if (r->shared != SHARED_BY_NOBODY && (r->method != HTTP_GET || r->who != WHO_ANYONE))
        return "shared, but not a page for anyone";
    return NULL;
}

static const struct err *add_row(struct arena *a, struct dispatch *d, const struct feature *f,
                                 const struct route *r)
{
    const char *fault = row_fault(d->config.platform, r);
    if (fault != NULL)
        return ERR(a, ERR_BUG, "error.bug", "feature %s, route %.*s %s: wrong or missing: %s",
                   f->name, STR_ARG(http_method_name(r->method)), r->path == NULL ? "?" : r->path,
                   fault);
    int number = (int)d->row_count++;
    d->rows[number] = (struct dispatch_row){r, f, number};
    const struct err *e = router_add(d->router, a, r->method, r->path, number);
    return e == NULL ? NULL : err_wrap(a, e, "feature %s, route %s", f->name, r->path);
}

static const struct err *add_all(struct arena *a, struct dispatch *d)
{
    const struct platform *p = d->config.platform;
    size_t count = 0;
    for (size_t f = 0; f < p->feature_count; f++)
        count += p->features[f]->route_count;
    if (count > DISPATCH_ROUTES_MAX)
        return ERR(a, ERR_BUG, "error.bug", "%zu routes are more than the board holds", count);
    TRY_NEW_ARRAY(a, d->rows, count);
    TRY_NEW_ARRAY(a, d->counts, count + 1);
    TRY(router_new(a, &d->router));
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->route_count; i++)
            TRY(add_row(a, d, p->features[f], &p->features[f]->routes[i]));
    return NULL;
}

size_t dispatch_route_count(const struct dispatch *d)
{
    return d->row_count;
}

const struct route *dispatch_route(const struct dispatch *d, size_t row,
                                   const struct feature **ret_feature)
{
    ASSERT(row < d->row_count);
    if (ret_feature != NULL)
        *ret_feature = d->rows[row].feature;
    return d->rows[row].route;
}

/* ---- the loop's side ---- */

enum { NEEDLESS_BODY_MAX = 4 * 1024 };

/* Many clients send an empty object with every call: where no body is needed a small one means
 * nothing (RFC 9110 9.3.5). */
static size_t body_max_of(const struct route *r)
{
    return r->body_max == 0 && r->method != HTTP_GET ? NEEDLESS_BODY_MAX : r->body_max;
}

static struct http_admission admit(void *self, const struct http_request *head)
{
    struct dispatch *d = self;
    struct route_match match = router_find(d->router, head->method, head->path);
    if (match.row < 0)
        return (struct http_admission){.status = match.row == -2 ? 405 : 404};
    struct dispatch_row *row = &d->rows[match.row];
    int64_t now_ms = clock_monotonic_ms(d->config.platform->clock);
    struct http_admission go = {
        .body_max = body_max_of(row->route), .sink = row->route->sink, .route = row};
    if (d->config.board != NULL && d->config.board->closed_until_ms[match.row] > now_ms) {
        go.status = 503;
        go.retry_after_s = 60;
    } else if (!rate_take(d->rates, head->client_ip, row->route->rate, now_ms, &go.retry_after_s)) {
        go.status = 429;
    }
    return go;
}

static const struct err *add_allow(struct http_response *rs, unsigned methods)
{
    struct strbuf sb;
    strbuf_init(&sb, rs->arena, 100);
    for (int m = HTTP_GET; m <= HTTP_OPTIONS; m++)
        if ((methods & (1u << m)) != 0)
            strbuf_addf(&sb, "%s%.*s", sb.len == 0 ? "" : ", ",
                        STR_ARG(http_method_name((enum http_method)m)));
    str list = STR_NONE;
    TRY(strbuf_finish(&sb, &list));
    return http_response_header(rs, S("Allow"), list);
}

static void refuse(void *self, const struct http_request *head, int status,
                   struct http_response *rs)
{
    struct dispatch *d = self;
    struct http_request nobody = {
        .arena = rs->arena, .method = HTTP_GET, .path = S("/"), .target = S("/")};
    const struct http_request *rq = head == NULL ? &nobody : head;
    if (status == 405) {
        const struct err *ignored =
            add_allow(rs, router_find(d->router, rq->method, rq->path).allowed_methods);
        (void)ignored; /* the list is a courtesy */
    }
    struct locale locale;
    struct web w;
    if (dispatch_web_begin(d, rq, rs, &locale, &w) == NULL)
        error_answer_status(d, &w, status);
    else
        http_response_body(rs, status, "text/plain; charset=utf-8", S("\n"));
}

/* ---- what was answered ---- */

const int64_t dispatch_times_us[DISPATCH_TIMES] = {250,   500,   1000,   2500,   5000,    10000,
                                                   25000, 50000, 100000, 250000, 1000000, 5000000};

const struct dispatch_count *dispatch_count_of(const struct dispatch *d, size_t row)
{
    ASSERT(row <= d->row_count);
    return &d->counts[row];
}

static void add_to(_Atomic int64_t *counter, int64_t value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static void count(struct dispatch_count *c, int status, int64_t took_us)
{
    size_t bucket = 0;
    while (bucket < DISPATCH_TIMES && took_us > dispatch_times_us[bucket])
        bucket++;
    add_to(&c->classes[status >= 100 && status < 600 ? status / 100 : 0], 1);
    add_to(&c->times[bucket], 1);
    add_to(&c->took_us, took_us);
}

/* The row's pattern, never the path: paths hold one-shot tokens. */
static void done(void *self, const struct http_request *rq, void *route, int status, size_t bytes,
                 int64_t took_us)
{
    struct dispatch *d = self;
    const struct dispatch_row *row = route;
    count(&d->counts[row == NULL ? d->row_count : (size_t)row->number], status, took_us);
    if (!d->config.log_access)
        return;
    struct log_line line;
    log_begin(&line, LOG_INFO, clock_now_ms(d->config.platform->clock), "http.request");
    log_add(&line, "id", rq->id);
    log_add(&line, "client", rq->client_ip);
    log_add(&line, "method", http_method_name(rq->method));
    log_add(&line, "route", row == NULL ? "-" : row->route->path);
    log_add(&line, "status", status);
    log_add(&line, "bytes", (int64_t)bytes);
    log_add(&line, "took_us", took_us);
    log_end(&line);
}

const struct err *dispatch_new(struct arena *a, const struct dispatch_config *config,
                               struct dispatch **ret)
{
    struct dispatch *d = NULL;
    TRY_NEW(a, d);
    d->config = *config;
    TRY(add_all(a, d));
    TRY(rate_new(a, config->rate_percent, rng_u64(config->platform->rng), &d->rates));
    TRY(rendered_new(a, &d->rendered));
    d->app = (struct http_app){.self = d,
                               .admit = admit,
                               .cached = dispatch_cached,
                               .handle = dispatch_handle,
                               .refuse = refuse,
                               .done = done};
    *ret = d;
    return NULL;
}

const struct http_app *dispatch_app(struct dispatch *d)
{
    return &d->app;
}
