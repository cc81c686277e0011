/* Parcel numbers for many orders at once: a table of order number and parcel number, pasted from a
 * carrier's list or a spreadsheet. Each order is shipped in a turn of its own; what became of each
 * row is told. */
#include "order/order_web.h"

#include "base/csv.h"
#include "base/json.h"
#include "core/edge.h"
#include "order/order_tpl.h"

enum { TABLE_BYTES_MAX = 64 * 1024, TABLE_ROWS_MAX = 500 };

struct entry {
    str number, tracking;     /* as typed */
    struct order_id id;       /* 0: the shop has no such order */
    const struct err *refusal;
};

struct source {
    str rest;
};

static const struct err *read_some(void *self, char *bytes, size_t space, size_t *ret_count)
{
    struct source *s = self;
    *ret_count = s->rest.len < space ? s->rest.len : space;
    memcpy(bytes, s->rest.ptr, *ret_count);
    s->rest = str_from(s->rest, *ret_count);
    return NULL;
}

static char separator_of(str table)
{
    str first = str_cut(&table, '\n');
    if (str_find_char(first, '\t') >= 0)
        return '\t';
    return str_find_char(first, ';') >= 0 ? ';' : ',';
}

struct columns {
    size_t number, tracking;
};

static bool says(str cell, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (str rest = cell; rest.len > 0; rest = str_from(rest, 1))
            if (str_starts_nocase(rest, str_c(words[i])))
                return true;
    return false;
}

/* True when the row is a header; then *ret says which column is which. */
static bool is_header(const struct csv_row *row, struct columns *ret)
{
    static const char *const trackings[] = {"track", "parcel", "shipment", "运单", "快递", "物流"};
    static const char *const numbers[] = {"order", "number", "订单"};
    int64_t value;
    if (row->count == 0 || str_to_int(str_trim(row->cells[0]), &value))
        return false;
    bool is_found = false;
    for (size_t i = row->count; i-- > 0;) {
        if (says(row->cells[i], trackings, COUNT(trackings))) {
            ret->tracking = i;
            is_found = true;
        } else if (says(row->cells[i], numbers, COUNT(numbers))) {
            ret->number = i;
            is_found = true;
        }
    }
    return is_found;
}

static const struct err *bad_table(struct web *w, const char *key, int64_t line)
{
    str text;
    TRY(str_fmt(w->arena, &text, "%lld", (long long)line));
    return err_with_field(
        w->arena,
        err_with_arg(w->arena, ERR(w->arena, ERR_INVALID, key, "line %lld", (long long)line), text),
        "table");
}

static const struct err *read_table(struct web *w, str table, struct entry **ret, size_t *ret_count)
{
    struct source source = {table};
    struct csv_limits limits = {.line_bytes_max = 4096, .cells_max = 64,
                                .separator = separator_of(table)};
    struct columns at = {0, 1};
    struct csv_reader reader;
    struct csv_row row;
    TRY(csv_reader_init(&reader, w->arena, &limits, read_some, &source));
    TRY_NEW_ARRAY(w->arena, *ret, TABLE_ROWS_MAX);
    *ret_count = 0;
    for (bool is_first = true;; is_first = false) {
        TRY(csv_read(&reader, &row));
        if (row.kind == CSV_END)
            break;
        if (row.kind == CSV_BAD)
            return bad_table(w, "order.table.bad_line", row.line);
        if (is_first && is_header(&row, &at))
            continue;
        if (row.count <= at.number || row.count <= at.tracking)
            return bad_table(w, "order.table.bad_line", row.line);
        if (*ret_count == TABLE_ROWS_MAX)
            return bad_table(w, "order.table.too_long", TABLE_ROWS_MAX);
        struct entry *e = &(*ret)[(*ret_count)++];
        *e = (struct entry){.id = {0}};
        TRY(str_dup(w->arena, str_trim(row.cells[at.number]), &e->number));
        TRY(str_dup(w->arena, str_trim(row.cells[at.tracking]), &e->tracking));
    }
    return *ret_count > 0 ? NULL : bad_table(w, "order.table.empty", 0);
}

/* "#1042" is how people write it. */
static const struct err *find_orders(struct web *w, struct entry *entries, size_t count)
{
    struct tx *tx;
    TRY(web_read(w, &tx));
    for (size_t i = 0; i < count; i++) {
        struct console_order_of_number_row row;
        str text = entries[i].number;
        int64_t number;
        bool is_found = false;
        if (str_starts(text, S("#")))
            text = str_from(text, 1);
        if (str_to_int(text, &number))
            TRY(console_order_of_number(tx, w->arena, w->shop_id, number, &row, &is_found));
        if (is_found)
            entries[i].id = row.id;
        else
            entries[i].refusal = ERR(w->arena, ERR_NOT_FOUND, "order.gone", "row %zu", i);
    }
    web_read_end(w);
    return NULL;
}

struct shipping {
    struct shop_id shop;
    const struct entry *entry;
};

static const struct err *ship_turn(struct turn *t, void *arg)
{
    const struct shipping *x = arg;
    return order_ship(t, x->shop, x->entry->id, x->entry->tracking);
}

static size_t ship_entries(struct web *w, struct entry *entries, size_t count)
{
    size_t shipped = 0;
    for (size_t i = 0; i < count; i++) {
        struct entry *e = &entries[i];
        struct shipping x = {w->shop_id, e};
        if (e->refusal == NULL)
            e->refusal = web_write(w, ship_turn, &x);
        if (e->refusal == NULL)
            shipped++;
        else if (err_policy_of(e->refusal->kind)->is_our_fault)
            edge_log_failure(w->platform, "order.ship_table", e->refusal);
    }
    return shipped;
}

static const struct err *take_table(struct web *w, struct entry **ret, size_t *ret_count,
                                    size_t *ret_shipped)
{
    str table;
    TRY(web_text(w, "table", 1, TABLE_BYTES_MAX, &table));
    TRY(read_table(w, table, ret, ret_count));
    TRY(find_orders(w, *ret, *ret_count));
    *ret_shipped = ship_entries(w, *ret, *ret_count);
    return NULL;
}

/* ---- the page ---- */

static const struct err *show_form(struct web *w, int status, const struct err *problem)
{
    struct tracking_view v = {0};
    struct html h;
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.table.title")));
    if (problem != NULL) {
        v.problem = order_words(w, problem);
        TRY(web_text(w, "table", 0, TABLE_BYTES_MAX, &v.table));
    }
    TRY(url_format(w->arena, &v.page.back, "/console/%.*s/orders", STR_ARG(w->shop_handle)));
    v.page.bar_title = v.page.title;
    web_html_begin(w, &h);
    tpl_console_orders_tracking(&h, &v);
    return web_html(w, status, &h);
}

const struct err *order_console_tracking_form(struct web *w)
{
    return show_form(w, 200, NULL);
}

const struct err *order_console_tracking(struct web *w)
{
    struct shipped_view v = {0};
    struct entry *entries;
    size_t shipped;
    struct html h;
    const struct err *e = take_table(w, &entries, &v.row_count, &shipped);
    if (e != NULL && e->kind == ERR_INVALID)
        return show_form(w, 422, e);
    TRY(e);
    v.count = (int64_t)v.row_count;
    v.shipped = (int64_t)shipped;
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.many.title")));
    TRY_NEW_ARRAY(w->arena, v.rows, v.row_count);
    for (size_t i = 0; i < v.row_count; i++) {
        struct id_text id = id_format(entries[i].id.v);
        v.rows[i] = (struct shipped_row){
            .name = entries[i].number,
            .is_shipped = entries[i].refusal == NULL,
            .words = entries[i].refusal == NULL ? locale_text(w->locale, "order.many.shipped")
                                                : order_words(w, entries[i].refusal)};
        if (entries[i].id.v != 0)
            TRY(url_format(w->arena, &v.rows[i].path, "/console/%.*s/orders/%s",
                           STR_ARG(w->shop_handle), id.text));
    }
    v.page.is_private = true;
    TRY(url_format(w->arena, &v.back, "/console/%.*s/orders", STR_ARG(w->shop_handle)));
    web_html_begin(w, &h);
    tpl_console_orders_shipped(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *order_api_console_tracking(struct web *w)
{
    struct entry *entries;
    struct strbuf sb;
    struct json j;
    size_t count, shipped;
    str body;
    TRY(take_table(w, &entries, &count, &shipped));
    strbuf_init(&sb, w->arena, KiB(256));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        const struct entry *e = &entries[i];
        json_object_begin(&j);
        json_put_str(&j, "number", e->number);
        json_put_str(&j, "result", str_c(order_ship_result(e->refusal)));
        json_put_str(&j, "problem", e->refusal == NULL ? STR_NONE : order_words(w, e->refusal));
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}
