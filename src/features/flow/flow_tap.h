/* flow_tap: what a button carries through the channel and back: at most 64 bytes, made and signed
 * here, bound to conversation, run and prompt. A token of another conversation or an altered one
 * does not open.
 */
#ifndef FLOW_FLOW_TAP_H
#define FLOW_FLOW_TAP_H

#include "core/secret.h"
#include "flow/flow_rules.h"

struct flow_tap {
    int64_t conversation_id; /* of a preview: the run's id */
    int64_t run_id;
    int64_t serial;
    struct flow_choice choice; /* label is not carried */
};

const struct err *flow_tap_token(const struct platform *p, struct arena *a,
                                 const struct flow_tap *tap, str *ret) MUST_CHECK;
/* *ret_ok false for anything that was not made by flow_tap_token for this conversation. */
const struct err *flow_tap_read(const struct platform *p, struct arena *a, int64_t conversation_id,
                                str token, struct flow_tap *ret, bool *ret_ok) MUST_CHECK;

#endif
