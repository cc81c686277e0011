/* What an order's price was made of, kept with the order; and whether it still adds up. */
#include "price/price.h"

#include "price/price_rules.h"
#include "price/price_sql.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, PAGE = 500 };

const struct err *price_keep(struct turn *t, struct shop_id shop, int64_t order_id,
                             const struct price_quote *q)
{
    const struct price_method *m = q->method_count == 0 ? &(struct price_method){.name = S("")}
                                                        : &q->methods[q->method_chosen];
    bool is_promised = m->days_to > 0;
    str taxes;
    if (q->method_count == 0 && q->tax_ground == TAX_GROUND_UNSET)
        return NULL;
    TRY(price_taxes_text(t->arena, q, &taxes));
    return price_kept_put(t->tx, t->arena, shop, order_id, m->id.v, m->kind, m->name,
                          is_promised ? t->now_ms + (int64_t)m->days_from * DAY_MS : 0,
                          is_promised ? t->now_ms + (int64_t)m->days_to * DAY_MS : 0,
                          q->tax_ground, q->tax_included, taxes, q->goods_minor,
                          q->shipping_minor, q->tax_minor, q->total_minor);
}

const struct err *price_keep_anew(struct turn *t, struct shop_id shop, int64_t order_id,
                                  const struct price_quote *q)
{
    TRY(price_kept_delete(t->tx, t->arena, shop, order_id));
    return price_keep(t, shop, order_id, q);
}

const struct err *price_kept(struct tx *tx, struct arena *a, struct shop_id shop, int64_t order_id,
                             bool *ret_found, struct price_kept *ret)
{
    struct price_kept_row_row row;
    *ret = (struct price_kept){0};
    TRY(price_kept_row(tx, a, shop, order_id, &row, ret_found));
    if (*ret_found)
        *ret = (struct price_kept){.method_id = row.method_id,
                                   .method_kind = (enum delivery_kind)row.method_kind,
                                   .method_name = row.method_name,
                                   .deliver_from_ms = row.deliver_from_ms,
                                   .deliver_to_ms = row.deliver_to_ms,
                                   .tax_ground = (enum tax_ground)row.tax_ground,
                                   .goods_minor = row.goods_minor,
                                   .shipping_minor = row.shipping_minor,
                                   .tax_minor = row.tax_minor,
                                   .total_minor = row.total_minor};
    return NULL;
}

const struct err *price_kept_sums(struct tx *tx, struct arena *a, const struct row_key *keys,
                                  size_t count, struct price_kept_sum *ret)
{
    struct price_kept_rows_row *rows;
    size_t found;
    str text;
    TRY(row_keys_text(a, keys, count, &text));
    TRY(price_kept_rows(tx, a, text, ROW_KEYS_MAX, &rows, &found));
    memset(ret, 0, count * sizeof *ret);
    for (size_t i = 0; i < found; i++)
        ret[rows[i].place] = (struct price_kept_sum){true, rows[i].goods_minor,
                                                     rows[i].shipping_minor, rows[i].tax_minor,
                                                     rows[i].total_minor};
    return NULL;
}

const struct err *price_taxes_of_order(struct tx *tx, struct arena *a, struct shop_id shop,
                                       int64_t order_id, struct price_tax **ret, size_t *ret_count,
                                       enum tax_ground *ret_ground)
{
    struct price_kept_row_row row;
    bool is_found;
    *ret_count = 0;
    *ret_ground = TAX_GROUND_UNSET;
    TRY_NEW_ARRAY(a, *ret, PRICE_TAXES_MAX);
    TRY(price_kept_row(tx, a, shop, order_id, &row, &is_found));
    if (!is_found)
        return NULL;
    *ret_ground = (enum tax_ground)row.tax_ground;
    for (str rest = row.taxes; !str_is_empty(rest) && *ret_count < PRICE_TAXES_MAX;) {
        struct price_tax *tax = &(*ret)[*ret_count];
        str part = str_cut(&rest, ',');
        str rate = str_cut(&part, ':'), base = str_cut(&part, ':');
        int64_t bp;
        if (!str_to_int(rate, &bp) || !str_to_int(base, &tax->base_minor) ||
            !str_to_int(part, &tax->tax_minor) || bp < 0 || bp > 10000)
            return ERR(a, ERR_BUG, "error.bug", "taxes of order %lld", (long long)order_id);
        tax->rate_bp = (int)bp;
        (*ret_count)++;
    }
    return NULL;
}

static bool adds_up(struct arena *a, const struct price_verify_rows_row *row)
{
    int64_t total;
    return !__builtin_add_overflow(row->goods_minor, row->shipping_minor, &total) &&
           !__builtin_add_overflow(total, row->tax_included ? 0 : row->tax_minor, &total) &&
           total == row->total_minor &&
           price_taxes_agree(a, row->taxes, row->goods_minor, row->shipping_minor, row->tax_minor,
                             row->tax_included);
}

const struct err *price_verify(struct tx *tx, struct arena *a, struct verify_report *report)
{
    struct price_verify_rows_row *rows;
    size_t count;
    int64_t after = 0, done = 0;
    do {
        struct arena_mark mark = arena_get_mark(a);
        TRY(price_verify_rows(tx, a, after, PAGE, &rows, &count));
        for (size_t i = 0; i < count; i++)
            if (!adds_up(a, &rows[i]))
                verify_violation(report, "I6",
                                 "order %lld of shop %lld: the kept price does not add up: %.*s",
                                 (long long)rows[i].order_key, (long long)rows[i].shop_id.v,
                                 STR_ARG(rows[i].taxes));
        after = count == 0 ? 0 : rows[count - 1].order_key;
        arena_rewind(a, mark);
        verify_tell(report, done += (int64_t)count);
    } while (count == PAGE);
    return NULL;
}
