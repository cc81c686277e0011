/* Inside feature catalog_import: how other systems write their catalogues, and turning that into
 * ours.
 *
 * A format is a table (format_*.c): which columns tell it, what each column is to us, how its cells
 * are read, and a small function for what a table cannot say. Everything else is here, once:
 * `import_translate` puts the records of a product together, wherever they stand and in however
 * many files, and writes them as our own CSV (Shopify's columns, see shopify.h) with the line and
 * the column they came from, so that what is said about them speaks of the merchant's file.
 *
 * Memory: 40 bytes a record, one product. Threads: none of its own.
 */
#ifndef CATALOG_IMPORT_IMPORT_FORMAT_H
#define CATALOG_IMPORT_IMPORT_FORMAT_H

#include <stdio.h>

#include "catalog_import/import_part.h"

enum {
    IMPORT_SOURCES_MAX = 8,       /* files of one import */
    IMPORT_SIGNS_MAX = 6,
    IMPORT_LOOKUP_MAX = 5000,
    IMPORT_COLUMNS_MAX = 512
};

enum import_how {
    HOW_UNSET = 0,
    HOW_TEXT,
    HOW_LINES, /* a text in which \n stands for a line break */
    HOW_AMOUNT, /* any country's marks; a currency beside it must be the shop's */
    HOW_AMOUNT_OF, /* the same if the star is the shop's currency, else nothing */
    HOW_SALE, /* the price while it is lower; the other one becomes the price before */
    HOW_WEIGHT, /* unit: beside the number, the star, `param` */
    HOW_IMAGES, /* addresses separated by `param`; "*": by whatever separates them */
    HOW_PATH, /* the last step of the first path: "Clothing > Shirts, Sale" */
    HOW_JOIN, /* several columns, with commas between */
    HOW_NUMBERED, /* the star is the number of the option */
    HOW_LIST, /* options separated by `param` */
    HOW_HOOK /* the layout's function reads it */
};

/* `theirs` without regard to case; at most one star stands for any text. */
struct import_rule {
    str theirs;
    enum shopify_column ours;
    enum import_how how;
    const char *param;
};
#define RULE(theirs, ours, how) {STR_INIT(theirs), ours, how, NULL}
#define RULE_WITH(theirs, ours, how, param) {STR_INIT(theirs), ours, how, param}

/* What a record says, cell by cell of ours. */
struct import_taken {
    int64_t line;
    str cells[SHOPIFY_COLUMN_COUNT];
    str sale;                 /* HOW_SALE */
    str images[PRODUCT_PHOTOS_MAX];
    size_t image_count;
    bool is_passed_over;      /* nothing of it is taken */
    bool is_product_only;     /* it is no variant */
    bool is_variant_only;     /* it says nothing about the product */
};

struct import_draft_problem {
    int64_t line;
    const char *key;
    str column_name, detail;
};

/* A product being put together. */
struct import_draft {
    const struct import_translation *of;
    struct arena *arena;
    struct import_taken product;
    struct import_taken
        *variants; /* PRODUCT_VARIANTS_MAX + 1: one too many is reported by the reader */
    size_t variant_count, record_count;
    struct import_draft_problem problems[IMPORT_GROUP_PROBLEMS_MAX];
    size_t problem_count;
    struct strbuf notes;      /* for a layout's own use */
};

struct import_source;
struct import_record {
    const struct import_source *source;
    const struct csv_row *row;
    int64_t line;
};

/* One kind of file of a format. */
struct import_layout {
    const char *signs[IMPORT_SIGNS_MAX]; /* columns that all have to be there */
    const struct import_rule *rules;
    size_t rule_count;
    const char *keys[3]; /* columns by which the records of a product know each other; none: each is
                            its own */
    const char *key_prefixes[3]; /* before such a key: "id:" */
    const char *parent; /* column with a key of another record, to whose product this one belongs */
    const char *lookup; /* a list: column of the names that `keys[0]` stands for; no products */
    enum shopify_column fills[10]; /* what `adjust` and `finish` write without a rule */
    bool is_literal;          /* a star in a rule is a star */
    bool is_companion;        /* says nothing without the first layout */
    bool joins_by_sku;        /* several records with a SKU are one variant */
    const struct err *(*adjust)(struct import_draft *d, const struct import_record *r,
                                struct import_taken *taken);
};

struct import_format {
    const char *name;         /* also of its text import.format.NAME */
    const struct import_layout *layouts;
    size_t layout_count;
    const struct err *(*finish)(struct import_draft *d); /* may be NULL */
};
extern const struct import_format import_woocommerce, import_spree, import_spree_texts,
    import_medusa, import_medusa_v1, import_vendure, import_feed, import_litemall;

struct import_place {
    const struct import_rule *rule; /* NULL: passed over */
    str star;
};
struct import_source {
    const char *path;         /* UTF-8, CSV */
    const struct import_layout *layout;
    FILE *file;
    struct csv_reader csv;
    str *head;
    struct import_place *places;
    size_t column_count;
};
struct import_pair {
    str key, name;
};
struct import_translation {
    const struct import_format *format;
    struct currency currency;
    str language;             /* of the shop */
    struct import_source *sources;
    size_t source_count;
    struct import_pair *lookups[IMPORT_SOURCES_MAX]; /* by source; sorted */
    size_t lookup_counts[IMPORT_SOURCES_MAX];
};

/* ---- heads (import_head.c) ---- */

/* INVALID import.empty, import.utf16, import.spreadsheet, import.not_csv. */
const struct err *import_head_check(struct arena *a, str bytes) MUST_CHECK;
char import_head_separator(str bytes);
/* The first record. INVALID import.empty, import.not_utf8, import.too_many_columns, import.not_csv.
 */
const struct err *import_head_read(struct arena *a, struct csv_reader *csv,
                                   struct csv_row *ret) MUST_CHECK;
const struct err *import_head_bytes(struct arena *a, FILE *file,
                                    str *ret) MUST_CHECK; /* and back to the start */
const struct err *import_file_read(void *self, char *bytes, size_t space,
                                   size_t *ret_count); /* self: FILE * */
const struct err *import_file_open(struct arena *a, const char *path, FILE **ret) MUST_CHECK;

/* Writes the file as UTF-8 to `to` if it is not: UTF-16, or an older encoding that ICU is sure
 * enough of (GBK, Big5, Shift_JIS, Windows' own). */
const struct err *import_decode(struct arena *a, const char *path, const char *to,
                                bool *ret_is_decoded) MUST_CHECK;

/* A feed in XML, and that as a table. INVALID import.bad_xml (arg 0: the line), import.not_csv. */
bool import_is_xml(str head);
const struct err *import_xml_table(struct arena *a, const char *path, const char *to) MUST_CHECK;

/* Opens the file and reads its head. INVALID as above. */
const struct err *import_source_open(struct arena *a, const char *path,
                                     struct import_source *ret) MUST_CHECK;
void import_source_close(struct import_source *s);
/* Which format these files are of, and which of its layouts each; NULL: none that is known. INVALID
 * import.mixed_files, import.companion (arg 0: the format's name). */
const struct err *import_recognise(struct arena *a, struct import_source *sources, size_t count,
                                   const struct import_format **ret) MUST_CHECK;
/* Finds which rule reads which column; the source's layout is set. */
const struct err *import_source_bind(struct arena *a, struct import_source *s) MUST_CHECK;
/* Writes our CSV to `path`. `a` holds what is kept as long as it runs. INVALID
 * import.too_many_lines, import.empty. */
const struct err *import_translate(struct arena *a, struct import_translation *t,
                                   const char *path) MUST_CHECK;

/* ---- for layouts ---- */

/* The cell under that head, trimmed; empty when there is none. */
str import_record_cell(const struct import_record *r, const char *theirs);
/* The name that `key` stands for in a list whose layout has this sign as its second; absent if
 * unknown. */
str import_lookup(const struct import_translation *t, const char *sign, str key);
const struct err *import_draft_problem(struct import_draft *d, int64_t line, const char *column,
                                       const char *key, str detail) MUST_CHECK;
/* A JSON list of texts, as those sources write it; what is none is one item. */
const struct err *import_json_list(struct arena *a, str text, str *items, size_t max,
                                   size_t *ret_count) MUST_CHECK;

/* For `finish`: options that a product does not use go, those behind them move up. */
const struct err *import_options_close_up(struct import_draft *d) MUST_CHECK;

/* ---- values (import_value.c), pure ---- */

/* "1.234,50 €" as "1234.50"; *ret_is_other: it names another currency. What is no amount stays as
 * it is. */
const struct err *import_value_amount(struct arena *a, str text, struct currency currency,
                                      bool has_decimal_comma, str *ret,
                                      bool *ret_is_other) MUST_CHECK;
/* "1.5 oz", or "1.5" with `unit`, as whole grams; what is none stays as it is. */
const struct err *import_value_grams(struct arena *a, str text, str unit, bool has_decimal_comma,
                                     str *ret) MUST_CHECK;
/* The last step of the first path. */
str import_value_path_end(str text);
/* \n as a line break. */
const struct err *import_value_lines(struct arena *a, str text, str *ret) MUST_CHECK;

#endif
