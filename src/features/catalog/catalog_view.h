/* What the pages of feature catalog show.
 */
#ifndef CATALOG_CATALOG_VIEW_H
#define CATALOG_CATALOG_VIEW_H

#include "catalog/catalog.h"

/* A product as the form of its page holds it: texts as typed, so that a wrong one is shown again as
 * it was. */
struct variant_typed {
    str id, options[PRODUCT_OPTIONS_MAX], price, compare_at, sku, weight;
    bool is_dropped;          /* taken out of the table */
};
struct product_typed {
    str title, description, kind, vendor, tags, handle, price, compare_at, sku, weight, size,
        hs_code;
    str option_names[PRODUCT_OPTIONS_MAX],
        option_values[PRODUCT_OPTIONS_MAX]; /* values: "S, M, L" */
    struct variant_typed *variants;
    size_t variant_count;
    bool is_active, requires_shipping, is_taxable;
    enum tax_class tax_class;
    int64_t media_ids[PRODUCT_PHOTOS_MAX];
    size_t media_count;
};

struct product_list_view {
    struct page page;
    struct shop shop;
    str query;
    enum product_status status;
    struct product_card *cards;
    enum product_status *statuses;
    size_t count;
    int64_t counts[PRODUCT_ARCHIVED + 1]; /* by status; [0]: all but archived */
    struct url_safe next;
    bool may_change;
    struct empty_view empty;
};

struct product_form_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct product_id id;     /* 0: a new one */
    str handle;
    enum product_status status;
    struct product_typed typed;
    struct photo photos[PRODUCT_PHOTOS_MAX];
    int64_t waiting;          /* photos that are being prepared */
};

struct ladder_row {
    const struct variant *variant;
    struct id_text id;
    struct ladder ladder;
    str min, step, rungs, sample; /* as typed */
};
struct ladders_view {
    struct page page;
    struct shop shop;
    struct product product;
    struct ladder_row *rows;
    size_t count, wrong;      /* wrong: the row that the fault is about */
    struct form_fault fault;
};

enum { LONG_TITLE = 66 }; /* bytes; longer ones are set smaller */

/* The other amount in the same currency; unset when there is none. */
static inline struct money catalog_money(int64_t minor, const struct money *like)
{
    return minor == 0 ? (struct money){0} : (struct money){minor, like->currency};
}

/* What a piece costs to those who buy the least that is sold. */
static inline struct money catalog_price_first(const struct variant *v)
{
    int64_t first = catalog_ladder_first(&v->ladder);
    return (struct money){catalog_ladder_unit(&v->ladder, first, v->price.minor),
                          v->price.currency};
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
