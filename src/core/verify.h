/* `millpond verify` and `millpond rebuild`: walk the feature list.
 */
#ifndef CORE_VERIFY_H
#define CORE_VERIFY_H

#include "core/platform.h"

struct strbuf;

/* Called whenever a part begins (done 0) and now and then within a long one. */
struct verify_progress {
    void (*tell)(void *self, const char *part, int64_t done);
    void *self;
};

/* Checks the file, then runs every feature's verify on a snapshot of its own. One line per violated
 * invariant goes to `out`. An error of a check itself counts as a violation. */
const struct err *verify_run(struct platform *p, struct arena *a, struct strbuf *out,
                             int *ret_violations) MUST_CHECK;
const struct err *verify_run_telling(struct platform *p, struct arena *a,
                                     const struct verify_progress *progress, struct strbuf *out,
                                     int *ret_violations) MUST_CHECK;
/* NOT_FOUND for an unknown projection. */
const struct err *verify_rebuild(struct platform *p, struct arena *a, str projection) MUST_CHECK;

#endif
