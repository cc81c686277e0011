/* The checkout: one page, one form. What is bought is the cart of this shop, or the one thing named
 * by ?v= and ?q=. Placing and paying follow each other: the order is committed before the provider
 * is called, and the same key comes to the same order and the same attempt however often the form
 * arrives. */
#include "order/order_web.h"

#include "core/idempotency.h"
#include "order/order_tpl.h"
#include "pool/pool.h"

struct checkout {
    struct checkout_view v;
    struct price_want *wants;
    size_t want_count;
    struct order_party party;
    str currency;
    int64_t method_id;
};

/* ---- what is bought ---- */

static const struct err *wants_of(struct web *w, struct tx *tx, str variant, str quantity,
                                  struct checkout *x)
{
    struct cart_item *items;
    int64_t id, count;
    if (id_parse(variant, &id)) {
        if (!str_to_int(quantity, &count) || count < 1 || count > PRICE_QUANTITY_MAX)
            count = 1;
        TRY_NEW(w->arena, x->wants);
        x->wants[0] = (struct price_want){{id}, count};
        x->want_count = 1;
        x->v.buy_variant = variant;
        x->v.buy_quantity = count;
        return NULL;
    }
    TRY(cart_items(tx, w->arena, w->viewer.account_id, x->v.shop.id, &items, &x->want_count));
    if (x->want_count > PRICE_LINES_MAX)
        x->want_count = PRICE_LINES_MAX;
    TRY_NEW_ARRAY(w->arena, x->wants, x->want_count);
    for (size_t i = 0; i < x->want_count; i++)
        x->wants[i] = (struct price_want){items[i].variant_id, items[i].quantity};
    return NULL;
}

/* The order that the form would make, but for who pays it. */
static struct order_place want_of(const struct checkout *x)
{
    return (struct order_place){.shop_id = x->v.shop.id,
                                .wants = x->wants,
                                .want_count = x->want_count,
                                .currency = x->currency,
                                .method_id = x->method_id,
                                .party = x->party,
                                .channel = S("site"),
                                .mail_consent = x->v.consent};
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
    struct order_place want = want_of(x);
    const struct err *e =
        order_quote(tx, w->arena, &x->v.shop, x->wants, x->want_count, &want, ret);
    if (e == NULL || !str_eq(str_c(e->field), S("vat_id")))
        return e;
    want.party.vat_id = STR_NONE;
    x->v.vat_error = order_words(w, e);
    return order_quote(tx, w->arena, &x->v.shop, x->wants, x->want_count, &want, ret);
}

static const struct err *fill_quote(struct web *w, struct tx *tx, struct checkout *x)
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

static const struct err *fill_form(struct web *w, struct checkout *x, const struct err *problem)
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

static const struct err *remembered(struct web *w, struct tx *tx, struct checkout *x)
{
    struct order_remembered known;
    struct checkout_view *v = &x->v;
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    TRY(order_ways_fill(w, tx, v->shop.id, &known, &v->ways));
    if (!known.has_party)
        return NULL;
    if (str_is_empty(x->party.email))
        x->party = known.party;
    v->knows_party = true;
    return address_one_line(w->arena, &x->party.address, w->locale->language, v->shop.country,
                            &v->known_party);
}

static const struct err *show(struct web *w, struct checkout *x, int status,
                              const struct err *problem)
{
    struct checkout_view *v = &x->v;
    struct html h;
    struct tx *tx;
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.checkout")));
    TRY(web_read(w, &tx));
    TRY(remembered(w, tx, x));
    const struct err *e = x->want_count == 0 ? NULL : fill_quote(w, tx, x);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    if (x->want_count == 0 || e != NULL) {
        TRY(web_flash(w, e == NULL ? "order.cart_empty" : e->key));
        return web_redirect(w, "/cart");
    }
    TRY(fill_form(w, x, problem));
    /* With a field to mend, the form must be open. */
    v->knows_party = v->knows_party && (problem == NULL || problem->field == NULL);
    TRY(order_fresh_key(w, &v->key));
    v->page.is_focused = true;
    v->page.is_private = true;
    v->page.palette = v->shop.accent;
    v->page.bar_title = locale_text(w->locale, "order.checkout");
    v->page.bar_note = v->shop.name;
    v->page.back = (struct url_safe){S("/cart")};
    web_html_begin(w, &h);
    tpl_order_checkout(&h, v);
    return web_html(w, status, &h);
}

const struct err *order_page_checkout(struct web *w)
{
    struct checkout *x;
    struct tx *tx;
    TRY_NEW(w->arena, x);
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &x->v.shop));
    TRY(wants_of(w, tx, web_query(w, "v"), web_query(w, "q"), x));
    str country = web_query(w, "country");
    if (country.len == 2)
        x->party.address.country = country;
    x->currency = currency_chosen(w);
    return show(w, x, 200, NULL);
}

/* ---- placing and paying ---- */

struct place_call {
    struct order_place want;
    bool empties_cart;
    struct order_id id;
};

/* A form that is sent twice before its first answer brought a session would be two guests with an
 * order each; so here the key, which we made up ourselves, counts for everybody. */
static const struct err *place_turn(struct turn *t, void *arg)
{
    struct place_call *x = arg;
    struct idempotency form = {.key = x->want.key};
    struct idempotency_replay replay;
    struct id_text text;
    TRY(str_fmt(t->arena, &form.body, "%lld %.*s %.*s", (long long)x->want.shop_id.v,
                STR_ARG(x->want.party.email), STR_ARG(x->want.party.address.name)));
    TRY(idempotency_begin(t, &form, &replay));
    if (replay.is_replay)
        return id_parse(replay.body, &x->id.v)
                   ? NULL
                   : ERR(t->arena, ERR_BUG, "error.bug", "stored order id");
    TRY(order_place(t, &x->want, &x->id));
    text = id_format(x->id.v);
    TRY(idempotency_finish(t, &form, 201, id_str(&text)));
    return x->empties_cart ? cart_clear(t, x->want.buyer_id, x->want.shop_id) : NULL;
}

static const struct err *place(struct web *w, struct checkout *x, str key, struct order_id *ret)
{
    struct place_call call = {.empties_cart = str_is_absent(x->v.buy_variant)};
    int64_t shown;
    TRY(web_int(w, "total", 0, INT64_MAX, &shown));
    str name = str_trim(x->party.address.name);
    TRY(web_need_account(w, name.len == 0 || name.len > 60 ? locale_text(w->locale, "order.guest")
                                                           : name));
    call.want = want_of(x);
    call.want.key = key;
    call.want.buyer_id = w->viewer.account_id;
    call.want.expected_total_minor = shown;
    TRY(web_need_visitor(w, &call.want.visitor_id));
    TRY(web_write(w, place_turn, &call));
    *ret = call.id;
    return NULL;
}

static const struct err *pay(struct web *w, struct order_id id, str key)
{
    struct payment_begin begun;
    struct account_id buyer;
    struct shop_id shop;
    struct tx *tx;
    str pay_key, back;
    TRY(web_read(w, &tx));
    TRY(order_find(tx, w->arena, id, &shop, &buyer));
    TRY(str_fmt(w->arena, &pay_key, "%.*s-pay", STR_ARG(key)));
    TRY(order_own_path(w, id, buyer, &back));
    web_read_end(w);
    struct order_pay want = {.key = pay_key,
                             .shop_id = shop,
                             .order_id = id,
                             .payer_id = buyer,
                             .remember = true,
                             .return_path = back};
    TRY(order_ways_chosen(w, shop, &want));
    const struct err *e = order_pay_begin(w->platform, w->arena, &want, &begun);
    /* The order stands: its page says how the payment stands, and offers to try again. */
    if (e != NULL || begun.step != PAYMENT_STEP_REDIRECT)
        return web_redirect_to(w, back);
    return order_ways_go(w, begun.redirect);
}

/* A cart that was ordered is empty when the same form comes again: the key still knows the order.
 */
static const struct err *placed_before(struct web *w, struct tx *tx, str key, struct order_id *ret)
{
    struct order_of_key_row row;
    bool is_found;
    *ret = (struct order_id){0};
    TRY(order_of_key(tx, w->arena, w->viewer.account_id, key, &row, &is_found));
    if (is_found)
        *ret = row.order_id;
    return NULL;
}

const struct err *order_page_place(struct web *w)
{
    struct checkout *x;
    struct order_id id;
    struct tx *tx;
    str key, act, variant, quantity;
    TRY_NEW(w->arena, x);
    TRY(web_text(w, "key", 1, 100, &key));
    TRY(web_text(w, "do", 0, 20, &act));
    TRY(web_text(w, "v", 0, 20, &variant));
    TRY(web_text(w, "q", 0, 20, &quantity));
    TRY(order_input_party(w, &x->party));
    TRY(order_input_way(w, &x->currency, &x->method_id));
    x->v.consent = web_has(w, "consent");
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &x->v.shop));
    TRY(placed_before(w, tx, key, &id));
    if (id.v != 0)
        return pay(w, id, key);
    TRY(wants_of(w, tx, variant, quantity, x));
    if (str_eq(act, S("country")) || x->want_count == 0)
        return show(w, x, 200, NULL);
    pool_show_intent(w);
    const struct err *e = place(w, x, key, &id);
    if (e == NULL)
        return pay(w, id, key);
    if (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT && e->kind != ERR_LIMIT)
        return e;
    return show(w, x, e->kind == ERR_CONFLICT ? 409 : 422, e);
}
