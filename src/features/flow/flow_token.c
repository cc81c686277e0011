/* flow_token: see flow_token.h. Folding and classes of characters are ICU's. */
#include "flow/flow_token.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

enum { TEXT_BYTES_MAX = 8192, NUMBER_MAX = 999999 };

struct number_word {
    str word;
    int64_t value;
};

static const struct number_word number_words[] = {
    {STR_INIT("one"), 1},    {STR_INIT("two"), 2},     {STR_INIT("three"), 3},  {STR_INIT("four"), 4},
    {STR_INIT("five"), 5},   {STR_INIT("six"), 6},     {STR_INIT("seven"), 7},  {STR_INIT("eight"), 8},
    {STR_INIT("nine"), 9},   {STR_INIT("ten"), 10},    {STR_INIT("eleven"), 11}, {STR_INIT("twelve"), 12},
    {STR_INIT("dozen"), 12}, {STR_INIT("pair"), 2},    {STR_INIT("couple"), 2}, {STR_INIT("both"), 2},
    {STR_INIT("twenty"), 20},
};

/* A measure behind a number, brought to one unit. */
struct unit {
    str first, second; /* one or two tokens */
    str canonical;
    int64_t times;
};

static const struct unit units[] = {
    {STR_INIT("g"), STR_INIT(""), STR_INIT("g"), 1},        {STR_INIT("gr"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("gram"), STR_INIT(""), STR_INIT("g"), 1},     {STR_INIT("grams"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("克"), STR_INIT(""), STR_INIT("g"), 1},       {STR_INIT("kg"), STR_INIT(""), STR_INIT("g"), 1000},
    {STR_INIT("kilo"), STR_INIT(""), STR_INIT("g"), 1000},  {STR_INIT("斤"), STR_INIT(""), STR_INIT("g"), 500},
    {STR_INIT("公"), STR_INIT("斤"), STR_INIT("g"), 1000},  {STR_INIT("ml"), STR_INIT(""), STR_INIT("ml"), 1},
    {STR_INIT("毫"), STR_INIT("升"), STR_INIT("ml"), 1},    {STR_INIT("升"), STR_INIT(""), STR_INIT("ml"), 1000},
    {STR_INIT("litre"), STR_INIT(""), STR_INIT("ml"), 1000}, {STR_INIT("liter"), STR_INIT(""), STR_INIT("ml"), 1000},
};

/* Value of a character in a Chinese number: a digit 0..9, or 10, 100, 1000; -1 for every other. */
static int han_number(UChar32 c)
{
    switch (c) {
    case 0x96f6: case 0x3007: return 0; /* 零 〇 */
    case 0x4e00: return 1;
    case 0x4e8c: case 0x4e24: case 0x4fe9: return 2; /* 二 两 俩 */
    case 0x4e09: return 3;
    case 0x56db: return 4;
    case 0x4e94: return 5;
    case 0x516d: return 6;
    case 0x4e03: return 7;
    case 0x516b: return 8;
    case 0x4e5d: return 9;
    case 0x5341: return 10;
    case 0x767e: return 100;
    case 0x5343: return 1000;
    default: return -1;
    }
}

/* NFKC with case folded, as UTF-16 in the arena. */
static const struct err *fold(struct arena *a, str text, UChar **ret, int32_t *ret_len)
{
    text = str_sub(text, 0, TEXT_BYTES_MAX);
    int32_t space = (int32_t)text.len * 4 + 16;
    UChar *raw = arena_alloc(a, (text.len + 1) * sizeof(UChar));
    UChar *folded = arena_alloc(a, (size_t)space * sizeof(UChar));
    if (raw == NULL || folded == NULL)
        return &err_out_of_memory;
    UErrorCode status = U_ZERO_ERROR;
    int32_t raw_len = 0;
    u_strFromUTF8WithSub(raw, (int32_t)text.len + 1, &raw_len, text.len > 0 ? text.ptr : "", (int32_t)text.len, ' ',
                         NULL, &status);
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    *ret_len = unorm2_normalize(form, raw, raw_len, folded, space, &status);
    *ret = folded;
    if (U_FAILURE(status))
        return ERR(a, ERR_INVALID, "error.text", "cannot fold: %s", u_errorName(status));
    return NULL;
}

static UChar32 next_char(const UChar *text, int32_t len, int32_t *at)
{
    UChar32 c = text[(*at)++];
    if (U16_IS_LEAD((unsigned)c) && *at < len && U16_IS_TRAIL((unsigned)text[*at]))
        c = U16_GET_SUPPLEMENTARY(c, text[(*at)++]);
    return c;
}

/* Apostrophes are left out: "don't" and "dont" are one word. */
static const struct err *utf8(struct arena *a, const UChar *from, int32_t len, str *ret)
{
    UChar *kept = arena_alloc(a, ((size_t)len + 1) * sizeof(UChar));
    char *bytes = arena_alloc(a, (size_t)len * 3 + 1);
    if (kept == NULL || bytes == NULL)
        return &err_out_of_memory;
    int32_t kept_len = 0, bytes_len = 0;
    UErrorCode status = U_ZERO_ERROR;
    for (int32_t i = 0; i < len; i++) {
        if (from[i] != '\'' && from[i] != 0x2019)
            kept[kept_len++] = from[i];
    }
    u_strToUTF8WithSub(bytes, len * 3 + 1, &bytes_len, kept, kept_len, ' ', NULL, &status);
    ASSERT(U_SUCCESS(status));
    *ret = (str){bytes, (size_t)bytes_len};
    return NULL;
}

enum class { CLASS_NONE = 0, CLASS_LETTER, CLASS_DIGIT, CLASS_HAN_NUMBER, CLASS_HAN, CLASS_INSIDE, CLASS_HAND };

static enum class class_of(UChar32 c)
{
    if (c >= '0' && c <= '9')
        return CLASS_DIGIT;
    if (c == '\'' || c == 0x2019)
        return CLASS_INSIDE;
    if (c == 0x1f44d || c == 0x1f44c)
        return CLASS_HAND;
    if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC))
        return han_number(c) >= 0 ? CLASS_HAN_NUMBER : CLASS_HAN;
    return u_isalnum(c) ? CLASS_LETTER : CLASS_NONE;
}

/* "一百二十" -> 120, "十二" -> 12, "二五" -> 25. */
static int64_t han_number_of(const UChar *text, int32_t len)
{
    int64_t total = 0, digits = 0;
    bool has_digit = false;
    for (int32_t i = 0; i < len;) {
        int value = han_number(next_char(text, len, &i));
        if (value < 10) {
            digits = digits * 10 + value;
            has_digit = true;
        } else {
            total += (has_digit ? digits : 1) * value;
            digits = 0;
            has_digit = false;
        }
        if (total + digits > NUMBER_MAX)
            return NUMBER_MAX;
    }
    return total + digits;
}

static void number_from_word(struct flow_token *token)
{
    for (size_t i = 0; i < COUNT(number_words); i++) {
        if (str_eq(token->text, number_words[i].word)) {
            token->kind = FLOW_TOKEN_NUMBER;
            token->number = number_words[i].value;
            token->is_pronoun = token->number == 1;
            return;
        }
    }
}

static const struct err *token_make(struct arena *a, enum class class, const UChar *text, int32_t len,
                                    struct flow_token *ret)
{
    *ret = (struct flow_token){.kind = FLOW_TOKEN_WORD};
    TRY(utf8(a, text, len, &ret->text));
    if (class == CLASS_HAN_NUMBER) {
        ret->kind = FLOW_TOKEN_NUMBER;
        ret->number = han_number_of(text, len);
    } else if (class == CLASS_HAN) {
        ret->kind = FLOW_TOKEN_HAN;
    } else if (class == CLASS_DIGIT) {
        uint64_t value = NUMBER_MAX;
        ret->kind = FLOW_TOKEN_NUMBER;
        ret->number = str_to_uint(ret->text, NUMBER_MAX, &value) ? (int64_t)value : NUMBER_MAX;
    } else {
        number_from_word(ret);
    }
    return NULL;
}

/* Length in UTF-16 units of the token that begins at `from`, whose first character has `class`. */
static int32_t token_length(const UChar *text, int32_t len, int32_t from, enum class class)
{
    int32_t end = from;
    while (end < len) {
        int32_t next = end;
        enum class here = class_of(next_char(text, len, &next));
        bool goes_on = end == from || here == class || (class == CLASS_LETTER && here == CLASS_INSIDE);
        if (!goes_on || ((class == CLASS_HAN || class == CLASS_HAND) && end > from))
            break;
        end = next;
    }
    return end - from;
}

static const struct unit *unit_at(const struct flow_tokens *tokens, size_t at)
{
    for (size_t i = 0; i < COUNT(units); i++) {
        bool has_second = units[i].second.len > 0;
        if (at + has_second < tokens->count && str_eq(tokens->items[at].text, units[i].first) &&
            (!has_second || str_eq(tokens->items[at + 1].text, units[i].second)))
            return &units[i];
    }
    return NULL;
}

/* "2 kg" -> 2000 g. "半" alone is no number, only before a unit. */
static void join_units(struct flow_tokens *tokens)
{
    size_t out = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        struct flow_token token = tokens->items[i];
        bool is_half = str_eq(token.text, S("半"));
        const struct unit *unit = NULL;
        if (is_half || token.kind == FLOW_TOKEN_NUMBER)
            unit = unit_at(tokens, i + 1);
        if (unit != NULL) {
            token.number = is_half ? unit->times / 2 : token.number * unit->times;
            token.kind = FLOW_TOKEN_NUMBER;
            tokens->items[out++] = token;
            tokens->items[out++] = (struct flow_token){.kind = FLOW_TOKEN_WORD, .text = unit->canonical};
            i += unit->second.len > 0 ? 2 : 1;
        } else {
            tokens->items[out++] = token;
        }
    }
    tokens->count = out;
}

const struct err *flow_tokens_of(struct arena *a, str text, size_t max, struct flow_tokens *ret)
{
    UChar *folded = NULL;
    int32_t len = 0;
    *ret = (struct flow_tokens){0};
    TRY(fold(a, text, &folded, &len));
    TRY_NEW_ARRAY(a, ret->items, max);
    for (int32_t at = 0; at < len && ret->count < max;) {
        int32_t next = at;
        enum class class = class_of(next_char(folded, len, &next));
        if (class == CLASS_NONE || class == CLASS_INSIDE) {
            at = next;
            continue;
        }
        int32_t token_len = token_length(folded, len, at, class);
        ret->has_han = ret->has_han || class == CLASS_HAN || class == CLASS_HAN_NUMBER;
        TRY(token_make(a, class, folded + at, token_len, &ret->items[ret->count++]));
        at += token_len;
    }
    join_units(ret);
    return NULL;
}

static str without_plural(str word)
{
    return word.len > 3 && word.ptr[word.len - 1] == 's' ? str_sub(word, 0, word.len - 1) : word;
}

bool flow_token_eq(const struct flow_token *x, const struct flow_token *y)
{
    if (x->kind == FLOW_TOKEN_NUMBER || y->kind == FLOW_TOKEN_NUMBER)
        return x->kind == y->kind && x->number == y->number;
    if (x->kind != y->kind)
        return false;
    return str_eq(x->text, y->text) ||
           (x->kind == FLOW_TOKEN_WORD && str_eq(without_plural(x->text), without_plural(y->text)));
}

int flow_word_distance(str x, str y, int limit)
{
    enum { SPACE = 33 };
    size_t longer = x.len > y.len ? x.len : y.len, shorter = x.len + y.len - longer;
    if (longer >= SPACE || longer - shorter > (size_t)limit)
        return limit + 1;
    int rows[3][SPACE];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= y.len; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= x.len; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= y.len; j++) {
            int best = last[j - 1] + (x.ptr[i - 1] != y.ptr[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && x.ptr[i - 1] == y.ptr[j - 2] && x.ptr[i - 2] == y.ptr[j - 1];
            if (swapped && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        int *unused = before;
        before = last;
        last = now;
        now = unused;
    }
    return last[y.len] <= limit ? last[y.len] : limit + 1;
}
