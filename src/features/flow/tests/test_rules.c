/* The walk through a flow: order of the steps, taps of all kinds, words, and that nothing typed
 * ever pays. */
#include "base/tests/unit.h"

#include "base/textfile.h"
#include "flow/flow_rules.h"

static const struct flow_step standard[] = {
    {FLOW_PRODUCT, STR_INIT("product"), {0}, {0}, true},
    {FLOW_OPTION, STR_INIT("option"), {0}, {0}, true},
    {FLOW_ADDRESS, STR_INIT("address"), {0}, {0}, true},
    {FLOW_SUMMARY, STR_INIT("summary"), {0}, {0}, true},
};
static const struct flow_step with_questions[] = {
    {FLOW_PRODUCT, STR_INIT("product"), {0}, {0}, true},
    {FLOW_OPTION, STR_INIT("option"), {0}, {0}, true},
    {FLOW_QUANTITY, STR_INIT("quantity"), {0}, {0}, true},
    {FLOW_QUESTION, STR_INIT("q1"), STR_INIT("Text to engrave?"), STR_INIT("刻什么字？"), true},
    {FLOW_QUESTION, STR_INIT("q2"), STR_INIT("A note for us?"), STR_INIT("留言？"), false},
    {FLOW_ADDRESS, STR_INIT("address"), {0}, {0}, true},
    {FLOW_SUMMARY, STR_INIT("summary"), {0}, {0}, true},
};
static const struct flow_product one_piece[] = {{11, STR_INIT("Reef One-Piece")}};
static const struct flow_variant swim[] = {
    {1, STR_INIT("S / Coral"), {STR_INIT("S"), STR_INIT("Coral")}, 3, true, NULL},
    {2, STR_INIT("M / Coral"), {STR_INIT("M"), STR_INIT("Coral")}, 5, true, NULL},
    {3, STR_INIT("M / Navy"), {STR_INIT("M"), STR_INIT("Navy")}, 1, true, NULL},
    {4, STR_INIT("L / Navy"), {STR_INIT("L"), STR_INIT("Navy")}, 0, true, NULL},
    {5, STR_INIT("L / Black"), {STR_INIT("L"), STR_INIT("Black")}, -1, true, NULL},
};

static struct flow_facts facts;
static struct flow_state state;
static const struct flow_lexicon *lexicon;

static void begin(const struct flow_step *steps, size_t count)
{
    facts = (struct flow_facts){.steps = steps,
                                .step_count = count,
                                .products = one_piece,
                                .product_count = 1,
                                .variants = swim,
                                .variant_count = COUNT(swim),
                                .option_names = {S("Size"), S("Colour")},
                                .option_count = 2};
    state = (struct flow_state){.phase = FLOW_RUNNING, .serial = 1};
    flow_rules_settle(&facts, &state);
}
#define BEGIN(steps) begin(steps, COUNT(steps))

static enum flow_step_kind at(void)
{
    return flow_rules_step(&facts, &state)->kind;
}

/* Every answer of the engine is a new prompt with the next serial. */
static enum flow_reply tap(enum flow_choice_kind kind, int64_t id)
{
    struct flow_choice choice = {kind, id, STR_NONE};
    enum flow_reply reply = flow_rules_tap(&facts, &state, state.serial, &choice).reply;
    state.serial++;
    return reply;
}

static struct flow_outcome type_text(str text)
{
    struct flow_offers offers;
    struct flow_heard heard;
    assert_null(flow_rules_offers(&a, &facts, &state, &offers));
    assert_null(flow_understand(&a, lexicon, text, &offers, &heard));
    struct flow_outcome outcome = flow_rules_said(&facts, &state, &heard, text);
    state.serial++;
    return outcome;
}
#define TYPE(text) type_text(S(text)).reply

static void party_known(void)
{
    state.has_party = true;
    flow_rules_settle(&facts, &state);
}

static void test_two_taps_when_the_address_is_known(void **unused)
{
    (void)unused;
    BEGIN(standard);
    party_known();
    assert_int_equal(at(), FLOW_OPTION);
    struct flow_choice buttons[FLOW_CHOICES_MAX];
    assert_int_equal(flow_rules_choices(&facts, &state, FLOW_CHOICES_MAX, buttons),
                     4); /* the sold out one has none */
    assert_str_equal(buttons[2].label, "M / Navy");
    assert_int_equal(tap(FLOW_CHOICE_VARIANT, 2), FLOW_REPLY_ASK);
    assert_int_equal(at(), FLOW_SUMMARY);
    assert_int_equal(tap(FLOW_CHOICE_PAY, 0), FLOW_REPLY_PAY);
    assert_int_equal(state.phase, FLOW_PAYING);
}

static void test_the_only_variant_is_not_asked(void **unused)
{
    (void)unused;
    BEGIN(standard);
    facts.variants = swim + 4;
    facts.variant_count = 1;
    flow_rules_settle(&facts, &state);
    assert_int_equal(state.variant_id, 5);
    assert_int_equal(at(), FLOW_ADDRESS);
}

static void test_a_second_tap_does_nothing_twice(void **unused)
{
    (void)unused;
    BEGIN(standard);
    party_known();
    struct flow_choice variant = {FLOW_CHOICE_VARIANT, 2, STR_NONE},
                       other = {FLOW_CHOICE_VARIANT, 1, STR_NONE};
    assert_int_equal(flow_rules_tap(&facts, &state, 1, &variant).reply, FLOW_REPLY_ASK);
    state.serial = 2;
    assert_int_equal(flow_rules_tap(&facts, &state, 1, &variant).reply, FLOW_REPLY_NOTHING);
    assert_int_equal(flow_rules_tap(&facts, &state, 1, &other).reply, FLOW_REPLY_STALE);
    assert_int_equal(state.variant_id, 2);
    struct flow_choice pay = {FLOW_CHOICE_PAY, 0, STR_NONE};
    assert_int_equal(flow_rules_tap(&facts, &state, 2, &pay).reply, FLOW_REPLY_PAY);
    assert_int_equal(flow_rules_tap(&facts, &state, 2, &pay).reply, FLOW_REPLY_NOTHING);
    state.serial = 3;
    assert_int_equal(flow_rules_tap(&facts, &state, 2, &pay).reply, FLOW_REPLY_NOTHING);
    assert_int_equal(flow_rules_tap(&facts, &state, 3, &pay).reply,
                     FLOW_REPLY_STALE); /* is paying already */
}

static void test_paying_needs_the_summary(void **unused)
{
    (void)unused;
    BEGIN(standard);
    assert_int_equal(tap(FLOW_CHOICE_PAY, 0), FLOW_REPLY_STALE);
    assert_int_equal(tap(FLOW_CHOICE_VARIANT, 2), FLOW_REPLY_ASK);
    assert_int_equal(at(), FLOW_ADDRESS);
    assert_int_equal(tap(FLOW_CHOICE_PAY, 0), FLOW_REPLY_STALE);
    assert_int_equal(state.phase, FLOW_RUNNING);
}

static void test_words_choose_change_and_go_back(void **unused)
{
    (void)unused;
    BEGIN(standard);
    assert_int_equal(TYPE("medium please"), FLOW_REPLY_ASK);
    assert_int_equal(at(), FLOW_OPTION); /* two colours are left */
    struct flow_choice buttons[FLOW_CHOICES_MAX];
    assert_int_equal(flow_rules_choices(&facts, &state, FLOW_CHOICES_MAX, buttons), 2);
    assert_int_equal(TYPE("the blue one"), FLOW_REPLY_ASK);
    assert_int_equal(state.variant_id, 3);
    party_known();
    assert_int_equal(TYPE("actually make it coral"), FLOW_REPLY_ASK);
    assert_int_equal(state.variant_id, 2);
    assert_int_equal(TYPE("改成三件"), FLOW_REPLY_ASK);
    assert_int_equal(state.quantity, 3);
    assert_int_equal(TYPE("large navy"), FLOW_REPLY_SOLD_OUT);
    assert_int_equal(state.variant_id, 2);
    struct flow_outcome outcome = type_text(S("make that 9"));
    assert_int_equal(outcome.reply, FLOW_REPLY_TOO_MANY);
    assert_int_equal(outcome.number, 5);
    assert_int_equal(state.quantity, 3);
    assert_int_equal(TYPE("wrong address"), FLOW_REPLY_ASK);
    assert_int_equal(at(), FLOW_ADDRESS);
    assert_int_equal(TYPE("go back"), FLOW_REPLY_ASK);
    assert_int_equal(at(), FLOW_OPTION);
    assert_int_equal(TYPE("cancel"), FLOW_REPLY_CANCELLED);
    assert_int_equal(state.phase, FLOW_CANCELLED);
}

static void test_questions_take_her_words(void **unused)
{
    (void)unused;
    BEGIN(with_questions);
    tap(FLOW_CHOICE_VARIANT, 2);
    assert_int_equal(at(), FLOW_QUANTITY);
    assert_int_equal(TYPE("两个"), FLOW_REPLY_ASK);
    assert_int_equal(at(), FLOW_QUESTION);
    assert_int_equal(tap(FLOW_CHOICE_SKIP, 0), FLOW_REPLY_ASK); /* required: stays */
    assert_int_equal(TYPE("For Anna, black and blue"), FLOW_REPLY_ASK);
    assert_str_equal(state.answers[3], "For Anna, black and blue");
    assert_int_equal(state.variant_id, 2);
    assert_int_equal(TYPE("no thanks"), FLOW_REPLY_ASK);
    assert_str_equal(state.answers[4], "");
    assert_int_equal(at(), FLOW_ADDRESS);
    assert_int_equal(TYPE("how much is shipping?"), FLOW_REPLY_SHIPPING);
    assert_int_equal(TYPE("Keizersgracht 1"), FLOW_REPLY_ADDRESS_TEXT);
}

static void test_a_change_while_paying_reopens(void **unused)
{
    (void)unused;
    BEGIN(standard);
    party_known();
    tap(FLOW_CHOICE_VARIANT, 2);
    tap(FLOW_CHOICE_PAY, 0);
    assert_int_equal(TYPE("ok pay"), FLOW_REPLY_WAIT_PAYMENT);
    struct flow_outcome outcome = type_text(S("no wait, make it small"));
    assert_true(outcome.reopens);
    assert_int_equal(state.phase, FLOW_RUNNING);
    assert_int_equal(state.variant_id, 1);
    assert_int_equal(at(), FLOW_SUMMARY);
}

static void test_many_variants_are_asked_option_by_option(void **unused)
{
    (void)unused;
    static const char *const sizes[] = {"S", "M", "L"}, *const colours[] = {"Red", "Green", "Blue",
                                                                            "Black", "White"};
    static struct flow_variant many[15];
    struct flow_choice buttons[FLOW_CHOICES_MAX];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct flow_variant){
            (int64_t)i + 1, S("x"), {str_c(sizes[i / 5]), str_c(colours[i % 5])}, 1, true, NULL};
    BEGIN(standard);
    facts.variants = many;
    facts.variant_count = COUNT(many);
    flow_rules_settle(&facts, &state);
    assert_int_equal(flow_rules_choices(&facts, &state, FLOW_CHOICES_MAX, buttons), 3);
    assert_int_equal(buttons[1].kind, FLOW_CHOICE_VALUE);
    assert_str_equal(buttons[1].label, "M");
    assert_int_equal(tap(FLOW_CHOICE_VALUE, buttons[1].id), FLOW_REPLY_ASK);
    assert_int_equal(flow_rules_choices(&facts, &state, FLOW_CHOICES_MAX, buttons), 5);
    assert_int_equal(buttons[4].kind, FLOW_CHOICE_VARIANT);
    assert_int_equal(tap(FLOW_CHOICE_VARIANT, buttons[4].id), FLOW_REPLY_ASK);
    assert_int_equal(state.variant_id, 10);
}

static void all_sentences(const char *path, void (*each)(str sentence))
{
    str rest;
    assert_null(textfile_read(&a, path, 100000, &rest));
    while (!str_is_absent(rest)) {
        str line = str_cut(&rest, '\n');
        if (str_is_empty(line) || str_starts(line, S("#")))
            continue;
        (void)str_cut(&line, '\t');
        each(str_cut(&line, '\t'));
    }
}

static void must_not_pay(str sentence)
{
    static const enum flow_choice_kind before[] = {FLOW_CHOICE_UNSET, FLOW_CHOICE_VARIANT};
    for (size_t i = 0; i < COUNT(before); i++) {
        BEGIN(standard);
        party_known();
        if (before[i] != FLOW_CHOICE_UNSET)
            tap(before[i], 2);
        assert_int_not_equal(type_text(sentence).reply, FLOW_REPLY_PAY);
        assert_int_not_equal(state.phase, FLOW_PAYING);
    }
}

static void test_nothing_typed_pays(void **unused)
{
    (void)unused;
    all_sentences("src/features/flow/tests/sentences.tsv", must_not_pay);
    all_sentences("src/features/flow/tests/sentences_unseen.tsv", must_not_pay);
    print_message("# 160 sentences on two steps: 0 charges\n");
}

static void test_steps_are_checked(void **unused)
{
    (void)unused;
    struct flow_step steps[COUNT(with_questions)];
    memcpy(steps, with_questions, sizeof steps);
    assert_null(flow_steps_check(&a, steps, COUNT(steps)));
    assert_non_null(flow_steps_check(&a, steps, COUNT(steps) - 1)); /* no summary */
    steps[3].text_en = steps[3].text_zh = S("");
    assert_string_equal(flow_steps_check(&a, steps, COUNT(steps))->key,
                        "flow.error.question_empty");
    steps[3] = with_questions[4];
    assert_string_equal(flow_steps_check(&a, steps, COUNT(steps))->key, "flow.error.step_twice");
    memcpy(steps, with_questions, sizeof steps);
    steps[0] = with_questions[1];
    steps[1] = with_questions[0];
    assert_string_equal(flow_steps_check(&a, steps, COUNT(steps))->key, "flow.error.product_first");
}

static int words_make(void **unused)
{
    static struct arena words;
    (void)unused;
    arena_init(&words, MiB(4));
    return flow_lexicon_new(&words, &lexicon) == NULL ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_two_taps_when_the_address_is_known),
        TEST(test_the_only_variant_is_not_asked),
        TEST(test_a_second_tap_does_nothing_twice),
        TEST(test_paying_needs_the_summary),
        TEST(test_words_choose_change_and_go_back),
        TEST(test_questions_take_her_words),
        TEST(test_a_change_while_paying_reopens),
        TEST(test_many_variants_are_asked_option_by_option),
        TEST(test_nothing_typed_pays),
        TEST(test_steps_are_checked),
    };
    return cmocka_run_group_tests_name("flow_rules", tests, words_make, NULL);
}
