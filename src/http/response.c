#include "http/response.h"

#include <string.h>

#include "base/strbuf.h"
#include "http/head_guard.h"
#include "http/url.h"

void http_response_init(struct http_response *rs, struct arena *a)
{
    *rs = (struct http_response){.arena = a, .status = 200};
}

const struct err *http_response_header(struct http_response *rs, str name, str value)
{
    if (!head_guard_is_token(name))
        return ERR(rs->arena, ERR_BUG, "error.bug", "header name");
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f)
            return ERR(rs->arena, ERR_INVALID, "error.bad_text", "control byte in header %.*s",
                       STR_ARG(name));
    if (rs->header_count == rs->header_space) {
        void *items = rs->headers;
        if (!arena_vec_grow(rs->arena, &items, &rs->header_space, sizeof *rs->headers))
            return &err_out_of_memory;
        rs->headers = items;
    }
    struct http_header *h = &rs->headers[rs->header_count];
    TRY(str_dup(rs->arena, name, &h->name));
    TRY(str_dup(rs->arena, str_is_absent(value) ? S("") : value, &h->value));
    rs->header_count++;
    return NULL;
}

const struct err *http_response_cookie(struct http_response *rs, const struct http_cookie *c)
{
    struct strbuf sb;
    str text;
    bool is_clean = head_guard_is_token(c->name);
    for (size_t i = 0; i < c->value.len; i++)
        if (c->value.ptr[i] <= ' ' || c->value.ptr[i] > '~' || strchr("\",;\\", c->value.ptr[i]))
            is_clean = false;
    if (!is_clean)
        return ERR(rs->arena, ERR_BUG, "error.bug", "cookie name or value");
    strbuf_init(&sb, rs->arena, KiB(8));
    strbuf_addf(&sb, "%.*s=%.*s; Path=/", STR_ARG(c->name), STR_ARG(c->value));
    if (c->max_age_s != 0)
        strbuf_addf(&sb, "; Max-Age=%lld", c->max_age_s < 0 ? 0LL : (long long)c->max_age_s);
    if (c->http_only)
        strbuf_add(&sb, S("; HttpOnly"));
    if (c->secure)
        strbuf_add(&sb, S("; Secure"));
    strbuf_addf(&sb, "; SameSite=%s", c->same_site == NULL ? "Lax" : c->same_site);
    TRY(strbuf_finish(&sb, &text));
    return http_response_header(rs, S("Set-Cookie"), text);
}

/* Location is ASCII: blanks, quotes and bytes above are escaped, everything else is as it came. */
static const struct err *add_location(struct http_response *rs, str path)
{
    struct strbuf sb;
    str text;
    strbuf_init(&sb, rs->arena, KiB(16));
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] <= ' ' || path.ptr[i] > '~' || strchr("\"<>`{}|^", path.ptr[i]) != NULL)
            url_encode(&sb, str_sub(path, i, 1));
        else
            strbuf_add_char(&sb, path.ptr[i]);
    TRY(strbuf_finish(&sb, &text));
    return http_response_header(rs, S("Location"), text);
}

static const struct err *redirect(struct http_response *rs, int status, str path)
{
    if (!url_is_site_path(path))
        return ERR(rs->arena, ERR_INVALID, "error.bad_path", "redirect target is not local");
    TRY(add_location(rs, path));
    http_response_body(rs, status, NULL, S(""));
    return NULL;
}

const struct err *http_response_redirect(struct http_response *rs, str path)
{
    return redirect(rs, 303, path);
}

const struct err *http_response_redirect_permanent(struct http_response *rs, str path)
{
    return redirect(rs, 308, path);
}

void http_response_body(struct http_response *rs, int status, const char *content_type, str body)
{
    rs->status = status;
    rs->body_kind = HTTP_BODY_BYTES;
    rs->content_type = content_type;
    rs->body = body;
    rs->body_gzip = STR_NONE;
}
