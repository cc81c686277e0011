/* Inside the adapter only. */
#ifndef ADAPTER_MANUAL_PAYMENT_PART_H
#define ADAPTER_MANUAL_PAYMENT_PART_H

#include "manual_payment/manual_payment.h"
#include "web/page.h"

enum { MANUAL_WORDS_MAX = 1000, MANUAL_LIMIT_MAX = 1000000000 };

struct manual_view {
    struct page page;
    str shop_handle;
    bool has_transfer, has_delivery;
    str words;
    int64_t limit;            /* whole units; 0: one person is always enough */
    str error;
};

extern const struct payment_gateway manual_transfer, manual_delivery;

const struct err *manual_page(struct web *w) MUST_CHECK;
const struct err *manual_page_save(struct web *w) MUST_CHECK;

#endif
