/* The page on which a shop changes an order before it is sent, and the same over the API. */
#include "order/order_web.h"

#include "order/order_tpl.h"

/* ---- the page ---- */

static const struct err *fill_address(struct web *w, struct change_view *v)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    const struct address *to = &v->order.party.address;
    size_t count = address_inputs(to->country, inputs);
    for (size_t i = 0; i < count; i++) {
        if (inputs[i].field == ADDRESS_COUNTRY)
            continue;
        v->fields[v->field_count++] = (struct checkout_field){
            .input = inputs[i],
            .value = form_typed(w, inputs[i].name, address_get(to, inputs[i].field)),
            .error = str_eq(v->fault.field, str_c(inputs[i].name)) ? v->fault.words : STR_NONE};
    }
    return NULL;
}

static const struct err *fill(struct web *w, struct tx *tx, struct change_view *v)
{
    struct order_place_in_life next, now;
    struct id_text contact;
    struct shop shop;
    struct order_id id;
    TRY(web_param_id(w, 1, &id.v));
    TRY(order_get(tx, w->arena, w->platform, w->shop_id, id, &v->order));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    now = (struct order_place_in_life){v->order.state, v->order.payment, v->order.fulfilment};
    v->may_drop = order_rules_step(now, ORDER_ACT_CHANGE, &next);
    v->may_readdress = order_rules_step(now, ORDER_ACT_READDRESS, &next) &&
                       !str_is_empty(v->order.party.address.line1);
    TRY(order_view_lines(tx, w->arena, &shop, &v->order, &v->lines));
    for (size_t i = 0; i < v->order.line_count; i++) {
        const char *field;
        str name;
        TRY(str_fmt(w->arena, &name, "q%zu", i));
        TRY(str_to_c(w->arena, name, &field));
        v->typed[i] = form_typed(w, field, S("0"));
    }
    TRY(order_fresh_key(w, &v->key));
    contact = id_format(v->order.contact_id.v);
    TRY(url_format(w->arena, &v->offer, "/console/%.*s/quotes/new?contact=%s",
                   STR_ARG(w->shop_handle), contact.text));
    return url_format(w->arena, &v->page.back, "/console/%.*s/orders/%.*s",
                      STR_ARG(w->shop_handle), STR_ARG(web_param(w, 1)));
}

static const struct err *work_out(struct web *w, struct change_view *v)
{
    struct order_parcel_line *lines;
    const struct order *o = &v->order;
    size_t count;
    int64_t back;
    TRY(order_input_pieces(w, &lines, &count));
    TRY(order_drop_value(w->arena, o, lines, count, &back));
    v->is_told = true;
    v->back = order_money(o, back);
    v->stays = order_money(o, o->total_minor - o->refunded_minor - o->refunding_minor - back);
    return NULL;
}

static const struct err *show(struct web *w, const struct err *fault, bool is_asked)
{
    struct change_view *v;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.edit")));
    TRY(web_read(w, &tx));
    TRY(fill(w, tx, v));
    v->page.bar_title = v->page.title;
    if (is_asked)
        fault = work_out(w, v);
    if (fault != NULL && fault->kind != ERR_INVALID && fault->kind != ERR_CONFLICT)
        return fault;
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(fill_address(w, v));
    web_html_begin(w, &h);
    tpl_console_order_change(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *order_console_change(struct web *w)
{
    return show(w, NULL, false);
}

/* ---- commands ---- */

static const struct err *drop_turn(struct turn *t, void *arg)
{
    int64_t minor;
    return order_drop(t, arg, &minor);
}

static const struct err *drop(struct web *w, const char *expected)
{
    struct order_drop d = {.shop_id = w->shop_id, .key = web_idempotency_key(w),
                           .expected_minor = -1};
    struct order_parcel_line *lines;
    TRY(web_param_id(w, 1, &d.order_id.v));
    TRY(order_input_pieces(w, &lines, &d.line_count));
    d.lines = lines;
    if (web_has(w, expected))
        TRY(web_int(w, expected, 0, INT64_MAX, &d.expected_minor));
    if (str_is_empty(d.key))
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "a change without a key");
    return web_write(w, drop_turn, &d);
}

struct readdressing {
    struct shop_id shop_id;
    struct order_id id;
    struct order_party party;
};

static const struct err *readdress_turn(struct turn *t, void *arg)
{
    const struct readdressing *x = arg;
    return order_readdress(t, x->shop_id, x->id, &x->party.address);
}

static const struct err *readdress(struct web *w)
{
    struct readdressing x = {.shop_id = w->shop_id};
    TRY(web_param_id(w, 1, &x.id.v));
    TRY(order_input_party(w, &x.party));
    return web_write(w, readdress_turn, &x);
}

static const struct err *answer(struct web *w, const struct err *e)
{
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(w, e, false);
    return order_console_answer(w, e, "order.done.changed");
}

const struct err *order_console_change_post(struct web *w)
{
    str what;
    TRY(web_text(w, "do", 0, 10, &what));
    return str_eq(what, S("look")) ? show(w, NULL, true) : answer(w, drop(w, "expected"));
}

const struct err *order_console_address(struct web *w)
{
    return answer(w, readdress(w));
}

const struct err *order_api_console_change(struct web *w)
{
    TRY(drop(w, "expected_minor"));
    return order_api_console_show(w);
}

const struct err *order_api_console_address(struct web *w)
{
    TRY(readdress(w));
    return order_api_console_show(w);
}
