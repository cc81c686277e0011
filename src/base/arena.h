/* arena: memory with one lifetime: a request, a job attempt, a command line.
 *
 * Whoever allocates takes the arena as its first parameter, so that ownership can be read off the
 * signature. Everything ends at arena_reset or arena_done; nothing is freed alone. Growth has a
 * hard cap, given at init: beyond it arena_alloc returns NULL and the caller answers
 * err_out_of_memory. Foreign resources (files, statements) hang on by arena_defer and are released
 * in reverse order.
 *
 * Threads: an arena belongs to one thread at a time; nothing here locks.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena_chunk;
struct arena_deferred;

struct arena {
    struct arena_chunk *chunks;        /* newest first */
    struct arena_deferred *deferred;   /* newest first */
    size_t used_bytes; /* counted against cap_bytes, bookkeeping of chunks included */
    size_t cap_bytes;
};

struct arena_mark {
    struct arena_chunk *chunk;
    struct arena_deferred *deferred;
    size_t chunk_used;
};

void arena_init(struct arena *a, size_t cap_bytes); /* takes no memory yet */
void arena_done(struct arena *a);                   /* runs deferred, frees all */
void arena_reset(struct arena *a); /* runs deferred, keeps the first chunk for reuse */

/* 16-byte aligned, uninitialised / zeroed; NULL when the cap or the machine's memory is reached. */
void *arena_alloc(struct arena *a, size_t bytes) MUST_CHECK;
void *arena_new(struct arena *a, size_t bytes) MUST_CHECK;
void *arena_new_array(struct arena *a, size_t count, size_t each_bytes) MUST_CHECK;
/* Makes the latest allocation longer in place if it can, else copies. NULL as above. */
void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes) MUST_CHECK;

/* fn(p) runs at reset, done, or a rewind past this point. False when there is no memory: then fn
 * has already been called, so that the resource is not lost. */
bool arena_defer(struct arena *a, void (*fn)(void *p), void *p) MUST_CHECK;

/* For loops: everything allocated after the mark ends at the rewind. */
struct arena_mark arena_get_mark(struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

/* Test hook: the n-th allocation from now fails (1 = the next); with `forever` all later ones too.
 * 0 switches it off. Returns how many allocations were made since it was last set. */
size_t arena_fail_at(size_t n, bool forever);

/* A growing array in an arena: VEC(struct row) rows = {0}; row = VEC_PUSH(a, &rows) -> pointer to
 * an uninitialised item, or NULL. */
#define VEC(type) \
    struct { \
        type *items; \
        size_t count, space; \
    }
#define VEC_PUSH(a, vec) \
    ((vec)->count < (vec)->space || \
             arena_vec_grow((a), &(vec)->items, &(vec)->space, sizeof *(vec)->items) \
         ? &(vec)->items[(vec)->count++] \
         : NULL)
bool arena_vec_grow(struct arena *a, void *items_address, size_t *space,
                    size_t each_bytes) MUST_CHECK;

#endif
