/* strbuf: a growing text in an arena with a mandatory maximum.
 *
 * Invariants: len <= max; once an append has failed (maximum or memory) `failed` stays set, later
 * appends do nothing, and strbuf_finish returns the error: so a page or a JSON answer is written
 * without a check at every append, and a truncated one is never sent.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>

#include "base/err.h"

struct strbuf {
    struct arena *arena;
    char *ptr;
    size_t len, space, max;
    bool failed;
};

void strbuf_init(struct strbuf *sb, struct arena *a, size_t max_bytes);
void strbuf_add(struct strbuf *sb, str s);
void strbuf_add_char(struct strbuf *sb, char c);
void strbuf_add_int(struct strbuf *sb, int64_t value);
PRINTF_LIKE(2, 3) void strbuf_addf(struct strbuf *sb, const char *fmt, ...);
PRINTF_LIKE(2, 0) void strbuf_addv(struct strbuf *sb, const char *fmt, va_list args);
void strbuf_clear(struct strbuf *sb);                /* len 0, failed false, memory kept */
str strbuf_view(const struct strbuf *sb); /* what is there so far; valid until next append */
/* The text, or LIMIT. It stays in the arena; a NUL follows it, not counted in len. */
const struct err *strbuf_finish(struct strbuf *sb, str *ret) MUST_CHECK;

/* Copies into the arena, followed by a NUL that is not counted. Absent stays absent. */
const struct err *str_dup(struct arena *a, str s, str *ret) MUST_CHECK;
/* C string for OS and library calls: INVALID if s holds a NUL. */
const struct err *str_to_c(struct arena *a, str s, const char **ret) MUST_CHECK;
PRINTF_LIKE(3, 4)
const struct err *str_fmt(struct arena *a, str *ret, const char *fmt, ...) MUST_CHECK;

#endif
