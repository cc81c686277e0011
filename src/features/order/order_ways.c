/* How a buyer may pay: what the checkout and the order's page offer, and what came of the choice.
 */
#include "order/order_tpl.h"
#include "order/order_web.h"

const struct err *order_ways_fill(struct web *w, struct tx *tx, struct shop_id shop,
                                  const struct order_remembered *known, struct ways_view *ret)
{
    const struct payment_gateway *offered[PAYMENT_GATEWAYS_MAX];
    size_t count;
    TRY(order_gateways(tx, w->arena, w->platform, shop, offered, &count));
    return order_ways_list(w, offered, count, shop, known, ret);
}

const struct err *order_ways_list(struct web *w, const struct payment_gateway *const *offered,
                                  size_t count, struct shop_id shop,
                                  const struct order_remembered *known, struct ways_view *ret)
{
    *ret = (struct ways_view){.count = count};
    for (size_t i = 0; i < ret->count; i++) {
        ret->choices[i] = (struct gateway_choice){offered[i]->name, offered[i]->label_key};
        if (order_method_works(known, w->arena, shop, offered[i]))
            TRY(payment_label_words(w->arena, w->locale, known->method_label, &ret->method_label));
    }
    ret->is_test = ret->count > 0 && offered[0]->is_test;
    return NULL;
}

const struct err *order_ways_chosen(struct web *w, struct shop_id shop, struct order_pay *ret)
{
    const struct payment_gateway *offered[PAYMENT_GATEWAYS_MAX];
    struct order_remembered known;
    struct tx *tx;
    size_t count;
    TRY(web_text(w, "gateway", 0, 30, &ret->gateway));
    ret->use_saved = web_has(w, "saved");
    if (!ret->use_saved)
        return NULL;
    TRY(web_read(w, &tx));
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    TRY(order_gateways(tx, w->arena, w->platform, shop, offered, &count));
    for (size_t i = 0; i < count; i++)
        if (order_method_works(&known, w->arena, shop, offered[i]))
            ret->gateway = str_c(offered[i]->name);
    web_read_end(w);
    return NULL;
}

const struct err *order_ways_words(struct web *w, struct tx *tx, const struct order *o, str *ret)
{
    const struct payment_gateway *gateway;
    struct order_last_attempt_row last;
    struct payment_attempt attempt;
    enum payment_attempt_state state;
    bool is_tried;
    *ret = STR_NONE;
    TRY(order_last_attempt(tx, w->arena, o->shop_id, o->id, &last, &is_tried));
    if (!is_tried || o->state != ORDER_PLACED || o->payment == ORDER_PAID)
        return NULL;
    TRY(order_pay_load(tx, w->arena, w->platform, o->shop_id, last.id, &attempt, &gateway, &state));
    if (gateway == NULL || gateway->words == NULL ||
        (state != ATTEMPT_WAITS && state != ATTEMPT_AUTHORISED))
        return NULL;
    return gateway->words(tx, w->arena, w->platform, w->locale, &attempt, ret);
}

const struct err *order_ways_go(struct web *w, str redirect)
{
    struct going_view v = {0};
    struct html h;
    str header;
    if (str_starts(redirect, S("/")))
        return web_redirect_to(w, redirect);
    if (!url_check(redirect, &v.to))
        return ERR(w->arena, ERR_UNAVAILABLE, "order.no_gateway", "a way that is no address");
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.going")));
    v.page.width = "narrow";
    v.page.is_private = true;
    v.page.is_focused = true;
    TRY(str_fmt(w->arena, &header, "0; url=%.*s", STR_ARG(v.to.url)));
    TRY(http_response_header(w->rs, S("refresh"), header));
    web_html_begin(w, &h);
    tpl_order_going(&h, &v);
    return web_html(w, 200, &h);
}
