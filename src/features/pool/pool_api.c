/* Pools over JSON: the same queries and commands as the console's pages. */
#include "base/json.h"
#include "pool/pool_part.h"
#include "pool/pool_view.h"

enum { JSON_BYTES_MAX = 512 * 1024 };

struct answer {
    struct strbuf out;
    struct json j;
};

static struct json *begin(struct web *w, struct answer *a)
{
    strbuf_init(&a->out, w->arena, JSON_BYTES_MAX);
    json_init(&a->j, &a->out);
    json_object_begin(&a->j);
    return &a->j;
}

static const struct err *finish(struct web *w, struct answer *a, int status)
{
    str text;
    json_object_end(&a->j);
    TRY(json_finish(&a->j, &text));
    return web_json(w, status, text);
}

static void put_figures(struct json *j, const struct pool_figures *f, struct currency currency)
{
    json_put_int(j, "people", f->people);
    json_put_int(j, "leads", f->leads);
    json_put_int(j, "orders", f->orders);
    json_put_money(j, "placed", (struct money){f->total_minor, currency});
    json_put_money(j, "paid", (struct money){f->paid_minor, currency});
    json_put_money(j, "refunded", (struct money){f->refunded_minor, currency});
    json_key(j, S("visits"));
    json_object_begin(j);
    for (int v = VISIT_UNSET + 1; v < VISIT_VERDICT_COUNT; v++)
        json_put_int(j, pool_verdict_name((enum visit_verdict)v), f->visits[v]);
    json_object_end(j);
}

const struct err *pool_list_json(struct web *w)
{
    struct pool_range range;
    struct pool_report report;
    struct answer a;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(pool_range_read(w, tx, &range));
    TRY(pool_report(tx, w->arena, w->shop_id, range.from_ms, range.to_ms, &report));
    struct json *j = begin(w, &a);
    json_put_int(j, "days", range.days);
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < report.count; i++) {
        const struct pool_figures *f = &report.pools[i];
        json_object_begin(j);
        json_put_id(j, "id", f->pool.id.v);
        json_put_str(j, "key", f->pool.key);
        json_put_str(j, "name", f->pool.name);
        json_key(j, S("builtin"));
        json_bool(j, f->pool.is_builtin);
        put_figures(j, f, range.currency);
        json_object_end(j);
    }
    json_array_end(j);
    json_key(j, S("sum"));
    json_object_begin(j);
    put_figures(j, &report.sum, range.currency);
    json_object_end(j);
    json_put_id(j, "next", 0);
    return finish(w, &a, 200);
}

const struct err *pool_make_json(struct web *w)
{
    struct pool_make_command c = {.shop_id = w->shop_id};
    struct pool pool;
    struct answer a;
    struct tx *tx;
    TRY(web_text(w, "name", 1, POOL_NAME_MAX, &c.name));
    TRY(web_make(w, pool_make_turn, &c, &c.made.v));
    TRY(web_read(w, &tx));
    TRY(pool_get(tx, w->arena, w->shop_id, c.made, &pool));
    struct json *j = begin(w, &a);
    json_put_id(j, "id", pool.id.v);
    json_put_str(j, "key", pool.key);
    json_put_str(j, "name", pool.name);
    return finish(w, &a, 201);
}

static const struct err *put_chats(struct web *w, struct json *j, struct tx *tx, str code)
{
    struct channel_link links[CHANNEL_LINKS_MAX];
    size_t count;
    TRY(channel_links(w->platform, tx, w->arena, w->shop_id, code, links, &count));
    json_key(j, S("chats"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        json_put_str(j, "channel", str_c(links[i].channel->name));
        json_put_str(j, "url", links[i].url);
        json_object_end(j);
    }
    json_array_end(j);
    return NULL;
}

static const struct err *put_link(struct web *w, struct json *j, struct tx *tx,
                                  const struct pool_link_item *link)
{
    str url;
    TRY(str_fmt(w->arena, &url, "%.*s/l/%.*s", STR_ARG(w->platform->base_url),
                STR_ARG(link->code)));
    json_put_id(j, "id", link->id.v);
    json_put_str(j, "code", link->code);
    json_put_str(j, "url", url);
    json_put_str(j, "target_path", link->target_path);
    json_put_str(j, "label", link->label);
    json_put_int(j, "people", link->people);
    json_put_int(j, "orders", link->orders);
    return put_chats(w, j, tx, link->code);
}

const struct err *pool_links_json(struct web *w)
{
    struct pool_link_item *links;
    size_t count;
    struct pool pool;
    struct answer a;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(pool_of_path(w, tx, false, &pool));
    TRY(pool_links(tx, w->arena, w->shop_id, pool.id, &links, &count));
    struct json *j = begin(w, &a);
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(j);
        TRY(put_link(w, j, tx, &links[i]));
        json_object_end(j);
    }
    json_array_end(j);
    json_put_id(j, "next", 0);
    return finish(w, &a, 200);
}

const struct err *pool_link_make_json(struct web *w)
{
    struct pool_link_command c = {.shop_id = w->shop_id};
    struct answer a;
    struct tx *tx;
    TRY(web_param_id(w, 1, &c.pool_id.v));
    TRY(web_text(w, "target_path", 1, 400, &c.target_path));
    TRY(web_text(w, "label", 0, POOL_LABEL_MAX, &c.label));
    TRY(web_write(w, pool_link_make_turn, &c));
    TRY(web_read(w, &tx));
    struct pool_link_item link = {.id = c.made, .code = c.code, .target_path = c.target_path,
                                  .label = str_is_absent(c.label) ? S("") : c.label};
    struct json *j = begin(w, &a);
    TRY(put_link(w, j, tx, &link));
    return finish(w, &a, 201);
}

const struct err *pool_orders_json(struct web *w)
{
    struct pool_range range;
    struct pool_orders list;
    struct pool pool;
    struct answer a;
    struct tx *tx;
    int64_t before = 0;
    TRY(web_read(w, &tx));
    TRY(pool_of_path(w, tx, true, &pool));
    TRY(pool_range_read(w, tx, &range));
    (void)id_parse(web_cursor(w), &before);
    TRY(pool_orders(tx, w->arena, w->shop_id, pool.id, range.from_ms, range.to_ms, before, &list));
    struct json *j = begin(w, &a);
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < list.count; i++) {
        const struct pool_order_item *o = &list.items[i];
        json_object_begin(j);
        json_put_id(j, "order", o->order_id);
        json_put_id(j, "pool", o->pool_id.v);
        json_put_str(j, "pool_name", o->pool_name);
        json_put_str(j, "channel", o->channel);
        json_put_id(j, "shared_by", o->sharer_id.v);
        json_put_money(j, "placed", (struct money){o->total_minor, range.currency});
        json_put_money(j, "paid", (struct money){o->paid_minor, range.currency});
        json_put_money(j, "refunded", (struct money){o->refunded_minor, range.currency});
        json_key(j, S("placed_at"));
        json_time(j, o->at_ms);
        json_object_end(j);
    }
    json_array_end(j);
    json_put_id(j, "next", list.next_before);
    return finish(w, &a, 200);
}

static void put_visit(struct json *j, const struct pool_visit_item *v)
{
    json_object_begin(j);
    json_put_id(j, "id", v->id);
    json_put_id(j, "visitor", v->visitor_id.v);
    json_put_id(j, "shared_by", v->sharer_id.v);
    json_put_str(j, "verdict", str_c(pool_verdict_name(v->verdict)));
    json_key(j, S("reasons"));
    json_array_begin(j);
    for (int bit = 0; bit < FACT_COUNT; bit++)
        if ((v->facts & 1u << bit) != 0)
            json_str(j, str_c(pool_fact_name(bit)));
    json_array_end(j);
    json_put_int(j, "pages", v->pages);
    json_put_str(j, "landing", v->landing);
    json_put_str(j, "referrer", v->referrer);
    json_key(j, S("started_at"));
    json_time(j, v->started_ms);
    json_object_end(j);
}

const struct err *pool_visits_json(struct web *w)
{
    struct pool_range range;
    struct pool_visits list;
    struct pool pool;
    struct answer a;
    struct tx *tx;
    int64_t before = 0;
    enum visit_verdict verdict = VISIT_UNSET;
    TRY(web_read(w, &tx));
    TRY(pool_of_path(w, tx, false, &pool));
    TRY(pool_range_read(w, tx, &range));
    (void)id_parse(web_cursor(w), &before);
    for (int v = VISIT_UNSET + 1; v < VISIT_VERDICT_COUNT; v++)
        if (str_eq(web_query(w, "verdict"), str_c(pool_verdict_name((enum visit_verdict)v))))
            verdict = (enum visit_verdict)v;
    TRY(pool_visits(tx, w->arena, w->shop_id, &pool, verdict, false, range.from_ms, range.to_ms,
                    before, &list));
    struct json *j = begin(w, &a);
    json_key(j, S("items"));
    json_array_begin(j);
    for (size_t i = 0; i < list.count; i++)
        put_visit(j, &list.items[i]);
    json_array_end(j);
    json_put_id(j, "next", list.next_before);
    return finish(w, &a, 200);
}
