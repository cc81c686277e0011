/* The parts of event dispatch, private to them: event.c (emitting, the thread, parked events),
 * event_apply.c (what is read and applied, cursors, the horizon).
 */
#ifndef CORE_EVENT_PART_H
#define CORE_EVENT_PART_H

#include "core/event.h"
#include "core/waker.h"

enum { TICKET_MS = 10 };  /* between two looks whether the horizon has moved */

struct subscription {
    const struct event_subscriber *subscriber;
    int64_t seen;         /* all events up to here are applied, parked, or none of ours */
    int64_t stored;       /* the cursor row as we know it */
    int64_t failing_seq;
    int tries;
    int64_t retry_at_ms;  /* monotonic; 0 = now */
    bool has_parked;
};

struct event_dispatcher {
    struct platform *platform;
    struct subscription *subscriptions;
    size_t count;
    int64_t horizon;                  /* all events up to it are final */
    int64_t ticket_seq, ticket_xid;   /* ticket_xid 0: none drawn */
    pthread_mutex_t pass_lock;        /* of all above */
    _Atomic int64_t applied;          /* every subscriber has seen all events up to here */
    struct waker waker;
    bool is_draining;                 /* this pass goes on until its end */
    bool is_running;                  /* of the thread that starts and stops it */
    pthread_t thread;
};

/* Who subscribes, and where the store says they stand. */
const struct err *dispatcher_init(struct arena *a, struct event_dispatcher *d) MUST_CHECK;
/* One batch for every subscriber that may go on; a stop ends it between two turns. is_drain: stops
 * and back-offs do not count. *ret_more: call again at once. Hold pass_lock for this and the next.
 */
const struct err *dispatcher_pass(struct event_dispatcher *d, struct arena *a, bool is_drain,
                                  bool *ret_more) MUST_CHECK;
/* Writes down cursors that are behind by that many events that concerned nobody. */
const struct err *dispatcher_note_skipped(struct event_dispatcher *d, struct arena *a,
                                          int64_t at_least) MUST_CHECK;
/* How long the thread may sleep. */
int dispatcher_wait_ms(const struct event_dispatcher *d);

/* Applies one event as its subscriber: actor, cause and depth are the event's. */
const struct err *dispatcher_apply_one(struct turn *t, const struct subscription *s,
                                       const struct event *e) MUST_CHECK;
/* "order" of "order.paid". */
str dispatcher_family(str kind);

#endif
