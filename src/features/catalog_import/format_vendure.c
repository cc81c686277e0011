/* Vendure: the CSV of its importer. Lines without a name are further variants; lists are separated
 * by bars. */
#include "catalog_import/import_format.h"

static const struct import_rule rules[] = {
    RULE("name", SHOPIFY_TITLE, HOW_TEXT),
    RULE("slug", SHOPIFY_HANDLE, HOW_TEXT),
    RULE("description", SHOPIFY_BODY, HOW_TEXT),
    RULE_WITH("assets", SHOPIFY_IMAGE, HOW_IMAGES, "|"),
    RULE("facets", SHOPIFY_TAGS, HOW_HOOK),
    RULE_WITH("optionGroups", SHOPIFY_OPTION1_NAME, HOW_LIST, "|"),
    RULE_WITH("optionValues", SHOPIFY_OPTION1_VALUE, HOW_LIST, "|"),
    RULE("sku", SHOPIFY_SKU, HOW_TEXT),
    RULE("price", SHOPIFY_PRICE, HOW_AMOUNT),
    RULE("stockOnHand", SHOPIFY_QUANTITY, HOW_TEXT),
    RULE("variantAssets", SHOPIFY_VARIANT_IMAGE, HOW_HOOK),
};

/* "category:Electronics|category:Computers|brand:Apple": the brand, the narrowest category, and the
 * others as tags. */
static const struct err *adjust(struct import_draft *d, const struct import_record *r,
                                struct import_taken *t)
{
    str rest = import_record_cell(r, "facets"), assets = import_record_cell(r, "variantAssets"),
        last = S("");
    struct strbuf tags;
    if (assets.len > 0)
        t->cells[SHOPIFY_VARIANT_IMAGE] = str_trim(str_cut(&assets, '|'));
    if (str_eq_nocase(import_record_cell(r, "trackInventory"), S("false")))
        t->cells[SHOPIFY_QUANTITY] = S("");
    strbuf_init(&tags, d->arena, KiB(4));
    while (!str_is_empty(rest)) {
        str value = str_trim(str_cut(&rest, '|')), name = str_trim(str_cut(&value, ':'));
        if (str_is_absent(value))
            value = name;
        if (str_eq_nocase(name, S("brand")))
            t->cells[SHOPIFY_VENDOR] = value;
        else
            strbuf_addf(&tags, "%s%.*s", tags.len > 0 ? ", " : "", STR_ARG(value));
        if (str_eq_nocase(name, S("category")))
            last = value;
    }
    t->cells[SHOPIFY_TYPE] = last;
    return strbuf_finish(&tags, &t->cells[SHOPIFY_TAGS]);
}

static const struct import_layout layouts[] = {
    {.signs = {"name", "slug", "facets", "optionGroups", "optionValues", "sku"},
     .rules = rules,
     .rule_count = COUNT(rules),
     .fills = {SHOPIFY_TYPE, SHOPIFY_VENDOR},
     .keys = {"slug", "name"},
     .key_prefixes = {NULL, "name:"},
     .adjust = adjust},
};
const struct import_format import_vendure = {"vendure", layouts, COUNT(layouts), NULL};
