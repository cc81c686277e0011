/* A paper in words: everything on it as text in its language, for the page and for the PDF alike,
 * so that both say the same. */
#include "paper/paper_part.h"

#include "base/timefmt.h"
#include "sys/paperbox.h"

struct writing {
    struct arena *a;
    const struct paper *p;
    struct locale l;
    struct sheet *s;
};

static const struct err *money_text(struct writing *w, int64_t minor, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, w->a, 100);
    locale_money(&w->l, &sb, paper_money(w->p, minor));
    return strbuf_finish(&sb, ret);
}

static const struct err *day_text(struct writing *w, int64_t ms, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, w->a, 100);
    locale_date(&w->l, &sb, ms, HTML_DATE);
    return strbuf_finish(&sb, ret);
}

static const struct err *format(struct writing *w, const char *key, str x, str y, str z, str *ret)
{
    const str args[] = {x, y, z};
    return locale_format(w->a, &w->l, key, args, COUNT(args), ret);
}

static void add_pair(struct sheet_pair *list, size_t *count, size_t max, str label, str value)
{
    ASSERT(*count < max);
    list[(*count)++] = (struct sheet_pair){.label = label, .value = value};
}

static void add_fact(struct writing *w, const char *key, str value)
{
    if (!str_is_empty(value))
        add_pair(w->s->facts, &w->s->fact_count, SHEET_FACTS_MAX, locale_text(&w->l, key), value);
}

static void add_term(struct writing *w, str label, str value)
{
    if (!str_is_empty(value))
        add_pair(w->s->terms, &w->s->term_count, SHEET_TERMS_MAX, label, value);
}

static const struct err *add_sum(struct writing *w, str label, int64_t minor)
{
    str value;
    TRY(money_text(w, minor, &value));
    add_pair(w->s->sums, &w->s->sum_count, SHEET_SUMS_MAX, label, value);
    return NULL;
}

/* ---- head ---- */

static const struct err *number_text(struct writing *w, int64_t number, str *ret)
{
    *ret = S("");
    return number == 0 ? NULL : str_fmt(w->a, ret, "%lld", (long long)number);
}

static const struct err *fill_facts(struct writing *w)
{
    static const char *const titles[PAPER_KIND_COUNT] = {
        [PAPER_PROFORMA] = "paper.proforma", [PAPER_INVOICE] = "paper.invoice",
        [PAPER_CREDIT] = "paper.credit"};
    const struct paper *p = w->p;
    str day, order, quote, until = S("");
    int64_t offset_ms = (int64_t)zone_offset_s(w->l.zone, p->issued_ms) * 1000;
    struct time_text iso = date_format(time_split(p->issued_ms + offset_ms).date);
    w->s->title = locale_text(&w->l, titles[p->kind]);
    TRY(str_dup(w->a, str_c(iso.text), &w->s->day));
    TRY(day_text(w, p->issued_ms, &day));
    TRY(number_text(w, p->order_number, &order));
    TRY(number_text(w, p->quote_number, &quote));
    if (p->until_ms > 0)
        TRY(day_text(w, p->until_ms, &until));
    add_fact(w, "paper.number", p->number);
    add_fact(w, "paper.date", day);
    add_fact(w, "paper.about", p->about);
    add_fact(w, "paper.order", order);
    add_fact(w, "paper.quote", quote);
    add_fact(w, p->quote_number > 0 ? "paper.good_until" : "paper.pay_until", until);
    return NULL;
}

static const struct err *add_lines(struct arena *a, str text, str *lines, size_t max,
                                   size_t *count)
{
    while (!str_is_empty(text) && *count < max) {
        str line = str_trim(str_cut(&text, '\n'));
        if (line.len > 0)
            TRY(str_dup(a, line, &lines[(*count)++]));
    }
    return NULL;
}

static const struct err *add_labelled(struct writing *w, const char *key, str value, str *lines,
                                      size_t max, size_t *count)
{
    if (str_is_empty(value) || *count >= max)
        return NULL;
    return format(w, key, value, S(""), S(""), &lines[(*count)++]);
}

enum { PARTY_LINES = 14 };

static const struct err *fill_parties(struct writing *w)
{
    const struct paper_seller *from = &w->p->seller;
    const struct order_party *to = &w->p->buyer;
    struct sheet *s = w->s;
    str address = S("");
    TRY_NEW_ARRAY(w->a, s->seller, PARTY_LINES);
    TRY_NEW_ARRAY(w->a, s->buyer, PARTY_LINES);
    s->seller_label = locale_text(&w->l, "paper.seller");
    s->buyer_label = locale_text(&w->l, "paper.buyer");
    TRY(add_lines(w->a, from->legal_name, s->seller, 1, &s->seller_count));
    TRY(add_lines(w->a, from->address, s->seller, PARTY_LINES - 2, &s->seller_count));
    TRY(add_labelled(w, "paper.vat_id", from->vat_id, s->seller, PARTY_LINES, &s->seller_count));
    TRY(add_labelled(w, "paper.registration", from->registration, s->seller, PARTY_LINES,
                     &s->seller_count));
    if (!str_is_empty(to->address.country))
        TRY(address_lines(w->a, &to->address, w->l.language, S(""), &address));
    else if (!str_is_empty(to->address.name))
        address = to->address.name;
    TRY(add_lines(w->a, address, s->buyer, PARTY_LINES - 2, &s->buyer_count));
    TRY(add_labelled(w, "paper.vat_id", to->vat_id, s->buyer, PARTY_LINES, &s->buyer_count));
    if (!str_is_empty(to->email))
        TRY(add_lines(w->a, to->email, s->buyer, PARTY_LINES, &s->buyer_count));
    if (s->buyer_count == 0)
        s->buyer[s->buyer_count++] = locale_text(&w->l, "paper.forgotten");
    return NULL;
}

/* ---- rows and sums ---- */

static const struct err *join(struct writing *w, str first, str between, str second, str *ret)
{
    return str_fmt(w->a, ret, "%.*s%.*s%.*s", STR_ARG(first),
                   STR_ARG(str_is_empty(first) || str_is_empty(second) ? S("") : between),
                   STR_ARG(second));
}

static const struct err *fill_row(struct writing *w, const struct paper_line *l,
                                  struct sheet_row *row)
{
    struct strbuf sb;
    str sku = S(""), hs = S("");
    TRY(join(w, l->title, S(", "), l->variant_title, &row->what));
    if (!str_is_empty(l->sku))
        TRY(format(w, "paper.sku", l->sku, S(""), S(""), &sku));
    if (!str_is_empty(l->hs_code))
        TRY(format(w, "paper.hs", l->hs_code, S(""), S(""), &hs));
    TRY(join(w, sku, S(" · "), hs, &row->note));
    strbuf_init(&sb, w->a, 40);
    locale_number(&w->l, &sb, l->quantity);
    TRY(strbuf_finish(&sb, &row->quantity));
    TRY(money_text(w, l->unit_minor, &row->unit));
    return money_text(w, l->total_minor, &row->total);
}

static const struct err *fill_rows(struct writing *w)
{
    static const char *const heads[] = {"paper.goods", "paper.pieces", "paper.unit",
                                        "paper.line_total"};
    const struct paper *p = w->p;
    for (size_t i = 0; i < COUNT(heads); i++)
        w->s->heads[i] = locale_text(&w->l, heads[i]);
    w->s->row_count = p->kind == PAPER_CREDIT ? 1 : p->line_count;
    TRY_NEW_ARRAY(w->a, w->s->rows, w->s->row_count);
    if (p->kind == PAPER_CREDIT) {
        struct sheet_row *row = &w->s->rows[0];
        *row = (struct sheet_row){.note = S(""), .quantity = S("1")};
        TRY(format(w, "paper.credit_row", p->about, S(""), S(""), &row->what));
        TRY(money_text(w, p->goods_minor, &row->unit));
        row->total = row->unit;
        return NULL;
    }
    for (size_t i = 0; i < p->line_count; i++)
        TRY(fill_row(w, &p->lines[i], &w->s->rows[i]));
    return NULL;
}

static const struct err *rate_text(struct writing *w, int rate_bp, str *ret)
{
    return rate_bp % 100 == 0
               ? str_fmt(w->a, ret, "%d %%", rate_bp / 100)
               : str_fmt(w->a, ret, "%d.%02d %%", rate_bp / 100, rate_bp % 100);
}

static const struct err *add_taxes(struct writing *w)
{
    const struct paper *p = w->p;
    for (size_t i = 0; i < p->tax_count; i++) {
        const struct paper_tax *tax = &p->taxes[i];
        str rate = S(""), base, label;
        if (tax->rate_bp >= 0)
            TRY(rate_text(w, tax->rate_bp, &rate));
        TRY(money_text(w, tax->base_minor, &base));
        TRY(format(w, p->tax_included ? "paper.tax_inside" : "paper.tax_added", rate, base, S(""),
                   &label));
        TRY(add_sum(w, label, tax->tax_minor));
    }
    return NULL;
}

static const struct err *fill_sums(struct writing *w)
{
    const struct paper *p = w->p;
    int64_t added = p->tax_included ? 0 : p->tax_minor;
    if (p->kind != PAPER_CREDIT)
        TRY(add_sum(w, locale_text(&w->l, "paper.goods"), p->goods_minor));
    if (p->kind != PAPER_CREDIT)
        TRY(add_sum(w, locale_text(&w->l, "paper.shipping"), p->shipping_minor));
    if (added > 0)
        TRY(add_taxes(w));
    TRY(add_sum(w, locale_text(&w->l, p->kind == PAPER_CREDIT ? "paper.credited" : "paper.total"),
                p->total_minor));
    w->s->sums[w->s->sum_count - 1].is_total = true;
    if (added == 0 && p->tax_minor > 0) {
        TRY(add_taxes(w));
        TRY(add_sum(w, locale_text(&w->l, "paper.net"), p->total_minor - p->tax_minor));
    }
    if (p->paid_minor == 0)
        return NULL;
    TRY(add_sum(w, locale_text(&w->l, "paper.paid"), p->paid_minor));
    if (p->paid_minor < p->total_minor)
        TRY(add_sum(w, locale_text(&w->l, "paper.due"), p->total_minor - p->paid_minor));
    return NULL;
}

/* ---- terms ---- */

static const struct err *days_text(struct writing *w, str *ret)
{
    struct strbuf sb;
    str form = catalogue_plural(w->l.texts, w->l.language, "paper.pay_days", w->p->pay_days);
    strbuf_init(&sb, w->a, 200);
    ptrdiff_t at = str_find(form, S("{0}"));
    strbuf_add(&sb, at < 0 ? form : str_sub(form, 0, (size_t)at));
    if (at >= 0) {
        locale_number(&w->l, &sb, w->p->pay_days);
        strbuf_add(&sb, str_from(form, (size_t)at + 3));
    }
    return strbuf_finish(&sb, ret);
}

static const struct err *payment_terms(struct writing *w)
{
    const struct paper *p = w->p;
    str deposit, rest, words, days = S("");
    if (p->kind == PAPER_CREDIT)
        return NULL;
    if (p->deposit_minor > 0) {
        TRY(money_text(w, p->deposit_minor, &deposit));
        TRY(money_text(w, p->total_minor - p->deposit_minor, &rest));
        TRY(format(w, "paper.deposit_and_balance", deposit, rest, S(""), &words));
    } else {
        words = p->kind == PAPER_PROFORMA ? locale_text(&w->l, "paper.all_at_once") : S("");
    }
    if (p->pay_days > 0)
        TRY(days_text(w, &days));
    TRY(join(w, words, S(" "), days, &words));
    add_term(w, locale_text(&w->l, "paper.payment"), words);
    return NULL;
}

static const char *ground_key(enum tax_ground ground)
{
    switch (ground) {
    case TAX_GROUND_REVERSE: return "paper.ground.reverse";
    case TAX_GROUND_IMPORT: return "paper.ground.import";
    case TAX_GROUND_IOSS: return "paper.ground.ioss";
    case TAX_GROUND_NONE: return "paper.ground.none";
    case TAX_GROUND_UNSET:
    case TAX_GROUND_RATE:
    case TAX_GROUND_COUNT: break;
    }
    return NULL;
}

static const struct err *fill_terms(struct writing *w)
{
    const struct paper *p = w->p;
    const char *ground = ground_key(p->ground);
    str rate, code, base;
    for (size_t i = 0; i < p->term_count; i++)
        add_term(w, str_is_empty(p->terms[i].question) ? locale_text(&w->l, "paper.way")
                                                        : p->terms[i].question,
                 p->terms[i].answer);
    TRY(payment_terms(w));
    TRY(str_dup(w->a, currency_str(&p->currency), &code));
    TRY(str_dup(w->a, currency_str(&p->base_currency), &base));
    if (!currency_eq(p->currency, p->base_currency) && p->rate_micros > 0) {
        TRY(str_fmt(w->a, &rate, "%lld.%06lld", (long long)(p->rate_micros / 1000000),
                    (long long)(p->rate_micros % 1000000)));
        TRY(format(w, "paper.rate", base, rate, code, &rate));
        add_term(w, locale_text(&w->l, "paper.currency"), rate);
    } else {
        add_term(w, locale_text(&w->l, "paper.currency"), code);
    }
    if (ground != NULL)
        add_term(w, locale_text(&w->l, "paper.tax"), locale_text(&w->l, ground));
    if (p->kind != PAPER_CREDIT)
        add_term(w, locale_text(&w->l, "paper.bank"), p->seller.bank);
    if (p->kind == PAPER_PROFORMA)
        add_term(w, locale_text(&w->l, "paper.hint"), locale_text(&w->l, "paper.no_invoice"));
    return NULL;
}

const struct err *paper_sheet(struct arena *a, const struct platform *platform,
                              const struct paper *p, struct sheet *ret)
{
    struct writing w = {.a = a, .p = p, .s = ret};
    *ret = (struct sheet){.tag = language_tag(p->language)};
    /* The clock stands at 1970: every day on a paper carries its year. */
    locale_init(&w.l, platform->texts, language_code(p->language), STR_NONE, p->zone, 0);
    TRY(fill_facts(&w));
    TRY(fill_parties(&w));
    TRY(fill_rows(&w));
    TRY(fill_sums(&w));
    TRY(fill_terms(&w));
    ret->foot = str_is_empty(p->seller.foot) ? p->seller.legal_name : p->seller.foot;
    return NULL;
}

/* ---- PDF ---- */

static void put(struct strbuf *out, const char *word, str x, str y)
{
    const str words[] = {x, y};
    paperbox_add(out, word, words, str_is_absent(y) ? 1 : 2);
}

static void put_body(struct strbuf *out, const struct sheet *s)
{
    paperbox_add(out, "head", s->heads, COUNT(s->heads));
    for (size_t i = 0; i < s->row_count; i++) {
        const struct sheet_row *r = &s->rows[i];
        const str cells[] = {r->what, r->quantity, r->unit, r->total};
        paperbox_add(out, "row", cells, COUNT(cells));
        if (!str_is_empty(r->note))
            put(out, "note", r->note, STR_NONE);
    }
    for (size_t i = 0; i < s->sum_count; i++)
        put(out, s->sums[i].is_total ? "total" : "sum", s->sums[i].label, s->sums[i].value);
    paperbox_add(out, "gap", NULL, 0);
    for (size_t i = 0; i < s->term_count; i++)
        put(out, "term", s->terms[i].label, s->terms[i].value);
}

const struct err *paper_pdf(struct arena *a, const struct sheet *s, str *ret)
{
    const char *program;
    struct strbuf out;
    str lines;
    strbuf_init(&out, a, PAPERBOX_TEXT_MAX);
    put(&out, "language", s->tag, STR_NONE);
    put(&out, "date", s->day, STR_NONE);
    put(&out, "title", s->title, STR_NONE);
    put(&out, "foot", s->foot, STR_NONE);
    for (size_t i = 0; i < s->fact_count; i++)
        put(&out, "fact", s->facts[i].label, s->facts[i].value);
    put(&out, "from", s->seller_label, STR_NONE);
    for (size_t i = 0; i < s->seller_count; i++)
        put(&out, "from_line", s->seller[i], STR_NONE);
    put(&out, "to", s->buyer_label, STR_NONE);
    for (size_t i = 0; i < s->buyer_count; i++)
        put(&out, "to_line", s->buyer[i], STR_NONE);
    put_body(&out, s);
    TRY(strbuf_finish(&out, &lines));
    TRY(media_program(a, &program));
    return paperbox_run(a, program, lines, ret);
}
