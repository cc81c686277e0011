/* One PostgreSQL connection: opening it, preparing each query once per session, running one.
 * Parameters and results travel in binary, so that a text is never mistaken and never needs a NUL
 * at its end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_pg.h"

enum { OLDEST_SERVER = 150000, PARAM_MAX = 64 };

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
    if (conn->handle != NULL && !conn->is_lost && PQstatus(conn->handle) == CONNECTION_OK)
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
    conn->is_lost = false;
}

const struct err *pg_exec(struct pg_conn *conn, struct arena *a, const char *sql)
{
    PGresult *result = PQexec(conn->handle, sql);
    ExecStatusType status = PQresultStatus(result);
    const struct err *e = NULL;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        e = pg_error(conn, a, result, sql);
    PQclear(result);
    return e;
}

static const struct err *engine_error(struct pg_conn *conn, struct arena *a, const PGresult *result,
                                      const struct db_query *query)
{
    char what[160];
    snprintf(what, sizeof what, "%s (%s)", query->name, query->origin);
    conn->tx.failed = pg_error(conn, a, result, what);
    return conn->tx.failed;
}

static Oid type_of_param(char letter)
{
    switch (letter | 0x20) {
    case 't': return PG_TEXT;
    case 'y': return PG_BYTEA;
    default: return PG_INT8;
    }
}

struct statement_name {
    char text[16];
};

static struct statement_name name_of(int slot)
{
    struct statement_name name;
    snprintf(name.text, sizeof name.text, "q%d", slot);
    return name;
}

static const struct err *ensure_prepared(struct pg_conn *conn, struct arena *a,
                                         struct db_query *query, int slot)
{
    if (slot >= conn->prepared_size) {
        int size = conn->prepared_size == 0 ? 256 : conn->prepared_size;
        while (size <= slot)
            size *= 2;
        bool *grown = realloc(conn->prepared, (size_t)size);
        if (grown == NULL)
            return &err_out_of_memory;
        memset(grown + conn->prepared_size, 0, (size_t)(size - conn->prepared_size));
        conn->prepared = grown;
        conn->prepared_size = size;
    }
    if (conn->prepared[slot])
        return NULL;
    Oid types[PARAM_MAX];
    ASSERT(query->param_count <= PARAM_MAX);
    for (int i = 0; i < query->param_count; i++)
        types[i] = type_of_param(query->param_types[i]);
    struct statement_name name = name_of(slot);
    PGresult *result = PQprepare(conn->handle, name.text, query->sql_pg, query->param_count, types);
    const struct err *e = NULL;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        e = engine_error(conn, a, result, query);
    PQclear(result);
    conn->prepared[slot] = e == NULL;
    return e;
}

struct binary_params {
    const char *values[PARAM_MAX];
    int lengths[PARAM_MAX], formats[PARAM_MAX];
    unsigned char integers[PARAM_MAX][8];
};

static const struct err *pack(struct arena *a, const struct db_query *query,
                              const struct db_value *params, struct binary_params *out)
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
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE)
        return engine_error(conn, a, result, query);
    str count = str_c(PQcmdTuples(result));
    bool is_select = str_starts(str_c(PQcmdStatus(result)), S("SELECT"));
    if (status != PGRES_SINGLE_TUPLE && !is_select && str_to_int(count, affected) && *affected > 0)
        conn->has_written = true;
    if (status == PGRES_COMMAND_OK)
        return NULL;
    if (limit > 0 && (size_t)PQntuples(result) > limit)
        return db_too_many_rows(a, query, limit);
    return take_rows(result, a, query, each, self);
}

/* Rows of unlimited statements are streamed one by one; the connection is free again at the end. */
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

const struct err *pg_run(struct tx *tx, struct arena *a, struct db_query *query,
                         const struct db_value *params, size_t limit, db_row_fn *each, void *self,
                         int64_t *ret_affected)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    struct binary_params packed;
    int slot = db_slot_of(query);
    struct statement_name name = name_of(slot);
    int64_t affected = 0;
    const struct err *e;
    if (conn->is_lost)
        return ERR(a, ERR_UNAVAILABLE, "db.lost", "%s: the connection was lost", query->name);
    TRY(ensure_prepared(conn, a, query, slot));
    TRY(pack(a, query, params, &packed));
    if (!PQsendQueryPrepared(conn->handle, name.text, query->param_count, packed.values,
                             packed.lengths, packed.formats, 1))
        return engine_error(conn, a, NULL, query);
    if (each != NULL && limit == 0) {
        e = stream(conn, a, query, each, self, &affected);
    } else {
        PGresult *result = PQgetResult(conn->handle), *end;
        e = take_result(conn, result, a, query, limit, each, self, &affected);
        PQclear(result);
        while ((end = PQgetResult(conn->handle)) != NULL)
            PQclear(end);
    }
    if (e == NULL && ret_affected != NULL)
        *ret_affected = affected;
    return e;
}

const struct err *pg_prepare(struct tx *tx, struct arena *a, struct db_query *query)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    int slot = db_slot_of(query);
    TRY(ensure_prepared(conn, a, query, slot));
    struct statement_name name = name_of(slot);
    PGresult *result = PQdescribePrepared(conn->handle, name.text);
    const struct err *e = NULL;
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        e = engine_error(conn, a, result, query);
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
    PQclear(result);
    return e;
}

const struct err *pg_script(struct tx *tx, struct arena *a, const char *sql)
{
    struct pg_conn *conn = (struct pg_conn *)tx;
    conn->has_written = true;
    tx->failed = pg_exec(conn, a, sql);
    return tx->failed;
}
