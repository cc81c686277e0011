/* A table of places, one page each: see rendered.h. */
#include "core/rendered.h"

#include <pthread.h>

enum { PLACES = 128, PLACE_BYTES = 3 * RENDERED_BYTES_MAX };

struct place {
    struct arena arena;       /* of what stands here */
    struct rendered_key key;  /* path absent: empty */
    struct rendered_page page;
};

struct rendered {
    pthread_mutex_t lock;
    struct place places[PLACES];
};

static void release(void *p)
{
    struct rendered *r = p;
    for (size_t i = 0; i < PLACES; i++)
        arena_done(&r->places[i].arena);
    pthread_mutex_destroy(&r->lock);
}

const struct err *rendered_new(struct arena *a, struct rendered **ret)
{
    TRY_NEW(a, *ret);
    if (pthread_mutex_init(&(*ret)->lock, NULL) != 0)
        return ERR(a, ERR_UNAVAILABLE, "error.unavailable", "mutex");
    for (size_t i = 0; i < PLACES; i++)
        arena_init(&(*ret)->places[i].arena, PLACE_BYTES);
    return arena_defer(a, release, *ret) ? NULL : &err_out_of_memory;
}

/* FNV-1a */
static struct place *place_of(struct rendered *r, const struct rendered_key *key)
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
    return !str_is_absent(x->path) && x->row == y->row && x->language == y->language &&
           str_eq(x->theme, y->theme) && str_eq(x->currency, y->currency) &&
           str_eq(x->path, y->path);
}

static bool is_good(const struct rendered_page *page, uint64_t written, int64_t now_ms)
{
    return page->written == written && now_ms >= page->made_ms &&
           now_ms - page->made_ms < RENDERED_LIFE_MS;
}

static const struct err *copy_page(struct arena *a, const struct rendered_page *page,
                                   struct rendered_page *ret)
{
    *ret = *page;
    TRY(str_dup(a, page->html, &ret->html));
    return str_is_absent(page->gzip) ? NULL : str_dup(a, page->gzip, &ret->gzip);
}

static const struct err *fill(struct place *place, const struct rendered_key *key,
                              const struct rendered_page *page)
{
    struct rendered_key own = *key;
    TRY(str_dup(&place->arena, key->path, &own.path));
    if (!str_is_absent(key->theme))
        TRY(str_dup(&place->arena, key->theme, &own.theme));
    if (!str_is_absent(key->currency))
        TRY(str_dup(&place->arena, key->currency, &own.currency));
    TRY(copy_page(&place->arena, page, &place->page));
    place->key = own;
    return NULL;
}

void rendered_keep(struct rendered *r, const struct rendered_key *key,
                   const struct rendered_page *page)
{
    if (key->path.len > RENDERED_PATH_MAX || page->html.len > RENDERED_BYTES_MAX)
        return;
    struct place *place = place_of(r, key);
    pthread_mutex_lock(&r->lock);
    place->key = (struct rendered_key){.path = STR_NONE};
    arena_reset(&place->arena);
    if (fill(place, key, page) != NULL)
        place->key = (struct rendered_key){.path = STR_NONE};
    pthread_mutex_unlock(&r->lock);
}

bool rendered_find(struct rendered *r, struct arena *a, const struct rendered_key *key,
                   uint64_t written, int64_t now_ms, struct rendered_page *ret)
{
    const struct place *place = place_of(r, key);
    pthread_mutex_lock(&r->lock);
    bool found = is_same(&place->key, key) && is_good(&place->page, written, now_ms) &&
                 copy_page(a, &place->page, ret) == NULL;
    pthread_mutex_unlock(&r->lock);
    return found;
}
