/* JSON request bodies, read as forms, so that a handler has one way to its input.
 *
 * The root is an object. Its members become fields: text as it is, whole numbers in decimal, true
 * as "1", false as "" (an unticked box), null as no field. Members that are arrays or objects, and
 * numbers with a fraction, are reached through form.json with jansson only.
 * Limits: 1 MiB, depth 32, FORM_FIELDS_MAX members at the top, no duplicate keys, no NUL in text,
 * and 8 MiB of memory for all values and names.
 */
#ifndef HTTP_JSON_BODY_H
#define HTTP_JSON_BODY_H

#include "http/form.h"

enum {
    JSON_BODY_BYTES_MAX = 1024 * 1024,
    JSON_BODY_DEPTH_MAX = 32,
    JSON_BODY_PARTS_BYTES_MAX = 8 * 1024 * 1024
};

/* INVALID "error.bad_json" (detail: place and reason), LIMIT "error.form_too_large".
 * ret->json stands in the arena: it is read, never changed nor released. */
const struct err *json_body_parse(struct arena *a, str body, struct form *ret) MUST_CHECK;

#endif
