/* `millpond verify` and `millpond rebuild`: walk the feature list.
 */
#ifndef CORE_VERIFY_H
#define CORE_VERIFY_H

#include "core/platform.h"

struct strbuf;

/* Checks the file, then runs every feature's verify on a snapshot of its own. One line per violated
 * invariant goes to `out`. An error of a check itself counts as a violation. */
const struct err *verify_run(struct platform *p, struct arena *a, struct strbuf *out,
                             int *ret_violations) MUST_CHECK;
/* NOT_FOUND for an unknown projection. */
const struct err *verify_rebuild(struct platform *p, struct arena *a, str projection) MUST_CHECK;

#endif
