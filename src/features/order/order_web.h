/* What the handlers of feature order share; nobody else includes it. */
#ifndef ORDER_ORDER_WEB_H
#define ORDER_ORDER_WEB_H

#include "order/order_part.h"
#include "order/order_view.h"

/* ---- order_lines.c ---- */
const struct err *order_view_quote(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct price_quote *q, struct line_view **ret) MUST_CHECK;
const struct err *order_view_lines(struct tx *tx, struct arena *a, const struct shop *shop,
                                   const struct order *o, struct line_view **ret) MUST_CHECK;
struct sums_view order_view_sums(const struct order *o);
/* The words of an error in the reader's language; amounts of order.price_changed are written out.
 */
str order_words(struct web *w, const struct err *e);
/* web_cursor as an id, 0 when there is none. */
const struct err *order_cursor(struct web *w, int64_t *ret) MUST_CHECK;
const struct err *order_fresh_key(struct web *w, str *ret) MUST_CHECK;

/* ---- order_input.c ---- */
/* Fields `currency` and `method`: how it is paid and how it travels. */
const struct err *order_input_way(struct web *w, str *ret_currency,
                                  int64_t *ret_method) MUST_CHECK;
/* {"lines":[{"variant":ID,"quantity":N}]} of a JSON body. */
const struct err *order_input_lines(struct web *w, struct price_want **ret,
                                    size_t *ret_count) MUST_CHECK;
/* The same of a list that stands elsewhere in it. */
const struct err *order_input_lines_of(struct web *w, const struct json_t *list,
                                       struct price_want **ret, size_t *ret_count) MUST_CHECK;
const struct err *order_input_answers(struct web *w, struct order_answer **ret,
                                      size_t *ret_count) MUST_CHECK;

/* "/o/{id}", with the access key when the reader is not the buyer. */
const struct err *order_own_path(struct web *w, struct order_id id, struct account_id buyer,
                                 str *ret) MUST_CHECK;

/* ---- order_search.c ---- */
enum { ORDER_FILTERS = 6 };
extern const struct order_filter {
    const char *name, *text_key;
    int state, payment, fulfilment; /* 0 = any; payment 1 unpaid, 2 paid, 4 all given back */
} order_filters[ORDER_FILTERS];
struct order_search {
    str state, query; /* state: name of a filter, "" all; query: number or whole mail address */
    int64_t pool_id, before_number;
    int64_t days, from_ms;    /* placed since; 0: ever */
    struct contact_id contact_id; /* 0: everybody's */
    size_t limit;
};
const struct err *order_search_read(struct web *w, struct order_search *ret) MUST_CHECK;
/* A mail address that belongs to a contact becomes s->contact_id. */
const struct err *order_console_find(struct web *w, struct tx *tx, struct order_search *s,
                                     struct order **ret, size_t *ret_count) MUST_CHECK;

/* ---- order_console.c ---- */
struct order_action {
    struct shop_id shop_id;
    struct order_id id;
    str words;
};
/* A refusal is shown on the order's page, success told there after a redirect. */
const struct err *order_console_answer(struct web *w, const struct err *e,
                                       const char *flash) MUST_CHECK;
/* The order in the second path parameter, with the text of `field` (NULL: none) as its words. */
const struct err *order_console_act(struct web *w, turn_fn *fn, const char *field) MUST_CHECK;
const struct err *order_console_refund_do(struct web *w) MUST_CHECK;

/* ---- order_parcel_pages.c ---- */
const struct err *order_view_parcels(struct web *w, struct tx *tx, const struct order *o,
                                     bool for_shop, struct parcel_view **ret,
                                     size_t *ret_count) MUST_CHECK;
const struct err *order_console_parcel_arrived(struct web *w) MUST_CHECK;
const struct err *order_api_console_parcel_arrived(struct web *w) MUST_CHECK;

/* ---- order_payments.c ---- */
const struct err *order_console_payments(struct web *w) MUST_CHECK;
const struct err *order_console_payments_save(struct web *w) MUST_CHECK;
const struct err *order_console_reminder_save(struct web *w) MUST_CHECK;
const struct err *order_api_console_edit(struct web *w) MUST_CHECK;
const struct err *order_api_console_edit_price(struct web *w) MUST_CHECK;
const struct err *order_console_capture(struct web *w) MUST_CHECK;
const struct err *order_console_let_go(struct web *w) MUST_CHECK;
const struct err *order_api_console_capture(struct web *w) MUST_CHECK;

/* ---- order_checkout_view.c: one shop's part of a checkout ---- */
struct checkout {
    struct checkout_view v;
    struct price_want *wants;
    size_t want_count;
    struct order_party party;
    str currency;
    int64_t method_id;
};
/* The order that the form would make, but for who pays it. */
struct order_place order_checkout_want(const struct checkout *x);
/* Prices what is wanted, as it is to be sent; a country that is not said is the shop's. */
const struct err *order_checkout_quote(struct web *w, struct tx *tx,
                                       struct checkout *x) MUST_CHECK;
/* The address fields of the country, with what was typed and what is wrong with it; a problem that
 * is of no field is v.problem. */
const struct err *order_checkout_form(struct web *w, struct checkout *x,
                                      const struct err *problem) MUST_CHECK;

/* ---- order_change_pages.c ---- */
const struct err *order_console_change(struct web *w) MUST_CHECK;
const struct err *order_console_change_post(struct web *w) MUST_CHECK;
const struct err *order_console_address(struct web *w) MUST_CHECK;
const struct err *order_api_console_change(struct web *w) MUST_CHECK;
const struct err *order_api_console_address(struct web *w) MUST_CHECK;

/* ---- order_ways.c: how the reader may pay in a shop ---- */
const struct err *order_ways_fill(struct web *w, struct tx *tx, struct shop_id shop,
                                  const struct order_remembered *known,
                                  struct ways_view *ret) MUST_CHECK;
/* The same of those given; a remembered method must work in the shop. */
const struct err *order_ways_list(struct web *w, const struct payment_gateway *const *offered,
                                  size_t count, struct shop_id shop,
                                  const struct order_remembered *known,
                                  struct ways_view *ret) MUST_CHECK;
/* What she chose in a form: `use_saved` and the gateway the remembered method works at, or the one
 * she ticked; absent: the shop's first. */
const struct err *order_ways_chosen(struct web *w, struct shop_id shop, struct order_pay *ret)
    MUST_CHECK;
/* What she has to do for the newest attempt, when that waits; absent: nothing. */
const struct err *order_ways_words(struct web *w, struct tx *tx, const struct order *o,
                                   str *ret) MUST_CHECK;

/* ---- order_tracking.c ---- */
const struct err *order_console_tracking_form(struct web *w) MUST_CHECK;
const struct err *order_console_tracking(struct web *w) MUST_CHECK;
const struct err *order_api_console_tracking(struct web *w) MUST_CHECK;

/* ---- order_console_many.c ---- */
const struct err *order_console_many(struct web *w) MUST_CHECK;
const struct err *order_api_console_ship_many(struct web *w) MUST_CHECK;
/* "shipped", or in one word why not. */
const char *order_ship_result(const struct err *refusal);
const struct err *order_console_slips(struct web *w) MUST_CHECK;
const struct err *order_console_export(struct web *w) MUST_CHECK;

/* ---- order_bundle_pages.c ---- */
/* That of path parameter 0, for its buyer or whoever has its key; else NOT_FOUND. *ret_access: the
 * key by which a reader came who is not the buyer. */
const struct err *order_bundle_of_reader(struct web *w, struct order_bundle *ret,
                                         str *ret_access) MUST_CHECK;
const struct err *order_bundle_path(struct web *w, struct bundle_id id, str access,
                                    str *ret) MUST_CHECK;
/* Begins to pay with what the form chose, and leads on: to the provider or the bundle's page. Sets
 * gateway, use_saved and return_path. access: ?key= of a reader who is not the buyer. */
const struct err *order_bundle_go(struct web *w, struct order_bundle_pay *pay,
                                  str access) MUST_CHECK;

/* What was added to the order (ret: room for ORDER_ADDITIONS_MAX), and what it was added to. */
const struct err *order_view_additions(struct web *w, struct tx *tx, const struct order *o,
                                       bool for_shop, struct addition_view *ret,
                                       struct url_safe *ret_base,
                                       int64_t *ret_base_number) MUST_CHECK;

/* ---- handlers ---- */
const struct err *order_page_basket(struct web *w) MUST_CHECK;
const struct err *order_page_basket_place(struct web *w) MUST_CHECK;
const struct err *order_page_bundle(struct web *w) MUST_CHECK;
const struct err *order_page_now(struct web *w) MUST_CHECK;
const struct err *order_page_split(struct web *w) MUST_CHECK;
const struct err *order_page_split_save(struct web *w) MUST_CHECK;
const struct err *order_page_share(struct web *w) MUST_CHECK;
const struct err *order_page_share_pay(struct web *w) MUST_CHECK;
const struct err *order_page_share_qr(struct web *w) MUST_CHECK;
const struct err *order_page_bundle_pay(struct web *w) MUST_CHECK;
const struct err *order_page_product(struct web *w) MUST_CHECK;
const struct err *order_page_choose(struct web *w) MUST_CHECK;
const struct err *order_page_cart(struct web *w) MUST_CHECK;
const struct err *order_page_cart_set(struct web *w) MUST_CHECK;
const struct err *order_page_checkout(struct web *w) MUST_CHECK;
const struct err *order_page_place(struct web *w) MUST_CHECK;
const struct err *order_page_show(struct web *w) MUST_CHECK;
const struct err *order_page_pay(struct web *w) MUST_CHECK;
const struct err *order_page_pay_back(struct web *w) MUST_CHECK;
const struct err *order_page_mine(struct web *w) MUST_CHECK;
const struct err *order_console_list(struct web *w) MUST_CHECK;
const struct err *order_console_show(struct web *w) MUST_CHECK;
const struct err *order_console_ship(struct web *w) MUST_CHECK;
const struct err *order_console_deliver(struct web *w) MUST_CHECK;
const struct err *order_console_cancel(struct web *w) MUST_CHECK;
const struct err *order_console_refund(struct web *w) MUST_CHECK;

const struct err *order_api_cart(struct web *w) MUST_CHECK;
const struct err *order_api_cart_set(struct web *w) MUST_CHECK;
const struct err *order_api_prices(struct web *w) MUST_CHECK;
const struct err *order_api_place(struct web *w) MUST_CHECK;
const struct err *order_api_mine(struct web *w) MUST_CHECK;
const struct err *order_api_show(struct web *w) MUST_CHECK;
const struct err *order_api_pay(struct web *w) MUST_CHECK;
const struct err *order_api_bundle_place(struct web *w) MUST_CHECK;
const struct err *order_api_bundle_show(struct web *w) MUST_CHECK;
const struct err *order_api_bundle_pay(struct web *w) MUST_CHECK;
const struct err *order_api_shares(struct web *w) MUST_CHECK;
const struct err *order_api_split(struct web *w) MUST_CHECK;
/* How a payment began, as every call that begins one says it. */
const struct err *order_api_answer_begun(struct web *w, struct payment_begin *begun) MUST_CHECK;
/* "placed", "unpaid": as JSON names them. */
str order_state_name(enum order_state state);
str order_payment_name(enum order_payment_state payment);
const struct err *order_api_console_list(struct web *w) MUST_CHECK;
const struct err *order_api_console_show(struct web *w) MUST_CHECK;
const struct err *order_api_console_ship(struct web *w) MUST_CHECK;
const struct err *order_api_console_deliver(struct web *w) MUST_CHECK;
const struct err *order_api_console_cancel(struct web *w) MUST_CHECK;
const struct err *order_api_console_refund(struct web *w) MUST_CHECK;

/* What a row of a list says about an order: its articles, first picture. */
const struct err *order_row_fill(struct web *w, struct tx *tx, const struct order *o,
                                 struct order_row_view *ret) MUST_CHECK;
const struct err *order_tell_timeline(struct tx *tx, struct arena *a,
                                      const struct timeline_subject *who, size_t limit,
                                      struct timeline_entry **ret, size_t *ret_count) MUST_CHECK;
const struct err *order_page_counts(struct web *w, struct tx *tx,
                                    struct page_counts *ret) MUST_CHECK;

#endif
