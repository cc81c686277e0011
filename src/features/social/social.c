/* Posts: making, reading, removing, and lists of them. Comments, likes and follows are
 * social_acts.c, who sees what on her home feed social_timeline.c.
 */
#include "social/social.h"

#include "account/account.h"
#include "base/utf8.h"
#include "core/permission.h"
#include "shop/shop.h"
#include "social/social_part.h"
#include "social/social_sql.h"

enum { PERMILLE = 1000 };

const struct err *social_gone(struct arena *a, int64_t id)
{
    return ERR(a, ERR_NOT_FOUND, "social.gone", "%lld", (long long)id);
}

static const struct err *invalid(struct arena *a, const char *key, const char *field, int64_t n)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%lld", (long long)n), field);
}

/* ---- making ---- */

static const struct err *check_new(struct turn *t, const struct post_new *n)
{
    struct arena *a = t->arena;
    if (t->actor.v == 0)
        return ERR(a, ERR_DENIED, "error.denied", "a post without an author");
    if (n->shop_id.v != 0)
        TRY(permission_check(t->tx, a, t->platform, n->shop_id, t->actor, "post.write"));
    if (str_is_empty(str_trim(n->text)) && n->media_count == 0)
        return invalid(a, "social.empty", "text", 0);
    if (utf8_count(n->text) > POST_TEXT_MAX)
        return invalid(a, "social.too_long", "text", (int64_t)n->text.len);
    if (!utf8_is_comment(n->text))
        return invalid(a, "social.bad_text", "text", 0);
    if (n->media_count > POST_PHOTOS_MAX)
        return invalid(a, "social.too_many", "photos", (int64_t)n->media_count);
    if (n->tag_count > POST_TAGS_MAX)
        return invalid(a, "social.too_many", "products", (int64_t)n->tag_count);
    return NULL;
}

static const struct err *save_photos(struct turn *t, struct post_id id, const struct post_new *n)
{
    for (size_t i = 0; i < n->media_count; i++) {
        struct photo photo;
        TRY(media_photo_own(t->tx, t->arena, t->actor, n->shop_id, n->media_ids[i], &photo));
        if (photo.id.v == 0)
            return invalid(t->arena, "social.photo_gone", "photos", n->media_ids[i]);
        TRY(social_photo_insert(t->tx, t->arena, t->actor, id, (int64_t)i, n->media_ids[i]));
    }
    return NULL;
}

static const struct err *save_tags(struct turn *t, struct post_id id, const struct post_new *n)
{
    for (size_t i = 0; i < n->tag_count; i++) {
        const struct post_tag_new *tag = &n->tags[i];
        struct product_card card;
        TRY(catalog_cards(t->tx, t->arena, &tag->product_id.v, 1, &card));
        if (card.id.v == 0 || (n->shop_id.v != 0 && card.shop_id.v != n->shop_id.v))
            return invalid(t->arena, "social.tag_gone", "products", tag->product_id.v);
        bool is_placed = tag->x_permille >= 0 && tag->x_permille <= PERMILLE &&
                         tag->y_permille >= 0 && tag->y_permille <= PERMILLE &&
                         tag->photo_index >= 0 && (size_t)tag->photo_index < n->media_count;
        TRY(social_tag_insert(t->tx, t->arena, t->actor, id, (int64_t)i, tag->product_id,
                              is_placed ? tag->photo_index : 0, is_placed ? tag->x_permille : -1,
                              is_placed ? tag->y_permille : -1));
    }
    return NULL;
}

const struct err *social_post_make(struct turn *t, const struct post_new *n, struct post_id *ret)
{
    struct post_id id = {turn_new_id(t)};
    int64_t source = n->shop_id.v != 0 ? n->shop_id.v : t->actor.v;
    str *tags;
    size_t tag_count;
    TRY(check_new(t, n));
    TRY(social_hashtags(t->arena, n->text, &tags, &tag_count));
    TRY(social_post_insert(t->tx, t->arena, id, t->actor, n->shop_id, source,
                           str_is_absent(n->text) ? S("") : n->text, t->now_ms));
    TRY(save_photos(t, id, n));
    TRY(save_tags(t, id, n));
    for (size_t i = 0; i < tag_count; i++)
        TRY(social_hashtag_insert(t->tx, t->arena, t->actor, tags[i], id));
    *ret = id;
    return event_emit(t, &(struct event){.kind = "social.post",
                                         .version = 1,
                                         .shop_id = n->shop_id,
                                         .account_id = t->actor,
                                         .subject_id = id.v,
                                         .object_id = source,
                                         .actor = t->actor});
}

const struct err *social_post_remove(struct turn *t, struct post_id id)
{
    struct social_post_row_row row;
    bool is_found;
    int64_t removed;
    TRY(social_post_row(t->tx, t->arena, id, &row, &is_found));
    if (!is_found)
        return social_gone(t->arena, id.v);
    if (row.account_id.v != t->actor.v || t->actor.v == 0) {
        if (row.shop_id.v == 0 ||
            permission_check(t->tx, t->arena, t->platform, row.shop_id, t->actor, "post.write"))
            return social_gone(t->arena, id.v);
    }
    TRY(social_post_remove_row(t->tx, t->arena, id, t->now_ms, &removed));
    return removed == 0 ? social_gone(t->arena, id.v) : NULL;
}

/* ---- reading ---- */

static const struct err *fill_author(struct tx *tx, struct arena *a, struct post *p)
{
    struct account author;
    struct shop shop = {0};
    TRY(account_get(tx, a, p->author_id, &author));
    p->author_id = author.id;
    p->author_name = author.name;
    p->author_handle = author.handle;
    if (p->shop_id.v != 0)
        TRY(shop_get(tx, a, p->shop_id, &shop));
    p->shop_name = shop.name;
    p->shop_handle = shop.handle;
    return media_photo(tx, a, p->shop_id.v != 0 ? shop.logo_media_id : author.avatar_media_id,
                       &p->author_photo);
}

static const struct err *fill_photos(struct tx *tx, struct arena *a, struct post *p)
{
    struct social_photo_ids_row *rows;
    TRY(social_photo_ids(tx, a, p->id, POST_PHOTOS_MAX, &rows, &p->photo_count));
    TRY_NEW_ARRAY(a, p->photos, p->photo_count);
    for (size_t i = 0; i < p->photo_count; i++)
        TRY(media_photo(tx, a, rows[i].media_id, &p->photos[i]));
    return NULL;
}

static const struct err *fill_tags(struct tx *tx, struct arena *a, struct post *p)
{
    struct social_tag_rows_row *rows;
    size_t count;
    TRY(social_tag_rows(tx, a, p->id, POST_TAGS_MAX, &rows, &count));
    TRY_NEW_ARRAY(a, p->tags, count);
    for (size_t i = 0; i < count; i++) {
        struct post_tag *tag = &p->tags[p->tag_count];
        TRY(catalog_cards(tx, a, &rows[i].product_id.v, 1, &tag->product));
        tag->photo_index = (int)rows[i].photo_index;
        tag->x_permille = (int)rows[i].x_permille;
        tag->y_permille = (int)rows[i].y_permille;
        p->tag_count += tag->product.id.v != 0;
    }
    return NULL;
}

static const struct err *load(struct tx *tx, struct arena *a, struct post_id id,
                              struct account_id viewer, struct post *ret, bool *ret_found)
{
    struct social_post_row_row row;
    struct social_like_row_row like;
    TRY(social_post_row(tx, a, id, &row, ret_found));
    if (!*ret_found)
        return NULL;
    *ret = (struct post){.id = row.id,
                         .author_id = row.account_id,
                         .shop_id = row.shop_id,
                         .text = row.body,
                         .like_count = row.like_count,
                         .comment_count = row.comment_count,
                         .share_count = row.share_count,
                         .created_ms = row.created_ms};
    TRY(fill_author(tx, a, ret));
    TRY(fill_photos(tx, a, ret));
    TRY(fill_tags(tx, a, ret));
    if (viewer.v != 0)
        TRY(social_like_row(tx, a, viewer, id, &like, &ret->liked_by_viewer));
    return NULL;
}

const struct err *social_post(struct tx *tx, struct arena *a, struct post_id id,
                              struct account_id viewer, struct post *ret)
{
    bool is_found;
    TRY(load(tx, a, id, viewer, ret, &is_found));
    return is_found ? NULL : social_gone(a, id.v);
}

const struct err *social_list(struct tx *tx, struct arena *a, const struct social_query *q,
                              struct post **ret, size_t *ret_count, struct post_id *ret_next)
{
    int64_t ids[SOCIAL_PAGE_MAX + 1];
    struct social_query more = *q;
    size_t count, limit = q->limit == 0 || q->limit > SOCIAL_PAGE_MAX ? SOCIAL_PAGE_MAX : q->limit;
    more.limit = limit + 1;
    TRY(social_list_ids(tx, a, &more, ids, &count));
    *ret_next = (struct post_id){count > limit ? ids[limit - 1] : 0};
    *ret_count = 0;
    TRY_NEW_ARRAY(a, *ret, limit);
    for (size_t i = 0; i < count && i < limit; i++) {
        bool is_found;
        TRY(load(tx, a, (struct post_id){ids[i]}, q->viewer, &(*ret)[*ret_count], &is_found));
        *ret_count += is_found;
    }
    return NULL;
}

const struct err *social_profile(struct tx *tx, struct arena *a, int64_t source,
                                 struct account_id viewer, struct social_profile *ret)
{
    struct social_source_row_row row;
    struct social_source_post_count_row posts;
    struct social_following_count_row following;
    struct social_follow_row_row follow;
    bool is_known;
    *ret = (struct social_profile){0};
    TRY(social_source_row(tx, a, source, &row, &is_known));
    TRY(social_source_post_count(tx, a, source, &posts));
    TRY(social_following_count(tx, a, (struct account_id){source}, &following));
    if (viewer.v != 0)
        TRY(social_follow_row(tx, a, viewer, source, &follow, &ret->followed_by_viewer));
    ret->follower_count = is_known ? row.follower_count : 0;
    ret->post_count = posts.posts;
    ret->following_count = following.sources;
    return NULL;
}
