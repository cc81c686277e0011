/* What the pages of feature paper show, and its handlers; nobody else includes it. */
#ifndef PAPER_PAPER_VIEW_H
#define PAPER_PAPER_VIEW_H

#include "ledger/ledger.h"
#include "paper/paper_part.h"

enum { PAPERS_A_PAGE = 30, MOVEMENTS_A_PAGE = 50, MONEY_FILTERS = 5, MONEY_CURRENCIES_MAX = 12 };

struct paper_sheet_view {
    struct page page;
    struct sheet sheet;
    struct url_safe back, pdf;
    str back_words;
};

struct paper_row_view {
    struct paper_row row;
    str what;                 /* "Invoice 2026-0001" */
    int64_t order_number;
    struct url_safe path, pdf, order_path;
};

/* The papers of one order, for its buyer or its shop. */
struct order_papers_view {
    struct page page;
    struct order order;
    struct shop shop;
    struct url_safe back;
    struct url_safe proforma, proforma_pdf; /* url absent: none any more */
    struct paper_row_view *rows;
    size_t count;
    bool may_write;           /* the shop, and there can be an invoice */
    bool has_invoice, is_told;
    str fault;
};

struct papers_view {
    struct page page;
    struct paper_row_view *rows;
    size_t count;
    struct url_safe next;
    struct empty_view empty;
    bool may_change, is_told;
};

struct seller_view {
    struct page page;
    struct paper_seller seller;
    bool automatic;
    struct form_fault fault;
};

/* ---- money ---- */
struct money_currency {
    struct currency currency;
    struct money clearing, bank, owed;          /* today */
    struct money opening, sales, shipping, tax, refunds, tax_back, fees, paid_out, closing;
    struct money owed_before, owed_new, owed_done, owed_after; /* of the period */
};
struct money_row {
    struct ledger_movement m;
    str what;
    int64_t order_number;
    struct url_safe order_path;
    struct money amount;      /* to the provider, or of what is owed */
    struct money sales, shipping, tax, fees; /* parts, as the merchant counts: income > 0 */
};
struct money_month {
    str name, value;          /* "2026-11" */
    bool is_current;
};
struct money_filter {
    const char *text_key;
    struct url_safe path;
    bool is_current;
};
enum { MONEY_MONTHS = 24 };
struct money_view {
    struct page page;
    struct shop shop;
    str month, month_name;    /* "2026-11", "November 2026" */
    int64_t from_ms, to_ms;
    struct money_currency *currencies;
    size_t currency_count;
    struct money_month months[MONEY_MONTHS];
    size_t month_count;
    struct money_filter filters[MONEY_FILTERS];
    const char *filter;
    struct money_row *rows;
    size_t count;
    struct url_safe next, csv, statement;
    struct empty_view empty;
    bool may_change;
    str key, currency, amount, fee;
    struct form_fault fault;
};

/* ---- paper_pages.c ---- */
const struct err *paper_answer_pdf(struct web *w, const struct paper *p) MUST_CHECK;
const struct err *paper_answer_sheet(struct web *w, const struct paper *p, str back, str pdf,
                                     str back_words) MUST_CHECK;
const struct err *paper_name(struct web *w, enum paper_kind kind, str number, str *ret) MUST_CHECK;
const struct err *paper_page_order(struct web *w) MUST_CHECK;
const struct err *paper_page_proforma(struct web *w) MUST_CHECK;
const struct err *paper_page_proforma_pdf(struct web *w) MUST_CHECK;
const struct err *paper_page_show(struct web *w) MUST_CHECK;
const struct err *paper_page_pdf(struct web *w) MUST_CHECK;
const struct err *paper_page_quote(struct web *w) MUST_CHECK;
const struct err *paper_page_quote_pdf(struct web *w) MUST_CHECK;

/* ---- paper_console.c ---- */
struct paper_invoice_call {
    struct shop_id shop;
    struct order_id order;
    struct paper_id id;
};
const struct err *paper_invoice_turn(struct turn *t, void *arg) MUST_CHECK;
const struct err *paper_may_change(struct web *w, struct tx *tx, bool *ret) MUST_CHECK;
const struct err *paper_console_list(struct web *w) MUST_CHECK;
const struct err *paper_console_write(struct web *w) MUST_CHECK;
const struct err *paper_console_show(struct web *w) MUST_CHECK;
const struct err *paper_console_pdf(struct web *w) MUST_CHECK;
const struct err *paper_console_order(struct web *w) MUST_CHECK;
const struct err *paper_console_proforma(struct web *w) MUST_CHECK;
const struct err *paper_console_proforma_pdf(struct web *w) MUST_CHECK;
const struct err *paper_console_seller(struct web *w) MUST_CHECK;
const struct err *paper_console_seller_post(struct web *w) MUST_CHECK;

/* ---- paper_money.c, paper_money_pages.c ---- */
/* Month "2026-11" of the shop's zone; what is none gives the present one. */
const struct err *money_period(struct web *w, struct tx *tx, str month,
                               struct money_view *v) MUST_CHECK;
const struct err *money_fill(struct web *w, struct tx *tx, struct money_view *v) MUST_CHECK;
const struct err *money_row_fill(const struct locale *l, const struct ledger_movement *m,
                                 struct money_row *ret) MUST_CHECK;
str money_words(const struct locale *l, str reason);
const struct err *paper_money_page(struct web *w) MUST_CHECK;
const struct err *paper_money_statement(struct web *w) MUST_CHECK;
const struct err *paper_money_csv(struct web *w) MUST_CHECK;
const struct err *paper_money_payout(struct web *w) MUST_CHECK;

/* ---- paper_api.c ---- */
const struct err *paper_api_of_order(struct web *w) MUST_CHECK;
const struct err *paper_api_list(struct web *w) MUST_CHECK;
const struct err *paper_api_write(struct web *w) MUST_CHECK;
const struct err *paper_api_money(struct web *w) MUST_CHECK;

#endif
