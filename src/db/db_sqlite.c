/* The SQLite engine: opening the file, the readers, backup and check.
 *
 * ":memory:" is a private file in the machine's temporary folder that is removed as soon as all
 * connections hold it open: the same code as for a real file, and nothing is left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/db_sqlite.h"

enum {
    OLDEST_SQLITE = 3051003 /* before it, a writer beside a checkpoint could corrupt a WAL file */
};

/* ---- readers ---- */

static const struct err *read_begin(struct db *base, struct arena *a, struct tx **ret)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct timespec deadline = db_deadline(base->busy_timeout_ms);
    pthread_mutex_lock(&db->lock);
    int waited = 0;
    while (db->free == NULL && waited != ETIMEDOUT)
        waited = pthread_cond_clockwait(&db->freed, &db->lock, CLOCK_MONOTONIC, &deadline);
    struct sqlite_conn *conn = db->free;
    if (conn != NULL) {
        db->free = conn->next_free;
        db->free_count--;
        conn->tx.started_ms = db_monotonic_ms();
    }
    pthread_mutex_unlock(&db->lock);
    if (conn == NULL)
        return ERR(a, ERR_UNAVAILABLE, "db.busy", "no reader came free within %d ms",
                   base->busy_timeout_ms);
    int code = sqlite_step(conn, SQLITE_STEP_BEGIN);
    const struct err *e = code == SQLITE_OK ? NULL : sqlite_error(a, conn->handle, code, "BEGIN");
    *ret = &conn->tx;
    if (e != NULL)
        base->ops->read_end(&conn->tx);
    return e;
}

static void read_end(struct tx *tx)
{
    struct sqlite_db *db = (struct sqlite_db *)tx->db;
    struct sqlite_conn *conn = (struct sqlite_conn *)tx;
    if (!sqlite3_get_autocommit(conn->handle))
        sqlite_step(conn, SQLITE_STEP_ROLLBACK);
    pthread_mutex_lock(&db->lock);
    conn->tx.started_ms = 0;
    conn->next_free = db->free;
    db->free = conn;
    db->free_count++;
    pthread_cond_signal(&db->freed);
    pthread_mutex_unlock(&db->lock);
}

static void add_stats(struct db *base, struct db_stats *ret)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    int64_t now_ms = db_monotonic_ms();
    ret->wal_bytes = atomic_load(&db->writer.wal_bytes);
    ret->wal_pages = atomic_load(&db->writer.log_pages);
    ret->checkpoint_ns = atomic_load(&db->writer.checkpoint_ns);
    ret->is_file_in_doubt = atomic_load(&db->is_file_in_doubt);
    pthread_mutex_lock(&db->lock);
    for (int i = 0; i < db->reader_count; i++) {
        int64_t started_ms = db->readers[i].tx.started_ms;
        if (started_ms != 0 && now_ms - started_ms > ret->oldest_reader_ms)
            ret->oldest_reader_ms = now_ms - started_ms;
    }
    pthread_mutex_unlock(&db->lock);
}

/* ---- backup, check ---- */

static const struct err *ask_text(struct arena *a, sqlite3 *handle, const char *sql, str *ret)
{
    sqlite3_stmt *stmt = NULL;
    const struct err *e = NULL;
    *ret = STR_NONE;
    int code = sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW)
        e = str_dup(a, str_c((const char *)sqlite3_column_text(stmt, 0)), ret);
    else if (code != SQLITE_DONE)
        e = sqlite_error(a, handle, code, sql);
    sqlite3_finalize(stmt);
    return e;
}

static const struct err *check_handle(struct arena *a, sqlite3 *handle)
{
    str answer;
    TRY(ask_text(a, handle, "PRAGMA integrity_check(1)", &answer));
    if (!str_eq(answer, S("ok")))
        return ERR(a, ERR_UNAVAILABLE, "db.corrupt", "%.*s", STR_ARG(answer));
    TRY(ask_text(a, handle, "PRAGMA foreign_key_check", &answer));
    if (!str_is_absent(answer))
        return ERR(a, ERR_UNAVAILABLE, "db.corrupt",
                   "a row of %.*s names a row that does not exist", STR_ARG(answer));
    return NULL;
}

static const struct err *check_file(struct db *base, struct arena *a)
{
    struct tx *tx;
    TRY(read_begin(base, a, &tx));
    const struct err *e = check_handle(a, ((struct sqlite_conn *)tx)->handle);
    read_end(tx);
    return e;
}

static const struct err *check_copy(struct arena *a, const char *path)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    const struct err *e =
        code != SQLITE_OK ? sqlite_error(a, copy, code, path) : check_handle(a, copy);
    sqlite3_close(copy);
    return e;
}

/* On a reader's connection: VACUUM INTO only reads, but it counts as writing and runs outside of
 * transactions. */
static const struct err *vacuum_into(struct arena *a, struct sqlite_db *db, const char *path)
{
    sqlite3_stmt *stmt = NULL;
    struct tx *tx;
    TRY(read_begin(&db->db, a, &tx));
    sqlite3 *handle = ((struct sqlite_conn *)tx)->handle;
    int code = sqlite3_exec(handle, "ROLLBACK; PRAGMA query_only=0", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(handle, "VACUUM INTO ?1", -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    const struct err *e = code == SQLITE_DONE ? NULL : sqlite_error(a, handle, code, "VACUUM INTO");
    sqlite3_finalize(stmt);
    ASSERT(sqlite3_exec(handle, "PRAGMA query_only=1", NULL, NULL, NULL) == SQLITE_OK);
    read_end(tx);
    return e;
}

static const struct err *backup(struct db *base, struct arena *a, str path)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    const char *c_path;
    TRY(str_to_c(a, path, &c_path));
    int fd = open(c_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR(a, errno == EEXIST ? ERR_CONFLICT : ERR_UNAVAILABLE,
                   errno == EEXIST ? "db.backup_exists" : "db.cannot_write", "%s: %s", c_path,
                   strerror(errno));
    close(fd); /* VACUUM INTO accepts an empty file and keeps its mode */
    const struct err *e = vacuum_into(a, db, c_path);
    if (e == NULL)
        e = check_copy(a, c_path);
    if (e != NULL)
        unlink(c_path);
    return e;
}

/* ---- open, close ---- */

static void close_sqlite(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    pthread_mutex_lock(&db->lock);
    while (db->free_count < db->reader_count)
        pthread_cond_wait(&db->freed, &db->lock);
    pthread_mutex_unlock(&db->lock);
    for (int i = 0; i < db->reader_count; i++)
        sqlite_conn_close(&db->readers[i]);
    if (db->writer.mover.db != NULL) /* it was started */
        sqlite_writer_stop(&db->writer);
    free(db->readers);
    free(db->path);
    pthread_mutex_destroy(&db->writer.lock);
    pthread_cond_destroy(&db->writer.called);
    pthread_mutex_destroy(&db->lock);
    pthread_cond_destroy(&db->freed);
    free(db);
}

static const struct db_ops sqlite_ops = {
    .close = close_sqlite,
    .read_begin = read_begin,
    .read_end = read_end,
    .write = sqlite_write,
    .undo = sqlite_undo,
    .run = sqlite_run,
    .prepare = sqlite_prepare,
    .script = sqlite_script,
    .backup = backup,
    .check_file = check_file,
    .stats = add_stats,
};

/* SQLite would make the file readable for all; its log and index take the mode of the file. */
static const struct err *make_file(struct arena *a, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        const struct err *e =
            ERR(a, ERR_UNAVAILABLE, "db.cannot_write", "%s: %s", path, strerror(errno));
        return err_with_arg(a, e, str_c(path));
    }
    bool is_private = fchmod(fd, 0600) == 0 || errno == EPERM; /* not ours: its owner decided */
    close(fd);
    return is_private ? NULL
                      : ERR(a, ERR_UNAVAILABLE, "db.cannot_write", "%s: %s", path, strerror(errno));
}

/* Folder of the private file; the caller removes it. */
static const struct err *make_private_path(struct arena *a, str *ret_folder, str *ret_path)
{
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    TRY(str_fmt(a, ret_folder, "%s/millpond-XXXXXX", parent));
    char *folder = arena_alloc(a, ret_folder->len + 1);
    if (folder == NULL)
        return &err_out_of_memory;
    memcpy(folder, ret_folder->ptr, ret_folder->len + 1);
    if (mkdtemp(folder) == NULL)
        return ERR(a, ERR_UNAVAILABLE, "db.cannot_write", "%s: %s", folder, strerror(errno));
    ret_folder->ptr = folder;
    return str_fmt(a, ret_path, "%s/db", folder);
}

static const struct err *open_connections(struct arena *a, struct sqlite_db *db,
                                          const struct db_config *config)
{
    int readers = config->readers > 0 ? config->readers : 2 * (int)sysconf(_SC_NPROCESSORS_ONLN);
    TRY(make_file(a, db->path));
    TRY(sqlite_writer_start(a, db, config->wal_max_bytes));
    db->readers = calloc((size_t)readers, sizeof *db->readers);
    if (db->readers == NULL)
        return &err_out_of_memory;
    for (int i = 0; i < readers; i++) {
        struct sqlite_conn *conn = &db->readers[i];
        TRY(sqlite_conn_open(a, db, SQLITE_ROLE_READER, conn));
        db->reader_count = db->free_count = i + 1;
        conn->next_free = db->free;
        db->free = conn;
    }
    return NULL;
}

static void remove_private(struct arena *a, str folder, str path)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT(ends); i++) {
        str whole;
        if (str_fmt(a, &whole, "%.*s%s", STR_ARG(path), ends[i]) == NULL)
            unlink(whole.ptr);
    }
    rmdir(folder.ptr);
}

const struct err *db_sqlite_open(struct arena *a, const struct db_config *config, struct db **ret)
{
    str path = config->url, folder = STR_NONE;
    const char *c_path;
    if (str_starts(path, S("sqlite:")))
        path = str_from(path, 7);
    bool is_private = str_eq(path, S(":memory:"));
    if (str_is_empty(path) || str_find(path, S("://")) >= 0)
        return ERR(a, ERR_INVALID, "db.bad_url", "neither a path nor postgres://: %.*s",
                   STR_ARG(config->url));
    if (sqlite3_libversion_number() < OLDEST_SQLITE)
        return ERR(a, ERR_UNAVAILABLE, "db.too_old", "SQLite %s; at least 3.51.3 is needed",
                   sqlite3_libversion());
    if (is_private)
        TRY(make_private_path(a, &folder, &path));
    TRY(str_to_c(a, path, &c_path));
    struct sqlite_db *db = calloc(1, sizeof *db);
    if (db == NULL)
        return &err_out_of_memory;
    db->db = (struct db){.ops = &sqlite_ops,
                         .engine = DB_SQLITE,
                         .busy_timeout_ms =
                             config->busy_timeout_ms > 0 ? config->busy_timeout_ms : 5000};
    db->is_private = is_private;
    pthread_mutex_init(&db->lock, NULL);
    pthread_mutex_init(&db->writer.lock, NULL);
    pthread_cond_init(&db->writer.called, NULL);
    pthread_cond_init(&db->freed, NULL);
    db->path = strdup(c_path);
    const struct err *e = db->path == NULL ? &err_out_of_memory : open_connections(a, db, config);
    if (is_private)
        remove_private(a, folder, path);
    if (e != NULL) {
        close_sqlite(&db->db);
        return e;
    }
    *ret = &db->db;
    return NULL;
}
