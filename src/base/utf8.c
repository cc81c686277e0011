#include "base/utf8.h"

#include <string.h>

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

bool utf8_next(str *rest, uint32_t *ret)
{
    if (rest->len == 0)
        return false;
    const unsigned char *p = (const unsigned char *)rest->ptr;
    uint32_t point = p[0], least = 0;
    size_t len = 1;
    if (point >= 0x80) {
        if (point >= 0xc2 && point < 0xe0) {
            len = 2, least = 0x80, point &= 0x1f;
        } else if (point >= 0xe0 && point < 0xf0) {
            len = 3, least = 0x800, point &= 0x0f;
        } else if (point >= 0xf0 && point < 0xf5) {
            len = 4, least = 0x10000, point &= 0x07;
        } else {
            return false;
        }
    }
    if (rest->len < len)
        return false;
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(p[i]))
            return false;
        point = point << 6 | (p[i] & 0x3fu);
    }
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return false;
    *rest = str_from(*rest, len);
    *ret = point;
    return true;
}

/* How many bytes at its beginning are ASCII; looked at eight at a time. */
static size_t ascii_len(str s)
{
    size_t len = 0;
    for (uint64_t eight; s.len - len >= sizeof eight; len += sizeof eight) {
        memcpy(&eight, s.ptr + len, sizeof eight);
        if ((eight & 0x8080808080808080u) != 0)
            break;
    }
    return len;
}

bool utf8_is_valid(str s)
{
    uint32_t point;
    do
        s = str_from(s, ascii_len(s));
    while (utf8_next(&s, &point));
    return s.len == 0;
}

/* Like utf8_next, but an invalid byte is taken too and read as U+FFFD. */
static bool next_or_replacement(str *rest, uint32_t *ret)
{
    if (rest->len == 0)
        return false;
    if (!utf8_next(rest, ret)) {
        *rest = str_from(*rest, 1);
        *ret = 0xfffd;
    }
    return true;
}

size_t utf8_count(str s)
{
    uint32_t point;
    size_t count = 0;
    while (next_or_replacement(&s, &point))
        count++;
    return count;
}

str utf8_cut_bytes(str s, size_t max_bytes)
{
    if (s.len <= max_bytes)
        return s;
    size_t len = max_bytes;
    while (len > 0 && max_bytes - len < 4 && is_continuation((unsigned char)s.ptr[len]))
        len--;
    if (is_continuation((unsigned char)s.ptr[len]))
        len = max_bytes; /* no text at all: cut where asked */
    return str_sub(s, 0, len);
}

str utf8_cut_points(str s, size_t max_points)
{
    str rest = s;
    uint32_t point;
    for (size_t i = 0; i < max_points; i++)
        if (!next_or_replacement(&rest, &point))
            break;
    return str_sub(s, 0, s.len - rest.len);
}

void utf8_add(struct strbuf *sb, uint32_t point)
{
    char bytes[4];
    size_t len = 0;
    ASSERT(point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff));
    if (point < 0x80) {
        bytes[len++] = (char)point;
    } else {
        int tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        unsigned mark = tail == 1 ? 0xc0 : tail == 2 ? 0xe0 : 0xf0;
        bytes[len++] = (char)(mark | point >> (6 * tail));
        while (tail-- > 0)
            bytes[len++] = (char)(0x80 | (point >> (6 * tail) & 0x3f));
    }
    strbuf_add(sb, (str){bytes, len});
}

const struct err *utf8_lower_ascii(struct arena *a, str s, str *ret)
{
    char *copy = arena_alloc(a, s.len + 1);
    if (copy == NULL)
        return &err_out_of_memory;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    copy[s.len] = '\0';
    *ret = (str){copy, s.len};
    return NULL;
}

static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

static bool misleads(uint32_t point)
{
    return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0xfeff;
}

static bool breaks_line(uint32_t point)
{
    return point == '\n' || point == '\t' || point == 0x2028 || point == 0x2029;
}

const struct err *utf8_clean(struct arena *a, str s, bool keep_lines, str *ret)
{
    struct strbuf sb;
    uint32_t point;
    strbuf_init(&sb, a, s.len > SIZE_MAX / 8 ? SIZE_MAX / 2 : s.len * 3);
    while (next_or_replacement(&s, &point)) {
        if (breaks_line(point))
            utf8_add(&sb, keep_lines ? point : ' ');
        else if (!is_control(point) && !misleads(point))
            utf8_add(&sb, point);
    }
    return strbuf_finish(&sb, ret);
}

static bool is_fit(str s, bool with_lines)
{
    uint32_t point;
    while (utf8_next(&s, &point)) {
        bool cr_of_line_end = point == '\r' && str_starts(s, S("\n"));
        if (breaks_line(point) || cr_of_line_end) {
            if (!with_lines)
                return false;
        } else if (is_control(point) || misleads(point)) {
            return false;
        }
    }
    return s.len == 0;
}

bool utf8_is_title(str s)
{
    return is_fit(s, false);
}

bool utf8_is_comment(str s)
{
    return is_fit(s, true);
}
