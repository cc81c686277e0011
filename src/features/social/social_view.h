/* What the pages of social show; filled by social_view.c, read by the templates. */
#ifndef SOCIAL_SOCIAL_VIEW_H
#define SOCIAL_SOCIAL_VIEW_H

#include "account/account.h"
#include "shop/shop.h"
#include "social/social.h"
#include "social/social_text.h"
#include "web/page.h"

struct text_view {
    struct social_piece *pieces;
    size_t count;
};

/* A tagged product: its card below the photo, and a dot on the photo when it is placed. */
struct tag_view {
    const struct product_card *card;
    struct price_view price;
    int photo_index;          /* -1: not placed */
    str x, y;                 /* "46.5%" */
};

struct post_view {
    struct post post;
    struct face face;         /* of the source: shop or author */
    str name;
    struct text_view text;
    struct tag_view *tags;
    size_t tag_count;
    struct url_safe share;    /* for the phone's share sheet, with the viewer's referral */
    bool may_remove, has_viewer;
};

struct comment_view {
    struct comment comment;
    struct face face;
    struct text_view text;
    bool may_remove;
};

struct comments_view {
    struct post_id post;
    struct comment_view *comments;
    size_t count;
    struct comment_id earlier; /* cursor of those before; 0 = none */
};

struct follow_view {
    struct url_safe action;
    str next;                 /* where the form leads back to */
    bool is_offered, follows, has_viewer;
};

/* Home, explore, a hashtag, a profile: some posts under a head. */
struct feed_view {
    struct page page;
    struct post_view *posts;
    size_t count;
    struct url_safe next;
    bool is_everyone, follows_nobody;
    str tag;
};

/* A person or a shop: a head above her posts, or above a shop's products. */
struct profile_view {
    struct feed_view feed;
    struct social_profile numbers;
    struct face face;
    str name, handle, words;
    struct follow_view follow;
    bool is_shop, is_mine;    /* is_mine: the reader works in this shop */
    struct shop shop;
    struct product_card *cards;
    size_t card_count;
    struct url_safe next_cards;
    struct empty_view empty;
};

struct post_page_view {
    struct page page;
    struct post_view post;
    struct comments_view comments;
    struct shop shop;         /* of a shop's post */
    str key;                  /* of the comment form */
    str typed, typed_name;    /* kept when the comment was refused */
    str error, error_field;
    struct follow_view follow;
    bool waits; /* she just commented below a shop's post: an answer may come by chat */
    int64_t seen_unread;      /* her unread messages of this shop before the comment */
    bool is_answered;
    str share_address;        /* on the share page: the whole address */
};

struct composer_view {
    struct page page;
    struct product_card *products;
    size_t product_count;
    bool *chosen;
    bool is_shop;
    str shop_handle, key, text, links, error, error_field;
    struct url_safe action;
};

struct posts_console_view {
    struct page page;
    struct post_view *posts;
    size_t count;
    struct url_safe next;
    bool may_write;
    str shop_handle;
};

const struct err *social_view_text(struct arena *a, str text, struct text_view *ret) MUST_CHECK;
const struct err *social_view_post(struct web *w, const struct post *post,
                                   struct post_view *ret) MUST_CHECK;
enum { SOCIAL_IN_SIGHT = 2 }; /* of a list, when the page opens: their photos are fetched at once */
const struct err *social_view_posts(struct web *w, const struct post *posts, size_t count,
                                    struct post_view **ret) MUST_CHECK;
/* may_moderate: the viewer may remove any of them. */
const struct err *social_view_comments(struct web *w, struct post_id post, struct comment_id before,
                                       bool may_moderate, struct comments_view *ret) MUST_CHECK;
/* source: the shop (handle) or person (handle) whose id it is; nothing is offered on one's own. */
const struct err *social_view_follow(struct web *w, int64_t source, bool is_shop, str handle,
                                     str next, struct follow_view *ret) MUST_CHECK;
/* The viewer's unread messages in her chat with the shop, 0 for nobody. */
const struct err *social_view_unread(struct web *w, struct shop_id shop, int64_t *ret) MUST_CHECK;
/* A key that makes one form one act. */
const struct err *social_view_key(struct web *w, str *ret) MUST_CHECK;
/* What to tell about an error, in the reader's language. */
const struct err *social_view_words(struct web *w, const struct err *e, str *ret) MUST_CHECK;
/* Cursor of the query: absent gives 0; INVALID when malformed. */
const struct err *social_view_cursor(struct web *w, const char *name, int64_t *ret) MUST_CHECK;

#endif
