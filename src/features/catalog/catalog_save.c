/* Writing products: create, or update by the smallest difference. What did not change is not
 * written, so that a second import of the same file leaves every row as it was. */
#include "catalog/catalog_part.h"

#include "base/utf8.h"
#include "catalog/catalog_sql.h"
#include "core/sanitize.h"
#include "core/text.h"

enum { HANDLE_MAX = 80, HANDLE_TRIES = 50, DESCRIPTION_MAX = 100 * 1024, SHORT_TEXT_MAX = 500,
       SIZE_MAX_MM = 10000 };

struct save {
    struct turn *t;
    struct shop shop;
    const struct product_input *in;
    struct product old;           /* id 0 when new */
    struct product_id id;
    str handle, description, description_text, option_names;
    bool changed;
};

static const struct err *refuse(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

static str or_empty(str s)
{
    return str_is_absent(s) ? S("") : s;
}

static const struct err *check_parcel(struct arena *a, const struct variant_parcel *p)
{
    const int64_t sizes[] = {p->length_mm, p->width_mm, p->height_mm};
    for (size_t i = 0; i < COUNT(sizes); i++)
        if (sizes[i] < 0 || sizes[i] > SIZE_MAX_MM)
            return refuse(a, "catalog.bad_size", "size");
    if (p->tax_class < TAX_CLASS_UNSET || p->tax_class >= TAX_CLASS_COUNT)
        return refuse(a, "error.bad_type", "tax_class");
    for (size_t i = 0; i < p->hs_code.len; i++)
        if (p->hs_code.ptr[i] < '0' || p->hs_code.ptr[i] > '9')
            return refuse(a, "catalog.bad_hs", "hs_code");
    return p->hs_code.len == 0 || (p->hs_code.len >= 6 && p->hs_code.len <= 10)
               ? NULL
               : refuse(a, "catalog.bad_hs", "hs_code");
}

static const struct err *check_variant(struct arena *a, const struct variant_input *v,
                                       int option_count)
{
    if (v->price_minor < 0 || v->compare_at_minor < 0 || v->weight_g < 0)
        return refuse(a, "catalog.bad_price", "price");
    if (v->sku.len > SHORT_TEXT_MAX || v->barcode.len > SHORT_TEXT_MAX)
        return refuse(a, "catalog.too_long", "sku");
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        bool is_wanted = i < option_count;
        if (v->options[i].len > SHORT_TEXT_MAX || is_wanted == str_is_empty(v->options[i]) ||
            str_find_char(v->options[i], '\n') >= 0)
            return refuse(a, "catalog.bad_options", "options");
    }
    return NULL;
}

static const struct err *check_different(struct arena *a, const struct product_input *in)
{
    for (size_t i = 0; i < in->variant_count; i++)
        for (size_t j = 0; j < i; j++) {
            const str *x = in->variants[i].options, *y = in->variants[j].options;
            if (str_eq(x[0], y[0]) && str_eq(x[1], y[1]) && str_eq(x[2], y[2]))
                return refuse(a, "catalog.same_options", "options");
        }
    return NULL;
}

static const struct err *check_input(struct arena *a, const struct product_input *in)
{
    if (str_is_empty(in->title) || in->title.len > PRODUCT_TITLE_MAX || !utf8_is_title(in->title))
        return refuse(a, "catalog.bad_title", "title");
    if (in->description_html.len > DESCRIPTION_MAX || in->vendor.len > SHORT_TEXT_MAX ||
        in->kind.len > SHORT_TEXT_MAX || in->tags.len > SHORT_TEXT_MAX * 4)
        return refuse(a, "catalog.too_long", "description");
    if (in->variant_count == 0 || in->variant_count > PRODUCT_VARIANTS_MAX ||
        in->option_count < 0 || in->option_count > PRODUCT_OPTIONS_MAX ||
        in->media_count > PRODUCT_PHOTOS_MAX || (in->variant_count > 1 && in->option_count == 0))
        return refuse(a, "catalog.bad_options", "variants");
    for (int i = 0; i < in->option_count; i++)
        if (str_is_empty(in->option_names[i]) || in->option_names[i].len > SHORT_TEXT_MAX ||
            str_find_char(in->option_names[i], '\n') >= 0)
            return refuse(a, "catalog.bad_options", "options");
    for (size_t i = 0; i < in->variant_count; i++)
        TRY(check_variant(a, &in->variants[i], in->option_count));
    for (size_t i = 0; i < in->variant_count; i++)
        TRY(check_parcel(a, &in->variants[i].parcel));
    for (size_t i = 0; i < in->variant_count; i++)
        TRY(catalog_ladder_check(a, &in->variants[i].ladder));
    return check_different(a, in);
}

static const struct err *join_lines(struct arena *a, const str *lines, int count, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(4));
    for (int i = 0; i < count; i++) {
        strbuf_add(&sb, i == 0 ? S("") : S("\n"));
        strbuf_add(&sb, lines[i]);
    }
    return strbuf_finish(&sb, ret);
}

/* The wish as an address; the id's text when nothing of it remains. */
static const struct err *slug_of(struct arena *a, str wish, struct product_id id, str *ret)
{
    struct id_text text = id_format(id.v);
    TRY(text_slug(a, wish, HANDLE_MAX, ret));
    return ret->len > 0 ? NULL : str_dup(a, id_str(&text), ret);
}

static const struct err *choose_handle(struct save *s)
{
    struct arena *a = s->t->arena;
    struct catalog_handle_owner_row owner;
    bool is_taken;
    str wish;
    if (str_is_empty(s->in->handle) && s->old.id.v != 0) {
        s->handle = s->old.handle;
        return NULL;
    }
    TRY(slug_of(a, str_is_empty(s->in->handle) ? s->in->title : s->in->handle, s->id, &wish));
    s->handle = wish;
    for (int n = 2; n < HANDLE_TRIES; n++) {
        TRY(catalog_handle_owner(s->t->tx, a, s->shop.id, s->handle, &owner, &is_taken));
        if (!is_taken || owner.id.v == s->id.v)
            return NULL;
        TRY(str_fmt(a, &s->handle, "%.*s-%d", STR_ARG(wish), n));
    }
    return refuse(a, "catalog.handle_taken", "handle");
}

static const struct err *save_product(struct save *s)
{
    const struct product_input *in = s->in;
    const struct product *old = &s->old;
    struct turn *t = s->t;
    str vendor = or_empty(in->vendor), kind = or_empty(in->kind), tags = or_empty(in->tags), names;
    if (old->id.v == 0) {
        s->changed = true;
        TRY(catalog_product_insert(t->tx, t->arena, s->id, s->shop.id, s->handle, in->title,
                                   s->description, s->description_text, vendor, kind, tags,
                                   in->status, s->option_names, t->now_ms));
        return catalog_address_insert(t->tx, t->arena, s->shop.id, s->handle, s->id);
    }
    TRY(join_lines(t->arena, old->option_names, old->option_count, &names));
    if (str_eq(old->handle, s->handle) && str_eq(old->title, in->title) &&
        str_eq(old->description.markup, s->description) && str_eq(old->vendor, vendor) &&
        str_eq(old->kind, kind) && str_eq(old->tags, tags) && old->status == in->status &&
        str_eq(names, s->option_names))
        return NULL;
    s->changed = true;
    TRY(catalog_product_update(t->tx, t->arena, s->shop.id, s->id, s->handle, in->title,
                               s->description, s->description_text, vendor, kind, tags, in->status,
                               s->option_names, t->now_ms));
    return catalog_address_insert(t->tx, t->arena, s->shop.id, s->handle, s->id);
}

static bool same_options(const struct variant *v, const struct variant_input *in)
{
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        if (!str_eq(v->options[i], in->options[i]))
            return false;
    return true;
}

/* By SKU, else by options; each old variant is matched once. */
static struct variant *match_variant(struct save *s, const struct variant_input *in, bool *used)
{
    for (int by_sku = 1; by_sku >= 0; by_sku--)
        for (size_t i = 0; i < s->old.variant_count; i++) {
            struct variant *v = &s->old.variants[i];
            bool hit =
                by_sku ? !str_is_empty(in->sku) && str_eq(v->sku, in->sku) : same_options(v, in);
            if (hit && !used[i]) {
                used[i] = true;
                return v;
            }
        }
    return NULL;
}

static enum tax_class class_of(const struct variant_parcel *p)
{
    return p->tax_class == TAX_CLASS_UNSET ? TAX_STANDARD : p->tax_class;
}

static bool parcel_is_same(const struct variant_parcel *x, const struct variant_parcel *y)
{
    return x->length_mm == y->length_mm && x->width_mm == y->width_mm &&
           x->height_mm == y->height_mm && class_of(x) == class_of(y) &&
           str_eq(or_empty(x->hs_code), or_empty(y->hs_code));
}

static bool variant_is_same(const struct variant *v, const struct variant_input *in, int position)
{
    return str_eq(v->sku, in->sku) && same_options(v, in) && v->price.minor == in->price_minor &&
           v->compare_at_minor == in->compare_at_minor && v->weight_g == in->weight_g &&
           str_eq(v->barcode, in->barcode) && v->requires_shipping == in->requires_shipping &&
           v->is_taxable == in->is_taxable && v->media_id == in->media_id &&
           v->position == position && parcel_is_same(&v->parcel, &in->parcel) &&
           catalog_ladder_is_same(&v->ladder, &in->ladder);
}

static const struct err *save_variant(struct save *s, const struct variant_input *in,
                                      struct variant *old, int position)
{
    struct turn *t = s->t;
    const struct variant_parcel *p = &in->parcel;
    struct ladder_stored l;
    str options, sku = str_is_empty(in->sku) ? STR_NONE : in->sku, barcode = or_empty(in->barcode);
    int64_t saved; /* asked for, so that a SKU that is taken is told at once */
    const struct err *e;
    if (old != NULL && variant_is_same(old, in, position))
        return NULL;
    s->changed = true;
    TRY(join_lines(t->arena, in->options, s->in->option_count, &options));
    TRY(catalog_ladder_store(t->arena, &in->ladder, &l));
    if (old != NULL)
        e = catalog_variant_update(t->tx, t->arena, old->id, s->shop.id, sku, options,
                                   in->price_minor, in->compare_at_minor, in->weight_g, barcode,
                                   in->requires_shipping, in->is_taxable, in->media_id, position,
                                   p->length_mm, p->width_mm, p->height_mm, class_of(p),
                                   or_empty(p->hs_code), l.min_quantity, l.step, l.rungs,
                                   in->ladder.sample_minor, l.low, &saved);
    else
        e = catalog_variant_insert(t->tx, t->arena, (struct variant_id){turn_new_id(t)}, s->shop.id,
                                   s->id, sku, options, in->price_minor, in->compare_at_minor,
                                   currency_str(&s->shop.currency), in->weight_g, barcode,
                                   in->requires_shipping, in->is_taxable, in->media_id, position,
                                   p->length_mm, p->width_mm, p->height_mm, class_of(p),
                                   or_empty(p->hs_code), l.min_quantity, l.step, l.rungs,
                                   in->ladder.sample_minor, l.low, &saved);
    if (e != NULL && e->kind == ERR_CONFLICT)
        return err_with_arg(t->arena, refuse(t->arena, "catalog.sku_taken", "sku"), in->sku);
    return e;
}

static const struct err *save_variants(struct save *s)
{
    bool used[PRODUCT_VARIANTS_MAX] = {false};
    struct variant **matches;
    TRY_NEW_ARRAY(s->t->arena, matches, s->in->variant_count);
    for (size_t i = 0; i < s->in->variant_count; i++)
        matches[i] = match_variant(s, &s->in->variants[i], used);
    /* Those that went go first, so that their SKU is free for another. */
    for (size_t i = 0; i < s->old.variant_count; i++) {
        if (used[i])
            continue;
        s->changed = true;
        TRY(catalog_variant_remove(s->t->tx, s->t->arena, s->shop.id, s->old.variants[i].id));
    }
    for (size_t i = 0; i < s->in->variant_count; i++)
        TRY(save_variant(s, &s->in->variants[i], matches[i], (int)i + 1));
    return NULL;
}

static const struct err *save_photos(struct save *s)
{
    struct turn *t = s->t;
    bool same = s->old.photo_count == s->in->media_count;
    for (size_t i = 0; same && i < s->in->media_count; i++)
        same = s->old.photos[i].id.v == s->in->media_ids[i];
    if (same)
        return NULL;
    s->changed = true;
    TRY(catalog_photos_clear(t->tx, t->arena, s->shop.id, s->id));
    for (size_t i = 0; i < s->in->media_count; i++)
        TRY(catalog_photo_insert(t->tx, t->arena, s->shop.id, s->id, (int64_t)i,
                                 s->in->media_ids[i]));
    return NULL;
}

const struct err *catalog_photo_own(struct tx *tx, struct arena *a, struct shop_id shop, int64_t id,
                                    struct photo *ret)
{
    struct catalog_photo_used_row seen;
    TRY(media_photo_own(tx, a, (struct account_id){0}, shop, id, ret));
    if (ret->id.v != 0)
        return NULL;
    TRY(catalog_photo_used(tx, a, shop, id, &seen));
    return seen.used > 0 ? media_photo(tx, a, id, ret) : NULL;
}

static const struct err *check_photo(struct save *s, int64_t id, const char *field)
{
    struct photo photo;
    TRY(catalog_photo_own(s->t->tx, s->t->arena, s->shop.id, id, &photo));
    return photo.id.v != 0 ? NULL : refuse(s->t->arena, "catalog.no_photo", field);
}

static const struct err *check_photos(struct save *s)
{
    for (size_t i = 0; i < s->in->media_count; i++)
        TRY(check_photo(s, s->in->media_ids[i], "photos"));
    for (size_t i = 0; i < s->in->variant_count; i++)
        if (s->in->variants[i].media_id != 0)
            TRY(check_photo(s, s->in->variants[i].media_id, "photo_id"));
    return NULL;
}

const struct err *catalog_tell(struct turn *t, struct shop_id shop, struct product_id id,
                               const char *kind)
{
    return event_emit(
        t, &(struct event){
               .kind = kind, .version = 1, .shop_id = shop, .subject_id = id.v, .actor = t->actor});
}

const struct err *catalog_save(struct turn *t, struct shop_id shop, const struct product_input *in,
                               struct product_id id, struct product_id *ret, bool *ret_changed)
{
    struct save *s;
    struct html_safe description;
    TRY_NEW(t->arena, s);
    s->t = t;
    s->in = in;
    s->id = id.v != 0 ? id : (struct product_id){turn_new_id(t)};
    TRY(check_input(t->arena, in));
    TRY(shop_get(t->tx, t->arena, shop, &s->shop));
    if (id.v != 0)
        TRY(catalog_product(t->tx, t->arena, shop, id, &s->old));
    TRY(sanitize_html(t->arena, or_empty(in->description_html), &description));
    s->description = or_empty(description.markup);
    TRY(sanitize_to_text(t->arena, or_empty(in->description_html), &s->description_text));
    s->description_text = or_empty(s->description_text);
    TRY(join_lines(t->arena, in->option_names, in->option_count, &s->option_names));
    TRY(choose_handle(s));
    TRY(check_photos(s));
    TRY(save_product(s));
    TRY(save_variants(s));
    TRY(save_photos(s));
    *ret = s->id;
    *ret_changed = s->changed;
    if (!s->changed)
        return NULL;
    TRY(catalog_words_save(t, shop, s->id, in));
    TRY(catalog_tell(t, shop, s->id, "catalog.product_saved"));
    bool is_archived = in->status == PRODUCT_ARCHIVED && s->old.status != PRODUCT_ARCHIVED;
    return is_archived ? catalog_tell(t, shop, s->id, "catalog.product_archived") : NULL;
}

const struct err *catalog_set_status(struct turn *t, struct shop_id shop, struct product_id id,
                                     enum product_status status)
{
    struct product product;
    int64_t changed;
    TRY(catalog_product(t->tx, t->arena, shop, id, &product));
    TRY(catalog_status_set(t->tx, t->arena, shop, id, (int64_t)status, t->now_ms, &changed));
    if (changed == 0)
        return NULL;
    TRY(catalog_tell(t, shop, id, "catalog.product_saved"));
    return status == PRODUCT_ARCHIVED ? catalog_tell(t, shop, id, "catalog.product_archived")
                                      : NULL;
}
