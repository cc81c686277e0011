/* Several threads of shoppers who place orders, pay and cancel, and what they were told: for tests
 * that take something away from under them.
 */
#ifndef TESTS_CRASH_CROWD_H
#define TESTS_CRASH_CROWD_H

#include <stdatomic.h>

#include "tests/lib/pond.h"

enum { CROWD_THREADS = 4, CROWD_ORDERS_EACH = 30 };

enum crowd_deed { CROWD_DEED_UNSET = 0, CROWD_PLACED, CROWD_PAID, CROWD_CANCELLED };

/* Told to a caller. */
struct crowd_ack {
    enum crowd_deed deed;
    int buyer;
    struct order_id order;
    char key[24];
};

struct crowd {
    struct pond pond; /* open, with its shop */
    struct crowd_ack acks[CROWD_THREADS * CROWD_ORDERS_EACH * 2];
    _Atomic int ack_count, running;
};

/* Lets all of them shop; each acknowledgement is a disk_note with its number. `during` is called on
 * the calling thread again and again until they are done. Aborts when a command fails. */
void crowd_shop(struct crowd *c, void (*during)(struct crowd *c, struct arena *a));
/* Does the store of `p` hold what was told? */
bool crowd_is_kept(struct pond *p, struct arena *a, const struct crowd_ack *ack);
/* The same key again is the same order, and a new order can be placed. `last` may be NULL. */
bool crowd_goes_on(struct pond *p, struct arena *a, const struct crowd_ack *last);

#endif
