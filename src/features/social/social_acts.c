/* What people do with posts: comment, like, follow, share. Counts stand in the row of the post or
 * source and change in the same turn, only when the act's own row did.
 */
#include "account/account.h"
#include "base/utf8.h"
#include "core/permission.h"
#include "shop/shop.h"
#include "social/social.h"
#include "social/social_part.h"
#include "social/social_sql.h"

enum { EVENT_TEXT_BYTES = 200 };

static const struct err *post_row(struct turn *t, struct post_id post,
                                  struct social_post_row_row *ret)
{
    bool is_found;
    TRY(social_post_row(t->tx, t->arena, post, ret, &is_found));
    return is_found ? NULL : social_gone(t->arena, post.v);
}

static const struct err *need_actor(struct turn *t)
{
    return t->actor.v == 0 ? ERR(t->arena, ERR_DENIED, "error.denied", "an act without an actor")
                           : NULL;
}

/* ---- comments ---- */

const struct err *social_comment_check(struct arena *a, str text)
{
    const char *key = NULL;
    if (str_is_empty(str_trim(text)))
        key = "social.comment_empty";
    else if (utf8_count(text) > COMMENT_TEXT_MAX)
        key = "social.comment_too_long";
    else if (!utf8_is_comment(text))
        key = "social.bad_text";
    return key == NULL ? NULL
                       : err_with_field(a, ERR(a, ERR_INVALID, key, "%zu bytes", text.len), "text");
}

/* The folded hashtags with a blank between, whole ones only. */
static const struct err *tags_line(struct arena *a, str text, str *ret)
{
    struct strbuf sb;
    str *tags;
    size_t count;
    TRY(social_hashtags(a, text, &tags, &count));
    strbuf_init(&sb, a, EVENT_TEXT_BYTES);
    for (size_t i = 0; i < count && sb.len + 1 + tags[i].len <= EVENT_TEXT_BYTES; i++) {
        strbuf_add(&sb, i == 0 ? S("") : S(" "));
        strbuf_add(&sb, tags[i]);
    }
    return strbuf_finish(&sb, ret);
}

/* *ret_found: the author used this key before. For another text it is a mistake of the caller. */
static const struct err *earlier(struct turn *t, struct post_id post, str text, str key,
                                 struct comment_id *ret, bool *ret_found)
{
    struct social_comment_of_key_row row;
    *ret_found = false;
    if (str_is_absent(key))
        return NULL;
    TRY(social_comment_of_key(t->tx, t->arena, t->actor, key, &row, ret_found));
    if (!*ret_found)
        return NULL;
    if (row.post_id.v != post.v || !str_eq(row.body, text))
        return ERR(t->arena, ERR_INVALID, "error.key_reused", "comment %lld", (long long)row.id.v);
    *ret = row.id;
    return NULL;
}

const struct err *social_comment_make(struct turn *t, struct post_id post, str text, str key,
                                      struct comment_id *ret)
{
    struct social_post_row_row row;
    struct comment_id id = {turn_new_id(t)};
    int64_t made;
    bool is_repeat;
    str tags;
    TRY(need_actor(t));
    TRY(social_comment_check(t->arena, text));
    TRY(post_row(t, post, &row));
    key = str_is_empty(key) ? STR_NONE : key;
    TRY(earlier(t, post, text, key, ret, &is_repeat));
    if (is_repeat)
        return NULL;
    TRY(social_comment_insert(t->tx, t->arena, id, post, t->actor, row.shop_id, text, key,
                              t->now_ms, &made));
    if (made == 0)                /* its twin committed between our look and our insert */
        return earlier(t, post, text, key, ret, &is_repeat);
    TRY(social_comment_count_add(t->tx, t->arena, post, 1));
    TRY(tags_line(t->arena, text, &tags));
    *ret = id;
    return event_emit(t, &(struct event){.kind = "social.comment",
                                         .version = 1,
                                         .shop_id = row.shop_id,
                                         .account_id = t->actor,
                                         .subject_id = post.v,
                                         .object_id = id.v,
                                         .text = tags,
                                         .actor = t->actor});
}

const struct err *social_comment_remove(struct turn *t, struct comment_id id)
{
    struct social_comment_row_row comment;
    struct social_post_row_row post;
    bool is_found;
    int64_t gone;
    TRY(need_actor(t));
    TRY(social_comment_row(t->tx, t->arena, id, &comment, &is_found));
    if (!is_found)
        return social_gone(t->arena, id.v);
    TRY(post_row(t, comment.post_id, &post));
    bool may = comment.account_id.v == t->actor.v || post.account_id.v == t->actor.v;
    if (!may && (post.shop_id.v == 0 || permission_check(t->tx, t->arena, t->platform, post.shop_id,
                                                         t->actor, "post.write") != NULL))
        return social_gone(t->arena, id.v);
    TRY(social_comment_delete(t->tx, t->arena, id, &gone));
    return gone == 0 ? social_gone(t->arena, id.v)
                     : social_comment_count_add(t->tx, t->arena, post.id, -1);
}

static const struct err *fill_comment(struct tx *tx, struct arena *a,
                                      const struct social_comment_row_row *row, struct comment *ret)
{
    struct account author;
    TRY(account_get(tx, a, row->account_id, &author));
    *ret = (struct comment){.id = row->id,
                            .post_id = row->post_id,
                            .author_id = author.id,
                            .author_name = author.name,
                            .author_handle = author.handle,
                            .text = row->body,
                            .created_ms = row->created_ms};
    return media_photo(tx, a, author.avatar_media_id, &ret->author_photo);
}

const struct err *social_comment(struct tx *tx, struct arena *a, struct comment_id id,
                                 struct comment *ret)
{
    struct social_comment_row_row row;
    bool is_found;
    TRY(social_comment_row(tx, a, id, &row, &is_found));
    return is_found ? fill_comment(tx, a, &row, ret) : social_gone(a, id.v);
}

const struct err *social_comments(struct tx *tx, struct arena *a, struct post_id post,
                                  struct comment_id cursor, size_t limit, struct comment **ret,
                                  size_t *ret_count)
{
    struct social_comment_row_row *rows;
    TRY(social_comments_before(tx, a, post, cursor.v == 0 ? INT64_MAX : cursor.v, (int64_t)limit,
                               limit, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        TRY(fill_comment(tx, a, &rows[*ret_count - 1 - i], &(*ret)[i]));
    return NULL;
}

/* ---- likes, shares, follows ---- */

const struct err *social_like_set(struct turn *t, struct post_id post, bool liked)
{
    struct social_post_row_row row;
    int64_t changed;
    TRY(need_actor(t));
    TRY(post_row(t, post, &row));
    if (liked)
        TRY(social_like_insert(t->tx, t->arena, t->actor, post, t->now_ms, &changed));
    else
        TRY(social_like_delete(t->tx, t->arena, t->actor, post, &changed));
    if (changed == 0)
        return NULL;
    TRY(social_like_count_add(t->tx, t->arena, post, liked ? 1 : -1));
    return !liked ? NULL
                  : event_emit(t, &(struct event){.kind = "social.like",
                                                  .version = 1,
                                                  .shop_id = row.shop_id,
                                                  .account_id = t->actor,
                                                  .subject_id = post.v,
                                                  .actor = t->actor});
}

const struct err *social_share_count(struct turn *t, struct post_id post)
{
    int64_t counted;
    TRY(social_share_count_add(t->tx, t->arena, post, &counted));
    return counted == 0 ? social_gone(t->arena, post.v) : NULL;
}

const struct err *social_follow_change(struct turn *t, struct account_id follower, int64_t source,
                                       bool follows, bool *ret_changed)
{
    int64_t changed;
    if (follows)
        TRY(social_follow_insert(t->tx, t->arena, follower, source, t->now_ms, &changed));
    else
        TRY(social_follow_delete(t->tx, t->arena, follower, source, &changed));
    *ret_changed = changed != 0;
    if (changed == 0)
        return NULL;
    if (follows)
        return social_source_follower_add(t->tx, t->arena, source, SOCIAL_STAR_FOLLOWERS);
    TRY(social_source_follower_drop(t->tx, t->arena, source));
    return social_timeline_forget(t->tx, t->arena, follower, source);
}

static const struct err *follow(struct turn *t, struct shop_id shop, int64_t source, bool follows)
{
    bool is_changed;
    TRY(need_actor(t));
    if (source == t->actor.v)
        return ERR(t->arena, ERR_INVALID, "social.self", "%lld", (long long)source);
    TRY(social_follow_change(t, t->actor, source, follows, &is_changed));
    if (!is_changed || !follows)
        return NULL;
    return event_emit(t, &(struct event){.kind = "social.follow",
                                         .version = 1,
                                         .shop_id = shop,
                                         .account_id = t->actor,
                                         .subject_id = source,
                                         .actor = t->actor});
}

const struct err *social_follow_set(struct turn *t, struct account_id whom, bool follows)
{
    struct account account;
    TRY(account_get(t->tx, t->arena, whom, &account));
    return follow(t, (struct shop_id){0}, account.id.v, follows);
}

const struct err *social_shop_follow_set(struct turn *t, struct shop_id shop, bool follows)
{
    struct shop row;
    TRY(shop_get(t->tx, t->arena, shop, &row));
    return follow(t, shop, shop.v, follows);
}
