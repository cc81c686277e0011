/* Sums and movements of a period, and what providers paid out. */
#include "ledger/ledger_part.h"

enum { MOVEMENTS_MAX = 500, ENTRIES_EACH = 16 };

const struct err *ledger_sums(struct tx *tx, struct arena *a, struct shop_id shop, int64_t from_ms,
                              int64_t to_ms, struct ledger_sum **ret, size_t *ret_count)
{
    struct ledger_sums_rows_row *rows;
    TRY(ledger_sums_rows(tx, a, shop, from_ms, to_ms, LEDGER_SUMS_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct ledger_sum *s = &(*ret)[i];
        *s = (struct ledger_sum){.account = (enum ledger_account_kind)rows[i].account,
                                 .pending = rows[i].is_pending,
                                 .debit_minor = rows[i].debit,
                                 .credit_minor = rows[i].credit};
        TRY(currency_parse(a, rows[i].currency, &s->currency));
    }
    return NULL;
}

/* Rows of one journal follow each other. */
static const struct err *gather(struct arena *a, const struct ledger_movements_newest_row *rows,
                                size_t count, struct ledger_movement **ret, size_t *ret_count)
{
    size_t used = 0;
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++) {
        if (used == 0 || (*ret)[used - 1].journal_id != rows[i].id) {
            (*ret)[used] = (struct ledger_movement){.journal_id = rows[i].id,
                                                    .order_id = rows[i].order_id,
                                                    .at_ms = rows[i].at_ms,
                                                    .reason = rows[i].reason,
                                                    .pending = rows[i].is_pending};
            TRY(currency_parse(a, rows[i].currency, &(*ret)[used].currency));
            used++;
        }
        if (rows[i].account > 0 && rows[i].account < LEDGER_ACCOUNT_KIND_COUNT)
            (*ret)[used - 1].minor[rows[i].account] += rows[i].amount_minor;
    }
    *ret_count = used;
    return NULL;
}

const struct err *ledger_movements(struct tx *tx, struct arena *a, const struct ledger_want *want,
                                   size_t limit, struct ledger_movement **ret, size_t *ret_count)
{
    struct ledger_movements_newest_row *rows;
    const struct ledger_place *after = &want->after;
    str reason = str_is_absent(want->reason) ? S("") : want->reason;
    size_t most = limit * ENTRIES_EACH, count;
    ASSERT(limit > 0 && limit <= MOVEMENTS_MAX);
    if (want->newest_first)
        TRY(ledger_movements_newest(tx, a, want->shop_id, want->from_ms, want->to_ms, reason,
                                    after->journal_id == 0 ? INT64_MAX : after->at_ms,
                                    after->journal_id == 0 ? INT64_MAX : after->journal_id,
                                    (int64_t)limit, (int64_t)most, want->kind, most, &rows,
                                    &count));
    else
        TRY(ledger_movements_oldest(tx, a, want->shop_id, want->from_ms, want->to_ms, reason,
                                    after->journal_id == 0 ? INT64_MIN : after->at_ms,
                                    after->journal_id, (int64_t)limit, (int64_t)most, want->kind,
                                    most, &rows, &count));
    return gather(a, rows, count, ret, ret_count);
}

const struct err *ledger_pay_out(struct turn *t, struct shop_id shop, struct currency currency,
                                 int64_t paid_minor, int64_t fee_minor, int64_t cause_id)
{
    struct ledger_line lines[3];
    size_t count = 0;
    int64_t sum;
    if (paid_minor < 0 || fee_minor < 0 || __builtin_add_overflow(paid_minor, fee_minor, &sum) ||
        sum == 0)
        return ERR(t->arena, ERR_INVALID, "ledger.bad_payout", "%lld and %lld",
                   (long long)paid_minor, (long long)fee_minor);
    if (paid_minor > 0)
        lines[count++] = (struct ledger_line){LEDGER_BANK, paid_minor};
    if (fee_minor > 0)
        lines[count++] = (struct ledger_line){LEDGER_FEES, fee_minor};
    lines[count++] = (struct ledger_line){LEDGER_CLEARING, -sum};
    return ledger_post(t, &(struct ledger_journal){.shop_id = shop,
                                                   .reason = "ledger.payout",
                                                   .cause_id = cause_id,
                                                   .currency = currency,
                                                   .lines = lines,
                                                   .line_count = count});
}
