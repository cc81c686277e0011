#include "http/gzip.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* 8 KiB of window and 64 KiB of state in all: pages are small, and every worker may compress at
 * once. Level 1: 7 % more bytes than level 4 for two thirds of the time, which is half of what a
 * page costs. */
enum { WINDOW_BITS = 13, GZIP_WRAPPER = 16, MEMORY_LEVEL = 6, LEVEL = 1, WORTH_BYTES = 1024 };

/* One compressor per thread: making one anew for each page costs as much again. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t own_key; /* frees the thread's own at its end */

static void end(void *p)
{
    z_stream *z = p;
    (void)deflateEnd(z);
    free(z);
}

static void make_key(void)
{
    ASSERT(pthread_key_create(&own_key, end) == 0);
}

/* Of this thread, ready for the next bytes; NULL without memory. */
static z_stream *own_stream(void)
{
    (void)pthread_once(&once, make_key);
    z_stream *z = pthread_getspecific(own_key);
    if (z != NULL)
        return deflateReset(z) == Z_OK ? z : NULL;
    z = calloc(1, sizeof *z);
    if (z == NULL)
        return NULL;
    if (deflateInit2(z, LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_WRAPPER, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) == Z_OK) {
        if (pthread_setspecific(own_key, z) == 0)
            return z;
        (void)deflateEnd(z);
    }
    free(z);
    return NULL;
}

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

/* What deflate made of `bytes` in at most `max` bytes; absent when that is too little. */
static str deflated(struct arena *a, z_stream *z, str bytes, size_t max, int flush)
{
    unsigned char *out = arena_alloc(a, max);
    if (out == NULL)
        return STR_NONE;
    z->next_in = (z_const Bytef *)(uintptr_t)bytes.ptr;
    z->avail_in = (uInt)bytes.len;
    z->next_out = out;
    z->avail_out = (uInt)max;
    bool is_done = deflate(z, flush) == (flush == Z_FINISH ? Z_STREAM_END : Z_OK);
    return is_done && z->avail_in == 0 && (flush == Z_FINISH || z->avail_out > 0)
               ? (str){(const char *)out, z->total_out}
               : STR_NONE;
}

str gzip_make(struct arena *a, str bytes)
{
    z_stream *z = bytes.len > UINT32_MAX / 2 ? NULL : own_stream();
    return z == NULL ? STR_NONE : deflated(a, z, bytes, bytes.len, Z_FINISH);
}

/* ---- pieces ---- */

enum { STORED_MAX = 65535, STORED_HEAD = 5, TRAILER = 8 };
static const char gzip_head[10] = {0x1f, (char)0x8b, Z_DEFLATED, 0, 0, 0, 0, 0, 0, 3};

static uint32_t crc_of(str bytes)
{
    return (uint32_t)crc32_z(crc32(0, NULL, 0), (const Bytef *)bytes.ptr, bytes.len);
}

/* A stream of its own without its head; the full flush ends it at a whole byte, and nothing behind
 * refers to it. */
bool gzip_piece_make(struct arena *a, str bytes, struct gzip_piece *ret)
{
    z_stream *z = bytes.len > UINT32_MAX / 2 ? NULL : own_stream();
    if (z == NULL)
        return false;
    size_t max = deflateBound(z, (uLong)bytes.len) + sizeof gzip_head + TRAILER;
    str packed = bytes.len == 0 ? S("") : deflated(a, z, bytes, max, Z_FULL_FLUSH);
    *ret =
        (struct gzip_piece){.packed = bytes.len == 0 ? packed : str_from(packed, sizeof gzip_head),
                            .bytes = bytes.len,
                            .crc = crc_of(bytes),
                            .shift = (uint32_t)crc32_combine_gen((z_off_t)bytes.len)};
    return !str_is_absent(packed);
}

struct joined {
    char *at;
    uint32_t crc;
    size_t bytes;
};

static void put(struct joined *j, const void *from, size_t bytes)
{
    memcpy(j->at, from, bytes);
    j->at += bytes;
}

static void put_number(struct joined *j, uint32_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *j->at++ = (char)(n >> 8 * i);
}

static void put_stored(struct joined *j, str bytes)
{
    j->bytes += bytes.len;
    j->crc = (uint32_t)crc32_z(j->crc, (const Bytef *)bytes.ptr, bytes.len);
    while (bytes.len > 0) {
        str block = str_sub(bytes, 0, STORED_MAX);
        *j->at++ = 0;
        put_number(j, (uint32_t)block.len, 2);
        put_number(j, ~(uint32_t)block.len, 2);
        put(j, block.ptr, block.len);
        bytes = str_from(bytes, block.len);
    }
}

static size_t joined_max(const struct gzip_piece *pieces, size_t count, const str *between)
{
    size_t max = sizeof gzip_head + STORED_HEAD + TRAILER;
    for (size_t i = 0; i < count; i++)
        max += pieces[i].packed.len;
    for (size_t i = 0; i + 1 < count; i++)
        max += between[i].len + (between[i].len / STORED_MAX + 1) * STORED_HEAD;
    return max;
}

str gzip_join(struct arena *a, const struct gzip_piece *pieces, size_t count, const str *between)
{
    char *out = arena_alloc(a, joined_max(pieces, count, between));
    struct joined j = {.at = out, .crc = crc_of(S(""))};
    if (out == NULL)
        return STR_NONE;
    put(&j, gzip_head, sizeof gzip_head);
    for (size_t i = 0; i < count; i++) {
        put(&j, pieces[i].packed.ptr, pieces[i].packed.len);
        j.crc = (uint32_t)crc32_combine_op(j.crc, pieces[i].crc, pieces[i].shift);
        j.bytes += pieces[i].bytes;
        if (i + 1 < count)
            put_stored(&j, between[i]);
    }
    put(&j, "\1\0\0\xff\xff", STORED_HEAD); /* an empty block says that it was the last */
    put_number(&j, j.crc, 4);
    put_number(&j, (uint32_t)j.bytes, 4);
    return (str){out, (size_t)(j.at - out)};
}
