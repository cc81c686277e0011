/* The table of rates and the shop's numbers as they are stored. */
#include "tax/tax.h"

#include "base/utf8.h"
#include "core/audit.h"
#include "core/i18n.h"
#include "tax/tax_sql.h"

static const struct tax_terms no_terms = {.rounding = TAX_PER_ORDER, .vat_id = STR_INIT(""),
                                          .ioss_number = STR_INIT("")};

static void fill_rates(const struct tax_rate_rows_row *rows, size_t count, struct tax_rate *ret)
{
    for (size_t i = 0; i < count; i++)
        ret[i] = (struct tax_rate){.country = rows[i].country,
                                   .region = rows[i].region,
                                   .is_included = rows[i].is_included,
                                   .standard_bp = (int)rows[i].standard_bp,
                                   .reduced_bp = (int)rows[i].reduced_bp,
                                   .suggested_day = rows[i].suggested_day};
}

const struct err *tax_terms_get(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct tax_terms *ret)
{
    struct tax_shop_row_row row;
    bool is_found;
    *ret = no_terms;
    TRY(tax_shop_row(tx, a, shop, &row, &is_found));
    if (is_found)
        *ret = (struct tax_terms){.rounding = (enum tax_rounding)row.rounding,
                                  .vat_id = row.vat_id,
                                  .reverse_charge = row.reverse_charge,
                                  .ioss_number = row.ioss_number,
                                  .ioss_limit_minor = row.ioss_limit_minor};
    return NULL;
}

const struct err *tax_rates(struct tx *tx, struct arena *a, struct shop_id shop,
                            struct tax_rate **ret, size_t *ret_count)
{
    struct tax_rate_rows_row *rows;
    TRY(tax_rate_rows(tx, a, shop, TAX_RATES_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    fill_rates(rows, *ret_count, *ret);
    return NULL;
}

const struct err *tax_for(struct tx *tx, struct arena *a, struct shop_id shop,
                          const struct tax_case *c, bool *ret_has_rates,
                          enum tax_rounding *ret_rounding, struct tax_answer *ret)
{
    struct tax_rate_rows_row *rows;
    struct tax_rates_any_row any;
    struct tax_rate *rates;
    struct tax_terms terms;
    size_t count;
    TRY(tax_rate_for(tx, a, shop, c->country, 100, &rows, &count));
    *ret_has_rates = count > 0;
    if (count == 0)
        TRY(tax_rates_any(tx, a, shop, &any, ret_has_rates));
    if (!*ret_has_rates)
        return NULL;
    TRY_NEW_ARRAY(a, rates, count);
    fill_rates(rows, count, rates);
    TRY(tax_terms_get(tx, a, shop, &terms));
    *ret_rounding = terms.rounding;
    tax_decide(&terms, tax_rate_choose(rates, count, c->country, c->region), c, ret);
    return NULL;
}

/* ---- changing ---- */

static const struct err *tell(struct turn *t, struct shop_id shop, const char *action)
{
    TRY(audit_write(t, &(struct audit){.shop_id = shop, .action = action, .subject_id = shop.v}));
    return event_emit(t, &(struct event){.kind = "shop.changed", .version = 1, .shop_id = shop,
                                         .subject_id = shop.v, .actor = t->actor});
}

static const struct err *refuse(struct arena *a, const char *key, const char *field, str arg)
{
    const struct err *e = err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
    return str_is_absent(arg) ? e : err_with_arg(a, e, arg);
}

/* Letters and digits only; "" when nothing was typed. */
static const struct err *read_number(struct arena *a, str typed, const char *field, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, TAX_NUMBER_MAX + 1);
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        bool is_small = c >= 'a' && c <= 'z';
        if (c == ' ' || c == '.' || c == '-')
            continue;
        if ((!is_small && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) ||
            out.len == TAX_NUMBER_MAX)
            return refuse(a, "tax.bad_number", field, STR_NONE);
        strbuf_add_char(&out, (char)(is_small ? c - 32 : c));
    }
    return strbuf_finish(&out, ret);
}

/* IM and ten digits. */
static bool is_ioss(str number)
{
    if (number.len != 12 || !str_starts(number, S("IM")))
        return false;
    for (size_t i = 2; i < number.len; i++)
        if (number.ptr[i] < '0' || number.ptr[i] > '9')
            return false;
    return true;
}

const struct err *tax_terms_set(struct turn *t, struct shop_id shop, const struct tax_terms *in)
{
    struct arena *a = t->arena;
    struct tax_terms old;
    str vat_id, ioss;
    if (in->rounding != TAX_PER_ORDER && in->rounding != TAX_PER_LINE)
        return refuse(a, "error.bad_type", "rounding", STR_NONE);
    TRY(read_number(a, in->vat_id, "vat_id", &vat_id));
    TRY(read_number(a, in->ioss_number, "ioss_number", &ioss));
    if (ioss.len > 0 && !is_ioss(ioss))
        return refuse(a, "tax.bad_ioss", "ioss_number", STR_NONE);
    if (in->ioss_limit_minor < 0 || (ioss.len > 0 && in->ioss_limit_minor == 0))
        return refuse(a, "tax.bad_limit", "ioss_limit", STR_NONE);
    TRY(tax_terms_get(t->tx, a, shop, &old));
    if (old.rounding == in->rounding && str_eq(old.vat_id, vat_id) &&
        old.reverse_charge == in->reverse_charge && str_eq(old.ioss_number, ioss) &&
        old.ioss_limit_minor == in->ioss_limit_minor)
        return NULL;
    TRY(tax_shop_put(t->tx, a, shop, in->rounding, vat_id, in->reverse_charge, ioss,
                     in->ioss_limit_minor));
    return tell(t, shop, "tax.terms_set");
}

static const struct err *check_rate(struct arena *a, const struct tax_rate *rates, size_t i)
{
    const struct tax_rate *r = &rates[i];
    if (r->country.len != 2 || !country_exists(r->country) || r->standard_bp < 0 ||
        r->standard_bp > 10000 || r->reduced_bp < 0 || r->reduced_bp > 10000 ||
        utf8_count(r->region) > TAX_REGION_MAX || !utf8_is_title(r->region))
        return refuse(a, "tax.bad_rate", "rates", r->country);
    for (size_t k = 0; k < i; k++)
        if (str_eq(rates[k].country, r->country) && str_eq_nocase(rates[k].region, r->region))
            return refuse(a, "tax.rate_twice", "rates", r->country);
    return NULL;
}

const struct err *tax_rates_set(struct turn *t, struct shop_id shop, const struct tax_rate *rates,
                                size_t count)
{
    if (count > TAX_RATES_MAX)
        return ERR(t->arena, ERR_LIMIT, "tax.too_many", "%zu rates", count);
    for (size_t i = 0; i < count; i++)
        TRY(check_rate(t->arena, rates, i));
    TRY(tax_rates_clear(t->tx, t->arena, shop));
    for (size_t i = 0; i < count; i++)
        TRY(tax_rate_insert(t->tx, t->arena, shop, rates[i].country, rates[i].region,
                            rates[i].is_included, rates[i].standard_bp, rates[i].reduced_bp,
                            str_is_absent(rates[i].suggested_day) ? S("")
                                                                  : rates[i].suggested_day));
    return tell(t, shop, "tax.rates_set");
}
