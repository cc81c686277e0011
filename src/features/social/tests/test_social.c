/* Posts and what people do with them, on both engines: checks, counts, keys, hashtags, races,
 * stories. */
#include "base/tests/unit.h"

#include <pthread.h>

#include "social_fixture.h"

static void a_post_is_checked_and_read_back(enum db_engine engine)
{
    struct fixture f;
    int64_t id, nobody;
    open_fixture(&f, engine);
    struct post_tag_new tags[] = {{f.suit, 0, 500, 460}};
    struct post_new n = {.shop_id = f.shop,
                         .text = S("Dry in an hour. Comment #Reef"),
                         .tags = tags,
                         .tag_count = 1};
    testing_must(try_post(&f, 0, &n, &id));
    struct post post = show(&f, 0, id);
    assert_str_equal(post.shop_name, "Reef");
    assert_int_equal(post.tag_count, 1);
    assert_int_equal(post.tags[0].product.id.v, f.suit.v);
    assert_int_equal(post.tags[0].x_permille, -1); /* no photo to stand on */

    assert_int_equal(try_post(&f, 2, &n, &nobody)->kind, ERR_NOT_FOUND); /* no member of the shop */
    tags[0].product_id = f.foreign;
    assert_key(try_post(&f, 0, &n, &nobody), "social.tag_gone");
    tags[0].product_id = f.draft;
    assert_key(try_post(&f, 0, &n, &nobody), "social.tag_gone");
    assert_key(try_post(&f, 2, &(struct post_new){.text = S(" \n ")}, &nobody), "social.empty");
    int64_t media[POST_PHOTOS_MAX + 1] = {1};
    assert_key(try_post(&f, 2, &(struct post_new){.media_ids = media, .media_count = 1}, &nobody),
               "social.photo_gone");
    assert_key(try_post(&f, 2, &(struct post_new){.media_ids = media, .media_count = COUNT(media)},
                        &nobody),
               "social.too_many");
    assert_key(try_post(&f, 2, &(struct post_new){.text = S("\xe2\x80\xaetxt")}, &nobody),
               "social.bad_text");
    char *text = arena_alloc(&f.t.arena, POST_TEXT_MAX + 1);
    assert_non_null(text);
    memset(text, 'x', POST_TEXT_MAX + 1);
    assert_key(try_post(&f, 2, &(struct post_new){.text = {text, POST_TEXT_MAX + 1}}, &nobody),
               "social.too_long");
    testing_must(try_post(&f, 2, &(struct post_new){.text = {text, POST_TEXT_MAX}}, &nobody));

    assert_key(act(&f, 1, REMOVE, id), "social.gone"); /* another's */
    testing_must(act(&f, 0, REMOVE, id));
    assert_key(act(&f, 0, REMOVE, id), "social.gone");
    assert_key(say(&f, 2, id, S("late"), STR_NONE, &nobody), "social.gone");
    assert_key(act(&f, 2, LIKE, id), "social.gone");
    close_fixture(&f);
}

static void counts_follow_rows(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    int64_t id = publish(&f, 0, S("Morning")), one, two;
    for (int i = 0; i < 3; i++) {
        testing_must(act(&f, 2, LIKE, id));
        testing_must(act(&f, 3, LIKE, id));
    }
    assert_int_equal(show(&f, 2, id).like_count, 2);
    assert_true(show(&f, 2, id).liked_by_viewer);
    assert_false(show(&f, 4, id).liked_by_viewer);
    for (int i = 0; i < 3; i++)
        testing_must(act(&f, 2, UNLIKE, id));
    assert_int_equal(show(&f, 2, id).like_count, 1);
    testing_must(act(&f, 2, SHARE, id));
    assert_int_equal(show(&f, 2, id).share_count, 1);

    testing_must(say(&f, 2, id, S("Nice"), S("k1"), &one));
    testing_must(say(&f, 2, id, S("Nice"), S("k1"), &two));
    assert_int_equal(one, two);
    assert_key(say(&f, 2, id, S("Other"), S("k1"), &two), "error.key_reused");
    testing_must(say(&f, 3, id, S("Nice"), S("k1"), &two)); /* keys of two people are two keys */
    assert_int_not_equal(one, two);
    assert_int_equal(show(&f, 2, id).comment_count, 2);
    assert_key(say(&f, 2, id, S("  "), STR_NONE, &two), "social.comment_empty");
    assert_key(act(&f, 4, UNCOMMENT, one), "social.gone");
    testing_must(act(&f, 0, UNCOMMENT, one));               /* the post's author */
    assert_key(act(&f, 2, UNCOMMENT, one), "social.gone");
    assert_int_equal(show(&f, 2, id).comment_count, 1);
    close_fixture(&f);
}

static void tags_find_posts_in_any_spelling(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct id_text tail = id_format(f.people[0].v);
    str text;
    testing_must(str_fmt(&f.t.arena, &text,
                         "Sommer #\xc3\x9c"
                         "ber%s und #\xef\xbc\xb2%s",
                         tail.text, tail.text));
    int64_t id = publish(&f, 2, text);
    static const char *const spellings[] = {"\xc3\xbc\x42\x45R", "r", "R"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        str tag;
        testing_must(str_fmt(&f.t.arena, &tag, "%s%s", spellings[i], tail.text));
        struct posts page =
            list(&f, &(struct social_query){.list = SOCIAL_TAG, .tag = tag, .limit = 10});
        assert_int_equal(page.count, 1);
        assert_int_equal(page.posts[0].id.v, id);
    }
    close_fixture(&f);
}

static size_t story_of(struct fixture *f, int who, struct shop_id shop, const char *kind)
{
    struct timeline_subject subject = {
        .shop_id = shop, .account_ids = &f->people[who].v, .account_count = 1};
    struct timeline_entry *entries;
    size_t count, found = 0;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(social_feature.timeline(tx, &f->t.arena, &subject, 10, &entries, &count));
    db_read_end(tx);
    for (size_t i = 0; i < count; i++)
        found += str_eq(str_c(entries[i].kind), str_c(kind));
    return found;
}

static void a_shop_knows_what_was_done_with_it_only(enum db_engine engine)
{
    struct fixture f;
    int64_t id, other, comment;
    open_fixture(&f, engine);
    testing_must(try_post(&f, 0, &(struct post_new){.text = S("ours"), .shop_id = f.shop}, &id));
    testing_must(
        try_post(&f, 1, &(struct post_new){.text = S("theirs"), .shop_id = f.other_shop}, &other));
    testing_must(say(&f, 2, id, S("Hello"), STR_NONE, &comment));
    testing_must(say(&f, 2, other, S("Hello to the others"), STR_NONE, &comment));
    testing_must(act(&f, 2, LIKE, id));
    testing_must(act(&f, 2, FOLLOW_SHOP, f.shop.v));
    assert_int_equal(story_of(&f, 2, f.shop, "comment"), 1);
    assert_int_equal(story_of(&f, 2, f.shop, "like"), 1);
    assert_int_equal(story_of(&f, 2, f.shop, "follow"), 1);
    assert_int_equal(story_of(&f, 2, f.other_shop, "comment"), 1);
    assert_int_equal(story_of(&f, 2, f.other_shop, "like"), 0);
    assert_int_equal(story_of(&f, 0, f.shop, "post"), 1);
    close_fixture(&f);
}

struct racer {
    struct fixture *f;
    int64_t post;
    int index, failures;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    struct arena mine;
    arena_init(&mine, MiB(4));
    for (int i = 0; i < 20; i++) {
        struct step steps[] = {
            {.act = i % 2 == 0 ? LIKE : UNLIKE, .id = r->post},
            {.act = i % 2 == 0 ? FOLLOW : UNFOLLOW, .id = r->f->people[0].v},
            {.act = COMMENT, .id = r->post, .text = S("again"), .key = S("same key")},
        };
        struct account_id who = r->f->people[2 + r->index % 2];
        for (size_t k = 0; k < COUNT(steps); k++)
            r->failures += turn_run(r->f->t.platform, &mine, who, do_step, &steps[k]) != NULL;
        arena_reset(&mine);
    }
    arena_done(&mine);
    return NULL;
}

static void races_leave_true_counts(enum db_engine engine)
{
    struct fixture f;
    struct racer racers[8];
    pthread_t threads[COUNT(racers)];
    open_fixture(&f, engine);
    int64_t id = publish(&f, 0, S("Race"));
    for (int i = 0; i < (int)COUNT(racers); i++) {
        racers[i] = (struct racer){.f = &f, .post = id, .index = i};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < COUNT(racers); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(racers[i].failures, 0);
    }
    assert_int_equal(show(&f, 2, id).comment_count, 2);       /* two people, one key each */
    close_fixture(&f);                                        /* verify compares counts with rows */
}

ON_BOTH(a_post_is_checked_and_read_back)
ON_BOTH(counts_follow_rows)
ON_BOTH(tags_find_posts_in_any_spelling)
ON_BOTH(a_shop_knows_what_was_done_with_it_only)
ON_BOTH(races_leave_true_counts)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_post_is_checked_and_read_back),
        BOTH(counts_follow_rows),
        BOTH(tags_find_posts_in_any_spelling),
        BOTH(a_shop_knows_what_was_done_with_it_only),
        BOTH(races_leave_true_counts),
    };
    return cmocka_run_group_tests_name("social", tests, NULL, NULL);
}
