/* A shop of its own in a fresh store, and files of customs records for it: for the tests of
 * trade. */
#ifndef TRADE_TESTS_TRADE_FIXTURE_H
#define TRADE_TESTS_TRADE_FIXTURE_H

#include "base/tests/unit.h"
#include "core/testing.h"
#include "trade/trade_part.h"
#include "trade/trade_sql.h"

struct fixture {
    struct testing t;
    struct account_id owner;
    struct shop_id shop;
    struct trade_import_id import; /* the latest */
};

void fixture_open(struct fixture *f, enum db_engine engine);
struct shop_id fixture_new_shop(struct fixture *f);
/* An upload: looked at, not started. */
const struct err *fixture_take(struct fixture *f, const char *name, str bytes);
/* STATE_UNSET when it is gone. */
struct trade_import_row_row fixture_row(struct fixture *f);
/* As guessed, nothing corrected; its job is not run. */
const struct err *fixture_start(struct fixture *f);
/* One attempt of the job of f->import. */
const struct err *fixture_slice(struct fixture *f);
/* All of it, to the end. */
void fixture_take_in(struct fixture *f, const char *name, str bytes);
struct trade_found fixture_find(struct fixture *f, struct trade_query q);
size_t fixture_count_words(struct fixture *f, const char *words);
/* A file of `count` good lines, with that word in the buyer's name and in the goods. */
#define FIXTURE_HEAD \
    "Date,Importer,Exporter,HS code,Product description,Country of origin,Quantity\n"
str fixture_lines(struct fixture *f, const char *word, int count);
/* All records that these words find. */
size_t fixture_count_all(struct fixture *f, const char *words);
/* Lines that `verify` writes; empty: nothing is wrong. */
str fixture_verify(struct fixture *f);

#endif
