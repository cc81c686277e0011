/* One server per data folder: a lock on DATA/lock, held by the open file and so released even by
 * kill -9.
 */
#ifndef APP_DATA_LOCK_H
#define APP_DATA_LOCK_H

#include "base/err.h"

/* Makes the folder if needed. CONFLICT "app.data_in_use" while a server has it. The lock lasts
 * until the descriptor is closed in this process and all that inherited it. */
const struct err *data_lock_take(struct arena *a, const char *data, int *ret_fd) MUST_CHECK;

#endif
