/* The console's page on which a merchant says what the columns of her file are. */
#include <unistd.h>

#include "catalog_import/catalog_import_sql.h"
#include "catalog_import/catalog_import_tpl.h"
#include "catalog_import/import_view.h"

enum { WORK_MIB = 32, FIELD_MAX = 20 };

struct asking {
    struct web *w;
    struct import_id id;
    struct shop shop;
    struct import_row_row row;
    struct arena *work;
    struct import_source source;
    struct mapping_sample sample;
    struct mapping mapping;
    bool is_remembered;
};

static const struct err *load_row(struct asking *x)
{
    struct import_columns_row columns;
    struct tx *tx;
    bool is_found;
    TRY(web_param_id(x->w, 1, &x->id.v));
    TRY(web_read(x->w, &tx));
    TRY(import_row(tx, x->w->arena, x->w->shop_id, x->id, &x->row, &is_found));
    if (!is_found)
        return ERR(x->w->arena, ERR_NOT_FOUND, "import.gone", "import %lld", (long long)x->id.v);
    TRY(shop_get(tx, x->w->arena, x->w->shop_id, &x->shop));
    bool is_asked = x->row.state == IMPORT_MAPPING ||
                    (x->row.state == IMPORT_CHECKED && str_eq(x->row.format, S(IMPORT_MAPPED)));
    if (!is_asked)
        return ERR(x->w->arena, ERR_CONFLICT, "import.not_waiting", "state %lld",
                   (long long)x->row.state);
    const char *path;
    TRY(import_source_path(x->w->arena, x->w->platform, x->id, &path));
    TRY(import_source_open(x->work, path, &x->source));
    if (x->source.column_count > MAPPING_COLUMNS_MAX)
        x->source.column_count = MAPPING_COLUMNS_MAX;
    TRY(mapping_sample_read(x->work, &x->source, &x->sample));
    TRY(import_columns(tx, x->w->arena, x->w->shop_id, mapping_head_key(&x->source), &columns,
                       &x->is_remembered));
    if (!x->is_remembered)
        return mapping_guess(x->work, &x->sample, &x->mapping);
    mapping_read(columns.columns, &x->mapping);
    return NULL;
}

/* ---- the page ---- */

static void fill_column(const struct asking *x, size_t i, struct import_column_view *ret)
{
    ret->name = x->source.head[i];
    ret->index = (int64_t)i;
    ret->field = i < x->mapping.count ? x->mapping.fields[i] : -1;
    ret->is_guessed = !x->is_remembered && x->mapping.is_guessed[i];
    for (size_t r = 0; r < x->sample.row_count && ret->sample_count < IMPORT_SAMPLES_SHOWN; r++) {
        str cell = x->sample.rows[r][i];
        bool is_new = cell.len > 0;
        for (size_t k = 0; k < ret->sample_count; k++)
            is_new = is_new && !str_eq(cell, ret->samples[k]);
        if (is_new)
            ret->samples[ret->sample_count++] = cell;
    }
}

static const struct err *show(struct asking *x, const struct err *wrong)
{
    struct web *w = x->w;
    struct import_map_view *v;
    struct html h;
    str back;
    TRY_NEW(w->arena, v);
    if (wrong != NULL)
        TRY(form_fault_of(w, wrong, &v->fault));
    TRY(shop_page_init(w, &v->page, locale_text(w->locale, "import.title"), &v->shop));
    TRY(str_fmt(w->arena, &back, "/console/%.*s/import", STR_ARG(w->shop_handle)));
    ASSERT(url_check(back, &v->page.back));
    v->page.bar_title = v->page.title;
    v->id = x->id;
    v->file_name = x->row.file_name;
    v->is_remembered = x->is_remembered;
    TRY_NEW_ARRAY(w->arena, v->columns, x->source.column_count);
    for (size_t i = 0; i < x->source.column_count; i++)
        fill_column(x, i, &v->columns[v->count++]);
    for (size_t f = 0; f < MAPPING_FIELDS; f++) {
        str key;
        TRY(str_fmt(w->arena, &key, "import.map.%s", mapping_fields[f].key));
        v->fields[f] = (struct import_field_view){str_c(mapping_fields[f].key),
                                                  locale_text(w->locale, key.ptr)};
    }
    web_html_begin(w, &h);
    tpl_import_map(&h, v);
    return web_html(w, wrong == NULL ? 200 : 422, &h);
}

/* ---- the answer ---- */

static const struct err *read_answer(struct asking *x)
{
    x->mapping = (struct mapping){.count = x->source.column_count};
    x->is_remembered = true; /* no longer a guess */
    for (size_t i = 0; i < x->mapping.count; i++) {
        char name[24];
        str value;
        (void)snprintf(name, sizeof name, "c%zu", i);
        TRY(web_text(x->w, name, 0, FIELD_MAX, &value));
        x->mapping.fields[i] = mapping_field_of(str_is_absent(value) ? S("") : value);
    }
    return mapping_check(x->w->arena, &x->mapping);
}

static const struct err *take_answer(struct asking *x)
{
    struct web *w = x->w;
    struct import_mapped m = {
        .shop = w->shop_id, .id = x->id, .head_key = mapping_head_key(&x->source)};
    char *to;
    TRY(read_answer(x));
    TRY(mapping_write(w->arena, &x->mapping, &m.list));
    TRY(import_short_lived(w, "mapped", &to));
    web_read_end(w);
    TRY(import_prepare_mapped(w->platform, w->arena, &x->shop, x->source.path, m.list, to));
    m.path = to;
    return import_map(w->platform, w->arena, w->viewer.account_id, &m);
}

static const struct err *answer(struct asking *x)
{
    const struct err *e = take_answer(x);
    if (e != NULL)
        return e->kind == ERR_INVALID ? show(x, e) : e;
    struct id_text text = id_format(x->id.v);
    return web_redirect(x->w, "/console/%.*s/import/%s", STR_ARG(x->w->shop_handle), text.text);
}

static const struct err *with_file(struct web *w, bool is_answer)
{
    struct asking *x;
    struct arena *work;
    TRY_NEW(w->arena, x);
    TRY_NEW(w->arena, work);
    arena_init(work, MiB(WORK_MIB));
    x->w = w;
    x->work = work;
    const struct err *e = load_row(x);
    if (e == NULL)
        e = is_answer ? answer(x) : show(x, NULL);
    import_source_close(&x->source);
    if (e != NULL)
        e = ERR(w->arena, e->kind, e->key, "%.*s", STR_ARG(e->detail));
    arena_done(work);
    return e;
}

const struct err *import_page_columns(struct web *w)
{
    return with_file(w, false);
}

const struct err *import_page_columns_save(struct web *w)
{
    return with_file(w, true);
}
