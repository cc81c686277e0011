/* catalog_import: products from files of other systems, and back.
 *
 * A reader per format turns bytes into `struct import_group`: one product as the file has it, with
 * the problems of its lines. What a group means for the catalogue (new, changed, the same) is
 * decided in one place for all formats; a dry run is that decision without the writing. A file is
 * taken in slices, each committed with the line it reached, so that a server that was killed goes
 * on where it stood.
 *
 * Not here: products (catalog), counts (stock), encoding of pictures (media).
 * Limits: a file of IMPORT_BYTES_MAX and IMPORT_LINES_MAX lines; of problems and previews the first
 * are kept.
 */
#ifndef CATALOG_IMPORT_CATALOG_IMPORT_H
#define CATALOG_IMPORT_CATALOG_IMPORT_H

#include "base/csv.h"
#include "catalog/catalog.h"
#include "past/past.h"
#include "stock/stock.h"

ID_TYPE(import);

enum {
    IMPORT_BYTES_MAX = 64 * 1024 * 1024,
    IMPORT_LINES_MAX = 200000,        /* records */
    IMPORT_PROBLEMS_KEPT = 1000,      /* of one import; further ones are only counted */
    IMPORT_ITEMS_KEPT = 200,
    IMPORT_GROUP_PROBLEMS_MAX = 100,
    IMPORT_SOURCE_MAX = 1000,         /* bytes of a picture's address */
    IMPORT_STOCK_KEEP = -2            /* the file says nothing about the count */
};

/* Which columns a file has: what it does not have stays as it is. */
enum import_field {
    IMPORT_FIELD_UNSET = 0,
    IMPORT_BODY = 1 << 0,
    IMPORT_VENDOR = 1 << 1,
    IMPORT_KIND = 1 << 2,
    IMPORT_TAGS = 1 << 3,
    IMPORT_STATUS = 1 << 4,
    IMPORT_OPTIONS = 1 << 5,
    IMPORT_SKU = 1 << 6,
    IMPORT_WEIGHT = 1 << 7,
    IMPORT_PRICE = 1 << 8,
    IMPORT_COMPARE_AT = 1 << 9,
    IMPORT_SHIPPING = 1 << 10,
    IMPORT_TAXABLE = 1 << 11,
    IMPORT_BARCODE = 1 << 12,
    IMPORT_PHOTOS = 1 << 13,
    IMPORT_VARIANT_PHOTO = 1 << 14,
    IMPORT_MIN_QUANTITY = 1 << 15,
    IMPORT_STEP = 1 << 16,
    IMPORT_RUNGS = 1 << 17,
    IMPORT_SAMPLE = 1 << 18
};

struct import_problem {
    int64_t line;             /* from 1 */
    int64_t place;            /* cell of the line from 1; 0: the line as a whole */
    str column_name;
    const char *key;          /* i18n, arg {0} = detail */
    str detail;
};

struct import_image {
    str source, alt;
};

struct import_variant {
    int64_t line;             /* of what is read */
    int64_t told_line;        /* of the merchant's file: what problems name */
    int64_t on_hand;          /* IMPORT_STOCK_KEEP, STOCK_UNTRACKED or the count */
    str image;                /* absent: none */
};

/* One product of the file. */
struct import_group {
    int64_t line;             /* where it begins */
    int64_t told_line;        /* the same in the merchant's file */
    const str
        *column_names; /* as the merchant's file has them, by enum shopify_column; NULL: as ours */
    bool has_made_handle;     /* the file gives no addresses: this one is of its title */
    int64_t line_end;         /* the record after it */
    unsigned fields;          /* enum import_field */
    const struct import_past
        *past; /* NULL, or it is no product but a customer or an order of before */
    struct product_input
        product; /* handle as a slug; title absent when the file has none; no media */
    struct variant_input *variants;
    struct import_variant *details; /* as many */
    struct import_image *images;
    size_t image_count;
    struct import_problem *problems;
    size_t problem_count, problems_dropped;
    bool is_usable;           /* false: only problems */
    bool is_whole;            /* no line was left out */
};

enum import_state {
    IMPORT_STATE_UNSET = 0,
    IMPORT_CHECKING,
    IMPORT_CHECKED,
    IMPORT_RUNNING,
    IMPORT_DONE,
    IMPORT_FAILED,
    IMPORT_MAPPING /* somebody has to say what its columns are */
};

struct import_counts {
    int64_t created, changed, same, problems;
};

extern const struct feature catalog_import_feature;

#endif
