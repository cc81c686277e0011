/* Form bodies and query strings: application/x-www-form-urlencoded, multipart/form-data, and JSON
 * objects read as forms (http/json_body.h).
 * Limits: 1000 fields, names 200 bytes, text values 64 KiB, files streamed to disk: LIMIT beyond
 * them. Values must be valid UTF-8 without NUL: INVALID otherwise. Any thread; results live in the
 * arena.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "http/request.h"
#include "http/url.h"

struct json_t; /* jansson */

enum {
    FORM_FIELDS_MAX = 1000, /* a table of 100 variants is one form */
    FORM_NAME_BYTES_MAX = 200,
    FORM_VALUE_BYTES_MAX = 64 * 1024
};

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
    struct json_t *json;      /* the whole object when the body was JSON, else NULL; borrowed */
};

const struct err *form_parse_urlencoded(struct arena *a, str body, struct form *ret) MUST_CHECK;
/* By the request's Content-Type: urlencoded, multipart, or JSON; an empty body gives an empty form;
 * INVALID "error.bad_content_type" for another type. Files are removed when the arena ends. */
const struct err *form_parse(const struct http_request *rq, struct form *ret) MUST_CHECK;
/* Absent if none; INVALID "error.repeated_field" if it appears twice. */
const struct err *form_get(struct arena *a, const struct form *f, str name, str *ret) MUST_CHECK;
const struct form_field *form_file(const struct form *f, str name); /* NULL if none or empty */
/* All values of a repeatable field. */
const struct err *form_get_all(struct arena *a, const struct form *f, str name, str **ret,
                               size_t *ret_count) MUST_CHECK;

#endif
