/* See waker.h. */
#include "core/waker.h"

#include <errno.h>
#include <time.h>

#include "sys/clock.h"

void waker_init(struct waker *w)
{
    *w = (struct waker){0};
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->changed, &attr);
    pthread_condattr_destroy(&attr);
}

void waker_wake(struct waker *w)
{
    pthread_mutex_lock(&w->lock);
    w->count++;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static void set_stop(struct waker *w, bool must_stop)
{
    pthread_mutex_lock(&w->lock);
    w->must_stop = must_stop;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

void waker_stop(struct waker *w)
{
    set_stop(w, true);
}

void waker_restart(struct waker *w)
{
    set_stop(w, false);
}

unsigned waker_seen(struct waker *w)
{
    pthread_mutex_lock(&w->lock);
    unsigned count = w->count;
    pthread_mutex_unlock(&w->lock);
    return count;
}

bool waker_must_stop(struct waker *w)
{
    pthread_mutex_lock(&w->lock);
    bool must_stop = w->must_stop;
    pthread_mutex_unlock(&w->lock);
    return must_stop;
}

bool waker_wait(struct waker *w, unsigned seen, int wait_ms)
{
    int64_t until_ms = clock_monotonic_ms(&clock_system) + wait_ms;
    struct timespec until = {until_ms / 1000, (long)(until_ms % 1000) * 1000000};
    pthread_mutex_lock(&w->lock);
    while (w->count == seen && !w->must_stop &&
           pthread_cond_timedwait(&w->changed, &w->lock, &until) != ETIMEDOUT)
        ;
    bool goes_on = !w->must_stop;
    pthread_mutex_unlock(&w->lock);
    return goes_on;
}
