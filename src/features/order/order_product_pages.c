/* The page of a product (here because it needs what is on the shelf) and the cart. */
#include "order/order_web.h"

#include "core/permission.h"
#include "order/order_tpl.h"
#include "pool/pool.h"

/* ---- product ---- */

static const struct err *moved(struct web *w, const struct shop *shop, const struct err *e)
{
    str path;
    TRY(str_fmt(w->arena, &path, "/s/%.*s/p/%.*s", STR_ARG(shop->handle), STR_ARG(e->args[0])));
    return http_response_redirect_permanent(w->rs, path);
}

static const struct err *stock_of(struct tx *tx, struct arena *a, const struct product *p,
                                  int64_t **ret)
{
    struct variant_id ids[PRODUCT_VARIANTS_MAX];
    TRY_NEW_ARRAY(a, *ret, p->variant_count);
    for (size_t i = 0; i < p->variant_count; i++)
        ids[i] = p->variants[i].id;
    return stock_available(tx, a, p->shop_id, ids, p->variant_count, *ret);
}

static const struct err *describe(struct web *w, struct product_view *v, const int64_t *left)
{
    struct page *p = &v->page;
    str path;
    TRY(page_init(w, p, v->product.title));
    TRY(str_fmt(w->arena, &path, "/s/%.*s/p/%.*s", STR_ARG(v->shop.handle),
                STR_ARG(v->product.handle)));
    p->is_focused = true;
    p->place = "explore";
    p->palette = v->shop.accent;
    p->bar_title = v->product.title;
    p->description = str_sub(v->product.description_text, 0, 160);
    TRY(url_format(w->arena, &p->back, "/s/%.*s", STR_ARG(v->shop.handle)));
    TRY(page_share(w, p, path));
    TRY(str_fmt(w->arena, &p->canonical, "%.*s%.*s", STR_ARG(w->platform->base_url),
                STR_ARG(path)));
    if (v->product.photo_count > 0)
        v->product.photos[0].is_first = true;
    if (v->product.photo_count > 0 && v->product.photos[0].state == MEDIA_READY)
        TRY(str_fmt(w->arena, &p->og_image, "%.*s%.*s", STR_ARG(w->platform->base_url),
                    STR_ARG(v->product.photos[0].url_large.url)));
    v->is_sold_out = true;
    for (size_t i = 0; i < v->product.variant_count; i++)
        v->is_sold_out = v->is_sold_out && left[i] == 0;
    return NULL;
}

/* How many may be bought of the chosen variant, at which prices. */
static void fill_quantities(struct product_view *v)
{
    const struct variant *shown =
        v->chooser.chosen != NULL ? v->chooser.chosen : &v->product.variants[0];
    int64_t left = v->chooser.left > 0 ? v->chooser.left : PRICE_QUANTITY_MAX;
    catalog_ladder_view(shown, &v->ladder);
    v->quantity_max = catalog_ladder_most(&shown->ladder, left);
    v->is_too_few = v->quantity_max == 0;
    if (shown->ladder.sample_minor.has)
        v->sample = (struct money){shown->ladder.sample_minor.v, shown->price.currency};
}

const struct err *order_page_product(struct web *w)
{
    struct product_view v = {0};
    struct html h;
    struct tx *tx;
    int64_t *left;
    str role;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &v.shop));
    const struct err *e =
        catalog_product_by_handle(tx, w->arena, v.shop.id, web_param(w, 1), &v.product);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return moved(w, &v.shop, e);
    TRY(e);
    TRY(permission_role(tx, w->arena, v.shop.id, w->viewer.account_id, &role));
    v.is_mine = !str_is_absent(role);
    if (v.product.status != PRODUCT_ACTIVE && !v.is_mine)
        return ERR(w->arena, ERR_NOT_FOUND, "catalog.gone", "product is not active");
    TRY(stock_of(tx, w->arena, &v.product, &left));
    TRY(catalog_choose(w, &v.product, left, &v.chooser));
    fill_quantities(&v);
    TRY(describe(w, &v, left));
    web_html_begin(w, &h);
    tpl_order_product(&h, &v);
    return web_html(w, 200, &h);
}

struct cart_change {
    struct account_id account;
    struct shop_id shop;
    struct variant_id variant;
    int64_t quantity;
    bool add;
};

static const struct err *cart_turn(struct turn *t, void *arg)
{
    const struct cart_change *x = arg;
    return cart_set(t, x->account, x->shop, x->variant, x->quantity, x->add);
}

/* Into the bag, or straight to the checkout with this one thing. */
const struct err *order_page_choose(struct web *w)
{
    struct cart_change x = {.add = true};
    const struct variant *chosen;
    struct product product;
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    TRY(catalog_product_by_handle(tx, w->arena, shop.id, web_param(w, 1), &product));
    const struct err *e = catalog_form_variant(w, &product, &chosen);
    if (e != NULL && e->kind == ERR_INVALID && str_eq(str_c(e->key), S("catalog.choose"))) {
        TRY(web_flash(w, "catalog.choose"));
        return web_redirect(w, "/s/%.*s/p/%.*s", STR_ARG(shop.handle), STR_ARG(product.handle));
    }
    TRY(e);
    struct id_text variant = id_format(chosen->id.v);
    str then;
    TRY(web_text(w, "then", 0, 10, &then));
    pool_show_intent(w);
    if (str_eq(then, S("sample")))
        return web_redirect(w, "/checkout/%.*s/now?v=%s&sample=1", STR_ARG(shop.handle),
                            variant.text);
    TRY(web_int(w, "quantity", 1, PRICE_QUANTITY_MAX, &x.quantity));
    if (str_eq(then, S("pay")))
        return web_redirect(w, "/checkout/%.*s/now?v=%s&q=%lld", STR_ARG(shop.handle), variant.text,
                            (long long)x.quantity);
    TRY(web_need_account(w, locale_text(w->locale, "order.guest")));
    x.account = w->viewer.account_id;
    x.shop = shop.id;
    x.variant = chosen->id;
    TRY(web_write(w, cart_turn, &x));
    TRY(web_flash(w, "order.in_cart"));
    return web_redirect(w, "/s/%.*s/p/%.*s?v=%s", STR_ARG(shop.handle), STR_ARG(product.handle),
                        variant.text);
}

/* ---- cart ---- */

/* Prices what is for sale; the rest is named, so that she can take it out. */
static const struct err *fill_group(struct tx *tx, struct web *w, const struct cart_item *items,
                                    size_t count, struct cart_group *ret)
{
    struct arena *a = w->arena;
    TRY_NEW_ARRAY(a, ret->lines, count);
    ret->goods.currency = ret->shop.currency;
    for (size_t i = 0; i < count; i++) {
        struct price_want want = {items[i].variant_id, items[i].quantity};
        struct price_quote *q;
        struct line_view *line;
        const struct err *e = price_quote_make(tx, a, &ret->shop, &want, 1, STR_NONE, &q);
        if (e != NULL && e->kind == ERR_INVALID) {
            ret->problem = order_words(w, e);
            ret->lines[ret->line_count++] =
                (struct line_view){.title = locale_text(w->locale, "order.not_sold"),
                                   .variant_id = items[i].variant_id,
                                   .quantity = items[i].quantity,
                                   .first = 1,
                                   .step = 1,
                                   .total = {0, ret->shop.currency}};
            continue;
        }
        TRY(e);
        TRY(order_view_quote(tx, a, &ret->shop, q, &line));
        ret->lines[ret->line_count++] = *line;
        e = price_quote_steps(a, q);
        if (e != NULL)
            ret->problem = order_words(w, e);
        TRY(money_add(a, ret->goods, line->total, &ret->goods));
    }
    return NULL;
}

static const struct err *add_goods(struct web *w, struct cart_view *v, struct money goods)
{
    for (size_t i = 0; i < v->total_count; i++)
        if (currency_eq(v->totals[i].currency, goods.currency))
            return money_add(w->arena, v->totals[i], goods, &v->totals[i]);
    v->totals[v->total_count++] = goods;
    return NULL;
}

static const struct err *fill_cart(struct tx *tx, struct web *w, struct cart_view *v)
{
    struct cart_item *items;
    size_t count, end;
    TRY(cart_items(tx, w->arena, w->viewer.account_id, (struct shop_id){0}, &items, &count));
    TRY_NEW_ARRAY(w->arena, v->groups, count);
    TRY_NEW_ARRAY(w->arena, v->totals, count);
    for (size_t at = 0; at < count; at = end) {
        struct cart_group *group = &v->groups[v->group_count++];
        for (end = at + 1; end < count && items[end].shop_id.v == items[at].shop_id.v; end++)
            continue;
        TRY(shop_get(tx, w->arena, items[at].shop_id, &group->shop));
        TRY(fill_group(tx, w, &items[at], end - at, group));
        if (str_is_empty(group->problem))
            TRY(add_goods(w, v, group->goods));
    }
    return NULL;
}

const struct err *order_page_cart(struct web *w)
{
    struct cart_view v = {0};
    struct html h;
    struct tx *tx;
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.cart")));
    TRY(web_read(w, &tx));
    if (w->viewer.account_id.v != 0)
        TRY(fill_cart(tx, w, &v));
    v.page.width = "reading";
    v.page.is_private = true;
    v.empty = (struct empty_view){.drawing = "orders",
                                  .title = locale_text(w->locale, "order.cart_empty"),
                                  .words = locale_text(w->locale, "order.cart_empty_words"),
                                  .action = locale_text(w->locale, "order.look_around"),
                                  .path = {S("/explore")}};
    web_html_begin(w, &h);
    tpl_order_cart(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *order_page_cart_set(struct web *w)
{
    struct cart_change x = {.account = w->viewer.account_id};
    struct shop shop;
    struct tx *tx;
    TRY(web_id(w, "shop", &x.shop.v));
    TRY(web_id(w, "variant", &x.variant.v));
    if (web_has(w, "remove"))
        x.quantity = 0;
    else
        TRY(web_int(w, "quantity", 0, PRICE_QUANTITY_MAX, &x.quantity));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, x.shop, &shop));
    TRY(web_write(w, cart_turn, &x));
    return web_redirect(w, "/cart");
}
