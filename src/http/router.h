/* Path patterns to row numbers: "/p/{id}", "/s/{shop}/products", "/@{handle}". A literal segment
 * wins over
 * "@" with a parameter, and that over a parameter. A trailing "/{name...}" takes the rest. HEAD
 * finds GET rows. Built once, then read-only.
 */
#ifndef HTTP_ROUTER_H
#define HTTP_ROUTER_H

#include "http/request.h"

struct router;

struct route_match {
    int row;                  /* -1: no such path; -2: path known, method not (405) */
    str params[HTTP_PATH_PARAMS_MAX];
    size_t param_count;
    unsigned allowed_methods; /* bit per http_method, for the Allow header */
};

const struct err *router_new(struct arena *a, struct router **ret) MUST_CHECK;
/* BUG when two rows could match the same method and path with equal rank, or the pattern is
 * malformed. */
const struct err *router_add(struct router *r, struct arena *a, enum http_method m,
                             const char *pattern, int row) MUST_CHECK;
struct route_match router_find(const struct router *r, enum http_method m, str path);

#endif
