/* Flow with all its real neighbours on both engines: from a comment to a paid order, and what must
 * not happen. */
#include <stdio.h>

#include "base/tests/unit.h"

#include "catalog/catalog.h"
#include "flow_fixture.h"
#include "pool/pool.h"

static void from_comment_to_paid(struct flow_fixture *f)
{
    struct account_id nina = fixture_person(f, "Nina Alves", "en");
    int64_t before = clock_monotonic_ms(&clock_system);
    fixture_comment(f, nina, S("so pretty #REEF please"));
    print_message("# comment to first message: %d ms\n",
                  (int)(clock_monotonic_ms(&clock_system) - before));
    struct said said = fixture_said(f, nina);
    assert_int_equal(said.count, 1);
    assert_int_equal(said.button_count, 3);
    assert_true(fixture_tap(f, nina, "M / Navy"));           /* tap 1 */
    assert_int_equal(fixture_said(f, nina).count, 2);
    fixture_address(f, nina, "nina@example.org");
    assert_true(said_has((said = fixture_said(f, nina), &said), "Pay €53.95"));
    assert_int_equal(gateway_calls, 0);
    assert_true(fixture_tap(f, nina, "Pay"));                /* tap 2 */
    struct order order = fixture_order(f, nina);
    assert_int_equal(order.payment, ORDER_PAID);
    assert_int_equal(order.total_minor, 5395);
    assert_int_equal(order.conversation_id, said.conversation.v);
    assert_int_equal(order.post_id, f->post.v);
    assert_int_equal(gateway_calls, 1);
    assert_int_equal(fixture_available(f, f->suit_m_navy), 4);
    said = fixture_said(f, nina);
    assert_true(said_has(&said, "See your order"));

    /* the second time: variant, pay */
    fixture_comment(f, nina, S("#reef again"));
    assert_true(fixture_tap(f, nina, "S / Coral"));
    said = fixture_said(f, nina);
    assert_true(said_has(&said, "Pay €53.95 with Test card"));
    assert_true(fixture_tap(f, nina, "Pay"));
    assert_int_equal(fixture_order(f, nina).payment, ORDER_PAID);
    assert_true(fixture_order(f, nina).id.v != order.id.v);
    fixture_verify(f);
}

static void test_from_comment_to_paid(void **state)
{
    (void)state;
    flow_each_engine(from_comment_to_paid);
}

static void one_message_per_comment(struct flow_fixture *f)
{
    struct account_id tom = fixture_person(f, "Tom", "en");
    fixture_comment(f, tom, S("#mug"));
    assert_int_equal(fixture_said(f, tom).count, 1);
    testing_drain(&f->t);
    fixture_comment(f, tom, S("nothing to see"));
    assert_int_equal(fixture_said(f, tom).count, 1);
    fixture_comment(f, tom, S("#nosuchtag"));
    assert_int_equal(fixture_said(f, tom).count, 1);
    fixture_comment(f, tom, S("#mug #reef"));    /* two hashtags, one message */
    assert_int_equal(fixture_said(f, tom).count, 2);
    fixture_comment(f, tom, S("#NewIn")); /* no trigger, but the post's own: about what it shows */
    struct said said = fixture_said(f, tom);
    assert_int_equal(said.count, 3);
    assert_true(said_has(&said, "Tide Mug"));
    assert_true(said_has(&said, "Reef One-Piece"));
    fixture_comment(f, f->owner, S("#reef"));    /* the shop does not answer itself */
    assert_int_equal(fixture_said(f, f->owner).count, 0);
}

static void test_one_message_per_comment(void **state)
{
    (void)state;
    flow_each_engine(one_message_per_comment);
}

static void taps_that_must_not_count(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en"), eve = fixture_person(f, "Eve", "en");
    fixture_comment(f, ann, S("#reef"));
    fixture_comment(f, eve, S("#reef"));
    struct said first = fixture_said(f, ann), eves = fixture_said(f, eve);
    str coral = first.buttons[0].token;
    /* a token of another conversation is not known there */
    const struct err *e = fixture_token(f, eves.conversation, coral);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_NOT_FOUND);
    assert_int_equal(fixture_said(f, eve).count, 1);
    /* twice the same */
    assert_null(fixture_token(f, first.conversation, coral));
    assert_null(fixture_token(f, first.conversation, coral));
    assert_int_equal(fixture_said(f, ann).count, 2);
    /* a button of an earlier prompt: told politely, nothing moves */
    assert_null(fixture_token(f, first.conversation, first.buttons[2].token));
    assert_int_equal(fixture_said(f, ann).count, 3);
    fixture_address(f, ann, "ann@example.org");
    struct said summary = fixture_said(f, ann);
    assert_true(said_has(&summary, "Pay"));
    /* words do not pay */
    fixture_type(f, ann, "ok pay now, charge my card");
    fixture_type(f, ann, "是的，付款");
    assert_int_equal(gateway_calls, 0);
    assert_int_equal(fixture_order(f, ann).payment, ORDER_PAYMENT_UNSET);
    /* the summary of before is stale, the new one pays, once */
    assert_null(fixture_token(f, summary.conversation, summary.buttons[0].token));
    assert_int_equal(gateway_calls, 0);
    struct said now = fixture_said(f, ann);
    assert_null(fixture_token(f, now.conversation, now.buttons[0].token));
    assert_null(fixture_token(f, now.conversation, now.buttons[0].token));
    assert_int_equal(gateway_calls, 1);
    assert_int_equal(fixture_order(f, ann).payment, ORDER_PAID);
    fixture_verify(f);
}

static void test_taps_that_must_not_count(void **state)
{
    (void)state;
    flow_each_engine(taps_that_must_not_count);
}

static void sold_out(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en"), bob = fixture_person(f, "Bob", "zh"),
                      cid = fixture_person(f, "Cid", "en");
    fixture_stock(f, f->mug_only, 1);
    fixture_comment(f, ann, S("#mug"));
    fixture_comment(f, bob, S("#mug"));
    fixture_address(f, ann, "ann@example.org");
    fixture_address(f, bob, "bob@example.org");
    assert_true(fixture_tap(f, ann, "Pay"));
    assert_int_equal(fixture_order(f, ann).payment, ORDER_PAID);
    int before = fixture_said(f, bob).count;
    assert_true(fixture_tap(f, bob, "支付"));
    assert_int_equal(fixture_order(f, bob).payment, ORDER_PAYMENT_UNSET);
    struct said said = fixture_said(f, bob);
    assert_int_equal(said.count, before + 1);              /* told once, and offered what is left */
    assert_true(said_has(&said, "Reef One-Piece"));
    assert_int_equal(gateway_calls, 1);
    fixture_comment(f, cid, S("#mug"));                    /* sold out from the start */
    said = fixture_said(f, cid);
    assert_int_equal(said.count, 1);
    assert_true(said_has(&said, "Reef One-Piece"));
    assert_true(fixture_tap(f, cid, "Reef One-Piece"));
    said = fixture_said(f, cid);
    assert_true(said_has(&said, "S / Coral"));
    fixture_verify(f);
}

static void test_sold_out_is_told_with_what_is_left(void **state)
{
    (void)state;
    flow_each_engine(sold_out);
}

static void payments_that_do_not_come(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en");
    fixture_comment(f, ann, S("#mug"));
    fixture_address(f, ann, "ann@example.org");
    gateway_step = PAYMENT_STEP_FAILED;
    assert_true(fixture_tap(f, ann, "Pay"));
    struct said said = fixture_said(f, ann);
    assert_true(said_has(&said, "Pay"));                 /* try again */
    assert_int_equal(fixture_available(f, f->mug_only), 5);
    gateway_step = PAYMENT_STEP_REDIRECT;
    assert_true(fixture_tap(f, ann, "Pay"));
    said = fixture_said(f, ann);
    assert_true(said_has(&said, "Pay now"));
    assert_int_equal(fixture_available(f, f->mug_only), 4);
    fixture_type(f, ann, "make it two");                   /* the unpaid order is let go */
    assert_int_equal(fixture_available(f, f->mug_only), 5);
    gateway_step = PAYMENT_STEP_PAID;
    assert_true(fixture_tap(f, ann, "Pay €40.95"));
    assert_int_equal(fixture_order(f, ann).payment, ORDER_PAID);
    assert_int_equal(fixture_available(f, f->mug_only), 3);
    fixture_verify(f);
}

static void test_payments_that_do_not_come(void **state)
{
    (void)state;
    flow_each_engine(payments_that_do_not_come);
}

/* A hosted payment page: the confirmation comes when the money does, or the order is let go. */
static void a_hosted_payment(struct flow_fixture *f)
{
    struct account_id ann = fixture_person(f, "Ann", "en"), bob = fixture_person(f, "Bob", "en"),
                      cid = fixture_person(f, "Cid", "en");
    struct account_id all[] = {ann, bob, cid};
    gateway_step = PAYMENT_STEP_REDIRECT;
    for (size_t i = 0; i < COUNT(all); i++) {
        fixture_comment(f, all[i], S("#mug"));
        fixture_address(f, all[i], "wrong@example.org");
        assert_true(fixture_tap(f, all[i], "Change address"));
        fixture_address(f, all[i], "right@example.org");
        assert_true(fixture_tap(f, all[i], "Pay"));
        struct said link = fixture_said(f, all[i]);
        assert_str_equal(link.buttons[0].url, "/pay/test");
        if (i == 0)
            fixture_payment_arrives(f);
    }
    struct said said = fixture_said(f, ann);
    assert_true(said_has(&said, "See your order"));
    assert_int_equal(fixture_order(f, ann).payment, ORDER_PAID);
    assert_str_equal(fixture_order(f, ann).party.email, "right@example.org");
    assert_int_equal(fixture_available(f, f->mug_only), 2);
    fixture_type(f, bob, "取消");                          /* while the payment page is open */
    assert_int_equal(fixture_available(f, f->mug_only), 3);
    assert_int_equal(fixture_order(f, bob).state, ORDER_CANCELLED);
    testing_advance(&f->t, 31 * 60 * 1000);
    testing_drain(&f->t);
    assert_int_equal(fixture_order(f, cid).state, ORDER_EXPIRED);
    assert_int_equal(fixture_available(f, f->mug_only), 4);
    said = fixture_said(f, cid);
    assert_true(said_has(&said, "Start again"));
    assert_true(fixture_tap(f, cid, "Start again"));
    said = fixture_said(f, cid); /* the address need not be typed again */
    assert_true(said_has(&said, "Pay €22.95"));
    fixture_verify(f);
}

static void test_a_hosted_payment(void **state)
{
    (void)state;
    flow_each_engine(a_hosted_payment);
}

/* 200 people comment at once, 50 mugs are there: 50 have paid, 150 are told, nobody is charged for
 * nothing. */
static void two_hundred_for_fifty(struct flow_fixture *f)
{
    enum { PEOPLE = 200, MUGS = 50 };
    static struct account_id people[PEOPLE];
    static int told[PEOPLE];
    int paid = 0, offered = 0;
    char email[40];
    fixture_stock(f, f->mug_only, MUGS);
    fixture_drains = false;
    for (int i = 0; i < PEOPLE; i++) {
        people[i] = fixture_person(f, "Shopper", "en");
        fixture_comment(f, people[i], S("#mug"));
    }
    int64_t before = clock_monotonic_ms(&clock_system);
    testing_drain(&f->t);
    print_message("# first messages of %d comments at once: %d ms\n", PEOPLE,
                  (int)(clock_monotonic_ms(&clock_system) - before));
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(email, sizeof email, "shopper%d@example.org", i);
        fixture_address(f, people[i], email);
    }
    testing_drain(&f->t);
    for (int i = 0; i < PEOPLE; i++) {
        told[i] = fixture_said(f, people[i]).count;
        assert_true(fixture_tap(f, people[i], "Pay"));
    }
    testing_drain(&f->t);
    fixture_drains = true;
    for (int i = 0; i < PEOPLE; i++) {
        struct said said = fixture_said(f, people[i]);
        assert_int_equal(said.count, told[i] + 1);
        paid += said_has(&said, "See your order");
        offered += said_has(&said, "Reef One-Piece");
    }
    assert_int_equal(paid, MUGS);
    assert_int_equal(offered, PEOPLE - MUGS);
    assert_int_equal(gateway_calls, MUGS);
    assert_int_equal(fixture_available(f, f->mug_only), 0);
    fixture_verify(f);
}

static void test_two_hundred_for_fifty(void **state)
{
    (void)state;
    flow_each_engine(two_hundred_for_fifty);
}

/* ---- another channel: fields one by one, a deep link, a person ---- */

static void over_another_channel(struct flow_fixture *f)
{
    fixture_pigeon(f, "pim", "/start reef", NULL, "reef");
    struct said said = fixture_pigeon_said("pim");
    assert_true(said_has(&said, "M / Navy"));
    fixture_pigeon(f, "pim", "colourless green ideas sleep", NULL, NULL);
    said = fixture_pigeon_said("pim"); /* not understood: the buttons and a person */
    assert_true(said_has(&said, "M / Navy"));
    assert_true(said_has(&said, "Talk to a person"));
    assert_true(fixture_pigeon_tap(f, "pim", "M / Navy"));
    assert_true(fixture_pigeon_tap(f, "pim", "Netherlands"));
    fixture_pigeon(f, "pim", "Pim Duif\nDam 1", NULL, NULL);
    fixture_pigeon(f, "pim", "not a postcode", NULL, NULL);
    fixture_pigeon(f, "pim", "Amsterdam", NULL, NULL);
    fixture_pigeon(f, "pim", "pim@example.org", NULL, NULL);
    said = fixture_pigeon_said("pim");                       /* the postcode is asked again */
    assert_true(strstr(said.text, "1012 JS") != NULL);
    fixture_pigeon(f, "pim", "1012 JS\nAmsterdam\npim@example.org", NULL, NULL);
    said = fixture_pigeon_said("pim");
    print_message("# %s\n", said.text);
    assert_true(said_has(&said, "Pay €53.95"));
    assert_true(strstr(said.text, "Pim Duif, Dam 1") != NULL);
    fixture_pigeon(f, "pim", "how much is shipping?", NULL, NULL);
    assert_true(strstr(fixture_pigeon_said("pim").text, "Shipping is €4.95.") != NULL);
    assert_true(fixture_pigeon_tap(f, "pim", "Pay"));
    said = fixture_pigeon_said("pim");
    assert_true(strstr(said.text, "Paid, thank you!") != NULL);
    fixture_pigeon(f, "pim", "where is my order", NULL, NULL);
    assert_true(strstr(fixture_pigeon_said("pim").text, "is paid and is being packed") != NULL);
    fixture_pigeon(f, "pim", "lorem ipsum dolor", NULL, NULL);
    said = fixture_pigeon_said("pim");
    assert_true(said_has(&said, "Tide Mug"));
    int count = said.count;
    fixture_pigeon(f, "pim", "a human please", NULL, NULL);
    assert_int_equal(fixture_pigeon_said("pim").count, count + 1);
    fixture_pigeon(f, "pim", "hello?", NULL, NULL);          /* the bot is silent now */
    assert_int_equal(fixture_pigeon_said("pim").count, count + 1);
    fixture_verify(f);
}

static void test_over_another_channel(void **state)
{
    (void)state;
    flow_each_engine(over_another_channel);
}

/* ---- what begins a chat elsewhere ---- */

struct linking {
    struct flow_fixture *f;
    str path, code;
    struct post_id post;
};

static const struct err *post_turn(struct turn *t, void *arg)
{
    struct linking *l = arg;
    struct post_tag_new tag = {l->f->suit, 0, -1, -1};
    return social_post_make(
        t,
        &(struct post_new){
            .shop_id = l->f->shop, .text = S("The suit"), .tags = &tag, .tag_count = 1},
        &l->post);
}

static const struct err *link_turn(struct turn *t, void *arg)
{
    struct linking *l = arg;
    struct pool_id pool;
    struct link_id link;
    TRY(pool_ensure(t, l->f->shop, S("fair"), S("Fair"), &pool));
    return pool_link_make(t, l->f->shop, pool, l->path, S("flyer"), &link, &l->code);
}

/* The bot's first words to somebody who opened it by a tracked link to this path. */
static struct said said_behind(struct flow_fixture *f, const char *user, const char *path)
{
    struct linking l = {.f = f, .path = str_c(path)};
    char code[16];
    testing_turn(&f->t, f->owner, link_turn, &l);
    (void)snprintf(code, sizeof code, "%.*s", STR_ARG(l.code));
    fixture_pigeon(f, user, "/start", NULL, code);
    return fixture_pigeon_said(user);
}

static void links_and_hashtags(struct flow_fixture *f)
{
    char path[100];
    struct linking l = {.f = f};
    testing_turn(&f->t, f->owner, post_turn, &l);
    struct id_text post = id_format(l.post.v);
    (void)snprintf(path, sizeof path, "/post/%s?from=flyer", post.text);
    struct said said = said_behind(f, "pat", path);          /* it shows the suit alone */
    assert_true(said_has(&said, "M / Navy"));
    struct product mug;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_product(tx, &f->t.arena, f->shop, f->mug, &mug));
    db_read_end(tx);
    (void)snprintf(path, sizeof path, "/s/%.*s/p/%.*s", STR_ARG(f->handle), STR_ARG(mug.handle));
    said = said_behind(f, "pat", path); /* the mug has one variant: on to the address */
    assert_true(said_has(&said, "Netherlands"));
    said = said_behind(f, "pat", "/post/0000000000001");     /* gone: the shop's products */
    assert_true(said_has(&said, "Tide Mug"));
    fixture_pigeon(f, "pat", "#Mug", NULL, NULL); /* in the middle of a conversation too */
    said = fixture_pigeon_said("pat");
    assert_true(said_has(&said, "Netherlands"));
    int count = said.count;
    fixture_pigeon(f, "pat", "#nothing_we_know", NULL, NULL); /* an answer like any other */
    said = fixture_pigeon_said("pat");
    assert_int_equal(said.count, count + 1);
    assert_true(said_has(&said, "Netherlands"));
    fixture_verify(f);
}

static void test_links_and_hashtags(void **state)
{
    (void)state;
    flow_each_engine(links_and_hashtags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_from_comment_to_paid),      TEST(test_one_message_per_comment),
        TEST(test_taps_that_must_not_count),  TEST(test_sold_out_is_told_with_what_is_left),
        TEST(test_payments_that_do_not_come), TEST(test_a_hosted_payment),
        TEST(test_two_hundred_for_fifty),     TEST(test_over_another_channel),
        TEST(test_links_and_hashtags),
    };
    return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
