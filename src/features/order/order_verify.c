/* The part of `millpond verify` that looks at orders: sums against lines, payments, refunds, books
 * and pools. */
#include "order/order_part.h"

#include "pool/pool.h"

enum { PAGE = 500 };

/* Each order is found through one key of its buyer. */
static const struct err *keys(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_keys_row *keys;
    struct verify_key_count_row all;
    size_t count;
    TRY(verify_keys(tx, a, 20, &keys, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I4", "order %lld of shop %lld is not of account %lld, whose key "
                         "says so", (long long)keys[i].order_id.v, (long long)keys[i].shop_id.v,
                         (long long)keys[i].account_id.v);
    TRY(verify_key_count(tx, a, &all));
    if (all.orders != all.keys)
        verify_violation(report, "I4", "%lld orders have %lld keys", (long long)all.orders,
                         (long long)all.keys);
    return NULL;
}

static const struct err *sums(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_lines_row *lines;
    struct verify_paid_row *paid;
    struct verify_numbers_row *numbers;
    struct verify_authorised_row *promised;
    size_t count;
    TRY(verify_lines(tx, a, 20, &lines, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I6", "order %lld of shop %lld: goods %lld, lines %lld",
                         (long long)lines[i].id.v, (long long)lines[i].shop_id.v,
                         (long long)lines[i].goods_minor, (long long)lines[i].lines);
    TRY(verify_paid(tx, a, 20, &paid, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(
            report, "I5",
            "order %lld of shop %lld: paid %lld, captured %lld, refunded %lld, returned %lld",
            (long long)paid[i].id.v, (long long)paid[i].shop_id.v, (long long)paid[i].paid_minor,
            (long long)paid[i].captured, (long long)paid[i].refunded_minor,
            (long long)paid[i].returned);
    TRY(verify_authorised(tx, a, 20, &promised, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I5", "order %lld of shop %lld: authorised %lld, attempts %lld",
                         (long long)promised[i].id.v, (long long)promised[i].shop_id.v,
                         (long long)promised[i].authorised_minor, (long long)promised[i].promised);
    TRY(verify_numbers(tx, a, 20, &numbers, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I4", "shop %lld: last number %lld, %lld orders",
                         (long long)numbers[i].shop_id.v, (long long)numbers[i].last_number,
                         (long long)numbers[i].orders);
    return keys(tx, a, report);
}

static const struct err *payments(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_refunds_row *refunds;
    struct verify_notices_row *notices;
    struct verify_overdue_row *overdue;
    size_t count;
    TRY(verify_refunds(tx, a, 20, &refunds, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I5", "payment %lld of shop %lld: refunded %lld, refund rows %lld",
                         (long long)refunds[i].id, (long long)refunds[i].shop_id.v,
                         (long long)refunds[i].refunded_minor, (long long)refunds[i].rows_minor);
    TRY(verify_notices(tx, a, 20, &notices, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I5", "payment %lld of shop %lld: captured without a notice",
                         (long long)notices[i].id, (long long)notices[i].shop_id.v);
    struct verify_samples_row *samples;
    TRY(verify_samples(tx, a, 20, &samples, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I14", "sample of product %lld: order %lld does not hold it",
                         (long long)samples[i].product_id.v, (long long)samples[i].order_id.v);
    struct verify_unclaimed_row *unclaimed;
    TRY(verify_unclaimed(tx, a, 20, &unclaimed, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I14",
                         "order %lld of shop %lld: its buyer has no claim to the sample of "
                         "product %lld",
                         (long long)unclaimed[i].id.v, (long long)unclaimed[i].shop_id.v,
                         (long long)unclaimed[i].product_id.v);
    TRY(verify_overdue(tx, a, 20, &overdue, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I14", "order %lld of shop %lld should have expired",
                         (long long)overdue[i].id.v, (long long)overdue[i].shop_id.v);
    return NULL;
}

/* Orders placed or paid together, and bills that friends share. */
static const struct err *together(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_charges_row *charges;
    struct verify_bundles_row *bundles;
    struct verify_shares_row *shares;
    struct verify_share_twice_row *twice;
    size_t count;
    TRY(verify_charges(tx, a, 20, &charges, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I5", "charge %lld of %lld: its %lld shares are %lld, or differ",
                         (long long)charges[i].charge_id, (long long)charges[i].charge_minor,
                         (long long)charges[i].shares, (long long)charges[i].shares_minor);
    TRY(verify_bundles(tx, a, 20, &bundles, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I4", "bundle %lld: order %lld of shop %lld is not its buyer's",
                         (long long)bundles[i].bundle_id.v, (long long)bundles[i].order_id.v,
                         (long long)bundles[i].shop_id.v);
    TRY(verify_shares(tx, a, 20, &shares, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I5", "payment %lld of shop %lld: %lld for a share of %lld",
                         (long long)shares[i].id, (long long)shares[i].shop_id.v,
                         (long long)shares[i].amount_minor, (long long)shares[i].share_minor.v);
    TRY(verify_share_twice(tx, a, 20, &twice, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I5", "share %lld of shop %lld: paid %lld times",
                         (long long)twice[i].share_id.v, (long long)twice[i].shop_id.v,
                         (long long)twice[i].payments);
    return NULL;
}

/* The cause has its journal, with this amount through clearing. */
static const struct err *booked(struct tx *tx, struct arena *a, struct shop_id shop,
                                const char *reason, int64_t cause_id, int64_t amount_minor,
                                struct verify_report *report)
{
    struct ledger_entry *entries;
    size_t count;
    int64_t sum = 0;
    TRY(ledger_of_cause(tx, a, shop, reason, cause_id, &entries, &count));
    for (size_t i = 0; i < count; i++)
        if (entries[i].account == LEDGER_CLEARING && !entries[i].pending)
            sum += entries[i].amount_minor;
    if (sum != amount_minor)
        verify_violation(report, "I1", "shop %lld: %s %lld of %lld booked as %lld",
                         (long long)shop.v, reason, (long long)cause_id, (long long)amount_minor,
                         (long long)sum);
    return NULL;
}

static const struct err *books(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_captured_row *in;
    struct verify_returned_row *out;
    size_t count;
    int64_t after = 0, done = 0;
    do {
        struct arena_mark mark = arena_get_mark(a);
        TRY(verify_captured(tx, a, after, PAGE, &in, &count));
        for (size_t i = 0; i < count; i++)
            TRY(booked(tx, a, in[i].shop_id, "order.paid", in[i].id, in[i].amount_minor, report));
        after = count == 0 ? 0 : in[count - 1].id;
        arena_rewind(a, mark);
        verify_tell(report, done += (int64_t)count);
    } while (count == PAGE);
    after = 0;
    do {
        struct arena_mark mark = arena_get_mark(a);
        TRY(verify_returned(tx, a, after, PAGE, &out, &count));
        for (size_t i = 0; i < count; i++)
            TRY(booked(tx, a, out[i].shop_id, "order.refunded", out[i].id, -out[i].amount_minor,
                       report));
        after = count == 0 ? 0 : out[count - 1].id;
        arena_rewind(a, mark);
        verify_tell(report, done += (int64_t)count);
    } while (count == PAGE);
    return NULL;
}

/* What the order's sums are worth in the shop's own currency: that is what pools count. */
static const struct err *worth(struct arena *a, const struct verify_orders_row *row,
                               struct pool_order_sum *ret)
{
    struct order o = {.rate_micros = row->rate_micros};
    TRY(currency_parse(a, row->currency, &o.currency));
    TRY(currency_parse(a, row->base_currency, &o.base_currency));
    TRY(order_base_step(a, &o, 0, row->total_minor, &ret->total_minor));
    TRY(order_base_step(a, &o, 0, row->paid_minor, &ret->paid_minor));
    return order_base_step(a, &o, 0, row->refunded_minor, &ret->refunded_minor);
}

static const struct err *pool_agrees(struct tx *tx, struct arena *a,
                                     const struct verify_orders_row *o,
                                     struct verify_report *report)
{
    struct pool_order_sum sum = {0}, want = {0};
    bool is_found;
    TRY(worth(a, o, &want));
    TRY(pool_order_sum(tx, a, o->shop_id, o->id.v, &is_found, &sum));
    if (!is_found || sum.pool_id.v != o->pool_id.v)
        verify_violation(report, "I-attribution",
                         "order %lld of shop %lld: counted for pool %lld, its row says %lld",
                         (long long)o->id.v, (long long)o->shop_id.v, (long long)sum.pool_id.v,
                         (long long)o->pool_id.v);
    if (sum.total_minor != want.total_minor || sum.paid_minor != want.paid_minor ||
        sum.refunded_minor != want.refunded_minor)
        verify_violation(report, "I-attribution",
                         "order %lld of shop %lld: %lld paid, %lld refunded; its pool counts %lld "
                         "and %lld",
                         (long long)o->id.v, (long long)o->shop_id.v, (long long)want.paid_minor,
                         (long long)want.refunded_minor, (long long)sum.paid_minor,
                         (long long)sum.refunded_minor);
    return NULL;
}

static const struct err *kept_price_agrees(struct tx *tx, struct arena *a,
                                           const struct verify_orders_row *o,
                                           struct verify_report *report)
{
    struct price_kept kept;
    bool is_found;
    TRY(price_kept(tx, a, o->shop_id, o->id.v, &is_found, &kept));
    if (is_found && (kept.goods_minor != o->goods_minor || kept.tax_minor != o->tax_minor ||
                     kept.shipping_minor != o->shipping_minor ||
                     kept.total_minor != o->total_minor))
        verify_violation(report, "I6", "order %lld of shop %lld: total %lld, its kept price %lld",
                         (long long)o->id.v, (long long)o->shop_id.v, (long long)o->total_minor,
                         (long long)kept.total_minor);
    return NULL;
}

static const struct err *each_order(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_orders_row *orders;
    size_t count;
    int64_t after = 0, done = 0;
    do {
        struct arena_mark mark = arena_get_mark(a);
        TRY(verify_orders(tx, a, after, PAGE, &orders, &count));
        for (size_t i = 0; i < count; i++) {
            TRY(pool_agrees(tx, a, &orders[i], report));
            TRY(kept_price_agrees(tx, a, &orders[i], report));
        }
        after = count == 0 ? 0 : orders[count - 1].id.v;
        arena_rewind(a, mark);
        verify_tell(report, done += (int64_t)count);
    } while (count == PAGE);
    return NULL;
}

static const struct err *parcels(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct verify_parcels_row *lines;
    struct verify_shipped_row *orders;
    size_t count;
    TRY(verify_parcels(tx, a, 20, &lines, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I13", "order %lld of shop %lld: line %lld shipped %lld, packed "
                         "%lld", (long long)lines[i].order_id.v, (long long)lines[i].shop_id.v,
                         (long long)lines[i].position, (long long)lines[i].shipped,
                         (long long)lines[i].packed);
    TRY(verify_shipped(tx, a, 20, &orders, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "I13", "order %lld of shop %lld: fulfilment %lld, %lld of %lld "
                         "pieces shipped", (long long)orders[i].id.v,
                         (long long)orders[i].shop_id.v, (long long)orders[i].fulfilment,
                         (long long)orders[i].shipped, (long long)orders[i].quantity);
    return NULL;
}

const struct err *order_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    TRY(sums(tx, a, report));
    TRY(payments(tx, a, report));
    TRY(together(tx, a, report));
    TRY(books(tx, a, report));
    TRY(parcels(tx, a, report));
    return each_order(tx, a, report);
}
