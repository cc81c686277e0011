/* Percent-encoding and the paths of requests. Pure functions, any thread.
 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include "base/strbuf.h"

/* INVALID "error.bad_text" for a broken escape, a NUL, or a result that is not UTF-8. */
const struct err *url_decode(struct arena *a, str s, bool plus_is_space, str *ret) MUST_CHECK;
void url_encode(struct strbuf *sb, str s); /* unreserved characters stay, all else %XX */

/* A request's path, decoded once. INVALID "error.bad_path" unless it starts with '/', has no empty
 * segment but the last, no "." or "..", no encoded '/' or '\', no control byte, and is UTF-8. */
const struct err *url_path_decode(struct arena *a, str raw, str *ret) MUST_CHECK;

/* A path of this site that a response may point to ("/...", not "//", no '\', no control byte). */
bool url_is_site_path(str s);
/* Valid UTF-8 without NUL. */
bool url_is_text(str s);

#endif
