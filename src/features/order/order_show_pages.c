/* What a buyer sees of her orders: one order with its payment, and the list of all. */
#include "order/order_web.h"

#include "core/audit.h"
#include "order/order_tpl.h"
#include "pool/pool.h"

static void add_step(struct order_view *v, const char *tone, const char *glyph, str words,
                     int64_t at_ms, str note)
{
    v->steps[v->step_count++] = (struct timeline_row){tone, glyph, words, at_ms, note};
}

static void fill_steps(struct web *w, struct order_view *v)
{
    const struct order *o = &v->order;
    const struct locale *l = w->locale;
    bool is_over = o->state == ORDER_CANCELLED || o->state == ORDER_EXPIRED;
    bool is_paid = o->paid_ms > 0, is_sure = is_paid || o->payment == ORDER_AUTHORISED;
    add_step(v, "done", "check", locale_text(l, "order.step.placed"), o->placed_ms, STR_NONE);
    if (is_paid)
        add_step(v, "done", "card", locale_text(l, "order.step.paid"), o->paid_ms, STR_NONE);
    else if (o->payment == ORDER_AUTHORISED)
        add_step(v, "done", "check", locale_text(l, "order.step.authorised"), 0, STR_NONE);
    else if (!is_over)
        add_step(v, "now", "card", locale_text(l, "order.step.to_pay"), 0, STR_NONE);
    if (o->state == ORDER_CANCELLED)
        add_step(v, "bad", "x", locale_text(l, "order.step.cancelled"), 0, STR_NONE);
    if (o->state == ORDER_EXPIRED)
        add_step(v, "bad", "clock", locale_text(l, "order.step.expired"), o->expires_ms, STR_NONE);
    if (o->refunded_minor > 0)
        add_step(v, "good", "undo", locale_text(l, "order.step.refunded"), 0, STR_NONE);
    if (is_over || o->payment == ORDER_REFUNDED)
        return;
    if (o->fulfilment == ORDER_UNFULFILLED || o->fulfilment == ORDER_PART_SHIPPED) {
        add_step(v, is_sure ? "now" : "next", "box", locale_text(l, "order.step.packing"), 0,
                 STR_NONE);
        add_step(v, "next", "truck", locale_text(l, "order.step.shipped"), 0, STR_NONE);
        return;
    }
    add_step(v, o->fulfilment == ORDER_SHIPPED ? "now" : "done", "truck",
             locale_text(l, "order.step.shipped"), 0, o->tracking);
    add_step(v, o->fulfilment == ORDER_DELIVERED ? "good" : "next", "home",
             locale_text(l, "order.step.delivered"), 0, STR_NONE);
}

/* What the shop changed of it since it was placed: she reads it where she reads the rest. */
static const struct err *fill_changes(struct web *w, struct tx *tx, struct order_view *v)
{
    static const struct { const char *action, *text_key, *glyph;
    } words[] = {{"order.changed", "order.step.changed", "edit"},
                 {"order.added", "order.step.added", "plus"},
                 {"order.readdressed", "order.step.readdressed", "home"}};
    struct audit_row *rows;
    size_t count;
    TRY(audit_list(tx, w->arena, v->order.shop_id, v->order.id.v, &rows, &count));
    TRY_NEW_ARRAY(w->arena, v->changes, count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < COUNT(words); k++)
            if (str_eq(rows[i].action, str_c(words[k].action)))
                v->changes[v->change_count++] = (struct timeline_row){
                    "done", words[k].glyph, locale_text(w->locale, words[k].text_key),
                    rows[i].at_ms, rows[i].why};
    return NULL;
}

static const struct err *fill_payment(struct web *w, struct tx *tx, struct order_view *v)
{
    const struct order *o = &v->order;
    const struct locale *l = w->locale;
    struct order_last_attempt_row last;
    struct order_remembered known;
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    bool is_tried;
    v->may_pay = order_rules_step(now, ORDER_ACT_PAY, &next) && o->expires_ms > w->now_ms;
    TRY(order_last_attempt(tx, w->arena, o->shop_id, o->id, &last, &is_tried));
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    if (v->may_pay)
        TRY(order_ways_fill(w, tx, o->shop_id, &known, &v->ways));
    TRY(order_ways_words(w, tx, o, &v->instructions));
    v->waits =
        v->may_pay && is_tried && (last.state == ATTEMPT_BEGUN || last.state == ATTEMPT_WAITS);
    v->notice_is_good = o->payment == ORDER_PAID || o->payment == ORDER_AUTHORISED;
    const char *key = NULL;
    if (v->notice_is_good && o->fulfilment == ORDER_UNFULFILLED) /* later it is old news */
        key = o->payment == ORDER_PAID ? "order.notice.paid" : "order.notice.authorised";
    else if (!v->notice_is_good && is_tried && last.state == ATTEMPT_GOES_BACK)
        key = "order.goes_back";
    else if (v->may_pay && is_tried && last.state == ATTEMPT_FAILED)
        TRY(str_to_c(w->arena, last.failure_key, &key));
    else if (v->waits && str_is_empty(v->instructions))
        key = "order.notice.waits";
    else if (o->state == ORDER_EXPIRED)
        key = "order.notice.expired";
    if (key == NULL)
        return NULL;
    return locale_format(w->arena, l, key, (str[]){o->party.email}, 1, &v->notice);
}

static const struct err *fill_friends(struct web *w, struct tx *tx, struct order_view *v)
{
    const struct order *o = &v->order;
    struct order_share *shares;
    struct bundle_id bundle;
    struct id_text id = id_format(o->id.v), other;
    size_t count;
    TRY(order_shares(tx, w->arena, o->shop_id, o->id, w->now_ms, &shares, &count));
    v->is_split = count > 0;
    if (v->is_split || (o->payment == ORDER_UNPAID && o->deposit_minor == 0))
        TRY(url_format(w->arena, &v->split, "/o/%s/split%s%.*s", id.text,
                       str_is_empty(v->access) ? "" : "?key=", STR_ARG(v->access)));
    TRY(order_bundle_of(tx, w->arena, o->shop_id, o->id, &bundle));
    other = id_format(bundle.v);
    if (bundle.v == 0 || w->viewer.account_id.v != o->buyer_id.v)
        return NULL;
    return url_format(w->arena, &v->bundle, "/b/%s", other.text);
}

static const char *headline_key(const struct order *o)
{
    if (o->state == ORDER_CANCELLED)
        return "order.headline.cancelled";
    if (o->state == ORDER_EXPIRED)
        return "order.headline.expired";
    if (o->payment == ORDER_REFUNDED)
        return "order.headline.refunded";
    if (o->payment == ORDER_UNPAID)
        return "order.headline.unpaid";
    if (o->payment == ORDER_PART_PAID)
        return o->secured_ms > 0 ? "order.headline.deposit_paid" : "order.headline.part_paid";
    if (o->fulfilment == ORDER_SHIPPED)
        return "order.headline.shipped";
    if (o->fulfilment == ORDER_PART_SHIPPED)
        return "order.headline.part_shipped";
    if (o->payment == ORDER_AUTHORISED && o->fulfilment == ORDER_UNFULFILLED)
        return "order.headline.authorised";
    return o->fulfilment == ORDER_DELIVERED ? "order.headline.delivered" : "order.headline.paid";
}

static const struct err *describe(struct web *w, struct order_view *v)
{
    const struct order *o = &v->order;
    str number, name = str_cut(&(str){o->party.address.name.ptr, o->party.address.name.len}, ' ');
    TRY(str_fmt(w->arena, &number, "%lld", (long long)o->number));
    TRY(locale_format(w->arena, w->locale, headline_key(o), (str[]){name}, 1, &v->headline));
    if (str_is_empty(name))
        v->headline = locale_text(w->locale, order_badge_of(o).text_key);
    str title;
    TRY(locale_format(w->arena, w->locale, "order.title", (str[]){number}, 1, &title));
    v->page.title = title;
    v->page.width = "reading";
    v->page.is_private = true;
    v->page.palette = v->shop.accent;
    v->page.place = "me";
    return NULL;
}

static const struct err *fill_view(struct web *w, struct tx *tx, struct order_view *v)
{
    const struct order *o = &v->order;
    str path;
    v->sums = order_view_sums(o);
    TRY(order_view_lines(tx, w->arena, &v->shop, o, &v->lines));
    if (!str_is_empty(o->party.address.line1))
        TRY(address_lines(w->arena, &o->party.address, w->locale->language, v->shop.country,
                          &v->address));
    TRY(order_view_parcels(w, tx, o, false, &v->parcels, &v->parcel_count));
    fill_steps(w, v);
    TRY(fill_changes(w, tx, v));
    TRY(order_view_additions(w, tx, o, false, v->additions, &v->base, &v->base_number));
    TRY(fill_payment(w, tx, v));
    if (v->may_pay)
        TRY(fill_friends(w, tx, v));
    TRY(order_fresh_key(w, &v->key));
    TRY(page_notes(w, tx,
                   &(struct page_subject){.kind = "order", .shop_id = o->shop_id, .id = o->id.v,
                                          .access = v->access},
                   &v->notes, &v->note_count));
    if (o->post_id != 0) {
        struct id_text post = id_format(o->post_id);
        TRY(str_fmt(w->arena, &path, "/post/%s", post.text));
    } else {
        TRY(str_fmt(w->arena, &path, "/s/%.*s", STR_ARG(v->shop.handle)));
    }
    if (o->payment == ORDER_PAID && w->viewer.account_id.v != 0) {
        str share;
        TRY(pool_share_path(w, path, &share));
        TRY(str_fmt(w->arena, &v->share, "%.*s%.*s", STR_ARG(w->platform->base_url),
                    STR_ARG(share)));
    }
    if (w->viewer.account_id.v == o->buyer_id.v)
        v->live = (struct url_safe){S("/live")};
    return describe(w, v);
}

const struct err *order_page_show(struct web *w)
{
    struct order_view v = {0};
    struct order_id id;
    struct shop_id shop;
    struct html h;
    struct tx *tx;
    TRY(order_of_reader(w, &id, &shop));
    TRY(page_init(w, &v.page, S("")));
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, shop, id, &v.order));
    TRY(shop_get(tx, w->arena, shop, &v.shop));
    v.access = order_access_of_reader(w, id);
    TRY(fill_view(w, tx, &v));
    web_html_begin(w, &h);
    if (web_is_fragment(w))
        tpl_order_body(&h, &v);
    else
        tpl_order_page(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *order_page_pay(struct web *w)
{
    struct order_id id;
    struct shop_id shop;
    struct payment_begin begun;
    str key, access, back;
    TRY(order_of_reader(w, &id, &shop));
    TRY(web_text(w, "key", 1, 100, &key));
    TRY(web_text(w, "access", 0, 100, &access));
    TRY(web_need_account(w, locale_text(w->locale, "order.guest")));
    struct id_text text = id_format(id.v);
    TRY(str_fmt(w->arena, &back, "/o/%s%s%.*s", text.text,
                str_is_empty(access) ? "" : "?key=", STR_ARG(access)));
    web_read_end(w);
    struct order_pay want = {.key = key, .shop_id = shop, .order_id = id,
                             .payer_id = w->viewer.account_id, .remember = true,
                             .return_path = back};
    if (web_has(w, "due"))
        TRY(web_int(w, "due", 1, INT64_MAX, &want.shown_minor));
    TRY(order_ways_chosen(w, shop, &want));
    const struct err *e = order_pay_begin(w->platform, w->arena, &want, &begun);
    if (e != NULL && e->kind == ERR_CONFLICT) {
        TRY(web_flash(w, e->key));
        return web_redirect_to(w, back);
    }
    TRY(e);
    return begun.step == PAYMENT_STEP_REDIRECT ? order_ways_go(w, begun.redirect)
                                               : web_redirect_to(w, back);
}

/* ---- all of mine ---- */

const struct err *order_page_mine(struct web *w)
{
    struct orders_view v = {0};
    struct order *orders;
    struct order_id before;
    struct html h;
    struct tx *tx;
    TRY(order_cursor(w, &before.v));
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.mine")));
    TRY(web_read(w, &tx));
    TRY(order_list_of_buyer_before(tx, w->arena, w->viewer.account_id, before, ORDERS_A_PAGE,
                                   &orders, &v.count));
    TRY_NEW_ARRAY(w->arena, v.rows, v.count);
    for (size_t i = 0; i < v.count; i++) {
        struct id_text id = id_format(orders[i].id.v);
        TRY(order_row_fill(w, tx, &orders[i], &v.rows[i]));
        TRY(shop_get(tx, w->arena, orders[i].shop_id, &v.rows[i].shop));
        TRY(url_format(w->arena, &v.rows[i].path, "/o/%s", id.text));
    }
    if (v.count == ORDERS_A_PAGE) {
        struct id_text last = id_format(orders[v.count - 1].id.v);
        TRY(url_format(w->arena, &v.next, "/me/orders?before=%s", last.text));
    }
    v.page.width = "reading";
    v.page.place = "me";
    v.empty = (struct empty_view){.drawing = "orders",
                                  .title = locale_text(w->locale, "order.none_mine"),
                                  .words = locale_text(w->locale, "order.none_mine_words"),
                                  .action = locale_text(w->locale, "order.look_around"),
                                  .path = {S("/explore")}};
    web_html_begin(w, &h);
    tpl_order_mine(&h, &v);
    return web_html(w, 200, &h);
}
