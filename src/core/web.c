/* What handlers see of a request: reads, writes, answers. See web.h. */
#include "core/web.h"

#include <stdarg.h>

#include "base/strbuf.h"
#include "core/feature.h"
#include "core/idempotency.h"
#include "core/web_cookie.h"

enum { PAGE_MAX = 4 * 1024 * 1024, PATH_MAX_BYTES = 2000 };

const struct err *web_read(struct web *w, struct tx **ret)
{
    if (w->read_tx == NULL)
        TRY(db_read_begin(w->platform->db, w->arena, &w->read_tx));
    *ret = w->read_tx;
    return NULL;
}

void web_read_end(struct web *w)
{
    db_read_end(w->read_tx);
    w->read_tx = NULL;
}

const struct err *web_write(struct web *w, turn_fn *fn, void *arg)
{
    web_read_end(w);
    return turn_run(w->platform, w->arena, w->viewer.account_id, fn, arg);
}

/* ---- answers ---- */

void web_html_begin(struct web *w, struct html *ret)
{
    html_init(ret, w->arena, &w->locale->page, PAGE_MAX);
    ret->csrf_token = w->viewer.csrf_token;
    ret->asset_url = w->platform->asset_url;
    ret->parts = w->parts;
    if (w->parts != NULL)
        w->parts->writers++;
}

const struct err *web_html(struct web *w, int status, struct html *h)
{
    str page = STR_NONE;
    TRY(html_finish(h, &page));
    http_response_body(w->rs, status, "text/html; charset=utf-8", page);
    return NULL;
}

const struct err *web_json(struct web *w, int status, str json)
{
    http_response_body(w->rs, status, "application/json", json);
    return NULL;
}

const struct err *web_redirect_to(struct web *w, str path)
{
    return http_response_redirect(w->rs, path);
}

const struct err *web_redirect(struct web *w, const char *fmt, ...)
{
    struct strbuf sb;
    strbuf_init(&sb, w->arena, PATH_MAX_BYTES);
    va_list args;
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    str path = STR_NONE;
    TRY(strbuf_finish(&sb, &path));
    return web_redirect_to(w, path);
}

bool web_is_fragment(const struct web *w)
{
    return str_eq(http_request_header(w->rq, S("hx-request")), S("true")) &&
           str_is_absent(http_request_header(w->rq, S("hx-boosted")));
}

/* A browser would take "//host", "/\host" and blanks or controls in between for another site. */
static bool is_local_path(str path)
{
    if (path.len == 0 || path.len > PATH_MAX_BYTES || path.ptr[0] != '/')
        return false;
    if (path.len > 1 && (path.ptr[1] == '/' || path.ptr[1] == '\\'))
        return false;
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] <= ' ' || path.ptr[i] == 0x7f || path.ptr[i] == '\\')
            return false;
    return true;
}

str web_cursor(struct web *w)
{
    str cursor = web_query(w, "cursor");
    return str_is_empty(cursor) ? web_query(w, "before") : cursor;
}

str web_next(struct web *w, const char *fallback)
{
    str next = STR_NONE;
    if (form_get(w->arena, &w->form, S("next"), &next) != NULL || str_is_empty(next))
        next = web_query(w, "next");
    return is_local_path(next) ? next : str_c(fallback);
}

/* ---- one key, one effect ---- */

str web_idempotency_key(struct web *w)
{
    str key = http_request_header(w->rq, S("idempotency-key"));
    if (str_is_absent(key) && w->form.json == NULL &&
        form_get(w->arena, &w->form, S("key"), &key) != NULL)
        return STR_NONE;
    return str_is_empty(key) ? STR_NONE : key;
}

/* Everything that decides the effect; a form's token and key are left out, since a page shown again
 * may carry a new token. */
static const struct err *what_is_asked(struct web *w, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, w->arena, MiB(4));
    strbuf_addf(&sb, "%.*s %.*s\n", STR_ARG(http_method_name(w->rq->method)), STR_ARG(w->rq->path));
    if (w->form.json != NULL)
        strbuf_add(&sb, w->rq->body);
    for (size_t i = 0; w->form.json == NULL && i < w->form.count; i++) {
        const struct form_field *f = &w->form.fields[i];
        if (!str_eq(f->name, S("csrf")) && !str_eq(f->name, S("key")))
            strbuf_addf(&sb, "%zu:%.*s=%zu:%.*s\n", f->name.len, STR_ARG(f->name), f->value.len,
                        STR_ARG(f->value));
    }
    return strbuf_finish(&sb, ret);
}

struct once {
    struct idempotency key;
    web_once_fn *fn;
    void *arg;
    bool is_replay;
    int status;
    str body;
};

static const struct err *once_turn(struct turn *t, void *arg)
{
    struct once *x = arg;
    struct idempotency_replay replay;
    TRY(idempotency_begin(t, &x->key, &replay));
    x->is_replay = replay.is_replay;
    x->status = replay.status;
    x->body = replay.body;
    if (replay.is_replay)
        return NULL;
    x->body = STR_NONE;
    TRY(x->fn(t, x->arg, &x->status, &x->body));
    return idempotency_finish(t, &x->key, x->status, x->body);
}

/* A refusal is kept as its kind (negative status) and "key\nfield\narg\narg\narg". */
static const struct err *pack_refusal(struct arena *a, const struct err *e, str *ret)
{
    return str_fmt(a, ret, "%s\n%s\n%.*s\n%.*s\n%.*s", e->key, e->field == NULL ? "" : e->field,
                   STR_ARG(e->args[0]), STR_ARG(e->args[1]), STR_ARG(e->args[2]));
}

static const struct err *unpack_refusal(struct arena *a, int status, str packed)
{
    struct err *e = NULL;
    TRY_NEW(a, e);
    str key = str_cut(&packed, '\n'), field = str_cut(&packed, '\n');
    TRY(str_to_c(a, key, &e->key));
    if (field.len > 0)
        TRY(str_to_c(a, field, &e->field));
    for (size_t i = 0; i < ERR_ARGS_MAX; i++)
        e->args[i] = str_cut(&packed, '\n');
    e->kind = (enum err_kind)-status;
    e->detail = S("replayed by idempotency key");
    e->file = __FILE__;
    e->line = __LINE__;
    return e;
}

static const struct err *refusal_turn(struct turn *t, void *arg)
{
    struct once *x = arg;
    struct idempotency_replay replay;
    TRY(idempotency_begin(t, &x->key, &replay));
    if (replay.is_replay)
        return NULL;
    return idempotency_finish(t, &x->key, x->status, x->body);
}

/* Only what the business decided about a well-formed request; a person corrects a form and sends it
 * again with the same key, so pages keep no refusals. */
static bool refusal_is_kept(const struct web *w, const struct err *e)
{
    bool is_decision = e->kind == ERR_CONFLICT || e->kind == ERR_DENIED || e->kind == ERR_NOT_FOUND;
    return w->is_api && is_decision && !str_eq(str_c(e->key), S("error.key_running"));
}

const struct err *web_once(struct web *w, web_once_fn *fn, void *arg)
{
    struct once x = {.key = {.account_id = w->viewer.account_id, .key = web_idempotency_key(w)},
                     .fn = fn, .arg = arg};
    if (str_is_absent(x.key.key))
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "no idempotency key");
    TRY(what_is_asked(w, &x.key.body));
    const struct err *e = web_write(w, once_turn, &x);
    if (e != NULL && refusal_is_kept(w, e)) {
        x.status = -(int)e->kind;
        TRY(pack_refusal(w->arena, e, &x.body));
        TRY(web_write(w, refusal_turn, &x));
    }
    TRY(e);
    if (x.is_replay && x.status < 0)
        return unpack_refusal(w->arena, x.status, x.body);
    return w->is_api ? web_json(w, x.status, x.body) : web_redirect_to(w, x.body);
}

struct making {
    struct idempotency key;
    turn_fn *fn;
    void *arg;
    int64_t *made;
};

static const struct err *make_turn(struct turn *t, void *arg)
{
    struct making *x = arg;
    struct idempotency_replay replay;
    TRY(idempotency_begin(t, &x->key, &replay));
    if (replay.is_replay)
        return id_parse(replay.body, x->made)
                   ? NULL
                   : ERR(t->arena, ERR_BUG, "error.bug", "no id with the key");
    TRY(x->fn(t, x->arg));
    struct id_text id = id_format(*x->made);
    return idempotency_finish(t, &x->key, 201, id_str(&id));
}

const struct err *web_make(struct web *w, turn_fn *fn, void *arg, int64_t *made)
{
    struct making x = {.key = {.key = web_idempotency_key(w)}, .fn = fn, .arg = arg,
                       .made = made};
    if (w->is_api)
        x.key.account_id = w->viewer.account_id;
    if (str_is_absent(x.key.key))
        return web_write(w, fn, arg);
    TRY(what_is_asked(w, &x.key.body));
    return web_write(w, make_turn, &x);
}
