/* What the pages of feature returns show, and what its handlers share; nobody else includes it. */
#ifndef RETURNS_RETURNS_VIEW_H
#define RETURNS_RETURNS_VIEW_H

#include "returns/returns_part.h"

enum { RETURNS_A_PAGE = 30, RETURNS_LOG_MAX = 12 };

struct returns_badge {
    const char *tone, *glyph, *text_key;
};
struct returns_badge returns_badge_of(const struct returns_case *c);

struct returns_line_view {
    str title, variant_title;
    struct photo photo;
    int64_t position, quantity;
    str typed;                /* pieces in the form */
};

/* A return as both sides see it. */
struct returns_view {
    struct page page;
    struct returns_case c;
    struct order o;
    struct shop shop;
    str headline, next;       /* next: what happens now, with its day */
    struct returns_line_view *lines;
    struct photo photos[RETURNS_PHOTOS_MAX];
    struct timeline_row steps[RETURNS_LOG_MAX];
    size_t step_count;
    struct money value, shipping, fee, due; /* due: now, or what went back */
    struct form_fault fault;
    bool may[RETURNS_ACT_COUNT];
    /* the buyer's page */
    str access;               /* ?key= of a guest, or empty */
    str tracking;             /* as typed */
    struct url_safe live, self, order_path;
    /* the console's */
    str who, fee_value, due_value, usual;
    enum returns_act tried;   /* whose form was refused, and what it said; UNSET: none */
    str tried_words;
    bool is_beside;           /* the fault's field is on the page and says it */
};

struct returns_ask_view {
    struct page page;
    struct order o;
    struct shop shop;
    struct returns_line_view *lines;
    size_t count;
    int64_t until_ms;         /* 0: nothing arrived yet */
    bool is_over;             /* nothing can be returned any more, since until_ms */
    struct returns_terms terms;
    bool is_right, has_unarrived;
    int reason;               /* chosen */
    str key, access, words;
    struct url_safe order_path;
    struct form_fault fault;
};

struct returns_row_view {
    struct returns_case c;
    str who, what;
    struct face face;
    struct url_safe path;
};
struct returns_filter {
    const char *text_key;
    struct url_safe path;
    bool is_current;
};
struct returns_list_view {
    struct page page;
    struct returns_row_view *rows;
    size_t count;
    struct returns_filter filters[RETURNS_STATE_COUNT];
    struct url_safe next, live, self;
    struct empty_view empty;
    bool may_change;
    str window_days, answer_days, send_days, fee_percent, instructions;
    struct form_fault fault;
};

/* ---- returns_show.c ---- */
/* Everything of `v` but the page, the fault and what only one side sees. */
const struct err *returns_view_fill(struct web *w, struct tx *tx, struct returns_view *v,
                                    bool for_shop) MUST_CHECK;
const struct err *returns_line_fill(struct tx *tx, struct arena *a, const struct order *o,
                                    int64_t position, int64_t quantity,
                                    struct returns_line_view *ret) MUST_CHECK;
/* What happens now, in words, for one side. */
const struct err *returns_next_words(struct web *w, const struct returns_case *c, bool for_shop,
                                     str *ret) MUST_CHECK;
const struct err *returns_page_notes(struct web *w, struct tx *tx,
                                     const struct page_subject *about, struct page_note **ret,
                                     size_t *ret_count) MUST_CHECK;
/* The return in path parameter 1 of the reader's order in parameter 0. */
const struct err *returns_of_reader(struct web *w, struct returns_case *ret,
                                    str *ret_access) MUST_CHECK;
extern const char *const returns_state_names[RETURNS_STATE_COUNT];
enum returns_state returns_state_of(str name);

/* ---- returns_input.c: bytes to commands, the same limits for forms and JSON ---- */
struct returns_ask_call {
    struct returns_ask ask;
    const struct form *form;  /* its photos, or NULL */
    struct return_id id;
};
/* Reads what is asked for of `o`; the reader has an account afterwards. */
const struct err *returns_input_ask(struct web *w, const struct order *o,
                                    struct returns_ask_call *ret) MUST_CHECK;
const struct err *returns_ask_turn(struct turn *t, void *arg) MUST_CHECK; /* returns_ask_call */
/* A step of one return, by form or JSON: `words` (tracking of the buyer's), `fee`, `amount`,
 * `keep`, `restock`. Runs it. */
const struct err *returns_input_step(struct web *w, enum returns_act act, struct shop_id shop,
                                     struct return_id id) MUST_CHECK;
const struct err *returns_input_terms(struct web *w) MUST_CHECK; /* sets them */

/* ---- handlers ---- */
const struct err *returns_page_ask(struct web *w) MUST_CHECK;
const struct err *returns_page_ask_post(struct web *w) MUST_CHECK;
const struct err *returns_page_show(struct web *w) MUST_CHECK;
const struct err *returns_page_send(struct web *w) MUST_CHECK;
const struct err *returns_page_withdraw(struct web *w) MUST_CHECK;
const struct err *returns_console_list(struct web *w) MUST_CHECK;
const struct err *returns_console_terms(struct web *w) MUST_CHECK;
const struct err *returns_console_show(struct web *w) MUST_CHECK;
const struct err *returns_console_agree(struct web *w) MUST_CHECK;
const struct err *returns_console_refuse(struct web *w) MUST_CHECK;
const struct err *returns_console_receive(struct web *w) MUST_CHECK;
const struct err *returns_console_refund(struct web *w) MUST_CHECK;

const struct err *returns_api_ask(struct web *w) MUST_CHECK;
const struct err *returns_api_of_order(struct web *w) MUST_CHECK;
const struct err *returns_api_show(struct web *w) MUST_CHECK;
const struct err *returns_api_send(struct web *w) MUST_CHECK;
const struct err *returns_api_withdraw(struct web *w) MUST_CHECK;
const struct err *returns_api_console_list(struct web *w) MUST_CHECK;
const struct err *returns_api_console_show(struct web *w) MUST_CHECK;
const struct err *returns_api_console_agree(struct web *w) MUST_CHECK;
const struct err *returns_api_console_refuse(struct web *w) MUST_CHECK;
const struct err *returns_api_console_receive(struct web *w) MUST_CHECK;
const struct err *returns_api_console_refund(struct web *w) MUST_CHECK;

#endif
