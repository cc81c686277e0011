/* What kind of file this is, by its first bytes; its separator; and its head, for every reader
 * here. */
#include "catalog_import/import_format.h"
#include "core/encoding.h"

#include <errno.h>

enum { HEAD_BYTES = 16 * 1024 };

const struct err *import_head_check(struct arena *a, str bytes)
{
    switch (encoding_kind_of(bytes)) {
    case ENCODING_EMPTY:
        return ERR(a, ERR_INVALID, "import.empty", "nothing in it");
    case ENCODING_SPREADSHEET:
        return ERR(a, ERR_INVALID, "import.spreadsheet", "by its first bytes");
    case ENCODING_UTF16:
        return ERR(a, ERR_INVALID, "import.utf16", "by its first bytes");
    case ENCODING_OTHER:
        return ERR(a, ERR_INVALID, "import.not_csv", "by its first bytes");
    case ENCODING_KIND_UNSET:
    case ENCODING_TEXT:
    default:
        return NULL;
    }
}

/* The separator that stands most often in the first line. */
char import_head_separator(str bytes)
{
    static const char marks[] = {',', ';', '\t'};
    size_t counts[COUNT(marks)] = {0}, best = 0;
    bool is_quoted = false;
    for (size_t i = 0;
         i < bytes.len && (is_quoted || (bytes.ptr[i] != '\n' && bytes.ptr[i] != '\r')); i++) {
        is_quoted = is_quoted != (bytes.ptr[i] == '"');
        for (size_t m = 0; m < COUNT(marks); m++)
            counts[m] += !is_quoted && bytes.ptr[i] == marks[m];
    }
    for (size_t m = 1; m < COUNT(marks); m++)
        if (counts[m] > counts[best])
            best = m;
    return marks[best];
}

const struct err *import_head_read(struct arena *a, struct csv_reader *csv, struct csv_row *ret)
{
    TRY(csv_read(csv, ret));
    if (ret->kind == CSV_END)
        return ERR(a, ERR_INVALID, "import.empty", "no line");
    if (ret->kind != CSV_BAD)
        return NULL;
    const char *key = ret->problem == CSV_NOT_UTF8         ? "import.not_utf8"
                      : ret->problem == CSV_TOO_MANY_CELLS ? "import.too_many_columns"
                                                           : "import.not_csv";
    return ERR(a, ERR_INVALID, key, "head: %s", csv_problem_key(ret->problem));
}

const struct err *import_file_read(void *self, char *bytes, size_t space, size_t *ret_count)
{
    FILE *file = self;
    *ret_count = fread(bytes, 1, space, file);
    static const struct err trouble = {.kind = ERR_UNAVAILABLE, .key = "file.trouble"};
    return *ret_count == 0 && ferror(file) != 0 ? &trouble : NULL;
}

const struct err *import_file_open(struct arena *a, const char *path, FILE **ret)
{
    *ret = fopen(path, "rbe");
    if (*ret != NULL)
        return NULL;
    return err_with_arg(a,
                        ERR(a, errno == ENOENT ? ERR_NOT_FOUND : ERR_UNAVAILABLE, "import.no_file",
                            "%s: errno %d", path, errno),
                        str_c(path));
}

const struct err *import_head_bytes(struct arena *a, FILE *file, str *ret)
{
    char *head;
    TRY_NEW_ARRAY(a, head, HEAD_BYTES);
    rewind(file);
    *ret = (str){head, fread(head, 1, HEAD_BYTES, file)};
    rewind(file);
    return NULL;
}

static const struct err *open_source(struct arena *a, struct import_source *s)
{
    struct csv_limits limits = csv_limits_default;
    struct csv_row row;
    str bytes;
    TRY(import_head_bytes(a, s->file, &bytes));
    TRY(import_head_check(a, bytes));
    limits.separator = import_head_separator(bytes);
    TRY(csv_reader_init(&s->csv, a, &limits, import_file_read, s->file));
    TRY(import_head_read(a, &s->csv, &row));
    TRY_NEW_ARRAY(a, s->head, row.count);
    for (size_t i = 0; i < row.count; i++)
        TRY(str_dup(a, str_trim(row.cells[i]), &s->head[i]));
    s->column_count = row.count;
    return NULL;
}

const struct err *import_source_open(struct arena *a, const char *path, struct import_source *ret)
{
    *ret = (struct import_source){.path = path};
    TRY(import_file_open(a, path, &ret->file));
    const struct err *e = open_source(a, ret);
    if (e != NULL)
        import_source_close(ret);
    return e;
}

void import_source_close(struct import_source *s)
{
    if (s->file != NULL)
        fclose(s->file);
    s->file = NULL;
}

/* ---- which format ---- */

static const struct import_format *const formats[] = {
    &import_woocommerce, &import_spree,   &import_spree_texts, &import_medusa,
    &import_medusa_v1,   &import_vendure, &import_feed,        &import_litemall};

static bool has_column(const struct import_source *s, const char *name)
{
    for (size_t i = 0; i < s->column_count; i++)
        if (str_eq_nocase(s->head[i], str_c(name)))
            return true;
    return false;
}

/* How many signs it shows; 0: not all of them. */
static size_t signs_of(const struct import_source *s, const struct import_layout *layout)
{
    size_t count = 0;
    while (count < IMPORT_SIGNS_MAX && layout->signs[count] != NULL)
        if (!has_column(s, layout->signs[count++]))
            return 0;
    return count;
}

static const struct import_format *recognise(struct import_source *s)
{
    const struct import_format *found = NULL;
    size_t best = 0;
    for (size_t f = 0; f < COUNT(formats); f++)
        for (size_t l = 0; l < formats[f]->layout_count; l++) {
            size_t signs = signs_of(s, &formats[f]->layouts[l]);
            if (signs <= best)
                continue;
            best = signs;
            found = formats[f];
            s->layout = &formats[f]->layouts[l];
        }
    return found;
}

const struct err *import_recognise(struct arena *a, struct import_source *sources, size_t count,
                                   const struct import_format **ret)
{
    bool has_main = false;
    *ret = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct import_format *found = recognise(&sources[i]);
        if (count > 1 && (found == NULL || (i > 0 && found != *ret)))
            return ERR(a, ERR_INVALID, "import.mixed_files", "file %zu", i);
        *ret = found;
        for (size_t k = i; k > 0 && found != NULL && sources[k].layout < sources[k - 1].layout;
             k--) {
            struct import_source moved = sources[k];
            sources[k] = sources[k - 1];
            sources[k - 1] = moved;
        }
        has_main = has_main || found == NULL || !sources[0].layout->is_companion;
    }
    return has_main ? NULL : ERR(a, ERR_INVALID, "import.companion", "no main file");
}

/* ---- which rule reads which column ---- */

static bool matches(str head, str pattern, str *ret_star)
{
    ptrdiff_t star = str_find_char(pattern, '*');
    *ret_star = S("");
    if (star < 0)
        return str_eq_nocase(head, pattern);
    str before = str_sub(pattern, 0, (size_t)star), after = str_from(pattern, (size_t)star + 1);
    if (head.len < before.len + after.len || !str_starts_nocase(head, before) ||
        !str_eq_nocase(str_from(head, head.len - after.len), after))
        return false;
    *ret_star = str_sub(head, before.len, head.len - before.len - after.len);
    return true;
}

const struct err *import_source_bind(struct arena *a, struct import_source *s)
{
    TRY_NEW_ARRAY(a, s->places, s->column_count);
    for (size_t i = 0; i < s->column_count; i++)
        for (size_t r = 0; r < s->layout->rule_count && s->places[i].rule == NULL; r++)
            if (s->layout->is_literal
                    ? str_eq(s->head[i], s->layout->rules[r].theirs)
                    : matches(s->head[i], s->layout->rules[r].theirs, &s->places[i].star))
                s->places[i].rule = &s->layout->rules[r];
    return NULL;
}
