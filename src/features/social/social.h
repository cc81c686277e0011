/* social: profiles, posts with tagged products, comments, likes, follows, hashtags, and the home feed.
 * A post belongs to an account; a shop's posts are written by its members on its behalf (shop_id set).
 * Fan-out on write for ordinary authors; merge on read above 5,000 followers. Feed newest first.
 */
#ifndef SOCIAL_SOCIAL_H
#define SOCIAL_SOCIAL_H

#include "catalog/catalog.h"

ID_TYPE(post);
ID_TYPE(comment);

enum { POST_TEXT_MAX = 2200, COMMENT_TEXT_MAX = 500, POST_PHOTOS_MAX = 10, POST_TAGS_MAX = 20, POST_HASHTAGS_MAX = 10 };

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
    struct photo author_photo;
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
const struct err *social_post_make(struct turn *t, const struct post_new *n, struct post_id *ret) MUST_CHECK;
const struct err *social_post(struct tx *tx, struct arena *a, struct post_id id, struct account_id viewer, struct post *ret) MUST_CHECK;
/* key: idempotency; the same key by the same author gives the same comment. */
const struct err *social_comment_make(struct turn *t, struct post_id post, str text, str key, struct comment_id *ret) MUST_CHECK;
const struct err *social_like_set(struct turn *t, struct post_id post, bool liked) MUST_CHECK;
const struct err *social_follow_set(struct turn *t, struct account_id whom, bool follows) MUST_CHECK;
const struct err *social_share_count(struct turn *t, struct post_id post) MUST_CHECK;

/* Hashtags of a text: folded to lower case, NFKC, without '#', at most POST_HASHTAGS_MAX. */
const struct err *social_hashtags(struct arena *a, str text, str **ret, size_t *ret_count) MUST_CHECK;

/* Events: social.post (subject post), social.comment (subject post, object comment, shop = the post's shop,
 * account = commenter, text = folded hashtags separated by blanks), social.like, social.follow. */

extern const struct feature social_feature;

#endif
