/* Samples: one piece to try, once per buyer and product. The row of order_sample is the claim; of
 * two orders at once its key lets one through. */
#include "order/order_part.h"

enum { OTHERS_MAX = 200 };

const struct err *order_sample_claim(struct turn *t, struct shop_id shop, struct order_id id,
                                     struct account_id buyer, const struct price_quote *q)
{
    for (size_t i = 0; i < q->line_count; i++) {
        const struct price_line *l = &q->lines[i];
        int64_t is_new;
        if (l->unit_reason != PRICE_REASON_SAMPLE)
            continue;
        TRY(sample_take(t->tx, t->arena, buyer, l->product_id, shop, id, &is_new));
        if (is_new == 0)
            return err_with_arg(t->arena, ERR(t->arena, ERR_CONFLICT, "order.sample_taken",
                                              "product %lld", (long long)l->product_id.v),
                                l->title);
    }
    return NULL;
}

/* Another order of hers may hold it now: two accounts with a sample each became one. Locked before,
 * lest it is cancelled at the same time. */
static const struct err *pass_on(struct turn *t, const struct order *o)
{
    struct sample_orders_lock_row *others;
    size_t count;
    TRY(sample_orders_lock(t->tx, t->arena, o->shop_id, o->buyer_id, o->id, OTHERS_MAX, &others,
                           &count));
    return count == 0 ? NULL : samples_pass_on(t->tx, t->arena, o->shop_id, o->buyer_id, o->id);
}

const struct err *order_sample_free(struct turn *t, const struct order *o,
                                    struct product_id product)
{
    int64_t freed;
    TRY(samples_free(t->tx, t->arena, o->shop_id, o->id, product, &freed));
    return freed > 0 ? pass_on(t, o) : NULL;
}

const struct err *order_sample_anew(struct turn *t, const struct order *o,
                                    const struct price_quote *q)
{
    bool has_any = false;
    int64_t freed;
    for (size_t i = 0; i < o->line_count; i++)
        has_any = has_any || o->lines[i].is_sample;
    if (!has_any)
        return NULL;
    TRY(samples_free(t->tx, t->arena, o->shop_id, o->id, (struct product_id){0}, &freed));
    for (size_t i = 0; i < q->line_count; i++) {
        int64_t is_new; /* not when two orders became one buyer's: both keep theirs */
        if (q->lines[i].unit_reason == PRICE_REASON_SAMPLE)
            TRY(sample_take(t->tx, t->arena, o->buyer_id, q->lines[i].product_id, o->shop_id, o->id,
                            &is_new));
    }
    return pass_on(t, o);
}

const struct err *order_sample_again(struct turn *t, const struct order *o, bool *ret)
{
    struct order_lines_row *lines;
    int64_t is_new = 1, freed;
    size_t count;
    TRY(order_lines(t->tx, t->arena, o->shop_id, o->id, PRICE_LINES_MAX, &lines, &count));
    for (size_t i = 0; i < count && is_new > 0 && !o->is_agreed; i++)
        if (lines[i].is_sample && lines[i].dropped < lines[i].quantity)
            TRY(sample_take(t->tx, t->arena, o->buyer_id, lines[i].product_id, o->shop_id, o->id,
                            &is_new));
    *ret = is_new > 0;
    return *ret ? NULL : samples_free(t->tx, t->arena, o->shop_id, o->id,
                                      (struct product_id){0}, &freed);
}

const struct err *order_sample_is_taken(struct tx *tx, struct arena *a, struct account_id buyer,
                                        struct product_id product, bool *ret)
{
    struct sample_of_row row;
    return sample_of(tx, a, buyer, product, &row, ret);
}
