/* Small things that several pages of orders need: lines with pictures, sums, badges, words of
 * errors. */
#include "order/order_web.h"

/* The page of the product as it is called today; gone products lead nowhere. */
static const struct err *link_product(struct tx *tx, struct arena *a, const struct shop *shop,
                                      struct product_id product, struct variant_id variant,
                                      struct url_safe *ret)
{
    struct product_card card;
    struct id_text v = id_format(variant.v);
    TRY(catalog_cards(tx, a, &product.v, 1, &card));
    if (card.id.v == 0)
        return NULL;
    return url_format(a, ret, "/s/%.*s/p/%.*s?v=%s", STR_ARG(shop->handle), STR_ARG(card.handle),
                      v.text);
}

const struct err *order_view_quote(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_quote *q, struct line_view **ret)
{
    TRY_NEW_ARRAY(a, *ret, q->line_count);
    for (size_t i = 0; i < q->line_count; i++) {
        const struct price_line *l = &q->lines[i];
        struct line_view *v = &(*ret)[i];
        *v = (struct line_view){.title = l->title,
                                .variant_title = l->variant_title,
                                .variant_id = l->variant_id,
                                .quantity = l->quantity,
                                .first = l->first > 0 ? l->first : 1,
                                .step = l->step > 0 ? l->step : 1,
                                .is_sample = l->unit_reason == PRICE_REASON_SAMPLE,
                                .unit = {l->unit_minor, q->currency},
                                .total = {l->total_minor, q->currency}};
        TRY(link_product(tx, a, shop, l->product_id, l->variant_id, &v->path));
        TRY(media_photo(tx, a, l->media_id, &v->photo));
    }
    return NULL;
}

const struct err *order_view_lines(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct order *o, struct line_view **ret)
{
    TRY_NEW_ARRAY(a, *ret, o->line_count);
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        struct line_view *v = &(*ret)[i];
        *v = (struct line_view){.title = l->title,
                                .variant_title = l->variant_title,
                                .variant_id = l->variant_id,
                                .quantity = l->quantity,
                                .dropped = l->dropped,
                                .is_sample = l->is_sample,
                                .unit = order_money(o, l->unit_minor),
                                .total = order_money(o, l->total_minor)};
        TRY(link_product(tx, a, shop, l->product_id, l->variant_id, &v->path));
        TRY(media_photo(tx, a, l->media_id, &v->photo));
    }
    return NULL;
}

static const struct err *path_of(struct web *w, struct order_id id, bool for_shop,
                                 struct account_id buyer, struct url_safe *ret)
{
    struct id_text text = id_format(id.v);
    str path;
    if (for_shop)
        return url_format(w->arena, ret, "/console/%.*s/orders/%s", STR_ARG(w->shop_handle),
                          text.text);
    TRY(order_own_path(w, id, buyer, &path));
    return url_check(path, ret) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "a path");
}

const struct err *order_view_additions(struct web *w, struct tx *tx, const struct order *o,
                                       bool for_shop, struct addition_view *ret,
                                       struct url_safe *ret_base, int64_t *ret_base_number)
{
    struct order base;
    for (size_t i = 0; i < o->addition_count; i++) {
        TRY(order_head(tx, w->arena, o->shop_id, o->additions[i], &ret[i].order));
        TRY(path_of(w, o->additions[i], for_shop, o->buyer_id, &ret[i].path));
    }
    if (o->added_to.v == 0)
        return NULL;
    TRY(order_head(tx, w->arena, o->shop_id, o->added_to, &base));
    *ret_base_number = base.number;
    return path_of(w, o->added_to, for_shop, o->buyer_id, ret_base);
}

struct sums_view order_view_sums(const struct order *o)
{
    bool is_part = o->payment == ORDER_PART_PAID && o->state == ORDER_PLACED;
    return (struct sums_view){.paid = order_money(o, is_part ? o->paid_minor : 0),
                              .due = order_money(o, is_part ? order_due_minor(o) : 0),
                              .goods = order_money(o, o->goods_minor),
                              .shipping = order_money(o, o->shipping_minor),
                              .tax = order_money(o, o->tax_minor),
                              .total = order_money(o, o->total_minor),
                              .tax_included = o->tax_included};
}

struct order_badge order_badge_of(const struct order *o)
{
    if (o->state == ORDER_CANCELLED)
        return (struct order_badge){"bad", "x", "order.state.cancelled"};
    if (o->state == ORDER_EXPIRED)
        return (struct order_badge){"", "clock", "order.state.expired"};
    if (o->payment == ORDER_REFUNDED)
        return (struct order_badge){"", "undo", "order.state.refunded"};
    if (o->payment == ORDER_UNPAID)
        return (struct order_badge){"warn", "clock", "order.state.unpaid"};
    if (o->payment == ORDER_PART_PAID)
        return (struct order_badge){"warn", "card",
                                    o->secured_ms > 0 ? "order.state.deposit_paid"
                                                      : "order.state.part_paid"};
    if (o->fulfilment == ORDER_DELIVERED)
        return (struct order_badge){"good", "check", "order.state.delivered"};
    if (o->fulfilment == ORDER_PART_SHIPPED)
        return (struct order_badge){"water", "truck", "order.state.part_shipped"};
    if (o->fulfilment == ORDER_SHIPPED)
        return (struct order_badge){"water", "truck", "order.state.shipped"};
    if (o->payment == ORDER_AUTHORISED)
        return (struct order_badge){"good", "check", "order.state.authorised"};
    return (struct order_badge){"good", "card", "order.state.paid"};
}

str order_words(struct web *w, const struct err *e)
{
    str words;
    if (locale_format(w->arena, w->locale, e->key, e->args, ERR_ARGS_MAX, &words) != NULL)
        return locale_text(w->locale, e->key);
    return words;
}

const struct err *order_cursor(struct web *w, int64_t *ret)
{
    str text = web_cursor(w);
    *ret = 0;
    if (!str_is_empty(text) && !id_parse(text, ret))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "before=%.*s", STR_ARG(text));
    return NULL;
}

const struct err *order_fresh_key(struct web *w, str *ret)
{
    return rng_token(w->arena, w->platform->rng, 16, ret);
}

const struct err *order_row_fill(struct web *w, struct tx *tx, const struct order *o,
                                 struct order_row_view *ret)
{
    enum { TITLES = 3 };
    str between = w->locale->language == LANGUAGE_ZH ? S("、") : S(", ");
    struct strbuf what;
    ret->order = *o;
    strbuf_init(&what, w->arena, KiB(4));
    for (size_t i = 0; i < o->line_count && i < TITLES; i++) {
        strbuf_add(&what, i == 0 ? S("") : between);
        strbuf_add(&what, o->lines[i].title);
    }
    if (o->line_count > TITLES) {
        strbuf_add(&what, between);
        strbuf_add(&what, S("…"));
    }
    TRY(strbuf_finish(&what, &ret->what));
    return media_photo(tx, w->arena, o->line_count > 0 ? o->lines[0].media_id : 0, &ret->photo);
}
