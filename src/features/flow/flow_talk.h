/* flow_talk: one run with everything that its next reply needs, for the length of a turn. Private
 * to the feature.
 *
 * load -> rules change `state` -> flow_talk_ask says the next prompt -> flow_talk_save. A preview
 * (no conversation) says the same things into its own lines and never places an order.
 */
#ifndef FLOW_FLOW_TALK_H
#define FLOW_FLOW_TALK_H

#include "core/i18n.h"
#include "flow/flow.h"
#include "flow/flow_understand.h"
#include "flow_sql.h"

/* Which products a run may be about. Stored. */
enum flow_product_from { FLOW_FROM_UNSET = 0, FLOW_FROM_FIXED, FLOW_FROM_POST, FLOW_FROM_SHOP };
/* Stored. KNOWN: from an earlier order of hers, if there is one. */
enum flow_party_state { FLOW_PARTY_KNOWN = 0, FLOW_PARTY_ASKED, FLOW_PARTY_TYPED };

enum { FLOW_SHOP_PRODUCTS = 10, FLOW_PAY_ATTEMPTS = 5 };

struct flow_talk {
    struct turn *t;
    struct flow_run_by_id_row run;    /* as loaded; what the rules own is in `state` until saved */
    struct conversation conversation; /* id 0: a preview */
    struct shop shop;
    struct locale locale;
    struct flow_facts facts;
    struct flow_state state, before;
    struct product product;           /* the chosen one; id 0 = none */
    struct order_party party;
    str method_label;                 /* remembered way to pay, or absent */
};

struct flow_start {
    struct shop_id shop_id;
    struct flow_id flow_id;
    int64_t version_id;
    const struct conversation *conversation; /* NULL: a preview by the actor of the turn */
    str language;
    enum flow_product_from product_from;
    struct product_id product_id;
    struct post_id post_id;
    struct comment_id comment_id;
    str greeting;                     /* said before the first question, or absent */
};
/* Ends the run of this conversation if one is going on, makes a new one and asks its first
 * question. */
const struct err *flow_talk_start(struct turn *t, const struct flow_start *start,
                                  int64_t *ret_run_id) MUST_CHECK;

/* `conversation` NULL: it is looked up. NOT_FOUND "flow.gone". */
const struct err *flow_talk_load(struct turn *t, struct shop_id shop, int64_t run_id,
                                 const struct conversation *conversation,
                                 struct flow_talk **ret) MUST_CHECK;
const struct err *flow_talk_save(struct flow_talk *k) MUST_CHECK;
/* After the rules: loads what belongs to a newly chosen product and settles again. */
const struct err *flow_talk_settle(struct flow_talk *k) MUST_CHECK;
bool flow_talk_is_preview(const struct flow_talk *k);
bool flow_talk_has_form(const struct flow_talk *k);
/* BUG for a move that the table of phases does not have; each leaves an audit row. */
const struct err *flow_talk_phase(struct flow_talk *k, enum flow_phase to,
                                  const char *why) MUST_CHECK;
/* Reads another list of products, e.g. those that are left; then no product is chosen. */
const struct err *flow_talk_products(struct flow_talk *k, enum flow_product_from from) MUST_CHECK;

/* ---- flow_prompt.c: words ---- */

const struct err *flow_text(struct flow_talk *k, const char *key, const str *args, size_t count,
                            str *ret) MUST_CHECK;
str flow_money(struct flow_talk *k, int64_t minor);
/* Says the prompt of the step, after `note` if there is one; the next serial begins. */
const struct err *flow_talk_ask(struct flow_talk *k, str note) MUST_CHECK;
/* A message with these buttons (of the present serial). */
const struct err *flow_talk_say(struct flow_talk *k, str text, const struct flow_choice *choices,
                                size_t count) MUST_CHECK;
/* A message with one button that opens a local path. */
const struct err *flow_talk_say_link(struct flow_talk *k, str text, const char *label_key,
                                     str path) MUST_CHECK;
/* What she typed or tapped, for the transcript of a preview; elsewhere chat has stored it. */
const struct err *flow_talk_heard(struct flow_talk *k, str text) MUST_CHECK;
const struct err *flow_talk_quote(struct flow_talk *k, struct price_quote **ret) MUST_CHECK;
/* Sentences about shipping, price, her latest order, delivery, returns. */
const struct err *flow_say_shipping(struct flow_talk *k, str *ret) MUST_CHECK;
const struct err *flow_say_price(struct flow_talk *k, str *ret) MUST_CHECK;
const struct err *flow_say_order(struct flow_talk *k, str *ret) MUST_CHECK;

/* ---- flow_reply.c: what follows from an outcome ---- */

const struct err *flow_talk_typed(struct flow_talk *k, str text) MUST_CHECK;
const struct err *flow_talk_tapped(struct flow_talk *k, int64_t serial,
                                   const struct flow_choice *choice) MUST_CHECK;
const struct err *flow_talk_form(struct flow_talk *k, const struct form *form) MUST_CHECK;
/* A preview's address step with an address of nobody. */
const struct err *flow_talk_sample(struct flow_talk *k) MUST_CHECK;
chat_listener flow_listen;
void flow_words_set(const struct flow_lexicon *lexicon); /* once, before serving */

/* ---- flow_pay.c ---- */

/* Places the order of the summary that was tapped and has it paid; a refusal is told, with what is
 * left. */
const struct err *flow_pay(struct flow_talk *k) MUST_CHECK;
/* Lets an unpaid order of this run go. *ret_paid: it was paid meanwhile and stays. */
const struct err *flow_order_release(struct flow_talk *k, bool *ret_paid) MUST_CHECK;
const struct err *flow_pay_job(struct job_run *run) MUST_CHECK;
event_apply_fn flow_order_changed; /* order.paid, order.expired, order.cancelled */

/* ---- flow_trigger.c ---- */

event_apply_fn flow_comment_made, flow_shop_created, flow_account_merged;
const struct err *flow_standard(struct turn *t, struct shop_id shop, struct flow_id *ret,
                                int64_t *ret_version) MUST_CHECK;
/* A conversation opened with a payload (p- and a product id, the code of a tracked link, or a
 * hashtag), or without a run: begins one. */
const struct err *flow_begin(struct turn *t, const struct conversation *c, str payload,
                             str greeting, struct product_id product) MUST_CHECK;
/* A message that is nothing but a hashtag some trigger knows begins as a comment with it does. */
const struct err *flow_begin_by_hashtag(struct turn *t, const struct conversation *c, str said,
                                        bool *ret_begun) MUST_CHECK;

#endif
