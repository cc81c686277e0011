/* test_payment: gateway "test", a payment provider of play money that behaves like a real one: a
 * page of its own with an unguessable address, decisions told by signed notices, remembered cards,
 * and cards that decline, answer too late or never. No money moves anywhere.
 *
 * Notices: POST /webhooks/test, JSON
 * {"event_id","attempt","shop","outcome","amount_minor","currency","ref", "saved_method","label"},
 * header X-Test-Signature: t=<unix ms>,v1=<hex HMAC-SHA-256 of "<t>.<raw body>">. Refused (DENIED)
 * without a signature, with another secret, or a time more than 10 minutes away; an empty secret
 * opens nothing.
 */
#ifndef ADAPTER_TEST_PAYMENT_H
#define ADAPTER_TEST_PAYMENT_H

#include "core/feature.h"
#include "core/ports/payment_port.h"

enum test_card {
    TEST_CARD_UNSET = 0,
    TEST_CARD_GOOD,           /* 4242 */
    TEST_CARD_DECLINED,       /* 0002 */
    TEST_CARD_LATE,           /* 0044: the notice comes 31 minutes later */
    TEST_CARD_SILENT,         /* 0077: no notice ever comes */
    TEST_CARD_COUNT
};
enum { TEST_PAYMENT_LATE_MS = 31 * 60 * 1000, TEST_PAYMENT_SKEW_MS = 10 * 60 * 1000 };

/* The value of X-Test-Signature for a body; INVALID when the secret is empty. */
const struct err *test_payment_sign(struct arena *a, str secret, str body, int64_t at_ms,
                                    str *ret) MUST_CHECK;
/* DENIED "test_payment.bad_signature" unless `header` signs the body with the secret at about
 * now_ms. */
const struct err *test_payment_check(struct arena *a, str secret, str body, str header,
                                     int64_t now_ms) MUST_CHECK;
/* A notice as it comes over the wire: checks the signature, reads it, hands it to the inbox in a
 * turn of its own. */
const struct err *test_payment_receive(struct platform *p, struct arena *a, str body,
                                       str signature) MUST_CHECK;

/* "/pay/test/{attempt}?sig=..." */
const struct err *test_payment_path(struct platform *p, struct arena *a, int64_t attempt_id,
                                    str *ret) MUST_CHECK;

extern const struct feature test_payment_feature;

#endif
