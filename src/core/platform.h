/* What every feature is handed instead of globals: the store, the clock, randomness, ids, the feature
 * list, settings, and the services of core. One per process; read-only after start except where the
 * member's own header says otherwise.
 *
 * A `turn` is one write: the transaction together with who acts and when. Commands of features take
 * `struct turn *`; queries take `(struct tx *, struct arena *, ...)`.
 */
#ifndef CORE_PLATFORM_H
#define CORE_PLATFORM_H

#include "core/ids.h"
#include "db/db.h"
#include "sys/clock.h"
#include "sys/rng.h"

struct sse_hub;
struct feature;
struct settings;   /* core/setting.h */
struct catalogue;  /* core/i18n.h */
struct event_dispatcher;
struct job_runner;

struct platform {
    struct db *db;
    const struct clock *clock;
    const struct rng *rng;
    struct id_source *ids;
    const struct feature *const *features;
    size_t feature_count;
    struct settings *settings;
    const struct catalogue *texts;
    struct sse_hub *sse;              /* NULL in commands that serve nothing */
    struct event_dispatcher *events;
    struct job_runner *jobs;
    str base_url;                     /* "https://shop.example", no trailing slash; for links in mails */
    str data_dir;
    unsigned char master_key[32];     /* keys/master; seals and signs (core/secret.h) */
};

struct turn {
    struct tx *tx;
    struct arena *arena;
    struct platform *platform;
    int64_t now_ms;                   /* one value for the whole turn */
    struct account_id actor;          /* v == 0: the system itself */
    int64_t cause_event;              /* event seq that led here, or 0 */
    int depth;                        /* of the causal chain; beyond 8 events are refused */
};

typedef const struct err *turn_fn(struct turn *t, void *arg);

/* db_write with a turn around it: `fn` may run more than once and touches nothing but the transaction
 * and what it sets in `arg`. Wakes events and jobs after the commit. */
const struct err *turn_run(struct platform *p, struct arena *a, struct account_id actor, turn_fn *fn,
                           void *arg) MUST_CHECK;
int64_t turn_new_id(struct turn *t);

#endif
