/* What the files of feature quote share; nobody else includes it. */
#ifndef QUOTE_QUOTE_PART_H
#define QUOTE_QUOTE_PART_H

#include "quote/quote.h"
#include "quote/quote_rules.h"
#include "quote/quote_sql.h"

/* ---- quote.c ---- */
/* The quotation, locked for this turn, with its newest terms. */
const struct err *quote_load(struct turn *t, struct shop_id shop, struct quote_id id,
                             struct quote *ret) MUST_CHECK;
/* Moves it along the table, with audit row and event; the same state, version and words else.
 * CONFLICT quote.not_open when there is no such step. */
const struct err *quote_move(struct turn *t, const struct quote *q, enum quote_act act,
                             const char *kind, str words) MUST_CHECK;
/* Audit row, event, and a word to open pages. */
const struct err *quote_tell(struct turn *t, const struct quote *q, const char *kind,
                             struct order_id order, int64_t version, str why) MUST_CHECK;
/* At most QUOTE_TEXT_MAX characters that can be printed; INVALID quote.bad_text with the field. */
const struct err *quote_check_text(struct arena *a, str text, const char *field) MUST_CHECK;
str quote_or_empty(str s);
/* At most `max` bytes of it: what is longer ends between two characters, with an ellipsis. */
const struct err *quote_shorten(struct arena *a, str text, size_t max, str *ret) MUST_CHECK;

/* ---- quote_answer.c ---- */
/* The version after `q->version`, made of what the shop typed; nothing is stored. */
const struct err *quote_terms_make(struct turn *t, const struct quote *q,
                                   const struct quote_answer *x,
                                   struct quote_terms *ret) MUST_CHECK;
const struct err *quote_terms_store(struct turn *t, const struct quote *q,
                                    const struct quote_terms *terms) MUST_CHECK;

/* ---- quote_talk.c: what is said in the conversation, in the buyer's language. Nothing without a
 * conversation. ---- */
const struct err *quote_say_asked(struct turn *t, const struct quote *q) MUST_CHECK;
const struct err *quote_say_quoted(struct turn *t, const struct quote *q) MUST_CHECK;
const struct err *quote_say_reminder(struct turn *t, const struct quote *q) MUST_CHECK;
const struct err *quote_say_accepted(struct turn *t, const struct quote *q,
                                     struct order_id order) MUST_CHECK;
const struct err *quote_say_declined(struct turn *t, const struct quote *q, str words) MUST_CHECK;
const struct err *quote_say_withdrawn(struct turn *t, const struct quote *q, str words) MUST_CHECK;
/* "/q/{id}?key=..." */
const struct err *quote_key_path(struct arena *a, const struct quote *q, str *ret) MUST_CHECK;

/* ---- quote_life.c ---- */
const struct err *quote_sweep(struct job_run *run) MUST_CHECK; /* job */
const struct err *quote_account_merged(struct turn *t, const struct event *e) MUST_CHECK;
const struct err *quote_tell_timeline(struct tx *tx, struct arena *a,
                                      const struct timeline_subject *who, size_t limit,
                                      struct timeline_entry **ret, size_t *ret_count) MUST_CHECK;
const struct err *quote_verify(struct tx *tx, struct arena *a,
                               struct verify_report *report) MUST_CHECK;

#endif
