/* Words of a text, for search and for understanding what people type: Chinese and Thai are
 * segmented by ICU's dictionaries, everything is folded so that "Café", "CAFE" and "cafe" are one
 * word. Threads: break iterators are kept per thread.
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include "base/err.h"

enum { TEXT_TOKEN_MAX_BYTES = 64 };

/* NFKC, lower case by Unicode's folding, accents removed, blanks left as they are. Invalid UTF-8
 * becomes U+FFFD. For comparing, not for showing. LIMIT beyond 256 KiB. */
const struct err *text_fold(struct arena *a, str text, str *ret) MUST_CHECK;

/* The words of `text` in order, folded, at most `max`; punctuation and blanks are no words; a word
 * longer than TEXT_TOKEN_MAX_BYTES is cut. ret points to an array of ret_count. */
const struct err *text_tokens(struct arena *a, str text, size_t max, str **ret,
                              size_t *ret_count) MUST_CHECK;

/* The text as part of an address: a-z, 0-9 and single inner hyphens, at most `max` bytes. Other
 * scripts are spelt in Latin letters ("紫砂壶" gives "zi-sha-hu"); empty when nothing remains. */
const struct err *text_slug(struct arena *a, str text, size_t max, str *ret) MUST_CHECK;

#endif
