/* What an order does to the books, and whom it tells. Every journal has its cause's id: twice is
 * impossible. */
#include "order/order_part.h"

#include "core/audit.h"

static void add(struct ledger_line *lines, size_t *count, enum ledger_account_kind account,
                int64_t amount_minor)
{
    if (amount_minor != 0)
        lines[(*count)++] = (struct ledger_line){.account = account, .amount_minor = amount_minor};
}

static const struct err *post(struct turn *t, const struct order *o, const char *reason,
                              int64_t cause_id, bool is_pending, const struct ledger_line *lines,
                              size_t count)
{
    return ledger_post(t, &(struct ledger_journal){.shop_id = o->shop_id,
                                                   .reason = reason,
                                                   .order_id = o->id.v,
                                                   .cause_id = cause_id,
                                                   .currency = o->currency,
                                                   .pending = is_pending,
                                                   .lines = lines,
                                                   .line_count = count});
}

const struct err *order_book_owed(struct turn *t, const struct order *o, int sign)
{
    struct ledger_line lines[4];
    struct order_split split;
    size_t count = 0;
    if (o->total_minor == 0)
        return NULL;
    TRY(order_rules_split(t->arena, o, 0, o->total_minor, &split));
    add(lines, &count, LEDGER_RECEIVABLE, sign * o->total_minor);
    add(lines, &count, LEDGER_SALES, -sign * split.sales_minor);
    add(lines, &count, LEDGER_SHIPPING_INCOME, -sign * split.shipping_minor);
    add(lines, &count, LEDGER_TAX_PAYABLE, -sign * split.tax_minor);
    return post(t, o, sign > 0 ? "order.placed" : "order.settled", o->id.v, true, lines, count);
}

static const struct err *parts_of(struct arena *a, const struct order *o, struct order_split *ret)
{
    *ret = (struct order_split){0};
    return o->total_minor == 0 ? NULL : order_rules_split(a, o, 0, o->total_minor, ret);
}

const struct err *order_book_rewritten(struct turn *t, const struct order *before,
                                       const struct order *after, int64_t change)
{
    struct order_split was, is;
    struct ledger_line lines[4];
    size_t count = 0;
    TRY(parts_of(t->arena, before, &was));
    TRY(parts_of(t->arena, after, &is));
    add(lines, &count, LEDGER_RECEIVABLE, after->total_minor - before->total_minor);
    add(lines, &count, LEDGER_SALES, was.sales_minor - is.sales_minor);
    add(lines, &count, LEDGER_SHIPPING_INCOME, was.shipping_minor - is.shipping_minor);
    add(lines, &count, LEDGER_TAX_PAYABLE, was.tax_minor - is.tax_minor);
    return count == 0 ? NULL : post(t, after, "order.changed", change, true, lines, count);
}

/* What the order had no use for pays none of its parts, and may be more than all of them. */
static const struct err *split_of(struct arena *a, const struct order *o, int64_t before_minor,
                                  int64_t amount_minor, bool is_extra, struct order_split *ret)
{
    *ret = (struct order_split){.sales_minor = amount_minor};
    return is_extra ? NULL : order_rules_split(a, o, before_minor, amount_minor, ret);
}

const struct err *order_book_captured(struct turn *t, const struct order *o, int64_t payment_id,
                                      int64_t amount_minor, bool is_extra)
{
    struct ledger_line lines[4];
    struct order_split split;
    size_t count = 0;
    TRY(split_of(t->arena, o, o->paid_minor, amount_minor, is_extra, &split));
    add(lines, &count, LEDGER_CLEARING, amount_minor);
    add(lines, &count, LEDGER_SALES, -split.sales_minor);
    add(lines, &count, LEDGER_SHIPPING_INCOME, -split.shipping_minor);
    add(lines, &count, LEDGER_TAX_PAYABLE, -split.tax_minor);
    return post(t, o, "order.paid", payment_id, false, lines, count);
}

const struct err *order_book_refunded(struct turn *t, const struct order *o, int64_t refund_id,
                                      int64_t before_minor, int64_t amount_minor, bool is_extra)
{
    struct ledger_line lines[3];
    struct order_split split;
    size_t count = 0;
    TRY(split_of(t->arena, o, before_minor, amount_minor, is_extra, &split));
    add(lines, &count, LEDGER_REFUNDS, amount_minor - split.tax_minor);
    add(lines, &count, LEDGER_TAX_PAYABLE, split.tax_minor);
    add(lines, &count, LEDGER_CLEARING, -amount_minor);
    return post(t, o, "order.refunded", refund_id, false, lines, count);
}

const struct err *order_tell(struct turn *t, const struct order *o, const char *kind,
                             int64_t number, str why)
{
    TRY(audit_write(
        t,
        &(struct audit){.shop_id = o->shop_id, .action = kind, .subject_id = o->id.v, .why = why}));
    return event_emit(t, &(struct event){.kind = kind, .version = 1, .shop_id = o->shop_id,
                                         .account_id = o->buyer_id, .subject_id = o->id.v,
                                         .object_id = o->conversation_id, .number = number});
}

const struct err *order_tax_of(struct arena *a, const struct order *o, int64_t before_minor,
                               int64_t amount_minor, int64_t *ret_minor)
{
    struct order_split split;
    TRY(order_rules_split(a, o, before_minor, amount_minor, &split));
    *ret_minor = split.tax_minor;
    return NULL;
}
