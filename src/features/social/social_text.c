/* Duty: see social_text.h. The scanner walks over code points once; at each '#', '@' and 'h' it
 * asks whether something begins there, which depends on the code point before it and on what
 * follows.
 */
#include "social/social_text.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "account/account.h"
#include "base/utf8.h"
#include "social/social.h"

enum { URL_BYTES_MAX = 2000, PIECES_MAX = 600 };
enum {
    WIDE_HASH = 0xff03,
    WIDE_AT = 0xff20,
    VARIATION_TEXT = 0xfe0e,
    VARIATION_EMOJI = 0xfe0f,
    KEYCAP = 0x20e3
};

static bool is_letter(uint32_t point)
{
    return (U_GET_GC_MASK((UChar32)point) & (U_GC_L_MASK | U_GC_M_MASK)) != 0;
}

static bool is_tag_point(uint32_t point)
{
    static const uint32_t special[] = {'_',    0x200c, 0x200d, 0xa67e, 0x05be, 0x05f3,
                                       0x05f4, 0xff5e, 0x301c, 0x309b, 0x309c, 0x30a0,
                                       0x30fb, 0x3003, 0x0f0b, 0x0f0c, 0x00b7};
    if (point < 128 && point != '_')
        return (point >= '0' && point <= '9') || ((point | 32) >= 'a' && (point | 32) <= 'z');
    for (size_t i = 0; i < COUNT(special); i++)
        if (point == special[i])
            return true;
    return is_letter(point) || (U_GET_GC_MASK((UChar32)point) & U_GC_ND_MASK) != 0;
}

static bool is_word(uint32_t point)
{
    return point < 128 && point != 0 && is_tag_point(point);
}

/* The code point that `s` begins with, 0 at its end. */
static uint32_t peek(str s)
{
    uint32_t point;
    return utf8_next(&s, &point) ? point : 0;
}

/* Length of the hashtag that `at` begins with, sign included, or 0. `before`: the code point in
 * front. */
static size_t hashtag_len(str at, uint32_t before)
{
    str rest = at;
    uint32_t point;
    bool has_letter = false;
    if (!utf8_next(&rest, &point) || (point != '#' && point != WIDE_HASH))
        return 0;
    bool is_after_variation = before == VARIATION_TEXT || before == VARIATION_EMOJI;
    if (before != 0 && !is_after_variation &&
        (before == '&' || before == '/' || is_tag_point(before)))
        return 0;
    if (peek(rest) == VARIATION_EMOJI || peek(rest) == KEYCAP)
        return 0;
    for (str next = rest; utf8_next(&next, &point) && is_tag_point(point); rest = next)
        has_letter |= is_letter(point);
    if (!has_letter || str_starts(rest, S("://")) || peek(rest) == '#' || peek(rest) == WIDE_HASH)
        return 0;
    return at.len - rest.len;
}

static size_t mention_len(str at, uint32_t before)
{
    str rest = at;
    uint32_t point;
    size_t letters = 0;
    if (!utf8_next(&rest, &point) || (point != '@' && point != WIDE_AT))
        return 0;
    if (is_word(before) || before == '@' || before == WIDE_AT ||
        (before != 0 && before < 128 && str_find_char(S("!#$%&*/"), (char)before) >= 0))
        return 0;
    while (letters < rest.len && letters <= ACCOUNT_HANDLE_MAX &&
           is_word((unsigned char)rest.ptr[letters]))
        letters++;
    rest = str_from(rest, letters);
    uint32_t after = peek(rest);
    bool is_accented = after >= 0xc0 && after <= 0x24f && is_letter(after);
    if (letters == 0 || letters > ACCOUNT_HANDLE_MAX || after == '@' || after == WIDE_AT ||
        is_accented || str_starts(rest, S("://")))
        return 0;
    return at.len - rest.len;
}

static bool is_url_char(char c)
{
    return c > ' ' && c < 127 && str_find_char(S("\"<>\\^`{|}"), c) < 0;
}

static int count_of(str s, char c)
{
    int count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += s.ptr[i] == c;
    return count;
}

/* A full stop or a bracket at the end belongs to the sentence, unless the bracket was opened
 * inside. */
static size_t without_sentence_end(str url)
{
    for (; url.len > 0; url.len--) {
        char last = url.ptr[url.len - 1];
        bool is_open = last == ')' && count_of(url, '(') < count_of(url, ')');
        if (!is_open && str_find_char(S(".,:;!?'*"), last) < 0)
            break;
    }
    return url.len;
}

static size_t address_len(str at, uint32_t before, struct url_safe *ret)
{
    size_t len = 0;
    if (!str_starts_nocase(at, S("http://")) && !str_starts_nocase(at, S("https://")))
        return 0;
    if (before != 0 &&
        (is_tag_point(before) ||
         str_find_char(S("@$#/"), before < 128 ? (char)before : ' ') >= 0) &&
        before < 0x2e80)
        return 0;
    while (len < at.len && len < URL_BYTES_MAX && is_url_char(at.ptr[len]))
        len++;
    len = without_sentence_end(str_sub(at, 0, len));
    str host = str_from(str_sub(at, 0, len), (size_t)str_find(at, S("://")) + 3);
    if (str_find_char(host, '.') <= 0 || !url_check(str_sub(at, 0, len), ret))
        return 0;
    return len;
}

static const struct err *find(struct arena *a, str at, uint32_t before, struct social_piece *ret)
{
    size_t len;
    *ret = (struct social_piece){0};
    if ((len = hashtag_len(at, before)) > 0) {
        ret->kind = SOCIAL_HASHTAG;
        TRY(social_tag_fold(a,
                            str_sub(at, at.ptr[0] == '#' ? 1 : 3, len - (at.ptr[0] == '#' ? 1 : 3)),
                            &ret->value));
    } else if ((len = mention_len(at, before)) > 0) {
        ret->kind = SOCIAL_MENTION;
        TRY(utf8_lower_ascii(
            a, str_sub(at, at.ptr[0] == '@' ? 1 : 3, len - (at.ptr[0] == '@' ? 1 : 3)),
            &ret->value));
    } else if ((len = address_len(at, before, &ret->url)) > 0) {
        ret->kind = SOCIAL_ADDRESS;
    }
    ret->text = str_sub(at, 0, len);
    return NULL;
}

const struct err *social_pieces(struct arena *a, str text, struct social_piece **ret,
                                size_t *ret_count)
{
    VEC(struct social_piece) pieces = {0};
    str rest = text;
    uint32_t before = 0, point;
    size_t plain = 0;                 /* bytes before `rest` that are in no piece yet */
    while (!str_is_empty(rest)) {
        struct social_piece found = {0};
        if (pieces.count < PIECES_MAX)
            TRY(find(a, rest, before, &found));
        str next = rest;
        if (!utf8_next(&next, &point))
            return ERR(a, ERR_INVALID, "error.bad_text", "not UTF-8");
        size_t taken = found.kind != SOCIAL_PIECE_UNSET ? found.text.len : rest.len - next.len;
        bool is_last = taken == rest.len;
        size_t open = plain + (found.kind == SOCIAL_PIECE_UNSET ? taken : 0);
        if (open > 0 && (is_last || found.kind != SOCIAL_PIECE_UNSET)) {
            struct social_piece *p = VEC_PUSH(a, &pieces);
            if (p == NULL)
                return &err_out_of_memory;
            *p = (struct social_piece){.kind = SOCIAL_PLAIN, .text = {rest.ptr - plain, open}};
            open = 0;
        }
        if (found.kind != SOCIAL_PIECE_UNSET) {
            struct social_piece *p = VEC_PUSH(a, &pieces);
            if (p == NULL)
                return &err_out_of_memory;
            *p = found;
            point = 'x'; /* a piece ends in a letter, as far as what follows is concerned */
        }
        plain = open;
        before = point;
        rest = str_from(rest, taken);
    }
    *ret = pieces.items;
    *ret_count = pieces.count;
    return NULL;
}

const struct err *social_tag_fold(struct arena *a, str tag, str *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&status);
    UChar *wide, *folded;
    int32_t len = 0;
    TRY_NEW_ARRAY(a, wide, tag.len + 1);
    u_strFromUTF8WithSub(wide, (int32_t)tag.len + 1, &len, str_is_empty(tag) ? "" : tag.ptr,
                         (int32_t)tag.len, 0xfffd, NULL, &status);
    size_t space = (size_t)len * 18 + 1;      /* U+FDFA becomes 18 letters, nothing becomes more */
    TRY_NEW_ARRAY(a, folded, space);
    len = unorm2_normalize(fold, wide, len, folded, (int32_t)space, &status);
    char *out = arena_alloc(a, (size_t)len * 3 + 1);
    if (out == NULL)
        return &err_out_of_memory;
    int32_t bytes = 0;
    u_strToUTF8(out, len * 3 + 1, &bytes, folded, len, &status);
    if (U_FAILURE(status))
        return ERR(a, ERR_BUG, "error.bug", "ICU: %s", u_errorName(status));
    *ret = (str){out, (size_t)bytes};
    return NULL;
}

const struct err *social_hashtags(struct arena *a, str text, str **ret, size_t *ret_count)
{
    struct social_piece *pieces;
    size_t count;
    TRY(social_pieces(a, text, &pieces, &count));
    TRY_NEW_ARRAY(a, *ret, POST_HASHTAGS_MAX);
    *ret_count = 0;
    for (size_t i = 0; i < count && *ret_count < POST_HASHTAGS_MAX; i++) {
        bool is_new =
            pieces[i].kind == SOCIAL_HASHTAG && pieces[i].value.len <= POST_HASHTAG_BYTES_MAX;
        for (size_t k = 0; k < *ret_count && is_new; k++)
            is_new = !str_eq((*ret)[k], pieces[i].value);
        if (is_new)
            (*ret)[(*ret_count)++] = pieces[i].value;
    }
    return NULL;
}
