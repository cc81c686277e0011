/* Two shops and sales and refunds in their books, as orders write them.
 */
#ifndef LEDGER_TESTS_BOOKS_H
#define LEDGER_TESTS_BOOKS_H

#include "core/testing.h"
#include "ledger/ledger.h"

struct books {
    struct testing t;
    struct shop_id shop, other;
    int64_t sales, tax, shipping; /* of the next one */
    bool is_sale;
};

/* The clock is behind every id of the store, which may have been used before. Closed by
 * testing_close. */
void books_open(struct books *f, enum db_engine engine);
/* So many journals of the first shop, by chance; after each the clock goes on. */
void books_write(struct books *f, int count, int64_t step_ms);

#endif
