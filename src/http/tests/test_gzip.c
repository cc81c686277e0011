/* Streams joined from pieces: every reader of gzip must get the bytes back. */
#include "base/tests/unit.h"

#include <string.h>
#include <zlib.h>

#include "base/strbuf.h"
#include "http/gzip.h"

enum { TEXT_MAX = 400 * 1024 };

static str unpacked(str packed)
{
    static unsigned char out[TEXT_MAX];
    z_stream z = {0};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK); /* 16: gzip, whose sums it checks */
    z.next_in = (z_const Bytef *)(uintptr_t)packed.ptr;
    z.avail_in = (uInt)packed.len;
    z.next_out = out;
    z.avail_out = sizeof out;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    str text = {(const char *)out, z.total_out};
    inflateEnd(&z);
    return text;
}

/* `count` texts, every second of which changes, against all of them in a row. */
static void joins(const str *texts, size_t count)
{
    struct gzip_piece pieces[8];
    str between[8];
    struct strbuf whole;
    strbuf_init(&whole, &a, TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i % 2 == 0)
            assert_true(gzip_piece_make(&a, texts[i], &pieces[i / 2]));
        else
            between[i / 2] = texts[i];
        strbuf_add(&whole, texts[i]);
    }
    str text = unpacked(gzip_join(&a, pieces, (count + 1) / 2, between));
    assert_int_equal(text.len, whole.len);
    assert_memory_equal(text.ptr, whole.ptr, text.len);
}

static str noise(size_t bytes)
{
    char *text = arena_alloc(&a, bytes);
    uint32_t seed = (uint32_t)bytes + 1;
    for (size_t i = 0; i < bytes; i++) {
        seed = seed * 1664525 + 1013904223;
        text[i] = (char)(seed >> 24);
    }
    return (str){text, bytes};
}

static void pieces_make_one_stream(void **state)
{
    (void)state;
    joins(&S("<html>just one</html>"), 1);
    joins(&S(""), 1);
    joins((str[]){S("<p>"), S("Ann"), S("</p>")}, 3);
    joins((str[]){S(""), S("Ann"), S("")}, 3);
    joins((str[]){S("<p><p><p><p>"), S(""), S("<p><p><p><p>"), S(""), S("")}, 5);
    static const size_t sizes[] = {1, 2, 65534, 65535, 65536, 131071};
    for (size_t i = 0; i < COUNT(sizes); i++)
        joins((str[]){S("a"), noise(sizes[i]), noise(sizes[i]), S("b"), S("c")}, 5);
}

/* The same pieces serve every answer. */
static void pieces_are_used_again(void **state)
{
    (void)state;
    struct gzip_piece pieces[2];
    assert_true(gzip_piece_make(&a, S("<p>Hello "), &pieces[0]));
    assert_true(gzip_piece_make(&a, S(", hello</p>"), &pieces[1]));
    assert_str_equal(unpacked(gzip_join(&a, pieces, 2, &S("Ann"))), "<p>Hello Ann, hello</p>");
    assert_str_equal(unpacked(gzip_join(&a, pieces, 2, &S("Bo"))), "<p>Hello Bo, hello</p>");
    assert_str_equal(unpacked(gzip_make(&a, S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))),
                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
}

/* A secret beside a stranger's words: the length does not tell whether he guessed it. */
static void what_changes_is_not_compressed(void **state)
{
    (void)state;
    struct gzip_piece pieces[2];
    assert_true(gzip_piece_make(&a, S("<p>guess: secret-17</p>"), &pieces[0]));
    assert_true(gzip_piece_make(&a, S("<p>guess: secret-17</p>"), &pieces[1]));
    str hit = gzip_join(&a, pieces, 2, &S("secret-17"));
    str miss = gzip_join(&a, pieces, 2, &S("another-x"));
    assert_int_equal(hit.len, miss.len);
}

static void memory_may_fail(void **state)
{
    (void)state;
    struct gzip_piece piece;
    assert_true(gzip_piece_make(&a, S("text"), &piece));
    arena_fail_at(1, false);
    assert_true(str_is_absent(gzip_join(&a, &piece, 1, NULL)));
    arena_fail_at(1, false);
    assert_false(gzip_piece_make(&a, S("text"), &piece));
    assert_true(gzip_piece_make(&a, S("text"), &piece));
    assert_str_equal(unpacked(gzip_join(&a, &piece, 1, NULL)), "text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pieces_make_one_stream),
        TEST(pieces_are_used_again),
        TEST(what_changes_is_not_compressed),
        TEST(memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
