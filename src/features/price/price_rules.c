#include "price/price_rules.h"

static const struct err *overflow(struct arena *a)
{
    return ERR(a, ERR_INVALID, "price.too_much", "amount overflow");
}

static void add_reason(struct price_reason *reasons, size_t *count, enum price_reason_kind kind,
                       int64_t amount, str note)
{
    ASSERT(*count < PRICE_REASONS_MAX);
    reasons[(*count)++] = (struct price_reason){.kind = kind, .amount_minor = amount, .note = note};
}

static const struct err *apply_lines(struct arena *a, const bool *taxable, struct price_quote *q,
                                     int64_t *ret_taxable, bool *ret_ships)
{
    q->goods_minor = 0;
    *ret_taxable = 0;
    *ret_ships = false;
    for (size_t i = 0; i < q->line_count; i++) {
        struct price_line *line = &q->lines[i];
        if (line->quantity < 1 || line->quantity > PRICE_QUANTITY_MAX)
            return ERR(a, ERR_INVALID, "price.bad_quantity", "%lld", (long long)line->quantity);
        if (line->unit_minor < 0)
            return ERR(a, ERR_INVALID, "price.untrue", "unit %lld", (long long)line->unit_minor);
        if (__builtin_mul_overflow(line->unit_minor, line->quantity, &line->total_minor) ||
            __builtin_add_overflow(q->goods_minor, line->total_minor, &q->goods_minor))
            return overflow(a);
        line->reason_count = 0;
        add_reason(line->reasons, &line->reason_count, PRICE_REASON_LIST, line->total_minor, S(""));
        if (taxable[i])
            *ret_taxable += line->total_minor; /* <= goods_minor, cannot overflow */
        *ret_ships = *ret_ships || line->requires_shipping;
    }
    return NULL;
}

static void apply_shipping(const struct price_terms *terms, bool ships, struct price_quote *q)
{
    q->shipping_minor = 0;
    if (!ships || terms->shipping_minor == 0)
        return;
    if (terms->free_shipping_from_minor > 0 && q->goods_minor >= terms->free_shipping_from_minor) {
        add_reason(q->reasons, &q->reason_count, PRICE_REASON_SHIPPING_FREE, 0, S(""));
        return;
    }
    q->shipping_minor = terms->shipping_minor;
    add_reason(q->reasons, &q->reason_count, PRICE_REASON_SHIPPING_FLAT, q->shipping_minor, S(""));
}

static const struct err *apply_tax(struct arena *a, const struct price_terms *terms,
                                   int64_t taxable, struct price_quote *q)
{
    int64_t base;
    str note;
    q->tax_included = terms->tax_included;
    q->tax_minor = 0;
    if (terms->tax_basis_points == 0 || taxable == 0)
        return NULL;
    if (__builtin_add_overflow(taxable, q->shipping_minor, &base))
        return overflow(a);
    struct money tax = {.minor = base, .currency = q->currency};
    TRY(money_ratio(a, tax, terms->tax_basis_points,
                    10000 + (terms->tax_included ? terms->tax_basis_points : 0), &tax));
    q->tax_minor = tax.minor;
    if (terms->tax_basis_points % 100 == 0)
        TRY(str_fmt(a, &note, "%d %%", terms->tax_basis_points / 100));
    else
        TRY(str_fmt(a, &note, "%d.%02d %%", terms->tax_basis_points / 100,
                    terms->tax_basis_points % 100));
    add_reason(q->reasons, &q->reason_count,
               terms->tax_included ? PRICE_REASON_TAX_INCLUDED : PRICE_REASON_TAX_ADDED,
               q->tax_minor, note);
    return NULL;
}

static const struct err *add_up(struct arena *a, struct price_quote *q)
{
    int64_t added_tax = q->tax_included ? 0 : q->tax_minor;
    if (__builtin_add_overflow(q->goods_minor, q->shipping_minor, &q->total_minor) ||
        __builtin_add_overflow(q->total_minor, added_tax, &q->total_minor))
        return overflow(a);
    return NULL;
}

const struct err *price_rules_apply(struct arena *a, const struct price_terms *terms,
                                    const bool *taxable, struct price_quote *q)
{
    int64_t taxable_minor;
    bool ships;
    q->reason_count = 0;
    if (q->line_count == 0 || q->line_count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", q->line_count);
    TRY(apply_lines(a, taxable, q, &taxable_minor, &ships));
    apply_shipping(terms, ships, q);
    TRY(apply_tax(a, terms, taxable_minor, q));
    return add_up(a, q);
}

const struct err *price_quote_check(struct arena *a, const struct price_quote *q)
{
    struct price_quote sums = {.shipping_minor = q->shipping_minor, .tax_minor = q->tax_minor,
                               .tax_included = q->tax_included};
    bool is_true = q->line_count > 0 && q->line_count <= PRICE_LINES_MAX;
    for (size_t i = 0; is_true && i < q->line_count; i++) {
        int64_t total;
        is_true = !__builtin_mul_overflow(q->lines[i].unit_minor, q->lines[i].quantity, &total) &&
                  total == q->lines[i].total_minor &&
                  !__builtin_add_overflow(sums.goods_minor, total, &sums.goods_minor);
    }
    if (is_true)
        TRY(add_up(a, &sums));
    if (!is_true || sums.goods_minor != q->goods_minor || sums.total_minor != q->total_minor ||
        q->total_minor < 0 || q->shipping_minor < 0 || q->tax_minor < 0)
        return ERR(a, ERR_INVALID, "price.untrue", "total %lld", (long long)q->total_minor);
    return NULL;
}
