/* See health.h. */
#include "core/health.h"

#include "base/id.h"
#include "core/core_sql.h"

enum { KINDS_MAX = 1000 };

const struct err *health_store_look(struct tx *tx, struct arena *a, struct health_store *ret)
{
    struct health_store_row row;
    struct id_node_last_row last;
    TRY(health_store(tx, a, &row));
    TRY(id_node_last(tx, a, &last));
    *ret = (struct health_store){.version = row.version, .durability = row.durability,
                                 .newest_ms = last.last_id == 0 ? 0 : id_time_ms(last.last_id)};
    return NULL;
}

const struct err *health_job_counts(struct tx *tx, struct arena *a, struct health_jobs **ret,
                                    size_t *ret_count)
{
    struct health_jobs_row *rows = NULL;
    size_t count = 0;
    TRY(health_jobs(tx, a, KINDS_MAX, KINDS_MAX, &rows, &count));
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++)
        (*ret)[i] = (struct health_jobs){rows[i].kind, rows[i].state, rows[i].count};
    *ret_count = count;
    return NULL;
}
