/* Inside feature catalog_import: a CSV of any kind, read by a list that says which column is what.
 * The list is guessed from names in many languages and from the values, corrected by the merchant,
 * and remembered for files with the same head.
 */
#ifndef CATALOG_IMPORT_IMPORT_MAPPING_H
#define CATALOG_IMPORT_IMPORT_MAPPING_H

#include "catalog_import/import_format.h"

enum {
    MAPPING_SAMPLES = 40,
    MAPPING_FIELDS = 18,
    MAPPING_COLUMNS_MAX = 100,
    MAPPING_TEXT_MAX = 8 * 1024
};

/* What a column of any file can be, in the order in which it is offered. */
struct mapping_field {
    const char *key;          /* in the form and in what is remembered; text import.map.KEY */
    enum shopify_column column;
    const char *words;        /* names, folded, separated by bars */
    bool is_many;             /* several columns may be that */
};
extern const struct mapping_field mapping_fields[MAPPING_FIELDS];
/* -1: none of that name */
int mapping_field_of(str key);

/* Per column of the file an index into mapping_fields, -1: left out. */
struct mapping {
    int fields[IMPORT_COLUMNS_MAX];
    bool is_guessed[IMPORT_COLUMNS_MAX];
    size_t count;
};

/* What a file shows of itself: its head and its first records. */
struct mapping_sample {
    const str *head;
    size_t column_count;
    const str *const *rows;   /* each of column_count cells */
    size_t row_count;
};
/* Pure. */
const struct err *mapping_guess(struct arena *a, const struct mapping_sample *sample,
                                struct mapping *ret) MUST_CHECK;
/* Has it what a product needs: a name, or an address, or a SKU? INVALID import.map_title,
 * import.map_twice (arg 0: which). */
const struct err *mapping_check(struct arena *a, const struct mapping *m) MUST_CHECK;
/* "title\n\nprice\n": a line per column. */
const struct err *mapping_write(struct arena *a, const struct mapping *m, str *ret) MUST_CHECK;
void mapping_read(str text, struct mapping *ret);
/* The same for files with the same head. */
int64_t mapping_head_key(const struct import_source *s);

/* Reads the head and the first records; the source is left open. */
const struct err *mapping_sample_read(struct arena *a, struct import_source *s,
                                      struct mapping_sample *ret) MUST_CHECK;
/* The format that reads this file by the list. */
const struct err *mapping_format(struct arena *a, const struct import_source *s,
                                 const struct mapping *m,
                                 const struct import_format **ret) MUST_CHECK;

#endif
