/* What commits wrote into the log reaches the disk: after COMMIT, before anybody is answered, and
 * beside the commands that come next. SQLite by itself would flush inside of COMMIT
 * (synchronous=FULL), and the one writer would wait; so it works with NORMAL, and what FULL is more
 * than that is done here.
 *
 * A flush that fails is never simply asked for again: the system may answer "done" to the second
 * asking, with nothing on the disk. So a copy of what was not flushed yet is kept. After a failure
 * nothing is acknowledged, and nobody writes, until all of it was written once more and flushed
 * (sqlite_unflushed_mend). If the log was begun anew meanwhile, all of it was brought into the file
 * before, flushed by whoever did that.
 *
 * Invariants: bytes[from, from + count) is what stands in the log at [at, at + count), all of one
 * log (its head): at least all that this writer handed over and no flush has covered. Threads: keep
 * and mend are the leader's, flush anybody's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db_sqlite.h"

enum { KEPT_BYTES_MAX = 2 * 1024 * 1024 };

/* ---- the copy; with u->lock ---- */

static void drop(struct sqlite_unflushed *u, int64_t end)
{
    size_t count = (size_t)(end - u->at);
    u->count -= count;
    u->from = u->count == 0 ? 0 : u->from + count;
    u->at = end;
}

static bool add(struct sqlite_unflushed *u, const void *bytes, size_t count)
{
    if (u->count + count > KEPT_BYTES_MAX)
        return false;
    if (u->from + u->count + count > KEPT_BYTES_MAX) {
        memmove(u->bytes, u->bytes + u->from, u->count);
        u->from = 0;
    }
    memcpy(u->bytes + u->from + u->count, bytes, count);
    u->count += count;
    return true;
}

static bool read_head(const struct sqlite_unflushed *u, unsigned char *ret)
{
    return pread(u->fd, ret, SQLITE_LOG_HEAD_BYTES, 0) == SQLITE_LOG_HEAD_BYTES;
}

static bool write_again(const struct sqlite_unflushed *u)
{
    for (size_t done = 0; done < u->count;) {
        ssize_t n = pwrite(u->fd, u->bytes + u->from + done, u->count - done,
                           u->at + (int64_t)done);
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* The log goes on there: behind what is kept, over the last of it (a transaction that came to
 * nothing), or elsewhere (another log). */
static void go_on_at(struct sqlite_unflushed *u, int64_t at)
{
    int64_t end = u->at + (int64_t)u->count;
    if (u->count > 0 && at == end)
        return;
    bool is_same = u->count > 0 && at > u->at && at < end;
    u->count = is_same ? (size_t)(at - u->at) : 0;
    u->at = is_same ? u->at : at;
    u->turns++;
    if (!is_same)
        u->has_head = read_head(u, u->head);
}

/* ---- flushing; with u->flushing ---- */

static bool flush(struct sqlite_unflushed *u)
{
    pthread_mutex_lock(&u->lock);
    int64_t end = u->at + (int64_t)u->count, turns = u->turns;
    pthread_mutex_unlock(&u->lock);
    if (atomic_load(&u->is_in_doubt))
        return false;
    if (fdatasync(u->fd) != 0) {
        atomic_store(&u->is_in_doubt, true);
        return false;
    }
    pthread_mutex_lock(&u->lock);
    if (u->turns == turns)
        drop(u, end);
    pthread_mutex_unlock(&u->lock);
    return true;
}

bool sqlite_unflushed_flush(struct sqlite_unflushed *u, int64_t commit)
{
    bool is_done = true;
    if (u->fd < 0)
        return true;
    pthread_mutex_lock(&u->flushing);
    int64_t latest = atomic_load(&u->commits);
    if (u->flushed < commit && (is_done = flush(u)))
        u->flushed = latest;
    pthread_mutex_unlock(&u->flushing);
    return is_done;
}

bool sqlite_unflushed_keep(struct sqlite_unflushed *u, const void *bytes, size_t count, int64_t at)
{
    pthread_mutex_lock(&u->lock);
    go_on_at(u, at);
    bool is_kept = add(u, bytes, count);
    pthread_mutex_unlock(&u->lock);
    if (is_kept)
        return true;
    pthread_mutex_lock(&u->flushing);
    bool is_flushed = flush(u);
    pthread_mutex_unlock(&u->flushing);
    return is_flushed;
}

bool sqlite_unflushed_mend(struct sqlite_unflushed *u)
{
    unsigned char head[SQLITE_LOG_HEAD_BYTES];
    pthread_mutex_lock(&u->flushing);
    pthread_mutex_lock(&u->lock);
    bool is_same = u->has_head && read_head(u, head) && memcmp(head, u->head, sizeof head) == 0;
    bool is_mended = (!is_same || write_again(u)) && fdatasync(u->fd) == 0;
    if (is_mended) {
        u->count = 0;
        u->flushed = atomic_load(&u->commits);
        atomic_store(&u->is_in_doubt, false);
    }
    pthread_mutex_unlock(&u->lock);
    pthread_mutex_unlock(&u->flushing);
    return is_mended;
}

/* ---- beginning and end ---- */

const struct err *sqlite_unflushed_open(struct sqlite_unflushed *u, struct arena *a,
                                        const char *log_path)
{
    u->bytes = malloc(KEPT_BYTES_MAX);
    if (u->bytes == NULL)
        return &err_out_of_memory;
    u->fd = open(log_path, O_RDWR | O_CLOEXEC);
    return u->fd >= 0 ? NULL : ERR(a, ERR_UNAVAILABLE, "db.cannot_open", "%s: %s", log_path,
                                   strerror(errno));
}

void sqlite_unflushed_init(struct sqlite_unflushed *u)
{
    u->fd = -1;
    pthread_mutex_init(&u->flushing, NULL);
    pthread_mutex_init(&u->lock, NULL);
}

void sqlite_unflushed_done(struct sqlite_unflushed *u)
{
    if (u->fd >= 0)
        close(u->fd);
    free(u->bytes);
    pthread_mutex_destroy(&u->flushing);
    pthread_mutex_destroy(&u->lock);
}
