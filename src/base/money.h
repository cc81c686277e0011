/* Money: int64 minor units with an ISO 4217 currency. Never a float, never unchecked arithmetic.
 * Two currencies never mix: an operation on different ones is a BUG error.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/err.h"

struct currency {
    char code[4]; /* "EUR", upper case, NUL-terminated; "" means unset */
};

struct money {
    int64_t minor;
    struct currency currency;
};

/* INVALID (error.currency) for anything but a known ISO 4217 code (case-insensitive). */
const struct err *currency_parse(struct arena *a, str code, struct currency *ret) MUST_CHECK;
bool currency_eq(struct currency a, struct currency b);
int currency_digits(struct currency c); /* minor-unit digits: JPY 0, EUR 2, KWD 3; 2 when unset */
str currency_str(const struct currency *c);

/* INVALID (error.money_too_big) when a result leaves int64. */
const struct err *money_add(struct arena *a, struct money x, struct money y,
                            struct money *ret) MUST_CHECK;
const struct err *money_sub(struct arena *a, struct money x, struct money y,
                            struct money *ret) MUST_CHECK;
const struct err *money_mul(struct arena *a, struct money x, int64_t times,
                            struct money *ret) MUST_CHECK;
/* x * numerator / denominator, rounded half away from zero; 128-bit inside. denominator > 0. */
const struct err *money_ratio(struct arena *a, struct money x, int64_t numerator,
                              int64_t denominator, struct money *ret) MUST_CHECK;
/* Splits x over `count` weights (>= 0, not all 0) by largest remainder; the parts sum to x. */
const struct err *money_split(struct arena *a, struct money x, const int64_t *weights, size_t count,
                              int64_t *ret_parts) MUST_CHECK;
/* "12.34", "-0.5", "1,234.50" by the currency's digits: INVALID if there are more decimals than the
 * currency has, or other characters. Only '.' is a decimal mark; ',' between digit groups of 3. */
const struct err *money_parse(struct arena *a, str text, struct currency c,
                              struct money *ret) MUST_CHECK;
/* "1234.50" without grouping or symbol: for JSON, CSV, forms. Pages use core/i18n. */
const struct err *money_format(struct arena *a, struct money x, str *ret) MUST_CHECK;

#endif
