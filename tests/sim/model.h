/* What the simulator believes: the same rules as the product's, written a second time and without a
 * store. Money in minor units. It is asked what must happen, then told that it happened.
 *
 * An attempt to pay is one part for each order that it pays; the parts of a charge stand one after
 * the other and the first of them leads. A refund that was asked for is open until the bank's word.
 */
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H

#include "order/order.h"
#include "order/order_bundle.h"
#include "order/order_share.h"
#include "quote/quote.h"
#include "returns/returns.h"
#include "tests/lib/pond.h"

enum {
    MODEL_ORDERS_MAX = 1024, MODEL_ATTEMPTS_MAX = 2048, MODEL_REFUNDS_MAX = 4096,
    MODEL_RETURNS_MAX = 512, MODEL_BUNDLES_MAX = 256, MODEL_QUOTES_MAX = 256, MODEL_SHARES = 4,
    MODEL_LINES = 4
};

enum model_hold { HOLD_NONE = 0, HOLD_LIVE, HOLD_SOLD, HOLD_FREED, HOLD_BACK };

struct model_line {
    int variant;
    int64_t quantity, unit; /* unit: the price when it came in */
    int64_t dropped; /* of the quantity: taken out before it was sent */
    int64_t back;    /* of the first line of its variant, for all of them: what was sold and is on
                        the shelf again, or written off */
};

struct model_order {
    int buyer, line_count;
    struct model_line lines[MODEL_LINES]; /* in rising order of variant */
    struct model_line asked; /* the one line of an order that is placed by its key */
    int64_t shipping, total;
    int64_t deposit;     /* 0: all of the total secures it */
    bool is_agreed;      /* its prices are those of a quotation */
    int added_to;        /* what it is an addition to, + 1; 0: nothing */
    int changes, additions; /* to it */
    char key[24];
    bool is_of_key;      /* placed by itself, so that it may be asked for again */
    struct order_id id;  /* 0: none came of the key */
    const char *refusal; /* the key was refused for ever; NULL: it was not */
    int64_t expected;    /* the total she was shown, or -1 */
    enum order_state state;
    enum order_fulfilment fulfilment;
    enum model_hold hold;
    int64_t paid, refunded, refunding, placed_ms, expires_ms, delivered_ms;
    bool is_secured;
    unsigned told; /* bits of enum model_told: events that reached the subscriber */
    int house;     /* where it goes: the number in the street */
    int country;
    struct share_id shares[MODEL_SHARES];
    int64_t share_minor[MODEL_SHARES];
    int share_count; /* 0: one bill */
};

enum model_told {
    TOLD_PLACED = 1, TOLD_PAID = 2, TOLD_CANCELLED = 4, TOLD_EXPIRED = 8, TOLD_REFUNDED = 16,
    TOLD_SHIPPED = 32, TOLD_DELIVERED = 64
};

enum model_money { MONEY_WAITS = 0, MONEY_FAILED, MONEY_CAPTURED, MONEY_GOES_BACK };

struct model_attempt {
    int order, payer;
    int lead, parts;       /* the first part; of it: how many there are */
    struct share_id share; /* of a split bill; 0: none */
    int64_t id, minor, refunded, begun_ms;
    int64_t parked; /* of the lead: given back by the bank before it told that it was captured */
    bool used_saved, keeps_method;
    enum model_money state;
};

struct model_refund {
    int attempt;
    int64_t minor;
    bool is_open;
};

struct model_return {
    int order, line;
    struct return_id id;
    char key[24];
    enum returns_state state;
    bool keeps, restocked;
    int64_t quantity, value, shipping, refund, due_ms;
};

struct model_bundle {
    struct bundle_id id;
    int orders[POND_SHOPS], count; /* in rising order of id */
};

struct model_quote {
    struct quote_id id;
    int buyer, variant, order; /* order: -1 until it is accepted */
    enum quote_state state;
    int64_t version, quantity, unit, shipping, valid_until_ms, deposit_percent, pay_days;
};

struct model {
    struct model_order orders[MODEL_ORDERS_MAX];
    struct model_attempt attempts[MODEL_ATTEMPTS_MAX];
    struct model_refund asked[MODEL_REFUNDS_MAX];
    struct model_return returns[MODEL_RETURNS_MAX];
    struct model_bundle bundles[MODEL_BUNDLES_MAX];
    struct model_quote quotes[MODEL_QUOTES_MAX];
    int order_count, attempt_count, asked_count, return_count, bundle_count, quote_count;
    int64_t price[POND_ALL_VARIANTS];
    int64_t on_hand[POND_ALL_VARIANTS], held[POND_ALL_VARIANTS];
    int64_t clearing[POND_SHOPS]; /* what the bank owes each shop */
    bool has_method[POND_BUYERS]; /* a way to pay is remembered */
    int captures, refunds, rewrites;
};

void model_init(struct model *m, int64_t shelf);
int64_t model_left(const struct model *m, int variant);
enum order_payment_state model_payment(const struct model_order *o);
int64_t model_due_now(const struct model_order *o);

/* Why so many more of the variant cannot be held for it. */
const char *model_hold_refusal(const struct model *m, const struct model_order *o, int variant,
                               int64_t more);
/* The refusal that this order of one line must get, or NULL; expected: the total she was shown, or
 * -1. */
const char *model_place_refusal(const struct model *m, const struct model_order *o,
                                int64_t expected);
/* For the usual time, at today's prices; for one line. */
void model_placed(struct model *m, int order, struct order_id id, int64_t now_ms);
/* The same with units, total and deposit as they stand there. */
void model_agreed(struct model *m, int order, struct order_id id, int64_t now_ms, int64_t wait_ms);
int model_shop_of(const struct model_order *o);
/* All pieces of a variant, and the first line of it. */
int64_t model_of_variant(const struct model_order *o, int variant);
struct model_line *model_first_of(struct model_order *o, int variant);
/* Pieces of a line that are not taken out, and of all lines. */
int64_t model_stays(const struct model_line *l);
int64_t model_pieces(const struct model_order *o);
bool model_may_pay(const struct model_order *o, int64_t now_ms);
/* Why `payer` may not begin to pay this share (0: none) or this much (0: what is due). */
const char *model_pay_refusal(const struct model *m, int order, int payer, struct share_id share,
                              int64_t minor, int64_t now_ms);
/* The bank's word that an attempt (its lead) was paid: once. */
void model_captured(struct model *m, int lead);
bool model_may_cancel(const struct model_order *o);
void model_cancelled(struct model *m, int order);
bool model_may_refund(const struct model_order *o, int64_t minor);
/* So much of what was captured is to go back, newest payment first. */
void model_ask_back(struct model *m, int order, int64_t minor);
/* Money of one part went back: what was asked for, or what the bank did by itself. */
void model_gave_back(struct model *m, int attempt, int64_t minor, bool was_asked);
/* Whether all of a payment is still there, so that the bank may give it back by itself; then that
 * it did: what the shop asked for is answered by that. */
bool model_desk_may(const struct model *m, int lead);
void model_desk_gave_back(struct model *m, int lead);
void model_expired(struct model *m, int order);
bool model_may_ship(const struct model_order *o);
/* With the additions that travel along. */
void model_shipped(struct model *m, int order);
bool model_may_deliver(const struct model_order *o);
void model_delivered(struct model_order *o, int64_t now_ms);

/* ---- model_more.c: what may become of an order afterwards ---- */

bool model_share_is_paid(const struct model *m, struct share_id share);
const char *model_split_refusal(const struct model *m, int order, int64_t now_ms);
const char *model_drop_refusal(const struct model_order *o, int line, int64_t quantity);
void model_dropped(struct model *m, int order, int line, int64_t quantity);
/* r: with its order, line and quantity. */
const char *model_return_refusal(const struct model *m, const struct model_return *r,
                                 int64_t now_ms);
void model_return_asked(struct model *m, struct model_return *r, int64_t now_ms);
/* What a return gives back now. */
int64_t model_return_due(const struct model *m, const struct model_return *r);
void model_return_agreed(struct model_return *r, int64_t now_ms);
/* Its pieces are here, or stay where they are. */
void model_return_shelved(struct model *m, struct model_return *r, bool restock);
void model_return_refunded(struct model *m, struct model_return *r, int64_t minor);
const char *model_accept_refusal(const struct model *m, const struct model_quote *q,
                                 int64_t version, int64_t now_ms);

/* ---- model_edit.c: more pieces, fewer, other articles, another country ---- */

struct model_edit {
    int line; /* of which there shall be `quantity` pieces; -1: none is named */
    int64_t quantity;
    int variant; /* of which `more` pieces come in; more 0: none */
    int64_t more;
    int country; /* where it is to go; -1: it stays */
    bool may_give_back, is_shown;
    int64_t shown;
};
struct model_edit_plan {
    bool is_rewrite;
    struct model_line lines[MODEL_LINES + 2]; /* the order anew, or of its addition */
    int line_count;
    int64_t drops, back, difference;
};
/* What it comes to, and the refusal that it must get, or NULL. */
const char *model_edit_plan(const struct model *m, int order, const struct model_edit *e,
                            int64_t now_ms, struct model_edit_plan *ret);
/* addition: the order that was made for what came in to a paid one; 0: none. */
void model_edited(struct model *m, int order, const struct model_edit *e,
                  const struct model_edit_plan *plan, struct order_id addition, int64_t now_ms);

#endif
