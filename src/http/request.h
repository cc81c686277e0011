/* A request after the head guard and the parser, as handlers see it. Everything lives in the
 * request's arena. Header names compare case-insensitively; values are trimmed.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/err.h"

enum http_method {
    HTTP_UNSET = 0,
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS
};

struct http_header {
    str name, value;
};

enum { HTTP_HEADERS_MAX = 100, HTTP_PATH_PARAMS_MAX = 6 };

struct http_request {
    struct arena *arena;
    enum http_method method;
    str target;              /* as sent */
    str path; /* percent-decoded once, no "//", no "." or ".." segments, valid UTF-8 */
    str query;               /* raw, without '?' */
    const struct http_header *headers;
    size_t header_count;
    str body;                /* whole body when it was kept in memory */
    str body_path; /* file with the body when the route asked for it; removed with the request */
    int64_t body_bytes;
    str client_ip; /* of the peer, or of X-Forwarded-For's last untrusted hop behind a listed proxy
                    */
    bool is_secure;          /* TLS here or at a listed proxy */
    int http_minor;          /* 0 or 1 */
    str id; /* for logs: X-Request-Id of a listed proxy ([A-Za-z0-9._-], at most 64), else own_id */
    str own_id;              /* "req-..."; unique, safe in a file name */
    str upload_dir;          /* where files of this request are put; absent: files are refused */
    int64_t received_ms;     /* monotonic */
};

str http_method_name(enum http_method m);
enum http_method http_method_parse(str name); /* case-sensitive; HTTP_UNSET for any other */
str http_request_header(const struct http_request *rq, str name); /* first; absent if none */
/* Cookie by name; absent if none or the Cookie header is malformed there. */
str http_request_cookie(const struct http_request *rq, str name);
/* The same in the value of one Cookie header. */
str http_cookie_find(str header, str name);
/* Query field, percent-decoded into the arena; absent if none; a repeated scalar is INVALID
 * "error.repeated_field". */
const struct err *http_request_query(const struct http_request *rq, str name, str *ret) MUST_CHECK;

#endif
