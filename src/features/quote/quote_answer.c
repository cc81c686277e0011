/* The shop's commands: answering, revising, offering, withdrawing. */
#include "quote/quote_part.h"

#include "base/timefmt.h"

/* ---- a version ---- */

static const struct err *fill_line(struct turn *t, struct shop_id shop,
                                   const struct quote_answer_line *in, struct quote_line *ret,
                                   bool *ret_taxable)
{
    struct catalog_sale sale;
    const struct err *e = catalog_sale(t->tx, t->arena, shop, in->variant_id, &sale);
    if (e != NULL && e->kind != ERR_NOT_FOUND)
        return e;
    if (e != NULL || sale.status == PRODUCT_ARCHIVED)
        return err_with_field(t->arena,
                              ERR(t->arena, ERR_INVALID, "price.not_for_sale", "variant %lld",
                                  (long long)in->variant_id.v),
                              "lines");
    *ret = (struct quote_line){.variant_id = in->variant_id,
                               .product_id = sale.product_id,
                               .title = sale.product_title,
                               .variant_title = sale.variant_title,
                               .sku = quote_or_empty(sale.sku),
                               .media_id = sale.media_id,
                               .quantity = in->quantity,
                               .unit_minor = in->unit_minor,
                               .is_sample = in->is_sample,
                               .requires_shipping = sale.requires_shipping};
    *ret_taxable = sale.is_taxable;
    return NULL;
}

/* A variant stands there once, and once more as a sample; together they are held as one. */
static const struct err *check_twin(struct arena *a, const struct quote_answer *x, size_t i)
{
    const struct quote_answer_line *line = &x->lines[i];
    for (size_t k = 0; k < i; k++) {
        const struct quote_answer_line *twin = &x->lines[k];
        if (twin->variant_id.v != line->variant_id.v)
            continue;
        if (twin->is_sample == line->is_sample)
            return err_with_field(a, ERR(a, ERR_INVALID, "quote.same_twice", "line %zu", i),
                                  "lines");
        if (line->quantity > PRICE_QUANTITY_MAX || twin->quantity > PRICE_QUANTITY_MAX ||
            line->quantity + twin->quantity > PRICE_QUANTITY_MAX)
            return err_with_field(a, ERR(a, ERR_INVALID, "price.bad_quantity", "line %zu", i),
                                  "lines");
    }
    return NULL;
}

static const struct err *check_answer(struct arena *a, const struct quote_answer *x)
{
    if (x->line_count == 0 || x->line_count > QUOTE_LINES_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "price.bad_lines", "%zu", x->line_count),
                              "lines");
    for (size_t i = 0; i < x->line_count; i++)
        TRY(check_twin(a, x, i));
    if (!quote_rules_incoterm_is_known(x->incoterm))
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_incoterm", "answer"), "incoterm");
    if (str_is_empty(x->incoterm) != str_is_empty(x->place))
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_place", "answer"), "place");
    if (x->valid_days < 1 || x->valid_days > QUOTE_DAYS_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_days", "%lld",
                                     (long long)x->valid_days), "valid_days");
    if (x->pay_days < 1 || x->pay_days > QUOTE_PAY_DAYS_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_pay_days", "%lld",
                                     (long long)x->pay_days), "pay_days");
    TRY(quote_check_text(a, x->place, "place"));
    TRY(quote_check_text(a, x->lead_time, "lead_time"));
    return quote_check_text(a, x->note, "note");
}

const struct err *quote_terms_make(struct turn *t, const struct quote *q,
                                   const struct quote_answer *x, struct quote_terms *ret)
{
    bool taxable[QUOTE_LINES_MAX];
    TRY(check_answer(t->arena, x));
    *ret = (struct quote_terms){.version = q->version + 1,
                                .shipping_minor = x->shipping_minor,
                                .tax_bp = x->tax_bp,
                                .tax_included = x->tax_included,
                                .deposit_percent = x->deposit_percent,
                                .pay_days = x->pay_days,
                                .incoterm = quote_or_empty(x->incoterm),
                                .place = quote_or_empty(x->place),
                                .lead_time = quote_or_empty(x->lead_time),
                                .note = quote_or_empty(x->note),
                                .valid_until_ms = t->now_ms + x->valid_days * DAY_MS,
                                .made_ms = t->now_ms,
                                .made_by = t->actor,
                                .line_count = x->line_count};
    TRY_NEW_ARRAY(t->arena, ret->lines, x->line_count);
    for (size_t i = 0; i < x->line_count; i++)
        TRY(fill_line(t, q->shop_id, &x->lines[i], &ret->lines[i], &taxable[i]));
    TRY(quote_rules_sum(t->arena, taxable, ret));
    return ret->total_minor > 0
               ? NULL
               : err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "quote.bad_total", "nothing"),
                                "lines");
}

const struct err *quote_terms_store(struct turn *t, const struct quote *q,
                                    const struct quote_terms *v)
{
    TRY(quote_version_insert(t->tx, t->arena, q->shop_id, q->id, v->version, v->goods_minor,
                             v->shipping_minor, v->tax_minor, v->tax_bp, v->tax_included,
                             v->total_minor, v->deposit_percent, v->deposit_minor, v->incoterm,
                             v->place, v->lead_time, v->note, v->valid_until_ms, v->made_ms,
                             v->made_by, v->pay_days));
    for (size_t i = 0; i < v->line_count; i++) {
        const struct quote_line *l = &v->lines[i];
        TRY(quote_line_insert(t->tx, t->arena, q->shop_id, q->id, v->version, l->variant_id,
                              l->product_id, l->title, l->variant_title, l->sku, l->media_id,
                              l->quantity, l->unit_minor, l->total_minor, l->is_sample,
                              l->requires_shipping));
    }
    return NULL;
}

/* ---- the commands ---- */

static const struct err *answer(struct turn *t, struct quote *q, const struct quote_answer *x)
{
    enum quote_state next;
    if (!quote_rules_step(q->state, QUOTE_ACT_QUOTE, &next))
        return ERR(t->arena, ERR_CONFLICT, "quote.not_open", "quotation %lld in state %d",
                   (long long)q->id.v, (int)q->state);
    TRY(quote_terms_make(t, q, x, &q->terms));
    int64_t until_ms = q->terms.valid_until_ms;
    bool is_reminded = q->conversation_id.v != 0 && until_ms > t->now_ms + QUOTE_REMIND_MS;
    TRY(quote_terms_store(t, q, &q->terms));
    TRY(quote_step(t->tx, t->arena, q->shop_id, q->id, q->state, next, q->terms.version, S(""),
                   t->now_ms, until_ms, is_reminded ? until_ms - QUOTE_REMIND_MS : 0));
    q->state = next;
    q->version = q->terms.version;
    TRY(quote_tell(t, q, "quote.quoted", (struct order_id){0}, q->version, STR_NONE));
    return quote_say_quoted(t, q);
}

const struct err *quote_answer(struct turn *t, struct shop_id shop, struct quote_id id,
                               int64_t seen_version, const struct quote_answer *x)
{
    struct quote q;
    TRY(quote_load(t, shop, id, &q));
    if (q.version != seen_version)
        return ERR(t->arena, ERR_CONFLICT, "quote.revised", "version %lld seen, %lld is newest",
                   (long long)seen_version, (long long)q.version);
    return answer(t, &q, x);
}

/* A contact with an account is written to on our own site. */
static const struct err *find_people(struct turn *t, const struct quote_offer *o,
                                     struct conversation *ret)
{
    struct contact contact;
    struct id_text account;
    bool is_made;
    *ret = (struct conversation){.contact_id = o->contact_id};
    if (o->conversation_id.v != 0)
        return chat_conversation(t->tx, t->arena, o->shop_id, o->conversation_id, ret);
    TRY(identity_contact(t->tx, t->arena, o->shop_id, o->contact_id, &contact));
    ret->contact_id = contact.id;
    if (contact.account_id.v == 0)
        return NULL;
    account = id_format(contact.account_id.v);
    return chat_open(t, &(struct chat_open){.shop_id = o->shop_id,
                                            .channel = S("site"),
                                            .channel_user_id = id_str(&account),
                                            .account_id = contact.account_id,
                                            .customer_name = contact.name},
                     ret, &is_made);
}

const struct err *quote_offer(struct turn *t, const struct quote_offer *o, struct quote_id *ret)
{
    struct quote_id id = {turn_new_id(t)};
    struct quote_number_next_row number;
    struct conversation talk;
    struct shop shop;
    struct quote q;
    TRY(shop_get(t->tx, t->arena, o->shop_id, &shop));
    TRY(find_people(t, o, &talk));
    TRY(quote_number_next(t->tx, t->arena, shop.id, &number));
    TRY(quote_insert(t->tx, t->arena, id, shop.id, number.number, talk.account_id, talk.contact_id,
                     talk.id, true, currency_str(&shop.currency), S(""), S(""), S(""), S(""),
                     t->now_ms));
    TRY(quote_get(t->tx, t->arena, t->platform, shop.id, id, &q));
    TRY(answer(t, &q, &o->answer));
    *ret = id;
    return NULL;
}

const struct err *quote_withdraw(struct turn *t, struct shop_id shop, struct quote_id id, str words)
{
    struct quote q;
    TRY(quote_check_text(t->arena, words, "words"));
    TRY(quote_load(t, shop, id, &q));
    if (q.state == QUOTE_WITHDRAWN)
        return NULL;
    TRY(quote_move(t, &q, QUOTE_ACT_WITHDRAW, "quote.withdrawn", words));
    return quote_say_withdrawn(t, &q, words);
}
