/* One key, one effect (I4). A caller's key and the hash of what it asks for are stored in the same
 * transaction as the effect; the same request again gets the stored answer.
 *
 * In one turn:   begin -> if replayed, answer as stored; else act -> finish(status, body).
 * Over several turns (a payment call in between): begin in the first, finish in the last; a twin
 * that comes while it runs gets CONFLICT "error.key_running". A run that died is taken over after 2
 * minutes. Keys are kept for 7 days; they are independent between accounts.
 */
#ifndef CORE_IDEMPOTENCY_H
#define CORE_IDEMPOTENCY_H

#include "core/platform.h"

enum { IDEMPOTENCY_KEY_MAX = 255 };

struct idempotency {
    struct account_id account_id; /* whose key: 0 for callers without an account */
    str key; /* 1..255 bytes of printable ASCII, else INVALID "error.bad_key" (400) */
    str body;                     /* everything that decides the effect: path and body; hashed */
};

struct idempotency_replay {
    bool is_replay; /* true: nothing may be done, status and body are the first answer's */
    int status;
    str body;
};

/* INVALID "error.key_reused" (422) when the key was used for something else. */
const struct err *idempotency_begin(struct turn *t, const struct idempotency *x,
                                    struct idempotency_replay *ret) MUST_CHECK;
/* body: at most 64 KiB. */
const struct err *idempotency_finish(struct turn *t, const struct idempotency *x, int status,
                                     str body) MUST_CHECK;

#endif
