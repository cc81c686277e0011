/* Work in slices, for jobs: see job.h. */
#include "core/job.h"

const struct err *job_prune_slices(struct job_run *run, turn_fn *slice)
{
    bool has_more;
    do {
        has_more = false;
        TRY(turn_run(run->platform, run->arena, (struct account_id){0}, slice, &has_more));
    } while (has_more && !job_should_rest(run));
    return NULL;
}
