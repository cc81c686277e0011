/* What pools know of a person: her visits, each with its verdict, and what brought her. */
#include "pool/pool_part.h"
#include "pool/pool_sql.h"
#include "pool/pool_view.h"

static const struct err *add(struct arena *a, const struct pool_timeline_visits_row *row,
                             struct timeline_entry *ret)
{
    bool has_pool = !str_is_absent(row->pool_name), is_shared = row->sharer_id.v != 0;
    str verdict;
    TRY(str_fmt(a, &verdict, "pool.verdict.%s",
                pool_verdict_name((enum visit_verdict)row->verdict)));
    *ret = (struct timeline_entry){
        .at_ms = row->started_ms,
        .kind = "visit",
        .text_key = has_pool    ? "pool.timeline.visit_pool"
                    : is_shared ? "pool.timeline.visit_shared"
                                : "pool.timeline.visit",
        .args = {has_pool ? row->pool_name : row->landing, STR_NONE, verdict}};
    return NULL;
}

const struct err *pool_timeline(struct tx *tx, struct arena *a, const struct timeline_subject *who,
                                size_t limit, struct timeline_entry **ret, size_t *ret_count)
{
    VEC(struct timeline_entry) list = {0};
    VEC(int64_t) seen = {0}; /* a browser may be known by itself and by its account */
    for (size_t i = 0; i < who->account_count + who->visitor_count && list.count < limit; i++) {
        bool is_account = i < who->account_count;
        struct account_id account = {is_account ? who->account_ids[i] : 0};
        struct visitor_id visitor = {is_account ? 0 : who->visitor_ids[i - who->account_count]};
        struct pool_timeline_visits_row *rows;
        size_t count;
        TRY(pool_timeline_visits(tx, a, who->shop_id, visitor, account, (int64_t)limit, limit,
                                 &rows, &count));
        for (size_t n = 0; n < count; n++) {
            bool is_known = false;
            for (size_t s = 0; s < seen.count; s++)
                is_known |= seen.items[s] == rows[n].id;
            if (is_known)
                continue;
            struct timeline_entry *entry = VEC_PUSH(a, &list);
            int64_t *id = VEC_PUSH(a, &seen);
            if (entry == NULL || id == NULL)
                return &err_out_of_memory;
            *id = rows[n].id;
            TRY(add(a, &rows[n], entry));
        }
    }
    *ret = list.items;
    *ret_count = list.count;
    return NULL;
}
