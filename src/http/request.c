#include "http/request.h"

#include "http/form.h"

static const str method_names[] = {
    [HTTP_UNSET] = STR_INIT("?"),     [HTTP_GET] = STR_INIT("GET"),
    [HTTP_HEAD] = STR_INIT("HEAD"),   [HTTP_POST] = STR_INIT("POST"),
    [HTTP_PUT] = STR_INIT("PUT"),     [HTTP_PATCH] = STR_INIT("PATCH"),
    [HTTP_DELETE] = STR_INIT("DELETE"), [HTTP_OPTIONS] = STR_INIT("OPTIONS"),
};

str http_method_name(enum http_method m)
{
    return (size_t)m < COUNT(method_names) ? method_names[m] : method_names[HTTP_UNSET];
}

enum http_method http_method_parse(str name)
{
    for (size_t m = HTTP_GET; m < COUNT(method_names); m++)
        if (str_eq(name, method_names[m]))
            return (enum http_method)m;
    return HTTP_UNSET;
}

str http_request_header(const struct http_request *rq, str name)
{
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, name))
            return rq->headers[i].value;
    return STR_NONE;
}

/* RFC 6265 cookie-octet. */
static bool is_cookie_value(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
            return false;
    }
    return true;
}

str http_cookie_find(str header, str name)
{
    while (!str_is_absent(header)) {
        str value = str_trim(str_cut(&header, ';'));
        str key = str_cut(&value, '=');
        if (!str_eq(key, name))
            continue;
        return is_cookie_value(value) ? value : STR_NONE;
    }
    return STR_NONE;
}

str http_request_cookie(const struct http_request *rq, str name)
{
    for (size_t i = 0; i < rq->header_count; i++)
        if (str_eq_nocase(rq->headers[i].name, S("cookie"))) {
            str value = http_cookie_find(rq->headers[i].value, name);
            if (!str_is_absent(value))
                return value;
        }
    return STR_NONE;
}

const struct err *http_request_query(const struct http_request *rq, str name, str *ret)
{
    struct form query;
    TRY(form_parse_urlencoded(rq->arena, rq->query, &query));
    return form_get(rq->arena, &query, name, ret);
}
