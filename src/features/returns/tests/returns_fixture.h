/* The shop of order's tests, with orders that were sent, and what becomes of them. */
#ifndef RETURNS_TESTS_RETURNS_FIXTURE_H
#define RETURNS_TESTS_RETURNS_FIXTURE_H

#include "order/tests/fixture.h"
#include "returns/returns.h"

enum { SUIT = 4900, TOWEL = 2000, SHIPPING = 495 };

/* Suits and towels of one order; deposit 0: paid at once. */
struct order_id fixture_ordered(struct fixture *f, const char *key, int64_t suits, int64_t towels,
                                int64_t deposit_minor);
/* An attempt of `amount` (0: what is due now) and what the provider says of it. */
void fixture_pays(struct fixture *f, struct order_id id, const char *key, int64_t amount_minor,
                  enum payment_outcome outcome);
void fixture_ship(struct fixture *f, struct order_id id);    /* all that is left */
void fixture_deliver(struct fixture *f, struct order_id id); /* all of it */
/* Ordered, paid, sent, arrived. */
struct order_id fixture_delivered(struct fixture *f, const char *key, int64_t suits,
                                  int64_t towels);

/* `suits` of line 0 and `towels` of line 1 (variants rise, so suits come first). */
const struct err *fixture_ask(struct fixture *f, struct shop_id shop, struct order_id order,
                              const char *key, int64_t suits, int64_t towels,
                              enum returns_reason reason, struct return_id *ret);
struct return_id fixture_asked(struct fixture *f, struct order_id order, int64_t suits,
                               int64_t towels); /* must succeed */
enum step { STEP_AGREE = 1, STEP_KEEP, STEP_REFUSE, STEP_SEND, STEP_RECEIVE, STEP_WRITE_OFF,
            STEP_REFUND, STEP_WITHDRAW };
/* minor: of a refund, or the fee; -1 as usual. */
const struct err *fixture_step(struct fixture *f, struct arena *arena, struct shop_id shop,
                               struct return_id id, enum step step, int64_t minor,
                               const char *words);
void fixture_steps(struct fixture *f, struct return_id id, const enum step *steps, size_t count);
struct returns_case fixture_return(struct fixture *f, struct return_id id);
const struct err *fixture_terms(struct fixture *f, const struct returns_terms *terms);

#endif
