/* Duty: see text.h. Not its duty: which words matter (search, flow). */
#include "core/text.h"

#include <unicode/ubrk.h>
#include <unicode/unorm2.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include <pthread.h>

#include "base/utf8.h"

enum { TEXT_MAX_BYTES = 256 * 1024 };

struct wide {
    UChar *text;
    int32_t len;
};

static const struct err *icu_failed(struct arena *a, UErrorCode status)
{
    return ERR(a, ERR_BUG, "error.bug", "ICU: %s", u_errorName(status));
}

static const struct err *to_wide(struct arena *a, str s, struct wide *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    if (s.len > TEXT_MAX_BYTES)
        return ERR(a, ERR_LIMIT, "error.too_large", "text of %zu bytes", s.len);
    TRY_NEW_ARRAY(a, ret->text, s.len + 1);
    u_strFromUTF8WithSub(ret->text, (int32_t)s.len + 1, &ret->len, s.len == 0 ? "" : s.ptr,
                         (int32_t)s.len, 0xfffd, NULL, &status);
    return U_FAILURE(status) ? icu_failed(a, status) : NULL;
}

static const struct err *to_utf8(struct arena *a, const UChar *text, int32_t len, str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t bytes = 0;
    char *out = arena_alloc(a, (size_t)len * 3 + 1);
    if (out == NULL)
        return &err_out_of_memory;
    u_strToUTF8(out, len * 3 + 1, &bytes, text, len, &status);
    if (U_FAILURE(status))
        return icu_failed(a, status);
    *ret = (str){out, (size_t)bytes};
    return NULL;
}

/* Normalised into a fresh buffer; a text can grow (U+FDFA is 18 letters), so the size is asked
 * first. */
static const struct err *normalise(struct arena *a, const UNormalizer2 *how, struct wide in,
                                   struct wide *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = unorm2_normalize(how, in.text, in.len, NULL, 0, &status);
    if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR)
        return icu_failed(a, status);
    status = U_ZERO_ERROR;
    TRY_NEW_ARRAY(a, ret->text, (size_t)len + 1);
    ret->len = unorm2_normalize(how, in.text, in.len, ret->text, len + 1, &status);
    return U_FAILURE(status) ? icu_failed(a, status) : NULL;
}

/* Accents of letters go; marks that carry the vowels of Indic and other scripts stay. */
static bool is_accent(UChar32 c)
{
    return c >= 0x300 && c < 0x370;
}

static void drop_accents(struct wide *w)
{
    int32_t to = 0;
    for (int32_t i = 0; i < w->len; i++)
        if (!is_accent(w->text[i]))
            w->text[to++] = w->text[i];
    w->len = to;
}

static const struct err *fold_wide(struct arena *a, str text, struct wide *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
    const UNormalizer2 *apart = unorm2_getNFDInstance(&status),
                       *together = unorm2_getNFCInstance(&status);
    struct wide wide, folded, parts;
    if (U_FAILURE(status))
        return icu_failed(a, status);
    TRY(to_wide(a, text, &wide));
    TRY(normalise(a, fold, wide, &folded));
    TRY(normalise(a, apart, folded, &parts));
    drop_accents(&parts);
    return normalise(a, together, parts, ret);
}

const struct err *text_fold(struct arena *a, str text, str *ret)
{
    struct wide folded;
    TRY(fold_wide(a, text, &folded));
    return to_utf8(a, folded.text, folded.len, ret);
}

static pthread_key_t iterator_key;
static pthread_once_t iterator_once = PTHREAD_ONCE_INIT;

static void close_iterator(void *p)
{
    ubrk_close(p);
}

static void make_key(void)
{
    if (pthread_key_create(&iterator_key, close_iterator) != 0)
        UNREACHABLE();
}

/* The thread's own word iterator: opening one costs more than most texts. NULL without memory. */
static UBreakIterator *iterator_of_thread(UErrorCode *status)
{
    pthread_once(&iterator_once, make_key);
    UBreakIterator *words = pthread_getspecific(iterator_key);
    if (words == NULL) {
        words = ubrk_open(UBRK_WORD, "en", NULL, 0, status);
        if (U_SUCCESS(*status) && pthread_setspecific(iterator_key, words) != 0) {
            ubrk_close(words);
            words = NULL;
        }
    }
    return U_SUCCESS(*status) ? words : NULL;
}

const struct err *text_tokens(struct arena *a, str text, size_t max, str **ret, size_t *ret_count)
{
    struct wide folded;
    UErrorCode status = U_ZERO_ERROR;
    VEC(str) tokens = {0};
    *ret = NULL;
    *ret_count = 0;
    TRY(fold_wide(a, text, &folded));
    UBreakIterator *words = iterator_of_thread(&status);
    if (words == NULL)
        return U_FAILURE(status) ? icu_failed(a, status) : &err_out_of_memory;
    ubrk_setText(words, folded.text, folded.len, &status);
    if (U_FAILURE(status))
        return icu_failed(a, status);
    int32_t from = ubrk_first(words);
    for (int32_t to = ubrk_next(words); to != UBRK_DONE && tokens.count < max;
         to = ubrk_next(words)) {
        if (ubrk_getRuleStatus(words) >= UBRK_WORD_NONE_LIMIT) {
            str *token = VEC_PUSH(a, &tokens);
            if (token == NULL)
                return &err_out_of_memory;
            TRY(to_utf8(a, folded.text + from, to - from, token));
            *token = utf8_cut_bytes(*token, TEXT_TOKEN_MAX_BYTES);
        }
        from = to;
    }
    ubrk_setText(words, NULL, 0, &status); /* the arena's text ends before the thread does */
    *ret = tokens.items;
    *ret_count = tokens.count;
    return NULL;
}

/* Opened for each text: a transliterator may not be shared, and keeping one per thread costs more
 * than the call. */
static const struct err *to_latin(struct arena *a, str text, str *ret)
{
    static const UChar how[] = u"Any-Latin; Latin-ASCII";
    enum { GROWTH = 12, SPARE = 64 };
    UErrorCode status = U_ZERO_ERROR;
    struct wide wide;
    TRY(to_wide(a, text, &wide));
    int32_t space = wide.len * GROWTH + SPARE, limit = wide.len;
    UChar *out;
    TRY_NEW_ARRAY(a, out, (size_t)space);
    u_memcpy(out, wide.text, wide.len);
    UTransliterator *latin = utrans_openU(how, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_FAILURE(status))
        return icu_failed(a, status);
    utrans_transUChars(latin, out, &wide.len, space, 0, &limit, &status);
    utrans_close(latin);
    return U_FAILURE(status) ? icu_failed(a, status) : to_utf8(a, out, wide.len, ret);
}

static bool is_ascii(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

const struct err *text_slug(struct arena *a, str text, size_t max, str *ret)
{
    enum { POINTS_MAX = 200 };
    struct strbuf sb;
    text = utf8_cut_points(text, POINTS_MAX);
    if (!is_ascii(text))
        TRY(to_latin(a, text, &text));
    strbuf_init(&sb, a, max + 1);
    for (size_t i = 0; i < text.len && sb.len < max; i++) {
        char c = text.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            strbuf_add_char(&sb, c);
        else if (c != '\'' && sb.len > 0 && sb.ptr[sb.len - 1] != '-')
            strbuf_add_char(&sb, '-');
    }
    while (sb.len > 0 && sb.ptr[sb.len - 1] == '-')
        sb.len--;
    return strbuf_finish(&sb, ret);
}
