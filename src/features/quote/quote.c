/* The buyer's commands and what all commands share; the shop's are quote_answer.c, time's are
 * quote_life.c. Every command locks the quotation's row first, so that accepting and revising never
 * pass each other. */
#include "quote/quote_part.h"

#include "base/timefmt.h"
#include "base/utf8.h"
#include "core/audit.h"

enum { OPEN_MAX = 20 };

str quote_or_empty(str s)
{
    return str_is_absent(s) ? S("") : s;
}

const struct err *quote_shorten(struct arena *a, str text, size_t max, str *ret)
{
    static const char ellipsis[] = "…";
    *ret = text;
    if (text.len <= max)
        return NULL;
    str head = utf8_cut_bytes(text, max - (sizeof ellipsis - 1));
    return str_fmt(a, ret, "%.*s%s", STR_ARG(head), ellipsis);
}

const struct err *quote_check_text(struct arena *a, str text, const char *field)
{
    if (!utf8_is_comment(text) || utf8_count(text) > QUOTE_TEXT_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_text", "%zu bytes", text.len),
                              field);
    return NULL;
}

const struct err *quote_load(struct turn *t, struct shop_id shop, struct quote_id id,
                             struct quote *ret)
{
    struct quote_row_lock_row lock;
    bool is_found;
    TRY(quote_row_lock(t->tx, t->arena, shop, id, &lock, &is_found));
    return quote_get(t->tx, t->arena, t->platform, shop, id, ret);
}

const struct err *quote_tell(struct turn *t, const struct quote *q, const char *kind,
                             struct order_id order, int64_t version, str why)
{
    TRY(audit_write(
        t,
        &(struct audit){.shop_id = q->shop_id, .action = kind, .subject_id = q->id.v, .why = why}));
    return event_emit(t, &(struct event){.kind = kind, .version = 1, .shop_id = q->shop_id,
                                         .account_id = q->account_id, .subject_id = q->id.v,
                                         .object_id = order.v, .number = version});
}

static const struct err *not_open(struct arena *a, const struct quote *q)
{
    return ERR(a, ERR_CONFLICT, "quote.not_open", "quotation %lld in state %d",
               (long long)q->id.v, (int)q->state);
}

const struct err *quote_move(struct turn *t, const struct quote *q, enum quote_act act,
                             const char *kind, str words)
{
    enum quote_state next;
    if (!quote_rules_step(q->state, act, &next))
        return not_open(t->arena, q);
    TRY(quote_step(t->tx, t->arena, q->shop_id, q->id, q->state, next, q->version,
                   quote_or_empty(words), t->now_ms, q->terms.valid_until_ms, 0));
    return quote_tell(t, q, kind, (struct order_id){0}, q->version, STR_NONE);
}

/* ---- asking ---- */

static const struct err *check_ask(struct turn *t, const struct quote_ask *ask)
{
    struct arena *a = t->arena;
    struct date date;
    if (ask->wish_count == 0 || ask->wish_count > QUOTE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", ask->wish_count);
    for (size_t i = 0; i < ask->wish_count; i++) {
        const struct quote_wish *w = &ask->wishes[i];
        struct catalog_sale sale;
        if (w->quantity < 1 || w->quantity > PRICE_QUANTITY_MAX || w->target_minor < 0)
            return err_with_field(a, ERR(a, ERR_INVALID, "price.bad_quantity", "%lld",
                                         (long long)w->quantity), "quantity");
        for (size_t k = 0; k < i; k++)
            if (ask->wishes[k].variant_id.v == w->variant_id.v &&
                ask->wishes[k].is_sample == w->is_sample)
                return ERR(a, ERR_INVALID, "quote.same_twice", "line %zu", i);
        TRY(catalog_sale(t->tx, a, ask->shop_id, w->variant_id, &sale));
        if (sale.status != PRODUCT_ACTIVE)
            return ERR(a, ERR_NOT_FOUND, "catalog.gone", "variant %lld",
                       (long long)w->variant_id.v);
    }
    if (!str_is_empty(ask->country) && !country_exists(ask->country))
        return err_with_field(a, ERR(a, ERR_INVALID, "address.bad_country", "ask"), "country");
    if (!quote_rules_incoterm_is_known(ask->incoterm))
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_incoterm", "ask"), "incoterm");
    if (!str_is_empty(ask->needed_by) && !date_parse(ask->needed_by, &date))
        return err_with_field(a, ERR(a, ERR_INVALID, "quote.bad_date", "ask"), "needed_by");
    return quote_check_text(a, ask->note, "note");
}

static const struct err *open_conversation(struct turn *t, const struct quote_ask *ask,
                                           struct conversation *ret)
{
    struct id_text account = id_format(ask->account_id.v);
    bool is_made;
    TRY(chat_open(t, &(struct chat_open){.shop_id = ask->shop_id,
                                         .channel = S("site"),
                                         .channel_user_id = id_str(&account),
                                         .account_id = ask->account_id,
                                         .visitor_id = ask->visitor_id,
                                         .customer_name = ask->name,
                                         .language = ask->language},
                  ret, &is_made));
    return chat_holder_set(t, ask->shop_id, ret->id, CHAT_WANTS_PERSON);
}

const struct err *quote_ask(struct turn *t, const struct quote_ask *ask, struct quote_id *ret)
{
    struct quote_id id = {turn_new_id(t)};
    struct quote_open_of_buyer_row open;
    struct quote_number_next_row number;
    struct conversation talk;
    struct shop shop;
    struct quote q;
    TRY(check_ask(t, ask));
    TRY(shop_get(t->tx, t->arena, ask->shop_id, &shop));
    TRY(quote_open_of_buyer(t->tx, t->arena, shop.id, ask->account_id, &open));
    if (open.count >= OPEN_MAX)
        return ERR(t->arena, ERR_LIMIT, "quote.too_many", "account %lld",
                   (long long)ask->account_id.v);
    TRY(open_conversation(t, ask, &talk));
    TRY(quote_number_next(t->tx, t->arena, shop.id, &number));
    TRY(quote_insert(t->tx, t->arena, id, shop.id, number.number, ask->account_id, talk.contact_id,
                     talk.id, false, currency_str(&shop.currency), quote_or_empty(ask->country),
                     quote_or_empty(ask->incoterm), quote_or_empty(ask->needed_by),
                     quote_or_empty(ask->note), t->now_ms));
    for (size_t i = 0; i < ask->wish_count; i++)
        TRY(quote_wish_insert(t->tx, t->arena, shop.id, id, (int64_t)i, ask->wishes[i].variant_id,
                              ask->wishes[i].quantity, ask->wishes[i].target_minor,
                              ask->wishes[i].is_sample));
    TRY(quote_get(t->tx, t->arena, t->platform, shop.id, id, &q));
    TRY(quote_tell(t, &q, "quote.asked", (struct order_id){0}, 0, STR_NONE));
    TRY(quote_say_asked(t, &q));
    *ret = id;
    return NULL;
}

/* ---- accepting ---- */

static const struct err *may_accept(struct turn *t, const struct quote *q,
                                    const struct quote_accept *x)
{
    enum quote_state next;
    if (q->state == QUOTE_EXPIRED ||
        (q->state == QUOTE_QUOTED && q->terms.valid_until_ms <= t->now_ms))
        return ERR(t->arena, ERR_CONFLICT, "quote.expired", "quotation %lld", (long long)q->id.v);
    if (!quote_rules_step(q->state, QUOTE_ACT_ACCEPT, &next))
        return not_open(t->arena, q);
    if (q->version != x->version)
        return ERR(t->arena, ERR_CONFLICT, "quote.revised", "version %lld accepted, %lld is newest",
                   (long long)x->version, (long long)q->version);
    return NULL;
}

/* The quotation as prices that both sides agreed on. */
static const struct err *agreed(struct arena *a, const struct quote *q, struct price_quote **ret,
                                struct price_want **ret_wants)
{
    const struct quote_terms *v = &q->terms;
    struct price_quote *p;
    TRY_NEW(a, p);
    TRY_NEW_ARRAY(a, *ret_wants, v->line_count);
    p->currency = p->base_currency = q->currency;
    p->rate_micros = 1000000;
    p->goods_minor = p->base_goods_minor = v->goods_minor;
    p->shipping_minor = v->shipping_minor;
    p->tax_minor = v->tax_minor;
    p->tax_included = v->tax_included;
    p->total_minor = v->total_minor;
    p->line_count = v->line_count;
    for (size_t i = 0; i < v->line_count; i++) {
        const struct quote_line *l = &v->lines[i];
        (*ret_wants)[i] = (struct price_want){l->variant_id, l->quantity};
        p->lines[i] = (struct price_line){.variant_id = l->variant_id,
                                          .product_id = l->product_id,
                                          .title = l->title,
                                          .variant_title = l->variant_title,
                                          .sku = l->sku,
                                          .media_id = l->media_id,
                                          .quantity = l->quantity,
                                          .base_unit_minor = l->unit_minor,
                                          .unit_minor = l->unit_minor,
                                          .total_minor = l->total_minor,
                                          .unit_reason = l->is_sample ? PRICE_REASON_SAMPLE
                                                                      : PRICE_REASON_LIST,
                                          .requires_shipping = l->requires_shipping};
        p->is_shipped = p->is_shipped || l->requires_shipping;
    }
    *ret = p;
    return NULL;
}

/* What the prices include or add, by rate: told when all of it is taxed alike. */
static const struct err *agreed_taxes(struct arena *a, const struct quote_terms *v,
                                      struct price_quote *p)
{
    struct money part = {.minor = v->goods_minor + v->shipping_minor};
    int64_t base = part.minor;
    if (v->tax_minor == 0)
        return NULL;
    TRY(money_ratio(a, part, v->tax_bp, 10000 + (v->tax_included ? v->tax_bp : 0), &part));
    if (part.minor != v->tax_minor)
        return NULL;
    p->tax_ground = TAX_GROUND_RATE;
    p->taxes[p->tax_count++] = (struct price_tax){v->tax_bp, base, v->tax_minor};
    return NULL;
}

static void add_answer(const struct locale *l, struct order_answer *list, size_t *count,
                       const char *key, str words)
{
    if (!str_is_empty(words))
        list[(*count)++] = (struct order_answer){locale_text(l, key), words};
}

const struct err *quote_terms_print(struct arena *a, const struct platform *p,
                                    const struct quote *q, str language, struct order_answer *ret,
                                    size_t *ret_count)
{
    struct locale l;
    str number, delivery = S(""), samples = S("");
    const struct quote_terms *v = &q->terms;
    struct strbuf sb;
    *ret_count = 0;
    locale_init(&l, p->texts, language, STR_NONE, STR_NONE, 0);
    strbuf_init(&sb, a, KiB(8));
    for (size_t i = 0; i < v->line_count; i++)
        if (v->lines[i].is_sample)
            strbuf_addf(&sb, "%s%lld × %.*s", sb.len > 0 ? ", " : "",
                        (long long)v->lines[i].quantity, STR_ARG(v->lines[i].title));
    TRY(strbuf_finish(&sb, &samples));
    TRY(quote_shorten(a, samples, QUOTE_TEXT_MAX, &samples));
    TRY(str_fmt(a, &number, "%lld (%lld)", (long long)q->number, (long long)q->version));
    if (!str_is_empty(v->incoterm))
        TRY(str_fmt(a, &delivery, "%.*s %.*s (Incoterms 2020)", STR_ARG(v->incoterm),
                    STR_ARG(v->place)));
    add_answer(&l, ret, ret_count, "quote.print.number", number);
    add_answer(&l, ret, ret_count, "quote.print.delivery", delivery);
    add_answer(&l, ret, ret_count, "quote.print.lead_time", v->lead_time);
    add_answer(&l, ret, ret_count, "quote.print.samples", samples);
    add_answer(&l, ret, ret_count, "quote.print.note", v->note);
    return NULL;
}

const struct err *quote_accept(struct turn *t, const struct quote_accept *x, struct order_id *ret)
{
    struct order_answer answers[ORDER_ANSWERS_MAX];
    size_t answer_count;
    struct id_text id = id_format(x->id.v);
    struct price_quote *prices;
    struct price_want *wants;
    struct order_id order;
    struct quote q;
    str key;
    TRY(quote_load(t, x->shop_id, x->id, &q));
    if (q.state == QUOTE_ACCEPTED) {
        *ret = q.order_id;
        return NULL;
    }
    TRY(may_accept(t, &q, x));
    if (q.account_id.v == 0)
        q.account_id = x->account_id;
    TRY(agreed(t->arena, &q, &prices, &wants));
    TRY(agreed_taxes(t->arena, &q.terms, prices));
    TRY(quote_terms_print(t->arena, t->platform, &q, x->language, answers, &answer_count));
    TRY(str_fmt(t->arena, &key, "quote-%s-%lld", id.text, (long long)q.version));
    TRY(order_place(t, &(struct order_place){.agreed = prices,
                                             .key = key,
                                             .shop_id = q.shop_id,
                                             .buyer_id = q.account_id,
                                             .visitor_id = x->visitor_id,
                                             .wants = wants,
                                             .want_count = q.terms.line_count,
                                             .deposit_minor = q.terms.deposit_minor,
                                             .wait_ms = q.terms.pay_days * DAY_MS,
                                             .expected_total_minor = q.terms.total_minor,
                                             .party = x->party,
                                             .answers = answers,
                                             .answer_count = answer_count,
                                             .channel = x->channel,
                                             .conversation_id = q.conversation_id.v,
                                             .mail_consent = x->mail_consent},
                    &order));
    TRY(quote_order_set(t->tx, t->arena, q.shop_id, q.id, q.version, q.account_id, order,
                        t->now_ms, x->account_id));
    TRY(quote_tell(t, &q, "quote.accepted", order, q.version, STR_NONE));
    TRY(quote_say_accepted(t, &q, order));
    *ret = order;
    return NULL;
}

const struct err *quote_decline(struct turn *t, struct shop_id shop, struct quote_id id, str words)
{
    struct quote q;
    TRY(quote_check_text(t->arena, words, "words"));
    TRY(quote_load(t, shop, id, &q));
    if (q.state == QUOTE_DECLINED)
        return NULL;
    TRY(quote_move(t, &q, QUOTE_ACT_DECLINE, "quote.declined", words));
    return quote_say_declined(t, &q, words);
}
