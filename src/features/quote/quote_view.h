/* What the pages of feature quote show, and what its handlers share; nobody else includes it. */
#ifndef QUOTE_QUOTE_VIEW_H
#define QUOTE_QUOTE_VIEW_H

#include "quote/quote_part.h"

enum { QUOTES_A_PAGE = 30, QUOTE_CHOICES_MAX = 300, QUOTE_BLANK_LINES = 3 };

struct quote_badge {
    const char *tone, *glyph, *text_key;
};
struct quote_badge quote_badge_of(const struct quote *q);

/* One article, asked for or offered. */
struct quote_line_view {
    str title, variant_title;
    struct photo photo;
    int64_t quantity;
    struct money unit, total; /* unit.minor of a wish: hoped for, 0 = not told */
    bool is_sample;
};

struct quote_ask_view {
    struct page page;
    struct shop shop;
    struct product product;
    struct variant_id chosen;
    struct country_name *countries;
    size_t country_count;
    str key, quantity, target, country, incoterm, needed_by, note, name;
    bool is_sample, needs_name;
    struct form_fault fault;
};

struct quote_page_view {
    struct page page;
    struct quote quote;
    struct shop shop;
    str headline, words;      /* words: what happens now */
    struct quote_line_view *wishes, *lines;
    struct sums_view sums;
    struct money deposit, balance;
    str country_name;
    bool may_accept, may_decline, is_mine;
    str access;               /* ?key= of a guest, or empty */
    struct url_safe order_path, live, self;
    /* accepting */
    str email, key;
    struct checkout_field fields[ADDRESS_FIELD_COUNT];
    size_t field_count;
    struct country_name *countries;
    size_t country_count;
    str country;
    bool is_shipped;
    struct form_fault fault;
};

struct quote_row_view {
    struct quote quote;
    str what, who;
    struct face face;
    struct url_safe path;
};
struct quote_filter {
    const char *text_key;
    struct url_safe path;
    bool is_current;
};
struct quotes_view {
    struct page page;
    struct quote_row_view *rows;
    size_t count;
    struct quote_filter filters[QUOTE_STATE_COUNT];
    struct url_safe next, live, self;
    struct empty_view empty;
    bool may_change;
};

/* The form of an answer: rows as they are typed. */
struct quote_choice {
    struct variant_id id;
    str name;
    struct money price;
};
struct quote_row_form {
    struct variant_id variant_id;
    str quantity, unit;
    const char *quantity_name, *unit_name;
    bool is_sample;
};
struct quote_form_view {
    struct quote_choice *choices;
    size_t choice_count;
    struct quote_row_form rows[QUOTE_LINES_MAX];
    size_t row_count;
    str shipping, tax, deposit, incoterm, place, lead_time, note, days, pay_days;
    bool tax_included;
    str currency;
    struct form_fault fault;
    bool is_beside;           /* the fault's field is in the form and says it */
};
struct quote_console_view {
    struct page page;
    struct quote quote;       /* id 0: a new offer */
    struct shop shop;
    str who, link, key, country_name;
    struct url_safe contact_path, talk_path, order_path, again_path;
    struct quote_line_view *wishes, *lines;
    struct sums_view sums;
    struct money deposit;
    struct timeline_row *steps;
    size_t step_count;
    bool may_answer, may_withdraw;
    struct quote_form_view form;
    struct id_text conversation, contact; /* whom a new offer is for */
};

/* ---- quote_call.c: commands as turns, for pages and API alike ---- */
struct quote_ask_call {
    struct quote_ask ask;
    struct quote_id id;
};
struct quote_accept_call {
    struct quote_accept want;
    struct order_id id;
};
struct quote_offer_call {
    struct quote_offer offer;
    struct quote_id id;
};
struct quote_answer_call {
    struct shop_id shop;
    struct quote_id id;
    int64_t seen;
    struct quote_answer answer;
};
struct quote_end_call {
    struct shop_id shop;
    struct quote_id id;
    str words;
};
const struct err *quote_ask_turn(struct turn *t, void *arg) MUST_CHECK; /* quote_ask_call */
const struct err *quote_accept_turn(struct turn *t, void *arg) MUST_CHECK; /* quote_accept_call */
const struct err *quote_offer_turn(struct turn *t, void *arg) MUST_CHECK; /* quote_offer_call */
const struct err *quote_answer_turn(struct turn *t, void *arg) MUST_CHECK; /* quote_answer_call */
const struct err *quote_decline_turn(struct turn *t, void *arg) MUST_CHECK; /* quote_end_call */
const struct err *quote_withdraw_turn(struct turn *t, void *arg) MUST_CHECK; /* quote_end_call */

/* ---- quote_show.c: views from quotations ---- */
const struct err *quote_view_lines(struct tx *tx, struct arena *a, const struct quote *q,
                                   struct quote_line_view **ret) MUST_CHECK;
const struct err *quote_view_wishes(struct tx *tx, struct arena *a, const struct quote *q,
                                    struct quote_line_view **ret) MUST_CHECK;
struct sums_view quote_view_sums(const struct quote *q);
/* The first articles in a few words. */
const struct err *quote_what(struct tx *tx, struct web *w, const struct quote *q,
                             str *ret) MUST_CHECK;
/* The quotation in path parameter 0, when the reader is its buyer or holds its key (?key= or field
 * access); else NOT_FOUND. */
const struct err *quote_of_reader(struct web *w, struct quote *ret, str *ret_access) MUST_CHECK;
/* That of path parameter 1, of the console's shop. */
const struct err *quote_of_shop(struct web *w, struct quote *ret) MUST_CHECK;
/* Where the reader sees its order; absent when she may not. */
const struct err *quote_order_path(struct web *w, struct tx *tx, const struct quote *q,
                                   str *ret) MUST_CHECK;

/* ---- quote_input.c: bytes to commands, the same limits for forms and JSON ---- */
const struct err *quote_input_ask(struct web *w, struct variant_id variant, struct quote_wish *wish,
                                  struct quote_ask *ret) MUST_CHECK;
const struct err *quote_input_wishes(struct web *w, struct quote_ask *ret) MUST_CHECK;
const struct err *quote_input_answer(struct web *w, const struct shop *shop,
                                     struct quote_answer *ret) MUST_CHECK;
const struct err *quote_input_offer(struct web *w, struct quote_offer *ret) MUST_CHECK;

/* ---- quote_offer_pages.c ---- */
/* The form of the next version, as it was typed or as the newest one has it. */
const struct err *quote_form_fill(struct web *w, struct tx *tx, const struct shop *shop,
                                  const struct quote *q, const struct err *fault,
                                  struct quote_form_view *ret) MUST_CHECK;

/* ---- handlers ---- */
const struct err *quote_page_ask(struct web *w) MUST_CHECK;
const struct err *quote_page_ask_post(struct web *w) MUST_CHECK;
const struct err *quote_page_show(struct web *w) MUST_CHECK;
const struct err *quote_page_accept(struct web *w) MUST_CHECK;
const struct err *quote_page_decline(struct web *w) MUST_CHECK;
const struct err *quote_page_mine(struct web *w) MUST_CHECK;
const struct err *quote_console_list(struct web *w) MUST_CHECK;
const struct err *quote_console_new(struct web *w) MUST_CHECK;
const struct err *quote_console_offer(struct web *w) MUST_CHECK;
const struct err *quote_console_show(struct web *w) MUST_CHECK;
const struct err *quote_console_answer(struct web *w) MUST_CHECK;
const struct err *quote_console_withdraw(struct web *w) MUST_CHECK;

const struct err *quote_api_ask(struct web *w) MUST_CHECK;
const struct err *quote_api_mine(struct web *w) MUST_CHECK;
const struct err *quote_api_show(struct web *w) MUST_CHECK;
const struct err *quote_api_accept(struct web *w) MUST_CHECK;
const struct err *quote_api_decline(struct web *w) MUST_CHECK;
const struct err *quote_api_console_list(struct web *w) MUST_CHECK;
const struct err *quote_api_console_show(struct web *w) MUST_CHECK;
const struct err *quote_api_console_offer(struct web *w) MUST_CHECK;
const struct err *quote_api_console_answer(struct web *w) MUST_CHECK;
const struct err *quote_api_console_withdraw(struct web *w) MUST_CHECK;

#endif
