/* Duty: prices, numbers and dates as ICU would write them, but fast: the symbols and month names
 * are ICU's, the digits are set here. A test compares with ICU's own formatters. Invariant: no
 * allocation. Threads: caches are per thread.
 */
#include <unicode/ucurr.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

#include <string.h>

#include "base/timefmt.h"
#include "core/i18n.h"

enum { SYMBOL_MAX_BYTES = 16, MONTH_MAX_BYTES = 16, SYMBOLS_CACHED = 32 };

struct symbol {
    char code[4];
    enum language language;
    char text[SYMBOL_MAX_BYTES]; /* with the no-break space that follows letters */
    uint8_t len;
};

static const char *icu_name(enum language language)
{
    return language == LANGUAGE_ZH ? "zh" : "en";
}

static void read_symbol(struct symbol *s)
{
    UChar code[4], name[32];
    UErrorCode status = U_ZERO_ERROR;
    int32_t name_len = 0, len = 0;
    for (size_t i = 0; i < 4; i++)
        code[i] = (UChar)s->code[i];
    const UChar *found =
        ucurr_getName(code, icu_name(s->language), UCURR_SYMBOL_NAME, NULL, &name_len, &status);
    if (U_FAILURE(status) || name_len > 30) {
        found = code;
        name_len = 3;
    }
    u_memcpy(name, found, name_len);
    UChar last = name[name_len - 1];
    if ((last >= 'A' && last <= 'Z') || (last >= 'a' && last <= 'z'))
        name[name_len++] = 0xa0;
    status = U_ZERO_ERROR;
    u_strToUTF8(s->text, SYMBOL_MAX_BYTES, &len, name, name_len, &status);
    s->len = (uint8_t)(U_FAILURE(status) || len > SYMBOL_MAX_BYTES ? 0 : len);
}

static str symbol_of(struct currency c, enum language language)
{
    static _Thread_local struct symbol cache[SYMBOLS_CACHED];
    size_t slot = ((size_t)(unsigned char)c.code[0] * 31 + (size_t)(unsigned char)c.code[1] * 7 +
                   (size_t)(unsigned char)c.code[2] + (size_t)language) % SYMBOLS_CACHED;
    struct symbol *s = &cache[slot];
    if (s->language != language || memcmp(s->code, c.code, sizeof s->code) != 0) {
        *s = (struct symbol){.language = language};
        memcpy(s->code, c.code, sizeof s->code);
        read_symbol(s);
    }
    return (str){s->text, s->len};
}

/* Digits with ',' between groups of three; `decimals` of them after a point. Both languages agree.
 */
static void add_digits(struct strbuf *out, uint64_t n, int decimals)
{
    char text[40];
    size_t at = sizeof text;
    int digit = 0;
    do {
        if (digit == decimals && digit > 0)
            text[--at] = '.';
        else if (digit > decimals && (digit - decimals) % 3 == 0)
            text[--at] = ',';
        text[--at] = (char)('0' + n % 10);
        n /= 10;
        digit++;
    } while (n > 0 || digit <= decimals);
    strbuf_add(out, (str){text + at, sizeof text - at});
}

static uint64_t magnitude(int64_t n)
{
    return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

void locale_money(const struct locale *l, struct strbuf *out, struct money m)
{
    if (m.minor < 0)
        strbuf_add_char(out, '-');
    if (m.currency.code[0] != '\0')
        strbuf_add(out, symbol_of(m.currency, l->language));
    add_digits(out, magnitude(m.minor), currency_digits(m.currency));
}

void locale_number(const struct locale *l, struct strbuf *out, int64_t n)
{
    (void)l; /* English and Chinese group alike */
    if (n < 0)
        strbuf_add_char(out, '-');
    add_digits(out, magnitude(n), 0);
}

struct month_names {
    bool is_read;
    struct { char text[MONTH_MAX_BYTES]; } month[12];
};

static const char *month_name(int month)
{
    static _Thread_local struct month_names names;
    if (!names.is_read) {
        UErrorCode status = U_ZERO_ERROR;
        UDateFormat *format =
            udat_open(UDAT_DEFAULT, UDAT_DEFAULT, "en", NULL, 0, NULL, 0, &status);
        for (int i = 0; i < 12; i++) {
            UChar name[MONTH_MAX_BYTES];
            int32_t len = U_FAILURE(status) ? 0
                                            : udat_getSymbols(format, UDAT_SHORT_MONTHS, i, name,
                                                              MONTH_MAX_BYTES, &status);
            u_strToUTF8(names.month[i].text, MONTH_MAX_BYTES - 1, NULL, name,
                        U_FAILURE(status) ? 0 : len, &status);
        }
        if (format != NULL)
            udat_close(format);
        names.is_read = true;
    }
    return names.month[month - 1].text;
}

static void add_day(const struct locale *l, struct strbuf *out, struct date day)
{
    int this_year =
        time_split(l->now_ms + (int64_t)zone_offset_s(l->zone, l->now_ms) * SECOND_MS).date.year;
    if (l->language == LANGUAGE_ZH) {
        if (day.year != this_year)
            strbuf_addf(out, "%d年", day.year);
        strbuf_addf(out, "%d月%d日", day.month, day.day);
    } else {
        strbuf_addf(out, "%d %s", day.day, month_name(day.month));
        if (day.year != this_year)
            strbuf_addf(out, " %d", day.year);
    }
}

static void add_relative(const struct locale *l, struct strbuf *out, const char *key, int64_t n)
{
    str text = catalogue_plural(l->texts, l->language, key, n);
    ptrdiff_t hole = str_find(text, S("{0}"));
    if (hole < 0) {
        strbuf_add(out, text);
        return;
    }
    strbuf_add(out, str_sub(text, 0, (size_t)hole));
    strbuf_add_int(out, n);
    strbuf_add(out, str_from(text, (size_t)hole + 3));
}

/* False beyond a week: then a date says more. */
static bool add_ago(const struct locale *l, struct strbuf *out, int64_t ms)
{
    bool is_past = ms <= l->now_ms;
    uint64_t apart =
        is_past ? (uint64_t)l->now_ms - (uint64_t)ms : (uint64_t)ms - (uint64_t)l->now_ms;
    if (apart >= 7 * (uint64_t)DAY_MS)
        return false;
    int64_t distance = (int64_t)apart;
    if (distance < MINUTE_MS)
        strbuf_add(out, locale_text(l, is_past ? "time.now" : "time.soon"));
    else if (distance < HOUR_MS)
        add_relative(l, out, is_past ? "time.minutes_ago" : "time.in_minutes",
                     distance / MINUTE_MS);
    else if (distance < DAY_MS)
        add_relative(l, out, is_past ? "time.hours_ago" : "time.in_hours", distance / HOUR_MS);
    else
        add_relative(l, out, is_past ? "time.days_ago" : "time.in_days", distance / DAY_MS);
    return true;
}

void locale_date(const struct locale *l, struct strbuf *out, int64_t ms, enum html_date_style style)
{
    if (style == HTML_DATE_AGO && add_ago(l, out, ms))
        return;
    struct time_parts parts = time_split(ms + (int64_t)zone_offset_s(l->zone, ms) * SECOND_MS);
    add_day(l, out, parts.date);
    if (style == HTML_DATE_TIME)
        strbuf_addf(out, "%s%02d:%02d", l->language == LANGUAGE_ZH ? " " : ", ", parts.hour,
                    parts.minute);
}
