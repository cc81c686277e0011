/* A temporary file of a request: made with a name of ours, 0600, removed when the request's arena
 * ends unless it was renamed before. One thread at a time.
 */
#ifndef HTTP_UPLOAD_FILE_H
#define HTTP_UPLOAD_FILE_H

#include "http/request.h"

struct upload_file {
    struct arena *arena;
    const char *path;
    int fd;                   /* -1 once closed */
    int64_t bytes;
};

/* <upload_dir>/<request id>-<number>.part. INVALID "error.no_upload" without an upload_dir;
 * UNAVAILABLE "error.disk". */
const struct err *upload_file_open(const struct http_request *rq, int number,
                                   struct upload_file **ret) MUST_CHECK;
const struct err *upload_file_write(struct upload_file *f, str bytes) MUST_CHECK;
const struct err *upload_file_close(struct upload_file *f) MUST_CHECK;
/* The same, and its bytes survive a power cut: slow, never on the loop. */
const struct err *upload_file_sync_close(struct upload_file *f) MUST_CHECK;

#endif
