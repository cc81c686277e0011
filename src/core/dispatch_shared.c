/* Pages that many share (enum shared): rendered once for nobody, kept, and filled in for each
 * reader with what is hers.
 *
 * That nothing personal is ever kept does not hang on anybody's care: the handler runs with a
 * request of which only the path is left (and the reader's language, theme and currency, by which
 * pages are kept), and with a viewer and a visitor who are nobody. What it then writes is all that
 * is kept. The parts that differ (html_personal_begin, CSRF fields) are
 * written afterwards, into a copy, by who shows the frame (dispatch_pages.personal).
 */
#include "core/dispatch_part.h"

static const char page_type[] = "text/html; charset=utf-8";

bool dispatch_may_share(const struct web *w)
{
    return w->route->shared != SHARED_BY_NOBODY && w->rq->method == HTTP_GET &&
           str_is_empty(w->rq->query) && !web_has_flash(w) && !web_is_fragment(w);
}

static struct rendered_key key_of(const struct web *w)
{
    return (struct rendered_key){.path = w->rq->path,
                                 .language = w->locale->language,
                                 .theme = w->theme,
                                 .currency = w->currency,
                                 .row = w->route};
}

const struct rendered_page *dispatch_find_shared(struct dispatch *d, struct web *w,
                                                 uint64_t written)
{
    struct rendered_key key = key_of(w);
    return rendered_find(d->rendered, w->arena, &key, written, w->now_ms);
}

/* The handler, who cannot know who asks: *rs and *parts are all that comes out. */
static const struct err *render_for_nobody(struct web *w, struct http_response *rs,
                                           struct html_parts *parts)
{
    struct http_request rq = {.arena = w->arena, .method = HTTP_GET, .path = w->rq->path};
    struct web nobody = {.arena = w->arena,
                         .platform = w->platform,
                         .rq = &rq,
                         .rs = rs,
                         .route = w->route,
                         .params = w->params,
                         .locale = w->locale,
                         .theme = w->theme,
                         .currency = w->currency,
                         .now_ms = w->now_ms,
                         .read_tx = w->read_tx, /* lent: a thread has one snapshot */
                         .parts = parts};
    http_response_init(rs, w->arena);
    const struct err *e = w->route->handler(&nobody);
    w->read_tx = nobody.read_tx;
    return e;
}

/* A whole page, and nothing besides it: no cookie, no redirect, no error. */
static bool is_shareable(const struct http_response *rs, const struct html_parts *parts)
{
    return rs->status == 200 && rs->body_kind == HTTP_BODY_BYTES && rs->header_count == 0 &&
           rs->cache_control == NULL && str_eq(str_c(rs->content_type), str_c(page_type)) &&
           parts->writers == 1;
}

/* What stands before, between and behind the parts, compressed; and the parts as they are. */
static bool pack(struct arena *a, struct rendered_page *page)
{
    size_t from = 0;
    str *own = arena_new_array(a, page->part_count, sizeof *own);
    page->pieces = arena_new_array(a, page->part_count + 1, sizeof *page->pieces);
    if (own == NULL || page->pieces == NULL)
        return false;
    for (size_t i = 0; i <= page->part_count; i++) {
        bool is_last = i == page->part_count;
        size_t to = is_last ? page->html.len : page->parts[i].at;
        ASSERT(from <= to && to <= page->html.len);
        if (!gzip_piece_make(a, str_sub(page->html, from, to - from), &page->pieces[i]))
            return false;
        if (!is_last) {
            own[i] = str_sub(page->html, to, page->parts[i].len);
            from = to + page->parts[i].len;
        }
    }
    page->gzip = gzip_join(a, page->pieces, page->part_count + 1, own);
    return true;
}

/* The page, made now and kept; NULL when this one is not to be shared: the handler is then asked
 * again, knowing who asks, and says why. */
static const struct rendered_page *make(struct dispatch *d, struct web *w, uint64_t written)
{
    struct http_response rs;
    struct html_parts parts = {.arena = w->arena};
    struct rendered_page *page = arena_new(w->arena, sizeof *page);
    if (page == NULL || render_for_nobody(w, &rs, &parts) != NULL || !is_shareable(&rs, &parts))
        return NULL;
    *page = (struct rendered_page){.html = rs.body,
                                   .parts = parts.items,
                                   .part_count = parts.count,
                                   .shop_id = w->page_shop_id,
                                   .written = written,
                                   .made_ms = w->now_ms};
    if (!pack(w->arena, page))
        return NULL;
    struct rendered_key key = key_of(w);
    rendered_keep(d->rendered, &key, page);
    return page;
}

/* A copy with the viewer's own parts. */
static const struct err *fill_in(struct dispatch *d, struct web *w,
                                 const struct rendered_page *page)
{
    str *own = NULL, html = S("");
    TRY_NEW_ARRAY(w->arena, own, page->part_count);
    TRY(d->config.pages.personal(w, page->parts, page->part_count, own));
    str gzip = STR_NONE;
    if (gzip_is_accepted(http_request_header(w->rq, S("accept-encoding"))))
        gzip = gzip_join(w->arena, page->pieces, page->part_count + 1, own);
    if (str_is_absent(gzip)) {
        struct strbuf sb;
        size_t from = 0;
        strbuf_init(&sb, w->arena, MiB(4));
        for (size_t i = 0; i < page->part_count; i++) {
            strbuf_add(&sb, str_sub(page->html, from, page->parts[i].at - from));
            strbuf_add(&sb, own[i]);
            from = page->parts[i].at + page->parts[i].len;
        }
        strbuf_add(&sb, str_from(page->html, from));
        TRY(strbuf_finish(&sb, &html));
    }
    http_response_body(w->rs, 200, page_type, html);
    w->rs->body_gzip = gzip;
    return NULL;
}

const struct err *dispatch_answer_shared(struct dispatch *d, struct web *w, uint64_t written,
                                         bool *ret_done)
{
    bool is_filled_in = web_has_session(w);
    *ret_done = false;
    if (w->visitor_id.v == 0 || !dispatch_may_share(w) ||
        (is_filled_in && (w->route->shared != SHARED_BY_ALL || d->config.pages.personal == NULL)))
        return NULL;
    const struct rendered_page *page = dispatch_find_shared(d, w, written);
    if (page == NULL)
        page = make(d, w, written);
    if (page == NULL)
        return NULL;
    *ret_done = true;
    if (is_filled_in)
        return fill_in(d, w, page);
    http_response_body(w->rs, 200, page_type, page->html);
    w->rs->body_gzip = page->gzip;
    return NULL;
}
