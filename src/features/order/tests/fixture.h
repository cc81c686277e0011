/* A shop in the Netherlands with one suit (49.00, ten on the shelf) and one towel (20.00, not
 * counted), tax 21 % included, shipping 4.95; people, and a shop of somebody else. What the tests
 * of order do with it; those of other features stand on it too (meson.build, fixtures). */
#ifndef ORDER_TESTS_FIXTURE_H
#define ORDER_TESTS_FIXTURE_H

#include <pthread.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/audit.h"
#include "core/testing.h"
#include "core/verify.h"
#include "ledger/ledger.h"
#include "order/order.h"
#include "stock/stock.h"

enum { SHELF = 10 };

struct fixture {
    struct testing t;
    struct account_id owner, buyer, other;
    struct shop_id shop, foreign;
    struct variant_id suit, towel;
    str handle;
    str country;              /* where the buyer lives */
};

void fixture_open(struct fixture *f, enum db_engine engine);
/* With so many suits on the shelf. */
void fixture_open_stocked(struct fixture *f, enum db_engine engine, int64_t suits);
void fixture_close(struct fixture *f);       /* verifies first */
/* An order of `quantity` suits by `buyer`. */
struct order_place fixture_want(const struct fixture *f, const char *key,
                                const struct price_want *wants, size_t count);
const struct err *fixture_place(struct fixture *f, struct arena *arena, const struct order_place *o,
                                struct order_id *ret);
/* Orders of one article, of suits and of any; they must succeed. */
struct order_id fixture_order(struct fixture *f, const char *key, int64_t quantity);
struct order_id fixture_order_of(struct fixture *f, struct variant_id variant, const char *key,
                                 int64_t quantity);
struct order fixture_get(struct fixture *f, struct order_id id);
int64_t fixture_left(struct fixture *f);     /* suits available */
int64_t fixture_clearing(struct fixture *f); /* what the provider owes */
/* Begins a payment that waits at the provider; its id. */
int64_t fixture_attempt(struct fixture *f, struct order_id id, const char *key);
const struct err *fixture_notice(struct fixture *f, int64_t attempt, enum payment_outcome outcome,
                                 const char *event, int64_t minor, const char *currency,
                                 const char *ref);
void fixture_pay(struct fixture *f, struct order_id id,
                 const char *key); /* attempt and capture of all */
const struct err *fixture_cancel(struct fixture *f, struct shop_id shop, struct order_id id);
/* A command of the owner. */
const struct err *fixture_run(struct fixture *f, turn_fn *fn, void *arg);
bool fixture_says(const struct err *e, const char *key);
/* Gives a row of orders or quote a currency: one that does not exist, so that no command can read
 * it, or the right one again. */
enum fixture_table { FIXTURE_ORDERS, FIXTURE_QUOTE, FIXTURE_TABLE_COUNT };
void fixture_spoil(struct fixture *f, enum fixture_table table, int64_t id, const char *currency);

#endif
