/* Three shops with one thing each: a suit (total 53.95) and two cups (14.95 and 10.00); what tests
 * do with them together. */
#ifndef ORDER_TESTS_BUNDLE_H
#define ORDER_TESTS_BUNDLE_H

#include "fixture.h"
#include "order/order_bundle.h"

enum { SUIT = 5395, CUP = 1495, TEA = 1000, ALL = SUIT + CUP + TEA };
struct three {
    struct fixture f;
    struct shop_id shops[3];
    struct variant_id things[3];
};

void three_open(struct three *x, enum db_engine engine);
void three_close(struct three *x); /* verifies first */
/* One of each thing of the first `count` shops; shown_minor: expected of the suit's order, or -1.
 */
const struct err *three_place(struct three *x, const char *key, size_t count, int64_t shown_minor,
                              struct bundle_id *ret);
struct order_bundle three_get(struct three *x, struct bundle_id id);
int64_t three_clearing(struct three *x, size_t shop);
const struct err *three_pay(struct three *x, struct bundle_id id, const char *key,
                            struct payment_begin *ret);
/* Begins a charge that waits at the provider; its id. */
int64_t three_attempt(struct three *x, struct bundle_id id, const char *key);
const struct err *three_notice(struct three *x, struct bundle_id id, int64_t attempt,
                               enum payment_outcome outcome, const char *event, int64_t minor,
                               const char *ref);

#endif
