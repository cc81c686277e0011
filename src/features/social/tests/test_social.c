/* Social on both engines: counts, keys, fan-out and its order, cursors, merges. */
#include <pthread.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "core/testing.h"
#include "core/verify.h"
#include "shop/shop.h"
#include "social/social.h"

enum { PEOPLE = 6, CROWD = 450 };

struct fixture {
    struct testing t;
    struct account_id people[PEOPLE];
    struct shop_id shop, other_shop;
    struct product_id suit, foreign, draft;
};

/* ---- set-up: person 0 owns a shop, person 1 another ---- */

static const struct err *make_people(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    for (size_t i = 0; i < PEOPLE; i++)
        TRY(account_guest_make(t, S("Ann"), S("en"), &f->people[i]));
    return NULL;
}

static const struct err *make_product(struct turn *t, struct shop_id shop, enum product_status status,
                                      struct product_id *ret)
{
    bool is_changed;
    struct variant_input one = {.price_minor = 4900};
    struct product_input in = {.title = S("Suit"), .status = status, .variants = &one, .variant_count = 1};
    return catalog_save(t, shop, &in, (struct product_id){0}, ret, &is_changed);
}

static const struct err *make_shop(struct turn *t, struct shop_id *ret)
{
    struct id_text tail = id_format(turn_new_id(t));
    str handle;
    TRY(str_fmt(t->arena, &handle, "reef-%s", tail.text));
    return shop_create(t, &(struct shop_new){.handle = handle, .name = S("Reef"), .currency = S("EUR"),
                                             .country = S("NL")}, ret);
}

static const struct err *make_first(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(make_shop(t, &f->shop));
    TRY(make_product(t, f->shop, PRODUCT_DRAFT, &f->draft));
    return make_product(t, f->shop, PRODUCT_ACTIVE, &f->suit);
}

static const struct err *make_second(struct turn *t, void *arg)
{
    struct fixture *f = arg;
    TRY(make_shop(t, &f->other_shop));
    return make_product(t, f->other_shop, PRODUCT_ACTIVE, &f->foreign);
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, make_people, f);
    testing_turn(&f->t, f->people[0], make_first, f);
    testing_turn(&f->t, f->people[1], make_second, f);
}

static void close_fixture(struct fixture *f)
{
    struct strbuf lines;
    int violations;
    testing_drain(&f->t);
    strbuf_init(&lines, &f->t.arena, KiB(64));
    testing_must(verify_run(f->t.platform, &f->t.arena, &lines, &violations));
    if (violations != 0)
        print_message("%.*s\n", STR_ARG(strbuf_view(&lines)));
    assert_int_equal(violations, 0);
    testing_close(&f->t);
}

/* ---- one act per turn ---- */

enum act { POST, REMOVE, COMMENT, UNCOMMENT, LIKE, UNLIKE, FOLLOW, UNFOLLOW, FOLLOW_SHOP, SHARE };
struct step {
    enum act act;
    int64_t id;
    str text, key;
    struct post_new post;
    int64_t made;
};

static const struct err *do_step(struct turn *t, void *arg)
{
    struct step *s = arg;
    struct post_id post = {s->id};
    struct comment_id comment = {s->id};
    const struct err *e = NULL;
    switch (s->act) {
    case POST:
        e = social_post_make(t, &s->post, &post);
        s->made = post.v;
        return e;
    case REMOVE:
        return social_post_remove(t, post);
    case COMMENT:
        e = social_comment_make(t, post, s->text, s->key, &comment);
        s->made = comment.v;
        return e;
    case UNCOMMENT:
        return social_comment_remove(t, comment);
    case LIKE:
    case UNLIKE:
        return social_like_set(t, post, s->act == LIKE);
    case FOLLOW:
    case UNFOLLOW:
        return social_follow_set(t, (struct account_id){s->id}, s->act == FOLLOW);
    case FOLLOW_SHOP:
        return social_shop_follow_set(t, (struct shop_id){s->id}, true);
    case SHARE:
        return social_share_count(t, post);
    }
    return NULL;
}

static const struct err *act(struct fixture *f, int who, enum act what, int64_t id)
{
    struct step s = {.act = what, .id = id};
    return turn_run(f->t.platform, &f->t.arena, f->people[who], do_step, &s);
}

static const struct err *say(struct fixture *f, int who, int64_t post, str text, str key, int64_t *ret)
{
    struct step s = {.act = COMMENT, .id = post, .text = text, .key = key};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->people[who], do_step, &s);
    *ret = s.made;
    return e;
}

static const struct err *try_post(struct fixture *f, int who, const struct post_new *n, int64_t *ret)
{
    struct step s = {.act = POST, .post = *n};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->people[who], do_step, &s);
    *ret = s.made;
    return e;
}

static int64_t publish(struct fixture *f, int who, str text)
{
    int64_t id;
    testing_must(try_post(f, who, &(struct post_new){.text = text}, &id));
    return id;
}

static struct post show(struct fixture *f, int viewer, int64_t id)
{
    struct tx *tx;
    struct post post;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(social_post(tx, &f->t.arena, (struct post_id){id}, f->people[viewer], &post));
    db_read_end(tx);
    return post;
}

struct posts {
    struct post *posts;
    size_t count;
    struct post_id next;
};

static struct posts list(struct fixture *f, const struct social_query *q)
{
    struct tx *tx;
    struct posts page;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(social_list(tx, &f->t.arena, q, &page.posts, &page.count, &page.next));
    db_read_end(tx);
    return page;
}

static struct posts home(struct fixture *f, int who, int64_t cursor, size_t limit)
{
    return list(f, &(struct social_query){.list = SOCIAL_HOME, .viewer = f->people[who], .cursor = {cursor},
                                          .limit = limit});
}

#define assert_key(e, wanted) \
    do { \
        const struct err *got_e_ = (e); \
        assert_non_null(got_e_); \
        assert_string_equal(got_e_->key, wanted); \
    } while (0)

/* ---- behaviours ---- */

static void a_post_is_checked_and_read_back(enum db_engine engine)
{
    struct fixture f;
    int64_t id, nobody;
    open_fixture(&f, engine);
    struct post_tag_new tags[] = {{f.suit, 0, 500, 460}};
    struct post_new n = {.shop_id = f.shop, .text = S("Dry in an hour. Comment #Reef"), .tags = tags, .tag_count = 1};
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
    assert_key(try_post(&f, 2, &(struct post_new){.media_ids = media, .media_count = COUNT(media)}, &nobody),
               "social.too_many");
    assert_key(try_post(&f, 2, &(struct post_new){.text = S("\xe2\x80\xaetxt")}, &nobody), "social.bad_text");
    char *text = arena_alloc(&f.t.arena, POST_TEXT_MAX + 1);
    assert_non_null(text);
    memset(text, 'x', POST_TEXT_MAX + 1);
    assert_key(try_post(&f, 2, &(struct post_new){.text = {text, POST_TEXT_MAX + 1}}, &nobody), "social.too_long");
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

static void a_feed_is_newest_first_and_stands_still(enum db_engine engine)
{
    struct fixture f;
    int64_t ids[5], late;
    open_fixture(&f, engine);
    testing_must(act(&f, 2, FOLLOW, f.people[3].v));
    testing_must(act(&f, 2, FOLLOW_SHOP, f.shop.v));
    assert_key(act(&f, 2, FOLLOW, f.people[2].v), "social.self");
    testing_must(try_post(&f, 0, &(struct post_new){.text = S("before"), .shop_id = f.shop}, &ids[0]));
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

static void tags_find_posts_in_any_spelling(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct id_text tail = id_format(f.people[0].v);
    str text;
    testing_must(str_fmt(&f.t.arena, &text, "Sommer #\xc3\x9c""ber%s und #\xef\xbc\xb2%s", tail.text, tail.text));
    int64_t id = publish(&f, 2, text);
    static const char *const spellings[] = {"\xc3\xbc""BER", "r", "R"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        str tag;
        testing_must(str_fmt(&f.t.arena, &tag, "%s%s", spellings[i], tail.text));
        struct posts page = list(&f, &(struct social_query){.list = SOCIAL_TAG, .tag = tag, .limit = 10});
        assert_int_equal(page.count, 1);
        assert_int_equal(page.posts[0].id.v, id);
    }
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
    testing_must(try_post(&f, 0, &(struct post_new){.text = S("Hello all"), .shop_id = f.shop}, &id));
    testing_drain(&f.t);
    for (size_t i = 0; i < CROWD; i++) {
        struct posts page = list(&f, &(struct social_query){.list = SOCIAL_HOME, .viewer = c.members[i], .limit = 3});
        assert_int_equal(page.count, 1);
        assert_int_equal(page.posts[0].id.v, id);
    }
    close_fixture(&f);
}

static const struct err *announce_merge(struct turn *t, void *arg)
{
    const struct fixture *f = arg;
    return event_emit(t, &(struct event){.kind = "account.merged", .version = 1, .account_id = f->people[3],
                                         .subject_id = f->people[2].v, .object_id = f->people[3].v});
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
    struct posts page = list(&f, &(struct social_query){.list = SOCIAL_SOURCE, .source = f.people[3].v, .limit = 10});
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

#define ON_BOTH(behaviour) \
    static void behaviour##_sqlite(void **state) \
    { \
        (void)state; \
        behaviour(DB_SQLITE); \
    } \
    static void behaviour##_postgres(void **state) \
    { \
        (void)state; \
        assert_true(testing_has_engine(DB_POSTGRES)); \
        behaviour(DB_POSTGRES); \
    }
ON_BOTH(a_post_is_checked_and_read_back)
ON_BOTH(counts_follow_rows)
ON_BOTH(a_feed_is_newest_first_and_stands_still)
ON_BOTH(tags_find_posts_in_any_spelling)
ON_BOTH(a_post_reaches_every_follower)
ON_BOTH(a_merge_moves_everything_once)
ON_BOTH(races_leave_true_counts)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_post_is_checked_and_read_back_sqlite), TEST(a_post_is_checked_and_read_back_postgres),
        TEST(counts_follow_rows_sqlite), TEST(counts_follow_rows_postgres),
        TEST(a_feed_is_newest_first_and_stands_still_sqlite), TEST(a_feed_is_newest_first_and_stands_still_postgres),
        TEST(tags_find_posts_in_any_spelling_sqlite), TEST(tags_find_posts_in_any_spelling_postgres),
        TEST(a_post_reaches_every_follower_sqlite), TEST(a_post_reaches_every_follower_postgres),
        TEST(a_merge_moves_everything_once_sqlite), TEST(a_merge_moves_everything_once_postgres),
        TEST(races_leave_true_counts_sqlite), TEST(races_leave_true_counts_postgres),
    };
    return cmocka_run_group_tests_name("social", tests, NULL, NULL);
}
