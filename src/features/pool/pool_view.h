/* What the console's pages of pools show; filled by pool_pages.c, drawn by templates/pool.html. */
#ifndef POOL_POOL_VIEW_H
#define POOL_POOL_VIEW_H

#include "core/ports/channel_port.h"
#include "identity/identity.h"
#include "pool/pool_report.h"
#include "web/page.h"

struct pool_row_view {
    struct pool_id id;
    str name;
    const char *glyph;
    bool is_builtin;
    int64_t visits, people, leads, orders;
    struct money paid, refunded, kept;
    int64_t width;            /* of its bar, 0..100 */
    int64_t percent;          /* of all money kept */
};

struct pool_column {
    int64_t x, y, height;     /* in a picture of 720 x 160 */
    int64_t day_ms, orders;
    struct money kept;
};

struct pool_chart {
    struct pool_column columns[POOL_DAYS];
    int64_t first_ms, last_ms, orders;
    struct money kept;
    const struct pool_column *peak; /* the best day; NULL: no money moved */
    int64_t peak_percent;     /* where its middle stands */
    const char *peak_anchor;  /* "start", "middle", "end": so that its words stay inside */
};

struct pool_list_view {
    struct page page;
    int64_t days;             /* 1, 7, 30; 0 = ever */
    bool may_change;
    struct pool_row_view *rows;
    size_t row_count;
    struct pool_row_view sum;
    int64_t machines;
    struct pool_chart chart;
    str name, error;          /* of the form that was refused */
};

struct pool_verdict_view {
    enum visit_verdict verdict;
    const char *text_key, *hint_key, *tone, *glyph;
    int64_t visits;
    bool has_list;            /* single visits are known, not only their number */
};

struct pool_reason_view {
    const char *text_key;     /* of the verdict */
    str reason;
    int64_t visits;
};

struct pool_link_view {
    struct link_id id;
    str code, url, label, target_path;
    struct url_safe target;
    int64_t people, orders;
    struct channel_link chats[CHANNEL_LINKS_MAX]; /* the same link into a chat on another channel */
    size_t chat_count;
};

struct pool_one_view {
    struct page page;
    int64_t days;
    bool may_change, may_link;
    struct pool_row_view row;
    struct pool_verdict_view verdicts[VISIT_VERDICT_COUNT];
    size_t verdict_count;
    struct pool_reason_view *reasons;
    size_t reason_count;
    struct pool_link_view *links;
    size_t link_count;
    struct pool_chart chart;
    str target_path, label, error;
};

struct pool_visit_view {
    int64_t started_ms, pages, dwell_s;
    struct pool_verdict_view verdict;
    const char *fact_keys[FACT_COUNT];
    size_t fact_count;
    str landing, referrer;
    bool is_shared;           /* over somebody's own link: */
    str sharer_name;
    struct contact_id contact_id; /* v == 0: nobody knows her yet */
    str contact_name;
};

struct pool_visits_view {
    struct page page;
    struct pool_row_view row;
    int64_t days, visits, people, verdict;
    bool is_people;
    struct pool_visit_view *items;
    size_t count;
    struct url_safe next;
};

/* An order as far as pools know it. */
ID_TYPE(pool_order_ref);
struct pool_order_view {
    struct pool_order_ref_id id;
    int64_t at_ms;
    str pool_name, channel, buyer;
    struct money total, paid, refunded;
    bool is_shared;
    str sharer_name;
};

struct pool_orders_view {
    struct page page;
    struct pool_row_view row; /* its name: the pool, or all of them */
    bool is_all;
    int64_t days;
    struct pool_order_view *items;
    size_t count;
    struct url_safe next;
};

struct pool_lead_view {
    struct contact_id id;
    struct face face;
    str name;
    int64_t at_ms;
};

struct pool_leads_view {
    struct page page;
    struct pool_row_view row;
    int64_t days;
    struct pool_lead_view *items;
    size_t count;
    struct url_safe next;
};

struct pool_qr_view {
    struct page page;
    str pool_name, label, url;
    struct link_id id;
};

/* Handlers: pool_pages.c (lists: pool_lists.c). */
const struct err *pool_list_page(struct web *w) MUST_CHECK;
const struct err *pool_make_form(struct web *w) MUST_CHECK;
const struct err *pool_one_page(struct web *w) MUST_CHECK;
const struct err *pool_link_form(struct web *w) MUST_CHECK;
const struct err *pool_visits_page(struct web *w) MUST_CHECK;
const struct err *pool_orders_page(struct web *w) MUST_CHECK;
const struct err *pool_leads_page(struct web *w) MUST_CHECK;
const struct err *pool_qr_page(struct web *w) MUST_CHECK;
const struct err *pool_qr_svg(struct web *w) MUST_CHECK;
/* pool_api.c */
const struct err *pool_list_json(struct web *w) MUST_CHECK;
const struct err *pool_make_json(struct web *w) MUST_CHECK;
const struct err *pool_links_json(struct web *w) MUST_CHECK;
const struct err *pool_link_make_json(struct web *w) MUST_CHECK;
const struct err *pool_orders_json(struct web *w) MUST_CHECK;
const struct err *pool_visits_json(struct web *w) MUST_CHECK;

/* What handlers share. */
struct pool_range {
    int64_t days, from_ms, to_ms;
    struct currency currency;
    char zone[48];
    str shop_handle;
};
/* Of the query: ?days=1|7|30|0, 30 if none; days are those of the shop's zone. */
const struct err *pool_range_read(struct web *w, struct tx *tx, struct pool_range *ret) MUST_CHECK;
/* Pool of path parameter 1; "all" gives v == 0 where allowed. */
const struct err *pool_of_path(struct web *w, struct tx *tx, bool may_be_all,
                               struct pool *ret) MUST_CHECK;
const struct pool_figures *pool_figures_find(const struct pool_report *report, struct pool_id pool);
void pool_row_fill(struct web *w, const struct pool_figures *f, struct currency currency,
                   struct pool_row_view *ret);
void pool_verdict_fill(enum visit_verdict verdict, struct pool_verdict_view *ret);

struct pool_make_command {
    struct shop_id shop_id;
    str name;
    struct pool_id made;
};
const struct err *pool_make_turn(struct turn *t, void *arg) MUST_CHECK;
struct pool_link_command {
    struct shop_id shop_id;
    struct pool_id pool_id;
    str target_path, label, code;
    struct link_id made;
};
const struct err *pool_link_make_turn(struct turn *t, void *arg) MUST_CHECK;

#endif
