/* A group against the catalogue: which product it is, what of it changes, and the writing. See
 * import_part.h. */
#include "catalog_import/import_part.h"

#include <string.h>

#include "core/text.h"

struct merging {
    struct turn *t;
    const struct import_work *w;
    const struct import_group *g;
    struct import_outcome *out;
    struct product old;       /* id 0: new */
    str handle;               /* absent: the catalogue makes one */
    bool is_taken_out;        /* a variant of the file was refused */
    struct product_input in;
    struct variant_input *variants;
    const struct import_variant **details; /* as many as variants; NULL: stays as it is */
    size_t count;
};

static const struct err *refuse(struct merging *m, int64_t line, enum shopify_column column,
                                const char *key, str detail)
{
    struct import_outcome *out = m->out;
    if (out->problem_count == 2 * IMPORT_GROUP_PROBLEMS_MAX) {
        out->problems_dropped++;
        return NULL;
    }
    struct import_problem *p = &out->problems[out->problem_count++];
    *p = (struct import_problem){.line = line,
                                 .key = key,
                                 .column_name = column == SHOPIFY_UNSET ? S("")
                                                : m->g->column_names != NULL
                                                    ? m->g->column_names[column]
                                                    : shopify_column_name(column)};
    return str_dup(m->t->arena, str_is_absent(detail) ? S("") : detail, &p->detail);
}

static const struct err *refuse_all(struct merging *m, const char *key, str detail)
{
    m->out->kind = IMPORT_REFUSED;
    return refuse(m, m->g->told_line, SHOPIFY_HANDLE, key, detail);
}

/* ---- which product ---- */

static const struct err *find_by_address(struct merging *m, str *ret_moved_to)
{
    struct turn *t = m->t;
    const struct err *e =
        catalog_product_by_handle(t->tx, t->arena, m->w->shop.id, m->g->product.handle, &m->old);
    if (e == NULL)
        return NULL;
    m->old = (struct product){0};
    if (e->kind == ERR_CONFLICT)
        *ret_moved_to = e->args[0];
    return e->kind == ERR_CONFLICT || e->kind == ERR_NOT_FOUND ? NULL : e;
}

/* A SKU tells the product when its address stands nowhere in the file: then the file gives it a new
 * one. */
static const struct err *find_by_sku(struct merging *m)
{
    struct turn *t = m->t;
    for (size_t i = 0; i < m->g->product.variant_count && m->old.id.v == 0; i++) {
        struct variant found;
        bool is_found = false;
        if (m->g->variants[i].sku.len > 0)
            TRY(catalog_variant_by_sku(t->tx, t->arena, m->w->shop.id, m->g->variants[i].sku,
                                       &is_found, &found));
        if (!is_found)
            continue;
        TRY(catalog_product(t->tx, t->arena, m->w->shop.id, found.product_id, &m->old));
        if (!m->g->has_made_handle && import_seen_line(m->w->seen, 'h', m->old.handle) != 0)
            m->old = (struct product){0};
    }
    return NULL;
}

/* Where the file gives no addresses, a product of the same title is another one when both have
 * SKUs. */
static bool is_another(const struct merging *m)
{
    bool file_has = false, old_has = false;
    for (size_t i = 0; i < m->g->product.variant_count; i++)
        file_has = file_has || m->g->variants[i].sku.len > 0;
    for (size_t i = 0; i < m->old.variant_count; i++)
        old_has = old_has || !str_is_empty(m->old.variants[i].sku);
    return file_has && old_has;
}

static const struct err *find_without_address(struct merging *m)
{
    str moved_to = STR_NONE;
    TRY(find_by_sku(m));
    if (m->old.id.v != 0)
        return NULL;
    TRY(find_by_address(m, &moved_to));
    if (!str_is_absent(moved_to))
        TRY(catalog_product_by_handle(m->t->tx, m->t->arena, m->w->shop.id, moved_to, &m->old));
    if (m->old.id.v != 0 && is_another(m)) {
        m->old = (struct product){0};
        m->handle = STR_NONE;
    }
    return NULL;
}

static const struct err *find(struct merging *m)
{
    str moved_to = STR_NONE;
    m->handle = m->g->product.handle;
    if (m->g->has_made_handle) {
        TRY(find_without_address(m));
        m->handle = m->old.id.v != 0 ? m->old.handle : m->handle;
        return NULL;
    }
    TRY(find_by_address(m, &moved_to));
    if (m->old.id.v == 0)
        TRY(find_by_sku(m));
    if (m->old.id.v != 0 || str_is_absent(moved_to))
        return NULL;
    if (import_seen_line(m->w->seen, 'h', moved_to) != 0)
        return refuse_all(m, "import.address_moved", moved_to);
    return catalog_product_by_handle(m->t->tx, m->t->arena, m->w->shop.id, moved_to, &m->old);
}

/* ---- variants ---- */

const struct err *import_input_of(struct arena *a, const struct product *p,
                                  struct product_input *ret, struct variant_input **ret_variants)
{
    struct variant_input *variants;
    int64_t *ids;
    TRY_NEW_ARRAY(a, variants, PRODUCT_VARIANTS_MAX);
    TRY_NEW_ARRAY(a, ids, PRODUCT_PHOTOS_MAX);
    *ret = (struct product_input){.handle = p->handle,
                                  .title = p->title,
                                  .description_html = p->description.markup,
                                  .vendor = p->vendor,
                                  .kind = p->kind,
                                  .tags = p->tags,
                                  .status = p->status,
                                  .option_count = p->option_count,
                                  .variants = variants,
                                  .variant_count = p->variant_count,
                                  .media_ids = ids,
                                  .media_count = p->photo_count};
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        ret->option_names[i] = p->option_names[i];
    for (size_t i = 0; i < p->variant_count; i++) {
        const struct variant *v = &p->variants[i];
        variants[i] = (struct variant_input){.sku = v->sku,
                                             .barcode = v->barcode,
                                             .price_minor = v->price.minor,
                                             .compare_at_minor = v->compare_at_minor,
                                             .weight_g = v->weight_g,
                                             .requires_shipping = v->requires_shipping,
                                             .is_taxable = v->is_taxable,
                                             .parcel = v->parcel,
                                             .ladder = v->ladder,
                                             .media_id = v->media_id};
        for (int o = 0; o < PRODUCT_OPTIONS_MAX; o++)
            variants[i].options[o] = v->options[o];
    }
    for (size_t i = 0; i < p->photo_count; i++)
        ids[i] = p->photos[i].id.v;
    *ret_variants = variants;
    return NULL;
}

static bool same_options(const str *x, const str *y)
{
    for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
        if (!str_eq(x[i], y[i]))
            return false;
    return true;
}

/* Which variant of the old product this is: by SKU, else by options; -1 none. As catalog_save
 * matches. */
static int match(const struct merging *m, const struct variant_input *old, size_t old_count,
                 const struct variant_input *v, const bool *used)
{
    for (size_t i = 0; i < old_count; i++)
        if (!used[i] && !str_is_empty(v->sku) && str_eq(old[i].sku, v->sku))
            return (int)i;
    bool has_options = (m->g->fields & IMPORT_OPTIONS) != 0;
    for (size_t i = 0; i < old_count; i++)
        if (!used[i] && (has_options ? same_options(old[i].options, v->options) : old_count == 1))
            return (int)i;
    return -1;
}

static void overlay_ladder(unsigned fields, const struct ladder *l, struct ladder *ret)
{
    if ((fields & IMPORT_MIN_QUANTITY) != 0)
        ret->min_quantity = l->min_quantity;
    if ((fields & IMPORT_STEP) != 0)
        ret->step = l->step;
    if ((fields & IMPORT_SAMPLE) != 0)
        ret->sample_minor = l->sample_minor;
    if ((fields & IMPORT_RUNGS) == 0)
        return;
    memcpy(ret->rungs, l->rungs, sizeof ret->rungs);
    ret->rung_count = l->rung_count;
}

/* What the file has goes over what there is. */
static void overlay(const struct merging *m, const struct variant_input *v,
                    struct variant_input *ret)
{
    unsigned fields = m->g->fields;
    if ((fields & IMPORT_OPTIONS) != 0)
        for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
            ret->options[i] = v->options[i];
    if ((fields & IMPORT_SKU) != 0)
        ret->sku = v->sku;
    if ((fields & IMPORT_BARCODE) != 0)
        ret->barcode = v->barcode;
    if ((fields & IMPORT_PRICE) != 0)
        ret->price_minor = v->price_minor;
    if ((fields & IMPORT_COMPARE_AT) != 0)
        ret->compare_at_minor = v->compare_at_minor;
    if ((fields & IMPORT_WEIGHT) != 0)
        ret->weight_g = v->weight_g;
    if ((fields & IMPORT_SHIPPING) != 0)
        ret->requires_shipping = v->requires_shipping;
    if ((fields & IMPORT_TAXABLE) != 0)
        ret->is_taxable = v->is_taxable;
    overlay_ladder(fields, &v->ladder, &ret->ladder);
}

/* A SKU is one variant's: not twice in the file, not another product's. */
static const struct err *check_sku(struct merging *m, const struct variant_input *v,
                                   const struct import_variant *d, bool *ret_is_fit)
{
    struct turn *t = m->t;
    struct variant found;
    bool is_found;
    *ret_is_fit = true;
    if (str_is_empty(v->sku))
        return NULL;
    if (import_seen_line(m->w->seen, 's', v->sku) != d->line) {
        *ret_is_fit = false;
        return refuse(m, d->told_line, SHOPIFY_SKU, "import.sku_twice", v->sku);
    }
    TRY(catalog_variant_by_sku(t->tx, t->arena, m->w->shop.id, v->sku, &is_found, &found));
    if (!is_found || found.product_id.v == m->old.id.v)
        return NULL;
    *ret_is_fit = false;
    return refuse(m, d->told_line, SHOPIFY_SKU, "catalog.sku_taken", v->sku);
}

static const struct err *add_variant(struct merging *m, const struct variant_input *old,
                                     size_t old_count, bool *used, size_t i)
{
    const struct variant_input *v = &m->g->variants[i];
    const struct import_variant *d = &m->g->details[i];
    struct variant_input *ret = &m->variants[m->count];
    bool is_fit;
    TRY(check_sku(m, v, d, &is_fit));
    int at = match(m, old, old_count, v, used);
    /* What is stored stays as it is when its line is refused. */
    if (!is_fit) {
        m->is_taken_out = true;
        return NULL;
    }
    if (at < 0 && (m->g->fields & IMPORT_OPTIONS) == 0 && old_count > 0) {
        m->is_taken_out = true;
        return refuse(m, d->told_line, SHOPIFY_SKU, "import.which_variant", v->sku);
    }
    if (at < 0 && (m->g->fields & IMPORT_PRICE) == 0) {
        m->is_taken_out = true;
        return refuse(m, d->told_line, SHOPIFY_PRICE, "import.no_price", STR_NONE);
    }
    *ret =
        at >= 0 ? old[at] : (struct variant_input){.requires_shipping = true, .is_taxable = true};
    overlay(m, v, ret);
    /* Each column may be right by itself, and not beside what is stored. */
    if (catalog_ladder_check(m->t->arena, &ret->ladder) != NULL) {
        m->is_taken_out = true;
        return refuse(m, d->told_line, SHOPIFY_MIN_QUANTITY, "catalog.bad_ladder", v->sku);
    }
    if (at >= 0)
        used[at] = true;
    for (int o = 0; o < PRODUCT_OPTIONS_MAX; o++)
        ret->options[o] = str_is_absent(ret->options[o]) ? S("") : ret->options[o];
    m->details[m->count++] = d;
    return NULL;
}

/* Variants that a broken or partial file does not name stay; a whole one is the list of all. */
static const struct err *merge_variants(struct merging *m, const struct variant_input *old,
                                        size_t old_count)
{
    bool used[PRODUCT_VARIANTS_MAX] = {false};
    for (size_t i = 0; i < m->g->product.variant_count; i++)
        TRY(add_variant(m, old, old_count, used, i));
    bool is_list = m->g->is_whole && !m->is_taken_out && (m->g->fields & IMPORT_OPTIONS) != 0 &&
                   m->g->product.variant_count > 0;
    for (size_t i = 0; i < old_count && !is_list && m->count < PRODUCT_VARIANTS_MAX; i++) {
        bool is_there = used[i];
        for (size_t k = 0; k < m->count; k++)
            is_there = is_there || same_options(m->variants[k].options, old[i].options);
        if (is_there)
            continue;
        m->details[m->count] = NULL;
        m->variants[m->count++] = old[i];
    }
    return NULL;
}

static const struct err *merge(struct merging *m)
{
    const struct product_input *file = &m->g->product;
    struct arena *a = m->t->arena;
    struct variant_input *old = NULL;
    unsigned fields = m->g->fields;
    m->in = (struct product_input){.status = PRODUCT_ACTIVE};
    if (m->old.id.v != 0)
        TRY(import_input_of(a, &m->old, &m->in, &old));
    m->in.handle = m->handle;
    if (!str_is_empty(file->title))
        m->in.title = file->title;
    if ((fields & IMPORT_BODY) != 0)
        m->in.description_html = file->description_html;
    if ((fields & IMPORT_VENDOR) != 0)
        m->in.vendor = file->vendor;
    if ((fields & IMPORT_KIND) != 0)
        m->in.kind = file->kind;
    if ((fields & IMPORT_TAGS) != 0)
        m->in.tags = file->tags;
    if ((fields & IMPORT_STATUS) != 0)
        m->in.status = file->status;
    if ((fields & IMPORT_OPTIONS) != 0 && file->variant_count > 0) {
        m->in.option_count = file->option_count;
        for (int i = 0; i < PRODUCT_OPTIONS_MAX; i++)
            m->in.option_names[i] = file->option_names[i];
    }
    TRY_NEW_ARRAY(a, m->variants, PRODUCT_VARIANTS_MAX);
    TRY_NEW_ARRAY(a, m->details, PRODUCT_VARIANTS_MAX);
    TRY(merge_variants(m, old, m->old.variant_count));
    m->in.variants = m->variants;
    m->in.variant_count = m->count;
    return NULL;
}

/* ---- photos ---- */

static const struct err *merge_photos(struct merging *m, struct import_use *uses, size_t *ret_uses)
{
    const struct import_group *g = m->g;
    int64_t here[PRODUCT_PHOTOS_MAX], *ids;
    size_t here_count = 0;
    for (size_t i = 0; i < g->image_count; i++) {
        int64_t media;
        bool is_waiting;
        TRY(import_photo_find(m->t, m->w, &g->images[i], &media, &is_waiting));
        m->out->wants_photos = m->out->wants_photos || is_waiting;
        if (media != 0)
            here[here_count++] = media;
        uses[(*ret_uses)++] =
            (struct import_use){.position = (int64_t)i, .source = g->images[i].source};
    }
    TRY_NEW_ARRAY(m->t->arena, ids, 2 * PRODUCT_PHOTOS_MAX);
    TRY(import_gallery(m->t->tx, m->t->arena, m->w->shop.id, &m->old, here, here_count, ids,
                       &m->in.media_count));
    m->in.media_ids = ids;
    return NULL;
}

static const struct err *merge_variant_photos(struct merging *m)
{
    for (size_t i = 0; i < m->count; i++) {
        bool is_waiting = false;
        int64_t media = 0;
        if (m->details[i] == NULL)
            continue;
        struct import_image image = {m->details[i]->image, S("")};
        if (!str_is_absent(image.source)) {
            TRY(import_photo_find(m->t, m->w, &image, &media, &is_waiting));
            m->out->wants_photos = m->out->wants_photos || is_waiting;
        }
        m->variants[i].media_id = media;
    }
    return NULL;
}

/* ---- writing ---- */

static const struct err *set_counts(struct merging *m, const struct product *made)
{
    for (size_t i = 0; i < m->count && i < made->variant_count; i++) {
        const struct import_variant *d = m->details[i];
        if (d == NULL || d->on_hand == IMPORT_STOCK_KEEP)
            continue;
        const struct err *e =
            stock_set(m->t, m->w->shop.id, made->variants[i].id, d->on_hand, "import");
        if (e != NULL && e->kind != ERR_INVALID)
            return e;
        if (e != NULL)
            TRY(refuse(m, d->told_line, SHOPIFY_QUANTITY, "stock.below_held", STR_NONE));
    }
    return NULL;
}

static const struct err *write(struct merging *m, struct import_use *uses, size_t use_count)
{
    struct turn *t = m->t;
    struct product_id id;
    struct product made;
    bool is_changed;
    TRY(catalog_save(t, m->w->shop.id, &m->in, m->old.id, &id, &is_changed));
    TRY(catalog_product(t->tx, t->arena, m->w->shop.id, id, &made));
    TRY(set_counts(m, &made));
    for (size_t i = 0;
         (m->g->fields & IMPORT_VARIANT_PHOTO) != 0 && i < m->count && i < made.variant_count; i++)
        if (m->details[i] != NULL && !str_is_absent(m->details[i]->image))
            uses[use_count++] = (struct import_use){.variant_id = made.variants[i].id,
                                                    .source = m->details[i]->image};
    bool has_photos = (m->g->fields & (IMPORT_PHOTOS | IMPORT_VARIANT_PHOTO)) != 0;
    return has_photos ? import_uses_save(t, m->w->shop.id, id, uses, use_count) : NULL;
}

/* How many of each variant lie there, and how many the file wants. */
static const struct err *counts_of(struct merging *m, int64_t *old_on_hand, int64_t *on_hand)
{
    struct variant_id ids[PRODUCT_VARIANTS_MAX];
    for (size_t i = 0; i < m->old.variant_count; i++)
        ids[i] = m->old.variants[i].id;
    for (size_t i = 0; i < m->count; i++)
        on_hand[i] = m->details[i] == NULL ? IMPORT_STOCK_KEEP : m->details[i]->on_hand;
    return stock_on_hand(m->t->tx, m->t->arena, m->w->shop.id, ids, m->old.variant_count,
                         old_on_hand);
}

static const struct err *decide(struct merging *m)
{
    int64_t old_on_hand[PRODUCT_VARIANTS_MAX], on_hand[PRODUCT_VARIANTS_MAX];
    struct import_use *uses;
    size_t use_count = 0;
    TRY_NEW_ARRAY(m->t->arena, uses, PRODUCT_PHOTOS_MAX + PRODUCT_VARIANTS_MAX);
    TRY(find(m));
    if (m->out->kind == IMPORT_REFUSED)
        return NULL;
    TRY(merge(m));
    m->out->title = str_is_absent(m->in.title) ? S("") : m->in.title;
    if (str_is_empty(m->in.title))
        return refuse_all(m, "import.no_title", STR_NONE);
    if (m->count == 0 && m->out->problem_count > 0)
        return m->out->kind = IMPORT_REFUSED, NULL;
    if (m->count == 0)
        return refuse_all(m, "import.no_variants", STR_NONE);
    if ((m->g->fields & IMPORT_PHOTOS) != 0)
        TRY(merge_photos(m, uses, &use_count));
    if ((m->g->fields & IMPORT_VARIANT_PHOTO) != 0)
        TRY(merge_variant_photos(m));
    TRY(counts_of(m, old_on_hand, on_hand));
    if (m->old.id.v != 0)
        TRY(import_differences(m->t->arena, &m->old, old_on_hand, &m->in, on_hand,
                               &m->out->differences));
    m->out->kind = m->old.id.v == 0              ? IMPORT_NEW
                   : m->out->differences.len > 0 ? IMPORT_CHANGED
                                                 : IMPORT_SAME;
    return m->w->is_dry ? NULL : write(m, uses, use_count);
}

const struct err *import_apply(struct turn *t, const struct import_work *w,
                               const struct import_group *g, struct import_outcome *ret)
{
    struct merging *m;
    TRY_NEW(t->arena, m);
    *m = (struct merging){.t = t, .w = w, .g = g, .out = ret};
    *ret = (struct import_outcome){.title = S(""),
                                   .differences = S(""),
                                   .problem_count = g->problem_count,
                                   .problems_dropped = g->problems_dropped};
    TRY_NEW_ARRAY(t->arena, ret->problems, 2 * IMPORT_GROUP_PROBLEMS_MAX);
    if (g->problem_count > 0)
        memcpy(ret->problems, g->problems, g->problem_count * sizeof *g->problems);
    if (!g->is_usable)
        return ret->kind = IMPORT_REFUSED, NULL;
    if (import_seen_line(w->seen, 'h', g->product.handle) != g->line)
        return refuse_all(m, "import.handle_again", g->product.handle);
    return decide(m);
}
