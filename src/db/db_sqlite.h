/* Inside the SQLite engine: connections (db_sqlite_conn.c), the writer (db_sqlite_writer.c), its
 * log (db_sqlite_log.c, _flush.c, _mover.c, _bound.c), and the db with its readers, backup and
 * checks (db_sqlite.c). Only these include it.
 */
#ifndef DB_DB_SQLITE_H
#define DB_DB_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>

#include "db/db_engine.h"

/* The engine's own statements, prepared when the connection is opened. */
enum sqlite_step {
    SQLITE_STEP_BEGIN, SQLITE_STEP_BEGIN_WRITE, SQLITE_STEP_SAVEPOINT, SQLITE_STEP_RELEASE,
    SQLITE_STEP_ROLLBACK_TO, SQLITE_STEP_ROLLBACK, SQLITE_STEP_COMMIT, SQLITE_STEP_COUNT,
};

/* One connection, used by one thread at a time. */
struct sqlite_conn {
    struct tx tx; /* first */
    sqlite3 *handle;
    sqlite3_stmt **cache; /* by query slot */
    int cache_size;
    struct sqlite_conn *next_free;
    sqlite3_stmt *steps[SQLITE_STEP_COUNT];
    int log_frames; /* of the WAL, after this connection's latest commit */
};

struct sqlite_db;

/* What brings the log into the file beside the writer: db_sqlite_mover.c. */
struct sqlite_mover {
    struct sqlite_db *db;
    struct sqlite_conn conn; /* opened at the first call; its thread's */
    pthread_t thread;
    bool has_thread; /* the leader's */
    pthread_mutex_t lock;
    pthread_cond_t called;
    bool is_ending;                  /* below `lock` */
    _Atomic bool is_busy, is_moved;  /* is_moved: all but the latest commits is in the file */
};

/* What commits wrote into the log and may not have reached the disk yet: db_sqlite_flush.c. */
enum { SQLITE_LOG_HEAD_BYTES = 32 };
struct sqlite_unflushed {
    int fd; /* of the log; -1: nothing is kept nor flushed */
    _Atomic int64_t commits;  /* handed over to the log so far */
    _Atomic bool is_in_doubt; /* a flush failed: nothing is acknowledged until it is mended */
    pthread_mutex_t flushing; /* one at a time, lest one takes the other's error */
    int64_t flushed;          /* of `commits`; below `flushing` */
    pthread_mutex_t lock;     /* of what follows */
    unsigned char *bytes;
    size_t from, count; /* what is kept of them */
    int64_t at, turns; /* turns: how often the log went on elsewhere than behind `count` */
    bool has_head;
    unsigned char head[SQLITE_LOG_HEAD_BYTES];
};

struct sqlite_command;

/* The write connection and the callers that queue for it. All below `lock`, except that the leader
 * alone uses `conn`. */
struct sqlite_writer {
    struct sqlite_conn conn;
    pthread_mutex_t lock;
    struct sqlite_command *head, **tail;
    bool is_suspect; /* the disk failed the connection: it is opened anew before it is used; the
                        leader's */
    size_t wal_max_bytes;
    int64_t move_from_bytes;     /* WAL size at which the mover is called; 0: never */
    int64_t move_at;             /* the same, after calls that did not end the log */
    struct sqlite_mover mover;
    struct sqlite_unflushed unflushed;
    int queued, unanswered; /* commands that wait; batches that were run and not answered yet */
    bool is_running;        /* a leader uses `conn` */
    pthread_t thread;       /* leads when several wait */
    bool has_thread, is_called, is_ending;
    pthread_cond_t called;
    int careful_batches;         /* how many of the next use savepoints; the leader's */
    int64_t retry_checkpoint_at; /* WAL size at which a checkpoint that readers held up is tried
                                    again */
    _Atomic int64_t wal_bytes, log_pages, checkpoint_ns;
    int page_bytes;
};

struct sqlite_db {
    struct db db; /* first */
    char *path;
    bool is_private; /* ":memory:" */
    _Atomic bool is_file_in_doubt; /* a flush of the file failed: the log is kept */
    struct sqlite_writer writer;
    pthread_mutex_t lock; /* of the readers */
    pthread_cond_t freed;
    struct sqlite_conn *readers, *free;
    int reader_count, free_count;
};

enum sqlite_role { SQLITE_ROLE_WRITER, SQLITE_ROLE_READER };

const struct err *sqlite_conn_open(struct arena *a, struct sqlite_db *db, enum sqlite_role role,
                                   struct sqlite_conn *conn) MUST_CHECK;
void sqlite_conn_close(struct sqlite_conn *conn);
void sqlite_unflushed_init(struct sqlite_unflushed *u);
const struct err *sqlite_unflushed_open(struct sqlite_unflushed *u, struct arena *a,
                                        const char *log_path) MUST_CHECK;
void sqlite_unflushed_done(struct sqlite_unflushed *u);
/* Of bytes that were written into the log. False: a flush that it needed failed. */
bool sqlite_unflushed_keep(struct sqlite_unflushed *u, const void *bytes, size_t count, int64_t at);
/* All commits up to this one are on the disk. False: nobody knows; u is in doubt. */
bool sqlite_unflushed_flush(struct sqlite_unflushed *u, int64_t commit);
/* In a write transaction that wrote nothing yet. False: still in doubt. */
bool sqlite_unflushed_mend(struct sqlite_unflushed *u);
/* Ends the log when it is time. SQLite's code: the commits are safe in the log whatever it is. */
int sqlite_log_bound(struct sqlite_writer *w);
/* After whatever flushes the file. */
void sqlite_note_checkpoint(struct sqlite_db *db, int code);
void sqlite_mover_init(struct sqlite_mover *m, struct sqlite_db *db);
void sqlite_mover_call(struct sqlite_mover *m); /* returns at once */
void sqlite_mover_stop(struct sqlite_mover *m); /* waits until its thread is gone */
/* Without signals but those of a crash: they are for the threads that were there before. */
bool sqlite_thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg);
/* Once, before anything else of SQLite; later it does nothing: db_sqlite_cache.c. */
void sqlite_cache_install(void);
/* `ret`: what stands over `under`. The latest counts, for all caches made from then on. */
void sqlite_cache_over(const sqlite3_pcache_methods2 *under, sqlite3_pcache_methods2 *ret);
/* The system's files, with the writes of the log gathered: db_sqlite_log.c. */
const char *sqlite_log_vfs(void);
/* What goes into this connection's log is kept in `u` until it is flushed. */
void sqlite_log_keep(sqlite3 *handle, struct sqlite_unflushed *u);
/* Drops what a transaction gathered that came to nothing: after it, and before the next. */
void sqlite_log_forget(sqlite3 *handle);
const struct err *sqlite_run(struct tx *tx, struct arena *a, struct db_query *query,
                             const struct db_value *params, size_t limit, db_row_fn *each,
                             void *self, int64_t *ret_affected) MUST_CHECK;
const struct err *sqlite_prepare(struct tx *tx, struct arena *a, struct db_query *query) MUST_CHECK;
const struct err *sqlite_script(struct tx *tx, struct arena *a, const char *sql) MUST_CHECK;
/* Returns SQLite's code. */
int sqlite_step(struct sqlite_conn *conn, enum sqlite_step step);
/* Pragmas and scripts, without rows. */
const struct err *sqlite_exec(struct sqlite_conn *conn, struct arena *a,
                              const char *sql) MUST_CHECK;
/* The handle's latest error as an err; `what` is for the log. */
const struct err *sqlite_error(struct arena *a, sqlite3 *handle, int code,
                               const char *what) MUST_CHECK;

const struct err *sqlite_writer_start(struct arena *a, struct sqlite_db *db, size_t wal_max_bytes)
    MUST_CHECK;
void sqlite_writer_stop(struct sqlite_writer *w); /* waits for the running batch */
const struct err *sqlite_write(struct db *db, struct arena *a, db_write_fn *fn,
                               void *arg) MUST_CHECK;
const struct err *sqlite_undo(struct tx *tx, struct arena *a) MUST_CHECK;

#endif
