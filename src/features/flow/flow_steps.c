/* What a version of a flow may hold: see flow_rules.h. */
#include "flow/flow_rules.h"

static const struct err *bad_steps(struct arena *a, const char *why)
{
    return ERR(a, ERR_INVALID, why, "steps");
}

static size_t steps_of(const struct flow_step *steps, size_t count, enum flow_step_kind kind,
                       size_t *ret_first)
{
    size_t found = 0;
    for (size_t i = count; i > 0; i--) {
        if (steps[i - 1].kind == kind) {
            *ret_first = i - 1;
            found++;
        }
    }
    return found;
}

const struct err *flow_steps_check(struct arena *a, const struct flow_step *steps, size_t count)
{
    static const enum flow_step_kind needed[] = {FLOW_PRODUCT, FLOW_OPTION, FLOW_ADDRESS,
                                                 FLOW_SUMMARY};
    size_t at[FLOW_STEP_KIND_COUNT] = {0};
    if (count > FLOW_STEPS_MAX)
        return bad_steps(a, "flow.error.too_many_steps");
    for (size_t i = 0; i < COUNT(needed); i++) {
        if (steps_of(steps, count, needed[i], &at[needed[i]]) != 1)
            return bad_steps(a, "flow.error.step_missing");
    }
    if (steps_of(steps, count, FLOW_QUANTITY, &at[FLOW_QUANTITY]) > 1)
        return bad_steps(a, "flow.error.step_twice");
    if (steps_of(steps, count, FLOW_QUESTION, &at[FLOW_QUESTION]) > FLOW_QUESTIONS_MAX)
        return bad_steps(a, "flow.error.too_many_questions");
    if (at[FLOW_SUMMARY] + 1 != count)
        return bad_steps(a, "flow.error.summary_last");
    if (at[FLOW_PRODUCT] > at[FLOW_OPTION])
        return bad_steps(a, "flow.error.product_first");
    for (size_t i = 0; i < count; i++) {
        bool is_question = steps[i].kind == FLOW_QUESTION;
        if (steps[i].kind <= FLOW_STEP_UNSET || steps[i].kind >= FLOW_PAY ||
            str_is_empty(steps[i].key))
            return bad_steps(a, "flow.error.step_unknown");
        if (is_question && str_is_empty(steps[i].text_en) && str_is_empty(steps[i].text_zh))
            return bad_steps(a, "flow.error.question_empty");
        for (size_t j = 0; j < i; j++) {
            if (str_eq(steps[i].key, steps[j].key))
                return bad_steps(a, "flow.error.step_twice");
        }
    }
    return NULL;
}
