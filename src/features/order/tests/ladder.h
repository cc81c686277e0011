/* Towels by the carton: the ladder that tests of orders keep to.
 */
#ifndef ORDER_TESTS_LADDER_H
#define ORDER_TESTS_LADDER_H

#include "fixture.h"

extern const struct ladder ladder_plain, ladder_cartons;

void ladder_set(struct fixture *f, struct variant_id variant, const struct ladder *ladder);
void ladder_set_towels(struct fixture *f, const struct ladder *ladder);
/* So many pieces on line 0 (-1: as it is), and so many towels more. */
const struct err *ladder_edit(struct fixture *f, struct order_id id, const char *key,
                              int64_t pieces, int64_t more);

#endif
