/* What the files of the HTML writer share among themselves; nobody else includes it. */
#ifndef HTTP_HTML_PART_H
#define HTTP_HTML_PART_H

#include "base/strbuf.h"

/* Length of the well-formed UTF-8 sequence at text, 1..4; 0 if there is none or it is a C1 control.
 * left > 0. */
size_t html_utf8_len(const char *text, size_t left);
void html_add_uint(struct strbuf *out, uint64_t n);

#endif
