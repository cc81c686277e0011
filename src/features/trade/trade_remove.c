/* Records out of the store again: their terms are computed anew from their rows. */
#include "trade/trade_terms.h"

#include "trade/trade_sql.h"

enum { REMOVE_MAX = 1000 };

struct removal {
    struct tx *tx;
    struct arena *arena;
    struct shop_id shop;
};

static const struct err *remove_terms(const struct removal *x, const struct trade_record *r)
{
    struct trade_terms *terms;
    TRY_NEW(x->arena, terms);
    TRY(trade_terms_of(x->arena, r, terms));
    for (size_t i = 0; i < terms->count; i++) {
        struct trade_term_row_row row;
        str kind = {&terms->items[i].kind, 1};
        int64_t hit = 0;
        bool is_found;
        TRY(trade_term_row(x->tx, x->arena, x->shop, kind, terms->items[i].value, &row, &is_found));
        if (is_found)
            TRY(trade_post_delete(x->tx, x->arena, x->shop, row.term, r->day, r->number, &hit));
        if (hit > 0)
            TRY(trade_term_add(x->tx, x->arena, x->shop, kind, terms->items[i].value, -1));
    }
    return NULL;
}

static const struct err *remove_from_company(const struct removal *x,
                                             const struct trade_party *party, bool is_importer)
{
    if (party->company.v == 0)
        return NULL;
    TRY(trade_company_add(x->tx, x->arena, x->shop, party->company.v, is_importer ? -1 : 0,
                          is_importer ? 0 : -1));
    return trade_company_name_add(x->tx, x->arena, x->shop, party->company.v, party->name, -1);
}

const struct err *trade_records_remove(struct tx *tx, struct arena *a, struct shop_id shop,
                                       int64_t first, int64_t last, int64_t most, int64_t *ret_next)
{
    struct removal x = {tx, a, shop};
    struct trade_record_row_row *rows;
    size_t count;
    ASSERT(most > 0 && most <= REMOVE_MAX);
    TRY(trade_records_from(tx, a, shop, first, last, most, REMOVE_MAX, &rows, &count));
    *ret_next = last + 1;
    for (size_t i = 0; i < count; i++) {
        struct trade_record r = trade_record_of(&rows[i]);
        TRY(remove_terms(&x, &r));
        TRY(remove_from_company(&x, &r.importer, true));
        TRY(remove_from_company(&x, &r.exporter, false));
        TRY(trade_record_delete(tx, a, shop, r.number));
    }
    if ((int64_t)count == most)
        *ret_next = rows[count - 1].number + 1;
    return NULL;
}
