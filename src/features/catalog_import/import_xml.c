/* A product feed in XML (Google's RSS and Atom) as a table: a line per item, a column per element,
 * by its local name; what repeats stands in one cell with commas between. Nothing outside the file
 * is read, no entity of its own is expanded.
 */
#include <errno.h>
#include <libxml/xmlreader.h>
#include <string.h>

#include "base/csv.h"
#include "catalog_import/import_format.h"

enum {
    ELEMENTS_MAX = 200,
    TAG_MAX = 60,
    VALUE_MAX = 256 * 1024,
    ITEM_MIB = 16,
    ITEMS_MAX = IMPORT_LINES_MAX
};

struct table {
    struct arena *arena;      /* of the names */
    str names[ELEMENTS_MAX];
    size_t count;
};

static str text_of(const xmlChar *text)
{
    return str_c((const char *)text);
}

static bool is_item(xmlTextReaderPtr reader)
{
    str name = text_of(xmlTextReaderConstLocalName(reader));
    return xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT &&
           (str_eq(name, S("item")) || str_eq(name, S("entry")));
}

static int column_of(const struct table *t, str name)
{
    for (size_t i = 0; i < t->count; i++)
        if (str_eq(t->names[i], name))
            return (int)i;
    return -1;
}

static const struct err *note_name(struct table *t, str name)
{
    if (column_of(t, name) >= 0 || t->count == ELEMENTS_MAX || name.len > TAG_MAX)
        return NULL;
    return str_dup(t->arena, name, &t->names[t->count++]);
}

static const struct err *broken(struct arena *a, xmlTextReaderPtr reader)
{
    str line;
    TRY(str_fmt(a, &line, "%d", xmlTextReaderGetParserLineNumber(reader)));
    return err_with_arg(a, ERR(a, ERR_INVALID, "import.bad_xml", "line %.*s", STR_ARG(line)), line);
}

/* The children of the item the reader stands on; it is left at the item's end. `cells` NULL: their
 * names alone. */
static const struct err *read_item(struct arena *a, xmlTextReaderPtr reader, struct table *t,
                                   struct strbuf *cells)
{
    int depth = xmlTextReaderDepth(reader), at = -1,
        more = xmlTextReaderIsEmptyElement(reader) ? 0 : 1;
    while (more == 1 && (more = xmlTextReaderRead(reader)) == 1 &&
           xmlTextReaderDepth(reader) > depth) {
        int type = xmlTextReaderNodeType(reader);
        bool is_child = xmlTextReaderDepth(reader) == depth + 1;
        if (type == XML_READER_TYPE_ELEMENT && is_child) {
            str name = text_of(xmlTextReaderConstLocalName(reader));
            TRY(note_name(t, name));
            at = column_of(t, name);
            if (cells != NULL && at >= 0 && cells[at].len > 0)
                strbuf_add_char(&cells[at], ',');
        } else if ((type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) &&
                   cells != NULL && at >= 0 && xmlTextReaderDepth(reader) == depth + 2) {
            strbuf_add(&cells[at], text_of(xmlTextReaderConstValue(reader)));
        }
    }
    return more < 0 ? broken(a, reader) : NULL;
}

static const struct err *write_item(struct arena *a, xmlTextReaderPtr reader, struct table *t,
                                    FILE *out)
{
    struct csv_writer w;
    struct strbuf sb, *cells;
    str text;
    TRY_NEW_ARRAY(a, cells, ELEMENTS_MAX);
    for (size_t i = 0; i < t->count; i++)
        strbuf_init(&cells[i], a, VALUE_MAX);
    TRY(read_item(a, reader, t, cells));
    strbuf_init(&sb, a, MiB(ITEM_MIB));
    csv_writer_init(&w, &sb);
    for (size_t i = 0; i < t->count; i++)
        csv_write_str(&w, strbuf_view(&cells[i]));
    csv_write_row_end(&w);
    TRY(strbuf_finish(&sb, &text));
    return fwrite(text.ptr, 1, text.len, out) == text.len
               ? NULL
               : ERR(a, ERR_UNAVAILABLE, "error.disk", "errno %d", errno);
}

static const struct err *write_head(struct arena *a, const struct table *t, FILE *out)
{
    struct csv_writer w;
    struct strbuf sb;
    str text;
    strbuf_init(&sb, a, MiB(1));
    csv_writer_init(&w, &sb);
    for (size_t i = 0; i < t->count; i++)
        csv_write_str(&w, t->names[i]);
    csv_write_row_end(&w);
    TRY(strbuf_finish(&sb, &text));
    return fwrite(text.ptr, 1, text.len, out) == text.len
               ? NULL
               : ERR(a, ERR_UNAVAILABLE, "error.disk", "errno %d", errno);
}

/* Once for the names (`out` NULL), once for the cells. */
static const struct err *walk(struct arena *a, const char *path, struct table *t, FILE *out)
{
    xmlTextReaderPtr reader =
        xmlReaderForFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const struct err *e =
        reader == NULL ? ERR(a, ERR_UNAVAILABLE, "file.trouble", "%s", path) : NULL;
    struct arena item;
    int more = 1, items = 0;
    arena_init(&item, MiB(3 * ITEM_MIB));
    while (e == NULL && (more = xmlTextReaderRead(reader)) == 1) {
        struct arena_mark mark = arena_get_mark(&item);
        if (!is_item(reader))
            continue;
        if (++items > ITEMS_MAX)
            e = ERR(a, ERR_INVALID, "import.too_many_lines", "%d items", items);
        else
            e = out == NULL ? read_item(&item, reader, t, NULL) : write_item(&item, reader, t, out);
        if (e != NULL)
            e = err_with_arg(a, ERR(a, e->kind, e->key, "%.*s", STR_ARG(e->detail)),
                             str_is_absent(e->args[0]) ? S("") : e->args[0]);
        arena_rewind(&item, mark);
    }
    if (e == NULL && more < 0)
        e = broken(a, reader);
    if (e == NULL && items == 0)
        e = ERR(a, ERR_INVALID, "import.not_csv", "XML without items");
    arena_done(&item);
    xmlFreeTextReader(reader);
    return e;
}

bool import_is_xml(str head)
{
    str text = str_starts(head, S("\xef\xbb\xbf")) ? str_from(head, 3) : head;
    text = str_trim(text);
    return str_starts(text, S("<?xml")) || str_starts(text, S("<rss")) ||
           str_starts(text, S("<feed"));
}

const struct err *import_xml_table(struct arena *a, const char *path, const char *to)
{
    struct table *t;
    TRY_NEW(a, t);
    t->arena = a;
    TRY(walk(a, path, t, NULL));
    FILE *out = fopen(to, "wbe");
    if (out == NULL)
        return err_with_arg(a, ERR(a, ERR_UNAVAILABLE, "import.no_write", "errno %d", errno),
                            str_c(to));
    const struct err *e = write_head(a, t, out);
    if (e == NULL)
        e = walk(a, path, t, out);
    if (fclose(out) != 0 && e == NULL)
        e = ERR(a, ERR_UNAVAILABLE, "error.disk", "close: errno %d", errno);
    return e;
}
