/* Products on both engines: saved by the smallest difference, found by words, addressed for ever,
 * never hostile. */
#include "fixture.h"

#include <stdio.h>

/* ---- saving ---- */

static void only_what_changed_is_written(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct variant_input sizes[3] = {
        {.sku = S("A-S"), .options = {S("S")}, .price_minor = 4900, .requires_shipping = true},
        {.sku = S("A-M"), .options = {S("M")}, .price_minor = 4900, .requires_shipping = true},
        {.sku = S(""), .options = {S("L")}, .price_minor = 5500, .requires_shipping = true}};
    struct product_input in = {.title = S("Suit"),
                               .description_html = S("<p>Fine &amp; <b>soft</b></p>"),
                               .status = PRODUCT_ACTIVE,
                               .option_names = {S("Size")},
                               .option_count = 1,
                               .variants = sizes,
                               .variant_count = 3};
    struct product_id id = {0};
    bool is_changed;
    testing_must(try_save(&f, &in, &id, &is_changed));
    assert_true(is_changed);
    struct product first = load(&f, id);
    testing_must(try_save(&f, &in, &id, &is_changed));
    assert_false(is_changed);
    assert_int_equal(load(&f, id).changed_ms, first.changed_ms);

    sizes[0].options[0] = S("Small");
    sizes[2].price_minor = 6000;
    testing_must(try_save(&f, &in, &id, &is_changed));
    assert_true(is_changed);
    struct product second = load(&f, id);
    assert_int_equal(second.variants[0].id.v, first.variants[0].id.v);
    assert_str_equal(second.variants[0].title, "Small");
    assert_int_equal(second.variants[2].id.v, first.variants[2].id.v);
    assert_int_equal(second.price_to.minor, 6000);

    in.variant_count = 1;
    testing_must(try_save(&f, &in, &id, &is_changed));
    assert_int_equal(load(&f, id).variant_count, 1);
    testing_close(&f.t);
}

static void hostile_descriptions_are_cleaned(enum db_engine engine)
{
    static const str bad[] = {
        STR_INIT("<script>alert(1)</script>"),
        STR_INIT("<img src=x onerror=alert(1)>"),
        STR_INIT("<a href='javascript:alert(1)'>x</a>"),
        STR_INIT("<p style='position:fixed' onclick='alert(1)'>x</p>"),
        STR_INIT("<svg><script>alert(1)</script></svg>"),
        STR_INIT("<iframe src=//evil></iframe>"),
        STR_INIT("<p><b><i>unclosed <table><tr><td>"),
        STR_INIT("<form action=/x><input name=csrf></form>"),
    };
    struct fixture f;
    open_fixture(&f, engine);
    struct variant_input one = {.price_minor = 1};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct product_input in = {.title = S("X"),
                                   .description_html = bad[i],
                                   .status = PRODUCT_ACTIVE,
                                   .variants = &one,
                                   .variant_count = 1};
        struct product_id id = {0};
        bool is_changed;
        testing_must(try_save(&f, &in, &id, NULL));
        str markup = load(&f, id).description.markup;
        static const str never[] = {
            STR_INIT("script"), STR_INIT("onerror"), STR_INIT("onclick"), STR_INIT("javascript"),
            STR_INIT("style"),  STR_INIT("iframe"),  STR_INIT("<form"),   STR_INIT("<img")};
        for (size_t n = 0; n < COUNT(never); n++)
            assert_true(str_find(markup, never[n]) < 0);
        in.description_html = markup;
        testing_must(try_save(&f, &in, &id, &is_changed));
        assert_false(is_changed);
    }
    testing_close(&f.t);
}

static void a_hundred_variants_are_the_limit(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    static struct variant_input many[101];
    static char values[101][16];
    for (int i = 0; i < 101; i++) {
        (void)snprintf(values[i], sizeof values[i], "v%d", i);
        many[i] = (struct variant_input){
            .sku = str_c(values[i]), .options = {str_c(values[i])}, .price_minor = i};
    }
    struct product_input in = {.title = S("Threads"),
                               .status = PRODUCT_ACTIVE,
                               .option_names = {S("Colour")},
                               .option_count = 1,
                               .variants = many,
                               .variant_count = 101};
    struct product_id id = {0};
    assert_string_equal(try_save(&f, &in, &id, NULL)->key, "catalog.bad_options");
    in.variant_count = 100;
    testing_must(try_save(&f, &in, &id, NULL));
    struct product p = load(&f, id);
    assert_int_equal(p.variant_count, 100);
    assert_int_equal(p.price_to.minor, 99);
    many[1].options[0] = many[0].options[0];
    assert_string_equal(try_save(&f, &in, &id, NULL)->key, "catalog.same_options");
    testing_close(&f.t);
}

static void an_article_number_belongs_to_one_variant(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct variant_input one = {.sku = S("CUP-1"), .price_minor = 100};
    struct product_input in = {
        .title = S("Cup"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id first = {0}, second = {0};
    testing_must(try_save(&f, &in, &first, NULL));
    const struct err *e = try_save(&f, &in, &second, NULL);
    assert_non_null(e);
    assert_string_equal(e->key, "catalog.sku_taken");
    assert_str_equal(e->args[0], "CUP-1");
    /* A number that became free may be used again. */
    one.sku = S("CUP-2");
    testing_must(try_save(&f, &in, &first, NULL));
    one.sku = S("CUP-1");
    testing_must(try_save(&f, &in, &second, NULL));
    /* Two variants swap their numbers. */
    struct variant_input two[2] = {{.sku = S("X"), .options = {S("red")}, .price_minor = 1},
                                   {.sku = S("Y"), .options = {S("blue")}, .price_minor = 2}};
    struct product_input pair = {.title = S("Pair"),
                                 .status = PRODUCT_ACTIVE,
                                 .option_names = {S("Colour")},
                                 .option_count = 1,
                                 .variants = two,
                                 .variant_count = 2};
    struct product_id id = {0};
    testing_must(try_save(&f, &pair, &id, NULL));
    two[0].sku = S("Y");
    two[1].sku = S("X");
    testing_must(try_save(&f, &pair, &id, NULL));
    assert_str_equal(load(&f, id).variants[0].sku, "Y");
    two[1].sku = S("Y");
    assert_string_equal(try_save(&f, &pair, &id, NULL)->key, "catalog.sku_taken");
    testing_close(&f.t);
}

/* ---- addresses ---- */

static void addresses_are_spelt_and_kept(enum db_engine engine)
{
    static const struct {
        str title;
        const char *handle;
    } titles[] = {{STR_INIT("Tide one-piece"), "tide-one-piece"},
                  {STR_INIT("Tide One Piece!"), "tide-one-piece-2"},
                  {STR_INIT("紫砂壶"), "zi-sha-hu"},
                  {STR_INIT("Crème brûlée"), "creme-brulee"},
                  {STR_INIT("Чай Иван"), "caj-ivan"},
                  {STR_INIT("Mira's cup"), "miras-cup"}};
    struct fixture f;
    struct product p;
    open_fixture(&f, engine);
    for (size_t i = 0; i < COUNT(titles); i++) {
        p = load(&f, make(&f, titles[i].title));
        if (!str_eq(p.handle, str_c(titles[i].handle)))
            print_message("%.*s: %.*s\n", STR_ARG(titles[i].title), STR_ARG(p.handle));
        assert_true(str_eq(p.handle, str_c(titles[i].handle)));
    }
    p = load(&f, make(&f, S("★★★")));
    assert_int_equal(p.handle.len, ID_TEXT_LEN);

    struct product_id cup = make(&f, S("Cup"));
    struct variant_input one = {.price_minor = 4900};
    struct product_input in = {.title = S("Cup"),
                               .handle = S("mug"),
                               .status = PRODUCT_ACTIVE,
                               .variants = &one,
                               .variant_count = 1};
    testing_must(try_save(&f, &in, &cup, NULL));
    const struct err *e = by_handle(&f, "cup", &p);
    assert_non_null(e);
    assert_string_equal(e->key, "catalog.moved");
    assert_str_equal(e->args[0], "mug");
    p = load(&f, make(&f, S("Cup")));
    assert_str_equal(p.handle, "cup-2");
    in.handle = S("cup");
    testing_must(try_save(&f, &in, &cup, NULL));
    testing_must(by_handle(&f, "cup", &p));
    assert_int_equal(p.id.v, cup.v);
    testing_close(&f.t);
}

/* ---- finding ---- */

static const struct err *archive(struct turn *t, void *arg)
{
    const struct save *s = arg;
    return catalog_set_status(t, s->f->shop, s->id, PRODUCT_ARCHIVED);
}

static void products_are_found_by_words(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct product_id tide = make(&f, S("Tide one-piece Café"));
    make(&f, S("紫砂西施壶"));
    make(&f, S("Tiles"));
    assert_int_equal(count_found(&f, f.shop, "", PRODUCT_STATUS_UNSET), 3);
    assert_int_equal(count_found(&f, f.shop, "ti", PRODUCT_STATUS_UNSET), 2);
    assert_int_equal(count_found(&f, f.shop, "piece TID", PRODUCT_STATUS_UNSET), 1);
    assert_int_equal(count_found(&f, f.shop, "cafe", PRODUCT_STATUS_UNSET), 1);
    assert_int_equal(count_found(&f, f.shop, "西施", PRODUCT_STATUS_UNSET), 1);
    assert_int_equal(count_found(&f, f.shop, "%", PRODUCT_STATUS_UNSET), 3);
    assert_int_equal(count_found(&f, f.shop, "nothing", PRODUCT_STATUS_UNSET), 0);
    assert_int_equal(count_found(&f, f.other_shop, "", PRODUCT_STATUS_UNSET), 0);
    struct save s = {.f = &f, .id = tide};
    testing_turn(&f.t, f.owner, archive, &s);
    assert_int_equal(count_found(&f, f.shop, "tide", PRODUCT_STATUS_UNSET), 0);
    assert_int_equal(count_found(&f, f.shop, "tide", PRODUCT_ARCHIVED), 1);
    testing_drain(&f.t);
    testing_close(&f.t);
}

ON_BOTH(only_what_changed_is_written)
ON_BOTH(hostile_descriptions_are_cleaned)
ON_BOTH(a_hundred_variants_are_the_limit)
ON_BOTH(an_article_number_belongs_to_one_variant)
ON_BOTH(addresses_are_spelt_and_kept)
ON_BOTH(products_are_found_by_words)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(only_what_changed_is_written),
        BOTH(hostile_descriptions_are_cleaned),
        BOTH(a_hundred_variants_are_the_limit),
        BOTH(an_article_number_belongs_to_one_variant),
        BOTH(addresses_are_spelt_and_kept),
        BOTH(products_are_found_by_words),
    };
    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
