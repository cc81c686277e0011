/* Inside feature media: encoding and the blobs. Not for other features.
 */
#ifndef MEDIA_MEDIA_PART_H
#define MEDIA_MEDIA_PART_H

#include "media/media.h"

enum {
    MEDIA_WIDTH_LARGE = 1200,
    MEDIA_WIDTH_MEDIUM = 600,
    MEDIA_WIDTH_SMALL = 300,
    MEDIA_ATTEMPTS = 5
};

/* A photo whose three sizes are safely among the blobs. */
struct encoded {
    int width, height;        /* of the largest size */
    str average;              /* "#a0b1c2" */
    str large, medium, small; /* names of blobs: SHA-256 in hex */
};

/* Encodes the file in the sandbox and stores the sizes. Blocks for a second; outside any turn. The
 * file stays. Errors are those of imagebox_run and of the disk. */
const struct err *media_encode(struct platform *p, struct arena *a, const char *in_path,
                               struct encoded *ret) MUST_CHECK;

/* INVALID "media.bad_alt" (field alt): more than one line, or longer than MEDIA_ALT_MAX. */
const struct err *media_check_alt(struct arena *a, str alt) MUST_CHECK;

const struct err *media_blob_path(struct arena *a, const struct platform *p, str hash,
                                  str *ret) MUST_CHECK;
/* data_dir/uploads, made when missing. UNAVAILABLE "media.no_folder" when the server keeps nothing
 * on disk. */
const struct err *media_upload_dir(struct arena *a, const struct platform *p,
                                   const char **ret) MUST_CHECK;

/* Jobs "media.encode" (payload "ACCOUNT MEDIA") and "media.sweep". */
const struct err *media_encode_job(struct job_run *run) MUST_CHECK;
const struct err *media_sweep_job(struct job_run *run) MUST_CHECK;

/* Photos of one account, newest first, below `before` (0 = newest); `reasons` are text keys, absent
 * if none. */
const struct err *media_list(struct tx *tx, struct arena *a, struct account_id account,
                             int64_t before, size_t limit, struct photo **ret, str **ret_reasons,
                             size_t *ret_count) MUST_CHECK;

const struct err *media_serve(struct web *w) MUST_CHECK;
const struct err *media_page(struct web *w) MUST_CHECK;
const struct err *media_upload(struct web *w) MUST_CHECK;
const struct err *media_describe(struct web *w) MUST_CHECK;
const struct err *media_api_upload(struct web *w) MUST_CHECK;
const struct err *media_api_show(struct web *w) MUST_CHECK;

#endif
