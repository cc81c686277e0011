/* Many orders at once, as the shop sees them: marked as shipped, printed as packing slips, taken
 * out as CSV. */
#include "order/order_web.h"

#include <jansson.h>

#include "base/json.h"
#include "base/timefmt.h"
#include "core/edge.h"
#include "core/web_csv.h"
#include "order/order_tpl.h"
#include "pool/pool.h"

enum { ORDERS_A_SLICE = 50 };

/* ---- the chosen ones ---- */

static const struct err *read_ids(struct web *w, const str *values, size_t count,
                                  struct order_id **ret)
{
    if (count == 0 || count > CONSOLE_ORDERS_A_PAGE)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "order.choose_some", "%zu", count),
            w->is_api ? "orders" : "order");
    TRY_NEW_ARRAY(w->arena, *ret, count);
    for (size_t i = 0; i < count; i++)
        if (!id_parse(values[i], &(*ret)[i].v))
            return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "order %zu", i);
    return NULL;
}

struct one {
    struct shop_id shop;
    struct order_id id;
};

static const struct err *ship_one(struct turn *t, void *arg)
{
    const struct one *x = arg;
    return order_ship(t, x->shop, x->id, S(""));
}

/* Each in a turn of its own: one that cannot be shipped (any more), or is none of this shop's, does
 * not hold back the others. *ret_refusals: per order why not, NULL for those that are shipped. */
static const struct err *ship_all(struct web *w, const struct order_id *ids, size_t count,
                                  const struct err ***ret_refusals, size_t *ret_shipped)
{
    const struct err **refusals;
    *ret_shipped = 0;
    TRY_NEW_ARRAY(w->arena, refusals, count);
    for (size_t i = 0; i < count; i++) {
        struct one x = {w->shop_id, ids[i]};
        refusals[i] = web_write(w, ship_one, &x);
        if (refusals[i] == NULL)
            (*ret_shipped)++;
        else if (err_policy_of(refusals[i]->kind)->is_our_fault)
            edge_log_failure(w->platform, "order.ship_many", refusals[i]);
    }
    *ret_refusals = refusals;
    return NULL;
}

static const struct err *fill_row(struct web *w, struct tx *tx, struct order_id id,
                                  const struct err *refusal, struct shipped_row *ret)
{
    struct id_text text = id_format(id.v);
    struct order o;
    const struct err *e = order_get(tx, w->arena, w->platform, w->shop_id, id, &o);
    ret->is_shipped = refusal == NULL;
    ret->words = refusal == NULL ? locale_text(w->locale, "order.many.shipped")
                                 : order_words(w, refusal);
    if (e != NULL && e->kind == ERR_NOT_FOUND)
        return str_dup(w->arena, id_str(&text), &ret->name);
    TRY(e);
    TRY(str_fmt(w->arena, &ret->name, "%lld", (long long)o.number));
    return url_format(w->arena, &ret->path, "/console/%.*s/orders/%s", STR_ARG(w->shop_handle),
                      text.text);
}

/* All shipped: back to the list, which shows it. Otherwise a page that says it of each. */
static const struct err *ship_chosen(struct web *w, const struct order_id *ids, size_t count)
{
    struct shipped_view v = {.count = (int64_t)count};
    const struct err **refusals;
    size_t shipped;
    struct html h;
    struct tx *tx;
    TRY(ship_all(w, ids, count, &refusals, &shipped));
    if (shipped == count) {
        TRY(web_flash(w, "order.done.shipped_all"));
        return web_redirect_to(w, web_next(w, "/"));
    }
    v.shipped = (int64_t)shipped;
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.many.title")));
    TRY(web_read(w, &tx));
    TRY_NEW_ARRAY(w->arena, v.rows, count);
    for (size_t i = 0; i < count; i++)
        TRY(fill_row(w, tx, ids[i], refusals[i], &v.rows[i]));
    v.row_count = count;
    v.page.is_private = true;
    TRY(url_format(w->arena, &v.back, "%.*s", STR_ARG(web_next(w, "/"))));
    web_html_begin(w, &h);
    tpl_console_orders_shipped(&h, &v);
    return web_html(w, 200, &h);
}

static const struct err *to_slips(struct web *w, const struct order_id *ids, size_t count)
{
    struct strbuf sb;
    str path;
    strbuf_init(&sb, w->arena, KiB(4));
    strbuf_addf(&sb, "/console/%.*s/orders/slips", STR_ARG(w->shop_handle));
    for (size_t i = 0; i < count; i++) {
        struct id_text text = id_format(ids[i].v);
        strbuf_addf(&sb, "%co=%s", i == 0 ? '?' : '&', text.text);
    }
    TRY(strbuf_finish(&sb, &path));
    return web_redirect_to(w, path);
}

const struct err *order_console_many(struct web *w)
{
    struct order_id *ids;
    str *values, what;
    size_t count;
    TRY(form_get_all(w->arena, &w->form, S("order"), &values, &count));
    TRY(web_text(w, "do", 1, 20, &what));
    if (count == 0) { /* without script the buttons are there before anything is chosen */
        TRY(web_flash(w, "order.choose_some"));
        return web_redirect_to(w, web_next(w, "/"));
    }
    TRY(read_ids(w, values, count, &ids));
    if (str_eq(what, S("print")))
        return to_slips(w, ids, count);
    if (!str_eq(what, S("ship")))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_form", "do"), "do");
    return ship_chosen(w, ids, count);
}

/* ---- the same for programs ---- */

static const struct err *read_orders(struct web *w, str **ret, size_t *ret_count)
{
    json_t *list = w->form.json == NULL ? NULL : json_object_get(w->form.json, "orders");
    *ret_count = json_array_size(list);
    if (!json_is_array(list) || *ret_count > CONSOLE_ORDERS_A_PAGE)
        return err_with_field(
            w->arena, ERR(w->arena, ERR_INVALID, "order.choose_some", "%zu", *ret_count), "orders");
    TRY_NEW_ARRAY(w->arena, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        json_t *id = json_array_get(list, i);
        if (!json_is_string(id))
            return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "orders"),
                                  "orders");
        (*ret)[i] = (str){json_string_value(id), json_string_length(id)};
    }
    return NULL;
}

const char *order_ship_result(const struct err *refusal)
{
    if (refusal == NULL)
        return "shipped";
    switch (refusal->kind) {
    case ERR_NOT_FOUND: return "not_found";
    case ERR_INVALID: case ERR_DENIED: case ERR_CONFLICT: return "refused";
    case ERR_UNSET: case ERR_LIMIT: case ERR_UNAVAILABLE: case ERR_BUG: case ERR_KIND_COUNT: break;
    }
    return "failed";
}

const struct err *order_api_console_ship_many(struct web *w)
{
    const struct err **refusals;
    struct order_id *ids;
    struct strbuf sb;
    struct json j;
    size_t count, shipped;
    str *values, body;
    TRY(read_orders(w, &values, &count));
    TRY(read_ids(w, values, count, &ids));
    TRY(ship_all(w, ids, count, &refusals, &shipped));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("items"));
    json_array_begin(&j);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&j);
        json_put_id(&j, "order", ids[i].v);
        json_put_str(&j, "result", str_c(order_ship_result(refusals[i])));
        json_put_str(&j, "problem", refusals[i] == NULL ? STR_NONE : order_words(w, refusals[i]));
        json_object_end(&j);
    }
    json_array_end(&j);
    json_put_str(&j, "next", STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}

/* ---- packing slips ---- */

/* All values of `o` in the query. */
static const struct err *query_ids(struct web *w, str **ret, size_t *ret_count)
{
    *ret_count = 0;
    TRY_NEW_ARRAY(w->arena, *ret, CONSOLE_ORDERS_A_PAGE);
    for (str rest = w->rq->query; !str_is_empty(rest) && *ret_count < CONSOLE_ORDERS_A_PAGE;) {
        str pair = str_cut(&rest, '&');
        if (str_starts(pair, S("o=")))
            (*ret)[(*ret_count)++] = str_from(pair, 2);
    }
    return NULL;
}

const struct err *order_console_slips(struct web *w)
{
    struct slips_view v = {0};
    struct order_id *ids;
    struct html h;
    struct tx *tx;
    str *values;
    TRY(query_ids(w, &values, &v.count));
    TRY(read_ids(w, values, v.count, &ids));
    TRY(page_init(w, &v.page, locale_text(w->locale, "order.slips")));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &v.shop));
    TRY_NEW_ARRAY(w->arena, v.slips, v.count);
    for (size_t i = 0; i < v.count; i++) {
        struct slip_view *s = &v.slips[i];
        TRY(order_get(tx, w->arena, w->platform, w->shop_id, ids[i], &s->order));
        TRY(order_view_lines(tx, w->arena, &v.shop, &s->order, &s->lines));
        if (!str_is_empty(s->order.party.address.line1))
            TRY(address_lines(w->arena, &s->order.party.address, w->locale->language,
                              v.shop.country, &s->address));
    }
    v.page.width = "reading";
    v.page.is_private = true;
    web_html_begin(w, &h);
    tpl_order_slips(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- CSV ---- */

static const char *const titles[] = {
    "order.csv.number",   "order.csv.placed", "order.csv.state",    "order.csv.name",
    "order.csv.email",    "order.csv.phone",  "order.csv.line1",    "order.csv.line2",
    "order.csv.postcode", "order.csv.city",   "order.csv.region",   "order.csv.country",
    "order.csv.what",     "order.csv.pieces", "order.csv.currency", "order.csv.goods",
    "order.csv.shipping", "order.csv.tax",    "order.csv.total",    "order.csv.paid",
    "order.csv.refunded", "order.csv.pool",   "order.csv.channel",  "order.csv.tracking"};

struct exporting {
    struct web *w;
    struct order_search search;
};

static const struct err *write_what(struct arena *a, const struct order *o, struct csv_writer *out)
{
    struct strbuf sb;
    int64_t pieces = 0;
    str text;
    strbuf_init(&sb, a, KiB(64));
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        bool has_variant = !str_is_empty(l->variant_title) && !str_eq(l->variant_title, l->title);
        strbuf_addf(&sb, "%s%lld x %.*s%s%.*s", i == 0 ? "" : "; ", (long long)l->quantity,
                    STR_ARG(l->title), has_variant ? ", " : "",
                    has_variant ? (int)l->variant_title.len : 0, l->variant_title.ptr);
        pieces += l->quantity;
    }
    TRY(strbuf_finish(&sb, &text));
    csv_write_str(out, text);
    csv_write_int(out, pieces);
    return NULL;
}

static const struct err *write_order(struct exporting *x, struct tx *tx, const struct order *o,
                                     struct csv_writer *out)
{
    struct web *w = x->w;
    const struct address *to = &o->party.address;
    const int64_t amounts[] = {o->goods_minor, o->shipping_minor, o->tax_minor,
                               o->total_minor, o->paid_minor,     o->refunded_minor};
    struct time_text at = time_format_rfc3339(o->placed_ms);
    struct pool pool;
    bool is_found;
    csv_write_int(out, o->number);
    csv_write_str(out, str_c(at.text));
    csv_write_str(out, locale_text(w->locale, order_badge_of(o).text_key));
    const str who[] = {to->name,     o->party.email, to->phone,  to->line1,  to->line2,
                       to->postcode, to->city,       to->region, to->country};
    for (size_t i = 0; i < COUNT(who); i++)
        csv_write_str(out, who[i]);
    TRY(write_what(w->arena, o, out));
    csv_write_str(out, currency_str(&o->currency));
    for (size_t i = 0; i < COUNT(amounts); i++)
        csv_write_money(out, order_money(o, amounts[i]));
    TRY(pool_of_order(tx, w->arena, w->shop_id, o->id.v, &is_found, &pool));
    csv_write_str(out, is_found ? pool_name_shown(w, &pool) : S(""));
    csv_write_str(out, o->channel);
    csv_write_str(out, o->tracking);
    csv_write_row_end(out);
    return NULL;
}

static const struct err *write_some(struct tx *tx, struct arena *a, void *arg,
                                    struct csv_writer *out, bool *ret_is_end)
{
    struct exporting *x = arg;
    struct order *orders;
    size_t count;
    (void)a;
    TRY(order_console_find(x->w, tx, &x->search, &orders, &count));
    for (size_t i = 0; i < count; i++)
        TRY(write_order(x, tx, &orders[i], out));
    *ret_is_end = count < x->search.limit || !str_is_empty(x->search.query);
    if (count > 0)
        x->search.before_number = orders[count - 1].number;
    return NULL;
}

const struct err *order_console_export(struct web *w)
{
    struct exporting x = {.w = w};
    str words[COUNT(titles)];
    for (size_t i = 0; i < COUNT(titles); i++)
        words[i] = locale_text(w->locale, titles[i]);
    TRY(order_search_read(w, &x.search));
    x.search.limit = ORDERS_A_SLICE;
    return web_csv(w, "orders", w->platform->db, words, COUNT(words), write_some, &x);
}
