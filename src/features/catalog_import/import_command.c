/* millpond import shopify, and the way back: millpond export shopify. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog_import/catalog_import_sql.h"
#include "catalog_import/import_format.h"

enum { SHOWN_PROBLEMS = 20, SHOWN_ITEMS = 20, WORDS_EVERY = 5000 };

#define IMPORT_USAGE "FILE [FILE ...] --shop HANDLE [--dry-run] [--images DIR]"
static const char how_import[] = "import catalogue " IMPORT_USAGE;
static const char how_export[] = "export shopify FILE --shop HANDLE";

static const struct err *usage(struct command_args *args, const char *text)
{
    return err_with_arg(args->arena, ERR(args->arena, ERR_INVALID, "app.usage", "%s", text),
                        str_c(text));
}

struct words {
    const char *files[IMPORT_SOURCES_MAX], *shop, *images;
    size_t file_count;
    bool is_dry, is_wrong;
};

static struct words read_words(const struct command_args *args)
{
    struct words w = {0};
    for (int i = 0; i < args->argc; i++) {
        const char *word = args->argv[i];
        const char **value = strcmp(word, "--shop") == 0     ? &w.shop
                             : strcmp(word, "--images") == 0 ? &w.images
                                                             : NULL;
        if (value != NULL && i + 1 < args->argc)
            *value = args->argv[++i];
        else if (strcmp(word, "--dry-run") == 0)
            w.is_dry = true;
        else if (word[0] != '-' && w.file_count < IMPORT_SOURCES_MAX)
            w.files[w.file_count++] = word;
        else
            w.is_wrong = true;
    }
    w.is_wrong = w.is_wrong || w.file_count == 0 || w.shop == NULL;
    return w;
}

static const struct err *find_shop(struct command_args *args, const char *handle, struct shop *ret)
{
    struct tx *tx;
    TRY(db_read_begin(args->platform->db, args->arena, &tx));
    const struct err *e = shop_by_handle(tx, args->arena, str_c(handle), ret);
    db_read_end(tx);
    return e;
}

static void watch(void *self, int64_t line, int64_t lines)
{
    int64_t *told = self;
    if (line / WORDS_EVERY == *told / WORDS_EVERY)
        return;
    *told = line;
    fprintf(stderr, "line %lld of %lld\n", (long long)line, (long long)lines);
}

static const struct err *words_of(struct arena *a, const struct locale *locale, const char *key,
                                  str detail, str *ret)
{
    return locale_format(a, locale, key, &detail, 1, ret);
}

static void print_items(const struct import_items_row *items, size_t count, bool is_dry)
{
    for (size_t i = 0; i < count; i++) {
        printf("%s %.*s: %.*s\n",
               items[i].is_new ? (is_dry ? "would add" : "added")
               : is_dry        ? "would change"
                               : "changed",
               STR_ARG(items[i].handle), STR_ARG(items[i].title));
        for (str rest = items[i].differences; !str_is_empty(rest);) {
            str line = str_cut(&rest, '\n'), field = str_cut(&line, '\t'),
                before = str_cut(&line, '\t');
            printf("    %.*s: %.*s -> %.*s\n", STR_ARG(field), STR_ARG(before), STR_ARG(line));
        }
    }
}

static const struct err *print_problems(struct arena *a, const struct locale *locale,
                                        const struct import_problems_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *key;
        str words;
        TRY(str_to_c(a, rows[i].reason, &key));
        TRY(words_of(a, locale, key, rows[i].detail, &words));
        printf("line %lld%s%.*s: %.*s\n", (long long)rows[i].line,
               rows[i].column_name.len > 0 ? ", " : "", STR_ARG(rows[i].column_name),
               STR_ARG(words));
    }
    return NULL;
}

static const struct err *print_result(struct command_args *args, struct tx *tx,
                                      const struct shop *shop, struct import_id id, bool is_dry)
{
    struct arena *a = args->arena;
    struct import_row_row row;
    struct import_items_row *items;
    struct import_problems_row *problems;
    struct locale locale;
    size_t item_count, problem_count;
    bool is_found;
    locale_init(&locale, args->platform->texts, S("en"), STR_NONE, STR_NONE,
                clock_now_ms(args->platform->clock));
    TRY(import_row(tx, a, shop->id, id, &row, &is_found));
    TRY(import_items(tx, a, shop->id, id, SHOWN_ITEMS, SHOWN_ITEMS, &items, &item_count));
    TRY(import_problems(tx, a, shop->id, id, SHOWN_PROBLEMS, SHOWN_PROBLEMS, &problems,
                        &problem_count));
    print_items(items, item_count, is_dry);
    TRY(print_problems(a, &locale, problems, problem_count));
    if (row.problem_count > SHOWN_PROBLEMS)
        printf("... and %lld more problems\n", (long long)row.problem_count - SHOWN_PROBLEMS);
    printf("%s%lld new, %lld changed, %lld unchanged, %lld problems\n", is_dry ? "dry run: " : "",
           (long long)row.created_count, (long long)row.changed_count, (long long)row.same_count,
           (long long)row.problem_count);
    if (row.state != IMPORT_FAILED)
        return NULL;
    str rest = row.reason, key = str_cut(&rest, '\t'), first = str_cut(&rest, '\t');
    const char *text;
    TRY(str_to_c(a, key, &text));
    const struct err *e = err_with_arg(a, ERR(a, ERR_INVALID, text, "%s", "the file"), first);
    return err_with_arg(a, e, rest);
}

static const struct err *measure(struct command_args *args, const struct words *w,
                                 int64_t *ret_bytes)
{
    *ret_bytes = 0;
    for (size_t i = 0; i < w->file_count; i++) {
        struct stat info;
        if (stat(w->files[i], &info) != 0)
            return err_with_arg(
                args->arena, ERR(args->arena, ERR_NOT_FOUND, "import.no_file", "%s", w->files[i]),
                str_c(w->files[i]));
        *ret_bytes += info.st_size;
    }
    return *ret_bytes <= IMPORT_BYTES_MAX
               ? NULL
               : ERR(args->arena, ERR_LIMIT, "import.too_big", "%lld bytes", (long long)*ret_bytes);
}

static const struct err *run_slices(struct command_args *args, const struct words *w,
                                    const struct shop *shop, const char *to, struct import_id *ret)
{
    struct import_wish wish = {.shop = shop, .paths = w->files, .count = w->file_count, .to = to};
    struct import_prepared prepared;
    str name = str_from(str_c(w->files[0]), (size_t)(str_rfind_char(str_c(w->files[0]), '/') + 1));
    struct import_new n = {
        .shop = shop->id, .actor = shop->owner_id, .file_name = name, .is_dry = w->is_dry};
    TRY(measure(args, w, &n.bytes));
    TRY(import_prepare(args->arena, &wish, &prepared));
    if (prepared.needs_mapping) {
        TRY(import_prepare_mapped(args->platform, args->arena, shop, prepared.path, STR_NONE, to));
        prepared.path = to;
    }
    n.format = str_c(prepared.format);
    TRY(import_create(args->platform, args->arena, &n, ret));
    int64_t told = 0;
    struct import_slice slice = {.shop = shop->id,
                                 .id = *ret,
                                 .path = prepared.path,
                                 .batches_max = INT64_MAX,
                                 .fetches_photos = w->images == NULL,
                                 .watch = watch,
                                 .self = &told};
    for (bool is_over = false; !is_over;)
        TRY(import_slice_run(args->platform, args->arena, &slice, &is_over));
    return NULL;
}

static const struct err *take_in(struct command_args *args, const struct words *w,
                                 const struct shop *shop, struct import_id *ret)
{
    struct id_text text =
        id_format(id_next(args->platform->ids, clock_now_ms(args->platform->clock)));
    const char *folder;
    str to;
    TRY(import_folder(args->arena, args->platform, &folder));
    TRY(str_fmt(args->arena, &to, "%s/command-%s.csv", folder, text.text));
    const struct err *e = run_slices(args, w, shop, to.ptr, ret);
    (void)unlink(to.ptr);
    return e;
}

static const struct err *local_photos(struct command_args *args, const struct shop *shop,
                                      const char *folder)
{
    struct import_photo_failed_row *failed;
    int64_t here;
    struct tx *tx;
    size_t count;
    TRY(import_photos_local(args->platform, args->arena, shop->id, folder, &here));
    TRY(db_read_begin(args->platform->db, args->arena, &tx));
    const struct err *e = import_photo_failed(tx, args->arena, shop->id, SHOWN_PROBLEMS,
                                              SHOWN_PROBLEMS, &failed, &count);
    db_read_end(tx);
    TRY(e);
    struct locale locale;
    locale_init(&locale, args->platform->texts, S("en"), STR_NONE, STR_NONE,
                clock_now_ms(args->platform->clock));
    for (size_t i = 0; i < count; i++) {
        const char *key;
        str words;
        TRY(str_to_c(args->arena, failed[i].reason, &key));
        TRY(words_of(args->arena, &locale, key, STR_NONE, &words));
        printf("no photo %.*s: %.*s\n", STR_ARG(failed[i].source), STR_ARG(words));
    }
    printf("%lld photos taken from %s\n", (long long)here, folder);
    return NULL;
}

static const struct err *run_import(struct command_args *args)
{
    struct words w = read_words(args);
    struct import_id id;
    struct shop shop;
    struct tx *tx;
    if (w.is_wrong)
        return usage(args, how_import);
    TRY(find_shop(args, w.shop, &shop));
    TRY(take_in(args, &w, &shop, &id));
    if (w.images != NULL && !w.is_dry)
        TRY(local_photos(args, &shop, w.images));
    TRY(db_read_begin(args->platform->db, args->arena, &tx));
    const struct err *e = print_result(args, tx, &shop, id, w.is_dry);
    db_read_end(tx);
    return e;
}

static const struct err *run_export(struct command_args *args)
{
    struct words w = read_words(args);
    struct shop shop;
    if (w.is_wrong)
        return usage(args, how_export);
    TRY(find_shop(args, w.shop, &shop));
    return import_export(args->platform, args->arena, shop.id, w.files[0]);
}

const struct command import_commands[IMPORT_COMMANDS] = {
    {"import catalogue", IMPORT_USAGE,
     "takes products from the files of another shop system, known by their heads; --images: photos "
     "by file name from a "
     "folder, without the network",
     run_import},
    {"import shopify", IMPORT_USAGE, "the same, by its older name", run_import},
    {"export shopify", "FILE --shop HANDLE", "writes all products of a shop as Shopify's CSV",
     run_export},
};
