/* What every feature is handed instead of globals: the store, the clock, randomness, ids, the
 * feature list, settings, and the services of core. One per process; read-only after start except
 * where the member's own header says otherwise.
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
struct event_telling;

enum { PLATFORM_STORES_MAX = 4, PLATFORM_OFTEN_KEYS = 6 };

struct platform {
    struct db *db;
    struct {
        const char *name;
        struct db *db;
    } stores[PLATFORM_STORES_MAX]; /* of features with a store of their own; see platform_store */
    size_t store_count;
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
    str (*setting_given)(const char *key); /* server settings of the environment; may be NULL */
    str (*asset_url)(const char *name); /* for struct html; may be NULL */
    str base_url; /* "https://shop.example", no trailing slash; for links in mails */
    str data_dir;
    unsigned char master_key[32];     /* keys/master; seals and signs (core/secret.h) */
    unsigned char often_keys[PLATFORM_OFTEN_KEYS][32]; /* derived from it: secret_prepare */
    int node;                         /* leased number in ids */
    str node_holder;                  /* who we are in the lease: random per process */
    _Atomic int64_t renewed_ms;       /* when the lease of the node number was last renewed */
    _Atomic int64_t renewed_id;       /* the id stored then: greater than any given out */
    _Atomic uint64_t written; /* turns that ended: what was read before the last may be old */
    int migration_level;              /* how many migrations the store has */
};

struct platform_config {
    str data_dir; /* created if missing; absent: nothing on disk (db_url must be given) */
    str db_url;                       /* absent: data_dir/millpond.db */
    str base_url;                     /* absent: "http://localhost:8080" */
    const struct clock *clock;        /* NULL: the system's */
    const struct rng *rng;            /* NULL: the system's */
    const struct feature *const *features; /* core's own is put before them */
    size_t feature_count;
    const struct catalogue *texts;    /* the generated one, "texts.h"; NULL: keys stand for texts */
    enum db_migrate_mode migrate;
    int db_readers;                   /* 0: as db_config */
    str (*setting_given)(const char *key); /* NULL: nothing is given from outside */
    str (*asset_url)(const char *name);    /* NULL: /static/NAME */
    bool no_start; /* leaves out the features' start hooks: migrate, verify, backup */
};

/* Opens store, keys, settings and texts, applies or checks migrations, leases a node number, runs
 * the features' start hooks. Lives in `a`, which must outlive it. Errors: UNAVAILABLE
 * "platform.data_dir" (arg: path) when the folder cannot be written; those of db_open and
 * db_migrate; BUG when the feature list contradicts itself (unknown or later `needs`, a name given
 * twice). */
const struct err *platform_open(struct arena *a, const struct platform_config *config,
                                struct platform **ret) MUST_CHECK;
/* The store of features whose `store` is that name (core/feature.h): DATA/NAME.db, with a writer of
 * its own, beside SQLite; on PostgreSQL, and without a data folder, platform.db. */
struct db *platform_store(const struct platform *p, const char *name);
/* Stops events and jobs if they run, gives the node number back, closes the store. NULL is allowed.
 */
void platform_close(struct platform *p);
/* Keeps the lease of the node number when that is due; cheap otherwise. Called by the event thread.
 */
const struct err *platform_renew(struct platform *p, struct arena *a) MUST_CHECK;

struct turn {
    struct tx *tx;
    struct arena *arena;
    struct platform *platform;
    int64_t now_ms;                   /* one value for the whole turn */
    struct account_id actor;          /* v == 0: the system itself */
    int64_t cause_event;              /* event seq that led here, or 0 */
    int depth;                        /* of the causal chain; beyond 8 events are refused */
    bool emitted, enqueued; /* set by event_emit / job_enqueue: whom to wake after the commit */
    struct event_telling *tellings; /* of event_notify, newest first: told after the commit, once */
};

typedef const struct err *turn_fn(struct turn *t, void *arg);

/* db_write with a turn around it: `fn` may run more than once and touches nothing but the
 * transaction and what it sets in `arg`. Wakes events and jobs, and tells those who watch, after
 * the commit. */
const struct err *turn_run(struct platform *p, struct arena *a, struct account_id actor,
                           turn_fn *fn, void *arg) MUST_CHECK;
int64_t turn_new_id(struct turn *t);

#endif
