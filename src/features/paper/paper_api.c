/* Papers and statements as JSON. */
#include "base/json.h"
#include "paper/paper_view.h"

static const char *const kind_names[PAPER_KIND_COUNT] = {"", "proforma", "invoice", "credit_note"};

static const struct err *put_rows(struct json *j, const struct paper_row *rows, size_t count)
{
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        json_put_id(j, "id", rows[i].id.v);
        json_put_str(j, "kind", str_c(kind_names[rows[i].kind]));
        json_put_str(j, "number", rows[i].number);
        json_put_id(j, "order", rows[i].order_id.v);
        json_put_money(j, "total", rows[i].total);
        json_put_time(j, "issued_at", rows[i].issued_ms);
        json_object_end(j);
    }
    json_array_end(j);
    return NULL;
}

static const struct err *answer_rows(struct web *w, int status, const struct paper_row *rows,
                                     size_t count, bool has_more)
{
    struct id_text last = id_format(count == 0 ? 0 : rows[count - 1].id.v);
    struct strbuf sb;
    struct json j;
    str body;
    strbuf_init(&sb, w->arena, KiB(256));
    json_init(&j, &sb);
    json_object_begin(&j);
    TRY(put_rows(&j, rows, count));
    json_put_str(&j, "next", has_more ? id_str(&last) : STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, status, body);
}

const struct err *paper_api_of_order(struct web *w)
{
    struct account_id buyer;
    struct order_id order;
    struct shop_id shop;
    struct paper_row *rows;
    struct tx *tx;
    size_t count;
    TRY(web_param_id(w, 0, &order.v));
    TRY(web_read(w, &tx));
    TRY(order_find(tx, w->arena, order, &shop, &buyer));
    if ((w->viewer.account_id.v == 0 || buyer.v != w->viewer.account_id.v) &&
        !order_key_opens(w->platform, w->arena, order, web_query(w, "key")))
        return ERR(w->arena, ERR_NOT_FOUND, "order.gone", "not the reader's");
    TRY(paper_list_of_order(tx, w->arena, shop, order, &rows, &count));
    return answer_rows(w, 200, rows, count, false);
}

const struct err *paper_api_list(struct web *w)
{
    struct paper_id before = {0};
    struct paper_row *rows;
    struct tx *tx;
    size_t count;
    str cursor = web_cursor(w);
    if (!str_is_empty(cursor) && !id_parse(cursor, &before.v))
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "cursor");
    TRY(web_read(w, &tx));
    TRY(paper_list(tx, w->arena, w->shop_id, before, PAPERS_A_PAGE, &rows, &count));
    return answer_rows(w, 200, rows, count, count == PAPERS_A_PAGE);
}

const struct err *paper_api_write(struct web *w)
{
    struct paper_invoice_call x = {.shop = w->shop_id};
    struct paper_row *rows;
    struct tx *tx;
    size_t count;
    TRY(web_id(w, "order", &x.order.v));
    TRY(web_write(w, paper_invoice_turn, &x));
    TRY(web_read(w, &tx));
    TRY(paper_list_of_order(tx, w->arena, x.shop, x.order, &rows, &count));
    return answer_rows(w, 200, rows, count, false);
}

static void put_currency(struct json *j, const struct money_currency *c)
{
    json_object_begin(j);
    json_put_str(j, "currency", currency_str(&c->currency));
    json_put_money(j, "with_provider", c->clearing);
    json_put_money(j, "paid_out", c->bank);
    json_put_money(j, "owed", c->owed);
    json_key(j, S("month"));
    json_object_begin(j);
    json_put_money(j, "opening", c->opening);
    json_put_money(j, "sales", c->sales);
    json_put_money(j, "shipping", c->shipping);
    json_put_money(j, "tax_collected", c->tax);
    json_put_money(j, "refunds", c->refunds);
    json_put_money(j, "tax_returned", c->tax_back);
    json_put_money(j, "fees", c->fees);
    json_put_money(j, "paid_out", c->paid_out);
    json_put_money(j, "closing", c->closing);
    json_object_end(j);
    json_object_end(j);
}

const struct err *paper_api_money(struct web *w)
{
    struct money_view *v;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    str body;
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(money_period(w, tx, web_query(w, "month"), v));
    TRY(money_fill(w, tx, v));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "month", v->month);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < v->currency_count; i++)
        put_currency(&j, &v->currencies[i]);
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}
