/* social: posts with tagged products, comments, likes, follows, hashtags, profiles and the home
 * feed. A post belongs to an account; a shop's posts are written by its members on its behalf
 * (shop_id set). Fan-out on write for ordinary authors; merge on read above 5,000 followers. Feed
 * newest first.
 */
#ifndef SOCIAL_SOCIAL_H
#define SOCIAL_SOCIAL_H

#include "catalog/catalog.h"

ID_TYPE(post);
ID_TYPE(comment);

/* Texts in code points. A longer hashtag is no hashtag. */
enum {
    POST_TEXT_MAX = 2200,
    COMMENT_TEXT_MAX = 500,
    POST_PHOTOS_MAX = 10,
    POST_TAGS_MAX = 20,
    POST_HASHTAGS_MAX = 10,
    POST_HASHTAG_BYTES_MAX = 100,
    SOCIAL_PAGE_MAX = 50
};

struct post_tag {
    struct product_card product;
    int photo_index;
    int x_permille, y_permille; /* position on the photo; -1 = not placed */
};

struct post {
    struct post_id id;
    struct account_id author_id;
    struct shop_id shop_id;   /* 0 = a person's post */
    str author_name, author_handle, shop_name, shop_handle;
    struct photo author_photo; /* the shop's logo for a shop's post */
    str text;
    struct photo *photos;
    size_t photo_count;
    struct post_tag *tags;
    size_t tag_count;
    int64_t like_count, comment_count, share_count;
    bool liked_by_viewer;
    int64_t created_ms;
};

struct post_tag_new {
    struct product_id product_id;
    int photo_index, x_permille, y_permille;
};
struct post_new {
    struct shop_id shop_id;   /* 0 = personal */
    str text;                 /* hashtags are read from it (twitter-text rules) */
    const int64_t *media_ids;
    size_t media_count;
    const struct post_tag_new *tags;
    size_t tag_count;
};
/* The actor is the author; for a shop she must hold "post.write" there, and tags only its products.
 * INVALID with the field: "social.empty" (neither text nor photo), "social.too_long",
 * "social.too_many", "social.bad_text", "social.photo_gone", "social.tag_gone". Emits social.post.
 */
const struct err *social_post_make(struct turn *t, const struct post_new *n,
                                   struct post_id *ret) MUST_CHECK;
/* By its author, or staff of its shop; NOT_FOUND otherwise, and when it is gone already. */
const struct err *social_post_remove(struct turn *t, struct post_id id) MUST_CHECK;
/* NOT_FOUND "social.gone". viewer 0: nobody. Tags of products that are no longer sold are left out.
 */
const struct err *social_post(struct tx *tx, struct arena *a, struct post_id id,
                              struct account_id viewer, struct post *ret) MUST_CHECK;
/* key: idempotency; the same key by the same author gives the same comment (absent: none). */
const struct err *social_comment_make(struct turn *t, struct post_id post, str text, str key,
                                      struct comment_id *ret) MUST_CHECK;
/* Whether a comment may read so: INVALID "social.comment_empty", "social.comment_too_long",
 * "social.bad_text". */
const struct err *social_comment_check(struct arena *a, str text) MUST_CHECK;
const struct err *social_like_set(struct turn *t, struct post_id post, bool liked) MUST_CHECK;
/* By the comment's author, the post's author, or staff of the post's shop; NOT_FOUND otherwise. */
const struct err *social_comment_remove(struct turn *t, struct comment_id id) MUST_CHECK;
/* A follower follows a source: a person (her own posts) or a shop (its posts, whoever wrote them).
 * Nobody follows herself: INVALID "social.self". */
const struct err *social_follow_set(struct turn *t, struct account_id whom,
                                    bool follows) MUST_CHECK;
const struct err *social_shop_follow_set(struct turn *t, struct shop_id shop,
                                         bool follows) MUST_CHECK;
const struct err *social_share_count(struct turn *t, struct post_id post) MUST_CHECK;

struct comment {
    struct comment_id id;
    struct post_id post_id;
    struct account_id author_id;
    str author_name, author_handle, text;
    struct photo author_photo;
    int64_t created_ms;
};
const struct err *social_comment(struct tx *tx, struct arena *a, struct comment_id id,
                                 struct comment *ret) MUST_CHECK;
/* The newest `limit` older than `cursor` (0 = newest), in the order they were written. */
const struct err *social_comments(struct tx *tx, struct arena *a, struct post_id post,
                                  struct comment_id cursor, size_t limit, struct comment **ret,
                                  size_t *ret_count) MUST_CHECK;

/* Lists of posts, newest first, older than `cursor` (0 = newest), at most SOCIAL_PAGE_MAX. */
enum social_list {
    SOCIAL_LIST_UNSET = 0,
    SOCIAL_HOME,              /* of the viewer's followed sources; of nobody's: empty */
    SOCIAL_EVERYONE,
    SOCIAL_SHOPS,             /* all shops: home of those who follow nobody */
    SOCIAL_SOURCE,            /* of one account or shop: `source` is its id */
    SOCIAL_TAG,               /* `tag`, in any spelling */
    SOCIAL_LIKED              /* what the viewer likes */
};
struct social_query {
    enum social_list list;
    int64_t source;
    str tag;
    struct account_id viewer;
    struct post_id cursor;
    size_t limit;
};
/* *ret_next: cursor of the following page, 0 = no more. */
const struct err *social_list(struct tx *tx, struct arena *a, const struct social_query *q,
                              struct post **ret, size_t *ret_count,
                              struct post_id *ret_next) MUST_CHECK;

struct social_profile {
    int64_t follower_count, post_count, following_count; /* following: of accounts, 0 for shops */
    bool followed_by_viewer;
};
/* source: an account's or a shop's id. */
const struct err *social_profile(struct tx *tx, struct arena *a, int64_t source,
                                 struct account_id viewer, struct social_profile *ret) MUST_CHECK;

/* Hashtags of a text: folded to lower case, NFKC, without '#', at most POST_HASHTAGS_MAX. */
const struct err *social_hashtags(struct arena *a, str text, str **ret,
                                  size_t *ret_count) MUST_CHECK;

/* Events: social.post (subject post), social.comment (subject post, object comment, shop = the
 * post's shop, account = commenter, text = folded hashtags separated by blanks), social.like
 * (subject post), social.follow (subject source, account = follower). */

extern const struct feature social_feature;

#endif
