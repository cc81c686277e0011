/* One product put together from its records, and written as our own CSV. See import_format.h. */
#include <jansson.h>
#include <string.h>

#include "base/utf8.h"
#include "catalog_import/import_draft.h"
#include "core/text.h"

enum { HANDLE_MAX = 80, OPTION_COUNT = PRODUCT_OPTIONS_MAX, JSON_MAX = 64 * 1024 };

const struct err *import_draft_problem(struct import_draft *d, int64_t line, const char *column,
                                       const char *key, str detail)
{
    if (d->problem_count == IMPORT_GROUP_PROBLEMS_MAX)
        return NULL;
    struct import_draft_problem *p = &d->problems[d->problem_count++];
    *p = (struct import_draft_problem){.line = line, .key = key, .column_name = str_c(column)};
    return str_dup(d->arena, utf8_cut_bytes(str_is_absent(detail) ? S("") : detail, 80),
                   &p->detail);
}

str import_record_cell(const struct import_record *r, const char *theirs)
{
    for (size_t i = 0; i < r->source->column_count && i < r->row->count; i++)
        if (str_eq_nocase(r->source->head[i], str_c(theirs)))
            return str_trim(r->row->cells[i]);
    return S("");
}

const struct err *import_json_list(struct arena *a, str text, str *items, size_t max,
                                   size_t *ret_count)
{
    json_t *list = text.len > 0 && text.len <= JSON_MAX && text.ptr[0] == '['
                       ? json_loadb(text.ptr, text.len, 0, NULL)
                       : NULL;
    const struct err *e = NULL;
    *ret_count = 0;
    if (!json_is_array(list)) {
        json_decref(list);
        if (text.len > 0 && text.ptr[0] != '[')
            items[(*ret_count)++] = text;
        return NULL;
    }
    for (size_t i = 0; e == NULL && i < json_array_size(list) && *ret_count < max; i++) {
        const json_t *item = json_array_get(list, i);
        if (json_is_string(item))
            e = str_dup(a, (str){json_string_value(item), json_string_length(item)},
                        &items[(*ret_count)++]);
    }
    json_decref(list);
    return e;
}

/* ---- a record ---- */

/* As the house's own cells: trimmed, without the apostrophe that guards a formula. */
static str clean(str cell)
{
    return csv_unguard(str_trim(cell));
}

struct reading {
    struct import_draft *d;
    const struct import_record *r;
    struct import_taken *taken;
    bool has_decimal_comma;
};

static const struct err *read_amount(struct reading *x, size_t at, str cell, str *ret)
{
    bool is_other;
    TRY(import_value_amount(x->d->arena, cell, x->d->of->currency, x->has_decimal_comma, ret,
                            &is_other));
    if (!is_other)
        return NULL;
    *ret = S("");
    x->taken->is_product_only = true;
    return import_draft_problem(x->d, x->r->line, x->r->source->head[at].ptr,
                                "import.other_currency", cell);
}

/* Of several, the one that stands before the next address. */
static char separator_in(str cell)
{
    static const char marks[] = {'|', ';', ',', '\n', ' '};
    for (size_t i = 0; i < COUNT(marks); i++)
        if (str_find_char(cell, marks[i]) >= 0)
            return marks[i];
    return '\n';
}

static void read_images(struct reading *x, str cell, const char *separator)
{
    struct import_taken *t = x->taken;
    char mark = separator == NULL ? '\n' : separator[0] == '*' ? separator_in(cell) : separator[0];
    for (str rest = cell; !str_is_absent(rest) && t->image_count < PRODUCT_PHOTOS_MAX;) {
        str source = str_trim(str_cut(&rest, mark));
        if (source.len > 0)
            t->images[t->image_count++] = source;
    }
}

static void read_list(struct reading *x, str cell, enum shopify_column first, char separator)
{
    str rest = cell;
    for (int i = 0; i < OPTION_COUNT && !str_is_absent(rest); i++)
        x->taken->cells[(int)first + 2 * i] = str_trim(str_cut(&rest, separator));
}

static const struct err *read_numbered(struct reading *x, const struct import_place *place,
                                       size_t at, str cell)
{
    int64_t number;
    if (!str_to_int(place->star, &number) || number < 1)
        return NULL;
    if (number > OPTION_COUNT)
        return import_draft_problem(x->d, x->r->line, x->r->source->head[at].ptr,
                                    "import.too_many_options", cell);
    x->taken->cells[(int)place->rule->ours + 2 * ((int)number - 1)] = cell;
    return NULL;
}

static str weight_unit(const struct reading *x, const struct import_place *place)
{
    if (place->star.len > 0)
        return place->star;
    for (size_t i = 0; i < x->r->source->column_count && i < x->r->row->count; i++) {
        const struct import_rule *rule = x->r->source->places[i].rule;
        if (rule != NULL && rule->ours == SHOPIFY_WEIGHT_UNIT &&
            str_trim(x->r->row->cells[i]).len > 0)
            return str_trim(x->r->row->cells[i]);
    }
    return str_c(place->rule->param == NULL ? "g" : place->rule->param);
}

static const struct err *read_cell(struct reading *x, size_t at)
{
    const struct import_place *place = &x->r->source->places[at];
    const struct import_rule *rule = place->rule;
    str cell = clean(x->r->row->cells[at]), *to = &x->taken->cells[rule->ours];
    if (cell.len == 0)
        return NULL;
    switch (rule->how) {
    case HOW_LINES:
        return import_value_lines(x->d->arena, cell, to);
    case HOW_AMOUNT:
        return read_amount(x, at, cell, to);
    case HOW_AMOUNT_OF:
        return str_eq_nocase(place->star, currency_str(&x->d->of->currency))
                   ? read_amount(x, at, cell, to)
                   : NULL;
    case HOW_SALE:
        return read_amount(x, at, cell, &x->taken->sale);
    case HOW_WEIGHT:
        return import_value_grams(x->d->arena, cell, weight_unit(x, place), x->has_decimal_comma,
                                  to);
    case HOW_IMAGES:
        read_images(x, cell, rule->param);
        return NULL;
    case HOW_PATH:
        *to = import_value_path_end(cell);
        return NULL;
    case HOW_JOIN:
        return str_is_empty(*to)
                   ? (*to = cell, NULL)
                   : str_fmt(x->d->arena, to, "%.*s, %.*s", STR_ARG(*to), STR_ARG(cell));
    case HOW_NUMBERED:
        return read_numbered(x, place, at, cell);
    case HOW_LIST:
        read_list(x, cell, rule->ours, rule->param[0]);
        return NULL;
    case HOW_TEXT:
        if (str_is_empty(*to))
            *to = cell;
        return NULL;
    case HOW_HOOK:
    case HOW_UNSET:
        return NULL;
    }
    UNREACHABLE();
}

/* A higher price beside a lower one is the price before. */
static void settle_sale(struct import_taken *t)
{
    if (str_is_empty(t->sale))
        return;
    if (!str_is_empty(t->cells[SHOPIFY_PRICE]))
        t->cells[SHOPIFY_COMPARE_AT] = t->cells[SHOPIFY_PRICE];
    t->cells[SHOPIFY_PRICE] = t->sale;
}

static bool has_surplus(const struct import_record *r)
{
    for (size_t i = r->source->column_count; i < r->row->count; i++)
        if (str_trim(r->row->cells[i]).len > 0)
            return true;
    return false;
}

/* ---- into the product ---- */

static bool is_of_product(int column)
{
    bool is_option_name = column == SHOPIFY_OPTION1_NAME || column == SHOPIFY_OPTION2_NAME ||
                          column == SHOPIFY_OPTION3_NAME;
    return column <= SHOPIFY_PUBLISHED || is_option_name || column == SHOPIFY_STATUS;
}

static bool is_variant(const struct import_taken *t)
{
    static const enum shopify_column signs[] = {SHOPIFY_OPTION1_VALUE, SHOPIFY_SKU, SHOPIFY_PRICE,
                                                SHOPIFY_QUANTITY};
    for (size_t i = 0; i < COUNT(signs); i++)
        if (!str_is_empty(t->cells[signs[i]]))
            return true;
    return false;
}

/* Cells of the record live as long as the record alone. */
static const struct err *keep_cells(struct import_draft *d, struct import_taken *to,
                                    const struct import_taken *t, bool of_product)
{
    for (int c = SHOPIFY_HANDLE; c < SHOPIFY_COLUMN_COUNT; c++)
        if (is_of_product(c) == of_product && str_is_empty(to->cells[c]) &&
            !str_is_empty(t->cells[c]))
            TRY(str_dup(d->arena, t->cells[c], &to->cells[c]));
    return NULL;
}

static const struct err *keep_images(struct import_draft *d, const struct import_taken *t)
{
    struct import_taken *p = &d->product;
    for (size_t i = 0; i < t->image_count; i++) {
        bool is_there = false;
        for (size_t k = 0; k < p->image_count; k++)
            is_there = is_there || str_eq(p->images[k], t->images[i]);
        if (!is_there && p->image_count < PRODUCT_PHOTOS_MAX)
            TRY(str_dup(d->arena, t->images[i], &p->images[p->image_count++]));
    }
    return NULL;
}

static const struct err *keep_variant(struct import_draft *d, const struct import_layout *layout,
                                      const struct import_taken *t)
{
    struct import_taken *v = NULL;
    str sku = t->cells[SHOPIFY_SKU];
    for (size_t i = 0; layout->joins_by_sku && i < d->variant_count; i++)
        if (!str_is_empty(sku) && str_eq(d->variants[i].cells[SHOPIFY_SKU], sku))
            v = &d->variants[i];
    if (v == NULL) {
        if (d->variant_count > PRODUCT_VARIANTS_MAX)
            return NULL;
        v = &d->variants[d->variant_count++];
        *v = (struct import_taken){.line = t->line};
    }
    return keep_cells(d, v, t, false);
}

const struct err *import_draft_take(struct import_draft *d, const struct import_record *r)
{
    const struct import_layout *layout = r->source->layout;
    struct import_taken *t;
    TRY_NEW(d->arena, t);
    t->line = r->line;
    struct reading x = {
        .d = d, .r = r, .taken = t, .has_decimal_comma = r->source->csv.limits.separator == ';'};
    if (has_surplus(r))
        return import_draft_problem(d, r->line, NULL, "import.too_many_cells", STR_NONE);
    for (size_t i = 0; i < r->source->column_count && i < r->row->count; i++)
        if (r->source->places[i].rule != NULL)
            TRY(read_cell(&x, i));
    settle_sale(t);
    if (layout->adjust != NULL)
        TRY(layout->adjust(d, r, t));
    if (t->is_passed_over)
        return NULL;
    if (d->record_count++ == 0)
        d->product.line = r->line;
    if (!t->is_variant_only)
        TRY(keep_cells(d, &d->product, t, true));
    TRY(keep_images(d, t));
    return t->is_product_only || !is_variant(t) ? NULL : keep_variant(d, layout, t);
}

const struct err *import_draft_begin(struct import_draft *d, const struct import_translation *of,
                                     struct arena *a)
{
    *d = (struct import_draft){.of = of, .arena = a};
    strbuf_init(&d->notes, a, MiB(1));
    TRY_NEW_ARRAY(a, d->variants, PRODUCT_VARIANTS_MAX + 1);
    return NULL;
}

/* ---- out of it ---- */

static const struct err *make_handle(struct import_draft *d, struct import_seen *handles, str *ret)
{
    str sku = d->variant_count > 0 ? d->variants[0].cells[SHOPIFY_SKU] : S(""), more;
    TRY(text_slug(d->arena, d->product.cells[SHOPIFY_TITLE], HANDLE_MAX, ret));
    if (ret->len == 0)
        TRY(text_slug(d->arena, sku, HANDLE_MAX, ret));
    if (ret->len == 0)
        TRY(str_fmt(d->arena, ret, "line-%lld", (long long)d->product.line));
    if (import_seen_line(handles, 'h', *ret) != 0) {
        TRY(text_slug(d->arena, sku, HANDLE_MAX / 2, &more));
        if (more.len == 0)
            TRY(str_fmt(d->arena, &more, "%lld", (long long)d->product.line));
        TRY(str_fmt(d->arena, ret, "%.*s-%.*s",
                    STR_ARG(str_sub(*ret, 0, HANDLE_MAX - more.len - 1)), STR_ARG(more)));
    }
    return import_seen_note(handles, 'h', *ret, 1);
}

static void write_problem(struct csv_writer *w, const struct import_draft_problem *p, str handle,
                          const bool *columns)
{
    csv_write_int(w, p->line);
    struct strbuf *sb = w->sb;
    /* A cell of three texts: none of them can hold the mark between. */
    strbuf_addf(sb, ",\"%s\t", p->key);
    const str texts[] = {p->column_name, p->detail};
    for (size_t i = 0; i < COUNT(texts); i++) {
        for (size_t k = 0; k < texts[i].len; k++)
            if (texts[i].ptr[k] != '"' && (unsigned char)texts[i].ptr[k] >= ' ')
                strbuf_add_char(sb, texts[i].ptr[k]);
        strbuf_add(sb, i == 0 ? S("\t") : S("\""));
    }
    for (int c = SHOPIFY_HANDLE; c < SHOPIFY_COLUMN_COUNT; c++)
        if (columns[c])
            csv_write_str(w, c == SHOPIFY_HANDLE ? handle : S(""));
    csv_write_row_end(w);
}

static str cell_of(const struct import_draft *d, size_t i, int column, str handle)
{
    if (column == SHOPIFY_HANDLE)
        return handle;
    if (column == SHOPIFY_IMAGE)
        return i < d->product.image_count ? d->product.images[i] : S("");
    if (is_of_product(column))
        return i == 0 ? d->product.cells[column] : S("");
    return i < d->variant_count ? d->variants[i].cells[column] : S("");
}

const struct err *import_draft_write(struct import_draft *d, struct import_seen *handles,
                                     const bool *columns, struct csv_writer *w)
{
    str handle = d->product.cells[SHOPIFY_HANDLE];
    if (d->of->format->finish != NULL && d->record_count > 0)
        TRY(d->of->format->finish(d));
    if (d->record_count > 0 && str_is_empty(handle))
        TRY(make_handle(d, handles, &handle));
    size_t rows =
        d->variant_count > d->product.image_count ? d->variant_count : d->product.image_count;
    rows = d->record_count > 0 && rows == 0 ? 1 : rows;
    for (size_t i = 0; i < rows; i++) {
        csv_write_int(w, i < d->variant_count ? d->variants[i].line : d->product.line);
        csv_write_str(w, STR_NONE);
        for (int c = SHOPIFY_HANDLE; c < SHOPIFY_COLUMN_COUNT; c++)
            if (columns[c])
                csv_write_str(w, cell_of(d, i, c, handle));
        csv_write_row_end(w);
    }
    for (size_t i = 0; i < d->problem_count; i++)
        write_problem(w, &d->problems[i], handle, columns);
    return NULL;
}
