/* The buyer's pages: asking, her return, sending it, keeping it after all. */
#include "returns/returns_view.h"

#include "returns/returns_tpl.h"

static void dress(struct page *p, const struct shop *shop)
{
    p->width = "reading";
    p->is_private = true;
    p->palette = shop->accent;
    p->place = "me";
}

static const char *key_prefix(str access)
{
    return str_is_empty(access) ? "" : "?key=";
}

/* ---- asking ---- */

static const struct err *load_order(struct web *w, struct returns_ask_view *v, struct tx **ret_tx)
{
    struct order_id id;
    struct shop_id shop;
    TRY(order_of_reader(w, &id, &shop));
    TRY(web_read(w, ret_tx));
    TRY(order_get(*ret_tx, w->arena, w->platform, shop, id, &v->o));
    v->access = order_access_of_reader(w, id);
    return shop_get(*ret_tx, w->arena, shop, &v->shop);
}

static const struct err *fill_lines(struct web *w, struct tx *tx, struct returns_ask_view *v)
{
    struct returns_piece *pieces;
    TRY(returns_possible(tx, w->arena, w->platform, &v->o, w->now_ms, &pieces, &v->count));
    TRY_NEW_ARRAY(w->arena, v->lines, v->count);
    v->is_right = returns_is_eu(&v->o);
    for (size_t i = 0; i < v->count; i++) {
        struct returns_line_view *line = &v->lines[i];
        const char *field;
        str name;
        TRY(returns_line_fill(tx, w->arena, &v->o, pieces[i].position, pieces[i].quantity, line));
        TRY(str_fmt(w->arena, &name, "q%lld", (long long)pieces[i].position));
        TRY(str_to_c(w->arena, name, &field));
        line->typed = form_typed(w, field, v->count == 1 && line->quantity == 1 ? S("1") : S("0"));
        v->has_unarrived = v->has_unarrived || pieces[i].until_ms == 0;
        v->until_ms = pieces[i].until_ms > v->until_ms ? pieces[i].until_ms : v->until_ms;
    }
    if (v->count == 0) {
        TRY(returns_until(tx, w->arena, w->platform, &v->o, &v->until_ms));
        v->is_over = v->until_ms > 0 && w->now_ms >= v->until_ms;
    }
    return NULL;
}

static const struct err *show_ask(struct web *w, struct returns_ask_view *v, struct tx *tx,
                                  const struct err *fault)
{
    struct id_text id = id_format(v->o.id.v);
    struct html h;
    TRY(page_init(w, &v->page, locale_text(w->locale, "returns.ask.open")));
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(fill_lines(w, tx, v));
    TRY(returns_terms_get(tx, w->arena, w->platform, v->shop.id, &v->terms));
    v->words = form_typed(w, "words", S(""));
    v->reason = returns_reason_of(form_typed(w, "reason", S("")));
    TRY(rng_token(w->arena, w->platform->rng, 16, &v->key));
    TRY(url_format(w->arena, &v->order_path, "/o/%s%s%.*s", id.text, key_prefix(v->access),
                   STR_ARG(v->access)));
    dress(&v->page, &v->shop);
    v->page.is_focused = true;
    v->page.back = v->order_path;
    v->page.bar_title = v->page.title;
    v->page.bar_note = v->shop.name;
    web_html_begin(w, &h);
    tpl_returns_ask_page(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *returns_page_ask(struct web *w)
{
    struct returns_ask_view *v;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(load_order(w, v, &tx));
    return show_ask(w, v, tx, NULL);
}

static const struct err *ask(struct web *w, const struct returns_ask_view *v,
                             struct returns_ask_call *x)
{
    TRY(returns_input_ask(w, &v->o, x));
    return web_write(w, returns_ask_turn, x);
}

const struct err *returns_page_ask_post(struct web *w)
{
    struct returns_ask_view *v;
    struct returns_ask_call x;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(load_order(w, v, &tx));
    const struct err *e = ask(w, v, &x);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_LIMIT && e->kind != ERR_CONFLICT)
        return e;
    if (e != NULL) {
        TRY(web_read(w, &tx));
        return show_ask(w, v, tx, e);
    }
    struct id_text order = id_format(v->o.id.v), id = id_format(x.id.v);
    TRY(web_flash(w, "returns.asked_flash"));
    return web_redirect(w, "/o/%s/returns/%s%s%.*s", order.text, id.text, key_prefix(v->access),
                        STR_ARG(v->access));
}

/* ---- her return ---- */

static const struct err *show(struct web *w, struct returns_view *v, const struct err *fault)
{
    struct id_text order = id_format(v->c.order_id.v), id = id_format(v->c.id.v);
    struct html h;
    struct tx *tx;
    TRY(page_init(w, &v->page, S("")));
    TRY(web_read(w, &tx));
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(returns_view_fill(w, tx, v, false));
    v->tracking = form_typed(w, "tracking", S(""));
    TRY(url_format(w->arena, &v->self, "/o/%s/returns/%s%s%.*s", order.text, id.text,
                   key_prefix(v->access), STR_ARG(v->access)));
    TRY(url_format(w->arena, &v->order_path, "/o/%s%s%.*s", order.text, key_prefix(v->access),
                   STR_ARG(v->access)));
    if (w->viewer.account_id.v == v->o.buyer_id.v)
        v->live = (struct url_safe){S("/live")};
    dress(&v->page, &v->shop);
    v->page.back = v->order_path;
    v->page.bar_title = v->headline;
    v->page.bar_note = v->shop.name;
    web_html_begin(w, &h);
    if (web_is_fragment(w) && fault == NULL)
        tpl_returns_body(&h, v);
    else
        tpl_returns_page(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *returns_page_show(struct web *w)
{
    struct returns_view *v;
    TRY_NEW(w->arena, v);
    TRY(returns_of_reader(w, &v->c, &v->access));
    return show(w, v, NULL);
}

static const struct err *act(struct web *w, enum returns_act what)
{
    struct returns_view *v;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(returns_of_reader(w, &v->c, &v->access));
    const struct err *e = returns_input_step(w, what, v->c.shop_id, v->c.id);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_CONFLICT)
        return e;
    if (e != NULL) {
        TRY(web_read(w, &tx));
        TRY(returns_get(tx, w->arena, v->c.shop_id, v->c.id, &v->c));
        return show(w, v, e);
    }
    struct id_text order = id_format(v->c.order_id.v), id = id_format(v->c.id.v);
    return web_redirect(w, "/o/%s/returns/%s%s%.*s", order.text, id.text, key_prefix(v->access),
                        STR_ARG(v->access));
}

const struct err *returns_page_send(struct web *w)
{
    return act(w, RETURNS_ACT_SEND);
}

const struct err *returns_page_withdraw(struct web *w)
{
    return act(w, RETURNS_ACT_WITHDRAW);
}
