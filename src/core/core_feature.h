/* Core as the first entry of the feature list: its tables, its cleaning job, its verify.
 */
#ifndef CORE_CORE_FEATURE_H
#define CORE_CORE_FEATURE_H

#include "core/feature.h"

extern const struct feature core_feature;

/* Made by platform_open, freed with its arena after event_stop / job_stop. */
const struct err *event_new(struct arena *a, struct platform *p,
                            struct event_dispatcher **ret) MUST_CHECK;
const struct err *job_new(struct arena *a, struct platform *p, struct job_runner **ret) MUST_CHECK;

#endif
