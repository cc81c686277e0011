/* Inside feature catalog: handlers. Not for other features.
 */
#ifndef CATALOG_CATALOG_PART_H
#define CATALOG_CATALOG_PART_H

#include "catalog/catalog_view.h"

/* Query `before`, an id; 0 when there is none. INVALID otherwise. */
const struct err *catalog_cursor(struct web *w, int64_t *ret) MUST_CHECK;

const struct err *catalog_front_page(struct web *w) MUST_CHECK;

#endif
