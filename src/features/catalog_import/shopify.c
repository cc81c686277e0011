/* From the file to groups: the head, and which records belong together. See shopify.h. */
#include "catalog_import/shopify_part.h"

#include <string.h>

#include "base/utf8.h"
#include "catalog_import/import_format.h"
#include "core/text.h"

enum { HANDLE_MAX = 80, NAMES_MAX = 1000 };

/* Shopify's older and newer names. */
static const struct {
    str name, newer;
} names[SHOPIFY_COLUMN_COUNT] = {
    [SHOPIFY_HANDLE] = {STR_INIT("Handle"), STR_INIT("URL handle")},
    [SHOPIFY_TITLE] = {STR_INIT("Title"), STR_INIT("Title")},
    [SHOPIFY_BODY] = {STR_INIT("Body (HTML)"), STR_INIT("Description")},
    [SHOPIFY_VENDOR] = {STR_INIT("Vendor"), STR_INIT("Vendor")},
    [SHOPIFY_TYPE] = {STR_INIT("Type"), STR_INIT("Type")},
    [SHOPIFY_TAGS] = {STR_INIT("Tags"), STR_INIT("Tags")},
    [SHOPIFY_PUBLISHED] = {STR_INIT("Published"), STR_INIT("Published on online store")},
    [SHOPIFY_OPTION1_NAME] = {STR_INIT("Option1 Name"), STR_INIT("Option1 name")},
    [SHOPIFY_OPTION1_VALUE] = {STR_INIT("Option1 Value"), STR_INIT("Option1 value")},
    [SHOPIFY_OPTION2_NAME] = {STR_INIT("Option2 Name"), STR_INIT("Option2 name")},
    [SHOPIFY_OPTION2_VALUE] = {STR_INIT("Option2 Value"), STR_INIT("Option2 value")},
    [SHOPIFY_OPTION3_NAME] = {STR_INIT("Option3 Name"), STR_INIT("Option3 name")},
    [SHOPIFY_OPTION3_VALUE] = {STR_INIT("Option3 Value"), STR_INIT("Option3 value")},
    [SHOPIFY_SKU] = {STR_INIT("Variant SKU"), STR_INIT("SKU")},
    [SHOPIFY_GRAMS] = {STR_INIT("Variant Grams"), STR_INIT("Weight value (grams)")},
    [SHOPIFY_TRACKER] = {STR_INIT("Variant Inventory Tracker"), STR_INIT("Inventory tracker")},
    [SHOPIFY_QUANTITY] = {STR_INIT("Variant Inventory Qty"), STR_INIT("Inventory quantity")},
    [SHOPIFY_POLICY] = {STR_INIT("Variant Inventory Policy"),
                        STR_INIT("Continue selling when out of stock")},
    [SHOPIFY_FULFILLMENT] = {STR_INIT("Variant Fulfillment Service"),
                             STR_INIT("Fulfillment service")},
    [SHOPIFY_PRICE] = {STR_INIT("Variant Price"), STR_INIT("Price")},
    [SHOPIFY_COMPARE_AT] = {STR_INIT("Variant Compare At Price"), STR_INIT("Compare-at price")},
    [SHOPIFY_SHIPPING] = {STR_INIT("Variant Requires Shipping"), STR_INIT("Requires shipping")},
    [SHOPIFY_TAXABLE] = {STR_INIT("Variant Taxable"), STR_INIT("Charge tax")},
    [SHOPIFY_BARCODE] = {STR_INIT("Variant Barcode"), STR_INIT("Barcode")},
    [SHOPIFY_IMAGE] = {STR_INIT("Image Src"), STR_INIT("Product image URL")},
    [SHOPIFY_IMAGE_POSITION] = {STR_INIT("Image Position"), STR_INIT("Image position")},
    [SHOPIFY_IMAGE_ALT] = {STR_INIT("Image Alt Text"), STR_INIT("Image alt text")},
    [SHOPIFY_GIFT_CARD] = {STR_INIT("Gift Card"), STR_INIT("Gift card")},
    [SHOPIFY_VARIANT_IMAGE] = {STR_INIT("Variant Image"), STR_INIT("Variant image URL")},
    [SHOPIFY_WEIGHT_UNIT] = {STR_INIT("Variant Weight Unit"), STR_INIT("Weight unit for display")},
    [SHOPIFY_STATUS] = {STR_INIT("Status"), STR_INIT("Status")},
    [SHOPIFY_MIN_QUANTITY] = {STR_INIT("Minimum Quantity"), STR_INIT("Minimum order quantity")},
    [SHOPIFY_STEP] = {STR_INIT("Quantity Step"), STR_INIT("Sold in steps of")},
    [SHOPIFY_RUNGS] = {STR_INIT("Quantity Prices"), STR_INIT("Prices by quantity")},
    [SHOPIFY_SAMPLE] = {STR_INIT("Sample Price"), STR_INIT("Sample price")},
};

str shopify_column_name(enum shopify_column column)
{
    return names[column].name;
}

enum shopify_column shopify_column_of(str name)
{
    for (int c = SHOPIFY_HANDLE; c < SHOPIFY_COLUMN_COUNT; c++)
        if (str_eq_nocase(name, names[c].name) || str_eq_nocase(name, names[c].newer))
            return (enum shopify_column)c;
    return SHOPIFY_UNSET;
}

str shopify_cell(const struct shopify_reader *r, enum shopify_column column)
{
    int at = r->places[column];
    if (at < 0 || (size_t)at >= r->row.count)
        return S("");
    return csv_unguard(str_trim(r->row.cells[at]));
}

/* ---- the head ---- */

/* A cell that shares its last word with the wanted name, or is its last word but for case and
 * blanks. */
static str guess_meant(const struct csv_row *row, enum shopify_column wanted)
{
    static const struct {
        enum shopify_column column;
        str words[4];
    } meanings[] = {
        {SHOPIFY_HANDLE,
         {STR_INIT("handle"), STR_INIT("slug"), STR_INIT("permalink"), STR_INIT("url")}},
        {SHOPIFY_TITLE,
         {STR_INIT("title"), STR_INIT("name"), STR_INIT("product"),
          STR_INIT("\xe5\x90\x8d\xe7\xa7\xb0")}},
        {SHOPIFY_PRICE,
         {STR_INIT("price"), STR_INIT("amount"), STR_INIT("\xe4\xbb\xb7"), STR_INIT("prix")}}};
    for (size_t m = 0; m < COUNT(meanings); m++)
        for (size_t k = 0; meanings[m].column == wanted && k < COUNT(meanings[m].words); k++)
            for (size_t i = 0; i < row->count; i++)
                for (size_t from = 0; from + meanings[m].words[k].len <= row->cells[i].len; from++)
                    if (str_eq_nocase(str_sub(row->cells[i], from, meanings[m].words[k].len),
                                      meanings[m].words[k]))
                        return utf8_cut_bytes(str_trim(row->cells[i]), 60);
    return STR_NONE;
}

static const struct err *missing_columns(struct shopify_reader *r, struct arena *a,
                                         const struct csv_row *row)
{
    static const enum shopify_column needed[] = {SHOPIFY_HANDLE, SHOPIFY_TITLE, SHOPIFY_PRICE};
    struct strbuf missing, meant;
    str missing_words, meant_words;
    strbuf_init(&missing, a, NAMES_MAX);
    strbuf_init(&meant, a, NAMES_MAX);
    for (size_t i = 0; i < COUNT(needed); i++) {
        if (r->places[needed[i]] >= 0)
            continue;
        str guess = guess_meant(row, needed[i]);
        strbuf_addf(&missing, "%s%.*s", missing.len == 0 ? "" : ", ",
                    STR_ARG(names[needed[i]].name));
        if (!str_is_empty(guess))
            strbuf_addf(&meant, "%s%.*s → %.*s", meant.len == 0 ? "" : ", ", STR_ARG(guess),
                        STR_ARG(names[needed[i]].name));
    }
    TRY(strbuf_finish(&missing, &missing_words));
    TRY(strbuf_finish(&meant, &meant_words));
    const struct err *e = ERR(
        a, ERR_INVALID, meant.len == 0 ? "import.missing_columns" : "import.missing_columns_guess",
        "%zu columns", row->count);
    e = err_with_arg(a, e, missing_words);
    return meant.len == 0 ? e : err_with_arg(a, e, meant_words);
}

static unsigned fields_of(const struct shopify_reader *r)
{
    static const struct {
        enum shopify_column column;
        enum import_field field;
    } rows[] = {{SHOPIFY_BODY, IMPORT_BODY},
                {SHOPIFY_VENDOR, IMPORT_VENDOR},
                {SHOPIFY_TYPE, IMPORT_KIND},
                {SHOPIFY_TAGS, IMPORT_TAGS},
                {SHOPIFY_PUBLISHED, IMPORT_STATUS},
                {SHOPIFY_STATUS, IMPORT_STATUS},
                {SHOPIFY_OPTION1_VALUE, IMPORT_OPTIONS},
                {SHOPIFY_SKU, IMPORT_SKU},
                {SHOPIFY_GRAMS, IMPORT_WEIGHT},
                {SHOPIFY_PRICE, IMPORT_PRICE},
                {SHOPIFY_COMPARE_AT, IMPORT_COMPARE_AT},
                {SHOPIFY_SHIPPING, IMPORT_SHIPPING},
                {SHOPIFY_TAXABLE, IMPORT_TAXABLE},
                {SHOPIFY_BARCODE, IMPORT_BARCODE},
                {SHOPIFY_MIN_QUANTITY, IMPORT_MIN_QUANTITY},
                {SHOPIFY_STEP, IMPORT_STEP},
                {SHOPIFY_RUNGS, IMPORT_RUNGS},
                {SHOPIFY_SAMPLE, IMPORT_SAMPLE},
                {SHOPIFY_IMAGE, IMPORT_PHOTOS},
                {SHOPIFY_VARIANT_IMAGE, IMPORT_VARIANT_PHOTO}};
    unsigned fields = 0;
    for (size_t i = 0; i < COUNT(rows); i++)
        if (r->places[rows[i].column] >= 0)
            fields |= rows[i].field;
    return fields;
}

static void note_column(struct shopify_reader *r, enum shopify_column column, size_t i)
{
    if (r->places[column] < 0)
        r->places[column] = (int)i;
}

/* "Variant Price TAB 14 TAB Regular price": ours, and where it stood in the file that was
 * translated. */
static const struct err *note_told(struct shopify_reader *r, struct arena *a, str cell, size_t i)
{
    str theirs = cell, ours = str_cut(&theirs, '\t'), place = str_cut(&theirs, '\t');
    enum shopify_column column = shopify_column_of(ours);
    int64_t number = 0;
    note_column(r, column, i);
    if (column == SHOPIFY_UNSET || !str_to_int(place, &number))
        return NULL;
    r->told_places[column] = number;
    return str_dup(a, str_is_absent(theirs) ? S("") : theirs, &r->told_names[column]);
}

const struct err *shopify_open(struct shopify_reader *r, struct arena *a, struct currency currency,
                               bool is_translated, str first_bytes, csv_read_fn *read, void *self)
{
    struct csv_limits limits = csv_limits_default;
    struct csv_row row;
    *r = (struct shopify_reader){.currency = currency};
    for (int c = 0; c < SHOPIFY_COLUMN_COUNT; c++)
        r->places[c] = -1;
    TRY(import_head_check(a, first_bytes));
    limits.separator = is_translated ? ',' : import_head_separator(first_bytes);
    r->has_decimal_comma = limits.separator == ';';
    TRY(csv_reader_init(&r->csv, a, &limits, read, self));
    TRY(import_head_read(a, &r->csv, &row));
    r->cell_count = row.count;
    r->is_translated = is_translated;
    for (size_t i = 0; i < row.count; i++)
        TRY(is_translated ? note_told(r, a, row.cells[i], i)
                          : (note_column(r, shopify_column_of(str_trim(row.cells[i])), i), NULL));
    if (r->places[SHOPIFY_HANDLE] < 0 || r->places[SHOPIFY_TITLE] < 0)
        return missing_columns(r, a, &row);
    r->fields = fields_of(r);
    return NULL;
}

/* ---- records that belong together ---- */

const struct err *shopify_problem(struct shopify_reader *r, struct arena *a, struct import_group *g,
                                  enum shopify_column column, const char *key, str detail)
{
    if (g->problem_count == IMPORT_GROUP_PROBLEMS_MAX) {
        g->problems_dropped++;
        return NULL;
    }
    struct import_problem *p = &g->problems[g->problem_count++];
    *p = (struct import_problem){.line = r->told_line, .key = key, .column_name = S("")};
    if (column != SHOPIFY_UNSET) {
        p->column_name = r->is_translated ? r->told_names[column] : names[column].name;
        p->place = r->is_translated ? r->told_places[column] : r->places[column] + 1;
    }
    return str_dup(a, utf8_cut_bytes(str_is_absent(detail) ? S("") : detail, 80), &p->detail);
}

static const struct err *bad_record(struct shopify_reader *r, struct arena *a,
                                    struct import_group *g)
{
    str where;
    TRY(str_fmt(a, &where, "%lld", (long long)r->row.problem_column));
    r->told_line = r->row.problem_line;
    g->is_whole = false;
    return shopify_problem(r, a, g, SHOPIFY_UNSET, csv_problem_key(r->row.problem), where);
}

static const struct err *peek(struct shopify_reader *r, bool *ret_is_end)
{
    if (!r->has_row) {
        TRY(csv_read(&r->csv, &r->row));
        r->told_line = r->row.line;
        if (r->is_translated && r->row.kind == CSV_ROW &&
            !str_to_int(r->row.cells[0], &r->told_line))
            r->told_line = r->row.line;
    }
    r->has_row = r->row.kind != CSV_END;
    *ret_is_end = !r->has_row;
    return NULL;
}

/* What the translation found: key TAB column TAB detail. */
static const struct err *told_problem(struct shopify_reader *r, struct arena *a,
                                      struct import_group *g)
{
    str detail = r->row.cells[1], key = str_cut(&detail, '\t'), column = str_cut(&detail, '\t');
    const char *text;
    size_t at = g->problem_count;
    TRY(str_to_c(a, key, &text));
    TRY(shopify_problem(r, a, g, SHOPIFY_UNSET, text, detail));
    g->is_whole = false;
    return at == g->problem_count
               ? NULL
               : str_dup(a, str_is_absent(column) ? S("") : column, &g->problems[at].column_name);
}

static const struct err *begin(struct shopify_reader *r, struct arena *a, struct import_group *g)
{
    *g = (struct import_group){.line = r->row.line,
                               .told_line = r->told_line,
                               .column_names = r->is_translated ? r->told_names : NULL,
                               .has_made_handle =
                                   r->is_translated && r->told_places[SHOPIFY_HANDLE] == 0,
                               .fields = r->fields,
                               .is_whole = true};
    TRY_NEW_ARRAY(a, g->problems, IMPORT_GROUP_PROBLEMS_MAX);
    TRY_NEW_ARRAY(a, g->variants, PRODUCT_VARIANTS_MAX);
    TRY_NEW_ARRAY(a, g->details, PRODUCT_VARIANTS_MAX);
    TRY_NEW_ARRAY(a, g->images, PRODUCT_PHOTOS_MAX);
    g->product.variants = g->variants;
    return NULL;
}

static const struct err *take_record(struct shopify_reader *r, struct arena *a,
                                     struct import_group *g, str handle)
{
    if (r->row.kind == CSV_BAD)
        return bad_record(r, a, g);
    if (r->is_translated && r->row.count > 1 && r->row.cells[1].len > 0)
        return told_problem(r, a, g);
    if (handle.len == 0)
        return shopify_problem(r, a, g, SHOPIFY_HANDLE, "import.no_handle", STR_NONE);
    if (g->product.handle.len == 0)
        return shopify_problem(r, a, g, SHOPIFY_HANDLE, "import.bad_handle", handle);
    return shopify_take_row(r, a, g);
}

/* Records without a handle at the very beginning, and bad ones there, are a group of problems
 * alone. */
const struct err *shopify_next(struct shopify_reader *r, struct arena *a, struct import_group *g,
                               bool *ret_is_end)
{
    str handle = S("");
    bool is_end;
    TRY(peek(r, ret_is_end));
    if (*ret_is_end)
        return NULL;
    TRY(begin(r, a, g));
    for (is_end = false; !is_end;) {
        str own = r->row.kind == CSV_ROW ? shopify_cell(r, SHOPIFY_HANDLE) : S("");
        if (own.len > 0 && !str_eq(own, handle) && (handle.len > 0 || g->problem_count > 0))
            break;
        if (own.len > 0 && handle.len == 0) {
            TRY(str_dup(a, own, &handle));
            TRY(text_slug(a, handle, HANDLE_MAX, &g->product.handle));
        }
        r->has_row = false;
        TRY(take_record(r, a, g, handle));
        TRY(peek(r, &is_end));
    }
    g->line_end = r->has_row ? r->row.line : r->csv.line + 1;
    g->is_usable = g->product.handle.len > 0;
    return NULL;
}

const struct err *shopify_scan(struct shopify_reader *r, struct arena *a, struct shopify_line *ret,
                               bool *ret_is_end)
{
    TRY(peek(r, ret_is_end));
    *ret = (struct shopify_line){.line = r->row.line, .handle = STR_NONE, .sku = S("")};
    if (*ret_is_end)
        return NULL;
    r->has_row = false;
    if (r->row.kind != CSV_ROW)
        return NULL;
    str handle = shopify_cell(r, SHOPIFY_HANDLE);
    ret->sku = shopify_cell(r, SHOPIFY_SKU);
    return handle.len == 0 ? NULL : text_slug(a, handle, HANDLE_MAX, &ret->handle);
}
