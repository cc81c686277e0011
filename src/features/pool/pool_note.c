/* What requests tell about visitors: noted in memory, never written here. */
#include "pool/pool_part.h"

static void note_facts(struct web *w, uint32_t facts, int64_t dwell_ms)
{
    if (w->visitor_id.v == 0)
        return;
    struct pool_noted n = {.id = id_next(w->platform->ids, w->now_ms), .visitor_id = w->visitor_id,
                           .account_id = w->viewer.account_id, .facts = facts, .started_ms = w->now_ms,
                           .last_ms = w->now_ms, .dwell_ms = dwell_ms};
    pool_buffer_note(&n);
}

void pool_show_intent(struct web *w)
{
    note_facts(w, FACT_INTENT, 0);
}
