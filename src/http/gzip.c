#include "http/gzip.h"

#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

/* 8 KiB of window and 64 KiB of state in all: pages are small, and 64 workers may compress at once.
 * Level 1: 7 % more bytes than level 4 for two thirds of the time, which is half of what a page
 * costs. */
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

str gzip_make(struct arena *a, str bytes)
{
    z_stream *z = bytes.len > UINT32_MAX / 2 ? NULL : own_stream();
    unsigned char *out = z == NULL ? NULL : arena_alloc(a, bytes.len);
    if (out == NULL)
        return STR_NONE;
    z->next_in = (z_const Bytef *)(uintptr_t)bytes.ptr;
    z->avail_in = (uInt)bytes.len;
    z->next_out = out;
    z->avail_out = (uInt)bytes.len;
    return deflate(z, Z_FINISH) == Z_STREAM_END ? (str){(const char *)out, z->total_out} : STR_NONE;
}
