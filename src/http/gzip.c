#include "http/gzip.h"

#include <zlib.h>

/* 8 KiB of window and 64 KiB of state in all: pages are small, and 64 workers may compress at once.
 */
enum { WINDOW_BITS = 13, GZIP_WRAPPER = 16, MEMORY_LEVEL = 6, LEVEL = 4, WORTH_BYTES = 1024 };

bool gzip_is_accepted(str accept_encoding)
{
    while (!str_is_absent(accept_encoding)) {
        str parameters = str_cut(&accept_encoding, ',');
        str coding = str_trim(str_cut(&parameters, ';'));
        if (!str_eq_nocase(coding, S("gzip")) && !str_eq(coding, S("*")))
            continue;
        str weight = str_trim(parameters);
        bool is_zero = str_starts_nocase(weight, S("q=0"));
        for (size_t i = 3; i < weight.len; i++)
            if (weight.ptr[i] != '.' && weight.ptr[i] != '0')
                is_zero = false;
        return !is_zero;
    }
    return false;
}

bool gzip_is_worth(str content_type, size_t bytes)
{
    static const str types[] = {STR_INIT("application/json"), STR_INIT("application/problem+json"),
                                STR_INIT("application/javascript"), STR_INIT("application/xml"),
                                STR_INIT("application/manifest+json"), STR_INIT("image/svg+xml")};
    str type = str_trim(str_cut(&content_type, ';'));
    if (bytes <= WORTH_BYTES)
        return false;
    if (str_starts_nocase(type, S("text/")))
        return true;
    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq_nocase(type, types[i]))
            return true;
    return false;
}

str gzip_make(struct arena *a, str bytes)
{
    z_stream z = {0};
    if (bytes.len > UINT32_MAX / 2 ||
        deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_WRAPPER, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return STR_NONE;
    unsigned char *out = arena_alloc(a, bytes.len);
    int result = Z_MEM_ERROR;
    if (out != NULL) {
        z.next_in = (z_const Bytef *)(uintptr_t)bytes.ptr;
        z.avail_in = (uInt)bytes.len;
        z.next_out = out;
        z.avail_out = (uInt)bytes.len;
        result = deflate(&z, Z_FINISH);
    }
    str made = result == Z_STREAM_END ? (str){(const char *)out, z.total_out} : STR_NONE;
    (void)deflateEnd(&z);
    return made;
}
