/* What the store says about itself, for `doctor` and the metrics. Reads only; judges nothing. */
#ifndef CORE_HEALTH_H
#define CORE_HEALTH_H

#include "core/platform.h"

struct health_store {
    str version;      /* "3.53.2", "15.8 (Debian ...)" */
    str durability;   /* PostgreSQL: synchronous_commit of this session; SQLite: "full" */
    int64_t newest_ms; /* no id given out so far is of a later time than this; 0: there is none */
};
const struct err *health_store_look(struct tx *tx, struct arena *a,
                                    struct health_store *ret) MUST_CHECK;

/* Jobs by kind and state (core/job.h). */
struct health_jobs {
    str kind;
    int64_t state, count;
};
const struct err *health_job_counts(struct tx *tx, struct arena *a, struct health_jobs **ret,
                                    size_t *ret_count) MUST_CHECK;

#endif
