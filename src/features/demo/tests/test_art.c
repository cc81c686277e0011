/* The drawn pictures: each is drawn, none is empty, no two are alike, the same twice. */
#include "demo/art.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WIDTH = 40, HEIGHT = 50, PIECES_MAX = 64, CELLS = 8 };

static const struct art_piece *pieces[PIECES_MAX];
static size_t piece_count;

static void list_pieces(void)
{
    const struct art_piece *lists[] = {art_reef, art_clay, art_tea};
    piece_count = 0;
    for (size_t i = 0; i < COUNT(lists); i++)
        for (const struct art_piece *p = lists[i]; p->name != NULL; p++)
            pieces[piece_count++] = p;
}

static uint8_t *draw(struct arena *own, const struct art_piece *p)
{
    uint8_t *rgb = NULL;
    assert_null(art_draw(own, p, WIDTH, HEIGHT, &rgb));
    return rgb;
}

static int unlikeness(const uint8_t *one, const uint8_t *other)
{
    int sum = 0;
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        sum += one[i] > other[i] ? one[i] - other[i] : other[i] - one[i];
    return sum / (WIDTH * HEIGHT * 3);
}

static void test_forty_unlike(void **state)
{
    (void)state;
    struct arena own;
    uint8_t *drawn[PIECES_MAX];
    arena_init(&own, MiB(256));
    list_pieces();
    assert_true(piece_count >= 40);
    for (size_t i = 0; i < piece_count; i++) {
        drawn[i] = draw(&own, pieces[i]);
        int darkest = 255, lightest = 0;
        for (int k = 0; k < WIDTH * HEIGHT * 3; k++) {
            darkest = drawn[i][k] < darkest ? drawn[i][k] : darkest;
            lightest = drawn[i][k] > lightest ? drawn[i][k] : lightest;
        }
        assert_true(lightest - darkest > 90);
        for (size_t j = 0; j < i; j++)
            assert_true(unlikeness(drawn[i], drawn[j]) > 4);
        assert_true(art_find(str_c(pieces[i]->name)) == pieces[i]);
        assert_true(strlen(pieces[i]->alt_en) > 10 && strlen(pieces[i]->alt_zh) > 10);
    }
    assert_null(art_find(S("reef-nothing")));
    arena_done(&own);
}

static void test_same_twice(void **state)
{
    (void)state;
    struct arena own;
    arena_init(&own, MiB(64));
    const struct art_piece *p = art_find(S("clay-cups"));
    assert_memory_equal(draw(&own, p), draw(&own, p), WIDTH * HEIGHT * 3);
    arena_done(&own);
}

static void test_png(void **state)
{
    (void)state;
    struct arena own;
    str png;
    arena_init(&own, MiB(64));
    assert_null(art_png(&own, draw(&own, art_find(S("tea-mist"))), WIDTH, HEIGHT, &png));
    assert_true(str_starts(png, (str){"\x89PNG\r\n\x1a\n", 8}));
    assert_true(str_ends(png, (str){"IEND\xae\x42\x60\x82", 8}));
    arena_done(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forty_unlike),
        cmocka_unit_test(test_same_twice),
        cmocka_unit_test(test_png),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
