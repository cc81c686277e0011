/* The tables of feature pool, what it does upon events, and its part of `millpond verify`. */
#include "identity/identity.h"
#include "pool/pool_agent.h"
#include "pool/pool_part.h"
#include "pool/pool_sql.h"
#include "pool/pool_view.h"

static const char *const needs[] = {"account", "shop", "identity", NULL};

static const struct event_kind events[] = {
    {"pool.visit", 1,
     "subject: visit that proved to be a person's, object: pool or 0 (came by herself)"},
    {"pool.referral", 1, "subject: visitor, object and account: who shared"},
};

static const struct err *make_builtin(struct turn *t, const struct event *e)
{
    struct pool_id pool;
    TRY(pool_builtin(t, e->shop_id, S("direct"), &pool));
    return pool_builtin(t, e->shop_id, S("unknown"), &pool);
}

/* A lead counts for the pool that had brought her when the shop first knew her. */
static const struct err *count_lead(struct turn *t, const struct event *e)
{
    struct contact_id contact = {e->subject_id};
    struct identity_id *ids;
    size_t count;
    bool was_seen = false;
    struct pool_id pool = {0};
    TRY(identity_ids(t->tx, t->arena, e->shop_id, contact, &ids, &count));
    for (size_t i = 0; i < count && pool.v == 0; i++) {
        struct pool_visit_best_row visit = {0};
        int64_t id = 0;
        bool found, is_account = ids[i].kind == IDENTITY_ACCOUNT;
        if ((!is_account && ids[i].kind != IDENTITY_VISITOR) || !id_parse(ids[i].value, &id))
            continue;
        TRY(pool_visit_best(t->tx, t->arena, e->shop_id, (struct visitor_id){is_account ? 0 : id},
                                (struct account_id){is_account ? id : 0}, 0, &visit, &found));
        was_seen |= found;
        if (visit.is_touch)
            pool = visit.pool_id;
    }
    if (pool.v == 0)
        TRY(pool_builtin(t, e->shop_id, was_seen ? S("direct") : S("unknown"), &pool));
    return pool_lead_insert(t->tx, t->arena, contact, e->shop_id, pool, e->at_ms);
}

static const struct err *merge_account(struct turn *t, const struct event *e)
{
    struct account_id from = {e->subject_id}, into = {e->object_id};
    TRY(pool_visits_inherit(t->tx, t->arena, from, into));
    TRY(pool_visitors_inherit(t->tx, t->arena, from, into));
    return pool_visitors_leave(t->tx, t->arena, from);
}

static const struct route routes[] = {
    ROUTE(GET, "/l/{code}", WHO_ANYONE, NULL, CSRF_NONE, 0, RATE_READ, pool_link_follow,
          "follow a tracked link"),
    ROUTE(POST, "/v/beacon", WHO_ANYONE, NULL, CSRF_FORM, 1024, RATE_READ, pool_beacon_take,
          "what a page's script saw of its reader"),
    ROUTE(GET, "/console/{shop}/pools", WHO_SHOP, "pool.read", CSRF_NONE, 0, RATE_READ,
          pool_list_page, "all pools"),
    ROUTE(POST, "/console/{shop}/pools", WHO_SHOP, "pool.change", CSRF_FORM, 4096, RATE_WRITE,
          pool_make_form, "make a pool"),
    ROUTE(GET, "/console/{shop}/pools/{pool}", WHO_SHOP, "pool.read", CSRF_NONE, 0, RATE_READ,
          pool_one_page, "one pool: links, verdicts, money"),
    ROUTE(POST, "/console/{shop}/pools/{pool}/links", WHO_SHOP, "pool.change", CSRF_FORM, 4096,
          RATE_WRITE, pool_link_form, "make a tracked link"),
    ROUTE(GET, "/console/{shop}/pools/{pool}/visits", WHO_SHOP, "pool.read", CSRF_NONE, 0,
          RATE_READ, pool_visits_page, "visits with their verdicts and reasons"),
    ROUTE(GET, "/console/{shop}/pools/{pool}/orders", WHO_SHOP, "pool.read", CSRF_NONE, 0,
          RATE_READ, pool_orders_page, "orders a pool brought; pool 'all': all of them"),
    ROUTE(GET, "/console/{shop}/pools/{pool}/leads", WHO_SHOP, "pool.read", CSRF_NONE, 0, RATE_READ,
          pool_leads_page, "people the shop came to know through a pool"),
    ROUTE(GET, "/console/{shop}/links/{link}/qr", WHO_SHOP, "pool.read", CSRF_NONE, 0, RATE_READ,
          pool_qr_page, "a link's QR code to print"),
    ROUTE(GET, "/console/{shop}/links/{link}/qr.svg", WHO_SHOP, "pool.read", CSRF_NONE, 0,
          RATE_READ, pool_qr_svg, "a link's QR code as a picture"),
    ROUTE(GET, "/api/v1/console/{shop}/pools", WHO_SHOP, "pool.read", CSRF_NONE, 0, RATE_READ,
          pool_list_json, "all pools with their figures and sums"),
    ROUTE(POST, "/api/v1/console/{shop}/pools", WHO_SHOP, "pool.change", CSRF_API, 4096, RATE_WRITE,
          pool_make_json, "make a pool"),
    ROUTE(GET, "/api/v1/console/{shop}/pools/{pool}/links", WHO_SHOP, "pool.read", CSRF_NONE, 0,
          RATE_READ, pool_links_json, "tracked links of a pool"),
    ROUTE(POST, "/api/v1/console/{shop}/pools/{pool}/links", WHO_SHOP, "pool.change", CSRF_API,
          4096, RATE_WRITE, pool_link_make_json, "make a tracked link"),
    ROUTE(GET, "/api/v1/console/{shop}/pools/{pool}/orders", WHO_SHOP, "pool.read", CSRF_NONE, 0,
          RATE_READ, pool_orders_json, "orders a pool brought; pool 'all': all of them"),
    ROUTE(GET, "/api/v1/console/{shop}/pools/{pool}/visits", WHO_SHOP, "pool.read", CSRF_NONE, 0,
          RATE_READ, pool_visits_json, "visits with verdicts and reasons"),
};

static const struct nav_item nav[] = {{45, "/pools", "pool.nav", "pool", "pool.read"}};

static const char *const on_shop[] = {"shop.created", NULL};
static const char *const on_contact[] = {"contact.created", NULL};
static const char *const on_merge[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"pool.builtin", on_shop, make_builtin},
    {"pool.lead", on_contact, count_lead},
    {"pool.account_merged", on_merge, merge_account},
};

static const struct permission_def permissions[] = {
    {"pool.read", "staff,viewer", "see pools, visits and where orders came from"},
    {"pool.change", "staff", "make pools and tracked links"},
};

static const struct err *verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct pool_verify_money_row *money;
    struct pool_verify_strays_row *strays;
    size_t count;
    TRY(pool_verify_money(tx, a, 20, &money, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(
            report, "I-attribution", "shop %lld order %lld: paid %lld, refunded %lld, moved %lld",
            (long long)money[i].shop_id.v, (long long)money[i].id, (long long)money[i].paid_minor,
            (long long)money[i].refunded_minor, (long long)money[i].moved);
    TRY(pool_verify_strays(tx, a, 20, &strays, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I-attribution",
                         "shop %lld order %lld: money in pool %lld, which is not its own",
                         (long long)strays[i].shop_id.v, (long long)strays[i].order_id,
                         (long long)strays[i].pool_id.v);
    return NULL;
}

static const struct err *start(struct platform *p, struct arena *a)
{
    pool_buffer_clear();
    return pool_networks_load(a, p->data_dir);
}

const struct feature pool_feature = {
    .name = "pool",
    .needs = needs,
    .routes = routes,
    .route_count = COUNT(routes),
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = pool_migrations,
    .migration_count = pool_migration_count,
    .queries = pool_queries,
    .query_count = pool_query_count,
    .nav = nav,
    .nav_count = COUNT(nav),
    .timeline = pool_timeline,
    .verify = verify,
    .start = start,
    .visit_note = pool_note_visit,
    .share_path = pool_share_path,
    .background = pool_visit_background,
};
