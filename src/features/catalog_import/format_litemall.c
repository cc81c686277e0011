/* litemall, a Chinese shop system: its tables as files, chosen together. goods.csv alone is a
 * catalogue too; the others add variants, the names of options, facts, brands and categories.
 *
 * Goods have no SKU but a number (goods_sn), which is their address here and, when there is one
 * variant, its SKU.
 */
#include "catalog_import/import_format.h"

enum { GALLERY_MAX = PRODUCT_PHOTOS_MAX };

static const struct import_rule goods_rules[] = {
    RULE("goods_sn", SHOPIFY_HANDLE, HOW_TEXT),
    RULE("name", SHOPIFY_TITLE, HOW_TEXT),
    RULE("keywords", SHOPIFY_TAGS, HOW_TEXT),
    RULE("detail", SHOPIFY_BODY, HOW_TEXT),
    RULE("brief", SHOPIFY_BODY, HOW_HOOK),
    RULE("is_on_sale", SHOPIFY_STATUS, HOW_HOOK),
    RULE("pic_url", SHOPIFY_IMAGE, HOW_IMAGES),
    RULE("gallery", SHOPIFY_IMAGE, HOW_HOOK),
    RULE("counter_price", SHOPIFY_COMPARE_AT, HOW_AMOUNT),
    RULE("retail_price", SHOPIFY_PRICE, HOW_AMOUNT),
    RULE("id", SHOPIFY_SKU, HOW_HOOK),
};

static bool is_deleted(const struct import_record *r)
{
    return str_eq(import_record_cell(r, "deleted"), S("1")) ||
           str_eq_nocase(import_record_cell(r, "deleted"), S("true"));
}

static bool has_layout(const struct import_draft *d, const char *sign)
{
    for (size_t i = 0; i < d->of->source_count; i++)
        for (size_t k = 0; k < IMPORT_SIGNS_MAX && d->of->sources[i].layout->signs[k] != NULL; k++)
            if (str_eq(str_c(d->of->sources[i].layout->signs[k]), str_c(sign)))
                return true;
    return false;
}

static const struct err *adjust_goods(struct import_draft *d, const struct import_record *r,
                                      struct import_taken *t)
{
    str gallery[GALLERY_MAX], brief = import_record_cell(r, "brief");
    size_t count;
    t->is_passed_over = is_deleted(r);
    t->cells[SHOPIFY_STATUS] =
        str_eq(import_record_cell(r, "is_on_sale"), S("0")) ? S("draft") : S("active");
    TRY(import_json_list(d->arena, import_record_cell(r, "gallery"), gallery, GALLERY_MAX, &count));
    for (size_t i = 0; i < count && t->image_count < PRODUCT_PHOTOS_MAX; i++)
        t->images[t->image_count++] = gallery[i];
    if (brief.len > 0)
        TRY(str_fmt(d->arena, &t->cells[SHOPIFY_BODY], "<p>%.*s</p>%.*s", STR_ARG(brief),
                    STR_ARG(t->cells[SHOPIFY_BODY])));
    t->cells[SHOPIFY_TYPE] = import_lookup(d->of, "keywords", import_record_cell(r, "category_id"));
    t->cells[SHOPIFY_VENDOR] =
        import_lookup(d->of, "floor_price", import_record_cell(r, "brand_id"));
    if (!has_layout(d, "specifications")) {
        t->cells[SHOPIFY_SKU] = t->cells[SHOPIFY_HANDLE];
        return NULL;
    }
    /* Variants have prices of their own; the price before is kept for them. */
    t->is_product_only = true;
    return str_dup(d->arena, t->cells[SHOPIFY_COMPARE_AT], &d->product.sale);
}

static const struct import_rule product_rules[] = {
    RULE("specifications", SHOPIFY_OPTION1_VALUE, HOW_HOOK),
    RULE("price", SHOPIFY_PRICE, HOW_AMOUNT),
    RULE("number", SHOPIFY_QUANTITY, HOW_TEXT),
    RULE("url", SHOPIFY_VARIANT_IMAGE, HOW_TEXT),
};

static const struct err *adjust_product(struct import_draft *d, const struct import_record *r,
                                        struct import_taken *t)
{
    str values[PRODUCT_OPTIONS_MAX];
    size_t count;
    t->is_passed_over = is_deleted(r);
    t->is_variant_only = true;
    TRY(import_json_list(d->arena, import_record_cell(r, "specifications"), values,
                         PRODUCT_OPTIONS_MAX, &count));
    for (size_t i = 0; i < count; i++)
        t->cells[(size_t)SHOPIFY_OPTION1_VALUE + 2 * i] = values[i];
    return NULL;
}

static const struct import_rule specification_rules[] = {
    RULE("specification", SHOPIFY_OPTION1_NAME, HOW_HOOK)};

/* The names in the order of their first values: as the values of a variant stand. */
static const struct err *adjust_specification(struct import_draft *d, const struct import_record *r,
                                              struct import_taken *t)
{
    str name = import_record_cell(r, "specification");
    t->is_passed_over = true;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX && !is_deleted(r); i++) {
        str *place = &d->product.cells[SHOPIFY_OPTION1_NAME + 2 * i];
        if (str_eq(*place, name))
            return NULL;
        if (str_is_empty(*place))
            return str_dup(d->arena, name, place);
    }
    return NULL;
}

static const struct import_rule attribute_rules[] = {RULE("attribute", SHOPIFY_BODY, HOW_HOOK)};

static void add_escaped(struct strbuf *sb, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '<')
            strbuf_add(sb, S("&lt;"));
        else if (text.ptr[i] == '&')
            strbuf_add(sb, S("&amp;"));
        else
            strbuf_add_char(sb, text.ptr[i]);
    }
}

static const struct err *adjust_attribute(struct import_draft *d, const struct import_record *r,
                                          struct import_taken *t)
{
    t->is_passed_over = true;
    if (is_deleted(r))
        return NULL;
    strbuf_add(&d->notes, S("<li>"));
    add_escaped(&d->notes, import_record_cell(r, "attribute"));
    strbuf_add(&d->notes, S("\xef\xbc\x9a"));
    add_escaped(&d->notes, import_record_cell(r, "value"));
    strbuf_add(&d->notes, S("</li>"));
    return NULL;
}

/* What people said of the goods has no place in a catalogue; it may be chosen with the rest. */
static const struct err *adjust_comment(struct import_draft *d, const struct import_record *r,
                                        struct import_taken *t)
{
    (void)d;
    (void)r;
    t->is_passed_over = true;
    return NULL;
}

/* One variant of the value that litemall gives to goods without a choice is no choice. */
static bool has_no_choice(const struct import_draft *d)
{
    return d->variant_count == 1 &&
           str_eq(d->variants[0].cells[SHOPIFY_OPTION1_VALUE], S("\xe6\xa0\x87\xe5\x87\x86")) &&
           str_is_empty(d->variants[0].cells[SHOPIFY_OPTION2_VALUE]);
}

static const struct err *finish(struct import_draft *d)
{
    str *body = &d->product.cells[SHOPIFY_BODY];
    if (d->notes.len > 0)
        TRY(str_fmt(d->arena, body, "%.*s<ul>%.*s</ul>", STR_ARG(*body),
                    STR_ARG(strbuf_view(&d->notes))));
    for (size_t i = 0; i < d->variant_count && !str_is_empty(d->product.sale); i++)
        d->variants[i].cells[SHOPIFY_COMPARE_AT] = d->product.sale;
    if (has_no_choice(d)) {
        d->variants[0].cells[SHOPIFY_OPTION1_VALUE] = d->product.cells[SHOPIFY_OPTION1_NAME] =
            S("");
        d->variants[0].cells[SHOPIFY_SKU] = d->product.cells[SHOPIFY_HANDLE];
        return NULL;
    }
    for (int i = 0; i < PRODUCT_OPTIONS_MAX && d->variant_count > 0; i++) {
        str *name = &d->product.cells[SHOPIFY_OPTION1_NAME + 2 * i];
        bool is_used = !str_is_empty(d->variants[0].cells[SHOPIFY_OPTION1_VALUE + 2 * i]);
        if (is_used && str_is_empty(*name))
            TRY(str_fmt(d->arena, name, "\xe8\xa7\x84\xe6\xa0\xbc%d", i + 1));
        else if (!is_used)
            *name = S("");
    }
    return NULL;
}

static const struct import_layout layouts[] = {
    {.signs = {"goods_sn", "name", "category_id", "gallery", "retail_price"},
     .rules = goods_rules,
     .rule_count = COUNT(goods_rules),
     .keys = {"id"},
     .adjust = adjust_goods},
    {.signs = {"goods_id", "specifications", "price", "number"},
     .rules = product_rules,
     .rule_count = COUNT(product_rules),
     .keys = {"goods_id"},
     .adjust = adjust_product,
     .is_companion = true},
    {.signs = {"goods_id", "specification", "value"},
     .rules = specification_rules,
     .rule_count = COUNT(specification_rules),
     .keys = {"goods_id"},
     .adjust = adjust_specification,
     .is_companion = true},
    {.signs = {"goods_id", "attribute", "value"},
     .rules = attribute_rules,
     .rule_count = COUNT(attribute_rules),
     .keys = {"goods_id"},
     .adjust = adjust_attribute,
     .is_companion = true},
    {.signs = {"value_id", "content", "star", "user_id"},
     .keys = {"value_id"},
     .adjust = adjust_comment,
     .is_companion = true},
    {.signs = {"name", "floor_price", "pic_url", "sort_order"},
     .fills = {SHOPIFY_VENDOR},
     .keys = {"id"},
     .lookup = "name",
     .is_companion = true},
    {.signs = {"name", "keywords", "pid", "level", "icon_url"},
     .fills = {SHOPIFY_TYPE},
     .keys = {"id"},
     .lookup = "name",
     .is_companion = true},
};
const struct import_format import_litemall = {"litemall", layouts, COUNT(layouts), finish};
