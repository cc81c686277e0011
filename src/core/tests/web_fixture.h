/* What the tests of the edge share: requests on each engine, ids of this run.
 */
#ifndef CORE_TESTS_WEB_FIXTURE_H
#define CORE_TESTS_WEB_FIXTURE_H

#include "sample_feature.h"

struct web_fixture {
    struct testing t;
    int64_t base; /* ids of this run, so that PostgreSQL's rows of earlier tests do not matter */
};

struct web_fixture *web_open(enum db_engine engine, int rate_percent);
void web_on(enum db_engine engine, void (*test)(struct web_fixture *f));
void web_each_engine(void (*test)(struct web_fixture *f));

#endif
