/* Writes of the log, gathered. SQLite hands each page of a commit to the system in two calls, and
 * most of their cost is the calls. Here they are put side by side in memory and written in few:
 * with the frame that ends a commit, and before SQLite flushes, reads, cuts or asks for the size,
 * that is, before anything that could tell the difference. Other connections learn of a commit's
 * pages only after its last frame was handed over here.
 *
 * Not its duty: when to flush; files other than the log, which are opened as they always were.
 * Invariants: what is gathered is one piece of the file, and of the transaction that runs: it is
 * forgotten when that came to nothing, for another program may write there next. An error of the
 * late write is answered to the call that caused it, all of which end the transaction.
 * Threads: those of SQLite's files: one at a time per file.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_sqlite.h"

enum {
    GATHER_BYTES = 124 * 1024, /* SQLite's write takes less than 128 KiB at once */
    FRAME_HEAD_BYTES = 24, /* page number, then the store's size in pages if it ends a commit */
};

struct log_file {
    sqlite3_file base; /* first */
    unsigned char *bytes; /* GATHER_BYTES, from the first write on: readers never need it */
    int64_t at;           /* where `used` bytes belong */
    int used;
    struct sqlite_unflushed *unflushed; /* of the writer, or NULL */
    bool ends_commit;     /* the head of the last frame was seen; its page follows */
    sqlite3_file real[]; /* the system's file object */
};

static sqlite3_vfs gathering, *plain;

static struct log_file *log_of(sqlite3_file *file)
{
    return (struct log_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return log_of(file)->real;
}

static int hand_over(struct log_file *f, const void *bytes, int count, sqlite3_int64 at)
{
    int code = f->real->pMethods->xWrite(f->real, bytes, count, at);
    if (code == SQLITE_OK && f->unflushed != NULL &&
        !sqlite_unflushed_keep(f->unflushed, bytes, (size_t)count, at))
        code = SQLITE_IOERR_FSYNC;
    return code;
}

static int put(struct log_file *f)
{
    int count = f->used;
    f->used = 0;
    return count == 0 ? SQLITE_OK : hand_over(f, f->bytes, count, f->at);
}

/* What is left belongs to a transaction that came to nothing: another program may have committed
 * in its place since. */
static int log_close(sqlite3_file *file)
{
    struct log_file *f = log_of(file);
    free(f->bytes);
    f->bytes = NULL;
    f->used = 0;
    return f->real->pMethods->xClose(f->real);
}

static int log_read(sqlite3_file *file, void *ret, int count, sqlite3_int64 at)
{
    int code = put(log_of(file));
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xRead(real_of(file), ret, count, at);
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at)
{
    static const unsigned char no_size[4];
    struct log_file *f = log_of(file);
    bool is_last = f->ends_commit;
    int code = SQLITE_OK;
    f->ends_commit = count == FRAME_HEAD_BYTES &&
                     memcmp((const unsigned char *)bytes + 4, no_size, sizeof no_size) != 0;
    if (f->bytes == NULL && (f->bytes = malloc(GATHER_BYTES)) == NULL)
        return hand_over(f, bytes, count, at);
    if (f->used > 0 && (at != f->at + f->used || count > GATHER_BYTES - f->used))
        code = put(f);
    if (code != SQLITE_OK || count > GATHER_BYTES)
        return code != SQLITE_OK ? code : hand_over(f, bytes, count, at);
    if (f->used == 0)
        f->at = at;
    memcpy(f->bytes + f->used, bytes, (size_t)count);
    f->used += count;
    return is_last ? put(f) : SQLITE_OK;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int code = put(log_of(file));
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *f = log_of(file);
    int code = put(f);
    if (code == SQLITE_OK)
        code = f->real->pMethods->xSync(f->real, flags);
    if (code != SQLITE_OK && f->unflushed != NULL)
        atomic_store(&f->unflushed->is_in_doubt, true);
    return code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    int code = put(log_of(file));
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xFileSize(real_of(file), ret);
}

static int log_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int log_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int log_is_reserved(sqlite3_file *file, int *ret)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), ret);
}

static int log_control(sqlite3_file *file, int op, void *arg)
{
    int code = put(log_of(file));
    return code != SQLITE_OK ? code : real_of(file)->pMethods->xFileControl(real_of(file), op, arg);
}

static int log_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int log_traits(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, .xClose = log_close, .xRead = log_read, .xWrite = log_write,
    .xTruncate = log_truncate, .xSync = log_sync, .xFileSize = log_size, .xLock = log_lock,
    .xUnlock = log_unlock, .xCheckReservedLock = log_is_reserved, .xFileControl = log_control,
    .xSectorSize = log_sector, .xDeviceCharacteristics = log_traits};

/* NULL: no log is open, or it is of another make. */
static struct log_file *log_of_handle(sqlite3 *handle)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(handle, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &file);
    return code == SQLITE_OK && file != NULL && file->pMethods == &methods ? log_of(file) : NULL;
}

void sqlite_log_forget(sqlite3 *handle)
{
    struct log_file *f = log_of_handle(handle);
    if (f != NULL)
        f->used = 0;
}

void sqlite_log_keep(sqlite3 *handle, struct sqlite_unflushed *u)
{
    struct log_file *f = log_of_handle(handle);
    ASSERT(f != NULL);
    f->unflushed = u;
}

static int open_file(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    struct log_file *f = log_of(file);
    (void)vfs;
    if ((flags & SQLITE_OPEN_WAL) == 0)
        return plain->xOpen(plain, name, file, flags, ret_flags);
    *f = (struct log_file){.used = 0};
    memset(f->real, 0, (size_t)plain->szOsFile);
    int code = plain->xOpen(plain, name, f->real, flags, ret_flags);
    if (f->real->pMethods != NULL) /* also after an error it may have to be closed */
        f->base.pMethods = &methods;
    return code;
}

static void set_up(void)
{
    sqlite_cache_install();
    plain = sqlite3_vfs_find(NULL);
    gathering = *plain;
    gathering.zName = "gathered-log";
    gathering.szOsFile = (int)sizeof(struct log_file) + plain->szOsFile;
    gathering.pNext = NULL;
    gathering.xOpen = open_file;
    int code = sqlite3_vfs_register(&gathering, 0);
    ASSERT(code == SQLITE_OK);
}

const char *sqlite_log_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_up);
    return gathering.zName;
}
