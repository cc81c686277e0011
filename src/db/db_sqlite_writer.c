/* The one write connection of SQLite, and group commit.
 *
 * Callers queue. A leader takes the commands that wait, runs them one after the other, and one
 * COMMIT hands them over to the log. Then the connection goes on to the next leader, while the
 * caller of the batch's first command flushes the log and answers the others. When several wait,
 * the writer's own thread leads: what the last answers woke shares the cores with it, but it is not
 * one of them. When one waits alone, its caller leads: nobody has to be woken. The callers sleep
 * meanwhile, so their arenas and arguments have one user at a time.
 *
 * Three things go on at once then: a batch is run, the one before is flushed, and those before that
 * are answered and come again. So a batch takes half of those who wait or a few, and none that come
 * while it runs: one that took everybody would leave nothing to do beside it. The next one begins
 * beside a flush only if enough wait: small batches cost more pages and flushes than they save.
 * What a batch has read may not be flushed yet, so every batch waits for the latest commit before
 * it is answered, also one that wrote nothing.
 *
 * Nearly every command succeeds, and a SAVEPOINT costs a copy of every page that its command
 * touches. So a batch begins without them; when one of its commands fails, all is rolled back and
 * run again, each in its own SAVEPOINT, and so are the next batches: a refusal seldom comes alone.
 *
 * Invariants: a command is answered after the flush of the COMMIT that holds it, or with an error;
 * a failed COMMIT or flush fails all of its batch. After an I/O error the connection is closed and
 * opened anew: what a failed sync left in its memory is never built upon, and that sync never asked
 * for again (the system may answer "done" to the second asking, with nothing on the disk). Only
 * this file ends the log, between two batches; most of it was brought over by the mover then.
 */
#include <errno.h>
#include <semaphore.h>
#include <string.h>

#include "db/db_sqlite.h"

enum {
    MOVER_WORTH_BYTES = 16 * 1024 * 1024, /* a shorter log is brought over in no time */
    BATCH_FEW = 24, BATCH_MAX = 64, /* commands of a batch */
    BESIDE_FLUSH_MIN = 8,     /* commands that wait, for a batch to begin beside a flush */
    CAREFUL_BATCHES = 16,     /* that use savepoints after one that had to be run again */
};

struct batch {
    struct sqlite_command *commands[BATCH_MAX];
    size_t taken, count; /* of them, those that were run so far */
    int64_t written; /* commands whose COMMIT wrote something */
    int64_t commit;  /* the latest there was when it was handed over */
    bool is_open;    /* a transaction is open */
};

/* What is left to its caller, once it is woken. */
enum command_state { WAITS, LEADS, ANSWERS, IS_DONE };

struct sqlite_command {
    struct arena *arena;
    db_write_fn *fn;
    void *arg;
    const struct err *e;
    struct sqlite_command *next;
    int behalf;
    bool is_taken;
    _Atomic enum command_state state;
    sem_t woken;
    struct batch batch; /* that it is the first of: its caller flushes and answers it */
};

static void *run(void *arg);

const struct err *sqlite_writer_start(struct arena *a, struct sqlite_db *db, size_t wal_max_bytes)
{
    struct sqlite_writer *w = &db->writer;
    sqlite3_stmt *stmt = NULL;
    TRY(sqlite_conn_open(a, db, SQLITE_ROLE_WRITER, &w->conn));
    w->tail = &w->head;
    w->wal_max_bytes = wal_max_bytes == 0 ? MiB(128) : wal_max_bytes;
    if (w->wal_max_bytes >= MOVER_WORTH_BYTES && !db->is_private)
        w->move_from_bytes = (int64_t)w->wal_max_bytes / 2;
    sqlite_mover_init(&w->mover, db);
    sqlite_unflushed_init(&w->unflushed);
    w->page_bytes = 4096;
    if (sqlite3_prepare_v2(w->conn.handle, "PRAGMA page_size", -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        w->page_bytes = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    if (db->is_private)
        return NULL;
    TRY(sqlite_unflushed_open(
        &w->unflushed, a, sqlite3_filename_wal(sqlite3_db_filename(w->conn.handle, "main"))));
    sqlite_log_keep(w->conn.handle, &w->unflushed);
    w->has_thread = sqlite_thread_start(&w->thread, run, w);
    return NULL;
}

void sqlite_writer_stop(struct sqlite_writer *w)
{
    pthread_mutex_lock(&w->lock);
    while (w->is_running || w->unanswered > 0 || w->head != NULL) {
        pthread_mutex_unlock(&w->lock);
        struct timespec nap = {.tv_nsec = 1000000};
        nanosleep(&nap, NULL);
        pthread_mutex_lock(&w->lock);
    }
    w->is_ending = true;
    pthread_cond_signal(&w->called);
    pthread_mutex_unlock(&w->lock);
    if (w->has_thread)
        pthread_join(w->thread, NULL);
    sqlite_mover_stop(&w->mover);
    if (w->conn.handle != NULL)
        sqlite_conn_close(&w->conn);
    sqlite_unflushed_done(&w->unflushed);
}

/* ---- after an I/O error ---- */

static void suspect(struct sqlite_writer *w, int code)
{
    w->is_suspect = w->is_suspect || (code & 0xff) == SQLITE_IOERR;
}

static const struct err *take_step(struct sqlite_conn *conn, struct arena *a, enum sqlite_step step)
{
    int code = sqlite_step(conn, step);
    return code == SQLITE_OK ? NULL : sqlite_error(a, conn->handle, code, "write turn");
}

/* Without memory for it, closing the connection does it. */
static void roll_back(struct sqlite_writer *w)
{
    sqlite_step(&w->conn, SQLITE_STEP_ROLLBACK);
    w->is_suspect = w->is_suspect || !sqlite3_get_autocommit(w->conn.handle);
}

static const struct err *open_anew(struct sqlite_writer *w, struct arena *a)
{
    struct sqlite_db *db = (struct sqlite_db *)w->conn.tx.db;
    if (w->conn.handle != NULL)
        sqlite_conn_close(&w->conn);
    const struct err *e = sqlite_conn_open(a, db, SQLITE_ROLE_WRITER, &w->conn);
    w->conn.tx.db = &db->db; /* kept for the next try */
    if (e == NULL && !db->is_private)
        sqlite_log_keep(w->conn.handle, &w->unflushed);
    w->is_suspect = e != NULL;
    return e;
}

/* NULL: the connection may be used. Until it can be opened again, and what was committed is on the
 * disk for certain, every command fails. */
static const struct err *trust(struct sqlite_writer *w, struct arena *a)
{
    if (w->is_suspect)
        TRY(open_anew(w, a));
    if (!atomic_load(&w->unflushed.is_in_doubt))
        return NULL;
    TRY(take_step(&w->conn, a, SQLITE_STEP_BEGIN_WRITE));
    bool is_mended = sqlite_unflushed_mend(&w->unflushed);
    roll_back(w);
    return is_mended ? NULL : ERR(a, ERR_UNAVAILABLE, "db.io", "the log: %s", strerror(errno));
}

/* ---- one batch, run by the leader without the lock ---- */

/* Whoever believed to have succeeded learns why not. Each error lives in its owner's arena. */
static void fail_batch(struct sqlite_writer *w, struct batch *b, int code, const char *what)
{
    for (size_t i = 0; i < b->count; i++) {
        struct sqlite_command *c = b->commands[i];
        if (c->e == NULL)
            c->e = sqlite_error(c->arena, w->conn.handle, code, what);
    }
    b->is_open = false;
}

const struct err *sqlite_undo(struct tx *tx, struct arena *a)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)tx;
    if (sqlite3_get_autocommit(conn->handle))
        return sqlite_error(a, conn->handle, SQLITE_FULL, "the transaction was rolled back");
    return take_step(conn, a, SQLITE_STEP_ROLLBACK_TO);
}

/* On behalf of its caller: should it crash, it is not the leader's fault. */
static void run_one(struct sqlite_writer *w, struct sqlite_command *c)
{
    int own = db_behalf();
    db_set_behalf(c->behalf);
    c->e = db_run_command(&w->conn.tx, c->arena, c->fn, c->arg);
    db_set_behalf(own);
}

/* In a SAVEPOINT: an error takes back this command alone. */
static void run_carefully(struct sqlite_writer *w, struct batch *b, struct sqlite_command *c)
{
    struct sqlite_conn *conn = &w->conn;
    c->e = take_step(conn, c->arena, SQLITE_STEP_SAVEPOINT);
    if (c->e == NULL)
        run_one(w, c);
    /* A full disk or an I/O error may have rolled everything back by itself. */
    if (sqlite3_get_autocommit(conn->handle)) {
        fail_batch(w, b, SQLITE_FULL, "the transaction was rolled back");
        return;
    }
    const struct err *closing = NULL;
    if (c->e != NULL)
        closing = take_step(conn, c->arena, SQLITE_STEP_ROLLBACK_TO);
    if (closing == NULL)
        closing = take_step(conn, c->arena, SQLITE_STEP_RELEASE);
    if (c->e == NULL)
        c->e = closing;
}

static void begin_for(struct sqlite_writer *w, struct batch *b, struct sqlite_command *c)
{
    c->e = b->is_open ? NULL : trust(w, c->arena);
    if (c->e == NULL && !b->is_open)
        c->e = take_step(&w->conn, c->arena, SQLITE_STEP_BEGIN_WRITE);
    b->is_open = c->e == NULL;
}

/* The last one failed: all run again, each for itself, unless it was alone. */
static void run_again(struct sqlite_writer *w, struct batch *b)
{
    size_t count = b->count;
    if (sqlite3_get_autocommit(w->conn.handle)) /* a full disk or an I/O error did it by itself */
        fail_batch(w, b, SQLITE_FULL, "the transaction was rolled back");
    else
        roll_back(w);
    b->is_open = false;
    if (count == 1)
        return;
    w->careful_batches = CAREFUL_BATCHES;
    for (b->count = 1; b->count <= count; b->count++) {
        struct sqlite_command *c = b->commands[b->count - 1];
        begin_for(w, b, c);
        if (c->e == NULL)
            run_carefully(w, b, c);
    }
    b->count = count;
}

static void run_next(struct sqlite_writer *w, struct batch *b)
{
    struct sqlite_command *c = b->commands[b->count++];
    begin_for(w, b, c);
    if (c->e != NULL)
        return;
    if (w->careful_batches > 0 || w->conn.tx.db->rehearses) {
        run_carefully(w, b, c);
        return;
    }
    run_one(w, c);
    if (c->e != NULL || sqlite3_get_autocommit(w->conn.handle))
        run_again(w, b);
}

static void commit_batch(struct sqlite_writer *w, struct batch *b)
{
    struct sqlite_conn *conn = &w->conn;
    struct db *db = conn->tx.db;
    int64_t succeeded = 0;
    for (size_t i = 0; i < b->count; i++)
        succeeded += b->commands[i]->e == NULL;
    if (!b->is_open)
        return;
    if (succeeded == 0) { /* nothing to keep, though pages may look changed: no flush for it */
        roll_back(w);
        return;
    }
    int64_t started = db_clock_ns(CLOCK_MONOTONIC);
    int before = conn->log_frames;
    conn->log_frames = -1; /* the hook sets it when something was written */
    int code = sqlite_step(conn, SQLITE_STEP_COMMIT);
    bool has_written = conn->log_frames >= 0;
    if (!has_written)
        conn->log_frames = before;
    if (code != SQLITE_OK) {
        suspect(w, code);
        fail_batch(w, b, code, "COMMIT");
        if (!sqlite3_get_autocommit(conn->handle))
            roll_back(w);
        return;
    }
    atomic_fetch_add(&db->commit_ns, db_clock_ns(CLOCK_MONOTONIC) - started);
    atomic_fetch_add(&w->log_pages, conn->log_frames - before);
    if (has_written)
        atomic_fetch_add(&w->unflushed.commits, 1);
    b->written = has_written ? succeeded : 0;
}

/* Without the lock, beside the next leader. */
static void flush_batch(struct sqlite_writer *w, struct batch *b)
{
    bool is_flushed = sqlite_unflushed_flush(&w->unflushed, b->commit);
    for (size_t i = 0; i < b->count && !is_flushed; i++) {
        struct sqlite_command *c = b->commands[i];
        if (c->e == NULL)
            c->e = ERR(c->arena, ERR_UNAVAILABLE, "db.io", "the log was not flushed");
    }
    if (is_flushed && b->written > 0)
        db_note_commit(&w->mover.db->db, b->written);
}

/* ---- the queue ---- */

/* With the lock, as all here; somebody waits. */
static struct sqlite_command *take(struct sqlite_writer *w)
{
    struct sqlite_command *c = w->head;
    w->head = c->next;
    w->queued--;
    if (w->head == NULL)
        w->tail = &w->head;
    c->is_taken = true;
    return c;
}

static void give_up(struct sqlite_writer *w, struct sqlite_command *gone)
{
    struct sqlite_command **link = &w->head;
    while (*link != gone)
        link = &(*link)->next;
    *link = gone->next;
    w->queued--;
    if (w->tail == &gone->next)
        w->tail = link;
}

/* The last that is done to it by another thread: it may be gone then. */
static void wake(struct sqlite_command *c, enum command_state state)
{
    atomic_store(&c->state, state);
    sem_post(&c->woken);
}

static void choose_leader(struct sqlite_writer *w)
{
    if (w->is_running || w->head == NULL ||
        (w->unanswered > 0 && w->queued < BESIDE_FLUSH_MIN))
        return;
    w->is_running = true;
    if (w->has_thread && w->queued > 1) {
        w->is_called = true;
        pthread_cond_signal(&w->called);
        return;
    }
    wake(w->head, LEADS);
}

/* Called and left with the lock held: runs what waits, and hands it over to the log. */
static void lead(struct sqlite_writer *w, struct batch *b)
{
    int64_t cpu = db_clock_ns(CLOCK_THREAD_CPUTIME_ID);
    int half = w->queued / 2 < BATCH_MAX ? w->queued / 2 : BATCH_MAX;
    size_t most = half < BATCH_FEW ? BATCH_FEW : (size_t)half;
    *b = (struct batch){.count = 0};
    while (b->taken < most && w->head != NULL)
        b->commands[b->taken++] = take(w);
    pthread_mutex_unlock(&w->lock);
    while (b->count < b->taken)
        run_next(w, b);
    w->careful_batches -= w->careful_batches > 0;
    commit_batch(w, b);
    b->commit = atomic_load(&w->unflushed.commits);
    suspect(w, sqlite_log_bound(w));
    atomic_fetch_add(&w->conn.tx.db->writer_cpu_ns, db_clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu);
    pthread_mutex_lock(&w->lock);
    w->is_running = false;
    w->unanswered += b->count > 0;
}

/* Without the lock, beside the next leader. By the first of the batch, so that it lives as long. */
static void answer(struct sqlite_writer *w, struct batch *b)
{
    flush_batch(w, b);
    pthread_mutex_lock(&w->lock);
    w->unanswered--;
    choose_leader(w);
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 1; i < b->count; i++)
        wake(b->commands[i], IS_DONE);
}

/* The writer's thread leads when several wait: unlike its callers it is not put behind all those
 * that the last answers woke. */
static void *run(void *arg)
{
    struct sqlite_writer *w = arg;
    struct batch b;
    pthread_setname_np(pthread_self(), "writer");
    pthread_mutex_lock(&w->lock);
    while (!w->is_ending) {
        if (!w->is_called) {
            pthread_cond_wait(&w->called, &w->lock);
            continue;
        }
        w->is_called = false;
        lead(w, &b);
        if (b.count > 0) { /* or all gave up meanwhile */
            b.commands[0]->batch = b;
            wake(b.commands[0], ANSWERS);
        }
        choose_leader(w);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static void enqueue(struct sqlite_writer *w, struct sqlite_command *c)
{
    *w->tail = c;
    w->tail = &c->next;
    w->queued++;
    choose_leader(w);
}

/* Until there is something to do for it, or it is done. False: it gave up, and was not run. */
static bool wait_for_turn(struct sqlite_writer *w, struct sqlite_command *c, int timeout_ms)
{
    struct timespec deadline = db_deadline(timeout_ms);
    while (sem_clockwait(&c->woken, CLOCK_MONOTONIC, &deadline) != 0) {
        if (errno != ETIMEDOUT)
            continue;
        pthread_mutex_lock(&w->lock);
        bool gives_up = !c->is_taken && atomic_load(&c->state) == WAITS;
        if (gives_up)
            give_up(w, c);
        pthread_mutex_unlock(&w->lock);
        if (gives_up)
            return false;
        deadline = db_deadline(60 * 1000); /* it is being run: its outcome is waited for */
    }
    return true;
}

const struct err *sqlite_write(struct db *db, struct arena *a, db_write_fn *fn, void *arg)
{
    struct sqlite_writer *w = &((struct sqlite_db *)db)->writer;
    struct sqlite_command c = {.arena = a, .fn = fn, .arg = arg, .behalf = db_behalf()};
    sem_init(&c.woken, 0, 0);
    pthread_mutex_lock(&w->lock);
    enqueue(w, &c);
    pthread_mutex_unlock(&w->lock);
    bool has_turn = wait_for_turn(w, &c, db->busy_timeout_ms);
    if (has_turn && atomic_load(&c.state) == LEADS) {
        pthread_mutex_lock(&w->lock);
        lead(w, &c.batch);
        choose_leader(w);
        pthread_mutex_unlock(&w->lock);
    }
    if (has_turn && atomic_load(&c.state) != IS_DONE)
        answer(w, &c.batch);
    sem_destroy(&c.woken);
    return has_turn ? c.e
                    : ERR(a, ERR_UNAVAILABLE, "db.busy", "no write turn within %d ms",
                          db->busy_timeout_ms);
}
