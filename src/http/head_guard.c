#include "http/head_guard.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token_char(char c)
{
    return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool head_guard_is_token(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_char(s.ptr[i]))
            return false;
    return s.len > 0;
}

/* Field values: visible characters, space, tab, and bytes above ASCII. */
static bool is_value(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_port(str s)
{
    uint64_t port;
    return s.len <= 5 && str_to_uint(s, 65535, &port);
}

bool head_guard_is_host(str s)
{
    if (s.len == 0 || s.len > 260)
        return false;
    size_t at = 0;
    bool is_bracketed = s.ptr[0] == '[';
    if (is_bracketed) {
        for (at = 1; at < s.len && s.ptr[at] != ']'; at++)
            if (!is_alnum(s.ptr[at]) && s.ptr[at] != ':' && s.ptr[at] != '.')
                return false;
        if (at == s.len || at == 1)
            return false;
        at++;
    } else {
        while (at < s.len && (is_alnum(s.ptr[at]) || strchr("-._", s.ptr[at]) != NULL) &&
               s.ptr[at] != '\0')
            at++;
        if (at == 0)
            return false;
    }
    return at == s.len || (s.ptr[at] == ':' && is_port(str_from(s, at + 1)));
}

int head_guard_find_end(str bytes, size_t from)
{
    size_t at = from;
    if (bytes.len > 0 && (bytes.ptr[0] < 'A' || bytes.ptr[0] > 'Z'))
        return -400;
    while (at < bytes.len) {
        const char *lf = memchr(bytes.ptr + at, '\n', bytes.len - at);
        if (lf == NULL)
            break;
        at = (size_t)(lf - bytes.ptr) + 1;
        if (at < 2 || lf[-1] != '\r')
            return -400;
        if (at >= 4 && lf[-2] == '\n')
            return at <= HEAD_BYTES_MAX ? (int)at : -431;
    }
    size_t seen = bytes.len < HEAD_BYTES_MAX ? bytes.len : HEAD_BYTES_MAX;
    if (seen > HEAD_TARGET_BYTES_MAX + 32 && memchr(bytes.ptr, '\n', seen) == NULL)
        return -414;
    return bytes.len >= HEAD_BYTES_MAX ? -431 : 0;
}

/* Cuts one line that ends in CRLF off *rest; false when it holds a lone CR or LF, or none is left.
 */
static bool cut_line(str *rest, str *ret_line)
{
    ptrdiff_t lf = str_find_char(*rest, '\n');
    if (lf < 1 || rest->ptr[lf - 1] != '\r')
        return false;
    *ret_line = str_sub(*rest, 0, (size_t)lf - 1);
    *rest = str_from(*rest, (size_t)lf + 1);
    return str_find_char(*ret_line, '\r') < 0;
}

static int check_version(str version, int *ret_minor)
{
    if (version.len != 8 || !str_starts(version, S("HTTP/")) || !is_digit(version.ptr[5]) ||
        version.ptr[6] != '.' || !is_digit(version.ptr[7]))
        return 400;
    if (version.ptr[5] != '1' || version.ptr[7] > '1')
        return 505;
    *ret_minor = version.ptr[7] - '0';
    return 0;
}

static bool is_served_method(str method)
{
    static const str served[] = {STR_INIT("GET"),   STR_INIT("HEAD"),   STR_INIT("POST"),
                                 STR_INIT("PUT"),   STR_INIT("PATCH"),  STR_INIT("DELETE"),
                                 STR_INIT("OPTIONS")};
    for (size_t i = 0; i < COUNT(served); i++)
        if (str_eq(method, served[i]))
            return true;
    return false;
}

static int check_request_line(str line, int *ret_minor)
{
    ptrdiff_t first = str_find_char(line, ' '), last = str_rfind_char(line, ' ');
    if (first < 1 || last <= first + 1)
        return 400;
    str method = str_sub(line, 0, (size_t)first);
    str target = str_sub(line, (size_t)first + 1, (size_t)(last - first) - 1);
    if (!head_guard_is_token(method))
        return 400;
    for (size_t i = 0; i < target.len; i++)
        if (target.ptr[i] <= ' ' || target.ptr[i] > '~' || target.ptr[i] == '#')
            return 400;
    int status = check_version(str_from(line, (size_t)last + 1), ret_minor);
    if (status != 0)
        return status;
    if (target.len > HEAD_TARGET_BYTES_MAX)
        return 414;
    return is_served_method(method) ? 0 : 405;
}

struct framing {
    bool has_length, has_encoding, has_host;
};

static int check_field(str name, str value, struct framing *seen, struct head_facts *facts)
{
    if (str_eq_nocase(name, S("host"))) {
        if (seen->has_host || !head_guard_is_host(value))
            return 400;
        seen->has_host = true;
        facts->host = value;
    } else if (str_eq_nocase(name, S("content-length"))) {
        uint64_t length;
        if (seen->has_length || value.len > 18 || !str_to_uint(value, INT64_MAX, &length))
            return 400;
        seen->has_length = true;
        facts->content_length = (int64_t)length;
    } else if (str_eq_nocase(name, S("transfer-encoding"))) {
        if (seen->has_encoding || !str_eq_nocase(value, S("chunked")))
            return 400;
        seen->has_encoding = true;
        facts->is_chunked = true;
    } else if (str_eq_nocase(name, S("expect")))
        facts->expect = value;
    return 0;
}

static int check_fields(str rest, struct head_facts *facts)
{
    struct framing seen = {0};
    str line;
    for (int fields = 0; cut_line(&rest, &line); fields++) {
        if (line.len == 0) {
            bool is_ambiguous = seen.has_length && seen.has_encoding;
            bool lacks_host = facts->minor == 1 && !seen.has_host;
            bool is_too_new = seen.has_encoding && facts->minor == 0;
            return rest.len != 0 || is_ambiguous || lacks_host || is_too_new ? 400 : 0;
        }
        if (fields == HEAD_FIELDS_MAX)
            return 431;
        /* A folded line starts with a blank, and a blank before the colon is no token character. */
        ptrdiff_t colon = str_find_char(line, ':');
        if (colon < 1 || !head_guard_is_token(str_sub(line, 0, (size_t)colon)))
            return 400;
        str value = str_from(line, (size_t)colon + 1);
        if (!is_value(value))
            return 400;
        int status = check_field(str_sub(line, 0, (size_t)colon), str_trim(value), &seen, facts);
        if (status != 0)
            return status;
    }
    return 400;
}

int head_guard_check(str head, struct head_facts *ret)
{
    *ret = (struct head_facts){.content_length = -1};
    str rest = head, line;
    if (head.len > HEAD_BYTES_MAX)
        return 431;
    if (!cut_line(&rest, &line))
        return 400;
    /* Fields are checked first: a head that cannot be framed is 400 whatever its method is. */
    int line_status = check_request_line(line, &ret->minor);
    if (line_status == 400)
        return 400;
    if (line_status == 505)
        return 505;
    int status = check_fields(rest, ret);
    return status != 0 ? status : line_status;
}
