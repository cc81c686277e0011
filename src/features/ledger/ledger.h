/* ledger: double entry, append-only (trigger), per shop and currency; minor units; no personal
 * data. A journal is a set of entries that sums to zero (I1), written in the turn of its cause;
 * corrections are new journals. Pending and posted are apart: an authorised or announced amount is
 * pending.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/money.h"
#include "core/feature.h"

enum ledger_account_kind {
    LEDGER_ACCOUNT_UNSET = 0,
    LEDGER_CLEARING,          /* what a provider owes us */
    LEDGER_SALES,             /* the shop's goods revenue */
    LEDGER_SHIPPING_INCOME,
    LEDGER_TAX_PAYABLE,
    LEDGER_REFUNDS,
    LEDGER_FEES,
    LEDGER_RECEIVABLE,        /* what buyers owe for placed orders */
    LEDGER_ACCOUNT_KIND_COUNT
};

struct ledger_line {
    enum ledger_account_kind account;
    int64_t amount_minor;     /* debit > 0, credit < 0; never 0 */
};

struct ledger_journal {
    struct shop_id shop_id;
    const char *reason;       /* "order.paid", "order.refunded" */
    int64_t order_id;         /* 0 if none */
    int64_t cause_id; /* payment or refund id: UNIQUE(shop, reason, cause_id) makes it once */
    struct currency currency;
    bool pending;
    const struct ledger_line *lines;
    size_t line_count;        /* 2..16 */
};

/* BUG unless the lines sum to zero. CONFLICT "ledger.twice" when this cause was already written. */
const struct err *ledger_post(struct turn *t, const struct ledger_journal *j) MUST_CHECK;
/* Posted balance of one account: sum of its entries. */
const struct err *ledger_balance(struct tx *tx, struct arena *a, struct shop_id shop,
                                 enum ledger_account_kind account, struct currency currency,
                                 int64_t *ret_minor) MUST_CHECK;
/* What was written for one cause, in the order of its lines; none when nothing was. */
struct ledger_entry {
    enum ledger_account_kind account;
    int64_t amount_minor;
    bool pending;
    int64_t at_ms;
};
const struct err *ledger_of_cause(struct tx *tx, struct arena *a, struct shop_id shop,
                                  const char *reason, int64_t cause_id, struct ledger_entry **ret,
                                  size_t *ret_count) MUST_CHECK;

extern const struct feature ledger_feature;

#endif
