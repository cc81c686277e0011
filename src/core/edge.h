/* Where background threads report: libraries return errors, the edge logs them once.
 */
#ifndef CORE_EDGE_H
#define CORE_EDGE_H

#include "core/platform.h"

/* Nothing for NULL. */
void edge_log_failure(const struct platform *p, const char *event, const struct err *e);

#endif
