/* Who is taxed where, and what VAT ids look like. */
#include "base/strbuf.h"
#include "core/i18n.h"
#include "tax/tax.h"

/* Standard and one reduced rate that physical goods fall under, as published for the day of
 * TAX_SUGGESTED_DAY; forms of VAT ids: 9 digit, A letter, X either, alternatives by '|'. */
struct member {
    const char *country, *prefix, *forms;
    int standard_bp, reduced_bp;
};

static const struct member members[] = {
    {"AT", "AT", "U99999999", 2000, 1000},
    {"BE", "BE", "9999999999", 2100, 600},
    {"BG", "BG", "999999999|9999999999", 2000, 900},
    {"CY", "CY", "99999999A", 1900, 900},
    {"CZ", "CZ", "99999999|999999999|9999999999", 2100, 1200},
    {"DE", "DE", "999999999", 1900, 700},
    {"DK", "DK", "99999999", 2500, 2500},
    {"EE", "EE", "999999999", 2400, 900},
    {"ES", "ES", "X9999999X", 2100, 1000},
    {"FI", "FI", "99999999", 2550, 1400},
    {"FR", "FR", "XX999999999", 2000, 550},
    {"GR", "EL", "999999999", 2400, 1300},
    {"HR", "HR", "99999999999", 2500, 1300},
    {"HU", "HU", "99999999", 2700, 1800},
    {"IE", "IE", "9999999A|9999999AA|9X99999A", 2300, 1350},
    {"IT", "IT", "99999999999", 2200, 1000},
    {"LT", "LT", "999999999|999999999999", 2100, 900},
    {"LU", "LU", "99999999", 1700, 800},
    {"LV", "LV", "99999999999", 2100, 1200},
    {"MT", "MT", "99999999", 1800, 500},
    {"NL", "NL", "999999999B99", 2100, 900},
    {"PL", "PL", "9999999999", 2300, 800},
    {"PT", "PT", "999999999", 2300, 600},
    {"RO", "RO", "99|999|9999|99999|999999|9999999|99999999|999999999|9999999999", 2100, 1100},
    {"SE", "SE", "999999999999", 2500, 1200},
    {"SI", "SI", "99999999", 2200, 950},
    {"SK", "SK", "9999999999", 2300, 1900},
};
/* Not of the EU, but with forms that are asked for. */
static const struct member others[] = {
    {"GB", "GB", "999999999|999999999999", 0, 0},
    {"CH", "CHE", "999999999|999999999MWST|999999999TVA|999999999IVA", 0, 0},
    {"NO", "NO", "999999999|999999999MVA", 0, 0},
};

static const struct member *member_of(str country)
{
    for (size_t i = 0; i < COUNT(members); i++)
        if (str_eq(country, str_c(members[i].country)))
            return &members[i];
    return NULL;
}

const struct err *tax_suggestions(struct arena *a, struct tax_rate **ret, size_t *ret_count)
{
    *ret_count = COUNT(members);
    TRY_NEW_ARRAY(a, *ret, COUNT(members));
    for (size_t i = 0; i < COUNT(members); i++)
        (*ret)[i] = (struct tax_rate){.country = str_c(members[i].country),
                                      .region = S(""),
                                      .is_included = true,
                                      .standard_bp = members[i].standard_bp,
                                      .reduced_bp = members[i].reduced_bp,
                                      .suggested_day = S(TAX_SUGGESTED_DAY)};
    return NULL;
}

const struct tax_rate *tax_rate_choose(const struct tax_rate *rates, size_t count, str country,
                                       str region)
{
    const struct tax_rate *whole = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(rates[i].country, country))
            continue;
        if (str_is_empty(rates[i].region))
            whole = &rates[i];
        else if (str_eq_nocase(rates[i].region, str_trim(region)))
            return &rates[i];
    }
    return whole;
}

/* ---- VAT ids ---- */

static bool has_form(str form, str text)
{
    if (form.len != text.len)
        return false;
    for (size_t i = 0; i < form.len; i++) {
        char f = form.ptr[i], c = text.ptr[i];
        bool is_digit = c >= '0' && c <= '9', is_letter = c >= 'A' && c <= 'Z';
        bool fits = f == '9'   ? is_digit
                    : f == 'A' ? is_letter
                    : f == 'X' ? is_digit || is_letter
                               : f == c;
        if (!fits)
            return false;
    }
    return true;
}

static const struct member *form_of(str country)
{
    for (size_t i = 0; i < COUNT(others); i++)
        if (str_eq(country, str_c(others[i].country)))
            return &others[i];
    return member_of(country);
}

bool tax_vat_id_is_known_form(str country)
{
    return form_of(country) != NULL;
}

static bool join(struct arena *a, str prefix, str text, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, 2 * TAX_NUMBER_MAX);
    strbuf_add(&out, prefix);
    strbuf_add(&out, text);
    return strbuf_finish(&out, ret) == NULL;
}

bool tax_vat_id_read(struct arena *a, str country, str typed, str *ret)
{
    const struct member *m = form_of(country);
    char compact[TAX_NUMBER_MAX];
    size_t len = 0;
    if (m == NULL)
        return false;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == ' ' || c == '.' || c == '-')
            continue;
        if (len == sizeof compact)
            return false;
        compact[len++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    str text = {compact, len}, forms = str_c(m->forms), prefix = str_c(m->prefix);
    if (str_starts(text, prefix))
        text = str_from(text, prefix.len);
    while (!str_is_absent(forms))
        if (has_form(str_cut(&forms, '|'), text))
            return ret == NULL || join(a, prefix, text, ret);
    return false;
}

/* ---- deciding ---- */

static void set_rates(const struct tax_rate *rate, int *ret)
{
    ret[TAX_STANDARD] = rate->standard_bp;
    ret[TAX_REDUCED] = rate->reduced_bp;
    ret[TAX_ZERO] = 0;
}

void tax_decide(const struct tax_terms *terms, const struct tax_rate *rate,
                const struct tax_case *c, struct tax_answer *ret)
{
    bool to_eu = country_is_eu(c->country), from_eu = country_is_eu(c->shop_country);
    *ret = (struct tax_answer){.ground = TAX_GROUND_NONE};
    if (to_eu && !from_eu && (str_is_empty(terms->ioss_number) ||
                              c->goods_minor > terms->ioss_limit_minor)) {
        ret->ground = TAX_GROUND_IMPORT;
        return;
    }
    if (rate == NULL)
        return;
    ret->is_included = rate->is_included;
    if (to_eu && from_eu && !str_eq(c->country, c->shop_country) && terms->reverse_charge &&
        !str_is_empty(c->vat_id) && tax_vat_id_read(NULL, c->country, c->vat_id, NULL)) {
        ret->ground = TAX_GROUND_REVERSE;
        if (rate->is_included)
            set_rates(rate, ret->taken_out_bp);
        return;
    }
    ret->ground = to_eu && !from_eu ? TAX_GROUND_IOSS : TAX_GROUND_RATE;
    set_rates(rate, ret->rate_bp);
}
