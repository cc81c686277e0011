/* Values as customs files write them: dates of every style, numbers with either decimal mark, HS
 * codes. Pure. */
#include "base/timefmt.h"
#include "trade/trade_part.h"

enum {
    TOKENS_MAX = 8,
    SERIAL_MIN = 20000,
    SERIAL_MAX = 80000,
    MANTISSA_DIGITS = 17,
    EXPONENT_MAX = 40
};

bool trade_is_nothing(str s)
{
    static const str words[] = {
        STR_INIT("null"),         STR_INIT("n/a"),        STR_INIT("na"),
        STR_INIT("none"),         STR_INIT("nil"),        STR_INIT("-"),
        STR_INIT("--"),           STR_INIT("#n/a"),       STR_INIT("undefined"),
        STR_INIT("unknown"),      STR_INIT("undeclared"), STR_INIT("not available"),
        STR_INIT("nan"),          STR_INIT("."),          STR_INIT("(blank)"),
        STR_INIT("not declared"), STR_INIT("无"),         STR_INIT("不详")};
    s = str_trim(s);
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq_nocase(s, words[i]))
            return true;
    return str_is_empty(s);
}

/* ---- dates ---- */

struct token {
    str word;                 /* letters; absent: a number */
    int64_t number;
    size_t digits;
    char before;              /* the character before it */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Folded month names of English, Spanish, Portuguese, French, Italian, German, Russian, Turkish;
 * three letters are enough where they tell. Longer beginnings stand first. */
static int month_of(str word)
{
    static const struct {
        str begins;
        int month;
    } months[] = {
        {STR_INIT("jan"), 1},  {STR_INIT("ene"), 1},  {STR_INIT("gen"), 1},  {STR_INIT("oca"), 1},
        {STR_INIT("янв"), 1},  {STR_INIT("feb"), 2},  {STR_INIT("fev"), 2},  {STR_INIT("sub"), 2},
        {STR_INIT("фев"), 2},  {STR_INIT("mart"), 3}, {STR_INIT("mar"), 3},  {STR_INIT("maer"), 3},
        {STR_INIT("мар"), 3},  {STR_INIT("apr"), 4},  {STR_INIT("abr"), 4},  {STR_INIT("avr"), 4},
        {STR_INIT("nis"), 4},  {STR_INIT("апр"), 4},  {STR_INIT("may"), 5},  {STR_INIT("mai"), 5},
        {STR_INIT("mag"), 5},  {STR_INIT("маи"), 5},  {STR_INIT("мая"), 5},  {STR_INIT("jun"), 6},
        {STR_INIT("juin"), 6}, {STR_INIT("giu"), 6},  {STR_INIT("haz"), 6},  {STR_INIT("июн"), 6},
        {STR_INIT("jul"), 7},  {STR_INIT("juil"), 7}, {STR_INIT("lug"), 7},  {STR_INIT("tem"), 7},
        {STR_INIT("июл"), 7},  {STR_INIT("aug"), 8},  {STR_INIT("ago"), 8},  {STR_INIT("aou"), 8},
        {STR_INIT("авг"), 8},  {STR_INIT("sep"), 9},  {STR_INIT("set"), 9},  {STR_INIT("eyl"), 9},
        {STR_INIT("сен"), 9},  {STR_INIT("oct"), 10}, {STR_INIT("out"), 10}, {STR_INIT("okt"), 10},
        {STR_INIT("ott"), 10}, {STR_INIT("eki"), 10}, {STR_INIT("окт"), 10}, {STR_INIT("nov"), 11},
        {STR_INIT("kas"), 11}, {STR_INIT("ноя"), 11}, {STR_INIT("dec"), 12}, {STR_INIT("dic"), 12},
        {STR_INIT("dez"), 12}, {STR_INIT("ara"), 12}, {STR_INIT("дек"), 12}};
    for (size_t i = 0; i < COUNT(months); i++)
        if (str_starts_nocase(word, months[i].begins))
            return months[i].month;
    return 0;
}

static bool is_filler(str word)
{
    static const str words[] = {
        STR_INIT("年"),   STR_INIT("月"),  STR_INIT("日"), STR_INIT("thang"),
        STR_INIT("ngay"), STR_INIT("nam"), STR_INIT("de"), STR_INIT("del"),
        STR_INIT("of"),   STR_INIT("t"),   STR_INIT("г"),  STR_INIT("th"),
        STR_INIT("st"),   STR_INIT("nd"),  STR_INIT("rd"), STR_INIT("z")};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq_nocase(word, words[i]))
            return true;
    return false;
}

/* -1: too many, or a word that is no month. */
static int tokenise(str s, struct token tokens[TOKENS_MAX])
{
    int count = 0;
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        if (!is_digit(s.ptr[i]) && !is_letter(s.ptr[i])) {
            i++;
            continue;
        }
        bool is_number = is_digit(s.ptr[i]);
        while (i < s.len && (is_number ? is_digit(s.ptr[i]) : is_letter(s.ptr[i])))
            i++;
        str text = str_sub(s, from, i - from);
        if (!is_number && is_filler(text))
            continue;
        if (count == TOKENS_MAX || text.len > 12)
            return -1;
        struct token *t = &tokens[count++];
        *t = (struct token){.digits = text.len, .before = from > 0 ? s.ptr[from - 1] : '\0'};
        if (is_number && !str_to_int(text, &t->number))
            return -1;
        if (!is_number) {
            t->word = text;
            t->number = month_of(text);
            if (t->number == 0)
                return -1;
        }
    }
    return count;
}

static bool make(int64_t year, int64_t month, int64_t day, bool is_month_only,
                 struct trade_date *ret)
{
    struct date d = {.year = (int)year, .month = (int)month, .day = is_month_only ? 1 : (int)day};
    if (year < 1970 || year > 2100 || month < 1 || month > 12 || day < 0 || day > 31 ||
        !date_is_valid(d))
        return false;
    ret->day = year * 10000 + month * 100 + (is_month_only ? 0 : day);
    return true;
}

static int64_t full_year(const struct token *t)
{
    return t->digits > 2 ? t->number : t->number >= 70 ? t->number + 1900 : t->number + 2000;
}

static bool from_one(const struct token *t, struct trade_date *ret)
{
    int64_t n = t->number;
    if (t->digits == 8)
        return make(n / 10000, n / 100 % 100, n % 100, false, ret);
    if (t->digits == 6)
        return make(n / 100, n % 100, 0, true, ret);
    if (t->digits != 5 || n < SERIAL_MIN || n > SERIAL_MAX)
        return false;
    struct date d = date_from_days(n - 25569); /* spreadsheets count from the last day of 1899 */
    return make(d.year, d.month, d.day, false, ret);
}

static bool from_three(const struct token *t, enum trade_date_order order, struct trade_date *ret)
{
    if (t[0].digits == 4)
        return make(t[0].number, t[1].number, t[2].number, false, ret);
    ret->first = (int)t[0].number;
    ret->second = (int)t[1].number;
    bool swaps = (order == TRADE_MONTH_FIRST && t[1].number <= 31 && t[0].number <= 12) ||
                 t[1].number > 12;
    return make(full_year(&t[2]), t[swaps ? 0 : 1].number, t[swaps ? 1 : 0].number, false, ret);
}

/* One of the tokens is a month's name. */
static bool from_words(const struct token *t, int count, int at, struct trade_date *ret)
{
    const struct token *numbers[2] = {NULL, NULL};
    int found = 0;
    for (int i = 0; i < count; i++)
        if (i != at && found < 2)
            numbers[found++] = &t[i];
    if (found == 0)
        return false;
    if (found == 1)
        return numbers[0]->digits != 3 && make(full_year(numbers[0]), t[at].number, 0, true, ret);
    bool is_year_first = numbers[0]->digits == 4;
    return make(full_year(numbers[is_year_first ? 0 : 1]), t[at].number,
                numbers[is_year_first ? 1 : 0]->number, false, ret);
}

/* Cuts "18:30:00.000Z" off. */
static str without_time(str s, struct trade_date *ret)
{
    ptrdiff_t colon = str_find_char(s, ':');
    if (colon < 0)
        return s;
    size_t from = (size_t)colon;
    while (from > 0 && is_digit(s.ptr[from - 1]) && (size_t)colon - from < 2)
        from--;
    str hours = str_sub(s, from, (size_t)colon - from), minutes = str_sub(s, (size_t)colon + 1, 2);
    int64_t h = 0, m = 0;
    if (!str_to_int(hours, &h) || !str_to_int(minutes, &m) || h > 24 || m > 59)
        return s;
    if (str_find(str_from(s, (size_t)colon), S("pm")) >= 0 && h < 12)
        h += 12;
    ret->has_time = true;
    ret->minutes = (int)(h * 60 + m);
    return str_sub(s, 0, from);
}

bool trade_date_parse(str folded, enum trade_date_order order, struct trade_date *ret)
{
    struct token tokens[TOKENS_MAX];
    *ret = (struct trade_date){0};
    str s = without_time(str_trim(folded), ret);
    int count = tokenise(s, tokens);
    for (int i = 0; i < count; i++)
        if (!str_is_absent(tokens[i].word))
            return from_words(tokens, count, i, ret);
    if (count == 2 && tokens[0].digits == 5 && tokens[1].before == '.')
        count = 1; /* a spreadsheet's day with its hour */
    if (count == 1)
        return from_one(&tokens[0], ret);
    if (count == 2 && tokens[0].digits == 4)
        return make(tokens[0].number, tokens[1].number, 0, true, ret);
    if (count == 2 && tokens[1].digits == 4)
        return make(tokens[1].number, tokens[0].number, 0, true, ret);
    return count == 3 && from_three(tokens, order, ret);
}

bool trade_day_is_valid(trade_day day)
{
    struct trade_date d;
    return make(day / 10000, day / 100 % 100, day % 100, day % 100 == 0, &d);
}

trade_day trade_day_next(trade_day day)
{
    if (day % 100 == 0 || !trade_day_is_valid(day))
        return day;
    struct date d = {
        .year = (int)(day / 10000), .month = (int)(day / 100 % 100), .day = (int)(day % 100)};
    d = date_add_days(d, 1);
    return (int64_t)d.year * 10000 + d.month * 100 + d.day;
}

/* ---- numbers ---- */

/* Where the decimal mark stands, or -1. */
static ptrdiff_t mark_at(str s, bool comma)
{
    ptrdiff_t dot = str_rfind_char(s, '.'), com = str_rfind_char(s, ',');
    if (dot >= 0 && com >= 0)
        return dot > com ? dot : com;
    if (dot >= 0)
        return str_find_char(s, '.') != dot || (comma && s.len - (size_t)dot == 4) ? -1 : dot;
    if (com >= 0 && str_find_char(s, ',') == com && (comma || s.len - (size_t)com != 4))
        return com;
    return -1;
}

bool trade_decimal_shows_comma(str s)
{
    s = str_trim(s);
    ptrdiff_t dot = str_rfind_char(s, '.'), com = str_rfind_char(s, ',');
    if (com < 0 || str_find_char(s, ',') != com)
        return false;
    return dot >= 0 ? dot < com : s.len - (size_t)com != 4;
}

/* "USD 12.5", "12.5 kg": letters and blanks around a number. */
static str bare_number(str s)
{
    size_t from = 0, to = s.len;
    while (from < to && !is_digit(s.ptr[from]) && s.ptr[from] != '-' && s.ptr[from] != '.' &&
           s.ptr[from] != ',')
        from++;
    while (to > from && !is_digit(s.ptr[to - 1]))
        to--;
    return str_sub(s, from, to - from);
}

static bool scale(int64_t mantissa, int shift, int64_t *ret)
{
    for (; shift > 0; shift--)
        if (__builtin_mul_overflow(mantissa, (int64_t)10, &mantissa))
            return false;
    for (; shift < -1 && mantissa != 0; shift++)
        mantissa /= 10;
    if (shift == -1)
        mantissa = (mantissa + 5) / 10;
    *ret = mantissa;
    return true;
}

bool trade_decimal_parse(str s, bool comma, int decimals, int64_t *ret)
{
    s = bare_number(s);
    ptrdiff_t e = str_find_char(s, 'E');
    if (e < 0)
        e = str_find_char(s, 'e');
    int64_t exponent = 0;
    if (e > 0) {
        str power = str_from(s, (size_t)e + 1);
        power = str_starts(power, S("+")) ? str_from(power, 1) : power;
        if (!str_to_int(power, &exponent) || exponent > EXPONENT_MAX || exponent < -EXPONENT_MAX)
            return false;
        s = str_sub(s, 0, (size_t)e);
    }
    bool is_negative = str_starts(s, S("-"));
    ptrdiff_t mark = mark_at(s, comma);
    int64_t mantissa = 0;
    int digits = 0, behind = 0, seen = 0;
    for (size_t i = is_negative ? 1 : 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (!is_digit(c)) {
            if (c != '.' && c != ',' && c != ' ' && c != '\'' && (unsigned char)c < 0x80)
                return false;
            continue;
        }
        seen++;
        bool is_behind = mark >= 0 && (ptrdiff_t)i > mark;
        if (digits >= MANTISSA_DIGITS) {
            behind -= !is_behind;
            continue;
        }
        digits += mantissa != 0 || c != '0';
        behind += is_behind;
        mantissa = mantissa * 10 + (c - '0');
    }
    if (seen == 0 || !scale(mantissa, (int)exponent - behind + decimals, ret))
        return false;
    *ret = is_negative ? -*ret : *ret;
    return true;
}

/* ---- HS codes ---- */

bool trade_hs_digits(str s, char ret[static 16])
{
    size_t len = 0;
    ptrdiff_t colon = str_find_char(s, ':'); /* "Classified: 7210.61" */
    s = str_trim(str_from(s, (size_t)(colon + 1)));
    if (str_ends(s, S(".0")) && s.len > 6 && str_find_char(s, '.') == (ptrdiff_t)s.len - 2)
        s = str_sub(s, 0, s.len - 2); /* a spreadsheet's number */
    for (size_t i = 0; i < s.len; i++) {
        if (is_digit(s.ptr[i])) {
            if (len == 14)
                return false;
            ret[len++] = s.ptr[i];
        } else if (s.ptr[i] != '.' && s.ptr[i] != ' ' && s.ptr[i] != '-' && s.ptr[i] != '\'') {
            return false;
        }
    }
    ret[len] = '\0';
    return len >= 2 && !(ret[0] == '0' && ret[1] == '0');
}
