/* More of what pools brought, for our own pages and API: visits, reasons, links. Times as in
 * pool.h.
 */
#ifndef POOL_POOL_REPORT_H
#define POOL_POOL_REPORT_H

#include "pool/pool_rules.h"

struct pool_visit_item {
    int64_t id, started_ms, pages, dwell_ms;
    struct visitor_id visitor_id;
    struct account_id account_id, sharer_id; /* sharer: whose link she followed; 0 = nobody's */
    enum visit_verdict verdict;
    uint32_t facts;
    str landing, referrer;
};
struct pool_visits {
    struct pool_visit_item *items;         /* newest first */
    size_t count;
    int64_t next_before;
};
/* verdict VISIT_UNSET: all; is_people: only those of persons. */
const struct err *pool_visits(struct tx *tx, struct arena *a, struct shop_id shop,
                              const struct pool *pool, enum visit_verdict verdict, bool is_people,
                              int64_t from_ms, int64_t to_ms, int64_t before,
                              struct pool_visits *ret) MUST_CHECK;

/* Why fetches were only counted: "WhatsApp" 12 times. */
struct pool_reason {
    enum visit_verdict verdict;
    str reason;
    int64_t visits;
};
const struct err *pool_reasons(struct tx *tx, struct arena *a, struct shop_id shop,
                               const struct pool *pool, int64_t from_ms, int64_t to_ms,
                               struct pool_reason **ret, size_t *ret_count) MUST_CHECK;

#endif
