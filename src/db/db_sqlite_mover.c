/* Brings the log into the file beside the writer: a thread with a connection of its own, called
 * when the log has half of its length. The writer goes on meanwhile; what it adds is brought over
 * in a second and third pass, each shorter than the one before, and each flushed. What is left then
 * is so little that the writer can end the log between two batches (db_sqlite_bound.c) without
 * anybody waiting for long. Bringing it over in one go would stop all commands for the time of some
 * ten thousand pages.
 *
 * Not its duty: the bound of the log. Nobody relies on it: readers may hold it up and a thread may
 * not be had; then the writer does it all, as for small logs.
 * Threads: sqlite_mover_call by the leader, start and stop by whoever opens and closes the db.
 */
#include <signal.h>

#include "db/db_sqlite.h"

enum { PASSES = 3 };

/* SQLite would leave that to the writer, when it ends the log: a pass flushes the file when it
 * moved the last frame of all, and of a busy log no pass does. */
static int flush_file(struct sqlite_mover *m)
{
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(m->conn.handle, NULL, SQLITE_FCNTL_FILE_POINTER, &file);
    return code != SQLITE_OK ? code : file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/* False: readers held some of it up, or the disk did. */
static bool pass(struct sqlite_mover *m)
{
    int frames = 0, moved = 0;
    int code = sqlite3_wal_checkpoint_v2(m->conn.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames,
                                         &moved);
    if (code == SQLITE_OK)
        code = flush_file(m);
    sqlite_note_checkpoint(m->db, code);
    if (code != SQLITE_OK && code != SQLITE_BUSY) /* as after an I/O error of the writer */
        sqlite_conn_close(&m->conn);
    return code == SQLITE_OK && moved == frames;
}

static void move(struct sqlite_mover *m)
{
    struct arena a;
    arena_init(&a, KiB(64));
    const struct err *e = m->conn.handle != NULL
                              ? NULL
                              : sqlite_conn_open(&a, m->db, SQLITE_ROLE_READER, &m->conn);
    bool is_all = e == NULL;
    if (is_all)
        sqlite_log_keep(m->conn.handle, &m->db->writer.unflushed);
    for (int i = 0; is_all && i < PASSES; i++)
        is_all = !atomic_load(&m->db->writer.unflushed.is_in_doubt) && pass(m);
    arena_done(&a);
    if (is_all)
        atomic_store(&m->is_moved, true);
}

static void *run(void *arg)
{
    struct sqlite_mover *m = arg;
    pthread_setname_np(pthread_self(), "log mover");
    pthread_mutex_lock(&m->lock);
    while (!m->is_ending) {
        if (!atomic_load(&m->is_busy)) {
            pthread_cond_wait(&m->called, &m->lock);
            continue;
        }
        pthread_mutex_unlock(&m->lock);
        move(m);
        pthread_mutex_lock(&m->lock);
        atomic_store(&m->is_busy, false);
    }
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

bool sqlite_thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg)
{
    static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    sigset_t others, before;
    sigfillset(&others);
    for (size_t i = 0; i < COUNT(crashes); i++)
        sigdelset(&others, crashes[i]);
    pthread_sigmask(SIG_BLOCK, &others, &before);
    bool has_thread = pthread_create(thread, NULL, fn, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return has_thread;
}

void sqlite_mover_call(struct sqlite_mover *m)
{
    if (atomic_load(&m->is_busy))
        return;
    if (!m->has_thread)
        m->has_thread = sqlite_thread_start(&m->thread, run, m);
    if (!m->has_thread)
        return;
    pthread_mutex_lock(&m->lock);
    atomic_store(&m->is_busy, true);
    pthread_cond_signal(&m->called);
    pthread_mutex_unlock(&m->lock);
}

void sqlite_mover_init(struct sqlite_mover *m, struct sqlite_db *db)
{
    m->db = db;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->called, NULL);
}

void sqlite_mover_stop(struct sqlite_mover *m)
{
    pthread_mutex_lock(&m->lock);
    m->is_ending = true;
    pthread_cond_signal(&m->called);
    pthread_mutex_unlock(&m->lock);
    if (m->has_thread)
        pthread_join(m->thread, NULL);
    if (m->conn.handle != NULL)
        sqlite_conn_close(&m->conn);
    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->called);
}
