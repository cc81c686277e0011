/* Emitting events, and the thread that brings them to their subscribers: see event.h.
 *
 * Sequence. On SQLite it is given inside the one write turn, so what is visible is complete. On
 * PostgreSQL numbers come from a sequence and transactions commit in any order; a reader that went by
 * number alone would skip rows for ever. So the dispatcher draws a ticket: the last number given out,
 * then a transaction number of its own. Every transaction that drew an event up to that number has a
 * smaller transaction number (the insert takes its own first), so once pg_snapshot_xmin has passed the
 * ticket, all events up to its number are either visible or will never be. This keeps the order of
 * numbers, which under a row lock is the order of what happened to one subject.
 *
 * A subscriber's cursor row is written only in the turns that apply something for it; what does not
 * concern it is skipped in memory and noted from time to time.
 * Threads: one pass at a time (pass_lock), from the dispatcher's thread or from event_drain.
 */
#include "core/event.h"

#include <pthread.h>

#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/edge.h"
#include "http/sse.h"

enum {
    DEPTH_MAX = 8,
    TEXT_MAX = 200,
    BATCH = 256,          /* events read at once */
    CHUNK = 32,           /* events applied in one turn: others wait for the writer meanwhile */
    TRIES_MAX = 3,
    STORE_EVERY = 500,    /* skipped events after which a cursor is noted */
    RETRY_MS = 200,
    IDLE_MS = 1000,       /* other nodes' events are seen at the latest after this */
    TICKET_MS = 10,
    PARKED_MAX = 1000,
};

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
    pthread_mutex_t pass_lock;
    pthread_mutex_t lock;             /* of the members below */
    pthread_cond_t wake;
    bool is_woken, must_stop, is_running;
    pthread_t thread;
};

/* ---- emitting ---- */

static const struct event_kind *kind_find(const struct platform *p, const char *kind)
{
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->event_count; i++)
            if (str_eq(str_c(p->features[f]->events[i].kind), str_c(kind)))
                return &p->features[f]->events[i];
    return NULL;
}

const struct err *event_emit(struct turn *t, const struct event *e)
{
    const struct event_kind *kind = kind_find(t->platform, e->kind);
    if (kind == NULL)
        return ERR(t->arena, ERR_BUG, "error.bug", "event %s is declared by no feature", e->kind);
    if (e->shop_id.v == 0 && e->account_id.v == 0)
        return ERR(t->arena, ERR_BUG, "error.bug", "event %s has no owner", e->kind);
    if (t->depth > DEPTH_MAX)
        return ERR(t->arena, ERR_LIMIT, "error.event_depth", "event %s is caused by a chain of %d", e->kind, t->depth);
    if (e->text.len > TEXT_MAX)
        return ERR(t->arena, ERR_LIMIT, "error.too_much", "event %s carries %zu bytes", e->kind, e->text.len);
    struct account_id actor = e->actor.v != 0 ? e->actor : t->actor;
    struct event_insert_row row;
    TRY(event_insert(t->tx, t->arena, str_c(e->kind), kind->version, e->shop_id, e->account_id, e->subject_id,
                     e->object_id, e->number, str_is_absent(e->text) ? S("") : e->text, actor, t->cause_event,
                     t->depth, t->now_ms, &row));
    t->emitted = true;
    return NULL;
}

void event_notify(struct platform *p, str topic, int64_t seq, str name, str data)
{
    if (p->sse != NULL)
        sse_publish(p->sse, topic, seq, name, data);
}

/* ---- the dispatcher's state ---- */

static const struct err *init_cursors(struct turn *t, void *arg)
{
    struct event_dispatcher *d = arg;
    struct event_last_row last;
    TRY(event_last(t->tx, t->arena, &last));
    for (size_t i = 0; i < d->count; i++)
        TRY(event_cursor_init(t->tx, t->arena, str_c(d->subscriptions[i].subscriber->name), last.seq));
    return NULL;
}

static const struct err *load_subscription(struct tx *tx, struct arena *a, struct subscription *s, bool *ret_found)
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
    return e;
}

const struct err *event_new(struct arena *a, struct platform *p, struct event_dispatcher **ret)
{
    struct event_dispatcher *d = NULL;
    TRY_NEW(a, d);
    d->platform = p;
    pthread_mutex_init(&d->pass_lock, NULL);
    pthread_mutex_init(&d->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&d->wake, &attr);
    pthread_condattr_destroy(&attr);
    for (size_t f = 0; f < p->feature_count; f++)
        d->count += p->features[f]->subscriber_count;
    TRY_NEW_ARRAY(a, d->subscriptions, d->count);
    size_t at = 0;
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->subscriber_count; i++)
            d->subscriptions[at++].subscriber = &p->features[f]->subscribers[i];
    bool is_complete = false;
    TRY(load_all(d, a, &is_complete));
    if (!is_complete) {
        /* A subscriber that is new to this store begins with what happens from now on. */
        TRY(turn_run(p, a, (struct account_id){0}, init_cursors, d));
        TRY(load_all(d, a, &is_complete));
    }
    *ret = d;
    return NULL;
}

static bool wants(const struct event_subscriber *s, str kind)
{
    for (const char *const *k = s->kinds; *k != NULL; k++)
        if (str_eq(S("*"), str_c(*k)) || str_eq(kind, str_c(*k)))
            return true;
    return false;
}

static str family_of(str kind)
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

static const struct err *read_state(struct event_dispatcher *d, struct arena *a, int64_t *ret_last, int64_t *ret_xmin)
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
    size_t count;
    int64_t new_seq;      /* of the cursor */
    size_t failed_at;     /* which event the subscriber refused; count = none */
    bool is_stale;        /* another node has moved the cursor */
    str reason;           /* park events[0] with it */
};

static const struct err *take_cursor(struct turn *t, struct application *x)
{
    int64_t hit = 0;
    x->is_stale = false;
    TRY(event_cursor_advance(t->tx, t->arena, str_c(x->subscription->subscriber->name), x->subscription->stored,
                             x->new_seq, &hit));
    x->is_stale = hit == 0;
    if (x->is_stale)
        return ERR(t->arena, ERR_CONFLICT, "error.event_cursor", "moved by another node");
    return NULL;
}

static const struct err *park(struct turn *t, const struct subscription *s, const struct event *e, str reason,
                              bool is_head)
{
    return event_parked_add(t->tx, t->arena, str_c(s->subscriber->name), e->seq, family_of(str_c(e->kind)),
                            e->subject_id, reason, is_head, t->now_ms);
}

static const struct err *apply_one(struct turn *t, const struct subscription *s, const struct event *e)
{
    t->cause_event = e->seq;
    t->depth = e->depth + 1;
    t->actor = e->actor;
    return s->subscriber->apply(t, e);
}

static const struct err *apply_turn(struct turn *t, void *arg)
{
    struct application *x = arg;
    const struct subscription *s = x->subscription;
    x->failed_at = x->count;
    TRY(take_cursor(t, x));
    for (size_t i = 0; i < x->count; i++) {
        const struct event *e = x->events[i];
        struct event_parked_count_row waiting = {0};
        if (s->has_parked)
            TRY(event_parked_count(t->tx, t->arena, str_c(s->subscriber->name), family_of(str_c(e->kind)),
                                   e->subject_id, &waiting));
        const struct err *failure = waiting.count > 0 ? park(t, s, e, S("waits behind an earlier one"), false)
                                                      : apply_one(t, s, e);
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

static const struct err *run_application(struct event_dispatcher *d, struct arena *a, struct application *x, turn_fn *fn)
{
    const struct err *e = turn_run(d->platform, a, (struct account_id){0}, fn, x);
    if (e == NULL) {
        x->subscription->stored = x->new_seq;
        x->subscription->seen = x->new_seq;
    }
    return e;
}

/* Counts the failed attempt; parks at the third. The reason is what the operator will read. */
static const struct err *note_failure(struct event_dispatcher *d, struct arena *a, struct subscription *s,
                                      struct event *const *failed, const struct err *why)
{
    if (s->failing_seq != (*failed)->seq) {
        s->failing_seq = (*failed)->seq;
        s->tries = 0;
    }
    s->tries++;
    s->retry_at_ms = clock_monotonic_ms(d->platform->clock) + RETRY_MS;
    if (s->tries < TRIES_MAX)
        return NULL;
    struct application x = {.subscription = s, .events = failed, .count = 1, .new_seq = (*failed)->seq};
    TRY(str_fmt(a, &x.reason, "%s %.*s", why->key, STR_ARG(str_sub(why->detail, 0, TEXT_MAX))));
    const struct err *e = run_application(d, a, &x, park_turn);
    if (x.is_stale)
        return reload(d, a, s);
    TRY(e);
    s->has_parked = true;
    s->retry_at_ms = 0;
    return NULL;
}

/* Applies one chunk. *ret_stuck: the subscriber has to wait before it goes on. */
static const struct err *apply_chunk(struct event_dispatcher *d, struct arena *a, struct subscription *s,
                                     struct event *const *events, size_t count, bool *ret_stuck)
{
    struct application x = {.subscription = s, .events = events, .count = count,
                            .new_seq = events[count - 1]->seq};
    const struct err *e = run_application(d, a, &x, apply_turn);
    if (e == NULL)
        return NULL;
    *ret_stuck = true;
    if (x.is_stale)
        return reload(d, a, s);
    if (e->kind == ERR_UNAVAILABLE || x.failed_at == count)
        return e; /* the store, not the event */
    struct event *const *failed = &events[x.failed_at];
    if (x.failed_at > 0) {
        struct application good = {.subscription = s, .events = events, .count = x.failed_at,
                                   .new_seq = events[x.failed_at - 1]->seq};
        const struct err *again = run_application(d, a, &good, apply_turn);
        if (good.is_stale)
            return reload(d, a, s);
        TRY(again);
    }
    return note_failure(d, a, s, failed, e);
}

static const struct err *serve_subscription(struct event_dispatcher *d, struct arena *a, struct subscription *s,
                                            struct event *events, size_t count)
{
    struct event *chunk[CHUNK];
    size_t filled = 0;
    bool is_stuck = false;
    int64_t last = events[count - 1].seq;
    for (size_t i = 0; i < count && !is_stuck; i++) {
        if (events[i].seq > s->seen && wants(s->subscriber, str_c(events[i].kind)))
            chunk[filled++] = &events[i];
        if (filled == CHUNK || (filled > 0 && i + 1 == count)) {
            TRY(apply_chunk(d, a, s, chunk, filled, &is_stuck));
            filled = 0;
        }
    }
    if (!is_stuck && s->seen < last)
        s->seen = last;
    return NULL;
}

static const struct err *read_batch(struct event_dispatcher *d, struct arena *a, int64_t after, struct event **ret,
                                    size_t *ret_count)
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
        events[i] = (struct event){
            .seq = rows[i].seq, .kind = rows[i].kind.ptr, .version = (int)rows[i].version,
            .shop_id = rows[i].shop_id, .account_id = rows[i].account_id, .subject_id = rows[i].subject,
            .object_id = rows[i].object, .number = rows[i].number, .text = rows[i].note,
            .actor = rows[i].actor, .at_ms = rows[i].at_ms, .depth = (int)rows[i].depth};
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
            TRY(event_cursor_advance(t->tx, t->arena, str_c(s->subscriber->name), s->stored, s->seen, &hit));
    }
    return NULL;
}

static const struct err *note_skipped(struct event_dispatcher *d, struct arena *a, int64_t at_least)
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

/* One batch for every subscriber that may go on. *ret_more: call again at once. */
static const struct err *pass(struct event_dispatcher *d, struct arena *a, bool is_drain, bool *ret_more)
{
    *ret_more = false;
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
    TRY(first);
    return note_skipped(d, a, STORE_EVERY);
}

const struct err *event_drain(struct platform *p, struct arena *a)
{
    struct event_dispatcher *d = p->events;
    const struct err *e = NULL;
    pthread_mutex_lock(&d->pass_lock);
    for (bool more = true; more && e == NULL;) {
        struct arena_mark mark = arena_get_mark(a);
        e = pass(d, a, true, &more);
        if (e == NULL)
            arena_rewind(a, mark);
    }
    pthread_mutex_unlock(&d->pass_lock);
    return e;
}

/* ---- the thread ---- */

void event_wake(struct platform *p)
{
    struct event_dispatcher *d = p->events;
    if (d == NULL)
        return;
    pthread_mutex_lock(&d->lock);
    if (d->is_running && !d->is_woken) {
        d->is_woken = true;
        pthread_cond_signal(&d->wake);
    }
    pthread_mutex_unlock(&d->lock);
}

static bool wait_for_work(struct event_dispatcher *d, int wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&d->lock);
    while (!d->is_woken && !d->must_stop && pthread_cond_timedwait(&d->wake, &d->lock, &until) == 0)
        ;
    d->is_woken = false;
    bool goes_on = !d->must_stop;
    pthread_mutex_unlock(&d->lock);
    return goes_on;
}

static int time_to_wait(const struct event_dispatcher *d)
{
    int wait_ms = d->ticket_xid != 0 ? TICKET_MS : IDLE_MS;
    int64_t now_ms = clock_monotonic_ms(d->platform->clock);
    for (size_t i = 0; i < d->count; i++)
        if (d->subscriptions[i].retry_at_ms > now_ms && d->subscriptions[i].retry_at_ms - now_ms < wait_ms)
            wait_ms = (int)(d->subscriptions[i].retry_at_ms - now_ms);
    return wait_ms;
}

static void *run_thread(void *self)
{
    struct event_dispatcher *d = self;
    struct arena a;
    arena_init(&a, MiB(64));
    do {
        const struct err *e = NULL;
        bool more = true;
        while (more && e == NULL) {
            pthread_mutex_lock(&d->pass_lock);
            e = pass(d, &a, false, &more);
            pthread_mutex_unlock(&d->pass_lock);
            edge_log_failure(d->platform, "event.pass", e);
            arena_reset(&a);
        }
        edge_log_failure(d->platform, "platform.renew", platform_renew(d->platform, &a));
        arena_reset(&a);
    } while (wait_for_work(d, time_to_wait(d)));
    pthread_mutex_lock(&d->pass_lock);
    edge_log_failure(d->platform, "event.stop", note_skipped(d, &a, 1));
    pthread_mutex_unlock(&d->pass_lock);
    arena_done(&a);
    return NULL;
}

const struct err *event_start(struct platform *p)
{
    struct event_dispatcher *d = p->events;
    ASSERT(!d->is_running);
    d->must_stop = false;
    d->is_running = pthread_create(&d->thread, NULL, run_thread, d) == 0;
    if (!d->is_running) {
        static const struct err no_thread = {.kind = ERR_UNAVAILABLE, .key = "error.no_thread",
                                             .detail = STR_INIT("event thread"), .file = __FILE__, .line = __LINE__};
        return &no_thread;
    }
    return NULL;
}

void event_stop(struct platform *p)
{
    struct event_dispatcher *d = p->events;
    if (!d->is_running)
        return;
    pthread_mutex_lock(&d->lock);
    d->must_stop = true;
    pthread_cond_signal(&d->wake);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    d->is_running = false;
}

/* ---- parked events ---- */

const struct err *event_parked_list(struct tx *tx, struct arena *a, struct event_parked **ret, size_t *ret_count)
{
    struct event_parked_rows_row *rows = NULL;
    size_t count = 0;
    TRY(event_parked_rows(tx, a, PARKED_MAX, PARKED_MAX, &rows, &count));
    struct event_parked *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct event_parked){rows[i].subscriber, rows[i].reason, rows[i].seq, rows[i].subject,
                                        rows[i].parked_ms, rows[i].is_head};
    *ret = list;
    *ret_count = count;
    return NULL;
}

struct retry {
    struct subscription *subscription;
    int64_t seq;
    bool is_done;
};

static const struct err *retry_turn(struct turn *t, void *arg)
{
    struct retry *r = arg;
    r->is_done = false;
    str name = str_c(r->subscription->subscriber->name);
    struct event_by_seq_row row;
    bool found = false;
    TRY(event_by_seq(t->tx, t->arena, r->seq, &row, &found));
    if (found) {
        struct event_parked_earlier_row earlier;
        TRY(event_parked_earlier(t->tx, t->arena, name, r->seq, family_of(row.kind), row.subject, &earlier));
        if (earlier.count > 0)
            return NULL;
        struct event e = {.seq = row.seq, .kind = row.kind.ptr, .version = (int)row.version, .shop_id = row.shop_id,
                          .account_id = row.account_id, .subject_id = row.subject, .object_id = row.object,
                          .number = row.number, .text = row.note, .actor = row.actor, .at_ms = row.at_ms,
                          .depth = (int)row.depth};
        TRY(apply_one(t, r->subscription, &e));
    }
    int64_t removed = 0;
    TRY(event_parked_remove(t->tx, t->arena, name, r->seq, &removed));
    r->is_done = true;
    return NULL;
}

static const struct err *next_parked(struct event_dispatcher *d, struct arena *a, struct retry *r, bool *ret_found)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(d->platform->db, a, &tx));
    struct event_parked_first_row row = {0};
    const struct err *e = event_parked_first(tx, a, str_c(r->subscription->subscriber->name), r->seq, &row, ret_found);
    db_read_end(tx);
    r->seq = row.seq;
    return e;
}

static const struct err *retry_all(struct event_dispatcher *d, struct arena *a, int *ret_left)
{
    for (size_t i = 0; i < d->count; i++) {
        struct retry r = {.subscription = &d->subscriptions[i]};
        int left = 0;
        for (bool found = true;;) {
            TRY(next_parked(d, a, &r, &found));
            if (!found)
                break;
            const struct err *e = turn_run(d->platform, a, (struct account_id){0}, retry_turn, &r);
            if (e != NULL && e->kind == ERR_UNAVAILABLE)
                return e;
            left += e != NULL || !r.is_done;
        }
        r.subscription->has_parked = left > 0;
        *ret_left += left;
    }
    return NULL;
}

const struct err *event_retry_parked(struct platform *p, struct arena *a, int *ret_left)
{
    *ret_left = 0;
    pthread_mutex_lock(&p->events->pass_lock);
    const struct err *e = retry_all(p->events, a, ret_left);
    pthread_mutex_unlock(&p->events->pass_lock);
    return e;
}
