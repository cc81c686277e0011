/* flow_token: see flow_token.h. Folding is core/text, classes of characters are ICU's. */
#include "flow/flow_token.h"

#include <unicode/uchar.h>

#include "base/utf8.h"
#include "core/text.h"

enum { TEXT_BYTES_MAX = 4096, NUMBER_MAX = 999999 };

struct number_word {
    str word;
    int64_t value;
};

static const struct number_word number_words[] = {
    {STR_INIT("one"), 1},    {STR_INIT("two"), 2},     {STR_INIT("three"), 3},
    {STR_INIT("four"), 4},   {STR_INIT("five"), 5},    {STR_INIT("six"), 6},
    {STR_INIT("seven"), 7},  {STR_INIT("eight"), 8},   {STR_INIT("nine"), 9},
    {STR_INIT("ten"), 10},   {STR_INIT("eleven"), 11}, {STR_INIT("twelve"), 12},
    {STR_INIT("dozen"), 12}, {STR_INIT("pair"), 2},    {STR_INIT("couple"), 2},
    {STR_INIT("both"), 2},   {STR_INIT("twenty"), 20},
};

/* A measure behind a number, brought to one unit. */
struct unit {
    str first, second; /* one or two tokens */
    str canonical;
    int64_t times;
};

static const struct unit units[] = {
    {STR_INIT("g"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("gr"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("gram"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("grams"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("克"), STR_INIT(""), STR_INIT("g"), 1},
    {STR_INIT("kg"), STR_INIT(""), STR_INIT("g"), 1000},
    {STR_INIT("kilo"), STR_INIT(""), STR_INIT("g"), 1000},
    {STR_INIT("斤"), STR_INIT(""), STR_INIT("g"), 500},
    {STR_INIT("公"), STR_INIT("斤"), STR_INIT("g"), 1000},
    {STR_INIT("ml"), STR_INIT(""), STR_INIT("ml"), 1},
    {STR_INIT("毫"), STR_INIT("升"), STR_INIT("ml"), 1},
    {STR_INIT("升"), STR_INIT(""), STR_INIT("ml"), 1000},
    {STR_INIT("litre"), STR_INIT(""), STR_INIT("ml"), 1000},
    {STR_INIT("liter"), STR_INIT(""), STR_INIT("ml"), 1000},
};

/* Value of a character in a Chinese number: a digit 0..9, or 10, 100, 1000; -1 for every other. */
static int han_number(uint32_t c)
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

enum class {
    CLASS_NONE = 0,
    CLASS_LETTER, CLASS_DIGIT, CLASS_HAN_NUMBER, CLASS_HAN, CLASS_INSIDE,
    CLASS_HAND
};

static enum class class_of(uint32_t point)
{
    UChar32 c = (UChar32)point;
    if (c >= '0' && c <= '9')
        return CLASS_DIGIT;
    if (c == '\'' || c == 0x2019)
        return CLASS_INSIDE;
    if (c == 0x1f44d || c == 0x1f44c)
        return CLASS_HAND;
    if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC))
        return han_number(point) >= 0 ? CLASS_HAN_NUMBER : CLASS_HAN;
    return u_isalnum(c) ? CLASS_LETTER : CLASS_NONE;
}

/* "一百二十" -> 120, "十二" -> 12, "二五" -> 25. */
static int64_t han_number_of(str text)
{
    int64_t total = 0, digits = 0;
    bool has_digit = false;
    for (uint32_t c = 0; utf8_next(&text, &c);) {
        int value = han_number(c);
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

/* "don't" and "dont" are one word. */
static const struct err *without_apostrophes(struct arena *a, str word, str *ret)
{
    struct strbuf out;
    strbuf_init(&out, a, word.len);
    for (uint32_t c = 0; utf8_next(&word, &c);) {
        if (class_of(c) != CLASS_INSIDE)
            utf8_add(&out, c);
    }
    return strbuf_finish(&out, ret);
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

static const struct err *token_make(struct arena *a, enum class class, str text,
                                    struct flow_token *ret)
{
    *ret = (struct flow_token){.kind = FLOW_TOKEN_WORD, .text = text};
    if (class == CLASS_HAN_NUMBER) {
        ret->kind = FLOW_TOKEN_NUMBER;
        ret->number = han_number_of(text);
    } else if (class == CLASS_HAN) {
        ret->kind = FLOW_TOKEN_HAN;
    } else if (class == CLASS_DIGIT) {
        uint64_t value = NUMBER_MAX;
        ret->kind = FLOW_TOKEN_NUMBER;
        ret->number = str_to_uint(text, NUMBER_MAX, &value) ? (int64_t)value : NUMBER_MAX;
    } else {
        TRY(without_apostrophes(a, text, &ret->text));
        number_from_word(ret);
    }
    return NULL;
}

/* Cuts the token off *rest, whose first character has `class`. */
static str token_cut(str *rest, enum class class)
{
    str from = *rest, ahead = *rest;
    for (uint32_t c = 0; utf8_next(&ahead, &c);) {
        enum class here = class_of(c);
        bool is_first = rest->ptr == from.ptr;
        bool goes_on = here == class || (class == CLASS_LETTER && here == CLASS_INSIDE);
        if (!is_first && (!goes_on || class == CLASS_HAN || class == CLASS_HAND))
            break;
        *rest = ahead;
    }
    return str_sub(from, 0, from.len - rest->len);
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
            tokens->items[out++] =
                (struct flow_token){.kind = FLOW_TOKEN_WORD, .text = unit->canonical};
            i += unit->second.len > 0 ? 2 : 1;
        } else {
            tokens->items[out++] = token;
        }
    }
    tokens->count = out;
}

const struct err *flow_tokens_of(struct arena *a, str text, size_t max, struct flow_tokens *ret)
{
    str rest;
    *ret = (struct flow_tokens){0};
    TRY(text_fold(a, utf8_cut_bytes(text, TEXT_BYTES_MAX), &rest));
    TRY_NEW_ARRAY(a, ret->items, max);
    while (rest.len > 0 && ret->count < max) {
        str ahead = rest;
        uint32_t c = 0;
        if (!utf8_next(&ahead, &c))
            break;
        enum class class = class_of(c);
        if (class == CLASS_NONE || class == CLASS_INSIDE) {
            rest = ahead;
            continue;
        }
        ret->has_han = ret->has_han || class == CLASS_HAN || class == CLASS_HAN_NUMBER;
        TRY(token_make(a, class, token_cut(&rest, class), &ret->items[ret->count++]));
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
            bool swapped =
                i > 1 && j > 1 && x.ptr[i - 1] == y.ptr[j - 2] && x.ptr[i - 2] == y.ptr[j - 1];
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
