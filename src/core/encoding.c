/* Duty: see encoding.h. */
#include "core/encoding.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include "base/utf8.h"

enum { INPUT_BYTES = 64 * 1024, PIVOT_UNITS = 32 * 1024, ZEROS_PERCENT = 20 };

/* ---- guessing ---- */

static void put(char ret[static ENCODING_NAME_MAX], const char *name)
{
    (void)snprintf(ret, ENCODING_NAME_MAX, "%s", name);
}

/* UTF-16 without a mark: many zeros, nearly all on one side of each pair. */
static const char *utf16_by_zeros(str head)
{
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < head.len; i++)
        zeros[i % 2] += head.ptr[i] == '\0';
    if (zeros[1] * 100 > head.len / 2 * ZEROS_PERCENT && zeros[0] * 10 < zeros[1])
        return "UTF-16LE";
    if (zeros[0] * 100 > head.len / 2 * ZEROS_PERCENT && zeros[1] * 10 < zeros[0])
        return "UTF-16BE";
    return NULL;
}

/* The last character may be cut off. */
static bool is_utf8(str head)
{
    for (size_t cut = 0; cut < 4 && cut <= head.len; cut++)
        if (utf8_is_valid(str_sub(head, 0, head.len - cut)))
            return true;
    return false;
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

static bool detect(str head, char ret[static ENCODING_NAME_MAX])
{
    UErrorCode status = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status))
        return false;
    ucsdet_setText(detector, head.ptr, (int32_t)head.len, &status);
    const UCharsetMatch *match = ucsdet_detect(detector, &status);
    const char *name = U_FAILURE(status) || match == NULL ? NULL : ucsdet_getName(match, &status);
    bool is_found = U_SUCCESS(status) && name != NULL && strncmp(name, "UTF-", 4) != 0 &&
                    strlen(name) < ENCODING_NAME_MAX;
    if (is_found)
        put(ret, strcmp(name, "ISO-8859-1") == 0 ? "windows-1252" : name);
    ucsdet_close(detector);
    return is_found;
}

void encoding_guess(str head, char ret[static ENCODING_NAME_MAX])
{
    const char *wide = NULL;
    if (str_starts(head, S("\xff\xfe")))
        wide = "UTF-16LE";
    else if (str_starts(head, S("\xfe\xff")))
        wide = "UTF-16BE";
    else if (!str_is_empty(head))
        wide = utf16_by_zeros(head);
    if (wide != NULL || is_utf8(head))
        put(ret, wide != NULL ? wide : "UTF-8");
    else if (looks_like_gbk(head))
        put(ret, "GB18030");
    else if (!detect(head, ret))
        put(ret, "windows-1252");
}

/* ---- reading ---- */

struct encoding_reader {
    FILE *file;
    UConverter *from, *to;
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
    TRY_NEW_ARRAY(a, r->pivot, PIVOT_UNITS);
    TRY_NEW_ARRAY(a, r->input, INPUT_BYTES);
    r->file = file;
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
    rewind(file);
    *ret = r;
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
