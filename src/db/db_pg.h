/* Inside the PostgreSQL engine: one connection (db_pg_conn.c), what is on its way to the server
 * (db_pg_pipe.c), values and errors (db_pg_value.c), and the pool with its transactions (db_pg.c).
 * Only these include it.
 */
#ifndef DB_DB_PG_H
#define DB_DB_PG_H

#include <libpq-fe.h>
#include <pthread.h>

#include "db/db_engine.h"

enum {
    PG_PARAM_MAX = 64,
    PG_NAME_BYTES = 16,
    PG_STEPS_MAX = 272,
    PG_STEPS_SPARE = 16, /* for what ends a transaction and begins the next */
    PG_BYTES_WAITING_MAX = 1024 * 1024
};

/* Sent, and its answer not read yet. */
struct pg_step {
    struct db_query *query; /* NULL: a mark, up to which the server skips after an error */
    bool is_prepare;
};

/* One connection, used by one thread at a time; opened at first use and again after it was lost. */
struct pg_conn {
    struct tx tx; /* first */
    PGconn *handle;
    bool *prepared; /* by query slot, on this server session */
    int prepared_size;
    bool is_lost;     /* found dead: opened anew before the next transaction */
    bool is_unknown;  /* COMMIT was sent, and nothing proves that it did not run */
    bool may_retry;   /* the latest error was a deadlock or a serialisation failure */
    bool has_written;
    struct db_query *begin; /* to be sent with the first statement; NULL: sent */
    struct pg_step steps[PG_STEPS_MAX];
    int step_count, steps_read, hits_waiting;
    size_t bytes_waiting;
    struct pg_conn *next_free;
};

struct pg_db {
    struct db db; /* first */
    char *url;
    const struct rng *rng;
    pthread_mutex_t lock; /* of the pool */
    pthread_cond_t freed;
    struct pg_conn *conns, *free;
    int conn_count, free_count;
};

/* Opens it if it is not open. */
const struct err *pg_conn_ready(struct arena *a, struct pg_conn *conn) MUST_CHECK;
void pg_conn_close(struct pg_conn *conn);
const struct err *pg_run(struct tx *tx, struct arena *a, struct db_query *query,
                         const struct db_value *params, size_t limit, db_row_fn *each, void *self,
                         int64_t *ret_affected) MUST_CHECK;
const struct err *pg_prepare(struct tx *tx, struct arena *a, struct db_query *query) MUST_CHECK;
const struct err *pg_script(struct tx *tx, struct arena *a, const char *sql) MUST_CHECK;

const struct err *pg_settle(struct tx *tx, struct arena *a) MUST_CHECK;

/* ---- db_pg_pipe.c ---- */

extern struct db_query pg_begin_read, pg_begin_write, pg_commit, pg_rollback;

struct pg_params {
    const char *values[PG_PARAM_MAX];
    int lengths[PG_PARAM_MAX], formats[PG_PARAM_MAX];
    unsigned char integers[PG_PARAM_MAX][8];
};

/* Sending waits for nothing but room on the wire. False: the connection is lost now. */
bool pg_send_prepare(struct pg_conn *conn, struct db_query *query); /* once per session */
bool pg_send(struct pg_conn *conn, struct db_query *query,
             const struct pg_params *params); /* NULL: none */
bool pg_send_mark(struct pg_conn *conn);
/* Of a statement that the caller has sent itself. */
void pg_note_step(struct pg_conn *conn, struct db_query *query, bool is_prepare);
const char *pg_name_of(struct db_query *query, char name[static PG_NAME_BYTES]);
/* The next statement should be waited for. */
bool pg_pipe_is_full(const struct pg_conn *conn);
/* Sends a mark and reads all answers. The error of the running transaction, tx.failed. */
const struct err *pg_catch_up(struct pg_conn *conn, struct arena *a) MUST_CHECK;
/* The same up to the statement sent last: unless this fails, the caller reads its results to their
 * end (NULL), and then calls pg_end_last. */
const struct err *pg_catch_up_to_last(struct pg_conn *conn, struct arena *a) MUST_CHECK;
void pg_clear_all(struct pg_conn *conn, PGresult *result); /* and what follows it, to the end */
void pg_end_last(struct pg_conn *conn, struct arena *a);
void pg_forget_steps(struct pg_conn *conn);  /* of a connection that is closed */
bool pg_is_alive(struct pg_conn *conn);
/* Rows, or the end of a statement: false if it is an error. *affected is set where it tells. */
bool pg_note_answer(struct pg_conn *conn, PGresult *result, int64_t *affected);
/* Becomes tx.failed. */
const struct err *pg_engine_error(struct pg_conn *conn, struct arena *a, const PGresult *result,
                                  const struct db_query *query) MUST_CHECK;

/* ---- db_pg_dump.c ---- */
const struct err *pg_dump(struct db *db, struct arena *a, str path) MUST_CHECK;
const struct err *pg_restore(struct db *db, struct arena *a, str path) MUST_CHECK;

/* ---- db_pg_value.c ---- */

enum {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043,
    PG_NUMERIC = 1700
};

enum db_type pg_type_of(Oid oid); /* DB_NULL: a type that queries must not return */
/* Binary field -> value; texts point into the result. */
const struct err *pg_decode(struct arena *a, const struct db_query *query, const PGresult *result,
                            int row, int column, struct db_value *ret) MUST_CHECK;
/* Notes in conn whether the server hangs up with this. */
void pg_note_loss(struct pg_conn *conn, const PGresult *result);
/* The failed result (or, without one, the dead connection) as an err; notes loss and deadlocks in
 * conn. */
const struct err *pg_error(struct pg_conn *conn, struct arena *a, const PGresult *result,
                           const char *what) MUST_CHECK;

#endif
