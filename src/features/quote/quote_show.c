/* Quotations as pages and lists show them, and who may see one. */
#include "quote/quote_view.h"

struct quote_badge quote_badge_of(const struct quote *q)
{
    static const struct quote_badge badges[QUOTE_STATE_COUNT] = {
        [QUOTE_STATE_UNSET] = {"", "clock", "quote.state.asked"},
        [QUOTE_ASKED] = {"live", "bell", "quote.state.asked"},
        [QUOTE_QUOTED] = {"water", "clock", "quote.state.quoted"},
        [QUOTE_ACCEPTED] = {"good", "check", "quote.state.accepted"},
        [QUOTE_DECLINED] = {"bad", "x", "quote.state.declined"},
        [QUOTE_WITHDRAWN] = {"", "undo", "quote.state.withdrawn"},
        [QUOTE_EXPIRED] = {"warn", "clock", "quote.state.expired"},
    };
    return badges[q->state];
}

const struct err *quote_view_lines(struct tx *tx, struct arena *a, const struct quote *q,
                                   struct quote_line_view **ret)
{
    TRY_NEW_ARRAY(a, *ret, q->terms.line_count);
    for (size_t i = 0; i < q->terms.line_count; i++) {
        const struct quote_line *l = &q->terms.lines[i];
        (*ret)[i] = (struct quote_line_view){.title = l->title,
                                             .variant_title = l->variant_title,
                                             .quantity = l->quantity,
                                             .unit = quote_money(q, l->unit_minor),
                                             .total = quote_money(q, l->total_minor),
                                             .is_sample = l->is_sample};
        TRY(media_photo(tx, a, l->media_id, &(*ret)[i].photo));
    }
    return NULL;
}

const struct err *quote_view_wishes(struct tx *tx, struct arena *a, const struct quote *q,
                                    struct quote_line_view **ret)
{
    TRY_NEW_ARRAY(a, *ret, q->wish_count);
    for (size_t i = 0; i < q->wish_count; i++) {
        const struct quote_wish *x = &q->wishes[i];
        struct catalog_sale sale;
        TRY(catalog_sale(tx, a, q->shop_id, x->variant_id, &sale));
        (*ret)[i] = (struct quote_line_view){.title = sale.product_title,
                                             .variant_title = sale.variant_title,
                                             .quantity = x->quantity,
                                             .unit = quote_money(q, x->target_minor),
                                             .is_sample = x->is_sample};
        TRY(media_photo(tx, a, sale.media_id, &(*ret)[i].photo));
    }
    return NULL;
}

struct sums_view quote_view_sums(const struct quote *q)
{
    const struct quote_terms *v = &q->terms;
    return (struct sums_view){.goods = quote_money(q, v->goods_minor),
                              .shipping = quote_money(q, v->shipping_minor),
                              .tax = quote_money(q, v->tax_minor),
                              .total = quote_money(q, v->total_minor),
                              .tax_included = v->tax_included};
}

const struct err *quote_what(struct tx *tx, struct web *w, const struct quote *q, str *ret)
{
    enum { TITLES = 3 };
    str between = w->locale->language == LANGUAGE_ZH ? S("、") : S(", ");
    struct quote_line_view *lines;
    struct strbuf what;
    size_t count = q->version > 0 ? q->terms.line_count : q->wish_count;
    TRY(q->version > 0 ? quote_view_lines(tx, w->arena, q, &lines)
                       : quote_view_wishes(tx, w->arena, q, &lines));
    strbuf_init(&what, w->arena, KiB(4));
    for (size_t i = 0; i < count && i < TITLES; i++) {
        strbuf_add(&what, i == 0 ? S("") : between);
        strbuf_addf(&what, "%lld × ", (long long)lines[i].quantity);
        strbuf_add(&what, lines[i].title);
    }
    if (count > TITLES) {
        strbuf_add(&what, between);
        strbuf_add(&what, S("…"));
    }
    return strbuf_finish(&what, ret);
}

/* ---- who may see it ---- */

const struct err *quote_of_reader(struct web *w, struct quote *ret, str *ret_access)
{
    struct account_id buyer;
    struct shop_id shop;
    struct quote_id id;
    struct tx *tx;
    str key = web_query(w, "key");
    if (str_is_empty(key))
        TRY(web_text(w, "access", 0, 100, &key));
    TRY(web_param_id(w, 0, &id.v));
    TRY(web_read(w, &tx));
    TRY(quote_find(tx, w->arena, id, &shop, &buyer));
    bool is_hers = w->viewer.account_id.v != 0 && w->viewer.account_id.v == buyer.v;
    if (!is_hers && !quote_key_opens(w->platform, w->arena, id, key))
        return ERR(w->arena, ERR_NOT_FOUND, "quote.gone", "not the reader's");
    *ret_access = is_hers ? S("") : quote_or_empty(key);
    return quote_get(tx, w->arena, w->platform, shop, id, ret);
}

const struct err *quote_of_shop(struct web *w, struct quote *ret)
{
    struct quote_id id;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    return quote_get(tx, w->arena, w->platform, w->shop_id, id, ret);
}

bool quote_may_see_order(const struct quote *q, struct account_id reader)
{
    return reader.v != 0 && q->order_id.v != 0 &&
           (reader.v == q->account_id.v || reader.v == q->accepted_by.v);
}

const struct err *quote_order_path(struct web *w, struct tx *tx, const struct quote *q, str *ret)
{
    struct id_text id = id_format(q->order_id.v);
    struct order o;
    *ret = STR_NONE;
    if (!quote_may_see_order(q, w->viewer.account_id))
        return NULL;
    if (w->viewer.account_id.v == q->account_id.v)
        return str_fmt(w->arena, ret, "/o/%s", id.text);
    TRY(order_get(tx, w->arena, w->platform, q->shop_id, q->order_id, &o));
    return str_fmt(w->arena, ret, "/o/%s?key=%.*s", id.text, STR_ARG(o.access_key));
}
