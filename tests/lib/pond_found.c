/* The founding of a pond: people, shops and what lies on their shelves. */
#include "account/account.h"
#include "core/testing.h"
#include "stock/stock.h"
#include "tests/lib/pond.h"

struct founding {
    struct pond *pond;
    int64_t shelf;
};

static const struct err *make_people(struct turn *t, void *arg)
{
    struct pond *p = ((struct founding *)arg)->pond;
    TRY(account_guest_make(t, S("Mara"), S("en"), &p->owner));
    for (int i = 0; i < POND_BUYERS; i++) {
        str name;
        TRY(str_fmt(t->arena, &name, "Buyer %d", i));
        TRY(account_guest_make(t, name, S("en"), &p->buyers[i]));
    }
    return NULL;
}

int64_t pond_price_of(int variant)
{
    return 1000 + 777 * variant;
}

static const struct err *make_variant(struct turn *t, struct founding *f, int at)
{
    struct pond *p = f->pond;
    struct variant_input one = {
        .price_minor = pond_price_of(at), .requires_shipping = true, .is_taxable = true};
    struct product_input in = {.status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(str_fmt(t->arena, &in.title, "Mug number %d", at));
    struct shop_id shop = p->shops[pond_shop_of(at)];
    TRY(catalog_save(t, shop, &in, (struct product_id){0}, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, shop, id, &made));
    p->variants[at] = made.variants[0].id;
    p->products[at] = id;
    return stock_set(t, shop, p->variants[at], f->shelf, "set");
}

static const struct err *make_shops(struct turn *t, void *arg)
{
    static const char *const handles[POND_SHOPS] = {"reef", "clay", "tea"};
    struct founding *f = arg;
    struct shop_new n = {.name = S("Reef & Salt"),
                         .currency = S("EUR"),
                         .country = S("NL"),
                         .shipping_minor = POND_SHIPPING_MINOR,
                         .tax_basis_points = 2100,
                         .tax_included = true};
    for (int i = 0; i < POND_SHOPS; i++) {
        n.handle = str_c(handles[i]);
        TRY(shop_create(t, &n, &f->pond->shops[i]));
    }
    f->pond->shop = f->pond->shops[0];
    for (int i = 0; i < POND_ALL_VARIANTS; i++)
        TRY(make_variant(t, f, i));
    return NULL;
}

void pond_found(struct pond *p, int64_t shelf)
{
    struct founding f = {p, shelf};
    struct arena a;
    arena_init(&a, MiB(64));
    testing_must(turn_run(p->platform, &a, (struct account_id){0}, make_people, &f));
    testing_must(turn_run(p->platform, &a, p->owner, make_shops, &f));
    testing_must(pond_drain(p, &a));
    arena_done(&a);
}
