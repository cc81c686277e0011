/* UTF-8: checking, counting, cutting, and what may stand in a text that people see.
 *
 * Not its duty: words, cases beyond ASCII, widths (ICU does these, in core). Surrogates, overlong
 * forms and values above U+10FFFF are invalid. Functions that take any bytes say so.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/strbuf.h"

bool utf8_is_valid(str s);
/* Takes the next code point off *rest. False at the end and at an invalid byte; then *rest is left.
 */
bool utf8_next(str *rest, uint32_t *ret);
/* Code points; an invalid byte counts as one. Any bytes. */
size_t utf8_count(str s);
/* The longest beginning of at most so many bytes / code points that ends between two code points.
 */
str utf8_cut_bytes(str s, size_t max_bytes);
str utf8_cut_points(str s, size_t max_points);
/* Appends one code point, valid by assertion. */
void utf8_add(struct strbuf *sb, uint32_t point);

/* A..Z to a..z, all else as it was. Any bytes. */
const struct err *utf8_lower_ascii(struct arena *a, str s, str *ret) MUST_CHECK;
/* Drops control characters and bidirectional overrides; line feeds and tabs stay if `keep_lines`,
 * else each becomes a space; an invalid byte becomes U+FFFD. Any bytes; the result passes the check
 * below. For names and texts of other systems, which we do not refuse. */
const struct err *utf8_clean(struct arena *a, str s, bool keep_lines, str *ret) MUST_CHECK;

/* May people see this? Valid, no control characters (C0, C1, DEL), no bidirectional embedding,
 * override or isolate (they reverse what is read), no U+FEFF. A title is one line; a comment may
 * hold LF, CR LF and tabs. Empty and absent texts pass: presence is another question. */
bool utf8_is_title(str s);
bool utf8_is_comment(str s);

#endif
