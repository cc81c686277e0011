/* The checkout: one page, one form. What is bought is the cart of this shop, or the one thing named
 * by ?v= and ?q=. Placing and paying follow each other: the order is committed before the provider
 * is called, and the same key comes to the same order and the same attempt however often the form
 * arrives. */
#include "order/order_web.h"

#include "core/idempotency.h"
#include "order/order_tpl.h"
#include "pool/pool.h"

/* ---- what is bought ---- */

/* One thing: in the nearest quantity that it is sold in, and she is told when that is another than
 * she asked for. */
static const struct err *want_one(struct web *w, struct tx *tx, struct variant_id id, str quantity,
                                  struct checkout *x)
{
    struct variant v;
    int64_t asked;
    bool is_asked = str_to_int(quantity, &asked) && asked >= 1 && asked <= PRICE_QUANTITY_MAX;
    int64_t count = is_asked ? asked : 1;
    const struct err *e = catalog_variant(tx, w->arena, x->v.shop.id, id, &v);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e == NULL && !x->v.buy_sample)
        count = catalog_ladder_nearest(&v.ladder, count);
    TRY_NEW(w->arena, x->wants);
    x->wants[0] = (struct price_want){id, x->v.buy_sample ? 1 : count};
    x->want_count = 1;
    x->v.buy_quantity = x->wants[0].quantity;
    if (e != NULL || x->v.buy_sample || !is_asked || asked == count)
        return NULL;
    str words[1];
    TRY(str_fmt(w->arena, &words[0], "%lld", (long long)count));
    return locale_format(w->arena, w->locale, "order.fitted", words, 1, &x->v.fitted);
}

/* Told before she orders, not only when it is refused. */
static const struct err *check_sample(struct web *w, struct tx *tx, struct checkout *x)
{
    struct variant v;
    bool is_taken;
    if (!x->v.buy_sample || w->viewer.account_id.v == 0)
        return NULL;
    TRY(catalog_variant(tx, w->arena, x->v.shop.id, x->wants[0].variant_id, &v));
    TRY(order_sample_is_taken(tx, w->arena, w->viewer.account_id, v.product_id, &is_taken));
    if (!is_taken)
        return NULL;
    return locale_format(w->arena, w->locale, "order.sample_taken", &x->v.lines[0].title, 1,
                         &x->v.fitted);
}

static const struct err *wants_of(struct web *w, struct tx *tx, str variant, str quantity,
                                  struct checkout *x)
{
    struct cart_item *items;
    struct variant_id id;
    if (id_parse(variant, &id.v)) {
        x->v.buy_variant = variant;
        return want_one(w, tx, id, quantity, x);
    }
    TRY(cart_items(tx, w->arena, w->viewer.account_id, x->v.shop.id, &items, &x->want_count));
    if (x->want_count > PRICE_LINES_MAX)
        x->want_count = PRICE_LINES_MAX;
    TRY_NEW_ARRAY(w->arena, x->wants, x->want_count);
    for (size_t i = 0; i < x->want_count; i++)
        x->wants[i] = (struct price_want){items[i].variant_id, items[i].quantity};
    return NULL;
}

/* ---- what is known of her ---- */

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
    const struct err *e = x->want_count == 0 ? NULL : order_checkout_quote(w, tx, x);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    if (x->want_count == 0 || e != NULL) {
        if (e != NULL)
            TRY(web_flash(w, e->key));
        return web_redirect(w, "/cart");
    }
    TRY(check_sample(w, tx, x));
    TRY(order_checkout_form(w, x, problem));
    /* With a field to mend, the form must be open. */
    v->knows_party = v->knows_party && (problem == NULL || problem->field == NULL);
    TRY(order_fresh_key(w, &v->key));
    v->method_field = S("method");
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

/* One tap, for who has told where to and how she pays before; whatever is missing is asked for at
 * the checkout. */
const struct err *order_page_now(struct web *w)
{
    struct checkout *x;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, x);
    struct checkout_view *v = &x->v;
    TRY(page_init(w, &v->page, locale_text(w->locale, "order.checkout")));
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &v->shop));
    x->v.buy_sample = !str_is_empty(web_query(w, "sample"));
    TRY(wants_of(w, tx, web_query(w, "v"), web_query(w, "q"), x));
    TRY(remembered(w, tx, x));
    x->currency = currency_chosen(w);
    const struct err *e = x->want_count == 0 ? NULL : order_checkout_quote(w, tx, x);
    if (e != NULL && e->kind != ERR_INVALID)
        return e;
    if (e == NULL && x->want_count > 0)
        TRY(check_sample(w, tx, x));
    if (e != NULL || str_is_empty(v->buy_variant) || !v->knows_party || v->is_unreachable ||
        str_is_empty(v->ways.method_label) || !str_is_absent(v->fitted))
        return web_redirect(w, "/checkout/%.*s?v=%.*s&q=%.*s%s", STR_ARG(v->shop.handle),
                            STR_ARG(v->buy_variant), STR_ARG(web_query(w, "q")),
                            v->buy_sample ? "&sample=1" : "");
    TRY(order_checkout_form(w, x, NULL));
    TRY(order_fresh_key(w, &v->key));
    v->page.width = "narrow";
    v->page.is_focused = true;
    v->page.is_private = true;
    v->page.palette = v->shop.accent;
    v->page.bar_title = locale_text(w->locale, "order.buy_now");
    v->page.bar_note = v->shop.name;
    TRY(url_format(w->arena, &v->page.back, "/s/%.*s", STR_ARG(v->shop.handle)));
    web_html_begin(w, &h);
    tpl_order_now(&h, v);
    return web_html(w, 200, &h);
}

const struct err *order_page_checkout(struct web *w)
{
    struct checkout *x;
    struct tx *tx;
    TRY_NEW(w->arena, x);
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &x->v.shop));
    x->v.buy_sample = !str_is_empty(web_query(w, "sample"));
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
    return x->empties_cart ? cart_clear(t, x->want.buyer_id, x->want.shop_id, x->id) : NULL;
}

static const struct err *place(struct web *w, struct checkout *x, str key, struct order_id *ret)
{
    struct place_call call = {.empties_cart = str_is_absent(x->v.buy_variant)};
    int64_t shown;
    TRY(web_int(w, "total", 0, INT64_MAX, &shown));
    str name = str_trim(x->party.address.name);
    TRY(web_need_account(w, name.len == 0 || name.len > 60 ? locale_text(w->locale, "order.guest")
                                                           : name));
    call.want = order_checkout_want(x);
    call.want.key = key;
    call.want.buyer_id = w->viewer.account_id;
    call.want.expected_total_minor = shown;
    TRY(web_need_visitor(w, &call.want.visitor_id));
    TRY(web_write(w, place_turn, &call));
    *ret = call.id;
    return NULL;
}

/* The order stands; her friends pay it with her. */
static const struct err *split(struct web *w, struct order_id id)
{
    struct account_id buyer;
    struct shop_id shop;
    struct id_text text = id_format(id.v);
    struct tx *tx;
    str path;
    TRY(web_read(w, &tx));
    TRY(order_find(tx, w->arena, id, &shop, &buyer));
    TRY(order_own_path(w, id, buyer, &path));
    return web_redirect(w, "/o/%s/split%.*s", text.text,
                        STR_ARG(str_from(path, sizeof "/o/" - 1 + ID_TEXT_LEN)));
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
    x->v.buy_sample = web_has(w, "sample");
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &x->v.shop));
    TRY(placed_before(w, tx, key, &id));
    bool is_split = str_eq(act, S("split"));
    if (id.v != 0)
        return is_split ? split(w, id) : pay(w, id, key);
    TRY(wants_of(w, tx, variant, quantity, x));
    if (str_eq(act, S("country")) || x->want_count == 0)
        return show(w, x, 200, NULL);
    pool_show_intent(w);
    const struct err *e = place(w, x, key, &id);
    if (e == NULL)
        return is_split ? split(w, id) : pay(w, id, key);
    if (e->kind != ERR_INVALID && e->kind != ERR_CONFLICT && e->kind != ERR_LIMIT)
        return e;
    return show(w, x, e->kind == ERR_CONFLICT ? 409 : 422, e);
}
