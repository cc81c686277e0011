/* Two accounts became one (a guest proved an address that has a member): her orders and their keys,
 * cart and what is remembered move over. Parties are sealed again, because keys of people belong to
 * a person. Running it twice changes nothing. */
#include "order/order_part.h"

enum { SLICE = 500 };

static const struct err *move_order(struct turn *t, const struct order_parties_of_row *row,
                                    struct account_id from, struct account_id into)
{
    struct order_party party;
    str sealed = STR_NONE;
    TRY(order_party_open(t->tx, t->arena, t->platform, row->shop_id, from, row->id, row->party,
                         &party));
    if (!str_is_empty(party.email))
        TRY(order_party_seal(t, row->shop_id, into, row->id, &party, &sealed));
    TRY(order_buyer_set(t->tx, t->arena, row->shop_id, row->id, into, sealed));
    return order_key_move(t->tx, t->arena, from, row->key, into);
}

const struct err *order_account_merged(struct turn *t, const struct event *e)
{
    struct account_id from = {e->subject_id}, into = {e->object_id};
    struct order_parties_of_row *rows;
    struct cart_item *items;
    int64_t moved;
    size_t count;
    do {
        TRY(order_parties_of(t->tx, t->arena, from, SLICE, &rows, &count));
        for (size_t i = 0; i < count; i++)
            TRY(move_order(t, &rows[i], from, into));
    } while (count == SLICE);
    TRY(order_keys_refused_move(t->tx, t->arena, from, into));
    TRY(order_keys_forget(t->tx, t->arena, from));
    TRY(cart_items(t->tx, t->arena, from, (struct shop_id){0}, &items, &count));
    for (size_t i = 0; i < count; i++) {
        const struct err *refusal =
            cart_set(t, into, items[i].shop_id, items[i].variant_id, items[i].quantity, true);
        if (refusal != NULL && refusal->kind != ERR_LIMIT && refusal->kind != ERR_NOT_FOUND)
            return refusal;
        TRY(cart_line_remove(t->tx, t->arena, from, items[i].variant_id));
    }
    TRY(samples_move(t->tx, t->arena, from, into));
    TRY(samples_forget(t->tx, t->arena, from));
    TRY(bundles_move(t->tx, t->arena, from, into, &moved));
    TRY(order_remembered_move(t->tx, t->arena, from, into));
    TRY(order_remembered_delete(t->tx, t->arena, from));
    return order_party_keys_delete(t->tx, t->arena, from);
}
