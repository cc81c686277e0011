/* One PostgreSQL connection: opening it, and running a query: sent, and waited for when somebody
 * asks what it answers. Parameters and results travel in binary, so that a text is never mistaken
 * and never needs a NUL at its end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_pg.h"

enum { OLDEST_SERVER = 150000 };

static void ignore_notice(void *self, const char *message)
{
    (void)self;
    (void)message;
}

static const struct err *check_server(struct arena *a, struct pg_conn *conn)
{
    str encoding = str_c(PQparameterStatus(conn->handle, "server_encoding"));
    if (PQserverVersion(conn->handle) < OLDEST_SERVER)
        return ERR(a, ERR_UNAVAILABLE, "db.too_old", "PostgreSQL %d; at least 15 is needed",
                   PQserverVersion(conn->handle) / 10000);
    if (!str_eq(encoding, S("UTF8")))
        return ERR(a, ERR_UNAVAILABLE, "db.cannot_open",
                   "the database is encoded in %.*s, not in UTF8", STR_ARG(encoding));
    return NULL;
}

const struct err *pg_conn_ready(struct arena *a, struct pg_conn *conn)
{
    if (conn->handle != NULL && !conn->is_lost && pg_is_alive(conn))
        return NULL;
    pg_conn_close(conn);
    const char *const names[] = {"dbname",
                                 "fallback_application_name", "connect_timeout", "client_encoding",
                                 "tcp_user_timeout", "options",
                                 NULL};
    const char *const values[] = {((struct pg_db *)conn->tx.db)->url,
                                  "millpond", "5", "UTF8", "10000",
                                  "-c timezone=UTC -c client_min_messages=warning -c jit=off",
                                  NULL};
    conn->handle = PQconnectdbParams(names, values, 1);
    if (PQstatus(conn->handle) != CONNECTION_OK) {
        str why = str_trim(str_c(PQerrorMessage(conn->handle)));
        const struct err *e = ERR(a, ERR_UNAVAILABLE, "db.cannot_open", "%.*s", STR_ARG(why));
        pg_conn_close(conn);
        return e;
    }
    PQsetNoticeProcessor(conn->handle, ignore_notice, NULL);
    const struct err *e = check_server(a, conn);
    if (e != NULL)
        pg_conn_close(conn);
    return e;
}

void pg_conn_close(struct pg_conn *conn)
{
    PQfinish(conn->handle);
    free(conn->prepared);
    conn->handle = NULL;
    conn->prepared = NULL;
    conn->prepared_size = 0;
    conn->is_lost = conn->is_unknown = false;
    pg_forget_steps(conn);
}

static const struct err *pack(struct arena *a, const struct db_query *query,
                              const struct db_value *params, struct pg_params *out)
{
    for (int i = 0; i < query->param_count; i++) {
        const struct db_value *v = &params[i];
        out->formats[i] = 1;
        out->lengths[i] = 0;
        out->values[i] = NULL;
        if (v->type == DB_INT) {
            for (int byte = 0; byte < 8; byte++)
                out->integers[i][byte] = (unsigned char)((uint64_t)v->integer >> (56 - 8 * byte));
            out->values[i] = (const char *)out->integers[i];
            out->lengths[i] = 8;
        } else if (v->type != DB_NULL) {
            if (v->text.len > INT32_MAX)
                return ERR(a, ERR_LIMIT, "error.too_much", "%s: parameter $%d", query->name, i + 1);
            out->values[i] = v->text.len == 0 ? "" : v->text.ptr;
            out->lengths[i] = (int)v->text.len;
        }
    }
    return NULL;
}

static const struct err *take_rows(const PGresult *result, struct arena *a,
                                   const struct db_query *query, db_row_fn *each, void *self)
{
    struct db_value row[DB_COLUMN_MAX];
    if (PQnfields(result) != query->column_count)
        return ERR(a, ERR_BUG, "db.bug", "%s (%s): %d columns came, %d are declared", query->name,
                   query->origin, PQnfields(result), query->column_count);
    for (int r = 0; r < PQntuples(result) && each != NULL; r++) {
        for (int i = 0; i < query->column_count; i++) {
            TRY(pg_decode(a, query, result, r, i, &row[i]));
            TRY(db_check_column(a, query, i, &row[i]));
        }
        TRY(each(self, row));
    }
    return NULL;
}

/* One result of the statement: some of its rows, its end, or its failure. */
static const struct err *take_result(struct pg_conn *conn, PGresult *result, struct arena *a,
                                     const struct db_query *query, size_t limit, db_row_fn *each,
                                     void *self, int64_t *affected)
{
    if (!pg_note_answer(conn, result, affected))
        return pg_engine_error(conn, a, result, query);
    if (PQresultStatus(result) == PGRES_COMMAND_OK)
        return conn->tx.failed = db_check_hit(a, query, *affected);
    if (limit > 0 && (size_t)PQntuples(result) > limit)
        return db_too_many_rows(a, query, limit);
    return take_rows(result, a, query, each, self);
}

/* Rows of unlimited statements are streamed one by one. */
static const struct err *stream(struct pg_conn *conn, struct arena *a, const struct db_query *query,
                                db_row_fn *each, void *self, int64_t *affected)
{
    const struct err *e = NULL;
    PGresult *result;
    PQsetSingleRowMode(conn->handle);
    while ((result = PQgetResult(conn->handle)) != NULL) {
        if (e == NULL) {
            e = take_result(conn, result, a, query, 0, each, self, affected);
            PGcancel *cancel = e == NULL || conn->tx.is_write ? NULL : PQgetCancel(conn->handle);
            char why[256];
            if (cancel != NULL)
                PQcancel(cancel, why, sizeof why); /* the rest of a long export is not wanted */
            PQfreeCancel(cancel);
        }
        PQclear(result);
    }
    return e;
}

static const struct err *send(struct pg_conn *conn, struct arena *a, struct db_query *query,
                              const struct pg_params *params)
{
    if (pg_pipe_is_full(conn))
        TRY(pg_catch_up(conn, a));
    bool is_sent = conn->begin == NULL || pg_send(conn, conn->begin, NULL);
    conn->begin = NULL;
    return is_sent && pg_send(conn, query, params) ? NULL : pg_engine_error(conn, a, NULL, query);
}

const struct err *pg_run(struct tx *tx, struct arena *a, struct db_query *query,
                         const struct db_value *params, size_t limit, db_row_fn *each, void *self,
                         int64_t *ret_affected)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    struct pg_params packed;
    int64_t affected = 0;
    const struct err *e;
    if (conn->is_lost)
        return ERR(a, ERR_UNAVAILABLE, "db.lost", "%s: the connection was lost", query->name);
    TRY(pack(a, query, params, &packed));
    TRY(send(conn, a, query, &packed));
    if (tx->is_write && query->column_count == 0 && ret_affected == NULL)
        return NULL;
    TRY(pg_catch_up_to_last(conn, a));
    if (each != NULL && limit == 0) {
        e = stream(conn, a, query, each, self, &affected);
    } else {
        PGresult *result = PQgetResult(conn->handle);
        e = take_result(conn, result, a, query, limit, each, self, &affected);
        pg_clear_all(conn, result);
    }
    pg_end_last(conn, a);
    if (e == NULL && ret_affected != NULL)
        *ret_affected = affected;
    return e != NULL ? e : tx->failed;
}

const struct err *pg_settle(struct tx *tx, struct arena *a)
{
    return pg_catch_up((struct pg_conn *)tx, a);
}

const struct err *pg_prepare(struct tx *tx, struct arena *a, struct db_query *query)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    char name[PG_NAME_BYTES];
    const struct err *e = NULL;
    if (pg_send_prepare(conn, query))
        TRY(pg_catch_up(conn, a));
    if (conn->is_lost || !PQsendDescribePrepared(conn->handle, pg_name_of(query, name)))
        return pg_engine_error(conn, a, NULL, query);
    pg_note_step(conn, query, false);
    TRY(pg_catch_up_to_last(conn, a));
    PGresult *result = PQgetResult(conn->handle);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        e = pg_engine_error(conn, a, result, query);
    else if (PQnfields(result) != query->column_count)
        e = ERR(a, ERR_BUG, "db.bug", "%s (%s): %d columns, %d are declared", query->name,
                query->origin, PQnfields(result), query->column_count);
    for (int i = 0; e == NULL && i < query->column_count; i++) {
        struct db_value v = {.type = pg_type_of(PQftype(result, i))};
        if (v.type == DB_NULL)
            e = ERR(a, ERR_BUG, "db.wrong_type", "%s (%s): column %d has PostgreSQL type %u",
                    query->name, query->origin, i + 1, PQftype(result, i));
        else
            e = db_check_column(a, query, i, &v);
    }
    pg_clear_all(conn, result);
    pg_end_last(conn, a);
    return e;
}

/* Several statements at once are not for a pipeline. */
const struct err *pg_script(struct tx *tx, struct arena *a, const char *sql)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    conn->has_written = true;
    if (conn->begin != NULL && pg_send(conn, conn->begin, NULL))
        conn->begin = NULL;
    TRY(pg_catch_up(conn, a));
    PQexitPipelineMode(conn->handle);
    PGresult *result = PQexec(conn->handle, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        tx->failed = pg_error(conn, a, result, sql);
    PQclear(result);
    return tx->failed;
}
