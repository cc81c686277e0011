/* What records are found by. Inside feature trade. */
#ifndef TRADE_TRADE_TERMS_H
#define TRADE_TRADE_TERMS_H

#include "trade/trade_part.h"

enum { TRADE_TERMS_MAX = 80, TRADE_PRODUCT_WORDS = 40 };

struct trade_term_key {
    char kind;                /* d direction, w word, h HS code, c company, n country, p port */
    str value;
};
struct trade_terms {
    struct trade_term_key items[TRADE_TERMS_MAX];
    size_t count;
};
/* A row of the store (trade_sql.h). */
struct trade_record_row_row;
struct trade_record trade_record_of(const struct trade_record_row_row *row);
/* Without double ones; depends on the record alone. */
const struct err *trade_terms_of(struct arena *a, const struct trade_record *r,
                                 struct trade_terms *ret) MUST_CHECK;

#endif
