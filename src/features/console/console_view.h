/* What the page Today shows; filled by console_today.c. */
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
    bool is_paid, is_shared;
    int64_t at_ms;
};

struct today_figures {
    struct money kept;
    int64_t orders, people, leads;
};

struct today_view {
    struct page page;
    struct shop_id shop_id;
    str greeting, name;
    int64_t now_ms;
    int64_t to_ship, waiting, low_count, pairs;
    str low_names;                /* of the first few products that run out */
    const char *step_key;         /* next thing to set up; NULL: all done */
    struct url_safe step_path;
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

const struct err *console_today(struct web *w) MUST_CHECK;
const struct err *console_newest(struct web *w) MUST_CHECK;
const struct err *console_needs(struct web *w) MUST_CHECK;
const struct err *console_today_json(struct web *w) MUST_CHECK;
const struct err *console_shops(struct web *w) MUST_CHECK;

#endif
