/* Medusa: the CSV of its product export, of versions 1 and 2. Prices stand in a column per
 * currency. */
#include "catalog_import/import_format.h"

static const struct err *adjust(struct import_draft *d, const struct import_record *r,
                                struct import_taken *t)
{
    bool is_counted = !str_eq_nocase(import_record_cell(r, "Variant Manage Inventory"), S("false"));
    bool is_published = str_eq_nocase(import_record_cell(r, "Product Status"), S("published"));
    (void)d;
    t->cells[SHOPIFY_STATUS] = is_published ? S("active") : S("draft");
    t->cells[SHOPIFY_TRACKER] =
        is_counted && !str_is_empty(t->cells[SHOPIFY_QUANTITY]) ? S("shopify") : S("");
    return NULL;
}

#define COMMON                                                                                     \
    RULE("Product Handle", SHOPIFY_HANDLE, HOW_TEXT),                                              \
        RULE("Product Title", SHOPIFY_TITLE, HOW_TEXT),                                            \
        RULE("Product Description", SHOPIFY_BODY, HOW_LINES),                                      \
        RULE("Product Status", SHOPIFY_STATUS, HOW_HOOK),                                          \
        RULE("Product Type", SHOPIFY_TYPE, HOW_TEXT), RULE("Variant SKU", SHOPIFY_SKU, HOW_TEXT),  \
        RULE("Variant Inventory Quantity", SHOPIFY_QUANTITY, HOW_TEXT),                            \
        RULE("Variant Manage Inventory", SHOPIFY_TRACKER, HOW_HOOK),                               \
        RULE("Variant Allow Backorder", SHOPIFY_POLICY, HOW_TEXT),                                 \
        RULE("Variant Barcode", SHOPIFY_BARCODE, HOW_TEXT),                                        \
        RULE("Variant Ean", SHOPIFY_BARCODE, HOW_TEXT),                                            \
        RULE("Variant Upc", SHOPIFY_BARCODE, HOW_TEXT),                                            \
        RULE_WITH("Variant Weight", SHOPIFY_GRAMS, HOW_WEIGHT, "g")

static const struct import_rule rules[] = {
    COMMON,
    RULE("Product Thumbnail", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE("Product Image *", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE("Product Tag *", SHOPIFY_TAGS, HOW_JOIN),
    RULE("Variant Option * Name", SHOPIFY_OPTION1_NAME, HOW_NUMBERED),
    RULE("Variant Option * Value", SHOPIFY_OPTION1_VALUE, HOW_NUMBERED),
    RULE("Variant Price *", SHOPIFY_PRICE, HOW_AMOUNT_OF),
};
static const struct import_rule rules_v1[] = {
    COMMON,
    RULE("Product Thumbnail", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE("Image * Url", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE("Product Tags", SHOPIFY_TAGS, HOW_TEXT),
    RULE("Option * Name", SHOPIFY_OPTION1_NAME, HOW_NUMBERED),
    RULE("Option * Value", SHOPIFY_OPTION1_VALUE, HOW_NUMBERED),
    RULE("Price *", SHOPIFY_PRICE, HOW_AMOUNT_OF),
};

static const struct import_layout layouts[] = {
    {.signs = {"Product Handle", "Product Title", "Variant Id", "Variant Option 1 Name"},
     .rules = rules,
     .rule_count = COUNT(rules),
     .keys = {"Product Handle"},
     .adjust = adjust},
};
const struct import_format import_medusa = {"medusa", layouts, COUNT(layouts), NULL};

static const struct import_layout layouts_v1[] = {
    {.signs = {"Product Handle", "Product Title", "Variant Id", "Option 1 Name"}, .rules = rules_v1,
     .rule_count = COUNT(rules_v1), .keys = {"Product Handle"}, .adjust = adjust},
};
const struct import_format import_medusa_v1 = {"medusa_v1", layouts_v1, COUNT(layouts_v1), NULL};
