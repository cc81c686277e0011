/* One line of a file as a record, by what its columns mean. */
#include "base/utf8.h"
#include "core/text.h"
#include "trade/trade_part.h"

enum {
    NAME_BYTES = 200,
    PRODUCT_BYTES = 600,
    PLACE_BYTES = 80,
    UNIT_BYTES = 24,
    HS_TEXT_BYTES = 400
};

struct line {
    struct arena *arena;
    const struct trade_mapping *m;
    const str *cells;
    size_t count;
};

/* Empty when there is nothing. */
static str cell(const struct line *l, enum trade_field field)
{
    int place = l->m->place[field];
    if (place == 0 || (size_t)place > l->count || trade_is_nothing(l->cells[place - 1]))
        return S("");
    return str_trim(l->cells[place - 1]);
}

static const struct err *words(const struct line *l, enum trade_field field, size_t bytes, str *ret)
{
    return utf8_clean(l->arena, utf8_cut_bytes(cell(l, field), bytes), false, ret);
}

static const struct err *country(const struct line *l, enum trade_field field, str *ret)
{
    str code;
    TRY(words(l, field, PLACE_BYTES, ret));
    if (str_is_empty(*ret))
        return NULL;
    TRY(trade_country_code(l->arena, *ret, &code));
    if (!str_is_absent(code))
        *ret = code;
    return NULL;
}

static const struct err *read_day(const struct line *l, trade_day *ret)
{
    struct trade_date d;
    str folded;
    *ret = 0;
    TRY(text_fold(l->arena, utf8_cut_bytes(cell(l, TRADE_DATE), 64), &folded));
    if (!trade_date_parse(folded, l->m->order, &d))
        return NULL;
    *ret = l->m->snaps && d.has_time && d.minutes >= 12 * 60 ? trade_day_next(d.day) : d.day;
    return NULL;
}

static const struct err *read_hs(const struct line *l, str *ret)
{
    char digits[16];
    *ret = S("");
    if (!trade_hs_digits(cell(l, TRADE_HS), digits))
        return NULL;
    str code = str_c(digits);
    if (l->m->hs_length > 0 && (int)code.len + 1 == l->m->hs_length)
        return str_fmt(l->arena, ret, "0%s", digits);
    return str_dup(l->arena, code, ret);
}

static bool number(const struct line *l, enum trade_field field, int decimals, int64_t *ret)
{
    str s = cell(l, field);
    return s.len > 0 && trade_decimal_parse(s, l->m->comma, decimals, ret);
}

static const struct err *read_amounts(const struct line *l, struct trade_record *r)
{
    r->has_quantity = number(l, TRADE_QUANTITY, 3, &r->quantity_milli);
    r->has_weight = number(l, TRADE_WEIGHT, l->m->is_tonnes ? 6 : 3, &r->weight_g);
    r->has_value = number(l, TRADE_VALUE, 2, &r->value_minor);
    TRY(words(l, TRADE_UNIT, UNIT_BYTES, &r->unit));
    if (l->m->currency[0] != '\0')
        return str_dup(l->arena, str_c(l->m->currency), &r->currency);
    struct currency code;
    bool is_known = currency_parse(l->arena, cell(l, TRADE_CURRENCY), &code) == NULL;
    return str_dup(l->arena, is_known ? str_c(code.code) : S(""), &r->currency);
}

const struct err *trade_line_read(struct arena *a, const struct trade_mapping *m, const str *cells,
                                  size_t count, struct trade_record *ret, const char **ret_problem,
                                  str *ret_detail, str *ret_hs_text)
{
    struct line l = {a, m, cells, count};
    *ret = (struct trade_record){.direction = m->direction};
    *ret_problem = NULL;
    *ret_detail = S("");
    TRY(read_day(&l, &ret->day));
    TRY(read_hs(&l, &ret->hs));
    TRY(words(&l, TRADE_IMPORTER, NAME_BYTES, &ret->importer.name));
    TRY(words(&l, TRADE_EXPORTER, NAME_BYTES, &ret->exporter.name));
    TRY(words(&l, TRADE_PRODUCT, PRODUCT_BYTES, &ret->product));
    TRY(words(&l, TRADE_HS_TEXT, HS_TEXT_BYTES, ret_hs_text));
    TRY(country(&l, TRADE_ORIGIN, &ret->origin));
    TRY(country(&l, TRADE_DESTINATION, &ret->destination));
    TRY(words(&l, TRADE_LOAD_PORT, PLACE_BYTES, &ret->load_port));
    TRY(words(&l, TRADE_UNLOAD_PORT, PLACE_BYTES, &ret->unload_port));
    TRY(read_amounts(&l, ret));
    if (ret->product.len == 0)
        ret->product = *ret_hs_text;
    if (ret->day == 0) {
        *ret_problem = "trade.bad_date";
        return words(&l, TRADE_DATE, PLACE_BYTES, ret_detail);
    }
    if (ret->hs.len == 0 && ret->product.len == 0)
        *ret_problem = "trade.no_goods";
    return NULL;
}
