/* Orders as JSON: the same commands as the pages. */
#include "order/order_web.h"

#include "base/json.h"
#include "pool/pool.h"

static void lines(struct json *j, const struct order *o)
{
    json_key(j, S("lines"));
    json_array_begin(j);
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        json_object_begin(j);
        json_put_id(j, "variant", l->variant_id.v);
        json_put_id(j, "product", l->product_id.v);
        json_put_str(j, "title", l->title);
        json_put_str(j, "variant_title", l->variant_title);
        json_put_str(j, "sku", l->sku);
        json_put_int(j, "quantity", l->quantity);
        json_put_int(j, "shipped", l->shipped);
        json_put_int(j, "dropped", l->dropped);
        json_put_bool(j, "sample", l->is_sample);
        json_put_money(j, "unit", order_money(o, l->unit_minor));
        json_put_money(j, "total", order_money(o, l->total_minor));
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, S("answers"));
    json_array_begin(j);
    for (size_t i = 0; i < o->answer_count; i++) {
        json_object_begin(j);
        json_put_str(j, "question", o->answers[i].question);
        json_put_str(j, "answer", o->answers[i].answer);
        json_object_end(j);
    }
    json_array_end(j);
}

static void party(struct json *j, const struct order_party *p)
{
    const struct address *to = &p->address;
    json_put_str(j, "email", p->email);
    json_put_str(j, "vat_id", p->vat_id);
    json_key(j, S("address"));
    json_object_begin(j);
    json_put_str(j, "name", to->name);
    json_put_str(j, "line1", to->line1);
    json_put_str(j, "line2", to->line2);
    json_put_str(j, "city", to->city);
    json_put_str(j, "region", to->region);
    json_put_str(j, "postcode", to->postcode);
    json_put_str(j, "country", to->country);
    json_put_str(j, "phone", to->phone);
    json_object_end(j);
}

str order_state_name(enum order_state state)
{
    static const char *const names[] = {"", "placed", "cancelled", "expired", "closed"};
    return str_c(names[state]);
}

str order_payment_name(enum order_payment_state payment)
{
    static const char *const names[] = {"", "unpaid", "paid", "part_refunded", "refunded",
                                        "part_paid", "authorised"};
    return str_c(names[payment]);
}

static void write_order(struct json *j, const struct order *o, bool for_shop,
                        const struct pool *pool)
{
    static const char *const fulfilments[] = {"", "unfulfilled", "shipped", "delivered",
                                              "part_shipped"};
    json_object_begin(j);
    json_put_id(j, "id", o->id.v);
    json_put_int(j, "number", o->number);
    json_put_id(j, "shop", o->shop_id.v);
    json_put_str(j, "state", order_state_name(o->state));
    json_put_str(j, "payment", order_payment_name(o->payment));
    json_put_str(j, "fulfilment", str_c(fulfilments[o->fulfilment]));
    json_put_money(j, "goods", order_money(o, o->goods_minor));
    json_put_money(j, "shipping", order_money(o, o->shipping_minor));
    json_put_money(j, "tax", order_money(o, o->tax_minor));
    json_key(j, S("tax_included"));
    json_bool(j, o->tax_included);
    json_put_money(j, "total", order_money(o, o->total_minor));
    json_put_money(j, "paid", order_money(o, o->paid_minor));
    json_put_money(j, "refunded", order_money(o, o->refunded_minor));
    json_put_money(j, "due", order_money(o, order_due_minor(o)));
    json_put_money(j, "due_now", order_money(o, order_due_now_minor(o)));
    json_put_money(j, "deposit", order_money(o, o->deposit_minor));
    json_put_str(j, "base_currency", currency_str(&o->base_currency));
    json_put_int(j, "rate_micros", o->rate_micros);
    json_put_str(j, "channel", o->channel);
    json_put_str(j, "tracking", o->tracking);
    json_put_time(j, "placed_at", o->placed_ms);
    json_put_time(j, "expires_at", o->secured_ms == 0 ? o->expires_ms : 0);
    json_put_time(j, "paid_at", o->paid_ms);
    lines(j, o);
    party(j, &o->party);
    if (o->added_to.v != 0)
        json_put_id(j, "added_to", o->added_to.v);
    json_key(j, S("additions"));
    json_array_begin(j);
    for (size_t i = 0; i < o->addition_count; i++) {
        struct id_text addition = id_format(o->additions[i].v);
        json_str(j, id_str(&addition));
    }
    json_array_end(j);
    if (!for_shop)
        json_put_str(j, "access_key", o->access_key);
    if (for_shop) {
        json_put_id(j, "buyer", o->buyer_id.v);
        json_put_id(j, "contact", o->contact_id.v);
        json_put_str(j, "pool", pool == NULL ? STR_NONE : pool->key);
    }
    json_object_end(j);
}

static const struct err *answer(struct web *w, int status, const struct order *o, bool for_shop,
                                const struct pool *pool)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, KiB(128));
    json_init(&j, &sb);
    write_order(&j, o, for_shop, pool);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

static const struct err *answer_order(struct web *w, int status, struct shop_id shop,
                                      struct order_id id, bool for_shop)
{
    struct order o;
    struct pool pool;
    struct tx *tx;
    bool has_pool = false;
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, shop, id, &o));
    if (for_shop)
        TRY(pool_of_order(tx, w->arena, shop, id.v, &has_pool, &pool));
    return answer(w, status, &o, for_shop, has_pool ? &pool : NULL);
}

/* `next`: the cursor of the page after this one, absent at the end. */
static const struct err *answer_list(struct web *w, struct tx *tx, const struct order *orders,
                                     size_t count, bool for_shop, str next)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, MiB(2));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        struct pool pool;
        bool is_found;
        TRY(pool_of_order(tx, w->arena, orders[i].shop_id, orders[i].id.v, &is_found, &pool));
        write_order(&j, &orders[i], for_shop, is_found ? &pool : NULL);
    }
    json_array_end(&j);
    json_put_str(&j, "next", next);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

/* ---- cart ---- */

const struct err *order_api_cart(struct web *w)
{
    struct cart_item *items;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    size_t count;
    str body;
    TRY(web_read(w, &tx));
    TRY(cart_items(tx, w->arena, w->viewer.account_id, (struct shop_id){0}, &items, &count));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "shop", items[i].shop_id.v);
        json_put_id(&j, "variant", items[i].variant_id.v);
        json_put_int(&j, "quantity", items[i].quantity);
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

struct cart_change {
    struct account_id account;
    struct shop_id shop;
    struct variant_id variant;
    int64_t quantity;
};

static const struct err *cart_turn(struct turn *t, void *arg)
{
    const struct cart_change *x = arg;
    return cart_set(t, x->account, x->shop, x->variant, x->quantity, false);
}

const struct err *order_api_cart_set(struct web *w)
{
    struct cart_change x = {.account = w->viewer.account_id};
    TRY(web_id(w, "shop", &x.shop.v));
    TRY(web_id(w, "variant", &x.variant.v));
    TRY(web_int(w, "quantity", 0, PRICE_QUANTITY_MAX, &x.quantity));
    pool_show_intent(w);
    TRY(web_write(w, cart_turn, &x));
    return order_api_cart(w);
}

/* ---- placing and paying ---- */

struct place_call {
    struct order_place want;
    struct order_id id;
    struct order made;
    const struct err *refusal;
};

/* A refusal of the world is kept with the key, so the turn goes on. */
static const struct err *place_turn(struct turn *t, void *arg)
{
    struct place_call *x = arg;
    x->made.id = (struct order_id){0};
    x->refusal = order_place_made(t, &x->want, &x->id, &x->made);
    return x->refusal != NULL && x->refusal->kind != ERR_CONFLICT ? x->refusal : NULL;
}

const struct err *order_api_place(struct web *w)
{
    struct place_call x = {.want = {.channel = S("api"),
                                    .buyer_id = w->viewer.account_id,
                                    .expected_total_minor = -1}};
    struct price_want *wants;
    struct order_answer *answers;
    struct shop shop;
    struct tx *tx;
    x.want.key = web_idempotency_key(w);
    TRY(order_input_lines(w, &wants, &x.want.want_count));
    TRY(order_input_answers(w, &answers, &x.want.answer_count));
    x.want.wants = wants;
    x.want.answers = answers;
    TRY(order_input_party(w, &x.want.party));
    TRY(order_input_way(w, &x.want.currency, &x.want.method_id));
    if (web_has(w, "expected_total_minor"))
        TRY(web_int(w, "expected_total_minor", 0, INT64_MAX, &x.want.expected_total_minor));
    x.want.mail_consent = web_has(w, "mail_consent");
    x.want.is_sample = web_has(w, "sample");
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    x.want.shop_id = shop.id;
    x.want.visitor_id = w->visitor_id;
    TRY(web_write(w, place_turn, &x));
    TRY(x.refusal);
    if (x.made.id.v == 0)
        return answer_order(w, 201, shop.id, x.id, false);
    TRY(order_access_key(w->platform, w->arena, x.id, &x.made.access_key));
    return answer(w, 201, &x.made, false, NULL);
}

const struct err *order_api_answer_begun(struct web *w, struct payment_begin *begun)
{
    static const char *const steps[] = {"", "paid", "redirect", "pending", "failed",
                                        "authorised", "voided"};
    struct strbuf sb;
    struct json j;
    str body;
    TRY(payment_label_words(w->arena, w->locale, begun->method_label, &begun->method_label));
    strbuf_init(&sb, w->arena, KiB(8));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "step", str_c(steps[begun->step]));
    json_put_str(&j, "redirect", begun->redirect);
    json_put_str(&j, "method", begun->method_label);
    json_put_str(&j, "problem",
                 begun->failure_key == NULL ? STR_NONE
                                            : locale_text(w->locale, begun->failure_key));
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

const struct err *order_api_pay(struct web *w)
{
    struct payment_begin begun;
    struct order_id id;
    struct shop_id shop;
    str gateway, back, key = web_idempotency_key(w);
    int64_t shown_minor = 0;
    TRY(order_of_reader(w, &id, &shop));
    TRY(web_text(w, "gateway", 0, 30, &gateway));
    if (web_has(w, "expected_minor"))
        TRY(web_int(w, "expected_minor", 1, INT64_MAX, &shown_minor));
    struct id_text order = id_format(id.v);
    TRY(str_fmt(w->arena, &back, "/o/%s", order.text));
    web_read_end(w);
    TRY(order_pay_begin(w->platform, w->arena,
                        &(struct order_pay){.key = key,
                                            .shop_id = shop,
                                            .order_id = id,
                                            .payer_id = w->viewer.account_id,
                                            .gateway = gateway,
                                            .shown_minor = shown_minor,
                                            .use_saved = web_has(w, "use_saved"),
                                            .remember = web_has(w, "remember"),
                                            .return_path = back},
                        &begun));
    return order_api_answer_begun(w, &begun);
}

/* ---- reading ---- */

const struct err *order_api_show(struct web *w)
{
    struct order_id id;
    struct shop_id shop;
    TRY(order_of_reader(w, &id, &shop));
    return answer_order(w, 200, shop, id, false);
}

const struct err *order_api_mine(struct web *w)
{
    struct order *orders;
    struct order_id before;
    struct id_text last;
    struct tx *tx;
    size_t count;
    TRY(order_cursor(w, &before.v));
    TRY(web_read(w, &tx));
    TRY(order_list_of_buyer_before(tx, w->arena, w->viewer.account_id, before, ORDERS_A_PAGE,
                                   &orders, &count));
    last = id_format(count == 0 ? 0 : orders[count - 1].id.v);
    for (size_t i = 0; i < count; i++)
        TRY(order_access_key(w->platform, w->arena, orders[i].id, &orders[i].access_key));
    return answer_list(w, tx, orders, count, false,
                       count == ORDERS_A_PAGE ? id_str(&last) : STR_NONE);
}

const struct err *order_api_console_list(struct web *w)
{
    struct order_search search;
    struct order *orders;
    struct tx *tx;
    size_t count;
    str next = STR_NONE;
    TRY(order_search_read(w, &search));
    TRY(web_read(w, &tx));
    TRY(order_console_find(w, tx, &search, &orders, &count));
    if (count == search.limit)
        TRY(str_fmt(w->arena, &next, "%lld", (long long)orders[count - 1].number));
    return answer_list(w, tx, orders, count, true, next);
}

const struct err *order_api_console_show(struct web *w)
{
    struct order_id id;
    TRY(web_param_id(w, 1, &id.v));
    return answer_order(w, 200, w->shop_id, id, true);
}
