/* Quotations as JSON: the same commands as the pages. */
#include "quote/quote_view.h"

#include "base/json.h"

static const char *const state_names[QUOTE_STATE_COUNT] = {
    "", "asked", "quoted", "accepted", "declined", "withdrawn", "expired"};

static void put_wishes(struct json *j, const struct quote *q)
{
    json_key(j, S("asked"));
    json_array_begin(j);
    for (size_t i = 0; i < q->wish_count; i++) {
        json_object_begin(j);
        json_put_id(j, "variant", q->wishes[i].variant_id.v);
        json_put_int(j, "quantity", q->wishes[i].quantity);
        json_put_money(j, "target", quote_money(q, q->wishes[i].target_minor));
        json_put_bool(j, "sample", q->wishes[i].is_sample);
        json_object_end(j);
    }
    json_array_end(j);
}

static void put_terms(struct json *j, const struct quote *q)
{
    const struct quote_terms *v = &q->terms;
    json_key(j, S("lines"));
    json_array_begin(j);
    for (size_t i = 0; i < v->line_count; i++) {
        const struct quote_line *l = &v->lines[i];
        json_object_begin(j);
        json_put_id(j, "variant", l->variant_id.v);
        json_put_str(j, "title", l->title);
        json_put_str(j, "variant_title", l->variant_title);
        json_put_int(j, "quantity", l->quantity);
        json_put_money(j, "unit", quote_money(q, l->unit_minor));
        json_put_money(j, "total", quote_money(q, l->total_minor));
        json_put_bool(j, "sample", l->is_sample);
        json_object_end(j);
    }
    json_array_end(j);
    json_put_money(j, "goods", quote_money(q, v->goods_minor));
    json_put_money(j, "shipping", quote_money(q, v->shipping_minor));
    json_put_money(j, "tax", quote_money(q, v->tax_minor));
    json_put_bool(j, "tax_included", v->tax_included);
    json_put_money(j, "total", quote_money(q, v->total_minor));
    json_put_money(j, "deposit", quote_money(q, v->deposit_minor));
    json_put_text(j, "incoterm", v->incoterm);
    json_put_text(j, "place", v->place);
    json_put_text(j, "lead_time", v->lead_time);
    json_put_text(j, "terms", v->note);
    json_put_int(j, "pay_days", v->pay_days);
    json_put_time(j, "valid_until", v->valid_until_ms);
}

static void put_quote(struct json *j, const struct quote *q)
{
    json_object_begin(j);
    json_put_id(j, "id", q->id.v);
    json_put_int(j, "number", q->number);
    json_put_str(j, "state", str_c(state_names[q->state]));
    json_put_int(j, "version", q->version);
    json_put_bool(j, "is_offer", q->is_offer);
    json_put_str(j, "key", q->access_key);
    json_put_id(j, "shop", q->shop_id.v);
    json_put_id(j, "contact", q->contact_id.v);
    json_put_id(j, "conversation", q->conversation_id.v);
    json_put_id(j, "order", q->order_id.v);
    json_put_text(j, "country", q->country);
    json_put_text(j, "incoterm_wish", q->incoterm_wish);
    json_put_text(j, "needed_by", q->needed_by);
    json_put_text(j, "note", q->note);
    json_put_text(j, "words", q->words);
    json_put_time(j, "made_at", q->made_ms);
    put_wishes(j, q);
    if (q->version > 0)
        put_terms(j, q);
    json_object_end(j);
}

static const struct err *answer(struct web *w, int status, const struct quote *q)
{
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, KiB(256));
    json_init(&j, &sb);
    put_quote(&j, q);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

static const struct err *answer_id(struct web *w, int status, struct shop_id shop,
                                   struct quote_id id)
{
    struct quote q;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(quote_get(tx, w->arena, w->platform, shop, id, &q));
    return answer(w, status, &q);
}

static const struct err *answer_list(struct web *w, const struct quote *quotes, size_t count)
{
    struct id_text last = id_format(count == 0 ? 0 : quotes[count - 1].id.v);
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, MiB(1));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++)
        put_quote(&j, &quotes[i]);
    json_array_end(&j);
    json_put_str(&j, "next", count == QUOTES_A_PAGE ? id_str(&last) : STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

static const struct err *cursor(struct web *w, struct quote_id *ret)
{
    str text = web_cursor(w);
    *ret = (struct quote_id){0};
    return str_is_empty(text) || id_parse(text, &ret->v)
               ? NULL
               : ERR(w->arena, ERR_INVALID, "error.bad_request", "cursor");
}

/* ---- the buyer ---- */

const struct err *quote_api_ask(struct web *w)
{
    struct quote_ask_call x = {.ask = {.account_id = w->viewer.account_id,
                                 .visitor_id = w->visitor_id,
                                 .name = w->viewer.name,
                                 .language = language_code(w->locale->language)}};
    struct shop shop;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    x.ask.shop_id = shop.id;
    TRY(quote_input_wishes(w, &x.ask));
    TRY(web_make(w, quote_ask_turn, &x, &x.id.v));
    return answer_id(w, 201, shop.id, x.id);
}

const struct err *quote_api_mine(struct web *w)
{
    struct quote_id before;
    struct quote *quotes;
    struct tx *tx;
    size_t count;
    TRY(cursor(w, &before));
    TRY(web_read(w, &tx));
    TRY(quote_list_of_buyer(tx, w->arena, w->platform, w->viewer.account_id, before, QUOTES_A_PAGE,
                            &quotes, &count));
    return answer_list(w, quotes, count);
}

const struct err *quote_api_show(struct web *w)
{
    struct quote q;
    str access;
    TRY(quote_of_reader(w, &q, &access));
    return answer(w, 200, &q);
}

const struct err *quote_api_accept(struct web *w)
{
    struct quote_accept_call x = {.id = {0}};
    struct quote q;
    str access;
    TRY(quote_of_reader(w, &q, &access));
    x.want = (struct quote_accept){.shop_id = q.shop_id,
                                   .id = q.id,
                                   .account_id = w->viewer.account_id,
                                   .visitor_id = w->visitor_id,
                                   .channel = S("api"),
                                   .language = language_code(w->locale->language),
                                   .mail_consent = web_has(w, "mail_consent")};
    TRY(web_int(w, "version", 1, INT64_MAX, &x.want.version));
    TRY(order_input_party(w, &x.want.party));
    TRY(web_write(w, quote_accept_turn, &x));
    return answer_id(w, 201, q.shop_id, q.id);
}

const struct err *quote_api_decline(struct web *w)
{
    struct quote_end_call x;
    struct quote q;
    str access;
    TRY(quote_of_reader(w, &q, &access));
    x = (struct quote_end_call){.shop = q.shop_id, .id = q.id};
    TRY(web_text(w, "words", 0, QUOTE_TEXT_MAX, &x.words));
    TRY(web_write(w, quote_decline_turn, &x));
    return answer_id(w, 200, q.shop_id, q.id);
}

/* ---- the shop ---- */

const struct err *quote_api_console_list(struct web *w)
{
    enum quote_state state = QUOTE_STATE_UNSET;
    struct quote_id before;
    struct quote *quotes;
    struct tx *tx;
    size_t count;
    str asked = web_query(w, "state");
    for (size_t i = 1; i < QUOTE_STATE_COUNT; i++)
        if (str_eq(asked, str_c(state_names[i])))
            state = (enum quote_state)i;
    TRY(cursor(w, &before));
    TRY(web_read(w, &tx));
    TRY(quote_list(tx, w->arena, w->platform, w->shop_id, state, before, QUOTES_A_PAGE, &quotes,
                   &count));
    return answer_list(w, quotes, count);
}

const struct err *quote_api_console_show(struct web *w)
{
    struct quote q;
    TRY(quote_of_shop(w, &q));
    return answer(w, 200, &q);
}

const struct err *quote_api_console_offer(struct web *w)
{
    struct quote_offer_call x = {.id = {0}};
    TRY(quote_input_offer(w, &x.offer));
    TRY(web_make(w, quote_offer_turn, &x, &x.id.v));
    return answer_id(w, 201, w->shop_id, x.id);
}

const struct err *quote_api_console_answer(struct web *w)
{
    struct quote_answer_call x = {.shop = w->shop_id};
    struct shop shop;
    struct tx *tx;
    TRY(web_param_id(w, 1, &x.id.v));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    TRY(web_int(w, "version", 0, INT64_MAX, &x.seen));
    TRY(quote_input_answer(w, &shop, &x.answer));
    TRY(web_write(w, quote_answer_turn, &x));
    return answer_id(w, 200, w->shop_id, x.id);
}

const struct err *quote_api_console_withdraw(struct web *w)
{
    struct quote_end_call x = {.shop = w->shop_id};
    TRY(web_param_id(w, 1, &x.id.v));
    TRY(web_text(w, "words", 0, QUOTE_TEXT_MAX, &x.words));
    TRY(web_write(w, quote_withdraw_turn, &x));
    return answer_id(w, 200, w->shop_id, x.id);
}
