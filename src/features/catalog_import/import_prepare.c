/* From the files of a merchant to the one that is read: which format they are of, and its
 * translation. See import_part.h. */
#include "catalog_import/import_mapping.h"
#include "catalog_import/import_people.h"

#include <unistd.h>

#include "catalog_import/catalog_import_sql.h"

enum { WORK_MIB = 160 };

static const struct err *translate(struct arena *a, const struct shop *shop,
                                   struct import_source *sources, size_t count,
                                   const struct import_format *format, const char *to)
{
    struct import_translation t = {.format = format,
                                   .currency = shop->currency,
                                   .language = shop->language,
                                   .sources = sources,
                                   .source_count = count};
    return import_translate(a, &t, to);
}

static void remove_decoded(void *path)
{
    (void)unlink(path);
}

/* The file as UTF-8: itself, or beside `to`, where it stays as long as the caller's arena. */
static const struct err *readable(struct arena *work, struct arena *a,
                                  const struct import_wish *wish, size_t i, const char **ret)
{
    bool is_decoded;
    char *path;
    str text;
    TRY(str_fmt(a, &text, "%s.%zu", wish->to, i));
    TRY_NEW_ARRAY(a, path, text.len + 1);
    for (size_t k = 0; k < text.len; k++)
        path[k] = text.ptr[k];
    if (!arena_defer(a, remove_decoded, path))
        return &err_out_of_memory;
    TRY(import_decode(work, wish->paths[i], path, &is_decoded));
    *ret = is_decoded ? path : wish->paths[i];
    return NULL;
}

static const struct err *prepare(struct arena *a, struct arena *kept,
                                 const struct import_wish *wish, struct import_source *sources,
                                 size_t *open_count, struct import_prepared *ret)
{
    const struct import_format *format;
    *ret = (struct import_prepared){.path = NULL};
    for (; *open_count < wish->count; (*open_count)++) {
        const char *path;
        TRY(readable(a, kept, wish, *open_count, &path));
        TRY(import_source_open(a, path, &sources[*open_count]));
    }
    ret->format = wish->count == 1 ? people_recognise(&sources[0]) : NULL;
    ret->path = sources[0].path;
    if (ret->format != NULL)
        return NULL;
    TRY(import_recognise(a, sources, wish->count, &format));
    if (format != NULL) {
        ret->format = format->name;
        ret->path = wish->to;
        return translate(a, wish->shop, sources, wish->count, format, wish->to);
    }
    ret->path = sources[0].path;
    ret->head_key = mapping_head_key(&sources[0]);
    const struct err *e = import_check_file(a, wish->shop->currency, ret->path);
    ret->needs_mapping = e != NULL && e->kind == ERR_INVALID;
    ret->format = ret->needs_mapping ? IMPORT_MAPPED : IMPORT_OWN;
    return ret->needs_mapping ? NULL : e;
}

/* As an error of the caller's arena: the words of the first one end with the work. */
static const struct err *keep_error(struct arena *a, const struct err *e)
{
    const struct err *kept = ERR(a, e->kind, e->key, "%.*s", STR_ARG(e->detail));
    for (size_t i = 0; i < ERR_ARGS_MAX && !str_is_absent(e->args[i]); i++)
        kept = err_with_arg(a, kept, e->args[i]);
    return kept;
}

const struct err *import_prepare(struct arena *a, const struct import_wish *wish,
                                 struct import_prepared *ret)
{
    struct import_source sources[IMPORT_SOURCES_MAX] = {0};
    struct arena work;
    size_t open_count = 0;
    if (wish->count == 0)
        return ERR(a, ERR_INVALID, "import.no_upload", "no file");
    if (wish->count > IMPORT_SOURCES_MAX)
        return ERR(a, ERR_INVALID, "import.too_many_files", "%zu files", wish->count);
    arena_init(&work, MiB(WORK_MIB));
    const struct err *e = prepare(&work, a, wish, sources, &open_count, ret);
    for (size_t i = 0; i < open_count; i++)
        import_source_close(&sources[i]);
    if (e != NULL) {
        (void)unlink(wish->to);
        e = keep_error(a, e);
    }
    arena_done(&work);
    return e;
}

/* ---- by a list of columns ---- */

static const struct err *remembered(struct platform *p, struct arena *a, struct shop_id shop,
                                    int64_t head_key, str *ret)
{
    struct import_columns_row row;
    struct tx *tx;
    bool is_found;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = import_columns(tx, a, shop, head_key, &row, &is_found);
    db_read_end(tx);
    *ret = e == NULL && is_found ? row.columns : STR_NONE;
    return e;
}

static const struct err *prepare_mapped(struct platform *p, struct arena *a,
                                        const struct shop *shop, struct import_source *source,
                                        str list, const char *to)
{
    const struct import_format *format;
    struct mapping_sample sample;
    struct mapping *mapping;
    TRY_NEW(a, mapping);
    if (str_is_absent(list))
        TRY(remembered(p, a, shop->id, mapping_head_key(source), &list));
    if (str_is_absent(list)) {
        TRY(mapping_sample_read(a, source, &sample));
        TRY(mapping_guess(a, &sample, mapping));
    } else {
        mapping_read(list, mapping);
    }
    TRY(mapping_check(a, mapping));
    TRY(mapping_format(a, source, mapping, &format));
    source->layout = &format->layouts[0];
    return translate(a, shop, source, 1, format, to);
}

const struct err *import_prepare_mapped(struct platform *p, struct arena *a,
                                        const struct shop *shop, const char *path, str list,
                                        const char *to)
{
    struct import_source source;
    struct arena work;
    arena_init(&work, MiB(WORK_MIB));
    const struct err *e = import_source_open(&work, path, &source);
    if (e == NULL) {
        e = prepare_mapped(p, &work, shop, &source, list, to);
        import_source_close(&source);
    }
    if (e != NULL)
        e = keep_error(a, e);
    arena_done(&work);
    return e;
}
