/* THE outbound HTTP function: webhooks, providers, link previews, image import. Nothing else dials
 * out by HTTP.
 *
 * http and https only; no proxy, no cookies, no credentials in the URL; certificates are checked.
 * The name is resolved once, every address it has must be global unicast, and exactly those
 * addresses are dialled (checked again when the socket is opened). Unless `trusted`, only ports 80,
 * 443, 8080, 8443. Redirects are off unless allowed, and each hop is checked from the start; only
 * GET and HEAD follow; from another origin on none of the caller's headers are sent; never from
 * https to http. Whatever happens, the call ends within timeout_ms, and max_bytes holds for the
 * unpacked body.
 *
 * Never inside a transaction. Threads: any; blocks.
 * Errors: INVALID fetch.url (not one we may ask), DENIED fetch.address (a private or special
 * address), UNAVAILABLE fetch.unreachable (name, connection, TLS, deadline), LIMIT fetch.too_big,
 * INVALID fetch.redirect (too many, or not allowed to be followed). A status of 4xx or 5xx is no
 * error.
 */
#ifndef SYS_FETCH_H
#define SYS_FETCH_H

#include "base/strbuf.h"

enum { FETCH_HEADERS_MAX = 64 };

struct fetch_header {
    str name, value;
};

struct fetch_request {
    const char *method;      /* NULL: GET */
    str url;
    const struct fetch_header *headers; /* line breaks in them: INVALID fetch.header */
    size_t header_count;
    str body;                /* absent: none */
    int64_t timeout_ms;      /* > 0, over resolving and all hops */
    size_t max_bytes;        /* > 0 */
    int redirects_max;       /* 0: a 3xx is handed back as it is */
    bool trusted; /* the operator configured this very host: private addresses and any port
                     are allowed, for this origin only */
};

struct fetch_response {
    int status;
    str url;                 /* where it came from in the end */
    str content_type;        /* absent if none */
    str body;
    struct fetch_header
        *headers; /* of the last hop, names in lower case, at most FETCH_HEADERS_MAX */
    size_t header_count;
};

const struct err *fetch(struct arena *a, const struct fetch_request *request,
                        struct fetch_response *ret) MUST_CHECK;
str fetch_header_of(const struct fetch_response *response, str lower_name); /* absent if none */

#endif
