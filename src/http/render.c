#include "http/render.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "http/gzip.h"

enum { HEAD_OUT_BYTES_MAX = 64 * 1024 };

static const char content_security_policy[] =
    "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'\r\n";
static const char security_headers[] = "X-Content-Type-Options: nosniff\r\n"
                                       "Referrer-Policy: strict-origin-when-cross-origin\r\n"
                                       "Cross-Origin-Opener-Policy: same-origin\r\n";
static const char last_resort[] = "HTTP/1.1 500 Internal Server Error\r\n"
                                  "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                                  "Content-Length: 0\r\nConnection: close\r\n\r\n";
enum { LAST_RESORT_DATE_AT = 42 };

/* "NOT_FOUND" of the parser's table becomes "Not Found". */
static void add_reason(struct strbuf *sb, int status)
{
    static const struct {
        int status;
        str text;
    } reasons[] = {
#define REASON(number, name, text) {number, STR_INIT(#text)},
        HTTP_STATUS_MAP(REASON)
#undef REASON
    };
    for (size_t i = 0; i < COUNT(reasons); i++) {
        if (reasons[i].status != status)
            continue;
        str text = reasons[i].text;
        for (size_t at = 0; at < text.len; at++) {
            bool is_first = at == 0 || text.ptr[at - 1] == '_' || text.len == 2; /* "OK" */
            char c = text.ptr[at];
            strbuf_add_char(sb, c == '_' ? ' ' : is_first || c < 'A' ? c : (char)(c + ('a' - 'A')));
        }
        return;
    }
}

static str own_header(const struct http_response *rs, str name)
{
    for (size_t i = 0; i < rs->header_count; i++)
        if (str_eq_nocase(rs->headers[i].name, name))
            return rs->headers[i].value;
    return STR_NONE;
}

static void set_header(struct http_response *rs, str name, str value)
{
    /* Without memory the answer goes out lacking this hint; the status is what counts. */
    if (str_is_absent(own_header(rs, name)) && http_response_header(rs, name, value) != NULL)
        return;
}

void render_refusal_headers(struct exchange *ex)
{
    int status = ex->rs.status;
    str seconds;
    if (status == 405)
        set_header(&ex->rs, S("Allow"), S("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    int retry_after_s = ex->admission.retry_after_s > 0 ? ex->admission.retry_after_s : 1;
    if ((status == 429 || status == 503) &&
        str_fmt(&ex->arena, &seconds, "%d", retry_after_s) == NULL)
        set_header(&ex->rs, S("Retry-After"), seconds);
}

static str opaque_tag(str etag)
{
    etag = str_trim(etag);
    return str_starts(etag, S("W/")) ? str_from(etag, 2) : etag;
}

static bool is_not_modified(const struct exchange *ex)
{
    str etag = own_header(&ex->rs, S("etag"));
    str wanted = http_request_header(&ex->rq, S("if-none-match"));
    if (str_is_absent(etag) || ex->rs.status != 200 ||
        (ex->rq.method != HTTP_GET && ex->rq.method != HTTP_HEAD))
        return false;
    while (!str_is_absent(wanted)) {
        str one = str_cut(&wanted, ',');
        if (str_eq(str_trim(one), S("*")) || str_eq(opaque_tag(one), opaque_tag(etag)))
            return true;
    }
    return false;
}

static void close_file(void *p)
{
    const struct reply *reply = p;
    (void)close(reply->fd);
}

/* 0, or the status to answer instead. */
static int open_file(struct exchange *ex)
{
    struct stat info;
    const char *path;
    if (str_to_c(&ex->arena, ex->rs.file_path, &path) != NULL)
        return 500;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? 404 : 500;
    ex->reply.fd = fd;
    if (!arena_defer(&ex->arena, close_file, &ex->reply)) {
        ex->reply.fd = -1;
        return 500;
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return 404;
    ex->reply.file_bytes = info.st_size;
    return 0;
}

/* Chooses plain or compressed; true when the answer depends on Accept-Encoding. */
static bool choose_encoding(struct exchange *ex, str *ret_body, bool *ret_is_gzip)
{
    const struct http_response *rs = &ex->rs;
    *ret_body = rs->body;
    *ret_is_gzip = false;
    bool has_own = !str_is_absent(rs->body_gzip);
    if (rs->body_kind != HTTP_BODY_BYTES || !str_is_absent(own_header(rs, S("content-encoding"))) ||
        (!has_own && !gzip_is_worth(str_c(rs->content_type), rs->body.len)))
        return false;
    if (!gzip_is_accepted(http_request_header(&ex->rq, S("accept-encoding"))))
        return true;
    str packed = has_own ? rs->body_gzip : gzip_make(&ex->arena, rs->body);
    if (!str_is_absent(packed)) {
        *ret_body = packed;
        *ret_is_gzip = true;
    }
    return true;
}

static void add_own_headers(struct strbuf *sb, const struct http_response *rs, bool is_gzip)
{
    for (size_t i = 0; i < rs->header_count; i++) {
        const struct http_header *h = &rs->headers[i];
        /* The compressed bytes are others than the plain ones: a strong tag would lie. */
        bool weakens =
            is_gzip && str_eq_nocase(h->name, S("etag")) && str_starts(h->value, S("\""));
        strbuf_add(sb, h->name);
        strbuf_add(sb, weakens ? S(": W/") : S(": "));
        strbuf_add(sb, h->value);
        strbuf_add(sb, S("\r\n"));
    }
}

static void add_connection(struct strbuf *sb, const struct exchange *ex)
{
    if (ex->reply.closes)
        strbuf_add(sb, S("Connection: close\r\n"));
    else if (ex->rq.http_minor == 0)
        strbuf_add(sb, S("Connection: keep-alive\r\n"));
}

static void add_fixed_headers(struct strbuf *sb, const struct exchange *ex)
{
    const struct http_response *rs = &ex->rs;
    strbuf_add(sb, (str){security_headers, sizeof security_headers - 1});
    if (str_is_absent(own_header(rs, S("content-security-policy"))))
        strbuf_add(sb, (str){content_security_policy, sizeof content_security_policy - 1});
    if (ex->rq.is_secure)
        strbuf_add(sb, S("Strict-Transport-Security: max-age=31536000\r\n"));
    if (!str_is_empty(ex->rq.id)) {
        strbuf_add(sb, S("X-Request-Id: "));
        strbuf_add(sb, ex->rq.id);
        strbuf_add(sb, S("\r\n"));
    }
    strbuf_add(sb, S("Cache-Control: "));
    strbuf_add(sb, rs->cache_control == NULL ? S("no-store") : str_c(rs->cache_control));
    strbuf_add(sb, S("\r\n"));
    if (rs->content_type != NULL) {
        strbuf_add(sb, S("Content-Type: "));
        strbuf_add(sb, str_c(rs->content_type));
        strbuf_add(sb, S("\r\n"));
    }
}

static void give_up(struct exchange *ex)
{
    static const size_t bytes = sizeof last_resort - 1;
    ex->reply = (struct reply){.status = 500, .fd = ex->reply.fd, .closes = true};
    ex->reply.head = arena_alloc(&ex->arena, bytes);
    if (ex->reply.head == NULL)
        return; /* an empty reply: the connection is just closed */
    memcpy(ex->reply.head, last_resort, bytes);
    ex->reply.head_bytes = bytes;
    ex->reply.date_at = LAST_RESORT_DATE_AT;
}

static void prepare_body(struct exchange *ex)
{
    struct http_response *rs = &ex->rs;
    if (is_not_modified(ex)) {
        rs->status = 304;
        rs->body_kind = HTTP_BODY_BYTES;
        rs->body = rs->body_gzip = STR_NONE;
    }
    if (rs->body_kind == HTTP_BODY_FILE) {
        int status = open_file(ex);
        if (status != 0) {
            http_response_init(rs, &ex->arena);
            ex->setup->app->refuse(ex->setup->app->self, &ex->rq, status, rs);
            rs->status = status;
        }
    }
    if (rs->body_kind == HTTP_BODY_SSE)
        rs->content_type = "text/event-stream";
}

void render_reply(struct exchange *ex)
{
    struct http_response *rs = &ex->rs;
    struct reply *reply = &ex->reply;
    struct strbuf sb;
    str body, head;
    bool is_gzip;
    prepare_body(ex);
    bool varies = choose_encoding(ex, &body, &is_gzip);
    bool is_head = ex->rq.method == HTTP_HEAD;
    bool has_no_body = rs->status == 204 || rs->status == 304;
    reply->status = rs->status;
    reply->is_stream = rs->body_kind == HTTP_BODY_SSE && !is_head;
    reply->closes = !ex->keeps_alive || reply->is_stream;
    reply->body = is_head || has_no_body ? S("") : body;

    strbuf_init(&sb, &ex->arena, HEAD_OUT_BYTES_MAX);
    strbuf_add(&sb, S("HTTP/1.1 "));
    strbuf_add_int(&sb, rs->status);
    strbuf_add_char(&sb, ' ');
    add_reason(&sb, rs->status);
    strbuf_add(&sb, S("\r\nDate: "));
    reply->date_at = sb.len;
    strbuf_add(&sb, S("Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
    add_fixed_headers(&sb, ex);
    add_own_headers(&sb, rs, is_gzip);
    if (varies)
        strbuf_add(&sb, S("Vary: Accept-Encoding\r\n"));
    if (is_gzip)
        strbuf_add(&sb, S("Content-Encoding: gzip\r\n"));
    if (!has_no_body && rs->body_kind != HTTP_BODY_SSE) {
        strbuf_add(&sb, S("Content-Length: "));
        strbuf_add_int(&sb,
                       rs->body_kind == HTTP_BODY_FILE ? reply->file_bytes : (int64_t)body.len);
        strbuf_add(&sb, S("\r\n"));
    }
    add_connection(&sb, ex);
    strbuf_add(&sb, S("\r\n"));
    if (strbuf_finish(&sb, &head) != NULL) {
        give_up(ex);
        return;
    }
    reply->head = sb.ptr;
    reply->head_bytes = head.len;
    if (is_head)
        reply->file_bytes = 0;
}

void exchange_write_date(char *at, int64_t now_ms)
{
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm tm;
    char text[DATE_BYTES + 1];
    static const char days[] = "SunMonTueWedThuFriSat",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    (void)gmtime_r(&seconds, &tm);
    (void)strftime(text, sizeof text, "xxx, %d xxx %Y %H:%M:%S GMT", &tm);
    memcpy(text, days + (ptrdiff_t)3 * tm.tm_wday, 3);
    memcpy(text + 8, months + (ptrdiff_t)3 * tm.tm_mon, 3);
    memcpy(at, text, DATE_BYTES);
}
