/* Pages that were rendered for somebody without a session and are the same for the next one: kept
 * as bytes, plain and compressed, so that the loop answers them without worker and store.
 *
 * A page is good for one language, theme and currency, until the next turn of this process
 * (platform.written) and at most RENDERED_LIFE_MS: that is for what other nodes write. Nothing
 * personal may be put in: dispatch_cached.c decides which answers qualify. Not here: pages of
 * people with a session, fragments, anything with a query. Threads: any; one lock.
 */
#ifndef CORE_RENDERED_H
#define CORE_RENDERED_H

#include "core/i18n.h"
#include "core/ids.h"

enum { RENDERED_LIFE_MS = 2000, RENDERED_PATH_MAX = 200, RENDERED_BYTES_MAX = 128 * 1024 };

struct rendered_key {
    str path;                 /* decoded, without query */
    enum language language;
    str theme;                /* "light", "dark" or absent */
    str currency;             /* that the reader chose, or absent */
    const void *row;          /* of the route table */
};

struct rendered_page {
    str html;
    str gzip;                 /* absent: not worth it */
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
/* A copy in `a` of a page that is still good; false when there is none, or no memory. */
bool rendered_find(struct rendered *r, struct arena *a, const struct rendered_key *key,
                   uint64_t written, int64_t now_ms, struct rendered_page *ret);

#endif
