/* Writing posts: the composer of people and of shops, and the shop's list of its posts. */

#include "core/permission.h"
#include "social/social_pages.h"
#include "social/social_tpl.h"
#include "social/social_view.h"

enum { PICK_PRODUCTS = 60, SPOTS_MAX = 40, LINKS_BYTES_MAX = 2000, CONSOLE_POSTS = 30 };

/* ---- showing ---- */

static const struct err *fill_typed(struct web *w, struct composer_view *v,
                                    const struct err *failure)
{
    str *chosen;
    size_t count;
    if (failure == NULL)
        return NULL;
    v->error_field = str_c(failure->field);
    TRY(social_view_words(w, failure, &v->error));
    TRY(form_get(w->arena, &w->form, S("text"), &v->text));
    TRY(form_get(w->arena, &w->form, S("links"), &v->links));
    TRY(form_get_all(w->arena, &w->form, S("product"), &chosen, &count));
    for (size_t i = 0; i < v->product_count; i++) {
        struct id_text id = id_format(v->products[i].id.v);
        for (size_t k = 0; k < count; k++)
            v->chosen[i] |= str_eq(chosen[k], id_str(&id));
    }
    return NULL;
}

static const struct err *show_composer(struct web *w, const struct err *failure)
{
    struct composer_view v = {.is_shop = w->shop_id.v != 0, .shop_handle = w->shop_handle};
    struct html h;
    struct tx *tx;
    str action = S("/post/new");
    TRY(web_read(w, &tx));
    if (v.is_shop) {
        TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, PICK_PRODUCTS,
                         &v.products, &v.product_count));
        TRY(str_fmt(w->arena, &action, "/console/%.*s/posts", STR_ARG(w->shop_handle)));
    }
    TRY_NEW_ARRAY(w->arena, v.chosen, v.product_count);
    ASSERT(url_check(action, &v.action));
    TRY(fill_typed(w, &v, failure));
    TRY(social_view_key(w, &v.key));
    TRY(page_init(w, &v.page, locale_text(w->locale, "social.new_post")));
    v.page.place = "post";
    v.page.width = "reading";
    v.page.is_private = true;
    web_html_begin(w, &h);
    if (v.is_shop)
        tpl_console_composer(&h, &v);
    else
        tpl_composer_page(&h, &v);
    return web_html(w, failure == NULL ? 200 : err_policy_of(failure->kind)->http_status, &h);
}

const struct err *social_page_new(struct web *w)
{
    return show_composer(w, NULL);
}

const struct err *social_console_new(struct web *w)
{
    return show_composer(w, NULL);
}

/* ---- reading the form ---- */

struct draft {
    struct post_new post;
    struct post_tag_new tags[POST_TAGS_MAX];
    int64_t media_ids[POST_PHOTOS_MAX];
    const struct form *form;
};

static const struct err *add_tag(struct web *w, struct draft *d, struct product_id product)
{
    for (size_t i = 0; i < d->post.tag_count; i++)
        if (d->tags[i].product_id.v == product.v)
            return NULL;
    if (d->post.tag_count == POST_TAGS_MAX)
        return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "social.too_many", "tags"),
                              "products");
    d->tags[d->post.tag_count++] = (struct post_tag_new){product, 0, -1, -1};
    return NULL;
}

/* "PRODUCT PHOTO X Y": where on which photo it was placed. Of a product that is not chosen:
 * nothing. */
static void place_tag(struct draft *d, str spot)
{
    struct product_id product;
    int64_t numbers[3];
    if (!id_parse(str_cut(&spot, ' '), &product.v))
        return;
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (!str_to_int(str_cut(&spot, ' '), &numbers[i]) || numbers[i] < 0 || numbers[i] > 1000)
            return;
    for (size_t i = 0; i < d->post.tag_count; i++)
        if (d->tags[i].product_id.v == product.v)
            d->tags[i] =
                (struct post_tag_new){product, (int)numbers[0], (int)numbers[1], (int)numbers[2]};
}

static const struct err *read_chosen(struct web *w, struct draft *d)
{
    str *values;
    size_t count;
    TRY(form_get_all(w->arena, &w->form, S("product"), &values, &count));
    for (size_t i = 0; i < count; i++) {
        struct product_id product;
        if (!id_parse(values[i], &product.v))
            return err_with_field(w->arena, ERR(w->arena, ERR_INVALID, "social.tag_gone", "id"),
                                  "products");
        TRY(add_tag(w, d, product));
    }
    TRY(form_get_all(w->arena, &w->form, S("spot"), &values, &count));
    for (size_t i = 0; i < count && i < SPOTS_MAX; i++)
        place_tag(d, values[i]);
    return NULL;
}

/* Addresses of product pages, one per line: "/s/reef/p/tide", with or without our host in front. */
static const struct err *read_links(struct web *w, struct draft *d)
{
    str links;
    struct tx *tx;
    TRY(web_text(w, "links", 0, LINKS_BYTES_MAX, &links));
    TRY(web_read(w, &tx));
    while (!str_is_empty(links)) {
        str line = str_trim(str_cut(&links, '\n'));
        struct shop shop;
        struct product product;
        if (str_is_empty(line))
            continue;
        if (str_starts(line, w->platform->base_url))
            line = str_from(line, w->platform->base_url.len);
        const struct err *bad =
            ERR(w->arena, ERR_INVALID, "social.bad_link", "%.*s", STR_ARG(line));
        bad = err_with_field(w->arena, err_with_arg(w->arena, bad, line), "links");
        str end = str_starts(line, S("/s/")) ? str_from(line, 3) : STR_NONE, query = STR_NONE;
        str shop_handle = str_cut(&end, '/'), p = str_cut(&end, '/');
        query = end;
        str handle = str_cut(&query, '?');
        if (!str_eq(p, S("p")) || shop_by_handle(tx, w->arena, shop_handle, &shop) != NULL ||
            catalog_product_by_handle(tx, w->arena, shop.id, handle, &product) != NULL)
            return bad;
        TRY(add_tag(w, d, product.id));
    }
    return NULL;
}

static const struct err *make(struct turn *t, void *arg, int *ret_status, str *ret_body)
{
    struct draft *d = arg;
    struct post_id id;
    d->post.tags = d->tags;
    d->post.media_ids = d->media_ids;
    TRY(media_add_form(t, d->form, "photo", POST_PHOTOS_MAX, d->media_ids, &d->post.media_count));
    TRY(social_post_make(t, &d->post, &id));
    struct id_text text = id_format(id.v);
    *ret_status = 303;
    return str_fmt(t->arena, ret_body, "/post/%s", text.text);
}

static const struct err *read_draft(struct web *w, struct draft *d)
{
    d->form = &w->form;
    d->post.shop_id = w->shop_id;
    TRY(web_text(w, "text", 0, 4 * POST_TEXT_MAX, &d->post.text));
    return w->shop_id.v != 0 ? read_chosen(w, d) : read_links(w, d);
}

static const struct err *publish(struct web *w)
{
    struct draft *d;
    TRY_NEW(w->arena, d);
    const struct err *e = read_draft(w, d);
    if (e == NULL)
        e = web_once(w, make, d);
    return e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT) ? show_composer(w, e) : e;
}

const struct err *social_act_post(struct web *w)
{
    return publish(w);
}

const struct err *social_console_post(struct web *w)
{
    return publish(w);
}

/* ---- the shop's posts ---- */

const struct err *social_console_posts(struct web *w)
{
    struct posts_console_view v = {.shop_handle = w->shop_handle};
    struct social_query q = {.list = SOCIAL_SOURCE,
                             .source = w->shop_id.v,
                             .viewer = w->viewer.account_id,
                             .limit = CONSOLE_POSTS};
    struct post *posts;
    struct post_id next;
    struct html h;
    struct tx *tx;
    str role;
    TRY(social_view_cursor(w, "before", &q.cursor.v));
    TRY(web_read(w, &tx));
    TRY(social_list(tx, w->arena, &q, &posts, &v.count, &next));
    TRY(social_view_posts(w, posts, v.count, &v.posts));
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    v.may_write = !str_is_absent(role) && permission_of_role(w->platform, role, "post.write");
    if (next.v != 0) {
        struct id_text text = id_format(next.v);
        str path;
        TRY(str_fmt(w->arena, &path, "/console/%.*s/posts?before=%s", STR_ARG(w->shop_handle),
                    text.text));
        ASSERT(url_check(path, &v.next));
    }
    TRY(page_init(w, &v.page, locale_text(w->locale, "social.posts")));
    web_html_begin(w, &h);
    tpl_console_posts(&h, &v);
    return web_html(w, 200, &h);
}
