/* paypal_api: one call of PayPal's API, and what its objects say about an attempt. Private to the
 * adapter.
 *
 * Invariant: no error and no log line carries a secret or a token. Threads: any; calls block, never
 * inside a transaction.
 */
#ifndef PAYPAL_PAYPAL_API_H
#define PAYPAL_PAYPAL_API_H

#include <jansson.h>

#include "base/json.h"
#include "core/ports/payment_port.h"

struct paypal_keys {
    str base;                 /* where the API is, without a slash at the end */
    str client_id, secret, webhook_id;
    bool is_sandbox;
};
bool paypal_keys_complete(const struct paypal_keys *k);
const struct err *paypal_keys_get(struct tx *tx, struct arena *a, const struct platform *p,
                                  struct shop_id shop, struct paypal_keys *ret) MUST_CHECK;
/* With a snapshot of its own; DENIED paypal.off unless all three are there. */
const struct err *paypal_keys_load(struct platform *p, struct arena *a, struct shop_id shop,
                                   struct paypal_keys *ret) MUST_CHECK;
/* The API of the mode, as the operator's settings say. */
const struct err *paypal_base(struct tx *tx, struct arena *a, const struct platform *p,
                              bool is_sandbox, str *ret) MUST_CHECK;

/* body absent: GET. Asks for a token first. *ret_status 200..299, 404 or 422 (refused; *ret says
 * why). UNAVAILABLE paypal.unreachable for silence, 5xx and 409, LIMIT for 429, DENIED
 * paypal.bad_key for 401 and 403, INVALID paypal.refused for the rest. */
const struct err *paypal_call(struct arena *a, const struct paypal_keys *keys, const char *path,
                              str body, str request_id, const json_t **ret,
                              int *ret_status) MUST_CHECK;

str paypal_text(const json_t *object, const char *name);
/* {"currency_code","value"} */
const struct err *paypal_money(struct arena *a, const json_t *amount, struct money *ret) MUST_CHECK;
void paypal_put_money(struct json *j, const char *key, struct arena *a, struct money m);
/* "ATTEMPT.ORDER.SHOP", our name of a payment there; the shop may be left out (0). False when it is
 * none. */
bool paypal_read_custom(str custom, int64_t *ret_attempt, int64_t *ret_order, int64_t *ret_shop);

/* ---- paypal_pay.c ---- */
extern const struct payment_gateway paypal_gateway;
/* How the order of theirs stands; one that the payer approved is captured. */
const struct err *paypal_settle(struct arena *a, const struct paypal_keys *keys, str order_ref,
                                int64_t attempt_id, struct payment_begin *ret) MUST_CHECK;
const struct err *paypal_capture_get(struct arena *a, const struct paypal_keys *keys, str id,
                                     const json_t **ret) MUST_CHECK;

struct web;
const struct err *paypal_hook(struct web *w) MUST_CHECK;
const struct err *paypal_page(struct web *w) MUST_CHECK;
const struct err *paypal_page_save(struct web *w) MUST_CHECK;
const struct err *paypal_page_off(struct web *w) MUST_CHECK;

/* What was signed: transmission id, time, webhook id, CRC-32 of the very bytes. */
const struct err *paypal_signed_text(struct arena *a, str transmission, str time, str webhook_id,
                                     str body, str *ret) MUST_CHECK;

#endif
