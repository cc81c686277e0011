/* What is on its way to PostgreSQL: statements are sent without waiting for the one before (libpq's
 * pipeline mode), and their answers are read, in order, when somebody needs one.
 *
 * A round trip costs more than most statements. So BEGIN goes out with the first statement of a
 * transaction, what nobody waits for goes out with what follows, and ROLLBACK is not waited for:
 * its answer is read by whoever uses the connection next.
 *
 * Not its duty: what a transaction is, and when to try again (db_pg.c).
 *
 * Invariants: answers are read only after a mark (Sync) has been sent, so nobody waits for a server
 * that waits for us; after an error the server skips what stands before the next mark. What is
 * unanswered is bounded, in number and bytes. When a send fails the connection is lost.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_pg.h"

struct db_query pg_begin_read = {.name = "BEGIN",
                                 .origin = "db_pg_pipe.c",
                                 .sql_pg = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                                 .param_types = "",
                                 .column_types = ""};
struct db_query pg_begin_write = {.name = "BEGIN",
                                  .origin = "db_pg_pipe.c",
                                  .sql_pg = "BEGIN ISOLATION LEVEL READ COMMITTED",
                                  .param_types = "",
                                  .column_types = ""};
struct db_query pg_commit = {.name = "COMMIT",
                             .origin = "db_pg_pipe.c",
                             .sql_pg = "COMMIT",
                             .param_types = "",
                             .column_types = ""};
struct db_query pg_rollback = {.name = "ROLLBACK",
                               .origin = "db_pg_pipe.c",
                               .sql_pg = "ROLLBACK",
                               .param_types = "",
                               .column_types = ""};

/* ---- sending ---- */

const char *pg_name_of(struct db_query *query, char name[static PG_NAME_BYTES])
{
    snprintf(name, PG_NAME_BYTES, "q%d", db_slot_of(query));
    return name;
}

static bool give_up(struct pg_conn *conn)
{
    conn->is_lost = true;
    return false;
}

void pg_note_step(struct pg_conn *conn, struct db_query *query, bool is_prepare)
{
    ASSERT(conn->step_count < PG_STEPS_MAX);
    conn->steps[conn->step_count++] = (struct pg_step){.query = query, .is_prepare = is_prepare};
}

static Oid type_of_param(char letter)
{
    switch (letter | 0x20) {
    case 't': return PG_TEXT;
    case 'y': return PG_BYTEA;
    default: return PG_INT8;
    }
}

static bool make_room_for_slot(struct pg_conn *conn, int slot)
{
    if (slot < conn->prepared_size)
        return true;
    int size = conn->prepared_size == 0 ? 256 : conn->prepared_size;
    while (size <= slot)
        size *= 2;
    bool *grown = realloc(conn->prepared, (size_t)size);
    if (grown == NULL)
        return false;
    memset(grown + conn->prepared_size, 0, (size_t)(size - conn->prepared_size));
    conn->prepared = grown;
    conn->prepared_size = size;
    return true;
}

bool pg_send_prepare(struct pg_conn *conn, struct db_query *query)
{
    int slot = db_slot_of(query);
    char name[PG_NAME_BYTES];
    Oid types[PG_PARAM_MAX];
    ASSERT(query->param_count <= PG_PARAM_MAX);
    if (PQpipelineStatus(conn->handle) == PQ_PIPELINE_OFF && !PQenterPipelineMode(conn->handle))
        return give_up(conn);
    if (!make_room_for_slot(conn, slot))
        return give_up(conn);
    if (conn->prepared[slot])
        return true;
    for (int i = 0; i < query->param_count; i++)
        types[i] = type_of_param(query->param_types[i]);
    if (!PQsendPrepare(conn->handle, pg_name_of(query, name), query->sql_pg, query->param_count,
                       types))
        return give_up(conn);
    conn->prepared[slot] = true; /* until its answer says otherwise */
    pg_note_step(conn, query, true);
    return true;
}

bool pg_send(struct pg_conn *conn, struct db_query *query, const struct pg_params *params)
{
    static const struct pg_params none;
    char name[PG_NAME_BYTES];
    const struct pg_params *p = params == NULL ? &none : params;
    if (conn->is_lost || !pg_send_prepare(conn, query))
        return false;
    if (!PQsendQueryPrepared(conn->handle, pg_name_of(query, name), query->param_count, p->values,
                             p->lengths, p->formats, 1))
        return give_up(conn);
    pg_note_step(conn, query, false);
    conn->hits_waiting += query->must_hit;
    for (int i = 0; i < query->param_count; i++)
        conn->bytes_waiting += (size_t)p->lengths[i];
    return true;
}

bool pg_send_mark(struct pg_conn *conn)
{
    if (conn->is_lost || !PQpipelineSync(conn->handle))
        return give_up(conn);
    pg_note_step(conn, NULL, false);
    return true;
}

bool pg_pipe_is_full(const struct pg_conn *conn)
{
    return conn->step_count > PG_STEPS_MAX - PG_STEPS_SPARE ||
           conn->bytes_waiting > PG_BYTES_WAITING_MAX;
}

/* ---- answers ---- */

const struct err *pg_engine_error(struct pg_conn *conn, struct arena *a, const PGresult *result,
                                  const struct db_query *query)
{
    char what[160];
    snprintf(what, sizeof what, "%s (%s)", query->name, query->origin);
    conn->tx.failed = pg_error(conn, a, result, what);
    return conn->tx.failed;
}

bool pg_note_answer(struct pg_conn *conn, PGresult *result, int64_t *affected)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE)
        return false;
    bool is_select = str_starts(str_c(PQcmdStatus(result)), S("SELECT"));
    if (status != PGRES_SINGLE_TUPLE && !is_select &&
        str_to_int(str_c(PQcmdTuples(result)), affected) && *affected > 0)
        conn->has_written = true;
    return true;
}

/* The first error of a command is its error; what the server then skips says nothing new. */
static void take_failure(struct pg_conn *conn, struct arena *a, const struct pg_step *step,
                         const PGresult *result)
{
    if (step->is_prepare)
        conn->prepared[db_slot_of(step->query)] = false;
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED || conn->tx.failed != NULL)
        return;
    if (step->query == &pg_rollback) { /* of the transaction before */
        conn->is_lost = true;
        return;
    }
    conn->tx.failed = pg_engine_error(conn, a, result, step->query);
    if (PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL && step->query != &pg_commit)
        conn->is_unknown = false; /* told of an earlier statement: COMMIT did not run */
}

void pg_clear_all(struct pg_conn *conn, PGresult *result)
{
    for (; result != NULL; result = PQgetResult(conn->handle))
        PQclear(result);
}

static void take_answer(struct pg_conn *conn, struct arena *a, const struct pg_step *step)
{
    PGresult *result = PQgetResult(conn->handle);
    int64_t affected = 0;
    if (step->query == NULL) {
        if (PQresultStatus(result) != PGRES_PIPELINE_SYNC)
            conn->is_lost = true;
        PQclear(result);
        return;
    }
    if (!pg_note_answer(conn, result, &affected))
        take_failure(conn, a, step, result);
    else if (!step->is_prepare && conn->tx.failed == NULL)
        conn->tx.failed = db_check_hit(a, step->query, affected);
    pg_clear_all(conn, result);
}

void pg_forget_steps(struct pg_conn *conn)
{
    conn->step_count = conn->steps_read = conn->hits_waiting = 0;
    conn->bytes_waiting = 0;
}

/* Until `left` are unread. */
static void read_answers(struct pg_conn *conn, struct arena *a, int left)
{
    while (!conn->is_lost && conn->step_count - conn->steps_read > left)
        take_answer(conn, a, &conn->steps[conn->steps_read++]);
    if (conn->is_lost && conn->tx.failed == NULL) {
        str why = str_trim(str_c(PQerrorMessage(conn->handle)));
        conn->tx.failed =
            ERR(a, ERR_UNAVAILABLE, "db.lost", "the connection was lost: %.*s", STR_ARG(why));
    }
    if (conn->is_lost || conn->steps_read == conn->step_count)
        pg_forget_steps(conn);
}

const struct err *pg_catch_up(struct pg_conn *conn, struct arena *a)
{
    if (conn->step_count > 0)
        (void)pg_send_mark(conn);
    read_answers(conn, a, 0);
    return conn->tx.failed;
}

const struct err *pg_catch_up_to_last(struct pg_conn *conn, struct arena *a)
{
    (void)pg_send_mark(conn);
    read_answers(conn, a, 2);
    if (conn->tx.failed != NULL)
        read_answers(conn, a, 0);
    return conn->tx.failed;
}

void pg_end_last(struct pg_conn *conn, struct arena *a)
{
    conn->steps_read++;
    read_answers(conn, a, 0);
}

/* What has come is taken in; an end of the stream among it is noticed now, and not by a statement
 * whose fate would then be unknown. */
bool pg_is_alive(struct pg_conn *conn)
{
    struct pollfd fd = {.fd = PQsocket(conn->handle), .events = POLLIN};
    for (int i = 0; i < 3 && poll(&fd, 1, 0) > 0; i++)
        if (!PQconsumeInput(conn->handle))
            return false;
    return PQstatus(conn->handle) == CONNECTION_OK;
}
