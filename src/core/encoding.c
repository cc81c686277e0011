/* Duty: see encoding.h. */
#include "core/encoding.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"

enum {
    INPUT_BYTES = 64 * 1024,
    PIVOT_UNITS = 32 * 1024,
    UTF16_ZEROS_PERCENT = 20,
    BINARY_ZEROS_PERCENT = 1,
    ZEROS_FEW = 3,
    CONFIDENCE_MIN = 10,
    LETTER_BYTES_MAX = 4
};

/* ---- guessing ---- */

/* By its mark; or many zeros, nearly all on one side of each pair. NULL: it is none. */
static const char *utf16_of(str head)
{
    size_t zeros[2] = {0, 0};
    if (str_starts(head, S("\xff\xfe")))
        return "UTF-16LE";
    if (str_starts(head, S("\xfe\xff")))
        return "UTF-16BE";
    for (size_t i = 0; i < head.len; i++)
        zeros[i % 2] += head.ptr[i] == '\0';
    if (zeros[1] * 100 > head.len / 2 * UTF16_ZEROS_PERCENT && zeros[0] * 10 < zeros[1])
        return "UTF-16LE";
    if (zeros[0] * 100 > head.len / 2 * UTF16_ZEROS_PERCENT && zeros[1] * 10 < zeros[0])
        return "UTF-16BE";
    return NULL;
}

/* Letters of more than one byte that are UTF-8 against bytes that are not; the last may be cut off.
 */
static bool is_mostly_utf8(str head)
{
    size_t good = 0, bad = 0;
    for (str rest = head; !str_is_empty(rest);) {
        uint32_t point;
        if ((unsigned char)rest.ptr[0] < 0x80) {
            rest = str_from(rest, 1);
        } else if (utf8_next(&rest, &point)) {
            good++;
        } else {
            bad += rest.len >= LETTER_BYTES_MAX;
            rest = str_from(rest, 1);
        }
    }
    return bad <= good;
}

/* Chinese files are GBK far more often than ICU's detection believes on short texts: pairs that all
 * decode count. */
static bool looks_like_gbk(str head)
{
    size_t pairs = 0, strangers = 0;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.ptr[i];
        if (c < 0x80)
            continue;
        unsigned char next = i + 1 < head.len ? (unsigned char)head.ptr[i + 1] : 0x40;
        bool is_common = c >= 0xb0 && c <= 0xf7 && next >= 0xa1;   /* GB2312's ideographs */
        bool is_mark = c >= 0xa1 && c <= 0xa9 && next >= 0xa1;
        pairs += is_common || is_mark;
        strangers += !is_common && !is_mark;
        i++;
    }
    return pairs >= 4 && strangers * 20 <= pairs;
}

/* The one that ICU finds likeliest among those people really send; NULL: none. */
static const char *detect(str head)
{
    static const char *const known[] = {
        "GB18030",      "Big5",         "Shift_JIS",    "EUC-JP",       "EUC-KR",
        "windows-1252", "ISO-8859-1",   "ISO-8859-2",   "windows-1250", "windows-1251",
        "KOI8-R",       "windows-1254", "ISO-8859-9",   "windows-1253", "ISO-8859-7",
        "ISO-8859-5",   "windows-1255", "windows-1256", "ISO-8859-6",   "ISO-8859-8"};
    const char *found = NULL;
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status))
        return NULL;
    ucsdet_setText(detector, head.ptr, (int32_t)head.len, &status);
    const UCharsetMatch **matches = ucsdet_detectAll(detector, &count, &status);
    for (int32_t i = 0; U_SUCCESS(status) && i < count && found == NULL; i++) {
        const char *name = ucsdet_getName(matches[i], &status);
        bool is_sure = ucsdet_getConfidence(matches[i], &status) >= CONFIDENCE_MIN;
        for (size_t k = 0; k < COUNT(known) && is_sure && U_SUCCESS(status); k++)
            if (strcmp(name, known[k]) == 0)
                found = known[k];
    }
    ucsdet_close(detector);
    return found;
}

void encoding_guess(str head, char ret[static ENCODING_NAME_MAX])
{
    const char *name = utf16_of(head);
    if (name == NULL && is_mostly_utf8(head))
        name = "UTF-8";
    if (name == NULL && looks_like_gbk(head))
        name = "GB18030";
    if (name == NULL)
        name = detect(head);
    if (name == NULL || strcmp(name, "ISO-8859-1") == 0)
        name = "windows-1252";
    (void)snprintf(ret, ENCODING_NAME_MAX, "%s", name);
}

enum encoding_kind encoding_kind_of(str head)
{
    static const struct {
        str begins;
        enum encoding_kind kind;
    } kinds[] = {{STR_INIT("PK\x03\x04"), ENCODING_SPREADSHEET},
                 {STR_INIT("\xd0\xcf\x11\xe0"), ENCODING_SPREADSHEET},
                 {STR_INIT("%PDF"), ENCODING_OTHER},
                 {STR_INIT("\x1f\x8b"), ENCODING_OTHER},
                 {STR_INIT("<"), ENCODING_OTHER},
                 {STR_INIT("{"), ENCODING_OTHER},
                 {STR_INIT("["), ENCODING_OTHER},
                 {STR_INIT("\xff\xd8\xff"), ENCODING_OTHER},
                 {STR_INIT("\x89PNG"), ENCODING_OTHER},
                 {STR_INIT("\x7f"
                           "ELF"),
                  ENCODING_OTHER}};
    if (str_starts(head, S("\xef\xbb\xbf")))
        head = str_from(head, 3);
    head = str_trim(head);
    if (str_is_empty(head))
        return ENCODING_EMPTY;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_starts(head, kinds[i].begins))
            return kinds[i].kind;
    if (utf16_of(head) != NULL)
        return ENCODING_UTF16;
    size_t zeros = 0; /* a few are bad lines */
    for (size_t i = 0; i < head.len; i++)
        zeros += head.ptr[i] == '\0';
    return zeros > ZEROS_FEW && zeros * 100 > head.len * BINARY_ZEROS_PERCENT ? ENCODING_OTHER
                                                                              : ENCODING_TEXT;
}

/* ---- reading ---- */

struct encoding_reader {
    FILE *file;
    UConverter *from, *to;    /* NULL: it is UTF-8 */
    UChar *pivot, *pivot_source, *pivot_target;
    char *input;
    const char *at, *end;
    bool is_begun, is_ended, is_over;
};

static void close_reader(void *p)
{
    struct encoding_reader *r = p;
    if (r->from != NULL)
        ucnv_close(r->from);
    if (r->to != NULL)
        ucnv_close(r->to);
}

const struct err *encoding_open(struct arena *a, FILE *file, const char *encoding,
                                struct encoding_reader **ret)
{
    UErrorCode status = U_ZERO_ERROR;
    struct encoding_reader *r;
    TRY_NEW(a, r);
    TRY_NEW_ARRAY(a, r->input, INPUT_BYTES);
    rewind(file);
    r->file = file;
    *ret = r;
    if (strcmp(encoding, "UTF-8") == 0)
        return NULL;
    TRY_NEW_ARRAY(a, r->pivot, PIVOT_UNITS);
    r->at = r->end = r->input;
    r->pivot_source = r->pivot_target = r->pivot;
    if (!arena_defer(a, close_reader, r))
        return &err_out_of_memory;
    r->from = ucnv_open(encoding, &status);
    if (U_FAILURE(status))
        return err_with_arg(a, ERR(a, ERR_INVALID, "error.charset", "%s", u_errorName(status)),
                            str_c(encoding));
    r->to = ucnv_open("UTF-8", &status);
    if (U_FAILURE(status))
        return ERR(a, ERR_BUG, "error.bug", "ICU: %s", u_errorName(status));
    return NULL;
}

/* More input; at the very beginning without its byte order mark. */
static bool fill(struct encoding_reader *r)
{
    static const str marks[] = {STR_INIT("\xef\xbb\xbf"), STR_INIT("\xff\xfe"),
                                STR_INIT("\xfe\xff")};
    size_t got = fread(r->input, 1, INPUT_BYTES, r->file);
    r->at = r->input;
    r->end = r->input + got;
    r->is_ended = got == 0;
    for (size_t i = 0; !r->is_begun && i < COUNT(marks); i++)
        if (str_starts((str){r->input, got}, marks[i])) {
            r->at += marks[i].len;
            break;
        }
    r->is_begun = true;
    return ferror(r->file) == 0;
}

const struct err *encoding_read(void *self, char *bytes, size_t space, size_t *ret_count)
{
    static const struct err trouble = {.kind = ERR_UNAVAILABLE, .key = "file.trouble"};
    struct encoding_reader *r = self;
    char *out = bytes;
    while (out == bytes && !r->is_over) {
        UErrorCode status = U_ZERO_ERROR;
        if (r->at == r->end && !r->is_ended && !fill(r))
            return &trouble;
        if (r->from == NULL) {
            size_t left = (size_t)(r->end - r->at), count = left < space ? left : space;
            memcpy(out, r->at, count);
            r->at += count;
            out += count;
            r->is_over = r->is_ended;
            continue;
        }
        ucnv_convertEx(r->to, r->from, &out, bytes + space, &r->at, r->end, r->pivot,
                       &r->pivot_source, &r->pivot_target, r->pivot + PIVOT_UNITS, false,
                       r->is_ended, &status);
        if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
            return &trouble;
        r->is_over = r->is_ended && status != U_BUFFER_OVERFLOW_ERROR;
    }
    *ret_count = (size_t)(out - bytes);
    return NULL;
}
