/* What may happen to a return, how long, and what it is worth: pure, no database, no clock.
 *
 *   asked --agree--> agreed --send--> sent --receive--> received --refund--> refunded
 *     |  '--keep--> received            agreed --receive--'
 *     |--refuse--> refused
 *     '--withdraw--> closed <--withdraw, lapse-- agreed
 */
#ifndef RETURNS_RETURNS_RULES_H
#define RETURNS_RETURNS_RULES_H

#include "returns/returns.h"

enum returns_act {
    RETURNS_ACT_UNSET = 0,
    RETURNS_ACT_AGREE,
    RETURNS_ACT_KEEP,
    RETURNS_ACT_REFUSE,
    RETURNS_ACT_SEND,
    RETURNS_ACT_RECEIVE,
    RETURNS_ACT_REFUND,
    RETURNS_ACT_WITHDRAW,
    RETURNS_ACT_LAPSE,
    RETURNS_ACT_COUNT
};

/* False when the table has no such step. */
bool returns_rules_step(enum returns_state now, enum returns_act act,
                        enum returns_state *ret_next);
/* Its pieces are coming back or came: they cannot be returned a second time. */
bool returns_rules_counts(enum returns_state state);

/* The last moment to ask for what arrived then. The day of arrival does not count, and the last day
 * counts whole, wherever she lives; for consumers in the EU it is never less than their right. */
int64_t returns_rules_until(int64_t arrived_ms, int64_t window_days, bool is_eu);

/* What the shop keeps of `value`: nothing when it is the shop's own fault, or within the right of
 * withdrawal. Rounded down. */
int64_t returns_rules_fee(int64_t value_minor, int64_t fee_percent, enum returns_reason reason,
                          bool is_right);

#endif
