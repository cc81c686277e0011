/* The corners of the walk: every button and every kind of word where nobody expects it. */
#include "base/tests/unit.h"
#include "flow/flow_rules_part.h"
#include "flow/flow_rules.h"

static const struct flow_step steps[] = {
    {FLOW_PRODUCT, STR_INIT("product"), {0}, {0}, true},
    {FLOW_OPTION, STR_INIT("option"), {0}, {0}, true},
    {FLOW_QUANTITY, STR_INIT("quantity"), {0}, {0}, true},
    {FLOW_QUESTION, STR_INIT("must"), STR_INIT("Text?"), STR_INIT("字？"), true},
    {FLOW_QUESTION, STR_INIT("may"), STR_INIT("Note?"), STR_INIT("留言？"), false},
    {FLOW_ADDRESS, STR_INIT("address"), {0}, {0}, true},
    {FLOW_SUMMARY, STR_INIT("summary"), {0}, {0}, true},
};
enum { AT_PRODUCT, AT_OPTION, AT_QUANTITY, AT_MUST, AT_MAY, AT_ADDRESS, AT_SUMMARY };
static const struct flow_product products[] = {{11, STR_INIT("Suit")}, {12, STR_INIT("Towel")}};
static const struct flow_variant variants[] = {
    {1, STR_INIT("S / Coral"), {STR_INIT("S"), STR_INIT("Coral"), STR_INIT("Long")}, 3, true, NULL},
    {2, STR_INIT("M / Coral"), {STR_INIT("M"), STR_INIT("Coral"), STR_INIT("Long")}, 0, true, NULL},
    {3, STR_INIT("M / Navy"), {STR_INIT("M"), STR_INIT("Navy"), STR_INIT("Short")}, 9, true, NULL},
};

static struct flow_facts facts;
static struct flow_state state;

/* At that step, everything before it answered. */
static void at(int step)
{
    facts = (struct flow_facts){.steps = steps, .step_count = COUNT(steps), .products = products,
                                .product_count = 2, .variants = variants, .variant_count = 3,
                                .option_names = {S("Size"), S("Colour"), S("Cut")},
                                .option_count = 3};
    state = (struct flow_state){.phase = FLOW_RUNNING, .serial = 1, .at = step, .quantity = 1};
    state.product_id = step > AT_PRODUCT ? 11 : 0;
    state.variant_id = step > AT_OPTION ? 1 : 0;
    state.quantity_said = step > AT_QUANTITY;
    for (int i = AT_MUST; i <= AT_MAY; i++)
        state.answers[i] = step > i ? S("yes") : STR_NONE;
    state.has_party = state.party_typed = step > AT_ADDRESS;
}

static enum flow_reply tap(int kind, int64_t id)
{
    struct flow_choice choice = {(enum flow_choice_kind)kind, id, STR_NONE};
    enum flow_reply reply = flow_rules_tap(&facts, &state, state.serial, &choice).reply;
    state.serial++;
    return reply;
}

static struct flow_heard heard_of(int intent)
{
    return (struct flow_heard){.intent = (enum flow_intent)intent, .values = {-1, -1, -1},
                               .product = -1};
}

static struct flow_outcome hear(struct flow_heard heard, const char *text)
{
    struct flow_outcome outcome = flow_rules_said(&facts, &state, &heard, str_c(text));
    state.serial++;
    return outcome;
}

static void steps_that_ask_nothing_are_never_satisfied(void **unused)
{
    static const int kinds[] = {FLOW_STEP_UNSET, FLOW_PAY, FLOW_DONE, FLOW_STEP_KIND_COUNT, 77};
    (void)unused;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct flow_step two[] = {{.kind = (enum flow_step_kind)kinds[i]}, steps[AT_SUMMARY]};
        at(AT_PRODUCT);
        facts.steps = two;
        facts.step_count = 2;
        flow_rules_settle(&facts, &state);
        assert_int_equal(state.at, 0);
        assert_int_equal(hear(heard_of(FLOW_TEXT), "hello").reply, FLOW_REPLY_NOT_UNDERSTOOD);
    }
}

static void back_goes_to_what_can_be_changed(void **unused)
{
    (void)unused;
    static const struct {
        int from, to;
    } cases[] = {{AT_OPTION, AT_PRODUCT}, {AT_QUANTITY, AT_OPTION}, {AT_MUST, AT_QUANTITY},
                 {AT_MAY, AT_MUST},       {AT_ADDRESS, AT_MAY},     {AT_SUMMARY, AT_ADDRESS}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        at(cases[i].from);
        assert_int_equal(hear(heard_of(FLOW_BACK), "back").reply, FLOW_REPLY_ASK);
        assert_int_equal(state.at, cases[i].to);
    }
    at(AT_SUMMARY); /* an address that was known before is not asked again */
    state.party_typed = false;
    hear(heard_of(FLOW_BACK), "back");
    assert_int_equal(state.at, AT_MAY);
    at(AT_QUANTITY); /* no choice before it */
    facts.product_count = facts.variant_count = 1;
    hear(heard_of(FLOW_BACK), "back");
    assert_int_equal(state.at, AT_QUANTITY);
    at(AT_ADDRESS); /* what was never answered is no way back */
    state.answers[AT_MAY] = STR_NONE;
    hear(heard_of(FLOW_BACK), "back");
    assert_int_equal(state.at, AT_MUST);
    at(AT_SUMMARY);
    state.phase = FLOW_PAYING;
    assert_int_equal(hear(heard_of(FLOW_BACK), "back").reply, FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_SUMMARY);
}

static void buttons(void **unused)
{
    (void)unused;
    at(AT_PRODUCT);
    assert_int_equal(tap(FLOW_CHOICE_PRODUCT, 13), FLOW_REPLY_STALE);
    assert_int_equal(tap(FLOW_CHOICE_PRODUCT, 12), FLOW_REPLY_ASK);
    at(AT_OPTION);
    assert_int_equal(tap(FLOW_CHOICE_VARIANT, 2), FLOW_REPLY_SOLD_OUT);
    assert_int_equal(tap(FLOW_CHOICE_VARIANT, 4), FLOW_REPLY_STALE);
    assert_int_equal(tap(FLOW_CHOICE_VALUE, 3), FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_OPTION); /* there are two of that size */
    assert_int_equal(tap(FLOW_CHOICE_VALUE, 3), FLOW_REPLY_ASK);
    assert_int_equal(state.variant_id, 3);
    at(AT_QUANTITY);
    assert_int_equal(tap(FLOW_CHOICE_QUANTITY, 4), FLOW_REPLY_TOO_MANY);
    assert_int_equal(tap(FLOW_CHOICE_QUANTITY, 2), FLOW_REPLY_ASK);
    at(AT_MUST);
    assert_int_equal(tap(FLOW_CHOICE_SKIP, 0), FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_MUST);
    at(AT_MAY);
    assert_int_equal(tap(FLOW_CHOICE_SKIP, 0), FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_ADDRESS);
    assert_int_equal(tap(FLOW_CHOICE_SKIP, 0), FLOW_REPLY_ASK);
    assert_int_equal(tap(FLOW_CHOICE_COUNTRY, 0), FLOW_REPLY_ADDRESS_TEXT);
    assert_int_equal(tap(FLOW_CHOICE_RESTART, 0), FLOW_REPLY_RESTART);
    assert_int_equal(tap(FLOW_CHOICE_UNSET, 0), FLOW_REPLY_STALE);
    assert_int_equal(tap(77, 0), FLOW_REPLY_STALE);
    assert_int_equal(tap(FLOW_CHOICE_CANCEL, 0), FLOW_REPLY_CANCELLED);
    assert_int_equal(state.phase, FLOW_CANCELLED);
}

static void a_person_is_there_on_every_prompt(void **unused)
{
    struct flow_choice person = {FLOW_CHOICE_PERSON, 0, STR_NONE},
                       pay = {FLOW_CHOICE_PAY, 1, STR_NONE};
    (void)unused;
    at(AT_SUMMARY);
    state.serial = 5;
    assert_int_equal(flow_rules_tap(&facts, &state, 3, &person).reply, FLOW_REPLY_PERSON);
    assert_int_equal(flow_rules_tap(&facts, &state, 3, &pay).reply, FLOW_REPLY_STALE);
    at(AT_SUMMARY); /* the same prompt and kind, another thing: not the same tap */
    state.last = (struct flow_choice){FLOW_CHOICE_PAY, 0, STR_NONE};
    state.last_serial = 1;
    assert_int_equal(flow_rules_tap(&facts, &state, 1, &pay).reply, FLOW_REPLY_PAY);
}

static void another_variant_or_product(void **unused)
{
    (void)unused;
    at(AT_SUMMARY);
    state.phase = FLOW_PAYING;
    assert_int_equal(tap(FLOW_CHOICE_CHANGE_OPTION, 0), FLOW_REPLY_ASK);
    assert_int_equal(state.phase, FLOW_RUNNING);
    assert_int_equal(state.at, AT_OPTION);
    at(AT_SUMMARY);
    facts.variant_count = 1;
    assert_int_equal(tap(FLOW_CHOICE_CHANGE_OPTION, 0), FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_PRODUCT);
    at(AT_SUMMARY);
    facts.variant_count = facts.product_count = 1;
    assert_int_equal(tap(FLOW_CHOICE_CHANGE_OPTION, 0), FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_SUMMARY);
    at(AT_SUMMARY);
    state.phase = FLOW_PAYING;
    assert_int_equal(tap(FLOW_CHOICE_PERSON, 0), FLOW_REPLY_PERSON);
    assert_int_equal(state.phase, FLOW_PAYING);
    at(AT_SUMMARY);
    assert_int_equal(tap(FLOW_CHOICE_CHANGE_ADDRESS, 0), FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_ADDRESS);
}

static void words_with_values(void **unused)
{
    struct flow_heard heard = heard_of(FLOW_CHOOSE);
    (void)unused;
    at(AT_OPTION); /* a value that is on no list */
    heard.values[0] = 99;
    hear(heard, "XXL");
    assert_int_equal(state.variant_id, 0);
    at(AT_OPTION);
    heard.values[0] = 1;
    heard.values[1] = 0; /* M in coral is sold out */
    assert_int_equal(hear(heard, "M coral").reply, FLOW_REPLY_SOLD_OUT);
    at(AT_OPTION);
    state.quantity = 4;
    heard.values[0] = 0;
    assert_int_equal(hear(heard, "S coral").reply, FLOW_REPLY_TOO_MANY);
    heard = heard_of(FLOW_CHOOSE);
    at(AT_PRODUCT);
    heard.product = 7;
    assert_int_equal(hear(heard, "the seventh").reply, FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_PRODUCT);
    heard.product = 1;
    hear(heard, "the towel");
    assert_int_equal(state.product_id, 12);
}

static void words_while_she_pays(void **unused)
{
    struct flow_heard heard = heard_of(FLOW_CHANGE);
    (void)unused;
    at(AT_SUMMARY);
    state.phase = FLOW_PAYING;
    assert_int_equal(hear(heard, "wait").reply, FLOW_REPLY_WAIT_PAYMENT);
    assert_int_equal(hear(heard_of(FLOW_YES), "yes").reply, FLOW_REPLY_WAIT_PAYMENT);
    heard.means_address = true;
    struct flow_outcome outcome = hear(heard, "another address");
    assert_true(outcome.reopens);
    assert_int_equal(state.at, AT_ADDRESS);
    heard.means_address = false;
    assert_int_equal(hear(heard, "well").reply, FLOW_REPLY_ASK);
    heard.means_address = true;
    assert_false(hear(heard, "another address").reopens);
    at(AT_SUMMARY);
    state.phase = FLOW_PAYING;
    heard = heard_of(FLOW_CHANGE);
    heard.quantity = 2;
    assert_true(hear(heard, "two").reopens);
}

static void words_of_her_own(void **unused)
{
    char longest[FLOW_ANSWER_MAX + 2];
    (void)unused;
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    at(AT_MUST);
    assert_int_equal(hear(heard_of(FLOW_TEXT), longest).reply, FLOW_REPLY_TOO_LONG);
    assert_int_equal(hear(heard_of(FLOW_NO), "no").reply, FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_MUST);
    assert_int_equal(hear(heard_of(FLOW_TEXT), "Ann").reply, FLOW_REPLY_ASK);
    assert_int_equal(hear(heard_of(FLOW_NO), "no").reply, FLOW_REPLY_ASK);
    assert_int_equal(state.at, AT_ADDRESS);
    assert_int_equal(hear(heard_of(FLOW_NO), "no").reply, FLOW_REPLY_ASK);
    assert_int_equal(hear(heard_of(FLOW_TEXT), "Dam 1").reply, FLOW_REPLY_ADDRESS_TEXT);
    at(AT_PRODUCT);
    assert_int_equal(hear(heard_of(FLOW_TEXT), "hm").reply, FLOW_REPLY_NOT_UNDERSTOOD);
}

/* Sold from 24 on in dozens; nine are on the shelf of another. */
static void only_what_is_sold_is_noted(void **unused)
{
    static const struct ladder dozens = {.min_quantity = 20, .step = 12};
    static const int64_t sold[] = {24, 36, 48};
    struct flow_variant two[] = {{.id = 1, .title = S("Carton"), .options = {S("S")},
                                  .available = 50, .ladder = &dozens},
                                 {.id = 3, .title = S("One"), .options = {S("M")}, .available = 9}};
    struct flow_choice list[FLOW_CHOICES_MAX];
    struct flow_heard heard = heard_of(FLOW_CHOOSE);
    (void)unused;
    at(AT_QUANTITY);
    facts.variants = two;
    facts.variant_count = 2;
    facts.option_count = 1;
    flow_rules_settle(&facts, &state);
    assert_int_equal(state.quantity, 24);
    assert_int_equal(flow_rules_choices(&facts, &state, FLOW_CHOICES_MAX, list), COUNT(sold));
    for (size_t i = 0; i < COUNT(sold); i++)
        assert_int_equal(list[i].id, sold[i]);
    heard.quantity = 30;
    struct flow_outcome outcome = hear(heard, "30");
    assert_int_equal(outcome.reply, FLOW_REPLY_FITTED);
    assert_int_equal(outcome.number, 36);
    assert_int_equal(state.quantity, 36);
    heard.quantity = 60;
    assert_int_equal(hear(heard, "60").reply, FLOW_REPLY_TOO_MANY);
    assert_int_equal(tap(FLOW_CHOICE_QUANTITY, 48), FLOW_REPLY_ASK);
    assert_int_equal(state.quantity, 48);
    /* What nobody said is forgotten with its variant; too few for the least is sold out. */
    at(AT_QUANTITY);
    facts.variants = two;
    flow_rules_settle(&facts, &state);
    state.variant_id = 3;
    flow_rules_settle(&facts, &state);
    assert_int_equal(state.quantity, 1);
    two[0].available = 23;
    facts.variant_count = 1;
    assert_true(flow_rules_is_sold_out(&facts));
}

/* Whatever is said, anywhere: nothing said ever pays. */
static void no_intent_pays(void **unused)
{
    (void)unused;
    for (int step = AT_PRODUCT; step <= AT_SUMMARY; step++)
        for (int intent = FLOW_INTENT_UNSET; intent <= FLOW_INTENT_COUNT + 1; intent++)
            for (int phase = FLOW_RUNNING; phase <= FLOW_PAYING; phase++) {
                at(step);
                state.phase = (enum flow_phase)phase;
                assert_int_not_equal(hear(heard_of(intent), "yes, pay").reply, FLOW_REPLY_PAY);
                assert_true(phase == FLOW_PAYING || state.phase != FLOW_PAYING);
            }
}

/* When all are picked it is the last one that may be picked anew. */
static void the_first_open_option(void **unused)
{
    (void)unused;
    at(AT_OPTION);
    assert_int_equal(flow_first_open(&facts, &state), 0);
    state.picks[0] = S("S");
    assert_int_equal(flow_first_open(&facts, &state), 1);
    state.picks[1] = state.picks[2] = S("Coral");
    assert_int_equal(flow_first_open(&facts, &state), 2);
    facts.option_count = 0;
    assert_int_equal(flow_first_open(&facts, &state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steps_that_ask_nothing_are_never_satisfied), TEST(back_goes_to_what_can_be_changed),
        TEST(buttons), TEST(a_person_is_there_on_every_prompt), TEST(another_variant_or_product),
        TEST(words_with_values), TEST(words_while_she_pays), TEST(words_of_her_own),
        TEST(only_what_is_sold_is_noted), TEST(no_intent_pays),
        TEST(the_first_open_option),
    };
    return cmocka_run_group_tests_name("flow: corners of the rules", tests, NULL, NULL);
}
