/* A PNG of one colour, for tests that need a photo without keeping one.
 */
#ifndef BASE_TESTS_PNG_H
#define BASE_TESTS_PNG_H

#include <zlib.h>

#include "base/strbuf.h"

static inline void png_put_u32(struct strbuf *sb, uint32_t n)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        strbuf_add_char(sb, (char)(n >> shift & 0xff));
}

static inline void png_put_chunk(struct strbuf *sb, const char *name, str bytes)
{
    png_put_u32(sb, (uint32_t)bytes.len);
    size_t start = sb->len;
    strbuf_add(sb, str_c(name));
    strbuf_add(sb, bytes);
    png_put_u32(sb, (uint32_t)crc32(0, (const Bytef *)(sb->ptr + start), (uInt)(sb->len - start)));
}

/* 8 bits RGB; asserts that there is memory. */
static inline str png_make(struct arena *arena, uint32_t width, uint32_t height, uint32_t rgb)
{
    struct strbuf rows, head, out;
    strbuf_init(&rows, arena, MiB(16));
    strbuf_init(&head, arena, 32);
    strbuf_init(&out, arena, MiB(16));
    for (uint32_t y = 0; y < height; y++) {
        strbuf_add_char(&rows, 0);
        for (uint32_t x = 0; x < width; x++)
            for (int shift = 16; shift >= 0; shift -= 8)
                strbuf_add_char(&rows, (char)(rgb >> shift & 0xff));
    }
    uLongf packed_len = compressBound((uLong)rows.len);
    unsigned char *packed = arena_alloc(arena, packed_len);
    ASSERT(packed != NULL && !rows.failed);
    ASSERT(compress(packed, &packed_len, (const Bytef *)rows.ptr, (uLong)rows.len) == Z_OK);
    png_put_u32(&head, width);
    png_put_u32(&head, height);
    strbuf_add(&head, (str){"\x08\x02\0\0\0", 5});
    strbuf_add(&out, S("\x89PNG\r\n\x1a\n"));
    png_put_chunk(&out, "IHDR", strbuf_view(&head));
    png_put_chunk(&out, "IDAT", (str){(const char *)packed, packed_len});
    png_put_chunk(&out, "IEND", S(""));
    ASSERT(!out.failed);
    return strbuf_view(&out);
}

#endif
