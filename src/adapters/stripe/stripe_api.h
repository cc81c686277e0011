/* stripe_api: one call of Stripe's API, and what its objects say about an attempt. Private to the
 * adapter.
 *
 * Invariant: no error and no log line carries a key. Threads: any; calls block, never inside a
 * transaction.
 */
#ifndef STRIPE_STRIPE_API_H
#define STRIPE_STRIPE_API_H

#include <jansson.h>

#include "base/strbuf.h"
#include "core/ports/payment_port.h"

struct stripe_keys {
    str base;                 /* setting stripe.api, without a slash at the end */
    str secret_key;           /* absent: the shop has none */
    str webhook_secret;
    str account;              /* acct_..., as Stripe told when the key was saved */
    bool is_live;
    bool is_later;            /* cards are charged when the shop says so */
};
const struct err *stripe_keys_get(struct tx *tx, struct arena *a, const struct platform *p,
                                  struct shop_id shop, struct stripe_keys *ret) MUST_CHECK;
/* The same with a snapshot of its own; DENIED stripe.off unless both secrets are there. */
const struct err *stripe_keys_load(struct platform *p, struct arena *a, struct shop_id shop,
                                   struct stripe_keys *ret) MUST_CHECK;
/* "sk_test_..." or "rk_live_..." and the like. */
bool stripe_key_is_fit(str key);
bool stripe_key_is_live(str key);

/* name=value&... of a call. */
struct stripe_form {
    struct strbuf body;
};
void stripe_form_init(struct stripe_form *f, struct arena *a);
void stripe_form_add(struct stripe_form *f, const char *name, str value);
void stripe_form_add_int(struct stripe_form *f, const char *name, int64_t value);

/* form NULL: GET. *ret is the answer, alive as long as the arena; *ret_status 200 or 402 (the card
 * was refused). UNAVAILABLE stripe.unreachable for silence, 5xx and 409; LIMIT for 429; DENIED
 * stripe.bad_key for 401 and 403; INVALID stripe.refused for the rest. */
const struct err *stripe_call(struct arena *a, const struct stripe_keys *keys, const char *path,
                              struct stripe_form *form, str idempotency_key, const json_t **ret,
                              int *ret_status) MUST_CHECK;

/* Members, absent or 0 when they are not there or of another type. */
str stripe_text(const json_t *object, const char *name);
int64_t stripe_int(const json_t *object, const char *name);
/* A member that is either the id of an object or the object itself. */
str stripe_id_of(const json_t *object, const char *name);

/* Amounts as Stripe counts them: like ours, but for a few currencies. */
int64_t stripe_amount(struct money m);
const struct err *stripe_money(struct arena *a, int64_t amount, str currency,
                               struct money *ret) MUST_CHECK;

/* What a Checkout Session or a PaymentIntent says. UNAVAILABLE when it is not of this mode: then
 * nothing is known. */
const struct err *stripe_read_session(struct arena *a, const struct stripe_keys *keys,
                                      const json_t *session, struct payment_begin *ret) MUST_CHECK;
const struct err *stripe_read_intent(struct arena *a, const struct stripe_keys *keys,
                                     const json_t *intent, struct payment_begin *ret) MUST_CHECK;

/* ---- stripe_pay.c ---- */
extern const struct payment_gateway stripe_gateway;
/* The session by its id, with its payment and method. */
const struct err *stripe_session_get(struct arena *a, const struct stripe_keys *keys, str id,
                                     const json_t **ret) MUST_CHECK;

/* The same of a PaymentIntent. */
const struct err *stripe_intent_get(struct arena *a, const struct stripe_keys *keys, str id,
                                    const json_t **ret) MUST_CHECK;

/* ---- stripe_hook.c ---- */
enum { STRIPE_TOLERANCE_S = 300 };
/* DENIED "stripe.bad_signature" unless a v1 of the header signs the very bytes with the secret, at
 * about now_ms. An empty secret opens nothing. */
const struct err *stripe_signature_check(struct arena *a, str secret, str body, str header,
                                         int64_t now_ms) MUST_CHECK;

struct web;
const struct err *stripe_hook(struct web *w) MUST_CHECK;
const struct err *stripe_page(struct web *w) MUST_CHECK;
const struct err *stripe_page_save(struct web *w) MUST_CHECK;
const struct err *stripe_page_off(struct web *w) MUST_CHECK;

#endif
