/* What the import's pages show, and its handlers. Not for other features.
 */
#ifndef CATALOG_IMPORT_IMPORT_VIEW_H
#define CATALOG_IMPORT_IMPORT_VIEW_H

#include "catalog_import/import_mapping.h"
#include "catalog_import/import_part.h"

enum {
    IMPORT_PROBLEMS_SHOWN = 50,
    IMPORT_ITEMS_SHOWN = 50,
    IMPORT_LATEST_SHOWN = 10,
    IMPORT_PHOTOS_SHOWN = 10,
    IMPORT_DIFFERENCES_MAX = 12
};

struct import_difference_view {
    str field, before, after; /* field: in words */
};
struct import_item_view {
    str handle, title;
    bool is_new;
    struct import_difference_view differences[IMPORT_DIFFERENCES_MAX];
    size_t difference_count;
};
struct import_problem_view {
    int64_t line;
    str column_name, words;
};
struct import_line_view {
    struct import_id id;
    str file_name;
    enum import_state state;
    int64_t created, changed, same, problems, line, lines, started_ms;
};

struct import_start_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct import_line_view latest[IMPORT_LATEST_SHOWN];
    size_t count;
};
enum { IMPORT_SAMPLES_SHOWN = 3 };
struct import_column_view {
    str name, samples[IMPORT_SAMPLES_SHOWN];
    size_t sample_count;
    int64_t index;
    int field;                /* -1: left out */
    bool is_guessed;
};
struct import_field_view {
    str key, words;
};
struct import_map_view {
    struct page page;
    struct shop shop;
    struct form_fault fault;
    struct import_id id;
    str file_name;
    bool is_remembered;
    struct import_column_view *columns;
    size_t count;
    struct import_field_view fields[MAPPING_FIELDS];
};
struct import_show_view {
    struct page page;
    struct shop shop;
    struct import_line_view line;
    str reason;               /* why it ended early; absent otherwise */
    str live;                 /* path of the stream that tells of progress */
    str format;               /* in words */
    bool is_under_way, is_mapped, is_of_people;
    struct import_item_view items[IMPORT_ITEMS_SHOWN];
    size_t item_count;
    struct import_problem_view problems[IMPORT_PROBLEMS_SHOWN];
    size_t problem_count;
    int64_t photos_waiting, photos_failed;
    struct import_problem_view
        photos[IMPORT_PHOTOS_SHOWN]; /* that failed; column_name: the address */
    size_t photo_count;
};

const struct err *import_page(struct web *w) MUST_CHECK;
const struct err *import_page_upload(struct web *w) MUST_CHECK;
const struct err *import_page_show(struct web *w) MUST_CHECK;
const struct err *import_page_start(struct web *w) MUST_CHECK;
const struct err *import_page_columns(struct web *w) MUST_CHECK;
const struct err *import_page_columns_save(struct web *w) MUST_CHECK;
/* A path in the folder of imports that is removed with the request, unless it has been moved by
 * then. */
const struct err *import_short_lived(struct web *w, const char *what, char **ret) MUST_CHECK;
const struct err *import_page_photos(struct web *w) MUST_CHECK;
const struct err *import_page_changes(struct web *w) MUST_CHECK;
const struct err *import_page_problems(struct web *w) MUST_CHECK;
const struct err *import_page_export(struct web *w) MUST_CHECK;
const struct err *import_api_create(struct web *w) MUST_CHECK;
const struct err *import_api_show(struct web *w) MUST_CHECK;
const struct err *import_api_start(struct web *w) MUST_CHECK;

#endif
