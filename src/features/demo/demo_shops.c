/* What stands before the first day: people, shops with their goods, pools with links, who follows
 * whom. */
#include "account/account.h"
#include "core/permission.h"
#include "demo/demo_part.h"
#include "stock/stock.h"

/* ---- people ---- */

struct person_make {
    struct demo *demo;
    size_t index;
    struct account_id id;
};

static const struct err *person_turn(struct turn *t, void *arg)
{
    struct person_make *m = arg;
    const struct demo_person *p = &demo_people[m->index];
    str email;
    TRY(str_fmt(t->arena, &email, "%s@example.com", p->handle));
    return account_create(t,
                          &(struct account_new){.handle = str_c(p->handle),
                                                .name = str_c(p->name),
                                                .email = email,
                                                .language = str_c(p->language),
                                                .bio = str_c(p->bio),
                                                .password_hash = m->demo->password_hash,
                                                .email_verified = true},
                          &m->id);
}

const struct err *demo_people_make(struct demo *d)
{
    for (size_t i = 0; demo_people[i].handle != NULL; i++) {
        struct person_make m = {.demo = d, .index = i};
        TRY(demo_turn(d, (struct account_id){0}, person_turn, &m));
        d->people[i] = m.id;
    }
    return NULL;
}

/* ---- goods ---- */

struct product_make {
    struct demo *demo;
    size_t shop;
    const struct demo_product *data;
    struct demo_product_made made;
};

static size_t count_values(const char *const *values)
{
    size_t n = 0;
    while (n < DEMO_VALUES_MAX && values[n] != NULL)
        n++;
    return n;
}

static size_t fill_variants(const struct product_make *m, struct arena *a,
                            struct variant_input *variants)
{
    const struct demo_product *p = m->data;
    size_t firsts = count_values(p->firsts), seconds = count_values(p->seconds), n = 0;
    int64_t price = 0;
    for (size_t i = 0; i < (firsts == 0 ? 1 : firsts); i++) {
        price = p->prices[i] != 0 ? p->prices[i] : price;
        for (size_t j = 0; j < (seconds == 0 ? 1 : seconds); j++) {
            struct variant_input *v = &variants[n++];
            str sku;
            bool has_sku = str_fmt(a, &sku, "%s-%zu%zu", p->handle, i + 1, j + 1) == NULL;
            *v = (struct variant_input){.sku = has_sku ? sku : STR_NONE,
                                        .price_minor = price,
                                        .weight_g = p->weight_g,
                                        .ladder = demo_ladder(p->handle),
                                        .compare_at_minor = i == 0 || seconds > 0 ? p->compare : 0,
                                        .requires_shipping = true,
                                        .is_taxable = true};
            if (firsts > 0)
                v->options[0] = str_c(p->firsts[i]);
            if (seconds > 0) {
                v->options[1] = str_c(p->seconds[j]);
                v->media_id = j < DEMO_PHOTOS_MAX && p->photos[j] != NULL
                                  ? demo_picture(m->demo, p->photos[j], false)
                                  : 0;
            }
        }
    }
    return n;
}

static const struct err *product_turn(struct turn *t, void *arg)
{
    struct product_make *m = arg;
    const struct demo_product *p = m->data;
    struct shop_id shop = m->demo->shops[m->shop].id;
    struct variant_input variants[DEMO_VARIANTS_MAX];
    struct product product;
    int64_t media[DEMO_PHOTOS_MAX];
    struct product_input in = {.handle = str_c(p->handle),
                               .title = str_c(p->title),
                               .description_html = str_c(p->html),
                               .vendor = str_c(demo_shops[m->shop]->name),
                               .kind = str_c(p->kind),
                               .tags = str_c(p->tags),
                               .status = PRODUCT_ACTIVE,
                               .variants = variants,
                               .media_ids = media,
                               .option_names = {str_c(p->first), str_c(p->second)}};
    bool changed;
    in.option_count = (p->first != NULL) + (p->second != NULL);
    in.variant_count = fill_variants(m, t->arena, variants);
    for (size_t i = 0; i < DEMO_PHOTOS_MAX && p->photos[i] != NULL; i++)
        media[in.media_count++] = demo_picture(m->demo, p->photos[i], false);
    TRY(catalog_save(t, shop, &in, (struct product_id){0}, &m->made.id, &changed));
    TRY(catalog_product(t->tx, t->arena, shop, m->made.id, &product));
    m->made.variant_count =
        product.variant_count < DEMO_VARIANTS_MAX ? product.variant_count : DEMO_VARIANTS_MAX;
    for (size_t i = 0; i < m->made.variant_count; i++) {
        int64_t count =
            p->stock == 0 ? STOCK_UNTRACKED : p->stock / 2 + (int64_t)(i * 7 + 3) % p->stock + 1;
        m->made.variants[i] = product.variants[i].id;
        TRY(stock_set(t, shop, product.variants[i].id, count, "set"));
    }
    return NULL;
}

/* ---- shops ---- */

struct shop_make {
    struct demo *demo;
    size_t index;
    struct demo_shop_made *made;
};

static const struct err *shop_turn(struct turn *t, void *arg)
{
    struct shop_make *m = arg;
    const struct demo_shop *s = demo_shops[m->index];
    struct shop_new n = {.handle = str_c(s->handle),
                         .name = str_c(s->name),
                         .tagline = str_c(s->tagline),
                         .about = str_c(s->about),
                         .currency = str_c(s->currency),
                         .language = str_c(s->language),
                         .country = str_c(s->country),
                         .zone = str_c(s->zone),
                         .contact_email = str_c(s->email),
                         .delivery_text = str_c(s->delivery),
                         .returns_text = str_c(s->returns),
                         .accent = str_c(s->accent),
                         .shipping_minor = s->shipping,
                         .free_shipping_from_minor = s->free_from,
                         .tax_basis_points = s->tax_basis_points,
                         .tax_included = s->tax_included,
                         .is_demo = true};
    TRY(shop_create(t, &n, &m->made->id));
    TRY(demo_selling(t, m->made->id, s));
    TRY(shop_set_logo(t, m->made->id, demo_picture(m->demo, s->logo, false)));
    return permission_member_set(t, m->made->id, demo_person_id(m->demo, s->staff), S("staff"));
}

static const struct err *pools_turn(struct turn *t, void *arg)
{
    struct shop_make *m = arg;
    const struct demo_shop *s = demo_shops[m->index];
    for (size_t i = 0; i < DEMO_POOLS_MAX && s->pools[i].key != NULL; i++) {
        const struct demo_pool *p = &s->pools[i];
        struct pool_id pool;
        struct link_id link;
        str target, code;
        TRY(str_fmt(t->arena, &target, "/s/%s%s", s->handle, p->target));
        TRY(pool_ensure(t, m->made->id, str_c(p->key), str_c(p->name), &pool));
        TRY(pool_link_make(t, m->made->id, pool, target, str_c(p->label), &link, &code));
        TRY(str_dup(m->demo->arena, code, &m->made->link_codes[i]));
    }
    return NULL;
}

static const struct err *follow_turn(struct turn *t, void *arg)
{
    struct demo *d = arg;
    size_t me = 0;
    while (d->people[me].v != t->actor.v)
        me++;
    for (size_t s = 0; s < COUNT(demo_shops); s++)
        if ((me * 5 + s * 3) % 7 < 4)
            TRY(social_shop_follow_set(t, d->shops[s].id, true));
    for (size_t i = 0; demo_people[i].handle != NULL; i++)
        if (i != me && (me * 11 + i * 7) % 9 < 3)
            TRY(social_follow_set(t, d->people[i], true));
    return NULL;
}

static const struct err *shop_make(struct demo *d, size_t index)
{
    const struct demo_shop *s = demo_shops[index];
    struct demo_shop_made *made = &d->shops[index];
    struct account_id owner = demo_person_id(d, s->owner);
    struct shop_make m = {.demo = d, .index = index, .made = made};
    TRY(demo_turn(d, owner, shop_turn, &m));
    TRY(demo_settle(d)); /* its standard flow and built-in pools */
    for (size_t i = 0; i < DEMO_PRODUCTS_MAX && s->products[i].handle != NULL; i++) {
        struct product_make p = {.demo = d, .shop = index, .data = &s->products[i]};
        demo_clock_set(d, clock_now_ms(&d->clock.clock) + 7 * DEMO_MINUTE_MS);
        TRY(demo_turn(d, owner, product_turn, &p));
        made->products[made->product_count++] = p.made;
    }
    return demo_turn(d, owner, pools_turn, &m);
}

const struct err *demo_shops_make(struct demo *d)
{
    for (size_t i = 0; i < COUNT(demo_shops); i++)
        TRY(shop_make(d, i));
    for (size_t i = 0; demo_people[i].handle != NULL; i++)
        TRY(demo_turn(d, d->people[i], follow_turn, d));
    return demo_settle(d);
}
