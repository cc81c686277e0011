/* Name resolution with a deadline, for fetch: getaddrinfo on a thread of its own, which is left
 * behind when it is late (it frees what it holds when it comes back; at most RESOLVERS_MAX are
 * under way).
 */
#ifndef SYS_FETCH_RESOLVE_H
#define SYS_FETCH_RESOLVE_H

#include "base/err.h"
#include "sys/ipaddr.h"

enum { FETCH_ADDRESSES_MAX = 16, RESOLVERS_MAX = 64 };

struct fetch_addresses {
    struct ipaddr items[FETCH_ADDRESSES_MAX];
    size_t count;
};

/* All A and AAAA records. UNAVAILABLE (fetch.unreachable) for none, more than FETCH_ADDRESSES_MAX,
 * or too late; LIMIT (error.busy) when too many are under way. */
const struct err *fetch_resolve(struct arena *a, str host, int64_t timeout_ms,
                                struct fetch_addresses *ret) MUST_CHECK;

#endif
