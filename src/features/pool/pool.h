/* pool: traffic pools (流量池): which channel brought each visitor, lead and order.
 *
 * A tracked link (or its QR) belongs to a pool; following it is a visit, stored with a verdict and
 * its reasons (crawler, preview, prefetch, HEAD, data centre, no interaction, person, shows
 * intent); only visits of persons become touches. An order's last touch within 30 days decides its
 * pool: last-touch, direct visits do not overwrite an earlier touch; none known -> "direct" (a
 * person came by herself) or "unknown" (no visit known, e.g. an order made by the API). Every order
 * is attributed exactly once, in its own turn, so that the sums over pools equal the sum over
 * orders at any moment, to the minor unit. Referral: every account has a code; ?via=CODE credits
 * her and the pool that brought her share.
 */
#ifndef POOL_POOL_H
#define POOL_POOL_H

#include "base/money.h"
#include "core/feature.h"
#include "core/row_keys.h"

ID_TYPE(pool);
ID_TYPE(link);

enum visit_verdict {
    VISIT_UNSET = 0, VISIT_CRAWLER, VISIT_PREVIEW, VISIT_PREFETCH, VISIT_HEAD, VISIT_DATA_CENTRE,
    VISIT_NO_INTERACTION, VISIT_PERSON, VISIT_INTENT, VISIT_VERDICT_COUNT
};

struct pool {
    struct pool_id id;
    struct shop_id shop_id;
    str key, name;            /* "instagram", "Instagram" */
    bool is_builtin;          /* direct, unknown */
};

/* The pool by key, made if missing. */
const struct err *pool_ensure(struct turn *t, struct shop_id shop, str key, str name,
                              struct pool_id *ret) MUST_CHECK;
/* A tracked link to a local path; code: 8 characters, unique on the server: /l/CODE. */
const struct err *pool_link_make(struct turn *t, struct shop_id shop, struct pool_id pool,
                                 str target_path, str label, struct link_id *ret,
                                 str *ret_code) MUST_CHECK;
/* Where the link with this code leads; absent when it is no live link of this shop. `code` may be
 * any word. */
const struct err *pool_link_target(struct tx *tx, struct arena *a, struct shop_id shop, str code,
                                   int64_t now_ms, str *ret_path) MUST_CHECK;
/* A link that opened a chat on another channel (https://t.me/BOT?start=CODE): a visit of this
 * person and so a touch like any other. Nobody but a person begins a chat there. Does nothing for a
 * word that is no live link of the shop. */
const struct err *pool_link_opened(struct turn *t, struct shop_id shop, struct account_id account,
                                   str code, str channel) MUST_CHECK;
/* Its name in the reader's language: those that every shop has are ours to name. v == 0: all pools.
 */
str pool_name_shown(struct web *w, const struct pool *pool);

enum { POOL_LINK_LABEL_MAX = 80 };    /* bytes */
struct pool_link {
    struct link_id id;
    struct pool_id pool_id;
    str code, target_path, label;
};
const struct err *pool_link_get(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct link_id id, struct pool_link *ret) MUST_CHECK;
/* The newest link of the shop. */
const struct err *pool_link_newest(struct tx *tx, struct arena *a, struct shop_id shop,
                                   bool *ret_found, struct pool_link *ret) MUST_CHECK;
struct pool_link_item {
    struct link_id id;
    str code, target_path, label;
    int64_t created_ms, people, orders;
};
const struct err *pool_links(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct pool_id pool, struct pool_link_item **ret,
                             size_t *ret_count) MUST_CHECK; /* newest 200 */
const struct err *pool_get(struct tx *tx, struct arena *a, struct shop_id shop, struct pool_id id,
                           struct pool *ret) MUST_CHECK;

struct pool_order {
    struct shop_id shop_id;
    int64_t order_id;
    struct money total;
    struct visitor_id visitor_id; /* 0 = none known */
    struct account_id account_id;
    str channel;              /* "site", "telegram", "api" */
};
/* Writes the touch that the order depends on and its attribution; called by order in the placing
 * turn. */
const struct err *pool_attribute_order(struct turn *t, const struct pool_order *o,
                                       struct pool_id *ret) MUST_CHECK;
/* Money moved on an attributed order: paid (positive) or refunded (negative). */
const struct err *pool_order_money(struct turn *t, struct shop_id shop, int64_t order_id,
                                   int64_t delta_minor, const char *reason) MUST_CHECK;
const struct err *pool_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                int64_t order_id, bool *ret_found, struct pool *ret) MUST_CHECK;
/* Which pool brought this visitor or account last (for contacts, conversations). */
const struct err *pool_of_visitor(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct visitor_id visitor, struct account_id account,
                                  bool *ret_found, struct pool *ret) MUST_CHECK;

/* A visitor acts with intent (comments, chats, adds to a cart, asks): raises the verdict of the
 * visit. */
void pool_show_intent(struct web *w);
/* For handlers of pages that show a shop's things at an address that does not name the shop (a
 * post): the page counts as a visit of that shop too. */
void pool_page_of_shop(struct web *w, struct shop_id shop);
/* A visitor signs in or gets an account: later visits of either belong together. */
const struct err *pool_visitor_account(struct turn *t, struct visitor_id visitor,
                                       struct account_id account) MUST_CHECK;
/* "/post/..." with the viewer's referral code and the pool that brought her: for share buttons. */
const struct err *pool_share_path(struct web *w, str path, str *ret) MUST_CHECK;

/* Writes down what requests noted in memory: the background loop does once a second; tests call it
 * themselves. */
const struct err *pool_visit_flush(struct platform *p, struct arena *a) MUST_CHECK;

/* The order was written anew before anything was paid of it: its total, in the shop's currency. */
const struct err *pool_order_total(struct turn *t, struct shop_id shop, int64_t order_id,
                                   int64_t total_minor) MUST_CHECK;

/* The figures of an attributed order, as pools count them. */
struct pool_order_sum {
    struct pool_id pool_id;
    int64_t total_minor, paid_minor, refunded_minor;
};
/* ret[i] is of the order keys[i]; pool_id 0: none counts it. At most ROW_KEYS_MAX. */
const struct err *pool_order_sums(struct tx *tx, struct arena *a, const struct row_key *keys,
                                  size_t count, struct pool_order_sum *ret) MUST_CHECK;

/* ---- reports: figures and, for each figure, the list whose sum it is ----
 * Times are half open: from_ms <= t < to_ms. Orders and their money count at the time the order was
 * placed, so that one list explains orders, paid and refunded alike. */

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
const struct err *pool_report(struct tx *tx, struct arena *a, struct shop_id shop, int64_t from_ms,
                              int64_t to_ms, struct pool_report *ret) MUST_CHECK;

/* Money kept (paid - refunded) per local day and pool, the oldest first: days[POOL_DAYS - 1] is
 * today. */
struct pool_day {
    int64_t day_ms;                        /* its local midnight */
    int64_t orders, kept_minor;
};
/* pool v == 0: all pools. */
const struct err *pool_days(struct tx *tx, struct arena *a, struct shop_id shop,
                            struct pool_id pool, const char *zone, int64_t now_ms,
                            struct pool_day **ret) MUST_CHECK;

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
const struct err *pool_orders(struct tx *tx, struct arena *a, struct shop_id shop,
                              struct pool_id pool, int64_t from_ms, int64_t to_ms, int64_t before,
                              struct pool_orders *ret) MUST_CHECK;

/* Leads of a pool: contact ids, newest first. */
struct pool_lead_item {
    int64_t contact_id, at_ms;
};
const struct err *pool_leads(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct pool_id pool, int64_t from_ms, int64_t to_ms, int64_t before,
                             struct pool_lead_item **ret, size_t *ret_count,
                             int64_t *ret_next_before) MUST_CHECK;

/* Events: pool.visit (a person's first page of a visit), pool.referral (subject = referred visitor,
 * object = account). */

extern const struct feature pool_feature;

#endif
