#include "base/base64.h"

#include <string.h>

static const char standard_letters[65] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_letters[65] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char hex_letters[17] = "0123456789abcdef";

static const struct err *bad_encoding(struct arena *a)
{
    return ERR(a, ERR_INVALID, "error.encoding", "not valid base64 or hex");
}

static const struct err *encode(struct arena *a, str bytes, const char letters[65], bool padded,
                                str *ret)
{
    if (bytes.len > SIZE_MAX / 2)
        return &err_out_of_memory;
    char *text = arena_alloc(a, (bytes.len + 2) / 3 * 4 + 1);
    if (text == NULL)
        return &err_out_of_memory;
    size_t len = 0, i = 0;
    for (; i + 3 <= bytes.len; i += 3) {
        const unsigned char *p = (const unsigned char *)bytes.ptr + i;
        text[len++] = letters[p[0] >> 2];
        text[len++] = letters[(p[0] & 3) << 4 | p[1] >> 4];
        text[len++] = letters[(p[1] & 15) << 2 | p[2] >> 6];
        text[len++] = letters[p[2] & 63];
    }
    if (i < bytes.len) {
        const unsigned char *p = (const unsigned char *)bytes.ptr + i;
        bool two = bytes.len - i == 2;
        unsigned second = two ? p[1] : 0u;
        text[len++] = letters[p[0] >> 2];
        text[len++] = letters[(p[0] & 3u) << 4 | second >> 4];
        if (two)
            text[len++] = letters[(second & 15u) << 2];
        while (padded && len % 4 != 0)
            text[len++] = '=';
    }
    text[len] = '\0';
    *ret = (str){text, len};
    return NULL;
}

static const struct err *decode(struct arena *a, str text, const char letters[65], str *ret)
{
    enum { NO_LETTER = 64 };
    unsigned char values[256];
    memset(values, NO_LETTER, sizeof values);
    for (unsigned char i = 0; i < NO_LETTER; i++)
        values[(unsigned char)letters[i]] = i;
    if (text.len % 4 == 1)
        return bad_encoding(a);
    char *bytes = arena_alloc(a, text.len / 4 * 3 + 3);
    if (bytes == NULL)
        return &err_out_of_memory;
    uint32_t bits = 0;
    size_t len = 0;
    int have = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned value = values[(unsigned char)text.ptr[i]];
        if (value == NO_LETTER)
            return bad_encoding(a);
        bits = (bits << 6 | value) & 0xffffu;
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes[len++] = (char)(bits >> have & 255u);
        }
    }
    if ((bits & ((1u << have) - 1u)) != 0)
        return bad_encoding(a);
    bytes[len] = '\0';
    *ret = (str){bytes, len};
    return NULL;
}

const struct err *base64url_encode(struct arena *a, str bytes, str *ret)
{
    return encode(a, bytes, url_letters, false, ret);
}

const struct err *base64_encode(struct arena *a, str bytes, str *ret)
{
    return encode(a, bytes, standard_letters, true, ret);
}

const struct err *base64url_decode(struct arena *a, str text, str *ret)
{
    return decode(a, text, url_letters, ret);
}

const struct err *base64_decode(struct arena *a, str text, str *ret)
{
    if (text.len % 4 != 0)
        return bad_encoding(a);
    if (str_ends(text, S("==")))
        text.len -= 2;
    else if (str_ends(text, S("=")))
        text.len -= 1;
    return decode(a, text, standard_letters, ret);
}

const struct err *hex_encode(struct arena *a, str bytes, str *ret)
{
    if (bytes.len > SIZE_MAX / 4)
        return &err_out_of_memory;
    char *text = arena_alloc(a, bytes.len * 2 + 1);
    if (text == NULL)
        return &err_out_of_memory;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        text[2 * i] = hex_letters[byte >> 4];
        text[2 * i + 1] = hex_letters[byte & 15];
    }
    text[bytes.len * 2] = '\0';
    *ret = (str){text, bytes.len * 2};
    return NULL;
}

const struct err *hex_decode(struct arena *a, str text, str *ret)
{
    if (text.len % 2 != 0)
        return bad_encoding(a);
    char *bytes = arena_alloc(a, text.len / 2 + 1);
    if (bytes == NULL)
        return &err_out_of_memory;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        const char *hit = memchr(hex_letters, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c, 16);
        if (hit == NULL)
            return bad_encoding(a);
        int value = (int)(hit - hex_letters);
        bytes[i / 2] = (char)(i % 2 == 0 ? value << 4 : (unsigned char)bytes[i / 2] | value);
    }
    bytes[text.len / 2] = '\0';
    *ret = (str){bytes, text.len / 2};
    return NULL;
}
