/* flow_choices: what can be said and tapped at a step; see flow_rules.h. */
#include "flow/flow_rules.h"

#include "flow/flow_rules_part.h"

const struct err *flow_rules_offers(struct arena *a, const struct flow_facts *facts,
                                    const struct flow_state *state, struct flow_offers *ret)
{
    enum flow_step_kind kind = flow_rules_step(facts, state)->kind;
    str *titles = NULL;
    *ret = (struct flow_offers){.option_count = facts->variant_count > 1 ? facts->option_count : 0,
                                .wants_text = kind == FLOW_QUESTION || kind == FLOW_ADDRESS};
    for (size_t o = 0; o < ret->option_count; o++) {
        str *values = NULL;
        TRY_NEW_ARRAY(a, values, facts->variant_count);
        ret->options[o] = (struct flow_offer_option){facts->option_names[o], values, 0};
        for (size_t i = 0; i < facts->variant_count; i++) {
            if (flow_is_first_of_value(facts, o, i))
                values[ret->options[o].count++] = facts->variants[i].options[o];
        }
    }
    TRY_NEW_ARRAY(a, titles, facts->product_count + 1);
    for (size_t i = 0; i < facts->product_count; i++)
        titles[i] = facts->products[i].title;
    ret->products = titles;
    ret->product_count = facts->product_count;
    return NULL;
}

struct buttons {
    struct flow_choice *items;
    size_t count, room;
};

static void button(struct buttons *buttons, enum flow_choice_kind kind, int64_t id, str label)
{
    if (buttons->count < buttons->room)
        buttons->items[buttons->count++] = (struct flow_choice){kind, id, label};
}

/* One button per value of the first open option that some variant on the shelf still has. */
static void value_buttons(const struct flow_facts *facts, const struct flow_state *state,
                          struct buttons *buttons)
{
    size_t open = flow_first_open(facts, state);
    for (size_t i = 0; i < facts->variant_count; i++) {
        const struct flow_variant *variant = &facts->variants[i];
        bool is_there = false;
        if (!flow_variant_has(variant, state->quantity) ||
            !flow_variant_fits(facts, variant, state->picks))
            continue;
        for (size_t j = 0; j < buttons->count; j++)
            is_there = is_there || str_eq(buttons->items[j].label, variant->options[open]);
        if (!is_there)
            button(buttons, FLOW_CHOICE_VALUE, variant->id, variant->options[open]);
    }
}

static void option_buttons(const struct flow_facts *facts, const struct flow_state *state,
                           struct buttons *buttons)
{
    size_t fitting = 0;
    for (size_t i = 0; i < facts->variant_count; i++)
        fitting += flow_variant_has(&facts->variants[i], state->quantity) &&
                   flow_variant_fits(facts, &facts->variants[i], state->picks);
    if (fitting > buttons->room) {
        value_buttons(facts, state, buttons);
        return;
    }
    for (size_t i = 0; i < facts->variant_count; i++) {
        const struct flow_variant *variant = &facts->variants[i];
        if (flow_variant_has(variant, state->quantity) &&
            flow_variant_fits(facts, variant, state->picks))
            button(buttons, FLOW_CHOICE_VARIANT, variant->id, variant->title);
    }
}

/* From the least that is sold upwards. */
static void quantity_buttons(const struct flow_variant *variant, struct buttons *buttons)
{
    enum { QUANTITY_BUTTONS = 5 };
    bool is_any = variant == NULL || variant->ladder == NULL;
    int64_t n = flow_variant_fit(variant, 1), step = is_any ? 1 : variant->ladder->step;
    for (int i = 0; i < QUANTITY_BUTTONS && flow_variant_fit(variant, n) == n; i++, n += step)
        if (variant == NULL || flow_variant_has(variant, n))
            button(buttons, FLOW_CHOICE_QUANTITY, n, STR_NONE);
}

size_t flow_rules_choices(const struct flow_facts *facts, const struct flow_state *state,
                          size_t room, struct flow_choice *ret)
{
    struct buttons buttons = {ret, 0, room};
    const struct flow_step *step = flow_rules_step(facts, state);
    switch (step->kind) {
    case FLOW_PRODUCT:
        for (size_t i = 0; i < facts->product_count; i++)
            button(&buttons, FLOW_CHOICE_PRODUCT, facts->products[i].id, facts->products[i].title);
        break;
    case FLOW_OPTION:
        option_buttons(facts, state, &buttons);
        break;
    case FLOW_QUANTITY:
        quantity_buttons(flow_rules_variant(facts, state), &buttons);
        break;
    case FLOW_QUESTION:
        if (!step->is_required)
            button(&buttons, FLOW_CHOICE_SKIP, 0, STR_NONE);
        break;
    case FLOW_SUMMARY:
        button(&buttons, FLOW_CHOICE_PAY, 0, STR_NONE);
        if (facts->variant_count > 1 || facts->product_count > 1)
            button(&buttons, FLOW_CHOICE_CHANGE_OPTION, 0, STR_NONE);
        button(&buttons, FLOW_CHOICE_CHANGE_ADDRESS, 0, STR_NONE);
        button(&buttons, FLOW_CHOICE_CANCEL, 0, STR_NONE);
        break;
    case FLOW_STEP_UNSET:
    case FLOW_ADDRESS:
    case FLOW_PAY:
    case FLOW_DONE:
    case FLOW_STEP_KIND_COUNT:
        break;
    }
    return buttons.count;
}
