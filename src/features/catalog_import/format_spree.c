/* Spree: the CSV of its product export, and that of its translations.
 *
 * A product's first line is its master, which is no variant when others follow. A line with another
 * currency is another price of the same SKU: the shop's currency counts.
 */
#include "catalog_import/import_format.h"

static const struct import_rule rules[] = {
    RULE("slug", SHOPIFY_HANDLE, HOW_TEXT),
    RULE("sku", SHOPIFY_SKU, HOW_TEXT),
    RULE("name", SHOPIFY_TITLE, HOW_TEXT),
    RULE("price", SHOPIFY_PRICE, HOW_AMOUNT),
    RULE("compare_at_price", SHOPIFY_COMPARE_AT, HOW_AMOUNT),
    RULE("status", SHOPIFY_STATUS, HOW_TEXT),
    RULE("description", SHOPIFY_BODY, HOW_TEXT),
    RULE("tags", SHOPIFY_TAGS, HOW_TEXT),
    RULE("category1", SHOPIFY_TYPE, HOW_PATH),
    RULE("product_type", SHOPIFY_TYPE, HOW_TEXT),
    RULE("brand", SHOPIFY_VENDOR, HOW_TEXT),
    RULE("vendor_name", SHOPIFY_VENDOR, HOW_TEXT),
    RULE("option*_name", SHOPIFY_OPTION1_NAME, HOW_NUMBERED),
    RULE("option*_value", SHOPIFY_OPTION1_VALUE, HOW_NUMBERED),
    RULE("image*_src", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE_WITH("weight", SHOPIFY_GRAMS, HOW_WEIGHT, "kg"),
    RULE("weight_unit", SHOPIFY_WEIGHT_UNIT, HOW_TEXT),
    RULE("inventory_count", SHOPIFY_QUANTITY, HOW_TEXT),
    RULE("track_inventory", SHOPIFY_TRACKER, HOW_HOOK),
    RULE("inventory_backorderable", SHOPIFY_POLICY, HOW_TEXT),
    RULE("barcode", SHOPIFY_BARCODE, HOW_TEXT),
    RULE("digital", SHOPIFY_SHIPPING, HOW_HOOK),
};

static bool is_zero(str amount)
{
    for (size_t i = 0; i < amount.len; i++)
        if (amount.ptr[i] != '0' && amount.ptr[i] != '.')
            return false;
    return true;
}

static const struct err *adjust(struct import_draft *d, const struct import_record *r,
                                struct import_taken *t)
{
    str currency = import_record_cell(r, "currency");
    if (currency.len > 0 && !str_eq_nocase(currency, currency_str(&d->of->currency))) {
        t->cells[SHOPIFY_PRICE] = t->cells[SHOPIFY_COMPARE_AT] = S("");
        /* A mark for `finish`, which tells a price that is missing from one in other money. */
        if (d->notes.len == 0)
            strbuf_add(&d->notes, str_sub(currency, 0, 3));
    }
    if (is_zero(t->cells[SHOPIFY_COMPARE_AT]))
        t->cells[SHOPIFY_COMPARE_AT] = S("");
    if (!str_eq_nocase(import_record_cell(r, "track_inventory"), S("false")) &&
        !str_is_empty(t->cells[SHOPIFY_QUANTITY]))
        t->cells[SHOPIFY_TRACKER] = S("shopify");
    t->cells[SHOPIFY_SHIPPING] =
        str_eq_nocase(import_record_cell(r, "digital"), S("true")) ? S("false") : S("true");
    if (d->variant_count > 0 && t->image_count > 0)
        t->cells[SHOPIFY_VARIANT_IMAGE] = t->images[0];
    return NULL;
}

static const struct err *finish(struct import_draft *d)
{
    struct import_taken *master = d->variant_count > 0 ? &d->variants[0] : NULL;
    bool has_others = d->variant_count > 1 && str_is_empty(master->cells[SHOPIFY_OPTION1_VALUE]) &&
                      !str_is_empty(d->variants[1].cells[SHOPIFY_OPTION1_VALUE]);
    if (has_others) {
        for (size_t i = 1; i < d->variant_count; i++)
            d->variants[i - 1] = d->variants[i];
        d->variant_count--;
    }
    size_t count = 0;
    for (size_t i = 0; i < d->variant_count; i++) {
        if (d->notes.len > 0 && str_is_empty(d->variants[i].cells[SHOPIFY_PRICE]))
            TRY(import_draft_problem(d, d->variants[i].line, "currency", "import.other_currency",
                                     strbuf_view(&d->notes)));
        else
            d->variants[count++] = d->variants[i];
    }
    d->variant_count = count;
    return NULL;
}

static const struct import_layout layouts[] = {
    {.signs = {"slug", "sku", "name", "price", "currency", "status"},
     .rules = rules,
     .rule_count = COUNT(rules),
     .fills = {SHOPIFY_TRACKER, SHOPIFY_SHIPPING, SHOPIFY_VARIANT_IMAGE},
     .keys = {"slug"},
     .joins_by_sku = true,
     .adjust = adjust},
};
const struct import_format import_spree = {"spree", layouts, COUNT(layouts), finish};

/* ---- translations: the lines of the shop's language ---- */

static const struct import_rule text_rules[] = {
    RULE("slug", SHOPIFY_HANDLE, HOW_TEXT), RULE("name", SHOPIFY_TITLE, HOW_TEXT),
    RULE("description", SHOPIFY_BODY, HOW_TEXT),
};

static const struct err *adjust_texts(struct import_draft *d, const struct import_record *r,
                                      struct import_taken *t)
{
    str locale = import_record_cell(r, "locale");
    t->is_passed_over = !str_eq_nocase(str_sub(locale, 0, d->of->language.len), d->of->language);
    return NULL;
}

static const struct import_layout text_layouts[] = {
    {.signs = {"slug", "locale", "name", "description"},
     .rules = text_rules,
     .rule_count = COUNT(text_rules),
     .keys = {"slug"},
     .adjust = adjust_texts},
};
const struct import_format import_spree_texts = {"spree_texts", text_layouts, COUNT(text_layouts),
                                                 NULL};
