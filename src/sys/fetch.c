#include "sys/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sys/clock.h"
#include "sys/fetch_resolve.h"

enum { URL_MAX = 4096, HEADER_BYTES_MAX = 64 * 1024 };

struct target {
    const char *url; /* canonical, without fragment */
    str scheme, host;
    uint64_t port;
    bool is_ip;
    struct ipaddr ip;
};

/* One hop, with what the callbacks of libcurl fill. */
struct hop {
    struct arena *arena;
    const struct fetch_addresses *allowed;
    struct strbuf body;
    VEC(struct fetch_header) headers;
    size_t header_bytes, max_bytes;
    bool too_big, refused_address, out_of_memory;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void init_curl(void)
{
    ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == 0);
}

static const struct err *bad_url(struct arena *a, const char *why)
{
    return ERR(a, ERR_INVALID, "fetch.url", "%s", why);
}

static const struct err *url_part(struct arena *a, CURLU *parsed, CURLUPart part, unsigned flags,
                                  str *ret)
{
    char *text = NULL;
    if (curl_url_get(parsed, part, &text, flags) != CURLUE_OK)
        return bad_url(a, "incomplete");
    const struct err *e = str_dup(a, str_c(text), ret);
    curl_free(text);
    return e;
}

/* Host names whose last label is a number are other spellings of addresses (RFC 6943, 3.1.1). */
static bool looks_like_a_number(str host)
{
    while (str_ends(host, S(".")))
        host.len--;
    str last = str_from(host, (size_t)(str_rfind_char(host, '.') + 1));
    return last.len == 0 || (last.ptr[0] >= '0' && last.ptr[0] <= '9');
}

static const struct err *split_url(struct arena *a, CURLU *parsed, struct target *ret)
{
    str url, port;
    char *user = NULL;
    TRY(url_part(a, parsed, CURLUPART_SCHEME, 0, &ret->scheme));
    TRY(url_part(a, parsed, CURLUPART_HOST, 0, &ret->host));
    TRY(url_part(a, parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT, &port));
    if (curl_url_get(parsed, CURLUPART_USER, &user, 0) != CURLUE_NO_USER) {
        curl_free(user);
        return bad_url(a, "credentials in the URL");
    }
    curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0);
    TRY(url_part(a, parsed, CURLUPART_URL, 0, &url));
    ret->url = url.ptr;
    if (!str_eq(ret->scheme, S("http")) && !str_eq(ret->scheme, S("https")))
        return bad_url(a, "neither http nor https");
    if (!str_to_uint(port, 65535, &ret->port) || ret->port == 0)
        return bad_url(a, "no such port");
    ret->is_ip = ipaddr_parse(ret->host, &ret->ip);
    if (!ret->is_ip && (looks_like_a_number(ret->host) || str_find_char(ret->host, ':') >= 0))
        return bad_url(a, "neither a name nor a canonical address");
    return NULL;
}

static const struct err *parse_url(struct arena *a, str url, struct target *ret)
{
    const char *text;
    *ret = (struct target){0};
    if (url.len == 0 || url.len > URL_MAX)
        return bad_url(a, "empty or too long");
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] <= ' ' || url.ptr[i] == 0x7f || url.ptr[i] == '\\')
            return bad_url(a, "blank, control character or backslash");
    /* libcurl turns 127.1 and 0x7f.1 into addresses while parsing: the host is judged as it was
     * written. */
    str rest = url;
    ptrdiff_t scheme_end = str_find(url, S("://"));
    if (scheme_end < 0)
        return bad_url(a, "no scheme");
    rest = str_from(url, (size_t)scheme_end + 3);
    for (size_t i = 0; i < rest.len; i++) {
        if (strchr("/?#", rest.ptr[i]) != NULL) {
            rest.len = i;
            break;
        }
    }
    struct ipaddr ip;
    str host = rest;
    ptrdiff_t colon = str_rfind_char(rest, ':');
    if (colon >= 0 && !str_ends(rest, S("]")))
        host.len = (size_t)colon;
    if (!ipaddr_parse(host, &ip) && looks_like_a_number(host))
        return bad_url(a, "neither a name nor a canonical address");
    TRY(str_to_c(a, url, &text));
    CURLU *parsed = curl_url();
    if (parsed == NULL)
        return &err_out_of_memory;
    const struct err *e = curl_url_set(parsed, CURLUPART_URL, text, CURLU_DISALLOW_USER) ==
                                  CURLUE_OK
                              ? split_url(a, parsed, ret)
                              : bad_url(a, "not a URL");
    curl_url_cleanup(parsed);
    return e;
}

static bool same_origin(const struct target *x, const struct target *y)
{
    return str_eq(x->scheme, y->scheme) && str_eq_nocase(x->host, y->host) && x->port == y->port;
}

static const struct err *find_addresses(struct arena *a, const struct target *target, bool trusted,
                                        int64_t timeout_ms, struct fetch_addresses *ret)
{
    if (!trusted && target->port != 80 && target->port != 443 && target->port != 8080 &&
        target->port != 8443)
        return bad_url(a, "a port we do not ask");
    if (target->is_ip)
        *ret = (struct fetch_addresses){.items = {target->ip}, .count = 1};
    else
        TRY(fetch_resolve(a, target->host, timeout_ms, ret));
    for (size_t i = 0; !trusted && i < ret->count; i++) {
        if (!ipaddr_is_global_unicast(&ret->items[i])) {
            struct ipaddr_text text = ipaddr_format(&ret->items[i]);
            return ERR(a, ERR_DENIED, "fetch.address", "%.*s is at %s", STR_ARG(target->host),
                       text.text);
        }
    }
    return NULL;
}

static size_t on_body(char *bytes, size_t one, size_t count, void *self)
{
    struct hop *hop = self;
    (void)one;
    if (count > hop->max_bytes - hop->body.len) {
        hop->too_big = true;
        return 0;
    }
    strbuf_add(&hop->body, (str){bytes, count});
    hop->out_of_memory = hop->body.failed;
    return hop->out_of_memory ? 0 : count;
}

static size_t on_header(char *bytes, size_t one, size_t count, void *self)
{
    struct hop *hop = self;
    (void)one;
    hop->header_bytes += count;
    if (hop->header_bytes > HEADER_BYTES_MAX) {
        hop->too_big = true;
        return 0;
    }
    str value = str_trim((str){bytes, count});
    if (str_starts(value, S("HTTP/"))) { /* headers of an earlier, informational answer */
        hop->headers.count = 0;
        return count;
    }
    if (str_find_char(value, ':') < 0 || hop->headers.count == FETCH_HEADERS_MAX)
        return count;
    str name = str_cut(&value, ':');
    struct fetch_header *header = VEC_PUSH(hop->arena, &hop->headers);
    hop->out_of_memory = header == NULL ||
                         utf8_lower_ascii(hop->arena, name, &header->name) != NULL ||
                         str_dup(hop->arena, str_trim(value), &header->value) != NULL;
    return hop->out_of_memory ? 0 : count;
}

/* The last word before a connection: only what was resolved and checked. */
static curl_socket_t on_socket(void *self, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct hop *hop = self;
    struct ipaddr ip;
    (void)purpose;
    if (ipaddr_from_sockaddr(&address->addr, &ip))
        for (size_t i = 0; i < hop->allowed->count; i++)
            if (memcmp(&hop->allowed->items[i], &ip, sizeof ip) == 0)
                return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    hop->refused_address = true;
    return CURL_SOCKET_BAD;
}

static const struct err *make_resolve_line(struct arena *a, const struct target *target,
                                           const struct fetch_addresses *addresses, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(4));
    strbuf_addf(&sb, "%.*s:%u", STR_ARG(target->host), (unsigned)target->port);
    for (size_t i = 0; i < addresses->count; i++) {
        struct ipaddr_text text = ipaddr_format(&addresses->items[i]);
        strbuf_addf(&sb, addresses->items[i].family == 6 ? "%c[%s]" : "%c%s", i == 0 ? ':' : ',',
                    text.text);
    }
    return strbuf_finish(&sb, ret);
}

static const struct err *add_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer == NULL)
        return &err_out_of_memory;
    *list = longer;
    return NULL;
}

static const struct err *add_headers(struct arena *a, const struct fetch_request *request,
                                     struct curl_slist **list)
{
    TRY(add_line(list, "Expect:"));
    for (size_t i = 0; i < request->header_count; i++) {
        const struct fetch_header *h = &request->headers[i];
        str line;
        if (h->name.len == 0 || str_find_char(h->name, ':') >= 0 || !utf8_is_title(h->name) ||
            !utf8_is_title(h->value))
            return ERR(a, ERR_INVALID, "fetch.header", "bad header %zu", i);
        TRY(str_fmt(a, &line, h->value.len == 0 ? "%.*s;%.*s" : "%.*s: %.*s", STR_ARG(h->name),
                    STR_ARG(h->value)));
        TRY(add_line(list, line.ptr));
    }
    return NULL;
}

static void set_options(CURL *curl, const struct fetch_request *request,
                        const struct target *target, struct hop *hop)
{
    const char *method = request->method == NULL ? "GET" : request->method;
    curl_easy_setopt(curl, CURLOPT_URL, target->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Millpond");
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 64L * 1024);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, hop);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, hop);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, hop);
    if (!str_is_absent(request->body)) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.len == 0 ? "" : request->body.ptr);
    }
    if (str_eq(str_c(method), S("HEAD")))
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
}

static const struct err *judge(struct arena *a, CURLcode code, const struct hop *hop,
                               const struct target *target)
{
    if (code == CURLE_OK)
        return NULL;
    if (hop->out_of_memory || code == CURLE_OUT_OF_MEMORY)
        return &err_out_of_memory;
    if (hop->too_big)
        return ERR(a, ERR_LIMIT, "fetch.too_big", "more than %zu bytes from %.*s", hop->max_bytes,
                   STR_ARG(target->host));
    if (hop->refused_address)
        return ERR(a, ERR_DENIED, "fetch.address", "%.*s at an address that was not checked",
                   STR_ARG(target->host));
    return ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%.*s: %s", STR_ARG(target->host),
               curl_easy_strerror(code));
}

static const struct err *take_response(struct arena *a, CURL *curl, struct hop *hop,
                                       const struct target *target, struct fetch_response *ret,
                                       str *ret_location)
{
    long status = 0;
    const char *location = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
    *ret = (struct fetch_response){.status = (int)status,
                                   .url = str_c(target->url),
                                   .headers = hop->headers.items,
                                   .header_count = hop->headers.count};
    ret->content_type = fetch_header_of(ret, S("content-type"));
    TRY(strbuf_finish(&hop->body, &ret->body));
    return str_dup(a, str_c(location), ret_location);
}

static const struct err *run_hop(struct arena *a, CURL *curl, const struct fetch_request *request,
                                 const struct target *target,
                                 const struct fetch_addresses *addresses, int64_t left_ms,
                                 struct curl_slist **lists, struct fetch_response *ret,
                                 str *ret_location)
{
    struct hop hop = {.arena = a, .allowed = addresses, .max_bytes = request->max_bytes};
    str line;
    strbuf_init(&hop.body, a, request->max_bytes);
    set_options(curl, request, target, &hop);
    TRY(add_headers(a, request, &lists[0]));
    TRY(make_resolve_line(a, target, addresses, &line));
    if (!target->is_ip)
        TRY(add_line(&lists[1], line.ptr));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lists[0]);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, lists[1]);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left_ms);
    TRY(judge(a, curl_easy_perform(curl), &hop, target));
    return take_response(a, curl, &hop, target, ret, ret_location);
}

/* One request to one origin. *ret_location is absent unless the answer points elsewhere. */
static const struct err *ask(struct arena *a, const struct fetch_request *request,
                             const struct target *target, int64_t until_ms,
                             struct fetch_response *ret, str *ret_location)
{
    struct fetch_addresses addresses;
    struct curl_slist *lists[2] = {NULL, NULL};
    int64_t left_ms = until_ms - clock_monotonic_ms(&clock_system);
    if (left_ms > 0)
        TRY(find_addresses(a, target, request->trusted, left_ms, &addresses));
    left_ms = until_ms - clock_monotonic_ms(&clock_system);
    if (left_ms <= 0)
        return ERR(a, ERR_UNAVAILABLE, "fetch.unreachable", "%.*s: no time left",
                   STR_ARG(target->host));
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return &err_out_of_memory;
    const struct err *e = run_hop(a, curl, request, target, &addresses, left_ms, lists, ret,
                                  ret_location);
    curl_easy_cleanup(curl);
    curl_slist_free_all(lists[0]);
    curl_slist_free_all(lists[1]);
    return e;
}

const struct err *fetch(struct arena *a, const struct fetch_request *request,
                        struct fetch_response *ret)
{
    struct fetch_request hop = *request;
    struct target target, next;
    str location;
    ASSERT(request->timeout_ms > 0 && request->max_bytes > 0);
    pthread_once(&curl_once, init_curl);
    int64_t until_ms = clock_monotonic_ms(&clock_system) + request->timeout_ms;
    str method = str_c(request->method == NULL ? "GET" : request->method);
    bool may_follow = str_eq(method, S("GET")) || str_eq(method, S("HEAD"));
    TRY(parse_url(a, request->url, &target));
    for (int hops = 0;; hops++) {
        TRY(ask(a, &hop, &target, until_ms, ret, &location));
        if (request->redirects_max == 0 || str_is_absent(location))
            return NULL;
        if (!may_follow || hops == request->redirects_max)
            return ERR(a, ERR_INVALID, "fetch.redirect", "after %d hops, by %.*s", hops,
                       STR_ARG(method));
        TRY(parse_url(a, location, &next));
        if (str_eq(target.scheme, S("https")) && !str_eq(next.scheme, S("https")))
            return ERR(a, ERR_INVALID, "fetch.redirect", "from https to http");
        if (!same_origin(&target, &next)) {
            hop.trusted = false;
            hop.header_count = 0;
        }
        target = next;
    }
}

str fetch_header_of(const struct fetch_response *response, str lower_name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (str_eq(response->headers[i].name, lower_name))
            return response->headers[i].value;
    return STR_NONE;
}
