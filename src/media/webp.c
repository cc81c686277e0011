#include "media/webp.h"

#include <string.h>

enum { HEAD_BYTES = 12, CHUNK_HEAD_BYTES = 8, FLAG_ICC = 0x20, FLAG_EXIF = 0x08, FLAG_XMP = 0x04 };

static size_t chunk_bytes(const unsigned char *chunk)
{
    size_t size = (size_t)chunk[4] | (size_t)chunk[5] << 8 | (size_t)chunk[6] << 16 |
                  (size_t)chunk[7] << 24;
    return CHUNK_HEAD_BYTES + size + (size & 1);
}

static bool is_metadata(const unsigned char *chunk)
{
    return memcmp(chunk, "EXIF", 4) == 0 || memcmp(chunk, "XMP ", 4) == 0 ||
           memcmp(chunk, "ICCP", 4) == 0;
}

size_t webp_strip(unsigned char *bytes, size_t len)
{
    size_t from = HEAD_BYTES, to = HEAD_BYTES;
    if (len < HEAD_BYTES || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WEBP", 4) != 0)
        return len;
    while (len - from >= CHUNK_HEAD_BYTES) {
        size_t size = chunk_bytes(bytes + from);
        if (size > len - from)
            size = len - from;
        if (!is_metadata(bytes + from)) {
            memmove(bytes + to, bytes + from, size);
            if (memcmp(bytes + to, "VP8X", 4) == 0 && size > CHUNK_HEAD_BYTES)
                bytes[to + CHUNK_HEAD_BYTES] &= (unsigned char)~(FLAG_ICC | FLAG_EXIF | FLAG_XMP);
            to += size;
        }
        from += size;
    }
    for (int i = 0; i < 4; i++)
        bytes[4 + i] = (unsigned char)((to - 8) >> (8 * i));
    return to;
}
