/* A browser of somebody in the story: cookies and requests, handed to the site as the server would
 * hand them. */
#include "core/dispatch.h"
#include "core/session.h"
#include "demo/demo_part.h"

enum { REQUEST_MAX = 16384 };

static void take_cookie(struct demo_browser *b, str header)
{
    str value = header, name = str_cut(&value, '=');
    str *keep = str_eq(name, S("mp")) ? &b->session : str_eq(name, S("mpv")) ? &b->visitor : NULL;
    str kept;
    value = str_cut(&value, ';');
    if (keep != NULL && str_dup(b->demo->arena, value, &kept) == NULL)
        *keep = kept;
}

static void read_answer(struct demo_browser *b, str raw, struct demo_answer *ret)
{
    ptrdiff_t end = str_find(raw, S("\r\n\r\n"));
    str head = str_sub(raw, 0, end < 0 ? raw.len : (size_t)end);
    int64_t status = 0;
    *ret = (struct demo_answer){.location = STR_NONE,
                                .body = end < 0 ? STR_NONE : str_from(raw, (size_t)end + 4)};
    if (str_to_int(str_sub(head, 9, 3), &status))
        ret->status = (int)status;
    while (!str_is_absent(head)) {
        str value = str_trim(str_cut(&head, '\n')), name = str_cut(&value, ':');
        if (str_eq_nocase(name, S("set-cookie")))
            take_cookie(b, str_trim(value));
        else if (str_eq_nocase(name, S("location")))
            ret->location = str_trim(value);
    }
}

static const struct err *send(struct demo_browser *b, struct arena *a, const char *method, str path,
                              str form, struct demo_answer *ret)
{
    struct strbuf sb;
    str raw, answer, base = b->demo->platform->base_url;
    ptrdiff_t at = str_find(base, S("://"));
    str host = at < 0 ? base : str_from(base, (size_t)at + 3);
    strbuf_init(&sb, a, REQUEST_MAX);
    strbuf_addf(&sb, "%s %.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: %s\r\nAccept-Language: %s\r\n",
                method, STR_ARG(path), STR_ARG(host), b->agent, b->language);
    strbuf_add(&sb,
               S("Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"));
    if (!str_is_absent(b->session) || !str_is_absent(b->visitor))
        strbuf_addf(&sb, "Cookie: mpl=%.2s%s%.*s%s%.*s\r\n", b->language,
                    str_is_absent(b->session) ? "" : "; mp=", STR_ARG(b->session),
                    str_is_absent(b->visitor) ? "" : "; mpv=", STR_ARG(b->visitor));
    if (!str_is_absent(form))
        strbuf_addf(
            &sb,
            "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: %zu\r\n",
            form.len);
    strbuf_add(&sb, S("\r\n"));
    strbuf_add(&sb, form);
    TRY(strbuf_finish(&sb, &raw));
    TRY(http_loopback(a, dispatch_app(b->demo->dispatch), raw, &answer));
    read_answer(b, answer, ret);
    return NULL;
}

const struct err *demo_get(struct demo_browser *b, struct arena *a, str path,
                           struct demo_answer *ret)
{
    return send(b, a, "GET", path, STR_NONE, ret);
}

const struct err *demo_post(struct demo_browser *b, struct arena *a, str path, str form,
                            struct demo_answer *ret)
{
    return send(b, a, "POST", path, form, ret);
}

struct visitor_id demo_visitor_id(const struct demo_browser *b)
{
    struct visitor_id id = {0};
    str signature = b->visitor;
    if (!id_parse(str_cut(&signature, '.'), &id.v))
        id.v = 0;
    return id;
}

struct sign_in {
    struct account_id id;
    struct arena *arena;
    const char *agent;
    str token;
};

static const struct err *sign_in_turn(struct turn *t, void *arg)
{
    struct sign_in *s = arg;
    struct session_id id;
    str token;
    TRY(session_create(t, s->id, str_c(s->agent), &id, &token));
    return str_dup(s->arena, token, &s->token);
}

const struct err *demo_sign_in(struct demo_browser *b, struct account_id id)
{
    struct sign_in s = {.id = id, .arena = b->demo->arena, .agent = b->agent};
    TRY(demo_turn(b->demo, id, sign_in_turn, &s));
    b->session = s.token;
    return NULL;
}
