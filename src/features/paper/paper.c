/* Writing papers and reading them. */
#include "paper/paper_part.h"

#include "base/timefmt.h"
#include "base/utf8.h"
#include "core/audit.h"

enum { VERIFY_ROWS = 20 };

/* ---- the seller ---- */

bool paper_seller_is_told(const struct paper_seller *seller)
{
    return !str_is_empty(seller->legal_name) && !str_is_empty(seller->address);
}

const struct err *paper_seller_get(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct paper_seller *ret)
{
    struct paper_seller_row_row row;
    struct tax_terms terms;
    struct shop own;
    bool is_found;
    TRY(paper_seller_row(tx, a, shop, &row, &is_found));
    if (is_found) {
        *ret = (struct paper_seller){row.legal_name,   row.address, row.vat_id,
                                     row.registration, row.bank,    row.foot};
        return NULL;
    }
    TRY(shop_get(tx, a, shop, &own));
    TRY(tax_terms_get(tx, a, shop, &terms));
    *ret = (struct paper_seller){own.name, S(""),
                                 str_is_absent(terms.vat_id) ? S("") : terms.vat_id,
                                 S(""), S(""), S("")};
    return NULL;
}

const struct err *paper_seller_set(struct turn *t, struct shop_id shop,
                                   const struct paper_seller *s)
{
    const struct {
        const char *field;
        str text;
    } texts[] = {{"legal_name", s->legal_name},     {"address", s->address},
                 {"vat_id", s->vat_id},             {"registration", s->registration},
                 {"bank", s->bank},                 {"foot", s->foot}};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (texts[i].text.len > PAPER_TEXT_MAX || !utf8_is_comment(texts[i].text))
            return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "paper.bad_text",
                                                "%zu bytes", texts[i].text.len),
                                  texts[i].field);
    TRY(paper_seller_put(t->tx, t->arena, shop, s->legal_name, s->address, s->vat_id,
                         s->registration, s->bank, s->foot));
    return audit_write(t, &(struct audit){.shop_id = shop, .action = "paper.seller"});
}

/* ---- writing ---- */

const struct err *paper_number(struct arena *a, enum paper_kind kind, int64_t year, int64_t place,
                               str *ret)
{
    return str_fmt(a, ret, "%s%lld-%04lld", kind == PAPER_CREDIT ? "C" : "", (long long)year,
                   (long long)place);
}

static int64_t year_in(str zone, int64_t now_ms)
{
    char name[48] = "";
    for (size_t i = 0; i < zone.len && i + 1 < sizeof name; i++)
        name[i] = zone.ptr[i];
    return time_split(now_ms + (int64_t)zone_offset_s(name, now_ms) * 1000).date.year;
}

/* The number is taken and the paper stored in one turn: both or neither. */
static const struct err *store(struct turn *t, const struct order *o, struct paper_id about,
                               struct paper *p, struct paper_id *ret)
{
    struct paper_place_next_row next;
    int64_t year = year_in(p->zone, t->now_ms);
    str facts;
    *ret = (struct paper_id){turn_new_id(t)};
    TRY(paper_facts_write(t->arena, p, &facts));
    TRY(paper_place_next(t->tx, t->arena, o->shop_id, p->kind, year, &next));
    TRY(paper_insert(t->tx, t->arena, *ret, o->shop_id, p->kind, year, next.place, o->id, about,
                     language_code(p->language), currency_str(&p->currency), p->total_minor,
                     p->tax_minor, facts, t->now_ms, t->actor));
    TRY(audit_write(t, &(struct audit){.shop_id = o->shop_id, .action = "paper.issued",
                                       .subject_id = o->id.v}));
    return event_emit(t, &(struct event){.kind = "paper.issued", .version = 1,
                                         .shop_id = o->shop_id, .account_id = o->buyer_id,
                                         .subject_id = ret->v, .object_id = o->id.v,
                                         .number = p->total_minor});
}

const struct err *paper_invoice(struct turn *t, struct shop_id shop, struct order_id order,
                                struct paper_id *ret)
{
    struct paper_row_row row;
    struct order o;
    struct paper p;
    bool is_found;
    TRY(order_lock(t, shop, order));
    TRY(paper_invoice_of(t->tx, t->arena, shop, order, &row, &is_found));
    if (is_found) {
        *ret = row.id;
        return NULL;
    }
    TRY(order_get(t->tx, t->arena, t->platform, shop, order, &o));
    if (o.secured_ms == 0 || o.paid_minor == 0)
        return ERR(t->arena, ERR_CONFLICT, "paper.not_paid", "order %lld", (long long)order.v);
    TRY(paper_of_order(t->tx, t->arena, &o, &p));
    if (!paper_seller_is_told(&p.seller))
        return ERR(t->arena, ERR_CONFLICT, "paper.no_seller", "shop %lld", (long long)shop.v);
    p.kind = PAPER_INVOICE;
    return store(t, &o, (struct paper_id){0}, &p, ret);
}

const struct err *paper_credit(struct turn *t, struct shop_id shop, struct order_id order,
                               struct paper_id *ret)
{
    struct paper_row_row invoice;
    struct paper_credited_row credited;
    struct order o;
    struct paper p;
    bool is_found;
    *ret = (struct paper_id){0};
    TRY(order_lock(t, shop, order));
    TRY(paper_invoice_of(t->tx, t->arena, shop, order, &invoice, &is_found));
    if (!is_found)
        return NULL;
    TRY(order_get(t->tx, t->arena, t->platform, shop, order, &o));
    TRY(paper_credited(t->tx, t->arena, shop, order, &credited));
    int64_t most = o.refunded_minor < invoice.total_minor ? o.refunded_minor : invoice.total_minor;
    if (most <= credited.minor)
        return NULL;
    TRY(paper_of_order(t->tx, t->arena, &o, &p));
    TRY(paper_turn_credit(t->arena, &o, credited.minor, most - credited.minor, &p));
    p.language = language_parse(invoice.language);
    TRY(paper_number(t->arena, PAPER_INVOICE, invoice.year, invoice.place, &p.about));
    return store(t, &o, invoice.id, &p, ret);
}

/* ---- reading ---- */

const struct err *paper_get(struct tx *tx, struct arena *a, struct platform *platform,
                            struct shop_id shop, struct paper_id id, struct paper *ret)
{
    struct paper_row_row row;
    struct order o;
    bool is_found;
    TRY(paper_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "paper.gone", "paper %lld", (long long)id.v);
    *ret = (struct paper){.id = row.id,
                          .shop_id = row.shop_id,
                          .kind = (enum paper_kind)row.kind,
                          .order_id = row.order_id,
                          .language = language_parse(row.language),
                          .issued_ms = row.issued_ms,
                          .tax_minor = row.tax_minor,
                          .total_minor = row.total_minor};
    TRY(currency_parse(a, row.currency, &ret->currency));
    TRY(paper_number(a, ret->kind, row.year, row.place, &ret->number));
    TRY(paper_facts_read(a, row.facts, ret));
    TRY(order_get(tx, a, platform, shop, row.order_id, &o));
    ret->buyer = o.party;
    return NULL;
}

static const struct err *list_rows(struct arena *a, const struct paper_row_row *rows, size_t count,
                                   struct paper_row **ret)
{
    TRY_NEW_ARRAY(a, *ret, count);
    for (size_t i = 0; i < count; i++) {
        struct paper_row *r = &(*ret)[i];
        *r = (struct paper_row){.id = rows[i].id,
                                .kind = (enum paper_kind)rows[i].kind,
                                .order_id = rows[i].order_id,
                                .total = {.minor = rows[i].total_minor},
                                .issued_ms = rows[i].issued_ms};
        TRY(currency_parse(a, rows[i].currency, &r->total.currency));
        TRY(paper_number(a, r->kind, rows[i].year, rows[i].place, &r->number));
    }
    return NULL;
}

const struct err *paper_list_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                      struct order_id order, struct paper_row **ret,
                                      size_t *ret_count)
{
    struct paper_row_row *rows;
    TRY(paper_rows_of_order(tx, a, shop, order, PAPERS_OF_ORDER_MAX, PAPERS_OF_ORDER_MAX, &rows,
                            ret_count));
    return list_rows(a, rows, *ret_count, ret);
}

const struct err *paper_list(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct paper_id before, size_t limit, struct paper_row **ret,
                             size_t *ret_count)
{
    struct paper_row_row *rows;
    TRY(paper_rows_newest(tx, a, shop, before.v == 0 ? INT64_MAX : before.v, (int64_t)limit, limit,
                          &rows, ret_count));
    return list_rows(a, rows, *ret_count, ret);
}

const struct err *paper_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct paper_verify_gaps_row *gaps;
    struct paper_verify_credits_row *credits;
    size_t count;
    TRY(paper_verify_gaps(tx, a, VERIFY_ROWS, VERIFY_ROWS, &gaps, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "paper", "shop %lld, kind %lld, %lld: %lld numbers, %lld papers",
                         (long long)gaps[i].shop_id.v, (long long)gaps[i].kind,
                         (long long)gaps[i].year, (long long)gaps[i].last_place,
                         (long long)gaps[i].count);
    TRY(paper_verify_credits(tx, a, VERIFY_ROWS, VERIFY_ROWS, &credits, &count));
    for (size_t i = 0; i < count; i++)
        verify_violation(report, "paper", "order %lld of shop %lld: %lld credited, %lld invoiced",
                         (long long)credits[i].order_id.v, (long long)credits[i].shop_id.v,
                         (long long)credits[i].credited, (long long)credits[i].invoiced);
    return NULL;
}
