/* Who answers, and how fast a person may write. */
#include "base/tests/unit.h"

#include "chat/chat_rules.h"

static void what_is_done_opens_again(void **state)
{
    (void)state;
    assert_int_equal(chat_rules_heard(CHAT_DONE, true), CHAT_BOT);
    assert_int_equal(chat_rules_heard(CHAT_BOT, true), CHAT_BOT);
    assert_int_equal(chat_rules_heard(CHAT_WANTS_PERSON, true), CHAT_WANTS_PERSON);
    assert_int_equal(chat_rules_heard(CHAT_PERSON, true), CHAT_PERSON);
}

static void without_a_bot_a_person_is_needed(void **state)
{
    (void)state;
    assert_int_equal(chat_rules_heard(CHAT_DONE, false), CHAT_WANTS_PERSON);
    assert_int_equal(chat_rules_heard(CHAT_BOT, false), CHAT_WANTS_PERSON);
    assert_int_equal(chat_rules_heard(CHAT_PERSON, false), CHAT_PERSON);
}

static void passing_on(void **state)
{
    (void)state;
    for (int from = CHAT_BOT; from < CHAT_HOLDER_COUNT; from++)
        for (int to = CHAT_BOT; to < CHAT_HOLDER_COUNT; to++) {
            bool is_asking_twice = from == CHAT_PERSON && to == CHAT_WANTS_PERSON;
            assert_int_equal(chat_rules_may_pass((enum chat_holder)from, (enum chat_holder)to),
                             from != to && !is_asking_twice);
        }
    assert_false(chat_rules_may_pass(CHAT_BOT, CHAT_HOLDER_UNSET));
    assert_false(chat_rules_may_pass(CHAT_BOT, CHAT_HOLDER_COUNT));
}

static void pace(void **state)
{
    (void)state;
    assert_true(chat_rules_may_say(-1, 0));
    assert_false(chat_rules_may_say(0, 1));
    assert_false(chat_rules_may_say(299, 1));
    assert_true(chat_rules_may_say(300, 1));
    assert_true(chat_rules_may_say(300, 29));
    assert_false(chat_rules_may_say(300, 30));
    assert_false(chat_rules_may_say(-1, 30));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(what_is_done_opens_again),
                                       TEST(without_a_bot_a_person_is_needed), TEST(passing_on),
                                       TEST(pace)};
    return cmocka_run_group_tests_name("chat rules", tests, NULL, NULL);
}
