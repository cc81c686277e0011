/* Which photograph serves for which picture, by its name alone. */
#include "demo/demo_photos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names(void **state)
{
    (void)state;
    int own = demo_photo_fits(S("reef-hat.jpg"), "reef-hat"),
        straw = demo_photo_fits(S("x/Hat-Straw.jpg"), "reef-hat"),
        any = demo_photo_fits(S("hat.webp"), "reef-hat");
    assert_true(own > straw && straw > any && any > 0);
    assert_int_equal(demo_photo_fits(S("that-chatter.jpg"), "reef-hat"), 0); /* whole words only */
    assert_int_equal(demo_photo_fits(S("hat/portrait.jpg"), "reef-hat"),
                     0); /* not the folder's name */
    assert_int_equal(demo_photo_fits(S("IMG_2031.jpg"), "reef-hat"), 0);
    assert_true(demo_photo_fits(S("teapot-glass-set.jpg"), "tea-jug") >
                demo_photo_fits(S("teapot-glass-set.jpg"), "tea-pot"));
}

/* Every picture can be replaced. */
static void test_each_has_words(void **state)
{
    (void)state;
    const struct art_piece *lists[] = {art_reef, art_clay, art_tea};
    for (size_t l = 0; l < COUNT(lists); l++)
        for (const struct art_piece *p = lists[l]; p->name != NULL; p++)
            assert_true(demo_photo_has_words(p->name));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_each_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
