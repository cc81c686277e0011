/* Pages that show posts: home, explore, hashtag, profiles, one post. */
#include "social/social_pages.h"

#include "core/permission.h"
#include "pool/pool.h"
#include "social/social_part.h"
#include "social/social_tpl.h"
#include "social/social_view.h"

enum { FEED_POSTS = 10, TILES = 24, UNREAD_MAX = 1000000 };

/* ---- lists ---- */

/* Fills posts and the address of the next page: `path` with before= put behind. */
static const struct err *fill_feed(struct web *w, struct social_query *q, str path,
                                   struct feed_view *v)
{
    struct post *posts;
    struct post_id next;
    struct tx *tx;
    TRY(social_view_cursor(w, "before", &q->cursor.v));
    TRY(web_read(w, &tx));
    q->viewer = w->viewer.account_id;
    TRY(social_list(tx, w->arena, q, &posts, &v->count, &next));
    TRY(social_view_posts(w, posts, v->count, &v->posts));
    if (next.v == 0)
        return NULL;
    struct id_text text = id_format(next.v);
    str address;
    TRY(str_fmt(w->arena, &address, "%.*s%cbefore=%s", STR_ARG(path),
                str_find_char(path, '?') >= 0 ? '&' : '?', text.text));
    ASSERT(url_check(address, &v->next));
    return NULL;
}

const struct err *social_page_home(struct web *w)
{
    struct feed_view v = {.is_everyone = !str_is_empty(web_query(w, "all"))};
    struct social_query q = {.list = SOCIAL_SHOPS, .limit = FEED_POSTS};
    struct social_profile me = {0};
    struct html h;
    struct tx *tx;
    TRY(web_read(w, &tx));
    if (w->viewer.account_id.v != 0)
        TRY(social_profile(tx, w->arena, w->viewer.account_id.v, w->viewer.account_id, &me));
    v.follows_nobody = me.following_count == 0 && !v.is_everyone;
    if (v.is_everyone)
        q.list = SOCIAL_EVERYONE;
    else if (me.following_count > 0)
        q.list = SOCIAL_HOME;
    TRY(fill_feed(w, &q, v.is_everyone ? S("/?all=1") : S("/"), &v));
    TRY(page_init(w, &v.page, locale_text(w->locale, "page.home")));
    v.page.place = "home";
    v.page.description = locale_text(w->locale, "social.site_words");
    web_html_begin(w, &h);
    tpl_home_page(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *social_page_explore(struct web *w)
{
    struct feed_view v = {0};
    struct html h;
    TRY(fill_feed(w, &(struct social_query){.list = SOCIAL_EVERYONE, .limit = TILES}, S("/explore"),
                  &v));
    TRY(page_init(w, &v.page, locale_text(w->locale, "page.explore")));
    v.page.place = "explore";
    web_html_begin(w, &h);
    tpl_explore_page(&h, &v);
    return web_html(w, 200, &h);
}

static const struct err *tag_path(struct web *w, str tag, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, w->arena, KiB(2));
    strbuf_add(&sb, S("/tag/"));
    url_encode(&sb, tag);
    return strbuf_finish(&sb, ret);
}

const struct err *social_page_tag(struct web *w)
{
    struct feed_view v = {0};
    struct html h;
    str path, title;
    TRY(social_tag_fold(w->arena, web_param(w, 0), &v.tag));
    TRY(tag_path(w, v.tag, &path));
    TRY(fill_feed(w, &(struct social_query){.list = SOCIAL_TAG, .tag = v.tag, .limit = TILES}, path,
                  &v));
    TRY(str_fmt(w->arena, &title, "#%.*s", STR_ARG(v.tag)));
    TRY(page_init(w, &v.page, title));
    v.page.place = "explore";
    web_html_begin(w, &h);
    tpl_tag_page(&h, &v);
    return web_html(w, 200, &h);
}

/* The search field of explore: leads to the hashtag that was typed, with or without its sign. */
const struct err *social_page_tag_search(struct web *w)
{
    str text = str_trim(web_query(w, "q")), path, *tags, marked;
    size_t count;
    TRY(str_fmt(w->arena, &marked, "%s%.*s", str_starts(text, S("#")) ? "" : "#", STR_ARG(text)));
    TRY(social_hashtags(w->arena, marked, &tags, &count));
    if (count == 0)
        return web_redirect(w, "/explore");
    TRY(tag_path(w, tags[0], &path));
    return web_redirect_to(w, path);
}

/* ---- people and shops ---- */

static const struct err *fill_head(struct web *w, int64_t source, int64_t media_id, str path,
                                   struct profile_view *v)
{
    struct photo photo;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(social_profile(tx, w->arena, source, w->viewer.account_id, &v->numbers));
    TRY(social_view_follow(w, source, v->is_shop, v->handle, path, &v->follow));
    TRY(face_make(w->arena, v->name, source, &v->face));
    TRY(media_photo(tx, w->arena, media_id, &photo));
    v->face.photo = photo.url_small;
    v->face.is_shop = v->is_shop;
    TRY(page_init(w, &v->feed.page, v->name));
    v->feed.page.description = v->words;
    v->feed.page.place = "";
    v->feed.page.palette = v->shop.accent;
    return NULL;
}

static const struct err *fill_posts(struct web *w, int64_t source, str path, struct profile_view *v)
{
    return fill_feed(
        w, &(struct social_query){.list = SOCIAL_SOURCE, .source = source, .limit = TILES}, path,
        &v->feed);
}

const struct err *social_page_profile(struct web *w)
{
    struct account account;
    struct html h;
    struct tx *tx;
    str path;
    TRY(web_read(w, &tx));
    TRY(account_by_handle(tx, w->arena, web_param(w, 0), &account));
    if (!str_eq(account.handle, web_param(w, 0)))
        return web_redirect(w, "/@%.*s", STR_ARG(account.handle));
    struct profile_view v = {.name = account.name, .handle = account.handle, .words = account.bio};
    TRY(str_fmt(w->arena, &path, "/@%.*s", STR_ARG(account.handle)));
    TRY(fill_head(w, account.id.v, account.avatar_media_id, path, &v));
    TRY(fill_posts(w, account.id.v, path, &v));
    web_html_begin(w, &h);
    tpl_profile_page(&h, &v);
    return web_html(w, 200, &h);
}

static const struct err *begin_shop(struct web *w, const char *below, str *ret_path,
                                    struct profile_view *v)
{
    struct tx *tx;
    str role = STR_NONE;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &v->shop));
    v->is_shop = true;
    v->name = v->shop.name;
    v->handle = v->shop.handle;
    v->words = v->shop.tagline;
    if (w->viewer.account_id.v != 0)
        TRY(permission_role(tx, w->arena, v->shop.id, w->viewer.account_id, &role));
    v->is_mine = !str_is_absent(role);
    TRY(str_fmt(w->arena, ret_path, "/s/%.*s%s", STR_ARG(v->shop.handle), below));
    return fill_head(w, v->shop.id.v, v->shop.logo_media_id, *ret_path, v);
}

const struct err *social_page_shop(struct web *w)
{
    struct profile_view v = {0};
    struct html h;
    str path;
    TRY(begin_shop(w, "/posts", &path, &v));
    TRY(fill_posts(w, v.shop.id.v, path, &v));
    web_html_begin(w, &h);
    tpl_profile_page(&h, &v);
    return web_html(w, 200, &h);
}

/* The products of a shop, newest first, with what a shared address shows of it. */
static const struct err *fill_cards(struct web *w, str path, struct profile_view *v)
{
    struct product_id before;
    struct tx *tx;
    struct page *p = &v->feed.page;
    TRY(social_view_cursor(w, "before", &before.v));
    TRY(web_read(w, &tx));
    TRY(catalog_list(tx, w->arena, v->shop.id, before, TILES, &v->cards, &v->card_count));
    for (size_t i = 0; i < v->card_count && i < SOCIAL_IN_SIGHT; i++)
        v->cards[i].photo.is_first = true;
    p->place = "explore";
    ASSERT(url_check(path, &p->share));
    if (str_is_empty(p->description))
        p->description = v->shop.about;
    if (v->card_count > 0 && v->cards[0].photo.state == MEDIA_READY)
        TRY(str_fmt(w->arena, &p->og_image, "%.*s%.*s", STR_ARG(w->platform->base_url),
                    STR_ARG(v->cards[0].photo.url_large.url)));
    if (v->card_count < TILES)
        return NULL;
    struct id_text last = id_format(v->cards[v->card_count - 1].id.v);
    str next;
    TRY(str_fmt(w->arena, &next, "%.*s?before=%s", STR_ARG(path), last.text));
    ASSERT(url_check(next, &v->next_cards));
    return NULL;
}

const struct err *social_page_front(struct web *w)
{
    struct profile_view v = {0};
    struct html h;
    str path;
    TRY(begin_shop(w, "", &path, &v));
    TRY(fill_cards(w, path, &v));
    v.empty = (struct empty_view){.drawing = "products",
                                  .title = locale_text(w->locale, "catalog.none"),
                                  .words = locale_text(w->locale, "catalog.none_words")};
    web_html_begin(w, &h);
    tpl_front_page(&h, &v);
    return web_html(w, 200, &h);
}

/* ---- one post ---- */

/* After a comment the address carries how many unread messages there were before it: more now means
 * an answer. */
static const struct err *fill_answer(struct web *w, struct post_page_view *v)
{
    str said = web_query(w, "said");
    int64_t unread = 0;
    if (v->shop.id.v != 0)
        TRY(social_view_unread(w, v->shop.id, &unread));
    v->waits = v->shop.id.v != 0 && !str_is_empty(said) && str_to_int(said, &v->seen_unread) &&
               v->seen_unread >= 0 && v->seen_unread < UNREAD_MAX;
    v->is_answered = v->waits && unread > v->seen_unread;
    return NULL;
}

static const struct err *load_post(struct web *w, struct post_id id, struct post_page_view *v)
{
    struct post post;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(social_post(tx, w->arena, id, w->viewer.account_id, &post));
    TRY(social_view_post(w, &post, &v->post));
    if (post.photo_count > 0)
        post.photos[0].is_first = true;
    pool_page_of_shop(w, post.shop_id);
    return post.shop_id.v == 0 ? NULL : shop_get(tx, w->arena, post.shop_id, &v->shop);
}

static const struct err *fill_frame(struct web *w, struct post_page_view *v)
{
    const struct post *p = &v->post.post;
    str title;
    TRY(locale_format(w->arena, w->locale, "social.post_of", &v->post.name, 1, &title));
    TRY(page_init(w, &v->page, title));
    v->page.width = "reading";
    v->page.description = p->text;
    v->page.palette = v->shop.accent;
    if (p->photo_count > 0 && p->photos[0].state == MEDIA_READY)
        TRY(str_fmt(w->arena, &v->page.og_image, "%.*s%.*s", STR_ARG(w->platform->base_url),
                    STR_ARG(p->photos[0].url_large.url)));
    return NULL;
}

const struct err *social_show_post(struct web *w, struct post_id id, const struct err *failure)
{
    struct post_page_view v = {0};
    struct html h;
    struct id_text text = id_format(id.v);
    int64_t before;
    str path;
    TRY(social_view_cursor(w, "before", &before));
    TRY(load_post(w, id, &v));
    TRY(social_view_comments(w, id, (struct comment_id){before}, v.post.may_remove, &v.comments));
    TRY(str_fmt(w->arena, &path, "/post/%s", text.text));
    const struct post *p = &v.post.post;
    bool is_shop = p->shop_id.v != 0;
    TRY(social_view_follow(w, is_shop ? p->shop_id.v : p->author_id.v, is_shop,
                           is_shop ? p->shop_handle : p->author_handle, path, &v.follow));
    TRY(social_view_key(w, &v.key));
    TRY(fill_frame(w, &v));
    TRY(fill_answer(w, &v));
    if (failure != NULL) {
        v.error_field = str_c(failure->field);
        TRY(social_view_words(w, failure, &v.error));
        TRY(form_get(w->arena, &w->form, S("text"), &v.typed));
        TRY(form_get(w->arena, &w->form, S("name"), &v.typed_name));
    }
    web_html_begin(w, &h);
    tpl_post_page(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *social_page_post(struct web *w)
{
    struct post_id id;
    TRY(web_param_id(w, 0, &id.v));
    return social_show_post(w, id, NULL);
}

/* The comments alone, for the live page. */
const struct err *social_page_comments(struct web *w)
{
    struct post_page_view v = {0};
    struct post_id id;
    struct html h;
    TRY(web_param_id(w, 0, &id.v));
    if (!web_is_fragment(w)) {
        struct id_text text = id_format(id.v);
        return web_redirect(w, "/post/%s#comments", text.text);
    }
    TRY(load_post(w, id, &v));
    TRY(social_view_comments(w, id, (struct comment_id){0}, v.post.may_remove, &v.comments));
    web_html_begin(w, &h);
    tpl_comment_rows(&h, &v.comments);
    return web_html(w, 200, &h);
}

const struct err *social_page_answer(struct web *w)
{
    struct post_page_view v = {0};
    struct post_id id;
    struct html h;
    TRY(web_param_id(w, 0, &id.v));
    TRY(load_post(w, id, &v));
    TRY(fill_answer(w, &v));
    web_html_begin(w, &h);
    tpl_post_answer(&h, &v);
    return web_html(w, 200, &h);
}

const struct err *social_page_share(struct web *w)
{
    struct post_page_view v = {0};
    struct post_id id;
    struct html h;
    TRY(web_param_id(w, 0, &id.v));
    TRY(load_post(w, id, &v));
    TRY(page_init(w, &v.page, locale_text(w->locale, "social.share_title")));
    v.page.width = "narrow";
    v.page.is_private = true;
    TRY(str_fmt(w->arena, &v.share_address, "%.*s%.*s", STR_ARG(w->platform->base_url),
                STR_ARG(v.post.share.url)));
    web_html_begin(w, &h);
    tpl_share_page(&h, &v);
    return web_html(w, 200, &h);
}
