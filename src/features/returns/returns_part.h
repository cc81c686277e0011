/* What the files of feature returns share; nobody else includes it. */
#ifndef RETURNS_RETURNS_PART_H
#define RETURNS_RETURNS_PART_H

#include "returns/returns.h"
#include "returns/returns_rules.h"
#include "returns/returns_sql.h"

/* A return and its order, whose row is locked for this turn. */
struct returns_work {
    struct turn *t;
    struct returns_case c;
    struct order o;           /* as order_get */
};

/* ---- returns.c ---- */
const struct err *returns_load(struct turn *t, struct shop_id shop, struct return_id id,
                               struct returns_work *ret) MUST_CHECK;
/* CONFLICT returns.not_open when the table has no such step from here. */
const struct err *returns_may(const struct returns_work *x, enum returns_act act) MUST_CHECK;
/* Moves it along the table and stores what of `x->c` the step changed, with audit row and event.
 * due_ms: of the next step. */
const struct err *returns_move(struct returns_work *x, enum returns_act act, const char *kind,
                               int64_t due_ms) MUST_CHECK;
/* At most RETURNS_TEXT_MAX characters that can be printed, "" for none; INVALID returns.bad_text.
 */
const struct err *returns_text(struct arena *a, str text, const char *field,
                               str *ret) MUST_CHECK;
/* Under which key its money goes back. */
const struct err *returns_refund_key(struct arena *a, struct return_id id, str *ret) MUST_CHECK;

/* ---- returns_read.c ---- */
/* Pieces of each line that are coming back or came: PRICE_LINES_MAX numbers. */
const struct err *returns_taken(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct order_id order, int64_t **ret) MUST_CHECK;
/* Whether the buyer of this order is a consumer in the EU, as far as we know. */
bool returns_is_eu(const struct order *o);
/* "returns.reason.fit" and "fit"; of an unknown name RETURNS_REASON_UNSET. */
extern const char *const returns_reason_keys[RETURNS_REASON_COUNT];
str returns_reason_name(enum returns_reason reason);
enum returns_reason returns_reason_of(str name);

/* ---- returns_talk.c: what is said in the chat and by mail, in the buyer's language ---- */
const struct err *returns_say_asked(struct returns_work *x) MUST_CHECK;
/* By the buyer: she sent it, or keeps it. key: of the words, {0} the number, {1} tracking. */
const struct err *returns_say_hers(struct returns_work *x, const char *key) MUST_CHECK;
/* By the shop, in the chat and by mail: {0} the number, {1} an amount, {2} a date, and `words`
 * below. */
const struct err *returns_say_ours(struct returns_work *x, const char *key, int64_t minor,
                                   str words) MUST_CHECK;

/* ---- returns_life.c ---- */
const struct err *returns_sweep(struct job_run *run) MUST_CHECK; /* job */
const struct err *returns_tell_timeline(struct tx *tx, struct arena *a,
                                        const struct timeline_subject *who, size_t limit,
                                        struct timeline_entry **ret,
                                        size_t *ret_count) MUST_CHECK;
const struct err *returns_verify(struct tx *tx, struct arena *a,
                                 struct verify_report *report) MUST_CHECK;
/* It was not answered or sent in time: agreed by itself, or lapsed. */
const struct err *returns_agree_late(struct turn *t, struct shop_id shop,
                                     struct return_id id) MUST_CHECK;
const struct err *returns_lapse(struct turn *t, struct shop_id shop,
                                struct return_id id) MUST_CHECK;

#endif
