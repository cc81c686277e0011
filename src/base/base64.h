/* Bytes as text and back: base64url without padding (tokens, links), standard base64 with padding
 * (mail, HTTP headers), hex in lower case (digests). Decoding is strict: one text per value, so
 * that a token cannot be spelled in two ways; hex accepts both cases. Bytes are handed over as
 * `str`; results live in the arena and are followed by a NUL.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/err.h"

const struct err *base64url_encode(struct arena *a, str bytes, str *ret) MUST_CHECK;
const struct err *base64_encode(struct arena *a, str bytes, str *ret) MUST_CHECK;
const struct err *hex_encode(struct arena *a, str bytes, str *ret) MUST_CHECK;

/* INVALID on other characters, wrong length, wrong padding, or bits left over that are not zero. */
const struct err *base64url_decode(struct arena *a, str text, str *ret) MUST_CHECK;
const struct err *base64_decode(struct arena *a, str text, str *ret) MUST_CHECK;
const struct err *hex_decode(struct arena *a, str text, str *ret) MUST_CHECK;

#endif
