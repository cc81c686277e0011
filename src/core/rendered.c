/* A table of places, one page each: see rendered.h. A page counts who still reads it: it ends with
 * the last of them, though its place has long been given to another.
 */
#include "core/rendered.h"

#include <pthread.h>

enum { PLACES = 128, PAGE_BYTES = 4 * RENDERED_BYTES_MAX };

struct kept {
    struct arena arena; /* in which it stands itself */
    _Atomic int uses;   /* its place, and the answers under way */
    struct rendered_key key;
    struct rendered_page page;
};

struct rendered {
    pthread_mutex_t lock;
    struct kept *places[PLACES]; /* NULL: empty */
};

static void let_go(void *p)
{
    struct kept *kept = p;
    if (kept == NULL || atomic_fetch_sub(&kept->uses, 1) > 1)
        return;
    struct arena own = kept->arena;
    arena_done(&own);
}

static void release(void *p)
{
    struct rendered *r = p;
    for (size_t i = 0; i < PLACES; i++)
        let_go(r->places[i]);
    pthread_mutex_destroy(&r->lock);
}

const struct err *rendered_new(struct arena *a, struct rendered **ret)
{
    TRY_NEW(a, *ret);
    if (pthread_mutex_init(&(*ret)->lock, NULL) != 0)
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "mutex");
    return arena_defer(a, release, *ret) ? NULL : &err_out_of_memory;
}

/* FNV-1a */
static struct kept **place_of(struct rendered *r, const struct rendered_key *key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) + (uint64_t)key->language * 7 + key->theme.len;
    for (size_t i = 0; i < key->currency.len; i++)
        hash = (hash ^ (unsigned char)key->currency.ptr[i]) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < key->path.len; i++)
        hash = (hash ^ (unsigned char)key->path.ptr[i]) * UINT64_C(0x100000001b3);
    return &r->places[(hash ^ hash >> 32) % PLACES];
}

static bool is_same(const struct rendered_key *x, const struct rendered_key *y)
{
    return x->row == y->row && x->language == y->language && str_eq(x->theme, y->theme) &&
           str_eq(x->currency, y->currency) && str_eq(x->path, y->path);
}

static bool is_good(const struct rendered_page *page, uint64_t written, int64_t now_ms)
{
    return page->written == written && now_ms >= page->made_ms &&
           now_ms - page->made_ms < RENDERED_LIFE_MS;
}

static const struct err *fill(struct arena *a, const struct rendered_key *key,
                              const struct rendered_page *page, struct kept *ret)
{
    ret->key = *key;
    ret->page = *page;
    TRY(str_dup(a, key->path, &ret->key.path));
    TRY(str_dup(a, key->theme, &ret->key.theme));
    TRY(str_dup(a, key->currency, &ret->key.currency));
    TRY(str_dup(a, page->html, &ret->page.html));
    TRY(str_dup(a, page->gzip, &ret->page.gzip));
    TRY_NEW_ARRAY(a, ret->page.parts, page->part_count);
    for (size_t i = 0; i < page->part_count; i++)
        ret->page.parts[i] = page->parts[i];
    TRY_NEW_ARRAY(a, ret->page.pieces, page->part_count + 1);
    for (size_t i = 0; i < page->part_count + 1; i++) {
        ret->page.pieces[i] = page->pieces[i];
        TRY(str_dup(a, page->pieces[i].packed, &ret->page.pieces[i].packed));
    }
    return NULL;
}

/* NULL without memory. */
static struct kept *make(const struct rendered_key *key, const struct rendered_page *page)
{
    struct arena own;
    arena_init(&own, PAGE_BYTES);
    struct kept *kept = arena_new(&own, sizeof *kept);
    if (kept == NULL || fill(&own, key, page, kept) != NULL) {
        arena_done(&own);
        return NULL;
    }
    kept->arena = own;
    atomic_store(&kept->uses, 1);
    return kept;
}

void rendered_keep(struct rendered *r, const struct rendered_key *key,
                   const struct rendered_page *page)
{
    if (key->path.len > RENDERED_PATH_MAX || page->html.len > RENDERED_BYTES_MAX)
        return;
    struct kept *fresh = make(key, page), **place = place_of(r, key);
    pthread_mutex_lock(&r->lock);
    struct kept *old = *place;
    *place = fresh;
    pthread_mutex_unlock(&r->lock);
    let_go(old);
}

const struct rendered_page *rendered_find(struct rendered *r, struct arena *a,
                                          const struct rendered_key *key, uint64_t written,
                                          int64_t now_ms)
{
    struct kept **place = place_of(r, key), *found = NULL;
    pthread_mutex_lock(&r->lock);
    if (*place != NULL && is_same(&(*place)->key, key) && is_good(&(*place)->page, written, now_ms))
        found = *place;
    if (found != NULL)
        atomic_fetch_add(&found->uses, 1);
    pthread_mutex_unlock(&r->lock);
    return found != NULL && arena_defer(a, let_go, found) ? &found->page : NULL;
}
