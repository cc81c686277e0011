/* paper: what leaves the house in writing: proforma invoices, invoices, credit notes; and the
 * statements of the books.
 *
 * A proforma is drawn from a quotation or an order that is not paid, as often as somebody looks,
 * and has no number of its own. An invoice is written once for a paid order, a credit note for each
 * refund of it: numbered without gaps per shop, kind and year (in the shop's zone) in the turn that
 * stores them, and never changed. They keep what they say, but for the buyer: she stands sealed
 * with the order, and is gone from papers too when she is forgotten.
 * Language: the buyer's. Not here: money (order, ledger), what papers look like (sheet, templates).
 */
#ifndef PAPER_PAPER_H
#define PAPER_PAPER_H

#include "order/order.h"
#include "quote/quote.h"

ID_TYPE(paper);

enum paper_kind { PAPER_UNSET = 0, PAPER_PROFORMA, PAPER_INVOICE, PAPER_CREDIT, PAPER_KIND_COUNT };
enum { PAPER_TEXT_MAX = 500, PAPER_TAXES_MAX = 16, PAPER_TERMS_MAX = ORDER_ANSWERS_MAX + 2 };

/* Who sells, in words that the law wants on papers. */
struct paper_seller {
    str legal_name, address;  /* both needed for invoices; address in lines */
    str vat_id, registration, bank, foot; /* may be empty */
};
/* A shop that told nothing: its name, its VAT id of the tax settings, the rest empty. */
const struct err *paper_seller_get(struct tx *tx, struct arena *a, struct shop_id shop,
                                   struct paper_seller *ret) MUST_CHECK;
/* INVALID paper.bad_text with the field. */
const struct err *paper_seller_set(struct turn *t, struct shop_id shop,
                                   const struct paper_seller *seller) MUST_CHECK;
bool paper_seller_is_told(const struct paper_seller *seller);

struct paper_line {
    str title, variant_title, sku, hs_code; /* all but title may be empty */
    int64_t quantity, unit_minor, total_minor;
};
struct paper_tax {
    int rate_bp;              /* -1: not known */
    int64_t base_minor;       /* without the tax */
    int64_t tax_minor;
};

/* Everything that a paper says. */
struct paper {
    struct paper_id id;       /* 0: a proforma */
    struct shop_id shop_id;
    enum paper_kind kind;
    str number;               /* "2026-0001"; of a proforma the quotation's or order's */
    str about;                /* credit note: the invoice's number */
    struct order_id order_id; /* 0: from a quotation */
    int64_t order_number, quote_number;
    enum language language;
    str zone;                 /* of its days */
    struct currency currency, base_currency;
    int64_t rate_micros;
    int64_t issued_ms, until_ms; /* until: 0 = no date to tell */
    int64_t pay_days;         /* of a quotation; 0: see until_ms */
    struct paper_seller seller;
    struct order_party buyer; /* fields absent: not told, or forgotten */
    struct paper_line *lines;
    size_t line_count;
    struct paper_tax taxes[PAPER_TAXES_MAX];
    size_t tax_count;
    bool tax_included;
    enum tax_ground ground;
    int64_t goods_minor, shipping_minor, tax_minor, total_minor;
    int64_t paid_minor, deposit_minor;
    struct order_answer terms[PAPER_TERMS_MAX]; /* Incoterm, lead time ... */
    size_t term_count;
};
static inline struct money paper_money(const struct paper *p, int64_t minor)
{
    return (struct money){.minor = minor, .currency = p->currency};
}

/* Live, unnumbered. CONFLICT paper.no_proforma for an order that is paid or over, a quotation that
 * is not answered. */
const struct err *paper_proforma_of_order(struct tx *tx, struct arena *a, struct platform *p,
                                          struct shop_id shop, struct order_id order,
                                          struct paper *ret) MUST_CHECK;
const struct err *paper_proforma_of_quote(struct tx *tx, struct arena *a, struct platform *p,
                                          struct shop_id shop, struct quote_id quote,
                                          struct paper *ret) MUST_CHECK;

/* Writes the invoice; the same one again when there is one. CONFLICT paper.not_paid before the
 * order is secured, paper.no_seller while the shop has not told who it is. */
const struct err *paper_invoice(struct turn *t, struct shop_id shop, struct order_id order,
                                struct paper_id *ret) MUST_CHECK;
/* A credit note for what went back since the last one; none (v == 0) when nothing did, or there is
 * no invoice. */
const struct err *paper_credit(struct turn *t, struct shop_id shop, struct order_id order,
                               struct paper_id *ret) MUST_CHECK;
/* NOT_FOUND paper.gone. */
const struct err *paper_get(struct tx *tx, struct arena *a, struct platform *p,
                            struct shop_id shop, struct paper_id id,
                            struct paper *ret) MUST_CHECK;

/* For lists: without lines, terms and parties. */
struct paper_row {
    struct paper_id id;
    enum paper_kind kind;
    str number;
    struct order_id order_id;
    struct money total;
    int64_t issued_ms;
};
enum { PAPERS_OF_ORDER_MAX = 100 };
const struct err *paper_list_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                      struct order_id order, struct paper_row **ret,
                                      size_t *ret_count) MUST_CHECK;
/* Newest first, before `before` (v == 0: from the newest). */
const struct err *paper_list(struct tx *tx, struct arena *a, struct shop_id shop,
                             struct paper_id before, size_t limit, struct paper_row **ret,
                             size_t *ret_count) MUST_CHECK;

/* Events: paper.issued: subject paper, object order, number = total, account = buyer. */

extern const struct feature paper_feature;

#endif
