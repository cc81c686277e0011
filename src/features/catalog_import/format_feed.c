/* Product feeds of Meta and Google (its XML is read as a table before): one line an item, items of
 * one group are variants. */
#include "catalog_import/import_format.h"

static const struct import_rule rules[] = {
    RULE("id", SHOPIFY_SKU, HOW_TEXT),
    RULE("title", SHOPIFY_TITLE, HOW_TEXT),
    RULE("description", SHOPIFY_BODY, HOW_TEXT),
    RULE("price", SHOPIFY_PRICE, HOW_AMOUNT),
    RULE("sale_price", SHOPIFY_UNSET, HOW_SALE),
    RULE("brand", SHOPIFY_VENDOR, HOW_TEXT),
    RULE("product_type", SHOPIFY_TYPE, HOW_PATH),
    RULE("google_product_category", SHOPIFY_TYPE, HOW_PATH),
    RULE("gtin", SHOPIFY_BARCODE, HOW_TEXT),
    RULE("image_link", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE_WITH("additional_image_link*", SHOPIFY_IMAGE, HOW_IMAGES, ","),
    RULE("availability", SHOPIFY_QUANTITY, HOW_HOOK),
    RULE("shipping_weight", SHOPIFY_GRAMS, HOW_WEIGHT),
    RULE("item_group_id", SHOPIFY_OPTION1_NAME, HOW_HOOK),
    RULE("color", SHOPIFY_OPTION1_VALUE, HOW_HOOK),
    RULE("size", SHOPIFY_OPTION2_VALUE, HOW_HOOK),
    RULE("material", SHOPIFY_OPTION3_VALUE, HOW_HOOK),
};

static const struct err *adjust(struct import_draft *d, const struct import_record *r,
                                struct import_taken *t)
{
    static const char *const names[] = {"color", "size", "material"};
    static const str words[] = {STR_INIT("Color"), STR_INIT("Size"), STR_INIT("Material")};
    str availability = import_record_cell(r, "availability");
    (void)d;
    /* "out of stock", "out_of_stock" */
    if (str_starts_nocase(availability, S("out")))
        t->cells[SHOPIFY_QUANTITY] = S("0");
    if (import_record_cell(r, "item_group_id").len == 0)
        return NULL;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        t->cells[SHOPIFY_OPTION1_VALUE + 2 * i] = import_record_cell(r, names[i]);
        if (t->cells[SHOPIFY_OPTION1_VALUE + 2 * i].len > 0)
            t->cells[SHOPIFY_OPTION1_NAME + 2 * i] = words[i];
    }
    if (t->image_count > 0)
        t->cells[SHOPIFY_VARIANT_IMAGE] = t->images[0];
    return NULL;
}

static const struct import_layout layouts[] = {
    {.signs = {"id", "title", "price", "availability"},
     .rules = rules,
     .rule_count = COUNT(rules),
     .fills = {SHOPIFY_VARIANT_IMAGE},
     .keys = {"item_group_id", "id"},
     .key_prefixes = {"group:", NULL},
     .adjust = adjust},
};
const struct import_format import_feed = {"feed", layouts, COUNT(layouts), import_options_close_up};
