/* What db.c asks of an engine. Only files of src/db include this.
 *
 * An engine's db and connection begin with `struct db` and `struct tx`. tx fields here are kept by
 * db.c, apart from started_ms. Time below is for waiting and statistics only; no decision about
 * data uses it.
 */
#ifndef DB_DB_ENGINE_H
#define DB_DB_ENGINE_H

#include <stdatomic.h>
#include <time.h>

#include "base/strbuf.h"
#include "db/db.h"

enum { DB_COLUMN_MAX = 100, DB_TRIES_MAX = 8 };

struct db_ops {
    void (*close)(struct db *db);
    const struct err *(*read_begin)(struct db *db, struct arena *a, struct tx **ret);
    void (*read_end)(struct tx *tx);
    const struct err *(*write)(struct db *db, struct arena *a, db_write_fn *fn, void *arg);
    /* Takes back what the running command has done so far; it may begin again. */
    const struct err *(*undo)(struct tx *tx, struct arena *a);
    /* As db_run / db_prepare_check, arguments already checked. */
    const struct err *(*run)(struct tx *tx, struct arena *a, struct db_query *query,
                             const struct db_value *params, size_t limit, db_row_fn *each,
                             void *self, int64_t *ret_affected);
    const struct err *(*prepare)(struct tx *tx, struct arena *a, struct db_query *query);
    /* As db_settle; NULL: every statement is answered at once. */
    const struct err *(*settle)(struct tx *tx, struct arena *a);
    /* Several statements without parameters or results: migrations. */
    const struct err *(*script)(struct tx *tx, struct arena *a, const char *sql);
    const struct err *(*backup)(struct db *db, struct arena *a, str path);
    const struct err *(*restore)(struct db *db, struct arena *a,
                                 str path); /* NULL: the copy is the store */
    const struct err *(*check_file)(struct db *db, struct arena *a);
    void (*stats)(struct db *db, struct db_stats *ret); /* adds to what db.c has filled */
};

struct db {
    const struct db_ops *ops;
    enum db_engine engine;
    void (*hook)(void *self);
    void *hook_self;
    int busy_timeout_ms;
    bool rehearses; /* see db_rehearse.c */
    _Atomic int trouble;          /* of the latest write that the disk refused */
    _Atomic int64_t trouble_at_ms; /* monotonic; 0: never */
    _Atomic int64_t batch_sizes[DB_BATCH_SIZES];
    _Atomic int64_t commits, commands, retries, statements, writer_cpu_ns, commit_ns;
};

struct tx {
    struct db *db;
    bool is_write;
    bool is_running;          /* inside db_run: each() must not run another query */
    const struct err *failed; /* the error that ended this command: the engine's, or no hit */
    int64_t started_ms;       /* monotonic; 0 = not open. Guarded by the pool's lock */
};

const struct err *db_sqlite_open(struct arena *a, const struct db_config *config, struct db **ret)
    MUST_CHECK;
const struct err *db_pg_open(struct arena *a, const struct db_config *config,
                             struct db **ret) MUST_CHECK;

/* Number of the statement cache entry; given out at first use, the same for all connections. */
int db_slot_of(struct db_query *query);
/* Runs fn as one command: resets what a former try left, returns the engine's error if fn hid it.
 */
const struct err *db_run_command(struct tx *tx, struct arena *a, db_write_fn *fn,
                                 void *arg) MUST_CHECK;

/* ---- db_rehearse.c: only in builds with sanitizers ---- */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DB_CAN_REHEARSE 1
bool db_rehearsal_is_wanted(void);
/* Runs fn and takes it back; db_rehearse_end judges the run that followed. */
const struct err *db_rehearse(struct tx *tx, struct arena *a, db_write_fn *fn,
                              void *arg) MUST_CHECK;
void db_rehearse_note(const struct db_query *query, const struct db_value *params);
void db_rehearse_end(const struct err *e);
bool db_rehearsal_runs(void); /* on this thread */
#else
static inline bool db_rehearsal_is_wanted(void)
{
    return false;
}
static inline const struct err *db_rehearse(struct tx *tx, struct arena *a, db_write_fn *fn,
                                            void *arg)
{
    (void)tx, (void)a, (void)fn, (void)arg;
    return NULL;
}
static inline void db_rehearse_note(const struct db_query *query, const struct db_value *params)
{
    (void)query, (void)params;
}
static inline void db_rehearse_end(const struct err *e)
{
    (void)e;
}
static inline bool db_rehearsal_runs(void)
{
    return false;
}
#endif

/* Counts, and wakes the hook. */
void db_note_commit(struct db *db, int64_t commands);
/* Value `v` of column i is of the declared type? BUG if not. */
const struct err *db_check_column(struct arena *a, const struct db_query *query, int i,
                                  const struct db_value *v) MUST_CHECK;
/* Of a query that must hit: exactly one row was changed? */
const struct err *db_check_hit(struct arena *a, const struct db_query *query,
                               int64_t affected) MUST_CHECK;
const struct err *db_too_many_rows(struct arena *a, const struct db_query *query, size_t limit)
    MUST_CHECK;

static inline int64_t db_clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static inline int64_t db_monotonic_ms(void)
{
    return db_clock_ns(CLOCK_MONOTONIC) / 1000000;
}
static inline struct timespec db_deadline(int wait_ms)
{
    int64_t ns = db_clock_ns(CLOCK_MONOTONIC) + (int64_t)wait_ms * 1000000;
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

#endif
