/* Files of the data folder: read whole, replace atomically, make and remove folders.
 *
 * Paths are those of the operator or made by us, never a stranger's. Errors: NOT_FOUND
 * (file.missing) when there is none, LIMIT (file.too_big), UNAVAILABLE (file.trouble) for
 * everything the disk does; details name path and errno. Threads: any.
 */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include "base/strbuf.h"

/* A regular file of at most `max_bytes`, followed by a NUL that is not counted. */
const struct err *file_read(struct arena *a, const char *path, size_t max_bytes,
                            str *ret) MUST_CHECK;
/* After success the file has these bytes, also after a power cut; at any moment it has the old or
 * the new ones. Temporary file beside it, fsync, rename, fsync of the folder. `mode` as in chmod.
 */
const struct err *file_write(struct arena *a, const char *path, str bytes,
                             unsigned mode) MUST_CHECK;
/* What was made, renamed or removed in the folder that holds `path` stays so after a power cut. */
const struct err *file_sync_folder_of(struct arena *a, const char *path) MUST_CHECK;
/* Puts what was uploaded in its place on the same disk; after success its bytes are there also
 * after a power cut. Again, after it was moved: nothing. UNAVAILABLE "error.disk". */
const struct err *file_keep(struct arena *a, const char *from, const char *to) MUST_CHECK;
/* mkdir -p; folders that are made get `mode` and stay there after a power cut, existing ones are
 * left as they are. */
const struct err *file_make_folder(struct arena *a, const char *path, unsigned mode) MUST_CHECK;
/* Removes root/name and all below. `name` is relative, without "." and ".." parts; symbolic links
 * are removed, never followed, so nothing outside root is touched. No error if it is not there. */
const struct err *file_remove_tree(struct arena *a, const char *root, const char *name) MUST_CHECK;
/* What this user may still write on the disk that holds `path`. */
const struct err *file_free_bytes(struct arena *a, const char *path, uint64_t *ret) MUST_CHECK;
/* Whether work in bulk (imports, exports) may go on there: it leaves 64 MiB to single writes. */
const struct err *file_has_room(struct arena *a, const char *path, bool *ret) MUST_CHECK;

#endif
