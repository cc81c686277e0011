/* Writing journals and reading balances. Nothing here changes or removes an entry, ever. */
#include "ledger/ledger.h"

#include "ledger/ledger_sql.h"

enum { LINES_MIN = 2, LINES_MAX = 16 };

static const struct err *check_journal(struct arena *a, const struct ledger_journal *j)
{
    int64_t sum = 0;
    if (j->line_count < LINES_MIN || j->line_count > LINES_MAX || j->currency.code[0] == '\0')
        return ERR(a, ERR_BUG, "error.bug", "journal %s: %zu lines", j->reason, j->line_count);
    for (size_t i = 0; i < j->line_count; i++) {
        const struct ledger_line *line = &j->lines[i];
        if (line->account == LEDGER_ACCOUNT_UNSET || line->account >= LEDGER_ACCOUNT_KIND_COUNT ||
            line->amount_minor == 0 || __builtin_add_overflow(sum, line->amount_minor, &sum))
            return ERR(a, ERR_BUG, "error.bug", "journal %s: line %zu", j->reason, i);
    }
    if (sum != 0)
        return ERR(a, ERR_BUG, "error.bug", "journal %s sums to %lld", j->reason, (long long)sum);
    return NULL;
}

const struct err *ledger_post(struct turn *t, const struct ledger_journal *j)
{
    TRY(check_journal(t->arena, j));
    int64_t journal = turn_new_id(t), written;
    str currency = currency_str(&j->currency);
    const struct err *e =
        ledger_journal_insert(t->tx, t->arena, journal, j->shop_id, str_c(j->reason), j->cause_id,
                              j->order_id, currency, j->pending, t->now_ms, &written);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return ERR(t->arena, ERR_CONFLICT, "ledger.twice", "%s %lld", j->reason,
                   (long long)j->cause_id);
    TRY(e);
    for (size_t i = 0; i < j->line_count; i++)
        TRY(ledger_entry_insert(t->tx, t->arena, turn_new_id(t), j->shop_id, journal,
                                j->lines[i].account, j->lines[i].amount_minor, currency,
                                j->pending));
    return NULL;
}

const struct err *ledger_balance(struct tx *tx, struct arena *a, struct shop_id shop,
                                 enum ledger_account_kind account, struct currency currency,
                                 int64_t *ret_minor)
{
    struct ledger_account_sum_row row;
    TRY(ledger_account_sum(tx, a, shop, account, currency_str(&currency), &row));
    *ret_minor = row.minor;
    return NULL;
}

const struct err *ledger_of_causes(struct tx *tx, struct arena *a, const char *reason,
                                   enum ledger_account_kind account, const struct row_key *keys,
                                   size_t count, int64_t *ret_minor)
{
    struct ledger_sums_of_causes_row *rows;
    size_t found;
    str text;
    TRY(row_keys_text(a, keys, count, &text));
    TRY(ledger_sums_of_causes(tx, a, text, str_c(reason), account, ROW_KEYS_MAX, &rows, &found));
    memset(ret_minor, 0, count * sizeof *ret_minor);
    for (size_t i = 0; i < found; i++)
        ret_minor[rows[i].place] = rows[i].minor;
    return NULL;
}

const struct err *ledger_of_cause(struct tx *tx, struct arena *a, struct shop_id shop,
                                  const char *reason, int64_t cause_id, struct ledger_entry **ret,
                                  size_t *ret_count)
{
    struct ledger_entries_of_cause_row *rows;
    TRY(ledger_entries_of_cause(tx, a, shop, str_c(reason), cause_id, LINES_MAX, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = (struct ledger_entry){(enum ledger_account_kind)rows[i].account,
                                          rows[i].amount_minor, rows[i].is_pending, rows[i].at_ms};
    return NULL;
}
