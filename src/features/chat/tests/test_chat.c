/* The commands of chat, on both engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "chat_fixture.h"

static void one_conversation_per_person(struct chat_fixture *f)
{
    struct conversation first = chat_fixture_open_site(f, f->nina);
    struct conversation again = chat_fixture_open_site(f, f->nina);
    struct conversation toms = chat_fixture_open_site(f, f->tom);
    assert_int_equal(first.id.v, again.id.v);
    assert_int_equal(first.contact_id.v, again.contact_id.v);
    assert_int_not_equal(first.id.v, toms.id.v);
    assert_int_not_equal(first.contact_id.v, toms.contact_id.v);
    assert_int_equal(first.holder, CHAT_BOT);
}

static void bot_answers_in_the_same_turn(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    assert_null(chat_fixture_say(f, c.id, "e1", "hello", NULL));
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.text, "hello");
    c = chat_fixture_read(f, f->shop, c.id);
    assert_int_equal(c.unread_shop, 0); /* the bot has read it */
    assert_int_equal(c.unread_customer, 1);
}

static void an_event_is_taken_once(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    assert_null(chat_fixture_say(f, c.id, "e1", "hello", NULL));
    assert_null(chat_fixture_say(f, c.id, "e1", "hello", NULL));
    assert_int_equal(heard.count, 1);
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).unread_customer, 1);
}

static void a_button_is_tapped_once(struct chat_fixture *f)
{
    static const char *const sizes[] = {"M", "t-m", "L", "t-l", NULL};
    struct conversation c = chat_fixture_open_site(f, f->nina);
    chat_fixture_send(f, c.id, "Which size?", sizes);
    assert_null(chat_fixture_say(f, c.id, NULL, NULL, "t-m"));
    assert_null(chat_fixture_say(f, c.id, NULL, NULL, "t-m"));
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.text, "M");
    assert_string_equal(heard.token, "t-m");
    /* its neighbour is no longer offered, but the listener may explain that */
    assert_null(chat_fixture_say(f, c.id, NULL, NULL, "t-l"));
    assert_int_equal(heard.count, 2);
}

static void tokens_of_others_do_nothing(struct chat_fixture *f)
{
    static const char *const sizes[] = {"M", "t-m", NULL};
    struct conversation nina = chat_fixture_open_site(f, f->nina),
                        tom = chat_fixture_open_site(f, f->tom);
    chat_fixture_send(f, tom.id, "Which size?", sizes);
    const struct err *e = chat_fixture_say(f, nina.id, NULL, NULL, "t-m");
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_NOT_FOUND);
    assert_int_equal(heard.count, 0);
}

static void another_shop_sees_nothing(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina), seen;
    struct tx *tx = NULL;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    const struct err *e = chat_conversation(tx, &f->t.arena, f->other_shop, c.id, &seen);
    db_read_end(tx);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_NOT_FOUND);
}

static void a_person_can_be_asked_for(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    assert_null(chat_fixture_say(f, c.id, "1", "person", NULL));
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).holder, CHAT_WANTS_PERSON);
    assert_null(chat_fixture_say(f, c.id, "2", "are you there?", NULL));
    assert_int_equal(heard.count, 1);
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).unread_shop, 2);
}

static void hostile_texts(struct chat_fixture *f)
{
    struct conversation c = chat_fixture_open_site(f, f->nina);
    char much[CHAT_TEXT_MAX + 2];
    memset(much, 'a', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    assert_int_equal(chat_fixture_say(f, c.id, "1", much, NULL)->kind, ERR_INVALID);
    assert_int_equal(chat_fixture_say(f, c.id, "2", " \n ", NULL)->kind, ERR_INVALID);
    assert_int_equal(chat_fixture_say(f, c.id, "3", "bell \x07", NULL)->kind, ERR_INVALID);
    assert_int_equal(chat_fixture_say(f, c.id, "4", "bad \xff", NULL)->kind, ERR_INVALID);
    assert_int_equal(chat_fixture_say(f, c.id, "5", "turned \xe2\x80\xae over", NULL)->kind,
                     ERR_INVALID);
    assert_int_equal(heard.count, 0);
    assert_int_equal(chat_fixture_read(f, f->shop, c.id).unread_shop, 0);
}

ON_BOTH_BY(chat_on, one_conversation_per_person)
ON_BOTH_BY(chat_on, bot_answers_in_the_same_turn)
ON_BOTH_BY(chat_on, an_event_is_taken_once)
ON_BOTH_BY(chat_on, a_button_is_tapped_once)
ON_BOTH_BY(chat_on, tokens_of_others_do_nothing)
ON_BOTH_BY(chat_on, another_shop_sees_nothing)
ON_BOTH_BY(chat_on, a_person_can_be_asked_for)
ON_BOTH_BY(chat_on, hostile_texts)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(one_conversation_per_person),
        BOTH(bot_answers_in_the_same_turn),
        BOTH(an_event_is_taken_once),
        BOTH(a_button_is_tapped_once),
        BOTH(tokens_of_others_do_nothing),
        BOTH(another_shop_sees_nothing),
        BOTH(a_person_can_be_asked_for),
        BOTH(hostile_texts),
    };
    return cmocka_run_group_tests_name("chat", tests, NULL, NULL);
}
