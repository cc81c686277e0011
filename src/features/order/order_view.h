/* What the pages of feature order show. */
#ifndef ORDER_ORDER_VIEW_H
#define ORDER_ORDER_VIEW_H

#include "order/order_bundle.h"
#include "order/order_edit.h"
#include "order/order_share.h"
#include "pool/pool.h"
#include "web/page.h"

enum { ORDERS_A_PAGE = 20, CONSOLE_ORDERS_A_PAGE = 50, LEFT_FEW = 5 };

struct product_view {
    struct page page;
    struct product product;
    struct shop shop;
    struct option_chooser chooser;
    bool is_mine;
    bool is_sold_out;
    int64_t quantity_max;
    struct ladder_view ladder; /* of the chosen variant */
    bool is_too_few;          /* of it: less is left than the least that is sold */
    struct money sample;      /* of one piece to try; unset: none */
};

/* A priced line with its picture: of carts, checkouts and orders alike. */
struct line_view {
    str title, variant_title;
    struct url_safe path;     /* its product's page; url absent when gone */
    struct photo photo;
    struct variant_id variant_id;
    int64_t quantity, dropped; /* dropped: of an order's, taken out before they were sent */
    int64_t first, step;      /* the least quantity that is sold, and by how many more */
    bool is_sample;
    struct money unit, total;
};

struct cart_group {
    struct shop shop;
    struct line_view *lines;
    size_t line_count;
    struct money goods;
    str problem;              /* in words: an article that is not for sale any more */
};

struct cart_view {
    struct page page;
    struct cart_group *groups;
    size_t group_count;
    struct money *totals;     /* of what can be bought, one per currency */
    size_t total_count;
    struct empty_view empty;
};

/* Between the checkout and the provider's own page. */
struct going_view {
    struct page page;
    struct url_safe to;
};

/* A way to pay as the buyer chooses it. */
struct gateway_choice {
    const char *name, *label_key;
};
struct ways_view {
    struct gateway_choice choices[PAYMENT_GATEWAYS_MAX];
    size_t count;
    str method_label;         /* of the remembered way that works at one of them, or absent */
    bool is_test;             /* the first is play money */
};

/* A way of delivery to choose; from_ms 0: nothing is promised. */
struct checkout_way {
    str id, name;
    struct money price;
    int64_t from_ms, to_ms;
    bool is_chosen, is_pickup;
};
struct checkout_currency {
    str code;
    bool is_chosen;
};

struct checkout_view {
    struct page page;
    struct shop shop;
    str key, problem;         /* problem: what happened, in words */
    str buy_variant; /* text of its id when one thing is bought without the cart; else absent */
    int64_t buy_quantity;
    bool buy_sample;
    str fitted;               /* told of what is bought: another quantity than asked for */
    struct line_view *lines;
    size_t line_count;
    struct sums_view sums;
    bool is_shipped;
    str email, email_error;
    struct checkout_field fields[ADDRESS_FIELD_COUNT];
    size_t field_count;
    struct country_name *countries;
    size_t country_count;
    str country;
    str method_field;         /* in which the chosen one is sent */
    struct checkout_way deliveries[DELIVERY_METHODS_MAX];
    size_t delivery_count;
    struct checkout_currency *currencies; /* the shop's own first; one alone is not shown */
    size_t currency_count;
    bool is_unreachable;      /* nothing is delivered to that country */
    bool asks_vat_id;
    str vat_id, vat_error;
    const char *tax_key;      /* why it is taxed so, or NULL */
    struct price_duties duties;
    struct money duty;        /* about */
    bool consent;
    bool knows_party;         /* everything is remembered: one tap is enough */
    str known_party;          /* on one line */
    struct ways_view ways;
};

/* The checkout of several shops: the address once, a part per shop. */
struct basket_view {
    struct page page;
    str key, problem;
    const struct checkout_view *form;
    const struct checkout_view **parts;
    size_t count;
    struct money totals[BUNDLE_ORDERS_MAX]; /* one per currency */
    size_t total_count;
    bool is_at_once;          /* one payment pays all */
    bool may_place;           /* every shop delivers there */
};

/* What is left to pay in one currency. */
struct bundle_group_view {
    struct money due;
    int64_t count;            /* orders */
    bool is_at_once;          /* else each on its own page */
    struct ways_view ways;
    str key;
};
struct bundle_view {
    struct page page;
    struct order_bundle bundle;
    struct order_row_view *rows;
    struct bundle_group_view *groups;
    size_t group_count;
    str headline, notice, access;
    bool waits;
    int64_t until_ms;         /* when the first of what is unpaid goes back on the shelf; 0: none */
    struct url_safe live;     /* stream of events; url absent: none */
};

/* A bill split among friends: the buyer's page and theirs. */
struct split_row {
    str name, amount;         /* as typed */
    const char *field;        /* of the amount */
};
struct split_view {
    struct page page;
    struct order order;       /* of it, friends see lines and total only */
    struct shop shop;
    struct line_view *lines;
    struct money total, left;
    struct order_share *shares;
    size_t share_count, free_count;
    bool is_open, is_paid, is_over;
    bool is_odd;              /* a cent more for some */
    int64_t until_ms;         /* how long the others have once the first share is paid */
    str buyer;                /* first name */
    /* the buyer */
    bool is_asking;
    struct split_row rows[SHARES_MAX];
    size_t row_count;
    str problem, link;        /* link: whole address */
    size_t odd_row;           /* whose amount cannot be read, or SHARES_MAX */
    struct url_safe path, live;
    /* a friend */
    str headline;
    struct ways_view ways;
    str key;                  /* of the pay form; on the buyer's page: of the link */
    str access;               /* ?key= of the reader, or absent */
};

/* A parcel as buyer and shop see it. */
struct parcel_view {
    struct order_parcel parcel;
    str what;                 /* "2 × Suit, 1 × Towel" */
    struct url_safe arrived;  /* where the shop says so; url absent: on a buyer's page */
};

/* What was added to an order, as a row of its page. */
struct addition_view {
    struct order order;
    struct url_safe path;
};

struct order_view {
    struct page page;
    struct order order;
    struct shop shop;
    str headline, notice;     /* notice: about the payment, or absent */
    bool notice_is_good, may_pay, waits;
    str key;                  /* of the pay form */
    str access;               /* ?key= of a guest, or absent */
    struct ways_view ways;
    str instructions;         /* what she has to do for the attempt that waits, or absent */
    struct line_view *lines;
    struct sums_view sums;
    struct timeline_row steps[8];
    size_t step_count;
    struct timeline_row *changes; /* what the shop changed of it */
    size_t change_count;
    struct addition_view additions[ORDER_ADDITIONS_MAX];
    struct url_safe base;     /* what it was added to; url absent: an order by itself */
    int64_t base_number;
    struct parcel_view *parcels;
    size_t parcel_count;
    str address;              /* lines of the parcel's label, or absent */
    str share;                /* path to give on, or absent */
    struct page_note *notes;  /* of other features */
    size_t note_count;
    struct url_safe split;    /* its shares, or where it can be split; url absent: neither */
    bool is_split;
    struct url_safe bundle;   /* the orders placed with it; url absent: none, or not the reader's */
    struct url_safe live;     /* stream of events; url absent: none */
};

/* One row of a list of orders. */
struct order_row_view {
    struct order order;
    struct shop shop;
    str what, who;
    struct face face;
    struct photo photo;
    str pool;
    struct url_safe path;
};

struct orders_view {
    struct page page;
    struct order_row_view *rows;
    size_t count;
    struct url_safe next;
    struct empty_view empty;
};

struct console_filter {
    const char *state;        /* value in the query */
    const char *text_key;
    struct url_safe path;
    bool is_current;
};

struct console_pool {
    struct pool_id id;
    str name;
    bool is_chosen;
};

struct slip_view {
    struct order order;
    struct line_view *lines;
    str address;
};
struct slips_view {
    struct page page;
    struct shop shop;
    struct slip_view *slips;
    size_t count;
};

/* What became of the orders that were to be marked as shipped. */
struct shipped_row {
    str name;                 /* number; the id when the shop has no such order */
    struct url_safe path;     /* url absent: no such order */
    str words;
    bool is_shipped;
};
struct shipped_view {
    struct page page;
    struct shipped_row *rows;
    size_t row_count;
    int64_t count, shipped;
    struct url_safe back;
};

struct tracking_view {
    struct page page;
    str table, problem;       /* as typed; why it was not taken */
};

struct console_orders_view {
    struct page page;
    struct order_row_view *rows;
    size_t count;
    struct url_safe next, live, refresh, export, without_customer;
    struct empty_view empty;
    struct console_filter filters[6]; /* ORDER_FILTERS */
    struct console_pool *pools;
    size_t pool_count;
    int64_t days;
    str query, state, customer_name;
    struct contact_id contact_id;
    bool may_change;
};

struct booking_view {
    const char *account_key;
    int64_t at_ms;
    struct money amount;
    bool pending;
};

/* One gateway on the page of ways to pay. */
struct gateway_row {
    const char *name, *label_key, *icon;
    bool is_on, is_first, is_test;
    struct url_safe path;     /* of its own page; url absent: it has none */
};
struct console_payments_view {
    struct page page;
    struct gateway_row rows[PAYMENT_GATEWAYS_MAX];
    size_t count;
    bool with_test;
    bool reminds;             /* of a checkout that was not paid */
    int64_t reminder_hours;   /* after its goods went back; 0: before */
    struct money sample;      /* amount in the text that is shown */
};

ID_TYPE(payment);
struct payment_view {
    struct payment_id id;
    bool may_capture, may_let_go;
    str label, who;           /* who: of a split bill, in full; else absent */
    const char *state_key, *tone, *glyph;
    struct money amount, returned;
    int64_t at_ms;
};

struct piece_input {
    const char *name;
    str value;                /* as typed, or all that is left */
};
struct console_order_view {
    struct page page;
    struct order order;
    struct shop shop;
    struct line_view *lines;
    struct sums_view sums;
    str address, pool, buyer_name;
    struct url_safe pool_path, contact_path;
    struct timeline_row *steps;
    size_t step_count;
    struct addition_view additions[ORDER_ADDITIONS_MAX];
    struct url_safe base;     /* what it was added to; url absent: an order by itself */
    int64_t base_number;
    struct parcel_view *parcels;
    size_t parcel_count;
    str parcel_key;
    struct payment_view *payments;
    size_t payment_count;
    struct booking_view *bookings;
    size_t booking_count;
    bool may_ship, may_deliver, may_cancel, may_refund, may_change;
    struct money refundable;
    str refund_key, refund_value;
    struct piece_input pieces[PRICE_LINES_MAX]; /* of the next parcel, one for each line */
    bool is_piecemeal;        /* pieces were typed, or some were sent before */
    str tracking, why;        /* as typed */
    struct form_fault fault;
    bool is_beside;           /* the fault's field is on the page and says it */
    struct page_note *notes;
    size_t note_count;
};

/* Where an order is edited before all of it is sent. */
enum { CHANGE_ADDS = 2, CHANGE_CHOICES_MAX = 200 };
struct change_choice {
    struct variant_id id;
    str name;
    struct money price;
};
struct change_add {
    struct variant_id id;
    str quantity;             /* as typed */
};
struct change_view {
    struct page page;
    struct order order;
    struct line_view *lines;
    str typed[PRICE_LINES_MAX];
    struct change_choice *choices;
    size_t choice_count;
    struct change_add adds[CHANGE_ADDS];
    str sku, sku_quantity;
    str key;
    bool may_edit, may_readdress;
    bool is_unpaid;           /* it is written anew, and may go to another country */
    bool is_told;             /* what follows is worked out */
    int64_t difference_minor;
    struct money so_far, back, more, after, shipping;
    struct order_edit_odd *odds;
    size_t odd_count;
    struct checkout_way ways[DELIVERY_METHODS_MAX];
    size_t way_count;
    struct checkout_field fields[ADDRESS_FIELD_COUNT];
    size_t field_count;
    str country;
    struct country_name *countries;
    size_t country_count;
    struct form_fault fault;
    bool is_beside;           /* the fault's field is on the page and says it */
};

/* Badge of an order: tone, icon, words. */
struct order_badge {
    const char *tone, *glyph, *text_key;
};
struct order_badge order_badge_of(const struct order *o);

#endif
