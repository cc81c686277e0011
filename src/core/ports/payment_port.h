/* What a payment provider's adapter implements, and how it reports back.
 *
 * No outbound call inside a transaction: an attempt row with its idempotency key is committed
 * first, then `begin` is called with a deadline, then the result is committed. "Paid" comes only
 * from payment_inbox with a verified notice; browser return and webhook lead to the same notice.
 */
#ifndef CORE_PORTS_PAYMENT_PORT_H
#define CORE_PORTS_PAYMENT_PORT_H

#include "base/money.h"
#include "core/i18n.h"
#include "core/platform.h"

struct payment_attempt {
    int64_t attempt_id;       /* our stable id; the provider's idempotency key derives from it */
    struct shop_id shop_id;
    int64_t order_id;
    struct money amount;
    str description;
    str return_path;          /* local path the browser comes back to */
    str saved_method;         /* token of a remembered method, or absent */
};

enum payment_step {
    PAYMENT_STEP_UNSET = 0,
    PAYMENT_STEP_PAID,
    PAYMENT_STEP_REDIRECT,
    PAYMENT_STEP_PENDING,
    PAYMENT_STEP_FAILED
};

struct payment_begin {
    enum payment_step step;
    str redirect;             /* REDIRECT: local path or https URL */
    str provider_ref;
    str saved_method;         /* token to remember for next time, or absent */
    str method_label;         /* see payment_label_words */
    const char *failure_key;  /* FAILED: i18n key */
};

enum payment_outcome {
    PAYMENT_OUTCOME_UNSET = 0,
    PAYMENT_CAPTURED,
    PAYMENT_FAILED,
    PAYMENT_REFUNDED
};

struct payment_notice {
    const char *gateway;      /* "test" */
    str event_id;             /* provider's; unique per gateway (I11) */
    int64_t attempt_id;
    struct shop_id shop_id;
    enum payment_outcome outcome;
    struct money amount;      /* must match the attempt, else recorded and not applied (C-31) */
    str provider_ref, saved_method, method_label;
};

struct payment_gateway {
    const char *name;
    const char *label_key;
    bool is_test;
    const struct err *(*begin)(struct platform *p, struct arena *a,
                               const struct payment_attempt *attempt, struct payment_begin *ret);
    const struct err *(*refund)(struct platform *p, struct arena *a, int64_t refund_id,
                                str provider_ref, struct money amount, struct payment_begin *ret);
};

/* Finds a gateway by name, or NULL. */
const struct payment_gateway *payment_gateway_find(const struct platform *p, str name);
/* What a way to pay is called by its reader. A label is stored as the adapter gave it: words of the
 * provider's own ("Visa ···4242"), or the key of a text and its argument with a blank between
 * ("test_payment.kept 4242"). */
const struct err *payment_label_words(struct arena *a, const struct locale *l, str label,
                                      str *ret) MUST_CHECK;
/* Hands a verified notice to the feature that registered payment_inbox, in the turn given. */
const struct err *payment_notify(struct turn *t, const struct payment_notice *n) MUST_CHECK;

#endif
