#include "http/upload_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"

static void discard(void *p)
{
    struct upload_file *f = p;
    if (f->fd >= 0)
        (void)close(f->fd);
    (void)unlink(f->path);
}

static const struct err *disk_error(struct arena *a, const char *what, const char *path)
{
    int reason = errno;
    char text[128];
    return ERR(a, ERR_UNAVAILABLE, "error.disk", "%s %s: %s", what, path,
               strerror_r(reason, text, sizeof text));
}

const struct err *upload_file_open(const struct http_request *rq, int number,
                                   struct upload_file **ret)
{
    struct arena *a = rq->arena;
    struct upload_file *f;
    str path;
    if (str_is_empty(rq->upload_dir))
        return ERR(a, ERR_INVALID, "error.no_upload", "no upload_dir");
    TRY_NEW(a, f);
    TRY(str_fmt(a, &path, "%.*s/%.*s-%d.part", STR_ARG(rq->upload_dir), STR_ARG(rq->own_id),
                number));
    *f = (struct upload_file){.arena = a, .path = path.ptr};
    f->fd = open(f->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (f->fd < 0)
        return disk_error(a, "open", f->path);
    if (!arena_defer(a, discard, f))
        return &err_out_of_memory;
    *ret = f;
    return NULL;
}

const struct err *upload_file_write(struct upload_file *f, str bytes)
{
    while (bytes.len > 0) {
        ssize_t written = write(f->fd, bytes.ptr, bytes.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return disk_error(f->arena, "write", f->path);
        f->bytes += written;
        bytes = str_from(bytes, (size_t)written);
    }
    return NULL;
}

const struct err *upload_file_close(struct upload_file *f)
{
    int fd = f->fd;
    f->fd = -1;
    return close(fd) == 0 ? NULL : disk_error(f->arena, "close", f->path);
}

const struct err *upload_file_sync_close(struct upload_file *f)
{
    const struct err *e = fsync(f->fd) == 0 ? NULL : disk_error(f->arena, "fsync", f->path);
    const struct err *closed = upload_file_close(f);
    return e != NULL ? e : closed;
}
