/* Duty: URLs in pages: which ones may stand there, and components inside literal ones.
 * Not its duty: parsing requests, resolving, fetching. Threads: pure functions.
 */
#include <stdarg.h>
#include <string.h>

#include "http/html.h"
#include "http/html_part.h"

enum { URL_MAX_BYTES = 2048 };

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Percent-encodes all but letters, digits and the bytes of `keep`. */
static void encode(struct html *h, str s, str keep)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t run = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (is_alnum(c) || str_find_char(keep, c) >= 0)
            continue;
        char triple[3] = {'%', hex[(unsigned char)c >> 4], hex[(unsigned char)c & 15]};
        strbuf_add(&h->out, (str){s.ptr + run, i - run});
        strbuf_add(&h->out, (str){triple, 3});
        run = i + 1;
    }
    if (run < s.len)
        strbuf_add(&h->out, str_from(s, run));
}

void html_url_path_str(struct html *h, str s)
{
    if (s.len == 0 || str_eq(s, S(".")) || str_eq(s, S("..")))
        s = S("-");
    encode(h, s, S("-._~@+"));
}

void html_url_path_c(struct html *h, const char *s)
{
    html_url_path_str(h, str_c(s));
}

void html_url_part_str(struct html *h, str s)
{
    encode(h, s, S("-._~@"));
}

void html_url_part_c(struct html *h, const char *s)
{
    html_url_part_str(h, str_c(s));
}

void html_url(struct html *h, struct url_safe u)
{
    html_text_str(h, u.url);
}

bool url_is_local(struct url_safe u)
{
    return u.url.len > 0 && u.url.ptr[0] == '/' && (u.url.len < 2 || u.url.ptr[1] != '/');
}

void html_url_local(struct html *h, struct url_safe u)
{
    html_text_str(h, url_is_local(u) ? u.url : S("#"));
}

/* Invisible and direction-changing characters, with which an address shows another text than it is.
 */
static bool is_deceptive(const char *p, size_t len)
{
    const unsigned char *u = (const unsigned char *)p;
    if (len != 3)
        return false;
    if (u[0] == 0xe2 && u[1] == 0x80)
        return (u[2] >= 0x80 && u[2] <= 0x8f) || (u[2] >= 0xa8 && u[2] <= 0xaf);
    if (u[0] == 0xe2 && u[1] == 0x81)
        return u[2] >= 0x9f;
    return (u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf) ||
           (u[0] == 0xe3 && u[1] == 0x80 && u[2] == 0x80);
}

static bool has_only_url_bytes(str s)
{
    for (size_t i = 0; i < s.len;) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c <= ' ' || c == 0x7f || c == '\\' || c == '<' || c == '>' || c == '"')
            return false;
        size_t len = html_utf8_len(s.ptr + i, s.len - i);
        if (len == 0 || is_deceptive(s.ptr + i, len))
            return false;
        i += len;
    }
    return true;
}

/* host, host:port or [v6]:port; international names in UTF-8 are allowed, user names are not. */
static bool is_authority(str a)
{
    str host = a, port = STR_NONE;
    if (a.len > 0 && a.ptr[0] == '[') {
        ptrdiff_t close = str_find_char(a, ']');
        if (close < 3)
            return false;
        for (ptrdiff_t i = 1; i < close; i++)
            if (memchr("0123456789abcdefABCDEF:.", a.ptr[i], 24) == NULL)
                return false;
        host = S("v6");
        str rest = str_from(a, (size_t)close + 1);
        if (rest.len > 0 && rest.ptr[0] != ':')
            return false;
        port = rest.len > 0 ? str_from(rest, 1) : STR_NONE;
    } else {
        ptrdiff_t colon = str_rfind_char(a, ':');
        if (colon >= 0) {
            host = str_sub(a, 0, (size_t)colon);
            port = str_from(a, (size_t)colon + 1);
        }
    }
    uint64_t number;
    if (!str_is_absent(port) && (!str_to_uint(port, 65535, &number) || number == 0))
        return false;
    if (host.len == 0 || host.len > 255 || host.ptr[0] == '.' || host.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < host.len; i++)
        if ((unsigned char)host.ptr[i] < 0x80 && !is_alnum(host.ptr[i]) && host.ptr[i] != '.' &&
            host.ptr[i] != '-' && host.ptr[i] != '_')
            return false;
    return true;
}

bool url_check(str candidate, struct url_safe *ret)
{
    str u = candidate;
    *ret = (struct url_safe){STR_NONE};
    if (u.len == 0 || u.len > URL_MAX_BYTES || !has_only_url_bytes(u))
        return false;
    if (u.ptr[0] == '/') {
        if (!url_is_local((struct url_safe){u}))
            return false;
    } else {
        size_t skip = str_starts_nocase(u, S("https://"))  ? 8
                      : str_starts_nocase(u, S("http://")) ? 7
                                                           : 0;
        if (skip == 0)
            return false;
        str authority = str_from(u, skip);
        for (size_t i = 0; i < authority.len; i++)
            if (memchr("/?#", authority.ptr[i], 3) != NULL)
                authority = str_sub(authority, 0, i);
        if (!is_authority(authority))
            return false;
    }
    *ret = (struct url_safe){u};
    return true;
}

const struct err *url_format(struct arena *a, struct url_safe *ret, const char *fmt, ...)
{
    struct strbuf sb;
    str path;
    va_list args;
    strbuf_init(&sb, a, KiB(2));
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    TRY(strbuf_finish(&sb, &path));
    return url_check(path, ret) ? NULL : ERR(a, ERR_BUG, "error.bug", "path %.*s", STR_ARG(path));
}
