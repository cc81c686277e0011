/* Reading orders. */
#include "order/order_part.h"

#include "core/secret.h"

static const struct err *gone(struct arena *a, struct order_id id)
{
    return ERR(a, ERR_NOT_FOUND, "order.gone", "order %lld", (long long)id.v);
}

const struct err *order_fill(struct arena *a, const struct order_row_row *row, struct order *ret)
{
    *ret = (struct order){
        .id = row->id,
        .shop_id = row->shop_id,
        .number = row->number,
        .buyer_id = row->buyer_id,
        .contact_id = row->contact_id,
        .pool_id = row->pool_id.v,
        .state = (enum order_state)row->state,
        .payment = order_rules_covered(
            order_rules_payment(row->total_minor, row->paid_minor, row->refunded_minor),
            row->total_minor, row->paid_minor, row->authorised_minor),
        .fulfilment = (enum order_fulfilment)row->fulfilment,
        .goods_minor = row->goods_minor,
        .shipping_minor = row->shipping_minor,
        .tax_minor = row->tax_minor,
        .total_minor = row->total_minor,
        .paid_minor = row->paid_minor,
        .refunded_minor = row->refunded_minor,
        .refunding_minor = row->refunding_minor,
        .authorised_minor = row->authorised_minor,
        .tax_included = row->tax_included,
        .tracking = row->tracking,
        .channel = row->channel,
        .conversation_id = row->conversation_id,
        .post_id = row->post_id,
        .deposit_minor = row->deposit_minor,
        .secured_ms = row->secured_ms,
        .placed_ms = row->placed_ms,
        .expires_ms = row->expires_ms,
        .rate_micros = row->rate_micros,
        .is_agreed = row->agreed,
        .paid_ms = row->paid_ms};
    TRY(currency_parse(a, row->base_currency, &ret->base_currency));
    return currency_parse(a, row->currency, &ret->currency);
}

static const struct err *load_lines(struct tx *tx, struct arena *a, struct order *o)
{
    struct order_lines_row *rows;
    struct order_answers_row *answers;
    TRY(order_lines(tx, a, o->shop_id, o->id, PRICE_LINES_MAX, &rows, &o->line_count));
    TRY_NEW_ARRAY(a, o->lines, o->line_count);
    for (size_t i = 0; i < o->line_count; i++)
        o->lines[i] = (struct order_line){.variant_id = rows[i].variant_id,
                                          .product_id = rows[i].product_id,
                                          .title = rows[i].title,
                                          .variant_title = rows[i].variant_title,
                                          .sku = rows[i].sku,
                                          .media_id = rows[i].media_id,
                                          .quantity = rows[i].quantity,
                                          .unit_minor = rows[i].unit_minor,
                                          .total_minor = rows[i].total_minor,
                                          .shipped = rows[i].shipped,
                                          .dropped = rows[i].dropped,
                                          .is_sample = rows[i].is_sample};
    TRY(order_answers(tx, a, o->shop_id, o->id, ORDER_ANSWERS_MAX, &answers, &o->answer_count));
    for (size_t i = 0; i < o->answer_count; i++)
        o->answers[i] = (struct order_answer){answers[i].question, answers[i].answer};
    return NULL;
}

const struct err *order_access_key(struct platform *p, struct arena *a, struct order_id id,
                                   str *ret)
{
    struct id_text text = id_format(id.v);
    return secret_sign(p, a, "order.access", id_str(&text), ret);
}

bool order_key_opens(struct platform *p, struct arena *a, struct order_id id, str key)
{
    struct id_text text = id_format(id.v);
    return !str_is_empty(key) && secret_verify(p, a, "order.access", id_str(&text), key);
}

const struct err *order_get(struct tx *tx, struct arena *a, struct platform *p, struct shop_id shop,
                            struct order_id id, struct order *ret)
{
    struct order_row_row row;
    bool is_found;
    TRY(order_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return gone(a, id);
    TRY(order_fill(a, &row, ret));
    TRY(load_lines(tx, a, ret));
    TRY(order_additions_load(tx, a, ret));
    TRY(order_party_open(tx, a, p, shop, ret->buyer_id, id, row.party, &ret->party));
    return order_access_key(p, a, id, &ret->access_key);
}

const struct err *order_head(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct order_id id, struct order *ret)
{
    struct order_row_row row;
    bool is_found;
    TRY(order_row(tx, a, shop, id, &row, &is_found));
    return is_found ? order_fill(a, &row, ret) : gone(a, id);
}

const struct err *order_find(struct tx *tx, struct arena *a, struct order_id id,
                             struct shop_id *ret_shop, struct account_id *ret_buyer)
{
    struct order_shop_row row;
    bool is_found;
    TRY(order_shop(tx, a, id, &row, &is_found));
    if (!is_found)
        return gone(a, id);
    *ret_shop = row.shop_id;
    *ret_buyer = row.buyer_id;
    return NULL;
}

/* Without the party: a list shows numbers, sums and articles. */
const struct err *order_list_of_buyer(struct tx *tx, struct arena *a, struct account_id buyer,
                                      size_t limit, struct order **ret, size_t *ret_count)
{
    return order_list_of_buyer_before(tx, a, buyer, (struct order_id){0}, limit, ret, ret_count);
}

const struct err *order_list_of_buyer_before(struct tx *tx, struct arena *a,
                                             struct account_id buyer, struct order_id before,
                                             size_t limit, struct order **ret, size_t *ret_count)
{
    struct order_ids_of_buyer_row *ids;
    TRY(order_ids_of_buyer(tx, a, buyer, before.v == 0 ? INT64_MAX : before.v, (int64_t)limit,
                           limit, &ids, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct order_row_row row;
        bool is_found;
        TRY(order_row(tx, a, ids[i].shop_id, ids[i].id, &row, &is_found));
        if (!is_found)
            return gone(a, ids[i].id);
        TRY(order_fill(a, &row, &(*ret)[i]));
        TRY(load_lines(tx, a, &(*ret)[i]));
    }
    return NULL;
}
