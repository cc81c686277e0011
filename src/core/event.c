/* Emitting events, the thread that brings them to their subscribers, and those that are parked: see
 * event.h. How they are read and applied is in event_apply.c.
 */
#include "core/event.h"

#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/edge.h"
#include "core/event_part.h"
#include "http/sse.h"

enum { DEPTH_MAX = 8, TEXT_MAX = 200, PARKED_MAX = 1000, DRAIN_WAITS_MAX = 3000 };

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
        return ERR(t->arena, ERR_LIMIT, "error.event_depth", "event %s is caused by a chain of %d",
                   e->kind, t->depth);
    if (e->text.len > TEXT_MAX)
        return ERR(t->arena, ERR_LIMIT, "error.too_much", "event %s carries %zu bytes", e->kind,
                   e->text.len);
    struct account_id actor = e->actor.v != 0 ? e->actor : t->actor;
    TRY(event_insert(t->tx, t->arena, str_c(e->kind), kind->version, e->shop_id, e->account_id,
                     e->subject_id, e->object_id, e->number,
                     str_is_absent(e->text) ? S("") : e->text, actor, t->cause_event, t->depth,
                     t->now_ms));
    t->emitted = true;
    return NULL;
}

void event_notify_now(struct platform *p, str topic, int64_t seq, str name, str data)
{
    if (p->sse != NULL)
        sse_publish(p->sse, topic, seq, name, data);
}

const struct err *event_notify(struct turn *t, str topic, int64_t seq, str name, str data)
{
    struct event_telling *telling = NULL;
    TRY_NEW(t->arena, telling);
    telling->seq = seq;
    TRY(str_dup(t->arena, topic, &telling->topic));
    TRY(str_dup(t->arena, name, &telling->name));
    TRY(str_dup(t->arena, data, &telling->data));
    telling->earlier = t->tellings;
    t->tellings = telling;
    return NULL;
}

void event_tell(struct platform *p, struct event_telling *newest)
{
    struct event_telling *oldest = NULL;
    while (newest != NULL) {
        struct event_telling *earlier = newest->earlier;
        newest->earlier = oldest; /* from here on: the later one */
        oldest = newest;
        newest = earlier;
    }
    for (; oldest != NULL; oldest = oldest->earlier)
        event_notify_now(p, oldest->topic, oldest->seq, oldest->name, oldest->data);
}

const struct err *event_drain(struct platform *p, struct arena *a)
{
    struct event_dispatcher *d = p->events;
    int waits = 0;
    for (bool more = true, is_pending = true; more || is_pending;) {
        struct arena_mark mark = arena_get_mark(a);
        unsigned seen = waker_seen(&d->waker);
        pthread_mutex_lock(&d->pass_lock);
        const struct err *e = dispatcher_pass(d, a, true, &more);
        is_pending = d->ticket_xid != 0;
        pthread_mutex_unlock(&d->pass_lock);
        TRY(e);
        arena_rewind(a, mark);
        /* Some transaction of that PostgreSQL, of whatever database, is older than our events. */
        if (!more && is_pending) {
            if (++waits > DRAIN_WAITS_MAX)
                return ERR(a, ERR_UNAVAILABLE, "error.unavailable",
                           "an old transaction holds back the events");
            (void)waker_wait(&d->waker, seen, TICKET_MS);
        }
    }
    return NULL;
}

const struct err *event_lag(struct platform *p, struct tx *tx, struct arena *a, int64_t *ret)
{
    struct event_last_row last;
    TRY(event_last(tx, a, &last));
    int64_t behind = last.seq - atomic_load(&p->events->applied);
    *ret = behind > 0 ? behind : 0;
    return NULL;
}

const struct err *event_lags(struct platform *p, struct tx *tx, struct arena *a,
                             struct event_subscriber_lag **ret, size_t *ret_count)
{
    struct event_dispatcher *d = p->events;
    struct event_last_row last;
    TRY(event_last(tx, a, &last));
    TRY_NEW_ARRAY(a, *ret, d->count);
    pthread_mutex_lock(&d->pass_lock);
    for (size_t i = 0; i < d->count; i++) {
        int64_t behind = last.seq - d->subscriptions[i].seen;
        (*ret)[i] = (struct event_subscriber_lag){d->subscriptions[i].subscriber->name,
                                                  behind > 0 ? behind : 0};
    }
    pthread_mutex_unlock(&d->pass_lock);
    *ret_count = d->count;
    return NULL;
}

/* ---- the thread ---- */

const struct err *event_new(struct arena *a, struct platform *p, struct event_dispatcher **ret)
{
    struct event_dispatcher *d = NULL;
    TRY_NEW(a, d);
    d->platform = p;
    pthread_mutex_init(&d->pass_lock, NULL);
    waker_init(&d->waker);
    *ret = d;
    return dispatcher_init(a, d);
}

void event_wake(struct platform *p)
{
    if (p->events != NULL)
        waker_wake(&p->events->waker);
}

static void *run_thread(void *self)
{
    struct event_dispatcher *d = self;
    struct arena a;
    pthread_setname_np(pthread_self(), "events");
    arena_init(&a, MiB(64));
    unsigned seen = 0;
    do {
        const struct err *e = NULL;
        seen = waker_seen(&d->waker);
        for (bool more = true; more && e == NULL && !waker_must_stop(&d->waker);) {
            pthread_mutex_lock(&d->pass_lock);
            e = dispatcher_pass(d, &a, false, &more);
            pthread_mutex_unlock(&d->pass_lock);
            edge_log_failure(d->platform, "event.pass", e);
            arena_reset(&a);
        }
        edge_log_failure(d->platform, "platform.renew", platform_renew(d->platform, &a));
        arena_reset(&a);
    } while (waker_wait(&d->waker, seen, dispatcher_wait_ms(d)));
    pthread_mutex_lock(&d->pass_lock);
    edge_log_failure(d->platform, "event.stop", dispatcher_note_skipped(d, &a, 1));
    pthread_mutex_unlock(&d->pass_lock);
    arena_done(&a);
    return NULL;
}

const struct err *event_start(struct platform *p)
{
    struct event_dispatcher *d = p->events;
    ASSERT(!d->is_running);
    waker_restart(&d->waker);
    d->is_running = pthread_create(&d->thread, NULL, run_thread, d) == 0;
    if (!d->is_running) {
        static const struct err no_thread = {.kind = ERR_UNAVAILABLE,
                                             .key = "error.no_thread",
                                             .detail = STR_INIT("event thread"),
                                             .file = __FILE__,
                                             .line = __LINE__};
        return &no_thread;
    }
    return NULL;
}

void event_stop(struct platform *p)
{
    struct event_dispatcher *d = p->events;
    if (!d->is_running)
        return;
    waker_stop(&d->waker);
    pthread_join(d->thread, NULL);
    d->is_running = false;
}

/* ---- parked events ---- */

const struct err *event_parked_list(struct tx *tx, struct arena *a, struct event_parked **ret,
                                    size_t *ret_count)
{
    struct event_parked_rows_row *rows = NULL;
    size_t count = 0;
    TRY(event_parked_rows(tx, a, PARKED_MAX, PARKED_MAX, &rows, &count));
    struct event_parked *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct event_parked){rows[i].subscriber, rows[i].reason,    rows[i].seq,
                                        rows[i].subject,    rows[i].parked_ms, rows[i].is_head};
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
        TRY(event_parked_earlier(t->tx, t->arena, name, r->seq, dispatcher_family(row.kind),
                                 row.subject, &earlier));
        if (earlier.count > 0)
            return NULL;
        struct event e = {.seq = row.seq,
                          .kind = row.kind.ptr,
                          .version = (int)row.version,
                          .shop_id = row.shop_id,
                          .account_id = row.account_id,
                          .subject_id = row.subject,
                          .object_id = row.object,
                          .number = row.number,
                          .text = row.note,
                          .actor = row.actor,
                          .at_ms = row.at_ms,
                          .depth = (int)row.depth};
        TRY(dispatcher_apply_one(t, r->subscription, &e));
    }
    int64_t removed = 0;
    TRY(event_parked_remove(t->tx, t->arena, name, r->seq, &removed));
    r->is_done = true;
    return NULL;
}

static const struct err *next_parked(struct event_dispatcher *d, struct arena *a, struct retry *r,
                                     bool *ret_found)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(d->platform->db, a, &tx));
    struct event_parked_first_row row = {0};
    const struct err *e = event_parked_first(tx, a, str_c(r->subscription->subscriber->name),
                                             r->seq, &row, ret_found);
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
