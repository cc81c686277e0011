/* The JSON API of social: the same commands as the pages. */
#include <jansson.h>

#include "base/json.h"
#include "pool/pool.h"
#include "shop/shop.h"
#include "social/social_json.h"
#include "social/social_pages.h"
#include "social/social_view.h"

enum { LIMIT_DEFAULT = 20, JSON_BYTES_MAX = 1024 * 1024 };

/* ---- answers ---- */

struct answer {
    struct strbuf sb;
    struct json j;
};

static void begin(struct web *w, struct answer *x)
{
    strbuf_init(&x->sb, w->arena, JSON_BYTES_MAX);
    json_init(&x->j, &x->sb);
}

static const struct err *finish(struct web *w, int status, struct answer *x)
{
    str body;
    TRY(json_finish(&x->j, &body));
    return web_json(w, status, body);
}

/* ---- lists ---- */

static const struct err *read_paging(struct web *w, int64_t *ret_cursor, size_t *ret_limit)
{
    int64_t limit;
    TRY(social_view_cursor(w, "cursor", ret_cursor));
    TRY(web_query_int(w, "limit", LIMIT_DEFAULT, 1, SOCIAL_PAGE_MAX, &limit));
    *ret_limit = (size_t)limit;
    return NULL;
}

static const struct err *answer_list(struct web *w, struct social_query *q)
{
    struct answer x;
    struct post *posts;
    size_t count;
    struct tx *tx;
    TRY(read_paging(w, &q->cursor.v, &q->limit));
    q->viewer = w->viewer.account_id;
    TRY(web_read(w, &tx));
    struct post_id next;
    TRY(social_list(tx, w->arena, q, &posts, &count, &next));
    begin(w, &x);
    json_object_begin(&x.j);
    json_key(&x.j, S("items"));
    json_array_begin(&x.j);
    for (size_t i = 0; i < count; i++)
        social_json_post(&x.j, &posts[i]);
    json_array_end(&x.j);
    json_put_id(&x.j, "next", next.v);
    json_object_end(&x.j);
    return finish(w, 200, &x);
}

const struct err *social_api_feed(struct web *w)
{
    static const struct {
        str name;
        enum social_list list;
    } lists[] = {{STR_INIT("home"), SOCIAL_HOME},
                 {STR_INIT("everyone"), SOCIAL_EVERYONE},
                 {STR_INIT("shops"), SOCIAL_SHOPS},
                 {STR_INIT("liked"), SOCIAL_LIKED}};
    str name = web_query(w, "list");
    struct social_query q = {.list = w->viewer.account_id.v != 0 ? SOCIAL_HOME : SOCIAL_SHOPS};
    bool is_known = str_is_empty(name);
    for (size_t i = 0; i < COUNT(lists); i++) {
        if (!str_eq(name, lists[i].name))
            continue;
        q.list = lists[i].list;
        is_known = true;
    }
    if (!is_known)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_request", "list"),
                              "list");
    if ((q.list == SOCIAL_HOME || q.list == SOCIAL_LIKED) && w->viewer.account_id.v == 0)
        return ERR(w->arena, ERR_DENIED, "error.sign_in", "a feed of nobody");
    return answer_list(w, &q);
}

const struct err *social_api_tag_posts(struct web *w)
{
    return answer_list(w, &(struct social_query){.list = SOCIAL_TAG, .tag = web_param(w, 0)});
}

static const struct err *account_of(struct web *w, struct account *ret)
{
    struct tx *tx;
    TRY(web_read(w, &tx));
    return account_by_handle(tx, w->arena, web_param(w, 0), ret);
}

static const struct err *shop_of(struct web *w, struct shop *ret)
{
    struct tx *tx;
    TRY(web_read(w, &tx));
    return shop_by_handle(tx, w->arena, web_param(w, 0), ret);
}

const struct err *social_api_account_posts(struct web *w)
{
    struct account account;
    TRY(account_of(w, &account));
    return answer_list(w, &(struct social_query){.list = SOCIAL_SOURCE, .source = account.id.v});
}

const struct err *social_api_shop_posts(struct web *w)
{
    struct shop shop;
    TRY(shop_of(w, &shop));
    return answer_list(w, &(struct social_query){.list = SOCIAL_SOURCE, .source = shop.id.v});
}

const struct err *social_api_profile(struct web *w)
{
    struct social_profile numbers;
    struct account account;
    struct answer x;
    struct tx *tx;
    TRY(account_of(w, &account));
    TRY(web_read(w, &tx));
    TRY(social_profile(tx, w->arena, account.id.v, w->viewer.account_id, &numbers));
    begin(w, &x);
    json_object_begin(&x.j);
    json_put_id(&x.j, "id", account.id.v);
    json_put_str(&x.j, "name", account.name);
    json_put_str(&x.j, "handle", account.handle);
    json_put_str(&x.j, "bio", account.bio);
    json_put_int(&x.j, "follower_count", numbers.follower_count);
    json_put_int(&x.j, "following_count", numbers.following_count);
    json_put_int(&x.j, "post_count", numbers.post_count);
    json_key(&x.j, S("followed"));
    json_bool(&x.j, numbers.followed_by_viewer);
    json_object_end(&x.j);
    return finish(w, 200, &x);
}

/* ---- posts ---- */

static const struct err *answer_post(struct web *w, struct post_id id, int status)
{
    struct answer x;
    struct post post;
    struct tx *tx;
    TRY(web_read(w, &tx));
    TRY(social_post(tx, w->arena, id, w->viewer.account_id, &post));
    begin(w, &x);
    social_json_post(&x.j, &post);
    return finish(w, status, &x);
}

const struct err *social_api_post(struct web *w)
{
    struct post_id id;
    TRY(web_param_id(w, 0, &id.v));
    return answer_post(w, id, 200);
}

static const struct err *bad(struct web *w, const char *field)
{
    return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "error.bad_type", "%s", field),
                          field);
}

static bool json_to_id(const json_t *value, int64_t *ret)
{
    return json_is_string(value) &&
           id_parse((str){json_string_value(value), json_string_length(value)}, ret);
}

static const struct err *read_photos(struct web *w, struct post_new *n)
{
    const json_t *list = json_object_get(w->form.json, "photos");
    int64_t *ids;
    if (list == NULL || json_is_null(list))
        return NULL;
    n->media_count = json_array_size(list);
    if (!json_is_array(list) || n->media_count > POST_PHOTOS_MAX)
        return bad(w, "photos");
    TRY_NEW_ARRAY(w->arena, ids, n->media_count);
    for (size_t i = 0; i < n->media_count; i++)
        if (!json_to_id(json_array_get(list, i), &ids[i]))
            return bad(w, "photos");
    n->media_ids = ids;
    return NULL;
}

/* A whole number in range, or -1 when the member is not there. */
static bool read_small(const json_t *object, const char *key, int *ret)
{
    const json_t *value = json_object_get(object, key);
    *ret = -1;
    if (value == NULL || json_is_null(value))
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > 1000)
        return false;
    *ret = (int)json_integer_value(value);
    return true;
}

/* [{"id": "...", "photo": 0, "x_permille": 500, "y_permille": 460}]; the last three may be left
 * out. */
static const struct err *read_products(struct web *w, struct post_new *n)
{
    const json_t *list = json_object_get(w->form.json, "products");
    struct post_tag_new *tags;
    if (list == NULL || json_is_null(list))
        return NULL;
    n->tag_count = json_array_size(list);
    if (!json_is_array(list) || n->tag_count > POST_TAGS_MAX)
        return bad(w, "products");
    TRY_NEW_ARRAY(w->arena, tags, n->tag_count);
    for (size_t i = 0; i < n->tag_count; i++) {
        const json_t *item = json_array_get(list, i);
        if (!json_to_id(json_object_get(item, "id"), &tags[i].product_id.v) ||
            !read_small(item, "photo", &tags[i].photo_index) ||
            !read_small(item, "x_permille", &tags[i].x_permille) ||
            !read_small(item, "y_permille", &tags[i].y_permille))
            return bad(w, "products");
    }
    n->tags = tags;
    return NULL;
}

struct make {
    struct post_new post;
    struct post_id made;
};

static const struct err *make_post(struct turn *t, void *arg)
{
    struct make *m = arg;
    return social_post_make(t, &m->post, &m->made);
}

/* With a key: the same key gives the same post. */
static const struct err *make_post_once(struct turn *t, void *arg, int *ret_status, str *ret_body)
{
    struct make *m = arg;
    struct post post;
    struct strbuf sb;
    struct json j;
    TRY(make_post(t, arg));
    TRY(social_post(t->tx, t->arena, m->made, t->actor, &post));
    strbuf_init(&sb, t->arena, KiB(60));
    json_init(&j, &sb);
    social_json_post(&j, &post);
    *ret_status = 201;
    return json_finish(&j, ret_body);
}

const struct err *social_api_post_make(struct web *w)
{
    struct make m = {0};
    str shop_handle;
    struct shop shop;
    struct tx *tx;
    TRY(web_text(w, "text", 0, POST_TEXT_MAX, &m.post.text));
    TRY(web_text(w, "shop", 0, SHOP_HANDLE_MAX, &shop_handle));
    if (!str_is_empty(shop_handle)) {
        TRY(web_read(w, &tx));
        TRY(shop_by_handle(tx, w->arena, shop_handle, &shop));
        m.post.shop_id = shop.id;
    }
    if (w->form.json != NULL) {
        TRY(read_photos(w, &m.post));
        TRY(read_products(w, &m.post));
    }
    if (!str_is_absent(web_idempotency_key(w)))
        return web_once(w, make_post_once, &m);
    TRY(web_write(w, make_post, &m));
    return answer_post(w, m.made, 201);
}

/* ---- comments and the small acts ---- */

const struct err *social_api_comments(struct web *w)
{
    struct answer x;
    struct comment *comments;
    struct comment_id cursor;
    struct post_id id;
    struct post post;
    size_t count, limit;
    struct tx *tx;
    TRY(web_param_id(w, 0, &id.v));
    TRY(read_paging(w, &cursor.v, &limit));
    TRY(web_read(w, &tx));
    TRY(social_post(tx, w->arena, id, w->viewer.account_id, &post));
    TRY(social_comments(tx, w->arena, id, cursor, limit + 1, &comments, &count));
    size_t skipped = count > limit ? 1 : 0;
    begin(w, &x);
    json_object_begin(&x.j);
    json_key(&x.j, S("items"));
    json_array_begin(&x.j);
    for (size_t i = skipped; i < count; i++)
        social_json_comment(&x.j, &comments[i]);
    json_array_end(&x.j);
    json_put_id(&x.j, "next", skipped > 0 ? comments[1].id.v : 0);
    json_object_end(&x.j);
    return finish(w, 200, &x);
}

struct act {
    struct post_id post;
    struct comment_id comment;
    int64_t whom;
    str text, key;
    enum {
        REMOVE_POST, COMMENT, REMOVE_COMMENT, LIKE, UNLIKE, FOLLOW, UNFOLLOW, FOLLOW_SHOP,
        UNFOLLOW_SHOP
    } what;
};

static const struct err *run_act(struct turn *t, void *arg)
{
    struct act *x = arg;
    switch (x->what) {
    case REMOVE_POST:
        return social_post_remove(t, x->post);
    case COMMENT:
        return social_comment_make(t, x->post, x->text, x->key, &x->comment);
    case REMOVE_COMMENT:
        return social_comment_remove(t, x->comment);
    case LIKE:
    case UNLIKE:
        return social_like_set(t, x->post, x->what == LIKE);
    case FOLLOW:
    case UNFOLLOW:
        return social_follow_set(t, (struct account_id){x->whom}, x->what == FOLLOW);
    case FOLLOW_SHOP:
    case UNFOLLOW_SHOP:
        return social_shop_follow_set(t, (struct shop_id){x->whom}, x->what == FOLLOW_SHOP);
    }
    return NULL;
}

static const struct err *answer_nothing(struct web *w)
{
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}

const struct err *social_api_comment_make(struct web *w)
{
    struct act x = {.what = COMMENT, .key = web_idempotency_key(w)};
    struct answer out;
    struct comment comment;
    struct tx *tx;
    TRY(web_param_id(w, 0, &x.post.v));
    TRY(web_text(w, "text", 1, COMMENT_TEXT_MAX, &x.text));
    TRY(web_write(w, run_act, &x));
    pool_show_intent(w);
    TRY(web_read(w, &tx));
    TRY(social_comment(tx, w->arena, x.comment, &comment));
    begin(w, &out);
    social_json_comment(&out.j, &comment);
    return finish(w, 201, &out);
}

const struct err *social_api_post_remove(struct web *w)
{
    struct act x = {.what = REMOVE_POST};
    TRY(web_param_id(w, 0, &x.post.v));
    TRY(web_write(w, run_act, &x));
    return answer_nothing(w);
}

const struct err *social_api_comment_remove(struct web *w)
{
    struct act x = {.what = REMOVE_COMMENT};
    TRY(web_param_id(w, 0, &x.comment.v));
    TRY(web_write(w, run_act, &x));
    return answer_nothing(w);
}

static const struct err *set_like(struct web *w, bool on)
{
    struct act x = {.what = on ? LIKE : UNLIKE};
    TRY(web_param_id(w, 0, &x.post.v));
    TRY(web_write(w, run_act, &x));
    return answer_nothing(w);
}

const struct err *social_api_like(struct web *w)
{
    return set_like(w, true);
}

const struct err *social_api_unlike(struct web *w)
{
    return set_like(w, false);
}

static const struct err *set_follow(struct web *w, bool on)
{
    struct act x = {.what = on ? FOLLOW : UNFOLLOW};
    struct account account;
    TRY(account_of(w, &account));
    x.whom = account.id.v;
    TRY(web_write(w, run_act, &x));
    return answer_nothing(w);
}

const struct err *social_api_follow(struct web *w)
{
    return set_follow(w, true);
}

const struct err *social_api_unfollow(struct web *w)
{
    return set_follow(w, false);
}

static const struct err *set_follow_shop(struct web *w, bool on)
{
    struct act x = {.what = on ? FOLLOW_SHOP : UNFOLLOW_SHOP};
    struct shop shop;
    TRY(shop_of(w, &shop));
    x.whom = shop.id.v;
    TRY(web_write(w, run_act, &x));
    return answer_nothing(w);
}

const struct err *social_api_follow_shop(struct web *w)
{
    return set_follow_shop(w, true);
}

const struct err *social_api_unfollow_shop(struct web *w)
{
    return set_follow_shop(w, false);
}
