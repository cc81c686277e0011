/* Bringing events to their subscribers, in order and completely: see event.h.
 *
 * Sequence. On SQLite it is given inside the one write turn, so what is visible is complete. On
 * PostgreSQL numbers come from a sequence and transactions commit in any order; a reader that went
 * by number alone would skip rows for ever. So the dispatcher draws a ticket: the last number given
 * out, then a transaction number of its own. Every transaction that drew an event up to that number
 * has a smaller transaction number (the insert takes its own first), so once pg_snapshot_xmin has
 * passed the ticket, all events up to its number are either visible or will never be. This keeps
 * the order of numbers, which under a row lock is the order of what happened to one subject.
 *
 * A subscriber's cursor row is written only in the turns that apply something for it; what does not
 * concern it is skipped in memory and noted from time to time.
 * Threads: one pass at a time (pass_lock), from the dispatcher's thread or from event_drain.
 */
#include "core/core_sql.h"
#include "core/event_part.h"
#include "core/feature.h"

enum {
    TEXT_MAX = 200,       /* of a reason */
    BATCH = 1024,         /* events read at once */
    CHUNK = 256,          /* events applied in one turn at most, */
    CHUNK_MS = 2,         /* and for so long: others wait for the writer meanwhile */
    TRIES_MAX = 3,
    STORE_EVERY = 5000,   /* skipped events after which a cursor is noted */
    RETRY_MS = 200,
    IDLE_MS = 1000,       /* other nodes' events are seen at the latest after this */
};

/* ---- the dispatcher's state ---- */

static const struct err *init_cursors(struct turn *t, void *arg)
{
    struct event_dispatcher *d = arg;
    struct event_last_row last;
    TRY(event_last(t->tx, t->arena, &last));
    for (size_t i = 0; i < d->count; i++)
        TRY(event_cursor_init(t->tx, t->arena, str_c(d->subscriptions[i].subscriber->name),
                              last.seq));
    return NULL;
}

static const struct err *load_subscription(struct tx *tx, struct arena *a, struct subscription *s,
                                           bool *ret_found)
{
    str name = str_c(s->subscriber->name);
    struct event_cursor_get_row cursor;
    TRY(event_cursor_get(tx, a, name, &cursor, ret_found));
    if (!*ret_found)
        return NULL;
    s->stored = cursor.seq;
    if (s->seen < cursor.seq)
        s->seen = cursor.seq;
    struct event_parked_any_row parked;
    TRY(event_parked_any(tx, a, name, &parked));
    s->has_parked = parked.count > 0;
    return NULL;
}

static void note_applied(struct event_dispatcher *d)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < d->count; i++)
        least = d->subscriptions[i].seen < least ? d->subscriptions[i].seen : least;
    atomic_store(&d->applied, least);
}

static const struct err *load_all(struct event_dispatcher *d, struct arena *a, bool *ret_complete)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(d->platform->db, a, &tx));
    const struct err *e = NULL;
    *ret_complete = true;
    for (size_t i = 0; e == NULL && i < d->count; i++) {
        bool found = false;
        e = load_subscription(tx, a, &d->subscriptions[i], &found);
        *ret_complete = *ret_complete && found;
    }
    db_read_end(tx);
    note_applied(d);
    return e;
}

const struct err *dispatcher_init(struct arena *a, struct event_dispatcher *d)
{
    const struct platform *p = d->platform;
    for (size_t f = 0; f < p->feature_count; f++)
        d->count += p->features[f]->subscriber_count;
    TRY_NEW_ARRAY(a, d->subscriptions, d->count);
    size_t at = 0;
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->subscriber_count; i++)
            d->subscriptions[at++].subscriber = &p->features[f]->subscribers[i];
    bool is_complete = false;
    TRY(load_all(d, a, &is_complete));
    if (is_complete)
        return NULL;
    /* A subscriber that is new to this store begins with what happens from now on. */
    TRY(turn_run(d->platform, a, (struct account_id){0}, init_cursors, d));
    return load_all(d, a, &is_complete);
}

static bool wants(const struct event_subscriber *s, str kind)
{
    for (const char *const *k = s->kinds; *k != NULL; k++)
        if (str_eq(S("*"), str_c(*k)) || str_eq(kind, str_c(*k)))
            return true;
    return false;
}

str dispatcher_family(str kind)
{
    return str_cut(&kind, '.');
}

/* ---- the horizon (PostgreSQL) ---- */

static const struct err *draw_ticket(struct turn *t, void *arg)
{
    struct event_dispatcher *d = arg;
    struct event_last_row last;
    struct event_own_xid_row own;
    /* In this order: the number first, the transaction number after it. */
    TRY(event_last(t->tx, t->arena, &last));
    TRY(event_own_xid(t->tx, t->arena, &own));
    d->ticket_seq = last.seq;
    d->ticket_xid = own.xid;
    return NULL;
}

static const struct err *read_state(struct event_dispatcher *d, struct arena *a, int64_t *ret_last,
                                    int64_t *ret_xmin)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(d->platform->db, a, &tx));
    struct event_last_row last = {0};
    struct event_xmin_row xmin = {0};
    const struct err *e = event_last(tx, a, &last);
    if (e == NULL)
        e = event_xmin(tx, a, &xmin);
    db_read_end(tx);
    *ret_last = last.seq;
    *ret_xmin = xmin.xid;
    return e;
}

static const struct err *move_horizon(struct event_dispatcher *d, struct arena *a)
{
    if (db_engine_of(d->platform->db) == DB_SQLITE) {
        d->horizon = INT64_MAX;
        return NULL;
    }
    for (int round = 0; round < 2; round++) {
        int64_t last = 0, xmin = 0;
        TRY(read_state(d, a, &last, &xmin));
        if (d->ticket_xid != 0 && xmin >= d->ticket_xid) {
            d->horizon = d->ticket_seq;
            d->ticket_xid = 0;
        }
        if (d->ticket_xid == 0 && last > d->horizon)
            TRY(turn_run(d->platform, a, (struct account_id){0}, draw_ticket, d));
    }
    return NULL;
}

/* ---- applying ---- */

struct application {
    struct subscription *subscription;
    struct event *const *events;
    size_t count, applied; /* given, and taken by the turn that ran */
    int64_t new_seq;      /* of the cursor */
    size_t failed_at;     /* which event the subscriber refused; count = none */
    bool is_stale;        /* another node has moved the cursor */
    str reason;           /* park events[0] with it */
};

static const struct err *take_cursor(struct turn *t, struct application *x)
{
    int64_t hit = 0;
    x->is_stale = false;
    TRY(event_cursor_advance(t->tx, t->arena, str_c(x->subscription->subscriber->name),
                             x->subscription->stored, x->new_seq, &hit));
    x->is_stale = hit == 0;
    if (x->is_stale)
        return ERR(t->arena, ERR_CONFLICT, "error.event_cursor", "moved by another node");
    return NULL;
}

static const struct err *park(struct turn *t, const struct subscription *s, const struct event *e,
                              str reason, bool is_head)
{
    return event_parked_add(t->tx, t->arena, str_c(s->subscriber->name), e->seq,
                            dispatcher_family(str_c(e->kind)), e->subject_id, reason, is_head,
                            t->now_ms);
}

const struct err *dispatcher_apply_one(struct turn *t, const struct subscription *s,
                                       const struct event *e)
{
    t->cause_event = e->seq;
    t->depth = e->depth + 1;
    t->actor = e->actor;
    TRY(s->subscriber->apply(t, e));
    return db_settle(t->tx, t->arena); /* an error that comes later would be another event's */
}

/* The turn has lasted long enough: the rest comes in the next one. */
static const struct err *stop_early(struct turn *t, struct application *x, size_t applied)
{
    int64_t hit = 0, taken = x->new_seq;
    x->applied = applied;
    x->new_seq = x->events[applied - 1]->seq;
    return event_cursor_advance(t->tx, t->arena, str_c(x->subscription->subscriber->name), taken,
                                x->new_seq, &hit);
}

static const struct err *apply_turn(struct turn *t, void *arg)
{
    struct application *x = arg;
    const struct subscription *s = x->subscription;
    int64_t until_ms = clock_monotonic_ms(t->platform->clock) + CHUNK_MS;
    x->applied = x->failed_at = x->count;
    x->new_seq = x->events[x->count - 1]->seq;
    TRY(take_cursor(t, x));
    for (size_t i = 0; i < x->count; i++) {
        if (i > 0 && clock_monotonic_ms(t->platform->clock) >= until_ms)
            return stop_early(t, x, i);
        const struct event *e = x->events[i];
        struct event_parked_count_row waiting = {0};
        if (s->has_parked)
            TRY(event_parked_count(t->tx, t->arena, str_c(s->subscriber->name),
                                   dispatcher_family(str_c(e->kind)), e->subject_id, &waiting));
        const struct err *failure = waiting.count > 0
                                        ? park(t, s, e, S("waits behind an earlier one"), false)
                                        : dispatcher_apply_one(t, s, e);
        if (failure != NULL) {
            x->failed_at = i;
            return failure;
        }
    }
    return NULL;
}

static const struct err *park_turn(struct turn *t, void *arg)
{
    struct application *x = arg;
    TRY(take_cursor(t, x));
    return park(t, x->subscription, x->events[0], x->reason, true);
}

static const struct err *reload(struct event_dispatcher *d, struct arena *a, struct subscription *s)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(d->platform->db, a, &tx));
    bool found = false;
    const struct err *e = load_subscription(tx, a, s, &found);
    db_read_end(tx);
    return e;
}

static const struct err *run_application(struct event_dispatcher *d, struct arena *a,
                                         struct application *x, turn_fn *fn)
{
    const struct err *e = turn_run(d->platform, a, (struct account_id){0}, fn, x);
    if (e == NULL) {
        x->subscription->stored = x->new_seq;
        x->subscription->seen = x->new_seq;
    }
    return e;
}

/* Counts the failed attempt; parks at the third. The reason is what the operator will read. */
static const struct err *note_failure(struct event_dispatcher *d, struct arena *a,
                                      struct subscription *s, struct event *const *failed,
                                      const struct err *why)
{
    if (s->failing_seq != (*failed)->seq) {
        s->failing_seq = (*failed)->seq;
        s->tries = 0;
    }
    s->tries++;
    s->retry_at_ms = clock_monotonic_ms(d->platform->clock) + RETRY_MS;
    if (s->tries < TRIES_MAX)
        return NULL;
    struct application x = {
        .subscription = s, .events = failed, .count = 1, .new_seq = (*failed)->seq};
    TRY(str_fmt(a, &x.reason, "%s %.*s", why->key, STR_ARG(str_sub(why->detail, 0, TEXT_MAX))));
    const struct err *e = run_application(d, a, &x, park_turn);
    if (x.is_stale)
        return reload(d, a, s);
    TRY(e);
    s->has_parked = true;
    s->retry_at_ms = 0;
    return NULL;
}

/* Applies one chunk, or the beginning of it. *ret_stuck: the subscriber has to wait before it goes
 * on. */
static const struct err *apply_chunk(struct event_dispatcher *d, struct arena *a,
                                     struct subscription *s, struct event *const *events,
                                     size_t count, size_t *ret_applied, bool *ret_stuck)
{
    struct application x = {.subscription = s, .events = events, .count = count};
    const struct err *e = run_application(d, a, &x, apply_turn);
    *ret_applied = x.applied;
    if (e == NULL)
        return NULL;
    *ret_stuck = true;
    if (x.is_stale)
        return reload(d, a, s);
    if (e->kind == ERR_UNAVAILABLE || x.failed_at == count)
        return e; /* the store, not the event */
    struct event *const *failed = &events[x.failed_at];
    if (x.failed_at > 0) {
        struct application good = {.subscription = s, .events = events, .count = x.failed_at};
        const struct err *again = run_application(d, a, &good, apply_turn);
        if (good.is_stale)
            return reload(d, a, s);
        TRY(again);
        if (good.applied < good.count)
            return NULL; /* the failing one is met again */
    }
    return note_failure(d, a, s, failed, e);
}

static bool must_stop(struct event_dispatcher *d)
{
    return !d->is_draining && waker_must_stop(&d->waker);
}

static const struct err *serve_subscription(struct event_dispatcher *d, struct arena *a,
                                            struct subscription *s, struct event *events,
                                            size_t count)
{
    struct event *chunk[CHUNK];
    size_t filled = 0;
    bool is_stuck = false;
    int64_t last = events[count - 1].seq;
    for (size_t i = 0; i < count && !is_stuck; i++) {
        if (events[i].seq > s->seen && wants(s->subscriber, str_c(events[i].kind)))
            chunk[filled++] = &events[i];
        if (filled == CHUNK || i + 1 == count)
            for (size_t at = 0, applied; at < filled && !is_stuck; at += applied) {
                TRY(apply_chunk(d, a, s, chunk + at, filled - at, &applied, &is_stuck));
                is_stuck = is_stuck || must_stop(d);
            }
        filled = filled == CHUNK ? 0 : filled;
    }
    if (!is_stuck && s->seen < last)
        s->seen = last;
    return NULL;
}

static const struct err *read_batch(struct event_dispatcher *d, struct arena *a, int64_t after,
                                    struct event **ret, size_t *ret_count)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(d->platform->db, a, &tx));
    struct event_after_row *rows = NULL;
    size_t count = 0;
    const struct err *e = event_after(tx, a, after, d->horizon, BATCH, BATCH, &rows, &count);
    db_read_end(tx);
    TRY(e);
    struct event *events = NULL;
    TRY_NEW_ARRAY(a, events, count);
    for (size_t i = 0; i < count; i++)
        events[i] = (struct event){.seq = rows[i].seq,
                                   .kind = rows[i].kind.ptr,
                                   .version = (int)rows[i].version,
                                   .shop_id = rows[i].shop_id,
                                   .account_id = rows[i].account_id,
                                   .subject_id = rows[i].subject,
                                   .object_id = rows[i].object,
                                   .number = rows[i].number,
                                   .text = rows[i].note,
                                   .actor = rows[i].actor,
                                   .at_ms = rows[i].at_ms,
                                   .depth = (int)rows[i].depth};
    *ret = events;
    *ret_count = count;
    return NULL;
}

static const struct err *store_skipped(struct turn *t, void *arg)
{
    struct event_dispatcher *d = arg;
    for (size_t i = 0; i < d->count; i++) {
        const struct subscription *s = &d->subscriptions[i];
        int64_t hit = 0;
        if (s->seen > s->stored)
            TRY(event_cursor_advance(t->tx, t->arena, str_c(s->subscriber->name), s->stored,
                                     s->seen, &hit));
    }
    return NULL;
}

const struct err *dispatcher_note_skipped(struct event_dispatcher *d, struct arena *a,
                                          int64_t at_least)
{
    bool is_due = false;
    for (size_t i = 0; i < d->count; i++)
        is_due = is_due || d->subscriptions[i].seen - d->subscriptions[i].stored >= at_least;
    if (!is_due)
        return NULL;
    TRY(turn_run(d->platform, a, (struct account_id){0}, store_skipped, d));
    bool ignored = false;
    return load_all(d, a, &ignored);
}

const struct err *dispatcher_pass(struct event_dispatcher *d, struct arena *a, bool is_drain,
                                  bool *ret_more)
{
    *ret_more = false;
    d->is_draining = is_drain;
    if (d->count == 0)
        return NULL;
    TRY(move_horizon(d, a));
    int64_t now_ms = clock_monotonic_ms(d->platform->clock), after = INT64_MAX;
    for (size_t i = 0; i < d->count; i++) {
        struct subscription *s = &d->subscriptions[i];
        if ((is_drain || s->retry_at_ms <= now_ms) && s->seen < after)
            after = s->seen;
    }
    if (after == INT64_MAX)
        return NULL;
    struct event *events = NULL;
    size_t count = 0;
    TRY(read_batch(d, a, after, &events, &count));
    if (count == 0)
        return NULL;
    *ret_more = true;
    const struct err *first = NULL;
    for (size_t i = 0; i < d->count; i++) {
        struct subscription *s = &d->subscriptions[i];
        if (!is_drain && s->retry_at_ms > now_ms)
            continue;
        const struct err *e = serve_subscription(d, a, s, events, count);
        if (e != NULL)
            s->retry_at_ms = now_ms + IDLE_MS;
        first = first != NULL ? first : e;
    }
    note_applied(d);
    TRY(first);
    return dispatcher_note_skipped(d, a, STORE_EVERY);
}

int dispatcher_wait_ms(const struct event_dispatcher *d)
{
    int wait_ms = d->ticket_xid != 0 ? TICKET_MS : IDLE_MS;
    int64_t now_ms = clock_monotonic_ms(d->platform->clock);
    for (size_t i = 0; i < d->count; i++)
        if (d->subscriptions[i].retry_at_ms > now_ms &&
            d->subscriptions[i].retry_at_ms - now_ms < wait_ms)
            wait_ms = (int)(d->subscriptions[i].retry_at_ms - now_ms);
    return wait_ms;
}
