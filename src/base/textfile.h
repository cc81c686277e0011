/* Catalogue files: the texts people read, one file per language ("en.txt", "zh.txt").
 *
 *   # a comment
 *   order.title = Order {0}
 *   order.seats.one = One more friend and everyone pays {1}
 *   order.seats.other = {0} more friends and everyone pays {1}
 *   order.long = A long text \
 *                goes on here
 *
 * Keys are [a-z0-9_.], at most 100 bytes; blanks around key and text are dropped; a backslash at
 * the end of a line joins the next one without its leading blanks; \n is a line break, \\ a
 * backslash; {0}..{2} are placeholders and any other brace is an error. Read at build time by
 * textgen and tplc. Errors are INVALID with "file:line: message" as detail.
 */
#ifndef BASE_TEXTFILE_H
#define BASE_TEXTFILE_H

#include "base/err.h"

struct text_entry {
    str key, text;
    unsigned placeholders; /* bit n: {n} occurs */
    const char *file;
    int line;
};

struct text_table {
    struct text_entry *items; /* sorted by key after text_table_sort */
    size_t count, space;
};

/* A whole small file of the build (<= max bytes), NUL-terminated. INVALID with the reason. */
const struct err *textfile_read(struct arena *a, const char *path, size_t max, str *ret) MUST_CHECK;
/* Appends the entries of one file. `file` is kept, `content` is viewed. */
const struct err *textfile_parse(struct arena *a, const char *file, str content,
                                 struct text_table *table) MUST_CHECK;
/* Sorts; INVALID if a key occurs twice. */
const struct err *text_table_sort(struct arena *a, struct text_table *table) MUST_CHECK;
const struct text_entry *text_table_find(const struct text_table *table, str key); /* NULL: none */

#endif
