/* Charges that pay several orders: which gateways can, and the shares of one. See order_bundle.h.
 */
#include "order/order_part.h"

/* ---- which gateways ---- */

static const struct err *fills_one_purse(struct tx *tx, struct arena *a, const struct platform *p,
                                         const struct payment_gateway *g,
                                         const struct shop_id *shops, size_t count, bool *ret)
{
    str first = STR_NONE, purse;
    *ret = true;
    for (size_t i = 0; i < count && *ret && g->purse != NULL && count > 1; i++) {
        TRY(g->purse(tx, a, p, shops[i], &purse));
        *ret = !str_is_empty(purse) && (i == 0 || str_eq(purse, first));
        if (i == 0)
            TRY(str_dup(a, purse, &first));
    }
    return NULL;
}

static bool is_among(const struct payment_gateway *g, const struct payment_gateway *const *all,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (all[i] == g)
            return true;
    return false;
}

const struct err *order_gateways_of_all(struct tx *tx, struct arena *a, const struct platform *p,
                                        const struct shop_id *shops, size_t count,
                                        const struct payment_gateway **ret, size_t *ret_count)
{
    const struct payment_gateway *other[PAYMENT_GATEWAYS_MAX];
    size_t other_count, kept = 0;
    TRY(order_gateways(tx, a, p, shops[0], ret, ret_count));
    for (size_t i = 1; i < count; i++, kept = 0) {
        TRY(order_gateways(tx, a, p, shops[i], other, &other_count));
        for (size_t k = 0; k < *ret_count; k++)
            if (is_among(ret[k], other, other_count))
                ret[kept++] = ret[k];
        *ret_count = kept;
    }
    for (size_t k = 0; k < *ret_count; k++) {
        bool is_one;
        TRY(fills_one_purse(tx, a, p, ret[k], shops, count, &is_one));
        if (is_one)
            ret[kept++] = ret[k];
    }
    *ret_count = kept;
    return NULL;
}

/* ---- the shares ---- */

bool order_charge_leads(const struct payment_row_row *row)
{
    return row->charge_id == 0 || row->charge_id == row->id;
}

int64_t order_charge_minor(const struct payment_row_row *row)
{
    return row->charge_id == 0 ? row->amount_minor : row->charge_minor;
}

const struct err *order_charge_rows(struct tx *tx, struct arena *a,
                                    const struct payment_row_row *row,
                                    struct payment_row_row **ret, size_t *ret_count)
{
    if (row->charge_id != 0)
        return charge_shares(tx, a, row->charge_id, BUNDLE_ORDERS_MAX, ret, ret_count);
    TRY_NEW(a, *ret);
    **ret = *row;
    *ret_count = 1;
    return NULL;
}

const struct err *order_charge_lead(struct tx *tx, struct arena *a, struct shop_id shop,
                                    int64_t payment_id, struct payment_row_row *ret,
                                    bool *ret_found)
{
    TRY(payment_row(tx, a, shop, payment_id, ret, ret_found));
    if (!*ret_found || order_charge_leads(ret))
        return NULL;
    return payment_row(tx, a, ret->charge_shop_id, ret->charge_id, ret, ret_found);
}
