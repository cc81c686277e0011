/* What the page of feature currency shows. */
#ifndef CURRENCY_CURRENCY_VIEW_H
#define CURRENCY_CURRENCY_VIEW_H

#include "currency/currency.h"
#include "web/page.h"

struct currency_row {
    str code, rate;           /* as typed */
    enum currency_rounding rounding;
};

struct currency_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct currency_row rows[CURRENCIES_MAX + 1];
    size_t row_count;
};

const struct err *currency_page(struct web *w) MUST_CHECK;
const struct err *currency_page_save(struct web *w) MUST_CHECK;
const struct err *currency_api_show(struct web *w) MUST_CHECK;
const struct err *currency_api_save(struct web *w) MUST_CHECK;
const struct err *currency_api_price(struct web *w) MUST_CHECK;

#endif
