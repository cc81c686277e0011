/* Log lines of background threads: see edge.h. */
#include "core/edge.h"

#include "base/log.h"

void edge_log_failure(const struct platform *p, const char *event, const struct err *e)
{
    if (e == NULL)
        return;
    struct log_line line;
    bool is_ours = err_policy_of(e->kind)->is_our_fault;
    log_begin(&line, is_ours ? LOG_ERROR : LOG_WARNING, clock_now_ms(p->clock), event);
    log_add_err(&line, e);
    log_end(&line);
}
