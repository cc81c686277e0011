/* All products of a shop as Shopify's CSV, such that reading it in again changes nothing.
 *
 * Photos that an import brought keep the address they came from; others have ours. The snapshot is
 * opened anew for every few products, so that a long export holds nothing up.
 */
#include "catalog_import/import_part.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "catalog_import/catalog_import_sql.h"

enum { PRODUCTS_A_READ = 20, ROWS_MAX = 16 * 1024 * 1024, USES_MAX = 200 };

static const enum shopify_column columns[] = {SHOPIFY_HANDLE,        SHOPIFY_TITLE,
                                              SHOPIFY_BODY,          SHOPIFY_VENDOR,
                                              SHOPIFY_TYPE,          SHOPIFY_TAGS,
                                              SHOPIFY_PUBLISHED,     SHOPIFY_OPTION1_NAME,
                                              SHOPIFY_OPTION1_VALUE, SHOPIFY_OPTION2_NAME,
                                              SHOPIFY_OPTION2_VALUE, SHOPIFY_OPTION3_NAME,
                                              SHOPIFY_OPTION3_VALUE, SHOPIFY_SKU,
                                              SHOPIFY_GRAMS,         SHOPIFY_TRACKER,
                                              SHOPIFY_QUANTITY,      SHOPIFY_POLICY,
                                              SHOPIFY_FULFILLMENT,   SHOPIFY_PRICE,
                                              SHOPIFY_COMPARE_AT,    SHOPIFY_SHIPPING,
                                              SHOPIFY_TAXABLE,       SHOPIFY_BARCODE,
                                              SHOPIFY_IMAGE,         SHOPIFY_IMAGE_POSITION,
                                              SHOPIFY_IMAGE_ALT,     SHOPIFY_GIFT_CARD,
                                              SHOPIFY_VARIANT_IMAGE, SHOPIFY_WEIGHT_UNIT,
                                              SHOPIFY_STATUS,        SHOPIFY_MIN_QUANTITY,
                                              SHOPIFY_STEP,          SHOPIFY_RUNGS,
                                              SHOPIFY_SAMPLE};

struct line_of_photo {
    str source, alt;
};

struct exporting {
    struct platform *platform;
    struct arena *arena;
    struct shop_id shop;
    FILE *file;
    struct tx *tx;
    struct csv_writer writer;
    struct product product;
    struct import_uses_row *uses;
    size_t use_count;
    int64_t on_hand[PRODUCT_VARIANTS_MAX];
    struct line_of_photo photos[2 * PRODUCT_PHOTOS_MAX];
    size_t photo_count;
};

/* Where the photo came from, else its address here. */
static const struct err *source_of(struct exporting *x, const struct photo *photo, str *ret)
{
    for (size_t i = 0; i < x->use_count; i++)
        if (x->uses[i].media_id == photo->id.v) {
            *ret = x->uses[i].source;
            return NULL;
        }
    struct id_text text = id_format(photo->id.v);
    return str_fmt(x->arena, ret, "%.*s/m/%s/1200.webp", STR_ARG(x->platform->base_url), text.text);
}

static const struct err *list_photos(struct exporting *x)
{
    const struct product *p = &x->product;
    x->photo_count = 0;
    for (size_t i = 0; i < p->photo_count; i++) {
        struct line_of_photo *line = &x->photos[x->photo_count++];
        line->alt = p->photos[i].alt;
        TRY(source_of(x, &p->photos[i], &line->source));
    }
    /* Those that still have to be fetched. */
    for (size_t i = 0; i < x->use_count && x->photo_count < PRODUCT_PHOTOS_MAX; i++)
        if (x->uses[i].variant_id.v == 0 && x->uses[i].media_id == 0)
            x->photos[x->photo_count++] = (struct line_of_photo){x->uses[i].source, x->uses[i].alt};
    return NULL;
}

static const struct err *variant_photo(struct exporting *x, const struct variant *v, str *ret)
{
    struct photo photo;
    *ret = S("");
    if (v->media_id != 0) {
        TRY(media_photo(x->tx, x->arena, v->media_id, &photo));
        return photo.id.v == 0 ? NULL : source_of(x, &photo, ret);
    }
    for (size_t i = 0; i < x->use_count; i++)
        if (x->uses[i].variant_id.v == v->id.v && x->uses[i].media_id == 0)
            *ret = x->uses[i].source;
    return NULL;
}

static void write_bool(struct csv_writer *w, bool value)
{
    csv_write_str(w, value ? S("true") : S("false"));
}

static void write_product_cells(struct csv_writer *w, const struct product *p, bool is_first)
{
    static const str none = STR_INIT("");
    csv_write_str(w, p->handle);
    csv_write_str(w, is_first ? p->title : none);
    csv_write_str(w, is_first ? p->description.markup : none);
    csv_write_str(w, is_first ? p->vendor : none);
    csv_write_str(w, is_first ? p->kind : none);
    csv_write_str(w, is_first ? p->tags : none);
    csv_write_str(w, !is_first ? none : p->status == PRODUCT_ACTIVE ? S("true") : S("false"));
}

static void write_options(struct csv_writer *w, const struct product *p, const struct variant *v,
                          bool is_first)
{
    bool has_none = p->option_count == 0 && v != NULL;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        str name = i < p->option_count ? p->option_names[i] : S(""),
            value = v != NULL ? v->options[i] : S("");
        csv_write_str(w, !is_first ? S("") : has_none && i == 0 ? S("Title") : name);
        csv_write_str(w, has_none && i == 0 ? S("Default Title") : value);
    }
}

static const struct err *write_variant_cells(struct exporting *x, size_t i)
{
    struct csv_writer *w = &x->writer;
    const struct variant *v = i < x->product.variant_count ? &x->product.variants[i] : NULL;
    if (v == NULL) {
        for (enum shopify_column c = SHOPIFY_SKU; c <= SHOPIFY_BARCODE; c++)
            csv_write_str(w, STR_NONE);
        return NULL;
    }
    bool is_counted = x->on_hand[i] != STOCK_UNTRACKED;
    csv_write_str(w, v->sku);
    csv_write_int(w, v->weight_g);
    csv_write_str(w, is_counted ? S("shopify") : S(""));
    if (is_counted)
        csv_write_int(w, x->on_hand[i]);
    else
        csv_write_str(w, STR_NONE);
    csv_write_str(w, S("deny"));
    csv_write_str(w, S("manual"));
    csv_write_money(w, v->price);
    if (v->compare_at_minor > 0)
        csv_write_money(w, (struct money){v->compare_at_minor, v->price.currency});
    else
        csv_write_str(w, STR_NONE);
    write_bool(w, v->requires_shipping);
    write_bool(w, v->is_taxable);
    csv_write_str(w, v->barcode);
    return NULL;
}

/* 1 is the usual, and not said. */
static void write_quantity(struct csv_writer *w, int64_t quantity)
{
    if (quantity > 1)
        csv_write_int(w, quantity);
    else
        csv_write_str(w, STR_NONE);
}

static const struct err *write_ladder(struct arena *a, struct csv_writer *w,
                                      const struct variant *v)
{
    static const struct ladder none;
    const struct ladder *l = v == NULL ? &none : &v->ladder;
    str rungs = S(""), sample = S("");
    if (v != NULL)
        TRY(catalog_ladder_print(a, l, v->price.currency, &rungs));
    if (l->sample_minor.has)
        TRY(money_format(a, (struct money){l->sample_minor.v, v->price.currency}, &sample));
    write_quantity(w, l->min_quantity);
    write_quantity(w, l->step);
    csv_write_str(w, rungs);
    csv_write_str(w, sample);
    return NULL;
}

static const struct err *write_row(struct exporting *x, size_t i)
{
    static const char *const statuses[] = {"", "draft", "active", "archived"};
    struct csv_writer *w = &x->writer;
    const struct product *p = &x->product;
    const struct variant *v = i < p->variant_count ? &p->variants[i] : NULL;
    str image = S("");
    write_product_cells(w, p, i == 0);
    write_options(w, p, v, i == 0);
    TRY(write_variant_cells(x, i));
    if (i < x->photo_count) {
        csv_write_str(w, x->photos[i].source);
        csv_write_int(w, (int64_t)i + 1);
        csv_write_str(w, x->photos[i].alt);
    } else {
        for (int k = 0; k < 3; k++)
            csv_write_str(w, STR_NONE);
    }
    csv_write_str(w, i == 0 ? S("false") : S(""));
    if (v != NULL)
        TRY(variant_photo(x, v, &image));
    csv_write_str(w, image);
    csv_write_str(w, v != NULL ? S("g") : S(""));
    csv_write_str(w, i == 0 ? str_c(statuses[p->status]) : S(""));
    TRY(write_ladder(x->arena, w, v));
    csv_write_row_end(w);
    return NULL;
}

static const struct err *write_product(struct exporting *x, struct product_id id)
{
    struct variant_id ids[PRODUCT_VARIANTS_MAX];
    TRY(catalog_product(x->tx, x->arena, x->shop, id, &x->product));
    TRY(import_uses(x->tx, x->arena, x->shop, id, USES_MAX, &x->uses, &x->use_count));
    for (size_t i = 0; i < x->product.variant_count; i++)
        ids[i] = x->product.variants[i].id;
    TRY(stock_on_hand(x->tx, x->arena, x->shop, ids, x->product.variant_count, x->on_hand));
    TRY(list_photos(x));
    size_t rows =
        x->product.variant_count > x->photo_count ? x->product.variant_count : x->photo_count;
    for (size_t i = 0; i < rows; i++)
        TRY(write_row(x, i));
    return NULL;
}

static const struct err *flush(struct exporting *x, struct strbuf *sb)
{
    str text;
    TRY(strbuf_finish(sb, &text));
    if (fwrite(text.ptr, 1, text.len, x->file) != text.len)
        return ERR(x->arena, ERR_UNAVAILABLE, "error.disk", "write: errno %d", errno);
    return NULL;
}

static const struct err *write_some(struct exporting *x, struct product_id *cursor,
                                    bool *ret_is_end)
{
    struct product_id *ids;
    struct strbuf sb;
    size_t count;
    strbuf_init(&sb, x->arena, ROWS_MAX);
    csv_writer_init(&x->writer, &sb);
    TRY(db_read_begin(x->platform->db, x->arena, &x->tx));
    const struct err *e =
        catalog_all(x->tx, x->arena, x->shop, *cursor, PRODUCTS_A_READ, &ids, &count);
    for (size_t i = 0; e == NULL && i < count; i++) {
        e = write_product(x, ids[i]);
        *cursor = ids[i];
    }
    db_read_end(x->tx);
    TRY(e);
    *ret_is_end = count < PRODUCTS_A_READ;
    return flush(x, &sb);
}

static const struct err *write_all(struct exporting *x)
{
    struct product_id cursor = {0};
    struct strbuf sb;
    strbuf_init(&sb, x->arena, KiB(4));
    csv_writer_init(&x->writer, &sb);
    for (size_t i = 0; i < COUNT(columns); i++)
        csv_write_str(&x->writer, shopify_column_name(columns[i]));
    csv_write_row_end(&x->writer);
    TRY(flush(x, &sb));
    for (bool is_end = false; !is_end;) {
        struct arena_mark mark = arena_get_mark(x->arena);
        TRY(write_some(x, &cursor, &is_end));
        arena_rewind(x->arena, mark);
    }
    return NULL;
}

const struct err *import_export(struct platform *p, struct arena *a, struct shop_id shop,
                                const char *path)
{
    struct exporting *x;
    TRY_NEW(a, x);
    *x = (struct exporting){.platform = p, .arena = a, .shop = shop, .file = fopen(path, "wbe")};
    if (x->file == NULL)
        return err_with_arg(a,
                            ERR(a, ERR_UNAVAILABLE, "import.no_write", "%s: errno %d", path, errno),
                            str_c(path));
    const struct err *e = write_all(x);
    if (fclose(x->file) != 0 && e == NULL)
        e = ERR(a, ERR_UNAVAILABLE, "error.disk", "close %s: errno %d", path, errno);
    if (e != NULL)
        (void)unlink(path);
    return e;
}
