/* The shop of order's tests with a series of suits on the shelf, and prices that are asked for. */
#ifndef QUOTE_TESTS_QUOTE_FIXTURE_H
#define QUOTE_TESTS_QUOTE_FIXTURE_H

#include "order/tests/fixture.h"
#include "quote/quote.h"

enum { SERIES = 500 };

void fixture_open_series(struct fixture *f, enum db_engine engine);
struct quote_id fixture_ask(struct fixture *f); /* 200 suits; must succeed */
/* 200 suits at `unit_minor`, 30 % deposit, FOB Ningbo, 30.00 shipping, no tax, good for ten days,
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
struct quote fixture_quote(struct fixture *f, struct quote_id id);

#endif
