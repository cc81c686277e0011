/* What the pages of feature trade show, and its handlers. Not for other features.
 */
#ifndef TRADE_TRADE_VIEW_H
#define TRADE_TRADE_VIEW_H

#include "shop/shop.h"
#include "trade/trade_part.h"
#include "web/page.h"

enum {
    TRADE_ROWS_A_PAGE = 30, TRADE_CHIPS = 6, TRADE_TOP = 8, TRADE_NAMES = 12, TRADE_MONTHS = 24,
    TRADE_LATEST = 30, TRADE_PREVIEW = 5, TRADE_PROBLEMS_SHOWN = 50, TRADE_HS_SHOWN = 200,
    TRADE_LATEST_DEEP = 2000
};

struct trade_row_view {
    struct trade_company_id importer_id, exporter_id;
    str day, importer, exporter, hs, product, origin, destination, ports;
    str quantity, weight, value; /* in words; absent: none */
    bool is_export;
};

struct trade_chip_view {
    struct trade_company_id id;
    str name;
    int64_t records;
    bool is_buyer;            /* of a partner: buys from the company that is shown */
};

struct trade_search_view {
    struct page page;
    struct shop shop;
    str q, hs, country, port, direction, from, to, value_from, value_to;
    struct trade_company_id company;
    str company_name;
    bool has_filters, may_change, has_any, is_unfinished, is_first;
    struct trade_row_view *rows;
    size_t count;
    int64_t estimate;
    struct trade_chip_view chips[TRADE_CHIPS];
    size_t chip_count;
    struct url_safe next, csv;
    struct empty_view empty;
};

struct trade_month_view {
    str words;                /* "2025-03" */
    int64_t records;
    int x, y, height;
};

struct trade_goods_view {
    str code, words;
    int64_t records;
    int percent;
};

struct trade_company_view {
    struct page page;
    struct shop shop;
    struct trade_company company;
    str since, until;
    struct trade_chip_view names[TRADE_NAMES]; /* writings; id not set */
    size_t name_count;
    struct trade_goods_view goods[TRADE_TOP];
    size_t goods_count;
    struct trade_chip_view partners[TRADE_TOP];
    size_t partner_count;
    struct trade_month_view months[TRADE_MONTHS];
    size_t month_count;
    int64_t best;
    struct trade_row_view *rows;
    size_t row_count;
    bool is_part;             /* goods and partners: of its latest records only */
};

struct trade_hs_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    str code, words;          /* the code that is open; empty: the chapters */
    struct trade_goods_view *above, *below;
    size_t above_count, below_count;
    bool may_change;
};

struct trade_import_line_view {
    struct trade_import_id id;
    str file_name;
    enum trade_state state;
    int64_t records, bad, line, made_ms;
};

struct trade_imports_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct trade_import_line_view lines[TRADE_LATEST];
    size_t count;
    struct trade_import_id next_id; /* 0: there are no more */
    struct url_safe next;
};

struct trade_column_view {
    int place;
    str title, example;
};
struct trade_field_view {
    const char *name;
    str words;
    int place;
    bool is_needed;
};
struct trade_problem_view {
    int64_t line;
    str words;
};

struct trade_import_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct trade_import_line_view line;
    str reason;               /* why it failed or stopped */
    bool is_under_way, may_change;
    struct trade_mapping m;
    struct trade_field_view fields[TRADE_FIELD_COUNT];
    size_t field_count;
    struct trade_column_view *columns;
    size_t column_count;
    struct trade_row_view rows[TRADE_PREVIEW];
    size_t row_count;
    struct trade_problem_view problems[TRADE_PROBLEMS_SHOWN];
    size_t problem_count;
};

/* ---- shared (trade_show.c) ---- */

/* Runs `fn` on a snapshot of the store of the records. */
typedef const struct err *trade_store_fn(struct web *w, struct tx *tx, void *arg);
const struct err *trade_with_store(struct web *w, trade_store_fn *fn, void *arg) MUST_CHECK;
const struct err *trade_row_show(struct web *w, const struct trade_record *r,
                                 struct trade_row_view *ret) MUST_CHECK;
/* "2025-03-31", "2025-03"; empty for 0. */
const struct err *trade_day_show(struct arena *a, trade_day day, str *ret) MUST_CHECK;
/* "1234.5" from 1234500 and 3 decimals, without zeros at its end. */
const struct err *trade_decimal_show(struct arena *a, int64_t n, int decimals, str *ret) MUST_CHECK;
const struct err *trade_may_change(struct web *w, bool *ret) MUST_CHECK;
/* Of a code: a chapter's own words, else those of the records or the operator's file; may be empty.
 */
const struct err *trade_hs_words(struct web *w, struct tx *tx, str code, str *ret) MUST_CHECK;
/* The query of a request: q, hs, country, port, direction, from, to, value_from, value_to, company,
 * after. INVALID with the field named. */
const struct err *trade_query_read(struct web *w, struct trade_query *ret) MUST_CHECK;
const struct err *trade_cursor_write(struct arena *a, struct trade_cursor c, str *ret) MUST_CHECK;

struct trade_hs_child {
    str code, words;
    int64_t records;
};
/* What stands directly below a code ("" = chapters). */
const struct err *trade_hs_below(struct web *w, struct tx *tx, str code,
                                 struct trade_hs_child **ret, size_t *ret_count) MUST_CHECK;
const struct err *trade_company_load(struct web *w, struct tx *tx, struct trade_company_id id,
                                     struct trade_company_view *v) MUST_CHECK;
const struct err *trade_upload(struct web *w, struct trade_import_id *ret) MUST_CHECK;

/* ---- handlers ---- */

const struct err *trade_page(struct web *w) MUST_CHECK;
const struct err *trade_page_csv(struct web *w) MUST_CHECK;
const struct err *trade_page_company(struct web *w) MUST_CHECK;
const struct err *trade_page_hs(struct web *w) MUST_CHECK;
const struct err *trade_page_hs_file(struct web *w) MUST_CHECK;
const struct err *trade_page_imports(struct web *w) MUST_CHECK;
const struct err *trade_page_upload(struct web *w) MUST_CHECK;
const struct err *trade_page_import(struct web *w) MUST_CHECK;
const struct err *trade_page_start(struct web *w) MUST_CHECK;
const struct err *trade_page_continue(struct web *w) MUST_CHECK;
const struct err *trade_page_remove(struct web *w) MUST_CHECK;
const struct err *trade_api_records(struct web *w) MUST_CHECK;
const struct err *trade_api_companies(struct web *w) MUST_CHECK;
const struct err *trade_api_company(struct web *w) MUST_CHECK;
const struct err *trade_api_hs(struct web *w) MUST_CHECK;
const struct err *trade_api_imports(struct web *w) MUST_CHECK;
const struct err *trade_api_upload(struct web *w) MUST_CHECK;
const struct err *trade_api_import(struct web *w) MUST_CHECK;
const struct err *trade_api_start(struct web *w) MUST_CHECK;
const struct err *trade_api_continue(struct web *w) MUST_CHECK;
const struct err *trade_api_remove(struct web *w) MUST_CHECK;

#endif
