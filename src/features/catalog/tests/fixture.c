#include "fixture.h"

#include <stdio.h>

#include "account/account.h"
#include "app/features.h"
#include "core/session.h"

struct opening {
    struct account_id account;
    struct shop_id shop;
    str handle, token;
};

static const struct err *open_shop(struct turn *t, void *arg)
{
    struct opening *o = arg;
    struct session_id session;
    struct id_text tail = id_format(turn_new_id(t));
    TRY(account_guest_make(t, S("Mara"), S("en"), &o->account));
    TRY(session_create(t, o->account, S("test"), &session, &o->token));
    TRY(str_fmt(t->arena, &o->handle, "s-%s", tail.text));
    t->actor = o->account;
    return shop_create(t,
                       &(struct shop_new){.handle = o->handle,
                                          .name = S("Reef"),
                                          .currency = S("EUR"),
                                          .country = S("NL"),
                                          .tax_included = true},
                       &o->shop);
}

static struct testing_browser browser_of(struct fixture *f, str token)
{
    return (struct testing_browser){
        .testing = &f->t, .cookie_names = {S("mp")}, .cookie_values = {token}, .cookie_count = 1};
}

void open_fixture(struct fixture *f, enum db_engine engine)
{
    struct opening mine = {0}, theirs = {0};
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, open_shop, &mine);
    testing_turn(&f->t, (struct account_id){0}, open_shop, &theirs);
    f->owner = mine.account;
    f->stranger = theirs.account;
    f->shop = mine.shop;
    f->other_shop = theirs.shop;
    (void)snprintf(f->handle, sizeof f->handle, "%.*s", STR_ARG(mine.handle));
    (void)snprintf(f->other_handle, sizeof f->other_handle, "%.*s", STR_ARG(theirs.handle));
    f->owner_browser = browser_of(f, mine.token);
    f->stranger_browser = browser_of(f, theirs.token);
    f->anyone = (struct testing_browser){.testing = &f->t};
}

static const struct err *run_save(struct turn *t, void *arg)
{
    struct save *s = arg;
    return catalog_save(t, s->f->shop, &s->in, s->id, &s->saved, &s->is_changed);
}

const struct err *try_save(struct fixture *f, const struct product_input *in, struct product_id *id,
                           bool *ret_changed)
{
    struct save s = {.f = f, .in = *in, .id = *id};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->owner, run_save, &s);
    *id = e == NULL ? s.saved : *id;
    if (ret_changed != NULL)
        *ret_changed = s.is_changed;
    return e;
}

struct product load(struct fixture *f, struct product_id id)
{
    struct product p;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_product(tx, &f->t.arena, f->shop, id, &p));
    db_read_end(tx);
    return p;
}

const struct err *by_handle(struct fixture *f, const char *handle, struct product *ret)
{
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    const struct err *e = catalog_product_by_handle(tx, &f->t.arena, f->shop, str_c(handle), ret);
    db_read_end(tx);
    return e;
}

struct product_id make(struct fixture *f, str title)
{
    struct variant_input one = {
        .sku = S(""), .barcode = S(""), .options = {S(""), S(""), S("")}, .price_minor = 4900};
    struct product_input in = {
        .title = title, .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id = {0};
    testing_must(try_save(f, &in, &id, NULL));
    return id;
}

size_t count_found(struct fixture *f, struct shop_id shop, const char *query,
                   enum product_status status)
{
    struct product_card *cards;
    enum product_status statuses[10];
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_search(tx, &f->t.arena, shop, str_c(query), status, (struct product_id){0},
                                10, &cards, statuses, &count));
    db_read_end(tx);
    return count;
}

