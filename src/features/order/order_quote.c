/* What an order costs, as it is asked for: the same question from checkout, API and command. */
#include "order/order_part.h"

const struct err *order_quote(struct tx *tx, struct arena *a, const struct shop *shop,
                              const struct price_want *wants, size_t count,
                              const struct order_place *o, struct price_quote **ret)
{
    const struct address *to = &o->party.address;
    str vat_id = str_trim(o->party.vat_id);
    struct price_way way = {.country = to->country, .region = to->region, .vat_id = vat_id,
                            .currency = o->currency, .method_id = o->method_id,
                            .is_sample = o->is_sample};
    if (!str_is_empty(vat_id) &&
        (vat_id.len > TAX_NUMBER_MAX + 10 ||
         (tax_vat_id_is_known_form(to->country) &&
          !tax_vat_id_read(a, to->country, vat_id, NULL))))
        return err_with_field(a, ERR(a, ERR_INVALID, "order.bad_vat_id", "%zu bytes", vat_id.len),
                              "vat_id");
    return price_quote_way(tx, a, shop, wants, count, &way, ret);
}

struct shop_rate order_quote_rate(const struct price_quote *q)
{
    bool has_rate = q->rate_micros > 0;
    return (struct shop_rate){.currency = q->currency,
                              .base = has_rate ? q->base_currency : q->currency,
                              .rate_micros = has_rate ? q->rate_micros : RATE_ONE,
                              .rounding = CURRENCY_EXACT};
}

const struct err *order_base_step(struct arena *a, const struct order *o, int64_t before_minor,
                                  int64_t after_minor, int64_t *ret_minor)
{
    const struct shop_rate rate = {.currency = o->currency, .base = o->base_currency,
                                   .rate_micros = o->rate_micros, .rounding = CURRENCY_EXACT};
    int64_t before;
    TRY(currency_base(a, &rate, before_minor, &before));
    TRY(currency_base(a, &rate, after_minor, ret_minor));
    *ret_minor -= before;
    return NULL;
}
