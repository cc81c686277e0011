/* What a file would change, in words that a page can show: lines of "field TAB before TAB after".
 * Pure. */
#include "catalog_import/import_part.h"

#include "base/utf8.h"
#include "core/sanitize.h"

enum { LINES_MAX = 12, VALUE_MAX = 60, TEXT_MAX = 8 * 1024 };

struct telling {
    struct arena *arena;
    struct strbuf out;
    int lines;
};

static void tell(struct telling *t, const char *field, str before, str after)
{
    if (t->lines++ >= LINES_MAX)
        return;
    str values[] = {before, after};
    strbuf_addf(&t->out, "%s", field);
    for (size_t i = 0; i < COUNT(values); i++) {
        str value = utf8_cut_bytes(str_is_absent(values[i]) ? S("") : values[i], VALUE_MAX);
        strbuf_add_char(&t->out, '\t');
        for (size_t k = 0; k < value.len; k++)
            strbuf_add_char(&t->out, (unsigned char)value.ptr[k] < ' ' ? ' ' : value.ptr[k]);
    }
    strbuf_add_char(&t->out, '\n');
}

static void tell_text(struct telling *t, const char *field, str before, str after)
{
    if (!str_eq(before, after))
        tell(t, field, before, after);
}

static const struct err *tell_number(struct telling *t, const char *field, int64_t before,
                                     int64_t after)
{
    str texts[2];
    int64_t values[2] = {before, after};
    if (before == after)
        return NULL;
    for (size_t i = 0; i < COUNT(texts); i++) {
        TRY(str_fmt(t->arena, &texts[i], "%lld", (long long)values[i]));
        if (values[i] == STOCK_UNTRACKED)
            texts[i] = S("–");
    }
    tell(t, field, texts[0], texts[1]);
    return NULL;
}

static const struct err *tell_money(struct telling *t, const char *field, struct money before,
                                    int64_t after_minor)
{
    str texts[2];
    if (before.minor == after_minor)
        return NULL;
    TRY(money_format(t->arena, before, &texts[0]));
    TRY(money_format(t->arena, (struct money){after_minor, before.currency}, &texts[1]));
    tell(t, field, texts[0], texts[1]);
    return NULL;
}

static bool same_options(const str *x, const str *y)
{
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        if (!str_eq(x[i], y[i]))
            return false;
    return true;
}

static const struct err *title_of(struct arena *a, const str *options, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, KiB(2));
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        if (!str_is_empty(options[i]))
            strbuf_addf(&sb, "%s%.*s", sb.len == 0 ? "" : " / ", STR_ARG(options[i]));
    return strbuf_finish(&sb, ret);
}

/* "24 + 12; 48: 45.00; 9.00": least, step, prices, sample. */
static const struct err *ladder_text(struct telling *t, const struct ladder *l,
                                     struct currency currency, str *ret)
{
    str rungs, sample = S("");
    TRY(catalog_ladder_print(t->arena, l, currency, &rungs));
    if (l->sample_minor.has)
        TRY(money_format(t->arena, (struct money){l->sample_minor.v, currency}, &sample));
    return str_fmt(t->arena, ret, "%lld + %lld; %.*s; %.*s",
                   (long long)catalog_ladder_first(l), (long long)(l->step > 1 ? l->step : 1),
                   STR_ARG(rungs), STR_ARG(sample));
}

static const struct err *compare_variant(struct telling *t, const struct variant *old,
                                         int64_t old_on_hand, const struct variant_input *v,
                                         int64_t on_hand)
{
    str before, after;
    TRY(title_of(t->arena, old->options, &before));
    TRY(title_of(t->arena, v->options, &after));
    tell_text(t, "options", before, after);
    tell_text(t, "sku", old->sku, v->sku);
    tell_text(t, "barcode", old->barcode, v->barcode);
    TRY(tell_money(t, "price", old->price, v->price_minor));
    TRY(tell_money(t, "compare_at", (struct money){old->compare_at_minor, old->price.currency},
                   v->compare_at_minor));
    TRY(tell_number(t, "weight", old->weight_g, v->weight_g));
    TRY(tell_number(t, "shipping", old->requires_shipping, v->requires_shipping));
    TRY(tell_number(t, "taxable", old->is_taxable, v->is_taxable));
    TRY(ladder_text(t, &old->ladder, old->price.currency, &before));
    TRY(ladder_text(t, &v->ladder, old->price.currency, &after));
    if (!catalog_ladder_is_same(&old->ladder, &v->ladder))
        tell_text(t, "quantities", before, after);
    TRY(title_of(t->arena, v->options, &after));
    if (old->media_id != v->media_id)
        tell(t, "photo", after, after);
    return on_hand == IMPORT_STOCK_KEEP ? NULL : tell_number(t, "stock", old_on_hand, on_hand);
}

/* Matched as catalog_save does. */
static int match(const struct product *old, const struct variant_input *v, const bool *used)
{
    for (size_t i = 0; i < old->variant_count; i++)
        if (!used[i] && !str_is_empty(v->sku) && str_eq(old->variants[i].sku, v->sku))
            return (int)i;
    for (size_t i = 0; i < old->variant_count; i++)
        if (!used[i] && same_options(old->variants[i].options, v->options))
            return (int)i;
    return -1;
}

static const struct err *compare_variants(struct telling *t, const struct product *old,
                                          const int64_t *old_on_hand,
                                          const struct product_input *in, const int64_t *on_hand)
{
    bool used[PRODUCT_VARIANTS_MAX] = {false}, is_moved = false;
    str title;
    for (size_t i = 0; i < in->variant_count; i++) {
        int at = match(old, &in->variants[i], used);
        if (at < 0) {
            TRY(title_of(t->arena, in->variants[i].options, &title));
            tell(t, "variant", STR_NONE, title.len > 0 ? title : in->variants[i].sku);
            continue;
        }
        used[at] = true;
        is_moved = is_moved || old->variants[at].position != (int)i + 1;
        TRY(compare_variant(t, &old->variants[at], old_on_hand[at], &in->variants[i], on_hand[i]));
    }
    for (size_t i = 0; i < old->variant_count; i++)
        if (!used[i])
            tell(t, "variant", old->variants[i].title, STR_NONE);
    if (is_moved && t->lines == 0)
        tell(t, "order", STR_NONE, STR_NONE);
    return NULL;
}

static const struct err *compare_photos(struct telling *t, const struct product *old,
                                        const struct product_input *in)
{
    bool is_same = old->photo_count == in->media_count;
    for (size_t i = 0; is_same && i < in->media_count; i++)
        is_same = old->photos[i].id.v == in->media_ids[i];
    if (is_same)
        return NULL;
    if (old->photo_count != in->media_count)
        return tell_number(t, "photos", (int64_t)old->photo_count, (int64_t)in->media_count);
    tell(t, "photos", STR_NONE, STR_NONE);
    return NULL;
}

const struct err *import_differences(struct arena *a, const struct product *old,
                                     const int64_t *old_on_hand, const struct product_input *in,
                                     const int64_t *on_hand, str *ret)
{
    static const char *const statuses[] = {"", "draft", "active", "archived"};
    struct telling t = {.arena = a};
    struct html_safe description;
    str before, after;
    strbuf_init(&t.out, a, TEXT_MAX);
    tell_text(&t, "handle", old->handle, in->handle);
    tell_text(&t, "title", old->title, in->title);
    TRY(sanitize_html(a, str_is_absent(in->description_html) ? S("") : in->description_html,
                      &description));
    if (!str_eq(old->description.markup, description.markup)) {
        TRY(sanitize_to_text(a, description.markup, &after));
        tell(&t, "description", old->description_text, after);
    }
    tell_text(&t, "vendor", old->vendor, in->vendor);
    tell_text(&t, "kind", old->kind, in->kind);
    tell_text(&t, "tags", old->tags, in->tags);
    tell_text(&t, "status", str_c(statuses[old->status]), str_c(statuses[in->status]));
    TRY(title_of(a, old->option_names, &before));
    TRY(title_of(a, in->option_names, &after));
    tell_text(&t, "option_names", before, after);
    TRY(compare_variants(&t, old, old_on_hand, in, on_hand));
    TRY(compare_photos(&t, old, in));
    return strbuf_finish(&t.out, ret);
}
