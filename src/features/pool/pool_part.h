/* What the files of feature pool share and nobody else needs. */
#ifndef POOL_POOL_PART_H
#define POOL_POOL_PART_H

#include "pool/pool_visit.h"

enum {
    POOL_NAME_MAX = 60,
    POOL_LABEL_MAX = POOL_LINK_LABEL_MAX,
    POOL_CODE_LEN = 8,
    POOL_VIA_MAX = 60
};

/* The built-in pools of a shop: "direct", "unknown"; and "friends" for shares whose sharer nobody
 * brought. */
const struct err *pool_builtin(struct turn *t, struct shop_id shop, str key,
                               struct pool_id *ret) MUST_CHECK;

/* A share mark is CODE or CODE.POOL.SIGNATURE: who shared, and which pool had brought her. */
const struct err *pool_via_make(const struct platform *p, struct arena *a, str referral_code,
                                struct pool_id pool, str *ret) MUST_CHECK;
/* False when it is no mark; a pool that is not signed is left out. */
bool pool_via_read(const struct platform *p, struct arena *a, str via, str *ret_referral_code,
                   struct pool_id *ret_pool);

timeline_fn pool_timeline; /* pool_timeline.c: visits, for the story of a person */

/* Web side (pool_note.c). */
void pool_note_visit(struct web *w);                       /* feature.visit_note */
void pool_note_arrival(struct web *w, struct shop_id shop, struct pool_id pool, struct link_id link,
                       str landing);
const struct err *pool_link_follow(struct web *w) MUST_CHECK; /* GET /l/{code} */
const struct err *pool_beacon_take(struct web *w) MUST_CHECK; /* POST /v/beacon */

#endif
