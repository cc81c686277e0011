/* What lines would cost there, before anything is ordered: the same question as the checkout asks,
 * with every way of delivery that is offered. */
#include "order/order_web.h"

#include "base/json.h"

static void write_methods(struct json *j, const struct price_quote *q)
{
    json_key(j, S("methods"));
    json_array_begin(j);
    for (size_t i = 0; i < q->method_count; i++) {
        const struct price_method *m = &q->methods[i];
        json_object_begin(j);
        json_put_id(j, "id", m->id.v);
        json_put_str(j, "name", m->name);
        json_put_bool(j, "pickup", m->kind == DELIVERY_PICKUP);
        json_put_money(j, "price", (struct money){m->price_minor, q->currency});
        json_put_int(j, "days_from", m->days_from);
        json_put_int(j, "days_to", m->days_to);
        json_put_bool(j, "chosen", i == q->method_chosen);
        json_object_end(j);
    }
    json_array_end(j);
}

static void write_taxes(struct json *j, const struct price_quote *q)
{
    static const char *const grounds[] = {"settings", "none", "rate",
                                          "reverse_charge", "ioss", "at_the_border"};
    json_put_str(j, "tax_ground", str_c(grounds[q->tax_ground]));
    json_key(j, S("taxes"));
    json_array_begin(j);
    for (size_t i = 0; i < q->tax_count; i++) {
        json_object_begin(j);
        json_put_int(j, "rate_basis_points", q->taxes[i].rate_bp);
        json_put_money(j, "base", (struct money){q->taxes[i].base_minor, q->currency});
        json_put_money(j, "tax", (struct money){q->taxes[i].tax_minor, q->currency});
        json_object_end(j);
    }
    json_array_end(j);
}

/* What a piece costs at its quantity, and which quantities are sold. */
static void write_lines(struct json *j, const struct price_quote *q)
{
    json_key(j, S("lines"));
    json_array_begin(j);
    for (size_t i = 0; i < q->line_count; i++) {
        const struct price_line *l = &q->lines[i];
        json_object_begin(j);
        json_put_id(j, "variant", l->variant_id.v);
        json_put_int(j, "quantity", l->quantity);
        json_put_money(j, "unit", (struct money){l->unit_minor, q->currency});
        json_put_money(j, "total", (struct money){l->total_minor, q->currency});
        json_put_bool(j, "sample", l->unit_reason == PRICE_REASON_SAMPLE);
        /* Another quantity, if this one is not sold. */
        json_put_int(j, "nearest", l->nearest == 0 ? l->quantity : l->nearest);
        json_object_end(j);
    }
    json_array_end(j);
}

static void write_quote(struct json *j, const struct price_quote *q,
                        const struct price_duties *duties)
{
    json_object_begin(j);
    json_put_money(j, "goods", (struct money){q->goods_minor, q->currency});
    json_put_money(j, "shipping", (struct money){q->shipping_minor, q->currency});
    json_put_money(j, "tax", (struct money){q->tax_minor, q->currency});
    json_put_bool(j, "tax_included", q->tax_included);
    json_put_money(j, "total", (struct money){q->total_minor, q->currency});
    json_put_str(j, "base_currency", currency_str(&q->base_currency));
    json_put_int(j, "rate_micros", q->rate_micros);
    json_put_bool(j, "deliverable", !q->is_unreachable);
    write_lines(j, q);
    write_methods(j, q);
    write_taxes(j, q);
    if (duties->is_known) {
        json_key(j, S("duties_estimate"));
        json_object_begin(j);
        json_put_money(j, "about", (struct money){duties->minor, q->currency});
        json_put_str(j, "source", duties->source);
        json_put_str(j, "date", duties->day);
        json_object_end(j);
    } else {
        json_put_str(j, "duties_estimate", STR_NONE);
    }
    json_object_end(j);
}

const struct err *order_api_prices(struct web *w)
{
    struct order_place want = {.expected_total_minor = -1};
    struct price_want *wants;
    struct price_quote *q;
    struct price_duties duties;
    struct shop shop;
    struct strbuf sb;
    struct json j;
    struct tx *tx;
    str body;
    TRY(order_input_lines(w, &wants, &want.want_count));
    TRY(order_input_party(w, &want.party));
    TRY(order_input_way(w, &want.currency, &want.method_id));
    want.is_sample = web_has(w, "sample");
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    TRY(order_quote(tx, w->arena, &shop, wants, want.want_count, &want, &q));
    TRY(price_duties(tx, w->arena, &shop, q, want.party.address.country, &duties));
    strbuf_init(&sb, w->arena, KiB(64));
    json_init(&j, &sb);
    write_quote(&j, q, &duties);
    TRY(json_finish(&j, &body));
    return web_json(w, 200, body);
}
