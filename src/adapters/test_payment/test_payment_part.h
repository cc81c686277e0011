/* Inside the adapter only. */
#ifndef ADAPTER_TEST_PAYMENT_PART_H
#define ADAPTER_TEST_PAYMENT_PART_H

#include "test_payment/test_payment.h"
#include "test_payment/test_payment_sql.h"
#include "web/page.h"

struct test_card_row {
    enum test_card card;
    const char *digits;       /* the last four, and the value in forms */
    const char *text_key;
};
extern const struct test_card_row test_cards[TEST_CARD_COUNT - 1];
const struct test_card_row *test_card_find(str digits); /* NULL if none */

ID_TYPE(attempt);

struct test_pay_view {
    struct page page;
    struct attempt_id attempt_id;
    str sig, description;
    struct money amount;
    struct url_safe back;
    bool is_open;
};

extern const struct payment_gateway test_payment_gateway;
/* A fresh store gets a secret of its own. */
const struct err *test_payment_start(struct platform *p, struct arena *a) MUST_CHECK;

/* The decision of the payer (or of a remembered card) about an attempt: tells the inbox as the card
 * does. */
const struct err *test_payment_decide_with(struct platform *p, struct arena *a, int64_t attempt_id,
                                           const struct test_payment_row_row *row,
                                           enum test_card card, bool remember) MUST_CHECK;
const struct err *test_payment_late_job(struct job_run *run) MUST_CHECK;
const struct err *test_payment_show(struct web *w) MUST_CHECK;
const struct err *test_payment_post(struct web *w) MUST_CHECK;
const struct err *test_payment_webhook(struct web *w) MUST_CHECK;

#endif
