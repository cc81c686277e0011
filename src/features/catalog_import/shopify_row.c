/* One record of Shopify's CSV: facts of the product, a variant, a picture; each cell checked where
 * it stands. */
#include "catalog_import/shopify_part.h"

#include "base/utf8.h"
#include "catalog_import/import_part.h"

enum {
    BODY_MAX = 100 * 1024,
    SHORT_MAX = 500,
    TAGS_MAX = 2000,
    ALT_MAX = 300,
    GRAMS_MAX = 100000000
};

struct taking {
    struct shopify_reader *r;
    struct arena *a;
    struct import_group *g;
    bool is_bad;              /* the variant of this record is left out */
};

static const struct err *wrong(struct taking *t, enum shopify_column column, const char *key,
                               str detail)
{
    t->is_bad = true;
    return shopify_problem(t->r, t->a, t->g, column, key, detail);
}

static bool has(const struct taking *t, enum shopify_column column)
{
    return t->r->places[column] >= 0;
}

/* A text of at most `max` bytes; a longer one is reported and left empty. */
static const struct err *take_text(struct taking *t, enum shopify_column column, size_t max,
                                   bool is_one_line, str *ret)
{
    str cell = shopify_cell(t->r, column);
    *ret = S("");
    if (cell.len > max)
        return wrong(t, column, "import.too_long", STR_NONE);
    if (is_one_line && !utf8_is_title(cell))
        return wrong(t, column, "import.bad_text", STR_NONE);
    return str_dup(t->a, cell, ret);
}

/* 1 yes, 0 no, -1 neither. */
static int read_bool(str cell)
{
    static const str yes[] = {STR_INIT("true"), STR_INIT("yes"), STR_INIT("1"),
                              STR_INIT("continue"), STR_INIT("\xe6\x98\xaf")};
    static const str no[] = {STR_INIT("false"), STR_INIT("no"), STR_INIT("0"), STR_INIT("deny"),
                             STR_INIT("\xe5\x90\xa6")};
    for (size_t i = 0; i < COUNT(yes); i++) {
        if (str_eq_nocase(cell, yes[i]))
            return 1;
        if (str_eq_nocase(cell, no[i]))
            return 0;
    }
    return -1;
}

static const struct err *take_bool(struct taking *t, enum shopify_column column, bool otherwise,
                                   bool *ret)
{
    str cell = shopify_cell(t->r, column);
    int value = read_bool(cell);
    *ret = value < 0 ? otherwise : value == 1;
    return value < 0 && cell.len > 0 ? wrong(t, column, "import.bad_bool", cell) : NULL;
}

static const struct err *take_amount(struct taking *t, enum shopify_column column, int64_t *ret)
{
    str cell = shopify_cell(t->r, column);
    struct money money;
    char copy[40];
    *ret = 0;
    if (cell.len == 0)
        return NULL;
    if (cell.len >= sizeof copy)
        return wrong(t, column, "import.bad_amount", cell);
    for (size_t i = 0; i < cell.len; i++)
        copy[i] = t->r->has_decimal_comma && cell.ptr[i] == ',' ? '.' : cell.ptr[i];
    /* Decimals beyond the currency's that are zeros say nothing. */
    str text = {copy, cell.len};
    ptrdiff_t dot = str_rfind_char(text, '.');
    size_t digits = (size_t)currency_digits(t->r->currency);
    while (dot >= 0 && text.len > (size_t)dot + 1 + digits && text.ptr[text.len - 1] == '0')
        text.len--;
    if (dot >= 0 && text.len == (size_t)dot + 1)
        text.len--;
    if (money_parse(t->a, text, t->r->currency, &money) != NULL || money.minor < 0)
        return wrong(t, column, "import.bad_amount", cell);
    *ret = money.minor;
    return NULL;
}

/* "250", "250.0" */
static const struct err *take_count(struct taking *t, enum shopify_column column, int64_t max,
                                    int64_t *ret)
{
    str cell = shopify_cell(t->r, column), rest = cell;
    str whole = str_cut(&rest, '.');
    *ret = 0;
    if (cell.len == 0)
        return NULL;
    for (size_t i = 0; i < rest.len; i++)
        if (rest.ptr[i] != '0')
            return wrong(t, column, "import.bad_count", cell);
    if (!str_to_int(whole, ret) || *ret > max || *ret < -max)
        return wrong(t, column, "import.bad_count", cell);
    return NULL;
}

/* ---- the product ---- */

static const struct err *take_status(struct taking *t, enum product_status *ret)
{
    static const struct {
        str word;
        enum product_status status;
    } words[] = {{STR_INIT("active"), PRODUCT_ACTIVE},
                 {STR_INIT("draft"), PRODUCT_DRAFT},
                 {STR_INIT("unlisted"), PRODUCT_DRAFT},
                 {STR_INIT("archived"), PRODUCT_ARCHIVED}};
    str cell = shopify_cell(t->r, SHOPIFY_STATUS);
    bool is_published;
    size_t at = 0;
    TRY(take_bool(t, SHOPIFY_PUBLISHED, true, &is_published));
    *ret = is_published ? PRODUCT_ACTIVE : PRODUCT_DRAFT;
    if (cell.len == 0)
        return NULL;
    while (at < COUNT(words) && !str_eq_nocase(cell, words[at].word))
        at++;
    if (at == COUNT(words))
        return wrong(t, SHOPIFY_STATUS, "import.bad_status", cell);
    bool is_hidden = words[at].status == PRODUCT_ACTIVE && !is_published;
    *ret = is_hidden ? PRODUCT_DRAFT : words[at].status;
    return NULL;
}

static const struct err *take_option_names(struct taking *t)
{
    struct product_input *p = &t->g->product;
    str first = shopify_cell(t->r, SHOPIFY_OPTION1_NAME);
    /* Shopify's way to say that there is nothing to choose. */
    if (str_eq_nocase(first, S("Title")) &&
        str_eq_nocase(shopify_cell(t->r, SHOPIFY_OPTION1_VALUE), S("Default Title")))
        return NULL;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        enum shopify_column column = (enum shopify_column)(SHOPIFY_OPTION1_NAME + 2 * i);
        str name;
        TRY(take_text(t, column, SHORT_MAX, true, &name));
        if (name.len == 0 && i == 0 && shopify_cell(t->r, SHOPIFY_OPTION1_VALUE).len > 0)
            name = S("Option");
        if (name.len == 0)
            return NULL;
        p->option_names[p->option_count++] = name;
    }
    return NULL;
}

static const struct err *take_product(struct taking *t)
{
    struct product_input *p = &t->g->product;
    TRY(take_text(t, SHOPIFY_TITLE, PRODUCT_TITLE_MAX, true, &p->title));
    TRY(take_text(t, SHOPIFY_BODY, BODY_MAX, false, &p->description_html));
    TRY(take_text(t, SHOPIFY_VENDOR, SHORT_MAX, true, &p->vendor));
    TRY(take_text(t, SHOPIFY_TYPE, SHORT_MAX, true, &p->kind));
    TRY(take_text(t, SHOPIFY_TAGS, TAGS_MAX, true, &p->tags));
    TRY(take_status(t, &p->status));
    TRY(take_option_names(t));
    /* What is wrong with the product's own facts does not cost its first variant. */
    t->is_bad = false;
    return NULL;
}

/* ---- a variant ---- */

static const struct err *take_options(struct taking *t, struct variant_input *v)
{
    const struct product_input *p = &t->g->product;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        enum shopify_column column = (enum shopify_column)(SHOPIFY_OPTION1_VALUE + 2 * i);
        TRY(take_text(t, column, SHORT_MAX, true, &v->options[i]));
        if (i < p->option_count && v->options[i].len == 0)
            return wrong(t, column, "import.no_option", p->option_names[i]);
        if (i < p->option_count || v->options[i].len == 0)
            continue;
        if (i > 0 || !str_eq_nocase(v->options[i], S("Default Title")))
            return wrong(t, column, "import.option_without_name", v->options[i]);
        v->options[i] = S("");
    }
    return NULL;
}

static const struct err *check_unlike(struct taking *t, const struct variant_input *v)
{
    for (size_t i = 0; i < t->g->product.variant_count; i++) {
        const struct variant_input *other = &t->g->variants[i];
        bool is_same = true;
        for (int o = 0; o < PRODUCT_OPTIONS_MAX; o++)
            is_same = is_same && str_eq(v->options[o], other->options[o]);
        if (is_same && (t->g->fields & IMPORT_OPTIONS) != 0)
            return wrong(t, SHOPIFY_OPTION1_VALUE, "import.same_options", v->options[0]);
    }
    return NULL;
}

/* An empty cell is the usual: single pieces, one price, no sample. */
static const struct err *take_ladder(struct taking *t, struct ladder *ret)
{
    str rungs = shopify_cell(t->r, SHOPIFY_RUNGS);
    TRY(take_count(t, SHOPIFY_MIN_QUANTITY, LADDER_QUANTITY_MAX, &ret->min_quantity));
    TRY(take_count(t, SHOPIFY_STEP, LADDER_QUANTITY_MAX, &ret->step));
    ret->sample_minor.has = shopify_cell(t->r, SHOPIFY_SAMPLE).len > 0;
    TRY(take_amount(t, SHOPIFY_SAMPLE, &ret->sample_minor.v));
    if (catalog_ladder_read(t->a, rungs, t->r->currency, ret) != NULL ||
        catalog_ladder_check(t->a, ret) != NULL)
        return wrong(t, SHOPIFY_RUNGS, "catalog.bad_ladder", utf8_cut_bytes(rungs, 80));
    return NULL;
}

/* Oversold counts (below zero) are none; goods that are sold without end are not counted. */
static const struct err *take_stock(struct taking *t, int64_t *ret)
{
    int64_t quantity;
    str tracker = shopify_cell(t->r, SHOPIFY_TRACKER), cell = shopify_cell(t->r, SHOPIFY_QUANTITY);
    TRY(take_count(t, SHOPIFY_QUANTITY, STOCK_COUNT_MAX, &quantity));
    bool is_counted = has(t, SHOPIFY_TRACKER) ? tracker.len > 0 : cell.len > 0;
    bool is_endless = read_bool(shopify_cell(t->r, SHOPIFY_POLICY)) == 1;
    if (!has(t, SHOPIFY_QUANTITY) || (!has(t, SHOPIFY_TRACKER) && cell.len == 0))
        *ret = IMPORT_STOCK_KEEP;
    else if (!is_counted || is_endless)
        *ret = STOCK_UNTRACKED;
    else
        *ret = quantity < 0 ? 0 : quantity;
    return NULL;
}

bool import_is_photo_file(str source)
{
    static const str kinds[] = {STR_INIT(".jpg"), STR_INIT(".jpeg"), STR_INIT(".png"),
                                STR_INIT(".webp"), STR_INIT(".gif")};
    for (size_t i = 0; i < source.len; i++)
        if (source.ptr[i] == '/' || source.ptr[i] == ':' || (unsigned char)source.ptr[i] <= ' ')
            return false;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (source.len > kinds[i].len &&
            str_eq_nocase(str_from(source, source.len - kinds[i].len), kinds[i]))
            return source.ptr[0] != '.';
    return false;
}

static const struct err *take_source(struct taking *t, enum shopify_column column, str *ret)
{
    struct url_safe url;
    str cell = shopify_cell(t->r, column);
    *ret = STR_NONE;
    if (cell.len == 0)
        return NULL;
    if (cell.len > IMPORT_SOURCE_MAX || (!url_check(cell, &url) && !import_is_photo_file(cell)))
        return shopify_problem(t->r, t->a, t->g, column, "import.bad_image",
                               utf8_cut_bytes(cell, 80));
    return str_dup(t->a, cell, ret);
}

static const struct err *take_variant(struct taking *t)
{
    struct import_group *g = t->g;
    struct variant_input v = {.requires_shipping = true, .is_taxable = true};
    struct import_variant d = {.line = t->r->row.line, .told_line = t->r->told_line};
    if (g->product.variant_count == PRODUCT_VARIANTS_MAX)
        return wrong(t, SHOPIFY_UNSET, "import.too_many_variants", STR_NONE);
    TRY(take_options(t, &v));
    TRY(take_text(t, SHOPIFY_SKU, SHORT_MAX, true, &v.sku));
    TRY(take_text(t, SHOPIFY_BARCODE, SHORT_MAX, true, &v.barcode));
    if (str_starts(v.barcode, S("'")))
        v.barcode = str_from(v.barcode, 1);
    TRY(take_amount(t, SHOPIFY_PRICE, &v.price_minor));
    if (has(t, SHOPIFY_PRICE) && shopify_cell(t->r, SHOPIFY_PRICE).len == 0)
        TRY(wrong(t, SHOPIFY_PRICE, "import.no_price", STR_NONE));
    TRY(take_amount(t, SHOPIFY_COMPARE_AT, &v.compare_at_minor));
    TRY(take_count(t, SHOPIFY_GRAMS, GRAMS_MAX, &v.weight_g));
    if (v.weight_g < 0)
        TRY(wrong(t, SHOPIFY_GRAMS, "import.bad_count", shopify_cell(t->r, SHOPIFY_GRAMS)));
    TRY(take_bool(t, SHOPIFY_SHIPPING, true, &v.requires_shipping));
    TRY(take_bool(t, SHOPIFY_TAXABLE, true, &v.is_taxable));
    TRY(take_ladder(t, &v.ladder));
    TRY(take_stock(t, &d.on_hand));
    TRY(take_source(t, SHOPIFY_VARIANT_IMAGE, &d.image));
    if (!t->is_bad)
        TRY(check_unlike(t, &v));
    if (t->is_bad)
        return NULL;
    g->variants[g->product.variant_count] = v;
    g->details[g->product.variant_count++] = d;
    return NULL;
}

/* ---- a picture ---- */

static const struct err *take_image(struct taking *t)
{
    struct import_group *g = t->g;
    str source, alt;
    TRY(take_source(t, SHOPIFY_IMAGE, &source));
    if (str_is_absent(source))
        return NULL;
    for (size_t i = 0; i < g->image_count; i++)
        if (str_eq(g->images[i].source, source))
            return NULL;
    if (g->image_count == PRODUCT_PHOTOS_MAX)
        return shopify_problem(t->r, t->a, g, SHOPIFY_IMAGE, "import.too_many_images", STR_NONE);
    TRY(utf8_clean(t->a, utf8_cut_bytes(shopify_cell(t->r, SHOPIFY_IMAGE_ALT), ALT_MAX), false,
                   &alt));
    g->images[g->image_count++] = (struct import_image){source, utf8_cut_bytes(alt, ALT_MAX)};
    return NULL;
}

/* Lines in which nothing of a variant stands carry further pictures. */
static bool is_variant(const struct taking *t)
{
    static const enum shopify_column signs[] = {SHOPIFY_OPTION1_VALUE, SHOPIFY_SKU, SHOPIFY_PRICE,
                                                SHOPIFY_QUANTITY};
    for (size_t i = 0; i < COUNT(signs); i++)
        if (shopify_cell(t->r, signs[i]).len > 0)
            return true;
    return false;
}

static bool has_surplus(const struct shopify_reader *r)
{
    for (size_t i = r->cell_count; i < r->row.count; i++)
        if (str_trim(r->row.cells[i]).len > 0)
            return true;
    return false;
}

const struct err *shopify_take_row(struct shopify_reader *r, struct arena *a,
                                   struct import_group *g)
{
    struct taking t = {.r = r, .a = a, .g = g};
    if (has_surplus(r)) {
        /* An unquoted separator has moved everything behind it: no cell of this line can be
         * believed. */
        g->is_whole = false;
        return shopify_problem(r, a, g, SHOPIFY_UNSET, "import.too_many_cells", STR_NONE);
    }
    if (str_is_absent(g->product.title))
        TRY(take_product(&t));
    TRY(take_image(&t));
    /* A first line is a variant also when nothing of one stands in it; a translation has said
     * already what it lacks. */
    bool is_first = !r->is_translated && g->product.variant_count == 0 &&
                    shopify_cell(r, SHOPIFY_TITLE).len > 0;
    if (is_variant(&t) || (is_first && (g->fields & IMPORT_PRICE) != 0))
        TRY(take_variant(&t));
    if (t.is_bad)
        g->is_whole = false;
    return NULL;
}
