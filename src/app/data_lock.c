/* See data_lock.h. */
#include "app/data_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "sys/file.h"

const struct err *data_lock_take(struct arena *a, const char *data, int *ret_fd)
{
    str path = STR_NONE;
    TRY(str_fmt(a, &path, "%s/lock", data));
    int fd = -1;
    if (file_make_folder(a, data, 0700) == NULL)
        fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_with_arg(a,
                            ERR(a, ERR_UNAVAILABLE, "platform.data_dir", "%.*s: %s", STR_ARG(path),
                                strerror(errno)),
                            str_c(data));
    /* Of the open file, not of the process: a forked child holds it too. */
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_OFD_SETLK, &whole) != 0) {
        close(fd);
        return err_with_arg(
            a, ERR(a, ERR_CONFLICT, "app.data_in_use", "%.*s is locked", STR_ARG(path)),
            str_c(data));
    }
    *ret_fd = fd;
    return NULL;
}
