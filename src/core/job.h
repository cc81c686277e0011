/* Jobs: work outside a request: mails, imports, media, deadlines. A row in table `job`, claimed
 * with a lease, run outside any transaction, retried with back-off, parked as a dead letter with
 * its reason. At least once: the handler is idempotent. Bulk handlers work in slices: short turns
 * of at most 2 ms.
 */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include "core/platform.h"

struct job_run {
    struct platform *platform;
    struct arena *arena;      /* fresh for this attempt */
    int64_t id;
    struct shop_id shop_id;
    const char *kind;
    str key;
    str payload;              /* as enqueued; at most 8 KiB */
    int attempt;              /* 1.. */
    int64_t now_ms;
    int slices;               /* that job_should_rest has counted */
    bool is_unfinished;       /* job_should_rest or job_must_stop said so */
};

struct job_kind {
    const char *name;         /* "mail.send" */
    const struct err *(*run)(struct job_run *run);
    int timeout_ms;           /* lease */
    int attempts_max;
    int backoff_ms;           /* doubled per attempt, with jitter, at most 6 hours */
    int parallel_max;         /* of this kind at once */
    int every_ms;             /* > 0: periodic; enqueues itself, key "" */
    const char *summary;
};

struct job_request {
    const char *kind;
    struct shop_id shop_id;   /* 0 = the server's own */
    str key; /* unique among waiting jobs of this kind and shop; absent = no dedupe */
    str payload;
    int64_t run_at_ms;        /* 0 = now */
};

const struct err *job_enqueue(struct turn *t, const struct job_request *r) MUST_CHECK;
/* Progress for long work that people watch: done and total units, a short text; committed by
 * itself. */
const struct err *job_progress(struct job_run *run, int64_t done, int64_t total,
                               str note) MUST_CHECK;

/* Asked after each slice when more is to be done. True: end the attempt now, without an error, as
 * it has done JOB_SLICES of them or the program stops; a periodic kind then runs again at once
 * (others enqueue what is left themselves). Every attempt does at least one slice. */
enum { JOB_SLICES = 32 };
bool job_should_rest(struct job_run *run);
/* The same, of a stop alone: for work that could not go on where it ended. */
bool job_must_stop(struct job_run *run);
/* Cleaning: turns of `slice` until nothing old is left (its arg: a bool *, whether there may be
 * more) or the attempt should rest. A slice removes at most JOB_PRUNE_ROWS of each table: orders
 * wait while it runs. */
enum { JOB_PRUNE_ROWS = 250 };
const struct err *job_prune_slices(struct job_run *run, turn_fn *slice) MUST_CHECK;

/* Begins to run due jobs. On SQLite the caller is the only process that runs jobs on this store:
 * attempts that another one left behind count as failed, and are due again at once. */
const struct err *job_start(struct platform *p, int threads) MUST_CHECK;
/* Waits for the attempts that are running: each ends with its slice. */
void job_stop(struct platform *p);
/* Runs all due jobs on the calling thread, until none is due: for tests. */
const struct err *job_drain(struct platform *p, struct arena *a, int64_t now_ms) MUST_CHECK;

enum job_state { JOB_STATE_UNSET = 0, JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_DEAD };

/* How the latest job of that kind and key stands: for pages that show progress. Jobs that reported
 * progress stay 7 days after they are done; others vanish (*ret_found false). */
struct job_status {
    int64_t id;
    enum job_state state;
    int attempt;
    int64_t done, total;
    str note, reason;
};
const struct err *job_find(struct tx *tx, struct arena *a, struct shop_id shop_id, const char *kind,
                           str key, struct job_status *ret, bool *ret_found) MUST_CHECK;

/* Dead letters, for the operator. */
struct job_dead {
    int64_t id;
    struct shop_id shop_id;
    str kind, reason;
    int attempt;
    int64_t ended_ms;
};
const struct err *job_dead_list(struct tx *tx, struct arena *a, struct job_dead **ret,
                                size_t *ret_count) MUST_CHECK; /* first 1000 */
/* The latest first, of numbers below `before`; at most `limit`. */
const struct err *job_dead_before(struct tx *tx, struct arena *a, int64_t before, size_t limit,
                                  struct job_dead **ret, size_t *ret_count) MUST_CHECK;
/* Lets a dead job run again. NOT_FOUND when it is not dead; CONFLICT "error.job_twin" when one of
 * the same kind, shop and key waits already. Written to the audit of the actor. */
const struct err *job_revive(struct turn *t, int64_t id) MUST_CHECK;
/* A dead job is forgotten; what it was to do stays undone. NOT_FOUND as above; audited too. */
const struct err *job_drop(struct turn *t, int64_t id) MUST_CHECK;
/* Wakes a thread: turn_run does after the commit of a turn that enqueued. */
void job_wake(struct platform *p);

#endif
