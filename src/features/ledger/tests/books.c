#include "ledger/tests/books.h"

#include "account/account.h"
#include "app/features.h"
#include "base/id.h"
#include "shop/shop.h"

static const struct currency eur = {"EUR"};

static const struct err *make_shops(struct turn *t, void *arg)
{
    struct books *f = arg;
    struct id_text tail = id_format(turn_new_id(t));
    struct shop_new n = {.name = S("Books"), .currency = S("EUR"), .country = S("PT")};
    TRY(account_guest_make(t, S("Mara"), S("en"), &(struct account_id){0}));
    TRY(str_fmt(t->arena, &n.handle, "books-%s", tail.text));
    TRY(shop_create(t, &n, &f->shop));
    TRY(str_fmt(t->arena, &n.handle, "other-%s", tail.text));
    return shop_create(t, &n, &f->other);
}

static const struct err *make_id(struct turn *t, void *arg)
{
    *(int64_t *)arg = turn_new_id(t);
    return NULL;
}

void books_open(struct books *f, enum db_engine engine)
{
    int64_t id;
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){1}, make_id, &id);
    if (id_time_ms(id) > f->t.clock.now_ms)
        testing_advance(&f->t, id_time_ms(id) - f->t.clock.now_ms + 1);
    testing_turn(&f->t, (struct account_id){1}, make_shops, f);
    testing_drain(&f->t);
}

/* A sale or a refund, as orders book them. */
static const struct err *book(struct turn *t, void *arg)
{
    struct books *f = arg;
    int64_t all = f->sales + f->tax + f->shipping;
    struct ledger_line lines[4] = {{LEDGER_CLEARING, all},
                                   {LEDGER_SALES, -f->sales},
                                   {LEDGER_TAX_PAYABLE, -f->tax},
                                   {LEDGER_SHIPPING_INCOME, -f->shipping}};
    if (!f->is_sale) {
        lines[0] = (struct ledger_line){LEDGER_REFUNDS, f->sales + f->shipping};
        lines[1] = (struct ledger_line){LEDGER_TAX_PAYABLE, f->tax};
        lines[2] = (struct ledger_line){LEDGER_CLEARING, -all};
    }
    return ledger_post(t, &(struct ledger_journal){.shop_id = f->shop,
                                                   .reason = f->is_sale ? "order.paid"
                                                                        : "order.refunded",
                                                   .order_id = 7,
                                                   .cause_id = turn_new_id(t),
                                                   .currency = eur,
                                                   .lines = lines,
                                                   .line_count = f->is_sale ? 4 : 3});
}

void books_write(struct books *f, int count, int64_t step_ms)
{
    for (int i = 0; i < count; i++) {
        const struct rng *rng = f->t.platform->rng;
        f->sales = 1 + (int64_t)rng_below(rng, 100000);
        f->tax = 1 + (int64_t)rng_below(rng, 9000);
        f->shipping = 1 + (int64_t)rng_below(rng, 900);
        f->is_sale = rng_below(rng, 4) != 0;
        testing_turn(&f->t, (struct account_id){1}, book, f);
        if (step_ms > 0)
            testing_advance(&f->t, step_ms);
    }
}
