#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { TREE_DEPTH_MAX = 32 };
static const uint64_t BULK_RESERVE_BYTES = MiB(64);

static const struct err *trouble(struct arena *a, const char *doing, const char *path)
{
    char text[128];
    int number = errno;
    const char *reason = strerror_r(number, text, sizeof text);
    if (number == ENOENT)
        return ERR(a, ERR_NOT_FOUND, "file.missing", "%s %s: %s", doing, path, reason);
    return ERR(a, ERR_UNAVAILABLE, "file.trouble", "%s %s: %s", doing, path, reason);
}

static const struct err *read_open_file(struct arena *a, int fd, const char *path, size_t max_bytes,
                                        str *ret)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return trouble(a, "stat", path);
    if (!S_ISREG(info.st_mode))
        return ERR(a, ERR_INVALID, "file.trouble", "%s is no regular file", path);
    if (info.st_size < 0 || (uint64_t)info.st_size > max_bytes)
        return ERR(a, ERR_LIMIT, "file.too_big", "%s has more than %zu bytes", path, max_bytes);
    size_t size = (size_t)info.st_size, len = 0;
    char *bytes = arena_alloc(a, size + 1);
    if (bytes == NULL)
        return &err_out_of_memory;
    while (len < size) { /* a file that shrinks meanwhile just ends earlier */
        ssize_t got = read(fd, bytes + len, size - len);
        if (got < 0 && errno != EINTR)
            return trouble(a, "read", path);
        if (got == 0)
            break;
        if (got > 0)
            len += (size_t)got;
    }
    bytes[len] = '\0';
    *ret = (str){bytes, len};
    return NULL;
}

const struct err *file_read(struct arena *a, const char *path, size_t max_bytes, str *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return trouble(a, "open", path);
    const struct err *e = read_open_file(a, fd, path, max_bytes, ret);
    close(fd);
    return e;
}

static const struct err *write_all(struct arena *a, int fd, const char *path, str bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno != EINTR)
            return trouble(a, "write", path);
        if (put > 0)
            bytes = str_from(bytes, (size_t)put);
    }
    return fsync(fd) == 0 ? NULL : trouble(a, "fsync", path);
}

const struct err *file_sync_folder_of(struct arena *a, const char *path)
{
    const char *folder;
    ptrdiff_t slash = str_rfind_char(str_c(path), '/');
    TRY(str_to_c(a, slash < 0 ? S(".") : str_sub(str_c(path), 0, (size_t)slash + 1), &folder));
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return trouble(a, "open", folder);
    const struct err *e = fsync(fd) == 0 ? NULL : trouble(a, "fsync", folder);
    close(fd);
    return e;
}

const struct err *file_write(struct arena *a, const char *path, str bytes, unsigned mode)
{
    str template;
    TRY(str_fmt(a, &template, "%s.XXXXXX", path));
    char *temporary;
    TRY_NEW_ARRAY(a, temporary, template.len + 1);
    memcpy(temporary, template.ptr, template.len);
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return trouble(a, "create", temporary);
    const struct err *e = write_all(a, fd, temporary, bytes);
    if (e == NULL && fchmod(fd, mode) != 0)
        e = trouble(a, "chmod", temporary);
    if (close(fd) != 0 && e == NULL)
        e = trouble(a, "close", temporary);
    if (e == NULL && rename(temporary, path) != 0)
        e = trouble(a, "rename to", path);
    if (e != NULL) {
        unlink(temporary);
        return e;
    }
    return file_sync_folder_of(a, path);
}

const struct err *file_keep(struct arena *a, const char *from, const char *to)
{
    int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool was_moved = fd < 0 && errno == ENOENT && access(to, R_OK) == 0;
    bool is_safe = was_moved || (fd >= 0 && fsync(fd) == 0 && rename(from, to) == 0);
    const struct err *e =
        is_safe ? NULL : ERR(a, ERR_UNAVAILABLE, "error.disk", "keep %s: errno %d", from, errno);
    if (fd >= 0)
        close(fd);
    return e != NULL || was_moved ? e : file_sync_folder_of(a, to);
}

const struct err *file_make_folder(struct arena *a, const char *path, unsigned mode)
{
    size_t len = strlen(path);
    char *part;
    struct stat info;
    TRY_NEW_ARRAY(a, part, len + 1);
    for (size_t i = 0; i <= len; i++) {
        if ((path[i] == '/' || path[i] == '\0') && i > 0 && part[i - 1] != '/') {
            if (mkdir(part, mode) == 0)
                TRY(file_sync_folder_of(a, part));
            else if (errno != EEXIST && !(errno == EROFS && stat(part, &info) == 0))
                return trouble(a, "mkdir", part);
        }
        part[i] = path[i];
    }
    if (stat(path, &info) != 0)
        return trouble(a, "stat", path);
    if (!S_ISDIR(info.st_mode))
        return ERR(a, ERR_UNAVAILABLE, "file.trouble", "%s is no folder", path);
    return NULL;
}

/* Bounded depth: our own trees are flat; anything deeper is left and reported. */
static const struct err *remove_at(struct arena *a, int folder, const char *name, int depth)
{
    if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
        return NULL;
    if (errno != EISDIR && errno != EPERM)
        return trouble(a, "remove", name);
    if (depth == TREE_DEPTH_MAX)
        return ERR(a, ERR_LIMIT, "file.trouble", "%s is nested too deep", name);
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);
    if (entries == NULL) {
        const struct err *failed = trouble(a, "open", name);
        if (fd >= 0)
            close(fd);
        return failed;
    }
    const struct err *e = NULL;
    for (struct dirent *entry; e == NULL && (entry = readdir(entries)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            e = remove_at(a, fd, entry->d_name, depth + 1);
    closedir(entries);
    if (e == NULL && unlinkat(folder, name, AT_REMOVEDIR) != 0)
        e = trouble(a, "remove", name);
    return e;
}

static const struct err *check_relative(struct arena *a, const char *name)
{
    str rest = str_c(name);
    if (rest.len == 0)
        return ERR(a, ERR_BUG, "error.bug", "no name to remove");
    while (!str_is_absent(rest)) {
        str part = str_cut(&rest, '/');
        if (part.len == 0 || str_eq(part, S(".")) || str_eq(part, S("..")))
            return ERR(a, ERR_BUG, "error.bug", "not a name below the folder: %s", name);
    }
    return NULL;
}

const struct err *file_remove_tree(struct arena *a, const char *root, const char *name)
{
    TRY(check_relative(a, name));
    int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return trouble(a, "open", root);
    str rest = str_c(name);
    const struct err *e = NULL;
    while (e == NULL) { /* down to the folder that holds it, following no link */
        const char *part;
        e = str_to_c(a, str_cut(&rest, '/'), &part);
        if (e != NULL)
            break;
        if (str_is_absent(rest)) {
            e = remove_at(a, folder, part, 0);
            break;
        }
        int next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0 && errno == ENOENT)
            break;
        if (next < 0) {
            e = trouble(a, "open", part);
            break;
        }
        close(folder);
        folder = next;
    }
    close(folder);
    return e;
}

const struct err *file_free_bytes(struct arena *a, const char *path, uint64_t *ret)
{
    struct statvfs info;
    if (statvfs(path, &info) != 0)
        return trouble(a, "statvfs", path);
    *ret = (uint64_t)info.f_bavail * info.f_frsize;
    return NULL;
}

const struct err *file_has_room(struct arena *a, const char *path, bool *ret)
{
    uint64_t free_bytes;
    TRY(file_free_bytes(a, path, &free_bytes));
    *ret = free_bytes >= BULK_RESERVE_BYTES;
    return NULL;
}
