#include "quote/quote_rules.h"

__extension__ typedef __int128 wide;

static const struct {
    enum quote_act act;
    enum quote_state from, to;
} steps[] = {
    {QUOTE_ACT_QUOTE, QUOTE_ASKED, QUOTE_QUOTED},
    {QUOTE_ACT_QUOTE, QUOTE_QUOTED, QUOTE_QUOTED},
    {QUOTE_ACT_QUOTE, QUOTE_DECLINED, QUOTE_QUOTED},
    {QUOTE_ACT_QUOTE, QUOTE_EXPIRED, QUOTE_QUOTED},
    {QUOTE_ACT_ACCEPT, QUOTE_QUOTED, QUOTE_ACCEPTED},
    {QUOTE_ACT_DECLINE, QUOTE_ASKED, QUOTE_DECLINED},
    {QUOTE_ACT_DECLINE, QUOTE_QUOTED, QUOTE_DECLINED},
    {QUOTE_ACT_WITHDRAW, QUOTE_ASKED, QUOTE_WITHDRAWN},
    {QUOTE_ACT_WITHDRAW, QUOTE_QUOTED, QUOTE_WITHDRAWN},
    {QUOTE_ACT_EXPIRE, QUOTE_QUOTED, QUOTE_EXPIRED},
};

bool quote_rules_step(enum quote_state now, enum quote_act act, enum quote_state *ret_next)
{
    for (size_t i = 0; i < COUNT(steps); i++) {
        if (steps[i].act != act || steps[i].from != now)
            continue;
        *ret_next = steps[i].to;
        return true;
    }
    return false;
}

const char *const quote_incoterms[QUOTE_INCOTERMS] = {"EXW", "FCA", "CPT", "CIP", "DAP", "DPU",
                                                      "DDP", "FAS", "FOB", "CFR", "CIF"};

bool quote_rules_incoterm_is_known(str incoterm)
{
    for (size_t i = 0; i < QUOTE_INCOTERMS; i++)
        if (str_eq(incoterm, str_c(quote_incoterms[i])))
            return true;
    return str_is_empty(incoterm);
}

static const struct err *too_much(struct arena *a)
{
    return ERR(a, ERR_INVALID, "price.too_much", "amount overflow");
}

static const struct err *sum_lines(struct arena *a, const bool *taxable, struct quote_terms *terms,
                                   int64_t *ret_taxable)
{
    terms->goods_minor = *ret_taxable = 0;
    for (size_t i = 0; i < terms->line_count; i++) {
        struct quote_line *l = &terms->lines[i];
        if (l->quantity < 1 || l->quantity > PRICE_QUANTITY_MAX)
            return ERR(a, ERR_INVALID, "price.bad_quantity", "%lld", (long long)l->quantity);
        if (l->unit_minor < 0)
            return ERR(a, ERR_INVALID, "price.untrue", "unit %lld", (long long)l->unit_minor);
        if (__builtin_mul_overflow(l->unit_minor, l->quantity, &l->total_minor) ||
            __builtin_add_overflow(terms->goods_minor, l->total_minor, &terms->goods_minor))
            return too_much(a);
        *ret_taxable += taxable[i] ? l->total_minor : 0; /* <= goods_minor */
    }
    return NULL;
}

/* whole * up / down, half upwards; 0 <= up <= down, so it fits. */
static int64_t share(int64_t whole, int64_t up, int64_t down)
{
    return (int64_t)(((wide)whole * up + down / 2) / down);
}

const struct err *quote_rules_sum(struct arena *a, const bool *taxable, struct quote_terms *terms)
{
    int64_t base;
    if (terms->shipping_minor < 0 || terms->tax_bp < 0 || terms->tax_bp > 10000 ||
        terms->deposit_percent < 0 || terms->deposit_percent > 100)
        return ERR(a, ERR_INVALID, "quote.bad_terms", "shipping, tax or deposit");
    TRY(sum_lines(a, taxable, terms, &base));
    if (base > 0 && __builtin_add_overflow(base, terms->shipping_minor, &base))
        return too_much(a);
    terms->tax_minor =
        share(base, terms->tax_bp, 10000 + (terms->tax_included ? terms->tax_bp : 0));
    if (__builtin_add_overflow(terms->goods_minor, terms->shipping_minor, &terms->total_minor) ||
        __builtin_add_overflow(terms->total_minor, terms->tax_included ? 0 : terms->tax_minor,
                               &terms->total_minor))
        return too_much(a);
    int64_t deposit = share(terms->total_minor, terms->deposit_percent, 100);
    /* All of it is no deposit, and neither is what rounds to nothing. */
    terms->deposit_minor = deposit < terms->total_minor ? deposit : 0;
    return NULL;
}
