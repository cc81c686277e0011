/* Inside the PostgreSQL engine: one connection (db_pg_conn.c), values and errors (db_pg_value.c),
 * and the pool with its transactions (db_pg.c). Only these include it.
 */
#ifndef DB_DB_PG_H
#define DB_DB_PG_H

#include <libpq-fe.h>
#include <pthread.h>

#include "db/db_engine.h"

/* One connection, used by one thread at a time; opened at first use and again after it was lost. */
struct pg_conn {
    struct tx tx; /* first */
    PGconn *handle;
    bool *prepared; /* by query slot, on this server session */
    int prepared_size;
    bool is_lost;     /* found dead: opened anew before the next transaction */
    bool may_retry;   /* the latest error was a deadlock or a serialisation failure */
    bool has_written;
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
/* A statement of the engine itself, without parameters and rows. */
const struct err *pg_exec(struct pg_conn *conn, struct arena *a, const char *sql) MUST_CHECK;
const struct err *pg_run(struct tx *tx, struct arena *a, struct db_query *query,
                         const struct db_value *params, size_t limit, db_row_fn *each, void *self,
                         int64_t *ret_affected) MUST_CHECK;
const struct err *pg_prepare(struct tx *tx, struct arena *a, struct db_query *query) MUST_CHECK;
const struct err *pg_script(struct tx *tx, struct arena *a, const char *sql) MUST_CHECK;

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
/* The failed result (or, without one, the dead connection) as an err; notes loss and deadlocks in
 * conn. */
const struct err *pg_error(struct pg_conn *conn, struct arena *a, const PGresult *result,
                           const char *what) MUST_CHECK;

#endif
