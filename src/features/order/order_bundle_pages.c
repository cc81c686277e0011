/* What a buyer sees of orders that she placed together: how each stands, and what is left to pay,
 * in as few payments as it takes. */
#include "order/order_web.h"

#include "order/order_tpl.h"

/* ---- who may see it: its buyer, or whoever has its key ---- */

const struct err *order_bundle_of_reader(struct web *w, struct order_bundle *ret, str *ret_access)
{
    struct bundle_id id;
    struct tx *tx;
    *ret_access = web_query(w, "key");
    TRY(web_param_id(w, 0, &id.v));
    if (str_is_empty(*ret_access) && w->form.count > 0)
        TRY(web_text(w, "access", 0, 100, ret_access));
    TRY(web_read(w, &tx));
    TRY(order_bundle_get(tx, w->arena, w->platform, id, ret));
    bool is_hers = w->viewer.account_id.v != 0 && w->viewer.account_id.v == ret->buyer_id.v;
    if (is_hers)
        *ret_access = STR_NONE;
    if (is_hers || order_bundle_key_opens(w->platform, w->arena, id, *ret_access))
        return NULL;
    return ERR(w->arena, ERR_NOT_FOUND, "order.gone", "bundle %lld is not the reader's",
               (long long)id.v);
}

const struct err *order_bundle_path(struct web *w, struct bundle_id id, str access, str *ret)
{
    struct id_text text = id_format(id.v);
    return str_fmt(w->arena, ret, "/b/%s%s%.*s", text.text, str_is_empty(access) ? "" : "?key=",
                   STR_ARG(access));
}

/* ---- the page ---- */

static const struct err *fill_row(struct web *w, struct tx *tx, const struct order *o,
                                  struct account_id buyer, struct order_row_view *ret)
{
    str path;
    TRY(order_row_fill(w, tx, o, ret));
    TRY(shop_get(tx, w->arena, o->shop_id, &ret->shop));
    TRY(order_own_path(w, o->id, buyer, &path));
    return url_check(path, &ret->path) ? NULL : ERR(w->arena, ERR_BUG, "error.bug", "a path");
}

static const struct err *fill_group(struct web *w, const struct order_remembered *known,
                                    const struct bundle_group *g, struct bundle_group_view *ret)
{
    ret->due = (struct money){g->due_minor, g->currency};
    ret->count = (int64_t)g->count;
    ret->is_at_once = g->way_count > 0;
    TRY(order_fresh_key(w, &ret->key));
    return order_ways_list(w, g->ways, g->way_count, g->orders[0]->shop_id, known, &ret->ways);
}

/* Whether somebody is at the provider's page, or it has not said anything yet. */
static const struct err *look_at_attempts(struct web *w, struct tx *tx, struct bundle_view *v)
{
    for (size_t i = 0; i < v->bundle.count; i++) {
        const struct order *o = &v->bundle.orders[i];
        struct order_last_attempt_row last;
        bool is_tried;
        TRY(order_last_attempt(tx, w->arena, o->shop_id, o->id, &last, &is_tried));
        if (!is_tried || o->state != ORDER_PLACED || o->payment != ORDER_UNPAID)
            continue;
        v->waits = v->waits || last.state == ATTEMPT_BEGUN || last.state == ATTEMPT_WAITS;
        if (last.state == ATTEMPT_FAILED && str_is_empty(v->notice)) {
            const char *key;
            TRY(str_to_c(w->arena, last.failure_key, &key));
            v->notice = locale_text(w->locale, key);
        }
    }
    if (str_is_empty(v->notice) && v->waits)
        v->notice = locale_text(w->locale, "order.notice.waits");
    return NULL;
}

static const struct err *fill_headline(struct web *w, struct bundle_view *v)
{
    size_t sure = 0;
    str args[2] = {S(""), S("")};
    for (size_t i = 0; i < v->bundle.count; i++) {
        const struct order *o = &v->bundle.orders[i];
        sure += o->state != ORDER_CANCELLED && o->state != ORDER_EXPIRED &&
                (o->payment == ORDER_PAID || o->payment == ORDER_AUTHORISED);
    }
    str rest = v->bundle.orders[0].party.address.name;
    args[0] = str_cut(&rest, ' ');
    const char *key = v->group_count > 0 ? sure == 0 ? "order.bundle.to_pay" : "order.bundle.rest"
                      : sure == v->bundle.count ? "order.bundle.paid" : "order.bundle.over";
    TRY(locale_format(w->arena, w->locale, key, args, 1, &v->headline));
    if (str_is_empty(args[0]))
        v->headline = locale_text(w->locale, "order.bundle.title");
    for (size_t i = 0; i < v->bundle.count; i++) {
        const struct order *o = &v->bundle.orders[i];
        bool is_waiting = o->state == ORDER_PLACED && o->secured_ms == 0 &&
                          o->payment != ORDER_AUTHORISED;
        if (is_waiting && (v->until_ms == 0 || o->expires_ms < v->until_ms))
            v->until_ms = o->expires_ms;
    }
    return NULL;
}

static const struct err *fill(struct web *w, struct tx *tx, struct bundle_view *v)
{
    struct order_remembered known;
    struct bundle_group *groups;
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    TRY(order_bundle_groups(tx, w->arena, w->platform, &v->bundle, w->now_ms, &groups,
                            &v->group_count));
    TRY_NEW_ARRAY(w->arena, v->groups, v->group_count);
    for (size_t i = 0; i < v->group_count; i++)
        TRY(fill_group(w, &known, &groups[i], &v->groups[i]));
    TRY_NEW_ARRAY(w->arena, v->rows, v->bundle.count);
    for (size_t i = 0; i < v->bundle.count; i++)
        TRY(fill_row(w, tx, &v->bundle.orders[i], v->bundle.buyer_id, &v->rows[i]));
    TRY(look_at_attempts(w, tx, v));
    TRY(fill_headline(w, v));
    if (w->viewer.account_id.v == v->bundle.buyer_id.v)
        v->live = (struct url_safe){S("/live")};
    return NULL;
}

const struct err *order_page_bundle(struct web *w)
{
    struct bundle_view v = {0};
    struct html h;
    struct tx *tx;
    TRY(order_bundle_of_reader(w, &v.bundle, &v.access));
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.bundle.title")));
    TRY(web_read(w, &tx));
    TRY(fill(w, tx, &v));
    v.page.width = "reading";
    v.page.is_private = true;
    v.page.place = "me";
    web_html_begin(w, &h);
    if (web_is_fragment(w))
        tpl_bundle_body(&h, &v);
    else
        tpl_order_bundle_page(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- paying ---- */

const struct err *order_bundle_go(struct web *w, struct order_bundle_pay *pay, str access)
{
    struct payment_begin begun;
    struct order_remembered known;
    struct tx *tx;
    TRY(order_bundle_path(w, pay->bundle_id, access, &pay->return_path));
    TRY(web_text(w, "gateway", 0, 30, &pay->gateway));
    pay->use_saved = web_has(w, "saved");
    if (pay->use_saved) {
        TRY(web_read(w, &tx));
        TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
        str place = known.method_gateway; /* order_method_place */
        pay->gateway = str_cut(&place, ':');
    }
    web_read_end(w);
    const struct err *e = order_bundle_pay(w->platform, w->arena, pay, &begun);
    if (e != NULL && e->kind == ERR_CONFLICT) {
        TRY(web_flash(w, e->key));
        return web_redirect_to(w, pay->return_path);
    }
    /* The orders stand: their page says how the payment stands, and offers to try again. */
    if (e != NULL || begun.step != PAYMENT_STEP_REDIRECT)
        return web_redirect_to(w, pay->return_path);
    return order_ways_go(w, begun.redirect);
}

const struct err *order_page_bundle_pay(struct web *w)
{
    struct order_bundle_pay pay = {.remember = true};
    struct order_bundle b;
    str access;
    TRY(order_bundle_of_reader(w, &b, &access));
    TRY(web_text(w, "key", 1, 100, &pay.key));
    TRY(web_text(w, "currency", 0, 3, &pay.currency));
    if (web_has(w, "due"))
        TRY(web_int(w, "due", 1, INT64_MAX, &pay.shown_minor));
    TRY(web_need_account(w, locale_text(w->locale, "order.guest")));
    pay.bundle_id = b.id;
    pay.payer_id = w->viewer.account_id;
    return order_bundle_go(w, &pay, access);
}
