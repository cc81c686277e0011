/* WooCommerce: the CSV of its product exporter. Variations name their parent and stand anywhere in
 * the file.
 *
 * An attribute that no variation fixes is no option here. External products come as drafts (they
 * are sold elsewhere); grouped ones have no price of their own and are told.
 */
#include "catalog_import/import_format.h"

static const struct import_rule rules[] = {
    RULE("SKU", SHOPIFY_SKU, HOW_TEXT),
    RULE("Name", SHOPIFY_TITLE, HOW_TEXT),
    RULE("Published", SHOPIFY_PUBLISHED, HOW_HOOK),
    RULE("Description", SHOPIFY_BODY, HOW_LINES),
    RULE("Short description", SHOPIFY_BODY, HOW_HOOK),
    RULE("Tax status", SHOPIFY_TAXABLE, HOW_HOOK),
    RULE("Stock", SHOPIFY_QUANTITY, HOW_TEXT),
    RULE("In stock?", SHOPIFY_QUANTITY, HOW_HOOK),
    RULE("Backorders allowed?", SHOPIFY_POLICY, HOW_HOOK),
    RULE("Weight (*)", SHOPIFY_GRAMS, HOW_WEIGHT),
    RULE("Sale price", SHOPIFY_UNSET, HOW_SALE),
    RULE("Regular price", SHOPIFY_PRICE, HOW_AMOUNT),
    RULE("Categories", SHOPIFY_TYPE, HOW_PATH),
    RULE("Tags", SHOPIFY_TAGS, HOW_TEXT),
    RULE("Brands", SHOPIFY_VENDOR, HOW_PATH),
    RULE("GTIN, UPC, EAN, or ISBN", SHOPIFY_BARCODE, HOW_TEXT),
    RULE_WITH("Images", SHOPIFY_IMAGE, HOW_IMAGES, ","),
    RULE("Type", SHOPIFY_SHIPPING, HOW_HOOK),
    RULE("Attribute * name", SHOPIFY_OPTION1_NAME, HOW_HOOK),
    RULE("Attribute * value(s)", SHOPIFY_OPTION1_VALUE, HOW_HOOK),
};

static str attribute(const struct import_record *r, int number, const char *what)
{
    char name[40];
    (void)snprintf(name, sizeof name, "Attribute %d %s", number, what);
    return import_record_cell(r, name);
}

static const struct err *take_body(struct import_draft *d, const struct import_record *r,
                                   struct import_taken *t)
{
    str brief = import_record_cell(r, "Short description"), lines;
    if (brief.len == 0)
        return NULL;
    TRY(import_value_lines(d->arena, brief, &lines));
    if (str_is_empty(t->cells[SHOPIFY_BODY]))
        t->cells[SHOPIFY_BODY] = lines;
    else if (str_find(t->cells[SHOPIFY_BODY], lines) < 0)
        TRY(str_fmt(d->arena, &t->cells[SHOPIFY_BODY], "<p>%.*s</p>\n%.*s", STR_ARG(lines),
                    STR_ARG(t->cells[SHOPIFY_BODY])));
    return NULL;
}

static void take_stock(const struct import_record *r, struct import_taken *t)
{
    str backorders = import_record_cell(r, "Backorders allowed?");
    if (str_is_empty(t->cells[SHOPIFY_QUANTITY]) &&
        str_eq(import_record_cell(r, "In stock?"), S("0")))
        t->cells[SHOPIFY_QUANTITY] = S("0");
    t->cells[SHOPIFY_POLICY] = str_eq(backorders, S("1")) || str_eq_nocase(backorders, S("notify"))
                                   ? S("continue")
                                   : S("deny");
}

static const struct err *adjust(struct import_draft *d, const struct import_record *r,
                                struct import_taken *t)
{
    str type = import_record_cell(r, "Type");
    bool is_variation = str_starts_nocase(type, S("variation")),
         is_external = str_starts_nocase(type, S("external"));
    bool is_hidden = str_eq_nocase(import_record_cell(r, "Visibility in catalog"), S("hidden"));
    if (str_starts_nocase(type, S("grouped"))) {
        t->is_passed_over = true;
        return import_draft_problem(d, r->line, "Type", "import.grouped", t->cells[SHOPIFY_TITLE]);
    }
    bool is_published = str_eq(import_record_cell(r, "Published"), S("1"));
    t->cells[SHOPIFY_PUBLISHED] =
        is_published && !is_hidden && !is_external ? S("true") : S("false");
    t->cells[SHOPIFY_SHIPPING] = str_find(type, S("virtual")) >= 0 ? S("false") : S("true");
    t->cells[SHOPIFY_TAXABLE] =
        str_eq_nocase(import_record_cell(r, "Tax status"), S("none")) ? S("false") : S("true");
    t->is_product_only = str_starts_nocase(type, S("variable"));
    t->is_variant_only = is_variation;
    take_stock(r, t);
    if (!is_variation)
        return take_body(d, r, t);
    if (str_is_empty(t->cells[SHOPIFY_PRICE]) && str_is_empty(t->cells[SHOPIFY_SKU]))
        t->is_passed_over = true; /* an empty form of the shop's owner */
    for (int i = 1; i <= PRODUCT_OPTIONS_MAX; i++) {
        t->cells[SHOPIFY_OPTION1_NAME + 2 * (i - 1)] = attribute(r, i, "name");
        t->cells[SHOPIFY_OPTION1_VALUE + 2 * (i - 1)] = attribute(r, i, "value(s)");
    }
    if (t->image_count > 0)
        t->cells[SHOPIFY_VARIANT_IMAGE] = t->images[0];
    /* Names of options are the product's; those of all variations are alike. */
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        str *name = &d->product.cells[SHOPIFY_OPTION1_NAME + 2 * i];
        if (str_is_empty(*name))
            TRY(str_dup(d->arena, t->cells[SHOPIFY_OPTION1_NAME + 2 * i], name));
    }
    return NULL;
}

/* An option that no variation fixes goes; those behind it move up. */
static const struct err *finish(struct import_draft *d)
{
    int to = 0;
    for (int from = 0; from < PRODUCT_OPTIONS_MAX; from++) {
        bool is_used = false;
        for (size_t i = 0; i < d->variant_count; i++)
            is_used =
                is_used || !str_is_empty(d->variants[i].cells[SHOPIFY_OPTION1_VALUE + 2 * from]);
        if (!is_used)
            continue;
        d->product.cells[SHOPIFY_OPTION1_NAME + 2 * to] =
            d->product.cells[SHOPIFY_OPTION1_NAME + 2 * from];
        for (size_t i = 0; i < d->variant_count; i++) {
            str value = d->variants[i].cells[SHOPIFY_OPTION1_VALUE + 2 * from];
            d->variants[i].cells[SHOPIFY_OPTION1_VALUE + 2 * to] =
                str_is_empty(value) ? S("*") : value;
        }
        to++;
    }
    for (; to < PRODUCT_OPTIONS_MAX; to++) {
        d->product.cells[SHOPIFY_OPTION1_NAME + 2 * to] = S("");
        for (size_t i = 0; i < d->variant_count; i++)
            d->variants[i].cells[SHOPIFY_OPTION1_VALUE + 2 * to] = S("");
    }
    return NULL;
}

static const struct import_layout layouts[] = {
    {.signs = {"ID", "Type", "SKU", "Name", "Regular price"},
     .rules = rules,
     .rule_count = COUNT(rules),
     .fills = {SHOPIFY_PUBLISHED, SHOPIFY_SHIPPING, SHOPIFY_TAXABLE, SHOPIFY_POLICY,
               SHOPIFY_QUANTITY, SHOPIFY_OPTION1_NAME, SHOPIFY_VARIANT_IMAGE},
     .keys = {"SKU", "ID"},
     .key_prefixes = {NULL, "id:"},
     .parent = "Parent",
     .adjust = adjust},
};
const struct import_format import_woocommerce = {"woocommerce", layouts, COUNT(layouts), finish};
