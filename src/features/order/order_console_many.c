/* Many orders at once, as the shop sees them: marked as shipped, printed as packing slips, taken
 * out as CSV. */
#include "order/order_web.h"

#include "base/timefmt.h"
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
            w->arena, ERR(w->arena, ERR_INVALID, "order.choose_some", "%zu", count), "order");
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

/* Each in a turn of its own: one that cannot be shipped (any more) does not hold back the others.
 */
static const struct err *ship_all(struct web *w, const struct order_id *ids, size_t count)
{
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        struct one x = {w->shop_id, ids[i]};
        const struct err *e = web_write(w, ship_one, &x);
        if (e != NULL && e->kind != ERR_CONFLICT && e->kind != ERR_INVALID)
            return e;
        refused += e != NULL;
    }
    return web_flash(w, refused == 0       ? "order.done.shipped_all"
                        : refused == count ? "order.done.shipped_none"
                                           : "order.done.shipped_some");
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
    TRY(read_ids(w, values, count, &ids));
    if (str_eq(what, S("print")))
        return to_slips(w, ids, count);
    if (!str_eq(what, S("ship")))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_form", "do"), "do");
    TRY(ship_all(w, ids, count));
    return web_redirect_to(w, web_next(w, "/"));
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
