#include "base/strbuf.h"

#include <stdio.h>
#include <string.h>

void strbuf_init(struct strbuf *sb, struct arena *a, size_t max_bytes)
{
    *sb = (struct strbuf){.arena = a, .max = max_bytes};
}

/* Room for `more` bytes and the NUL. */
static bool reserve(struct strbuf *sb, size_t more)
{
    if (sb->failed)
        return false;
    if (more > sb->max - sb->len) {
        sb->failed = true;
        return false;
    }
    size_t needed = sb->len + more + 1;
    if (needed <= sb->space)
        return true;
    size_t space = sb->space < 128 ? 256 : sb->space * 2;
    if (space < needed)
        space = needed;
    if (space - 1 > sb->max)
        space = sb->max + 1;
    char *grown = arena_grow(sb->arena, sb->ptr, sb->space, space);
    if (grown == NULL) {
        sb->failed = true;
        return false;
    }
    sb->ptr = grown;
    sb->space = space;
    return true;
}

void strbuf_add(struct strbuf *sb, str s)
{
    if (s.len == 0 || !reserve(sb, s.len))
        return;
    memcpy(sb->ptr + sb->len, s.ptr, s.len);
    sb->len += s.len;
}

void strbuf_add_char(struct strbuf *sb, char c)
{
    if (reserve(sb, 1))
        sb->ptr[sb->len++] = c;
}

void strbuf_add_int(struct strbuf *sb, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        digits[--at] = '-';
    strbuf_add(sb, (str){digits + at, sizeof digits - at});
}

/* Into the room there is; once more when that was too little. */
void strbuf_addv(struct strbuf *sb, const char *fmt, va_list args)
{
    va_list again;
    if (!reserve(sb, 0))
        return;
    va_copy(again, args);
    size_t room = sb->space - sb->len;
    int needed = vsnprintf(sb->ptr + sb->len, room, fmt, args);
    if (needed < 0)
        sb->failed = true;
    else if (reserve(sb, (size_t)needed)) {
        if ((size_t)needed >= room)
            vsnprintf(sb->ptr + sb->len, (size_t)needed + 1, fmt, again);
        sb->len += (size_t)needed;
    }
    va_end(again);
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    strbuf_addv(sb, fmt, args);
    va_end(args);
}

void strbuf_clear(struct strbuf *sb)
{
    sb->len = 0;
    sb->failed = false;
}

str strbuf_view(const struct strbuf *sb)
{
    return sb->len == 0 ? S("") : (str){sb->ptr, sb->len};
}

const struct err *strbuf_finish(struct strbuf *sb, str *ret)
{
    if (!reserve(sb, 0))
        return &err_out_of_memory;
    sb->ptr[sb->len] = '\0';
    *ret = (str){sb->ptr, sb->len};
    return NULL;
}

const struct err *str_dup(struct arena *a, str s, str *ret)
{
    if (str_is_absent(s)) {
        *ret = STR_NONE;
        return NULL;
    }
    char *copy = arena_alloc(a, s.len + 1);
    if (copy == NULL)
        return &err_out_of_memory;
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    *ret = (str){copy, s.len};
    return NULL;
}

const struct err *str_to_c(struct arena *a, str s, const char **ret)
{
    str copy;
    if (str_find_char(s, '\0') >= 0)
        return ERR(a, ERR_INVALID, "error.bad_text", "NUL inside text");
    TRY(str_dup(a, str_is_absent(s) ? S("") : s, &copy));
    *ret = copy.ptr;
    return NULL;
}

const struct err *str_fmt(struct arena *a, str *ret, const char *fmt, ...)
{
    struct strbuf sb;
    va_list args;
    strbuf_init(&sb, a, a->cap_bytes);
    va_start(args, fmt);
    strbuf_addv(&sb, fmt, args);
    va_end(args);
    return strbuf_finish(&sb, ret);
}
