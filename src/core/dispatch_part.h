/* The parts of the edge, private to it: dispatch.c (tables, admission), dispatch_handle.c (one
 * request), dispatch_guard.c (who may, CSRF), dispatch_shared.c and dispatch_cached.c (pages that
 * many share), dispatch_error.c (errors as pages and problems).
 */
#ifndef CORE_DISPATCH_PART_H
#define CORE_DISPATCH_PART_H

#include "core/dispatch.h"
#include "core/rate.h"
#include "core/rendered.h"
#include "core/web_cookie.h"
#include "http/router.h"

struct dispatch_row {
    const struct route *route;
    const struct feature *feature;
    int number;
};

struct dispatch {
    struct dispatch_config config;
    struct router *router;
    struct dispatch_row *rows;
    struct dispatch_count *counts; /* one per row, and one for requests without */
    size_t row_count;
    struct rate_table *rates;
    struct rendered *rendered;
    struct http_app app;
};

/* Runs on a worker: everything from cookies to the answer. */
void dispatch_handle(void *self, const struct http_request *rq, struct http_response *rs,
                     void *route);

/* On the loop: a page that was kept, or false (core/rendered.h). */
bool dispatch_cached(void *self, const struct http_request *head, struct http_response *rs,
                     void *route);
/* Whether this request may be answered with a shared page: nothing in it but who asks makes the
 * answer another one. */
bool dispatch_may_share(const struct web *w);
const struct rendered_page *dispatch_find_shared(struct dispatch *d, struct web *w,
                                                 uint64_t written);
/* Answers with a shared page, made now if need be. `written`: platform.written before anything was
 * read. *ret_done false: this one is not shared, the handler answers. */
const struct err *dispatch_answer_shared(struct dispatch *d, struct web *w, uint64_t written,
                                         bool *ret_done) MUST_CHECK;
/* Tells the features of a page view. */
void dispatch_note_visit(struct web *w);

/* What a request without route or handler still needs: clock, language, API or page. */
const struct err *dispatch_web_begin(struct dispatch *d, const struct http_request *rq,
                                     struct http_response *rs, struct locale *locale,
                                     struct web *ret) MUST_CHECK;

/* The row's `who`. Sets w->shop_id. DENIED "error.sign_in" asks to sign in; a foreign shop is
 * NOT_FOUND. */
const struct err *guard_who(struct web *w) MUST_CHECK;
/* The row's `csrf`. *ret_confirm: answer with the confirmation page instead of running the handler.
 */
const struct err *guard_csrf(struct web *w, bool *ret_confirm) MUST_CHECK;
const struct err *guard_confirm_token(struct web *w, str *ret) MUST_CHECK;

/* Fills rs for an error: a problem for the API, a page for people, plain text if all else fails. */
void error_answer(struct dispatch *d, struct web *w, const struct err *e);
void error_answer_status(struct dispatch *d, struct web *w, int status);

#endif
