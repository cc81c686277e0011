/* What the stock page of a product shows. */
#ifndef STOCK_STOCK_VIEW_H
#define STOCK_STOCK_VIEW_H

#include "stock/stock.h"
#include "web/page.h"

struct stock_line_view {
    struct variant_id id;
    str title, sku;
    const char *field;        /* name of its input */
    const char *seen_field;   /* name of the hidden one that tells which count was shown */
    str seen;                 /* its value */
    str wrong;                /* what is wrong with what was typed, or absent */
    str typed;                /* its value; empty = not counted */
    bool is_counted;
    int64_t on_hand, held, available;
};

struct stock_view {
    struct page page;
    str fault;                /* what is wrong, when it is at no count; or absent */
    struct product product;
    struct stock_line_view *lines;
    size_t line_count;
};

struct stock_low_view {
    struct page page;
    struct product_card *cards;
    size_t count;
    struct empty_view empty;
};

const struct err *stock_page_low(struct web *w) MUST_CHECK;
const struct err *stock_page(struct web *w) MUST_CHECK;
const struct err *stock_page_save(struct web *w) MUST_CHECK;
const struct err *stock_api_show(struct web *w) MUST_CHECK;
const struct err *stock_api_set(struct web *w) MUST_CHECK;

#endif
