/* From the files of a merchant to the one that is read: which format they are of, and its translation. See import_part.h. */
#include "catalog_import/import_format.h"

#include <unistd.h>

#include "base/utf8.h"

enum { WORK_MIB = 160 };

static const struct err *translate(struct arena *a, const struct shop *shop, struct import_source *sources, size_t count,
                                   const struct import_format *format, const char *to)
{
    struct import_translation t = {.format = format, .currency = shop->currency, .language = shop->language,
                                   .sources = sources, .source_count = count};
    return import_translate(a, &t, to);
}

static const struct err *prepare(struct arena *a, const struct import_wish *wish, struct import_source *sources,
                                 size_t *open_count, struct import_prepared *ret)
{
    const struct import_format *format;
    for (; *open_count < wish->count; (*open_count)++)
        TRY(import_source_open(a, wish->paths[*open_count], &sources[*open_count]));
    TRY(import_recognise(a, sources, wish->count, &format));
    if (format != NULL) {
        ret->format = format->name;
        ret->path = wish->to;
        return translate(a, wish->shop, sources, wish->count, format, wish->to);
    }
    ret->format = IMPORT_OWN;
    ret->path = wish->paths[0];
    return import_check_file(a, wish->shop->currency, wish->paths[0]);
}

/* As an error of the caller's arena: the words of the first one end with the work. */
static const struct err *keep_error(struct arena *a, const struct err *e)
{
    const struct err *kept = ERR(a, e->kind, e->key, "%.*s", STR_ARG(e->detail));
    for (size_t i = 0; i < ERR_ARGS_MAX && !str_is_absent(e->args[i]); i++)
        kept = err_with_arg(a, kept, e->args[i]);
    return kept;
}

const struct err *import_prepare(struct arena *a, const struct import_wish *wish, struct import_prepared *ret)
{
    struct import_source sources[IMPORT_SOURCES_MAX] = {0};
    struct arena work;
    size_t open_count = 0;
    if (wish->count == 0)
        return ERR(a, ERR_INVALID, "import.no_upload", "no file");
    if (wish->count > IMPORT_SOURCES_MAX)
        return ERR(a, ERR_INVALID, "import.too_many_files", "%zu files", wish->count);
    arena_init(&work, MiB(WORK_MIB));
    const struct err *e = prepare(&work, wish, sources, &open_count, ret);
    for (size_t i = 0; i < open_count; i++)
        import_source_close(&sources[i]);
    if (e != NULL) {
        (void)unlink(wish->to);
        e = keep_error(a, e);
    }
    arena_done(&work);
    return e;
}
