/* Token buckets per client address and rate class, in memory and bounded: when the table is full
 * the bucket that was used longest ago gives way, so a flood of addresses costs no more memory.
 * IPv6 clients count by their /64. Threads: any; one lock, held for nanoseconds.
 */
#ifndef CORE_RATE_H
#define CORE_RATE_H

#include "core/feature.h"

struct rate_table;

/* percent: of the normal rates; 0 = never refuses. `seed` keeps strangers from aiming at a slot. */
const struct err *rate_new(struct arena *a, int percent, uint64_t seed,
                           struct rate_table **ret) MUST_CHECK;
/* Takes a token. False: refused; *ret_retry_after_s is when to come back. */
bool rate_take(struct rate_table *table, str client_ip, enum rate class, int64_t now_ms,
               int *ret_retry_after_s);

#endif
