/* What requests tell about visitors: noted in memory, never written here. The first page gives the
 * browser its cookie; what only fetches (crawlers, previews, prefetch, HEAD) gets none and is
 * counted. */
#include "account/account.h"
#include "pool/pool_agent.h"
#include "pool/pool_part.h"
#include "pool/pool_sql.h"
#include "shop/shop.h"

static const int64_t HOUR_MS = (int64_t)3600 * 1000;

/* How a visitor came: by a link, by a friend's share, or by herself. */
struct arrival {
    struct shop_id shop_id;
    struct pool_id pool_id;
    struct link_id link_id;
    struct account_id sharer_id;
    bool is_page;             /* shows something; a tracked link only leads on */
    bool is_landing;          /* the page is counted already, without its shop */
    str landing;              /* the page a link leads to; absent: this one */
};

static uint32_t facts_of(struct web *w, const char **ret_reason)
{
    struct pool_request_facts f = {
        .is_head = w->rq->method == HTTP_HEAD,
        .is_https = w->rq->is_secure,
        .user_agent = http_request_header(w->rq, S("user-agent")),
        .accept_language = http_request_header(w->rq, S("accept-language")),
        .purpose = http_request_header(w->rq, S("sec-purpose")),
        .fetch_site = http_request_header(w->rq, S("sec-fetch-site")),
        .fetch_mode = http_request_header(w->rq, S("sec-fetch-mode")),
        .http_minor = w->rq->http_minor,
        .cookie_came_back = w->visitor_id.v != 0,
        .is_data_centre = pool_network_is_hosting(w->rq->client_ip),
    };
    if (str_is_absent(f.purpose))
        f.purpose = http_request_header(w->rq, S("purpose"));
    enum agent_kind kind = pool_agent_find(f.user_agent, ret_reason);
    f.is_crawler = kind == AGENT_CRAWLER;
    f.is_preview = kind == AGENT_PREVIEW;
    return pool_facts_of_request(&f);
}

/* The host that sent her, without path or query: these may hold what is none of our business. */
static str referrer_host(struct web *w)
{
    str rest = http_request_header(w->rq, S("referer"));
    ptrdiff_t at = str_find(rest, S("://"));
    if (at < 0)
        return STR_NONE;
    rest = str_from(rest, (size_t)at + 3);
    str host = str_cut(&rest, '/');
    return str_eq_nocase(host, http_request_header(w->rq, S("host"))) ? STR_NONE : host;
}

static void note(struct web *w, const struct arrival *a)
{
    const char *reason;
    uint32_t facts = facts_of(w, &reason);
    enum visit_verdict verdict = pool_verdict(facts);
    if (pool_verdict_is_counted_only(verdict)) {
        struct pool_counted c = {.shop_id = a->shop_id,
                                 .pool_id = a->pool_id,
                                 .link_id = a->link_id,
                                 .visits = 1,
                                 .hour_ms = w->now_ms / HOUR_MS * HOUR_MS,
                                 .verdict = verdict,
                                 .reason = reason};
        pool_buffer_count(&c);
        return;
    }
    struct visitor_id visitor;
    if (web_need_visitor(w, &visitor) != NULL)
        return; /* no memory: the page itself will say so */
    struct pool_noted n = {.id = id_next(w->platform->ids, w->now_ms),
                           .visitor_id = visitor,
                           .account_id = w->viewer.account_id,
                           .sharer_id = a->sharer_id,
                           .shop_id = a->shop_id,
                           .pool_id = a->pool_id,
                           .link_id = a->link_id,
                           .facts = facts,
                           .started_ms = w->now_ms,
                           .last_ms = w->now_ms,
                           .pages = a->is_page,
                           .is_landing = a->is_landing};
    n.landing_len = pool_noted_text(n.landing, sizeof n.landing,
                                    str_is_empty(a->landing) ? w->rq->path : a->landing);
    n.referrer_len = pool_noted_text(n.referrer, sizeof n.referrer, referrer_host(w));
    pool_buffer_note(&n);
}

/* Who shared, and which pool had brought her; nobody credits herself. */
static const struct err *read_via(struct web *w, struct tx *tx, str via, struct arrival *a)
{
    struct account sharer;
    struct pool_shop_row pool;
    struct pool_id pool_id;
    str code;
    bool found;
    if (!pool_via_read(w->platform, w->arena, via, &code, &pool_id))
        return NULL;
    TRY(account_by_referral(tx, w->arena, code, &found, &sharer));
    if (!found || sharer.id.v == w->viewer.account_id.v)
        return NULL;
    a->sharer_id = sharer.id;
    if (pool_id.v == 0)
        return NULL;
    TRY(pool_shop(tx, w->arena, pool_id, &pool, &found));
    if (found && (a->shop_id.v == 0 || a->shop_id.v == pool.shop_id.v)) {
        a->shop_id = pool.shop_id;
        a->pool_id = pool_id;
    }
    return NULL;
}

static const struct err *read_arrival(struct web *w, struct arrival *a)
{
    str via = web_query(w, "via");
    bool is_shop_page = str_starts(str_c(w->route->path), S("/s/{"));
    struct tx *tx;
    if (is_shop_page && w->page_shop_id.v == 0) {
        struct shop shop;
        TRY(web_read(w, &tx));
        TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
        w->page_shop_id = shop.id;
    }
    if (is_shop_page)
        a->shop_id = w->page_shop_id;
    if (str_is_empty(via))
        return NULL;
    TRY(web_read(w, &tx));
    return read_via(w, tx, via, a);
}

void pool_note_visit(struct web *w)
{
    struct arrival a = {.is_page = true};
    if (w->route->who == WHO_SHOP || w->route->who == WHO_OPERATOR ||
        str_starts(w->rq->path, S("/l/")))
        return;
    const struct err *e = read_arrival(w, &a);
    if (e == NULL) /* else the handler meets the same trouble and answers for it */
        note(w, &a);
}

void pool_note_arrival(struct web *w, struct shop_id shop, struct pool_id pool, struct link_id link,
                       str landing)
{
    struct arrival a = {.shop_id = shop, .pool_id = pool, .link_id = link, .landing = landing};
    note(w, &a);
}

void pool_page_of_shop(struct web *w, struct shop_id shop)
{
    struct arrival a = {.shop_id = shop, .is_landing = true};
    bool is_noted =
        w->visitor_id.v != 0 && w->rq->method == HTTP_GET && !w->is_api && !web_is_fragment(w);
    if (is_noted && shop.v != 0) /* without its shop, before the handler; or only counted */
        note(w, &a);
}

static void note_facts(struct web *w, uint32_t facts, int64_t dwell_ms)
{
    if (w->visitor_id.v == 0)
        return;
    struct pool_noted n = {.id = id_next(w->platform->ids, w->now_ms),
                           .visitor_id = w->visitor_id,
                           .account_id = w->viewer.account_id,
                           .facts = facts,
                           .started_ms = w->now_ms,
                           .last_ms = w->now_ms,
                           .dwell_ms = dwell_ms};
    pool_buffer_note(&n);
}

void pool_show_intent(struct web *w)
{
    note_facts(w, FACT_INTENT, 0);
}

const struct err *pool_beacon_take(struct web *w)
{
    struct pool_beacon b = {0};
    int64_t moves = 0, touches = 0, keys = 0;
    TRY(web_int(w, "dwell_ms", 0, (int64_t)24 * HOUR_MS, &b.dwell_ms));
    TRY(web_int(w, "scroll_percent", 0, 100, &b.scroll_percent));
    TRY(web_int(w, "moves", 0, 1 << 30, &moves));
    TRY(web_int(w, "touches", 0, 1 << 30, &touches));
    TRY(web_int(w, "keys", 0, 1 << 30, &keys));
    b.gestures = moves + touches + keys;
    note_facts(w, pool_facts_of_beacon(&b) | FACT_COOKIE_BACK, b.dwell_ms);
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}
