/* A shop with a tile (20.00, 500 on the shelf) and a glaze (not counted), 21 % tax included; a
 * buyer, and a shop of somebody else. */
#ifndef QUOTE_TESTS_QUOTE_FIXTURE_H
#define QUOTE_TESTS_QUOTE_FIXTURE_H

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "core/verify.h"
#include "quote/quote.h"
#include "stock/stock.h"

enum { SHELF = 500 };
struct fixture {
    struct testing t;
    struct account_id owner, buyer, other;
    struct shop_id shop, foreign;
    struct variant_id tile, glaze, long_ones[12];
    str handle;
};

void fixture_open(struct fixture *f, enum db_engine engine);
void fixture_close(struct fixture *f);        /* verifies first */
struct quote_id fixture_ask(struct fixture *f); /* 200 tiles; must succeed */
/* 200 tiles at `unit_minor`, 30 % deposit, FOB Ningbo, 30.00 shipping, no tax, good for ten days,
 * to be paid within five.
 */
const struct err *fixture_answer(struct fixture *f, struct quote_id id, int64_t seen,
                                 int64_t unit_minor);
/* A quotation of one version at 18.00. */
struct quote_id fixture_quoted(struct fixture *f);
struct quote_accept fixture_wants(const struct fixture *f, struct quote_id id, int64_t version);
const struct err *fixture_accept(struct fixture *f, struct arena *arena,
                                 const struct quote_accept *x, struct order_id *ret);
const struct err *fixture_end(struct fixture *f, struct shop_id shop, struct quote_id id,
                              bool by_shop, str words);
struct quote fixture_get(struct fixture *f, struct quote_id id);
struct order fixture_order(struct fixture *f, struct order_id id);
int64_t fixture_left(struct fixture *f);
const struct err *fixture_run(struct fixture *f, turn_fn *fn, void *arg);
bool fixture_says(const struct err *e, const char *key);

#endif
