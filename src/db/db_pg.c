/* The PostgreSQL engine: a pool of connections and the transactions on them.
 *
 * Snapshots are REPEATABLE READ READ ONLY. Write turns are READ COMMITTED: what they change they
 * guard by conditional updates and row locks, and turns that fail by deadlock or serialisation, or
 * lose their connection before COMMIT, are run again, with a pause that doubles and is spread by
 * jitter. When the connection dies during COMMIT nobody can know whether it happened: UNAVAILABLE
 * "db.unknown_outcome", and the caller's idempotency key decides.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db_pg.h"
#include "sys/rng.h"

/* ---- the pool ---- */

static const struct err *lease(struct pg_db *db, struct arena *a, bool is_write,
                               struct pg_conn **ret)
{
    struct timespec deadline = db_deadline(db->db.busy_timeout_ms);
    pthread_mutex_lock(&db->lock);
    int waited = 0;
    while (db->free == NULL && waited != ETIMEDOUT)
        waited = pthread_cond_clockwait(&db->freed, &db->lock, CLOCK_MONOTONIC, &deadline);
    struct pg_conn *conn = db->free;
    if (conn != NULL) {
        db->free = conn->next_free;
        db->free_count--;
        conn->tx.is_write = is_write;
        conn->tx.started_ms = db_monotonic_ms();
    }
    pthread_mutex_unlock(&db->lock);
    *ret = conn;
    if (conn == NULL)
        return ERR(a, ERR_UNAVAILABLE, "db.busy", "no connection came free within %d ms",
                   db->db.busy_timeout_ms);
    return NULL;
}

static void give_back(struct pg_db *db, struct pg_conn *conn)
{
    pthread_mutex_lock(&db->lock);
    conn->tx.started_ms = 0;
    conn->next_free = db->free;
    db->free = conn;
    db->free_count++;
    pthread_cond_signal(&db->freed);
    pthread_mutex_unlock(&db->lock);
}

/* Nothing is sent before the first statement. */
static const struct err *begin(struct pg_conn *conn, struct arena *a, struct db_query *how)
{
    conn->begin = how;
    return pg_conn_ready(a, conn);
}

/* ROLLBACK is not waited for: whoever uses the connection next reads its answer. But what was sent
 * before is: a ROLLBACK that follows an error within one flight would be skipped. */
static void roll_back(struct pg_conn *conn, struct arena *a)
{
    bool is_begun = conn->begin == NULL;
    conn->begin = NULL;
    if (!is_begun || conn->handle == NULL)
        return;
    if (conn->step_count > 0)
        (void)!pg_catch_up(conn, a);
    if (!conn->is_lost && pg_send(conn, &pg_rollback, NULL))
        pg_send_mark(conn);
}

static const struct err *read_begin(struct db *base, struct arena *a, struct tx **ret)
{
    struct pg_db *db = (struct pg_db *)base;
    struct pg_conn *conn;
    TRY(lease(db, a, false, &conn));
    const struct err *e = begin(conn, a, &pg_begin_read);
    if (e != NULL)
        give_back(db, conn);
    *ret = &conn->tx;
    return e;
}

static void read_end(struct tx *tx)
{
    roll_back((struct pg_conn *)tx, NULL); /* every query of a snapshot was waited for */
    give_back((struct pg_db *)tx->db, (struct pg_conn *)tx);
}

/* ---- write turns ---- */

static void pause_before_retry(const struct pg_db *db, int tries)
{
    uint64_t most_us = (uint64_t)1000 << (tries < 7 ? tries : 7);
    uint64_t us =
        most_us / 2 + (db->rng == NULL ? most_us / 2 : rng_below(db->rng, most_us / 2 + 1));
    struct timespec nap = {.tv_sec = (time_t)(us / 1000000),
                           .tv_nsec = (long)(us % 1000000) * 1000};
    nanosleep(&nap, NULL);
}

/* COMMIT goes out together with what waits before it, unless that may end the command without an
 * error of the server: a statement that must hit is judged by us. */
static const struct err *commit(struct pg_conn *conn, struct arena *a)
{
    int64_t started = db_clock_ns(CLOCK_MONOTONIC);
    if (conn->begin != NULL)
        return NULL;
    if (conn->hits_waiting > 0)
        TRY(pg_catch_up(conn, a));
    conn->is_unknown = true;
    bool is_sent = pg_send(conn, &pg_commit, NULL);
    const struct err *e = is_sent ? pg_catch_up(conn, a)
                                  : pg_engine_error(conn, a, NULL, &pg_commit);
    atomic_fetch_add(&conn->tx.db->commit_ns, db_clock_ns(CLOCK_MONOTONIC) - started);
    if (e != NULL && conn->is_lost && conn->is_unknown)
        return ERR(a, ERR_UNAVAILABLE, "db.unknown_outcome",
                   "the connection was lost during COMMIT: %.*s", STR_ARG(e->detail));
    if (e == NULL && conn->has_written)
        db_note_commit(conn->tx.db, 1);
    return e;
}

/* One try. *ret_again: nothing of it can have happened, and another try may succeed. */
static const struct err *try_write(struct pg_conn *conn, struct arena *a, db_write_fn *fn,
                                   void *arg, bool *ret_again)
{
    conn->may_retry = conn->has_written = conn->is_unknown = false;
    *ret_again = false;
    TRY(begin(conn, a, &pg_begin_write));
    const struct err *e = db_run_command(&conn->tx, a, fn, arg);
    if (e == NULL)
        e = commit(conn, a);
    *ret_again = conn->tx.failed != NULL &&
                 (conn->may_retry || (conn->is_lost && !conn->is_unknown));
    if (e != NULL)
        roll_back(conn, a);
    return e;
}

static const struct err *undo(struct tx *tx, struct arena *a)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    roll_back(conn, a);
    return begin(conn, a, &pg_begin_write);
}

static const struct err *write_turn(struct db *base, struct arena *a, db_write_fn *fn, void *arg)
{
    struct pg_db *db = (struct pg_db *)base;
    struct pg_conn *conn;
    TRY(lease(db, a, true, &conn));
    struct arena_mark mark = arena_get_mark(a);
    int64_t cpu = db_clock_ns(CLOCK_THREAD_CPUTIME_ID);
    const struct err *e = NULL;
    bool again = true;
    for (int tries = 0; again && tries < DB_TRIES_MAX; tries++) {
        if (tries > 0) {
            arena_rewind(a, mark);
            atomic_fetch_add(&base->retries, 1);
            pause_before_retry(db, tries);
        }
        e = try_write(conn, a, fn, arg, &again);
    }
    atomic_fetch_add(&base->writer_cpu_ns, db_clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu);
    give_back(db, conn);
    return e;
}

/* ---- open, close, the rest ---- */

static void add_stats(struct db *base, struct db_stats *ret)
{
    struct pg_db *db = (struct pg_db *)base;
    int64_t now_ms = db_monotonic_ms();
    pthread_mutex_lock(&db->lock);
    for (int i = 0; i < db->conn_count; i++) {
        const struct tx *tx = &db->conns[i].tx;
        if (tx->started_ms != 0 && !tx->is_write && now_ms - tx->started_ms > ret->oldest_reader_ms)
            ret->oldest_reader_ms = now_ms - tx->started_ms;
    }
    pthread_mutex_unlock(&db->lock);
}

static const struct err *check_file(struct db *db, struct arena *a)
{
    (void)db;
    (void)a;
    return NULL;
}

static void close_pg(struct db *base)
{
    struct pg_db *db = (struct pg_db *)base;
    pthread_mutex_lock(&db->lock);
    while (db->free_count < db->conn_count)
        pthread_cond_wait(&db->freed, &db->lock);
    pthread_mutex_unlock(&db->lock);
    for (int i = 0; i < db->conn_count; i++)
        pg_conn_close(&db->conns[i]);
    pthread_mutex_destroy(&db->lock);
    pthread_cond_destroy(&db->freed);
    free(db->conns);
    free(db->url);
    free(db);
}

static const struct db_ops pg_ops = {
    .close = close_pg,
    .read_begin = read_begin,
    .read_end = read_end,
    .write = write_turn,
    .undo = undo,
    .run = pg_run,
    .settle = pg_settle,
    .prepare = pg_prepare,
    .script = pg_script,
    .backup = pg_dump,
    .restore = pg_restore,
    .check_file = check_file,
    .stats = add_stats,
};

/* The server's place and version are judged at once, by the first connection. */
static const struct err *fill_pool(struct arena *a, struct pg_db *db,
                                   const struct db_config *config)
{
    int count = config->readers > 0 ? config->readers : 4 * (int)sysconf(_SC_NPROCESSORS_ONLN);
    const char *url;
    TRY(str_to_c(a, config->url, &url));
    db->url = strdup(url);
    db->conns = calloc((size_t)count, sizeof *db->conns);
    if (db->url == NULL || db->conns == NULL)
        return &err_out_of_memory;
    db->conn_count = db->free_count = count;
    for (int i = 0; i < count; i++) {
        db->conns[i].tx.db = &db->db;
        db->conns[i].next_free = db->free;
        db->free = &db->conns[i];
    }
    return pg_conn_ready(a, db->free);
}

const struct err *db_pg_open(struct arena *a, const struct db_config *config, struct db **ret)
{
    struct pg_db *db = calloc(1, sizeof *db);
    if (db == NULL)
        return &err_out_of_memory;
    db->db = (struct db){.ops = &pg_ops, .engine = DB_POSTGRES};
    db->rng = config->rng;
    pthread_mutex_init(&db->lock, NULL);
    pthread_cond_init(&db->freed, NULL);
    const struct err *e = fill_pool(a, db, config);
    if (e != NULL) {
        close_pg(&db->db);
        return e;
    }
    *ret = &db->db;
    return NULL;
}
