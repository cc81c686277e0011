/* Who asks: cookies, sessions, guests. See web.h and web_cookie.h.
 *
 * A session that was not seen for half a day is renewed by the request that shows it, in a turn of
 * its own before the handler runs. The visitor's cookie is id.signature; a wrong one counts as
 * none.
 */
#include "core/web_cookie.h"

#include "base/id.h"
#include "base/strbuf.h"
#include "core/feature.h"
#include "core/secret.h"
#include "core/session.h"

static const int64_t SESSION_COOKIE_S = (int64_t)90 * 24 * 3600;
static const int64_t VISITOR_COOKIE_S = (int64_t)390 * 24 * 3600;
static const int64_t TOUCH_AFTER_MS = (int64_t)12 * 3600 * 1000;
enum { FLASH_MAX = 80 };

static bool is_https(const struct platform *p)
{
    return str_starts(p->base_url, S("https://"));
}

static str session_cookie_name(const struct platform *p)
{
    return is_https(p) ? S("__Host-mp") : S("mp");
}

static const struct err *set_cookie(struct web *w, str name, str value, int64_t max_age_s)
{
    struct http_cookie cookie = {.name = name,
                                 .value = value,
                                 .max_age_s = max_age_s,
                                 .http_only = true,
                                 .secure = is_https(w->platform),
                                 .same_site = "Lax"};
    return http_response_cookie(w->rs, &cookie);
}

/* ---- viewer ---- */

static const struct err *csrf_token_of(struct web *w, struct session_id id, str *ret)
{
    struct id_text text = id_format(id.v);
    return secret_sign(w->platform, w->arena, "csrf", id_str(&text), ret);
}

static const struct err *load_account(const struct platform *p, struct tx *tx, struct arena *a,
                                      struct account_id account_id, struct viewer *ret)
{
    for (size_t i = 0; i < p->feature_count; i++)
        if (p->features[i]->viewer_load != NULL)
            TRY(p->features[i]->viewer_load(tx, a, account_id, ret));
    return NULL;
}

static const struct err *fill_viewer(struct web *w, struct tx *tx, struct account_id account_id,
                                     struct session_id id)
{
    TRY(load_account(w->platform, tx, w->arena, account_id, &w->viewer));
    w->viewer.account_id = account_id;
    w->viewer.session_id = id;
    if (w->is_bearer) /* nobody's browser sends it unasked, and no form is written for it */
        return NULL;
    return csrf_token_of(w, id, &w->viewer.csrf_token);
}

static str bearer_token(const struct web *w)
{
    str header = http_request_header(w->rq, S("authorization"));
    return str_starts_nocase(header, S("bearer ")) ? str_trim(str_from(header, 7)) : STR_NONE;
}

static const struct err *touch(struct turn *t, void *arg)
{
    return session_touch(t, arg);
}

void web_load_visitor(struct web *w)
{
    str signature = http_request_cookie(w->rq, S("mpv"));
    str id = str_cut(&signature, '.');
    int64_t value = 0;
    if (id_parse(id, &value) && secret_verify(w->platform, w->arena, "visitor", id, signature))
        w->visitor_id = (struct visitor_id){value};
}

bool web_has_session(const struct web *w)
{
    return !str_is_absent(http_request_header(w->rq, S("authorization"))) ||
           !str_is_absent(http_request_cookie(w->rq, session_cookie_name(w->platform)));
}

const struct err *web_load_viewer(struct web *w)
{
    web_load_visitor(w);
    str token = w->is_api ? bearer_token(w) : STR_NONE;
    w->is_bearer = !str_is_absent(token);
    if (!w->is_bearer)
        token = http_request_cookie(w->rq, session_cookie_name(w->platform));
    if (str_is_absent(token))
        return NULL;
    struct tx *tx = NULL;
    TRY(web_read(w, &tx));
    struct session session;
    bool found = false;
    TRY(session_find(tx, w->arena, token, w->now_ms, &session, &found));
    if (!found && w->is_bearer)
        return ERR(w->arena, ERR_DENIED, "error.sign_in", "unknown bearer token");
    if (!found)
        return NULL;
    const struct err *e = fill_viewer(w, tx, session.account_id, session.id);
    if (e != NULL && e->kind == ERR_NOT_FOUND) {
        w->viewer = (struct viewer){0}; /* the account is gone; its session is worth nothing */
        return NULL;
    }
    TRY(e);
    if (w->now_ms - session.seen_ms < TOUCH_AFTER_MS)
        return NULL;
    TRY(web_write(w, touch, &session));
    return w->is_bearer ? NULL
                        : set_cookie(w, session_cookie_name(w->platform), token, SESSION_COOKIE_S);
}

/* ---- signing in and out ---- */

struct sign_in {
    struct web *web;
    str display_name;
    struct account_id account_id; /* v == 0: make a guest */
    struct session_id session_id;
    str token;
};

static const struct err *make_guest(struct turn *t, struct sign_in *x, struct account_id *ret)
{
    const struct platform *p = t->platform;
    for (size_t i = 0; i < p->feature_count; i++)
        if (p->features[i]->guest_make != NULL)
            return p->features[i]->guest_make(t, x->display_name,
                                              language_code(x->web->locale->language), ret);
    return ERR(t->arena, ERR_BUG, "error.bug", "no feature makes guests");
}

/* A browser has one session, a program as many tokens as it asked for; but who learned the token of
 * a guest must not find herself a member by it. */
static const struct err *must_end(struct turn *t, const struct web *w, struct account_id next,
                                  bool *ret)
{
    struct viewer signs_in = {0};
    *ret = w->viewer.session_id.v != 0 && !w->is_bearer;
    if (w->viewer.session_id.v == 0 || !w->is_bearer || !w->viewer.is_guest)
        return NULL;
    TRY(load_account(t->platform, t->tx, t->arena, next, &signs_in));
    *ret = !signs_in.is_guest;
    return NULL;
}

static const struct err *sign_in_turn(struct turn *t, void *arg)
{
    struct sign_in *x = arg;
    struct account_id account_id = x->account_id;
    bool ends;
    if (account_id.v == 0)
        TRY(make_guest(t, x, &account_id));
    const struct viewer *before = &x->web->viewer;
    TRY(must_end(t, x->web, account_id, &ends));
    if (ends) {
        const struct err *e = session_revoke(t, before->account_id, before->session_id);
        if (e != NULL && e->kind != ERR_NOT_FOUND)
            return e;
    }
    t->actor = account_id;
    return session_create(t, account_id, http_request_header(x->web->rq, S("user-agent")),
                          &x->session_id, &x->token);
}

static const struct err *sign_in(struct web *w, struct sign_in *x)
{
    TRY(web_write(w, sign_in_turn, x));
    struct tx *tx = NULL;
    TRY(web_read(w, &tx));
    struct session session;
    bool found = false;
    TRY(session_find(tx, w->arena, x->token, w->now_ms, &session, &found));
    ASSERT(found);
    w->viewer = (struct viewer){0};
    TRY(fill_viewer(w, tx, session.account_id, session.id));
    web_read_end(w);
    return set_cookie(w, session_cookie_name(w->platform), x->token, SESSION_COOKIE_S);
}

const struct err *web_need_account(struct web *w, str display_name)
{
    if (w->viewer.account_id.v != 0)
        return NULL;
    struct sign_in x = {.web = w, .display_name = display_name};
    return sign_in(w, &x);
}

const struct err *web_sign_in(struct web *w, struct account_id account_id, str *ret_token)
{
    ASSERT(account_id.v != 0);
    struct sign_in x = {.web = w, .account_id = account_id};
    TRY(sign_in(w, &x));
    if (ret_token != NULL)
        *ret_token = x.token;
    return NULL;
}

static const struct err *sign_out_turn(struct turn *t, void *arg)
{
    const struct viewer *viewer = arg;
    const struct err *e = session_revoke(t, viewer->account_id, viewer->session_id);
    return e != NULL && e->kind == ERR_NOT_FOUND ? NULL : e;
}

const struct err *web_sign_out(struct web *w)
{
    if (w->viewer.session_id.v != 0)
        TRY(web_write(w, sign_out_turn, &w->viewer));
    w->viewer = (struct viewer){0};
    return set_cookie(w, session_cookie_name(w->platform), S(""), -1);
}

/* ---- visitor, language, notice ---- */

const struct err *web_need_visitor(struct web *w, struct visitor_id *ret)
{
    if (w->visitor_id.v == 0) {
        struct visitor_id fresh = {id_next(w->platform->ids, w->now_ms)};
        struct id_text text = id_format(fresh.v);
        str signature = STR_NONE, value = STR_NONE;
        TRY(secret_sign(w->platform, w->arena, "visitor", id_str(&text), &signature));
        TRY(str_fmt(w->arena, &value, "%s.%.*s", text.text, STR_ARG(signature)));
        TRY(set_cookie(w, S("mpv"), value, VISITOR_COOKIE_S));
        w->visitor_id = fresh;
    }
    *ret = w->visitor_id;
    return NULL;
}

str web_theme_choice(const struct web *w)
{
    str theme = http_request_cookie(w->rq, S("theme"));
    return str_eq(theme, S("light")) || str_eq(theme, S("dark")) ? theme : STR_NONE;
}

str web_language_choice(const struct web *w)
{
    return http_request_cookie(w->rq, S("mpl"));
}

str web_currency_choice(const struct web *w)
{
    str code = http_request_cookie(w->rq, S("mpc"));
    for (size_t i = 0; i < code.len; i++)
        if (code.ptr[i] < 'A' || code.ptr[i] > 'Z')
            return STR_NONE;
    return code.len == 3 ? code : STR_NONE;
}

const struct err *web_set_currency(struct web *w, str code)
{
    struct currency currency;
    TRY(currency_parse(w->arena, code, &currency));
    TRY(str_dup(w->arena, currency_str(&currency), &code));
    return set_cookie(w, S("mpc"), code, VISITOR_COOKIE_S);
}

const struct err *web_set_language(struct web *w, str code)
{
    if (language_parse(code) == LANGUAGE_UNSET)
        return err_with_field(w->arena,
                              ERR(w->arena, ERR_INVALID, "error.field_choice", "no such language"),
                              "language");
    return set_cookie(w, S("mpl"), language_code(language_parse(code)), VISITOR_COOKIE_S);
}

const struct err *web_flash(struct web *w, const char *key)
{
    return set_cookie(w, S("mpf"), str_c(key), 60);
}

bool web_has_flash(const struct web *w)
{
    return !str_is_absent(http_request_cookie(w->rq, S("mpf")));
}

/* Only what looks like a key and has a text: the cookie is the browser's to change. */
str web_take_flash(struct web *w)
{
    str key = http_request_cookie(w->rq, S("mpf"));
    const char *text = NULL;
    if (str_is_empty(key) || key.len > FLASH_MAX || str_to_c(w->arena, key, &text) != NULL ||
        str_is_absent(catalogue_text(w->locale->texts, w->locale->language, text)) ||
        set_cookie(w, S("mpf"), S(""), -1) != NULL)
        return STR_NONE;
    return str_c(text); /* layouts read it as a C string */
}
