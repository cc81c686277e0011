/* The shortest way to a first order: one photo, a name, a price. One turn makes of them a product
 * on sale, a post whose hashtag wakes the bot, and a tracked link with its QR code. The page after
 * it shows the code, and orders as they come. */
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "console/console_view.h"
#include "console_tpl.h"
#include "core/text.h"
#include "shop/shop.h"
#include "social/social.h"
#include "sys/rng.h"

enum { KEY_BYTES = 16, PRICE_TYPED_MAX = 20, TAG_ENOUGH_BYTES = 4, TAG_WORDS_MAX = 8 };

/* ---- the form ---- */

static const struct err *show_start(struct web *w, const struct err *wrong)
{
    struct start_view *v;
    struct shop shop;
    struct html h;
    TRY_NEW(w->arena, v);
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "console.start"), &shop));
    v->currency = shop.currency;
    v->title = form_typed(w, "title", S(""));
    v->price = form_typed(w, "price", S(""));
    TRY(rng_token(w->arena, w->platform->rng, KEY_BYTES, &v->key));
    v->page.width = "narrow";
    web_html_begin(w, &h);
    tpl_console_start(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *console_start(struct web *w)
{
    return show_start(w, NULL);
}

/* ---- the turn ---- */

struct starting {
    struct shop shop;
    const struct form *form;
    str title;
    struct money price;
    int64_t media_id;
    struct product_id product;
    struct post_id post;
    struct locale locale;     /* the shop's own: its post is read by its people */
};

static const struct err *refuse(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

static const struct err *make_product(struct turn *t, struct starting *s)
{
    struct variant_input variant = {.sku = S(""),
                                    .options = {S(""), S(""), S("")},
                                    .barcode = S(""),
                                    .price_minor = s->price.minor,
                                    .requires_shipping = true,
                                    .is_taxable = true};
    struct product_input in = {.title = s->title,
                               .description_html = S(""),
                               .vendor = S(""),
                               .kind = S(""),
                               .tags = S(""),
                               .status = PRODUCT_ACTIVE,
                               .variants = &variant,
                               .variant_count = 1,
                               .media_ids = &s->media_id,
                               .media_count = 1};
    bool is_changed;
    return catalog_save(t, s->shop.id, &in, (struct product_id){0}, &s->product, &is_changed);
}

/* The first words of the title, as few as make a word that one can type with a thumb; else of the
 * shop's handle. */
static const struct err *hashtag_of(struct arena *a, const struct starting *s, str *ret)
{
    str *words, *tags, marked;
    size_t count, tag_count;
    struct strbuf sb;
    TRY(text_tokens(a, s->title, TAG_WORDS_MAX, &words, &count));
    strbuf_init(&sb, a, KiB(1));
    strbuf_add(&sb, S("#"));
    for (size_t i = 0; i < count && sb.len <= TAG_ENOUGH_BYTES; i++)
        strbuf_add(&sb, words[i]);
    TRY(strbuf_finish(&sb, &marked));
    TRY(social_hashtags(a, marked, &tags, &tag_count));
    if (tag_count == 1 && tags[0].len + 1 == marked.len) {
        *ret = tags[0];
        return NULL;
    }
    strbuf_init(&sb, a, KiB(1));
    strbuf_add(&sb, S("buy"));
    for (size_t i = 0; i < s->shop.handle.len; i++)
        if (s->shop.handle.ptr[i] != '-')
            strbuf_add(&sb, str_sub(s->shop.handle, i, 1));
    return strbuf_finish(&sb, ret);
}

static const struct err *make_post(struct turn *t, struct starting *s)
{
    struct post_tag_new tag = {s->product, 0, -1, -1};
    struct post_new post = {.shop_id = s->shop.id,
                            .media_ids = &s->media_id,
                            .media_count = 1,
                            .tags = &tag,
                            .tag_count = 1};
    struct strbuf price;
    str words[3] = {s->title};
    strbuf_init(&price, t->arena, KiB(1));
    locale_money(&s->locale, &price, s->price);
    TRY(strbuf_finish(&price, &words[1]));
    TRY(hashtag_of(t->arena, s, &words[2]));
    TRY(locale_format(t->arena, &s->locale, "console.start.post", words, COUNT(words), &post.text));
    return social_post_make(t, &post, &s->post);
}

static const struct err *make(struct turn *t, void *arg, int *ret_status, str *ret_body)
{
    struct starting *s = arg;
    struct pool_id pool;
    struct link_id link;
    size_t photos;
    str path, code;
    TRY(media_add_form(t, s->form, "photo", 1, &s->media_id, &photos));
    if (photos == 0)
        return refuse(t->arena, "console.start.no_photo", "photo");
    TRY(make_product(t, s));
    TRY(make_post(t, s));
    TRY(pool_ensure(t, s->shop.id, S("qr"), locale_text(&s->locale, "console.start.pool"), &pool));
    struct id_text post = id_format(s->post.v);
    TRY(str_fmt(t->arena, &path, "/post/%s", post.text));
    TRY(pool_link_make(t, s->shop.id, pool, path, utf8_cut_bytes(s->title, POOL_LINK_LABEL_MAX),
                       &link, &code));
    struct id_text id = id_format(link.v);
    *ret_status = 303;
    return str_fmt(t->arena, ret_body, "/console/%.*s/start/%s", STR_ARG(s->shop.handle), id.text);
}

static const struct err *start(struct web *w)
{
    struct starting *s;
    struct tx *tx;
    str price;
    TRY_NEW(w->arena, s);
    s->form = &w->form;
    TRY(web_read(w, &tx));
    TRY(shop_get(tx, w->arena, w->shop_id, &s->shop));
    locale_init(&s->locale, w->platform->texts, s->shop.language, s->shop.country, s->shop.zone,
                w->now_ms);
    TRY(web_text(w, "title", 0, PRODUCT_TITLE_MAX, &s->title));
    TRY(web_text(w, "price", 0, PRICE_TYPED_MAX, &price));
    s->title = str_trim(s->title);
    if (str_is_empty(s->title))
        return refuse(w->arena, "console.start.no_title", "title");
    TRY(catalog_price_read(w->arena, price, s->shop.currency, "price", &s->price.minor));
    if (s->price.minor == 0)
        return refuse(w->arena, "console.start.no_price", "price");
    s->price.currency = s->shop.currency;
    return web_once(w, make, s);
}

const struct err *console_start_make(struct web *w)
{
    const struct err *e = start(w);
    return e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LIMIT) ? show_start(w, e) : e;
}

/* ---- the code, and what comes of it ---- */

static const struct err *fill_post(struct web *w, struct tx *tx, struct ready_view *v)
{
    struct post post;
    struct post_id id;
    str *tags;
    size_t count;
    v->target = (struct url_safe){S("/")};
    if (!url_check(v->link.target_path, &v->target) ||
        !str_starts(v->link.target_path, S("/post/")) ||
        !id_parse(str_from(v->link.target_path, 6), &id.v))
        return NULL;
    const struct err *e = social_post(tx, w->arena, id, w->viewer.account_id, &post);
    if (e != NULL)
        return e->kind == ERR_NOT_FOUND ? NULL : e;
    TRY(social_hashtags(w->arena, post.text, &tags, &count));
    v->hashtag = count > 0 ? tags[0] : S("");
    return NULL;
}

const struct err *console_ready(struct web *w)
{
    struct ready_view *v;
    struct shop shop;
    struct link_id id;
    struct tx *tx;
    struct html h;
    TRY_NEW(w->arena, v);
    TRY(web_param_id(w, 1, &id.v));
    TRY(console_today_fill(w, &v->today));
    TRY(web_read(w, &tx));
    TRY(pool_link_get(tx, w->arena, w->shop_id, id, &v->link));
    TRY(fill_post(w, tx, v));
    TRY(str_fmt(w->arena, &v->url, "%.*s/l/%.*s", STR_ARG(w->platform->base_url),
                STR_ARG(v->link.code)));
    TRY(str_fmt(w->arena, &v->share.url, "/l/%.*s", STR_ARG(v->link.code)));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "console.ready"), &shop));
    v->today.page.shop_handle = v->page.shop_handle;
    v->page.width = "reading";
    web_html_begin(w, &h);
    tpl_console_ready(&h, v);
    return web_html(w, 200, &h);
}
