/* Inside feature demo: finds in a store what `demo` made there. */
#ifndef DEMO_DEMO_RECALL_H
#define DEMO_DEMO_RECALL_H

#include "demo/demo_part.h"

/* Fills people and shops of `d`, whose arena keeps the texts; what is gone stays 0 or absent.
 * *ret_found false: these are not the shops of the demo. */
const struct err *demo_recall(struct tx *tx, struct arena *a, struct demo *d,
                              bool *ret_found) MUST_CHECK;

#endif
