/* Form bodies and query strings: application/x-www-form-urlencoded and multipart/form-data.
 * Limits: 200 fields, names 200 bytes, text values 64 KiB unless stated, files streamed to disk.
 * Values must be valid UTF-8 without NUL: INVALID otherwise. Pure functions over bytes.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "http/request.h"

struct form_field {
    str name, value;          /* value is absent for files */
    str file_name;            /* as the browser sent it: for display only, never a path */
    str file_type;
    str file_path;            /* our own temporary file; deleted with the request unless renamed */
    int64_t file_bytes;
};

struct form {
    const struct form_field *fields;
    size_t count;
};

const struct err *form_parse_urlencoded(struct arena *a, str body, struct form *ret) MUST_CHECK;
/* By the request's Content-Type; an absent body gives an empty form. */
const struct err *form_parse(const struct http_request *rq, struct form *ret) MUST_CHECK;
/* Absent if none; INVALID "error.repeated_field" if it appears twice. */
const struct err *form_get(struct arena *a, const struct form *f, str name, str *ret) MUST_CHECK;
const struct form_field *form_file(const struct form *f, str name); /* NULL if none or empty */
/* All values of a repeatable field. */
const struct err *form_get_all(struct arena *a, const struct form *f, str name, str **ret, size_t *ret_count) MUST_CHECK;
const struct err *url_decode(struct arena *a, str s, bool plus_is_space, str *ret) MUST_CHECK;
struct strbuf;
void url_encode(struct strbuf *sb, str s); /* unreserved characters stay, all else %XX */

#endif
