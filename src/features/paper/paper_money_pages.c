/* "Money": what is with whom today, the month, its movements; as a page, a statement to print, and
 * a table. */
#include "base/timefmt.h"
#include "core/web_csv.h"
#include "paper/paper_tpl.h"
#include "paper/paper_view.h"

/* What is booked and what is only owed are never in one list. */
static const struct {
    const char *name, *reason, *text_key;
    enum ledger_kind kind;
} filters[MONEY_FILTERS] = {
    {"", "", "paper.filter.all", LEDGER_POSTED},
    {"paid", "order.paid", "paper.moved.paid", LEDGER_POSTED},
    {"refunded", "order.refunded", "paper.moved.refunded", LEDGER_POSTED},
    {"payouts", "ledger.payout", "paper.moved.payout", LEDGER_POSTED},
    {"owed", "", "paper.filter.owed", LEDGER_PENDING},
};

static size_t filter_of(str name)
{
    for (size_t i = 1; i < MONEY_FILTERS; i++)
        if (str_eq(name, str_c(filters[i].name)))
            return i;
    return 0;
}

/* "TIME-JOURNAL" of the last row shown. */
static void read_place(str text, struct ledger_place *ret)
{
    str time = str_cut(&text, '-');
    int64_t at_ms, id;
    if (str_to_int(time, &at_ms) && !str_is_absent(text) && id_parse(text, &id))
        *ret = (struct ledger_place){at_ms, id};
}

static const struct err *fill_rows(struct web *w, struct tx *tx, struct money_view *v,
                                   size_t filter)
{
    struct ledger_want want = {.shop_id = w->shop_id, .from_ms = v->from_ms, .to_ms = v->to_ms,
                               .reason = str_c(filters[filter].reason),
                               .kind = filters[filter].kind, .newest_first = true};
    struct ledger_movement *moved;
    read_place(web_query(w, "before"), &want.after);
    TRY(ledger_movements(tx, w->arena, &want, MOVEMENTS_A_PAGE, &moved, &v->count));
    TRY_NEW_ARRAY(w->arena, v->rows, v->count);
    for (size_t i = 0; i < v->count; i++) {
        struct money_row *row = &v->rows[i];
        struct order o;
        struct id_text id = id_format(moved[i].order_id);
        TRY(money_row_fill(w->locale, &moved[i], row));
        if (moved[i].order_id == 0)
            continue;
        TRY(order_head(tx, w->arena, w->shop_id, (struct order_id){moved[i].order_id}, &o));
        row->order_number = o.number;
        TRY(url_format(w->arena, &row->order_path, "/console/%.*s/orders/%s",
                       STR_ARG(w->shop_handle), id.text));
    }
    if (v->count == MOVEMENTS_A_PAGE) {
        const struct ledger_movement *last = &moved[v->count - 1];
        struct id_text id = id_format(last->journal_id);
        TRY(url_format(w->arena, &v->next, "/console/%.*s/money?month=%.*s&show=%s&before=%lld-%s",
                       STR_ARG(w->shop_handle), STR_ARG(v->month), filters[filter].name,
                       (long long)last->at_ms, id.text));
    }
    return NULL;
}

static const struct err *fill_filters(struct web *w, struct money_view *v, size_t chosen)
{
    v->filter = filters[chosen].name;
    for (size_t i = 0; i < MONEY_FILTERS; i++) {
        v->filters[i] = (struct money_filter){.text_key = filters[i].text_key,
                                              .is_current = i == chosen};
        TRY(url_format(w->arena, &v->filters[i].path, "/console/%.*s/money?month=%.*s&show=%s",
                       STR_ARG(w->shop_handle), STR_ARG(v->month), filters[i].name));
    }
    TRY(url_format(w->arena, &v->csv, "/console/%.*s/money/%.*s/csv", STR_ARG(w->shop_handle),
                   STR_ARG(v->month)));
    return url_format(w->arena, &v->statement, "/console/%.*s/money/%.*s",
                      STR_ARG(w->shop_handle), STR_ARG(v->month));
}

static const struct err *show(struct web *w, const struct err *fault)
{
    struct money_view *v;
    struct html h;
    struct tx *tx;
    size_t filter = filter_of(web_query(w, "show"));
    TRY_NEW(w->arena, v);
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(page_init(w, &v->page, locale_text(w->locale, "paper.money")));
    TRY(web_read(w, &tx));
    TRY(money_period(w, tx, web_query(w, "month"), v));
    TRY(money_fill(w, tx, v));
    TRY(fill_filters(w, v, filter));
    TRY(fill_rows(w, tx, v, filter));
    TRY(paper_may_change(w, tx, &v->may_change));
    TRY(rng_token(w->arena, w->platform->rng, 16, &v->key));
    v->currency = form_typed(w, "currency", currency_str(&v->shop.currency));
    v->amount = form_typed(w, "amount", S(""));
    v->fee = form_typed(w, "fee", S(""));
    v->empty = (struct empty_view){.drawing = "orders",
                                   .title = locale_text(w->locale, "paper.no_moves"),
                                   .words = locale_text(w->locale, "paper.no_moves_words")};
    web_html_begin(w, &h);
    tpl_console_money(&h, v);
    return web_html(w, fault == NULL ? 200 : 422, &h);
}

const struct err *paper_money_page(struct web *w)
{
    return show(w, NULL);
}

const struct err *paper_money_statement(struct web *w)
{
    struct money_view *v;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "paper.statement")));
    TRY(web_read(w, &tx));
    TRY(money_period(w, tx, web_param(w, 1), v));
    if (!str_eq(v->month, web_param(w, 1)))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "no such month");
    TRY(money_fill(w, tx, v));
    TRY(fill_filters(w, v, 0));
    v->page.width = "reading";
    web_html_begin(w, &h);
    tpl_console_statement(&h, v);
    return web_html(w, 200, &h);
}

/* ---- the table ---- */

enum { MOVEMENTS_A_SLICE = 200, TITLES = 12 };

struct export {
    struct web *w;
    struct ledger_want want;
};

static const struct err *write_row(struct tx *tx, struct arena *a, struct export *x,
                                   const struct ledger_movement *m, struct csv_writer *out)
{
    const int64_t *minor = m->minor;
    struct time_text time = time_format_rfc3339(m->at_ms);
    struct order o = {.number = 0};
    csv_write_str(out, str_c(time.text));
    csv_write_str(out, money_words(x->w->locale, m->reason));
    if (m->order_id != 0)
        TRY(order_head(tx, a, x->want.shop_id, (struct order_id){m->order_id}, &o));
    if (o.number > 0)
        csv_write_int(out, o.number);
    else
        csv_write_str(out, S(""));
    csv_write_str(out, locale_text(x->w->locale, m->pending ? "paper.pending" : "paper.posted"));
    csv_write_str(out, currency_str(&m->currency));
    const int64_t cells[] = {-minor[LEDGER_SALES], -minor[LEDGER_SHIPPING_INCOME],
                             -minor[LEDGER_TAX_PAYABLE], -minor[LEDGER_REFUNDS],
                             -minor[LEDGER_FEES], minor[LEDGER_CLEARING],
                             m->pending ? minor[LEDGER_RECEIVABLE] : minor[LEDGER_BANK]};
    for (size_t i = 0; i < COUNT(cells); i++)
        csv_write_money(out, (struct money){cells[i], m->currency});
    csv_write_row_end(out);
    return NULL;
}

static const struct err *write_slice(struct tx *tx, struct arena *a, void *arg,
                                     struct csv_writer *out, bool *ret_is_end)
{
    struct export *x = arg;
    struct ledger_movement *moved;
    size_t count;
    TRY(ledger_movements(tx, a, &x->want, MOVEMENTS_A_SLICE, &moved, &count));
    for (size_t i = 0; i < count; i++)
        TRY(write_row(tx, a, x, &moved[i], out));
    *ret_is_end = count < MOVEMENTS_A_SLICE;
    if (count > 0)
        x->want.after = (struct ledger_place){moved[count - 1].at_ms, moved[count - 1].journal_id};
    return NULL;
}

const struct err *paper_money_csv(struct web *w)
{
    static const char *const keys[TITLES] = {
        "paper.csv.time", "paper.csv.what",    "paper.csv.order", "paper.csv.state",
        "paper.currency", "paper.sales",       "paper.shipping",  "paper.tax_collected",
        "paper.refunds",  "paper.fees",        "paper.csv.provider", "paper.csv.elsewhere"};
    struct money_view *v;
    struct export x = {.w = w};
    struct tx *tx;
    str titles[TITLES];
    TRY_NEW(w->arena, v);
    TRY(web_read(w, &tx));
    TRY(money_period(w, tx, web_param(w, 1), v));
    if (!str_eq(v->month, web_param(w, 1)))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "no such month");
    for (size_t i = 0; i < TITLES; i++)
        titles[i] = locale_text(w->locale, keys[i]);
    x.want = (struct ledger_want){.shop_id = w->shop_id, .from_ms = v->from_ms, .to_ms = v->to_ms};
    return web_csv(w, "money", w->platform->db, titles, TITLES, write_slice, &x);
}

/* ---- a payout ---- */

struct payout_call {
    struct shop_id shop;
    struct currency currency;
    int64_t paid_minor, fee_minor, id;
};

static const struct err *payout_turn(struct turn *t, void *arg)
{
    struct payout_call *x = arg;
    x->id = turn_new_id(t);
    return ledger_pay_out(t, x->shop, x->currency, x->paid_minor, x->fee_minor, x->id);
}

static const struct err *read_payout(struct web *w, struct payout_call *x)
{
    str currency, amount, fee;
    TRY(web_text(w, "currency", 3, 3, &currency));
    TRY(currency_parse(w->arena, currency, &x->currency));
    TRY(web_text(w, "amount", 0, 30, &amount));
    TRY(web_text(w, "fee", 0, 30, &fee));
    TRY(catalog_price_read(w->arena, str_is_absent(amount) ? S("") : amount, x->currency, "amount",
                           &x->paid_minor));
    return catalog_price_read(w->arena, str_is_absent(fee) ? S("") : fee, x->currency, "fee",
                              &x->fee_minor);
}

const struct err *paper_money_payout(struct web *w)
{
    struct payout_call x = {.shop = w->shop_id};
    const struct err *e = read_payout(w, &x);
    if (e == NULL)
        e = web_make(w, payout_turn, &x, &x.id);
    if (e != NULL && e->kind == ERR_INVALID)
        return show(w, e);
    TRY(e);
    TRY(web_flash(w, "paper.payout_saved"));
    return web_redirect(w, "/console/%.*s/money", STR_ARG(w->shop_handle));
}
