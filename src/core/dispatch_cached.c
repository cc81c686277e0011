/* Answers that the loop gives by itself, without worker and store: pages kept in core/rendered.h,
 * for those who come without a session.
 *
 * The kept page carries the mark by which browsers send their beacon (it says nothing about whom);
 * a first visit gets its cookie here as it would in the handler.
 */
#include "core/dispatch_part.h"

bool dispatch_cached(void *self, const struct http_request *head, struct http_response *rs,
                     void *route)
{
    struct dispatch *d = self;
    const struct dispatch_row *row = route;
    struct locale locale;
    struct web w;
    if (row->route->shared == SHARED_BY_NOBODY ||
        dispatch_web_begin(d, head, rs, &locale, &w) != NULL)
        return false;
    w.route = row->route;
    if (!dispatch_may_share(&w) || web_has_session(&w))
        return false;
    const struct rendered_page *page =
        dispatch_find_shared(d, &w, atomic_load(&w.platform->written));
    if (page == NULL)
        return false;
    struct route_match match = router_find(d->router, head->method, head->path);
    w.params = match.params;
    w.page_shop_id = page->shop_id;
    web_load_visitor(&w);
    dispatch_note_visit(&w);
    ASSERT(w.read_tx == NULL); /* the loop never waits for the store */
    http_response_body(rs, 200, "text/html; charset=utf-8", page->html);
    rs->body_gzip = page->gzip;
    return true;
}
