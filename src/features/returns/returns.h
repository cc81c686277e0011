/* returns: goods that come back. A buyer asks to return pieces of an order that are with her, the
 * shop agrees (or refuses, with a reason), she sends them, the shop receives them, puts them on the
 * shelf or writes them off, and her money goes back. The machine: returns_rules.h; a step that is
 * not in it is refused, each leaves an audit row, is told in the chat and by mail.
 *
 * Never more pieces come back than arrived, never more money goes back than was captured, and each
 * return pays back once (verify: returns). Every command locks the order's row first.
 * Not here: the refund at the provider and its books (order), the shelf (stock).
 */
#ifndef RETURNS_RETURNS_H
#define RETURNS_RETURNS_H

#include "chat/chat.h"
#include "media/media.h"
#include "order/order.h"

ID_TYPE(return);

enum {
    RETURNS_TEXT_MAX = 500,   /* characters, of every text people type */
    RETURNS_PHOTOS_MAX = 4,
    RETURNS_OF_ORDER_MAX = 20, /* asked for of one order */
    RETURNS_EU_DAYS = 14      /* the right of withdrawal of consumers in the EU */
};

enum returns_state {
    RETURNS_STATE_UNSET = 0,
    RETURNS_ASKED,
    RETURNS_AGREED,
    RETURNS_REFUSED,
    RETURNS_SENT,
    RETURNS_RECEIVED,
    RETURNS_REFUNDED,
    RETURNS_CLOSED,           /* she took it back, or did not send it in time */
    RETURNS_STATE_COUNT
};

enum returns_reason {
    RETURNS_REASON_UNSET = 0,
    RETURNS_MIND,             /* changed her mind */
    RETURNS_FIT,
    RETURNS_BROKEN,
    RETURNS_WRONG,            /* not what was ordered */
    RETURNS_LATE,
    RETURNS_REASON_COUNT
};

struct returns_line {
    int64_t position;         /* of the order's line, from 0 */
    int64_t quantity;
};

struct returns_case {
    struct return_id id;
    struct shop_id shop_id;
    struct order_id order_id;
    int64_t number;           /* 1, 2, ... per shop */
    struct contact_id contact_id;
    enum returns_state state;
    enum returns_reason reason;
    bool keeps;               /* she need not send it */
    bool restocked;           /* back on the shelf; else written off, once received */
    struct currency currency; /* the order's */
    int64_t value_minor, shipping_minor, fee_minor;
    int64_t refund_minor;     /* asked to go back, once REFUNDED */
    int64_t struck_minor;     /* what she need not pay any more of the order, once REFUNDED */
    int64_t struck_by_others_minor; /* the same of the order's other returns */
    str words;                /* hers; may be empty */
    str answer;               /* of the shop: where to send it, or why not */
    str verdict;              /* what it said when it paid back; may be empty */
    str tracking;             /* may be empty */
    int64_t asked_ms, changed_ms;
    int64_t due_ms;           /* the shop answers, she sends until then; 0 = no limit */
    struct returns_line *lines;
    size_t line_count;
    int64_t photos[RETURNS_PHOTOS_MAX];
    size_t photo_count;
};

static inline struct money returns_money(const struct returns_case *c, int64_t minor)
{
    return (struct money){.minor = minor, .currency = c->currency};
}

/* ---- what the shop grants ---- */

struct returns_terms {
    int64_t window_days;      /* from the day it arrived; 0..365 */
    int64_t answer_days;      /* 1..14: then it is agreed by itself */
    int64_t send_days;        /* 1..60: then it lapses */
    int64_t fee_percent;      /* 0..50, kept unless it is the shop's fault or her right */
    str instructions;         /* where to send it; may be empty */
};
const struct err *returns_terms_get(struct tx *tx, struct arena *a, const struct platform *p,
                                    struct shop_id shop, struct returns_terms *ret) MUST_CHECK;
/* INVALID with the field (a setting's name). */
const struct err *returns_terms_set(struct turn *t, struct shop_id shop,
                                    const struct returns_terms *x) MUST_CHECK;

/* ---- the buyer ---- */

/* What may be returned of each line of the order right now. */
struct returns_piece {
    int64_t position, quantity;
    int64_t until_ms;         /* the last moment to ask; 0: begins when it has arrived */
};
/* Lines of which nothing may be returned are left out. `o` with its lines. */
const struct err *returns_possible(struct tx *tx, struct arena *a, const struct platform *p,
                                   const struct order *o, int64_t now_ms,
                                   struct returns_piece **ret, size_t *ret_count) MUST_CHECK;
/* The last moment to return anything of what has arrived, over or not; 0: nothing has. */
const struct err *returns_until(struct tx *tx, struct arena *a, const struct platform *p,
                                const struct order *o, int64_t *ret_ms) MUST_CHECK;

struct returns_ask {
    struct shop_id shop_id;
    struct order_id order_id;
    str key;                  /* 1..100: the same again is the same return */
    enum returns_reason reason;
    str words;                /* may be empty */
    const struct returns_line *lines;
    size_t line_count;        /* 1.. */
    const int64_t *photos;
    size_t photo_count;       /* ..RETURNS_PHOTOS_MAX; of the actor, else INVALID */
};
/* A parcel that nobody said arrived has arrived when she returns what is in it. INVALID
 * returns.choose, returns.no_reason, returns.bad_text; CONFLICT returns.too_many_pieces (arg 0 =
 * how many may be), returns.too_late; LIMIT returns.too_many. */
const struct err *returns_ask(struct turn *t, const struct returns_ask *x,
                              struct return_id *ret) MUST_CHECK;
/* It is on its way. The same tracking again changes nothing. CONFLICT returns.not_open. */
const struct err *returns_send(struct turn *t, struct shop_id shop, struct return_id id,
                               str tracking) MUST_CHECK;
/* She keeps it after all. CONFLICT returns.not_open once it is sent. */
const struct err *returns_withdraw(struct turn *t, struct shop_id shop,
                                   struct return_id id) MUST_CHECK;

/* ---- the shop; each again changes nothing; CONFLICT returns.not_open ---- */

/* words: where to send it; empty: the shop's usual instructions. fee: at most what was told, -1 =
 * that. keep: she need not send it, and all that is due goes back at once. INVALID
 * returns.bad_fee. */
struct returns_agree {
    struct shop_id shop_id;
    struct return_id id;
    str words;
    int64_t fee_minor;
    bool keep;
};
const struct err *returns_agree(struct turn *t, const struct returns_agree *x) MUST_CHECK;
/* words: why; INVALID returns.say_why when empty. */
const struct err *returns_refuse(struct turn *t, struct shop_id shop, struct return_id id,
                                 str words) MUST_CHECK;
/* It is here: onto the shelf, or written off. */
const struct err *returns_receive(struct turn *t, struct shop_id shop, struct return_id id,
                                  bool restock) MUST_CHECK;
/* Pays back, once. amount -1: all that is due. Less needs words (INVALID returns.say_why), more is
 * CONFLICT returns.refund_too_much (arg 0 = what is due); the same amount again changes nothing. */
const struct err *returns_refund(struct turn *t, struct shop_id shop, struct return_id id,
                                 int64_t amount_minor, str words) MUST_CHECK;

/* ---- reading ---- */

/* NOT_FOUND returns.gone. */
const struct err *returns_get(struct tx *tx, struct arena *a, struct shop_id shop,
                              struct return_id id, struct returns_case *ret) MUST_CHECK;
/* Newest first, before `before` (v == 0: from the newest); state 0: all; at most `limit`. */
const struct err *returns_list(struct tx *tx, struct arena *a, struct shop_id shop,
                               enum returns_state state, struct return_id before, size_t limit,
                               struct returns_case **ret, size_t *ret_count) MUST_CHECK;
/* All of an order, the newest first. */
const struct err *returns_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct order_id order, struct returns_case **ret,
                                   size_t *ret_count) MUST_CHECK;
/* What may go back now: value and shipping without the fee, less what she has not paid yet of the
 * order, at most what was captured and is not on its way back. `o`: its order. ret_struck (may be
 * NULL): what of it she has not paid and need not pay any more. */
int64_t returns_due_minor(const struct returns_case *c, const struct order *o,
                          int64_t *ret_struck_minor);

/* Events: returns.asked, returns.agreed, returns.refused, returns.sent, returns.received,
 * returns.refunded, returns.withdrawn, returns.lapsed: subject return, object order, number =
 * value, of refunded the amount; account = buyer. */

extern const struct feature returns_feature;

#endif
