/* What a handler fills in. The server adds Date, Content-Length, Connection, the security headers
 * (nosniff, CSP, Referrer-Policy, COOP, HSTS over TLS) and compresses (gzip) text bodies over 1
 * KiB. A handler's own Content-Security-Policy replaces the server's. A 200 with an ETag header
 * turns into 304 when If-None-Match names it. Large constant bodies bring their own `body_gzip`.
 */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "http/request.h"

enum http_body_kind { HTTP_BODY_UNSET = 0, HTTP_BODY_BYTES, HTTP_BODY_FILE, HTTP_BODY_SSE };

struct http_response {
    struct arena *arena;
    int status;              /* 200 until set */
    enum http_body_kind body_kind;
    str body;                /* BYTES: in the arena or static */
    str body_gzip;           /* BYTES: the same body compressed beforehand, or absent */
    const char *content_type;/* static; NULL = none */
    str file_path;           /* FILE: a regular file; sent in chunks, never mapped or read whole */
    struct http_header *headers;
    size_t header_count, header_space;
    const char *cache_control; /* NULL = "no-store" */
    /* SSE: topics to subscribe to and the last event id seen by the client; see http/sse.h */
    const str *sse_topics;
    size_t sse_topic_count;
    int64_t sse_last_id;
    int64_t sse_max_ms;      /* the stream ends after this; the client reconnects. 0 = 15 minutes */
};

void http_response_init(struct http_response *rs, struct arena *a);
/* INVALID (BUG for ours) when name or value holds CR, LF or NUL. */
const struct err *http_response_header(struct http_response *rs, str name, str value) MUST_CHECK;

struct http_cookie {
    str name, value;
    int64_t max_age_s;       /* 0 = session cookie, -1 = delete now */
    bool http_only, secure;
    const char *same_site;   /* "Lax", "Strict", "None" */
};
const struct err *http_response_cookie(struct http_response *rs,
                                       const struct http_cookie *c) MUST_CHECK;
/* 303 to a local path ("/..."): INVALID for "//", "\", a scheme or control bytes. */
const struct err *http_response_redirect(struct http_response *rs, str path) MUST_CHECK;
const struct err *http_response_redirect_permanent(struct http_response *rs,
                                                   str path) MUST_CHECK; /* 308 */
void http_response_body(struct http_response *rs, int status, const char *content_type, str body);

#endif
