/* flow_rules: the walk of one conversation through the steps of a flow, as pure decisions. State
 * and facts go in, the changed state and what to reply come out. No store, no clock, no texts.
 *
 *   RUNNING --(pay tapped on the summary)--> PAYING --(order paid)--> FINISHED
 *      ^------------(changes something)---------'
 *   RUNNING, PAYING --(cancel)--> CANCELLED        RUNNING, PAYING --(silence, or another start)-->
 * LEFT
 *
 * Invariants: FLOW_REPLY_PAY comes from a tap on the summary's button only, never from words; every
 * prompt has a serial and a tap of another serial changes nothing; steps are asked in the order of
 * the version, each until it is satisfied; a choice that cannot be bought (sold out, too many)
 * leaves the earlier one standing.
 */
#ifndef FLOW_FLOW_RULES_H
#define FLOW_FLOW_RULES_H

#include "catalog/catalog.h"
#include "flow/flow_understand.h"

enum flow_step_kind {
    FLOW_STEP_UNSET = 0,
    FLOW_PRODUCT,
    FLOW_OPTION,
    FLOW_QUANTITY,
    FLOW_ADDRESS,
    FLOW_QUESTION,
    FLOW_SUMMARY,
    FLOW_PAY,
    FLOW_DONE,
    FLOW_STEP_KIND_COUNT
};

enum { FLOW_STEPS_MAX = 20, FLOW_QUESTIONS_MAX = 8, FLOW_ANSWER_MAX = 500, FLOW_CHOICES_MAX = 12 };

struct flow_step {
    enum flow_step_kind kind;
    str key;                   /* unique in the version, stays when the step is moved or reworded */
    str text_en,
        text_zh; /* of a question; empty for the other kinds, whose words are the catalogue's */
    bool is_required;          /* false: a question may be skipped */
};

/* INVALID (flow.bad_steps): unknown kinds, more than FLOW_STEPS_MAX steps or FLOW_QUESTIONS_MAX
 * questions, a question without text, the same key or the same kind (but QUESTION) twice; OPTION,
 * ADDRESS or SUMMARY missing, SUMMARY not last, PRODUCT after OPTION. */
const struct err *flow_steps_check(struct arena *a, const struct flow_step *steps,
                                   size_t count) MUST_CHECK;

/* Numbers are stored: append only. */
enum flow_phase {
    FLOW_PHASE_UNSET = 0,
    FLOW_RUNNING,
    FLOW_PAYING,
    FLOW_FINISHED,
    FLOW_LEFT,
    FLOW_CANCELLED,
    FLOW_PHASE_COUNT
};
bool flow_phase_may_follow(enum flow_phase from, enum flow_phase to);

struct flow_variant {
    int64_t id;
    str title;
    str options[FLOW_OPTIONS_MAX];
    int64_t available;         /* < 0: not counted, always there */
    bool ships;
    const struct ladder *ladder; /* how many are sold at once; NULL: any number */
};

struct flow_product {
    int64_t id;
    str title;
};

struct flow_facts {
    const struct flow_step *steps;
    size_t step_count;
    const struct flow_product *products; /* that may be chosen */
    size_t product_count;
    const struct flow_variant *variants; /* of the chosen product, its own order */
    size_t variant_count;
    str option_names[FLOW_OPTIONS_MAX];
    size_t option_count;
};

/* What a button stands for. The letters go into tokens: never reuse one. */
enum flow_choice_kind {
    FLOW_CHOICE_UNSET = 0,
    FLOW_CHOICE_PRODUCT = 'p',
    FLOW_CHOICE_VARIANT = 'v',
    FLOW_CHOICE_VALUE = 'o',
    FLOW_CHOICE_QUANTITY = 'n',
    FLOW_CHOICE_SKIP = 's',
    FLOW_CHOICE_CHANGE_OPTION = 'c',
    FLOW_CHOICE_CHANGE_ADDRESS = 'a',
    FLOW_CHOICE_CANCEL = 'x',
    FLOW_CHOICE_PERSON = 'h',
    FLOW_CHOICE_RESTART = 'r',
    FLOW_CHOICE_COUNTRY = 'l',
    FLOW_CHOICE_PAY = 'y'
};

struct flow_choice {
    enum flow_choice_kind kind;
    int64_t id; /* product, variant, quantity; VALUE: a variant that has the value; else 0 */
    str label; /* a value's or product's own name; empty where the catalogue names it */
};

struct flow_state {
    enum flow_phase phase;
    int at;                    /* index of the step that is asked */
    int64_t serial;            /* of the latest prompt; the caller raises it with each */
    int64_t product_id, variant_id; /* 0 = not chosen */
    str picks[FLOW_OPTIONS_MAX]; /* values on the way to a variant; absent = open */
    int64_t quantity;          /* 1.. */
    bool quantity_said;
    bool has_party;            /* address and mail are known */
    bool party_typed;          /* ... from this conversation, not remembered */
    struct flow_choice last;   /* tapped, and on which prompt: the same again is one tap */
    int64_t last_serial;
    str answers[FLOW_STEPS_MAX]; /* to questions, by index of the step; "" = skipped, absent = open
                                  */
};

enum flow_reply {
    FLOW_REPLY_UNSET = 0,
    FLOW_REPLY_NOTHING, /* tapped twice */
    FLOW_REPLY_ASK, /* the step's prompt */
    FLOW_REPLY_NOT_UNDERSTOOD,
    FLOW_REPLY_STALE,
    FLOW_REPLY_SOLD_OUT,
    FLOW_REPLY_TOO_MANY,
    FLOW_REPLY_FITTED, /* noted another quantity: the nearest that is sold */
    FLOW_REPLY_TOO_LONG,
    FLOW_REPLY_PRESS_PAY,
    FLOW_REPLY_SHIPPING,
    FLOW_REPLY_PRICE,
    FLOW_REPLY_ORDER,
    FLOW_REPLY_DELIVERY,
    FLOW_REPLY_RETURNS,
    FLOW_REPLY_HELLO,
    FLOW_REPLY_THANKS, /* these: a sentence, then the step's prompt again */
    FLOW_REPLY_ADDRESS_TEXT, /* typed at the address step: a field */
    FLOW_REPLY_WAIT_PAYMENT, /* while PAYING: the payment is open */
    FLOW_REPLY_PAY,
    FLOW_REPLY_CANCELLED,
    FLOW_REPLY_PERSON,
    FLOW_REPLY_RESTART
};

struct flow_outcome {
    enum flow_reply reply;
    int64_t number;            /* TOO_MANY: how many there are; FITTED: how many are noted */
    bool reopens; /* was PAYING and is RUNNING again: the unpaid order must be cancelled */
};

/* Chooses what needs no question (the only product, the only variant) and moves to the first step
 * that is open. Called by the others; call it yourself after the product or the party changed. */
void flow_rules_settle(const struct flow_facts *facts, struct flow_state *state);
/* A tap on a button of prompt `serial`. */
struct flow_outcome flow_rules_tap(const struct flow_facts *facts, struct flow_state *state,
                                   int64_t serial, const struct flow_choice *choice);
/* Typed. `text` is kept in the state when it answers a question. */
struct flow_outcome flow_rules_said(const struct flow_facts *facts, struct flow_state *state,
                                    const struct flow_heard *heard, str text);
/* What can be typed here, for flow_understand: every value of the chosen product, sold out or not.
 */
const struct err *flow_rules_offers(struct arena *a, const struct flow_facts *facts,
                                    const struct flow_state *state,
                                    struct flow_offers *ret) MUST_CHECK;
/* The buttons of the step, at most `room` <= FLOW_CHOICES_MAX. One per variant while they fit, else
 * the values of the first open option. None at an address step. Returns how many. */
size_t flow_rules_choices(const struct flow_facts *facts, const struct flow_state *state,
                          size_t room, struct flow_choice *ret);

const struct flow_step *flow_rules_step(const struct flow_facts *facts,
                                        const struct flow_state *state); /* asked now */
const struct flow_variant *flow_rules_variant(const struct flow_facts *facts,
                                              const struct flow_state *state); /* or NULL */
/* As many as are sold instead of `quantity` are there. */
bool flow_variant_has(const struct flow_variant *variant, int64_t quantity);
/* The nearest quantity that is sold; the same without a variant. */
int64_t flow_variant_fit(const struct flow_variant *variant, int64_t quantity);
bool flow_rules_is_sold_out(
    const struct flow_facts *facts); /* there are variants, and none is left */

#endif
