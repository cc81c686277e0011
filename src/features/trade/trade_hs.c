/* The HS tree: chapters in our words, deeper levels as the records have them; an operator's own
 * texts. */
#include "trade/trade_sql.h"
#include "trade/trade_tpl.h"
#include "trade/trade_view.h"

#include "base/utf8.h"

enum { TITLE_BYTES = 400, GIVE_BATCH = 500, FILE_LINES_MAX = 100000, LEVELS = 8 };

const struct err *trade_hs_below(struct web *w, struct tx *tx, str code,
                                 struct trade_hs_child **ret, size_t *ret_count)
{
    struct trade_hs_children_row *rows;
    size_t count = 0;
    str behind;
    *ret_count = 0;
    TRY(str_fmt(w->arena, &behind, "%.*s:", STR_ARG(code))); /* ':' follows '9' */
    for (size_t length = code.len + 2; length <= 14 && count == 0; length++)
        TRY(trade_hs_children(tx, w->arena, w->shop_id, code, behind, (int64_t)length,
                              TRADE_HS_SHOWN, TRADE_HS_SHOWN, &rows, &count));
    TRY_NEW_ARRAY(w->arena, *ret, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct trade_hs_child *child = &(*ret)[i];
        child->code = rows[i].code;
        child->records = rows[i].records;
        TRY(trade_hs_words(w, tx, child->code, &child->words));
    }
    *ret_count = count;
    return NULL;
}

static const struct err *load_above(struct web *w, struct tx *tx, struct trade_hs_view *v)
{
    TRY_NEW_ARRAY(w->arena, v->above, LEVELS);
    for (size_t length = 2; length < v->code.len && v->above_count < LEVELS; length += 2) {
        struct trade_goods_view *g = &v->above[v->above_count++];
        g->code = str_sub(v->code, 0, length);
        TRY(trade_hs_words(w, tx, g->code, &g->words));
    }
    return NULL;
}

static const struct err *load(struct web *w, struct tx *tx, void *arg)
{
    struct trade_hs_view *v = arg;
    struct trade_hs_child *children;
    int64_t best = 1;
    TRY(trade_hs_below(w, tx, v->code, &children, &v->below_count));
    TRY(trade_hs_words(w, tx, v->code, &v->words));
    TRY(load_above(w, tx, v));
    TRY_NEW_ARRAY(w->arena, v->below, v->below_count + 1);
    for (size_t i = 0; i < v->below_count; i++)
        best = children[i].records > best ? children[i].records : best;
    for (size_t i = 0; i < v->below_count; i++)
        v->below[i] = (struct trade_goods_view){.code = children[i].code,
                                                .words = children[i].words,
                                                .records = children[i].records,
                                                .percent = (int)(children[i].records * 100 / best)};
    return NULL;
}

static const struct err *show(struct web *w, const struct err *wrong)
{
    struct trade_hs_view *v;
    struct html h;
    char digits[16];
    TRY_NEW(w->arena, v);
    str code = str_trim(web_query(w, "code"));
    v->code = S("");
    if (!str_is_empty(code) && trade_hs_digits(code, digits))
        TRY(str_dup(w->arena, str_c(digits), &v->code));
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(trade_with_store(w, load, v));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "trade.hs_title"), &v->shop));
    TRY(trade_may_change(w, &v->may_change));
    web_html_begin(w, &h);
    tpl_trade_hs_tree(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

const struct err *trade_page_hs(struct web *w)
{
    return show(w, NULL);
}

/* ---- the operator's file: a column of codes and one of texts, found as in any other file ---- */

struct giving {
    struct shop_id shop;
    str codes[GIVE_BATCH], titles[GIVE_BATCH];
    size_t count;
};

static const struct err *give(struct tx *tx, struct arena *a, void *arg)
{
    const struct giving *g = arg;
    for (size_t i = 0; i < g->count; i++)
        TRY(trade_hs_give(tx, a, g->shop, g->codes[i], g->titles[i]));
    return NULL;
}

static const struct err *take_line(struct arena *a, struct giving *g, const struct csv_row *row,
                                   int code, int title)
{
    char digits[16];
    if (row->kind != CSV_ROW || (size_t)code >= row->count || (size_t)title >= row->count)
        return NULL;
    if (!trade_hs_digits(row->cells[code], digits) || trade_is_nothing(row->cells[title]))
        return NULL;
    TRY(str_dup(a, str_c(digits), &g->codes[g->count]));
    return utf8_clean(a, utf8_cut_bytes(str_trim(row->cells[title]), TITLE_BYTES), false,
                      &g->titles[g->count++]);
}

static const struct err *take_lines(struct web *w, struct trade_source *s, struct giving *g)
{
    struct trade_mapping m;
    struct csv_row row = {.kind = CSV_UNSET};
    TRY(trade_guess(w->arena, &s->sample, S(""), &m));
    int code = m.place[TRADE_HS] - 1;
    int title = (m.place[TRADE_HS_TEXT] > 0 ? m.place[TRADE_HS_TEXT] : m.place[TRADE_PRODUCT]) - 1;
    if (code < 0 || title < 0)
        return ERR(w->arena, ERR_INVALID, "trade.hs_columns", "no columns");
    for (int lines = 0; row.kind != CSV_END && lines < FILE_LINES_MAX;) {
        struct arena_mark mark = arena_get_mark(w->arena);
        for (g->count = 0; g->count < GIVE_BATCH && row.kind != CSV_END; lines++) {
            TRY(csv_read(&s->csv, &row));
            TRY(take_line(w->arena, g, &row, code, title));
        }
        TRY(db_write(trade_store(w->platform), w->arena, give, g));
        arena_rewind(w->arena, mark);
    }
    return NULL;
}

static const struct err *take_file(struct web *w)
{
    const struct form_field *file = form_file(&w->form, S("file"));
    struct trade_source source;
    struct giving *g;
    const char *path;
    if (file == NULL)
        return ERR(w->arena, ERR_INVALID, "trade.no_upload", "no file");
    TRY_NEW(w->arena, g);
    g->shop = w->shop_id;
    TRY(str_to_c(w->arena, file->file_path, &path));
    TRY(trade_source_open(w->arena, path, true, &source));
    web_read_end(w);
    const struct err *e = take_lines(w, &source, g);
    trade_source_close(&source);
    return e;
}

const struct err *trade_page_hs_file(struct web *w)
{
    const struct err *e = take_file(w);
    if (e != NULL)
        return e->kind == ERR_INVALID ? show(w, e) : e;
    TRY(web_flash(w, "trade.hs_taken"));
    return web_redirect(w, "/console/%.*s/trade/hs", STR_ARG(w->shop_handle));
}
