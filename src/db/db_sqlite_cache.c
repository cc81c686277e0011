/* SQLite's page cache, spared a walk over all of its pages at nearly every COMMIT.
 *
 * To put the siblings of a b-tree into order, SQLite lends one of them the number of a page that
 * never exists (the one over the bytes that locks are set on: 262,145 with pages of 4 KiB). Its
 * cache remembers the highest number that it ever had. So when COMMIT drops the pages beyond the
 * end of the file, it believes that there are some and looks at every page it holds: a millisecond
 * with 15,000 pages, and a gigabyte holds 250,000. Here a lent number does not count; all else is
 * passed on to SQLite's own cache.
 *
 * Follows: sqlite.org/c3ref/pcache_methods2.html. Threads: as SQLite's, one cache per connection.
 */
#include "db/db_sqlite.h"

enum { LOCK_BYTES_AT = 0x40000000 };

struct cache {
    sqlite3_pcache *real;
    unsigned highest; /* no page in `real` has a higher number, but the one lent */
    unsigned lent;    /* the number that is lent */
    bool is_lent;
};

static sqlite3_pcache_methods2 real;

static struct cache *cache_of(sqlite3_pcache *c)
{
    return (struct cache *)c;
}

static sqlite3_pcache *cache_create(int page_bytes, int extra_bytes, int is_purgeable)
{
    struct cache *c = sqlite3_malloc(sizeof *c);
    if (c == NULL)
        return NULL;
    *c = (struct cache){.real = real.xCreate(page_bytes, extra_bytes, is_purgeable),
                        .lent = LOCK_BYTES_AT / (unsigned)page_bytes + 1};
    if (c->real != NULL)
        return (sqlite3_pcache *)c;
    sqlite3_free(c);
    return NULL;
}

static void cache_resize(sqlite3_pcache *c, int pages)
{
    real.xCachesize(cache_of(c)->real, pages);
}

static int cache_count(sqlite3_pcache *c)
{
    return real.xPagecount(cache_of(c)->real);
}

static sqlite3_pcache_page *cache_fetch(sqlite3_pcache *c, unsigned number, int how)
{
    sqlite3_pcache_page *page = real.xFetch(cache_of(c)->real, number, how);
    if (page != NULL && number > cache_of(c)->highest)
        cache_of(c)->highest = number;
    return page;
}

static void cache_unpin(sqlite3_pcache *c, sqlite3_pcache_page *page, int is_unlikely_reused)
{
    real.xUnpin(cache_of(c)->real, page, is_unlikely_reused);
}

static void cache_rekey(sqlite3_pcache *c, sqlite3_pcache_page *page, unsigned from, unsigned to)
{
    struct cache *cache = cache_of(c);
    real.xRekey(cache->real, page, from, to);
    if (from == cache->lent)
        cache->is_lent = false;
    if (to == cache->lent)
        cache->is_lent = true;
    else if (to > cache->highest)
        cache->highest = to;
}

static void cache_truncate(sqlite3_pcache *c, unsigned from)
{
    struct cache *cache = cache_of(c);
    if (from > cache->highest && !cache->is_lent)
        return;
    real.xTruncate(cache->real, from);
    cache->highest = from == 0 ? 0 : from - 1;
    cache->is_lent = false;
}

static void cache_destroy(sqlite3_pcache *c)
{
    real.xDestroy(cache_of(c)->real);
    sqlite3_free(c);
}

static void cache_shrink(sqlite3_pcache *c)
{
    real.xShrink(cache_of(c)->real);
}

void sqlite_cache_over(const sqlite3_pcache_methods2 *under, sqlite3_pcache_methods2 *ret)
{
    real = *under;
    *ret = (sqlite3_pcache_methods2){
        .iVersion = real.iVersion, .pArg = real.pArg, .xInit = real.xInit,
        .xShutdown = real.xShutdown, .xCreate = cache_create, .xCachesize = cache_resize,
        .xPagecount = cache_count, .xFetch = cache_fetch, .xUnpin = cache_unpin,
        .xRekey = cache_rekey, .xTruncate = cache_truncate, .xDestroy = cache_destroy,
        .xShrink = cache_shrink};
}

void sqlite_cache_install(void)
{
    sqlite3_pcache_methods2 under, over;
    if (sqlite3_config(SQLITE_CONFIG_GETPCACHE2, &under) != SQLITE_OK)
        return;
    sqlite_cache_over(&under, &over);
    int code = sqlite3_config(SQLITE_CONFIG_PCACHE2, &over);
    ASSERT(code == SQLITE_OK);
}
