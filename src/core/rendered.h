/* Pages that were rendered for nobody and are the same for everybody but for their personal parts:
 * kept as bytes, plain and compressed.
 *
 * A page is good for one language, theme and currency, until the next turn of this process
 * (platform.written) and at most RENDERED_LIFE_MS: that is for what other nodes write. Nothing
 * personal can be in one: dispatch_shared.c renders it without knowing who asks, and fills in
 * copies. Not here: fragments, anything with a query. Threads: any; one lock.
 */
#ifndef CORE_RENDERED_H
#define CORE_RENDERED_H

#include "core/i18n.h"
#include "core/ids.h"
#include "http/gzip.h"

enum { RENDERED_LIFE_MS = 2000, RENDERED_PATH_MAX = 200, RENDERED_BYTES_MAX = 128 * 1024 };

struct rendered_key {
    str path;                 /* decoded, without query */
    enum language language;
    str theme;                /* "light", "dark" or absent */
    str currency;             /* that the reader chose, or absent */
    const void *row;          /* of the route table */
};

struct rendered_page {
    str html;                 /* as somebody without a session sees it */
    str gzip;                 /* the same compressed; absent without memory */
    struct html_part *parts;
    size_t part_count;
    struct gzip_piece *pieces; /* what stands before, between and behind the parts */
    struct shop_id shop_id;   /* whose page it is, for who notes visits; 0: not known */
    uint64_t written;         /* platform.written before the page was read */
    int64_t made_ms;
};

struct rendered;

/* Lives as long as `a`. */
const struct err *rendered_new(struct arena *a, struct rendered **ret) MUST_CHECK;
/* Keeps a copy in the place of whatever had it; too long a path or page is left out. */
void rendered_keep(struct rendered *r, const struct rendered_key *key,
                   const struct rendered_page *page);
/* A page that is still good, at least as long as `a`; NULL when there is none, or no memory. */
const struct rendered_page *rendered_find(struct rendered *r, struct arena *a,
                                          const struct rendered_key *key, uint64_t written,
                                          int64_t now_ms);

#endif
