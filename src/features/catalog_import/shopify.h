/* shopify: Shopify's product CSV, bytes -> groups; pure. Both generations of its column names are
 * understood; commas, semicolons and tabs; with semicolons also decimal commas. Lines of one
 * product stand together and share a handle; a blank handle goes on with the product above.
 *
 * A bad line is left out and reported, the product goes on without it. Memory: one product and one
 * record. Not its duty: whether a product is new, and everything about the shop but its currency.
 */
#ifndef CATALOG_IMPORT_SHOPIFY_H
#define CATALOG_IMPORT_SHOPIFY_H

#include "catalog_import/catalog_import.h"

enum shopify_column {
    SHOPIFY_UNSET = 0,
    SHOPIFY_HANDLE,
    SHOPIFY_TITLE,
    SHOPIFY_BODY,
    SHOPIFY_VENDOR,
    SHOPIFY_TYPE,
    SHOPIFY_TAGS,
    SHOPIFY_PUBLISHED,
    SHOPIFY_OPTION1_NAME,
    SHOPIFY_OPTION1_VALUE,
    SHOPIFY_OPTION2_NAME,
    SHOPIFY_OPTION2_VALUE,
    SHOPIFY_OPTION3_NAME,
    SHOPIFY_OPTION3_VALUE,
    SHOPIFY_SKU,
    SHOPIFY_GRAMS,
    SHOPIFY_TRACKER,
    SHOPIFY_QUANTITY,
    SHOPIFY_POLICY,
    SHOPIFY_FULFILLMENT,
    SHOPIFY_PRICE,
    SHOPIFY_COMPARE_AT,
    SHOPIFY_SHIPPING,
    SHOPIFY_TAXABLE,
    SHOPIFY_BARCODE,
    SHOPIFY_IMAGE,
    SHOPIFY_IMAGE_POSITION,
    SHOPIFY_IMAGE_ALT,
    SHOPIFY_GIFT_CARD,
    SHOPIFY_VARIANT_IMAGE,
    SHOPIFY_WEIGHT_UNIT,
    SHOPIFY_STATUS,
    SHOPIFY_MIN_QUANTITY, /* these four are ours: Shopify passes them over */
    SHOPIFY_STEP,
    SHOPIFY_RUNGS,
    SHOPIFY_SAMPLE,
    SHOPIFY_COLUMN_COUNT
};
/* As Shopify writes it: "Variant Price". */
str shopify_column_name(enum shopify_column column);

struct shopify_reader {
    struct csv_reader csv;
    struct csv_row row;       /* the next one, when has_row */
    struct currency currency;
    int places[SHOPIFY_COLUMN_COUNT]; /* cell from 0; -1: the file has no such column */
    size_t cell_count;
    unsigned fields;
    bool has_row, has_decimal_comma;
    /* Of a file that import_translate wrote: what is said speaks of the file before it. */
    bool is_translated;
    int64_t told_line, told_places[SHOPIFY_COLUMN_COUNT];
    str told_names[SHOPIFY_COLUMN_COUNT];
};

/* Reads the head. `first_bytes`: the beginning of the file, at least 4 KiB of it if it has them;
 * `read` gives the file from its start; `is_translated`: by import_translate. INVALID import.empty,
 * import.utf16, import.spreadsheet, import.not_csv, import.not_utf8, import.missing_columns (args:
 * which, a guess what may be meant). */
const struct err *shopify_open(struct shopify_reader *r, struct arena *a, struct currency currency,
                               bool is_translated, str first_bytes, csv_read_fn *read,
                               void *self) MUST_CHECK;
/* The next product, in `a`, which may be rewound between calls and so is not the arena of
 * shopify_open; *ret_is_end true: none was left. */
const struct err *shopify_next(struct shopify_reader *r, struct arena *a, struct import_group *ret,
                               bool *ret_is_end) MUST_CHECK;
/* The next line that begins a product, or has a SKU: what a first pass over the file needs. Handle
 * as a slug, absent when the line goes on with the product above; BAD lines are passed over. */
struct shopify_line {
    int64_t line;
    str handle, sku;
};
const struct err *shopify_scan(struct shopify_reader *r, struct arena *a, struct shopify_line *ret,
                               bool *ret_is_end) MUST_CHECK;

#endif
