/* Reading quotations. */
#include "quote/quote_part.h"

#include "core/secret.h"

static const char purpose[] = "quote.access";

static const struct err *gone(struct arena *a, struct quote_id id)
{
    return ERR(a, ERR_NOT_FOUND, "quote.gone", "quotation %lld", (long long)id.v);
}

static const struct err *load_terms(struct tx *tx, struct arena *a, struct quote *q)
{
    struct quote_version_row_row row;
    struct quote_lines_row *lines;
    struct quote_terms *v = &q->terms;
    TRY(quote_version_row(tx, a, q->shop_id, q->id, q->version, &row));
    *v = (struct quote_terms){.version = q->version,
                              .goods_minor = row.goods_minor,
                              .shipping_minor = row.shipping_minor,
                              .tax_minor = row.tax_minor,
                              .tax_bp = (int)row.tax_bp,
                              .tax_included = row.tax_included,
                              .total_minor = row.total_minor,
                              .deposit_percent = (int)row.deposit_percent,
                              .deposit_minor = row.deposit_minor,
                              .pay_days = row.pay_days,
                              .incoterm = row.incoterm,
                              .place = row.place,
                              .lead_time = row.lead_time,
                              .note = row.note,
                              .valid_until_ms = row.valid_until_ms,
                              .made_ms = row.made_ms,
                              .made_by = row.made_by};
    TRY(quote_lines(tx, a, q->shop_id, q->id, q->version, QUOTE_LINES_MAX, &lines, &v->line_count));
    TRY_NEW_ARRAY(a, v->lines, v->line_count);
    for (size_t i = 0; i < v->line_count; i++)
        v->lines[i] = (struct quote_line){.variant_id = lines[i].variant_id,
                                          .product_id = lines[i].product_id,
                                          .title = lines[i].title,
                                          .variant_title = lines[i].variant_title,
                                          .sku = lines[i].sku,
                                          .media_id = lines[i].media_id,
                                          .quantity = lines[i].quantity,
                                          .unit_minor = lines[i].unit_minor,
                                          .total_minor = lines[i].total_minor,
                                          .is_sample = lines[i].is_sample,
                                          .requires_shipping = lines[i].requires_shipping};
    return NULL;
}

static const struct err *load_wishes(struct tx *tx, struct arena *a, struct quote *q)
{
    struct quote_wishes_row *rows;
    TRY(quote_wishes(tx, a, q->shop_id, q->id, QUOTE_LINES_MAX, &rows, &q->wish_count));
    TRY_NEW_ARRAY(a, q->wishes, q->wish_count);
    for (size_t i = 0; i < q->wish_count; i++)
        q->wishes[i] = (struct quote_wish){rows[i].variant_id, rows[i].quantity,
                                           rows[i].target_minor, rows[i].is_sample};
    return NULL;
}

const struct err *quote_get(struct tx *tx, struct arena *a, struct platform *p, struct shop_id shop,
                            struct quote_id id, struct quote *ret)
{
    struct id_text text = id_format(id.v);
    struct quote_row_row row;
    bool is_found;
    TRY(quote_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return gone(a, id);
    *ret = (struct quote){.id = row.id,
                          .shop_id = row.shop_id,
                          .number = row.number,
                          .account_id = row.account_id,
                          .contact_id = row.contact_id,
                          .conversation_id = row.conversation_id,
                          .state = (enum quote_state)row.state,
                          .version = row.version,
                          .is_offer = row.is_offer,
                          .country = row.country,
                          .incoterm_wish = row.incoterm_wish,
                          .needed_by = row.needed_by,
                          .note = row.note,
                          .words = row.words,
                          .order_id = row.order_id,
                          .accepted_by = row.accepted_by,
                          .made_ms = row.made_ms,
                          .changed_ms = row.changed_ms};
    TRY(currency_parse(a, row.currency, &ret->currency));
    TRY(load_wishes(tx, a, ret));
    if (ret->version > 0)
        TRY(load_terms(tx, a, ret));
    return secret_sign(p, a, purpose, id_str(&text), &ret->access_key);
}

const struct err *quote_find(struct tx *tx, struct arena *a, struct quote_id id,
                             struct shop_id *ret_shop, struct account_id *ret_buyer)
{
    struct quote_shop_row row;
    bool is_found;
    TRY(quote_shop(tx, a, id, &row, &is_found));
    if (!is_found)
        return gone(a, id);
    *ret_shop = row.shop_id;
    *ret_buyer = row.account_id;
    return NULL;
}

bool quote_key_opens(struct platform *p, struct arena *a, struct quote_id id, str key)
{
    struct id_text text = id_format(id.v);
    return !str_is_empty(key) && secret_verify(p, a, purpose, id_str(&text), key);
}

const struct err *quote_key_path(struct arena *a, const struct quote *q, str *ret)
{
    struct id_text id = id_format(q->id.v);
    return str_fmt(a, ret, "/q/%s?key=%.*s", id.text, STR_ARG(q->access_key));
}

/* ---- lists ---- */

static const struct err *fill(struct tx *tx, struct arena *a, struct platform *p,
                              const struct quote_ids_row *ids, size_t count, struct quote **ret)
{
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++)
        TRY(quote_get(tx, a, p, ids[i].shop_id, ids[i].id, &(*ret)[i]));
    return NULL;
}

static int64_t from(struct quote_id before)
{
    return before.v == 0 ? INT64_MAX : before.v;
}

const struct err *quote_list(struct tx *tx, struct arena *a, struct platform *p,
                             struct shop_id shop, enum quote_state state, struct quote_id before,
                             size_t limit, struct quote **ret, size_t *ret_count)
{
    struct quote_ids_row *ids;
    if (state == QUOTE_STATE_UNSET)
        TRY(quote_ids(tx, a, shop, from(before), (int64_t)limit, limit, &ids, ret_count));
    else
        TRY(quote_ids_in_state(tx, a, shop, state, from(before), (int64_t)limit, limit, &ids,
                               ret_count));
    return fill(tx, a, p, ids, *ret_count, ret);
}

const struct err *quote_list_of_buyer(struct tx *tx, struct arena *a, struct platform *p,
                                      struct account_id buyer, struct quote_id before, size_t limit,
                                      struct quote **ret, size_t *ret_count)
{
    struct quote_ids_row *ids;
    TRY(quote_ids_of_buyer(tx, a, buyer, from(before), (int64_t)limit, limit, &ids, ret_count));
    return fill(tx, a, p, ids, *ret_count, ret);
}
