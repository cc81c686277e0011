/* One request as features see it: who asks, in which language, for which shop, with which services.
 * Handlers are straight-line, blocking code on a worker thread; they return an error or NULL, and
 * the edge turns errors into pages (or RFC 9457 problems for /api) in one place.
 */
#ifndef CORE_WEB_H
#define CORE_WEB_H

#include "core/i18n.h"
#include "core/platform.h"
#include "http/form.h"
#include "http/html.h"
#include "http/request.h"
#include "http/response.h"

struct route;

struct viewer {
    struct account_id account_id; /* 0: nobody yet */
    struct session_id session_id;
    str name, handle;
    bool is_guest;                /* has a name but no way to sign in yet */
    bool is_operator;
    str csrf_token;               /* absent without a session */
    str referral_code;            /* for links that she gives on */
};

struct web {
    struct arena *arena;
    struct platform *platform;
    const struct http_request *rq;
    struct http_response *rs;
    const struct route *route;
    const str *params;            /* path parameters in order */
    struct viewer viewer;
    struct visitor_id visitor_id; /* from the first-party cookie; 0 on the very first request */
    struct shop_id shop_id; /* WHO_SHOP routes: the shop named by the path's first parameter */
    str shop_handle;
    struct shop_id page_shop_id; /* whose page it is, once somebody asked the store; else 0 */
    const struct locale *locale;
    bool is_api;
    bool is_bearer;               /* who asks was said by a token of the call, not by a cookie */
    int64_t now_ms;
    struct form form;             /* parsed once for POST; empty otherwise */
    struct tx *read_tx;           /* see web_read */
    str theme;                    /* "light" or "dark" as she chose; absent: as her system */
    str currency;                 /* three capitals as she chose; absent: the shop's own */
    struct html_parts *parts;     /* rendered for nobody, to be shared: core/dispatch_shared.c */
};

/* The request's read snapshot, opened at first use and closed before a write or at the end. */
const struct err *web_read(struct web *w, struct tx **ret) MUST_CHECK;
/* Closes it earlier: before a command that writes in turns of its own. Nothing when none is open.
 */
void web_read_end(struct web *w);
/* turn_run on behalf of the viewer; closes the snapshot first. */
const struct err *web_write(struct web *w, turn_fn *fn, void *arg) MUST_CHECK;

/* Path parameter n as an id; NOT_FOUND unless it is a well-formed id. */
const struct err *web_param_id(struct web *w, size_t n, int64_t *ret) MUST_CHECK;
str web_param(struct web *w, size_t n);
/* Fields of the form or top-level members of the JSON object, with limits; the field's name is in
 * the error. "" counts as absent: min 0 allows that, then *ret is absent. In JSON, texts and ids
 * must be strings and numbers integers (INVALID "error.bad_type"). A field given twice is refused.
 */
const struct err *web_text(struct web *w, const char *name, size_t min, size_t max,
                           str *ret) MUST_CHECK;
const struct err *web_int(struct web *w, const char *name, int64_t min, int64_t max,
                          int64_t *ret) MUST_CHECK;
const struct err *web_id(struct web *w, const char *name, int64_t *ret) MUST_CHECK;
bool web_has(struct web *w, const char *name);
str web_query(struct web *w, const char *name);  /* first value, absent if none or malformed */
/* A whole number of the query, `fallback` when it is not there; INVALID as web_int. */
const struct err *web_query_int(struct web *w, const char *name, int64_t fallback, int64_t min,
                                int64_t max, int64_t *ret) MUST_CHECK;
str web_cursor(struct web *w); /* of a list: ?cursor=, as `next` said; pages call it ?before= */

/* A visitor who acts for the first time (comments, adds to a cart) gets a guest account and a
 * session: no form to fill in. Sets the cookie and w->viewer. Implemented through the feature
 * list's `guest_make` hook (feature account). */
const struct err *web_need_account(struct web *w, str display_name) MUST_CHECK;

/* The visitor of this browser: makes an id and sets its cookie at the first call for a new browser.
 * The cookie carries a signature, so that nobody can take another visitor's id. */
const struct err *web_need_visitor(struct web *w, struct visitor_id *ret) MUST_CHECK;
/* Starts a session for the account: a new token always; the old session of this browser ends, and
 * that of a guest who becomes a member. A bearer token of somebody else goes on. Sets the cookie
 * and w->viewer. *ret_token (may be NULL) is the bearer token for API callers. */
const struct err *web_sign_in(struct web *w, struct account_id account_id,
                              str *ret_token) MUST_CHECK;
const struct err *web_sign_out(struct web *w) MUST_CHECK;

/* Runs a command that makes money or goods once per idempotency key (core/idempotency.h): `fn` acts
 * in the turn and sets *ret_status and *ret_body (JSON for the API; for pages the path to go to
 * next); the same key again gives the stored pair without calling fn. A refusal by the business
 * (INVALID, CONFLICT, DENIED, NOT_FOUND) is stored too and replayed. Without a key: INVALID
 * "error.key_missing". Answers by itself: JSON with that status, or a 303 to the path. */
typedef const struct err *web_once_fn(struct turn *t, void *arg, int *ret_status, str *ret_body);
const struct err *web_once(struct web *w, web_once_fn *fn, void *arg) MUST_CHECK;

/* Runs a command that makes one thing; `made` points at where fn leaves its id. With a key the same
 * call again makes nothing and gives the first one's id; without one it just runs. The handler
 * answers. A key over the API is its account's. That of a form was made up by us and counts for
 * whoever sends it: a form sent twice before its first answer brought a session comes from two
 * guests. */
const struct err *web_make(struct web *w, turn_fn *fn, void *arg, int64_t *made) MUST_CHECK;

/* Answers. */
const struct err *web_html(struct web *w, int status, struct html *h) MUST_CHECK;
const struct err *web_json(struct web *w, int status, str json) MUST_CHECK;
const struct err *web_redirect(struct web *w, const char *fmt, ...) PRINTF_LIKE(2, 3) MUST_CHECK;
/* 303 to a local path that is already there as a view. */
const struct err *web_redirect_to(struct web *w, str path) MUST_CHECK;
/* An html writer set up with the viewer's language and CSRF token. */
void web_html_begin(struct web *w, struct html *ret);
/* True when htmx asks for a fragment (HX-Request). */
bool web_is_fragment(const struct web *w);
/* One-shot notice shown on the next page (toast), by i18n key. */
const struct err *web_flash(struct web *w, const char *key) MUST_CHECK;

/* The local path in field or query `next`, else `fallback`: never another site (C-47). */
str web_next(struct web *w, const char *fallback);
/* The key of a notice left by web_flash for this page, or absent; reading it takes it away. */
str web_take_flash(struct web *w);

/* Idempotency-Key (API) or the hidden field `key` (forms, put there by pages): absent when none was
 * sent. */
str web_idempotency_key(struct web *w);

#endif
