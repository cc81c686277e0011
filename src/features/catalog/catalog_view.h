/* What the pages of feature catalog show.
 */
#ifndef CATALOG_CATALOG_VIEW_H
#define CATALOG_CATALOG_VIEW_H

#include "catalog/catalog.h"

struct shop_front_view {
    struct page page;
    struct shop shop;
    struct face face;
    struct product_card *cards;
    size_t count;
    struct url_safe next;
    struct empty_view empty;
    bool is_mine;             /* the reader may change its products */
};

/* The other amount in the same currency; unset when there is none. */
static inline struct money catalog_money(int64_t minor, const struct money *like)
{
    return minor == 0 ? (struct money){0} : (struct money){minor, like->currency};
}

/* A reduction worth telling: 1..99 percent, else 0. */
static inline int64_t catalog_percent_off(int64_t minor, int64_t before_minor)
{
    int64_t less = before_minor - minor;
    if (minor <= 0 || less <= 0)
        return 0;
    return before_minor > INT64_MAX / 100 ? less / (before_minor / 100) : less * 100 / before_minor;
}

#endif
