/* The part of `millpond verify` that looks at orders: sums against lines, payments, refunds, books
 * and pools. */
#include "order/order_part.h"

#include "pool/pool.h"

enum { PAGE = ROW_KEYS_MAX };

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

typedef const struct err *money_list_fn(struct tx *tx, struct arena *a, int64_t after_shop,
                                        int64_t after, size_t limit,
                                        struct verify_captured_row **ret, size_t *ret_count);

/* Each has its journal, with this amount through clearing. */
static const struct err *page_booked(struct tx *tx, struct arena *a, const char *reason, int sign,
                                     const struct verify_captured_row *rows, size_t count,
                                     struct verify_report *report)
{
    struct row_key keys[PAGE] = {{.id = 0}};
    int64_t minor[PAGE];
    for (size_t i = 0; i < count; i++)
        keys[i] = (struct row_key){rows[i].shop_id, rows[i].id};
    TRY(ledger_of_causes(tx, a, reason, LEDGER_CLEARING, keys, count, minor));
    for (size_t i = 0; i < count; i++)
        if (minor[i] != sign * rows[i].amount_minor)
            verify_violation(report, "I1", "shop %lld: %s %lld of %lld booked as %lld",
                             (long long)rows[i].shop_id.v, reason, (long long)rows[i].id,
                             (long long)(sign * rows[i].amount_minor), (long long)minor[i]);
    return NULL;
}

static const struct err *all_booked(struct tx *tx, struct arena *a, money_list_fn *list,
                                    const char *reason, int sign, struct verify_report *report)
{
    struct verify_captured_row *rows;
    struct row_key after = {.id = 0};
    size_t count;
    int64_t done = 0;
    do {
        struct arena_mark mark = arena_get_mark(a);
        TRY(list(tx, a, after.shop_id.v, after.id, PAGE, &rows, &count));
        TRY(page_booked(tx, a, reason, sign, rows, count, report));
        if (count > 0)
            after = (struct row_key){rows[count - 1].shop_id, rows[count - 1].id};
        arena_rewind(a, mark);
        verify_tell(report, done += (int64_t)count);
    } while (count == PAGE);
    return NULL;
}

static const struct err *books(struct tx *tx, struct arena *a, struct verify_report *report)
{
    TRY(all_booked(tx, a, verify_captured, "order.paid", 1, report));
    return all_booked(tx, a, verify_returned, "order.refunded", -1, report);
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

static const struct err *pool_agrees(struct arena *a, const struct verify_orders_row *o,
                                     const struct pool_order_sum *sum,
                                     struct verify_report *report)
{
    struct pool_order_sum want = {0};
    TRY(worth(a, o, &want));
    if (sum->pool_id.v == 0 || sum->pool_id.v != o->pool_id.v)
        verify_violation(report, "I-attribution",
                         "order %lld of shop %lld: counted for pool %lld, its row says %lld",
                         (long long)o->id.v, (long long)o->shop_id.v, (long long)sum->pool_id.v,
                         (long long)o->pool_id.v);
    if (sum->total_minor != want.total_minor || sum->paid_minor != want.paid_minor ||
        sum->refunded_minor != want.refunded_minor)
        verify_violation(report, "I-attribution",
                         "order %lld of shop %lld: %lld paid, %lld refunded; its pool counts %lld "
                         "and %lld",
                         (long long)o->id.v, (long long)o->shop_id.v, (long long)want.paid_minor,
                         (long long)want.refunded_minor, (long long)sum->paid_minor,
                         (long long)sum->refunded_minor);
    return NULL;
}

static void kept_price_agrees(const struct verify_orders_row *o, const struct price_kept_sum *kept,
                              struct verify_report *report)
{
    if (kept->is_kept &&
        (kept->goods_minor != o->goods_minor || kept->tax_minor != o->tax_minor ||
         kept->shipping_minor != o->shipping_minor || kept->total_minor != o->total_minor))
        verify_violation(report, "I6", "order %lld of shop %lld: total %lld, its kept price %lld",
                         (long long)o->id.v, (long long)o->shop_id.v, (long long)o->total_minor,
                         (long long)kept->total_minor);
}

static const struct err *page_of_orders(struct tx *tx, struct arena *a,
                                        const struct verify_orders_row *orders, size_t count,
                                        struct verify_report *report)
{
    struct row_key keys[PAGE] = {{.id = 0}};
    struct pool_order_sum sums[PAGE];
    struct price_kept_sum kept[PAGE];
    for (size_t i = 0; i < count; i++)
        keys[i] = (struct row_key){orders[i].shop_id, orders[i].id.v};
    TRY(pool_order_sums(tx, a, keys, count, sums));
    TRY(price_kept_sums(tx, a, keys, count, kept));
    for (size_t i = 0; i < count; i++) {
        TRY(pool_agrees(a, &orders[i], &sums[i], report));
        kept_price_agrees(&orders[i], &kept[i], report);
    }
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
        TRY(page_of_orders(tx, a, orders, count, report));
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
