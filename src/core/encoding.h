/* Files of other people's programs as UTF-8, whatever they were written in: UTF-8 with or without
 * its mark, UTF-16 in either order, GBK, and the 8-bit encodings that ICU's detection tells apart.
 * A stream: memory is bounded whatever the size. Threads: a reader belongs to one thread.
 */
#ifndef CORE_ENCODING_H
#define CORE_ENCODING_H

#include <stdio.h>

#include "base/err.h"

enum { ENCODING_NAME_MAX = 40, ENCODING_HEAD_BYTES = 256 * 1024 };

/* What a file that should be a table is, by its first bytes. */
enum encoding_kind {
    ENCODING_KIND_UNSET = 0,
    ENCODING_TEXT,
    ENCODING_UTF16,           /* text, too */
    ENCODING_EMPTY,
    ENCODING_SPREADSHEET,     /* xlsx (or any zip), xls */
    ENCODING_OTHER            /* markup, JSON, a picture, a program, any other binary file */
};
enum encoding_kind encoding_kind_of(str head);

/* ICU's name of the encoding of a text that begins so: "UTF-8", "UTF-16LE", "GB18030",
 * "windows-1251" ... UTF-8 unless most of its letters beyond ASCII are none: then a bad line is
 * that line's problem. Never fails: "windows-1252" when nothing fits. */
void encoding_guess(str head, char ret[static ENCODING_NAME_MAX]);

struct encoding_reader;
/* Begins at the file's first byte; a byte order mark is left out. Ends with the arena; the file
 * stays the caller's. INVALID "error.charset" for a name that ICU does not know. */
const struct err *encoding_open(struct arena *a, FILE *file, const char *encoding,
                                struct encoding_reader **ret) MUST_CHECK;
/* A csv_read_fn (base/csv.h): at most `space` bytes, 0 = the end. UTF-8 comes as it stands, so that
 * a bad line can be named; what cannot be read of another encoding becomes U+FFFD. */
const struct err *encoding_read(void *self, char *bytes, size_t space, size_t *ret_count);

#endif
