/* Files that are not UTF-8: UTF-16 with or without a mark, and the older encodings that
 * spreadsheets write, through ICU.
 *
 * A file is taken as UTF-8 unless most of its letters beyond ASCII are none: then one bad line is
 * that line's problem. See import_format.h.
 */
#include <errno.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"
#include "catalog_import/import_format.h"

enum { CHUNK = 64 * 1024, SAMPLE = 256 * 1024, CONFIDENCE_MIN = 10 };

/* Letters of more than one byte that are UTF-8, and bytes that are not. */
static void count_letters(str bytes, size_t *ret_good, size_t *ret_bad)
{
    str rest = bytes;
    while (!str_is_empty(rest)) {
        uint32_t point;
        if ((unsigned char)rest.ptr[0] < 0x80) {
            rest = str_from(rest, 1);
        } else if (utf8_next(&rest, &point)) {
            (*ret_good)++;
        } else {
            rest = str_from(rest, 1);
            (*ret_bad)++;
        }
    }
}

static const char *utf16_of(str bytes)
{
    if (bytes.len < 2)
        return NULL;
    if (str_starts(bytes, S("\xff\xfe")) || (bytes.ptr[0] != '\0' && bytes.ptr[1] == '\0'))
        return "UTF-16LE";
    return str_starts(bytes, S("\xfe\xff")) || (bytes.ptr[0] == '\0' && bytes.ptr[1] != '\0')
               ? "UTF-16BE"
               : NULL;
}

/* The one that ICU finds likeliest among those people really send; NULL: none. */
static const char *detect(str bytes)
{
    static const char *const known[] = {
        "GB18030",      "Big5",         "Shift_JIS",  "EUC-JP",       "EUC-KR",
        "windows-1252", "ISO-8859-1",   "ISO-8859-2", "windows-1250", "windows-1251",
        "KOI8-R",       "windows-1254", "ISO-8859-9", "windows-1253", "ISO-8859-7"};
    const char *found = NULL;
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status))
        return NULL;
    ucsdet_setText(detector, bytes.ptr, (int32_t)bytes.len, &status);
    const UCharsetMatch **matches = ucsdet_detectAll(detector, &count, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < count && found == NULL; i++) {
        const char *name = ucsdet_getName(matches[i], &status);
        for (size_t k = 0;
             k < COUNT(known) && ucsdet_getConfidence(matches[i], &status) >= CONFIDENCE_MIN; k++)
            if (strcmp(name, known[k]) == 0)
                found = known[k];
    }
    ucsdet_close(detector);
    return found;
}

static const struct err *convert(struct arena *a, UConverter *from, FILE *in, FILE *out)
{
    UErrorCode status = U_ZERO_ERROR;
    char *bytes, *text;
    UChar *wide;
    bool is_end = false;
    TRY_NEW_ARRAY(a, bytes, CHUNK);
    TRY_NEW_ARRAY(a, wide, CHUNK);
    TRY_NEW_ARRAY(a, text, 3 * CHUNK);
    while (!is_end) {
        size_t count = fread(bytes, 1, CHUNK, in);
        is_end = count < CHUNK;
        const char *at = bytes;
        do {
            UChar *to = wide;
            int32_t len = 0;
            status = U_ZERO_ERROR;
            ucnv_toUnicode(from, &to, wide + CHUNK, &at, bytes + count, NULL, is_end, &status);
            if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
                return ERR(a, ERR_INVALID, "import.not_utf8", "ICU: %s", u_errorName(status));
            UErrorCode wrote = U_ZERO_ERROR;
            (void)u_strToUTF8WithSub(text, 3 * CHUNK, &len, wide, (int32_t)(to - wide), 0xfffd,
                                     NULL, &wrote);
            if (U_FAILURE(wrote) || fwrite(text, 1, (size_t)len, out) != (size_t)len)
                return ERR(a, ERR_UNAVAILABLE, "error.disk", "write: errno %d", errno);
        } while (status == U_BUFFER_OVERFLOW_ERROR);
    }
    return NULL;
}

static const struct err *decode(struct arena *a, const char *encoding, FILE *in, const char *to)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *from = ucnv_open(encoding, &status);
    if (U_FAILURE(status))
        return ERR(a, ERR_BUG, "error.bug", "ICU: %s", u_errorName(status));
    FILE *out = fopen(to, "wbe");
    const struct err *e =
        out == NULL ? err_with_arg(a, ERR(a, ERR_UNAVAILABLE, "import.no_write", "errno %d", errno),
                                   str_c(to))
                    : convert(a, from, in, out);
    if (out != NULL && fclose(out) != 0 && e == NULL)
        e = ERR(a, ERR_UNAVAILABLE, "error.disk", "close: errno %d", errno);
    ucnv_close(from);
    return e;
}

static const struct err *look(struct arena *a, FILE *file, const char **ret_encoding)
{
    size_t good = 0, bad = 0;
    char *sample;
    TRY_NEW_ARRAY(a, sample, SAMPLE);
    str bytes = {sample, fread(sample, 1, SAMPLE, file)};
    rewind(file);
    *ret_encoding = utf16_of(bytes);
    if (*ret_encoding != NULL)
        return NULL;
    /* A NUL is no letter of any of these: a program, a picture. */
    if (str_find_char(bytes, '\0') >= 0)
        return NULL;
    count_letters(bytes, &good, &bad);
    if (bad > good + 1)
        *ret_encoding = detect(bytes);
    return NULL;
}

const struct err *import_decode(struct arena *a, const char *path, const char *to,
                                bool *ret_is_decoded)
{
    const char *encoding = NULL;
    FILE *file;
    str head;
    *ret_is_decoded = false;
    TRY(import_file_open(a, path, &file));
    const struct err *e = import_head_bytes(a, file, &head);
    /* Spreadsheets, pictures and so on are answered by their names. */
    if (e == NULL && import_is_xml(head)) {
        fclose(file);
        *ret_is_decoded = true;
        return import_xml_table(a, path, to);
    }
    if (e == NULL && import_head_check(a, head) != NULL && utf16_of(head) == NULL)
        encoding = NULL;
    else if (e == NULL)
        e = look(a, file, &encoding);
    if (e == NULL && encoding != NULL) {
        e = decode(a, encoding, file, to);
        *ret_is_decoded = e == NULL;
    }
    fclose(file);
    return e;
}
