/* Which rung of its ladder a quantity stands on, and which quantities are sold: pure. See
 * catalog.h.
 */
#include "catalog/catalog_part.h"

int64_t catalog_ladder_or_one(int64_t quantity)
{
    return quantity == 0 ? 1 : quantity;
}

static const struct err *bad(struct arena *a, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, "catalog.bad_ladder", "%s", field), field);
}

const struct err *catalog_ladder_check(struct arena *a, const struct ladder *ladder)
{
    int64_t last = 1;
    if (ladder->min_quantity < 0 || ladder->min_quantity > LADDER_QUANTITY_MAX)
        return bad(a, "min_quantity");
    if (ladder->step < 0 || ladder->step > LADDER_QUANTITY_MAX ||
        catalog_ladder_first(ladder) > LADDER_QUANTITY_MAX)
        return bad(a, "step");
    for (size_t i = 0; i < ladder->rung_count; i++) {
        const struct ladder_rung *rung = &ladder->rungs[i];
        if (rung->from <= last || rung->from > LADDER_QUANTITY_MAX || rung->unit_minor < 0)
            return bad(a, "ladder");
        last = rung->from;
    }
    return ladder->sample_minor.has && ladder->sample_minor.v < 0 ? bad(a, "sample_price") : NULL;
}

bool catalog_ladder_is_same(const struct ladder *x, const struct ladder *y)
{
    if (catalog_ladder_or_one(x->min_quantity) != catalog_ladder_or_one(y->min_quantity) ||
        catalog_ladder_or_one(x->step) != catalog_ladder_or_one(y->step) ||
        x->rung_count != y->rung_count || x->sample_minor.has != y->sample_minor.has ||
        (x->sample_minor.has && x->sample_minor.v != y->sample_minor.v))
        return false;
    for (size_t i = 0; i < x->rung_count; i++)
        if (x->rungs[i].from != y->rungs[i].from ||
            x->rungs[i].unit_minor != y->rungs[i].unit_minor)
            return false;
    return true;
}

int64_t catalog_ladder_first(const struct ladder *ladder)
{
    int64_t step = catalog_ladder_or_one(ladder->step);
    return (catalog_ladder_or_one(ladder->min_quantity) + step - 1) / step * step;
}

int64_t catalog_ladder_unit(const struct ladder *ladder, int64_t quantity, int64_t list_minor)
{
    int64_t unit = list_minor;
    for (size_t i = 0; i < ladder->rung_count && ladder->rungs[i].from <= quantity; i++)
        if (ladder->rungs[i].unit_minor < unit)
            unit = ladder->rungs[i].unit_minor;
    return unit;
}

int64_t catalog_ladder_most(const struct ladder *ladder, int64_t left)
{
    int64_t step = catalog_ladder_or_one(ladder->step);
    int64_t most = (left < LADDER_QUANTITY_MAX ? left : LADDER_QUANTITY_MAX) / step * step;
    return most < catalog_ladder_first(ladder) ? 0 : most;
}

int64_t catalog_ladder_nearest(const struct ladder *ladder, int64_t quantity)
{
    return catalog_ladder_more(ladder, 0, quantity);
}

int64_t catalog_ladder_more(const struct ladder *ladder, int64_t there, int64_t more)
{
    int64_t step = catalog_ladder_or_one(ladder->step), first = catalog_ladder_first(ladder);
    int64_t wanted = more < LADDER_QUANTITY_MAX ? more : LADDER_QUANTITY_MAX;
    int64_t near = (there + wanted + step / 2) / step * step;
    if (near < first)
        near = first;
    if (near <= there)
        near = (there / step + 1) * step;
    return near - there > LADDER_QUANTITY_MAX ? near - there - step : near - there;
}

void catalog_ladder_view(const struct variant *v, struct ladder_view *ret)
{
    const struct ladder *ladder = &v->ladder;
    *ret = (struct ladder_view){.first = catalog_ladder_first(ladder),
                                .step = catalog_ladder_or_one(ladder->step)};
    ret->steps[0] = (struct ladder_step){
        .from = ret->first,
        .unit = {catalog_ladder_unit(ladder, ret->first, v->price.minor), v->price.currency}};
    ret->count = 1;
    for (size_t i = 0; i < ladder->rung_count; i++) {
        struct ladder_step *last = &ret->steps[ret->count - 1];
        const struct ladder_rung *rung = &ladder->rungs[i];
        if (rung->unit_minor >= last->unit.minor) /* so are those below the least quantity */
            continue;
        last->to = rung->from - 1;
        ret->steps[ret->count++] = (struct ladder_step){
            .from = rung->from, .unit = {rung->unit_minor, v->price.currency}};
    }
}
