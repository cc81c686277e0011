/* Records out of the store again: their terms are computed anew from their rows. What no record
 * names any more goes with the last one. */
#include "trade/trade_terms.h"

#include "trade/trade_sql.h"

enum { REMOVE_MAX = 200 };

struct removal {
    struct tx *tx;
    struct arena *arena;
    struct shop_id shop;
    bool has_dropped;         /* a company or a term, whose number others may remember */
};

static const struct err *remove_terms(struct removal *x, const struct trade_record *r)
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
        if (hit == 0)
            continue;
        bool is_last = row.records <= 1;
        x->has_dropped = x->has_dropped || is_last;
        TRY(is_last
                ? trade_term_delete(x->tx, x->arena, x->shop, kind, terms->items[i].value)
                : trade_term_add(x->tx, x->arena, x->shop, kind, terms->items[i].value, -1));
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

/* A company is called by the most frequent writing that is left; without any it goes. */
static const struct err *settle_company(struct removal *x, int64_t id)
{
    int64_t hit;
    TRY(trade_company_names_drop(x->tx, x->arena, x->shop, id));
    TRY(trade_company_drop(x->tx, x->arena, x->shop, id, &hit));
    if (hit == 0)
        return trade_company_name_set(x->tx, x->arena, x->shop, id);
    x->has_dropped = true;
    return trade_company_words_delete(x->tx, x->arena, x->shop, id);
}

static const struct err *settle_companies(struct removal *x,
                                          const struct trade_record_row_row *rows, size_t count)
{
    int64_t done[2 * REMOVE_MAX] = {0};
    size_t done_count = 0;
    for (size_t i = 0; i < 2 * count; i++) {
        int64_t id = i % 2 == 0 ? rows[i / 2].importer_id.v : rows[i / 2].exporter_id.v;
        bool is_done = id == 0;
        for (size_t k = 0; k < done_count && !is_done; k++)
            is_done = done[k] == id;
        if (is_done)
            continue;
        done[done_count++] = id;
        TRY(settle_company(x, id));
    }
    return NULL;
}

const struct err *trade_records_remove(struct tx *tx, struct arena *a, const struct trade_range *r,
                                       int64_t most, int64_t *ret_next, int64_t *ret_removed)
{
    struct removal x = {.tx = tx, .arena = a, .shop = r->shop};
    struct trade_record_row_row *rows;
    size_t count;
    ASSERT(most > 0 && most <= REMOVE_MAX);
    TRY(trade_records_from(tx, a, r->shop, r->import, r->first, r->last, most, REMOVE_MAX, &rows,
                           &count));
    for (size_t i = 0; i < count; i++) {
        struct trade_record record = trade_record_of(&rows[i]);
        TRY(remove_terms(&x, &record));
        TRY(remove_from_company(&x, &record.importer, true));
        TRY(remove_from_company(&x, &record.exporter, false));
        TRY(trade_record_delete(tx, a, r->shop, record.number));
    }
    *ret_removed = (int64_t)count;
    *ret_next = *ret_removed == most ? rows[count - 1].number + 1 : r->last + 1;
    TRY(settle_companies(&x, rows, count));
    return x.has_dropped ? trade_count_removal(tx, a, r->shop) : NULL;
}
