/* How jobs stand, and those that ended badly for good: see job.h. Running them is in job.c. */
#include "core/audit.h"
#include "core/core_sql.h"
#include "core/job.h"

enum { DEAD_MAX = 1000 };

const struct err *job_find(struct tx *tx, struct arena *a, struct shop_id shop_id, const char *kind,
                           str key, struct job_status *ret, bool *ret_found)
{
    struct job_watch_row row;
    TRY(job_watch(tx, a, shop_id, str_c(kind), key, &row, ret_found));
    if (*ret_found)
        *ret = (struct job_status){
            row.id,    (enum job_state)row.state, (int)row.attempt, row.done, row.total, row.note,
            row.reason};
    return NULL;
}

static const struct err *list_of(struct arena *a, const struct job_dead_rows_row *rows,
                                 size_t count, struct job_dead **ret)
{
    struct job_dead *list = NULL;
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct job_dead){rows[i].id, rows[i].shop_id, rows[i].kind, rows[i].reason,
                                    (int)rows[i].attempt, rows[i].ended_ms};
    *ret = list;
    return NULL;
}

const struct err *job_dead_list(struct tx *tx, struct arena *a, struct job_dead **ret,
                                size_t *ret_count)
{
    struct job_dead_rows_row *rows = NULL;
    TRY(job_dead_rows(tx, a, DEAD_MAX, DEAD_MAX, &rows, ret_count));
    return list_of(a, rows, *ret_count, ret);
}

const struct err *job_dead_before(struct tx *tx, struct arena *a, int64_t before, size_t limit,
                                  struct job_dead **ret, size_t *ret_count)
{
    struct job_dead_rows_row *rows = NULL;
    TRY(job_dead_latest(tx, a, before, (int64_t)limit, limit, &rows, ret_count));
    return list_of(a, rows, *ret_count, ret);
}

/* NOT_FOUND unless it is dead; otherwise the act is on record, when somebody did it. */
static const struct err *note(struct turn *t, int64_t id, const char *action)
{
    struct job_dead_one_row row;
    bool is_found = false;
    TRY(job_dead_one(t->tx, t->arena, id, &row, &is_found));
    if (!is_found)
        return ERR(t->arena, ERR_NOT_FOUND, "error.not_found", "no dead job %lld", (long long)id);
    if (t->actor.v == 0)
        return NULL;
    return audit_write(t, &(struct audit){.account_id = t->actor, .action = action,
                                          .subject_id = id, .why = row.kind});
}

const struct err *job_revive(struct turn *t, int64_t id)
{
    int64_t hit = 0;
    TRY(note(t, id, "job.revived"));
    TRY(job_back(t->tx, t->arena, id, t->now_ms, &hit));
    if (hit == 0)
        return ERR(t->arena, ERR_CONFLICT, "error.job_twin", "job %lld", (long long)id);
    t->enqueued = true;
    return NULL;
}

const struct err *job_drop(struct turn *t, int64_t id)
{
    TRY(note(t, id, "job.dropped"));
    return job_dead_delete(t->tx, t->arena, id);
}
