/* Who sees which posts, on both engines: order, cursors, fan-out, stars, rebuilding, merged
 * accounts. */
#include "base/tests/unit.h"

#include "core/verify.h"
#include "social_fixture.h"

enum { CROWD = 450, STAR = 5001 };

static void a_feed_is_newest_first_and_stands_still(enum db_engine engine)
{
    struct fixture f;
    int64_t ids[5], late;
    open_fixture(&f, engine);
    testing_must(act(&f, 2, FOLLOW, f.people[3].v));
    testing_must(act(&f, 2, FOLLOW_SHOP, f.shop.v));
    assert_key(act(&f, 2, FOLLOW, f.people[2].v), "social.self");
    testing_must(
        try_post(&f, 0, &(struct post_new){.text = S("before"), .shop_id = f.shop}, &ids[0]));
    publish(&f, 0, S("her own, not the shop's"));
    for (size_t i = 1; i < 5; i++)
        ids[i] = publish(&f, 3, S("one"));
    testing_drain(&f.t);
    struct posts page = home(&f, 2, 0, 2);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.posts[0].id.v, ids[4]);
    assert_int_equal(page.posts[1].id.v, ids[3]);
    late = publish(&f, 3, S("comes while she reads"));
    testing_drain(&f.t);
    page = home(&f, 2, page.next.v, 2);
    assert_int_equal(page.posts[0].id.v, ids[2]);
    assert_int_equal(page.posts[1].id.v, ids[1]);
    page = home(&f, 2, page.next.v, 2);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.posts[0].id.v, ids[0]);
    assert_int_equal(page.next.v, 0);
    assert_int_equal(home(&f, 2, 0, 2).posts[0].id.v, late);

    testing_must(act(&f, 2, UNFOLLOW, f.people[3].v));
    page = home(&f, 2, 0, 10);
    assert_int_equal(page.count, 1);
    testing_must(act(&f, 2, FOLLOW, f.people[3].v));         /* the latest come back */
    testing_drain(&f.t);
    assert_int_equal(home(&f, 2, 0, 10).count, 6);
    assert_int_equal(home(&f, 4, 0, 10).count, 0);
    close_fixture(&f);
}

struct crowd {
    struct fixture *f;
    struct account_id *members;
};

static const struct err *gather(struct turn *t, void *arg)
{
    struct crowd *c = arg;
    for (size_t i = 0; i < CROWD; i++) {
        TRY(account_guest_make(t, S("One of many"), S("en"), &c->members[i]));
        t->actor = c->members[i];
        TRY(social_shop_follow_set(t, c->f->shop, true));
    }
    return NULL;
}

static void a_post_reaches_every_follower(enum db_engine engine)
{
    struct fixture f;
    struct crowd c = {.f = &f};
    int64_t id;
    open_fixture(&f, engine);
    c.members = arena_new_array(&f.t.arena, CROWD, sizeof *c.members);
    assert_non_null(c.members);
    testing_turn(&f.t, (struct account_id){0}, gather, &c);
    testing_must(
        try_post(&f, 0, &(struct post_new){.text = S("Hello all"), .shop_id = f.shop}, &id));
    testing_drain(&f.t);
    for (size_t i = 0; i < CROWD; i++) {
        struct posts page = list(
            &f, &(struct social_query){.list = SOCIAL_HOME, .viewer = c.members[i], .limit = 3});
        assert_int_equal(page.count, 1);
        assert_int_equal(page.posts[0].id.v, id);
    }
    close_fixture(&f);
}

/* 5,001 followers, by ids alone: an account is not needed to be counted. */
static const struct err *gather_a_star(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    for (int i = 0; i < STAR; i++) {
        t->actor = (struct account_id){turn_new_id(t)};
        TRY(social_shop_follow_set(t, f->shop, true));
    }
    return NULL;
}

static void a_star_is_merged_in_when_read(enum db_engine engine)
{
    struct fixture f;
    int64_t ids[4];
    open_fixture(&f, engine);
    testing_must(act(&f, 2, FOLLOW_SHOP, f.shop.v));
    testing_must(act(&f, 2, FOLLOW, f.people[3].v));
    struct post_new n = {.text = S("by the shop"), .shop_id = f.shop};
    testing_must(try_post(&f, 0, &n, &ids[0]));         /* fanned out */
    testing_drain(&f.t);
    testing_turn(&f.t, (struct account_id){0}, gather_a_star, &f);
    ids[1] = publish(&f, 3, S("by a person"));
    testing_must(try_post(&f, 0, &n, &ids[2]));         /* merged in */
    ids[3] = publish(&f, 3, S("by a person"));
    testing_drain(&f.t);
    struct posts page = home(&f, 2, 0, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(page.posts[i].id.v, ids[3 - i]);
    page = home(&f, 2, page.next.v, 3);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.posts[0].id.v, ids[0]);
    testing_must(act(&f, 3, FOLLOW_SHOP, f.shop.v));    /* who comes late sees them too */
    assert_int_equal(home(&f, 3, 0, 3).count, 2);
    close_fixture(&f);
}

static void a_lost_timeline_is_rebuilt(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    testing_must(act(&f, 2, FOLLOW, f.people[3].v));
    int64_t id = publish(&f, 3, S("before any event was applied"));
    assert_int_equal(home(&f, 2, 0, 3).count, 0);
    testing_must(verify_rebuild(f.t.platform, &f.t.arena, S("timeline")));
    struct posts page = home(&f, 2, 0, 3);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.posts[0].id.v, id);
    close_fixture(&f);
}

static const struct err *announce_merge(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return event_emit(t, &(struct event){.kind = "account.merged",
                                         .version = 1,
                                         .account_id = f->people[3],
                                         .subject_id = f->people[2].v,
                                         .object_id = f->people[3].v});
}

static void a_merge_moves_everything_once(enum db_engine engine)
{
    struct fixture f;
    int64_t comment;
    open_fixture(&f, engine);
    int64_t id = publish(&f, 0, S("Both like it")), hers = publish(&f, 2, S("mine"));
    testing_must(act(&f, 2, LIKE, id));
    testing_must(act(&f, 3, LIKE, id));
    testing_must(act(&f, 2, LIKE, hers));
    testing_must(say(&f, 2, id, S("Hm"), S("k"), &comment));
    testing_must(act(&f, 2, FOLLOW_SHOP, f.shop.v));
    testing_must(act(&f, 3, FOLLOW_SHOP, f.shop.v));
    testing_must(act(&f, 2, FOLLOW, f.people[3].v));
    testing_must(act(&f, 3, FOLLOW, f.people[2].v));
    testing_must(act(&f, 4, FOLLOW, f.people[2].v));
    testing_drain(&f.t);
    testing_turn(&f.t, (struct account_id){0}, announce_merge, &f);
    testing_drain(&f.t);
    assert_int_equal(show(&f, 3, id).like_count, 1);
    assert_int_equal(show(&f, 3, hers).author_id.v, f.people[3].v);
    assert_true(show(&f, 3, hers).liked_by_viewer);
    struct posts page = list(
        &f, &(struct social_query){.list = SOCIAL_SOURCE, .source = f.people[3].v, .limit = 10});
    assert_int_equal(page.count, 1);
    page = home(&f, 4, 0, 10);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.posts[0].id.v, hers);
    struct tx *tx;
    struct social_profile profile;
    testing_must(db_read_begin(f.t.platform->db, &f.t.arena, &tx));
    testing_must(social_profile(tx, &f.t.arena, f.people[3].v, f.people[4], &profile));
    assert_int_equal(profile.follower_count, 1);             /* person 4; nobody follows herself */
    assert_true(profile.followed_by_viewer);
    testing_must(social_profile(tx, &f.t.arena, f.shop.v, f.people[4], &profile));
    assert_int_equal(profile.follower_count, 1);
    db_read_end(tx);
    close_fixture(&f);
}

ON_BOTH(a_feed_is_newest_first_and_stands_still)
ON_BOTH(a_post_reaches_every_follower)
ON_BOTH(a_star_is_merged_in_when_read)
ON_BOTH(a_lost_timeline_is_rebuilt)
ON_BOTH(a_merge_moves_everything_once)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_feed_is_newest_first_and_stands_still),
        BOTH(a_post_reaches_every_follower),
        BOTH(a_star_is_merged_in_when_read),
        BOTH(a_lost_timeline_is_rebuilt),
        BOTH(a_merge_moves_everything_once),
    };
    return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
