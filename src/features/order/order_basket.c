/* The checkout of a cart over several shops: the address once, per shop its delivery, tax and
 * total, and one button that places an order in each, all or none. What came of it is the bundle's
 * page (order_bundle_pages.c); a cart of one shop has the plain checkout. */
#include "order/order_web.h"

#include "order/order_tpl.h"
#include "pool/pool.h"

struct basket {
    struct basket_view v;
    struct checkout form;     /* the address, and what all have in common */
    struct checkout *parts;
    struct bundle_id id;
};

/* ---- what is bought ---- */

static bool is_wanted(str handle, const str *handles, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(handles[i], handle))
            return true;
    return count == 0;
}

/* One part per shop of the cart, of those named or all. */
static const struct err *read_cart(struct web *w, struct tx *tx, const str *handles, size_t count,
                                   struct basket *b)
{
    struct cart_item *items;
    size_t item_count, end;
    TRY(cart_items(tx, w->arena, w->viewer.account_id, (struct shop_id){0}, &items, &item_count));
    TRY_NEW_ARRAY(w->arena, b->parts, BUNDLE_ORDERS_MAX);
    for (size_t at = 0; at < item_count && b->v.count < BUNDLE_ORDERS_MAX; at = end) {
        struct checkout *x = &b->parts[b->v.count];
        for (end = at + 1; end < item_count && items[end].shop_id.v == items[at].shop_id.v; end++)
            continue;
        TRY(shop_get(tx, w->arena, items[at].shop_id, &x->v.shop));
        if (!is_wanted(x->v.shop.handle, handles, count))
            continue;
        b->v.count++;
        x->want_count = end - at < PRICE_LINES_MAX ? end - at : PRICE_LINES_MAX;
        TRY_NEW_ARRAY(w->arena, x->wants, x->want_count);
        for (size_t i = 0; i < x->want_count; i++)
            x->wants[i] = (struct price_want){items[at + i].variant_id, items[at + i].quantity};
        TRY(str_fmt(w->arena, &x->v.method_field, "method_%.*s", STR_ARG(x->v.shop.handle)));
    }
    return NULL;
}

/* ---- what it costs ---- */

static const struct err *add_total(struct web *w, struct basket_view *v, struct money sum)
{
    for (size_t i = 0; i < v->total_count; i++)
        if (currency_eq(v->totals[i].currency, sum.currency))
            return money_add(w->arena, v->totals[i], sum, &v->totals[i]);
    v->totals[v->total_count++] = sum;
    return NULL;
}

static const struct err *quote_all(struct web *w, struct tx *tx, struct basket *b)
{
    struct basket_view *v = &b->v;
    v->total_count = 0;
    v->may_place = true;
    for (size_t i = 0; i < v->count; i++) {
        struct checkout *x = &b->parts[i];
        x->party = b->form.party;
        x->currency = b->form.currency;
        TRY(order_checkout_quote(w, tx, x));
        TRY(add_total(w, v, x->v.sums.total));
        v->may_place = v->may_place && !x->v.is_unreachable;
        b->form.v.is_shipped = b->form.v.is_shipped || x->v.is_shipped;
        b->form.v.asks_vat_id = b->form.v.asks_vat_id || x->v.asks_vat_id;
        if (!str_is_empty(x->v.vat_error))
            b->form.v.vat_error = x->v.vat_error;
    }
    return NULL;
}

static bool sells_in(const struct checkout_view *v, str code)
{
    for (size_t i = 0; i < v->currency_count; i++)
        if (str_eq(v->currencies[i].code, code))
            return true;
    return false;
}

/* Currencies that every one of the shops sells in. */
static const struct err *common_currencies(struct web *w, struct basket *b)
{
    struct checkout_view *form = &b->form.v;
    const struct checkout_view *first = &b->parts[0].v;
    TRY_NEW_ARRAY(w->arena, form->currencies, first->currency_count);
    form->currency_count = 0;
    for (size_t i = 0; i < first->currency_count; i++) {
        bool is_common = true;
        for (size_t k = 1; k < b->v.count; k++)
            is_common = is_common && sells_in(&b->parts[k].v, first->currencies[i].code);
        if (is_common)
            form->currencies[form->currency_count++] = first->currencies[i];
    }
    return NULL;
}

/* In one currency where all shops have one in common and she did not ask for another. */
static const struct err *price(struct web *w, struct tx *tx, struct basket *b)
{
    TRY(quote_all(w, tx, b));
    TRY(common_currencies(w, b));
    if (b->v.total_count == 1 || b->form.v.currency_count == 0)
        return NULL;
    b->form.currency = b->form.v.currencies[0].code;
    TRY(quote_all(w, tx, b));
    return common_currencies(w, b);
}

static const struct err *fill_ways(struct web *w, struct tx *tx, struct basket *b,
                                   const struct order_remembered *known)
{
    const struct payment_gateway *offered[PAYMENT_GATEWAYS_MAX];
    struct shop_id shops[BUNDLE_ORDERS_MAX];
    size_t count;
    for (size_t i = 0; i < b->v.count; i++)
        shops[i] = b->parts[i].v.shop.id;
    TRY(order_gateways_of_all(tx, w->arena, w->platform, shops, b->v.count, offered, &count));
    TRY(order_ways_list(w, offered, count, shops[0], known, &b->form.v.ways));
    b->v.is_at_once = count > 0 && b->v.total_count == 1;
    return NULL;
}

/* ---- the page ---- */

/* What the shelf does not hold any more, by name. */
static const struct err *name_short(struct web *w, struct tx *tx, const struct checkout *x,
                                    str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, w->arena, KiB(8));
    for (size_t i = 0; i < x->v.line_count; i++) {
        const struct line_view *l = &x->v.lines[i];
        int64_t left;
        TRY(stock_available(tx, w->arena, x->v.shop.id, &l->variant_id, 1, &left));
        if (left == STOCK_UNTRACKED || left >= l->quantity)
            continue;
        strbuf_add(&sb, sb.len == 0 ? S("") : S(", "));
        strbuf_add(&sb, l->title);
    }
    return strbuf_finish(&sb, ret);
}

/* A refusal belongs to the shop that refused; what was typed wrong to its field. */
static const struct err *fill_problem(struct web *w, struct tx *tx, struct basket *b,
                                      const struct err *problem, size_t at)
{
    struct checkout *x = &b->parts[at];
    str names;
    if (problem == NULL || problem->field != NULL)
        return NULL;
    b->v.problem = locale_text(w->locale, "order.basket.nothing_ordered");
    x->v.problem = order_words(w, problem);
    if (problem->kind != ERR_CONFLICT)
        return NULL;
    TRY(name_short(w, tx, x, &names));
    return str_is_empty(names) ? NULL
                               : locale_format(w->arena, w->locale, "order.basket.short",
                                               (str[]){names}, 1, &x->v.problem);
}

static const struct err *fill(struct web *w, struct tx *tx, struct basket *b,
                              const struct err *problem, size_t at)
{
    struct order_remembered known;
    struct checkout *form = &b->form;
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    if (known.has_party && str_is_empty(form->party.email))
        form->party = known.party;
    form->v.shop = b->parts[0].v.shop;
    if (str_is_empty(form->party.address.country))
        form->party.address.country = form->v.shop.country;
    form->v.vat_id = form->party.vat_id;
    TRY(price(w, tx, b));
    TRY(fill_ways(w, tx, b, &known));
    TRY(order_checkout_form(w, form, problem == NULL || problem->field == NULL ? NULL : problem));
    TRY(fill_problem(w, tx, b, problem, at));
    form->v.knows_party = known.has_party && (problem == NULL || problem->field == NULL);
    if (!form->v.knows_party)
        return NULL;
    return address_one_line(w->arena, &form->party.address, w->locale->language,
                            form->v.shop.country, &form->v.known_party);
}

static const struct err *show(struct web *w, struct basket *b, int status,
                              const struct err *problem, size_t at)
{
    struct basket_view *v = &b->v;
    struct html h;
    struct tx *tx;
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.checkout")));
    TRY(web_read(w, &tx));
    const struct err *e = v->count == 0 ? NULL : fill(w, tx, b, problem, at);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    if (v->count == 0 || e != NULL) {
        if (e != NULL)
            TRY(web_flash(w, e->key));
        return web_redirect(w, "/cart");
    }
    TRY_NEW_ARRAY(w->arena, v->parts, v->count);
    for (size_t i = 0; i < v->count; i++)
        v->parts[i] = &b->parts[i].v;
    v->form = &b->form.v;
    TRY(order_fresh_key(w, &v->key));
    v->page.is_focused = true;
    v->page.is_private = true;
    v->page.bar_title = locale_text(w->locale, "order.checkout");
    v->page.back = (struct url_safe){S("/cart")};
    web_html_begin(w, &h);
    tpl_order_basket(&h, v);
    return web_html(w, status, &h);
}

/* ?shop= for each one that is ticked; none: all of the cart. */
static const struct err *ticked(struct web *w, const struct form *fields, str **ret,
                                size_t *ret_count)
{
    TRY(form_get_all(w->arena, fields, S("shop"), ret, ret_count));
    if (*ret_count > CART_LINES_MAX)
        return ERR(w->arena, ERR_LIMIT, "error.bad_request", "%zu shops", *ret_count);
    return NULL;
}

const struct err *order_page_basket(struct web *w)
{
    struct basket *b;
    struct form query;
    struct tx *tx;
    str *handles;
    size_t count;
    TRY_NEW(w->arena, b);
    TRY(form_parse_urlencoded(w->arena, w->rq->query, &query));
    TRY(ticked(w, &query, &handles, &count));
    b->form.currency = currency_chosen(w);
    TRY(web_read(w, &tx));
    if (w->viewer.account_id.v != 0)
        TRY(read_cart(w, tx, handles, count, b));
    if (b->v.count == 1)
        return web_redirect(w, "/checkout/%.*s", STR_ARG(b->parts[0].v.shop.handle));
    return show(w, b, 200, NULL, 0);
}

/* ---- placing and paying ---- */

struct place_call {
    struct order_place *orders;
    size_t count, at;
    struct bundle_id id;
};

static const struct err *place_turn(struct turn *t, void *arg)
{
    struct place_call *x = arg;
    struct bundle_orders_row *placed;
    size_t count;
    TRY(order_bundle_place(t, x->orders, x->count, &x->id, &x->at));
    TRY(bundle_orders(t->tx, t->arena, x->id, BUNDLE_ORDERS_MAX, &placed, &count));
    for (size_t i = 0; i < count; i++)
        TRY(cart_clear(t, placed[i].account_id, placed[i].shop_id, placed[i].order_id));
    return NULL;
}

static const struct err *read_part(struct web *w, struct checkout *x, str key,
                                   struct order_place *ret)
{
    str field, method, shown;
    TRY(str_fmt(w->arena, &field, "total_%.*s", STR_ARG(x->v.shop.handle)));
    TRY(form_get(w->arena, &w->form, field, &shown));
    TRY(form_get(w->arena, &w->form, x->v.method_field, &method));
    if (!str_is_empty(method) && !id_parse(method, &x->method_id))
        return ERR(w->arena, ERR_INVALID, "error.field_id", "method");
    *ret = order_checkout_want(x);
    ret->key = key;
    ret->buyer_id = w->viewer.account_id;
    if (!str_to_int(shown, &ret->expected_total_minor) || ret->expected_total_minor < 0)
        return ERR(w->arena, ERR_INVALID, "error.bad_request", "a total");
    return web_need_visitor(w, &ret->visitor_id);
}

static const struct err *place(struct web *w, struct basket *b, str key, size_t *ret_at)
{
    struct place_call call = {.count = b->v.count};
    *ret_at = 0;
    TRY_NEW_ARRAY(w->arena, call.orders, call.count);
    for (size_t i = 0; i < call.count; i++) {
        b->parts[i].party = b->form.party;
        b->parts[i].currency = b->form.currency;
        b->parts[i].v.consent = b->form.v.consent;
        TRY(read_part(w, &b->parts[i], key, &call.orders[i]));
    }
    const struct err *e = web_write(w, place_turn, &call);
    *ret_at = call.at;
    b->id = call.id;
    return e;
}

/* A cart that was ordered is empty when the same form comes again: the key still knows it. */
static const struct err *placed_before(struct web *w, struct tx *tx, str key, const str *handles,
                                       size_t count, struct bundle_id *ret)
{
    struct order_of_key_row row;
    struct shop shop;
    bool is_found = false;
    *ret = (struct bundle_id){0};
    for (size_t i = 0; i < count && !is_found; i++) {
        str one;
        const struct err *e = shop_by_handle(tx, w->arena, handles[i], &shop);
        if (e != NULL && e->kind == ERR_NOT_FOUND)
            continue;
        TRY(e);
        TRY(str_fmt(w->arena, &one, "%.*s/%lld", STR_ARG(key), (long long)shop.id.v));
        TRY(order_of_key(tx, w->arena, w->viewer.account_id, one, &row, &is_found));
    }
    return is_found ? order_bundle_of(tx, w->arena, shop.id, row.order_id, ret) : NULL;
}

static const struct err *pay(struct web *w, struct bundle_id id, str key)
{
    struct order_bundle_pay want = {.bundle_id = id, .payer_id = w->viewer.account_id,
                                    .remember = true};
    TRY(str_fmt(w->arena, &want.key, "%.*s-pay", STR_ARG(key)));
    return order_bundle_go(w, &want, STR_NONE);
}

const struct err *order_page_basket_place(struct web *w)
{
    struct basket *b;
    struct tx *tx;
    str key, act, *handles;
    size_t count, at;
    TRY_NEW(w->arena, b);
    TRY(web_text(w, "key", 1, 100, &key));
    TRY(web_text(w, "do", 0, 20, &act));
    TRY(ticked(w, &w->form, &handles, &count));
    TRY(order_input_party(w, &b->form.party));
    TRY(web_text(w, "currency", 0, 3, &b->form.currency));
    b->form.v.consent = web_has(w, "consent");
    TRY(web_read(w, &tx));
    if (w->viewer.account_id.v == 0)
        return show(w, b, 200, NULL, 0);
    TRY(placed_before(w, tx, key, handles, count, &b->id));
    if (b->id.v != 0)
        return pay(w, b->id, key);
    TRY(read_cart(w, tx, handles, count, b));
    if (b->v.count == 1)
        return web_redirect(w, "/checkout/%.*s", STR_ARG(b->parts[0].v.shop.handle));
    if (str_eq(act, S("country")) || b->v.count == 0) {
        for (size_t i = 0; i < b->v.count; i++) {
            struct order_place ignored;
            TRY(read_part(w, &b->parts[i], key, &ignored));
        }
        return show(w, b, 200, NULL, 0);
    }
    pool_show_intent(w);
    const struct err *e = place(w, b, key, &at);
    if (e == NULL)
        return pay(w, b->id, key);
    if (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT && e->kind != ERR_LIMIT)
        return e;
    return show(w, b, e->kind == ERR_CONFLICT ? 409 : 422, e, at);
}
