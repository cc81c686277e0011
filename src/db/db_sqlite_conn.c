/* One SQLite connection: opened so that neither the file nor a query can do more than it should, a
 * cache of prepared statements, running one, and the engine's errors in our words.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db_sqlite.h"

enum {
    TEXT_BYTES_MAX = 64 * 1024 * 1024,
    READER_CACHE_KIB = 8 * 1024,
    WRITER_CACHE_KIB_MIN = 64 * 1024,
    WRITER_CACHE_KIB_MAX = 1024 * 1024,
};

/* "UNIQUE constraint failed: orders.shop_id, orders.number" -> "orders(shop_id, number)". */
static str unique_detail(struct arena *a, str message)
{
    struct strbuf out;
    str rest = str_from(message, S("UNIQUE constraint failed: ").len), whole = rest, detail;
    if (str_starts(rest, S("index '")))
        return str_fmt(a, &detail, "index %.*s", (int)rest.len - 8, rest.ptr + 7) == NULL ? detail
                                                                                          : S("");
    strbuf_init(&out, a, KiB(4));
    while (!str_is_absent(rest)) {
        bool first = rest.ptr == whole.ptr;
        str part = str_trim(str_cut(&rest, ','));
        ptrdiff_t dot = str_find_char(part, '.');
        if (first)
            strbuf_add(&out, str_sub(part, 0, dot < 0 ? 0 : (size_t)dot));
        strbuf_add(&out, first ? S("(") : S(", "));
        strbuf_add(&out, str_from(part, (size_t)(dot + 1)));
    }
    strbuf_add_char(&out, ')');
    return strbuf_finish(&out, &detail) == NULL ? detail : S("");
}

static const struct err *constraint_error(struct arena *a, sqlite3 *handle, int code,
                                          const char *what)
{
    str message = str_c(sqlite3_errmsg(handle));
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return ERR(a, ERR_CONFLICT, "db.unique", "%.*s", STR_ARG(unique_detail(a, message)));
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_TRIGGER:
        return ERR(a, ERR_CONFLICT, "db.check", "%s: %.*s", what, STR_ARG(message));
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return ERR(a, ERR_CONFLICT, "db.foreign_key", "%s: %.*s", what, STR_ARG(message));
    default:
        return ERR(a, ERR_BUG, "db.constraint", "%s: %.*s", what, STR_ARG(message));
    }
}

const struct err *sqlite_error(struct arena *a, sqlite3 *handle, int code, const char *what)
{
    static const struct {
        int code;
        enum err_kind kind;
        const char *key;
    } table[] = {
        {SQLITE_BUSY, ERR_UNAVAILABLE, "db.busy"},
        {SQLITE_LOCKED, ERR_UNAVAILABLE, "db.busy"},
        {SQLITE_FULL, ERR_UNAVAILABLE, "db.disk_full"},
        {SQLITE_READONLY, ERR_UNAVAILABLE, "db.read_only"},
        {SQLITE_CANTOPEN, ERR_UNAVAILABLE, "db.cannot_open"},
        {SQLITE_PERM, ERR_UNAVAILABLE, "db.cannot_open"},
        {SQLITE_AUTH, ERR_UNAVAILABLE, "db.cannot_open"},
        {SQLITE_CORRUPT, ERR_UNAVAILABLE, "db.corrupt"},
        {SQLITE_NOTADB, ERR_UNAVAILABLE, "db.corrupt"},
        {SQLITE_NOMEM, ERR_UNAVAILABLE, "db.no_memory"},
        {SQLITE_TOOBIG, ERR_LIMIT, "error.too_much"},
    };
    int os_error = sqlite3_system_errno(handle), primary = code & 0xff;
    if (primary == SQLITE_CONSTRAINT)
        return constraint_error(a, handle, code, what);
    /* A quota or a limit on file sizes is a full disk to whoever reads the message. */
    if (primary == SQLITE_IOERR && (os_error == EFBIG || os_error == EDQUOT || os_error == ENOSPC))
        primary = SQLITE_FULL;
    for (size_t i = 0; i < COUNT(table); i++)
        if (table[i].code == primary)
            return ERR(a, table[i].kind, table[i].key, "%s: %s (%d%s%s)", what,
                       sqlite3_errmsg(handle), code, os_error == 0 ? "" : ", ",
                       os_error == 0 ? "" : strerror(os_error));
    if (primary == SQLITE_IOERR)
        return ERR(a, ERR_UNAVAILABLE, "db.io", "%s: %s (%d, %s)", what, sqlite3_errmsg(handle),
                   code, strerror(os_error));
    return ERR(a, ERR_BUG, "db.bug", "%s: %s (%d)", what, sqlite3_errmsg(handle), code);
}

const struct err *sqlite_exec(struct sqlite_conn *conn, struct arena *a, const char *sql)
{
    int code = sqlite3_exec(conn->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? NULL : sqlite_error(a, conn->handle, code, sql);
}

/* All at once, so that none of them wants memory when it is needed: a ROLLBACK least of all. */
static const struct err *prepare_steps(struct sqlite_conn *conn, struct arena *a)
{
    static const char *const texts[SQLITE_STEP_COUNT] = {
        [SQLITE_STEP_BEGIN] = "BEGIN",
        [SQLITE_STEP_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [SQLITE_STEP_SAVEPOINT] = "SAVEPOINT command",
        [SQLITE_STEP_RELEASE] = "RELEASE command",
        [SQLITE_STEP_ROLLBACK_TO] = "ROLLBACK TO command",
        [SQLITE_STEP_ROLLBACK] = "ROLLBACK",
        [SQLITE_STEP_COMMIT] = "COMMIT",
    };
    for (int i = 0; i < SQLITE_STEP_COUNT; i++) {
        int code = sqlite3_prepare_v3(conn->handle, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                      &conn->steps[i], NULL);
        if (code != SQLITE_OK)
            return sqlite_error(a, conn->handle, code, texts[i]);
    }
    return NULL;
}

int sqlite_step(struct sqlite_conn *conn, enum sqlite_step step)
{
    if (step == SQLITE_STEP_BEGIN_WRITE)
        sqlite_log_forget(conn->handle);
    int code = sqlite3_step(conn->steps[step]);
    int reset = sqlite3_reset(conn->steps[step]);
    if (step == SQLITE_STEP_ROLLBACK)
        sqlite_log_forget(conn->handle);
    return code == SQLITE_DONE ? SQLITE_OK : reset;
}

static int note_log(void *self, sqlite3 *handle, const char *schema, int frames)
{
    struct sqlite_conn *conn = self;
    (void)handle;
    (void)schema;
    conn->log_frames = frames;
    return SQLITE_OK; /* and no checkpoint: this hook stands where the automatic one was */
}

/* QPSG: else SQLite looks at the value of `LIMIT ?` to plan, and so prepares such a statement again
 * each time it runs. */
static void harden(sqlite3 *handle)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 1}, {SQLITE_DBCONFIG_ENABLE_QPSG, 1},
    };
    static const struct {
        int limit, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, TEXT_BYTES_MAX},    {SQLITE_LIMIT_SQL_LENGTH, 1024 * 1024},
        {SQLITE_LIMIT_COLUMN, 200},               {SQLITE_LIMIT_EXPR_DEPTH, 200},
        {SQLITE_LIMIT_COMPOUND_SELECT, 20},       {SQLITE_LIMIT_FUNCTION_ARG, 32},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, {SQLITE_LIMIT_VARIABLE_NUMBER, 100},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},         {SQLITE_LIMIT_WORKER_THREADS, 0},
        {SQLITE_LIMIT_ATTACHED, 1}, /* VACUUM INTO attaches its target */
    };
    for (size_t i = 0; i < COUNT(options); i++)
        ASSERT(sqlite3_db_config(handle, options[i].option, options[i].value, NULL) == SQLITE_OK);
    for (size_t i = 0; i < COUNT(limits); i++)
        sqlite3_limit(handle, limits[i].limit, limits[i].value);
}

/* Pragmas that answer with another value than asked for do not fail by themselves. */
static const struct err *expect(struct sqlite_conn *conn, struct arena *a, const char *pragma,
                                str wanted)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(conn->handle, pragma, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    bool is_right = code == SQLITE_ROW &&
                    str_eq_nocase(str_c((const char *)sqlite3_column_text(stmt, 0)), wanted);
    const struct err *e = NULL;
    if (code != SQLITE_ROW)
        e = sqlite_error(a, conn->handle, code, pragma);
    else if (!is_right)
        e = ERR(a, ERR_UNAVAILABLE, "db.cannot_open", "%s is not %.*s: is this a network drive?",
                pragma, STR_ARG(wanted));
    sqlite3_finalize(stmt);
    return e;
}

/* An eighth of the machine: the writer touches random pages of indexes, and each miss is a read
 * inside the write turn. It is filled only as far as the data goes. */
static int64_t writer_cache_kib(void)
{
    int64_t kib = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) / 1024 / 8;
    return kib < WRITER_CACHE_KIB_MIN   ? WRITER_CACHE_KIB_MIN
           : kib > WRITER_CACHE_KIB_MAX ? WRITER_CACHE_KIB_MAX
                                        : kib;
}

static const struct err *set_up(struct sqlite_conn *conn, struct arena *a, struct sqlite_db *db,
                                enum sqlite_role role)
{
    str sql;
    harden(conn->handle);
    sqlite3_busy_timeout(conn->handle, db->db.busy_timeout_ms);
    /* Temporary storage stays in memory: what a savepoint keeps, put into a "file", ended as
     * SQLITE_FULL under load. */
    TRY(str_fmt(a, &sql, "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-%lld; "
                         "PRAGMA case_sensitive_like=1",
                (long long)(role == SQLITE_ROLE_WRITER ? writer_cache_kib() : READER_CACHE_KIB)));
    TRY(sqlite_exec(conn, a, sql.ptr));
    TRY(expect(conn, a, "PRAGMA journal_mode=WAL", S("wal")));
    TRY(expect(conn, a, "PRAGMA foreign_keys", S("1")));
    /* NORMAL: commits are flushed by the writer (db_sqlite_flush.c), all else by SQLite. OFF only
     * for the private file of ":memory:", which ends with the process anyway. */
    TRY(sqlite_exec(conn, a,
                    db->is_private ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=NORMAL"));
    TRY(sqlite_exec(conn, a, "PRAGMA wal_autocheckpoint=0"));
    TRY(sqlite_exec(conn, a,
                    "SELECT 1 FROM sqlite_schema LIMIT 1")); /* opens the log, reads the header */
    TRY(prepare_steps(conn, a));
    if (role == SQLITE_ROLE_WRITER)
        sqlite3_wal_hook(conn->handle, note_log, conn);
    else
        TRY(sqlite_exec(conn, a, "PRAGMA query_only=1"));
    return NULL;
}

const struct err *sqlite_conn_open(struct arena *a, struct sqlite_db *db, enum sqlite_role role,
                                   struct sqlite_conn *conn)
{
    *conn = (struct sqlite_conn){.tx = {.db = &db->db, .is_write = role == SQLITE_ROLE_WRITER}};
    int code =
        sqlite3_open_v2(db->path, &conn->handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        sqlite_log_vfs());
    const struct err *e = code != SQLITE_OK ? sqlite_error(a, conn->handle, code, db->path)
                                            : set_up(conn, a, db, role);
    if (e != NULL)
        sqlite_conn_close(conn);
    return e;
}

void sqlite_conn_close(struct sqlite_conn *conn)
{
    for (int i = 0; i < conn->cache_size; i++)
        sqlite3_finalize(conn->cache[i]);
    for (int i = 0; i < SQLITE_STEP_COUNT; i++)
        sqlite3_finalize(conn->steps[i]);
    free(conn->cache);
    const struct sqlite_db *db = (struct sqlite_db *)conn->tx.db;
    if (conn->handle != NULL && atomic_load(&db->is_file_in_doubt))
        sqlite3_db_config(conn->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    int code = sqlite3_close(conn->handle);
    ASSERT(code == SQLITE_OK);
    *conn = (struct sqlite_conn){0};
}

/* ---- statements ---- */

static const struct err *grow_cache(struct sqlite_conn *conn, int slot)
{
    int size = conn->cache_size == 0 ? 64 : conn->cache_size;
    while (size <= slot)
        size *= 2;
    sqlite3_stmt **grown = realloc(conn->cache, (size_t)size * sizeof(sqlite3_stmt *));
    if (grown == NULL)
        return &err_out_of_memory;
    memset(grown + conn->cache_size, 0, (size_t)(size - conn->cache_size) * sizeof(sqlite3_stmt *));
    conn->cache = grown;
    conn->cache_size = size;
    return NULL;
}

static const struct err *engine_error(struct tx *tx, struct arena *a, int code,
                                      const struct db_query *query)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)tx;
    char what[160];
    snprintf(what, sizeof what, "%s (%s)", query->name, query->origin);
    if ((code & 0xff) == SQLITE_READONLY && !tx->is_write)
        tx->failed = ERR(a, ERR_BUG, "db.write_on_snapshot", "%s writes on a snapshot", what);
    else
        tx->failed = sqlite_error(a, conn->handle, code, what);
    return tx->failed;
}

static const struct err *get_statement(struct sqlite_conn *conn, struct arena *a,
                                       struct db_query *query, sqlite3_stmt **ret)
{
    int slot = db_slot_of(query);
    if (slot >= conn->cache_size)
        TRY(grow_cache(conn, slot));
    *ret = conn->cache[slot];
    if (*ret != NULL)
        return NULL;
    int code = sqlite3_prepare_v3(conn->handle, query->sql_sqlite, -1, SQLITE_PREPARE_PERSISTENT,
                                  ret, NULL);
    if (code != SQLITE_OK)
        return engine_error(&conn->tx, a, code, query);
    if (sqlite3_column_count(*ret) != query->column_count ||
        sqlite3_bind_parameter_count(*ret) != query->param_count) {
        sqlite3_finalize(*ret);
        return ERR(a, ERR_BUG, "db.bug", "%s (%s): columns or parameters differ", query->name,
                   query->origin);
    }
    conn->cache[slot] = *ret;
    return NULL;
}

/* The values outlive the step, so SQLite need not copy them. */
static int bind(sqlite3_stmt *stmt, int i, const struct db_value *v)
{
    const char *bytes = v->text.len == 0 ? "" : v->text.ptr;
    switch (v->type) {
    case DB_NULL:
        return sqlite3_bind_null(stmt, i);
    case DB_INT:
        return sqlite3_bind_int64(stmt, i, v->integer);
    case DB_TEXT:
        return sqlite3_bind_text64(stmt, i, bytes, v->text.len, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BYTES:
        return sqlite3_bind_blob64(stmt, i, bytes, v->text.len, SQLITE_STATIC);
    }
    UNREACHABLE();
}

static struct db_value column_value(sqlite3_stmt *stmt, int i)
{
    struct db_value v = {.type = DB_NULL};
    const void *bytes = NULL;
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER:
        return (struct db_value){.type = DB_INT, .integer = sqlite3_column_int64(stmt, i)};
    case SQLITE_NULL:
        return v;
    case SQLITE_BLOB:
        v.type = DB_BYTES;
        bytes = sqlite3_column_blob(stmt, i);
        break;
    default: /* a float reads as text and so differs from any declaration but text */
        v.type = DB_TEXT;
        bytes = sqlite3_column_text(stmt, i);
    }
    v.text = (str){bytes == NULL ? "" : bytes, (size_t)sqlite3_column_bytes(stmt, i)};
    return v;
}

static const struct err *take_row(sqlite3_stmt *stmt, struct arena *a, const struct db_query *query,
                                  db_row_fn *each, void *self)
{
    /* Written before it is read; clearing 100 values for every row would cost more than most rows.
     */
    __attribute__((uninitialized)) struct db_value row[DB_COLUMN_MAX];
    for (int i = 0; i < query->column_count; i++) {
        row[i] = column_value(stmt, i);
        TRY(db_check_column(a, query, i, &row[i]));
    }
    return each == NULL ? NULL : each(self, row);
}

const struct err *sqlite_run(struct tx *tx, struct arena *a, struct db_query *query,
                             const struct db_value *params, size_t limit, db_row_fn *each,
                             void *self, int64_t *ret_affected)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)tx;
    sqlite3_stmt *stmt = NULL;
    const struct err *e = NULL;
    size_t count = 0;
    int code = SQLITE_OK;
    TRY(get_statement(conn, a, query, &stmt));
    for (int i = 0; i < query->param_count && code == SQLITE_OK; i++)
        code = bind(stmt, i + 1, &params[i]);
    while (e == NULL && code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        count++;
        e = limit > 0 && count > limit ? db_too_many_rows(a, query, limit)
                                       : take_row(stmt, a, query, each, self);
        code = SQLITE_OK;
    }
    if (e == NULL && code != SQLITE_DONE)
        e = engine_error(tx, a, code, query);
    int64_t affected = e != NULL || sqlite3_stmt_readonly(stmt) ? 0
                                                               : sqlite3_changes64(conn->handle);
    if (e == NULL)
        e = tx->failed = db_check_hit(a, query, affected);
    if (e == NULL && ret_affected != NULL)
        *ret_affected = affected;
    sqlite3_reset(stmt);
    return e;
}

const struct err *sqlite_prepare(struct tx *tx, struct arena *a, struct db_query *query)
{
    sqlite3_stmt *stmt;
    return get_statement((struct sqlite_conn *)tx, a, query, &stmt);
}

const struct err *sqlite_script(struct tx *tx, struct arena *a, const char *sql)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)tx;
    tx->failed = sqlite_exec(conn, a, sql);
    return tx->failed;
}
