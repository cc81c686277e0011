#include "returns/returns_rules.h"

#include "base/timefmt.h"

static const struct {
    enum returns_act act;
    enum returns_state from, to;
} steps[] = {
    {RETURNS_ACT_AGREE, RETURNS_ASKED, RETURNS_AGREED},
    {RETURNS_ACT_KEEP, RETURNS_ASKED, RETURNS_RECEIVED},
    {RETURNS_ACT_REFUSE, RETURNS_ASKED, RETURNS_REFUSED},
    {RETURNS_ACT_SEND, RETURNS_AGREED, RETURNS_SENT},
    {RETURNS_ACT_RECEIVE, RETURNS_AGREED, RETURNS_RECEIVED},
    {RETURNS_ACT_RECEIVE, RETURNS_SENT, RETURNS_RECEIVED},
    {RETURNS_ACT_REFUND, RETURNS_RECEIVED, RETURNS_REFUNDED},
    {RETURNS_ACT_WITHDRAW, RETURNS_ASKED, RETURNS_CLOSED},
    {RETURNS_ACT_WITHDRAW, RETURNS_AGREED, RETURNS_CLOSED},
    {RETURNS_ACT_LAPSE, RETURNS_AGREED, RETURNS_CLOSED},
};

bool returns_rules_step(enum returns_state now, enum returns_act act, enum returns_state *ret_next)
{
    for (size_t i = 0; i < COUNT(steps); i++) {
        if (steps[i].act != act || steps[i].from != now)
            continue;
        *ret_next = steps[i].to;
        return true;
    }
    return false;
}

bool returns_rules_counts(enum returns_state state)
{
    return state != RETURNS_REFUSED && state != RETURNS_CLOSED;
}

int64_t returns_rules_until(int64_t arrived_ms, int64_t window_days, bool is_eu)
{
    int64_t days = is_eu && window_days < RETURNS_EU_DAYS ? RETURNS_EU_DAYS : window_days;
    return arrived_ms + (days + 1) * DAY_MS;
}

int64_t returns_rules_fee(int64_t value_minor, int64_t fee_percent, enum returns_reason reason,
                          bool is_right)
{
    bool is_fault = reason != RETURNS_MIND && reason != RETURNS_FIT;
    return is_fault || is_right ? 0 : value_minor / 100 * fee_percent +
                                          value_minor % 100 * fee_percent / 100;
}

/* With the part of the added tax that falls on so much of the goods and the shipping. */
static const struct err *gross(struct arena *a, const struct order *o, int64_t minor,
                               int64_t *ret_minor)
{
    int64_t base = o->goods_minor + o->shipping_minor;
    struct money tax = order_money(o, o->tax_minor);
    *ret_minor = minor;
    if (o->tax_included || base == 0)
        return NULL;
    TRY(money_ratio(a, tax, minor, base, &tax));
    *ret_minor += tax.minor;
    return NULL;
}

const struct err *returns_rules_value(struct arena *a, const struct order *o, int64_t before_minor,
                                      int64_t goods_minor, int64_t *ret_minor)
{
    int64_t before, after;
    TRY(gross(a, o, before_minor, &before));
    TRY(gross(a, o, before_minor + goods_minor, &after));
    *ret_minor = after - before;
    return NULL;
}
