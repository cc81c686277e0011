/* Cells as other systems write them: amounts, weights, paths, escaped lines. Pure. See
 * import_format.h. */
#include "catalog_import/import_format.h"

enum { VALUE_MAX = 60, DIGITS_MAX = 6, PARTS = 10000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Which of the marks is the decimal one: the last, unless it stands several times or splits groups
 * of three. */
static char decimal_mark(str text, bool has_decimal_comma)
{
    ptrdiff_t dot = str_rfind_char(text, '.'), comma = str_rfind_char(text, ',');
    char last = dot > comma ? '.' : ',';
    ptrdiff_t at = dot > comma ? dot : comma;
    size_t times = 0;
    if (at < 0)
        return '\0';
    for (size_t i = 0; i < text.len; i++)
        times += text.ptr[i] == last;
    if (dot >= 0 && comma >= 0)
        return times == 1 ? last : '\0';
    bool is_group = text.len - (size_t)at == 4 && at > 0 && !(at == 1 && text.ptr[0] == '0');
    if (times > 1)
        return '\0';
    return last == ',' && is_group && !has_decimal_comma ? '\0' : last;
}

/* The number alone, "." before its decimals; false when something else stands in it. */
static bool take_number(str text, bool has_decimal_comma, struct strbuf *sb)
{
    char mark = decimal_mark(text, has_decimal_comma);
    bool has_digit = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_digit(c) || (c == '-' && i == 0))
            strbuf_add_char(sb, c);
        else if (c == mark)
            strbuf_add_char(sb, '.');
        else if (c != ',' && c != '.' && c != '\'' && c != ' ')
            return false;
        has_digit = has_digit || is_digit(c);
    }
    return has_digit;
}

/* Takes signs and words from both ends; what is left is trimmed. A word of three letters is a
 * currency's code. */
static str strip_signs(str text, str *ret_code)
{
    *ret_code = S("");
    for (;;) {
        size_t letters = 0;
        text = str_trim(text);
        while (letters < text.len && is_letter(text.ptr[letters]))
            letters++;
        if (letters == 3)
            *ret_code = str_sub(text, 0, 3);
        if (letters > 0) {
            text = str_from(text, letters);
        } else if (text.len > 0 && !is_digit(text.ptr[0]) && text.ptr[0] != '-' &&
                   text.ptr[0] != '.' && text.ptr[0] != ',') {
            text = str_from(text, 1);
        } else {
            break;
        }
    }
    while (text.len > 0 && !is_digit(text.ptr[text.len - 1]) && text.ptr[text.len - 1] != '.') {
        size_t from = text.len;
        while (from > 0 && is_letter(text.ptr[from - 1]))
            from--;
        if (text.len - from == 3)
            *ret_code = str_from(text, from);
        text = str_trim(str_sub(text, 0, from < text.len ? from : text.len - 1));
    }
    return text;
}

const struct err *import_value_amount(struct arena *a, str text, struct currency currency,
                                      bool has_decimal_comma, str *ret, bool *ret_is_other)
{
    struct strbuf sb;
    str code;
    *ret = text = str_trim(text);
    *ret_is_other = false;
    if (text.len > VALUE_MAX)
        return NULL;
    str number = strip_signs(text, &code);
    strbuf_init(&sb, a, VALUE_MAX);
    if (!take_number(number, has_decimal_comma, &sb))
        return NULL;
    *ret_is_other = code.len == 3 && !str_eq_nocase(code, currency_str(&currency));
    return strbuf_finish(&sb, ret);
}

/* In ten-thousandths. */
static bool to_parts(str number, int64_t *ret)
{
    str rest = number, whole = str_cut(&rest, '.');
    int64_t parts = 0, place = PARTS / 10;
    if (whole.len > DIGITS_MAX || (whole.len > 0 && !str_to_int(whole, &parts)) || parts < 0)
        return false;
    parts *= PARTS;
    for (size_t i = 0; i < rest.len; i++, place /= 10) {
        if (!is_digit(rest.ptr[i]))
            return false;
        parts += place * (rest.ptr[i] - '0');
    }
    *ret = parts;
    return true;
}

const struct err *import_value_grams(struct arena *a, str text, str unit, bool has_decimal_comma,
                                     str *ret)
{
    /* Hundredths of a milligram per unit. */
    static const struct {
        str name;
        int64_t weight;
    } units[] = {{STR_INIT("kg"), 100000000},
                 {STR_INIT("kgs"), 100000000},
                 {STR_INIT("g"), 100000},
                 {STR_INIT("gr"), 100000},
                 {STR_INIT("grams"), 100000},
                 {STR_INIT("lb"), 45359237},
                 {STR_INIT("lbs"), 45359237},
                 {STR_INIT("oz"), 2834952},
                 {STR_INIT("mg"), 100},
                 {STR_INIT("\xe5\x85\x8b"), 100000},
                 {STR_INIT("\xe5\x8d\x83\xe5\x85\x8b"), 100000000},
                 {STR_INIT("\xe5\x85\xac\xe6\x96\xa4"), 100000000}};
    struct strbuf sb;
    str number;
    int64_t parts;
    *ret = text = str_trim(text);
    if (text.len == 0 || text.len > VALUE_MAX)
        return NULL;
    size_t end = 0;
    while (end < text.len &&
           (is_digit(text.ptr[end]) || text.ptr[end] == '.' || text.ptr[end] == ','))
        end++;
    str own = str_trim(str_from(text, end));
    strbuf_init(&sb, a, VALUE_MAX);
    if (!take_number(str_sub(text, 0, end), has_decimal_comma, &sb))
        return NULL;
    TRY(strbuf_finish(&sb, &number));
    if (!to_parts(number, &parts))
        return NULL;
    for (size_t i = 0; i < COUNT(units); i++) {
        if (!str_eq_nocase(own.len > 0 ? own : unit, units[i].name))
            continue;
        return str_fmt(a, ret, "%lld",
                       (long long)((parts * units[i].weight / PARTS + 50000) / 100000));
    }
    return NULL;
}

str import_value_path_end(str text)
{
    str path = text, last;
    ptrdiff_t comma = str_find(path, S(", "));
    if (comma >= 0)
        path = str_sub(path, 0, (size_t)comma);
    ptrdiff_t bar = str_find_char(path, '|');
    if (bar >= 0)
        path = str_sub(path, 0, (size_t)bar);
    last = str_from(path, (size_t)(str_rfind_char(path, '>') + 1));
    return str_trim(last);
}

const struct err *import_value_lines(struct arena *a, str text, str *ret)
{
    struct strbuf sb;
    *ret = text;
    if (str_find(text, S("\\n")) < 0)
        return NULL;
    strbuf_init(&sb, a, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        bool is_mark = text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'n';
        strbuf_add_char(&sb, is_mark ? '\n' : text.ptr[i]);
        i += is_mark;
    }
    return strbuf_finish(&sb, ret);
}
