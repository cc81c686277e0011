/* A shop with five pools and another shop with one, and pages to look at: for tests of attribution.
 */
#ifndef POOL_TESTS_POOL_WORLD_H
#define POOL_TESTS_POOL_WORLD_H

#include "core/testing.h"
#include "pool/pool_part.h"

enum { POOLS = 5 };
struct world {
    struct testing t;
    struct shop_id shop, other_shop;
    struct account_id owner;
    struct pool_id pools[POOLS], direct, unknown;
    str codes[POOLS], other_code;
    char shop_path[64];
    int64_t next_order, sum_total, sum_paid, sum_refunded, orders;
    struct pool_id got;
};

/* The shop whose post stands at /post/{post}. */
extern int64_t pool_world_post_shop;

void pool_world_open(struct world *w, enum db_engine engine);

#endif
