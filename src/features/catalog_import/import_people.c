/* Shopify's customers and orders. An order's further lines repeat its name and carry one item each.
 * See import_people.h. */
#include "catalog_import/import_people.h"

#include "base/timefmt.h"
#include "base/utf8.h"

enum { ITEMS_SHOWN = 20, COUNT_MAX = 1000000 };

static const char *const customer_signs[] = {"First Name", "Last Name", "Email", "Total Spent",
                                             "Total Orders"};
static const char *const order_signs[] = {"Name",       "Email",         "Financial Status",
                                          "Created at", "Lineitem name", "Total"};

static bool has_all(const struct import_source *s, const char *const *signs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_there = false;
        for (size_t c = 0; c < s->column_count; c++)
            is_there = is_there || str_eq_nocase(s->head[c], str_c(signs[i]));
        if (!is_there)
            return false;
    }
    return true;
}

const char *people_recognise(const struct import_source *s)
{
    if (has_all(s, customer_signs, COUNT(customer_signs)))
        return IMPORT_CUSTOMERS;
    return has_all(s, order_signs, COUNT(order_signs)) ? IMPORT_ORDERS : NULL;
}

const struct err *people_open(struct people_reader *r, struct arena *a, struct currency currency,
                              const char *path)
{
    *r = (struct people_reader){.currency = currency};
    TRY(import_source_open(a, path, &r->source));
    r->is_order = has_all(&r->source, order_signs, COUNT(order_signs));
    return NULL;
}

void people_close(struct people_reader *r)
{
    import_source_close(&r->source);
}

/* ---- cells ---- */

struct reading {
    struct people_reader *r;
    struct arena *a;
    struct import_group *g;
};

static str cell(const struct reading *x, const char *column)
{
    str text = import_record_cell(
        &(struct import_record){.source = &x->r->source, .row = &x->r->row}, column);
    /* Guarded as the shop before did against formulas. */
    return str_starts(text, S("'")) ? str_from(text, 1) : text;
}

static const struct err *wrong(const struct reading *x, const char *column, const char *key,
                               str detail)
{
    struct import_group *g = x->g;
    if (g->problem_count == IMPORT_GROUP_PROBLEMS_MAX) {
        g->problems_dropped++;
        return NULL;
    }
    struct import_problem *p = &g->problems[g->problem_count++];
    *p = (struct import_problem){
        .line = x->r->row.line, .key = key, .column_name = str_c(column == NULL ? "" : column)};
    g->is_usable = false;
    return str_dup(x->a, utf8_cut_bytes(str_is_absent(detail) ? S("") : detail, 80), &p->detail);
}

static const struct err *take_text(const struct reading *x, str text, size_t max, str *ret)
{
    return utf8_clean(x->a, utf8_cut_bytes(text, max), false, ret);
}

static const struct err *take_amount(const struct reading *x, const char *column,
                                     struct currency currency, int64_t *ret)
{
    str text = cell(x, column), amount;
    struct money money;
    bool is_other;
    *ret = 0;
    if (text.len == 0)
        return NULL;
    TRY(import_value_amount(x->a, text, currency, false, &amount, &is_other));
    if (is_other || money_parse(x->a, amount, currency, &money) != NULL || money.minor < 0)
        return wrong(x, column, "import.bad_amount", text);
    *ret = money.minor;
    return NULL;
}

/* "2026-03-01 10:22:31 +0100", "... UTC", or without a zone, which is UTC then. */
static const struct err *take_time(const struct reading *x, const char *column, int64_t *ret)
{
    str text = cell(x, column), moment = text, zone = S(""), time;
    ptrdiff_t gap = str_rfind_char(text, ' ');
    if (gap > 10) {
        moment = str_sub(text, 0, (size_t)gap);
        zone = str_from(text, (size_t)gap + 1);
    }
    if (zone.len == 5)
        TRY(str_fmt(x->a, &time, "%.*s%.*s:%.*s", STR_ARG(moment), STR_ARG(str_sub(zone, 0, 3)),
                    STR_ARG(str_from(zone, 3))));
    else
        TRY(str_fmt(x->a, &time, "%.*s%s", STR_ARG(moment), moment.len == 19 ? "Z" : ""));
    return time_parse_rfc3339(time, ret) ? NULL : wrong(x, column, "import.bad_time", text);
}

static bool says_yes(str text)
{
    return str_eq_nocase(text, S("yes")) || str_eq_nocase(text, S("true")) ||
           str_eq_nocase(text, S("subscribed"));
}

/* ---- a customer ---- */

static str first_filled(const struct reading *x, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cell(x, columns[i]).len > 0)
            return cell(x, columns[i]);
    return S("");
}

static const struct err *take_customer(const struct reading *x, struct past_customer *c)
{
    static const char *const phones[] = {"Phone", "Default Address Phone"};
    static const char *const consents[] = {"Accepts Email Marketing", "Accepts Marketing",
                                           "Email Marketing Status"};
    str first = cell(x, "First Name"), last = cell(x, "Last Name"),
        orders = cell(x, "Total Orders"), name;
    TRY(str_fmt(x->a, &name, "%.*s%s%.*s", STR_ARG(first), first.len > 0 && last.len > 0 ? " " : "",
                STR_ARG(last)));
    TRY(take_text(x, name, PAST_TEXT_MAX, &c->person.name));
    TRY(take_text(x, cell(x, "Email"), PAST_TEXT_MAX, &c->person.email));
    TRY(take_text(x, first_filled(x, phones, COUNT(phones)), PAST_TEXT_MAX, &c->person.phone));
    c->mail_consent = says_yes(first_filled(x, consents, COUNT(consents)));
    TRY(take_amount(x, "Total Spent", x->r->currency, &c->spent_minor));
    if (orders.len > 0 &&
        (!str_to_int(orders, &c->orders) || c->orders < 0 || c->orders > COUNT_MAX))
        return wrong(x, "Total Orders", "import.bad_count", orders);
    return NULL;
}

/* ---- an order ---- */

static const struct err *take_order(const struct reading *x, struct past_order *o)
{
    static const char *const names[] = {"Billing Name", "Shipping Name"};
    static const char *const phones[] = {"Phone", "Billing Phone", "Shipping Phone"};
    str status = cell(x, "Financial Status"), currency = cell(x, "Currency");
    bool is_cancelled = cell(x, "Cancelled at").len > 0;
    o->source = S("shopify");
    TRY(take_text(x, cell(x, "Name"), PAST_TEXT_MAX, &o->number));
    TRY(take_text(x, first_filled(x, names, COUNT(names)), PAST_TEXT_MAX, &o->person.name));
    TRY(take_text(x, cell(x, "Email"), PAST_TEXT_MAX, &o->person.email));
    TRY(take_text(x, first_filled(x, phones, COUNT(phones)), PAST_TEXT_MAX, &o->person.phone));
    o->mail_consent = says_yes(cell(x, "Accepts Marketing"));
    o->total.currency = x->r->currency;
    if (currency.len > 0 && currency_parse(x->a, currency, &o->total.currency) != NULL)
        return wrong(x, "Currency", "import.bad_currency", currency);
    TRY(take_amount(x, "Total", o->total.currency, &o->total.minor));
    TRY(take_amount(x, "Refunded Amount", o->total.currency, &o->refunded_minor));
    if (o->refunded_minor > o->total.minor)
        o->refunded_minor = o->total.minor;
    o->is_paid = !is_cancelled && (str_eq_nocase(status, S("paid")) ||
                                   str_eq_nocase(status, S("partially_refunded")));
    return take_time(x, "Created at", &o->placed_ms);
}

static void add_item(const struct reading *x, struct strbuf *items, size_t number)
{
    str quantity = cell(x, "Lineitem quantity"), name = cell(x, "Lineitem name");
    if (name.len == 0 || items->len + name.len + 20 > PAST_ITEMS_MAX || number > ITEMS_SHOWN)
        return;
    bool is_one = quantity.len == 0 || str_eq(quantity, S("1"));
    strbuf_addf(items, "%s%.*s%s%.*s", items->len > 0 ? ", " : "", is_one ? 0 : (int)quantity.len,
                quantity.len > 0 ? quantity.ptr : "", is_one ? "" : " x ", STR_ARG(name));
}

/* ---- records ---- */

static const struct err *peek(struct people_reader *r, bool *ret_is_end)
{
    if (!r->has_row)
        TRY(csv_read(&r->source.csv, &r->row));
    r->has_row = r->row.kind != CSV_END;
    *ret_is_end = !r->has_row;
    return NULL;
}

/* Further lines of the same order. */
static const struct err *take_lines(struct reading *x, struct past_order *o)
{
    struct strbuf items;
    size_t number = 0;
    bool is_end = false;
    str text;
    strbuf_init(&items, x->a, PAST_ITEMS_MAX + 1);
    while (!is_end && x->r->row.kind == CSV_ROW && str_eq(cell(x, "Name"), o->number)) {
        add_item(x, &items, ++number);
        x->r->has_row = false;
        TRY(peek(x->r, &is_end));
    }
    TRY(strbuf_finish(&items, &text));
    return take_text(x, text, PAST_ITEMS_MAX, &o->items);
}

static const struct err *take_row(struct reading *x, struct import_past *past)
{
    bool is_end;
    if (x->r->row.kind == CSV_BAD) {
        str where;
        TRY(str_fmt(x->a, &where, "%lld", (long long)x->r->row.problem_column));
        TRY(wrong(x, NULL, csv_problem_key(x->r->row.problem), where));
    } else if (x->r->is_order) {
        TRY(take_order(x, &past->order));
        if (past->order.number.len > 0)
            return take_lines(x, &past->order);
        TRY(wrong(x, "Name", "import.no_number", STR_NONE));
    } else {
        TRY(take_customer(x, &past->customer));
    }
    x->r->has_row = false;
    return peek(x->r, &is_end);
}

const struct err *people_next(struct people_reader *r, struct arena *a, struct import_group *g,
                              bool *ret_is_end)
{
    struct reading x = {.r = r, .a = a, .g = g};
    struct import_past *past;
    TRY(peek(r, ret_is_end));
    if (*ret_is_end)
        return NULL;
    TRY_NEW(a, past);
    *g = (struct import_group){.line = r->row.line,
                               .told_line = r->row.line,
                               .is_usable = true,
                               .is_whole = true,
                               .past = past};
    TRY_NEW_ARRAY(a, g->problems, IMPORT_GROUP_PROBLEMS_MAX);
    past->is_order = r->is_order;
    TRY(take_row(&x, past));
    g->product.handle = r->is_order ? past->order.number : past->customer.person.email;
    g->line_end = r->has_row ? r->row.line : r->source.csv.line + 1;
    return NULL;
}

/* ---- against what is there ---- */

static const struct err *refuse(struct turn *t, const struct import_group *g, const char *key,
                                struct import_outcome *ret)
{
    (void)t;
    ret->kind = IMPORT_REFUSED;
    ret->problems[ret->problem_count++] = (struct import_problem){
        .line = g->told_line, .key = key, .column_name = S("Email"), .detail = S("")};
    return NULL;
}

const struct err *people_apply(struct turn *t, const struct import_work *w,
                               const struct import_group *g, struct import_outcome *ret)
{
    const struct import_past *past = g->past;
    const struct past_person *person =
        past->is_order ? &past->order.person : &past->customer.person;
    enum past_kind kind;
    *ret = (struct import_outcome){.differences = S(""),
                                   .problem_count = g->problem_count,
                                   .problems_dropped = g->problems_dropped};
    TRY_NEW_ARRAY(t->arena, ret->problems, IMPORT_GROUP_PROBLEMS_MAX + 1);
    for (size_t i = 0; i < g->problem_count; i++)
        ret->problems[i] = g->problems[i];
    TRY(str_fmt(t->arena, &ret->title, "%.*s%s%.*s", STR_ARG(g->product.handle),
                person->name.len > 0 ? " · " : "", STR_ARG(person->name)));
    if (!g->is_usable)
        return ret->kind = IMPORT_REFUSED, NULL;
    const struct err *e = past->is_order
                              ? past_order_take(t, &w->shop, &past->order, w->is_dry, &kind)
                              : past_customer_take(t, &w->shop, &past->customer, w->is_dry, &kind);
    if (e != NULL && e->kind == ERR_INVALID)
        return refuse(t, g, e->key, ret);
    TRY(e);
    ret->kind = kind == PAST_NEW ? IMPORT_NEW : kind == PAST_CHANGED ? IMPORT_CHANGED : IMPORT_SAME;
    return NULL;
}
