/* Two shops and some people, and what they do in turns of their own: shared by the tests of social.
 * Person 0 owns the shop, person 1 the other one.
 */
#ifndef SOCIAL_TESTS_SOCIAL_FIXTURE_H
#define SOCIAL_TESTS_SOCIAL_FIXTURE_H

#include "account/account.h"
#include "core/testing.h"
#include "shop/shop.h"
#include "social/social.h"

enum { PEOPLE = 6 };

struct fixture {
    struct testing t;
    struct account_id people[PEOPLE];
    struct shop_id shop, other_shop;
    struct product_id suit, foreign, draft;
};

enum act { POST, REMOVE, COMMENT, UNCOMMENT, LIKE, UNLIKE, FOLLOW, UNFOLLOW, FOLLOW_SHOP, SHARE };
struct step {
    enum act act;
    int64_t id;
    str text, key;
    struct post_new post;
    int64_t made;
};

struct posts {
    struct post *posts;
    size_t count;
    struct post_id next;
};

void open_fixture(struct fixture *f, enum db_engine engine);
/* Drains events and jobs, and verifies every invariant. */
void close_fixture(struct fixture *f);

/* turn_fn: one step. */
const struct err *do_step(struct turn *t, void *arg);
/* The error, or NULL. `ret` is the id that was made. */
const struct err *act(struct fixture *f, int who, enum act what, int64_t id);
const struct err *say(struct fixture *f, int who, int64_t post, str text, str key, int64_t *ret);
const struct err *try_post(struct fixture *f, int who, const struct post_new *n, int64_t *ret);
int64_t publish(struct fixture *f, int who, str text);
struct post show(struct fixture *f, int viewer, int64_t id);
struct posts list(struct fixture *f, const struct social_query *q);
struct posts home(struct fixture *f, int who, int64_t cursor, size_t limit);

#define assert_key(e, wanted) \
    do { \
        const struct err *got_e_ = (e); \
        assert_non_null(got_e_); \
        assert_string_equal(got_e_->key, wanted); \
    } while (0)

#endif
