/* Inside feature demo: its people go on living while the store is served, so that a screen left
 * open moves.
 *
 * One thread of the server, one act at a time, through the same commands and pages as everybody: a
 * visit over a pool's link, a like, a comment, an order, a talk with the bot to the paid order (one
 * tap per act). What is done is decided by the seed and by what the store holds. Acts only in the
 * three shops that `demo` made, as people that it made; what the operator removed or renamed is
 * left alone. The longer it runs, the seldomer: a store left alone for a week does not drown.
 *
 * Switched on by the server setting demo.alive, which `demo --alive` stores; MILLPOND_DEMO_ALIVE
 * overrides it.
 */
#ifndef DEMO_DEMO_ALIVE_H
#define DEMO_DEMO_ALIVE_H

#include "core/feature.h"

enum demo_act {
    DEMO_ACT_UNSET = 0,
    DEMO_ACT_VISIT,
    DEMO_ACT_LIKE,
    DEMO_ACT_COMMENT,
    DEMO_ACT_ORDER,
    DEMO_ACT_TALK,
    DEMO_ACT_STEP,
    DEMO_ACT_COUNT
};
struct demo_done {
    enum demo_act act;
    size_t shop, pool; /* pool: by whose link, DEMO_POOLS_MAX for none; 0 for likes and comments */
    bool is_done;             /* false: there was nothing to do it with (sold out, said already) */
};

struct demo_alive;
/* In `a`. CONFLICT "demo.not_demo" when the store was not made by `demo`. */
const struct err *demo_alive_new(struct platform *p, struct arena *a, uint64_t seed,
                                 struct demo_alive **ret) MUST_CHECK;
/* One act. Errors are those of the commands; the next act may well succeed. */
const struct err *demo_alive_act(struct demo_alive *l, struct demo_done *ret) MUST_CHECK;
void demo_alive_free(struct demo_alive *l); /* NULL is allowed */

/* How long to wait after an act, `since_ms` after waking up. */
int64_t demo_alive_pause_ms(int64_t since_ms, int64_t least_ms, const struct rng *rng);

/* Whether these are the shops of the demo. */
const struct err *demo_is_here(struct platform *p, struct arena *a, bool *ret) MUST_CHECK;
/* The server's thread. */
void demo_background(struct platform *p, const _Atomic bool *stop);

#endif
