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
