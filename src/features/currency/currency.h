/* currency: the currencies a shop sells in beside its own. Each has a rate that the shop sets and a
 * rule by which converted prices are rounded; a variant may have a fixed price in it instead.
 * Never a float: rates are int64 millionths, sums are checked.
 * Not here: what an order costs (price), formats (core/i18n).
 */
#ifndef CURRENCY_CURRENCY_H
#define CURRENCY_CURRENCY_H

#include "catalog/catalog.h"
#include "core/feature.h"
#include "shop/shop.h"

enum { CURRENCIES_MAX = 30, RATE_ONE = 1000000 };

enum currency_rounding {
    CURRENCY_ROUNDING_UNSET = 0,
    CURRENCY_EXACT,           /* to the minor unit, half away from zero */
    CURRENCY_UP_TO_90,        /* 21.05 -> 21.90; without decimals, a whole unit */
    CURRENCY_UP_TO_99,
    CURRENCY_UP_TO_WHOLE,
    CURRENCY_UP_TO_TEN,       /* 2,613 -> 2,620 */
    CURRENCY_ROUNDING_COUNT
};

struct shop_rate {
    struct currency base, currency;
    int64_t rate_micros;      /* units of currency for one unit of base, in millionths; > 0 */
    enum currency_rounding rounding;
};

/* Without the shop's own, by code. */
const struct err *currency_rates(struct tx *tx, struct arena *a, const struct shop *shop,
                                 struct shop_rate **ret, size_t *ret_count) MUST_CHECK;
/* What a buyer asks for ("usd"): that of the shop when it sells in it, else the shop's own currency
 * at the rate of one. */
const struct err *currency_rate_for(struct tx *tx, struct arena *a, const struct shop *shop,
                                    str wanted, struct shop_rate *ret) MUST_CHECK;
/* All at once; rate 1 micro to 10^12. INVALID currency.bad_rate (arg: the code),
 * currency.bad_currency, currency.twice (arg). Audited; emits shop.changed. */
const struct err *currency_rates_set(struct turn *t, struct shop_id shop,
                                     const struct shop_rate *rates, size_t count) MUST_CHECK;

/* A variant's price of `base_minor` in the currency of the rate: fixed, else converted and rounded.
 */
const struct err *currency_price(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct variant_id variant, int64_t base_minor,
                                 const struct shop_rate *rate, int64_t *ret_minor) MUST_CHECK;
/* price_minor -1: no fixed price. NOT_FOUND for another shop's variant. */
const struct err *currency_price_set(struct turn *t, struct shop_id shop,
                                     struct variant_id variant, struct currency currency,
                                     int64_t price_minor) MUST_CHECK;

/* What the reader of a page chose, in capitals: query `currency`, else the cookie of that name;
 * absent when neither is a currency. */
str currency_chosen(struct web *w);

/* ---- pure ---- */

/* base_minor in the other currency, to the minor unit. INVALID error.money_too_big. */
const struct err *currency_convert(struct arena *a, const struct shop_rate *rate,
                                   int64_t base_minor, int64_t *ret_minor) MUST_CHECK;
/* The way back: what an amount of an order is worth in the shop's own currency. */
const struct err *currency_base(struct arena *a, const struct shop_rate *rate, int64_t minor,
                                int64_t *ret_base_minor) MUST_CHECK;
/* Rounds a converted price by the rule; 0 stays 0. */
const struct err *currency_round(struct arena *a, const struct shop_rate *rate, int64_t minor,
                                 int64_t *ret_minor) MUST_CHECK;

extern const struct feature currency_feature;

#endif
