/* The page on which a shop edits an order before all of it is sent, and the same over the API. */
#include "order/order_web.h"

#include <jansson.h>

#include "core/permission.h"
#include "order/order_part.h"
#include "order/order_tpl.h"

enum { SKU_MAX = 100 };

/* ---- what was typed ---- */

/* The n-th row of "add_0, more_0, add_1 ..." and "sku, more_sku". */
static const struct err *read_add(struct web *w, str field, str count_field,
                                  struct order_edit *ret, struct price_want *wants)
{
    struct price_want want = {.quantity = 1};
    const char *name, *count_name;
    struct variant variant;
    struct tx *tx;
    bool is_found;
    str typed;
    TRY(str_to_c(w->arena, field, &name));
    TRY(str_to_c(w->arena, count_field, &count_name));
    TRY(web_text(w, name, 0, SKU_MAX, &typed));
    if (str_is_empty(typed))
        return NULL;
    if (web_has(w, count_name))
        TRY(web_int(w, count_name, 1, PRICE_QUANTITY_MAX, &want.quantity));
    if (str_eq(field, S("sku"))) {
        TRY(web_read(w, &tx));
        TRY(catalog_variant_by_sku(tx, w->arena, w->shop_id, typed, &is_found, &variant));
        if (!is_found)
            return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "order.no_sku", "%.*s",
                                                STR_ARG(typed)), "sku");
        want.variant_id = variant.id;
    } else if (!id_parse(typed, &want.variant_id.v)) {
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.field_id", "article"),
                              name);
    }
    wants[ret->add_count++] = want;
    return NULL;
}

static const struct err *read_adds(struct web *w, struct order_edit *ret)
{
    struct price_want *wants;
    json_t *list = w->form.json == NULL ? NULL : json_object_get(w->form.json, "add");
    if (list != NULL) {
        TRY(order_input_lines_of(w, list, &wants, &ret->add_count));
        ret->adds = wants;
        return NULL;
    }
    TRY_NEW_ARRAY(w->arena, wants, CHANGE_ADDS + 1);
    ret->adds = wants;
    for (size_t i = 0; i < CHANGE_ADDS && !w->is_api; i++) {
        str field, count_field;
        TRY(str_fmt(w->arena, &field, "add_%zu", i));
        TRY(str_fmt(w->arena, &count_field, "more_%zu", i));
        TRY(read_add(w, field, count_field, ret, wants));
    }
    return w->is_api ? NULL : read_add(w, S("sku"), S("more_sku"), ret, wants);
}

struct editing {
    struct order_edit edit;
    struct order_party party;
    struct order_id addition;
};

/* `o`: the order, to tell whether it goes elsewhere. */
static const struct err *read_edit(struct web *w, const struct order *o, struct editing *ret)
{
    struct order_parcel_line *lines;
    struct order_edit *e = &ret->edit;
    struct tx *tx;
    str currency;
    *ret = (struct editing){.edit = {.shop_id = w->shop_id, .order_id = o->id,
                                     .key = web_idempotency_key(w)}};
    TRY(order_input_pieces(w, &lines, &e->line_count));
    e->lines = lines;
    TRY(read_adds(w, e));
    TRY(order_input_way(w, &currency, &e->method_id));
    if (web_has(w, "country")) {
        TRY(order_input_party(w, &ret->party));
        if (order_goes_elsewhere(o, &ret->party.address))
            e->to = &ret->party.address;
    }
    e->is_shown = web_has(w, "expected_minor");
    if (e->is_shown)
        TRY(web_int(w, "expected_minor", -INT64_MAX, INT64_MAX, &e->shown_minor));
    TRY(web_read(w, &tx));
    const struct err *denied = permission_check(tx, w->arena, w->platform, w->shop_id,
                                                w->viewer.account_id, "order.refund");
    if (denied != NULL && denied->kind != ERR_DENIED)
        return denied;
    e->may_give_back = denied == NULL;
    return NULL;
}

static const struct err *load(struct web *w, struct order *ret)
{
    struct order_id id;
    struct tx *tx;
    TRY(web_param_id(w, 1, &id.v));
    TRY(web_read(w, &tx));
    return order_get(tx, w->arena, w->platform, w->shop_id, id, ret);
}

/* ---- the page ---- */

static const struct err *fill_address(struct web *w, struct change_view *v)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    const struct address *to = &v->order.party.address;
    v->country = form_typed(w, "country", to->country);
    size_t count = address_inputs(v->country, inputs);
    bool asks_address = v->may_readdress || (v->may_edit && v->is_unpaid);
    v->is_beside = v->may_edit && str_eq(v->fault.field, S("sku"));
    for (size_t i = 0; i < count; i++) {
        if (inputs[i].field == ADDRESS_COUNTRY)
            continue;
        v->fields[v->field_count++] = (struct checkout_field){
            .input = inputs[i],
            .value = form_typed(w, inputs[i].name, address_get(to, inputs[i].field)),
            .error = str_eq(v->fault.field, str_c(inputs[i].name)) ? v->fault.words : STR_NONE};
        v->is_beside = v->is_beside ||
                       (asks_address && str_eq(v->fault.field, str_c(inputs[i].name)));
    }
    return v->is_unpaid ? country_list(w->arena, w->locale->language, &v->countries,
                                       &v->country_count) : NULL;
}

static const struct err *add_choice(struct web *w, struct tx *tx, struct change_view *v,
                                    struct variant_id id)
{
    struct catalog_sale sale;
    struct change_choice *c = &v->choices[v->choice_count];
    const struct err *e = catalog_sale(tx, w->arena, w->shop_id, id, &sale);
    if (e != NULL)
        return e->kind == ERR_NOT_FOUND ? NULL : e;
    *c = (struct change_choice){.id = id, .price = sale.price};
    v->choice_count++;
    return str_fmt(w->arena, &c->name, "%.*s%s%.*s", STR_ARG(sale.product_title),
                   str_is_empty(sale.variant_title) ? "" : ", ", STR_ARG(sale.variant_title));
}

/* The shop's newest articles to choose from; any other by its number. */
static const struct err *fill_choices(struct web *w, struct tx *tx, struct change_view *v)
{
    enum { PRODUCTS_MAX = 40 };
    struct product_card *cards;
    struct product product;
    size_t count;
    TRY_NEW_ARRAY(w->arena, v->choices, CHANGE_CHOICES_MAX);
    TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, PRODUCTS_MAX, &cards,
                     &count));
    for (size_t i = 0; i < count; i++) {
        TRY(catalog_product(tx, w->arena, w->shop_id, cards[i].id, &product));
        for (size_t k = 0; k < product.variant_count && v->choice_count < CHANGE_CHOICES_MAX; k++)
            TRY(add_choice(w, tx, v, product.variants[k].id));
    }
    return NULL;
}

static const struct err *typed(struct web *w, const char *what, size_t i, str otherwise, str *ret)
{
    const char *field;
    str name;
    TRY(str_fmt(w->arena, &name, "%s%zu", what, i));
    TRY(str_to_c(w->arena, name, &field));
    *ret = form_typed(w, field, otherwise);
    return NULL;
}

static const struct err *fill_typed(struct web *w, struct change_view *v)
{
    for (size_t i = 0; i < v->order.line_count; i++) {
        const struct order_line *l = &v->order.lines[i];
        str now;
        TRY(str_fmt(w->arena, &now, "%lld", (long long)(l->quantity - l->dropped)));
        TRY(typed(w, "q", i, now, &v->typed[i]));
    }
    for (size_t i = 0; i < CHANGE_ADDS; i++) {
        str chosen;
        TRY(typed(w, "add_", i, S(""), &chosen));
        (void)id_parse(chosen, &v->adds[i].id.v);
        TRY(typed(w, "more_", i, S("1"), &v->adds[i].quantity));
    }
    v->sku = form_typed(w, "sku", S(""));
    v->sku_quantity = form_typed(w, "more_sku", S("1"));
    return NULL;
}

static const struct err *fill(struct web *w, struct tx *tx, struct change_view *v)
{
    struct order_place_in_life next, now;
    struct shop shop;
    struct order *o = &v->order;
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    now = (struct order_place_in_life){o->state, o->payment, o->fulfilment};
    v->is_unpaid = order_rules_step(now, ORDER_ACT_REWRITE, &next);
    v->may_edit = order_is_editable(o);
    v->may_readdress = order_rules_step(now, ORDER_ACT_READDRESS, &next) &&
                       !str_is_empty(o->party.address.line1) && !(v->is_unpaid && v->may_edit);
    TRY(order_view_lines(tx, w->arena, &shop, o, &v->lines));
    TRY(fill_typed(w, v));
    if (v->may_edit)
        TRY(fill_choices(w, tx, v));
    TRY(order_fresh_key(w, &v->key));
    return url_format(w->arena, &v->page.back, "/console/%.*s/orders/%.*s",
                      STR_ARG(w->shop_handle), STR_ARG(web_param(w, 1)));
}

static const struct err *fill_ways(struct web *w, const struct price_quote *q,
                                   struct change_view *v)
{
    for (size_t i = 0; i < q->method_count; i++) {
        const struct price_method *m = &q->methods[i];
        struct id_text id = id_format(m->id.v);
        v->ways[i] = (struct checkout_way){.name = m->name, .price = {m->price_minor, q->currency},
                                           .is_chosen = i == q->method_chosen,
                                           .is_pickup = m->kind == DELIVERY_PICKUP};
        TRY(str_dup(w->arena, id_str(&id), &v->ways[i].id));
    }
    v->way_count = q->method_count;
    return NULL;
}

static const struct err *work_out(struct web *w, struct tx *tx, struct change_view *v)
{
    const struct order *o = &v->order;
    struct order_edit_plan plan;
    struct editing x;
    TRY(read_edit(w, o, &x));
    TRY(order_edit_plan(tx, w->arena, o, &x.edit, w->now_ms, &plan));
    v->is_told = true;
    v->difference_minor = plan.difference_minor;
    v->back = order_money(o, plan.back_minor);
    v->so_far = order_money(o, o->total_minor - o->refunded_minor - o->refunding_minor);
    v->more = order_money(o, plan.quote == NULL || plan.is_rewrite ? 0 : plan.quote->total_minor);
    v->after = order_money(o, v->so_far.minor + plan.difference_minor);
    v->shipping = order_money(o, plan.quote == NULL ? 0 : plan.quote->shipping_minor);
    v->odds = plan.odds;
    v->odd_count = plan.odd_count;
    return plan.is_rewrite ? fill_ways(w, plan.quote, v) : NULL;
}

static const struct err *show(struct web *w, const struct err *fault, bool is_asked)
{
    struct change_view *v;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.edit")));
    TRY(load(w, &v->order));
    TRY(web_read(w, &tx));
    TRY(fill(w, tx, v));
    v->page.bar_title = v->page.title;
    if (is_asked)
        fault = work_out(w, tx, v);
    if (fault != NULL && fault->kind != ERR_INVALID && fault->kind != ERR_CONFLICT &&
        fault->kind != ERR_LIMIT)
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

static const struct err *edit_turn(struct turn *t, void *arg)
{
    struct editing *x = arg;
    return order_edit(t, &x->edit, &x->addition);
}

static const struct err *edit(struct web *w, struct editing *x)
{
    struct order o;
    TRY(load(w, &o));
    TRY(read_edit(w, &o, x));
    if (str_is_empty(x->edit.key))
        return ERR(w->arena, ERR_INVALID, "error.key_missing", "a change without a key");
    return web_write(w, edit_turn, x);
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
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LIMIT))
        return show(w, e, false);
    return order_console_answer(w, e, "order.done.changed");
}

const struct err *order_console_change_post(struct web *w)
{
    struct editing x;
    str what;
    TRY(web_text(w, "do", 0, 10, &what));
    return str_eq(what, S("look")) ? show(w, NULL, true) : answer(w, edit(w, &x));
}

const struct err *order_console_address(struct web *w)
{
    return answer(w, readdress(w));
}

/* ---- over the API ---- */

static const struct err *drop_turn(struct turn *t, void *arg)
{
    int64_t minor;
    return order_drop(t, arg, &minor);
}

const struct err *order_api_console_change(struct web *w)
{
    struct order_drop d = {.shop_id = w->shop_id, .key = web_idempotency_key(w),
                           .expected_minor = -1};
    struct order_parcel_line *lines;
    TRY(web_param_id(w, 1, &d.order_id.v));
    TRY(order_input_pieces(w, &lines, &d.line_count));
    d.lines = lines;
    if (web_has(w, "expected_minor"))
        TRY(web_int(w, "expected_minor", 0, INT64_MAX, &d.expected_minor));
    TRY(web_write(w, drop_turn, &d));
    return order_api_console_show(w);
}

const struct err *order_api_console_address(struct web *w)
{
    TRY(readdress(w));
    return order_api_console_show(w);
}

const struct err *order_api_console_edit(struct web *w)
{
    struct editing x;
    TRY(edit(w, &x));
    return order_api_console_show(w);
}

const struct err *order_api_console_edit_price(struct web *w)
{
    struct order_edit_plan plan;
    struct editing x;
    struct strbuf sb;
    struct order o;
    struct json j;
    struct tx *tx;
    str body;
    TRY(load(w, &o));
    TRY(read_edit(w, &o, &x));
    TRY(web_read(w, &tx));
    TRY(order_edit_plan(tx, w->arena, &o, &x.edit, w->now_ms, &plan));
    strbuf_init(&sb, w->arena, KiB(4));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_bool(&j, "is_rewrite", plan.is_rewrite);
    json_put_money(&j, "difference", order_money(&o, plan.difference_minor));
    json_put_money(&j, "gives_back", order_money(&o, plan.back_minor));
    json_put_money(&j, "total", order_money(&o, plan.is_rewrite ? plan.quote->total_minor
                                                                : o.total_minor));
    json_put_money(&j, "addition", order_money(&o, plan.quote == NULL || plan.is_rewrite
                                                       ? 0 : plan.quote->total_minor));
    json_key(&j, S("off_step"));
    json_array_begin(&j);
    for (size_t i = 0; i < plan.odd_count; i++) {
        json_object_begin(&j);
        json_put_str(&j, "title", plan.odds[i].title);
        json_put_int(&j, "stays", plan.odds[i].stays);
        json_put_int(&j, "nearest", plan.odds[i].nearest);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}
