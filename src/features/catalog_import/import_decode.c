/* Files that are not UTF-8, and feeds in XML, as what every reader here takes: see import_format.h.
 */
#include <errno.h>
#include <string.h>

#include "catalog_import/import_format.h"
#include "core/encoding.h"

enum { CHUNK = 64 * 1024 };

static const struct err *convert(struct arena *a, struct encoding_reader *from, FILE *out)
{
    char *bytes;
    size_t count;
    TRY_NEW_ARRAY(a, bytes, CHUNK);
    do {
        TRY(encoding_read(from, bytes, CHUNK, &count));
        if (fwrite(bytes, 1, count, out) != count)
            return ERR(a, ERR_UNAVAILABLE, "error.disk", "write: errno %d", errno);
    } while (count > 0);
    return NULL;
}

static const struct err *decode(struct arena *a, const char *encoding, FILE *in, const char *to)
{
    struct encoding_reader *from;
    TRY(encoding_open(a, in, encoding, &from));
    FILE *out = fopen(to, "wbe");
    if (out == NULL)
        return err_with_arg(a, ERR(a, ERR_UNAVAILABLE, "import.no_write", "errno %d", errno),
                            str_c(to));
    const struct err *e = convert(a, from, out);
    if (fclose(out) != 0 && e == NULL)
        e = ERR(a, ERR_UNAVAILABLE, "error.disk", "close: errno %d", errno);
    return e;
}

static const struct err *decode_file(struct arena *a, FILE *file, const char *to,
                                     bool *ret_is_decoded)
{
    char encoding[ENCODING_NAME_MAX], *bytes;
    TRY_NEW_ARRAY(a, bytes, ENCODING_HEAD_BYTES);
    str head = {bytes, fread(bytes, 1, ENCODING_HEAD_BYTES, file)};
    enum encoding_kind kind = encoding_kind_of(head);
    /* Spreadsheets, pictures and so on are answered by their names. */
    if (kind != ENCODING_TEXT && kind != ENCODING_UTF16)
        return NULL;
    encoding_guess(head, encoding);
    *ret_is_decoded = strcmp(encoding, "UTF-8") != 0;
    return *ret_is_decoded ? decode(a, encoding, file, to) : NULL;
}

const struct err *import_decode(struct arena *a, const char *path, const char *to,
                                bool *ret_is_decoded)
{
    FILE *file;
    str head;
    *ret_is_decoded = false;
    TRY(import_file_open(a, path, &file));
    const struct err *e = import_head_bytes(a, file, &head);
    bool is_xml = e == NULL && import_is_xml(head);
    if (e == NULL && !is_xml)
        e = decode_file(a, file, to, ret_is_decoded);
    fclose(file);
    if (e != NULL || !is_xml)
        return e;
    *ret_is_decoded = true;
    return import_xml_table(a, path, to);
}
