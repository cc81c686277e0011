/* What a checkout shows of one shop: its prices, ways of delivery and currencies, and the form for
 * the address. The checkout of one shop has one of these, that of the whole cart one per shop. */
#include "order/order_web.h"

/* The order that the form would make, but for who pays it. */
struct order_place order_checkout_want(const struct checkout *x)
{
    return (struct order_place){.shop_id = x->v.shop.id,
                                .wants = x->wants,
                                .want_count = x->want_count,
                                .currency = x->currency,
                                .method_id = x->method_id,
                                .party = x->party,
                                .channel = S("site"),
                                .mail_consent = x->v.consent,
                                .is_sample = x->v.buy_sample};
}

static const struct err *fill_ways(struct web *w, const struct price_quote *q,
                                   struct checkout_view *v)
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    v->delivery_count = q->method_count;
    for (size_t i = 0; i < q->method_count; i++) {
        const struct price_method *m = &q->methods[i];
        struct id_text id = id_format(m->id.v);
        v->deliveries[i] = (struct checkout_way){.name = m->name,
                                           .price = {m->price_minor, q->currency},
                                           .is_chosen = i == q->method_chosen,
                                           .is_pickup = m->kind == DELIVERY_PICKUP};
        if (m->days_to > 0) {
            v->deliveries[i].from_ms = w->now_ms + (int64_t)m->days_from * DAY_MS;
            v->deliveries[i].to_ms = w->now_ms + (int64_t)m->days_to * DAY_MS;
        }
        TRY(str_dup(w->arena, id_str(&id), &v->deliveries[i].id));
    }
    return NULL;
}

static const struct err *fill_currencies(struct web *w, struct tx *tx, struct currency chosen,
                                         struct checkout_view *v)
{
    struct shop_rate *rates;
    size_t count;
    TRY(currency_rates(tx, w->arena, &v->shop, &rates, &count));
    TRY_NEW_ARRAY(w->arena, v->currencies, count + 1);
    v->currency_count = count + 1;
    for (size_t i = 0; i <= count; i++) {
        const struct currency *c = i == 0 ? &v->shop.currency : &rates[i - 1].currency;
        v->currencies[i] = (struct checkout_currency){currency_str(c), currency_eq(*c, chosen)};
    }
    return NULL;
}

static const char *tax_words(enum tax_ground ground)
{
    switch (ground) {
    case TAX_GROUND_REVERSE: return "order.tax_reversed";
    case TAX_GROUND_IMPORT: return "order.tax_at_border";
    case TAX_GROUND_IOSS: return "order.tax_prepaid";
    case TAX_GROUND_UNSET:
    case TAX_GROUND_NONE:
    case TAX_GROUND_RATE:
    case TAX_GROUND_COUNT: break;
    }
    return NULL;
}

static const struct err *asks_vat_id(struct web *w, struct tx *tx, struct checkout *x)
{
    str country = x->party.address.country;
    struct tax_terms terms;
    TRY(tax_terms_get(tx, w->arena, x->v.shop.id, &terms));
    x->v.asks_vat_id = terms.reverse_charge && country_is_eu(country) &&
                       country_is_eu(x->v.shop.country) && !str_eq(country, x->v.shop.country);
    return NULL;
}

/* With a VAT id that is none, the page must still show a price: that of an ordinary buyer. */
static const struct err *quote_of(struct web *w, struct tx *tx, struct checkout *x,
                                  struct price_quote **ret)
{
    struct order_place want = order_checkout_want(x);
    const struct err *e =
        order_quote(tx, w->arena, &x->v.shop, x->wants, x->want_count, &want, ret);
    if (e == NULL || !str_eq(str_c(e->field), S("vat_id")))
        return e;
    want.party.vat_id = STR_NONE;
    x->v.vat_error = order_words(w, e);
    return order_quote(tx, w->arena, &x->v.shop, x->wants, x->want_count, &want, ret);
}

const struct err *order_checkout_quote(struct web *w, struct tx *tx, struct checkout *x)
{
    struct price_quote *q;
    if (str_is_empty(x->party.address.country))
        x->party.address.country = x->v.shop.country;
    TRY(quote_of(w, tx, x, &q));
    TRY(fill_ways(w, q, &x->v));
    TRY(fill_currencies(w, tx, q->currency, &x->v));
    TRY(asks_vat_id(w, tx, x));
    x->v.vat_id = x->party.vat_id;
    x->v.tax_key = tax_words(q->tax_ground);
    x->v.is_unreachable = q->is_unreachable;
    TRY(price_duties(tx, w->arena, &x->v.shop, q, x->party.address.country, &x->v.duties));
    x->v.duty = (struct money){x->v.duties.minor, q->currency};
    TRY(order_view_quote(tx, w->arena, &x->v.shop, q, &x->v.lines));
    x->v.line_count = q->line_count;
    const struct err *off = price_quote_steps(w->arena, q);
    if (off != NULL)
        x->v.problem = order_words(w, off);
    x->v.sums = (struct sums_view){.goods = {q->goods_minor, q->currency},
                                   .shipping = {q->shipping_minor, q->currency},
                                   .tax = {q->tax_minor, q->currency},
                                   .total = {q->total_minor, q->currency},
                                   .tax_included = q->tax_included};
    for (size_t i = 0; i < q->line_count; i++)
        x->v.is_shipped = x->v.is_shipped || q->lines[i].requires_shipping;
    return NULL;
}

/* ---- the form ---- */

const struct err *order_checkout_form(struct web *w, struct checkout *x,
                                      const struct err *problem)
{
    struct checkout_view *v = &x->v;
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    str country = x->party.address.country;
    str wrong = str_c(problem == NULL ? NULL : problem->field);
    bool is_said = false;
    v->country = str_is_empty(country) ? v->shop.country : country;
    v->email = x->party.email;
    size_t count = address_inputs(v->country, inputs);
    for (size_t i = 0; i < count; i++) {
        struct checkout_field *f = &v->fields[v->field_count];
        if (inputs[i].field == ADDRESS_COUNTRY)
            continue;
        *f = (struct checkout_field){.input = inputs[i],
                                     .value = address_get(&x->party.address, inputs[i].field)};
        if (str_eq(wrong, str_c(inputs[i].name))) {
            f->error = order_words(w, problem);
            is_said = true;
        } else if (!str_is_absent(wrong) && inputs[i].is_required && v->is_shipped &&
                   str_is_empty(f->value)) {
            f->error = locale_text(w->locale,
                                   "error.field_missing"); /* all at once, not one per attempt */
        }
        v->field_count++;
    }
    if (str_eq(wrong, S("vat_id")) || (v->is_unreachable && str_eq(wrong, S("country"))))
        return country_list(w->arena, w->locale->language, &v->countries, &v->country_count);
    if (str_eq(wrong, S("email")))
        v->email_error = order_words(w, problem);
    else if (problem != NULL && !is_said)
        v->problem = order_words(w, problem);
    return country_list(w->arena, w->locale->language, &v->countries, &v->country_count);
}
