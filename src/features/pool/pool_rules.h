/* What is decided about visits, purely: a verdict follows from facts alone, so that it can be
 * computed again over the whole history when the rules change. No clock, no store. Threads: any.
 */
#ifndef POOL_POOL_RULES_H
#define POOL_POOL_RULES_H

#include "pool/pool.h"

/* Bits, stored with each visit: never renumber. */
enum pool_fact {
    FACT_HEAD = 1 << 0,             /* asked for the head of a page only */
    FACT_PREFETCH = 1 << 1,         /* the browser says that nobody looks yet */
    FACT_CRAWLER = 1 << 2,          /* its user agent stands in the list */
    FACT_PREVIEW = 1 << 3,          /* a chat or network drawing a card of the link */
    FACT_NO_AGENT = 1 << 4,
    FACT_DATA_CENTRE = 1 << 5,      /* the address belongs to a hosting company */
    FACT_NO_LANGUAGE = 1 << 6,      /* no Accept-Language */
    FACT_NO_FETCH_HEADERS = 1 << 7, /* a browser that sends Sec-Fetch-* did not, over https */
    FACT_ODD_FETCH_HEADERS = 1 << 8, /* Sec-Fetch-* says that no person navigated */
    FACT_HTTP_1_0 = 1 << 9,
    FACT_COOKIE_BACK = 1 << 10,     /* the cookie we gave came back */
    FACT_SECOND_PAGE = 1 << 11,
    FACT_BEACON = 1 << 12,          /* the page's script ran */
    FACT_DWELL = 1 << 13,           /* a second or more on a page */
    FACT_SCROLL = 1 << 14,
    FACT_POINTER = 1 << 15,         /* pointer, touch or keys */
    FACT_FORM = 1 << 16,            /* sent a form */
    FACT_INTENT = 1 << 17,          /* commented, chatted, put something into a cart */
    FACT_ORDER = 1 << 18,           /* this browser placed an order */
};
enum { FACT_COUNT = 19 };

/* Between two visits of one visitor; how far back a touch counts. */
static const int64_t POOL_SESSION_MS = (int64_t)30 * 60 * 1000;
static const int64_t POOL_LOOKBACK_MS = (int64_t)30 * 24 * 3600 * 1000;

enum visit_verdict pool_verdict(uint32_t facts);
/* Only persons become touches. */
bool pool_verdict_is_person(enum visit_verdict verdict);
/* Never became a visitor: counted per hour, no row. */
bool pool_verdict_is_counted_only(enum visit_verdict verdict);
const char *pool_verdict_name(
    enum visit_verdict verdict); /* "no_interaction"; also the i18n key's end */
const char *pool_fact_name(int bit);                       /* "no_language"; likewise */

struct pool_request_facts {
    bool is_head, is_https;
    str user_agent, accept_language, purpose; /* Sec-Purpose, or Purpose */
    str fetch_site, fetch_mode, fetch_user;
    int http_minor;
    bool cookie_came_back, is_data_centre, is_crawler, is_preview;
};
uint32_t pool_facts_of_request(const struct pool_request_facts *f);

/* What the page's script reports. */
struct pool_beacon {
    int64_t dwell_ms, scroll_percent, gestures;
};
uint32_t pool_facts_of_beacon(const struct pool_beacon *b);

/* "Instagram Stories" -> "instagram-stories": the key of a pool; empty if nothing is left. */
const struct err *pool_key_of_name(struct arena *a, str name, str *ret) MUST_CHECK;
/* A path on this site that a link may lead to: begins with one '/', no control bytes, at most 300
 * bytes, not a tracked link itself. */
bool pool_target_is_fit(str path);

#endif
