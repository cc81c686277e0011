/* Which column is which: the words of the header, held against the values below them. */
#include "base/utf8.h"
#include "core/text.h"
#include "trade/trade_part.h"

enum { ENOUGH = 40, SHARE_FULL = 100, COUNTRY_TRIES = 40, LONG_TEXT = 12 };

const char *const trade_field_names[TRADE_FIELD_COUNT] = {
    "",        "date",   "importer",    "exporter",  "hs",          "product",
    "hs_text", "origin", "destination", "load_port", "unload_port", "quantity",
    "unit",    "weight", "value",       "currency"};

/* Shares in percent of the cells that hold something. */
struct profile {
    int filled;               /* percent of all rows */
    int dates, numbers, codes, countries, letters;
    int whole;                /* digits alone, or in groups of a code: no amount has these */
    int length;               /* on average, of what is there */
    bool has_day;             /* its dates know the day */
};

/* "69072100", "6907.21", "6907.21.00": not "311.66". */
static bool is_written_as_code(str s)
{
    ptrdiff_t dot = str_find_char(s, '.');
    for (size_t i = 0; i < s.len; i++)
        if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '.')
            return false;
    return dot < 0 || dot == 4;
}

/* "12.5", "-3", ".5", "12 kg": not "TILES 60X60". */
static bool begins_as_number(str s)
{
    if (str_starts(s, S("-")) || str_starts(s, S(".")) || str_starts(s, S("$")))
        s = str_from(s, 1);
    return s.len > 0 && s.ptr[0] >= '0' && s.ptr[0] <= '9';
}

static const struct err *look_at(struct arena *a, const struct trade_sample *s, size_t column,
                                 struct profile *ret)
{
    int filled = 0, dates = 0, numbers = 0, codes = 0, countries = 0, letters = 0, whole = 0,
        tried = 0, days = 0;
    size_t bytes = 0;
    for (size_t r = 0; r < s->row_count; r++) {
        struct arena_mark mark = arena_get_mark(a);
        struct trade_date date;
        str cell = str_trim(s->rows[r][column]), folded, code;
        int64_t number;
        char digits[16];
        if (trade_is_nothing(cell))
            continue;
        filled++;
        bytes += cell.len;
        TRY(text_fold(a, utf8_cut_bytes(cell, 64), &folded));
        bool is_date = trade_date_parse(folded, TRADE_DAY_FIRST, &date);
        dates += is_date;
        days += is_date && date.day % 100 != 0;
        bool is_number = begins_as_number(cell) && trade_decimal_parse(cell, false, 2, &number);
        numbers += is_number;
        bool is_code = trade_hs_digits(cell, digits);
        whole += is_code && is_written_as_code(cell);
        codes += is_code && str_c(digits).len >= 4;
        letters += !is_number && !is_code;
        if (tried++ < COUNTRY_TRIES) {
            TRY(trade_country_code(a, cell, &code));
            countries += !str_is_absent(code);
        }
        arena_rewind(a, mark);
    }
    *ret = (struct profile){0};
    if (filled == 0)
        return NULL;
    ret->filled = filled * SHARE_FULL / (int)s->row_count;
    ret->dates = dates * SHARE_FULL / filled;
    ret->numbers = numbers * SHARE_FULL / filled;
    ret->whole = whole * SHARE_FULL / filled;
    ret->codes = codes * SHARE_FULL / filled;
    ret->letters = letters * SHARE_FULL / filled;
    ret->countries = countries * SHARE_FULL / (tried < COUNTRY_TRIES ? tried : COUNTRY_TRIES);
    ret->length = (int)bytes / filled;
    ret->has_day = days * 2 > filled;
    return NULL;
}

static int from_values(const struct profile *p, int field)
{
    switch (field) {
    case TRADE_DATE:
        return p->dates < 60 ? -200 : p->has_day ? 12 : 0;
    case TRADE_HS:
        return p->codes < 60 ? -200 : p->length >= 6 ? 15 : -20;
    case TRADE_IMPORTER:
    case TRADE_EXPORTER:
        return p->letters < 60 ? -200 : p->countries > 60 ? -40 : 6;
    case TRADE_PRODUCT:
    case TRADE_HS_TEXT:
        return p->letters < 50 ? -200 : p->length >= LONG_TEXT ? 10 : 0;
    case TRADE_ORIGIN:
    case TRADE_DESTINATION:
        return p->letters < 60 ? -200 : p->countries >= 60 ? 25 : -10;
    case TRADE_LOAD_PORT:
    case TRADE_UNLOAD_PORT:
    case TRADE_UNIT:
    case TRADE_CURRENCY:
        return p->letters < 60 ? -200 : 0;
    default:
        return p->numbers < 60 ? -200 : 6;
    }
}

/* An empty column may be the right one, when no other is; it never beats a full one. */
static int weigh(const struct profile *p, int hint, int field)
{
    if (hint <= 0)
        return 0;
    if (p->filled == 0)
        return hint / 2;
    return hint + from_values(p, field) - (SHARE_FULL - p->filled) / 4;
}

struct guess {
    const struct trade_sample *s;
    struct trade_hint *hints;
    struct profile *profiles;
    bool *is_taken;
    struct trade_mapping *m;
};

/* The best pair of all, again and again, until none is good enough. */
static void choose(struct guess *g)
{
    for (;;) {
        int best = 0, best_field = 0;
        size_t best_column = 0;
        for (int field = 1; field < TRADE_FIELD_COUNT; field++)
            for (size_t c = 0; c < g->s->column_count && g->m->place[field] == 0; c++) {
                int points = g->is_taken[c]
                                 ? 0
                                 : weigh(&g->profiles[c], g->hints[c].score[field], field);
                if (points > best) {
                    best = points;
                    best_field = field;
                    best_column = c;
                }
            }
        if (best < ENOUGH)
            return;
        g->m->place[best_field] = (int)best_column + 1;
        g->is_taken[best_column] = true;
    }
}

/* Its title speaks for nothing. */
static bool is_silent(const struct trade_hint *hint)
{
    for (int field = 1; field < TRADE_FIELD_COUNT; field++)
        if (hint->score[field] > 0)
            return false;
    return true;
}

/* What the titles did not tell: by values alone, where these are unmistakable. */
static void choose_by_values(struct guess *g, int field, int (*points)(const struct profile *p))
{
    int best = 0;
    size_t best_column = 0;
    for (size_t c = 0; c < g->s->column_count && g->m->place[field] == 0; c++)
        if (!g->is_taken[c] && is_silent(&g->hints[c]) && points(&g->profiles[c]) > best) {
            best = points(&g->profiles[c]);
            best_column = c;
        }
    if (best == 0)
        return;
    g->m->place[field] = (int)best_column + 1;
    g->is_taken[best_column] = true;
}

static int looks_like_date(const struct profile *p)
{
    return p->filled > 50 && p->dates >= 90 && p->length >= 6 && p->codes < 90
               ? p->dates + p->filled
               : 0;
}

static int looks_like_hs(const struct profile *p)
{
    return p->filled > 50 && p->whole >= 95 && p->codes >= 95 && p->dates < 50 && p->length >= 6 &&
                   p->length <= 13
               ? p->codes + p->length
               : 0;
}

static int looks_like_country(const struct profile *p)
{
    return p->filled > 50 && p->countries >= 80 && p->length > 3 ? p->countries + p->filled : 0;
}

static int looks_like_words(const struct profile *p)
{
    return p->filled > 50 && p->letters >= 90 && p->length >= 2 * LONG_TEXT ? p->length : 0;
}

static bool has_hint(const struct guess *g, int field, const char *words)
{
    int place = g->m->place[field];
    return place > 0 && str_find(g->s->titles[place - 1], str_c(words)) >= 0;
}

/* Whose customs wrote it: the file's name, else the party that stands for the country, else where
 * the goods come from. */
static const struct err *guess_direction(struct arena *a, struct guess *g, str file_name)
{
    str name, titles = S("");
    struct strbuf sb;
    TRY(text_fold(a, utf8_cut_bytes(file_name, KiB(1)), &name));
    strbuf_init(&sb, a, KiB(64));
    for (size_t i = 0; i < g->s->column_count; i++)
        strbuf_addf(&sb, "%.*s\n", STR_ARG(g->s->titles[i]));
    if (strbuf_finish(&sb, &titles) == NULL)
        TRY(text_fold(a, titles, &titles));
    static const struct {
        enum trade_direction direction;
        str in_name, in_titles;
    } signs[] = {{TRADE_EXPORT, STR_INIT("export"), STR_INIT("exp_date")},
                 {TRADE_IMPORT, STR_INIT("import"), STR_INIT("imp_date")},
                 {TRADE_EXPORT, STR_INIT("出口"), STR_INIT("buyer")},
                 {TRADE_IMPORT, STR_INIT("进口"), STR_INIT("supplier")}};
    for (size_t i = 0; i < COUNT(signs); i++)
        if (str_find(name, signs[i].in_name) >= 0) {
            g->m->direction = signs[i].direction;
            return NULL;
        }
    for (size_t i = 0; i < COUNT(signs); i++)
        if (str_find(titles, signs[i].in_titles) >= 0) {
            g->m->direction = signs[i].direction;
            return NULL;
        }
    bool sells = g->m->place[TRADE_EXPORTER] > 0 && g->m->place[TRADE_IMPORTER] == 0;
    g->m->direction = sells ||
                              (g->m->place[TRADE_ORIGIN] == 0 && g->m->place[TRADE_DESTINATION] > 0)
                          ? TRADE_EXPORT
                          : TRADE_IMPORT;
    return NULL;
}

/* "COUNTRY" alone is the other side's. */
static void take_plain_country(struct guess *g)
{
    enum trade_field other = g->m->direction == TRADE_EXPORT ? TRADE_DESTINATION : TRADE_ORIGIN;
    int best = 0;
    size_t column = 0;
    if (g->m->place[other] > 0 && g->profiles[g->m->place[other] - 1].filled > 0)
        return;
    for (size_t c = 0; c < g->s->column_count; c++) {
        const struct profile *p = &g->profiles[c];
        int points = g->is_taken[c] || p->countries < 60
                         ? 0
                         : p->filled + (p->length > 3 ? 50 : 0) + p->countries;
        if (points > best) {
            best = points;
            column = c;
        }
    }
    if (best == 0)
        return;
    g->m->place[other] = (int)column + 1;
    g->is_taken[column] = true;
}

const struct err *trade_guess(struct arena *a, const struct trade_sample *s, str file_name,
                              struct trade_mapping *ret)
{
    struct guess g = {.s = s, .m = ret};
    *ret = (struct trade_mapping){0};
    TRY_NEW_ARRAY(a, g.hints, s->column_count);
    TRY_NEW_ARRAY(a, g.profiles, s->column_count);
    TRY_NEW_ARRAY(a, g.is_taken, s->column_count);
    TRY(trade_head_hints(a, s->titles, s->column_count, g.hints));
    for (size_t c = 0; c < s->column_count; c++)
        TRY(look_at(a, s, c, &g.profiles[c]));
    choose(&g);
    choose_by_values(&g, TRADE_DATE, looks_like_date);
    choose_by_values(&g, TRADE_HS, looks_like_hs);
    TRY(guess_direction(a, &g, file_name));
    take_plain_country(&g);
    if (ret->direction == TRADE_EXPORT && ret->place[TRADE_UNLOAD_PORT] == 0 &&
        has_hint(&g, TRADE_LOAD_PORT, "FOREIGN")) {
        ret->place[TRADE_UNLOAD_PORT] = ret->place[TRADE_LOAD_PORT];
        ret->place[TRADE_LOAD_PORT] = 0;
    }
    if (ret->place[TRADE_ORIGIN] == 0 && ret->place[TRADE_DESTINATION] == 0)
        choose_by_values(&g, ret->direction == TRADE_EXPORT ? TRADE_DESTINATION : TRADE_ORIGIN,
                         looks_like_country);
    if (ret->place[TRADE_PRODUCT] == 0 && ret->place[TRADE_HS_TEXT] == 0)
        choose_by_values(&g, TRADE_PRODUCT, looks_like_words);
    bool is_dollar = has_hint(&g, TRADE_VALUE, "USD") || has_hint(&g, TRADE_VALUE, "usd") ||
                     has_hint(&g, TRADE_VALUE, "US$") || has_hint(&g, TRADE_VALUE, "美元");
    for (size_t i = 0; is_dollar && i < 4; i++)
        ret->currency[i] = "USD"[i];
    ret->is_tonnes = has_hint(&g, TRADE_WEIGHT, "TON") || has_hint(&g, TRADE_WEIGHT, "吨") ||
                     has_hint(&g, TRADE_WEIGHT, "ton");
    return trade_guess_values(a, s, ret);
}

/* ---- how the chosen columns write their values ---- */

static const struct err *guess_dates(struct arena *a, const struct trade_sample *s,
                                     struct trade_mapping *m)
{
    int column = m->place[TRADE_DATE] - 1, times = 0, minutes = -1;
    bool is_month_first = false, is_day_first = false, is_one_time = true;
    for (size_t r = 0; column >= 0 && r < s->row_count; r++) {
        struct trade_date d;
        str folded;
        TRY(text_fold(a, utf8_cut_bytes(s->rows[r][column], 64), &folded));
        if (!trade_date_parse(folded, TRADE_DAY_FIRST, &d))
            continue;
        is_day_first = is_day_first || d.first > 12;
        is_month_first = is_month_first || d.second > 12;
        if (!d.has_time)
            continue;
        is_one_time = is_one_time && (times == 0 || d.minutes == minutes);
        minutes = d.minutes;
        times++;
    }
    if (is_month_first != is_day_first)
        m->order = is_month_first ? TRADE_MONTH_FIRST : TRADE_DAY_FIRST;
    m->snaps = times > 0 && is_one_time && minutes >= 12 * 60;
    return NULL;
}

const struct err *trade_guess_values(struct arena *a, const struct trade_sample *s,
                                     struct trade_mapping *m)
{
    static const enum trade_field amounts[] = {TRADE_QUANTITY, TRADE_WEIGHT, TRADE_VALUE};
    size_t longest = 0, shorter = 0;
    char digits[16];
    TRY(guess_dates(a, s, m));
    for (size_t i = 0; i < COUNT(amounts); i++)
        for (size_t r = 0; m->place[amounts[i]] > 0 && r < s->row_count; r++)
            m->comma = m->comma || trade_decimal_shows_comma(s->rows[r][m->place[amounts[i]] - 1]);
    for (size_t r = 0; m->place[TRADE_HS] > 0 && r < s->row_count; r++)
        if (trade_hs_digits(s->rows[r][m->place[TRADE_HS] - 1], digits) &&
            str_c(digits).len > longest)
            longest = str_c(digits).len;
    for (size_t r = 0; m->place[TRADE_HS] > 0 && r < s->row_count; r++)
        shorter += trade_hs_digits(s->rows[r][m->place[TRADE_HS] - 1], digits) &&
                   str_c(digits).len + 1 == longest;
    m->hs_length = longest % 2 == 0 && shorter > 0 ? (int)longest : 0;
    return NULL;
}

/* ---- as text ---- */

const struct err *trade_mapping_write(struct arena *a, const struct trade_mapping *m, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(4));
    for (int f = 1; f < TRADE_FIELD_COUNT; f++)
        if (m->place[f] > 0)
            strbuf_addf(&sb, "%s=%d,", trade_field_names[f], m->place[f]);
    strbuf_addf(&sb, "order=%d,snaps=%d,comma=%d,tonnes=%d,hs_length=%d,money=%s", m->order,
                m->snaps, m->comma, m->is_tonnes, m->hs_length, m->currency);
    return strbuf_finish(&sb, ret);
}

static void read_one(struct trade_mapping *m, str name, str value)
{
    int64_t n = 0;
    if (str_eq(name, S("money")) && value.len == 3)
        for (size_t i = 0; i < 3; i++)
            m->currency[i] = value.ptr[i];
    if (!str_to_int(value, &n) || n < 0 || n > TRADE_COLUMNS_MAX)
        return;
    for (int f = 1; f < TRADE_FIELD_COUNT; f++)
        if (str_eq(name, str_c(trade_field_names[f])))
            m->place[f] = (int)n;
    if (str_eq(name, S("order")))
        m->order = n == TRADE_MONTH_FIRST ? TRADE_MONTH_FIRST : TRADE_DAY_FIRST;
    else if (str_eq(name, S("snaps")))
        m->snaps = n != 0;
    else if (str_eq(name, S("comma")))
        m->comma = n != 0;
    else if (str_eq(name, S("tonnes")))
        m->is_tonnes = n != 0;
    else if (str_eq(name, S("hs_length")))
        m->hs_length = (int)n;
}

void trade_mapping_read(str text, struct trade_mapping *ret)
{
    *ret = (struct trade_mapping){0};
    for (str rest = text; !str_is_empty(rest);) {
        str value = str_cut(&rest, ',');
        str name = str_cut(&value, '=');
        read_one(ret, str_trim(name), str_trim(value));
    }
}
