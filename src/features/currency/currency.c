/* Rates and fixed prices as they are stored. */
#include "currency/currency.h"

#include "core/audit.h"
#include "currency/currency_sql.h"

static const struct err *fill(struct arena *a, const struct shop *shop,
                              const struct currency_rows_row *row, struct shop_rate *ret)
{
    *ret = (struct shop_rate){.base = shop->currency,
                              .rate_micros = row->rate_micros,
                              .rounding = (enum currency_rounding)row->rounding};
    return currency_parse(a, row->currency, &ret->currency);
}

const struct err *currency_rates(struct tx *tx, struct arena *a, const struct shop *shop,
                                 struct shop_rate **ret, size_t *ret_count)
{
    struct currency_rows_row *rows;
    TRY(currency_rows(tx, a, shop->id, CURRENCIES_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        TRY(fill(a, shop, &rows[i], &(*ret)[i]));
    return NULL;
}

const struct err *currency_rate_for(struct tx *tx, struct arena *a, const struct shop *shop,
                                    str wanted, struct shop_rate *ret)
{
    struct currency_rows_row row;
    struct currency asked;
    bool is_found;
    *ret = (struct shop_rate){.base = shop->currency,
                              .currency = shop->currency,
                              .rate_micros = RATE_ONE,
                              .rounding = CURRENCY_EXACT};
    if (str_is_empty(wanted) || currency_parse(a, wanted, &asked) != NULL ||
        currency_eq(asked, shop->currency))
        return NULL;
    TRY(currency_row(tx, a, shop->id, currency_str(&asked), &row, &is_found));
    return is_found ? fill(a, shop, &row, ret) : NULL;
}

const struct err *currency_price(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct variant_id variant, int64_t base_minor,
                                 const struct shop_rate *rate, int64_t *ret_minor)
{
    struct currency_price_row_row row;
    bool is_found;
    *ret_minor = base_minor;
    if (currency_eq(rate->currency, rate->base))
        return NULL;
    TRY(currency_price_row(tx, a, shop, variant, currency_str(&rate->currency), &row, &is_found));
    if (is_found) {
        *ret_minor = row.price_minor;
        return NULL;
    }
    TRY(currency_convert(a, rate, base_minor, ret_minor));
    return currency_round(a, rate, *ret_minor, ret_minor);
}

/* ---- changing ---- */

static const struct err *tell(struct turn *t, struct shop_id shop, const char *action, int64_t id)
{
    TRY(audit_write(t, &(struct audit){.shop_id = shop, .action = action, .subject_id = id}));
    return event_emit(t, &(struct event){.kind = "shop.changed", .version = 1, .shop_id = shop,
                                         .subject_id = shop.v, .actor = t->actor});
}

static const struct err *refuse(struct arena *a, const char *key, const char *field, str arg)
{
    return err_with_arg(a, err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field), arg);
}

const struct err *currency_rates_set(struct turn *t, struct shop_id shop_id,
                                     const struct shop_rate *rates, size_t count)
{
    struct arena *a = t->arena;
    struct shop shop;
    if (count > CURRENCIES_MAX)
        return ERR(a, ERR_LIMIT, "currency.too_many", "%zu", count);
    TRY(shop_get(t->tx, a, shop_id, &shop));
    for (size_t i = 0; i < count; i++) {
        const struct shop_rate *r = &rates[i];
        if (r->rate_micros < 1 || r->rate_micros > (int64_t)RATE_ONE * RATE_ONE ||
            r->rounding <= CURRENCY_ROUNDING_UNSET || r->rounding >= CURRENCY_ROUNDING_COUNT)
            return refuse(a, "currency.bad_rate", "rates", currency_str(&r->currency));
        if (currency_eq(r->currency, shop.currency))
            return refuse(a, "currency.twice", "rates", currency_str(&r->currency));
        for (size_t k = 0; k < i; k++)
            if (currency_eq(r->currency, rates[k].currency))
                return refuse(a, "currency.twice", "rates", currency_str(&r->currency));
    }
    TRY(currency_clear(t->tx, a, shop_id));
    for (size_t i = 0; i < count; i++)
        TRY(currency_insert(t->tx, a, shop_id, currency_str(&rates[i].currency),
                            rates[i].rate_micros, rates[i].rounding));
    return tell(t, shop_id, "currency.rates_set", shop_id.v);
}

const struct err *currency_price_set(struct turn *t, struct shop_id shop,
                                     struct variant_id variant, struct currency currency,
                                     int64_t price_minor)
{
    struct variant found;
    TRY(catalog_variant(t->tx, t->arena, shop, variant, &found));
    if (price_minor < 0)
        TRY(currency_price_delete(t->tx, t->arena, shop, variant, currency_str(&currency)));
    else
        TRY(currency_price_put(t->tx, t->arena, shop, variant, currency_str(&currency),
                               price_minor));
    return tell(t, shop, "currency.price_set", variant.v);
}

/* ---- what the reader chose ---- */

str currency_chosen(struct web *w)
{
    struct currency c;
    str wanted = web_query(w, "currency"), kept;
    if (wanted.len != 3 || currency_parse(w->arena, wanted, &c) != NULL) {
        wanted = w->currency;
        if (str_is_absent(wanted) || currency_parse(w->arena, wanted, &c) != NULL)
            return STR_NONE;
    }
    return str_dup(w->arena, currency_str(&c), &kept) == NULL ? kept : STR_NONE;
}
