/* What forms on pages do: comment, like, share, follow, remove. Each leads back to a page; a script
 * gets 204. */
#include "core/idempotency.h"
#include "pool/pool.h"
#include "shop/shop.h"
#include "social/social_pages.h"
#include "social/social_view.h"

static const struct err *done(struct web *w, str path)
{
    if (!web_is_fragment(w))
        return web_redirect_to(w, path);
    http_response_body(w->rs, 204, NULL, S(""));
    return NULL;
}

static const struct err *post_path(struct web *w, struct post_id id, str *ret)
{
    struct id_text text = id_format(id.v);
    return str_fmt(w->arena, ret, "/post/%s", text.text);
}

/* ---- comments ---- */

struct say {
    struct post_id post;
    str text, name, key, path;
    struct comment_id made;
    bool is_claimed;          /* a twin of this form is already through, or on its way */
    struct idempotency first; /* of a visitor who has no account yet */
};

static const struct err *claim(struct turn *t, void *arg)
{
    struct say *s = arg;
    struct idempotency_replay replay;
    TRY(idempotency_begin(t, &s->first, &replay));
    s->is_claimed = replay.is_replay;
    return NULL;
}

static const struct err *make_comment(struct turn *t, void *arg)
{
    struct say *s = arg;
    TRY(social_comment_make(t, s->post, s->text, s->key, &s->made));
    return str_is_absent(s->first.key) ? NULL : idempotency_finish(t, &s->first, 303, s->path);
}

/* Only looks, so that a refused comment makes no account. */
static const struct err *check(struct web *w, struct say *s)
{
    struct post post;
    struct tx *tx;
    TRY(web_param_id(w, 0, &s->post.v));
    TRY(web_text(w, "text", 0, 4 * COMMENT_TEXT_MAX, &s->text));
    s->key = web_idempotency_key(w);
    TRY(web_read(w, &tx));
    TRY(social_post(tx, w->arena, s->post, w->viewer.account_id, &post));
    TRY(social_comment_check(w->arena, s->text));
    if (w->viewer.account_id.v != 0)
        return NULL;
    TRY(web_text(w, "name", 0, ACCOUNT_NAME_MAX, &s->name));
    if (str_is_empty(str_trim(s->name)))
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "social.name_first", "no name"),
                              "name");
    return NULL;
}

/* A first comment comes without an account: twins of one form must not make two people. */
static const struct err *become_somebody(struct web *w, struct say *s)
{
    if (w->viewer.account_id.v != 0)
        return NULL;
    if (!str_is_absent(s->key)) {
        s->first = (struct idempotency){.key = s->key};
        TRY(str_fmt(w->arena, &s->first.body, "%.*s\n%.*s\n%.*s", STR_ARG(s->path),
                    STR_ARG(s->name), STR_ARG(s->text)));
        const struct err *e = web_write(w, claim, s);
        if (e != NULL && str_eq(str_c(e->key), S("error.key_running"))) {
            s->is_claimed = true;
            return NULL;
        }
        TRY(e);
    }
    return s->is_claimed ? NULL : web_need_account(w, str_trim(s->name));
}

/* What she has not read of the shop whose post it is: more, after the comment, is its answer. */
static const struct err *unread_before(struct web *w, struct post_id id, int64_t *ret)
{
    struct post post;
    struct tx *tx;
    *ret = 0;
    TRY(web_read(w, &tx));
    TRY(social_post(tx, w->arena, id, w->viewer.account_id, &post));
    return post.shop_id.v == 0 ? NULL : social_view_unread(w, post.shop_id, ret);
}

const struct err *social_act_comment(struct web *w)
{
    struct say s = {0};
    int64_t unread;
    const struct err *e = check(w, &s);
    if (e == NULL) {
        TRY(unread_before(w, s.post, &unread));
        TRY(post_path(w, s.post, &s.path));
        e = become_somebody(w, &s);
    }
    if (e == NULL && !s.is_claimed)
        e = web_write(w, make_comment, &s);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT) && s.post.v != 0)
        return social_show_post(w, s.post, e);
    TRY(e);
    pool_show_intent(w);
    struct id_text post = id_format(s.post.v);
    return web_redirect(w, "/post/%s?said=%lld#comments", post.text, (long long)unread);
}

struct act {
    int64_t id;
    struct post_id post;
    bool on;
};

static const struct err *remove_comment(struct turn *t, void *arg)
{
    struct act *x = arg;
    return social_comment_remove(t, (struct comment_id){x->id});
}

const struct err *social_act_comment_remove(struct web *w)
{
    struct act x = {0};
    struct comment comment;
    struct tx *tx;
    str path;
    TRY(web_param_id(w, 0, &x.id));
    TRY(web_read(w, &tx));
    TRY(social_comment(tx, w->arena, (struct comment_id){x.id}, &comment));
    TRY(web_write(w, remove_comment, &x));
    TRY(post_path(w, comment.post_id, &path));
    return done(w, path);
}

/* ---- the post itself ---- */

static const struct err *remove_post(struct turn *t, void *arg)
{
    return social_post_remove(t, ((struct act *)arg)->post);
}

const struct err *social_act_remove(struct web *w)
{
    struct act x = {0};
    TRY(web_param_id(w, 0, &x.post.v));
    TRY(web_write(w, remove_post, &x));
    TRY(web_flash(w, "social.post_removed"));
    return web_redirect_to(w, web_next(w, "/"));
}

/* Field `on`: "1" or "0"; so that a form sent twice means the same twice. */
static const struct err *read_on(struct web *w, bool *ret)
{
    int64_t on;
    TRY(web_int(w, "on", 0, 1, &on));
    *ret = on == 1;
    return NULL;
}

static const struct err *set_like(struct turn *t, void *arg)
{
    struct act *x = arg;
    return social_like_set(t, x->post, x->on);
}

const struct err *social_act_like(struct web *w)
{
    struct act x = {0};
    str path;
    TRY(web_param_id(w, 0, &x.post.v));
    TRY(read_on(w, &x.on));
    TRY(web_write(w, set_like, &x));
    TRY(post_path(w, x.post, &path));
    return done(w, path);
}

static const struct err *count_share(struct turn *t, void *arg)
{
    return social_share_count(t, ((struct act *)arg)->post);
}

const struct err *social_act_share(struct web *w)
{
    struct act x = {0};
    str path;
    TRY(web_param_id(w, 0, &x.post.v));
    TRY(web_write(w, count_share, &x));
    TRY(post_path(w, x.post, &path));
    TRY(str_fmt(w->arena, &path, "%.*s/share", STR_ARG(path)));
    return done(w, path);
}

/* ---- follow ---- */

static const struct err *set_follow(struct turn *t, void *arg)
{
    struct act *x = arg;
    return social_follow_set(t, (struct account_id){x->id}, x->on);
}

const struct err *social_act_follow(struct web *w)
{
    struct act x = {0};
    struct account account;
    struct tx *tx;
    str path;
    TRY(web_read(w, &tx));
    TRY(account_by_handle(tx, w->arena, web_param(w, 0), &account));
    TRY(read_on(w, &x.on));
    x.id = account.id.v;
    TRY(web_write(w, set_follow, &x));
    TRY(str_fmt(w->arena, &path, "/@%.*s", STR_ARG(account.handle)));
    return done(w, str_is_absent(web_next(w, NULL)) ? path : web_next(w, NULL));
}

static const struct err *set_shop_follow(struct turn *t, void *arg)
{
    struct act *x = arg;
    return social_shop_follow_set(t, (struct shop_id){x->id}, x->on);
}

const struct err *social_act_follow_shop(struct web *w)
{
    struct act x = {0};
    struct shop shop;
    struct tx *tx;
    str path;
    TRY(web_read(w, &tx));
    TRY(shop_by_handle(tx, w->arena, web_param(w, 0), &shop));
    TRY(read_on(w, &x.on));
    x.id = shop.id.v;
    TRY(web_write(w, set_shop_follow, &x));
    TRY(str_fmt(w->arena, &path, "/s/%.*s/posts", STR_ARG(shop.handle)));
    return done(w, str_is_absent(web_next(w, NULL)) ? path : web_next(w, NULL));
}
