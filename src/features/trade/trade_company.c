/* A company: its writings, what it ships, with whom, since when. */
#include "base/utf8.h"
#include "core/text.h"
#include "trade/trade_sql.h"
#include "trade/trade_tpl.h"
#include "trade/trade_view.h"

enum { CHART_WIDTH = 720, CHART_HEIGHT = 150, FIND_MAX = 50, FIND_WORDS = 2 };
/* Greater than every UTF-8 text that begins with the word. */
#define BEHIND_ALL "\xf4\x8f\xbf\xbf"

static struct trade_company company_of(const struct trade_company_row_row *row)
{
    return (struct trade_company){.id = row->number, .name = row->name, .imports = row->imports,
                                  .exports = row->exports, .records = row->imports + row->exports};
}

static const struct err *term_of(struct tx *tx, struct arena *a, struct shop_id shop,
                                 struct trade_company_id id, struct trade_term_row_row *ret)
{
    bool is_found;
    str value;
    *ret = (struct trade_term_row_row){0};
    TRY(str_fmt(a, &value, "%lld", (long long)id.v));
    return trade_term_row(tx, a, shop, S("c"), value, ret, &is_found);
}

const struct err *trade_company(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct trade_company_id id, struct trade_company *ret)
{
    struct trade_company_row_row row;
    struct trade_term_row_row term;
    struct trade_span_row span;
    bool is_found;
    TRY(trade_company_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "trade.no_company", "company %lld", (long long)id.v);
    *ret = company_of(&row);
    TRY(term_of(tx, a, shop, id, &term));
    TRY(trade_span(tx, a, shop, term.term, &span));
    ret->first_day = span.first_day.v;
    ret->last_day = span.last_day.v;
    return NULL;
}

const struct err *trade_company_find(struct tx *tx, struct arena *a, struct shop_id shop, str words,
                                     size_t limit, struct trade_company **ret, size_t *ret_count)
{
    str from[FIND_WORDS] = {S(""), S("")}, to[FIND_WORDS] = {S(""), S("")}, *list;
    struct trade_company_row_row *rows;
    size_t count;
    *ret_count = 0;
    ASSERT(limit > 0 && limit <= FIND_MAX);
    TRY(text_tokens(a, utf8_cut_bytes(words, KiB(1)), FIND_WORDS, &list, &count));
    for (size_t i = 0; i < count; i++) {
        from[i] = list[i];
        TRY(str_fmt(a, &to[i], "%.*s" BEHIND_ALL, STR_ARG(list[i])));
    }
    TRY_NEW_ARRAY(a, *ret, limit);
    if (count == 0)
        return NULL;
    TRY(trade_company_search(tx, a, shop, from[0], to[0], from[1], to[1], (int64_t)limit, limit,
                             &rows, ret_count));
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = company_of(&rows[i]);
    return NULL;
}

/* ---- the page ---- */

static const struct err *load_names(struct web *w, struct tx *tx, struct trade_company_view *v)
{
    struct trade_company_names_row *rows;
    TRY(trade_company_names(tx, w->arena, w->shop_id, v->company.id, TRADE_NAMES, TRADE_NAMES,
                            &rows, &v->name_count));
    for (size_t i = 0; i < v->name_count; i++)
        v->names[i] = (struct trade_chip_view){.name = rows[i].name, .records = rows[i].records};
    return NULL;
}

static const struct err *load_goods(struct web *w, struct tx *tx, int64_t term,
                                    struct trade_company_view *v)
{
    struct trade_company_goods_row *rows;
    TRY(trade_company_goods(tx, w->arena, w->shop_id, term, TRADE_LATEST_DEEP, TRADE_TOP, TRADE_TOP,
                            &rows, &v->goods_count));
    for (size_t i = 0; i < v->goods_count; i++) {
        struct trade_goods_view *g = &v->goods[i];
        *g = (struct trade_goods_view){.code = rows[i].code, .records = rows[i].records};
        g->percent = (int)(rows[i].records * 100 / rows[0].records);
        TRY(trade_hs_words(w, tx, rows[i].code, &g->words));
    }
    return NULL;
}

static const struct err *load_partners(struct web *w, struct tx *tx, int64_t term,
                                       struct trade_company_view *v)
{
    struct trade_company_partners_row *rows;
    size_t count;
    TRY(trade_company_partners(tx, w->arena, w->shop_id, v->company.id, term, TRADE_LATEST_DEEP,
                               TRADE_TOP, TRADE_TOP, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct trade_company_row_row row;
        bool is_found;
        TRY(trade_company_row(tx, w->arena, w->shop_id, rows[i].partner, &row, &is_found));
        if (is_found)
            v->partners[v->partner_count++] = (struct trade_chip_view){
                .id = rows[i].partner, .name = row.name, .records = rows[i].records,
                .is_buyer = rows[i].is_buyer};
    }
    return NULL;
}

/* The months that have records, oldest first; a month without any has no column but keeps its
 * place. */
static const struct err *load_months(struct web *w, struct tx *tx, int64_t term,
                                     struct trade_company_view *v)
{
    struct trade_months_row *rows;
    size_t count;
    TRY(trade_months(tx, w->arena, w->shop_id, term, TRADE_MONTHS, TRADE_MONTHS, &rows, &count));
    if (count == 0)
        return NULL;
    int64_t month = rows[0].month;
    for (size_t i = TRADE_MONTHS; i > 0; i--) {
        struct trade_month_view *m = &v->months[i - 1];
        *m = (struct trade_month_view){0};
        for (size_t r = 0; r < count; r++)
            if (rows[r].month == month)
                m->records = rows[r].records;
        v->best = m->records > v->best ? m->records : v->best;
        TRY(trade_day_show(w->arena, month * 100, &m->words));
        month = month % 100 == 1 ? month - 100 + 11 : month - 1;
    }
    v->month_count = TRADE_MONTHS;
    for (size_t i = 0; i < TRADE_MONTHS; i++) {
        struct trade_month_view *m = &v->months[i];
        m->x = (int)i * (CHART_WIDTH / TRADE_MONTHS) + 4;
        m->height = (int)(m->records * CHART_HEIGHT / v->best);
        m->height = m->records > 0 && m->height < 3 ? 3 : m->height;
        m->y = CHART_HEIGHT + 8 - m->height;
    }
    return NULL;
}

const struct err *trade_company_load(struct web *w, struct tx *tx, struct trade_company_id id,
                                     struct trade_company_view *v)
{
    struct trade_term_row_row term;
    struct trade_found found;
    TRY(trade_company(tx, w->arena, w->shop_id, id, &v->company));
    TRY(trade_day_show(w->arena, v->company.first_day, &v->since));
    TRY(trade_day_show(w->arena, v->company.last_day, &v->until));
    TRY(term_of(tx, w->arena, w->shop_id, id, &term));
    TRY(load_names(w, tx, v));
    TRY(load_goods(w, tx, term.term, v));
    TRY(load_partners(w, tx, term.term, v));
    TRY(load_months(w, tx, term.term, v));
    v->is_part = v->company.records > TRADE_LATEST_DEEP;
    TRY(trade_search(tx, w->arena, w->shop_id,
                     &(struct trade_query){.company = id, .limit = TRADE_TOP}, &found));
    TRY_NEW_ARRAY(w->arena, v->rows, found.count + 1);
    for (size_t i = 0; i < found.count; i++)
        TRY(trade_row_show(w, &found.records[i], &v->rows[i]));
    v->row_count = found.count;
    return NULL;
}

static const struct err *load(struct web *w, struct tx *tx, void *arg)
{
    struct trade_company_id id;
    TRY(web_param_id(w, 1, &id.v));
    return trade_company_load(w, tx, id, arg);
}

const struct err *trade_page_company(struct web *w)
{
    struct trade_company_view *v;
    struct html h;
    str back;
    TRY_NEW(w->arena, v);
    TRY(trade_with_store(w, load, v));
    TRY(shop_page_init(w, &v->page, v->company.name, &v->shop));
    TRY(str_fmt(w->arena, &back, "/console/%.*s/trade", STR_ARG(w->shop_handle)));
    ASSERT(url_check(back, &v->page.back));
    v->page.bar_title = v->page.title;
    web_html_begin(w, &h);
    tpl_trade_company_show(&h, v);
    return web_html(w, 200, &h);
}
