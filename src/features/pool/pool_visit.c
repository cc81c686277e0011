/* See pool_visit.h. A visit goes on while no pause is longer than 30 minutes; another way in (a
 * link, a share) begins another visit, a refresh does not. */
#include "pool/pool_visit.h"

#include <time.h>

#include "base/log.h"
#include "pool/pool_sql.h"

enum { SLICE = 128, OPEN_MAX = 50, SLICES_MAX = 2 * NOTED_MAX / SLICE };

/* A visit turned out to be a person's: others may want to know. */
static const struct err *tell(struct turn *t, struct shop_id shop, int64_t visit,
                              struct pool_id pool, struct visitor_id visitor,
                              struct account_id sharer)
{
    struct event e = {.kind = "pool.visit", .version = 1, .shop_id = shop, .subject_id = visit,
                      .object_id = pool.v};
    if (shop.v != 0)
        TRY(event_emit(t, &e));
    if (sharer.v == 0)
        return NULL;
    e = (struct event){.kind = "pool.referral", .version = 1, .shop_id = shop, .account_id = sharer,
                       .subject_id = visitor.v, .object_id = sharer.v};
    return event_emit(t, &e);
}

static const struct err *insert(struct turn *t, const struct pool_noted *n, int64_t pages)
{
    uint32_t facts = n->facts | (n->pages >= 2 ? FACT_SECOND_PAGE : 0);
    enum visit_verdict verdict = pool_verdict(facts);
    int64_t inserted;
    TRY(pool_visit_insert(t->tx, t->arena, n->id, n->shop_id, n->visitor_id, n->account_id,
                          n->pool_id, n->link_id, n->sharer_id, verdict, facts,
                          (str){n->landing, n->landing_len}, (str){n->referrer, n->referrer_len},
                          n->started_ms, n->last_ms, pages, n->dwell_ms, &inserted));
    return inserted == 1 && pool_verdict_is_person(verdict)
               ? tell(t, n->shop_id, n->id, n->pool_id, n->visitor_id, n->sharer_id)
               : NULL;
}

static const struct err *raise_visit(struct turn *t, struct shop_id shop, int64_t visit,
                                     const struct pool_noted *n, int64_t pages)
{
    struct pool_visit_more_row row;
    TRY(pool_visit_more(t->tx, t->arena, shop, visit, n->account_id, n->facts, n->last_ms, pages,
                        n->dwell_ms, FACT_SECOND_PAGE, &row));
    enum visit_verdict verdict = pool_verdict((uint32_t)row.facts);
    if ((int64_t)verdict == row.verdict)
        return NULL;
    TRY(pool_visit_verdict_set(t->tx, t->arena, shop, visit, verdict));
    bool is_news =
        pool_verdict_is_person(verdict) && !pool_verdict_is_person((enum visit_verdict)row.verdict);
    return is_news ? tell(t, shop, visit, row.pool_id, row.visitor_id, row.sharer_id) : NULL;
}

/* Which of the open visits this goes on with: the same way in; without one, the latest of the shop.
 */
static bool goes_on(const struct pool_noted *n, const struct pool_visits_open_row *open)
{
    if (n->link_id.v != 0 || n->sharer_id.v != 0)
        return open->shop_id.v == n->shop_id.v && open->link_id.v == n->link_id.v &&
               open->sharer_id.v == n->sharer_id.v;
    return n->shop_id.v == 0 || open->shop_id.v == n->shop_id.v;
}

/* What one browser does tells about all of its open visits (it is a person's or it is not), but
 * pages count where they were looked at. is_early: the flush will come with the same pages again.
 */
static const struct err *apply(struct turn *t, const struct pool_noted *n, bool is_early)
{
    struct pool_visits_open_row *open;
    size_t count;
    bool is_placed = false;
    int64_t pages = is_early ? 0 : n->pages;
    if (n->account_id.v != 0)
        TRY(pool_visitor_insert(t->tx, t->arena, n->account_id, n->visitor_id, n->last_ms));
    TRY(pool_visits_open(t->tx, t->arena, n->visitor_id, n->started_ms - POOL_SESSION_MS, OPEN_MAX,
                         &open, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_its = goes_on(n, &open[i]) && (n->shop_id.v == 0 || !is_placed);
        is_placed |= is_its;
        TRY(raise_visit(t, open[i].shop_id, open[i].id, n, is_its ? pages : 0));
    }
    bool is_arrival = n->pages > 0 || n->link_id.v != 0 || n->sharer_id.v != 0 || n->is_landing;
    return is_placed || !is_arrival ? NULL : insert(t, n, n->is_landing ? 1 : pages);
}

const struct err *pool_visit_prove(struct turn *t, struct shop_id shop, struct visitor_id visitor)
{
    struct pool_noted *noted;
    struct pool_visits_of_visitor_row *visits;
    size_t count;
    if (visitor.v == 0)
        return NULL;
    TRY_NEW_ARRAY(t->arena, noted, OPEN_MAX);
    count = pool_buffer_look(visitor, noted, OPEN_MAX);
    for (size_t i = 0; i < count; i++)
        TRY(apply(t, &noted[i], true));
    TRY(pool_visits_of_visitor(t->tx, t->arena, shop, visitor, t->now_ms - POOL_LOOKBACK_MS, 100,
                               &visits, &count));
    struct pool_noted proof = {.facts = FACT_ORDER};
    for (size_t i = 0; i < count; i++)
        TRY(raise_visit(t, visits[i].shop_id, visits[i].id, &proof, 0));
    return NULL;
}

/* ---- chats on other channels ---- */

/* A browser of hers if she has one, else one that stands for her chat. */
static const struct err *visitor_of(struct turn *t, struct account_id account,
                                    struct visitor_id *ret)
{
    struct pool_visitor_of_row row;
    bool found;
    TRY(pool_visitor_of(t->tx, t->arena, account, &row, &found));
    *ret = found ? row.visitor_id : (struct visitor_id){turn_new_id(t)};
    return NULL;
}

const struct err *pool_link_opened(struct turn *t, struct shop_id shop, struct account_id account,
                                   str code, str channel)
{
    struct pool_link_of_shop_row link;
    struct pool_noted *n;
    bool found;
    TRY(pool_link_of_shop(t->tx, t->arena, shop, code, t->now_ms, &link, &found));
    if (!found)
        return NULL;
    TRY_NEW(t->arena, n);
    *n = (struct pool_noted){.id = turn_new_id(t),
                             .account_id = account,
                             .shop_id = shop,
                             .pool_id = link.pool_id,
                             .link_id = link.id,
                             .facts = FACT_INTENT,
                             .started_ms = t->now_ms,
                             .last_ms = t->now_ms,
                             .is_landing = true};
    n->landing_len = pool_noted_text(n->landing, sizeof n->landing, link.target_path);
    n->referrer_len = pool_noted_text(n->referrer, sizeof n->referrer, channel);
    TRY(visitor_of(t, account, &n->visitor_id));
    return apply(t, n, false);
}

/* ---- once a second ---- */

struct slice {
    struct pool_noted *noted;
    size_t count;
    struct pool_counted *counted;
    size_t counted_count;
};

static const struct err *write_slice(struct turn *t, void *arg)
{
    const struct slice *s = arg;
    for (size_t i = 0; i < s->count; i++)
        TRY(apply(t, &s->noted[i], false));
    for (size_t i = 0; i < s->counted_count; i++) {
        const struct pool_counted *c = &s->counted[i];
        TRY(pool_visit_hour_add(t->tx, t->arena, c->shop_id, c->pool_id, c->link_id, c->hour_ms,
                                c->verdict, str_c(c->reason), c->visits));
    }
    return NULL;
}

const struct err *pool_visit_flush(struct platform *p, struct arena *a)
{
    struct slice s;
    TRY_NEW_ARRAY(a, s.noted, SLICE);
    TRY_NEW_ARRAY(a, s.counted, SLICE);
    for (int i = 0; i < SLICES_MAX; i++) {
        s.count = pool_buffer_look((struct visitor_id){0}, s.noted, SLICE);
        s.counted_count = pool_buffer_take_counts(s.counted, SLICE);
        if (s.count == 0 && s.counted_count == 0)
            return NULL;
        struct arena_mark mark = arena_get_mark(a);
        const struct err *e = turn_run(p, a, (struct account_id){0}, write_slice, &s);
        if (e != NULL) {
            bool may_pass = err_policy_of(e->kind)->job_retries;
            for (size_t c = 0; may_pass && c < s.counted_count; c++)
                pool_buffer_count(&s.counted[c]);
            if (!may_pass) /* would fail for ever and keep all others waiting */
                pool_buffer_done(s.noted, s.count);
            return e;
        }
        arena_rewind(a, mark);
        pool_buffer_done(s.noted, s.count);
    }
    return NULL;
}

static void flush_and_report(struct platform *p, struct arena *a)
{
    const struct err *e = pool_visit_flush(p, a);
    if (e != NULL) {
        struct log_line line;
        log_begin(&line, LOG_ERROR, clock_now_ms(p->clock), "pool.flush_failed");
        log_add_err(&line, e);
        log_end(&line);
    }
    arena_reset(a);
}

void pool_visit_background(struct platform *p, const _Atomic bool *stop)
{
    struct arena a;
    arena_init(&a, 8u << 20);
    while (!*stop) {
        struct timespec second = {.tv_sec = 1};
        nanosleep(&second, NULL);
        flush_and_report(p, &a);
    }
    flush_and_report(p, &a);
    arena_done(&a);
}
