/* Reading products. Writing is catalog_save.c. */
#include "catalog/catalog_part.h"

#include "catalog/catalog_sql.h"

/* Values stand one per line in the tables; a line is never empty in the middle. */
static int split_lines(str text, str *ret, int max)
{
    int count = 0;
    while (!str_is_empty(text) && count < max)
        ret[count++] = str_cut(&text, '\n');
    return count;
}

static const struct err *variant_title(struct arena *a, struct variant *v)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(4));
    for (int i = 0; i < PRODUCT_OPTIONS_MAX && !str_is_empty(v->options[i]); i++) {
        strbuf_add(&sb, i == 0 ? S("") : S(" / "));
        strbuf_add(&sb, v->options[i]);
    }
    return strbuf_finish(&sb, &v->title);
}

static const struct err *fill_variant(struct arena *a, const struct catalog_variants_row *row,
                                      struct variant *ret)
{
    *ret = (struct variant){.id = row->id,
                            .product_id = row->product_id,
                            .sku = row->sku,
                            .price.minor = row->price_minor,
                            .compare_at_minor = row->compare_at_minor,
                            .weight_g = row->weight_g,
                            .barcode = row->barcode,
                            .requires_shipping = row->requires_shipping,
                            .is_taxable = row->is_taxable,
                            .parcel = {.length_mm = row->length_mm,
                                       .width_mm = row->width_mm,
                                       .height_mm = row->height_mm,
                                       .tax_class = (enum tax_class)row->tax_class,
                                       .hs_code = row->hs_code},
                            .media_id = row->media_id,
                            .position = (int)row->position};
    split_lines(row->options, ret->options, PRODUCT_OPTIONS_MAX);
    ret->ladder = (struct ladder){.min_quantity = row->min_quantity, .step = row->step,
                                  .sample_minor = row->sample_minor};
    TRY(catalog_ladder_parse(a, row->rungs, &ret->ladder));
    TRY(currency_parse(a, row->currency, &ret->price.currency));
    return variant_title(a, ret);
}

static const struct err *load_variants(struct tx *tx, struct arena *a, struct product *p)
{
    struct catalog_variants_row *rows;
    TRY(catalog_variants(tx, a, p->shop_id, p->id, PRODUCT_VARIANTS_MAX, &rows, &p->variant_count));
    TRY_NEW_ARRAY(a, p->variants, p->variant_count);
    for (size_t i = 0; i < p->variant_count; i++) {
        struct variant *v = &p->variants[i];
        TRY(fill_variant(a, &rows[i], v));
        if (str_is_empty(v->title))
            v->title = p->title;
        if (i == 0 || v->price.minor < p->price_from.minor)
            p->price_from = v->price;
        if (i == 0 || v->price.minor > p->price_to.minor)
            p->price_to = v->price;
    }
    return NULL;
}

static const struct err *load_photos(struct tx *tx, struct arena *a, struct product *p)
{
    struct catalog_photo_ids_row *rows;
    TRY(catalog_photo_ids(tx, a, p->shop_id, p->id, PRODUCT_PHOTOS_MAX, &rows, &p->photo_count));
    TRY_NEW_ARRAY(a, p->photos, p->photo_count);
    for (size_t i = 0; i < p->photo_count; i++)
        TRY(media_photo(tx, a, rows[i].media_id, &p->photos[i]));
    return NULL;
}

const struct err *catalog_product(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct product_id id, struct product *ret)
{
    struct catalog_product_row_row row;
    bool is_found;
    TRY(catalog_product_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "catalog.gone", "product %lld", (long long)id.v);
    *ret = (struct product){.id = row.id,
                            .shop_id = row.shop_id,
                            .handle = row.handle,
                            .title = row.title,
                            .description = {row.description},
                            .description_text = row.description_text,
                            .vendor = row.vendor,
                            .kind = row.kind,
                            .tags = row.tags,
                            .status = (enum product_status)row.status,
                            .created_ms = row.created_ms,
                            .changed_ms = row.changed_ms};
    ret->option_count = split_lines(row.option_names, ret->option_names, PRODUCT_OPTIONS_MAX);
    TRY(load_variants(tx, a, ret));
    return load_photos(tx, a, ret);
}

const struct err *catalog_product_by_handle(struct tx *tx, struct arena *a, struct shop_id shop,
                                            str handle, struct product *ret)
{
    struct catalog_product_by_address_row row;
    bool is_found;
    TRY(catalog_product_by_address(tx, a, shop, handle, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "catalog.gone", "handle %.*s", STR_ARG(handle));
    if (!str_eq(row.handle, handle))
        return err_with_arg(a, ERR(a, ERR_CONFLICT, "catalog.moved", "%.*s", STR_ARG(handle)),
                            row.handle);
    return catalog_product(tx, a, shop, row.id, ret);
}

const struct err *catalog_variant(struct tx *tx, struct arena *a, struct shop_id shop,
                                  struct variant_id id, struct variant *ret)
{
    struct catalog_variants_row row;
    bool is_found;
    TRY(catalog_variant_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "catalog.gone", "variant %lld", (long long)id.v);
    return fill_variant(a, &row, ret);
}

const struct err *catalog_sale(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct variant_id id, struct catalog_sale *ret)
{
    struct catalog_sale_row_row row;
    struct variant v = {0};
    bool is_found;
    TRY(catalog_sale_row(tx, a, shop, id, &row, &is_found));
    if (!is_found)
        return ERR(a, ERR_NOT_FOUND, "catalog.gone", "variant %lld", (long long)id.v);
    split_lines(row.options, v.options, PRODUCT_OPTIONS_MAX);
    if (!row.is_only)
        TRY(variant_title(a, &v));
    *ret = (struct catalog_sale){.product_id = row.product_id,
                                 .status = (enum product_status)row.status,
                                 .product_title = row.title,
                                 .variant_title = row.is_only ? S("") : v.title,
                                 .sku = row.sku,
                                 .price.minor = row.price_minor,
                                 .media_id = row.media_id,
                                 .requires_shipping = row.requires_shipping,
                                 .is_taxable = row.is_taxable,
                                 .weight_g = row.weight_g,
                                 .parcel = {.length_mm = row.length_mm,
                                            .width_mm = row.width_mm,
                                            .height_mm = row.height_mm,
                                            .tax_class = (enum tax_class)row.tax_class,
                                            .hs_code = row.hs_code},
                                 .ladder = {.min_quantity = row.min_quantity,
                                            .step = row.step,
                                            .sample_minor = row.sample_minor}};
    TRY(catalog_ladder_parse(a, row.rungs, &ret->ladder));
    return currency_parse(a, row.currency, &ret->price.currency);
}

const struct err *catalog_variant_by_sku(struct tx *tx, struct arena *a, struct shop_id shop,
                                         str sku, bool *ret_found, struct variant *ret)
{
    struct catalog_variant_of_sku_row row;
    TRY(catalog_variant_of_sku(tx, a, shop, sku, &row, ret_found));
    return *ret_found ? catalog_variant(tx, a, shop, row.id, ret) : NULL;
}

const struct err *catalog_card(struct tx *tx, struct arena *a, struct product_id id,
                               struct product_card *ret, enum product_status *ret_status)
{
    struct catalog_card_row_row row;
    struct shop shop;
    bool is_found;
    *ret = (struct product_card){0};
    *ret_status = PRODUCT_STATUS_UNSET;
    TRY(catalog_card_row(tx, a, id, &row, &is_found));
    if (!is_found || !row.price_minor.has)
        return NULL;
    *ret_status = (enum product_status)row.status;
    TRY(shop_get(tx, a, row.shop_id, &shop));
    *ret = (struct product_card){.id = row.id,
                                 .shop_id = row.shop_id,
                                 .handle = row.handle,
                                 .title = row.title,
                                 .shop_handle = shop.handle,
                                 .compare_at_minor = row.compare_at_minor.v,
                                 .has_variants = row.variants > 1};
    ret->price_from.minor = row.price_minor.v;
    TRY(currency_parse(a, row.currency, &ret->price_from.currency));
    ret->price_to = (struct money){row.price_to_minor.v, ret->price_from.currency};
    /* Many pieces cost less: what one cost before says nothing about that price. */
    if (row.low_minor.has && row.low_minor.v < ret->price_from.minor) {
        ret->price_from.minor = row.low_minor.v;
        ret->compare_at_minor = 0;
    }
    return media_photo(tx, a, row.media_id.has ? row.media_id.v : 0, &ret->photo);
}

/* Strangers see what is on sale. */
static const struct err *load_card(struct tx *tx, struct arena *a, struct product_id id,
                                   struct product_card *ret)
{
    enum product_status status;
    TRY(catalog_card(tx, a, id, ret, &status));
    if (status != PRODUCT_ACTIVE)
        *ret = (struct product_card){0};
    return NULL;
}

const struct err *catalog_cards(struct tx *tx, struct arena *a, const int64_t *product_ids,
                                size_t count, struct product_card *ret)
{
    for (size_t i = 0; i < count; i++)
        TRY(load_card(tx, a, (struct product_id){product_ids[i]}, &ret[i]));
    return NULL;
}

struct price_view catalog_card_price(const struct product_card *card)
{
    struct price_view price = {.now = card->price_from,
                               .is_from = card->price_to.minor > card->price_from.minor};
    if (card->compare_at_minor > card->price_from.minor)
        price.before = (struct money){card->compare_at_minor, card->price_from.currency};
    return price;
}

const struct err *catalog_list(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct product_id cursor, size_t limit, struct product_card **ret,
                               size_t *ret_count)
{
    struct catalog_active_ids_row *rows;
    TRY(catalog_active_ids(tx, a, shop, cursor.v == 0 ? INT64_MAX : cursor.v, (int64_t)limit, limit,
                           &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        TRY(load_card(tx, a, (struct product_id){rows[i].id}, &(*ret)[i]));
    return NULL;
}

const struct err *catalog_all(struct tx *tx, struct arena *a, struct shop_id shop,
                              struct product_id after, size_t limit, struct product_id **ret,
                              size_t *ret_count)
{
    struct catalog_all_ids_row *rows;
    TRY(catalog_all_ids(tx, a, shop, after.v, (int64_t)limit, limit, &rows, ret_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret)[i] = rows[i].id;
    return NULL;
}
