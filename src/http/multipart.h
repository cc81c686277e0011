/* multipart/form-data (RFC 7578), from memory or from the request's body file, in one pass of 64
 * KiB pieces; files go to files of their own in rq->upload_dir (0600), named by the request's id.
 * Limits as in form.h, part heads 4 KiB. Called by form_parse.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/form.h"

/* INVALID "error.bad_multipart"; LIMIT "error.form_too_large"; UNAVAILABLE "error.disk". */
const struct err *multipart_parse(const struct http_request *rq, struct form *ret) MUST_CHECK;

#endif
