/* flow_rules: see flow_rules.h. */
#include "flow/flow_rules.h"

#include "flow/flow_rules_part.h"

bool flow_phase_may_follow(enum flow_phase from, enum flow_phase to)
{
    static const bool may[FLOW_PHASE_COUNT][FLOW_PHASE_COUNT] = {
        [FLOW_RUNNING] = {[FLOW_RUNNING] = true,
                          [FLOW_PAYING] = true,
                          [FLOW_LEFT] = true,
                          [FLOW_CANCELLED] = true},
        [FLOW_PAYING] = {[FLOW_PAYING] = true,
                         [FLOW_RUNNING] = true,
                         [FLOW_FINISHED] = true,
                         [FLOW_LEFT] = true,
                         [FLOW_CANCELLED] = true},
        [FLOW_LEFT] = {[FLOW_FINISHED] = true}, /* paid on the order page after the silence */
        [FLOW_CANCELLED] = {[FLOW_FINISHED] =
                                true}, /* the payment was faster than the cancelling */
    };
    return may[from][to];
}

/* ---- variants ---- */

int64_t flow_variant_fit(const struct flow_variant *variant, int64_t quantity)
{
    bool is_any = variant == NULL || variant->ladder == NULL;
    return is_any ? quantity : catalog_ladder_nearest(variant->ladder, quantity);
}

bool flow_variant_has(const struct flow_variant *variant, int64_t quantity)
{
    return variant->available < 0 || variant->available >= flow_variant_fit(variant, quantity);
}

const struct flow_variant *flow_rules_variant(const struct flow_facts *facts,
                                              const struct flow_state *state)
{
    for (size_t i = 0; i < facts->variant_count; i++) {
        if (facts->variants[i].id == state->variant_id)
            return &facts->variants[i];
    }
    return NULL;
}

bool flow_rules_is_sold_out(const struct flow_facts *facts)
{
    for (size_t i = 0; i < facts->variant_count; i++) {
        if (flow_variant_has(&facts->variants[i], 1))
            return false;
    }
    return facts->variant_count > 0;
}

bool flow_variant_fits(const struct flow_facts *facts, const struct flow_variant *variant,
                       const str *picks)
{
    for (size_t o = 0; o < facts->option_count; o++) {
        if (!str_is_absent(picks[o]) && !str_eq(picks[o], variant->options[o]))
            return false;
    }
    return true;
}

struct fitting {
    size_t all, left;                /* how many there are; how many of them can be bought */
    const struct flow_variant *only; /* the last of all */
};

static struct fitting variants_fitting(const struct flow_facts *facts, const str *picks)
{
    struct fitting fitting = {0};
    for (size_t i = 0; i < facts->variant_count; i++) {
        if (!flow_variant_fits(facts, &facts->variants[i], picks))
            continue;
        fitting.all++;
        fitting.left += flow_variant_has(&facts->variants[i], 1);
        fitting.only = &facts->variants[i];
    }
    return fitting;
}

static void variant_set(const struct flow_facts *facts, struct flow_state *state,
                        const struct flow_variant *variant)
{
    state->variant_id = variant->id;
    for (size_t o = 0; o < facts->option_count; o++)
        state->picks[o] = variant->options[o];
}

static void variant_reopen(struct flow_state *state)
{
    state->variant_id = 0;
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++)
        state->picks[o] = STR_NONE;
}

static void product_set(struct flow_state *state, int64_t product_id)
{
    if (state->product_id == product_id)
        return;
    state->product_id = product_id;
    variant_reopen(state);
}

/* ---- steps ---- */

const struct flow_step *flow_rules_step(const struct flow_facts *facts,
                                        const struct flow_state *state)
{
    return &facts->steps[state->at];
}

static bool is_satisfied(const struct flow_facts *facts, const struct flow_state *state,
                         size_t step)
{
    switch (facts->steps[step].kind) {
    case FLOW_PRODUCT: return state->product_id != 0;
    case FLOW_OPTION: return state->variant_id != 0;
    case FLOW_QUANTITY: return state->quantity_said;
    case FLOW_ADDRESS: return state->has_party;
    case FLOW_QUESTION: return !str_is_absent(state->answers[step]);
    case FLOW_STEP_UNSET:
    case FLOW_SUMMARY:
    case FLOW_PAY:
    case FLOW_DONE:
    case FLOW_STEP_KIND_COUNT:
        break;
    }
    return false;
}

void flow_rules_settle(const struct flow_facts *facts, struct flow_state *state)
{
    if (state->product_id == 0 && facts->product_count == 1)
        state->product_id = facts->products[0].id;
    if (state->product_id != 0 && state->variant_id == 0) {
        struct fitting fitting = variants_fitting(facts, state->picks);
        if (fitting.all == 1)
            variant_set(facts, state, fitting.only);
    }
    if (state->quantity < 1 || !state->quantity_said)
        state->quantity = 1;
    state->quantity = flow_variant_fit(flow_rules_variant(facts, state), state->quantity);
    size_t step = 0;
    while (step + 1 < facts->step_count && is_satisfied(facts, state, step))
        step++;
    state->at = (int)step;
}

/* One that is satisfied (is_satisfied). */
static bool reopen(const struct flow_facts *facts, struct flow_state *state, size_t step)
{
    enum flow_step_kind kind = facts->steps[step].kind;
    if (kind == FLOW_PRODUCT) {
        if (facts->product_count < 2)
            return false;
        product_set(state, 0);
    } else if (kind == FLOW_OPTION) {
        if (facts->variant_count < 2)
            return false;
        variant_reopen(state);
    } else if (kind == FLOW_QUANTITY) {
        state->quantity_said = false;
        state->quantity = 1;
    } else if (kind == FLOW_ADDRESS) {
        if (!state->party_typed)
            return false;
        state->has_party = state->party_typed = false;
    } else {
        state->answers[step] = STR_NONE;
    }
    return true;
}

static void go_back(const struct flow_facts *facts, struct flow_state *state)
{
    for (size_t step = (size_t)state->at; step > 0; step--) {
        if (is_satisfied(facts, state, step - 1) && reopen(facts, state, step - 1))
            break;
    }
    flow_rules_settle(facts, state);
}

/* Another variant, or another product where the product leaves no choice. */
static void change_option(const struct flow_facts *facts, struct flow_state *state)
{
    if (facts->variant_count > 1)
        variant_reopen(state);
    else if (facts->product_count > 1)
        product_set(state, 0);
    flow_rules_settle(facts, state);
}

static void change_address(const struct flow_facts *facts, struct flow_state *state)
{
    state->has_party = state->party_typed = false;
    flow_rules_settle(facts, state);
}

static struct flow_outcome asks(void)
{
    return (struct flow_outcome){.reply = FLOW_REPLY_ASK};
}

static struct flow_outcome set_quantity(const struct flow_facts *facts, struct flow_state *state,
                                        int64_t quantity)
{
    const struct flow_variant *variant = flow_rules_variant(facts, state);
    if (variant != NULL && !flow_variant_has(variant, quantity))
        return (struct flow_outcome){.reply = FLOW_REPLY_TOO_MANY, .number = variant->available};
    state->quantity = flow_variant_fit(variant, quantity);
    state->quantity_said = true;
    if (state->quantity != quantity)
        return (struct flow_outcome){.reply = FLOW_REPLY_FITTED, .number = state->quantity};
    return asks();
}

/* ---- taps ---- */

size_t flow_first_open(const struct flow_facts *facts, const struct flow_state *state)
{
    size_t open = 0;
    while (open + 1 < facts->option_count && !str_is_absent(state->picks[open]))
        open++;
    return open;
}

static struct flow_outcome tap_variant(const struct flow_facts *facts, struct flow_state *state,
                                       int64_t id, bool only_value)
{
    for (size_t i = 0; i < facts->variant_count; i++) {
        const struct flow_variant *variant = &facts->variants[i];
        if (variant->id != id)
            continue;
        if (only_value) {
            size_t open = flow_first_open(facts, state);
            state->picks[open] = variant->options[open];
            return asks();
        }
        if (!flow_variant_has(variant, state->quantity))
            return (struct flow_outcome){.reply = FLOW_REPLY_SOLD_OUT};
        variant_set(facts, state, variant);
        return asks();
    }
    return (struct flow_outcome){.reply = FLOW_REPLY_STALE};
}

static struct flow_outcome tap_product(const struct flow_facts *facts, struct flow_state *state,
                                       int64_t id)
{
    for (size_t i = 0; i < facts->product_count; i++) {
        if (facts->products[i].id == id) {
            product_set(state, id);
            return asks();
        }
    }
    return (struct flow_outcome){.reply = FLOW_REPLY_STALE};
}

static struct flow_outcome tap_apply(const struct flow_facts *facts, struct flow_state *state,
                                     const struct flow_choice *choice)
{
    const struct flow_step *step = flow_rules_step(facts, state);
    switch (choice->kind) {
    case FLOW_CHOICE_PRODUCT: return tap_product(facts, state, choice->id);
    case FLOW_CHOICE_VARIANT: return tap_variant(facts, state, choice->id, false);
    case FLOW_CHOICE_VALUE: return tap_variant(facts, state, choice->id, true);
    case FLOW_CHOICE_QUANTITY: return set_quantity(facts, state, choice->id);
    case FLOW_CHOICE_SKIP:
        if (step->kind == FLOW_QUESTION && !step->is_required)
            state->answers[state->at] = S("");
        return asks();
    case FLOW_CHOICE_CHANGE_OPTION:
        change_option(facts, state);
        return asks();
    case FLOW_CHOICE_CHANGE_ADDRESS:
        change_address(facts, state);
        return asks();
    case FLOW_CHOICE_CANCEL:
        state->phase = FLOW_CANCELLED;
        return (struct flow_outcome){.reply = FLOW_REPLY_CANCELLED};
    case FLOW_CHOICE_COUNTRY: return (struct flow_outcome){.reply = FLOW_REPLY_ADDRESS_TEXT};
    case FLOW_CHOICE_PAY:
        if (step->kind != FLOW_SUMMARY || state->phase != FLOW_RUNNING)
            return (struct flow_outcome){.reply = FLOW_REPLY_STALE};
        state->phase = FLOW_PAYING;
        return (struct flow_outcome){.reply = FLOW_REPLY_PAY};
    case FLOW_CHOICE_PERSON: return (struct flow_outcome){.reply = FLOW_REPLY_PERSON};
    case FLOW_CHOICE_RESTART: return (struct flow_outcome){.reply = FLOW_REPLY_RESTART};
    case FLOW_CHOICE_UNSET: break;
    }
    return (struct flow_outcome){.reply = FLOW_REPLY_STALE};
}

struct flow_outcome flow_rules_tap(const struct flow_facts *facts, struct flow_state *state,
                                   int64_t serial, const struct flow_choice *choice)
{
    bool is_again = serial == state->last_serial && choice->kind == state->last.kind &&
                    choice->id == state->last.id;
    if (is_again)
        return (struct flow_outcome){.reply = FLOW_REPLY_NOTHING};
    if (serial != state->serial &&
        choice->kind != FLOW_CHOICE_PERSON) /* a person may be asked for at any time */
        return (struct flow_outcome){.reply = FLOW_REPLY_STALE};
    bool was_paying = state->phase == FLOW_PAYING;
    struct flow_outcome outcome = tap_apply(facts, state, choice);
    outcome.reopens = was_paying && outcome.reply == FLOW_REPLY_ASK;
    if (outcome.reopens)
        state->phase = FLOW_RUNNING;
    state->last = *choice;
    state->last_serial = serial;
    flow_rules_settle(facts, state);
    return outcome;
}

/* ---- words ---- */

static bool says_values(const struct flow_facts *facts, const struct flow_heard *heard)
{
    for (size_t o = 0; o < facts->option_count; o++) {
        if (heard->values[o] >= 0)
            return true;
    }
    return false;
}

bool flow_is_first_of_value(const struct flow_facts *facts, size_t option, size_t variant)
{
    for (size_t i = 0; i < variant; i++) {
        if (str_eq(facts->variants[i].options[option], facts->variants[variant].options[option]))
            return false;
    }
    return true;
}

static str value_by_index(const struct flow_facts *facts, size_t option, int index)
{
    for (size_t i = 0; i < facts->variant_count; i++) {
        if (flow_is_first_of_value(facts, option, i) && index-- == 0)
            return facts->variants[i].options[option];
    }
    return STR_NONE;
}

static struct flow_outcome take_values(const struct flow_facts *facts, struct flow_state *state,
                                       const struct flow_heard *heard)
{
    str picks[FLOW_OPTIONS_MAX];
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++) {
        bool is_said = o < facts->option_count && heard->values[o] >= 0;
        picks[o] = is_said ? value_by_index(facts, o, heard->values[o]) : state->picks[o];
    }
    struct fitting fitting = variants_fitting(facts, picks);
    if (fitting.left == 0)
        return (struct flow_outcome){.reply = FLOW_REPLY_SOLD_OUT};
    if (fitting.all == 1 && !flow_variant_has(fitting.only, state->quantity))
        return (struct flow_outcome){.reply = FLOW_REPLY_TOO_MANY,
                                     .number = fitting.only->available};
    state->variant_id = 0;
    for (size_t o = 0; o < FLOW_OPTIONS_MAX; o++)
        state->picks[o] = picks[o];
    return asks();
}

/* Product, values and quantity in one sentence; the first that cannot be had decides the reply. */
static struct flow_outcome take_slots(const struct flow_facts *facts, struct flow_state *state,
                                      const struct flow_heard *heard)
{
    struct flow_outcome outcome = asks();
    if (heard->product >= 0 && (size_t)heard->product < facts->product_count)
        product_set(state, facts->products[heard->product].id);
    if (says_values(facts, heard))
        outcome = take_values(facts, state, heard);
    flow_rules_settle(facts, state);
    if (heard->quantity > 0 && outcome.reply == FLOW_REPLY_ASK)
        outcome = set_quantity(facts, state, heard->quantity);
    return outcome;
}

static struct flow_outcome change(const struct flow_facts *facts, struct flow_state *state,
                                  const struct flow_heard *heard)
{
    bool has_slots = heard->product >= 0 || heard->quantity > 0 || says_values(facts, heard);
    bool reopens = state->phase == FLOW_PAYING && (has_slots || heard->means_address);
    if (reopens)
        state->phase = FLOW_RUNNING;
    struct flow_outcome outcome = asks();
    if (has_slots)
        outcome = take_slots(facts, state, heard);
    else if (heard->means_address)
        change_address(facts, state);
    else if (state->phase == FLOW_PAYING)
        outcome.reply = FLOW_REPLY_WAIT_PAYMENT;
    outcome.reopens = reopens;
    return outcome;
}

/* "yes", "pay", "buy it": words never pay. */
static struct flow_outcome agree(const struct flow_facts *facts, const struct flow_state *state)
{
    if (state->phase == FLOW_PAYING)
        return (struct flow_outcome){.reply = FLOW_REPLY_WAIT_PAYMENT};
    bool at_summary = flow_rules_step(facts, state)->kind == FLOW_SUMMARY;
    return (struct flow_outcome){.reply = at_summary ? FLOW_REPLY_PRESS_PAY : FLOW_REPLY_ASK};
}

static struct flow_outcome own_words(const struct flow_facts *facts, struct flow_state *state,
                                     str text)
{
    switch (flow_rules_step(facts, state)->kind) {
    case FLOW_QUESTION:
        if (text.len > FLOW_ANSWER_MAX)
            return (struct flow_outcome){.reply = FLOW_REPLY_TOO_LONG};
        state->answers[state->at] = str_trim(text);
        return asks();
    case FLOW_ADDRESS: return (struct flow_outcome){.reply = FLOW_REPLY_ADDRESS_TEXT};
    case FLOW_STEP_UNSET:
    case FLOW_PRODUCT:
    case FLOW_OPTION:
    case FLOW_QUANTITY:
    case FLOW_SUMMARY:
    case FLOW_PAY:
    case FLOW_DONE: case FLOW_STEP_KIND_COUNT: break;
    }
    return (struct flow_outcome){.reply = FLOW_REPLY_NOT_UNDERSTOOD};
}

static struct flow_outcome said(const struct flow_facts *facts, struct flow_state *state,
                                const struct flow_heard *heard, str text)
{
    const struct flow_step *step = flow_rules_step(facts, state);
    switch (heard->intent) {
    case FLOW_CHOOSE: case FLOW_CHANGE: return change(facts, state, heard);
    case FLOW_CHECKOUT: case FLOW_YES: return agree(facts, state);
    case FLOW_CANCEL:
        state->phase = FLOW_CANCELLED;
        return (struct flow_outcome){.reply = FLOW_REPLY_CANCELLED};
    case FLOW_NO:
        if (step->kind == FLOW_QUESTION && !step->is_required)
            state->answers[state->at] = S("");
        return asks();
    case FLOW_BACK:
        if (state->phase == FLOW_RUNNING)
            go_back(facts, state);
        return asks();
    case FLOW_TEXT: return own_words(facts, state, text);
    case FLOW_RESTART: return (struct flow_outcome){.reply = FLOW_REPLY_RESTART};
    case FLOW_PERSON: return (struct flow_outcome){.reply = FLOW_REPLY_PERSON};
    case FLOW_ASK_SHIPPING: return (struct flow_outcome){.reply = FLOW_REPLY_SHIPPING};
    case FLOW_ASK_PRICE: return (struct flow_outcome){.reply = FLOW_REPLY_PRICE};
    case FLOW_ASK_ORDER: return (struct flow_outcome){.reply = FLOW_REPLY_ORDER};
    case FLOW_ASK_DELIVERY: return (struct flow_outcome){.reply = FLOW_REPLY_DELIVERY};
    case FLOW_ASK_RETURNS: return (struct flow_outcome){.reply = FLOW_REPLY_RETURNS};
    case FLOW_THANKS: return (struct flow_outcome){.reply = FLOW_REPLY_THANKS};
    case FLOW_HELLO: return (struct flow_outcome){.reply = FLOW_REPLY_HELLO};
    case FLOW_INTENT_UNSET: case FLOW_UNKNOWN: case FLOW_INTENT_COUNT: break;
    }
    return (struct flow_outcome){.reply = FLOW_REPLY_NOT_UNDERSTOOD};
}

struct flow_outcome flow_rules_said(const struct flow_facts *facts, struct flow_state *state,
                                    const struct flow_heard *heard, str text)
{
    struct flow_outcome outcome = said(facts, state, heard, text);
    flow_rules_settle(facts, state);
    return outcome;
}
