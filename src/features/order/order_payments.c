/* The console's page of ways to pay: which are on, which comes first; and the buttons of one
 * payment on the order's page. Accounts at providers have pages of their own, in their adapters. */
#include "core/setting.h"
#include "order/order_part.h"
#include "order/order_tpl.h"
#include "order/order_web.h"
#include "shop/shop.h"

/* ---- ways to pay ---- */

static const struct err *fill_rows(struct web *w, struct tx *tx, struct console_payments_view *v)
{
    const struct payment_gateway *offered[PAYMENT_GATEWAYS_MAX];
    struct shop shop;
    size_t count;
    TRY(setting_bool(tx, w->arena, w->platform, w->shop_id, "order.test_payment", &v->with_test));
    TRY(setting_bool(tx, w->arena, w->platform, w->shop_id, "order.reminder", &v->reminds));
    TRY(setting_int(tx, w->arena, w->platform, w->shop_id, "order.reminder_hours",
                    &v->reminder_hours));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    v->sample = (struct money){4900, shop.currency};
    TRY(order_gateways(tx, w->arena, w->platform, w->shop_id, offered, &count));
    const struct payment_gateway *g = NULL;
    while ((g = payment_gateway_after(w->platform, g)) != NULL && v->count < COUNT(v->rows)) {
        struct gateway_row *row = &v->rows[v->count];
        *row = (struct gateway_row){.name = g->name, .label_key = g->label_key, .icon = g->icon,
                                    .is_test = g->is_test};
        for (size_t k = 0; k < count; k++)
            row->is_on = row->is_on || offered[k] == g;
        row->is_first = row->is_on && offered[0] == g;
        if (!g->is_test)
            TRY(url_format(w->arena, &row->path, "/console/%.*s/payments/%s",
                           STR_ARG(w->shop_handle), g->name));
        v->count++;
    }
    return NULL;
}

const struct err *order_console_payments(struct web *w)
{
    struct console_payments_view v = {0};
    struct html h;
    struct tx *tx;
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.ways")));
    TRY(web_read(w, &tx));
    TRY(fill_rows(w, tx, &v));
    v.page.width = "reading";
    web_html_begin(w, &h);
    tpl_console_payments(&h, &v);
    return web_html(w, 200, &h);
}

struct ways {
    struct shop_id shop;
    str first;
    bool with_test;
};

static const struct err *ways_turn(struct turn *t, void *arg)
{
    const struct ways *x = arg;
    TRY(setting_set(t, x->shop, "order.gateway", x->first));
    return setting_set(t, x->shop, "order.test_payment", x->with_test ? S("true") : S("false"));
}

const struct err *order_console_payments_save(struct web *w)
{
    struct ways x = {.shop = w->shop_id, .with_test = web_has(w, "test")};
    TRY(web_text(w, "first", 1, 30, &x.first));
    if (payment_gateway_find(w->platform, x.first) == NULL)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "order.no_gateway", "%.*s",
                                            STR_ARG(x.first)), "first");
    TRY(web_write(w, ways_turn, &x));
    TRY(web_flash(w, "order.ways_saved"));
    return web_redirect(w, "/console/%.*s/payments", STR_ARG(w->shop_handle));
}

/* ---- the reminder of a checkout that was not paid ---- */

struct reminder {
    struct shop_id shop;
    bool is_on;
    int64_t hours;
};

static const struct err *reminder_turn(struct turn *t, void *arg)
{
    const struct reminder *x = arg;
    str hours;
    TRY(str_fmt(t->arena, &hours, "%lld", (long long)x->hours));
    TRY(setting_set(t, x->shop, "order.reminder_hours", hours));
    return setting_set(t, x->shop, "order.reminder", x->is_on ? S("true") : S("false"));
}

const struct err *order_console_reminder_save(struct web *w)
{
    struct reminder x = {.shop = w->shop_id, .is_on = web_has(w, "on")};
    TRY(web_int(w, "hours", 0, 24, &x.hours));
    if (!order_reminder_is_known(x.hours))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "order.reminder.bad_hours",
                                            "%lld", (long long)x.hours), "hours");
    TRY(web_write(w, reminder_turn, &x));
    TRY(web_flash(w, "order.ways_saved"));
    return web_redirect(w, "/console/%.*s/payments", STR_ARG(w->shop_handle));
}

/* ---- one payment ---- */

static const struct err *payment_of(struct web *w, struct order_id *ret_order, int64_t *ret_payment)
{
    TRY(web_param_id(w, 1, &ret_order->v));
    return web_param_id(w, 2, ret_payment);
}

static const struct err *capture(struct web *w, enum payment_step *ret_step)
{
    struct order_id order;
    int64_t payment;
    TRY(payment_of(w, &order, &payment));
    web_read_end(w);
    return order_pay_capture(w->platform, w->arena, w->shop_id, order, payment,
                             w->viewer.account_id, ret_step);
}

const struct err *order_console_capture(struct web *w)
{
    enum payment_step step = PAYMENT_STEP_UNSET;
    const struct err *e = capture(w, &step);
    if (e != NULL && e->kind == ERR_BUG)
        return e;
    TRY(web_flash(w, e != NULL ? e->key : step == PAYMENT_STEP_PENDING ? "order.capture_second"
                                        : step == PAYMENT_STEP_PAID    ? "order.capture_done"
                                                                       : "order.not_capturable"));
    return web_redirect(w, "/console/%.*s/orders/%.*s", STR_ARG(w->shop_handle),
                        STR_ARG(web_param(w, 1)));
}

struct letting_go {
    struct shop_id shop;
    struct order_id order;
    int64_t payment;
};

static const struct err *let_go_turn(struct turn *t, void *arg)
{
    const struct letting_go *x = arg;
    struct payment_row_row row;
    bool is_found;
    TRY(payment_row(t->tx, t->arena, x->shop, x->payment, &row, &is_found));
    if (!is_found || row.order_id.v != x->order.v)
        return ERR(t->arena, ERR_NOT_FOUND, "order.gone", "payment %lld", (long long)x->payment);
    return order_pay_cancel_one(t, x->shop, x->payment);
}

const struct err *order_console_let_go(struct web *w)
{
    struct letting_go x = {.shop = w->shop_id};
    TRY(payment_of(w, &x.order, &x.payment));
    TRY(web_write(w, let_go_turn, &x));
    TRY(web_flash(w, "order.let_go_done"));
    return web_redirect(w, "/console/%.*s/orders/%.*s", STR_ARG(w->shop_handle),
                        STR_ARG(web_param(w, 1)));
}

const struct err *order_api_console_capture(struct web *w)
{
    enum payment_step step = PAYMENT_STEP_UNSET;
    TRY(capture(w, &step));
    return web_json(w, 200, step == PAYMENT_STEP_PENDING ? S("{\"step\":\"pending\"}")
                            : step == PAYMENT_STEP_PAID  ? S("{\"step\":\"paid\"}")
                                                         : S("{\"step\":\"failed\"}"));
}
