/* What papers say: gathered from an order or a quotation, before any of it is put into words. */
#include "paper/paper_part.h"

#include "account/account.h"

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : s;
}

/* The buyer's language; the shop's for somebody without an account. */
static const struct err *language_of(struct tx *tx, struct arena *a, struct account_id buyer,
                                     const struct shop *shop, enum language *ret)
{
    struct account account = {.language = shop->language};
    if (buyer.v != 0) {
        const struct err *e = account_get(tx, a, buyer, &account);
        if (e != NULL && e->kind != ERR_NOT_FOUND)
            return e;
    }
    *ret = language_parse(account.language);
    if (*ret == LANGUAGE_UNSET)
        *ret = LANGUAGE_EN;
    return NULL;
}

/* What customs ask for, as the catalogue has it today; of what is gone, nothing. */
static const struct err *hs_code(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct variant_id variant, str *ret)
{
    struct catalog_sale sale;
    const struct err *e = catalog_sale(tx, a, shop, variant, &sale);
    *ret = e == NULL ? or_empty(sale.parcel.hs_code) : S("");
    return e != NULL && e->kind != ERR_NOT_FOUND ? e : NULL;
}

/* ---- taxes ---- */

/* One row per rate; what is included stands in its base no more. */
static void add_tax(struct paper *p, int rate_bp, int64_t base_minor, int64_t tax_minor)
{
    int64_t base = base_minor - (p->tax_included ? tax_minor : 0);
    for (size_t i = 0; i < p->tax_count; i++)
        if (p->taxes[i].rate_bp == rate_bp) {
            p->taxes[i].base_minor += base;
            p->taxes[i].tax_minor += tax_minor;
            return;
        }
    if (p->tax_count < PAPER_TAXES_MAX)
        p->taxes[p->tax_count++] = (struct paper_tax){rate_bp, base, tax_minor};
}

/* As kept with the order; else by the shop's one rate, if it gives the sum that was taken. */
static const struct err *fill_taxes(struct tx *tx, struct arena *a, const struct shop *shop,
                                    const struct order *o, struct paper *p)
{
    struct price_tax *taxes;
    size_t count;
    int64_t base = o->goods_minor + o->shipping_minor;
    TRY(price_taxes_of_order(tx, a, o->shop_id, o->id.v, &taxes, &count, &p->ground));
    for (size_t i = 0; i < count; i++)
        if (taxes[i].rate_bp > 0)
            add_tax(p, taxes[i].rate_bp, taxes[i].base_minor, taxes[i].tax_minor);
    if (count > 0 || o->tax_minor == 0)
        return NULL;
    struct money inside = order_money(o, base);
    int bp = shop->tax_basis_points;
    TRY(money_ratio(a, inside, bp, 10000 + (o->tax_included ? bp : 0), &inside));
    add_tax(p, inside.minor == o->tax_minor ? bp : -1, base, o->tax_minor);
    return NULL;
}

/* ---- an order ---- */

static const struct err *order_lines(struct tx *tx, struct arena *a, const struct order *o,
                                     struct paper *p)
{
    TRY_NEW_ARRAY(a, p->lines, o->line_count);
    p->line_count = o->line_count;
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        p->lines[i] = (struct paper_line){.title = l->title,
                                          .variant_title = or_empty(l->variant_title),
                                          .sku = or_empty(l->sku),
                                          .quantity = l->quantity,
                                          .unit_minor = l->unit_minor,
                                          .total_minor = l->total_minor};
        TRY(hs_code(tx, a, o->shop_id, l->variant_id, &p->lines[i].hs_code));
    }
    return NULL;
}

const struct err *paper_of_order(struct tx *tx, struct arena *a, const struct order *o,
                                 struct paper *ret)
{
    struct shop shop;
    struct price_kept kept;
    bool has_kept;
    TRY(shop_get(tx, a, o->shop_id, &shop));
    *ret = (struct paper){.shop_id = o->shop_id,
                          .order_id = o->id,
                          .order_number = o->number,
                          .zone = shop.zone,
                          .currency = o->currency,
                          .base_currency = o->base_currency,
                          .rate_micros = o->rate_micros,
                          .buyer = o->party,
                          .tax_included = o->tax_included,
                          .goods_minor = o->goods_minor,
                          .shipping_minor = o->shipping_minor,
                          .tax_minor = o->tax_minor,
                          .total_minor = o->total_minor,
                          .paid_minor = o->paid_minor,
                          .deposit_minor = o->deposit_minor};
    TRY(language_of(tx, a, o->buyer_id, &shop, &ret->language));
    TRY(paper_seller_get(tx, a, o->shop_id, &ret->seller));
    TRY(order_lines(tx, a, o, ret));
    TRY(fill_taxes(tx, a, &shop, o, ret));
    for (size_t i = 0; i < o->answer_count; i++)
        ret->terms[ret->term_count++] = o->answers[i];
    TRY(price_kept(tx, a, o->shop_id, o->id.v, &has_kept, &kept));
    if (has_kept && !str_is_empty(kept.method_name))
        ret->terms[ret->term_count++] = (struct order_answer){S(""), kept.method_name};
    return NULL;
}

const struct err *paper_proforma_of_order(struct tx *tx, struct arena *a, struct platform *p,
                                          struct shop_id shop, struct order_id order,
                                          struct paper *ret)
{
    struct order o;
    TRY(order_get(tx, a, p, shop, order, &o));
    if (o.state != ORDER_PLACED || o.paid_minor >= o.total_minor)
        return ERR(a, ERR_CONFLICT, "paper.no_proforma", "order %lld in state %d",
                   (long long)order.v, (int)o.state);
    TRY(paper_of_order(tx, a, &o, ret));
    ret->kind = PAPER_PROFORMA;
    ret->issued_ms = o.placed_ms;
    ret->until_ms = o.secured_ms == 0 && o.expires_ms < INT64_MAX ? o.expires_ms : 0;
    return str_fmt(a, &ret->number, "%lld", (long long)o.number);
}

/* ---- a quotation ---- */

static const struct err *quote_terms_of(struct tx *tx, struct arena *a,
                                        const struct platform *platform, const struct quote *q,
                                        struct paper *p)
{
    const struct quote_terms *v = &q->terms;
    TRY_NEW_ARRAY(a, p->lines, v->line_count);
    p->line_count = v->line_count;
    int64_t taxed = v->shipping_minor;
    for (size_t i = 0; i < v->line_count; i++) {
        const struct quote_line *l = &v->lines[i];
        p->lines[i] = (struct paper_line){.title = l->title,
                                          .variant_title = or_empty(l->variant_title),
                                          .sku = or_empty(l->sku),
                                          .quantity = l->quantity,
                                          .unit_minor = l->unit_minor,
                                          .total_minor = l->total_minor};
        TRY(hs_code(tx, a, q->shop_id, l->variant_id, &p->lines[i].hs_code));
        taxed += l->total_minor;
    }
    if (v->tax_minor > 0)
        add_tax(p, v->tax_bp, taxed, v->tax_minor);
    return quote_terms_print(a, platform, q, language_code(p->language), p->terms,
                             &p->term_count);
}

const struct err *paper_proforma_of_quote(struct tx *tx, struct arena *a, struct platform *p,
                                          struct shop_id shop_id, struct quote_id id,
                                          struct paper *ret)
{
    struct quote q;
    struct shop shop;
    TRY(quote_get(tx, a, p, shop_id, id, &q));
    TRY(shop_get(tx, a, shop_id, &shop));
    if (q.version == 0)
        return ERR(a, ERR_CONFLICT, "paper.no_proforma", "quotation %lld is not answered",
                   (long long)id.v);
    *ret = (struct paper){.shop_id = shop_id,
                          .kind = PAPER_PROFORMA,
                          .quote_number = q.number,
                          .zone = shop.zone,
                          .currency = q.currency,
                          .base_currency = q.currency,
                          .rate_micros = 1000000,
                          .issued_ms = q.terms.made_ms,
                          .until_ms = q.terms.valid_until_ms,
                          .pay_days = q.terms.pay_days,
                          .tax_included = q.terms.tax_included,
                          .goods_minor = q.terms.goods_minor,
                          .shipping_minor = q.terms.shipping_minor,
                          .tax_minor = q.terms.tax_minor,
                          .total_minor = q.terms.total_minor,
                          .deposit_minor = q.terms.deposit_minor,
                          .buyer = {.address = {.country = q.country}}};
    TRY(language_of(tx, a, q.account_id, &shop, &ret->language));
    TRY(paper_seller_get(tx, a, shop_id, &ret->seller));
    if (q.contact_id.v != 0) {
        struct contact contact;
        TRY(identity_contact(tx, a, shop_id, q.contact_id, &contact));
        ret->buyer.address.name = contact.name;
        ret->buyer.email = contact.email;
    }
    TRY(quote_terms_of(tx, a, p, &q, ret));
    return str_fmt(a, &ret->number, "Q%lld-%lld", (long long)q.number, (long long)q.version);
}

/* ---- what went back ---- */

/* Each rate gives back its share; the last one what is left, so that they add up. */
static const struct err *share_taxes(struct arena *a, const struct order *o, int64_t before_minor,
                                     int64_t amount_minor, struct paper *p)
{
    int64_t left = p->tax_minor, net = amount_minor - p->tax_minor;
    for (size_t i = 0; i < p->tax_count; i++) {
        struct paper_tax *tax = &p->taxes[i];
        struct money all = order_money(o, tax->tax_minor), before, after;
        struct money base = order_money(o, tax->base_minor);
        TRY(money_ratio(a, all, before_minor, o->total_minor, &before));
        TRY(money_ratio(a, all, before_minor + amount_minor, o->total_minor, &after));
        TRY(money_ratio(a, base, amount_minor, o->total_minor, &base));
        bool is_last = i + 1 == p->tax_count;
        tax->tax_minor = is_last ? left : after.minor - before.minor;
        tax->base_minor = p->tax_count == 1 ? net : base.minor;
        left -= tax->tax_minor;
    }
    return NULL;
}

const struct err *paper_turn_credit(struct arena *a, const struct order *o, int64_t before_minor,
                                    int64_t amount_minor, struct paper *p)
{
    int64_t tax;
    TRY(order_tax_of(a, o, before_minor, amount_minor, &tax));
    p->kind = PAPER_CREDIT;
    p->line_count = 0;
    p->tax_minor = tax;
    p->goods_minor = amount_minor - (p->tax_included ? 0 : tax);
    p->shipping_minor = p->deposit_minor = p->paid_minor = 0;
    p->total_minor = amount_minor;
    p->term_count = 0;
    return share_taxes(a, o, before_minor, amount_minor, p);
}
