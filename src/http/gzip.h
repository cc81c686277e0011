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

#endif
