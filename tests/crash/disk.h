/* What a test program's own file calls do to the disk: recorded, counted, made to fail or to kill.
 *
 * The linker leads the calls of the whole program (ours and SQLite's: open, write, pwrite,
 * ftruncate, fsync, fdatasync, rename, link, unlink, mkdir) through disk.c (meson.build: --wrap).
 * Files below the watched folder are looked at; SQLite's "-shm" is memory of the running processes
 * and passed over. All that is not asked for goes to the system untouched. One lock, so the order
 * of the records is the order of the calls. Threads: any.
 */
#ifndef TESTS_CRASH_DISK_H
#define TESTS_CRASH_DISK_H

#include "base/base.h"

enum disk_act {
    DISK_ACT_UNSET = 0,
    DISK_CREATE, /* name -> object */
    DISK_FOLDER, /* a folder was made: name */
    DISK_WRITE,
    DISK_TRUNCATE,
    DISK_SYNC,        /* of an object */
    DISK_SYNC_FAILED, /* what was written before may never reach the disk, nor be told of again */
    DISK_SYNC_FOLDER, /* name */
    DISK_RENAME,      /* name -> to */
    DISK_LINK,        /* name -> to */
    DISK_UNLINK,      /* name */
    DISK_NOTE,        /* of the test: what was acknowledged; number */
};

struct disk_record {
    enum disk_act act;
    int object;
    int64_t offset; /* WRITE: where; TRUNCATE: the new size; NOTE: the number */
    size_t len;
    const char *bytes;
    char *name, *to;
};

/* Looks at files below this folder from now on; NULL: at none. */
void disk_watch(const char *folder);
/* Keeps every act in a list, until disk_forget. */
void disk_record_start(void);
void disk_note(int64_t number);
const struct disk_record *disk_records(size_t *ret_count);
void disk_forget(void);

/* Acts (all that change something, syncs included) since disk_watch. */
int64_t disk_count(void);
/* The process ends, as by SIGKILL, instead of the n-th act from now; 0: never. */
void disk_kill_at(int64_t n);
/* The n-th sync from now fails with EIO (and, forever, all later ones); 0: none. */
void disk_fail_sync_at(int64_t n, bool forever);
/* No write or growth succeeds while set: ENOSPC. */
void disk_set_full(bool is_full);
/* How many syncs were failed so far. */
int64_t disk_failed_syncs(void);

enum { DISK_KILLED = 137 }; /* exit status of a killed process */

#endif
