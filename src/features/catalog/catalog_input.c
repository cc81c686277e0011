/* The form of a product: between what a merchant types and what catalog_save takes.
 *
 * Options are typed as a name and one value per line; the table below has a row per variant. A
 * combination gets a row when it is new (holds a value that no row had); one that was taken away
 * stays away.
 */
#include "catalog/catalog_part.h"
#include "core/sanitize.h"

enum { AMOUNT_MAX = 20, SHORT_MAX = 200, VALUE_MAX = 100, DESCRIPTION_TYPED_MAX = 60000 };

static const struct err *refuse(struct arena *a, const char *key, const char *field)
{
    return err_with_field(a, ERR(a, ERR_INVALID, key, "%s", field), field);
}

/* Typed by somebody who knows markup, or imported; anything else is plain text. */
static bool looks_like_html(str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        char next = text.ptr[i + 1];
        if (text.ptr[i] == '<' && ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') ||
                                   next == '/' || next == '!'))
            return true;
    }
    return false;
}

/* ---- a stored product as text fields ---- */

static const struct err *amount_text(struct arena *a, int64_t minor, struct currency currency,
                                     bool shows_zero, str *ret)
{
    *ret = S("");
    return minor == 0 && !shows_zero ? NULL : money_format(a, (struct money){minor, currency}, ret);
}

static const struct err *typed_values(struct arena *a, const struct product *p, int option,
                                      str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(64));
    for (size_t i = 0; i < p->variant_count; i++) {
        bool is_known = false;
        for (size_t j = 0; j < i; j++)
            is_known =
                is_known || str_eq(p->variants[j].options[option], p->variants[i].options[option]);
        if (!is_known) {
            strbuf_add(&sb, sb.len == 0 ? S("") : S("\n"));
            strbuf_add(&sb, p->variants[i].options[option]);
        }
    }
    return strbuf_finish(&sb, ret);
}

static const struct err *typed_variant(struct arena *a, const struct variant *v,
                                       struct variant_typed *ret)
{
    struct id_text text = id_format(v->id.v);
    *ret = (struct variant_typed){.sku = str_is_absent(v->sku) ? S("") : v->sku};
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        ret->options[i] = str_is_absent(v->options[i]) ? S("") : v->options[i];
    TRY(str_dup(a, id_str(&text), &ret->id));
    TRY(amount_text(a, v->price.minor, v->price.currency, true, &ret->price));
    TRY(amount_text(a, v->compare_at_minor, v->price.currency, false, &ret->compare_at));
    return v->weight_g == 0 ? str_dup(a, S(""), &ret->weight)
                            : str_fmt(a, &ret->weight, "%lld", (long long)v->weight_g);
}

/* "30 x 20 x 5", in cm with at most one decimal. */
static const struct err *size_text(struct arena *a, const struct variant_parcel *p, str *ret)
{
    const int64_t sizes[] = {p->length_mm, p->width_mm, p->height_mm};
    struct strbuf sb;
    strbuf_init(&sb, a, 64);
    for (size_t i = 0; i < COUNT(sizes) && sizes[0] + sizes[1] + sizes[2] > 0; i++) {
        strbuf_addf(&sb, "%s%lld", i == 0 ? "" : " x ", (long long)(sizes[i] / 10));
        if (sizes[i] % 10 != 0)
            strbuf_addf(&sb, ".%lld", (long long)(sizes[i] % 10));
    }
    return strbuf_finish(&sb, ret);
}

const struct err *catalog_typed_of(struct arena *a, const struct product *p,
                                   struct product_typed *ret)
{
    bool is_plain;
    *ret = (struct product_typed){.title = p->title,
                                  .kind = p->kind,
                                  .vendor = p->vendor,
                                  .tags = p->tags,
                                  .handle = p->handle,
                                  .is_active = p->status == PRODUCT_ACTIVE,
                                  .requires_shipping = p->variants[0].requires_shipping,
                                  .is_taxable = p->variants[0].is_taxable,
                                  .tax_class = p->variants[0].parcel.tax_class,
                                  .hs_code = p->variants[0].parcel.hs_code,
                                  .media_count = p->photo_count};
    TRY(sanitize_plain_undo(a, p->description, &ret->description, &is_plain));
    if (!is_plain || looks_like_html(ret->description))
        ret->description = p->description.markup;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        ret->option_names[i] = i < p->option_count ? p->option_names[i] : S("");
        ret->option_values[i] = S("");
        if (i < p->option_count)
            TRY(typed_values(a, p, i, &ret->option_values[i]));
    }
    TRY_NEW_ARRAY(a, ret->variants, p->variant_count);
    for (size_t i = 0; i < p->variant_count; i++)
        TRY(typed_variant(a, &p->variants[i], &ret->variants[i]));
    ret->price = ret->variants[0].price;
    ret->compare_at = ret->variants[0].compare_at;
    ret->sku = ret->variants[0].sku;
    ret->weight = ret->variants[0].weight;
    TRY(size_text(a, &p->variants[0].parcel, &ret->size));
    if (p->option_count > 0)
        ret->variant_count = p->variant_count;
    for (size_t i = 0; i < p->photo_count; i++)
        ret->media_ids[i] = p->photos[i].id.v;
    return NULL;
}

/* ---- the form as it came ---- */

static const struct err *take(struct web *w, const char *name, size_t max, str *ret)
{
    TRY(web_text(w, name, 0, max, ret));
    *ret = str_is_absent(*ret) ? S("") : str_trim(*ret);
    return NULL;
}

static const struct err *take_column(struct web *w, const char *name, size_t count, str **ret)
{
    size_t have;
    TRY(form_get_all(w->arena, &w->form, str_c(name), ret, &have));
    return have == count ? NULL
                         : ERR(w->arena, ERR_INVALID, "error.bad_form", "%zu of %s", have, name);
}

static const struct err *take_variants(struct web *w, struct product_typed *t)
{
    enum { COLUMNS = 8 };
    static const char *const names[COLUMNS] = {"v_id",    "v_option1",    "v_option2", "v_option3",
                                               "v_price", "v_compare_at", "v_sku",     "v_weight"};
    str *columns[COLUMNS], *dropped;
    size_t dropped_count;
    TRY(form_get_all(w->arena, &w->form, S("v_id"), &columns[0], &t->variant_count));
    if (t->variant_count > PRODUCT_VARIANTS_MAX)
        return refuse(w->arena, "catalog.bad_options", "options");
    for (size_t i = 1; i < COLUMNS; i++)
        TRY(take_column(w, names[i], t->variant_count, &columns[i]));
    TRY(form_get_all(w->arena, &w->form, S("v_drop"), &dropped, &dropped_count));
    TRY_NEW_ARRAY(w->arena, t->variants, t->variant_count);
    for (size_t i = 0; i < t->variant_count; i++) {
        struct variant_typed *v = &t->variants[i];
        *v = (struct variant_typed){.id = columns[0][i],
                                    .options = {columns[1][i], columns[2][i], columns[3][i]},
                                    .price = str_trim(columns[4][i]),
                                    .compare_at = str_trim(columns[5][i]),
                                    .sku = str_trim(columns[6][i]),
                                    .weight = str_trim(columns[7][i])};
        for (size_t d = 0; d < dropped_count; d++)
            v->is_dropped = v->is_dropped || str_eq(dropped[d], v->id);
    }
    return NULL;
}

static const struct err *take_photos(struct web *w, struct product_typed *t)
{
    str *ids;
    TRY(form_get_all(w->arena, &w->form, S("photo_id"), &ids, &t->media_count));
    if (t->media_count > PRODUCT_PHOTOS_MAX)
        return refuse(w->arena, "catalog.too_many_photos", "photo");
    for (size_t i = 0; i < t->media_count; i++)
        if (!id_parse(ids[i], &t->media_ids[i]))
            return refuse(w->arena, "catalog.no_photo", "photo");
    return NULL;
}

const struct err *catalog_read_form(struct web *w, struct product_typed *t)
{
    static const char *const names[] = {"option1_name", "option2_name", "option3_name"};
    static const char *const values[] = {"option1_values", "option2_values", "option3_values"};
    *t = (struct product_typed){.is_active = str_eq(form_typed(w, "status", S("")), S("active")),
                                .requires_shipping = web_has(w, "requires_shipping"),
                                .is_taxable = web_has(w, "taxable")};
    TRY(take(w, "title", PRODUCT_TITLE_MAX, &t->title));
    TRY(take(w, "description", DESCRIPTION_TYPED_MAX, &t->description));
    TRY(take(w, "kind", SHORT_MAX, &t->kind));
    TRY(take(w, "vendor", SHORT_MAX, &t->vendor));
    TRY(take(w, "tags", 2 * SHORT_MAX, &t->tags));
    TRY(take(w, "handle", SHORT_MAX, &t->handle));
    TRY(take(w, "price", AMOUNT_MAX, &t->price));
    TRY(take(w, "compare_at", AMOUNT_MAX, &t->compare_at));
    TRY(take(w, "sku", SHORT_MAX, &t->sku));
    TRY(take(w, "weight", AMOUNT_MAX, &t->weight));
    TRY(take(w, "size", SHORT_MAX, &t->size));
    TRY(take(w, "hs_code", AMOUNT_MAX, &t->hs_code));
    t->tax_class = catalog_tax_class(form_typed(w, "tax_class", S("")));
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        TRY(take(w, names[i], VALUE_MAX, &t->option_names[i]));
        TRY(take(w, values[i], PRODUCT_VARIANTS_MAX * VALUE_MAX, &t->option_values[i]));
    }
    TRY(take_variants(w, t));
    return take_photos(w, t);
}

/* ---- what it means ---- */

/* A single comma that does not stand before a group of three is a decimal one. */
static const struct err *decimal_point(struct arena *a, str text, str *ret)
{
    ptrdiff_t comma = str_find_char(text, ',');
    *ret = text;
    if (comma < 0 || str_find_char(text, '.') >= 0 || text.len - (size_t)comma == 4)
        return NULL;
    return str_fmt(a, ret, "%.*s.%.*s", (int)comma, text.ptr,
                   STR_ARG(str_from(text, (size_t)comma + 1)));
}

const struct err *catalog_amount_read(struct arena *a, str text, struct currency currency,
                                      const char *field, int64_t *ret)
{
    struct money money;
    TRY(decimal_point(a, str_trim(text), &text));
    const struct err *e = money_parse(a, text, currency, &money);
    if (e != NULL)
        return err_with_field(a, e, field);
    *ret = money.minor;
    return NULL;
}

const struct err *catalog_price_read(struct arena *a, str text, struct currency currency,
                                     const char *field, int64_t *ret)
{
    int64_t minor;
    *ret = 0;
    if (str_is_empty(str_trim(text)))
        return NULL;
    if (catalog_amount_read(a, text, currency, field, &minor) != NULL || minor < 0)
        return refuse(a, "catalog.bad_price", field);
    *ret = minor;
    return NULL;
}

struct option_list {
    str values[PRODUCT_VARIANTS_MAX];
    size_t count;
};

static const struct err *read_values(struct arena *a, str text, struct option_list *ret)
{
    for (str rest = text; !str_is_absent(rest);) {
        str value = str_trim(str_cut(&rest, '\n'));
        bool is_known = value.len == 0;
        for (size_t i = 0; i < ret->count; i++)
            is_known = is_known || str_eq(ret->values[i], value);
        if (is_known)
            continue;
        if (ret->count == PRODUCT_VARIANTS_MAX)
            return refuse(a, "catalog.bad_options", "options");
        ret->values[ret->count++] = value;
    }
    return NULL;
}

static bool has_value(const struct product_typed *t, int option, str value)
{
    for (size_t i = 0; i < t->variant_count; i++)
        if (str_eq(t->variants[i].options[option], value))
            return true;
    return false;
}

static const struct variant_typed *row_of(const struct product_typed *t, const str *options)
{
    for (size_t i = 0; i < t->variant_count; i++) {
        bool is_same = true;
        for (int o = 0; o < PRODUCT_OPTIONS_MAX; o++)
            is_same = is_same && str_eq(t->variants[i].options[o], options[o]);
        if (is_same)
            return &t->variants[i];
    }
    return NULL;
}

struct reading {
    struct arena *arena;
    const struct product_typed *typed;
    const struct product *old;
    struct currency currency;
    struct variant_input *variants;
    size_t count;
};

/* "30 x 20 x 5.5", in cm; "×", "*" and a decimal comma are understood; empty: not told. */
static const struct err *read_size(struct arena *a, str text, struct variant_parcel *ret)
{
    int64_t mm[3];
    size_t count = 0;
    while (text.len > 0 && count < COUNT(mm)) {
        size_t end = 0;
        while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '.' ||
                                  text.ptr[end] == ',' ||
                                  (text.ptr[end] >= '0' && text.ptr[end] <= '9')))
            end++;
        str number = str_trim(str_sub(text, 0, end)), whole = number;
        ptrdiff_t point = str_find_char(number, '.') >= 0 ? str_find_char(number, '.')
                                                          : str_find_char(number, ',');
        int64_t tenths = 0;
        if (point >= 0) {
            whole = str_sub(number, 0, (size_t)point);
            str tail = str_from(number, (size_t)point + 1);
            if (tail.len != 1 || !str_to_int(tail, &tenths))
                return refuse(a, "catalog.bad_size", "size");
        }
        if (!str_to_int(whole, &mm[count]) || mm[count] < 0 || mm[count] > 1000)
            return refuse(a, "catalog.bad_size", "size");
        mm[count] = mm[count] * 10 + tenths;
        count++;
        while (end < text.len && !(text.ptr[end] >= '0' && text.ptr[end] <= '9'))
            end++;
        text = str_from(text, end);
    }
    if (text.len > 0 || count != COUNT(mm))
        return refuse(a, "catalog.bad_size", "size");
    ret->length_mm = mm[0];
    ret->width_mm = mm[1];
    ret->height_mm = mm[2];
    return NULL;
}

enum tax_class catalog_tax_class(str name)
{
    return str_eq(name, S("reduced")) ? TAX_REDUCED
           : str_eq(name, S("zero"))  ? TAX_ZERO
                                      : TAX_STANDARD;
}

str catalog_tax_class_name(enum tax_class tax_class)
{
    return tax_class == TAX_REDUCED ? S("reduced")
           : tax_class == TAX_ZERO  ? S("zero")
                                    : S("standard");
}

/* The form shows the first variant's parcel for all: unchanged, each keeps its own. */
static const struct err *parcel_as_shown(struct reading *r, bool *ret)
{
    const struct variant_parcel *shown = &r->old->variants[0].parcel;
    str size;
    TRY(size_text(r->arena, shown, &size));
    *ret = str_eq(size, r->typed->size) && shown->tax_class == r->typed->tax_class &&
           str_eq(shown->hs_code, r->typed->hs_code);
    return NULL;
}

/* What the form does not show comes from the variant as it is stored. */
static const struct err *add_variant(struct reading *r, const struct variant_typed *row,
                                     const str *options)
{
    struct arena *a = r->arena;
    if (r->count == PRODUCT_VARIANTS_MAX)
        return refuse(a, "catalog.bad_options", "options");
    struct variant_input *v = &r->variants[r->count++];
    bool is_shown;
    *v = (struct variant_input){.sku = row->sku, .requires_shipping = r->typed->requires_shipping,
                                .is_taxable = r->typed->is_taxable, .barcode = S(""),
                                .parcel = {.tax_class = r->typed->tax_class,
                                           .hs_code = r->typed->hs_code}};
    if (!str_is_empty(r->typed->size))
        TRY(read_size(a, r->typed->size, &v->parcel));
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        v->options[i] = options[i];
    if (str_is_empty(row->price))
        return refuse(a, "catalog.price_missing", "price");
    TRY(catalog_price_read(a, row->price, r->currency, "price", &v->price_minor));
    TRY(catalog_price_read(a, row->compare_at, r->currency, "compare_at", &v->compare_at_minor));
    if (!str_is_empty(row->weight) &&
        (!str_to_int(row->weight, &v->weight_g) || v->weight_g < 0 || v->weight_g > 100000000))
        return refuse(a, "catalog.bad_weight", "weight");
    for (size_t i = 0; r->old != NULL && i < r->old->variant_count; i++) {
        struct id_text id = id_format(r->old->variants[i].id.v);
        if (str_eq(id_str(&id), row->id)) {
            v->barcode = r->old->variants[i].barcode;
            v->media_id = r->old->variants[i].media_id;
            v->ladder = r->old->variants[i].ladder;
            TRY(parcel_as_shown(r, &is_shown));
            if (is_shown)
                v->parcel = r->old->variants[i].parcel;
        }
    }
    return NULL;
}

static const struct err *add_combination(struct reading *r, const str *options, int option_count)
{
    const struct product_typed *t = r->typed;
    const struct variant_typed *row = row_of(t, options);
    struct variant_typed fresh = {.id = S(""),
                                  .price = t->price,
                                  .compare_at = t->compare_at,
                                  .sku = S(""),
                                  .weight = t->weight};
    if (row != NULL)
        return row->is_dropped ? NULL : add_variant(r, row, options);
    for (int i = 0; i < option_count; i++)
        if (!has_value(t, i, options[i]))
            return add_variant(r, &fresh, options);
    return NULL;
}

static const struct err *add_combinations(struct reading *r, struct option_list *const *lists,
                                          int option_count)
{
    size_t total = 1;
    for (int i = 0; i < option_count; i++)
        total *= lists[i]->count;
    for (size_t n = 0; n < total; n++) {
        str options[PRODUCT_OPTIONS_MAX] = {S(""), S(""), S("")};
        size_t rest = n;
        for (int i = option_count - 1; i >= 0; i--) {
            options[i] = lists[i]->values[rest % lists[i]->count];
            rest /= lists[i]->count;
        }
        TRY(add_combination(r, options, option_count));
    }
    return r->count > 0 ? NULL : refuse(r->arena, "catalog.none_left", "options");
}

static const struct err *read_options(struct reading *r, struct product_input *ret)
{
    struct option_list *lists[PRODUCT_OPTIONS_MAX];
    const struct product_typed *t = r->typed;
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++) {
        struct option_list *list;
        TRY_NEW(r->arena, list);
        TRY(read_values(r->arena, t->option_values[i], list));
        if (str_is_empty(t->option_names[i]) != (list->count == 0))
            return refuse(r->arena, "catalog.half_option", "options");
        if (list->count == 0)
            continue;
        lists[ret->option_count] = list;
        ret->option_names[ret->option_count++] = t->option_names[i];
    }
    if (ret->option_count > 0)
        return add_combinations(r, lists, ret->option_count);
    const str none[PRODUCT_OPTIONS_MAX] = {S(""), S(""), S("")};
    struct variant_typed only = {
        .price = t->price, .compare_at = t->compare_at, .sku = t->sku, .weight = t->weight};
    if (r->old != NULL) {
        struct id_text id = id_format(r->old->variants[0].id.v);
        TRY(str_dup(r->arena, id_str(&id), &only.id));
    }
    return add_variant(r, &only, none);
}

const struct err *catalog_input_of(struct arena *a, const struct product_typed *t,
                                   struct currency currency, const struct product *old,
                                   struct product_input *ret)
{
    struct reading r = {.arena = a, .typed = t, .old = old, .currency = currency};
    *ret = (struct product_input){.handle = str_is_empty(t->handle) ? STR_NONE : t->handle,
                                  .title = t->title,
                                  .description_html = t->description,
                                  .vendor = t->vendor,
                                  .kind = t->kind,
                                  .tags = t->tags,
                                  .status = t->is_active ? PRODUCT_ACTIVE : PRODUCT_DRAFT,
                                  .media_ids = t->media_ids,
                                  .media_count = t->media_count};
    if (!looks_like_html(t->description)) {
        struct html_safe markup;
        TRY(sanitize_plain(a, t->description, &markup));
        ret->description_html = markup.markup;
    }
    TRY_NEW_ARRAY(a, r.variants, PRODUCT_VARIANTS_MAX);
    TRY(read_options(&r, ret));
    ret->variants = r.variants;
    ret->variant_count = r.count;
    return NULL;
}
