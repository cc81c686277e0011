/* Files of other people's programs as UTF-8, whatever they were written in: UTF-8 with or without
 * its mark, UTF-16 in either order, GBK, and the 8-bit encodings that ICU's detection tells apart.
 * A stream: memory is bounded whatever the size. Threads: a reader belongs to one thread.
 */
#ifndef CORE_ENCODING_H
#define CORE_ENCODING_H

#include <stdio.h>

#include "base/err.h"

enum { ENCODING_NAME_MAX = 40, ENCODING_HEAD_BYTES = 64 * 1024 };

/* ICU's name of the encoding of a text that begins so: "UTF-8", "UTF-16LE", "GB18030",
 * "windows-1251" ... A text that is valid UTF-8 (cut off at any byte) is UTF-8. Never fails:
 * "windows-1252" when nothing fits. */
void encoding_guess(str head, char ret[static ENCODING_NAME_MAX]);

struct encoding_reader;
/* Begins at the file's first byte; a byte order mark is left out. Ends with the arena; the file
 * stays the caller's. INVALID "error.charset" for a name that ICU does not know. */
const struct err *encoding_open(struct arena *a, FILE *file, const char *encoding,
                                struct encoding_reader **ret) MUST_CHECK;
/* A csv_read_fn (base/csv.h): at most `space` bytes, 0 = the end. What cannot be read becomes
 * U+FFFD. */
const struct err *encoding_read(void *self, char *bytes, size_t space, size_t *ret_count);

#endif
