/* What the tests of core's store share: a testing on each engine, with a shop of its own.
 */
#ifndef CORE_TESTS_STORE_FIXTURE_H
#define CORE_TESTS_STORE_FIXTURE_H

#include "sample_feature.h"

struct fixture {
    struct testing t;
    enum db_engine engine;
    struct shop_id shop;
};

void store_on(enum db_engine engine, void (*test)(struct fixture *f));
const struct err *try_turn(struct fixture *f, turn_fn *fn, void *arg) MUST_CHECK;
/* Closes the program and opens it on the same store. */
void reopen(struct fixture *f);

#endif
