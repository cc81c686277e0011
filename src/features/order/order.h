/* order: carts, checkout, orders and their payments.
 *
 * An order is placed whole in one turn: idempotency row, price quote, holds, lines, party (sealed),
 * attribution, audit, event. Payment, fulfilment and group are derived axes. Payments are attempts,
 * several per order and by several payers; "paid" comes only from a verified payment notice
 * (payment_inbox). An order is secured when its deposit, or without one its whole total, has been
 * captured: then its goods leave the shelf. What is not secured expires (wait_ms), its holds
 * are released and captured parts go back. State machine:
 * order_rules.h; a transition not in the table is refused, each leaves an audit row (I13).
 */
#ifndef ORDER_ORDER_H
#define ORDER_ORDER_H

#include "core/address.h"
#include "core/ports/payment_port.h"
#include "identity/identity.h"
#include "price/price.h"

ID_TYPE(order);
ID_TYPE(share); /* of a split bill: order_share.h */

enum order_state {
    ORDER_STATE_UNSET = 0,
    ORDER_PLACED,
    ORDER_CANCELLED,
    ORDER_EXPIRED,
    ORDER_CLOSED,
    ORDER_STATE_COUNT
};
enum order_payment_state {
    ORDER_PAYMENT_UNSET = 0,
    ORDER_UNPAID,
    ORDER_PAID,
    ORDER_PART_REFUNDED,
    ORDER_REFUNDED,
    ORDER_PART_PAID,          /* something arrived, but not yet all */
    ORDER_AUTHORISED          /* promised in full (on delivery, or held on a card), not here yet */
};
enum order_fulfilment {
    ORDER_FULFILMENT_UNSET = 0,
    ORDER_UNFULFILLED,
    ORDER_SHIPPED,            /* all of it */
    ORDER_DELIVERED,
    ORDER_PART_SHIPPED
};

enum {
    ORDER_ANSWERS_MAX = 8,
    ORDER_NOTE_MAX = 500,
    ORDER_PARCELS_MAX = 100,
    ORDER_ADDITIONS_MAX = 10
};

/* Who and where: personal data, stored sealed. */
struct order_party {
    str email;                /* required */
    str vat_id;               /* of a company; may be absent */
    struct address address;   /* required when something is shipped */
};

struct order_answer {
    str question, answer;     /* from the flow or the checkout page; printed on the order */
};

struct order_place {
    const struct price_quote *agreed; /* prices both sides agreed on; NULL = today's */
    str key;                  /* idempotency key, 1..255; unique per buyer */
    struct shop_id shop_id;
    struct account_id buyer_id;
    struct visitor_id visitor_id;
    const struct price_want *wants;
    size_t want_count;
    str currency;             /* code; absent or not sold in: the shop's own */
    int64_t method_id;        /* of delivery; 0 or not offered: the cheapest */
    int64_t deposit_minor;    /* what secures it, 0 = the whole total; at most the total */
    int64_t wait_ms;          /* for the money that secures it; 0: 30 minutes */
    int64_t expected_total_minor; /* what she was shown; -1 = not shown. Differs -> CONFLICT
                                     "order.price_changed" (arg 0 = new total) */
    struct order_party party;
    const struct order_answer *answers;
    size_t answer_count;
    str channel;              /* "site", "telegram", "api" */
    int64_t conversation_id, post_id; /* 0 = none */
    bool mail_consent;
    bool is_addition;         /* the shop's act (order_edit.h): nothing of it is remembered */
    bool is_sample;           /* one piece of each, at the price of a sample */
};

struct order_line {
    struct variant_id variant_id;
    struct product_id product_id;
    str title, variant_title, sku;
    int64_t quantity, unit_minor, total_minor, media_id;
    int64_t shipped;          /* of the quantity */
    int64_t dropped;          /* of the quantity: taken out before they were sent */
    bool is_sample;           /* one piece to try, at its own price */
};
/* Pieces that still wait to be sent. */
static inline int64_t order_line_left(const struct order_line *l)
{
    return l->quantity - l->shipped - l->dropped;
}

struct order {
    struct order_id id;
    struct shop_id shop_id;
    int64_t number;           /* 1001, 1002, ... per shop */
    struct account_id buyer_id;
    struct contact_id contact_id;
    enum order_state state;
    enum order_payment_state payment;
    enum order_fulfilment fulfilment;
    struct currency currency, base_currency; /* base: the shop's own */
    int64_t rate_micros;      /* units of currency for one of base_currency, in millionths */
    int64_t goods_minor, shipping_minor, tax_minor, total_minor, paid_minor, refunded_minor;
    int64_t refunding_minor;  /* asked back, not confirmed yet */
    int64_t deposit_minor;    /* 0 = only the whole total secures it */
    int64_t authorised_minor; /* promised, not captured */
    int64_t pool_id;          /* which pool brought it */
    bool tax_included;
    str tracking;             /* of the newest parcel, "" until shipped */
    str channel;
    int64_t conversation_id, post_id;
    struct order_line *lines;
    size_t line_count;
    struct order_answer answers[ORDER_ANSWERS_MAX];
    size_t answer_count;
    struct order_party party; /* opened; fields absent after erasure */
    str access_key;           /* unguessable: /o/{id}?key=... for guests */
    int64_t placed_ms, expires_ms, paid_ms; /* paid: the whole; expires: INT64_MAX once secured */
    int64_t secured_ms;       /* goods left the shelf; 0 = not yet */
    bool is_agreed;           /* prices of a quotation: they stand */
    /* order_edit.h; order_get fills these */
    struct order_id added_to; /* what it is an addition to; v == 0: an order by itself */
    struct order_id additions[ORDER_ADDITIONS_MAX];
    size_t addition_count;
};

/* An amount of the order with its currency. */
static inline struct money order_money(const struct order *o, int64_t minor)
{
    return (struct money){.minor = minor, .currency = o->currency};
}

/* What has not been captured yet of the total. */
static inline int64_t order_due_minor(const struct order *o)
{
    return o->total_minor - o->paid_minor;
}

/* What a buyer is asked for next: the rest of the deposit until it is secured, then the balance. */
static inline int64_t order_due_now_minor(const struct order *o)
{
    return o->secured_ms == 0 && o->deposit_minor > o->paid_minor
               ? o->deposit_minor - o->paid_minor : order_due_minor(o);
}

/* The same key again gives the same order (or the same refusal). CONFLICT stock.sold_out,
 * order.price_changed; INVALID for what was typed wrong, with the field. After a refusal the turn
 * may go on: nothing of the attempt stays. */
const struct err *order_place(struct turn *t, const struct order_place *o,
                              struct order_id *ret) MUST_CHECK;
/* The same; and when the order was made by this very call and waits for its payment, *ret_made is
 * what order_get would say, but for the access key, so that it need not be read again. Otherwise
 * ret_made->id is 0. */
const struct err *order_place_made(struct turn *t, const struct order_place *o,
                                   struct order_id *ret, struct order *ret_made) MUST_CHECK;
const struct err *order_get(struct tx *tx, struct arena *a, struct platform *p, struct shop_id shop,
                            struct order_id id, struct order *ret) MUST_CHECK;
/* The same without lines, answers, party, access key and additions. */
const struct err *order_head(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct order_id id, struct order *ret) MUST_CHECK;
/* Orders of a buyer over all shops, newest first. */
const struct err *order_list_of_buyer(struct tx *tx, struct arena *a, struct account_id buyer,
                                      size_t limit, struct order **ret,
                                      size_t *ret_count) MUST_CHECK;

/* The same, older than `before` (v == 0: newest). */
const struct err *order_list_of_buyer_before(struct tx *tx, struct arena *a,
                                             struct account_id buyer, struct order_id before,
                                             size_t limit, struct order **ret,
                                             size_t *ret_count) MUST_CHECK;

struct order_ref {
    struct shop_id shop_id;
    struct order_id order_id;
};

/* Starts a payment outside any turn: attempt row, gateway->begin with a deadline, result row;
 * applies PAID by a notice. `key` makes it once. use_saved: pay with the buyer's remembered method
 * when there is one. */
struct order_pay {
    str key;
    struct shop_id shop_id;
    struct order_id order_id;
    struct account_id payer_id;
    str gateway;              /* absent = the shop's default */
    bool use_saved, remember;
    int64_t amount_minor;     /* 0 = what is due now; more than what is due at all: CONFLICT
                                 order.pays_too_much */
    int64_t shown_minor;      /* what she was shown that she pays; another by now: CONFLICT
                                 order.price_changed; 0 = not shown */
    /* Paid by one charge of all that is due now of each, in rising order of order_id, two or more;
     * the first is shop_id and order_id. NULL: that one alone. See order_bundle.h. */
    const struct order_ref *orders;
    size_t order_count;
    struct share_id share_id; /* a friend's share of the bill: its amount counts; 0: none */
    str return_path;
};
const struct err *order_pay_begin(struct platform *p, struct arena *a, const struct order_pay *pay,
                                  struct payment_begin *ret) MUST_CHECK;

/* A buyer may order one sample of a product, once. Cancelled and expired orders do not count; what
 * was agreed in a quotation neither. Order_place refuses another: CONFLICT order.sample_taken (arg:
 * title). */
const struct err *order_sample_is_taken(struct tx *tx, struct arena *a, struct account_id buyer,
                                        struct product_id product, bool *ret) MUST_CHECK;

/* Which gateways a payer may choose from in this shop; the shop's own choice first. */
const struct err *order_gateways(struct tx *tx, struct arena *a, const struct platform *p,
                                 struct shop_id shop, const struct payment_gateway **ret,
                                 size_t *ret_count) MUST_CHECK; /* PAYMENT_GATEWAYS_MAX */
/* Which of them pay orders of all these shops in one go, in the order of the first shop: those that
 * all have, and that fill one purse there or leave each order its own payment (payment_port.h,
 * purse). */
const struct err *order_gateways_of_all(struct tx *tx, struct arena *a, const struct platform *p,
                                        const struct shop_id *shops, size_t count,
                                        const struct payment_gateway **ret,
                                        size_t *ret_count) MUST_CHECK;
/* Asks the provider how an attempt stands and applies the answer; also when nobody knows, NULL. */
const struct err *order_pay_ask(struct platform *p, struct arena *a, struct shop_id shop,
                                int64_t payment_id) MUST_CHECK;
/* Takes what was authorised, or says that money arrived that only people can see (a bank transfer).
 * CONFLICT order.not_capturable; the gateway's own refusals. *ret_step: PAID, or PENDING when
 * something is still missing (a second person). */
const struct err *order_pay_capture(struct platform *p, struct arena *a, struct shop_id shop,
                                    struct order_id order, int64_t payment_id,
                                    struct account_id actor,
                                    enum payment_step *ret_step) MUST_CHECK;

/* Remembered by account: last address + mail, and a saved payment method's label ("Test card
 * ···4242"). */
struct order_remembered {
    bool has_party, has_method;
    struct order_party party;
    str method_label;
    str method_gateway;       /* where it works: see order_method_works */
};
/* Whether the remembered method pays at this gateway in this shop. */
bool order_method_works(const struct order_remembered *known, struct arena *a, struct shop_id shop,
                        const struct payment_gateway *gateway);
const struct err *order_remembered_get(struct tx *tx, struct arena *a, struct platform *p,
                                       struct account_id buyer,
                                       struct order_remembered *ret) MUST_CHECK;

/* Forgets what a buyer told one shop: her parties there open no more, in no order. */
const struct err *order_party_forget(struct turn *t, struct shop_id shop,
                                     struct account_id buyer) MUST_CHECK;
/* Forgets address and payment method kept for her next order. */
const struct err *order_remembered_forget(struct turn *t, struct account_id buyer) MUST_CHECK;

/* Locks the order for this turn: until its end nobody else changes it. NOT_FOUND order.gone. */
const struct err *order_lock(struct turn *t, struct shop_id shop, struct order_id id) MUST_CHECK;
/* The tax within `amount_minor` of its total, when `before_minor` was counted already: as the
 * ledger books it, so that parts add up. */
const struct err *order_tax_of(struct arena *a, const struct order *o, int64_t before_minor,
                               int64_t amount_minor, int64_t *ret_minor) MUST_CHECK;

/* Which shop an order belongs to, for pages that know its id only. NOT_FOUND order.gone. */
const struct err *order_find(struct tx *tx, struct arena *a, struct order_id id,
                             struct shop_id *ret_shop, struct account_id *ret_buyer) MUST_CHECK;
bool order_key_opens(struct platform *p, struct arena *a, struct order_id id, str key);

/* Cancels what is not shipped; money that was paid is asked back in the same turn. CONFLICT
 * order.not_cancellable. */
const struct err *order_cancel(struct turn *t, struct shop_id shop, struct order_id id,
                               const char *why) MUST_CHECK;
/* Refund through the gateway; amount <= paid - refunded; restocks all lines when the whole order is
 * refunded. */
const struct err *order_refund(struct platform *p, struct arena *a, struct shop_id shop,
                               struct order_id id, int64_t amount_minor, str key,
                               struct account_id actor) MUST_CHECK;

/* ---- inside a turn of another feature, which has to do something else with it ---- */
/* The order without lines and party, locked for this turn. NOT_FOUND order.gone. */
const struct err *order_load(struct turn *t, struct shop_id shop, struct order_id id,
                             struct order *ret) MUST_CHECK;
/* Rows that take `amount_minor` from what was captured for the order, newest payment first, and the
 * job that asks the providers. Once per key: the caller's own state sees to that. CONFLICT
 * order.refund_too_much. */
const struct err *order_refund_queue(struct turn *t, const struct order *o, int64_t amount_minor,
                                     str key) MUST_CHECK;
/* She owes nothing more of it, though it was not all paid: what she owed is struck out of the
 * books, and providers let go of what was promised. Of a closed order that is not paid in full (BUG
 * otherwise), once: the caller's own state sees to that. */
const struct err *order_forgive(struct turn *t, const struct order *o) MUST_CHECK;
/* How much was asked back with this key, whatever became of it; 0 = nothing. */
const struct err *order_refund_asked(struct tx *tx, struct arena *a, struct shop_id shop,
                                     struct order_id id, str key, int64_t *ret_minor) MUST_CHECK;

/* ---- parcels ---- */
struct order_parcel_line {
    int64_t position;         /* of the order's line, from 0 */
    int64_t quantity;
};
struct order_send {
    struct shop_id shop_id;
    struct order_id order_id;
    str key;                  /* 1..255: the same key again is the same parcel */
    str tracking;             /* words or a number for the buyer, may be empty */
    const struct order_parcel_line *lines;
    size_t line_count;        /* 0 = all that is left */
};
/* A parcel is on its way. CONFLICT order.not_shippable, order.ships_too_many; INVALID
 * order.ships_nothing. */
const struct err *order_send(struct turn *t, const struct order_send *s,
                             int64_t *ret_parcel) MUST_CHECK;
/* All that is left, once. */
const struct err *order_ship(struct turn *t, struct shop_id shop, struct order_id id,
                             str tracking) MUST_CHECK;
/* One parcel is with the buyer; with the last one of all the order is delivered. */
const struct err *order_parcel_arrived(struct turn *t, struct shop_id shop, struct order_id id,
                                       int64_t parcel) MUST_CHECK;
/* All of them are. */
const struct err *order_deliver(struct turn *t, struct shop_id shop, struct order_id id) MUST_CHECK;

struct order_parcel {
    int64_t id;
    str tracking;
    int64_t sent_ms, delivered_ms; /* 0 = still on its way */
    struct order_parcel_line *lines;
    size_t line_count;
};
/* In the order they were sent, at most ORDER_PARCELS_MAX. */
const struct err *order_parcels(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct order_id id, struct order_parcel **ret,
                                size_t *ret_count) MUST_CHECK;

/* ---- changes before it is sent ---- */
/* What goods of `goods_minor` of this order cost with their part of the tax, when goods of
 * `before_minor` were given back already: parts of all goods add up to the whole exactly. All of
 * them and the shipping together are the order's total. */
const struct err *order_goods_value(struct arena *a, const struct order *o, int64_t before_minor,
                                    int64_t goods_minor, int64_t *ret_minor) MUST_CHECK;
/* What taking these pieces out would give back: the goods with their part of the tax. `o` with its
 * lines. CONFLICT order.not_changeable (not paid, or all of it is sent), order.drops_too_many (arg
 * 0 = how many wait to be sent), order.drops_all (that is order_cancel). */
const struct err *order_drop_value(struct arena *a, const struct order *o,
                                   const struct order_parcel_line *lines, size_t count,
                                   int64_t *ret_minor) MUST_CHECK;
struct order_drop {
    struct shop_id shop_id;
    struct order_id order_id;
    str key;                  /* 1..200: the same key again changes nothing */
    const struct order_parcel_line *lines;
    size_t line_count;
    int64_t expected_minor;   /* what was shown to go back; -1 = not shown. Differs -> CONFLICT
                                 order.changed_meanwhile */
};
/* Takes pieces out of a paid order: they go back on the shelf, their money to the buyer, who is
 * told by mail. */
const struct err *order_drop(struct turn *t, const struct order_drop *d,
                             int64_t *ret_minor) MUST_CHECK;
/* Another address in the same country, while nothing is sent; the same one changes nothing. INVALID
 * order.other_country and those of address_check, with the field. */
const struct err *order_readdress(struct turn *t, struct shop_id shop, struct order_id id,
                                  const struct address *to) MUST_CHECK;

/* ---- the cart: one per account, over all shops; names variants, never prices ---- */
struct cart_item {
    struct shop_id shop_id;
    struct variant_id variant_id;
    int64_t quantity;         /* 1..999 */
};
enum { CART_LINES_MAX = 100 };
/* quantity 0 takes it out; `add` adds to what is there. INVALID price.bad_quantity, LIMIT
 * order.cart_full, NOT_FOUND catalog.gone for a variant that is not this shop's. */
const struct err *cart_set(struct turn *t, struct account_id account, struct shop_id shop,
                           struct variant_id variant, int64_t quantity, bool add) MUST_CHECK;
/* In the order they were added, shop by shop. shop v == 0: all shops. */
const struct err *cart_items(struct tx *tx, struct arena *a, struct account_id account,
                             struct shop_id shop, struct cart_item **ret,
                             size_t *ret_count) MUST_CHECK;
/* What was ordered leaves the cart; what an order had no room for stays. */
const struct err *cart_clear(struct turn *t, struct account_id account, struct shop_id shop,
                             struct order_id ordered) MUST_CHECK;

/* ---- for pages: templates order_sums, order_timeline, order_promises of order/order_tpl.h ---- */

/* Sums in the order people read them. */
struct sums_view {
    struct money goods, shipping, tax, total;
    struct money paid, due;   /* minor 0 unless it is paid in part */
    bool tax_included;
};

struct checkout_field {
    struct address_input input;
    str value, error;
};

struct timeline_row {
    const char *tone;         /* "done", "now", "next", "good", "bad" */
    const char *glyph;
    str words;
    int64_t at_ms;            /* 0 = not yet */
    str note;
};

/* The order in path parameter 0, when the reader is its buyer or has its key (?key=, field
 * `access`); else NOT_FOUND. */
const struct err *order_of_reader(struct web *w, struct order_id *ret_id,
                                  struct shop_id *ret_shop) MUST_CHECK;
/* The key by which the reader came; empty when it is none of this order. */
str order_access_of_reader(struct web *w, struct order_id id);
/* Pieces of lines: q0, q1, ... of a form, or "lines" [{position, quantity}] of JSON; none of them:
 * *ret_count 0. Room for PRICE_LINES_MAX. */
const struct err *order_input_pieces(struct web *w, struct order_parcel_line **ret,
                                     size_t *ret_count) MUST_CHECK;
/* E-mail and address from form or JSON; the address is checked when the order is placed. */
const struct err *order_input_party(struct web *w, struct order_party *ret) MUST_CHECK;
/* On to where a payment begins. A form may not lead to another site (our own content policy), so
 * that is a page which goes on by itself. */
const struct err *order_ways_go(struct web *w, str redirect) MUST_CHECK;

/* Events: order.placed, order.authorised, order.paid, order.cancelled, order.expired,
 * order.refunded, order.shipped, order.delivered, order.payment_returned, order.payment_alarm,
 * order.changed, order.added, order.readdressed
 * (subject = order, object = conversation, number = amount, account = buyer). */

extern const struct feature order_feature;

#endif
