/* The runner of jobs: see job.h.
 *
 * A job is claimed by a conditional update, so that several threads and several nodes never run one
 * attempt twice at once; what an attempt writes at its end names its number, so that an attempt
 * whose lease ran out cannot end the next one. Fair: a kind serves another shop than last time when
 * one waits. Threads: `lock` guards the counters; the store is asked without it.
 */
#include "core/job.h"

#include <pthread.h>

#include "base/log.h"
#include "core/core_feature.h"
#include "core/core_sql.h"
#include "core/edge.h"
#include "core/waker.h"

enum {
    PAYLOAD_MAX = 8 * 1024,
    KEY_MAX = 200,
    NOTE_MAX = 200,
    REASON_MAX = 500,
    CANDIDATES = 16,
    THREADS_MAX = 16,
    POLL_MS = 1000,
    EXPIRED_BATCH = 32,
    BACKOFF_MAX_MS = 6 * 3600 * 1000,
    ARENA_MAX = 64,       /* MiB per attempt */
};

struct job_runner {
    struct platform *platform;
    const struct job_kind **kinds;
    int *running;                 /* per kind, in this process */
    struct shop_id *last_shop;    /* per kind */
    size_t kind_count;
    size_t turn_of;               /* kind to look at first */
    pthread_mutex_t lock;
    struct waker waker;
    bool has_periodic;
    int thread_count;
    pthread_t threads[THREADS_MAX];
};

static const struct job_kind *kind_find(const struct job_runner *r, str name, size_t *ret_at)
{
    for (size_t i = 0; i < r->kind_count; i++)
        if (str_eq(str_c(r->kinds[i]->name), name)) {
            *ret_at = i;
            return r->kinds[i];
        }
    return NULL;
}

const struct err *job_new(struct arena *a, struct platform *p, struct job_runner **ret)
{
    struct job_runner *r = NULL;
    TRY_NEW(a, r);
    r->platform = p;
    for (size_t f = 0; f < p->feature_count; f++)
        r->kind_count += p->features[f]->job_count;
    TRY_NEW_ARRAY(a, r->kinds, r->kind_count);
    TRY_NEW_ARRAY(a, r->running, r->kind_count);
    TRY_NEW_ARRAY(a, r->last_shop, r->kind_count);
    size_t at = 0;
    for (size_t f = 0; f < p->feature_count; f++)
        for (size_t i = 0; i < p->features[f]->job_count; i++)
            r->kinds[at++] = &p->features[f]->jobs[i];
    pthread_mutex_init(&r->lock, NULL);
    waker_init(&r->waker);
    *ret = r;
    return NULL;
}

/* ---- enqueueing and progress ---- */

const struct err *job_enqueue(struct turn *t, const struct job_request *r)
{
    size_t at = 0;
    if (kind_find(t->platform->jobs, str_c(r->kind), &at) == NULL)
        return ERR(t->arena, ERR_BUG, "error.bug", "job %s is declared by no feature", r->kind);
    if (r->payload.len > PAYLOAD_MAX || r->key.len > KEY_MAX)
        return ERR(t->arena, ERR_LIMIT, "error.too_much", "job %s: payload %zu, key %zu bytes",
                   r->kind, r->payload.len, r->key.len);
    int64_t added = 0;
    TRY(job_insert(t->tx, t->arena, turn_new_id(t), r->shop_id, str_c(r->kind), r->key,
                   str_is_absent(r->payload) ? S("") : r->payload,
                   r->run_at_ms == 0 ? t->now_ms : r->run_at_ms, t->now_ms, &added));
    t->enqueued = true;
    return NULL;
}

struct progress {
    const struct job_run *run;
    int64_t done, total;
    str note;
    int timeout_ms;
};

static const struct err *write_progress(struct turn *t, void *arg)
{
    const struct progress *x = arg;
    int64_t hit = 0;
    TRY(job_extend(t->tx, t->arena, x->run->id, x->run->attempt, t->now_ms + x->timeout_ms, x->done,
                   x->total, str_is_absent(x->note) ? S("") : str_sub(x->note, 0, NOTE_MAX), &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_UNAVAILABLE, "error.job_lease",
                   "the lease of this attempt ran out");
    return NULL;
}

const struct err *job_progress(struct job_run *run, int64_t done, int64_t total, str note)
{
    ASSERT(total > 0);
    size_t at = 0;
    const struct job_kind *kind = kind_find(run->platform->jobs, str_c(run->kind), &at);
    ASSERT(kind != NULL);
    struct progress x = {run, done, total, note, kind->timeout_ms};
    return turn_run(run->platform, run->arena, (struct account_id){0}, write_progress, &x);
}

bool job_must_stop(struct job_run *run)
{
    run->is_unfinished = waker_must_stop(&run->platform->jobs->waker);
    return run->is_unfinished;
}

bool job_should_rest(struct job_run *run)
{
    bool must_stop = job_must_stop(run);
    run->is_unfinished = ++run->slices == JOB_SLICES || must_stop;
    return run->is_unfinished;
}

/* ---- claiming ---- */

struct claim {
    int64_t id;
    int timeout_ms;
    struct job_claim_row row;
    bool found;
};

static const struct err *claim_turn(struct turn *t, void *arg)
{
    struct claim *c = arg;
    return job_claim(t->tx, t->arena, c->id, t->now_ms + c->timeout_ms, &c->row, &c->found);
}

static const struct err *candidates(struct job_runner *r, struct arena *a,
                                    const struct job_kind *kind, int64_t now_ms,
                                    struct job_due_row **ret, size_t *ret_count)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(r->platform->db, a, &tx));
    const struct err *e =
        job_due(tx, a, str_c(kind->name), now_ms, CANDIDATES, CANDIDATES, ret, ret_count);
    db_read_end(tx);
    return e;
}

/* Claims one job of this kind, another shop's than last time if there is one. */
static const struct err *claim_kind(struct job_runner *r, struct arena *a, size_t at,
                                    int64_t now_ms, struct claim *c)
{
    struct job_due_row *due = NULL;
    size_t count = 0;
    TRY(candidates(r, a, r->kinds[at], now_ms, &due, &count));
    size_t first = 0;
    pthread_mutex_lock(&r->lock);
    struct shop_id last = r->last_shop[at];
    pthread_mutex_unlock(&r->lock);
    while (first < count && due[first].shop_id.v == last.v)
        first++;
    c->timeout_ms = r->kinds[at]->timeout_ms;
    for (size_t i = 0; i < count && !c->found; i++) {
        c->id = due[(first + i) % count].id;
        TRY(turn_run(r->platform, a, (struct account_id){0}, claim_turn, c));
    }
    return NULL;
}

static bool reserve(struct job_runner *r, size_t at)
{
    pthread_mutex_lock(&r->lock);
    bool is_free = r->running[at] < r->kinds[at]->parallel_max;
    r->running[at] += is_free;
    pthread_mutex_unlock(&r->lock);
    return is_free;
}

static void unreserve(struct job_runner *r, size_t at, struct shop_id served)
{
    pthread_mutex_lock(&r->lock);
    r->running[at]--;
    r->last_shop[at] = served;
    pthread_mutex_unlock(&r->lock);
}

/* *ret_at: the kind; it stays reserved when a job was found. */
static const struct err *claim_next(struct job_runner *r, struct arena *a, int64_t now_ms,
                                    struct claim *c, size_t *ret_at)
{
    pthread_mutex_lock(&r->lock);
    size_t first = r->turn_of++;
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < r->kind_count && !c->found; i++) {
        size_t at = (first + i) % r->kind_count;
        if (!reserve(r, at))
            continue;
        const struct err *e = claim_kind(r, a, at, now_ms, c);
        if (e != NULL || !c->found)
            unreserve(r, at, (struct shop_id){0});
        TRY(e);
        *ret_at = at;
    }
    return NULL;
}

/* ---- ending ---- */

struct ending {
    const struct job_kind *kind;
    struct shop_id shop_id;
    int64_t id;
    int attempt;
    bool is_ok, may_retry;
    str reason;
    int64_t next_in_ms;   /* of the retry; after success: of a periodic kind */
};

static const struct err *end_badly(struct turn *t, const struct ending *x, int64_t *ret_hit)
{
    if (x->may_retry)
        TRY(job_again(t->tx, t->arena, x->id, x->attempt, t->now_ms + x->next_in_ms, x->reason,
                      ret_hit));
    if (*ret_hit == 0)
        TRY(job_end(t->tx, t->arena, x->id, x->attempt, JOB_DEAD, x->reason, t->now_ms, ret_hit));
    return NULL;
}

static const struct err *end_turn(struct turn *t, void *arg)
{
    const struct ending *x = arg;
    int64_t hit = 0;
    if (x->is_ok) {
        TRY(job_remove(t->tx, t->arena, x->id, x->attempt, &hit));
        if (hit == 0)
            TRY(job_end(t->tx, t->arena, x->id, x->attempt, JOB_DONE, S(""), t->now_ms, &hit));
    } else {
        TRY(end_badly(t, x, &hit));
    }
    bool is_periodic = x->kind->every_ms > 0 && x->shop_id.v == 0 && (x->is_ok || !x->may_retry);
    if (hit == 0 || !is_periodic)
        return NULL;
    int64_t next_in_ms = x->is_ok ? x->next_in_ms : x->kind->every_ms;
    return job_enqueue(t, &(struct job_request){.kind = x->kind->name, .key = S(""),
                                                .run_at_ms = t->now_ms + next_in_ms});
}

static int64_t backoff_ms(const struct job_runner *r, const struct job_kind *kind, int attempt)
{
    int64_t wait = kind->backoff_ms;
    for (int i = 1; i < attempt && wait < BACKOFF_MAX_MS; i++)
        wait *= 2;
    if (wait > BACKOFF_MAX_MS)
        wait = BACKOFF_MAX_MS;
    /* 75 % to 125 %, so that many that failed together do not come back together. */
    return wait * 3 / 4 + (int64_t)rng_below(r->platform->rng, (uint64_t)(wait / 2 + 1));
}

static const struct err *end_attempt(struct job_runner *r, struct arena *a,
                                     const struct job_kind *kind, struct shop_id shop_id,
                                     int64_t id, int attempt, const struct err *failure,
                                     int64_t next_in_ms)
{
    struct ending x = {.kind = kind,
                       .shop_id = shop_id,
                       .id = id,
                       .attempt = attempt,
                       .is_ok = failure == NULL,
                       .reason = S(""),
                       .next_in_ms = next_in_ms};
    if (failure != NULL) {
        x.may_retry = err_policy_of(failure->kind)->job_retries && attempt < kind->attempts_max;
        TRY(str_fmt(a, &x.reason, "%s %.*s", failure->key,
                    STR_ARG(str_sub(failure->detail, 0, REASON_MAX))));
    }
    return turn_run(r->platform, a, (struct account_id){0}, end_turn, &x);
}

static void log_job_failure(const struct job_runner *r, const struct job_run *run, str kind,
                            const struct err *e)
{
    if (e == NULL)
        return;
    struct log_line line;
    log_begin(&line, LOG_WARNING, clock_now_ms(r->platform->clock), "job.failed");
    log_add(&line, "job", kind);
    log_add(&line, "id", run->id);
    log_add(&line, "attempt", run->attempt);
    log_add_err(&line, e);
    log_end(&line);
}

static void run_claimed(struct job_runner *r, const struct claim *c, size_t at, int64_t now_ms)
{
    struct arena a;
    arena_init(&a, MiB(ARENA_MAX));
    struct job_run run = {.platform = r->platform,
                          .arena = &a,
                          .id = c->row.id,
                          .shop_id = c->row.shop_id,
                          .kind = r->kinds[at]->name,
                          .key = c->row.key,
                          .payload = c->row.payload,
                          .attempt = (int)c->row.attempt,
                          .now_ms = now_ms};
    const struct err *failure = r->kinds[at]->run(&run);
    log_job_failure(r, &run, c->row.kind, failure);
    int64_t next_in_ms = failure != NULL     ? backoff_ms(r, r->kinds[at], run.attempt)
                         : run.is_unfinished ? 0
                                             : r->kinds[at]->every_ms;
    struct arena end_arena;
    arena_init(&end_arena, MiB(1));
    edge_log_failure(r->platform, "job.end",
                     end_attempt(r, &end_arena, r->kinds[at], run.shop_id, run.id, run.attempt,
                                 failure, next_in_ms));
    arena_done(&end_arena);
    arena_done(&a);
    unreserve(r, at, run.shop_id);
}

/* Ends attempts whose lease ends before `before_ms`, as failed ones. *ret_count: how many. */
static const struct err *end_leased(struct job_runner *r, struct arena *a, int64_t before_ms,
                                    bool is_at_once, size_t *ret_count)
{
    struct tx *tx = NULL;
    TRY(db_read_begin(r->platform->db, a, &tx));
    struct job_expired_row *rows = NULL;
    size_t count = 0;
    const struct err *e =
        job_expired(tx, a, before_ms, EXPIRED_BATCH, EXPIRED_BATCH, &rows, &count);
    db_read_end(tx);
    TRY(e);
    *ret_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        const struct job_kind *kind = kind_find(r, rows[i].kind, &at);
        if (kind == NULL)
            continue;
        int attempt = (int)rows[i].attempt;
        const struct err *why =
            ERR(a, ERR_UNAVAILABLE, "error.job_lease", "the process of attempt %d %s", attempt,
                is_at_once ? "ended before it" : "died or hung");
        TRY(end_attempt(r, a, kind, rows[i].shop_id, rows[i].id, attempt, why,
                        is_at_once ? 0 : backoff_ms(r, kind, attempt)));
        (*ret_count)++;
    }
    return NULL;
}

static const struct err *sweep_expired(struct job_runner *r, struct arena *a, int64_t now_ms)
{
    size_t count;
    return end_leased(r, a, now_ms, false, &count);
}

/* SQLite's file has one server (app/data_lock.h): what is leased when it starts was leased by one
 * that is dead, and nobody has to wait for the end of that lease. */
static const struct err *take_over(struct job_runner *r, struct arena *a)
{
    if (db_engine_of(r->platform->db) != DB_SQLITE)
        return NULL;
    struct arena_mark mark = arena_get_mark(a);
    for (size_t count = EXPIRED_BATCH; count == EXPIRED_BATCH;) {
        TRY(end_leased(r, a, INT64_MAX, true, &count));
        arena_rewind(a, mark);
    }
    return NULL;
}

static const struct err *ensure_periodic_turn(struct turn *t, void *arg)
{
    struct job_runner *r = arg;
    for (size_t i = 0; i < r->kind_count; i++) {
        if (r->kinds[i]->every_ms <= 0)
            continue;
        struct job_alive_row alive;
        TRY(job_alive(t->tx, t->arena, str_c(r->kinds[i]->name), &alive));
        if (alive.count == 0)
            TRY(job_enqueue(t, &(struct job_request){.kind = r->kinds[i]->name, .key = S("")}));
    }
    return NULL;
}

static const struct err *ensure_periodic(struct job_runner *r, struct arena *a)
{
    if (r->has_periodic)
        return NULL;
    TRY(turn_run(r->platform, a, (struct account_id){0}, ensure_periodic_turn, r));
    r->has_periodic = true;
    return NULL;
}

/* Claims and runs one job. *ret_ran false: nothing was due. */
static const struct err *run_one(struct job_runner *r, struct arena *a, int64_t now_ms,
                                 bool *ret_ran)
{
    struct claim c = {0};
    size_t at = 0;
    TRY(claim_next(r, a, now_ms, &c, &at));
    *ret_ran = c.found;
    if (c.found)
        run_claimed(r, &c, at, now_ms);
    return NULL;
}

const struct err *job_drain(struct platform *p, struct arena *a, int64_t now_ms)
{
    struct job_runner *r = p->jobs;
    if (r->thread_count == 0)
        waker_restart(&r->waker); /* a stop has ended the threads; this is another beginning */
    TRY(ensure_periodic(r, a));
    TRY(sweep_expired(r, a, now_ms));
    for (bool ran = true; ran;) {
        struct arena_mark mark = arena_get_mark(a);
        TRY(run_one(r, a, now_ms, &ran));
        arena_rewind(a, mark);
    }
    return NULL;
}

/* ---- threads ---- */

void job_wake(struct platform *p)
{
    if (p->jobs != NULL)
        waker_wake(&p->jobs->waker);
}

static void *run_thread(void *self)
{
    struct job_runner *r = self;
    struct arena a;
    pthread_setname_np(pthread_self(), "jobs");
    arena_init(&a, MiB(8));
    unsigned seen = 0;
    do {
        bool ran = true;
        while (ran && !waker_must_stop(&r->waker)) {
            seen = waker_seen(&r->waker);
            ran = false;
            int64_t now_ms = clock_now_ms(r->platform->clock);
            const struct err *e = sweep_expired(r, &a, now_ms);
            if (e == NULL)
                e = run_one(r, &a, now_ms, &ran);
            edge_log_failure(r->platform, "job.run", e);
            arena_reset(&a);
        }
    } while (waker_wait(&r->waker, seen, POLL_MS));
    arena_done(&a);
    return NULL;
}

const struct err *job_start(struct platform *p, int threads)
{
    struct job_runner *r = p->jobs;
    ASSERT(r->thread_count == 0);
    struct arena a;
    arena_init(&a, MiB(1));
    const struct err *e = ensure_periodic(r, &a);
    edge_log_failure(p, "job.periodic", e);
    edge_log_failure(p, "job.take_over", take_over(r, &a));
    arena_done(&a);
    waker_restart(&r->waker);
    int wanted = threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : threads;
    int started = 0;
    while (started < wanted && pthread_create(&r->threads[started], NULL, run_thread, r) == 0)
        started++;
    r->thread_count = started;
    static const struct err no_thread = {.kind = ERR_UNAVAILABLE,
                                         .key = "error.no_thread",
                                         .detail = STR_INIT("job threads"),
                                         .file = __FILE__,
                                         .line = __LINE__};
    return started > 0 ? NULL : &no_thread;
}

void job_stop(struct platform *p)
{
    struct job_runner *r = p->jobs;
    waker_stop(&r->waker);
    for (int i = 0; i < r->thread_count; i++)
        pthread_join(r->threads[i], NULL);
    r->thread_count = 0;
}
