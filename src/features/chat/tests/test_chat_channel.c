/* Conversations that live elsewhere: what comes in once, what goes out in order, what a channel
 * refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "chat/chat_sql.h"
#include "chat_fixture.h"

static void a_stranger_becomes_a_guest(struct chat_fixture *f)
{
    assert_null(chat_fixture_fly(f, "7", "1", "hello", "reef"));
    struct conversation c = chat_fixture_pigeon(f, "7");
    assert_int_not_equal(c.account_id.v, 0);
    assert_int_equal(c.customer_name.len, 7); /* the bell is gone */
    assert_string_equal(heard.payload, "reef");
    assert_null(chat_fixture_fly(f, "7", "2", "again", NULL));
    struct conversation same = chat_fixture_pigeon(f, "7");
    assert_int_equal(same.id.v, c.id.v);
    assert_int_equal(same.account_id.v, c.account_id.v);
    assert_int_equal(heard.count, 2);
}

static void an_event_twice_is_one(struct chat_fixture *f)
{
    assert_null(chat_fixture_fly(f, "7", "1", "hello", NULL));
    assert_null(chat_fixture_fly(f, "7", "1", "hello", NULL));
    assert_int_equal(heard.count, 1);
}

static void a_flood_is_left_out_quietly(struct chat_fixture *f)
{
    for (int i = 0; i < 40; i++) {
        char event[16];
        snprintf(event, sizeof event, "%d", i);
        assert_null(chat_fixture_fly(f, "7", event, "again and again", NULL));
    }
    assert_int_equal(heard.count, 30);
    testing_advance(&f->t, 61000);
    assert_null(chat_fixture_fly(f, "7", "later", "better now", NULL));
    assert_int_equal(heard.count, 31);
}

static void answers_leave_in_order_and_paced(struct chat_fixture *f)
{
    assert_null(chat_fixture_fly(f, "7", "1", "hello", NULL));
    struct conversation c = chat_fixture_pigeon(f, "7");
    chat_fixture_send(f, c.id, "second", NULL);
    chat_fixture_send(f, c.id, "third", NULL);
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 1);
    testing_advance(&f->t, 1000);
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 2);
    testing_advance(&f->t, 1000);
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 3);
    assert_string_equal(pigeon.texts[0], "bot: hello");
    assert_string_equal(pigeon.texts[1], "second");
    assert_string_equal(pigeon.texts[2], "third");
    testing_advance(&f->t, 60000);
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 3);
}

static void a_wait_costs_no_attempt(struct chat_fixture *f)
{
    assert_null(chat_fixture_fly(f, "7", "1", "hello", NULL));
    pigeon.refusal =
        err_with_arg(&f->t.arena, ERR(&f->t.arena, ERR_LIMIT, "channel.wait", "slow"), S("7"));
    pigeon.refusals_left = 20;
    for (int i = 0; i < 20; i++) {
        testing_drain(&f->t);
        assert_int_equal(pigeon.refusals_left, 19 - i);
        testing_advance(&f->t, 6900);
        testing_drain(&f->t);
        assert_int_equal(pigeon.refusals_left, 19 - i);
        testing_advance(&f->t, 200);
    }
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 1);
}

static void a_refused_message_is_shown_and_the_next_goes_on(struct chat_fixture *f)
{
    assert_null(chat_fixture_fly(f, "7", "1", "hello", NULL));
    struct conversation c = chat_fixture_pigeon(f, "7");
    pigeon.refusal = ERR(&f->t.arena, ERR_DENIED, "chat.no_channel", "blocked");
    pigeon.refusals_left = 1;
    chat_fixture_send(f, c.id, "second", NULL);
    testing_drain(&f->t);
    testing_advance(&f->t, 1000);
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 1);
    assert_string_equal(pigeon.texts[0], "second");
    struct id_text id = id_format(c.id.v);
    str path;
    testing_must(
        str_fmt(&f->t.arena, &path, "/console/%.*s/inbox/%s", STR_ARG(f->handle), id.text));
    struct testing_answer page = testing_get(&f->owner_browser, path.ptr);
    assert_true(str_find(page.body, S("Send again")) > 0);
    assert_true(str_find(page.body, S("This channel is switched off")) > 0);
}

static void silence_is_tried_again_until_it_is_enough(struct chat_fixture *f)
{
    assert_null(chat_fixture_fly(f, "7", "1", "hello", NULL));
    struct conversation c = chat_fixture_pigeon(f, "7");
    chat_fixture_send(f, c.id, "second", NULL);
    pigeon.refusal = ERR(&f->t.arena, ERR_UNAVAILABLE, "chat.no_channel", "silent");
    pigeon.refusals_left = CHAT_DELIVER_ATTEMPTS;
    for (int i = 0; i < CHAT_DELIVER_ATTEMPTS; i++) {
        testing_drain(&f->t);
        assert_int_equal(pigeon.refusals_left, CHAT_DELIVER_ATTEMPTS - 1 - i);
        assert_int_equal(pigeon.count, 0); /* the second one waits for the first */
        if (i < CHAT_DELIVER_ATTEMPTS - 1)
            testing_advance(&f->t, 2 * 3600000);
    }
    testing_advance(&f->t, 1000);
    testing_drain(&f->t);
    assert_int_equal(pigeon.count, 1);
    assert_string_equal(pigeon.texts[0], "second");
}

static const struct err *came_in(struct turn *t, void *arg)
{
    for (int i = 0; i < 2 * JOB_PRUNE_ROWS; i++) {
        int64_t is_new;
        str event;
        TRY(str_fmt(t->arena, &event, "e%lld", (long long)turn_new_id(t)));
        TRY(chat_inbound_insert(t->tx, t->arena, *(struct shop_id *)arg, S("pigeon"), event,
                                t->now_ms, &is_new));
    }
    return NULL;
}

static void what_came_in_long_ago_is_forgotten_in_slices(struct chat_fixture *f)
{
    const int64_t day = 24 * 3600 * INT64_C(1000);
    testing_advance(&f->t, 60 * day);
    testing_drain(&f->t); /* what other tests left */
    testing_turn(&f->t, (struct account_id){0}, came_in, &f->shop);
    testing_advance(&f->t, 29 * day);
    assert_false(testing_job_slice(&f->t, &chat_feature, "chat.prune"));
    testing_advance(&f->t, 2 * day);
    assert_true(testing_job_slice(&f->t, &chat_feature, "chat.prune"));
    assert_true(testing_job_slice(&f->t, &chat_feature, "chat.prune"));
    assert_false(testing_job_slice(&f->t, &chat_feature, "chat.prune"));
}

ON_BOTH_BY(chat_on, a_stranger_becomes_a_guest)
ON_BOTH_BY(chat_on, an_event_twice_is_one)
ON_BOTH_BY(chat_on, a_flood_is_left_out_quietly)
ON_BOTH_BY(chat_on, answers_leave_in_order_and_paced)
ON_BOTH_BY(chat_on, a_wait_costs_no_attempt)
ON_BOTH_BY(chat_on, a_refused_message_is_shown_and_the_next_goes_on)
ON_BOTH_BY(chat_on, silence_is_tried_again_until_it_is_enough)
ON_BOTH_BY(chat_on, what_came_in_long_ago_is_forgotten_in_slices)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_stranger_becomes_a_guest),
        BOTH(an_event_twice_is_one),
        BOTH(a_flood_is_left_out_quietly),
        BOTH(answers_leave_in_order_and_paced),
        BOTH(a_wait_costs_no_attempt),
        BOTH(a_refused_message_is_shown_and_the_next_goes_on),
        BOTH(silence_is_tried_again_until_it_is_enough),
        BOTH(what_came_in_long_ago_is_forgotten_in_slices),
    };
    return cmocka_run_group_tests_name("chat channel", tests, NULL, NULL);
}
