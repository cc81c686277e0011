/* Orders placed together and split bills as JSON: the same commands as the pages. */
#include "order/order_web.h"

#include <jansson.h>

#include "base/json.h"

/* ---- orders placed together ---- */

static void put_group(struct json *j, const struct bundle_group *g)
{
    json_object_begin(j);
    json_put_money(j, "due", (struct money){g->due_minor, g->currency});
    json_key(j, S("orders"));
    json_array_begin(j);
    for (size_t i = 0; i < g->count; i++)
        json_id(j, g->orders[i]->id.v);
    json_array_end(j);
    /* None: each order is paid by itself. */
    json_key(j, S("gateways"));
    json_array_begin(j);
    for (size_t i = 0; i < g->way_count; i++)
        json_str(j, str_c(g->ways[i]->name));
    json_array_end(j);
    json_object_end(j);
}

static void put_order(struct json *j, const struct order *o)
{
    json_object_begin(j);
    json_put_id(j, "id", o->id.v);
    json_put_id(j, "shop", o->shop_id.v);
    json_put_int(j, "number", o->number);
    json_put_str(j, "state", order_state_name(o->state));
    json_put_str(j, "payment", order_payment_name(o->payment));
    json_put_money(j, "total", order_money(o, o->total_minor));
    json_put_str(j, "access_key", o->access_key);
    json_object_end(j);
}

static const struct err *answer(struct web *w, int status, struct bundle_id id)
{
    struct bundle_group *groups;
    struct order_bundle b;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    size_t count;
    str body, key;
    TRY(web_read(w, &tx));
    TRY(order_bundle_get(tx, w->arena, w->platform, id, &b));
    TRY(order_bundle_groups(tx, w->arena, w->platform, &b, w->now_ms, &groups, &count));
    TRY(order_bundle_key(w->platform, w->arena, id, &key));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_id(&j, "id", id.v);
    json_put_str(&j, "key", key);
    json_key(&j, S("orders"));
    json_array_begin(&j);
    for (size_t i = 0; i < b.count; i++)
        put_order(&j, &b.orders[i]);
    json_array_end(&j);
    json_key(&j, S("left_to_pay"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++)
        put_group(&j, &groups[i]);
    json_array_end(&j);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

static str text_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value) ? (str){json_string_value(value), json_string_length(value)}
                                 : STR_NONE;
}

static const struct err *bad(struct web *w, const char *what)
{
    return err_with_field(
        w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "orders: %s", what), "orders");
}

static const struct err *read_order(struct web *w, struct tx *tx, json_t *x,
                                    struct order_place *ret)
{
    json_t *total = json_object_get(x, "expected_total_minor");
    struct price_want *wants;
    struct shop shop;
    TRY(shop_by_handle(tx, w->arena, text_of(x, "shop"), &shop));
    TRY(order_input_lines_of(w, json_object_get(x, "lines"), &wants, &ret->want_count));
    ret->wants = wants;
    ret->shop_id = shop.id;
    if (!str_is_empty(text_of(x, "method")) && !id_parse(text_of(x, "method"), &ret->method_id))
        return bad(w, "method");
    ret->expected_total_minor = -1;
    if (total == NULL)
        return NULL;
    ret->expected_total_minor = json_integer_value(total);
    return json_is_integer(total) && ret->expected_total_minor >= 0 ? NULL : bad(w, "total");
}

struct placing {
    struct order_place orders[BUNDLE_ORDERS_MAX];
    size_t count, at;
    struct bundle_id id;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct placing *x = arg;
    return order_bundle_place(t, x->orders, x->count, &x->id, &x->at);
}

const struct err *order_api_bundle_place(struct web *w)
{
    json_t *list = w->form.json == NULL ? NULL : json_object_get(w->form.json, "orders");
    struct order_place all = {.key = web_idempotency_key(w), .buyer_id = w->viewer.account_id,
                              .channel = S("api"), .mail_consent = web_has(w, "mail_consent"),
                              .visitor_id = w->visitor_id};
    struct placing *x;
    struct tx *tx;
    TRY_NEW(w->arena, x);
    x->count = json_array_size(list);
    if (!json_is_array(list) || x->count < 2 || x->count > BUNDLE_ORDERS_MAX)
        return bad(w, "no array of 2 to 20");
    TRY(order_input_party(w, &all.party));
    TRY(web_text(w, "currency", 0, 3, &all.currency));
    TRY(web_read(w, &tx));
    for (size_t i = 0; i < x->count; i++) {
        x->orders[i] = all;
        TRY(read_order(w, tx, json_array_get(list, i), &x->orders[i]));
    }
    TRY(web_write(w, place_turn, x));
    return answer(w, 201, x->id);
}

const struct err *order_api_bundle_show(struct web *w)
{
    struct order_bundle b;
    str access;
    TRY(order_bundle_of_reader(w, &b, &access));
    return answer(w, 200, b.id);
}

const struct err *order_api_bundle_pay(struct web *w)
{
    struct order_bundle_pay pay = {.payer_id = w->viewer.account_id,
                                   .key = web_idempotency_key(w),
                                   .use_saved = web_has(w, "use_saved"),
                                   .remember = web_has(w, "remember")};
    struct payment_begin begun;
    struct order_bundle b;
    str access;
    TRY(order_bundle_of_reader(w, &b, &access));
    TRY(web_text(w, "gateway", 0, 30, &pay.gateway));
    TRY(web_text(w, "currency", 0, 3, &pay.currency));
    pay.bundle_id = b.id;
    TRY(order_bundle_path(w, b.id, access, &pay.return_path));
    web_read_end(w);
    TRY(order_bundle_pay(w->platform, w->arena, &pay, &begun));
    return order_api_answer_begun(w, &begun);
}

/* ---- a split bill ---- */

static const struct err *answer_shares(struct web *w, int status, struct shop_id shop,
                                       struct order_id id)
{
    static const char *const states[] = {"", "free", "busy", "paid", "returned"};
    struct order_share *shares;
    struct order o;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    size_t count;
    str body, key, link;
    struct id_text text = id_format(id.v);
    TRY(web_read(w, &tx));
    TRY(order_head(tx, w->arena, shop, id, &o));
    TRY(order_shares(tx, w->arena, shop, id, w->now_ms, &shares, &count));
    TRY(order_split_key(w->platform, w->arena, id, &key));
    TRY(str_fmt(w->arena, &link, "%.*s/split/%s?key=%.*s", STR_ARG(w->platform->base_url),
                text.text, STR_ARG(key)));
    strbuf_init(&sb, w->arena, KiB(16));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "id", shares[i].id.v);
        json_put_str(&j, "name", shares[i].name);
        json_put_money(&j, "amount", order_money(&o, shares[i].amount_minor));
        json_put_str(&j, "state", str_c(states[shares[i].state]));
        json_put_time(&j, "paid_at", shares[i].paid_ms);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_put_str(&j, "link", count > 0 ? link : STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

const struct err *order_api_shares(struct web *w)
{
    struct order_id id;
    struct shop_id shop;
    TRY(order_of_reader(w, &id, &shop));
    return answer_shares(w, 200, shop, id);
}

struct splitting {
    struct shop_id shop;
    struct order_id id;
    struct order_share_want wants[SHARES_MAX];
    size_t count;
};

static const struct err *split_turn(struct turn *t, void *arg)
{
    const struct splitting *x = arg;
    return order_split(t, x->shop, x->id, x->wants, x->count);
}

const struct err *order_api_split(struct web *w)
{
    json_t *list = w->form.json == NULL ? NULL : json_object_get(w->form.json, "shares");
    struct splitting x = {.count = json_array_size(list)};
    TRY(order_of_reader(w, &x.id, &x.shop));
    if (!json_is_array(list) || x.count > SHARES_MAX)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "order.split_count", "%zu",
                                            x.count), "shares");
    for (size_t i = 0; i < x.count; i++) {
        json_t *share = json_array_get(list, i), *amount = json_object_get(share, "amount_minor");
        x.wants[i] = (struct order_share_want){text_of(share, "name"), json_integer_value(amount)};
        if (amount != NULL && !json_is_integer(amount))
            return err_with_field(
                w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "amount_minor"), "shares");
    }
    TRY(web_write(w, split_turn, &x));
    return answer_shares(w, 200, x.shop, x.id);
}
