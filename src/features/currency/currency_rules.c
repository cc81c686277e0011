/* Converting and rounding: integers only. */
#include "currency/currency.h"

__extension__ typedef __int128 wide;

static wide power10(int digits)
{
    wide p = 1;
    while (digits-- > 0)
        p *= 10;
    return p;
}

/* x * up / down, half away from zero; x may be negative, down > 0. */
static const struct err *ratio(struct arena *a, int64_t x, wide up, wide down, int64_t *ret)
{
    wide product = (wide)x * up, half = down / 2;
    wide rounded = product >= 0 ? (product + half) / down : -((-product + half) / down);
    /* An odd `down` has no exact half, and an even one carries it upwards: both away from zero. */
    if (rounded > INT64_MAX || rounded < INT64_MIN)
        return ERR(a, ERR_INVALID, "error.money_too_big", "converted");
    *ret = (int64_t)rounded;
    return NULL;
}

const struct err *currency_convert(struct arena *a, const struct shop_rate *rate,
                                   int64_t base_minor, int64_t *ret_minor)
{
    return ratio(a, base_minor, rate->rate_micros * power10(currency_digits(rate->currency)),
                 RATE_ONE * power10(currency_digits(rate->base)), ret_minor);
}

const struct err *currency_base(struct arena *a, const struct shop_rate *rate, int64_t minor,
                                int64_t *ret_base_minor)
{
    return ratio(a, minor, RATE_ONE * power10(currency_digits(rate->base)),
                 rate->rate_micros * power10(currency_digits(rate->currency)), ret_base_minor);
}

/* The smallest number of the form k * step + tail that is not below x. */
static const struct err *up_to(struct arena *a, int64_t x, int64_t step, int64_t tail, int64_t *ret)
{
    wide k = ((wide)x - tail + step - 1) / step;
    wide y = (x <= tail ? 0 : k) * step + tail;
    if (y > INT64_MAX)
        return ERR(a, ERR_INVALID, "error.money_too_big", "rounded");
    *ret = (int64_t)y;
    return NULL;
}

const struct err *currency_round(struct arena *a, const struct shop_rate *rate, int64_t minor,
                                 int64_t *ret_minor)
{
    int64_t whole = (int64_t)power10(currency_digits(rate->currency));
    *ret_minor = minor;
    if (minor <= 0)
        return NULL;
    switch (rate->rounding) {
    case CURRENCY_UP_TO_90: return up_to(a, minor, whole, whole / 10 * 9, ret_minor);
    case CURRENCY_UP_TO_99: return up_to(a, minor, whole, whole / 100 * 99, ret_minor);
    case CURRENCY_UP_TO_WHOLE: return up_to(a, minor, whole, 0, ret_minor);
    case CURRENCY_UP_TO_TEN: return up_to(a, minor, whole * 10, 0, ret_minor);
    case CURRENCY_EXACT:
    case CURRENCY_ROUNDING_UNSET:
    case CURRENCY_ROUNDING_COUNT: break;
    }
    return NULL;
}
