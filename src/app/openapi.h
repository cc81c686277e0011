/* The OpenAPI 3.1 document, made from the route tables, so that it cannot drift from them. Rows
 * below /api/ only.
 */
#ifndef APP_OPENAPI_H
#define APP_OPENAPI_H

#include "core/platform.h"

const struct err *openapi_write(struct arena *a, const struct platform *p, str *ret) MUST_CHECK;

#endif
