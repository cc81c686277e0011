/* Sleeping until there is work: what the threads of events and jobs wait on. Nobody misses a wake
 * that came between looking for work and falling asleep, because it changes the count that was seen
 * before. Threads: any.
 */
#ifndef CORE_WAKER_H
#define CORE_WAKER_H

#include <pthread.h>

#include "base/base.h"

struct waker {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned count;
    bool must_stop;
};

void waker_init(struct waker *w);
void waker_wake(struct waker *w);               /* one of the sleepers */
void waker_stop(struct waker *w);               /* all of them, for good */
void waker_restart(struct waker *w);            /* after a stop */
unsigned waker_seen(struct waker *w);           /* ask before looking for work */
bool waker_must_stop(struct waker *w);
/* Until woken since `seen`, or the time is over. False when stopped. Real time, whatever the clock.
 */
bool waker_wait(struct waker *w, unsigned seen, int wait_ms);

#endif
