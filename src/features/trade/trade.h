/* trade: who ships what to whom. A merchant takes in files of customs records, whatever their
 * columns, and searches them: by words, company, HS code, country, port; looks at a company; walks
 * down the HS tree. Records belong to the shop that imported them and are seen by its people alone
 * (they are bought data). Not here: requests for quotation, partners (they call trade_company),
 * products of the catalogue.
 *
 * The tables stand in a store of their own (trade_store): an import of a million lines never waits
 * for an order, nor an order for it. Commands take `struct tx` of that store, not a turn.
 */
#ifndef TRADE_TRADE_H
#define TRADE_TRADE_H

#include "core/feature.h"

ID_TYPE(trade_import);
ID_TYPE(trade_company);       /* a number within its shop */

enum trade_direction { TRADE_DIRECTION_UNSET = 0, TRADE_IMPORT, TRADE_EXPORT };

/* A day as it stands in the books: 20250331; 20250300 when only the month is known. 0: none. */
typedef int64_t trade_day;

struct trade_party {
    struct trade_company_id company; /* 0: the file names none */
    str name;                 /* as in the file */
};

struct trade_record {
    int64_t number;           /* within the shop; rises with every import */
    trade_day day;
    enum trade_direction direction;
    struct trade_party importer, exporter;
    str hs;                   /* digits */
    str product;
    str origin, destination;  /* ISO 3166 alpha-2, or as in the file */
    str load_port, unload_port;
    bool has_quantity, has_weight, has_value;
    int64_t quantity_milli, weight_g, value_minor; /* value: hundredths, whatever the currency */
    str unit, currency;       /* currency empty: unknown */
};

struct trade_cursor {
    trade_day day;            /* 0: from the latest */
    int64_t number;
};

enum { TRADE_PAGE_MAX = 100, TRADE_WORDS_MAX = 4 };

struct trade_query {
    str words; /* product and company words; the last may be a beginning; digits: an HS code */
    struct trade_company_id company;
    str hs;                   /* digits: everything below that code */
    str country, port;
    enum trade_direction direction; /* UNSET: both */
    trade_day day_from, day_to;     /* 0: open */
    int64_t value_from, value_to;   /* hundredths; 0: open */
    struct trade_cursor cursor;
    size_t limit;             /* 1..TRADE_PAGE_MAX */
};

struct trade_found {
    struct trade_record *records; /* latest first */
    size_t count;
    struct trade_cursor next; /* day 0: there is no more */
    int64_t estimate;         /* at most so many match: of the rarest condition */
};

/* Takes a file in without a hand, as its columns are guessed: for programs. `path` is moved away; a
 * job does the rest. INVALID in words when it is no such file or the guess does not suffice,
 * CONFLICT "trade.same_file". */
struct trade_file {
    struct shop_id shop;
    struct account_id actor;
    str file_name, path;
    int64_t bytes;
};
const struct err *trade_take_in(struct platform *p, struct arena *a, const struct trade_file *file,
                                struct trade_import_id *ret) MUST_CHECK;

/* The store of the records: DATA/trade.db on SQLite, the one database on PostgreSQL. */
struct db *trade_store(const struct platform *p);

/* One page of what matches. A page may be short, even empty, with `next` set: a search looks at
 * 20,000 candidates a call, so that a rare combination of frequent conditions holds nothing up. */
const struct err *trade_search(struct tx *tx, struct arena *a, struct shop_id shop,
                               const struct trade_query *q, struct trade_found *ret) MUST_CHECK;

struct trade_company {
    struct trade_company_id id;
    str name;                 /* the most frequent writing */
    int64_t records, imports, exports;
    trade_day first_day, last_day;
};
/* NOT_FOUND "trade.no_company". */
const struct err *trade_company(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct trade_company_id id, struct trade_company *ret) MUST_CHECK;
/* Companies whose name has words that begin so, most records first; at most `limit`. */
const struct err *trade_company_find(struct tx *tx, struct arena *a, struct shop_id shop, str words,
                                     size_t limit, struct trade_company **ret,
                                     size_t *ret_count) MUST_CHECK;

/* The key under which writings of one company meet: folded, without blanks, punctuation and legal
 * form. Short names keep their form, so that "ABC Ltd" and "ABC GmbH" stay two. Empty: no company
 * ("TO THE ORDER OF", "NULL", digits alone). */
const struct err *trade_company_key(struct arena *a, str name, str *ret) MUST_CHECK;

extern const struct feature trade_feature;

#endif
