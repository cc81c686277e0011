/* Events: the spine of what may be a moment late. A command emits in its own transaction; each
 * subscriber has one cursor, advanced in the transaction that applies its effect, in seq order.
 * A poisoned event is parked with its reason after 3 attempts, and later events of its (kind
 * family, subject) wait behind it; others go on. On PostgreSQL readers stop below pg_snapshot_xmin.
 * Money, stock and counters are never moved by events: those are direct calls.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/platform.h"

struct event {
    int64_t seq;              /* given by the store */
    const char *kind;         /* "order.placed"; must stand in a feature's `events` table */
    int version;              /* of the field layout of this kind; 1 */
    struct shop_id shop_id;   /* owner; 0 for account-owned events (then account_id is set) */
    struct account_id account_id; /* owner when shop_id is 0, else whom it concerns or 0 */
    int64_t subject_id;       /* the row it is about: order, post, conversation ... */
    int64_t object_id;        /* second row, or 0 */
    int64_t number;           /* small number: amount in minor units, quantity, ... or 0 */
    str text;                 /* up to 200 bytes, no personal data */
    struct account_id actor;
    int64_t at_ms;
    int depth;
};

/* LIMIT when the causal depth passes 8. */
const struct err *event_emit(struct turn *t, const struct event *e) MUST_CHECK;

struct event_kind {
    const char *kind;
    int version;
    const char *summary;      /* what the fields mean */
};

/* Runs inside a write turn; must be idempotent by its own rows (it may see an event again). */
typedef const struct err *event_apply_fn(struct turn *t, const struct event *e);

struct event_subscriber {
    const char *name;         /* "notify.order_mail"; the cursor's key: never rename */
    const char *const *kinds; /* NULL-terminated; "*" = all */
    event_apply_fn *apply;
};

/* Tells everyone watching `topic` that event `seq` happened: name + short data (an id, never
 * content). Told once, after the turn is committed, however often it ran; never when it failed. */
const struct err *event_notify(struct turn *t, str topic, int64_t seq, str name,
                               str data) MUST_CHECK;
struct event_telling {
    struct event_telling *earlier;
    int64_t seq;
    str topic, name, data;
};
/* For turn_run: what the turn that was committed had to tell. */
void event_tell(struct platform *p, struct event_telling *newest);
/* The same at once, outside of turns. No-op without hub. */
void event_notify_now(struct platform *p, str topic, int64_t seq, str name, str data);

/* Background thread that applies events as they are committed. */
const struct err *event_start(struct platform *p) MUST_CHECK;
void event_stop(struct platform *p);
/* How many events the slowest subscriber has before it, parked ones not counted. */
const struct err *event_lag(struct platform *p, struct tx *tx, struct arena *a,
                            int64_t *ret) MUST_CHECK;
/* The same for each subscriber of this process; parked events do not count. */
struct event_subscriber_lag {
    const char *name;
    int64_t events;
};
const struct err *event_lags(struct platform *p, struct tx *tx, struct arena *a,
                             struct event_subscriber_lag **ret, size_t *ret_count) MUST_CHECK;
/* Applies everything pending on the calling thread: for tests and commands. On PostgreSQL it waits
 * for transactions that are older than the last event; UNAVAILABLE after half a minute. */
const struct err *event_drain(struct platform *p, struct arena *a) MUST_CHECK;

/* For the operator: events that a subscriber could not apply, and the later ones that wait behind.
 */
struct event_parked {
    str subscriber, reason;
    int64_t seq, subject_id, parked_ms;
    bool is_head;             /* false: only waits behind another */
};
const struct err *event_parked_list(struct tx *tx, struct arena *a, struct event_parked **ret,
                                    size_t *ret_count) MUST_CHECK; /* first 1000 */
/* Tries all parked events again, in order; *ret_left is how many stay. */
const struct err *event_retry_parked(struct platform *p, struct arena *a, int *ret_left) MUST_CHECK;
/* Wakes the thread: turn_run does after the commit of a turn that emitted. */
void event_wake(struct platform *p);

#endif
