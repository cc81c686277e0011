/* One request as features see it: who asks, in which language, for which shop, with which services.
 * Handlers are straight-line, blocking code on a worker thread; they return an error or NULL, and the
 * edge turns errors into pages (or RFC 9457 problems for /api) in one place.
 */
#ifndef CORE_WEB_H
#define CORE_WEB_H

#include "core/platform.h"
#include "http/form.h"
#include "http/html.h"
#include "http/request.h"
#include "http/response.h"

struct locale; /* core/i18n.h: language, zone, number and money formats */
struct route;

struct viewer {
    struct account_id account_id; /* 0: nobody yet */
    struct session_id session_id;
    str name, handle;
    bool is_guest;                /* has a name but no way to sign in yet */
    bool is_operator;
    str csrf_token;               /* absent without a session */
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
    struct shop_id shop_id;       /* WHO_SHOP routes: the shop named by the path's first parameter */
    str shop_handle;
    const struct locale *locale;
    bool is_api;
    int64_t now_ms;
    struct form form;             /* parsed once for POST; empty otherwise */
    struct tx *read_tx;           /* see web_read */
};

/* The request's read snapshot, opened at first use and closed before a write or at the end. */
const struct err *web_read(struct web *w, struct tx **ret) MUST_CHECK;
/* turn_run on behalf of the viewer; closes the snapshot first. */
const struct err *web_write(struct web *w, turn_fn *fn, void *arg) MUST_CHECK;

/* Path parameter n as an id; NOT_FOUND unless it is a well-formed id. */
const struct err *web_param_id(struct web *w, size_t n, int64_t *ret) MUST_CHECK;
str web_param(struct web *w, size_t n);
/* Form or JSON fields with limits; field name in the error. "" counts as absent. */
const struct err *web_text(struct web *w, const char *name, size_t min, size_t max, str *ret) MUST_CHECK;
const struct err *web_int(struct web *w, const char *name, int64_t min, int64_t max, int64_t *ret) MUST_CHECK;
const struct err *web_id(struct web *w, const char *name, int64_t *ret) MUST_CHECK;
bool web_has(struct web *w, const char *name);
str web_query(struct web *w, const char *name);  /* first value, absent if none or malformed */

/* A visitor who acts for the first time (comments, adds to a cart) gets a guest account and a session:
 * no form to fill in. Sets the cookie and w->viewer. Implemented through the feature list's
 * `guest_make` hook (feature account). */
const struct err *web_need_account(struct web *w, str display_name) MUST_CHECK;

/* Answers. */
const struct err *web_html(struct web *w, int status, struct html *h) MUST_CHECK;
const struct err *web_json(struct web *w, int status, str json) MUST_CHECK;
const struct err *web_redirect(struct web *w, const char *fmt, ...) PRINTF_LIKE(2, 3) MUST_CHECK;
/* An html writer set up with the viewer's language and CSRF token. */
void web_html_begin(struct web *w, struct html *ret);
/* True when htmx asks for a fragment (HX-Request). */
bool web_is_fragment(const struct web *w);
/* One-shot notice shown on the next page (toast), by i18n key. */
const struct err *web_flash(struct web *w, const char *key) MUST_CHECK;

/* Idempotency-Key (API) or the hidden field `key` (forms, put there by pages): absent when none was sent. */
str web_idempotency_key(struct web *w);

#endif
