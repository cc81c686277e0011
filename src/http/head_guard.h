/* The head guard: refuses request heads that two readers could understand differently.
 *
 * It runs before the parser, over the whole buffered head, because the parser is lenient where an
 * attacker in front of or behind a proxy needs it (folded lines, bare LF, repeated framing fields).
 * It decides only about the form of the head; what a request may do is not its business.
 * Pure functions: no memory, no state, any thread.
 */
#ifndef HTTP_HEAD_GUARD_H
#define HTTP_HEAD_GUARD_H

#include "base/str.h"

enum {
    HEAD_BYTES_MAX = 16 * 1024,
    HEAD_FIELDS_MAX = 100,
    HEAD_TARGET_BYTES_MAX = 8 * 1024
};

struct head_facts {
    int minor;              /* 0 or 1 */
    int64_t content_length; /* -1: none given */
    bool is_chunked;
    str host;               /* absent on 1.0 without one */
    str expect;             /* absent if none */
};

/* 0 when `head` (request line to the empty line, inclusive) is well-formed, else the status to
 * answer: 400, 405 (method not served by anyone here), 414, 431, 505. */
int head_guard_check(str head, struct head_facts *ret) MUST_CHECK;

/* Looks for the end of a head in bytes received so far; `from` is where the last look ended.
 * Returns the length of the head, 0 when more bytes are needed, or -status (400, 414, 431) when
 * they would be no use: so a client that never ends its lines is answered at once. */
int head_guard_find_end(str bytes, size_t from) MUST_CHECK;

/* RFC 9110 token, not empty. */
bool head_guard_is_token(str s);
/* A name or address with an optional port, as in Host. */
bool head_guard_is_host(str s);

#endif
