/* Compression of response bodies. Any thread. */
#ifndef HTTP_GZIP_H
#define HTTP_GZIP_H

#include "base/str.h"
#include "base/arena.h"

/* True when `accept_encoding` (absent is no) takes gzip. */
bool gzip_is_accepted(str accept_encoding);
/* True for types that shrink: text, JSON, JavaScript, XML, SVG. */
bool gzip_is_worth(str content_type, size_t bytes);
/* The gzip stream, or absent when it is not smaller or there is no memory: then send the plain one.
 */
str gzip_make(struct arena *a, str bytes);

/* A text of which some places change from answer to answer: what stands between them is compressed
 * once. What changes is sent as it is, so that the length of an answer tells nothing of a secret in
 * it that stands beside a stranger's words (the attack called BREACH). */
struct gzip_piece {
    str packed;     /* blocks of the stream, ending at a whole byte */
    size_t bytes;   /* before compression */
    uint32_t crc;
    uint32_t shift; /* what puts `bytes` bytes behind a sum: crc32_combine_gen */
};
/* False without memory. */
bool gzip_piece_make(struct arena *a, str bytes, struct gzip_piece *ret) MUST_CHECK;
/* pieces[0] between[0] pieces[1] ... pieces[count - 1] as one gzip stream; absent as above. */
str gzip_join(struct arena *a, const struct gzip_piece *pieces, size_t count, const str *between);

#endif
