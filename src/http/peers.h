/* How many connections each client address has: IPv4 by address, IPv6 by /64. Loop thread only.
 */
#ifndef HTTP_PEERS_H
#define HTTP_PEERS_H

#include "http/address.h"

struct peer {
    struct peer *next;
    struct address key;
    int count;
};

enum { PEER_BUCKETS = 1024 };

struct peers {
    struct peer *buckets[PEER_BUCKETS];
    uint64_t seed;            /* so that nobody chooses addresses that share a bucket */
    int per_address_max;
};

/* Counts one more; NULL when the address has its fill, or there is no memory. */
struct peer *peers_enter(struct peers *p, const struct address *address);
void peers_leave(struct peers *p, struct peer *peer); /* NULL is allowed */

#endif
