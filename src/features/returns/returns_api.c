/* Returns as JSON: the same commands as the pages. */
#include "returns/returns_view.h"

#include "base/json.h"

static void put_lines(struct json *j, const struct returns_case *c, const struct order *o)
{
    json_key(j, S("lines"));
    json_array_begin(j);
    for (size_t i = 0; i < c->line_count; i++) {
        const struct order_line *l = &o->lines[c->lines[i].position];
        json_object_begin(j);
        json_put_int(j, "position", c->lines[i].position);
        json_put_int(j, "quantity", c->lines[i].quantity);
        json_put_str(j, "title", l->title);
        json_put_str(j, "variant_title", l->variant_title);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, S("photos"));
    json_array_begin(j);
    for (size_t i = 0; i < c->photo_count; i++) {
        struct id_text id = id_format(c->photos[i]);
        json_str(j, id_str(&id));
    }
    json_array_end(j);
}

static void put_case(struct json *j, const struct returns_case *c, const struct order *o)
{
    json_object_begin(j);
    json_put_id(j, "id", c->id.v);
    json_put_int(j, "number", c->number);
    json_put_id(j, "order", c->order_id.v);
    json_put_str(j, "state", str_c(returns_state_names[c->state]));
    json_put_str(j, "reason", returns_reason_name(c->reason));
    json_put_bool(j, "keeps", c->keeps);
    json_put_bool(j, "restocked", c->restocked);
    json_put_money(j, "value", returns_money(c, c->value_minor));
    json_put_money(j, "shipping", returns_money(c, c->shipping_minor));
    json_put_money(j, "fee", returns_money(c, c->fee_minor));
    json_put_money(j, "due", returns_money(c, c->state == RETURNS_REFUNDED
                                                   ? 0 : returns_due_minor(c, o, NULL)));
    json_put_money(j, "refund", returns_money(c, c->refund_minor));
    json_put_text(j, "words", c->words);
    json_put_text(j, "answer", c->answer);
    json_put_text(j, "verdict", c->verdict);
    json_put_text(j, "tracking", c->tracking);
    json_put_time(j, "asked_at", c->asked_ms);
    json_put_time(j, "changed_at", c->changed_ms);
    json_put_time(j, "due_by", c->due_ms);
    put_lines(j, c, o);
    json_object_end(j);
}

static const struct err *answer(struct web *w, int status, struct shop_id shop,
                                struct return_id id)
{
    struct returns_case c;
    struct strbuf sb;
    struct order o;
    struct json j;
    struct tx *tx;
    str body;
    TRY(web_read(w, &tx));
    TRY(returns_get(tx, w->arena, shop, id, &c));
    TRY(order_get(tx, w->arena, w->platform, shop, c.order_id, &o));
    strbuf_init(&sb, w->arena, KiB(128));
    json_init(&j, &sb);
    put_case(&j, &c, &o);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

static const struct err *put_cases(struct web *w, struct tx *tx, struct json *j,
                                   const struct returns_case *cases, size_t count)
{
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        struct order o;
        TRY(order_get(tx, w->arena, w->platform, cases[i].shop_id, cases[i].order_id, &o));
        put_case(j, &cases[i], &o);
    }
    json_array_end(j);
    return NULL;
}

/* ---- the buyer ---- */

static const struct err *put_possible(struct web *w, struct tx *tx, struct json *j,
                                      const struct order *o)
{
    struct returns_piece *pieces;
    size_t count;
    TRY(returns_possible(tx, w->arena, w->platform, o, w->now_ms, &pieces, &count));
    json_key(j, S("returnable"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        json_put_int(j, "position", pieces[i].position);
        json_put_int(j, "quantity", pieces[i].quantity);
        json_put_time(j, "until", pieces[i].until_ms);
        json_object_end(j);
    }
    json_array_end(j);
    return NULL;
}

const struct err *returns_api_of_order(struct web *w)
{
    struct returns_case *cases;
    struct order_id id;
    struct shop_id shop;
    struct strbuf sb;
    struct order o;
    struct json j;
    struct tx *tx;
    size_t count;
    str body;
    TRY(order_of_reader(w, &id, &shop));
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, shop, id, &o));
    TRY(returns_of_order(tx, w->arena, shop, id, &cases, &count));
    strbuf_init(&sb, w->arena, MiB(1));
    json_init(&j, &sb);
    json_object_begin(&j);
    TRY(put_cases(w, tx, &j, cases, count));
    json_put_str(&j, "next", STR_NONE); /* there are never more than one answer holds */
    TRY(put_possible(w, tx, &j, &o));
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

const struct err *returns_api_ask(struct web *w)
{
    struct returns_ask_call x;
    struct order_id id;
    struct shop_id shop;
    struct order o;
    struct tx *tx;
    TRY(order_of_reader(w, &id, &shop));
    TRY(web_read(w, &tx));
    TRY(order_get(tx, w->arena, w->platform, shop, id, &o));
    TRY(returns_input_ask(w, &o, &x));
    TRY(web_write(w, returns_ask_turn, &x));
    return answer(w, 201, shop, x.id);
}

const struct err *returns_api_show(struct web *w)
{
    struct returns_case c;
    str access;
    TRY(returns_of_reader(w, &c, &access));
    return answer(w, 200, c.shop_id, c.id);
}

static const struct err *hers(struct web *w, enum returns_act act)
{
    struct returns_case c;
    str access;
    TRY(returns_of_reader(w, &c, &access));
    TRY(returns_input_step(w, act, c.shop_id, c.id));
    return answer(w, 200, c.shop_id, c.id);
}

const struct err *returns_api_send(struct web *w)
{
    return hers(w, RETURNS_ACT_SEND);
}

const struct err *returns_api_withdraw(struct web *w)
{
    return hers(w, RETURNS_ACT_WITHDRAW);
}

/* ---- the shop ---- */

const struct err *returns_api_console_list(struct web *w)
{
    struct return_id before = {0};
    struct returns_case *cases;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    size_t count;
    str body, text = web_cursor(w);
    if (!str_is_empty(text) && !id_parse(text, &before.v))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "cursor");
    TRY(web_read(w, &tx));
    TRY(returns_list(tx, w->arena, w->shop_id, returns_state_of(web_query(w, "state")), before,
                     RETURNS_A_PAGE, &cases, &count));
    struct id_text last = id_format(count == 0 ? 0 : cases[count - 1].id.v);
    strbuf_init(&sb, w->arena, MiB(1));
    json_init(&j, &sb);
    json_object_begin(&j);
    TRY(put_cases(w, tx, &j, cases, count));
    json_put_str(&j, "next", count == RETURNS_A_PAGE ? id_str(&last) : STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

const struct err *returns_api_console_show(struct web *w)
{
    struct return_id id;
    TRY(web_param_id(w, 1, &id.v));
    return answer(w, 200, w->shop_id, id);
}

static const struct err *ours(struct web *w, enum returns_act act)
{
    struct return_id id;
    TRY(web_param_id(w, 1, &id.v));
    TRY(returns_input_step(w, act, w->shop_id, id));
    return answer(w, 200, w->shop_id, id);
}

const struct err *returns_api_console_agree(struct web *w)
{
    return ours(w, RETURNS_ACT_AGREE);
}

const struct err *returns_api_console_refuse(struct web *w)
{
    return ours(w, RETURNS_ACT_REFUSE);
}

const struct err *returns_api_console_receive(struct web *w)
{
    return ours(w, RETURNS_ACT_RECEIVE);
}

const struct err *returns_api_console_refund(struct web *w)
{
    return ours(w, RETURNS_ACT_REFUND);
}
