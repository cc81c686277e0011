/* Answers that the loop gives by itself: pages kept in core/rendered.h. Decides who may be given
 * one and which answers are kept; a handler must have said that its page is the same for all
 * visitors (web_same_for_visitors).
 *
 * The kept page carries the mark by which browsers send their beacon (it says nothing about whom);
 * a first visit gets its cookie here as it would in the handler.
 */
#include "core/dispatch_part.h"
#include "http/gzip.h"

static struct rendered_key key_of(const struct web *w)
{
    return (struct rendered_key){.path = w->rq->path,
                                 .language = w->locale->language,
                                 .theme = web_theme_choice(w),
                                 .currency = web_currency_choice(w),
                                 .row = w->route};
}

/* Nothing that makes the answer another one: who asks, a waiting notice, a query, a part. */
static bool is_plain_visit(const struct web *w)
{
    return w->rq->method == HTTP_GET && w->route->who == WHO_ANYONE && !w->is_api &&
           str_is_empty(w->rq->query) && !web_has_session(w) && !web_has_flash(w) &&
           !web_is_fragment(w);
}

bool dispatch_cached(void *self, const struct http_request *head, struct http_response *rs,
                     void *route)
{
    struct dispatch *d = self;
    const struct dispatch_row *row = route;
    struct platform *p = d->config.platform;
    struct rendered_page page;
    struct locale locale;
    struct web w;
    if (row->route->who != WHO_ANYONE || row->route->method != HTTP_GET ||
        dispatch_web_begin(d, head, rs, &locale, &w) != NULL)
        return false;
    w.route = row->route;
    struct rendered_key key = key_of(&w);
    if (!is_plain_visit(&w) ||
        !rendered_find(d->rendered, rs->arena, &key, atomic_load(&p->written), w.now_ms, &page))
        return false;
    struct route_match match = router_find(d->router, head->method, head->path);
    w.params = match.params;
    w.page_shop_id = page.shop_id;
    web_load_visitor(&w);
    dispatch_note_visit(&w);
    ASSERT(w.read_tx == NULL); /* the loop never waits for the store */
    http_response_body(rs, 200, "text/html; charset=utf-8", page.html);
    rs->body_gzip = page.gzip;
    return true;
}

void dispatch_keep_page(struct dispatch *d, const struct web *w, uint64_t written,
                        size_t headers_before)
{
    struct http_response *rs = w->rs;
    if (!w->is_same_for_visitors || !is_plain_visit(w) || w->visitor_id.v == 0 ||
        rs->status != 200 || rs->body_kind != HTTP_BODY_BYTES || rs->cache_control != NULL ||
        rs->header_count != headers_before)
        return;
    rs->body_gzip = gzip_make(rs->arena, rs->body);
    struct rendered_key key = key_of(w);
    rendered_keep(d->rendered, &key,
                  &(struct rendered_page){.html = rs->body,
                                          .gzip = rs->body_gzip,
                                          .shop_id = w->page_shop_id,
                                          .written = written,
                                          .made_ms = w->now_ms});
}
