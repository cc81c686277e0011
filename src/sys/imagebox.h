/* The parent's side of millpond-media: hands it an uploaded image, gets WebP files back. The image
 * is never decoded in this process.
 *
 * The program is sandboxed (see src/media/media_main.c) and has IMAGEBOX_TIMEOUT_MS. Output files
 * are named by it, 0600, in out_dir, which should be fresh for each image: what an error leaves
 * there is the caller's to remove. Errors: INVALID image.kind (no JPEG, PNG, WebP, GIF or HEIF by
 * content), image.broken (damaged or cut off), image.animated, LIMIT image.too_big (bytes or
 * pixels); UNAVAILABLE image.trouble. Threads: any; blocks. Never inside a transaction.
 */
#ifndef SYS_IMAGEBOX_H
#define SYS_IMAGEBOX_H

#include "base/strbuf.h"

enum { IMAGEBOX_SIZES = 3, IMAGEBOX_GRID = 16, IMAGEBOX_TIMEOUT_MS = 30000 };

struct imagebox_file {
    str name;           /* in out_dir; a small image has the same file for several sizes */
    int width, height;  /* pixels, upright */
    int64_t bytes;
};

struct imagebox_result {
    int width, height;                          /* of the original, upright */
    struct imagebox_file files[IMAGEBOX_SIZES]; /* at most 1200, 600, 300 wide; never enlarged */
    uint32_t average;                           /* 0xRRGGBB */
    uint32_t grid[IMAGEBOX_GRID];               /* 4 x 4 colours, by rows, to show while it loads */
    str warning; /* of a weaker sandbox, for the log; absent if none */
};

/* `program` is the path of millpond-media, in_path the upload, out_dir an existing folder. */
const struct err *imagebox_run(struct arena *a, const char *program, const char *in_path,
                               const char *out_dir, struct imagebox_result *ret) MUST_CHECK;

#endif
