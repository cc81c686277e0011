/* The log is bounded: between two batches the writer ends it, once it is long enough. Most of it
 * was brought over into the file by then, and flushed there, beside the writer
 * (db_sqlite_mover.c).
 *
 * A flush of the file that fails is final. What it was to bring to the disk may be lost, though
 * SQLite remembers some of it as brought over, and the system may answer "done" to the next flush.
 * So from then on the log is kept, however long it grows, by this process and by its end: whoever
 * opens the store next reads all of it, and brings all of it over once more. What is committed
 * stands in the log all the while, so nothing else changes.
 *
 * Threads: the leader's; the file's doubt anybody's.
 */
#include "db/db_sqlite.h"

enum {
    FRAME_HEADER_BYTES = 24,
    CHECKPOINT_WAIT_MS = 100, /* what writers may lose to a reader that holds the log */
};

void sqlite_note_checkpoint(struct sqlite_db *db, int code)
{
    if (code == SQLITE_IOERR_FSYNC)
        atomic_store(&db->is_file_in_doubt, true);
}

/* Whether the log is to be ended now: it is as long as it may be, or nearly all is moved. Not while
 * some of it may be missing on the disk: the file would get ahead of it. */
static bool is_to_be_ended(struct sqlite_writer *w, int64_t bytes)
{
    if (atomic_load(&w->unflushed.is_in_doubt) || atomic_load(&w->mover.db->is_file_in_doubt))
        return false;
    if (bytes >= (int64_t)w->wal_max_bytes)
        return bytes >= w->retry_checkpoint_at;
    w->retry_checkpoint_at = 0;
    if (atomic_exchange(&w->mover.is_moved, false))
        return true;
    if (w->move_from_bytes > 0 && bytes >= w->move_from_bytes && bytes >= w->move_at) {
        w->move_at = bytes + (int64_t)w->wal_max_bytes / 8;
        sqlite_mover_call(&w->mover);
    }
    return false;
}

int sqlite_log_bound(struct sqlite_writer *w)
{
    struct sqlite_conn *conn = &w->conn;
    int frames = 0, moved = 0;
    int64_t bytes = (int64_t)conn->log_frames * (w->page_bytes + FRAME_HEADER_BYTES);
    atomic_store(&w->wal_bytes, bytes);
    if (!is_to_be_ended(w, bytes))
        return SQLITE_OK;
    int64_t started = db_clock_ns(CLOCK_MONOTONIC);
    sqlite3_busy_timeout(conn->handle, CHECKPOINT_WAIT_MS);
    int code =
        sqlite3_wal_checkpoint_v2(conn->handle, NULL, SQLITE_CHECKPOINT_RESTART, &frames, &moved);
    sqlite3_busy_timeout(conn->handle, conn->tx.db->busy_timeout_ms);
    atomic_fetch_add(&w->checkpoint_ns, db_clock_ns(CLOCK_MONOTONIC) - started);
    sqlite_note_checkpoint(w->mover.db, code);
    /* Held up by a reader, or no room in the file itself: the commits so far are safe in the log,
     * so this is no error of theirs; try again when it has grown by an eighth. */
    if (code != SQLITE_OK) {
        w->retry_checkpoint_at = bytes + (int64_t)w->wal_max_bytes / 8;
        return code;
    }
    conn->log_frames = 0;
    w->move_at = 0;
    return SQLITE_OK;
}
