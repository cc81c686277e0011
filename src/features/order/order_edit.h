/* Editing an order before all of it is sent: more pieces, fewer, other articles, another country.
 *
 * While nobody has paid anything the order itself is written anew: its lines keep the unit price
 * they have, pieces that come in cost what they cost today, shipping and tax are worked out again,
 * and its holds change with it. Once money came, or is promised, what was paid for stands: pieces
 * that go are taken out and refunded (order_drop), and what comes in is an *addition*, an order of
 * its own that belongs to the first, priced today, shipped along (so only what it adds to the
 * shipping is charged), held for ORDER_ADDITION_MS and paid by its own link. When it is not paid in
 * time it expires, and the first order stands. docs/decisions/0016.
 *
 * A ladder counts what comes in together with what she keeps of the variant, of the order and of
 * what was added to it earlier, paid or not: all of it must be a quantity that is sold, and what
 * comes in costs what a piece of so many costs. In an order that is written anew every piece costs
 * that when it is less. Samples keep their price and count for nothing.
 *
 * An addition that is paid travels with the last parcel of the first order; it is cancelled with
 * it.
 */
#ifndef ORDER_ORDER_EDIT_H
#define ORDER_ORDER_EDIT_H

#include "order/order.h"

enum { ORDER_EDIT_ADDS_MAX = 20, ORDER_ADDITION_MS = 24 * 60 * 60 * 1000 };

struct order_edit {
    struct shop_id shop_id;
    struct order_id order_id;
    str key;                  /* 1..200: the same key again changes nothing */
    const struct order_parcel_line *lines; /* how many pieces of a line there shall be, sent ones
                                              counted; lines that are not named stay */
    size_t line_count;
    const struct price_want *adds;
    size_t add_count;
    const struct address *to; /* elsewhere, also in another country; NULL: where it goes. Only while
                                 nobody has paid; else order_readdress */
    int64_t method_id;        /* of delivery; 0: as it is */
    bool may_give_back;       /* else DENIED when money would go back */
    bool is_shown;            /* shown_minor is the difference that was shown; when it is another
                                 one by now: CONFLICT order.changed_meanwhile */
    int64_t shown_minor;
};

/* What stays of a variant that pieces are taken out of, when its ladder does not sell so many. It
 * is told and allowed; what comes in has to keep to the ladder. */
struct order_edit_odd {
    str title;
    int64_t stays, nearest;   /* pieces; nearest: the nearest number that is sold */
};

struct order_edit_plan {
    bool is_rewrite;          /* the order itself is written anew */
    int64_t difference_minor; /* to be paid more; negative: goes back, or is owed no more */
    int64_t back_minor;       /* goes back for what is taken out of a paid order */
    struct price_quote *quote; /* the order anew, or its addition; NULL: nothing comes in */
    struct order_parcel_line *drops;
    size_t drop_count;
    struct order_edit_odd *odds;
    size_t odd_count;
};

/* What the edit would cost. `o` with its lines and party. CONFLICT order.not_changeable,
 * order.agreed (a quotation's prices stand), order.being_paid (somebody is at the provider's page),
 * order.drops_all, order.drops_too_many (arg 0 = how many were sent), order.fixed_by_payment
 * (another country or way of delivery), order.is_addition; INVALID order.edits_nothing,
 * order.no_delivery, price.*. */
const struct err *order_edit_plan(struct tx *tx, struct arena *a, const struct order *o,
                                  const struct order_edit *e, int64_t now_ms,
                                  struct order_edit_plan *ret) MUST_CHECK;
/* Whether anything of it can still be edited; `o` from order_get. */
bool order_is_editable(const struct order *o);
/* Does it; the buyer is told by mail. *ret_addition v == 0: nothing was added to a paid order.
 * Beside what the plan refuses: CONFLICT stock.sold_out, stock.too_few; LIMIT
 * order.too_many_changes. */
const struct err *order_edit(struct turn *t, const struct order_edit *e,
                             struct order_id *ret_addition) MUST_CHECK;

#endif
