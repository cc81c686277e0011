/* The shop's own page. The page of a product belongs to feature order, which knows stock and carts. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_tpl.h"
#include "core/permission.h"

enum { CARDS_A_PAGE = 24 };

const struct err *catalog_cursor(struct web *w, int64_t *ret)
{
    str text = web_query(w, "before");
    *ret = 0;
    if (!str_is_empty(text) && !id_parse(text, ret))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "before=%.*s", STR_ARG(text));
    return NULL;
}

static const struct err *next_page(struct web *w, struct shop_front_view *v)
{
    if (v->count < CARDS_A_PAGE)
        return NULL;
    struct id_text last = id_format(v->cards[v->count - 1].id.v);
    str path;
    TRY(str_fmt(w->arena, &path, "/s/%.*s?before=%s", STR_ARG(v->shop.handle), last.text));
    ASSERT(url_check(path, &v->next));
    return NULL;
}

static const struct err *describe(struct web *w, struct shop_front_view *v)
{
    struct page *p = &v->page;
    TRY(page_init(w, p, v->shop.name));
    p->description = str_is_empty(v->shop.tagline) ? v->shop.about : v->shop.tagline;
    p->palette = v->shop.accent;
    p->place = "explore";
    p->share = v->face.path;
    if (v->count > 0 && v->cards[0].photo.state == MEDIA_READY)
        TRY(str_fmt(w->arena, &p->og_image, "%.*s%.*s", STR_ARG(w->platform->base_url),
                    STR_ARG(v->cards[0].photo.url_large.url)));
    v->empty = (struct empty_view){.drawing = "products", .title = locale_text(w->locale, "catalog.none"),
                                   .words = locale_text(w->locale, "catalog.none_words")};
    return NULL;
}

const struct err *catalog_front_page(struct web *w)
{
    struct shop_front_view v = {0};
    struct product_id before;
    struct html h;
    struct tx *tx;
    str role = STR_NONE;
    TRY(catalog_cursor(w, &before.v));
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &v.shop));
    TRY(catalog_list(tx, w->arena, v.shop.id, before, CARDS_A_PAGE, &v.cards, &v.count));
    TRY(shop_face_make(tx, w->arena, &v.shop, &v.face));
    if (w->viewer.account_id.v != 0)
        TRY(permission_role(tx, w->arena, v.shop.id, w->viewer.account_id, &role));
    v.is_mine = !str_is_absent(role);
    TRY(next_page(w, &v));
    TRY(describe(w, &v));
    web_html_begin(w, &h);
    tpl_shop_front(&h, &v);
    return web_html(w, 200, &h);
}
