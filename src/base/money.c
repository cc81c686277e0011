/* Amounts and the table of currencies. The table is ours: every code of ISO 4217 that is in use and
 * has a minor unit; metals, test codes and withdrawn currencies are left out, because no price is
 * ever in them.
 */
#include "base/money.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

__extension__ typedef __int128 wide;

struct currency_row {
    char code[4];
    int digits;
};

/* Sorted by code: found by bisection. */
static const struct currency_row currencies[] = {
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2},
    {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2},
    {"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2}, {"BZD", 2},
    {"CAD", 2}, {"CDF", 2}, {"CHE", 2}, {"CHF", 2}, {"CHW", 2}, {"CLF", 4}, {"CLP", 0}, {"CNY", 2},
    {"COP", 2}, {"COU", 2}, {"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2},
    {"DOP", 2}, {"DZD", 2}, {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2},
    {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2},
    {"HKD", 2}, {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"IQD", 3},
    {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2}, {"KGS", 2}, {"KHR", 2},
    {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2}, {"LBP", 2},
    {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2},
    {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2}, {"MXN", 2},
    {"MXV", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2},
    {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2},
    {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2},
    {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2}, {"SOS", 2}, {"SRD", 2},
    {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2}, {"THB", 2}, {"TJS", 2}, {"TMT", 2},
    {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2}, {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0},
    {"USD", 2}, {"USN", 2}, {"UYI", 0}, {"UYU", 2}, {"UYW", 4}, {"UZS", 2}, {"VED", 2}, {"VES", 2},
    {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XCG", 2}, {"XOF", 0}, {"XPF", 0},
    {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
};

static int compare_code(const void *code, const void *row)
{
    return memcmp(code, ((const struct currency_row *)row)->code, 3);
}

static const struct currency_row *currency_find(const char *code)
{
    return bsearch(code, currencies, COUNT(currencies), sizeof currencies[0], compare_code);
}

const struct err *currency_parse(struct arena *a, str code, struct currency *ret)
{
    struct currency c = {0};
    for (size_t i = 0; i < code.len && i < 3; i++) {
        char letter = code.ptr[i];
        c.code[i] = letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
    }
    if (code.len != 3 || currency_find(c.code) == NULL)
        return ERR(a, ERR_INVALID, "error.currency", "not a known currency: %.*s",
                   (int)(code.len < 8 ? code.len : 8), code.ptr == NULL ? "" : code.ptr);
    *ret = c;
    return NULL;
}

bool currency_eq(struct currency a, struct currency b)
{
    return memcmp(a.code, b.code, 3) == 0;
}

int currency_digits(struct currency c)
{
    const struct currency_row *row = currency_find(c.code);
    return row == NULL ? 2 : row->digits;
}

str currency_str(const struct currency *c)
{
    return str_c(c->code);
}

static const struct err *too_big(struct arena *a)
{
    return ERR(a, ERR_INVALID, "error.money_too_big", "amount does not fit in 64 bits");
}

static const struct err *check_same(struct arena *a, struct money x, struct money y)
{
    if (currency_eq(x.currency, y.currency))
        return NULL;
    return ERR(a, ERR_BUG, "error.bug", "amounts of different currencies: %.3s, %.3s",
               x.currency.code, y.currency.code);
}

const struct err *money_add(struct arena *a, struct money x, struct money y, struct money *ret)
{
    int64_t minor;
    TRY(check_same(a, x, y));
    if (__builtin_add_overflow(x.minor, y.minor, &minor))
        return too_big(a);
    *ret = (struct money){minor, x.currency};
    return NULL;
}

const struct err *money_sub(struct arena *a, struct money x, struct money y, struct money *ret)
{
    int64_t minor;
    TRY(check_same(a, x, y));
    if (__builtin_sub_overflow(x.minor, y.minor, &minor))
        return too_big(a);
    *ret = (struct money){minor, x.currency};
    return NULL;
}

const struct err *money_mul(struct arena *a, struct money x, int64_t times, struct money *ret)
{
    int64_t minor;
    if (__builtin_mul_overflow(x.minor, times, &minor))
        return too_big(a);
    *ret = (struct money){minor, x.currency};
    return NULL;
}

const struct err *money_ratio(struct arena *a, struct money x, int64_t numerator,
                              int64_t denominator, struct money *ret)
{
    if (denominator <= 0)
        return ERR(a, ERR_BUG, "error.bug", "ratio with denominator %lld", (long long)denominator);
    wide product = (wide)x.minor * numerator;
    wide quotient = product / denominator, rest = product % denominator;
    if ((rest < 0 ? -rest : rest) * 2 >= denominator)
        quotient += product < 0 ? -1 : 1;
    if (quotient < INT64_MIN || quotient > INT64_MAX)
        return too_big(a);
    *ret = (struct money){(int64_t)quotient, x.currency};
    return NULL;
}

struct share {
    wide remainder;
    size_t index;
};

/* Greatest remainder first; among equals the first part, so that a split is reproducible. */
static int compare_shares(const void *left, const void *right)
{
    const struct share *l = left, *r = right;
    if (l->remainder != r->remainder)
        return l->remainder > r->remainder ? -1 : 1;
    return (int)(l->index > r->index) - (int)(l->index < r->index);
}

const struct err *money_split(struct arena *a, struct money x, const int64_t *weights, size_t count,
                              int64_t *ret_parts)
{
    wide total = 0;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] < 0)
            return ERR(a, ERR_BUG, "error.bug", "negative weight");
        total += weights[i];
    }
    if (total == 0)
        return ERR(a, ERR_BUG, "error.bug", "nothing to split over");
    struct share *shares;
    TRY_NEW_ARRAY(a, shares, count);
    wide amount = x.minor < 0 ? -(wide)x.minor : x.minor, left = amount;
    int64_t sign = x.minor < 0 ? -1 : 1;
    for (size_t i = 0; i < count; i++) {
        wide product = amount * weights[i];
        wide part = product / total;
        shares[i] = (struct share){product % total, i};
        ret_parts[i] = (int64_t)(part * sign);
        left -= part;
    }
    qsort(shares, count, sizeof *shares, compare_shares);
    for (size_t i = 0; left > 0; i++, left--)
        ret_parts[shares[i].index] += sign;
    return NULL;
}

/* Digits before the decimal mark, with optional grouping: "1234" or "1,234". */
static bool whole_part_is_valid(str whole)
{
    if (str_find_char(whole, ',') < 0)
        return whole.len > 0;
    str rest = whole;
    bool first = true;
    while (!str_is_absent(rest)) {
        str group = str_cut(&rest, ',');
        if (first ? group.len < 1 || group.len > 3 : group.len != 3)
            return false;
        first = false;
    }
    return true;
}

/* Appends the digits of `text` to *value, which is kept negative: that range is the greater one. */
static bool take_digits(str text, int64_t *value)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ',')
            continue;
        if (c < '0' || c > '9' || __builtin_mul_overflow(*value, 10, value) ||
            __builtin_sub_overflow(*value, c - '0', value))
            return false;
    }
    return true;
}

const struct err *money_parse(struct arena *a, str text, struct currency c, struct money *ret)
{
    int64_t value = 0;
    int digits = currency_digits(c);
    bool negative = str_starts(text, S("-"));
    str fraction = negative ? str_from(text, 1) : text;
    str whole = str_cut(&fraction, '.');
    bool valid = whole_part_is_valid(whole) && take_digits(whole, &value);
    if (!str_is_absent(fraction))
        valid = valid && fraction.len > 0 && fraction.len <= (size_t)digits &&
                str_find_char(fraction, ',') < 0 && take_digits(fraction, &value);
    for (size_t i = fraction.len; valid && i < (size_t)digits; i++)
        valid = !__builtin_mul_overflow(value, 10, &value);
    if (valid && !negative)
        valid = !__builtin_sub_overflow(0, value, &value);
    if (!valid)
        return ERR(a, ERR_INVALID, "error.money", "not an amount in %.3s", c.code);
    *ret = (struct money){value, c};
    return NULL;
}

const struct err *money_format(struct arena *a, struct money x, str *ret)
{
    char text[32];
    size_t at = sizeof text;
    int digits = currency_digits(x.currency);
    uint64_t left = x.minor < 0 ? 0 - (uint64_t)x.minor : (uint64_t)x.minor;
    for (int i = 0; i <= digits || left > 0; i++) {
        if (i == digits && digits > 0)
            text[--at] = '.';
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (x.minor < 0)
        text[--at] = '-';
    return str_dup(a, (str){text + at, sizeof text - at}, ret);
}
