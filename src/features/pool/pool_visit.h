/* Writing visits down: what the buffer noted becomes rows, and rows are raised by what is learnt
 * later. Private to feature pool. Threads: pool_visit_flush from one at a time.
 */
#ifndef POOL_POOL_VISIT_H
#define POOL_POOL_VISIT_H

#include "pool/pool_buffer.h"

/* pool_visit_flush is in pool.h: turns of at most 128 entries, oldest first. */
/* The background loop: feature.background. */
void pool_visit_background(struct platform *p, const _Atomic bool *stop);

/* In the turn of an order: writes what the buffer holds of this browser (the flush that follows
 * finds it written) and raises its visits of the last 30 days: the browser that orders is a
 * person's. */
const struct err *pool_visit_prove(struct turn *t, struct shop_id shop,
                                   struct visitor_id visitor) MUST_CHECK;

#endif
