/* tax: which rate a shop charges for goods that go somewhere, and why. The rates are the shop's to
 * fill in; we suggest those of the EU, with the day they were true. A shop that has no rates
 * charges the one of its settings (that is feature price's to know). Not here: the sums (price),
 * what customs take at the border (duties are estimates only).
 */
#ifndef TAX_TAX_H
#define TAX_TAX_H

#include "catalog/catalog.h"
#include "core/feature.h"
#include "shop/shop.h"

enum { TAX_RATES_MAX = 400, TAX_REGION_MAX = 40, TAX_NUMBER_MAX = 20 };

enum tax_rounding { TAX_ROUNDING_UNSET = 0, TAX_PER_ORDER, TAX_PER_LINE };

struct tax_rate {
    str country;              /* two letters */
    str region;               /* "CA", as the address spells it; "" = all of the country */
    bool is_included;         /* inside the prices; else it comes on top */
    int standard_bp, reduced_bp; /* 2100 = 21 % */
    str suggested_day;        /* "2025-09-01" of a suggestion; "" = the shop's own */
};

struct tax_terms {
    enum tax_rounding rounding;
    str vat_id;               /* of the shop; "" = none */
    bool reverse_charge;      /* companies in other EU countries pay the tax themselves */
    str ioss_number;          /* "" = not registered */
    int64_t ioss_limit_minor; /* goods up to it, in the shop's currency; 150 EUR by law */
};

/* Why an order is taxed as it is. */
enum tax_ground {
    TAX_GROUND_UNSET = 0,
    TAX_GROUND_NONE,          /* the shop has no rate for that country */
    TAX_GROUND_RATE,          /* the destination's rate */
    TAX_GROUND_REVERSE,       /* a company in another EU country: it declares the tax itself */
    TAX_GROUND_IOSS,          /* import into the EU, collected here */
    TAX_GROUND_IMPORT,        /* import into the EU, collected at the border */
    TAX_GROUND_COUNT
};

struct tax_case {
    str shop_country, country, region; /* destination; region may be empty */
    str vat_id;               /* of the buyer, as typed; may be empty */
    int64_t goods_minor;      /* in the shop's currency */
};

struct tax_answer {
    enum tax_ground ground;
    bool is_included;
    int rate_bp[TAX_CLASS_COUNT]; /* by class; [TAX_ZERO] is 0 */
    int taken_out_bp[TAX_CLASS_COUNT]; /* REVERSE: what prices include and she does not pay */
};

/* *ret_has_rates false: the shop keeps no table. */
const struct err *tax_for(struct tx *tx, struct arena *a, struct shop_id shop,
                          const struct tax_case *c, bool *ret_has_rates,
                          enum tax_rounding *ret_rounding, struct tax_answer *ret) MUST_CHECK;

const struct err *tax_terms_get(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct tax_terms *ret) MUST_CHECK;
const struct err *tax_rates(struct tx *tx, struct arena *a, struct shop_id shop,
                            struct tax_rate **ret, size_t *ret_count) MUST_CHECK;
/* Both as a whole. INVALID with the field: tax.bad_rate (arg: its country), tax.bad_number,
 * tax.rate_twice (arg). Audited; emits shop.changed. */
const struct err *tax_terms_set(struct turn *t, struct shop_id shop,
                                const struct tax_terms *terms) MUST_CHECK;
const struct err *tax_rates_set(struct turn *t, struct shop_id shop, const struct tax_rate *rates,
                                size_t count) MUST_CHECK;

/* ---- duties: estimates from a table that the operator loads ---- */
struct tax_duty {
    int rate_bp;
    str source, day;          /* "2025-01-01" */
};
/* The row with the longest beginning of the code; *ret_found false without one, or without a code.
 */
const struct err *tax_duty(struct tx *tx, struct arena *a, str hs_code, str country,
                           bool *ret_found, struct tax_duty *ret) MUST_CHECK;

/* ---- pure ---- */

/* The rows of one country: the region's own, else the country's; NULL when there is none. */
const struct tax_rate *tax_rate_choose(const struct tax_rate *rates, size_t count, str country,
                                       str region);
void tax_decide(const struct tax_terms *terms, const struct tax_rate *rate,
                const struct tax_case *c, struct tax_answer *ret);
/* Whether a number has the form of that country's VAT ids; blanks, dots and hyphens do not count,
 * the country's letters in front may be left out. *ret (may be NULL) is the canonical form,
 * "DE123456789". Forms only: nobody is asked whether it exists. False for countries whose form we
 * do not know. */
bool tax_vat_id_read(struct arena *a, str country, str typed, str *ret);
bool tax_vat_id_is_known_form(str country); /* whether we know that country's form */

/* Starting values for the EU, all included, marked with `TAX_SUGGESTED_DAY`. */
#define TAX_SUGGESTED_DAY "2025-09-01"
const struct err *tax_suggestions(struct arena *a, struct tax_rate **ret,
                                  size_t *ret_count) MUST_CHECK;

extern const struct feature tax_feature;

#endif
