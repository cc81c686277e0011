#include "ladder.h"

#include "order/order_edit.h"

const struct ladder ladder_plain = {.min_quantity = 1, .step = 1};
const struct ladder ladder_cartons = {.min_quantity = 20,
                                      .step = 12,
                                      .rungs = {{48, 1800}, {120, 1500}},
                                      .rung_count = 2,
                                      .sample_minor = {true, 900}};

struct set_call {
    struct shop_id shop;
    struct variant_id variant;
    const struct ladder *ladder;
};

static const struct err *set_turn(struct turn *t, void *arg)
{
    const struct set_call *x = arg;
    return catalog_ladder_set(t, x->shop, x->variant, x->ladder);
}

void ladder_set(struct fixture *f, struct variant_id variant, const struct ladder *ladder)
{
    struct set_call x = {f->shop, variant, ladder};
    testing_turn(&f->t, f->owner, set_turn, &x);
}

void ladder_set_towels(struct fixture *f, const struct ladder *ladder)
{
    ladder_set(f, f->towel, ladder);
}

static const struct err *edit_turn(struct turn *t, void *arg)
{
    struct order_edit *e = arg;
    struct order_id addition;
    return order_edit(t, e, &addition);
}

const struct err *ladder_edit(struct fixture *f, struct order_id id, const char *key,
                              int64_t pieces, int64_t more)
{
    struct order_parcel_line line = {0, pieces};
    struct price_want want = {f->towel, more};
    struct order_edit e = {.shop_id = f->shop, .order_id = id, .key = str_c(key), .lines = &line,
                           .line_count = pieces >= 0, .adds = &want, .add_count = more > 0,
                           .may_give_back = true};
    return turn_run(f->t.platform, &f->t.arena, f->owner, edit_turn, &e);
}
