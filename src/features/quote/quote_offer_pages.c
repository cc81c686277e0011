/* The form of an answer or offer, and the page on which a new offer is written. */
#include "quote/quote_view.h"

#include "quote/quote_tpl.h"

/* ---- what can be offered ---- */

static const struct err *add_choice(struct web *w, struct tx *tx, struct variant_id id,
                                    struct quote_form_view *f)
{
    struct catalog_sale sale;
    for (size_t i = 0; i < f->choice_count; i++)
        if (f->choices[i].id.v == id.v)
            return NULL;
    const struct err *e = catalog_sale(tx, w->arena, w->shop_id, id, &sale);
    if (e != NULL || f->choice_count == QUOTE_CHOICES_MAX)
        return e != NULL && e->kind != ERR_NOT_FOUND ? e : NULL;
    struct quote_choice *c = &f->choices[f->choice_count++];
    *c = (struct quote_choice){.id = id, .price = sale.price};
    return str_fmt(w->arena, &c->name, "%.*s%s%.*s", STR_ARG(sale.product_title),
                   str_is_empty(sale.variant_title) ? "" : ", ", STR_ARG(sale.variant_title));
}

/* What the quotation names already, then the shop's newest products. */
static const struct err *fill_choices(struct web *w, struct tx *tx, const struct quote *q,
                                      struct quote_form_view *f)
{
    enum { PRODUCTS_MAX = 60 };
    struct product_card *cards;
    struct product product;
    size_t count;
    TRY_NEW_ARRAY(w->arena, f->choices, QUOTE_CHOICES_MAX);
    for (size_t i = 0; i < q->terms.line_count; i++)
        TRY(add_choice(w, tx, q->terms.lines[i].variant_id, f));
    for (size_t i = 0; i < q->wish_count; i++)
        TRY(add_choice(w, tx, q->wishes[i].variant_id, f));
    TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, PRODUCTS_MAX, &cards,
                     &count));
    for (size_t i = 0; i < count && f->choice_count < QUOTE_CHOICES_MAX; i++) {
        TRY(catalog_product(tx, w->arena, w->shop_id, cards[i].id, &product));
        for (size_t k = 0; k < product.variant_count; k++)
            TRY(add_choice(w, tx, product.variants[k].id, f));
    }
    return NULL;
}

/* ---- what stands in the form ---- */

static const struct err *typed(struct web *w, const char *what, size_t i, str otherwise, str *ret,
                               const char **ret_name)
{
    str text;
    TRY(str_fmt(w->arena, &text, "%s_%zu", what, i));
    TRY(str_to_c(w->arena, text, ret_name));
    *ret = form_typed(w, *ret_name, otherwise);
    return NULL;
}

static const struct err *fill_row(struct web *w, size_t i, struct variant_id variant,
                                  int64_t quantity, struct money unit, bool is_sample,
                                  struct quote_row_form *row)
{
    struct id_text id = id_format(variant.v);
    str number = S(""), price = S(""), chosen, sample;
    const char *name;
    if (variant.v != 0) {
        TRY(str_fmt(w->arena, &number, "%lld", (long long)quantity));
        TRY(money_format(w->arena, unit, &price));
    }
    TRY(typed(w, "variant", i, variant.v == 0 ? S("") : id_str(&id), &chosen, &name));
    TRY(typed(w, "quantity", i, number, &row->quantity, &row->quantity_name));
    TRY(typed(w, "unit", i, price, &row->unit, &row->unit_name));
    TRY(typed(w, "sample", i, S(""), &sample, &name));
    row->is_sample = web_has(w, "version") ? !str_is_empty(sample) : is_sample;
    row->variant_id = (struct variant_id){0};
    (void)id_parse(chosen, &row->variant_id.v);
    return NULL;
}

/* What a buyer who does not ask for a price would pay for so many. */
static int64_t proposal(const struct catalog_sale *sale, int64_t quantity, bool is_sample)
{
    const struct ladder *ladder = &sale->ladder;
    if (is_sample && ladder->sample_minor.has)
        return ladder->sample_minor.v;
    return catalog_ladder_unit(ladder, quantity, sale->price.minor);
}

static const struct err *fill_rows(struct web *w, struct tx *tx, const struct quote *q,
                                   struct quote_form_view *f)
{
    size_t known = q->version > 0 ? q->terms.line_count : q->wish_count;
    f->row_count = known + QUOTE_BLANK_LINES;
    if (f->row_count > QUOTE_LINES_MAX)
        f->row_count = QUOTE_LINES_MAX;
    for (size_t i = 0; i < f->row_count; i++) {
        struct variant_id variant = {0};
        struct money unit = quote_money(q, 0);
        int64_t quantity = 0;
        bool is_sample = false;
        if (i < known && q->version > 0) {
            const struct quote_line *l = &q->terms.lines[i];
            variant = l->variant_id, quantity = l->quantity, is_sample = l->is_sample;
            unit.minor = l->unit_minor;
        } else if (i < known) {
            struct catalog_sale sale;
            variant = q->wishes[i].variant_id, quantity = q->wishes[i].quantity;
            is_sample = q->wishes[i].is_sample;
            TRY(catalog_sale(tx, w->arena, w->shop_id, variant, &sale));
            unit.minor = proposal(&sale, quantity, is_sample);
        }
        TRY(fill_row(w, i, variant, quantity, unit, is_sample, &f->rows[i]));
    }
    return NULL;
}

static const struct err *fill_terms(struct web *w, const struct shop *shop, const struct quote *q,
                                    struct quote_form_view *f)
{
    const struct quote_terms *v = &q->terms;
    bool has = q->version > 0;
    int bp = has ? v->tax_bp : shop->tax_basis_points;
    str shipping, tax, deposit, days, pay_days;
    TRY(money_format(w->arena, quote_money(q, has ? v->shipping_minor : shop->shipping_minor),
                     &shipping));
    TRY(bp % 100 == 0 ? str_fmt(w->arena, &tax, "%d", bp / 100)
                      : str_fmt(w->arena, &tax, "%d.%02d", bp / 100, bp % 100));
    TRY(str_fmt(w->arena, &deposit, "%d", has ? v->deposit_percent : q->id.v != 0 ? 30 : 0));
    TRY(str_fmt(w->arena, &days, "%d", QUOTE_DAYS_USUAL));
    TRY(str_fmt(w->arena, &pay_days, "%lld",
                (long long)(has ? v->pay_days : QUOTE_PAY_DAYS_USUAL)));
    f->shipping = form_typed(w, "shipping", shipping);
    f->tax = form_typed(w, "tax", tax);
    f->deposit = form_typed(w, "deposit_percent", deposit);
    f->days = form_typed(w, "valid_days", days);
    f->pay_days = form_typed(w, "pay_days", pay_days);
    f->incoterm = form_typed(w, "incoterm", has ? v->incoterm : q->incoterm_wish);
    f->place = form_typed(w, "place", has ? v->place : S(""));
    f->lead_time = form_typed(w, "lead_time", has ? v->lead_time : S(""));
    f->note = form_typed(w, "note", has ? v->note : S(""));
    f->tax_included = web_has(w, "version") ? web_has(w, "tax_included")
                      : has                 ? v->tax_included
                                            : shop->tax_included;
    return str_dup(w->arena, currency_str(&shop->currency), &f->currency);
}

static bool is_beside(const struct quote_form_view *f)
{
    static const char *const named[] = {"shipping", "deposit_percent", "tax", "valid_days",
                                        "pay_days", "place", "lead_time", "note"};
    bool is = false;
    for (size_t i = 0; i < COUNT(named); i++)
        is = is || str_eq(f->fault.field, str_c(named[i]));
    for (size_t i = 0; i < f->row_count; i++)
        is = is || str_eq(f->fault.field, str_c(f->rows[i].quantity_name)) ||
             str_eq(f->fault.field, str_c(f->rows[i].unit_name));
    return is;
}

const struct err *quote_form_fill(struct web *w, struct tx *tx, const struct shop *shop,
                                  const struct quote *q, const struct err *fault,
                                  struct quote_form_view *ret)
{
    ret->fault = (struct form_fault){S(""), STR_NONE};
    if (fault != NULL)
        TRY(form_fault_of(w, fault, &ret->fault));
    TRY(fill_choices(w, tx, q, ret));
    TRY(fill_rows(w, tx, q, ret));
    ret->is_beside = is_beside(ret);
    return fill_terms(w, shop, q, ret);
}

/* ---- a new offer ---- */

static str given(struct web *w, const char *name)
{
    return form_typed(w, name, web_query(w, name));
}

/* Whom it is for; with ?from= it begins as a copy. */
static const struct err *fill_new(struct web *w, struct tx *tx, struct quote_console_view *v)
{
    struct conversation talk;
    struct contact contact;
    struct quote_id from;
    int64_t id;
    if (id_parse(web_query(w, "from"), &from.v))
        TRY(quote_get(tx, w->arena, w->platform, w->shop_id, from, &v->quote));
    v->quote.id = (struct quote_id){0};
    v->quote.currency = v->shop.currency;
    if (id_parse(given(w, "conversation"), &id)) {
        TRY(chat_conversation(tx, w->arena, w->shop_id, (struct conversation_id){id}, &talk));
        v->conversation = id_format(id);
        v->who = talk.customer_name;
        return NULL;
    }
    if (!id_parse(given(w, "contact"), &id))
        return ERR(w->arena, ERR_NOT_FOUND, "error.not_found", "neither conversation nor contact");
    TRY(identity_contact(tx, w->arena, w->shop_id, (struct contact_id){id}, &contact));
    v->contact = id_format(contact.id.v);
    v->who = str_is_empty(contact.name) ? contact.email : contact.name;
    return NULL;
}

static const struct err *show_new(struct web *w, const struct err *fault)
{
    struct quote_console_view *v;
    struct html h;
    struct tx *tx;
    TRY_NEW(w->arena, v);
    TRY(page_init(w, &v->page, locale_text(w->locale, "quote.new")));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &v->shop));
    TRY(fill_new(w, tx, v));
    TRY(quote_form_fill(w, tx, &v->shop, &v->quote, fault, &v->form));
    TRY(rng_token(w->arena, w->platform->rng, 16, &v->key));
    TRY(url_format(w->arena, &v->page.back, "/console/%.*s/quotes", STR_ARG(w->shop_handle)));
    v->page.bar_title = v->page.title;
    web_html_begin(w, &h);
    tpl_console_quote_new(&h, v);
    return web_html(w, fault == NULL ? 200 : err_policy_of(fault->kind)->http_status, &h);
}

const struct err *quote_console_new(struct web *w)
{
    return show_new(w, NULL);
}

const struct err *quote_input_offer(struct web *w, struct quote_offer *ret)
{
    struct shop shop;
    struct tx *tx;
    *ret = (struct quote_offer){.shop_id = w->shop_id};
    if (web_has(w, "conversation"))
        TRY(web_id(w, "conversation", &ret->conversation_id.v));
    else
        TRY(web_id(w, "contact", &ret->contact_id.v));
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    return quote_input_answer(w, &shop, &ret->answer);
}

const struct err *quote_console_offer(struct web *w)
{
    struct quote_offer_call x = {.id = {0}};
    const struct err *e = quote_input_offer(w, &x.offer);
    if (e == NULL)
        e = web_make(w, quote_offer_turn, &x, &x.id.v);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT))
        return show_new(w, e);
    TRY(e);
    struct id_text id = id_format(x.id.v);
    TRY(web_flash(w, "quote.sent_flash"));
    return web_redirect(w, "/console/%.*s/quotes/%s", STR_ARG(w->shop_handle), id.text);
}
