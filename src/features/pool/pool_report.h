/* What pools brought, for pages and the API: figures and, for each figure, the list whose sum it is.
 * Times are half open: from_ms <= t < to_ms. Orders and their money count at the time the order was placed, so that
 * one list explains orders, paid and refunded alike. Queries only. Threads: any.
 */
#ifndef POOL_POOL_REPORT_H
#define POOL_POOL_REPORT_H

#include "pool/pool_rules.h"

enum { POOL_LIST_MAX = 200, POOL_PAGE = 50, POOL_DAYS = 30 };

struct pool_figures {
    struct pool pool;
    int64_t people;                        /* browsers with a person's visit */
    int64_t visits[VISIT_VERDICT_COUNT];   /* by verdict; [VISIT_UNSET] = all */
    int64_t leads, orders, total_minor, paid_minor, refunded_minor;
};
struct pool_report {
    struct pool_figures *pools;            /* as they were made */
    size_t count;
    struct pool_figures sum;               /* over all of them, "direct" and "unknown" included */
};
const struct err *pool_report(struct tx *tx, struct arena *a, struct shop_id shop, int64_t from_ms, int64_t to_ms,
                              struct pool_report *ret) MUST_CHECK;

/* Money kept (paid - refunded) per local day and pool, the oldest first: days[POOL_DAYS - 1] is today. */
struct pool_day {
    int64_t day_ms;                        /* its local midnight */
    int64_t orders, kept_minor;
};
/* pool v == 0: all pools. */
const struct err *pool_days(struct tx *tx, struct arena *a, struct shop_id shop, struct pool_id pool, const char *zone,
                            int64_t now_ms, struct pool_day **ret) MUST_CHECK;

struct pool_order_item {
    int64_t order_id, at_ms, total_minor, paid_minor, refunded_minor;
    struct pool_id pool_id;
    str pool_name, channel;
    struct account_id account_id, sharer_id;
};
struct pool_orders {
    struct pool_order_item *items;         /* newest first */
    size_t count;
    int64_t next_before;                   /* order id for the next page, or 0 */
};
/* pool v == 0: of all pools; before 0: from the newest. */
const struct err *pool_orders(struct tx *tx, struct arena *a, struct shop_id shop, struct pool_id pool,
                              int64_t from_ms, int64_t to_ms, int64_t before, struct pool_orders *ret) MUST_CHECK;

struct pool_visit_item {
    int64_t id, started_ms, pages, dwell_ms;
    struct visitor_id visitor_id;
    struct account_id account_id;
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
const struct err *pool_visits(struct tx *tx, struct arena *a, struct shop_id shop, const struct pool *pool,
                              enum visit_verdict verdict, bool is_people, int64_t from_ms, int64_t to_ms,
                              int64_t before, struct pool_visits *ret) MUST_CHECK;

/* Why fetches were only counted: "WhatsApp" 12 times. */
struct pool_reason {
    enum visit_verdict verdict;
    str reason;
    int64_t visits;
};
const struct err *pool_reasons(struct tx *tx, struct arena *a, struct shop_id shop, const struct pool *pool,
                               int64_t from_ms, int64_t to_ms, struct pool_reason **ret, size_t *ret_count) MUST_CHECK;

struct pool_link_item {
    struct link_id id;
    str code, target_path, label;
    int64_t created_ms, people, orders;
};
const struct err *pool_links(struct tx *tx, struct arena *a, struct shop_id shop, struct pool_id pool,
                             struct pool_link_item **ret, size_t *ret_count) MUST_CHECK; /* newest 200 */

/* Leads of a pool: contact ids, newest first. */
struct pool_lead_item {
    int64_t contact_id, at_ms;
};
const struct err *pool_leads(struct tx *tx, struct arena *a, struct shop_id shop, struct pool_id pool, int64_t from_ms,
                             int64_t to_ms, int64_t before, struct pool_lead_item **ret, size_t *ret_count,
                             int64_t *ret_next_before) MUST_CHECK;

#endif
