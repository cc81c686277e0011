/* The search of the console, and what it finds as a file. */
#include "base/utf8.h"
#include "core/web_csv.h"
#include "trade/trade_sql.h"
#include "trade/trade_tpl.h"
#include "trade/trade_view.h"

enum { ROWS_A_SLICE = 100, URL_KIB = 8, TYPED_BYTES = 200 };

static const char *const fields[] = {"q", "hs", "country", "port", "direction", "from", "to",
                                     "value_from", "value_to", "company"};

static str typed(struct web *w, const char *name)
{
    str text = web_query(w, name);
    return str_is_absent(text) ? S("") : utf8_cut_bytes(text, TYPED_BYTES);
}

/* `path` with what the request asks for, and the cursor. */
static const struct err *link_to(struct web *w, const char *path, struct trade_cursor next,
                                 struct url_safe *ret)
{
    struct strbuf sb;
    str after, url;
    strbuf_init(&sb, w->arena, KiB(URL_KIB));
    strbuf_addf(&sb, "/console/%.*s/trade%s?", STR_ARG(w->shop_handle), path);
    for (size_t i = 0; i < COUNT(fields); i++) {
        str value = typed(w, fields[i]);
        if (str_is_empty(value))
            continue;
        strbuf_addf(&sb, "%s=", fields[i]);
        url_encode(&sb, value);
        strbuf_add_char(&sb, '&');
    }
    TRY(trade_cursor_write(w->arena, next, &after));
    if (next.day > 0)
        strbuf_addf(&sb, "after=%.*s", STR_ARG(after));
    TRY(strbuf_finish(&sb, &url));
    if (!url_check(url, ret)) /* every field full of words: more than an address may hold */
        return ERR(w->arena, ERR_INVALID, "trade.bad_field", "%zu bytes", url.len);
    return NULL;
}

static void take_typed(struct web *w, struct trade_search_view *v)
{
    v->q = typed(w, "q");
    v->hs = typed(w, "hs");
    v->country = typed(w, "country");
    v->port = typed(w, "port");
    v->direction = typed(w, "direction");
    v->from = typed(w, "from");
    v->to = typed(w, "to");
    v->value_from = typed(w, "value_from");
    v->value_to = typed(w, "value_to");
    for (size_t i = 1; i < COUNT(fields); i++)
        v->has_filters = v->has_filters || !str_is_empty(web_query(w, fields[i]));
}

struct searching {
    struct trade_search_view *v;
    struct trade_query q;
    struct trade_found found;
};

static const struct err *find_companies(struct web *w, struct tx *tx, struct searching *x)
{
    struct trade_company *companies;
    struct trade_search_view *v = x->v;
    if (x->q.company.v != 0) {
        struct trade_company company;
        TRY(trade_company(tx, w->arena, w->shop_id, x->q.company, &company));
        v->company = company.id;
        v->company_name = company.name;
    }
    if (str_is_empty(v->q) || x->q.cursor.day != 0)
        return NULL;
    TRY(trade_company_find(tx, w->arena, w->shop_id, v->q, TRADE_CHIPS, &companies,
                           &v->chip_count));
    for (size_t i = 0; i < v->chip_count; i++)
        v->chips[i] = (struct trade_chip_view){.id = companies[i].id, .name = companies[i].name,
                                               .records = companies[i].records};
    return NULL;
}

static const struct err *search(struct web *w, struct tx *tx, void *arg)
{
    struct searching *x = arg;
    struct trade_search_view *v = x->v;
    struct trade_found any;
    TRY(trade_search(tx, w->arena, w->shop_id, &x->q, &x->found));
    TRY(trade_search(tx, w->arena, w->shop_id, &(struct trade_query){.limit = 1}, &any));
    v->has_any = any.count > 0;
    TRY(find_companies(w, tx, x));
    TRY_NEW_ARRAY(w->arena, v->rows, x->found.count + 1);
    for (size_t i = 0; i < x->found.count; i++)
        TRY(trade_row_show(w, &x->found.records[i], &v->rows[i]));
    v->count = x->found.count;
    v->estimate = x->found.estimate;
    v->is_unfinished = x->found.next.day > 0 && x->found.count < x->q.limit;
    return NULL;
}

static const struct err *fill_empty(struct web *w, struct trade_search_view *v)
{
    str path;
    v->empty = (struct empty_view){.drawing = "contacts"};
    const char *title = v->has_any ? "trade.nothing_found" : "trade.first_title";
    v->empty.title = locale_text(w->locale, title);
    v->empty.words = locale_text(w->locale,
                                 v->has_any ? "trade.nothing_found_words" : "trade.first_words");
    if (v->has_any || !v->may_change)
        return NULL;
    v->empty.action = locale_text(w->locale, "trade.take_in");
    TRY(str_fmt(w->arena, &path, "/console/%.*s/trade/imports", STR_ARG(w->shop_handle)));
    ASSERT(url_check(path, &v->empty.path));
    return NULL;
}

const struct err *trade_page(struct web *w)
{
    struct searching x = {0};
    struct html h;
    TRY_NEW(w->arena, x.v);
    take_typed(w, x.v);
    TRY(trade_query_read(w, &x.q));
    TRY(shop_page_init(w, &x.v->page, locale_text(w->locale, "trade.title"), &x.v->shop));
    TRY(trade_may_change(w, &x.v->may_change));
    TRY(trade_with_store(w, search, &x));
    TRY(fill_empty(w, x.v));
    x.v->is_first = x.q.cursor.day == 0;
    if (x.found.next.day > 0)
        TRY(link_to(w, "", x.found.next, &x.v->next));
    TRY(link_to(w, "/records.csv", (struct trade_cursor){0}, &x.v->csv));
    web_html_begin(w, &h);
    tpl_trade_search(&h, x.v);
    return web_html(w, 200, &h);
}

/* ---- as a file ---- */

struct exporting {
    struct shop_id shop;
    struct trade_query q;
    struct trade_found found;
};

static const struct err *write_decimal(struct arena *a, struct csv_writer *out, bool has, int64_t n,
                                       int decimals)
{
    str text = STR_NONE;
    if (has)
        TRY(trade_decimal_show(a, n, decimals, &text));
    csv_write_str(out, text);
    return NULL;
}

static const struct err *write_record(struct arena *a, const struct trade_record *r,
                                      struct csv_writer *out)
{
    str day;
    TRY(trade_day_show(a, r->day, &day));
    csv_write_str(out, day);
    csv_write_str(out, r->direction == TRADE_EXPORT ? S("export") : S("import"));
    csv_write_str(out, r->importer.name);
    csv_write_str(out, r->exporter.name);
    csv_write_str(out, r->hs);
    csv_write_str(out, r->product);
    csv_write_str(out, r->origin);
    csv_write_str(out, r->destination);
    csv_write_str(out, r->load_port);
    csv_write_str(out, r->unload_port);
    TRY(write_decimal(a, out, r->has_quantity, r->quantity_milli, 3));
    csv_write_str(out, r->unit);
    TRY(write_decimal(a, out, r->has_weight, r->weight_g, 3));
    TRY(write_decimal(a, out, r->has_value, r->value_minor, 2));
    csv_write_str(out, r->currency);
    csv_write_row_end(out);
    return NULL;
}

static const struct err *write_some(struct tx *tx, struct arena *a, void *arg,
                                    struct csv_writer *out, bool *ret_is_end)
{
    struct exporting *x = arg;
    TRY(trade_search(tx, a, x->shop, &x->q, &x->found));
    for (size_t i = 0; i < x->found.count; i++)
        TRY(write_record(a, &x->found.records[i], out));
    x->q.cursor = x->found.next;
    *ret_is_end = x->found.next.day == 0;
    return NULL;
}

const struct err *trade_page_csv(struct web *w)
{
    static const str titles[] = {STR_INIT("date"), STR_INIT("direction"), STR_INIT("importer"),
                                 STR_INIT("exporter"), STR_INIT("hs_code"), STR_INIT("product"),
                                 STR_INIT("origin_country"), STR_INIT("destination_country"),
                                 STR_INIT("loading_port"), STR_INIT("unloading_port"),
                                 STR_INIT("quantity"), STR_INIT("unit"), STR_INIT("weight_kg"),
                                 STR_INIT("value"), STR_INIT("currency")};
    struct exporting x = {.shop = w->shop_id};
    TRY(trade_query_read(w, &x.q));
    x.q.limit = ROWS_A_SLICE;
    return web_csv(w, "trade", trade_store(w->platform), titles, COUNT(titles), write_some,
                   &x);
}
