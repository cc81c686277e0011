/* str: a view of bytes, passed by value. It owns nothing and need not be terminated by NUL.
 * ptr == NULL means "absent" (SQL NULL, missing form field); an empty text has len 0 and a ptr.
 * All functions accept absent views and treat them as empty, except str_is_absent.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

typedef struct str {
    const char *ptr;
    size_t len;
} str;

#define S(literal) ((str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal) {"" literal, sizeof(literal) - 1} /* in static tables */
#define STR_NONE ((str){NULL, 0})
/* For printf-like functions: "%.*s", STR_ARG(s). */
#define STR_ARG(s) ((int)(s).len), ((s).ptr == NULL ? "" : (s).ptr)

str str_c(const char *text);              /* view of a C string; NULL gives absent */
bool str_is_absent(str s);
bool str_is_empty(str s);                 /* absent or of length 0 */
bool str_eq(str a, str b);
bool str_eq_nocase(str a, str b);         /* ASCII letters only */
int str_cmp(str a, str b);                /* by bytes; <0, 0, >0 */
bool str_starts(str s, str prefix);
bool str_starts_nocase(str s, str prefix);
bool str_ends(str s, str suffix);
/* Position of the first needle, or -1. */
ptrdiff_t str_find(str s, str needle);
ptrdiff_t str_find_char(str s, char c);
ptrdiff_t str_rfind_char(str s, char c);
/* Clamped to the view: never reads outside. */
str str_sub(str s, size_t from, size_t len);
str str_from(str s, size_t from);
str str_trim(str s);                      /* ASCII space, tab, CR, LF at both ends */
/* Cuts the part before the first `sep` off *rest and returns it; without sep the whole rest, and
 * *rest becomes absent. Loop: while (!str_is_absent(rest)) { str part = str_cut(&rest, ','); } */
str str_cut(str *rest, char sep);
/* Whole view, optional sign, decimal digits, no blanks; false on anything else or overflow. */
bool str_to_int(str s, int64_t *ret);
bool str_to_uint(str s, uint64_t max, uint64_t *ret);
uint64_t str_hash(str s);                 /* FNV-1a 64; not for untrusted hash tables */
/* Same time for equal lengths whatever the content; for tokens and signatures. Absent never equals.
 */
bool str_eq_secret(str a, str b);

#endif
