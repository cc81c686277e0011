/* Errors as people and programs read them: a page in their language, or an RFC 9457 problem.
 *
 * The status follows from the error's kind, save for the few keys below. `detail` of an err is for
 * the log and never leaves the house; what leaves are the texts of its key, its field and its
 * arguments.
 */
#include <string.h>

#include "base/json.h"
#include "base/strbuf.h"
#include "core/dispatch_part.h"
#include "core/feature.h"

enum { PROBLEM_MAX = 16 * 1024, SIGN_IN_PATH_MAX = 4000 };

static const struct {
    const char *key;
    int status;
} statuses[] = {
    {"error.sign_in", 401},       {"error.bad_json", 400},       {"error.bad_type", 400},
    {"error.bad_form", 400},      {"error.bad_key", 400},        {"error.key_missing", 400},
    {"error.repeated_field", 400}, {"error.bad_content_type", 415}, {"error.form_too_large", 413},
    {"error.too_much", 413},      {"error.busy", 503},           {"error.bad_request", 400},
    {"error.timeout", 408},       {"error.bad_method", 405},     {"error.too_long", 414},
    {"error.head_too_large", 431}, {"error.too_large", 413},
};

static int status_of(const struct err *e)
{
    for (size_t i = 0; i < COUNT(statuses); i++)
        if (str_eq(str_c(statuses[i].key), str_c(e->key)))
            return statuses[i].status;
    return err_policy_of(e->kind)->http_status;
}

/* The title says what class of trouble it is; the detail says it exactly. */
static const char *title_key(int status)
{
    switch (status) {
    case 400: case 414: case 415: case 422: case 431: return "error.title.invalid";
    case 401: return "error.title.sign_in";
    case 403: return "error.title.denied";
    case 404: return "error.title.not_found";
    case 405: return "error.title.method";
    case 408: return "error.title.timeout";
    case 409: return "error.title.conflict";
    case 413: return "error.title.too_large";
    case 429: return "error.title.rate";
    case 503: return "error.title.unavailable";
    default: return "error.title.bug";
    }
}

static const char *status_key(int status)
{
    switch (status) {
    case 400: case 415: case 422: return "error.bad_request";
    case 401: return "error.sign_in";
    case 403: return "error.denied";
    case 404: return "error.not_found";
    case 405: return "error.bad_method";
    case 408: return "error.timeout";
    case 409: return "error.conflict";
    case 413: return "error.too_large";
    case 414: return "error.too_long";
    case 429: return "error.rate";
    case 431: return "error.head_too_large";
    case 503: return "error.unavailable";
    default: return "error.bug";
    }
}

static str text_of(struct web *w, const struct err *e, int status)
{
    const struct locale *l = w->locale;
    const char *key = e->key;
    /* What happened inside stays inside: our own faults have one text. */
    if (err_policy_of(e->kind)->is_our_fault && status >= 500)
        key = str_is_absent(catalogue_text(l->texts, l->language, key)) ? status_key(status) : key;
    if (e->kind == ERR_BUG)
        key = "error.bug";
    if (str_is_absent(catalogue_text(l->texts, l->language, key)))
        key = status_key(status);
    str text = STR_NONE;
    if (locale_format(w->arena, l, key, e->args, ERR_ARGS_MAX, &text) != NULL)
        return S("");
    return text;
}

static const struct err *answer_problem(struct web *w, int status, const struct err *e, str title,
                                        str detail)
{
    struct strbuf sb;
    strbuf_init(&sb, w->arena, PROBLEM_MAX);
    str type = STR_NONE, body = STR_NONE;
    TRY(str_fmt(w->arena, &type, "/problems/%s", e->key));
    struct json j;
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("type"));
    json_str(&j, type);
    json_key(&j, S("title"));
    json_str(&j, title);
    json_key(&j, S("status"));
    json_int(&j, status);
    json_key(&j, S("detail"));
    json_str(&j, detail);
    if (e->field != NULL) {
        json_key(&j, S("field"));
        json_str(&j, str_c(e->field));
    }
    if (!str_is_empty(w->rq->id))
        json_put_str(&j, "request_id", w->rq->id);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    http_response_body(w->rs, status, "application/problem+json", body);
    return NULL;
}

static const struct err *sign_in_path(struct web *w, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, w->arena, SIGN_IN_PATH_MAX);
    strbuf_add(&sb, S("/login?next="));
    bool is_view = w->rq->method == HTTP_GET;
    url_encode(&sb, is_view ? w->rq->target : S("/"));
    return strbuf_finish(&sb, ret);
}

static const struct err *answer_page(struct dispatch *d, struct web *w, int status, str title,
                                     str detail)
{
    struct error_view view = {.status = status,
                              .title = title,
                              .detail = detail,
                              .request_id = w->rq->id,
                              .offers_sign_in = status == 401};
    if (status == 401) {
        TRY(sign_in_path(w, &view.sign_in_path));
        if (w->rq->method == HTTP_GET && !web_is_fragment(w))
            return web_redirect_to(w, view.sign_in_path);
    }
    if (d->config.pages.error == NULL)
        return ERR(w->arena, ERR_BUG, "error.bug", "no page for errors");
    TRY(d->config.pages.error(w, &view));
    w->rs->status = status;
    return NULL;
}

static void answer_plain(struct web *w, int status, str detail)
{
    str body = detail;
    const struct err *ignored = str_fmt(w->arena, &body, "%d %.*s\n", status, STR_ARG(detail));
    (void)ignored;
    http_response_body(w->rs, status, "text/plain; charset=utf-8", body);
}

static void answer(struct dispatch *d, struct web *w, const struct err *e, int status)
{
    str title = locale_text(w->locale, title_key(status)), detail = text_of(w, e, status);
    const struct err *failed = w->is_api ? answer_problem(w, status, e, title, detail)
                                         : answer_page(d, w, status, title, detail);
    if (failed != NULL)
        answer_plain(w, status, detail);
}

void error_answer(struct dispatch *d, struct web *w, const struct err *e)
{
    answer(d, w, e, status_of(e));
}

void error_answer_status(struct dispatch *d, struct web *w, int status)
{
    struct err e = {.kind = status >= 500 ? ERR_UNAVAILABLE : ERR_INVALID,
                    .key = status_key(status),
                    .detail = S(""),
                    .file = __FILE__,
                    .line = __LINE__};
    answer(d, w, &e, status);
}
