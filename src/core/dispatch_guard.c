/* Who may call a row, and whether the caller meant to: see dispatch.h.
 *
 * Forms (CSRF_FORM). What a browser says about where a form was filled in is believed: a foreign
 * Sec-Fetch-Site or Origin is refused whatever token comes with it. A token must be the session's
 * own (or, without session, one of a confirmation page). Without token, proof of our own origin
 * suffices. With neither (very old browsers, some in-app ones) the person is asked on a page. API
 * (CSRF_API). A bearer token is proof. A session cookie counts only with a JSON body or none and
 * our own origin. Without any session there is nothing to forge.
 */
#include "core/dispatch_part.h"
#include "core/feature.h"
#include "core/permission.h"
#include "core/secret.h"

enum { CONFIRM_MS = 15 * 60 * 1000 };

/* ---- who ---- */

static const struct err *need_sign_in(struct web *w)
{
    return ERR(w->arena, ERR_DENIED, "error.sign_in", "no session");
}

static const struct err *not_found(struct web *w, const char *why)
{
    return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "%s", why);
}

static const struct err *find_shop(struct web *w, struct tx *tx)
{
    w->shop_handle = w->params[0];
    for (size_t i = 0; i < w->platform->feature_count; i++)
        if (w->platform->features[i]->shop_by_handle != NULL)
            return w->platform->features[i]->shop_by_handle(tx, w->arena, w->shop_handle,
                                                            &w->shop_id);
    return ERR(w->arena, ERR_BUG, "error.bug", "no feature knows shops by handle");
}

/* A shop that is not there and one that is not yours look the same (C-18). */
static const struct err *guard_shop(struct web *w)
{
    if (w->viewer.account_id.v == 0)
        return need_sign_in(w);
    struct tx *tx = NULL;
    TRY(web_read(w, &tx));
    const struct err *e = find_shop(w, tx);
    if (e == NULL)
        e = permission_check(tx, w->arena, w->platform, w->shop_id, w->viewer.account_id,
                             w->route->permission);
    if (e != NULL && (e->kind == ERR_NOT_FOUND || e->kind == ERR_DENIED))
        return not_found(w, "no such shop, or not one of the caller");
    return e;
}

const struct err *guard_who(struct web *w)
{
    switch (w->route->who) {
    case WHO_ANYONE:
    case WHO_PROVIDER:
        return NULL;
    case WHO_ACCOUNT:
        return w->viewer.account_id.v == 0 ? need_sign_in(w) : NULL;
    case WHO_MEMBER:
        return w->viewer.account_id.v == 0 || w->viewer.is_guest ? need_sign_in(w) : NULL;
    case WHO_SHOP:
        return guard_shop(w);
    case WHO_OPERATOR:
        if (w->viewer.account_id.v == 0)
            return need_sign_in(w);
        return w->viewer.is_operator ? NULL : not_found(w, "operators only");
    case WHO_UNSET:
    case WHO_COUNT:
        break;
    }
    UNREACHABLE();
}

/* ---- where the request was made ---- */

enum origin { ORIGIN_UNSET = 0, ORIGIN_OWN, ORIGIN_FOREIGN, ORIGIN_UNKNOWN };

static bool is_own_origin(const struct web *w, str origin)
{
    if (str_eq_nocase(origin, w->platform->base_url))
        return true;
    /* By the name under which the browser reached us: a page elsewhere cannot choose our Host. */
    str scheme = w->rq->is_secure ? S("https://") : S("http://");
    return str_starts_nocase(origin, scheme) &&
           str_eq_nocase(str_from(origin, scheme.len), http_request_header(w->rq, S("host")));
}

static enum origin origin_of(const struct web *w)
{
    str site = http_request_header(w->rq, S("sec-fetch-site"));
    if (str_eq(site, S("same-origin")))
        return ORIGIN_OWN;
    if (str_eq(site, S("cross-site")) || str_eq(site, S("same-site")))
        return ORIGIN_FOREIGN;
    str origin = http_request_header(w->rq, S("origin"));
    if (str_is_absent(origin))
        return ORIGIN_UNKNOWN;
    return is_own_origin(w, origin) ? ORIGIN_OWN : ORIGIN_FOREIGN;
}

static const struct err *foreign(struct web *w, const char *why)
{
    return ERR(w->arena, ERR_DENIED, "error.csrf", "%s", why);
}

/* ---- forms ---- */

/* Bound to the address and the path, for a quarter of an hour (or two). */
static const struct err *confirm_message(struct web *w, int64_t window, str *ret)
{
    return str_fmt(w->arena, ret, "%lld %.*s %.*s", (long long)window, STR_ARG(w->rq->client_ip),
                   STR_ARG(w->rq->path));
}

const struct err *guard_confirm_token(struct web *w, str *ret)
{
    if (!str_is_absent(w->viewer.csrf_token)) {
        *ret = w->viewer.csrf_token;
        return NULL;
    }
    str message = STR_NONE;
    TRY(confirm_message(w, w->now_ms / CONFIRM_MS, &message));
    return secret_sign(w->platform, w->arena, "confirm", message, ret);
}

static bool confirm_token_fits(struct web *w, str token)
{
    for (int64_t window = w->now_ms / CONFIRM_MS, end = window - 2; window > end; window--) {
        str message = STR_NONE;
        if (confirm_message(w, window, &message) == NULL &&
            secret_verify(w->platform, w->arena, "confirm", message, token))
            return true;
    }
    return false;
}

static const struct err *guard_form(struct web *w, bool *ret_confirm)
{
    enum origin origin = origin_of(w);
    if (origin == ORIGIN_FOREIGN)
        return foreign(w, "a form from another site");
    str token = http_request_header(w->rq, S("x-csrf-token"));
    if (str_is_absent(token))
        TRY(form_get(w->arena, &w->form, S("csrf"), &token));
    if (str_is_empty(token)) {
        *ret_confirm = origin != ORIGIN_OWN;
        return NULL;
    }
    /* Without a session the token may be one of a session that has ended since: our own origin is
     * proof. */
    bool fits = str_is_absent(w->viewer.csrf_token)
                    ? origin == ORIGIN_OWN || confirm_token_fits(w, token)
                    : str_eq_secret(token, w->viewer.csrf_token);
    return fits ? NULL : foreign(w, "a wrong token");
}

/* ---- API ---- */

static const struct err *guard_api(struct web *w)
{
    enum origin origin = origin_of(w);
    bool has_body = w->rq->body_bytes > 0 || w->rq->body.len > 0;
    if (w->is_bearer || w->viewer.account_id.v == 0)
        return !w->is_bearer && origin == ORIGIN_FOREIGN ? foreign(w, "a call from another site")
                                                         : NULL;
    if (origin != ORIGIN_OWN)
        return foreign(w, "a session cookie without proof of our own origin");
    if (has_body && w->form.json == NULL)
        return foreign(w, "a session cookie with a body that is no JSON");
    return NULL;
}

const struct err *guard_csrf(struct web *w, bool *ret_confirm)
{
    *ret_confirm = false;
    if (w->rq->method == HTTP_GET || w->rq->method == HTTP_HEAD)
        return NULL;
    switch (w->route->csrf) {
    case CSRF_NONE:
        return NULL;
    case CSRF_FORM:
        return guard_form(w, ret_confirm);
    case CSRF_API:
        return guard_api(w);
    case CSRF_UNSET:
    case CSRF_COUNT:
        break;
    }
    UNREACHABLE();
}
