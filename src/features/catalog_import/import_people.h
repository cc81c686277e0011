/* Inside feature catalog_import: Shopify's exports of customers and of orders, bytes -> past
 * customers and orders. They are history: see past/past.h.
 */
#ifndef CATALOG_IMPORT_IMPORT_PEOPLE_H
#define CATALOG_IMPORT_IMPORT_PEOPLE_H

#include "catalog_import/import_format.h"

/* One customer, or one order. */
struct import_past {
    bool is_order;
    struct past_customer customer;
    struct past_order order;
};

struct people_reader {
    struct import_source source;
    struct currency currency; /* of the shop */
    struct csv_row row;
    bool is_order, has_row;
};

/* IMPORT_CUSTOMERS, IMPORT_ORDERS, or NULL: neither. */
const char *people_recognise(const struct import_source *s);
/* people_close in any case that is a success. */
const struct err *people_open(struct people_reader *r, struct arena *a, struct currency currency,
                              const char *path) MUST_CHECK;
void people_close(struct people_reader *r);
/* The next one, as a group that has `past`; one that cannot be read has problems alone. */
const struct err *people_next(struct people_reader *r, struct arena *a, struct import_group *ret,
                              bool *ret_is_end) MUST_CHECK;
const struct err *people_apply(struct turn *t, const struct import_work *w,
                               const struct import_group *g, struct import_outcome *ret) MUST_CHECK;

#endif
