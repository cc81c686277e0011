#include "http/workers.h"

#include <stdlib.h>
#include <uv.h>

struct worker {
    struct workers *pool;
    uv_thread_t thread;
    uv_cond_t wake;
    struct worker *next_idle;
};

struct workers {
    uv_mutex_t lock;
    struct exchange *first, *last;
    int queued, queue_max;
    struct worker *idle;      /* the one that slept last wakes first: its stack is warm */
    bool is_waking;           /* one was woken and has not yet taken its request */
    bool is_stopping;
    _Atomic(struct exchange *) finished;
    void (*on_finished)(void *self);
    void *self;
    int count, count_max;
    size_t stack_bytes;
    struct worker *workers;
};

static void run(void *p);

/* False: there is no memory for another thread, or there are enough. */
static bool start_one(struct workers *w)
{
    uv_thread_options_t options = {.flags = UV_THREAD_HAS_STACK_SIZE,
                                   .stack_size = w->stack_bytes};
    struct worker *one = &w->workers[w->count];
    if (w->count == w->count_max || uv_cond_init(&one->wake) != 0)
        return false;
    one->pool = w;
    bool is_started = uv_thread_create_ex(&one->thread, &options, run, one) == 0;
    if (!is_started)
        uv_cond_destroy(&one->wake);
    w->count += is_started;
    return is_started;
}

/* With the lock held. One wake-up is under way at most: the woken worker wakes the next if there is
 * still work. While handlers are quick, few threads run, and the others sleep on, or were never
 * started. */
static void wake_one(struct workers *w)
{
    struct worker *sleeper = w->idle;
    if (w->is_waking || w->is_stopping)
        return;
    if (sleeper == NULL) {
        w->is_waking = start_one(w);
        return;
    }
    w->is_waking = true;
    w->idle = sleeper->next_idle;
    sleeper->next_idle = sleeper; /* marks it as woken; see sleep_until_woken */
    uv_cond_signal(&sleeper->wake);
}

static void sleep_until_woken(struct workers *w, struct worker *self)
{
    self->next_idle = w->idle;
    w->idle = self;
    while (self->next_idle != self && !w->is_stopping)
        uv_cond_wait(&self->wake, &w->lock);
    w->is_waking = false;
}

/* NULL when the pool stops and the queue is empty. */
static struct exchange *take(struct workers *w, struct worker *self)
{
    uv_mutex_lock(&w->lock);
    while (w->first == NULL && !w->is_stopping)
        sleep_until_woken(w, self);
    struct exchange *ex = w->first;
    if (ex != NULL) {
        w->first = ex->next;
        w->queued--;
        if (w->first != NULL)
            wake_one(w);
    }
    uv_mutex_unlock(&w->lock);
    return ex;
}

static void finish(struct workers *w, struct exchange *ex)
{
    struct exchange *top = atomic_load_explicit(&w->finished, memory_order_relaxed);
    do
        ex->next = top;
    while (!atomic_compare_exchange_weak_explicit(&w->finished, &top, ex, memory_order_release,
                                                  memory_order_relaxed));
    if (top == NULL)
        w->on_finished(w->self);
}

static void run(void *p)
{
    struct worker *self = p;
    struct workers *w = self->pool;
    pthread_setname_np(pthread_self(), "worker");
    uv_mutex_lock(&w->lock);
    w->is_waking = false; /* a new thread is awake */
    uv_mutex_unlock(&w->lock);
    for (struct exchange *ex = take(w, self); ex != NULL; ex = take(w, self)) {
        exchange_handle(ex);
        finish(w, ex);
    }
}

bool workers_push(struct workers *w, struct exchange *ex)
{
    uv_mutex_lock(&w->lock);
    bool has_room = w->queued < w->queue_max;
    if (has_room) {
        ex->next = NULL;
        *(w->first == NULL ? &w->first : &w->last->next) = ex;
        w->last = ex;
        w->queued++;
        wake_one(w);
    }
    uv_mutex_unlock(&w->lock);
    return has_room;
}

struct exchange *workers_take_finished(struct workers *w)
{
    struct exchange *newest = atomic_exchange_explicit(&w->finished, NULL, memory_order_acquire);
    struct exchange *oldest = NULL;
    while (newest != NULL) {
        struct exchange *ex = newest;
        newest = ex->next;
        ex->next = oldest;
        oldest = ex;
    }
    return oldest;
}

const struct err *workers_start(struct arena *a, int count_max, size_t stack_bytes, int queue_max,
                                void (*on_finished)(void *self), void *self, struct workers **ret)
{
    struct workers *w;
    TRY_NEW(a, w);
    TRY_NEW_ARRAY(a, w->workers, (size_t)count_max);
    w->count_max = count_max;
    w->stack_bytes = stack_bytes;
    w->queue_max = queue_max;
    w->on_finished = on_finished;
    w->self = self;
    if (uv_mutex_init(&w->lock) != 0)
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "mutex");
    uv_mutex_lock(&w->lock);
    bool is_started = start_one(w); /* one at least: the others come when they are needed */
    uv_mutex_unlock(&w->lock);
    if (!is_started) {
        uv_mutex_destroy(&w->lock);
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "no worker thread");
    }
    *ret = w;
    return NULL;
}

void workers_stop(struct workers *w)
{
    uv_mutex_lock(&w->lock);
    w->is_stopping = true;
    for (int i = 0; i < w->count; i++)
        uv_cond_signal(&w->workers[i].wake);
    uv_mutex_unlock(&w->lock);
    for (int i = 0; i < w->count; i++) {
        (void)uv_thread_join(&w->workers[i].thread);
        uv_cond_destroy(&w->workers[i].wake);
    }
    uv_mutex_destroy(&w->lock);
}
