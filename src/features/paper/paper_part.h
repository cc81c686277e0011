/* What the files of feature paper share; nobody else includes it. */
#ifndef PAPER_PAPER_PART_H
#define PAPER_PAPER_PART_H

#include "paper/paper.h"
#include "paper/paper_sql.h"

/* ---- paper_make.c: what papers say, from orders and quotations ---- */
const struct err *paper_of_order(struct tx *tx, struct arena *a, const struct order *o,
                                 struct paper *ret) MUST_CHECK;
/* From the whole order to what of it went back: `amount_minor`, after `before_minor`. */
const struct err *paper_turn_credit(struct arena *a, const struct order *o, int64_t before_minor,
                                    int64_t amount_minor, struct paper *p) MUST_CHECK;
const struct err *paper_number(struct arena *a, enum paper_kind kind, int64_t year, int64_t place,
                               str *ret) MUST_CHECK;

/* ---- paper_facts.c: kept with the row, as JSON ---- */
const struct err *paper_facts_write(struct arena *a, const struct paper *p, str *ret) MUST_CHECK;
const struct err *paper_facts_read(struct arena *a, str text, struct paper *ret) MUST_CHECK;

/* ---- paper_sheet.c: the words on it, in its language ---- */
struct sheet_pair {
    str label, value;
    bool is_total;
};
struct sheet_row {
    str what, note, quantity, unit, total; /* note may be empty */
};
enum { SHEET_FACTS_MAX = 8, SHEET_SUMS_MAX = 12 + PAPER_TAXES_MAX,
       SHEET_TERMS_MAX = PAPER_TERMS_MAX + 8 };
struct sheet {
    str tag;                  /* of its language: "en", "zh-Hans" */
    str title, day;           /* day: "2026-11-22" */
    struct sheet_pair facts[SHEET_FACTS_MAX];
    size_t fact_count;
    str seller_label, buyer_label;
    str *seller, *buyer;      /* lines */
    size_t seller_count, buyer_count;
    str heads[4];
    struct sheet_row *rows;
    size_t row_count;
    struct sheet_pair sums[SHEET_SUMS_MAX];
    size_t sum_count;
    struct sheet_pair terms[SHEET_TERMS_MAX];
    size_t term_count;
    str foot;
};
const struct err *paper_sheet(struct arena *a, const struct platform *p, const struct paper *paper,
                              struct sheet *ret) MUST_CHECK;
/* The same as PDF; not inside a transaction. */
const struct err *paper_pdf(struct arena *a, const struct sheet *s, str *ret) MUST_CHECK;

const struct err *paper_verify(struct tx *tx, struct arena *a,
                               struct verify_report *report) MUST_CHECK;

#endif
