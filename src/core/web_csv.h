/* Lists taken out as CSV, however long they are: made in slices, each on a read snapshot of its
 * own, so that an export holds nothing up; kept in a file of the data folder until the answer is
 * sent. The request's own snapshot is closed first. Threads: as the request.
 */
#ifndef CORE_WEB_CSV_H
#define CORE_WEB_CSV_H

#include "base/csv.h"
#include "core/web.h"

/* In the data folder: a file per answer, gone with it; emptied when the server starts. */
#define WEB_CSV_FOLDER "exports"

/* Writes the next rows (at most a few hundred); what it takes from `a` is given back after the
 * slice. */
typedef const struct err *web_csv_fn(struct tx *tx, struct arena *a, void *arg,
                                     struct csv_writer *out, bool *ret_is_end);

/* `name` is that of the file offered, such as "orders": the shop's handle is put before it. `store`
 * is read: the platform's, or a feature's own. `titles` are the first row. UNAVAILABLE "error.disk"
 * when it cannot be written, "db.disk_full" when it would take the last room (file_has_room). */
const struct err *web_csv(struct web *w, const char *name, struct db *store, const str *titles,
                          size_t title_count, web_csv_fn *fn, void *arg) MUST_CHECK;

#endif
