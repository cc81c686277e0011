/* ledger: double entry, append-only (trigger), per shop and currency; minor units; no personal
 * data. A journal is a set of entries that sums to zero (I1), written in the turn of its cause;
 * corrections are new journals. Pending and posted are apart: an authorised or announced amount is
 * pending.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/money.h"
#include "core/feature.h"
#include "core/row_keys.h"

enum ledger_account_kind {
    LEDGER_ACCOUNT_UNSET = 0,
    LEDGER_CLEARING,          /* what a provider owes us */
    LEDGER_SALES,             /* the shop's goods revenue */
    LEDGER_SHIPPING_INCOME,
    LEDGER_TAX_PAYABLE,
    LEDGER_REFUNDS,
    LEDGER_FEES,
    LEDGER_RECEIVABLE,        /* what buyers owe for placed orders */
    LEDGER_BANK,              /* what providers paid out */
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

/* What was posted on one account for each of many causes of a kind: ret[i] is of keys[i], 0 when
 * nothing was. At most ROW_KEYS_MAX. */
const struct err *ledger_of_causes(struct tx *tx, struct arena *a, const char *reason,
                                   enum ledger_account_kind account, const struct row_key *keys,
                                   size_t count, int64_t *ret_minor) MUST_CHECK;

/* ---- statements: sums and movements of a period, [from_ms, to_ms) ---- */

/* What was written on one account, in one currency, pending or posted. */
struct ledger_sum {
    struct currency currency;
    enum ledger_account_kind account;
    bool pending;
    int64_t debit_minor, credit_minor; /* both >= 0; the balance is their difference */
};
enum { LEDGER_SUMS_MAX = 500 };
const struct err *ledger_sums(struct tx *tx, struct arena *a, struct shop_id shop, int64_t from_ms,
                              int64_t to_ms, struct ledger_sum **ret, size_t *ret_count) MUST_CHECK;

/* One journal, by account. */
struct ledger_movement {
    int64_t journal_id, order_id, at_ms;
    str reason;
    struct currency currency;
    bool pending;
    int64_t minor[LEDGER_ACCOUNT_KIND_COUNT]; /* debit > 0, credit < 0 */
};
/* Where a list goes on: the last movement that was given. */
struct ledger_place {
    int64_t at_ms, journal_id;
};
struct ledger_want {
    struct shop_id shop_id;
    int64_t from_ms, to_ms;
    str reason;               /* of this only; empty: all */
    enum ledger_kind { LEDGER_BOTH = 0, LEDGER_POSTED, LEDGER_PENDING } kind;
    bool newest_first;
    struct ledger_place after; /* journal_id 0: from the beginning */
};
/* At most `limit` (1..500) movements. */
const struct err *ledger_movements(struct tx *tx, struct arena *a, const struct ledger_want *want,
                                   size_t limit, struct ledger_movement **ret,
                                   size_t *ret_count) MUST_CHECK;

/* What left the provider for the shop's bank, and the fee it kept: books clearing down. cause_id
 * makes it once. CONFLICT ledger.twice. Amounts >= 0, not both 0. */
const struct err *ledger_pay_out(struct turn *t, struct shop_id shop, struct currency currency,
                                 int64_t paid_minor, int64_t fee_minor,
                                 int64_t cause_id) MUST_CHECK;

/* ---- seals ---- */

/* Seals what is older than LEDGER_SEAL_AFTER_MS: job "ledger.seal". Seal n says which journals it
 * covers and SHA-256(seal n-1, their rows); verify computes them anew and names the first row that
 * is not what it was. */
enum {
    LEDGER_SEAL_AFTER_MS = 10 * 60 * 1000,
    LEDGER_SEAL_AT_LATEST_MS = 60 * 60 * 1000, /* also what is less than a whole seal */
    LEDGER_SEAL_JOURNALS = 500
};

extern const struct feature ledger_feature;

#endif
