#include "base/arena.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
    FIRST_CHUNK_BYTES = 16 * 1024,
    CHUNK_BYTES_MAX = 1024 * 1024,
    KEPT_BYTES_MAX = 64 * 1024, /* over a reset: enough for most requests */
    ALIGNMENT = 16
};

struct arena_chunk {
    struct arena_chunk *older;
    size_t size, used;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena_deferred {
    struct arena_deferred *older;
    void (*fn)(void *p);
    void *p;
};

static _Atomic size_t fail_countdown;
static _Atomic size_t allocation_count;
static _Atomic bool fail_forever;

size_t arena_fail_at(size_t n, bool forever)
{
    atomic_store(&fail_forever, forever);
    atomic_store(&fail_countdown, n);
    return atomic_exchange(&allocation_count, 0);
}

/* Off (countdown 0) this costs one relaxed load. */
static bool fails_by_order(void)
{
    size_t left = atomic_load_explicit(&fail_countdown, memory_order_relaxed);
    if (left == 0)
        return false;
    atomic_fetch_add(&allocation_count, 1);
    if (left > 1) {
        atomic_store(&fail_countdown, left - 1);
        return false;
    }
    if (!atomic_load(&fail_forever))
        atomic_store(&fail_countdown, SIZE_MAX);
    return true;
}

void arena_init(struct arena *a, size_t cap_bytes)
{
    *a = (struct arena){.cap_bytes = cap_bytes};
}

static void run_deferred(struct arena *a, const struct arena_deferred *until)
{
    while (a->deferred != until) {
        struct arena_deferred *d = a->deferred;
        a->deferred = d->older;
        d->fn(d->p);
    }
}

static void drop_newest_chunk(struct arena *a)
{
    struct arena_chunk *chunk = a->chunks;
    a->chunks = chunk->older;
    a->used_bytes -= sizeof *chunk + chunk->size;
    UNPOISON(chunk->bytes, chunk->size);
    free(chunk);
}

void arena_done(struct arena *a)
{
    run_deferred(a, NULL);
    while (a->chunks != NULL)
        drop_newest_chunk(a);
}

void arena_reset(struct arena *a)
{
    run_deferred(a, NULL);
    while (a->chunks != NULL && a->chunks->older != NULL && a->chunks->size > KEPT_BYTES_MAX)
        drop_newest_chunk(a);
    if (a->chunks == NULL)
        return;
    struct arena_chunk *kept = a->chunks; /* chunks grow: the newest of these is the largest */
    a->chunks = kept->older;
    while (a->chunks != NULL)
        drop_newest_chunk(a);
    kept->older = NULL;
    kept->used = 0;
    POISON(kept->bytes, kept->size);
    a->chunks = kept;
}

static bool add_chunk(struct arena *a, size_t bytes)
{
    size_t size = a->chunks == NULL ? FIRST_CHUNK_BYTES : a->chunks->size * 2;
    if (size > CHUNK_BYTES_MAX)
        size = CHUNK_BYTES_MAX;
    if (size < bytes)
        size = bytes;
    size_t left = a->cap_bytes - a->used_bytes;
    if (left < sizeof(struct arena_chunk) || left - sizeof(struct arena_chunk) < bytes)
        return false;
    if (size > left - sizeof(struct arena_chunk))
        size = left - sizeof(struct arena_chunk);
    struct arena_chunk *chunk = malloc(sizeof *chunk + size);
    if (chunk == NULL)
        return false;
    *chunk = (struct arena_chunk){.older = a->chunks, .size = size};
    POISON(chunk->bytes, size);
    a->chunks = chunk;
    a->used_bytes += sizeof *chunk + size;
    return true;
}

static size_t round_up(size_t bytes)
{
    return bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    if (fails_by_order() || bytes > a->cap_bytes)
        return NULL;
    size_t rounded = round_up(bytes);
    if (a->chunks == NULL || a->chunks->size - a->chunks->used < rounded)
        if (!add_chunk(a, rounded))
            return NULL;
    struct arena_chunk *chunk = a->chunks;
    void *p = chunk->bytes + chunk->used;
    chunk->used += rounded;
    UNPOISON(p, bytes == 0 ? 1 : bytes);
    return p;
}

void *arena_new(struct arena *a, size_t bytes)
{
    void *p = arena_alloc(a, bytes);
    if (p != NULL)
        memset(p, 0, bytes);
    return p;
}

void *arena_new_array(struct arena *a, size_t count, size_t each_bytes)
{
    size_t bytes;
    return __builtin_mul_overflow(count, each_bytes, &bytes) ? NULL : arena_new(a, bytes);
}

void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes)
{
    if (old != NULL && new_bytes <= old_bytes)
        return old;
    struct arena_chunk *chunk = a->chunks;
    size_t had = round_up(old_bytes);
    if (old != NULL && new_bytes <= a->cap_bytes && had <= chunk->used &&
        (unsigned char *)old == chunk->bytes + chunk->used - had &&
        round_up(new_bytes) - had <= chunk->size - chunk->used) {
        if (fails_by_order())
            return NULL;
        chunk->used += round_up(new_bytes) - had;
        UNPOISON(old, new_bytes);
        return old;
    }
    void *p = arena_alloc(a, new_bytes);
    if (p != NULL && old_bytes > 0)
        memcpy(p, old, old_bytes);
    return p;
}

bool arena_defer(struct arena *a, void (*fn)(void *p), void *p)
{
    struct arena_deferred *d = arena_alloc(a, sizeof *d);
    if (d == NULL) {
        fn(p);
        return false;
    }
    *d = (struct arena_deferred){.older = a->deferred, .fn = fn, .p = p};
    a->deferred = d;
    return true;
}

struct arena_mark arena_get_mark(struct arena *a)
{
    return (struct arena_mark){
        .chunk = a->chunks,
        .deferred = a->deferred,
        .chunk_used = a->chunks == NULL ? 0 : a->chunks->used,
    };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
    run_deferred(a, mark.deferred);
    while (a->chunks != mark.chunk)
        drop_newest_chunk(a);
    if (a->chunks != NULL) {
        a->chunks->used = mark.chunk_used;
        POISON(a->chunks->bytes + mark.chunk_used, a->chunks->size - mark.chunk_used);
    }
}

bool arena_vec_grow(struct arena *a, void *items_address, size_t *space, size_t each_bytes)
{
    size_t wanted = *space == 0 ? 8 : *space * 2, bytes;
    if (__builtin_mul_overflow(wanted, each_bytes, &bytes))
        return false;
    void *items;
    memcpy(&items, items_address,
           sizeof items); /* its declared type is another pointer: no aliasing */
    items = arena_grow(a, items, *space * each_bytes, bytes);
    if (items == NULL)
        return false;
    memcpy(items_address, &items, sizeof items);
    *space = wanted;
    return true;
}
