/* Audit: who changed what, why, and in which order. Append-only: triggers refuse change and
 * deletion. The row's id is its sequence. Every transition of a state machine writes one, in its
 * own turn.
 */
#ifndef CORE_AUDIT_H
#define CORE_AUDIT_H

#include "core/platform.h"

struct audit {
    struct shop_id shop_id;       /* owner; 0 for account-owned rows, then account_id is set */
    struct account_id account_id;
    const char *action;           /* "order.paid" */
    int64_t subject_id;
    str why;                      /* up to 500 bytes, no personal data; longer is cut */
};
/* The actor and the time are the turn's. */
const struct err *audit_write(struct turn *t, const struct audit *entry) MUST_CHECK;

struct audit_row {
    int64_t id;
    struct account_id actor;
    str action, why;
    int64_t at_ms;
};
const struct err *audit_list(struct tx *tx, struct arena *a, struct shop_id shop_id,
                             int64_t subject_id, struct audit_row **ret,
                             size_t *ret_count) MUST_CHECK; /* first 1000 */

#endif
