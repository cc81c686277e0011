/* Statements: what the books of a month mean to a merchant. Every figure is a sum of the ledger's
 * entries, by account; nothing is counted a second time. */
#include "paper/paper_view.h"

#include "base/timefmt.h"

/* ---- the month ---- */

static int64_t start_of(const char *zone, struct date first)
{
    struct time_parts parts = {.date = first};
    int64_t utc = time_join(&parts);
    /* The offset at that moment, found from a guess that is at most a day off. */
    int64_t guess = utc - (int64_t)zone_offset_s(zone, utc) * 1000;
    return utc - (int64_t)zone_offset_s(zone, guess) * 1000;
}

static const struct err *month_name(struct web *w, struct date d, str *ret)
{
    char key[24];
    str year;
    snprintf(key, sizeof key, "paper.month.%d", d.month);
    TRY(str_fmt(w->arena, &year, "%d", d.year));
    const str args[] = {year};
    return locale_format(w->arena, w->locale, key, args, 1, ret);
}

static const struct err *fill_months(struct web *w, struct date now, struct money_view *v)
{
    struct time_parts opened = time_split(v->shop.created_ms);
    for (int i = 0; i < MONEY_MONTHS; i++) {
        struct date d = date_add_months(now, -i);
        struct money_month *m = &v->months[v->month_count++];
        TRY(str_fmt(w->arena, &m->value, "%04d-%02d", d.year, d.month));
        TRY(month_name(w, d, &m->name));
        m->is_current = str_eq(m->value, v->month);
        if (d.year < opened.date.year ||
            (d.year == opened.date.year && d.month <= opened.date.month))
            return NULL;
    }
    return NULL;
}

const struct err *money_period(struct web *w, struct tx *tx, str month, struct money_view *v)
{
    char zone[48] = "";
    struct date first;
    str day;
    TRY(shop_get(tx, w->arena, w->shop_id, &v->shop));
    for (size_t i = 0; i < v->shop.zone.len && i + 1 < sizeof zone; i++)
        zone[i] = v->shop.zone.ptr[i];
    struct date now =
        time_split(w->now_ms + (int64_t)zone_offset_s(zone, w->now_ms) * 1000).date;
    now.day = 1;
    TRY(str_fmt(w->arena, &day, "%.*s-01", STR_ARG(str_is_absent(month) ? S("") : month)));
    if (!date_parse(day, &first) || first.year < 2000 || date_cmp(first, now) > 0)
        first = now;
    v->from_ms = start_of(zone, first);
    v->to_ms = start_of(zone, date_add_months(first, 1));
    TRY(str_fmt(w->arena, &v->month, "%04d-%02d", first.year, first.month));
    TRY(month_name(w, first, &v->month_name));
    return fill_months(w, now, v);
}

/* ---- the figures ---- */

static struct money_currency *row_of(struct money_view *v, struct currency c)
{
    for (size_t i = 0; i < v->currency_count; i++)
        if (currency_eq(v->currencies[i].currency, c))
            return &v->currencies[i];
    if (v->currency_count == MONEY_CURRENCIES_MAX)
        return NULL;
    struct money_currency *row = &v->currencies[v->currency_count++];
    struct money none = {.currency = c};
    *row = (struct money_currency){c,    none, none, none, none, none, none, none, none,
                                   none, none, none, none, none, none, none, none};
    return row;
}

static int64_t net(const struct ledger_sum *s)
{
    return s->debit_minor - s->credit_minor;
}

static void add_opening(struct money_currency *row, const struct ledger_sum *s)
{
    if (s->account == LEDGER_CLEARING && !s->pending)
        row->opening.minor += net(s);
    if (s->account == LEDGER_RECEIVABLE && s->pending)
        row->owed_before.minor += net(s);
}

static void add_today(struct money_currency *row, const struct ledger_sum *s)
{
    if (s->account == LEDGER_RECEIVABLE && s->pending)
        row->owed.minor += net(s);
    if (s->pending)
        return;
    if (s->account == LEDGER_CLEARING)
        row->clearing.minor += net(s);
    if (s->account == LEDGER_BANK)
        row->bank.minor += net(s);
}

static void add_period(struct money_currency *row, const struct ledger_sum *s)
{
    if (s->pending) {
        if (s->account == LEDGER_RECEIVABLE) {
            row->owed_new.minor += s->debit_minor;
            row->owed_done.minor -= s->credit_minor;
        }
        return;
    }
    switch (s->account) {
    case LEDGER_SALES: row->sales.minor -= net(s); break;
    case LEDGER_SHIPPING_INCOME: row->shipping.minor -= net(s); break;
    case LEDGER_TAX_PAYABLE:
        row->tax.minor += s->credit_minor;
        row->tax_back.minor -= s->debit_minor;
        break;
    case LEDGER_REFUNDS: row->refunds.minor -= net(s); break;
    case LEDGER_FEES: row->fees.minor -= net(s); break;
    case LEDGER_BANK: row->paid_out.minor -= net(s); break;
    case LEDGER_CLEARING:
    case LEDGER_RECEIVABLE:
    case LEDGER_ACCOUNT_UNSET:
    case LEDGER_ACCOUNT_KIND_COUNT: break;
    }
}

typedef void add_fn(struct money_currency *row, const struct ledger_sum *s);

static const struct err *add_all(struct web *w, struct tx *tx, struct money_view *v,
                                 int64_t from_ms, int64_t to_ms, add_fn *add)
{
    struct ledger_sum *sums;
    size_t count;
    TRY(ledger_sums(tx, w->arena, w->shop_id, from_ms, to_ms, &sums, &count));
    for (size_t i = 0; i < count; i++) {
        struct money_currency *row = row_of(v, sums[i].currency);
        if (row != NULL)
            add(row, &sums[i]);
    }
    return NULL;
}

const struct err *money_fill(struct web *w, struct tx *tx, struct money_view *v)
{
    TRY_NEW_ARRAY(w->arena, v->currencies, MONEY_CURRENCIES_MAX);
    (void)row_of(v, v->shop.currency);
    TRY(add_all(w, tx, v, 0, INT64_MAX, add_today));
    TRY(add_all(w, tx, v, 0, v->from_ms, add_opening));
    TRY(add_all(w, tx, v, v->from_ms, v->to_ms, add_period));
    for (size_t i = 0; i < v->currency_count; i++) {
        struct money_currency *r = &v->currencies[i];
        r->closing.minor = r->opening.minor + r->sales.minor + r->shipping.minor + r->tax.minor +
                           r->refunds.minor + r->tax_back.minor + r->fees.minor +
                           r->paid_out.minor;
        r->owed_after.minor = r->owed_before.minor + r->owed_new.minor + r->owed_done.minor;
    }
    return NULL;
}

/* ---- one movement ---- */

str money_words(const struct locale *l, str reason)
{
    static const struct {
        const char *reason, *text_key;
    } words[] = {{"order.paid", "paper.moved.paid"},
                 {"order.refunded", "paper.moved.refunded"},
                 {"order.placed", "paper.moved.placed"},
                 {"order.settled", "paper.moved.settled"},
                 {"ledger.payout", "paper.moved.payout"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq(reason, str_c(words[i].reason)))
            return locale_text(l, words[i].text_key);
    return reason;
}

const struct err *money_row_fill(const struct locale *l, const struct ledger_movement *m,
                                 struct money_row *ret)
{
    const int64_t *minor = m->minor;
    *ret = (struct money_row){
        .m = *m,
        .what = money_words(l, m->reason),
        .amount = {m->pending ? minor[LEDGER_RECEIVABLE] : minor[LEDGER_CLEARING], m->currency},
        .sales = {-minor[LEDGER_SALES] - minor[LEDGER_REFUNDS], m->currency},
        .shipping = {-minor[LEDGER_SHIPPING_INCOME], m->currency},
        .tax = {-minor[LEDGER_TAX_PAYABLE], m->currency},
        .fees = {-minor[LEDGER_FEES], m->currency}};
    return NULL;
}
