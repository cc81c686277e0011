/* The view of the test page. */
#ifndef TPLC_TESTS_PAGES_H
#define TPLC_TESTS_PAGES_H

#include "http/html.h"

struct item { const char *name; };

struct contexts {
    str s;
    const char *c;
    int n;
    bool yes;
    struct { int64_t v; } id;
    struct url_safe url;
    struct srcset_safe srcset;
    struct html_safe safe;
    struct money price;
    const struct item *items;
    size_t item_count;
};

#endif
