#include "http/exchange.h"

#include <string.h>

#include "http/render.h"
#include "http/upload_file.h"
#include "http/url.h"

/* Chunked bodies may carry this much beside their data: extensions, trailers, sizes of small
 * chunks. */
enum { CHUNK_OVERHEAD_BYTES = 16 * 1024, CHUNK_OVERHEAD_PER_BYTE = 8 };
enum { PROXY_ID_MAX = 64 };

static struct exchange *of(llhttp_t *parser)
{
    return parser->data;
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
    of(parser)->rq.target = (str){at, length};
    return 0;
}

static int on_header_field(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *ex = of(parser);
    if (ex->rq.headers != NULL)
        return 0; /* a trailer: dropped */
    if (ex->rq.header_count == HTTP_HEADERS_MAX)
        return -1;
    ex->headers[ex->rq.header_count++] = (struct http_header){.name = {at, length}, .value = S("")};
    return 0;
}

static int on_header_value(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *ex = of(parser);
    if (ex->rq.headers != NULL)
        return 0;
    if (ex->rq.header_count == 0)
        return -1;
    ex->headers[ex->rq.header_count - 1].value = str_trim((str){at, length});
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    of(parser)->rq.headers = of(parser)->headers;
    parser->upgrade = 0; /* we speak nothing else; the request is answered as it is */
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    struct exchange *ex = of(parser);
    ex->rq.body_bytes += (int64_t)length;
    if ((uint64_t)ex->rq.body_bytes > ex->admission.body_max)
        ex->body_status = 413;
    else if (ex->admission.sink == HTTP_SINK_FILE)
        ex->body_status = upload_file_write(ex->body_file, (str){at, length}) == NULL ? 0 : 503;
    else {
        strbuf_add(&ex->body, (str){at, length});
        ex->body_status = ex->body.failed ? 413 : 0;
    }
    return ex->body_status == 0 ? 0 : -1;
}

static int on_message_complete(llhttp_t *parser)
{
    of(parser)->is_complete = true;
    return HPE_PAUSED; /* what follows belongs to the next request */
}

static const llhttp_settings_t parser_settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void exchange_init(struct exchange *ex, struct exchange_setup *setup)
{
    memset(ex, 0, offsetof(struct exchange, headers));
    arena_init(&ex->arena, setup->arena_bytes);
    ex->setup = setup;
    exchange_reset(ex);
}

void exchange_reset(struct exchange *ex)
{
    arena_reset(&ex->arena);
    ex->rq = (struct http_request){.arena = &ex->arena};
    http_response_init(&ex->rs, &ex->arena);
    ex->admission = (struct http_admission){0};
    ex->reply = (struct reply){.fd = -1};
    ex->facts = (struct head_facts){.content_length = -1};
    ex->is_complete = ex->keeps_alive = false;
    ex->body_status = 0;
    ex->body = (struct strbuf){0};
    ex->body_file = NULL;
    ex->raw_body_bytes = 0;
    ex->conn = NULL;
    ex->next = NULL;
}

void exchange_done(struct exchange *ex)
{
    arena_done(&ex->arena);
}

/* Unique within the server's life, and not to be guessed from outside (splitmix64 of a secret
 * seed). */
static const struct err *make_id(struct exchange *ex)
{
    uint64_t z = ex->setup->id_seed + atomic_fetch_add(&ex->setup->id_count, 1) *
                                          UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    static const char digits[] = "0123456789abcdef";
    char text[20] = "req-";
    for (size_t i = 0; i < 16; i++)
        text[4 + i] = digits[z >> (60 - 4 * i) & 15];
    TRY(str_dup(&ex->arena, (str){text, sizeof text}, &ex->rq.own_id));
    ex->rq.id = ex->rq.own_id;
    return NULL;
}

/* Origin form, absolute form of our own Host (proxies send it), or "*" for OPTIONS. */
static const struct err *take_target(struct exchange *ex)
{
    struct http_request *rq = &ex->rq;
    str origin = rq->target;
    if (str_eq(origin, S("*")) && rq->method == HTTP_OPTIONS) {
        rq->path = origin;
        return NULL;
    }
    if (str_starts_nocase(origin, S("http://")) || str_starts_nocase(origin, S("https://"))) {
        origin = str_from(origin, origin.ptr[4] == ':' ? 7 : 8);
        ptrdiff_t slash = str_find_char(origin, '/');
        str authority = slash < 0 ? origin : str_sub(origin, 0, (size_t)slash);
        if (!str_eq_nocase(authority, ex->facts.host))
            return ERR(&ex->arena, ERR_INVALID, "error.bad_path", "target of another host");
        origin = slash < 0 ? S("/") : str_from(origin, (size_t)slash);
    }
    str path = str_cut(&origin, '?');
    rq->query = origin;
    return url_path_decode(&ex->arena, path, &rq->path);
}

/* What a proxy calls the request, so that its log and ours can be laid side by side. */
static void take_proxy_id(struct http_request *rq)
{
    str id = http_request_header(rq, S("x-request-id"));
    if (id.len == 0 || id.len > PROXY_ID_MAX)
        return;
    for (size_t i = 0; i < id.len; i++)
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-",
                   id.ptr[i]) == NULL ||
            id.ptr[i] == 0)
            return;
    rq->id = id;
}

static const struct err *take_peer(struct exchange *ex, const struct exchange_peer *peer)
{
    struct http_request *rq = &ex->rq;
    const struct exchange_setup *setup = ex->setup;
    struct address address = peer->address;
    rq->is_secure = peer->is_tls;
    if (address_in(&address, setup->trusted, setup->trusted_count)) {
        take_proxy_id(rq);
        str proto = http_request_header(rq, S("x-forwarded-proto"));
        if (str_eq_nocase(proto, S("https")))
            rq->is_secure = true;
        for (size_t i = rq->header_count; i > 0; i--)
            if (str_eq_nocase(rq->headers[i - 1].name, S("x-forwarded-for")) &&
                (address_walk_forwarded(rq->headers[i - 1].value, setup->trusted,
                                        setup->trusted_count, &address) ||
                 !address_in(&address, setup->trusted, setup->trusted_count)))
                break;
    }
    return address_format(&ex->arena, &address, &rq->client_ip);
}

static void drop_upgrade(struct exchange *ex)
{
    size_t kept = 0;
    for (size_t i = 0; i < ex->rq.header_count; i++)
        if (!str_eq_nocase(ex->headers[i].name, S("upgrade")))
            ex->headers[kept++] = ex->headers[i];
    ex->rq.header_count = kept;
}

int exchange_read_head(struct exchange *ex, const struct exchange_peer *peer, str head)
{
    struct http_request *rq = &ex->rq;
    str own;
    rq->received_ms = clock_monotonic_ms(ex->setup->clock);
    rq->upload_dir = ex->setup->upload_dir;
    if (make_id(ex) != NULL || str_dup(&ex->arena, head, &own) != NULL)
        return 503;
    int status = head_guard_check(own, &ex->facts);
    if (status != 0)
        return status;
    llhttp_init(&ex->parser, HTTP_REQUEST, &parser_settings);
    ex->parser.data = ex;
    llhttp_errno_t parsed = llhttp_execute(&ex->parser, own.ptr, own.len);
    bool has_body = ex->facts.is_chunked || ex->facts.content_length > 0;
    /* Two readers must agree on where the request ends. */
    if ((parsed != HPE_OK && parsed != HPE_PAUSED) || rq->headers == NULL ||
        ex->is_complete == has_body)
        return 400;
    rq->method = http_method_parse(str_sub(own, 0, (size_t)str_find_char(own, ' ')));
    rq->http_minor = ex->facts.minor;
    ex->keeps_alive = llhttp_should_keep_alive(&ex->parser) != 0;
    drop_upgrade(ex);
    if (take_target(ex) != NULL)
        return 400;
    return take_peer(ex, peer) == NULL ? 0 : 503;
}

int exchange_admit(struct exchange *ex)
{
    const struct http_app *app = ex->setup->app;
    ex->admission = app->admit(app->self, &ex->rq);
    if (ex->admission.status != 0)
        return ex->admission.status;
    if (ex->facts.content_length > 0 && (uint64_t)ex->facts.content_length > ex->admission.body_max)
        return 413;
    if (!str_is_absent(ex->facts.expect) && !str_eq_nocase(ex->facts.expect, S("100-continue")))
        return 417;
    if (ex->is_complete)
        return 0;
    if (ex->admission.sink != HTTP_SINK_FILE) {
        strbuf_init(&ex->body, &ex->arena, ex->admission.body_max);
        return 0;
    }
    if (upload_file_open(&ex->rq, 0, &ex->body_file) != NULL)
        return 503;
    ex->rq.body_path = str_c(ex->body_file->path);
    return 0;
}

int exchange_read_body(struct exchange *ex, str bytes, size_t *ret_used)
{
    llhttp_errno_t parsed = llhttp_execute(&ex->parser, bytes.ptr, bytes.len);
    *ret_used = bytes.len;
    if (ex->body_status != 0)
        return ex->body_status;
    if (ex->is_complete && parsed == HPE_PAUSED)
        *ret_used = (size_t)(llhttp_get_error_pos(&ex->parser) - bytes.ptr);
    else if (parsed != HPE_OK)
        return 400;
    ex->raw_body_bytes += (int64_t)*ret_used;
    if (ex->facts.is_chunked &&
        ex->raw_body_bytes > CHUNK_OVERHEAD_BYTES + CHUNK_OVERHEAD_PER_BYTE * ex->rq.body_bytes)
        return 400;
    if (!ex->is_complete)
        return 0;
    if (ex->body_file != NULL)
        return upload_file_close(ex->body_file) == NULL ? 0 : 503;
    ex->rq.body = strbuf_view(&ex->body);
    return 0;
}

bool exchange_is_cached(struct exchange *ex)
{
    const struct http_app *app = ex->setup->app;
    if (app->cached == NULL || !app->cached(app->self, &ex->rq, &ex->rs, ex->admission.route))
        return false;
    exchange_render(ex);
    return true;
}

void exchange_handle(struct exchange *ex)
{
    const struct http_app *app = ex->setup->app;
    app->handle(app->self, &ex->rq, &ex->rs, ex->admission.route);
    exchange_render(ex);
}

void exchange_refuse(struct exchange *ex, int status, bool head_is_known)
{
    const struct http_app *app = ex->setup->app;
    http_response_init(&ex->rs, &ex->arena);
    ex->rs.status = status;
    app->refuse(app->self, head_is_known ? &ex->rq : NULL, status, &ex->rs);
    ex->rs.status = status;
    render_refusal_headers(ex);
    /* A body that nobody reads would be taken for the next request. */
    if (!head_is_known || !ex->is_complete)
        ex->keeps_alive = false;
    if (!head_is_known)
        ex->rq.header_count = 0;
    exchange_render(ex);
}

void exchange_render(struct exchange *ex)
{
    render_reply(ex);
}
