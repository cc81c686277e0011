/* Jobs that ended badly for good, for the operator: see job.h. Running them is in job.c. */
#include "core/core_sql.h"
#include "core/job.h"

enum { DEAD_MAX = 1000 };

const struct err *job_dead_list(struct tx *tx, struct arena *a, struct job_dead **ret,
                                size_t *ret_count)
{
    struct job_dead_rows_row *rows = NULL;
    size_t count = 0;
    TRY(job_dead_rows(tx, a, DEAD_MAX, DEAD_MAX, &rows, &count));
    struct job_dead *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct job_dead){rows[i].id, rows[i].shop_id, rows[i].kind, rows[i].reason,
                                    (int)rows[i].attempt, rows[i].ended_ms};
    *ret = list;
    *ret_count = count;
    return NULL;
}

const struct err *job_revive(struct turn *t, int64_t id)
{
    int64_t hit = 0;
    TRY(job_back(t->tx, t->arena, id, t->now_ms, &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_NOT_FOUND, "error.not_found", "no dead job %lld", (long long)id);
    t->enqueued = true;
    return NULL;
}
