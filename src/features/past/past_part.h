/* Inside feature past: its hooks. */
#ifndef PAST_PAST_PART_H
#define PAST_PAST_PART_H

#include "past/past.h"

const struct err *past_timeline(struct tx *tx, struct arena *a, const struct timeline_subject *who,
                                size_t limit, struct timeline_entry **ret,
                                size_t *ret_count) MUST_CHECK;
const struct err *past_check(struct tx *tx, struct arena *a,
                             struct verify_report *report) MUST_CHECK;

#endif
