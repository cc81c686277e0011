/* What the files of feature order share; nobody else includes it. */
#ifndef ORDER_ORDER_PART_H
#define ORDER_ORDER_PART_H

#include "order/order_bundle.h"
#include "order/order_edit.h"
#include "order/order_rules.h"
#include "order/order_share.h"
#include "order/order_sql.h"
#include "stock/stock.h"

enum { ORDER_HOLD_MS = 30 * 60 * 1000, ORDER_REFUND_RETRY_MS = 60 * 1000 };
static const int64_t ORDER_WAIT_MAX_MS = (int64_t)90 * 24 * 3600 * 1000; /* of order_place */
/* Attempts to pay one order: beside its shares; for all its shares, also those of a split that was
 * made anew; for one share; and by one payer for it, so that who has the link of a split bill
 * cannot use up the others' attempts. */
enum {
    ORDER_ATTEMPTS_MAX = 20,
    SHARE_ATTEMPTS_MAX = 20,
    SHARE_ATTEMPTS_OF_PAYER_MAX = 5,
    SHARES_ATTEMPTS_MAX = SHARES_MAX * SHARE_ATTEMPTS_MAX,
    ORDER_PAYMENTS_MAX = ORDER_ATTEMPTS_MAX + SHARES_ATTEMPTS_MAX
};
enum refund_state { REFUND_UNSET = 0, REFUND_ASKED, REFUND_DONE, REFUND_FAILED };

/* ---- order_party.c: what the buyer told, sealed ---- */
/* Checked e-mail, and address when `is_shipped`. INVALID with the field's name. */
const struct err *order_party_check(struct arena *a, struct order_party *party,
                                    bool is_shipped) MUST_CHECK;
const struct err *order_party_seal(struct turn *t, struct shop_id shop, struct account_id buyer,
                                   struct order_id id, const struct order_party *party,
                                   str *ret) MUST_CHECK;
/* An absent or unreadable party (erased key) leaves *ret empty. */
const struct err *order_party_open(struct tx *tx, struct arena *a, struct platform *p,
                                   struct shop_id shop, struct account_id buyer, struct order_id id,
                                   str sealed, struct order_party *ret) MUST_CHECK;
const struct err *order_remember(struct turn *t, struct account_id buyer,
                                 const struct order_party *party) MUST_CHECK;
/* Under which name a method is remembered: order_saved_method, order_method_keep. */
const struct err *order_method_place(struct arena *a, struct shop_id shop,
                                     const struct payment_gateway *gateway, str *ret) MUST_CHECK;
/* The token of the remembered way to pay at this gateway, or absent. */
const struct err *order_saved_method(struct tx *tx, struct arena *a, struct platform *p,
                                     struct account_id buyer, str gateway,
                                     str *ret_token) MUST_CHECK;
const struct err *order_method_keep(struct turn *t, struct account_id buyer, str gateway, str token,
                                    str label) MUST_CHECK;

/* ---- order_quote.c: what an order costs, as it is asked for ---- */
/* INVALID order.bad_vat_id (field vat_id) beside what price refuses. */
const struct err *order_quote(struct tx *tx, struct arena *a, const struct shop *shop,
                              const struct price_want *wants, size_t count,
                              const struct order_place *o, struct price_quote **ret) MUST_CHECK;
/* Of a quote that was agreed on without one: its own currency, at one. */
struct shop_rate order_quote_rate(const struct price_quote *q);
/* What money of the order is worth in the shop's own currency: of the step from `before` to
 * `after`, so that steps add up to the whole. */
const struct err *order_base_step(struct arena *a, const struct order *o, int64_t before_minor,
                                  int64_t after_minor, int64_t *ret_minor) MUST_CHECK;

const struct err *order_lines_store(struct turn *t, struct shop_id shop, struct order_id id,
                                    const struct price_quote *q) MUST_CHECK;

/* ---- order_hold.c ---- */
/* The buyer's orders in the shop that may hold something; none while they are too few to matter.
 * The one that is being placed may be among them. */
struct order_holders {
    struct order_ids_recent_row *orders;
    size_t count;
};
const struct err *order_holders(struct turn *t, struct shop_id shop, struct account_id buyer,
                                struct order_holders *ret) MUST_CHECK;
/* Whether one more order of theirs may hold the variant: LIMIT order.too_many_holds. */
const struct err *order_hold_may(struct turn *t, struct shop_id shop, struct variant_id variant,
                                 const struct order_holders *holders) MUST_CHECK;

/* ---- order_sample.c ---- */
/* Takes the buyer's one sample of each product that the quote has one of: CONFLICT
 * order.sample_taken. */
const struct err *order_sample_claim(struct turn *t, struct shop_id shop, struct order_id id,
                                     struct account_id buyer,
                                     const struct price_quote *q) MUST_CHECK;
/* The order has no sample of the product any more (v 0: of none): she may ask for one again. */
const struct err *order_sample_free(struct turn *t, const struct order *o,
                                    struct product_id product) MUST_CHECK;
/* The order was written anew: what it has no sample of any more, she may ask for again. */
const struct err *order_sample_anew(struct turn *t, const struct order *o,
                                    const struct price_quote *q) MUST_CHECK;
/* The order expired, and its money came all the same: its samples are taken again. False: she took
 * another meanwhile, and none is. */
const struct err *order_sample_again(struct turn *t, const struct order *o, bool *ret) MUST_CHECK;

/* ---- order_money.c: journals, attribution, what a state change tells ---- */
/* Pending: what the buyer owes; +1 when placed, -1 when that is over (paid, cancelled, expired). */
const struct err *order_book_owed(struct turn *t, const struct order *o, int sign) MUST_CHECK;
/* Pending: it was written anew, and something else is owed. */
const struct err *order_book_rewritten(struct turn *t, const struct order *before,
                                       const struct order *after, int64_t change) MUST_CHECK;
/* extra: money that the order has no use for and that goes back. */
const struct err *order_book_captured(struct turn *t, const struct order *o, int64_t payment_id,
                                      int64_t amount_minor, bool is_extra) MUST_CHECK;
/* `before_minor`: refunded of this order so far. */
const struct err *order_book_refunded(struct turn *t, const struct order *o, int64_t refund_id,
                                      int64_t before_minor, int64_t amount_minor,
                                      bool is_extra) MUST_CHECK;
/* An audit row, an event and a word to everyone who watches the order. */
const struct err *order_tell(struct turn *t, const struct order *o, const char *kind,
                             int64_t number, str why) MUST_CHECK;

/* ---- order_life.c: transitions ---- */
/* Moves it along the table; CONFLICT `refusal` when there is no such step. */
const struct err *order_move(struct turn *t, struct order *o, enum order_act act,
                             const char *refusal) MUST_CHECK;
/* `amount` was captured for it and its row is updated: when that secures it, goods leave the shelf
 * and the mail is promised; everybody is told how far it is paid. */
const struct err *order_settle(struct turn *t, const struct order *o,
                               int64_t amount_minor) MUST_CHECK;
const struct err *order_expire(struct job_run *run) MUST_CHECK; /* job */
const struct err *order_fill(struct arena *a, const struct order_row_row *row,
                             struct order *ret) MUST_CHECK;

/* ---- order_refund.c ---- */
/* The whole of one payment that the order had no use for. */
const struct err *order_refund_extra(struct turn *t, const struct order *o, int64_t payment_id,
                                     int64_t amount_minor) MUST_CHECK;
/* A provider reports that money of a captured charge went back. Which order's it was: that of our
 * request (by our id, else by the provider's name of it, else one that waits with this amount);
 * what nobody here asked for is taken from the orders in turn. */
struct refund_said {
    str provider_ref;
    int64_t refund_id;        /* ours, or 0 */
    int64_t amount_minor;
    int64_t event_row;        /* the notice's row */
};
const struct err *order_refund_noticed(struct turn *t, const struct payment_row_row *payment,
                                       const struct refund_said *said,
                                       const char **ret_verdict) MUST_CHECK;
const struct err *order_refund_job(struct job_run *run) MUST_CHECK;

/* ---- order_charge.c: a charge and its shares ---- */
/* Whether the provider knows the attempt by this row: alone, or the first of a charge's shares. */
bool order_charge_leads(const struct payment_row_row *row);
/* What the provider takes: the sum of all shares. */
int64_t order_charge_minor(const struct payment_row_row *row);
/* All shares of the charge that the row belongs to, in rising order of order; a row that is a
 * charge of its own: that. Turns lock the orders in this order. */
const struct err *order_charge_rows(struct tx *tx, struct arena *a,
                                    const struct payment_row_row *row,
                                    struct payment_row_row **ret, size_t *ret_count) MUST_CHECK;
/* The row that leads the charge which this one belongs to. */
const struct err *order_charge_lead(struct tx *tx, struct arena *a, struct shop_id shop,
                                    int64_t payment_id, struct payment_row_row *ret,
                                    bool *ret_found) MUST_CHECK;

/* ---- order_rewrite.c ---- */
/* What the order would cost as edited, those of `adds` at today's price. CONFLICT order.drops_all;
 * INVALID order.edits_nothing, order.no_delivery. */
const struct err *order_rewrite_quote(struct tx *tx, struct arena *a, const struct order *o,
                                      const struct order_edit *e, const struct price_want *adds,
                                      size_t add_count, struct price_quote **ret) MUST_CHECK;
/* `o` with lines and party, locked; becomes what it is then. */
const struct err *order_rewrite(struct turn *t, struct order *o, const struct order_edit *e,
                                const struct price_quote *q) MUST_CHECK;

/* ---- order_addition.c ---- */
const struct err *order_addition_quote(struct tx *tx, struct arena *a, const struct order *o,
                                       const struct order_edit_plan *plan,
                                       const struct price_want *adds, size_t count,
                                       struct price_quote **ret) MUST_CHECK;
const struct err *order_addition_make(struct turn *t, const struct order *o,
                                      const struct price_quote *q, str key,
                                      struct order_id *ret) MUST_CHECK;
const struct err *order_additions_load(struct tx *tx, struct arena *a, struct order *o) MUST_CHECK;
/* Those that are not sent yet end with the order they were added to. */
const struct err *order_additions_cancel(struct turn *t, const struct order *o) MUST_CHECK;
/* Those that are paid go along in its last parcel. */
const struct err *order_additions_send(struct turn *t, const struct order *o,
                                       str tracking) MUST_CHECK;

/* ---- order_share.c ---- */
/* Whether this account may begin to pay the share now; *ret_minor: how much it is. CONFLICT
 * order.share_paid, order.share_busy; NOT_FOUND order.gone. */
const struct err *order_share_may_pay(struct turn *t, const struct order *o,
                                      const struct order_pay *pay, int64_t *ret_minor) MUST_CHECK;
/* Whether money for the share is of use: it is still there, of this amount, and not paid yet. */
const struct err *order_share_waits(struct turn *t, const struct order *o,
                                    const struct payment_row_row *payment, bool *ret) MUST_CHECK;
/* A share came in, or is promised: from now on the order waits for the others (o->expires_ms).
 * Goods that nobody has paid anything for are held no longer than those of any other order. */
const struct err *order_share_arrived(struct turn *t, struct order *o) MUST_CHECK;

/* ---- order_pay.c ---- */
/* How long the provider is left alone before it is asked for the asks-th time. */
int64_t order_pay_patience_ms(int64_t asks);
/* What the provider is told of the attempt that the row belongs to (ret->shop_id, attempt_id: the
 * row that leads it); *ret_gateway NULL when it is not there
 * any more. NOT_FOUND order.gone. */
const struct err *order_pay_load(struct tx *tx, struct arena *a, struct platform *p,
                                 struct shop_id shop, int64_t payment_id,
                                 struct payment_attempt *ret,
                                 const struct payment_gateway **ret_gateway,
                                 enum payment_attempt_state *ret_state) MUST_CHECK;
/* What the provider answered to a call of ours, applied. */
const struct err *order_pay_answered(struct platform *p, struct arena *a, struct account_id actor,
                                     struct shop_id shop, int64_t payment_id,
                                     const struct payment_begin *answer) MUST_CHECK;

/* ---- order_pay_ask.c: jobs ---- */
const struct err *order_pay_ask_job(struct job_run *run) MUST_CHECK;
const struct err *order_pay_cancel_job(struct job_run *run) MUST_CHECK;
/* Lets the provider let go of what the order has no use for, one attempt or all that are open. */
const struct err *order_pay_cancel_one(struct turn *t, struct shop_id shop,
                                       int64_t payment_id) MUST_CHECK;
const struct err *order_pay_cancel_queue(struct turn *t, const struct order *o) MUST_CHECK;

/* ---- others ---- */
const struct err *order_access_key(struct platform *p, struct arena *a, struct order_id id,
                                   str *ret) MUST_CHECK;
const struct err *order_mail_confirmation(struct turn *t, const struct order *o) MUST_CHECK;
/* That it waits for its payment, or that its goods went back; once per order. `o` with its party.
 */
const struct err *order_mail_reminder(struct turn *t, const struct order *o,
                                      bool is_late) MUST_CHECK;
const struct err *order_remind(struct job_run *run) MUST_CHECK; /* job */
/* How many hours after its goods went back a shop may remind of an order (setting
 * order.reminder_hours); 0: while they are still held. */
enum { ORDER_REMINDERS = 4 };
bool order_reminder_is_known(int64_t hours);
/* Tells the buyer what was changed, once per `change`: {0} of the words at `key` is the order's
 * number, {1} an amount; `what` stands below. `o` with its party. */
const struct err *order_mail_changed(struct turn *t, const struct order *o, int64_t change,
                                     const char *key, int64_t minor, str what) MUST_CHECK;
const struct err *order_account_merged(struct turn *t, const struct event *e) MUST_CHECK;
const struct err *order_payment_inbox(struct turn *t, const struct payment_notice *n) MUST_CHECK;
const struct err *order_verify(struct tx *tx, struct arena *a,
                               struct verify_report *report) MUST_CHECK;

/* ---- order_change.c ---- */
bool order_goes_elsewhere(const struct order *o, const struct address *to);

#endif
