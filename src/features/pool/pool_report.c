/* See pool_report.h. */
#include "pool/pool_report.h"

#include "core/i18n.h"
#include "pool/pool_sql.h"

static const int64_t DAY_MS = (int64_t)24 * 3600 * 1000;
enum { GROUPS_MAX = 2000 };

/* Rows without a pool are those who came by themselves. */
static struct pool_figures *place_of(struct pool_report *r, struct pool_id pool)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct pool *p = &r->pools[i].pool;
        if (pool.v != 0 ? p->id.v == pool.v : p->is_builtin && str_eq(p->key, S("direct")))
            return &r->pools[i];
    }
    return NULL;
}

static const struct err *list_pools(struct tx *tx, struct arena *a, struct shop_id shop,
                                    struct pool_report *ret)
{
    struct pool_list_row *rows;
    TRY(pool_list(tx, a, shop, POOL_LIST_MAX, &rows, &ret->count));
    TRY_NEW_ARRAY(a, ret->pools, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        ret->pools[i].pool = (struct pool){.id = rows[i].id, .shop_id = shop, .key = rows[i].key,
                                           .name = rows[i].name, .is_builtin = rows[i].is_builtin};
    return NULL;
}

static void add_visits(struct pool_report *r, struct pool_id pool, int64_t verdict, int64_t visits)
{
    struct pool_figures *f = place_of(r, pool);
    if (f == NULL || verdict <= VISIT_UNSET || verdict >= VISIT_VERDICT_COUNT)
        return;
    f->visits[verdict] += visits;
    f->visits[VISIT_UNSET] += visits;
}

static const struct err *fill_visits(struct tx *tx, struct arena *a, struct shop_id shop,
                                     int64_t from_ms, int64_t to_ms, struct pool_report *r)
{
    struct pool_sum_visits_row *visits;
    struct pool_sum_hours_row *hours;
    struct pool_sum_people_row *people;
    struct pool_figures *f;
    size_t count;
    TRY(pool_sum_visits(tx, a, shop, from_ms, to_ms, GROUPS_MAX, &visits, &count));
    for (size_t i = 0; i < count; i++)
        add_visits(r, visits[i].pool_id, visits[i].verdict, visits[i].visits);
    TRY(pool_sum_hours(tx, a, shop, from_ms, to_ms, GROUPS_MAX, &hours, &count));
    for (size_t i = 0; i < count; i++)
        add_visits(r, hours[i].pool_id, hours[i].verdict, hours[i].visits);
    TRY(pool_sum_people(tx, a, shop, from_ms, to_ms, GROUPS_MAX, &people, &count));
    for (size_t i = 0; i < count; i++)
        if ((f = place_of(r, people[i].pool_id)) != NULL)
            f->people += people[i].people;
    return NULL;
}

static const struct err *fill_orders(struct tx *tx, struct arena *a, struct shop_id shop,
                                     int64_t from_ms, int64_t to_ms, struct pool_report *r)
{
    struct pool_sum_orders_row *orders;
    struct pool_sum_leads_row *leads;
    struct pool_figures *f;
    size_t count;
    TRY(pool_sum_orders(tx, a, shop, from_ms, to_ms, GROUPS_MAX, &orders, &count));
    for (size_t i = 0; i < count; i++) {
        if ((f = place_of(r, orders[i].pool_id)) == NULL)
            return ERR(a, ERR_BUG, "error.bug", "pool %lld is not listed",
                       (long long)orders[i].pool_id.v);
        f->orders = orders[i].orders;
        f->total_minor = orders[i].total_minor;
        f->paid_minor = orders[i].paid_minor;
        f->refunded_minor = orders[i].refunded_minor;
    }
    TRY(pool_sum_leads(tx, a, shop, from_ms, to_ms, GROUPS_MAX, &leads, &count));
    for (size_t i = 0; i < count; i++)
        if ((f = place_of(r, leads[i].pool_id)) != NULL)
            f->leads += leads[i].leads;
    return NULL;
}

static void sum_up(struct pool_report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct pool_figures *f = &r->pools[i];
        for (int v = 0; v < VISIT_VERDICT_COUNT; v++)
            r->sum.visits[v] += f->visits[v];
        r->sum.people += f->people;
        r->sum.leads += f->leads;
        r->sum.orders += f->orders;
        r->sum.total_minor += f->total_minor;
        r->sum.paid_minor += f->paid_minor;
        r->sum.refunded_minor += f->refunded_minor;
    }
}

const struct err *pool_report(struct tx *tx, struct arena *a, struct shop_id shop, int64_t from_ms,
                              int64_t to_ms, struct pool_report *ret)
{
    *ret = (struct pool_report){0};
    TRY(list_pools(tx, a, shop, ret));
    TRY(fill_visits(tx, a, shop, from_ms, to_ms, ret));
    TRY(fill_orders(tx, a, shop, from_ms, to_ms, ret));
    sum_up(ret);
    return NULL;
}

const struct err *pool_days(struct tx *tx, struct arena *a, struct shop_id shop,
                            struct pool_id pool, const char *zone, int64_t now_ms,
                            struct pool_day **ret)
{
    struct pool_sum_days_row *rows;
    size_t count;
    int64_t offset_ms = (int64_t)zone_offset_s(zone, now_ms) * 1000;
    int64_t first = (now_ms + offset_ms) / DAY_MS - (POOL_DAYS - 1);
    TRY_NEW_ARRAY(a, *ret, POOL_DAYS);
    for (int i = 0; i < POOL_DAYS; i++)
        (*ret)[i].day_ms = (first + i) * DAY_MS - offset_ms;
    TRY(pool_sum_days(tx, a, shop, pool, (*ret)[0].day_ms, offset_ms, 400, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = rows[i].day - first;
        if (at >= 0 && at < POOL_DAYS) {
            (*ret)[at].orders = rows[i].orders;
            (*ret)[at].kept_minor = rows[i].kept_minor;
        }
    }
    return NULL;
}

const struct err *pool_orders(struct tx *tx, struct arena *a, struct shop_id shop,
                              struct pool_id pool, int64_t from_ms, int64_t to_ms, int64_t before,
                              struct pool_orders *ret)
{
    struct pool_order_list_row *rows;
    size_t count;
    *ret = (struct pool_orders){0};
    TRY(pool_order_list(tx, a, shop, pool, from_ms, to_ms, before, POOL_PAGE + 1, &rows, &count));
    ret->count = count > POOL_PAGE ? POOL_PAGE : count;
    ret->next_before = count > POOL_PAGE ? rows[POOL_PAGE - 1].id : 0;
    TRY_NEW_ARRAY(a, ret->items, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = (struct pool_order_item){.order_id = rows[i].id,
                                                 .at_ms = rows[i].at_ms,
                                                 .total_minor = rows[i].total_minor,
                                                 .paid_minor = rows[i].paid_minor,
                                                 .refunded_minor = rows[i].refunded_minor,
                                                 .pool_id = rows[i].pool_id,
                                                 .pool_name = rows[i].pool_name,
                                                 .channel = rows[i].channel,
                                                 .account_id = rows[i].account_id,
                                                 .sharer_id = rows[i].sharer_id};
    return NULL;
}

/* Visits of those who came by themselves have no pool. */
static struct pool_id stored_id(const struct pool *pool)
{
    bool is_direct = pool->is_builtin && str_eq(pool->key, S("direct"));
    return is_direct ? (struct pool_id){0} : pool->id;
}

const struct err *pool_visits(struct tx *tx, struct arena *a, struct shop_id shop,
                              const struct pool *pool, enum visit_verdict verdict, bool is_people,
                              int64_t from_ms, int64_t to_ms, int64_t before,
                              struct pool_visits *ret)
{
    struct pool_visit_list_row *rows;
    size_t count;
    int64_t least = is_people ? VISIT_PERSON : verdict,
            most = verdict != VISIT_UNSET ? verdict : VISIT_INTENT;
    *ret = (struct pool_visits){0};
    TRY(pool_visit_list(tx, a, shop, stored_id(pool), least, most, from_ms, to_ms, before,
                        POOL_PAGE + 1, &rows, &count));
    ret->count = count > POOL_PAGE ? POOL_PAGE : count;
    ret->next_before = count > POOL_PAGE ? rows[POOL_PAGE - 1].id : 0;
    TRY_NEW_ARRAY(a, ret->items, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = (struct pool_visit_item){.id = rows[i].id,
                                                 .started_ms = rows[i].started_ms,
                                                 .pages = rows[i].pages,
                                                 .dwell_ms = rows[i].dwell_ms,
                                                 .visitor_id = rows[i].visitor_id,
                                                 .account_id = rows[i].account_id,
                                                 .sharer_id = rows[i].sharer_id,
                                                 .verdict = (enum visit_verdict)rows[i].verdict,
                                                 .facts = (uint32_t)rows[i].facts,
                                                 .landing = rows[i].landing,
                                                 .referrer = rows[i].referrer};
    return NULL;
}

const struct err *pool_reasons(struct tx *tx, struct arena *a, struct shop_id shop,
                               const struct pool *pool, int64_t from_ms, int64_t to_ms,
                               struct pool_reason **ret, size_t *ret_count)
{
    struct pool_reason_list_row *rows;
    TRY(pool_reason_list(tx, a, shop, stored_id(pool), from_ms, to_ms, 100, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct pool_reason){(enum visit_verdict)rows[i].verdict, rows[i].reason,
                                         rows[i].visits};
    return NULL;
}

const struct err *pool_links(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct pool_id pool, struct pool_link_item **ret, size_t *ret_count)
{
    struct pool_link_list_row *rows;
    TRY(pool_link_list(tx, a, shop, pool, POOL_LIST_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct pool_link_item){rows[i].id,    rows[i].code,       rows[i].target_path,
                                            rows[i].label, rows[i].created_ms, rows[i].people,
                                            rows[i].orders};
    return NULL;
}

const struct err *pool_leads(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct pool_id pool, int64_t from_ms, int64_t to_ms, int64_t before,
                             struct pool_lead_item **ret, size_t *ret_count,
                             int64_t *ret_next_before)
{
    struct pool_lead_list_row *rows;
    size_t count;
    TRY(pool_lead_list(tx, a, shop, pool, from_ms, to_ms, before, POOL_PAGE + 1, &rows, &count));
    *ret_count = count > POOL_PAGE ? POOL_PAGE : count;
    *ret_next_before = count > POOL_PAGE ? rows[POOL_PAGE - 1].id : 0;
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct pool_lead_item){rows[i].id, rows[i].at_ms};
    return NULL;
}
