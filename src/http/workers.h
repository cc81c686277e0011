/* The pool of threads that run handlers, and the two ways between it and the loop: a bounded queue
 * in, a stack of finished exchanges out.
 */
#ifndef HTTP_WORKERS_H
#define HTTP_WORKERS_H

#include "http/exchange.h"

struct workers;

/* Threads are started as they are needed, up to count_max. on_finished is called in a worker
 * whenever the loop should look at workers_take_finished. */
const struct err *workers_start(struct arena *a, int count_max, size_t stack_bytes, int queue_max,
                                void (*on_finished)(void *self), void *self, struct workers **ret)
    MUST_CHECK;
/* False when the queue is full. The exchange belongs to the workers until it is finished. */
bool workers_push(struct workers *w, struct exchange *ex) MUST_CHECK;
/* All finished since the last call, oldest first, linked by `next`. Loop thread. */
struct exchange *workers_take_finished(struct workers *w);
/* Lets the queue run empty, joins, frees. */
void workers_stop(struct workers *w);

#endif
