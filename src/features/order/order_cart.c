/* The cart: variants and how many, never prices; those are asked for when it is shown and when the
 * order is placed. */
#include "order/order_part.h"

const struct err *cart_set(struct turn *t, struct account_id account, struct shop_id shop,
                           struct variant_id variant, int64_t quantity, bool add)
{
    struct variant v;
    struct cart_line_row_row row;
    struct cart_size_row size;
    bool is_there;
    if (quantity < 0 || quantity > PRICE_QUANTITY_MAX || (add && quantity == 0))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "price.bad_quantity", "%lld",
                                            (long long)quantity), "quantity");
    if (quantity == 0)
        return cart_line_remove(t->tx, t->arena, account, variant);
    TRY(catalog_variant(t->tx, t->arena, shop, variant, &v));
    TRY(cart_line_row(t->tx, t->arena, account, variant, &row, &is_there));
    TRY(cart_size(t->tx, t->arena, account, &size));
    if (!is_there && size.lines >= CART_LINES_MAX)
        return ERR(t->arena, ERR_LIMIT, "order.cart_full", "%lld lines", (long long)size.lines);
    if (add && is_there)
        quantity = quantity + row.quantity > PRICE_QUANTITY_MAX ? PRICE_QUANTITY_MAX
                                                                : quantity + row.quantity;
    return cart_line_set(t->tx, t->arena, account, variant, shop, quantity, t->now_ms);
}

const struct err *cart_items(struct tx *tx, struct arena *a, struct account_id account,
                             struct shop_id shop, struct cart_item **ret, size_t *ret_count)
{
    struct cart_lines_row *rows;
    size_t count, used = 0;
    TRY(cart_lines(tx, a, account, CART_LINES_MAX, &rows, &count));
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++)
        if (shop.v == 0 || rows[i].shop_id.v == shop.v)
            (*ret)[used++] =
                (struct cart_item){rows[i].shop_id, rows[i].variant_id, rows[i].quantity};
    *ret_count = used;
    return NULL;
}

const struct err *cart_clear(struct turn *t, struct account_id account, struct shop_id shop,
                             struct order_id ordered)
{
    return cart_ordered_clear(t->tx, t->arena, account, shop, ordered);
}
