/* What the page "where you sell" shows. */
#ifndef PRICE_PRICE_VIEW_H
#define PRICE_PRICE_VIEW_H

#include "price/price.h"
#include "web/page.h"

struct selling_zone {
    struct delivery_zone_id id;
    str name, where, ways;    /* in words */
};

/* What one thing would cost there. */
struct selling_preview {
    str country;
    struct money goods, shipping, tax, total;
    bool tax_included, is_unreachable;
};

struct selling_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    bool may_change, is_eu;
    str home;                 /* the shop's country, by name */
    struct selling_zone *zones;
    size_t zone_count;
    int64_t rate_count, currency_count;
    str currencies;           /* "USD, GBP" */
    str thing;                /* what the previews are about; absent: nothing for sale yet */
    struct selling_preview *previews;
    size_t preview_count;
    struct country_name *all;
    size_t all_count;
    str to;                   /* the country asked for, or absent */
    str price_home, price_eu, price_world;
};

const struct err *price_selling_page(struct web *w) MUST_CHECK;
const struct err *price_selling_start(struct web *w) MUST_CHECK;

#endif
