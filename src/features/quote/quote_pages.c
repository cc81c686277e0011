/* The buyer's pages: asking on a product's page, her quotation, accepting and declining it. */
#include "quote/quote_view.h"

#include "account/account.h"
#include "quote/quote_tpl.h"

enum { NAME_MAX = 60 };

/* ---- asking ---- */

static const struct err *find_product(struct web *w, struct shop *ret_shop, struct product *ret)
{
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), ret_shop));
    TRY(catalog_product_by_handle(tx, w->arena, ret_shop->id, web_param(w, 1), ret));
    return ret->status == PRODUCT_ACTIVE
               ? NULL
               : ERR(w->arena, ERR_NOT_FOUND, "catalog.gone", "product is not active");
}

static const struct err *show_ask(struct web *w, struct quote_ask_view *v, const struct err *fault)
{
    struct html h;
    TRY(page_init(w, &v->page, locale_text(w->locale, "quote.ask.title")));
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    v->quantity = form_typed(w, "quantity", S("100"));
    v->target = form_typed(w, "target", S(""));
    v->country = form_typed(w, "country", v->shop.country);
    v->incoterm = form_typed(w, "incoterm", S(""));
    v->needed_by = form_typed(w, "needed_by", S(""));
    v->note = form_typed(w, "note", S(""));
    v->name = form_typed(w, "name", S(""));
    v->is_sample = web_has(w, "sample");
    v->needs_name = w->viewer.account_id.v == 0;
    TRY(country_list(w->arena, w->locale->language, &v->countries, &v->country_count));
    TRY(rng_token(w->arena, w->platform->rng, 16, &v->key));
    v->page.width = "reading";
    v->page.is_private = true;
    v->page.is_focused = true;
    v->page.palette = v->shop.accent;
    v->page.bar_title = v->page.title;
    v->page.bar_note = v->shop.name;
    TRY(url_format(w->arena, &v->page.back, "/s/%.*s/p/%.*s", STR_ARG(v->shop.handle),
                   STR_ARG(v->product.handle)));
    web_html_begin(w, &h);
    tpl_quote_ask_page(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *quote_page_ask(struct web *w)
{
    struct quote_ask_view v = {.fault = {S(""), STR_NONE}};
    TRY(find_product(w, &v.shop, &v.product));
    if (!id_parse(web_query(w, "v"), &v.chosen.v))
        v.chosen = v.product.variants[0].id;
    return show_ask(w, &v, NULL);
}

static const struct err *variant_of(struct web *w, const struct product *p, struct variant_id *ret)
{
    *ret = p->variants[0].id;
    if (p->variant_count > 1)
        TRY(web_id(w, "variant", &ret->v));
    for (size_t i = 0; i < p->variant_count; i++)
        if (p->variants[i].id.v == ret->v)
            return NULL;
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "catalog.choose", "another's"),
                          "variant");
}

static const struct err *ask(struct web *w, struct quote_ask_view *v, struct quote_ask_call *x)
{
    struct quote_wish wish;
    str name;
    x->ask.shop_id = v->shop.id;
    TRY(variant_of(w, &v->product, &v->chosen));
    TRY(quote_input_ask(w, v->chosen, &wish, &x->ask));
    TRY(web_text(w, "name", 0, NAME_MAX, &name));
    TRY(web_need_account(w, str_is_empty(str_trim(name)) ? locale_text(w->locale, "order.guest")
                                                         : str_trim(name)));
    TRY(web_need_visitor(w, &x->ask.visitor_id));
    x->ask.account_id = w->viewer.account_id;
    x->ask.name = w->viewer.name;
    x->ask.language = language_code(w->locale->language);
    return web_make(w, quote_ask_turn, x, &x->id.v);
}

/* Her quotation. The second sending of a form by somebody without a session comes from another
 * guest, who needs its key. */
static const struct err *to_asked(struct web *w, struct shop_id shop, struct quote_id id)
{
    struct id_text text = id_format(id.v);
    struct quote q;
    struct tx *tx;
    str path;
    TRY(web_read(w, &tx));
    TRY(quote_get(tx, w->arena, w->platform, shop, id, &q));
    if (q.account_id.v == w->viewer.account_id.v)
        return web_redirect(w, "/q/%s", text.text);
    TRY(quote_key_path(w->arena, &q, &path));
    return web_redirect_to(w, path);
}

const struct err *quote_page_ask_post(struct web *w)
{
    struct quote_ask_view v = {.fault = {S(""), STR_NONE}};
    struct quote_ask_call x = {.id = {0}};
    TRY(find_product(w, &v.shop, &v.product));
    const struct err *e = ask(w, &v, &x);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT))
        return show_ask(w, &v, e);
    TRY(e);
    TRY(web_flash(w, "quote.asked_flash"));
    return to_asked(w, v.shop.id, x.id);
}

/* ---- her quotation ---- */

static const struct err *fill_form(struct web *w, struct tx *tx, struct quote_page_view *v)
{
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    struct order_remembered known;
    struct address address;
    TRY(order_remembered_get(tx, w->arena, w->platform, w->viewer.account_id, &known));
    address = known.party.address;
    if (str_is_empty(address.country))
        address.country = str_is_empty(v->quote.country) ? v->shop.country : v->quote.country;
    str asked = web_query(w, "country");
    if (country_exists(asked))
        address.country = asked;
    v->country = form_typed(w, "country", address.country);
    v->email = form_typed(w, "email", known.party.email);
    size_t count = address_inputs(v->country, inputs);
    for (size_t i = 0; i < count; i++) {
        if (inputs[i].field == ADDRESS_COUNTRY)
            continue;
        v->fields[v->field_count++] = (struct checkout_field){
            .input = inputs[i],
            .value = form_typed(w, inputs[i].name, address_get(&address, inputs[i].field)),
            .error = str_eq(v->fault.field, str_c(inputs[i].name)) ? v->fault.words : STR_NONE};
    }
    for (size_t i = 0; i < v->quote.terms.line_count; i++)
        v->is_shipped = v->is_shipped || v->quote.terms.lines[i].requires_shipping;
    return country_list(w->arena, w->locale->language, &v->countries, &v->country_count);
}

static const struct err *fill_state(struct web *w, struct tx *tx, struct quote_page_view *v)
{
    static const char *const words[QUOTE_STATE_COUNT] = {
        [QUOTE_ASKED] = "quote.now.asked",       [QUOTE_QUOTED] = "quote.now.quoted",
        [QUOTE_ACCEPTED] = "quote.now.accepted", [QUOTE_DECLINED] = "quote.now.declined",
        [QUOTE_WITHDRAWN] = "quote.now.withdrawn", [QUOTE_EXPIRED] = "quote.now.expired"};
    const struct quote *q = &v->quote;
    bool is_late = q->state == QUOTE_QUOTED && q->terms.valid_until_ms <= w->now_ms;
    enum quote_state shown = is_late ? QUOTE_EXPIRED : q->state;
    v->words = locale_text(w->locale, words[shown]);
    v->may_accept = shown == QUOTE_QUOTED;
    v->may_decline = shown == QUOTE_QUOTED || shown == QUOTE_ASKED;
    v->is_mine = w->viewer.account_id.v != 0 && w->viewer.account_id.v == q->account_id.v;
    if (q->state == QUOTE_ACCEPTED) {
        TRY(quote_order_path(w, tx, q, &v->order_path.url));
        if (str_is_absent(v->order_path.url))
            v->words = locale_text(w->locale, "quote.now.accepted_by_other");
    }
    if (v->may_accept)
        TRY(fill_form(w, tx, v));
    TRY(rng_token(w->arena, w->platform->rng, 16, &v->key));
    if (v->is_mine)
        v->live = (struct url_safe){S("/live")};
    struct id_text id = id_format(q->id.v);
    TRY(url_format(w->arena, &v->self, "/q/%s%s%.*s", id.text,
                   str_is_empty(v->access) ? "" : "?key=", STR_ARG(v->access)));
    return NULL;
}

static const struct err *show(struct web *w, struct quote_page_view *v, const struct err *fault)
{
    const struct quote *q = &v->quote;
    struct html h;
    struct tx *tx;
    str number;
    TRY(page_init(w, &v->page, S("")));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, q->shop_id, &v->shop));
    v->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &v->fault));
    TRY(str_fmt(w->arena, &number, "%lld", (long long)q->number));
    TRY(locale_format(w->arena, w->locale, q->version > 0 ? "quote.title" : "quote.title_asked",
                      (str[]){number}, 1, &v->headline));
    v->page.title = v->headline;
    TRY(quote_view_wishes(tx, w->arena, q, &v->wishes));
    if (q->version > 0)
        TRY(quote_view_lines(tx, w->arena, q, &v->lines));
    v->sums = quote_view_sums(q);
    v->deposit = quote_money(q, q->terms.deposit_minor);
    v->balance = quote_money(q, q->terms.total_minor - q->terms.deposit_minor);
    if (!str_is_empty(q->country))
        TRY(country_name_of(w->arena, w->locale->language, q->country, &v->country_name));
    TRY(fill_state(w, tx, v));
    v->page.width = "reading";
    v->page.is_private = true;
    v->page.palette = v->shop.accent;
    v->page.place = "chat";
    web_html_begin(w, &h);
    if (web_is_fragment(w) && fault == NULL)
        tpl_quote_body(&h, v);
    else
        tpl_quote_page(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *quote_page_show(struct web *w)
{
    struct quote_page_view *v;
    TRY_NEW(w->arena, v);
    TRY(quote_of_reader(w, &v->quote, &v->access));
    return show(w, v, NULL);
}

/* ---- accepting ---- */

/* What the key keeps as made: the order; the quotation when another holder of the link was first,
 * whose order is not hers to see. */
static const struct err *accept_turn(struct turn *t, void *arg)
{
    struct quote_accept_call *x = arg;
    struct quote q;
    TRY(quote_accept_turn(t, x));
    TRY(quote_get(t->tx, t->arena, t->platform, x->want.shop_id, x->want.id, &q));
    if (!quote_may_see_order(&q, x->want.account_id))
        x->id.v = x->want.id.v;
    return NULL;
}

static const struct err *accept(struct web *w, const struct quote *q, struct quote_accept_call *x)
{
    x->want = (struct quote_accept){.shop_id = q->shop_id,
                                    .id = q->id,
                                    .channel = S("site"),
                                    .language = language_code(w->locale->language),
                                    .mail_consent = web_has(w, "consent")};
    TRY(web_int(w, "version", 1, INT64_MAX, &x->want.version));
    TRY(order_input_party(w, &x->want.party));
    str name = str_trim(x->want.party.address.name);
    TRY(web_need_account(w, name.len == 0 || name.len > NAME_MAX
                                ? locale_text(w->locale, "order.guest") : name));
    TRY(web_need_visitor(w, &x->want.visitor_id));
    x->want.account_id = w->viewer.account_id;
    return web_make(w, accept_turn, x, &x->id.v);
}

static const struct err *back_to(struct web *w, const struct quote_page_view *v)
{
    struct id_text id = id_format(v->quote.id.v);
    return web_redirect(w, "/q/%s%s%.*s", id.text, str_is_empty(v->access) ? "" : "?key=",
                        STR_ARG(v->access));
}

/* The order's page. Whoever sent the form twice without a session is two guests: the other one's
 * order opens by its key. */
static const struct err *order_own_page(struct web *w, struct tx *tx, const struct quote *q,
                                        str *ret)
{
    struct id_text id = id_format(q->order_id.v);
    struct order o;
    TRY(quote_order_path(w, tx, q, ret));
    if (!str_is_absent(*ret))
        return NULL;
    TRY(order_get(tx, w->arena, w->platform, q->shop_id, q->order_id, &o));
    return str_fmt(w->arena, ret, "/o/%s?key=%.*s", id.text, STR_ARG(o.access_key));
}

/* The order stands: when the provider is silent its page offers to try again. */
static const struct err *pay(struct web *w, const struct quote *q)
{
    struct id_text id = id_format(q->id.v);
    struct payment_begin begun;
    struct tx *tx;
    str key, back;
    TRY(str_fmt(w->arena, &key, "quote-%s-pay", id.text));
    TRY(web_read(w, &tx));
    TRY(order_own_page(w, tx, q, &back));
    web_read_end(w);
    const struct err *e = order_pay_begin(w->platform, w->arena,
                                          &(struct order_pay){.key = key,
                                                              .shop_id = q->shop_id,
                                                              .order_id = q->order_id,
                                                              .payer_id = q->account_id,
                                                              .remember = true,
                                                              .return_path = back},
                                          &begun);
    return e == NULL && begun.step == PAYMENT_STEP_REDIRECT ? order_ways_go(w, begun.redirect)
                                                            : web_redirect_to(w, back);
}

const struct err *quote_page_accept(struct web *w)
{
    struct quote_page_view *v;
    struct quote_accept_call x = {.id = {0}};
    struct tx *tx;
    str act;
    TRY_NEW(w->arena, v);
    TRY(quote_of_reader(w, &v->quote, &v->access));
    TRY(web_text(w, "do", 0, 20, &act));
    if (str_eq(act, S("country")))
        return show(w, v, NULL);
    const struct err *e = accept(w, &v->quote, &x);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_CONFLICT && e->kind != ERR_LIMIT)
        return e;
    TRY(web_read(w, &tx));
    TRY(quote_get(tx, w->arena, w->platform, v->quote.shop_id, v->quote.id, &v->quote));
    if (e != NULL)
        return show(w, v, e);
    return x.id.v == v->quote.order_id.v ? pay(w, &v->quote) : back_to(w, v);
}

const struct err *quote_page_decline(struct web *w)
{
    struct quote_page_view *v;
    struct quote_end_call x;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(quote_of_reader(w, &v->quote, &v->access));
    x = (struct quote_end_call){.shop = v->quote.shop_id, .id = v->quote.id};
    const struct err *e = web_text(w, "words", 0, QUOTE_TEXT_MAX, &x.words);
    if (e == NULL)
        e = web_write(w, quote_decline_turn, &x);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_CONFLICT)
        return e;
    TRY(web_read(w, &tx));
    TRY(quote_get(tx, w->arena, w->platform, x.shop, x.id, &v->quote));
    if (e != NULL)
        return show(w, v, e);
    return back_to(w, v);
}

/* ---- all of mine ---- */

const struct err *quote_page_mine(struct web *w)
{
    struct quotes_view v = {0};
    struct quote_id before = {0};
    struct quote *quotes;
    struct html h;
    struct tx *tx;
    (void)id_parse(web_cursor(w), &before.v);
    TRY(page_init(w, &v.page, locale_text(w->locale, "quote.mine")));
    TRY(web_read(w, &tx));
    TRY(quote_list_of_buyer(tx, w->arena, w->platform, w->viewer.account_id, before, QUOTES_A_PAGE,
                            &quotes, &v.count));
    TRY_NEW_ARRAY(w->arena, v.rows, v.count);
    for (size_t i = 0; i < v.count; i++) {
        struct id_text id = id_format(quotes[i].id.v);
        struct shop shop;
        v.rows[i].quote = quotes[i];
        TRY(shop_get(tx, w->arena, quotes[i].shop_id, &shop));
        v.rows[i].who = shop.name;
        TRY(shop_face_make(tx, w->arena, &shop, &v.rows[i].face));
        v.rows[i].face.path = (struct url_safe){STR_NONE};
        TRY(quote_what(tx, w, &quotes[i], &v.rows[i].what));
        TRY(url_format(w->arena, &v.rows[i].path, "/q/%s", id.text));
    }
    if (v.count == QUOTES_A_PAGE) {
        struct id_text last = id_format(quotes[v.count - 1].id.v);
        TRY(url_format(w->arena, &v.next, "/me/quotes?before=%s", last.text));
    }
    v.page.width = "reading";
    v.page.place = "me";
    v.empty = (struct empty_view){.drawing = "orders",
                                  .title = locale_text(w->locale, "quote.none_mine"),
                                  .words = locale_text(w->locale, "quote.none_mine_words"),
                                  .action = locale_text(w->locale, "order.look_around"),
                                  .path = {S("/explore")}};
    web_html_begin(w, &h);
    tpl_quote_mine(&h, &v);
    return web_html(w, 200, &h);
}
