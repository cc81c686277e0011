#include "price/price_rules.h"

__extension__ typedef __int128 wide;

static const struct err *overflow(struct arena *a)
{
    return ERR(a, ERR_INVALID, "price.too_much", "amount overflow");
}

static void add_reason(struct price_reason *reasons, size_t *count, enum price_reason_kind kind,
                       int64_t amount, str note)
{
    _Static_assert(PRICE_REASONS_MAX >= 2 + TAX_CLASS_COUNT, "shipping, reversed, one per rate");
    reasons[(*count)++] = (struct price_reason){.kind = kind, .amount_minor = amount, .note = note};
}

/* Rounded half away from zero; 128-bit inside. */
static const struct err *ratio(struct arena *a, int64_t minor, int64_t up, int64_t down,
                               int64_t *ret)
{
    struct money m = {.minor = minor};
    TRY(money_ratio(a, m, up, down, &m));
    *ret = m.minor;
    return NULL;
}

const struct err *price_rules_tax(struct arena *a, int64_t base_minor, int rate_bp,
                                  bool is_included, int64_t *ret_minor)
{
    return ratio(a, base_minor, rate_bp, 10000 + (is_included ? rate_bp : 0), ret_minor);
}

/* ---- lines ---- */

static const struct err *check_line(struct arena *a, const struct price_line *line)
{
    if (line->quantity < 1 || line->quantity > PRICE_QUANTITY_MAX)
        return ERR(a, ERR_INVALID, "price.bad_quantity", "%lld", (long long)line->quantity);
    if (line->unit_minor < 0 || line->base_unit_minor < 0)
        return ERR(a, ERR_INVALID, "price.untrue", "unit %lld", (long long)line->unit_minor);
    return NULL;
}

const struct err *price_rules_base(struct arena *a, const struct price_quote *q,
                                   int64_t *ret_minor)
{
    *ret_minor = 0;
    for (size_t i = 0; i < q->line_count; i++) {
        int64_t total;
        TRY(check_line(a, &q->lines[i]));
        if (__builtin_mul_overflow(q->lines[i].base_unit_minor, q->lines[i].quantity, &total) ||
            __builtin_add_overflow(*ret_minor, total, ret_minor))
            return overflow(a);
    }
    return NULL;
}

/* A price without the tax that it includes: none is below zero, and it only falls. */
static int64_t take_out(int rate_bp, int64_t minor)
{
    wide down = 10000 + rate_bp;
    return (int64_t)(((wide)minor * 10000 + down / 2) / down);
}

static const struct err *apply_lines(struct arena *a, const struct price_terms *terms,
                                     struct price_quote *q)
{
    q->goods_minor = 0;
    q->is_shipped = false;
    for (size_t i = 0; i < q->line_count; i++) {
        struct price_line *line = &q->lines[i];
        int64_t listed = line->unit_minor;
        if (!line->is_agreed)
            line->unit_minor = take_out(terms->tax.taken_out_bp[line->tax_class], listed);
        if (__builtin_mul_overflow(line->unit_minor, line->quantity, &line->total_minor) ||
            __builtin_add_overflow(q->goods_minor, line->total_minor, &q->goods_minor))
            return overflow(a);
        line->reason_count = 0;
        add_reason(line->reasons, &line->reason_count,
                   line->unit_reason == PRICE_REASON_UNSET ? PRICE_REASON_LIST : line->unit_reason,
                   line->total_minor, S(""));
        if (listed != line->unit_minor)
            add_reason(line->reasons, &line->reason_count, PRICE_REASON_TAX_REVERSED, 0, S(""));
        q->is_shipped = q->is_shipped || line->requires_shipping;
    }
    return NULL;
}

/* ---- shipping ---- */

static const struct err *parcel_of(struct arena *a, const struct price_quote *q,
                                   struct delivery_parcel *ret)
{
    *ret = (struct delivery_parcel){.goods_minor = q->base_goods_minor};
    for (size_t i = 0; i < q->line_count; i++) {
        const struct price_line *line = &q->lines[i];
        int64_t weight, volume;
        if (!line->requires_shipping)
            continue;
        if (__builtin_mul_overflow(line->weight_g, line->quantity, &weight) ||
            __builtin_add_overflow(ret->weight_g, weight, &ret->weight_g) ||
            __builtin_mul_overflow(line->volume_mm3, line->quantity, &volume) ||
            __builtin_add_overflow(ret->volume_mm3, volume, &ret->volume_mm3))
            return overflow(a);
    }
    return NULL;
}

/* The rate of shipping: the highest of the goods. */
static int highest(const struct price_quote *q, const int *rate_bp)
{
    int most = 0;
    for (size_t i = 0; i < q->line_count; i++)
        most = rate_bp[q->lines[i].tax_class] > most ? rate_bp[q->lines[i].tax_class] : most;
    return most;
}

/* Cheapest first, equal ones in the shop's order. */
static void insert_method(struct price_quote *q, struct price_method method)
{
    size_t at = q->method_count++;
    while (at > 0 && q->methods[at - 1].price_minor > method.price_minor) {
        q->methods[at] = q->methods[at - 1];
        at--;
    }
    q->methods[at] = method;
}

static const struct err *offer(struct arena *a, const struct price_terms *terms, int taken_out_bp,
                               bool *ret_was_free, struct price_quote *q)
{
    struct delivery_parcel parcel;
    TRY(parcel_of(a, q, &parcel));
    for (size_t i = 0; terms->zone != NULL && i < terms->zone->method_count; i++) {
        const struct delivery_method *m = &terms->zone->methods[i];
        int64_t price;
        if (!delivery_price(m, &parcel, &price, &ret_was_free[i]))
            continue;
        TRY(currency_convert(a, &terms->rate, price, &price));
        insert_method(q, (struct price_method){.id = m->id,
                                               .name = m->name,
                                               .kind = m->kind,
                                               .price_minor = take_out(taken_out_bp, price),
                                               .days_from = m->days_from,
                                               .days_to = m->days_to});
    }
    return NULL;
}

static bool is_free_by_sum(const struct price_terms *terms, const bool *was_free,
                           const struct price_method *chosen)
{
    size_t at = 0;
    while (terms->zone->methods[at].id.v != chosen->id.v) /* it is one of them */
        at++;
    return was_free[at];
}

static const struct err *apply_zone(struct arena *a, const struct price_terms *terms,
                                    int taken_out_bp, struct price_quote *q)
{
    bool was_free[DELIVERY_METHODS_MAX] = {false};
    TRY(offer(a, terms, taken_out_bp, was_free, q));
    q->is_unreachable = q->method_count == 0;
    if (q->is_unreachable)
        return NULL;
    /* Nobody is sent to the shop unasked. */
    while (q->method_chosen + 1 < q->method_count &&
           q->methods[q->method_chosen].kind == DELIVERY_PICKUP)
        q->method_chosen++;
    if (q->methods[q->method_chosen].kind == DELIVERY_PICKUP)
        q->method_chosen = 0;
    for (size_t i = 0; i < q->method_count; i++)
        if (q->methods[i].id.v == terms->method_id)
            q->method_chosen = i;
    const struct price_method *chosen = &q->methods[q->method_chosen];
    q->shipping_minor = chosen->price_minor;
    add_reason(q->reasons, &q->reason_count,
               is_free_by_sum(terms, was_free, chosen) ? PRICE_REASON_SHIPPING_FREE
                                                       : PRICE_REASON_SHIPPING_FLAT,
               q->shipping_minor, chosen->name);
    return NULL;
}

static const struct err *apply_shipping(struct arena *a, const struct price_terms *terms,
                                        struct price_quote *q)
{
    int taken_out_bp = highest(q, terms->tax.taken_out_bp);
    q->shipping_minor = 0;
    q->method_count = 0;
    q->method_chosen = 0;
    q->is_unreachable = false;
    if (terms->is_shipping_known) {
        q->shipping_minor = terms->shipping_minor;
        if (q->shipping_minor > 0)
            add_reason(q->reasons, &q->reason_count, PRICE_REASON_SHIPPING_FLAT,
                       q->shipping_minor, S(""));
        return NULL;
    }
    if (!q->is_shipped)
        return NULL;
    if (terms->has_zones)
        return apply_zone(a, terms, taken_out_bp, q);
    if (terms->flat_minor == 0)
        return NULL;
    if (terms->free_from_minor > 0 && q->base_goods_minor >= terms->free_from_minor) {
        add_reason(q->reasons, &q->reason_count, PRICE_REASON_SHIPPING_FREE, 0, S(""));
        return NULL;
    }
    TRY(currency_convert(a, &terms->rate, terms->flat_minor, &q->shipping_minor));
    q->shipping_minor = take_out(taken_out_bp, q->shipping_minor);
    add_reason(q->reasons, &q->reason_count, PRICE_REASON_SHIPPING_FLAT, q->shipping_minor, S(""));
    return NULL;
}

/* ---- tax ---- */

/* One part per rate, or one per line and one of the shipping. All bases together fit. */
static void add_part(bool by_line, int rate_bp, int64_t base, struct price_quote *q)
{
    for (size_t i = 0; !by_line && i < q->tax_count; i++)
        if (q->taxes[i].rate_bp == rate_bp) {
            q->taxes[i].base_minor += base;
            return;
        }
    q->taxes[q->tax_count++] = (struct price_tax){.rate_bp = rate_bp, .base_minor = base};
}

static const struct err *rate_note(struct arena *a, int rate_bp, str *ret)
{
    return rate_bp % 100 == 0
               ? str_fmt(a, ret, "%d %%", rate_bp / 100)
               : str_fmt(a, ret, "%d.%02d %%", rate_bp / 100, rate_bp % 100);
}

/* One reason per rate, whatever the rounding. */
static const struct err *tell_tax(struct arena *a, struct price_quote *q)
{
    for (size_t i = 0; i < q->tax_count; i++) {
        int64_t sum = 0;
        bool was_told = q->taxes[i].rate_bp == 0;
        str note;
        for (size_t k = 0; k < q->tax_count; k++) {
            was_told = was_told || (k < i && q->taxes[k].rate_bp == q->taxes[i].rate_bp);
            if (q->taxes[k].rate_bp == q->taxes[i].rate_bp)
                sum += q->taxes[k].tax_minor; /* <= tax_minor, cannot overflow */
        }
        if (was_told)
            continue;
        TRY(rate_note(a, q->taxes[i].rate_bp, &note));
        add_reason(q->reasons, &q->reason_count,
                   q->tax_included ? PRICE_REASON_TAX_INCLUDED : PRICE_REASON_TAX_ADDED, sum, note);
    }
    return NULL;
}

static const struct err *apply_tax(struct arena *a, const struct price_terms *terms,
                                   struct price_quote *q)
{
    bool by_line = terms->rounding == TAX_PER_LINE;
    const int *rate_bp = terms->tax.rate_bp;
    int64_t all;
    if (__builtin_add_overflow(q->goods_minor, q->shipping_minor, &all))
        return overflow(a);
    q->tax_included = terms->tax.is_included;
    q->tax_ground = terms->tax.ground;
    q->tax_minor = 0;
    q->tax_count = 0;
    for (size_t i = 0; i < q->line_count; i++)
        add_part(by_line, rate_bp[q->lines[i].tax_class], q->lines[i].total_minor, q);
    if (q->shipping_minor > 0)
        add_part(by_line, highest(q, rate_bp), q->shipping_minor, q);
    for (size_t i = 0; i < q->tax_count; i++) {
        struct price_tax *part = &q->taxes[i];
        TRY(price_rules_tax(a, part->base_minor, part->rate_bp, q->tax_included,
                            &part->tax_minor));
        if (__builtin_add_overflow(q->tax_minor, part->tax_minor, &q->tax_minor))
            return overflow(a);
    }
    if (terms->tax.ground == TAX_GROUND_REVERSE)
        add_reason(q->reasons, &q->reason_count, PRICE_REASON_TAX_REVERSED, 0, S(""));
    return tell_tax(a, q);
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
                                    struct price_quote *q)
{
    q->reason_count = 0;
    if (q->line_count == 0 || q->line_count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", q->line_count);
    q->currency = terms->rate.currency;
    q->base_currency = terms->rate.base;
    q->rate_micros = terms->rate.rate_micros;
    TRY(price_rules_base(a, q, &q->base_goods_minor));
    TRY(apply_lines(a, terms, q));
    TRY(apply_shipping(a, terms, q));
    TRY(apply_tax(a, terms, q));
    return add_up(a, q);
}

/* ---- is it true? ---- */

const struct err *price_taxes_text(struct arena *a, const struct price_quote *q, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, KiB(4));
    for (size_t i = 0; i < q->tax_count; i++)
        strbuf_addf(&out, "%s%d:%lld:%lld", i == 0 ? "" : ",", q->taxes[i].rate_bp,
                    (long long)q->taxes[i].base_minor, (long long)q->taxes[i].tax_minor);
    return strbuf_finish(&out, ret);
}

bool price_taxes_agree(struct arena *a, str text, int64_t goods_minor, int64_t shipping_minor,
                       int64_t tax_minor, bool tax_included)
{
    int64_t bases = 0, taxes = 0, all;
    if (str_is_empty(text))
        return true;
    while (!str_is_absent(text)) {
        str part = str_cut(&text, ',');
        str rate_text = str_cut(&part, ':'), base_text = str_cut(&part, ':');
        int64_t rate, base, tax;
        if (!str_to_int(rate_text, &rate) || !str_to_int(base_text, &base) ||
            !str_to_int(part, &tax) || rate < 0 || rate > 10000)
            return false;
        int64_t want = ~tax; /* a tax that does not fit leaves it, and so disagrees */
        const struct err *e = price_rules_tax(a, base, (int)rate, tax_included, &want);
        (void)e;
        if (want != tax || __builtin_add_overflow(bases, base, &bases) ||
            __builtin_add_overflow(taxes, tax, &taxes))
            return false;
    }
    return !__builtin_add_overflow(goods_minor, shipping_minor, &all) && bases == all &&
           taxes == tax_minor;
}

const struct err *price_quote_check(struct arena *a, const struct price_quote *q)
{
    struct price_quote sums = {.shipping_minor = q->shipping_minor, .tax_minor = q->tax_minor,
                               .tax_included = q->tax_included};
    bool is_true = q->line_count > 0 && q->line_count <= PRICE_LINES_MAX;
    str taxes;
    for (size_t i = 0; is_true && i < q->line_count; i++) {
        int64_t total;
        is_true = !__builtin_mul_overflow(q->lines[i].unit_minor, q->lines[i].quantity, &total) &&
                  total == q->lines[i].total_minor &&
                  !__builtin_add_overflow(sums.goods_minor, total, &sums.goods_minor);
    }
    if (is_true)
        TRY(add_up(a, &sums));
    TRY(price_taxes_text(a, q, &taxes));
    if (!is_true || sums.goods_minor != q->goods_minor || sums.total_minor != q->total_minor ||
        q->total_minor < 0 || q->shipping_minor < 0 || q->tax_minor < 0 ||
        !price_taxes_agree(a, taxes, q->goods_minor, q->shipping_minor, q->tax_minor,
                           q->tax_included))
        return ERR(a, ERR_INVALID, "price.untrue", "total %lld", (long long)q->total_minor);
    return NULL;
}
