/* From posts and comments to what templates show. */
#include "social/social_view.h"

#include "core/permission.h"
#include "pool/pool.h"
#include "social/social_part.h"

enum { COMMENTS_SHOWN = 30, KEY_BYTES = 16 };

const struct err *social_view_text(struct arena *a, str text, struct text_view *ret)
{
    return social_pieces(a, text, &ret->pieces, &ret->count);
}

static const struct err *local(struct arena *a, str path, struct url_safe *ret)
{
    if (!url_check(path, ret))
        return ERR(a, ERR_BUG, "error.bug", "path %.*s", STR_ARG(path));
    return NULL;
}

static const struct err *fill_face(struct web *w, struct post_view *v)
{
    const struct post *p = &v->post;
    bool is_shop = p->shop_id.v != 0;
    str path;
    v->name = is_shop ? p->shop_name : p->author_name;
    TRY(face_make(w->arena, v->name, is_shop ? p->shop_id.v : p->author_id.v, &v->face));
    v->face.is_shop = is_shop;
    v->face.photo = p->author_photo.url_small;
    TRY(str_fmt(w->arena, &path, is_shop ? "/s/%.*s/posts" : "/@%.*s",
                STR_ARG(is_shop ? p->shop_handle : p->author_handle)));
    return local(w->arena, path, &v->face.path);
}

static const struct err *percent(struct arena *a, int permille, str *ret)
{
    return str_fmt(a, ret, "%d.%d%%", permille / 10, permille % 10);
}

static const struct err *fill_tags(struct web *w, struct post_view *v)
{
    const struct post *p = &v->post;
    TRY_NEW_ARRAY(w->arena, v->tags, p->tag_count);
    v->tag_count = p->tag_count;
    for (size_t i = 0; i < p->tag_count; i++) {
        const struct post_tag *tag = &p->tags[i];
        struct tag_view *t = &v->tags[i];
        bool is_placed = tag->x_permille >= 0 && (size_t)tag->photo_index < p->photo_count;
        *t = (struct tag_view){.card = &tag->product,
                               .photo_index = is_placed ? tag->photo_index : -1};
        t->price = catalog_card_price(&tag->product);
        if (is_placed) {
            TRY(percent(w->arena, tag->x_permille, &t->x));
            TRY(percent(w->arena, tag->y_permille, &t->y));
        }
    }
    return NULL;
}

static const struct err *may_remove(struct web *w, const struct post *p, bool *ret)
{
    struct tx *tx;
    str role = STR_NONE;
    *ret = w->viewer.account_id.v != 0 && w->viewer.account_id.v == p->author_id.v;
    if (*ret || p->shop_id.v == 0 || w->viewer.account_id.v == 0)
        return NULL;
    TRY(web_read(w, &tx));
    TRY(permission_role(tx, w->arena, p->shop_id, w->viewer.account_id, &role));
    *ret = !str_is_absent(role) && permission_of_role(w->platform, role, "post.write");
    return NULL;
}

const struct err *social_view_post(struct web *w, const struct post *post, struct post_view *ret)
{
    struct id_text id = id_format(post->id.v);
    str path, share;
    *ret = (struct post_view){.post = *post, .has_viewer = w->viewer.account_id.v != 0};
    TRY(fill_face(w, ret));
    TRY(social_view_text(w->arena, post->text, &ret->text));
    TRY(fill_tags(w, ret));
    TRY(str_fmt(w->arena, &path, "/post/%s", id.text));
    TRY(pool_share_path(w, path, &share));
    TRY(local(w->arena, share, &ret->share));
    return may_remove(w, post, &ret->may_remove);
}

const struct err *social_view_posts(struct web *w, const struct post *posts, size_t count,
                                    struct post_view **ret)
{
    TRY_NEW_ARRAY(w->arena, *ret, count);
    for (size_t i = 0; i < count; i++) {
        TRY(social_view_post(w, &posts[i], &(*ret)[i]));
        if (i < SOCIAL_IN_SIGHT && posts[i].photo_count > 0)
            posts[i].photos[0].is_first = true;
    }
    return NULL;
}

static const struct err *fill_comment(struct web *w, const struct comment *comment,
                                      bool may_moderate, struct comment_view *ret)
{
    str path;
    *ret = (struct comment_view){.comment = *comment};
    ret->may_remove = may_moderate || (w->viewer.account_id.v != 0 &&
                                       w->viewer.account_id.v == comment->author_id.v);
    TRY(face_make(w->arena, comment->author_name, comment->author_id.v, &ret->face));
    ret->face.photo = comment->author_photo.url_small;
    TRY(str_fmt(w->arena, &path, "/@%.*s", STR_ARG(comment->author_handle)));
    TRY(local(w->arena, path, &ret->face.path));
    return social_view_text(w->arena, comment->text, &ret->text);
}

const struct err *social_view_comments(struct web *w, struct post_id post, struct comment_id before,
                                       bool may_moderate, struct comments_view *ret)
{
    struct comment *comments;
    size_t count;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(social_comments(tx, w->arena, post, before, COMMENTS_SHOWN + 1, &comments, &count));
    size_t skipped = count > COMMENTS_SHOWN ? 1 : 0;
    *ret = (struct comments_view){.post = post, .count = count - skipped};
    if (skipped > 0)
        ret->earlier = comments[1].id;
    TRY_NEW_ARRAY(w->arena, ret->comments, ret->count);
    for (size_t i = 0; i < ret->count; i++)
        TRY(fill_comment(w, &comments[i + skipped], may_moderate, &ret->comments[i]));
    return NULL;
}

const struct err *social_view_follow(struct web *w, int64_t source, bool is_shop, str handle,
                                     str next, struct follow_view *ret)
{
    struct social_profile numbers;
    struct tx *tx;
    str action;
    TRY(web_read(w, &tx));
    TRY(social_profile(tx, w->arena, source, w->viewer.account_id, &numbers));
    *ret = (struct follow_view){.next = next,
                                .is_offered = source != w->viewer.account_id.v,
                                .follows = numbers.followed_by_viewer,
                                .has_viewer = w->viewer.account_id.v != 0};
    TRY(str_fmt(w->arena, &action, is_shop ? "/s/%.*s/follow" : "/@%.*s/follow", STR_ARG(handle)));
    return local(w->arena, action, &ret->action);
}

const struct err *social_view_key(struct web *w, str *ret)
{
    return rng_token(w->arena, w->platform->rng, KEY_BYTES, ret);
}

const struct err *social_view_words(struct web *w, const struct err *e, str *ret)
{
    return locale_format(w->arena, w->locale, e->key, e->args, ERR_ARGS_MAX, ret);
}

const struct err *social_view_cursor(struct web *w, const char *name, int64_t *ret)
{
    str text = web_query(w, name);
    *ret = 0;
    if (str_is_empty(text) || id_parse(text, ret))
        return NULL;
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_request", "cursor"),
                          name);
}

const struct err *social_view_unread(struct web *w, struct shop_id shop, int64_t *ret)
{
    struct page_counts counts = {.talk_shop = shop};
    struct tx *tx;
    TRY(web_read(w, &tx));
    for (size_t i = 0; i < w->platform->feature_count && w->viewer.account_id.v != 0; i++)
        if (w->platform->features[i]->page_counts != NULL)
            TRY(w->platform->features[i]->page_counts(w, tx, &counts));
    *ret = counts.chat_unread;
    return NULL;
}
