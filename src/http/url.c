#include "http/url.h"

#include "base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool url_is_text(str s)
{
    return str_find_char(s, '\0') < 0 && utf8_is_valid(s);
}

const struct err *url_decode(struct arena *a, str s, bool plus_is_space, str *ret)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t len = 0;
    if (out == NULL)
        return &err_out_of_memory;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
            int low = i + 2 < s.len ? hex_digit(s.ptr[i + 2]) : -1;
            if (high < 0 || low < 0)
                return ERR(a, ERR_INVALID, "error.bad_text", "broken percent escape");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space)
            c = ' ';
        out[len++] = c;
    }
    out[len] = '\0';
    if (!url_is_text((str){out, len}))
        return ERR(a, ERR_INVALID, "error.bad_text", "not UTF-8, or NUL inside");
    *ret = (str){out, len};
    return NULL;
}

void url_encode(struct strbuf *sb, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (is_plain)
            strbuf_add_char(sb, (char)c);
        else
            strbuf_add(sb, (str){(char[]){'%', digits[c >> 4], digits[c & 15]}, 3});
    }
}

static bool has_encoded_separator(str raw)
{
    for (size_t i = 0; i + 2 < raw.len; i++)
        if (raw.ptr[i] == '%') {
            int value = hex_digit(raw.ptr[i + 1]) * 16 + hex_digit(raw.ptr[i + 2]);
            if (value == '/' || value == '\\')
                return true;
        }
    return false;
}

const struct err *url_path_decode(struct arena *a, str raw, str *ret)
{
    str path;
    if (!str_starts(raw, S("/")) || has_encoded_separator(raw) || str_find_char(raw, '\\') >= 0)
        return ERR(a, ERR_INVALID, "error.bad_path", "separator out of place");
    TRY(url_decode(a, raw, false, &path));
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] < 0x20 || path.ptr[i] == 0x7f)
            return ERR(a, ERR_INVALID, "error.bad_path", "control byte");
    str rest = str_from(path, 1);
    while (!str_is_absent(rest)) {
        str segment = str_cut(&rest, '/');
        bool is_last = str_is_absent(rest);
        if ((segment.len == 0 && !is_last) || str_eq(segment, S(".")) || str_eq(segment, S("..")))
            return ERR(a, ERR_INVALID, "error.bad_path", "empty or dot segment");
    }
    *ret = path;
    return NULL;
}

bool url_is_site_path(str s)
{
    if (!str_starts(s, S("/")) || str_starts(s, S("//")) || str_find_char(s, '\\') >= 0)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f)
            return false;
    return true;
}
