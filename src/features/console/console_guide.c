/* The guided set-up: the first step that is not done and was not left, each seen from what the shop
 * has, nothing stored but which steps its people did not want. */
#include "catalog/catalog.h"
#include "console/console_view.h"
#include "core/permission.h"
#include "core/setting.h"
#include "shop/shop.h"
#include "social/social.h"

static const char *const setting_key = "console.guide_left";

static const struct {
    const char *title_key, *words_key, *action_key, *glyph;
} steps[GUIDE_STEP_COUNT] = {
    [GUIDE_PRODUCT] = {"console.guide.product", "console.guide.product.words",
                       "console.guide.product.action", "camera"},
    [GUIDE_POST] = {"console.guide.post", "console.guide.post.words", "console.guide.post.action",
                    "edit"},
    [GUIDE_LINK] = {"console.guide.link", "console.guide.link.words", "console.guide.link.action",
                    "link"},
    [GUIDE_SHARE] = {"console.guide.share", "console.guide.share.words",
                     "console.guide.share.action", "qr"},
    [GUIDE_SHOP] = {"console.guide.shop", "console.guide.shop.words", "console.guide.shop.action",
                    "truck"},
};

struct facts {
    bool is_done[GUIDE_STEP_COUNT];
    struct pool_link link;
    bool has_link;
};

static const struct err *look(struct web *w, struct tx *tx, int64_t people, int64_t orders,
                              struct facts *ret)
{
    struct product_card *cards;
    struct social_profile profile;
    struct shop shop;
    size_t products;
    TRY(catalog_list(tx, w->arena, w->shop_id, (struct product_id){0}, 1, &cards, &products));
    TRY(social_profile(tx, w->arena, w->shop_id.v, w->viewer.account_id, &profile));
    TRY(pool_link_newest(tx, w->arena, w->shop_id, &ret->has_link, &ret->link));
    TRY(shop_get(tx, w->arena, w->shop_id, &shop));
    ret->is_done[GUIDE_PRODUCT] = products > 0;
    ret->is_done[GUIDE_POST] = profile.post_count > 0;
    ret->is_done[GUIDE_LINK] = ret->has_link;
    ret->is_done[GUIDE_SHARE] = people > 0 || orders > 0;
    ret->is_done[GUIDE_SHOP] =
        !str_is_empty(shop.delivery_text) && !str_is_empty(shop.returns_text);
    return NULL;
}

static const struct err *path_of(struct web *w, const struct facts *f, enum guide_step step,
                                 struct url_safe *ret)
{
    static const char *const suffixes[GUIDE_STEP_COUNT] = {[GUIDE_PRODUCT] = "/start",
                                                           [GUIDE_POST] = "/posts/new",
                                                           [GUIDE_LINK] = "/pools",
                                                           [GUIDE_SHOP] = "/settings#delivery"};
    struct id_text link = id_format(f->link.id.v);
    if (step == GUIDE_SHARE && f->has_link)
        return str_fmt(w->arena, &ret->url, "/console/%.*s/start/%s", STR_ARG(w->shop_handle),
                       link.text);
    const char *suffix = step == GUIDE_SHARE ? "/pools" : suffixes[step];
    return str_fmt(w->arena, &ret->url, "/console/%.*s%s", STR_ARG(w->shop_handle), suffix);
}

const struct err *console_guide_fill(struct web *w, struct tx *tx, int64_t people, int64_t orders,
                                     struct guide *ret)
{
    struct facts facts = {0};
    int64_t left;
    str role;
    *ret = (struct guide){.count = GUIDE_STEP_COUNT - 1};
    TRY(look(w, tx, people, orders, &facts));
    TRY(setting_int(tx, w->arena, w->platform, w->shop_id, setting_key, &left));
    for (int step = GUIDE_PRODUCT; step < GUIDE_STEP_COUNT && ret->step == GUIDE_DONE; step++)
        if (!facts.is_done[step] && (left & (INT64_C(1) << step)) == 0)
            ret->step = (enum guide_step)step;
    if (ret->step == GUIDE_DONE)
        return NULL;
    ret->number = (int)ret->step;
    ret->title_key = steps[ret->step].title_key;
    ret->words_key = steps[ret->step].words_key;
    ret->action_key = steps[ret->step].action_key;
    ret->glyph = steps[ret->step].glyph;
    TRY(permission_role(tx, w->arena, w->shop_id, w->viewer.account_id, &role));
    ret->may_leave = permission_of_role(w->platform, role, "catalog.change");
    return path_of(w, &facts, ret->step, &ret->path);
}

struct leaving {
    struct shop_id shop;
    int64_t step;
};

static const struct err *leave(struct turn *t, void *arg)
{
    const struct leaving *x = arg;
    int64_t left;
    str text;
    TRY(setting_int(t->tx, t->arena, t->platform, x->shop, setting_key, &left));
    TRY(str_fmt(t->arena, &text, "%lld", (long long)(left | (INT64_C(1) << x->step))));
    return setting_set(t, x->shop, setting_key, text);
}

const struct err *console_guide_leave(struct web *w)
{
    struct leaving x = {.shop = w->shop_id};
    TRY(web_int(w, "step", GUIDE_PRODUCT, GUIDE_STEP_COUNT - 1, &x.step));
    TRY(web_write(w, leave, &x));
    return web_redirect(w, "/console/%.*s", STR_ARG(w->shop_handle));
}
