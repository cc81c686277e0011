/* Finds in a store what `demo` made there: people, shops, goods, links, posts. What is gone stays
 * 0. */
#include "account/account.h"
#include "demo/demo_part.h"
#include "demo/demo_recall.h"

enum { POSTS_READ = 50 };

static bool is_gone(const struct err *e)
{
    return e != NULL && (e->kind == ERR_NOT_FOUND || e->kind == ERR_CONFLICT);
}

static const struct err *recall_people(struct tx *tx, struct arena *a, struct demo *d)
{
    for (size_t i = 0; demo_people[i].handle != NULL; i++) {
        struct account account;
        const struct err *e = account_by_handle(tx, a, str_c(demo_people[i].handle), &account);
        if (e != NULL && !is_gone(e))
            return e;
        d->people[i].v = e == NULL ? account.id.v : 0;
    }
    return NULL;
}

static const struct err *recall_products(struct tx *tx, struct arena *a, size_t shop,
                                         struct demo_shop_made *made)
{
    for (size_t i = 0; i < DEMO_PRODUCTS_MAX && demo_shops[shop]->products[i].handle != NULL; i++) {
        struct demo_product_made *to = &made->products[made->product_count++];
        struct product product;
        const struct err *e = catalog_product_by_handle(
            tx, a, made->id, str_c(demo_shops[shop]->products[i].handle), &product);
        if (e != NULL && !is_gone(e))
            return e;
        if (e != NULL || product.status != PRODUCT_ACTIVE)
            continue;
        to->id = product.id;
        for (size_t v = 0; v < product.variant_count && v < DEMO_VARIANTS_MAX; v++)
            to->variants[to->variant_count++] = product.variants[v].id;
    }
    return NULL;
}

static const struct err *recall_links(struct tx *tx, struct arena *a, struct arena *keep,
                                      size_t shop, struct demo_shop_made *made)
{
    struct pool_report report;
    TRY(pool_report(tx, a, made->id, 0, 1, &report));
    for (size_t i = 0; i < DEMO_POOLS_MAX && demo_shops[shop]->pools[i].key != NULL; i++) {
        for (size_t p = 0; p < report.count; p++) {
            struct pool_link_item *links;
            size_t count;
            if (!str_eq(report.pools[p].pool.key, str_c(demo_shops[shop]->pools[i].key)))
                continue;
            TRY(pool_links(tx, a, made->id, report.pools[p].pool.id, &links, &count));
            if (count > 0)
                TRY(str_dup(keep, links[count - 1].code, &made->link_codes[i])); /* the oldest */
        }
    }
    return NULL;
}

static const struct err *recall_posts(struct tx *tx, struct arena *a, size_t shop,
                                      struct demo_shop_made *made)
{
    struct social_query query = {.list = SOCIAL_SOURCE, .source = made->id.v, .limit = POSTS_READ};
    struct post *posts;
    struct post_id next;
    size_t count;
    TRY(social_list(tx, a, &query, &posts, &count, &next));
    for (size_t i = 0; i < DEMO_POSTS_MAX && demo_shops[shop]->posts[i].text != NULL; i++)
        for (size_t p = 0; p < count; p++)
            if (str_eq(posts[p].text, str_c(demo_shops[shop]->posts[i].text)))
                made->posts[i] = posts[p].id;
    return NULL;
}

const struct err *demo_recall(struct tx *tx, struct arena *a, struct demo *d, bool *ret_found)
{
    *ret_found = false;
    TRY(recall_people(tx, a, d));
    for (size_t i = 0; i < COUNT(demo_shops); i++) {
        struct shop shop;
        const struct err *e = shop_by_handle(tx, a, str_c(demo_shops[i]->handle), &shop);
        if (is_gone(e) || (e == NULL && !shop.is_demo))
            return NULL;
        TRY(e);
        d->shops[i].id = shop.id;
        TRY(recall_products(tx, a, i, &d->shops[i]));
        TRY(recall_links(tx, a, d->arena, i, &d->shops[i]));
        TRY(recall_posts(tx, a, i, &d->shops[i]));
    }
    *ret_found = true;
    return NULL;
}
