/* What a payment provider's adapter implements, and how it reports back.
 *
 * No outbound call inside a transaction: an attempt row with its idempotency key is committed
 * first, then the adapter is called with a deadline, then the result is committed. Money moves in
 * our books only by payment_notify: a notice whose signature was checked, or what the provider
 * answered to a call of ours. Browser return, webhook and asking again lead to the same notice.
 *
 * Every function that calls out: an error of kind UNAVAILABLE or LIMIT means "nobody knows"
 * (timeout, 5xx, 429): it is asked again, never taken for a refusal. Other errors mean that the
 * provider did not do it. Called again for the same attempt or refund, the provider does it once.
 */
#ifndef CORE_PORTS_PAYMENT_PORT_H
#define CORE_PORTS_PAYMENT_PORT_H

#include "base/money.h"
#include "core/i18n.h"
#include "core/platform.h"

struct payment_attempt {
    int64_t attempt_id;       /* our stable id; the provider's idempotency key derives from it */
    struct shop_id shop_id;
    int64_t order_id;         /* of several that one charge pays: the first */
    int64_t order_number;
    struct money amount;      /* of the whole charge */
    str description;
    str return_path;          /* local path the browser comes back to when the payer is done */
    str back_path;            /* local path for a payer who changes her mind */
    str saved_method;         /* token of a remembered method, or absent */
    bool remember;            /* the payer wants this method remembered */
    str provider_ref;         /* what an earlier answer or notice called it, or absent */
    int64_t begun_ms;
};

enum payment_step {
    PAYMENT_STEP_UNSET = 0,
    PAYMENT_STEP_PAID,
    PAYMENT_STEP_REDIRECT,    /* the payer must go there */
    PAYMENT_STEP_PENDING,     /* nothing to do but to wait */
    PAYMENT_STEP_FAILED,
    PAYMENT_STEP_AUTHORISED,  /* promised: to be captured or voided later */
    PAYMENT_STEP_VOIDED,
    PAYMENT_STEP_COUNT
};

/* How the provider answered. */
struct payment_begin {
    enum payment_step step;
    str redirect;             /* REDIRECT: local path or https URL */
    str provider_ref;
    struct money amount;      /* what the provider says it is; no currency: as it was asked for */
    str saved_method;         /* token to remember for next time, or absent */
    str method_label;         /* see payment_label_words */
    const char *failure_key;  /* FAILED: i18n key */
};

enum payment_outcome {
    PAYMENT_OUTCOME_UNSET = 0,
    PAYMENT_CAPTURED,
    PAYMENT_FAILED,
    PAYMENT_REFUNDED,         /* of `amount`; partial ones add up */
    PAYMENT_AUTHORISED,
    PAYMENT_VOIDED,
    PAYMENT_DISPUTED          /* recorded, with an alarm */
};

struct payment_notice {
    const char *gateway;      /* "test" */
    str event_id;             /* provider's; unique per gateway (I11) */
    int64_t attempt_id;
    struct shop_id shop_id;
    int64_t order_id;         /* of the provider's copy; 0: it does not say. Must match */
    enum payment_outcome outcome;
    struct money amount;      /* must match the attempt, else recorded and not applied (C-31) */
    str provider_ref;         /* REFUNDED: the refund's */
    int64_t refund_id;        /* REFUNDED: which of ours it is, when the provider's copy says so */
    str saved_method, method_label;
};

struct payment_refund {
    int64_t refund_id;        /* our stable id */
    struct shop_id shop_id;   /* whose keys took the money */
    int64_t attempt_id;
    struct money amount;      /* at most this order's part of the charge */
    str payment_ref;          /* the provider's name of the payment */
    str refund_ref;           /* of an earlier answer, or absent */
};

typedef const struct err *payment_call(struct platform *p, struct arena *a,
                                       const struct payment_attempt *attempt,
                                       struct payment_begin *ret);

struct payment_gateway {
    const char *name;         /* its page in the console, unless play money: payments/NAME */
    const struct payment_gateway *next; /* another of the same adapter, or NULL */
    const char *label_key;    /* as the payer chooses it */
    const char *icon;         /* in web/icons.svg */
    bool is_test;             /* play money */
    bool is_of_shop;          /* a remembered method works in the shop that remembered it only */
    int64_t hold_ms;          /* how long goods wait for money that is on its way; 0: as always */
    /* Whose purse it fills in this shop, in words that are the same in every shop which is paid
     * into the same account: orders of such shops may be paid by one charge, made by the keys of
     * one of them. Absent: nobody's. NULL: each order is always paid by itself. */
    const struct err *(*purse)(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, str *ret);
    /* Whether the shop has switched it on; NULL: always. */
    const struct err *(*is_on)(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, bool *ret);
    payment_call *begin;
    /* The provider's truth of an attempt, also one whose begin got no answer. NULL: its notices are
     * all there is. */
    payment_call *ask;
    /* Of an attempt that is authorised or waits. NULL: not by us. */
    const struct err *(*capture)(struct platform *p, struct arena *a,
                                 const struct payment_attempt *attempt, struct account_id actor,
                                 struct payment_begin *ret);
    payment_call *cancel;     /* voids what is not captured; NULL: not by us */
    /* Steps: PAID when it is done, PENDING when it will be, FAILED. */
    const struct err *(*refund)(struct platform *p, struct arena *a,
                                const struct payment_refund *refund, struct payment_begin *ret);
    /* What the payer has to do while it waits, in her language, in lines; NULL: nothing. */
    const struct err *(*words)(struct tx *tx, struct arena *a, const struct platform *p,
                               const struct locale *l, const struct payment_attempt *attempt,
                               str *ret);
};

/* All of them, in the order of the adapters: NULL gives the first, the last gives NULL. */
const struct payment_gateway *payment_gateway_after(const struct platform *p,
                                                    const struct payment_gateway *before);
/* Finds a gateway by name, or NULL. */
const struct payment_gateway *payment_gateway_find(const struct platform *p, str name);
/* What a way to pay is called by its reader. A label is stored as the adapter gave it: words of the
 * provider's own ("Visa ···4242"), or the key of a text and its argument with a blank between
 * ("test_payment.kept 4242"). */
const struct err *payment_label_words(struct arena *a, const struct locale *l, str label,
                                      str *ret) MUST_CHECK;
/* Those a payer may choose from in this shop: the ones that are on; play money only when nothing
 * else is, or when `with_test`. */
enum { PAYMENT_GATEWAYS_MAX = 8 };
const struct err *payment_gateways(struct tx *tx, struct arena *a, const struct platform *p,
                                   struct shop_id shop, bool with_test,
                                   const struct payment_gateway **ret,
                                   size_t *ret_count) MUST_CHECK;
/* Hands a verified notice to the feature that registered payment_inbox, in the turn given. */
const struct err *payment_notify(struct turn *t, const struct payment_notice *n) MUST_CHECK;
/* The same in a turn of its own. */
const struct err *payment_tell(struct platform *p, struct arena *a,
                               const struct payment_notice *n) MUST_CHECK;

#endif
