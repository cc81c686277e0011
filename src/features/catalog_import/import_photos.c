/* The pictures of a file: which are here, fetching the others, and putting them on their products.
 *
 * A picture is known by its address, so a second import of the file finds it again and changes
 * nothing. Fetching is a job of its own: a product goes in without waiting for its pictures, and a
 * picture that fails costs nothing but itself.
 */
#include "catalog_import/import_part.h"

#include <unistd.h>

#include "base/strbuf.h"
#include "catalog_import/catalog_import_sql.h"
#include "sys/fetch.h"
#include "sys/file.h"

enum { PHOTO_WAITING = 1, PHOTO_HERE, PHOTO_FAILED };
enum { FETCH_MS = 15000, USES_MAX = 200, PRODUCTS_A_JOB = 20 };

/* BASE/m/ID/... */
static int64_t own_photo(const struct platform *p, str source)
{
    int64_t id;
    if (!str_starts(source, p->base_url) ||
        !str_starts(str_from(source, p->base_url.len), S("/m/")))
        return 0;
    return id_parse(str_sub(source, p->base_url.len + 3, ID_TEXT_LEN), &id) ? id : 0;
}

const struct err *import_photo_find(struct turn *t, const struct import_work *w,
                                    const struct import_image *image, int64_t *ret_media,
                                    bool *ret_is_waiting)
{
    struct import_photo_row_row row;
    struct photo photo;
    bool is_known;
    *ret_is_waiting = false;
    TRY(catalog_photo_own(t->tx, t->arena, w->shop.id, own_photo(t->platform, image->source),
                          &photo));
    *ret_media = photo.id.v;
    if (photo.id.v != 0)
        return NULL;
    TRY(import_photo_row(t->tx, t->arena, w->shop.id, image->source, &row, &is_known));
    *ret_media = is_known && row.state == PHOTO_HERE ? row.media_id : 0;
    *ret_is_waiting = *ret_media == 0;
    if (w->is_dry || *ret_media != 0)
        return NULL;
    return is_known ? import_photo_retry(t->tx, t->arena, w->shop.id, image->source)
                    : import_photo_insert(t->tx, t->arena, w->shop.id, image->source, w->actor,
                                          image->alt);
}

static bool holds(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

const struct err *import_gallery(struct tx *tx, struct arena *a, struct shop_id shop,
                                 const struct product *old, const int64_t *here, size_t here_count,
                                 int64_t *ids, size_t *ret_count)
{
    struct import_uses_row *uses = NULL;
    size_t use_count = 0, count = 0;
    if (old->id.v != 0)
        TRY(import_uses(tx, a, shop, old->id, USES_MAX, &uses, &use_count));
    for (size_t i = 0; i < here_count; i++)
        if (!holds(ids, count, here[i]))
            ids[count++] = here[i];
    for (size_t i = 0; i < old->photo_count && count < PRODUCT_PHOTOS_MAX; i++) {
        bool is_imported = false;
        for (size_t u = 0; u < use_count; u++)
            is_imported = is_imported || uses[u].media_id == old->photos[i].id.v;
        if (!is_imported && !holds(ids, count, old->photos[i].id.v))
            ids[count++] = old->photos[i].id.v;
    }
    *ret_count = count;
    return NULL;
}

const struct err *import_uses_save(struct turn *t, struct shop_id shop, struct product_id product,
                                   const struct import_use *uses, size_t count)
{
    struct import_uses_row *rows;
    size_t row_count, same = 0;
    TRY(import_uses(t->tx, t->arena, shop, product, USES_MAX, &rows, &row_count));
    for (size_t i = 0; i < row_count; i++)
        for (size_t k = 0; k < count; k++)
            same += rows[i].variant_id.v == uses[k].variant_id.v &&
                    rows[i].position == uses[k].position && str_eq(rows[i].source, uses[k].source);
    if (same == row_count && row_count == count)
        return NULL;
    TRY(import_uses_clear(t->tx, t->arena, shop, product));
    for (size_t k = 0; k < count; k++)
        TRY(import_use_insert(t->tx, t->arena, shop, product, uses[k].variant_id, uses[k].position,
                              uses[k].source));
    return NULL;
}

const struct err *import_enqueue_photos(struct turn *t, struct shop_id shop)
{
    return job_enqueue(
        t, &(struct job_request){.kind = "import.photos", .shop_id = shop, .key = S("photos")});
}

const struct err *import_photos_again(struct turn *t, struct shop_id shop)
{
    int64_t again;
    TRY(import_photo_retry_all(t->tx, t->arena, shop, &again));
    return again == 0 ? NULL : import_enqueue_photos(t, shop);
}

/* ---- fetching ---- */

struct fetching {
    struct platform *platform;
    struct arena *arena;
    struct shop_id shop;
    struct job_run *run;      /* NULL: no job */
    const char *folder;       /* NULL: from the network */
    struct product_id product;
    int64_t here;
};

struct outcome {
    const struct fetching *f;
    str source, reason;
    int64_t media_id;
};

static const struct err *save_outcome(struct turn *t, void *arg)
{
    const struct outcome *o = arg;
    return import_photo_set(t->tx, t->arena, o->f->shop, o->source,
                            o->media_id != 0 ? PHOTO_HERE : PHOTO_FAILED, o->media_id, o->reason);
}

/* The file's name in an address: after the last slash, before ? and #. Absent when it would lead
 * elsewhere. */
static str name_of(str source)
{
    str path = source;
    path = str_cut(&path, '?');
    path = str_cut(&path, '#');
    str name = str_from(path, (size_t)(str_rfind_char(path, '/') + 1));
    return name.len == 0 || name.ptr[0] == '.' || name.len > 255 ? STR_NONE : name;
}

static const struct err *from_folder(struct fetching *f, const struct import_uses_row *use,
                                     struct account_id owner, struct media_id *ret)
{
    str name = name_of(use->source), path;
    if (str_is_absent(name))
        return ERR(f->arena, ERR_INVALID, "import.no_local_file", "no name");
    TRY(str_fmt(f->arena, &path, "%s/%.*s", f->folder, STR_ARG(name)));
    if (access(path.ptr, R_OK) != 0)
        return ERR(f->arena, ERR_NOT_FOUND, "import.no_local_file", "%s", path.ptr);
    return media_import(f->platform, f->arena, owner, path, use->alt, ret);
}

static const struct err *from_network(struct fetching *f, const struct import_uses_row *use,
                                      struct account_id owner, struct media_id *ret)
{
    struct fetch_request request = {.url = use->source,
                                    .timeout_ms = FETCH_MS,
                                    .max_bytes = MEDIA_FILE_BYTES_MAX,
                                    .redirects_max = 3};
    struct id_text text = id_format(id_next(f->platform->ids, clock_now_ms(f->platform->clock)));
    struct fetch_response response;
    const char *folder;
    str path;
    if (import_is_photo_file(use->source))
        return ERR(f->arena, ERR_INVALID, "import.photo_is_file", "%.*s", STR_ARG(use->source));
    TRY(fetch(f->arena, &request, &response));
    if (response.status != 200)
        return ERR(f->arena, ERR_INVALID, "import.image_status", "status %d", response.status);
    TRY(import_folder(f->arena, f->platform, &folder));
    TRY(str_fmt(f->arena, &path, "%s/photo-%s", folder, text.text));
    TRY(file_write(f->arena, path.ptr, response.body, 0600));
    const struct err *e = media_import(f->platform, f->arena, owner, path, use->alt, ret);
    (void)unlink(path.ptr);
    return e;
}

static const struct err *owner_of(struct fetching *f, struct tx *tx, str source,
                                  struct account_id *ret, bool *ret_waits)
{
    struct import_photo_row_row row;
    bool is_found;
    TRY(import_photo_row(tx, f->arena, f->shop, source, &row, &is_found));
    *ret = row.account_id;
    *ret_waits = is_found && row.state == PHOTO_WAITING;
    return NULL;
}

static const struct err *fetch_one(struct fetching *f, const struct import_uses_row *use)
{
    struct outcome o = {.f = f, .source = use->source, .reason = S("")};
    struct account_id owner = {0};
    struct media_id media = {0};
    struct tx *tx;
    bool is_waiting;
    TRY(db_read_begin(f->platform->db, f->arena, &tx));
    const struct err *e = owner_of(f, tx, use->source, &owner, &is_waiting);
    db_read_end(tx);
    TRY(e);
    if (!is_waiting)
        return NULL;
    e = f->folder != NULL ? from_folder(f, use, owner, &media)
                          : from_network(f, use, owner, &media);
    o.media_id = e == NULL ? media.v : 0;
    o.reason = e == NULL ? S("") : str_c(e->key);
    f->here += e == NULL;
    return turn_run(f->platform, f->arena, (struct account_id){0}, save_outcome, &o);
}

/* Puts what is here on the product, in the file's order. */
static const struct err *attach(struct turn *t, void *arg)
{
    const struct fetching *f = arg;
    struct variant_input *variants;
    struct product_input in;
    struct product product;
    struct import_uses_row *uses;
    int64_t here[PRODUCT_PHOTOS_MAX], *ids;
    size_t count, here_count = 0;
    bool is_changed;
    TRY(catalog_product(t->tx, t->arena, f->shop, f->product, &product));
    TRY(import_input_of(t->arena, &product, &in, &variants));
    TRY(import_uses(t->tx, t->arena, f->shop, f->product, USES_MAX, &uses, &count));
    for (size_t i = 0; i < count; i++) {
        if (uses[i].media_id == 0)
            continue;
        if (uses[i].variant_id.v == 0 && here_count < PRODUCT_PHOTOS_MAX)
            here[here_count++] = uses[i].media_id;
        for (size_t v = 0; v < product.variant_count; v++)
            if (product.variants[v].id.v == uses[i].variant_id.v)
                variants[v].media_id = uses[i].media_id;
    }
    TRY_NEW_ARRAY(t->arena, ids, 2 * PRODUCT_PHOTOS_MAX);
    TRY(import_gallery(t->tx, t->arena, f->shop, &product, here, here_count, ids, &in.media_count));
    in.media_ids = ids;
    return catalog_save(t, f->shop, &in, f->product, &product.id, &is_changed);
}

static const struct err *load_uses(struct fetching *f, struct import_uses_row **ret,
                                   size_t *ret_count, bool *ret_found)
{
    struct import_photo_waiting_product_row row;
    struct tx *tx;
    TRY(db_read_begin(f->platform->db, f->arena, &tx));
    const struct err *e = import_photo_waiting_product(tx, f->arena, f->shop, &row, ret_found);
    if (e == NULL && *ret_found) {
        f->product = row.product_id;
        e = import_uses(tx, f->arena, f->shop, f->product, USES_MAX, ret, ret_count);
    }
    db_read_end(tx);
    return e;
}

/* One product's pictures; *ret_found false: none waits. */
static const struct err *fetch_product(struct fetching *f, bool *ret_found)
{
    struct import_uses_row *uses;
    size_t count;
    int64_t before = f->here;
    TRY(load_uses(f, &uses, &count, ret_found));
    if (!*ret_found)
        return NULL;
    for (size_t i = 0; i < count && (f->run == NULL || !job_must_stop(f->run)); i++) {
        struct arena_mark mark = arena_get_mark(f->arena);
        /* Each may take its whole deadline: the lease goes on with each. */
        if (f->run != NULL)
            TRY(job_progress(f->run, f->here, f->here + 1, STR_NONE));
        if (uses[i].state == PHOTO_WAITING)
            TRY(fetch_one(f, &uses[i]));
        arena_rewind(f->arena, mark);
    }
    return f->here == before ? NULL
                             : turn_run(f->platform, f->arena, (struct account_id){0}, attach, f);
}

const struct err *import_photos_local(struct platform *p, struct arena *a, struct shop_id shop,
                                      const char *folder, int64_t *ret_here)
{
    struct fetching f = {.platform = p, .arena = a, .shop = shop, .folder = folder};
    struct arena_mark mark = arena_get_mark(a);
    for (bool is_found = true; is_found;) {
        TRY(fetch_product(&f, &is_found));
        arena_rewind(a, mark);
    }
    *ret_here = f.here;
    return NULL;
}

static const struct err *go_on(struct turn *t, void *arg)
{
    return import_enqueue_photos(t, *(const struct shop_id *)arg);
}

const struct err *import_photos_job(struct job_run *run)
{
    struct fetching f = {
        .platform = run->platform, .arena = run->arena, .shop = run->shop_id, .run = run};
    struct arena_mark mark = arena_get_mark(run->arena);
    bool is_found = true;
    for (int i = 0; i < PRODUCTS_A_JOB && is_found && !job_must_stop(run); i++) {
        TRY(fetch_product(&f, &is_found));
        arena_rewind(run->arena, mark);
    }
    return is_found
               ? turn_run(run->platform, run->arena, (struct account_id){0}, go_on, &run->shop_id)
               : NULL;
}
