/* GET /l/{code}: where a tracked link leads. Previews are led on too: they draw the card of the
 * page behind. */
#include "pool/pool_part.h"
#include "pool/pool_sql.h"
#include "pool/pool_tpl.h"
#include "web/page.h"

static const struct err *lost(struct web *w)
{
    struct page page;
    struct html h;
    TRY(page_init(w, &page, locale_text(w->locale, "pool.lost.title")));
    page.width = "narrow";
    page.is_private = true;
    web_html_begin(w, &h);
    tpl_pool_link_lost(&h, &page);
    return web_html(w, 404, &h);
}

const struct err *pool_link_follow(struct web *w)
{
    struct pool_link_by_code_row link;
    struct tx *tx;
    bool found;
    TRY(web_read(w, &tx));
    TRY(pool_link_by_code(tx, w->arena, web_param(w, 0), &link, &found));
    if (!found || (link.expires_ms != 0 && link.expires_ms <= w->now_ms))
        return lost(w);
    pool_note_arrival(w, link.shop_id, link.pool_id, link.id, link.target_path);
    return web_redirect_to(w, link.target_path);
}
