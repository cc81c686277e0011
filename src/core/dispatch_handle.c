/* One request on a worker: who asks, may she, did she mean to, then the handler, then the answer.
 */
#include <string.h>

#include "base/log.h"
#include "base/strbuf.h"
#include "core/dispatch_part.h"

int dispatch_current_route(void)
{
    return db_behalf();
}

const struct err *dispatch_web_begin(struct dispatch *d, const struct http_request *rq,
                                     struct http_response *rs, struct locale *locale,
                                     struct web *ret)
{
    const struct platform *p = d->config.platform;
    *ret = (struct web){.arena = rs->arena,
                        .platform = d->config.platform,
                        .rq = rq,
                        .rs = rs,
                        .locale = locale,
                        .is_api = str_starts(rq->path, S("/api/")),
                        .now_ms = clock_now_ms(p->clock)};
    ret->theme = web_theme_choice(ret);
    ret->currency = web_currency_choice(ret);
    enum language language =
        language_choose(web_language_choice(ret), http_request_header(rq, S("accept-language")));
    locale_init(locale, p->texts, language_code(language), STR_NONE, STR_NONE, ret->now_ms);
    return NULL;
}

/* Pages that a person looks at, as far as the request tells: not fragments, pictures, scripts,
 * calls. */
static bool is_page_view(const struct web *w)
{
    static const str not_pages[] = {STR_INIT("/static/"), STR_INIT("/m/"), STR_INIT("/healthz"),
                                    STR_INIT("/robots.txt"), STR_INIT("/favicon")};
    if ((w->rq->method != HTTP_GET && w->rq->method != HTTP_HEAD) || w->is_api ||
        web_is_fragment(w) || w->route->rate == RATE_STREAM || w->route->who == WHO_PROVIDER)
        return false;
    for (size_t i = 0; i < COUNT(not_pages); i++)
        if (str_starts(w->rq->path, not_pages[i]))
            return false;
    str dest = http_request_header(w->rq, S("sec-fetch-dest"));
    return str_is_absent(dest) || str_eq(dest, S("document"));
}

void dispatch_note_visit(struct web *w)
{
    if (!is_page_view(w))
        return;
    for (size_t i = 0; i < w->platform->feature_count; i++)
        if (w->platform->features[i]->visit_note != NULL)
            w->platform->features[i]->visit_note(w);
}

static const struct err *confirm(struct dispatch *d, struct web *w)
{
    struct confirm_view view = {.path = w->rq->path};
    TRY(guard_confirm_token(w, &view.token));
    struct form_field *fields = NULL;
    TRY_NEW_ARRAY(w->arena, fields, w->form.count);
    for (size_t i = 0; i < w->form.count; i++)
        if (!str_is_absent(w->form.fields[i].value) && !str_eq(w->form.fields[i].name, S("csrf")))
            fields[view.field_count++] = w->form.fields[i];
    view.fields = fields;
    /* A file cannot be posted again by a page. */
    bool has_file = view.field_count < w->form.count;
    if (d->config.pages.confirm == NULL || has_file)
        return ERR(w->arena, ERR_DENIED, "error.csrf", "no proof of origin");
    return d->config.pages.confirm(w, &view);
}

static const struct err *serve(struct dispatch *d, struct web *w)
{
    bool must_confirm = false;
    uint64_t written = atomic_load(&w->platform->written); /* before the snapshot is opened */
    TRY(web_load_viewer(w));
    TRY(guard_who(w));
    bool changes = w->rq->method != HTTP_GET && w->rq->method != HTTP_HEAD;
    if (changes && w->route->who != WHO_PROVIDER)
        TRY(form_parse(w->rq, &w->form));
    TRY(guard_csrf(w, &must_confirm));
    if (must_confirm)
        return confirm(d, w);
    if (w->route->needs_key && str_is_absent(web_idempotency_key(w)))
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "this row makes money or goods");
    dispatch_note_visit(w);
    bool is_answered = false;
    TRY(dispatch_answer_shared(d, w, written, &is_answered));
    return is_answered ? NULL : w->route->handler(w);
}

static void log_failure(const struct web *w, const struct err *e)
{
    if (!err_policy_of(e->kind)->is_our_fault)
        return;
    struct log_line line;
    log_begin(&line, LOG_ERROR, w->now_ms, "http.failed");
    log_add(&line, "id", w->rq->id);
    log_add(&line, "route", w->route->path);
    log_add_err(&line, e);
    log_end(&line);
}

void dispatch_handle(void *self, const struct http_request *rq, struct http_response *rs,
                     void *route)
{
    struct dispatch *d = self;
    const struct dispatch_row *row = route;
    struct route_match match = router_find(d->router, rq->method, rq->path);
    ASSERT(match.row == row->number);
    db_set_behalf(row->number + 1);
    struct locale locale;
    struct web w;
    const struct err *e = dispatch_web_begin(d, rq, rs, &locale, &w);
    w.route = row->route;
    w.params = match.params;
    if (e == NULL)
        e = serve(d, &w);
    web_read_end(&w);
    if (e != NULL) {
        log_failure(&w, e);
        error_answer(d, &w, e);
    }
    db_set_behalf(0);
}
