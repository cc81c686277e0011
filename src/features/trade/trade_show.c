/* Values of records in the reader's words, and the query of a request. */
#include "base/utf8.h"
#include "core/permission.h"
#include "trade/trade_sql.h"
#include "trade/trade_view.h"

enum { FIELD_MAX = 200, DECIMALS_MAX = 9, SHOWN_BYTES = 160 };

const struct err *trade_with_store(struct web *w, trade_store_fn *fn, void *arg)
{
    struct tx *tx;
    web_read_end(w); /* one snapshot at a time: see db.h */
    TRY(db_read_begin(trade_store(w->platform), w->arena, &tx));
    const struct err *e = fn(w, tx, arg);
    db_read_end(tx);
    return e;
}

const struct err *trade_may_change(struct web *w, bool *ret)
{
    struct tx *tx;
    str role;
    TRY(web_read(w, &tx));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    *ret = permission_of_role(w->platform, role, "trade.change");
    return NULL;
}

/* ---- values ---- */

const struct err *trade_day_show(struct arena *a, trade_day day, str *ret)
{
    int year = (int)(day / 10000), month = (int)(day / 100 % 100), date = (int)(day % 100);
    if (day == 0)
        *ret = S("");
    else if (date == 0)
        return str_fmt(a, ret, "%04d-%02d", year, month);
    else
        return str_fmt(a, ret, "%04d-%02d-%02d", year, month, date);
    return NULL;
}

const struct err *trade_decimal_show(struct arena *a, int64_t n, int decimals, str *ret)
{
    uint64_t whole = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n, unit = 1;
    ASSERT(decimals >= 0 && decimals <= DECIMALS_MAX);
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    uint64_t rest = whole % unit;
    while (decimals > 0 && rest % 10 == 0) {
        rest /= 10;
        decimals--;
    }
    const char *sign = n < 0 ? "-" : "";
    unsigned long long before = whole / unit;
    if (decimals == 0)
        return str_fmt(a, ret, "%s%llu", sign, before);
    return str_fmt(a, ret, "%s%llu.%0*llu", sign, before, decimals, (unsigned long long)rest);
}

static const struct err *country_show(struct web *w, str country, str *ret)
{
    str name;
    *ret = country;
    if (country.len != 2)
        return NULL;
    TRY(country_name_of(w->arena, w->locale->language, country, &name));
    if (!str_is_absent(name))
        *ret = name;
    return NULL;
}

static const struct err *grouped(struct web *w, int64_t n, int decimals, str unit, str *ret)
{
    struct strbuf sb;
    str plain;
    TRY(trade_decimal_show(w->arena, n, decimals, &plain));
    ptrdiff_t dot = str_find_char(plain, '.');
    int64_t whole = 0;
    str before = dot < 0 ? plain : str_sub(plain, 0, (size_t)dot);
    if (!str_to_int(before, &whole) || str_starts(plain, S("-")))
        return str_fmt(w->arena, ret, "%.*s %.*s", STR_ARG(plain), STR_ARG(unit));
    strbuf_init(&sb, w->arena, KiB(1));
    locale_number(w->locale, &sb, whole);
    if (dot >= 0)
        strbuf_add(&sb, str_sub(plain, (size_t)dot, 3));
    if (unit.len > 0)
        strbuf_addf(&sb, " %.*s", STR_ARG(unit));
    return strbuf_finish(&sb, ret);
}

static const struct err *value_show(struct web *w, const struct trade_record *r, str *ret)
{
    struct currency c;
    struct strbuf sb;
    if (str_is_empty(r->currency) || currency_parse(w->arena, r->currency, &c) != NULL)
        return grouped(w, r->value_minor, 2, r->currency, ret);
    int64_t minor = r->value_minor;
    if (currency_digits(c) == 0)
        minor /= 100;
    else if (currency_digits(c) != 2)
        return grouped(w, r->value_minor, 2, r->currency, ret);
    strbuf_init(&sb, w->arena, KiB(1));
    locale_money(w->locale, &sb, (struct money){minor, c});
    return strbuf_finish(&sb, ret);
}

const struct err *trade_row_show(struct web *w, const struct trade_record *r,
                                 struct trade_row_view *ret)
{
    *ret = (struct trade_row_view){
        .importer_id = r->importer.company, .exporter_id = r->exporter.company,
        .importer = r->importer.name, .exporter = r->exporter.name, .hs = r->hs,
        .product = r->product, .is_export = r->direction == TRADE_EXPORT};
    if (r->product.len > SHOWN_BYTES)
        TRY(str_fmt(w->arena, &ret->product, "%.*s…",
                    STR_ARG(utf8_cut_bytes(r->product, SHOWN_BYTES))));
    TRY(trade_day_show(w->arena, r->day, &ret->day));
    TRY(country_show(w, r->origin, &ret->origin));
    TRY(country_show(w, r->destination, &ret->destination));
    bool has_two = r->load_port.len > 0 && r->unload_port.len > 0;
    TRY(str_fmt(w->arena, &ret->ports, "%.*s%s%.*s", STR_ARG(r->load_port), has_two ? " → " : "",
                STR_ARG(r->unload_port)));
    if (r->has_quantity)
        TRY(grouped(w, r->quantity_milli, 3, r->unit, &ret->quantity));
    if (r->has_weight)
        TRY(grouped(w, r->weight_g, 3, S("kg"), &ret->weight));
    return r->has_value ? value_show(w, r, &ret->value) : NULL;
}

/* ---- the query ---- */

static const struct err *bad(struct web *w, const char *field)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "trade.bad_field", "%s", field),
                          field);
}

/* "2025-03-31" or "2025-03", as a beginning or an end: records that know only their month are of
 * it. */
static const struct err *read_day(struct web *w, const char *field, bool is_end, trade_day *ret)
{
    struct trade_date d;
    str text = str_trim(web_query(w, field));
    *ret = 0;
    if (str_is_empty(text))
        return NULL;
    if (!trade_date_parse(text, TRADE_DAY_FIRST, &d))
        return bad(w, field);
    *ret = d.day;
    if (!is_end && d.day % 100 <= 1)
        *ret = d.day - d.day % 100;
    if (is_end && d.day % 100 == 0)
        *ret = d.day + 31;
    return NULL;
}

static const struct err *read_value(struct web *w, const char *field, int64_t *ret)
{
    str text = str_trim(web_query(w, field));
    *ret = 0;
    if (str_is_empty(text))
        return NULL;
    if (!trade_decimal_parse(text, false, 2, ret) || *ret < 0)
        return bad(w, field);
    return NULL;
}

const struct err *trade_cursor_write(struct arena *a, struct trade_cursor c, str *ret)
{
    return str_fmt(a, ret, "%lld-%lld", (long long)c.day, (long long)c.number);
}

static const struct err *read_cursor(struct web *w, struct trade_cursor *ret)
{
    str text = web_query(w, "after");
    if (str_is_empty(text))
        return NULL;
    str day = str_cut(&text, '-');
    if (!str_to_int(day, &ret->day) || !str_to_int(text, &ret->number) || ret->day <= 0)
        return bad(w, "after");
    return NULL;
}

static str text_of(struct web *w, const char *name)
{
    str text = str_trim(web_query(w, name));
    return str_is_absent(text) ? S("") : utf8_cut_bytes(text, FIELD_MAX);
}

const struct err *trade_query_read(struct web *w, struct trade_query *ret)
{
    char digits[16];
    str country, company = text_of(w, "company"), direction = text_of(w, "direction");
    *ret = (struct trade_query){.words = text_of(w, "q"), .port = text_of(w, "port"),
                                .limit = TRADE_ROWS_A_PAGE};
    str hs = text_of(w, "hs");
    if (hs.len > 0 && !trade_hs_digits(hs, digits))
        return bad(w, "hs");
    if (hs.len > 0)
        TRY(str_dup(w->arena, str_c(digits), &ret->hs));
    if (company.len > 0 && !id_parse(company, &ret->company.v))
        return bad(w, "company");
    ret->country = text_of(w, "country");
    TRY(trade_country_code(w->arena, ret->country, &country));
    if (!str_is_absent(country))
        ret->country = country;
    if (str_eq(direction, S("import")))
        ret->direction = TRADE_IMPORT;
    else if (str_eq(direction, S("export")))
        ret->direction = TRADE_EXPORT;
    TRY(read_day(w, "from", false, &ret->day_from));
    TRY(read_day(w, "to", true, &ret->day_to));
    TRY(read_value(w, "value_from", &ret->value_from));
    TRY(read_value(w, "value_to", &ret->value_to));
    return read_cursor(w, &ret->cursor);
}

/* ---- HS codes ---- */

const struct err *trade_hs_words(struct web *w, struct tx *tx, str code, str *ret)
{
    struct trade_hs_title_row row;
    str behind, key;
    bool is_found;
    *ret = S("");
    TRY(str_fmt(w->arena, &behind, "%.*s:", STR_ARG(code))); /* ':' follows '9' */
    TRY(trade_hs_title(tx, w->arena, w->shop_id, code, behind, &row, &is_found));
    if (is_found && (str_eq(row.code, code) || code.len >= 6))
        *ret = row.title;
    if (code.len != 2)
        return NULL;
    TRY(str_fmt(w->arena, &key, "trade.hs.%.*s", STR_ARG(code)));
    *ret = catalogue_text(w->locale->texts, w->locale->language, key.ptr);
    if (str_is_absent(*ret))
        *ret = S("");
    return NULL;
}
