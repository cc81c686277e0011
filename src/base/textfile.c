/* Duty: see textfile.h. Not its duty: what languages must agree on (tools/textgen). Threads: pure.
 */
#include "base/textfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

enum { TEXT_MAX_BYTES = 4000, KEY_MAX_BYTES = 100 };

#define FAIL(a, file, line, ...) fail_at((a), (file), (line), __VA_ARGS__)

PRINTF_LIKE(4, 5)
static const struct err *fail_at(struct arena *a, const char *file, int line, const char *fmt, ...)
{
    struct strbuf sb;
    va_list args;
    strbuf_init(&sb, a, 1024);
    strbuf_addf(&sb, "%s:%d: ", file, line);
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    return ERR(a, ERR_INVALID, "error.bad_text", "%.*s", STR_ARG(strbuf_view(&sb)));
}

const struct err *textfile_read(struct arena *a, const char *path, size_t max, str *ret)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return FAIL(a, path, 1, "%s", strerror(errno));
    char *bytes = arena_alloc(a, max + 1);
    if (bytes == NULL) {
        fclose(file);
        return &err_out_of_memory;
    }
    size_t len = fread(bytes, 1, max + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed || len > max)
        return FAIL(a, path, 1, failed ? "cannot be read" : "more than %zu bytes", max);
    bytes[len] = '\0';
    *ret = (str){bytes, len};
    return NULL;
}

static bool is_key(str key)
{
    if (key.len == 0 || key.len > KEY_MAX_BYTES || key.ptr[0] == '.' || key.ptr[key.len - 1] == '.')
        return false;
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'))
            return false;
    }
    return true;
}

/* Resolves escapes and notes the placeholders. */
static const struct err *finish_text(struct arena *a, struct text_entry *entry)
{
    struct strbuf sb;
    str raw = entry->text;
    strbuf_init(&sb, a, TEXT_MAX_BYTES);
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '\\') {
            char next = i + 1 < raw.len ? raw.ptr[++i] : '\0';
            if (next != 'n' && next != '\\')
                return FAIL(a, entry->file, entry->line, "only \\n and \\\\ are escapes");
            strbuf_add_char(&sb, next == 'n' ? '\n' : '\\');
        } else if (c == '{') {
            char digit = i + 2 < raw.len && raw.ptr[i + 2] == '}' ? raw.ptr[i + 1] : 'x';
            if (digit < '0' || digit > '2')
                return FAIL(a, entry->file, entry->line, "placeholders are {0}, {1} and {2}");
            entry->placeholders |= 1u << (digit - '0');
            strbuf_add(&sb, str_sub(raw, i, 3));
            i += 2;
        } else if (c == '}' || ((unsigned char)c < ' ' && c != '\t') || c == 0x7f) {
            return FAIL(a, entry->file, entry->line, "a stray '}' or control character");
        } else {
            strbuf_add_char(&sb, c);
        }
    }
    if (strbuf_view(&sb).len == 0)
        return FAIL(a, entry->file, entry->line, "the text of %.*s is empty", STR_ARG(entry->key));
    return strbuf_finish(&sb, &entry->text);
}

const struct err *textfile_parse(struct arena *a, const char *file, str content,
                                 struct text_table *table)
{
    str rest = str_starts(content, S("\xef\xbb\xbf")) ? str_from(content, 3) : content;
    for (int line_number = 1; !str_is_absent(rest); line_number++) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        ptrdiff_t equals = str_find_char(line, '=');
        str key = equals < 0 ? STR_NONE : str_trim(str_sub(line, 0, (size_t)equals));
        if (!is_key(key))
            return FAIL(a, file, line_number, "expected: key = text, with a key of a-z 0-9 _ .");
        struct text_entry entry = {.key = key, .file = file, .line = line_number};
        struct strbuf joined;
        strbuf_init(&joined, a, TEXT_MAX_BYTES);
        str text = str_trim(str_from(line, (size_t)equals + 1));
        while (text.len > 0 && text.ptr[text.len - 1] == '\\' && !str_ends(text, S("\\\\"))) {
            strbuf_add(&joined, str_sub(text, 0, text.len - 1));
            if (str_is_absent(rest))
                return FAIL(a, file, line_number, "the file ends after a backslash");
            text = str_trim(str_cut(&rest, '\n'));
            line_number++;
        }
        strbuf_add(&joined, text);
        TRY(strbuf_finish(&joined, &entry.text));
        TRY(finish_text(a, &entry));
        struct text_entry *kept = VEC_PUSH(a, table);
        if (kept == NULL)
            return &err_out_of_memory;
        *kept = entry;
    }
    return NULL;
}

static int by_key(const void *x, const void *y)
{
    const struct text_entry *a = x, *b = y;
    int order = str_cmp(a->key, b->key);
    return order != 0 ? order : a->line - b->line;
}

const struct err *text_table_sort(struct arena *a, struct text_table *table)
{
    if (table->count > 0)
        qsort(table->items, table->count, sizeof *table->items, by_key);
    for (size_t i = 1; i < table->count; i++) {
        const struct text_entry *one = &table->items[i - 1], *two = &table->items[i];
        if (str_eq(one->key, two->key))
            return FAIL(a, two->file, two->line, "%.*s stands also at %s:%d", STR_ARG(two->key),
                        one->file, one->line);
    }
    return NULL;
}

const struct text_entry *text_table_find(const struct text_table *table, str key)
{
    struct text_entry wanted = {.key = key};
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(wanted.key, table->items[middle].key);
        if (order == 0)
            return &table->items[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
