/* What the console's first pages show: Today (console_today.c, console_guide.c), a first sale
 * (console_start.c). */
#ifndef CONSOLE_CONSOLE_VIEW_H
#define CONSOLE_CONSOLE_VIEW_H

#include "pool/pool.h"
#include "web/page.h"

enum { TODAY_ORDERS = 8 };

struct today_pool {
    struct pool_id id;
    str name;
    struct money kept;
    int64_t orders, percent, width;
    bool is_builtin;
};

ID_TYPE(today_order);
struct today_order {
    struct today_order_id id;
    struct face face;
    str buyer, pool_name;
    struct money total;
    bool is_paid, is_shared, is_late;
    int64_t at_ms;
};

struct today_figures {
    struct money kept;
    int64_t orders, people, leads;
};

/* The one next thing to set up. Steps that were left are not shown again. */
enum guide_step {
    GUIDE_DONE = 0,
    GUIDE_PRODUCT,
    GUIDE_POST,
    GUIDE_LINK,
    GUIDE_SHARE,
    GUIDE_SHOP,
    GUIDE_STEP_COUNT
};
struct guide {
    enum guide_step step;         /* GUIDE_DONE: nothing */
    int number, count;            /* "2 of 5" */
    const char *title_key, *words_key, *action_key, *glyph;
    struct url_safe path;
    bool may_leave;
};

struct today_view {
    struct page page;
    struct shop_id shop_id;
    str greeting, name;
    int64_t now_ms;
    int64_t to_ship, waiting, low_count, pairs;
    str low_names;                /* of the first few products that run out */
    int64_t mails_dead;
    struct guide guide;
    struct today_figures today, week;
    struct today_pool *pools;
    size_t pool_count;
    struct today_order *orders;
    size_t order_count;
};

struct shops_view {
    struct page page;
    struct today_shop {
        str handle, name;
        struct face face;
    } *shops;
    size_t count;
};

struct start_view {
    struct page page;
    str key, title, price;
    struct currency currency;
    struct form_fault fault;
};

struct ready_view {
    struct page page;
    struct pool_link link;
    str url, hashtag;             /* hashtag: empty when the link leads to no post */
    struct url_safe share, target;
    struct today_view today;      /* of it the newest orders */
};

/* console_guide.c: which step is next, and leaving one out. */
const struct err *console_guide_fill(struct web *w, struct tx *tx, int64_t people, int64_t orders,
                                     struct guide *ret) MUST_CHECK;
const struct err *console_guide_leave(struct web *w) MUST_CHECK;

/* All but `page`. */
const struct err *console_today_fill(struct web *w, struct today_view *v) MUST_CHECK;
const struct err *console_start(struct web *w) MUST_CHECK;
const struct err *console_start_make(struct web *w) MUST_CHECK;
const struct err *console_ready(struct web *w) MUST_CHECK;
const struct err *console_figures(struct web *w) MUST_CHECK;
const struct err *console_today(struct web *w) MUST_CHECK;
const struct err *console_newest(struct web *w) MUST_CHECK;
const struct err *console_needs(struct web *w) MUST_CHECK;
const struct err *console_today_json(struct web *w) MUST_CHECK;
const struct err *console_shops(struct web *w) MUST_CHECK;

#endif
