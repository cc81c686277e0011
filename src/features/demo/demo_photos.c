/* Photographs in place of drawn pictures: see demo_photos.h. */
#include "demo/demo_photos.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "demo/demo_data.h"
#include "media/media.h"
#include "sys/file.h"

enum { DEPTH_MAX = 4, NAMED_MAX = 5, LICENCES_BYTES_MAX = 4 * 1024 * 1024, FITS_BY_NAME = 100 };

/* Words that a file's name must have, all of one group between two bars; the first group fits best.
 */
static const struct {
    const char *picture, *words;
} wanted[] = {
    {"reef-onepiece-coral", "onepiece coral|swimsuit coral|swimsuit red"},
    {"reef-onepiece-teal", "onepiece teal|swimsuit teal|swimsuit blue"},
    {"reef-onepiece-stripes", "onepiece striped|swimsuit striped|onepiece stripes"},
    {"reef-onepiece-black", "onepiece black|swimsuit black"},
    {"reef-onepiece-fronds", "onepiece|swimsuit"},
    {"reef-bikini", "bikini"},
    {"reef-trunks", "trunks|swim shorts|boardshorts"},
    {"reef-rashguard", "rashguard|swim top"},
    {"reef-sunscreen", "sunscreen"},
    {"reef-hat", "hat straw|hat"},
    {"reef-towels", "towels|towel"},
    {"reef-tote", "tote|bag beach|bag canvas"},
    {"reef-shore", "beach bay|beach sand|beach|shore"},
    {"reef-dawn", "sunrise sea|dawn sea|sunset beach|waves sunset|sea"},
    {"reef-underwater", "reef|underwater|corals"},
    {"clay-cups", "cups celadon|cups tea|teacups|teacup"},
    {"clay-teapot", "teapot porcelain|teapot white"},
    {"clay-plates", "plates linen|dish|plates|plate"},
    {"clay-pears", "bowl pears|bowl fig|bowl fruit"},
    {"clay-bowls", "bowls stoneware|bowl stoneware|bowls|bowl"},
    {"clay-meiping", "vase celadon|meiping"},
    {"clay-oxblood", "vase red"},
    {"clay-trio", "vases"},
    {"clay-moon", "jar moon|vase white|vase"},
    {"clay-mugs", "mugs|mug stoneware|mug"},
    {"clay-tiles", "tiles"},
    {"clay-shelf", "pottery|workshop|kiln"},
    {"tea-jug", "teapot glass|jug glass"},
    {"tea-gaiwan", "gaiwan"},
    {"tea-pot", "teapot clay|teapot|yixing"},
    {"tea-tray", "tray tea"},
    {"tea-tins", "tins tea"},
    {"tea-canister", "canister|jar tea|caddy"},
    {"tea-cake", "cake tea|puer"},
    {"tea-leaves", "leaves tea|herb bowls"},
    {"tea-jasmine", "jasmine"},
    {"tea-lanterns", "lanterns|lantern"},
    {"tea-mist", "mist hills|misty peaks|misty|mist|fog"},
    {"tea-terraces", "tea gardens|tea garden|tea terraces|tea field"},
    {"tea-rain", "rain street|rain|street night"},
};

static bool has_word(str name, str word)
{
    while (!str_is_absent(name)) {
        size_t len = 0;
        while (len < name.len && ((name.ptr[len] | 32) >= 'a' && (name.ptr[len] | 32) <= 'z'))
            len++;
        if (str_eq_nocase(str_sub(name, 0, len), word))
            return true;
        name = len < name.len ? str_from(name, len + 1) : STR_NONE;
    }
    return false;
}

static bool has_words(str name, str words)
{
    while (!str_is_absent(words))
        if (!has_word(name, str_cut(&words, ' ')))
            return false;
    return true;
}

static str base_name(str name)
{
    str base = str_from(name, (size_t)(str_rfind_char(name, '/') + 1));
    ptrdiff_t dot = str_rfind_char(base, '.');
    return dot < 0 ? base : str_sub(base, 0, (size_t)dot);
}

bool demo_photo_has_words(const char *picture)
{
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (strcmp(wanted[i].picture, picture) == 0)
            return true;
    return false;
}

int demo_photo_fits(str name, const char *picture)
{
    if (str_eq_nocase(base_name(name), str_c(picture)))
        return FITS_BY_NAME;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        str groups = str_c(wanted[i].words);
        if (strcmp(wanted[i].picture, picture) != 0)
            continue;
        for (int worth = FITS_BY_NAME - 1; !str_is_absent(groups); worth--)
            if (has_words(base_name(name), str_cut(&groups, '|')))
                return worth;
    }
    return 0;
}

/* ---- the folder ---- */

struct gathered {
    struct arena *arena;
    const char *root;
    str names[DEMO_PHOTO_FILES_MAX]; /* below root */
    bool is_taken[DEMO_PHOTO_FILES_MAX];
    size_t count;
    int others; /* files that are no pictures by their names */
};

static bool is_picture_name(str name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png",  ".webp",
                                          ".gif", ".heic", ".heif", ".avif"};
    for (size_t i = 0; i < COUNT(endings); i++) {
        size_t len = strlen(endings[i]);
        if (name.len > len && str_eq_nocase(str_from(name, name.len - len), str_c(endings[i])))
            return true;
    }
    return false;
}

static const struct err *take_file(struct gathered *g, str name)
{
    if (is_picture_name(name)) {
        if (g->count == DEMO_PHOTO_FILES_MAX)
            return err_with_arg(g->arena,
                                ERR(g->arena, ERR_LIMIT, "demo.many_photos", "%s", g->root),
                                str_c(g->root));
        g->names[g->count++] = name;
    } else if (!str_eq(name, S("LICENSES.csv")) && ++g->others <= NAMED_MAX) {
        printf("demo: no picture, left out: %.*s\n", STR_ARG(name));
    }
    return NULL;
}

static const struct err *gather(struct gathered *g, str below, int depth);

static const struct err *take_entry(struct gathered *g, str below, const char *entry, int depth)
{
    struct stat info;
    str name, path;
    if (entry[0] == '.')
        return NULL;
    TRY(str_fmt(g->arena, &name, "%.*s%s%s", STR_ARG(below), below.len == 0 ? "" : "/", entry));
    TRY(str_fmt(g->arena, &path, "%s/%.*s", g->root, STR_ARG(name)));
    if (stat(path.ptr, &info) != 0)
        return NULL;
    if (S_ISDIR(info.st_mode) && depth < DEPTH_MAX)
        return gather(g, name, depth + 1);
    return S_ISREG(info.st_mode) ? take_file(g, name) : NULL;
}

static const struct err *gather(struct gathered *g, str below, int depth)
{
    const struct err *e = NULL;
    str path;
    TRY(str_fmt(g->arena, &path, "%s/%.*s", g->root, STR_ARG(below)));
    DIR *folder = opendir(path.ptr);
    if (folder == NULL)
        return err_with_arg(
            g->arena,
            ERR(g->arena, ERR_NOT_FOUND, "demo.no_photos", "%s: %s", path.ptr, strerror(errno)),
            str_c(g->root));
    for (struct dirent *entry; e == NULL && (entry = readdir(folder)) != NULL;)
        e = take_entry(g, below, entry->d_name, depth);
    closedir(folder);
    return e;
}

static int by_name(const void *one, const void *other)
{
    return str_cmp(*(const str *)one, *(const str *)other);
}

/* ---- what they are called ---- */

static const struct err *alt_of_name(struct arena *a, str name, str *ret)
{
    str base = base_name(name);
    struct strbuf sb;
    strbuf_init(&sb, a, MEDIA_ALT_MAX);
    for (size_t i = 0; i < base.len && i < MEDIA_ALT_MAX / 2; i++) {
        char c = base.ptr[i] == '-' || base.ptr[i] == '_' ? ' ' : base.ptr[i];
        strbuf_add_char(&sb, i == 0 && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
    }
    return strbuf_finish(&sb, ret);
}

enum { FILE_COLUMN, TITLE_COLUMN, AUTHOR_COLUMN, LICENCE_COLUMN, COLUMN_COUNT };

static void find_columns(const struct csv_row *row, int at[COLUMN_COUNT])
{
    static const char *const names[COLUMN_COUNT] = {"file", "title", "author", "licence"};
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        at[c] = -1;
        for (size_t i = 0; i < row->count; i++)
            if (str_eq_nocase(row->cells[i], str_c(names[c])))
                at[c] = (int)i;
    }
}

static str cell(const struct csv_row *row, int column)
{
    return column < 0 || (size_t)column >= row->count ? S("") : row->cells[column];
}

static const struct err *read_row(struct arena *a, const struct csv_row *row,
                                  const int at[COLUMN_COUNT], struct demo_photo *photos,
                                  size_t count)
{
    str title = cell(row, at[TITLE_COLUMN]), author = cell(row, at[AUTHOR_COLUMN]),
        licence = cell(row, at[LICENCE_COLUMN]), alt;
    bool must_name = str_starts(licence, S("CC-BY")) && !str_is_empty(author);
    for (size_t i = 0; i < count; i++) {
        if (str_is_absent(photos[i].path) || !str_eq(photos[i].name, cell(row, at[FILE_COLUMN])) ||
            str_is_empty(title))
            continue;
        TRY(must_name ? str_fmt(a, &alt, "%.*s (%.*s, %.*s)", STR_ARG(title), STR_ARG(author),
                                STR_ARG(licence))
                      : str_dup(a, title, &alt));
        if (alt.len <= MEDIA_ALT_MAX)
            photos[i].alt = alt;
    }
    return NULL;
}

static const struct err *read_licences(struct arena *a, const char *folder,
                                       struct demo_photo *photos, size_t count)
{
    struct csv_reader reader;
    struct csv_row row;
    struct csv_memory memory;
    int at[COLUMN_COUNT];
    str path;
    TRY(str_fmt(a, &path, "%s/LICENSES.csv", folder));
    const struct err *e = file_read(a, path.ptr, LICENCES_BYTES_MAX, &memory.rest);
    if (e != NULL)
        return e->kind == ERR_NOT_FOUND ? NULL : e;
    TRY(csv_reader_init(&reader, a, &csv_limits_default, csv_read_memory, &memory));
    for (bool is_first = true;; is_first = false) {
        TRY(csv_read(&reader, &row));
        if (row.kind == CSV_END)
            return NULL;
        if (is_first)
            find_columns(&row, at);
        else if (row.kind == CSV_ROW)
            TRY(read_row(a, &row, at, photos, count));
    }
}

/* ---- who gets which ---- */

static const struct err *give(struct gathered *g, size_t file, struct demo_photo *ret)
{
    g->is_taken[file] = true;
    ret->name = g->names[file];
    TRY(str_fmt(g->arena, &ret->path, "%s/%.*s", g->root, STR_ARG(ret->name)));
    return alt_of_name(g->arena, ret->name, &ret->alt);
}

/* The best pair first, so that "teapot-glass" is the glass jug's although it would do for any
 * teapot. */
static const struct err *give_by_words(struct gathered *g, const struct art_piece *const *pieces,
                                       size_t count, struct demo_photo *photos, size_t *ret_given)
{
    for (int worth = FITS_BY_NAME; worth > FITS_BY_NAME - 8; worth--)
        for (size_t i = 0; i < count; i++)
            for (size_t f = 0; f < g->count && str_is_absent(photos[i].path); f++)
                if (!g->is_taken[f] && demo_photo_fits(g->names[f], pieces[i]->name) == worth) {
                    TRY(give(g, f, &photos[i]));
                    ++*ret_given;
                }
    return NULL;
}

const struct err *demo_photos_choose(struct arena *a, const char *folder,
                                     const struct art_piece *const *pieces, size_t count,
                                     struct demo_photo **ret)
{
    struct gathered *g;
    size_t given = 0;
    TRY_NEW(a, g);
    TRY_NEW_ARRAY(a, *ret, count);
    g->arena = a;
    g->root = folder;
    TRY(gather(g, S(""), 0));
    qsort(g->names, g->count, sizeof g->names[0], by_name);
    for (size_t i = 0; i < count; i++)
        (*ret)[i].path = STR_NONE;
    TRY(give_by_words(g, pieces, count, *ret, &given));
    if (given == 0) {
        for (; given < count && given < g->count; given++)
            TRY(give(g, given, &(*ret)[given]));
    }
    TRY(read_licences(a, folder, *ret, count));
    if (g->others > NAMED_MAX)
        printf("demo: and %d more files that are no pictures\n", g->others - NAMED_MAX);
    printf("demo: %zu of %zu pictures from %s, the others are drawn", given, count, folder);
    if (g->count > given)
        printf("; %zu photographs fit none", g->count - given);
    printf("\n");
    return NULL;
}
