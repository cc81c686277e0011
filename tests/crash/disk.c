#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FDS_MAX = 4096, NAME_MAX_BYTES = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char watched[NAME_MAX_BYTES];
static struct {
    int object;                /* 0: not watched */
    bool is_folder;
    char name[NAME_MAX_BYTES]; /* of a folder */
} open_files[FDS_MAX];
static struct {
    char name[NAME_MAX_BYTES];
    int object;
} names[FDS_MAX];
static int name_count, object_count;
static bool is_recording, is_full, sync_fails_forever;
static struct disk_record *records;
static size_t record_count, record_room;
static int64_t acts, kill_in, sync_fails_in, failed_syncs;

/* ---- what tests ask for ---- */

void disk_watch(const char *folder)
{
    pthread_mutex_lock(&lock);
    snprintf(watched, sizeof watched, "%s%s", folder == NULL ? "" : folder,
             folder == NULL ? "" : "/");
    acts = 0;
    pthread_mutex_unlock(&lock);
}

void disk_record_start(void)
{
    is_recording = true;
}

const struct disk_record *disk_records(size_t *ret_count)
{
    *ret_count = record_count;
    return records;
}

void disk_forget(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < record_count; i++) {
        free((void *)(uintptr_t)records[i].bytes);
        free(records[i].name);
        free(records[i].to);
    }
    free(records);
    records = NULL;
    record_count = record_room = 0;
    is_recording = false;
    name_count = object_count = 0;
    memset(open_files, 0, sizeof open_files);
    pthread_mutex_unlock(&lock);
}

int64_t disk_count(void)
{
    return acts;
}

void disk_kill_at(int64_t n)
{
    kill_in = n;
}

void disk_fail_sync_at(int64_t n, bool forever)
{
    sync_fails_in = n;
    sync_fails_forever = forever;
}

void disk_set_full(bool full)
{
    is_full = full;
}

int64_t disk_failed_syncs(void)
{
    return failed_syncs;
}

/* ---- keeping account; with the lock ---- */

static bool is_watched(const char *name)
{
    size_t len = strlen(name);
    return watched[0] != '\0' && strncmp(name, watched, strlen(watched)) == 0 &&
           (len < 4 || strcmp(name + len - 4, "-shm") != 0);
}

static char *copy(const char *bytes, size_t len)
{
    char *made = malloc(len + 1);
    ASSERT(made != NULL);
    memcpy(made, bytes, len);
    made[len] = '\0';
    return made;
}

static void keep(struct disk_record r, const char *name, const char *to)
{
    if (!is_recording)
        return;
    if (record_count == record_room) {
        record_room = record_room == 0 ? 1024 : record_room * 2;
        records = realloc(records, record_room * sizeof *records);
        ASSERT(records != NULL);
    }
    if (r.act == DISK_WRITE)
        r.bytes = copy(r.bytes, r.len);
    r.name = name == NULL ? NULL : copy(name, strlen(name));
    r.to = to == NULL ? NULL : copy(to, strlen(to));
    records[record_count++] = r;
}

void disk_note(int64_t number)
{
    pthread_mutex_lock(&lock);
    keep((struct disk_record){.act = DISK_NOTE, .offset = number}, NULL, NULL);
    pthread_mutex_unlock(&lock);
}

/* Before an act. */
static void count(void)
{
    acts++;
    if (kill_in > 0 && --kill_in == 0)
        _exit(DISK_KILLED);
}

static int find_name(const char *name)
{
    for (int i = 0; i < name_count; i++)
        if (strcmp(names[i].name, name) == 0)
            return i;
    return -1;
}

static void set_name(const char *name, int object)
{
    int at = find_name(name);
    if (at < 0) {
        ASSERT(name_count < FDS_MAX && strlen(name) < NAME_MAX_BYTES);
        at = name_count++;
        snprintf(names[at].name, sizeof names[at].name, "%s", name);
    }
    names[at].object = object;
}

static void forget_name(const char *name)
{
    int at = find_name(name);
    if (at >= 0)
        names[at] = names[--name_count];
}

static void note_open(int fd, const char *name, bool is_new)
{
    struct stat info;
    ASSERT(fd < FDS_MAX && fstat(fd, &info) == 0);
    if (S_ISDIR(info.st_mode)) {
        open_files[fd].is_folder = true;
        snprintf(open_files[fd].name, sizeof open_files[fd].name, "%s", name);
        return;
    }
    int at = find_name(name);
    if (at < 0) { /* a file that was there before counts as made by its first opening */
        set_name(name, ++object_count);
        at = find_name(name);
        is_new = true;
    }
    open_files[fd].object = names[at].object;
    if (is_new)
        keep((struct disk_record){.act = DISK_CREATE, .object = names[at].object}, name, NULL);
}

/* ---- the calls ---- */

int __real_open(const char *name, int flags, ...);
int __real_open64(const char *name, int flags, ...);
int __real_mkostemp64(char *name, int flags);
int __real_close(int fd);
ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __real_pwrite64(int fd, const void *bytes, size_t len, int64_t offset);
int __real_ftruncate64(int fd, int64_t size);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
int __real_rename(const char *name, const char *to);
int __real_link(const char *name, const char *to);
int __real_unlink(const char *name);
int __real_mkdir(const char *name, mode_t mode);
int __wrap_open(const char *name, int flags, ...);
int __wrap_open64(const char *name, int flags, ...);
int __wrap_mkostemp64(char *name, int flags);
int __wrap_close(int fd);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, int64_t offset);
int __wrap_ftruncate64(int fd, int64_t size);
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_rename(const char *name, const char *to);
int __wrap_link(const char *name, const char *to);
int __wrap_unlink(const char *name);
int __wrap_mkdir(const char *name, mode_t mode);

static bool is_fd_watched(int fd)
{
    return fd >= 0 && fd < FDS_MAX && (open_files[fd].object != 0 || open_files[fd].is_folder);
}

static int open_watched(const char *name, int flags, mode_t mode)
{
    /* The folder itself too: its syncs make names durable. */
    size_t len = strlen(name);
    bool is_folder = len > 0 && strncmp(name, watched, len) == 0 && strcmp(watched + len, "/") == 0;
    if (!is_folder && !is_watched(name))
        return __real_open64(name, flags, mode);
    pthread_mutex_lock(&lock);
    bool is_new = (flags & O_CREAT) != 0 && access(name, F_OK) != 0;
    if (is_new)
        count();
    int fd = -1;
    if (is_new && is_full)
        errno = ENOSPC;
    else
        fd = __real_open64(name, flags, mode);
    if (fd >= 0)
        note_open(fd, name, is_new);
    pthread_mutex_unlock(&lock);
    return fd;
}

int __wrap_open(const char *name, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_watched(name, flags, mode);
}

int __wrap_open64(const char *name, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_watched(name, flags, mode);
}

int __wrap_mkostemp64(char *name, int flags)
{
    if (!is_watched(name))
        return __real_mkostemp64(name, flags);
    pthread_mutex_lock(&lock);
    count();
    int fd = -1;
    if (is_full)
        errno = ENOSPC;
    else
        fd = __real_mkostemp64(name, flags);
    if (fd >= 0)
        note_open(fd, name, true);
    pthread_mutex_unlock(&lock);
    return fd;
}

int __wrap_close(int fd)
{
    if (fd >= 0 && fd < FDS_MAX) {
        open_files[fd].object = 0;
        open_files[fd].is_folder = false;
    }
    return __real_close(fd);
}

static ssize_t refuse_space(void)
{
    errno = ENOSPC;
    return -1;
}

static int64_t position(int fd)
{
    return lseek(fd, 0, SEEK_CUR);
}

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
    if (!is_fd_watched(fd))
        return __real_write(fd, bytes, len);
    pthread_mutex_lock(&lock);
    count();
    int64_t at = position(fd);
    ssize_t put = is_full ? refuse_space() : __real_write(fd, bytes, len);
    if (put > 0)
        keep((struct disk_record){.act = DISK_WRITE, .object = open_files[fd].object, .offset = at,
                                  .len = (size_t)put, .bytes = bytes}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    return put;
}

ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, int64_t offset)
{
    if (!is_fd_watched(fd))
        return __real_pwrite64(fd, bytes, len, offset);
    pthread_mutex_lock(&lock);
    count();
    ssize_t put = is_full ? refuse_space() : __real_pwrite64(fd, bytes, len, offset);
    if (put > 0)
        keep((struct disk_record){.act = DISK_WRITE, .object = open_files[fd].object,
                                  .offset = offset, .len = (size_t)put, .bytes = bytes},
             NULL, NULL);
    pthread_mutex_unlock(&lock);
    return put;
}

int __wrap_ftruncate64(int fd, int64_t size)
{
    if (!is_fd_watched(fd))
        return __real_ftruncate64(fd, size);
    pthread_mutex_lock(&lock);
    count();
    int code = __real_ftruncate64(fd, size);
    if (code == 0)
        keep((struct disk_record){.act = DISK_TRUNCATE, .object = open_files[fd].object,
                                  .offset = size}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    return code;
}

static int sync_watched(int fd, int (*real)(int fd))
{
    if (!is_fd_watched(fd))
        return real(fd);
    pthread_mutex_lock(&lock);
    count();
    bool fails = sync_fails_in > 0 && --sync_fails_in == 0;
    if (fails && sync_fails_forever)
        sync_fails_in = 1;
    failed_syncs += fails;
    int code = fails ? -1 : real(fd);
    if (fails)
        errno = EIO;
    if (code == 0 && open_files[fd].is_folder)
        keep((struct disk_record){.act = DISK_SYNC_FOLDER}, open_files[fd].name, NULL);
    else
        keep((struct disk_record){.act = code == 0 ? DISK_SYNC : DISK_SYNC_FAILED,
                                  .object = open_files[fd].object}, NULL, NULL);
    pthread_mutex_unlock(&lock);
    return code;
}

int __wrap_fsync(int fd)
{
    return sync_watched(fd, __real_fsync);
}

int __wrap_fdatasync(int fd)
{
    return sync_watched(fd, __real_fdatasync);
}

static int move_name(const char *name, const char *to, enum disk_act act,
                     int (*real)(const char *name, const char *to))
{
    if (!is_watched(name))
        return real(name, to);
    pthread_mutex_lock(&lock);
    count();
    int code = real(name, to);
    int at = code == 0 ? find_name(name) : -1;
    if (at >= 0) {
        set_name(to, names[at].object);
        if (act == DISK_RENAME)
            forget_name(name);
        keep((struct disk_record){.act = act}, name, to);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

int __wrap_rename(const char *name, const char *to)
{
    return move_name(name, to, DISK_RENAME, __real_rename);
}

int __wrap_link(const char *name, const char *to)
{
    return move_name(name, to, DISK_LINK, __real_link);
}

int __wrap_unlink(const char *name)
{
    if (!is_watched(name))
        return __real_unlink(name);
    pthread_mutex_lock(&lock);
    count();
    int code = __real_unlink(name);
    if (code == 0) {
        forget_name(name);
        keep((struct disk_record){.act = DISK_UNLINK}, name, NULL);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

int __wrap_mkdir(const char *name, mode_t mode)
{
    if (!is_watched(name) || access(name, F_OK) == 0)
        return __real_mkdir(name, mode);
    pthread_mutex_lock(&lock);
    count();
    int code = __real_mkdir(name, mode);
    if (code == 0)
        keep((struct disk_record){.act = DISK_FOLDER}, name, NULL);
    pthread_mutex_unlock(&lock);
    return code;
}
