/* The console's pages and the API of products on both engines. */
#include "fixture.h"

#include <stdio.h>

#include "base/tests/png.h"

/* ---- pages ---- */

static bool says(const struct testing_answer *page, const char *words)
{
    return str_find(page->body, str_c(words)) >= 0;
}

static const char *path_of(struct fixture *f, const char *before, const char *shop,
                           const char *after)
{
    str path;
    testing_must(str_fmt(&f->t.arena, &path, "%s%s%s", before, shop, after));
    return path.ptr;
}

#define FORM "title=Tide&price=49.00&status=active&requires_shipping=1&taxable=1"

/* The values of all fields of that name, joined by '&', as the browser would send them again. */
static str again(struct fixture *f, const struct testing_answer *page, const char *name)
{
    struct strbuf sb;
    str needle, rest = page->body, all;
    testing_must(str_fmt(&f->t.arena, &needle, "name=\"%s\" value=\"", name));
    strbuf_init(&sb, &f->t.arena, KiB(64));
    for (ptrdiff_t at = str_find(rest, needle); at >= 0; at = str_find(rest, needle)) {
        rest = str_from(rest, (size_t)at + needle.len);
        strbuf_addf(&sb, "&%s=%.*s", name,
                    STR_ARG(str_sub(rest, 0, (size_t)str_find_char(rest, '"'))));
    }
    testing_must(strbuf_finish(&sb, &all));
    return all;
}

static str rows_again(struct fixture *f, const struct testing_answer *page)
{
    static const char *const names[] = {"v_id",    "v_option1",    "v_option2", "v_option3",
                                        "v_price", "v_compare_at", "v_sku",     "v_weight"};
    struct strbuf sb;
    str all;
    strbuf_init(&sb, &f->t.arena, KiB(256));
    for (size_t i = 0; i < COUNT(names); i++)
        strbuf_add(&sb, again(f, page, names[i]));
    testing_must(strbuf_finish(&sb, &all));
    return all;
}

static void options_become_a_table(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct testing_browser *me = &f.owner_browser;
    const char *new_path = path_of(&f, "/console/", f.handle, "/products");
    struct testing_answer page = testing_upload(
        me, new_path,
        FORM
        "&option1_name=Size&option1_values=S%0AM&option2_name=Colour&option2_values=red%0D%0Ablue",
        NULL, STR_NONE);
    assert_int_equal(page.status, 303);
    const char *path = page.location.ptr;
    testing_must(str_to_c(&f.t.arena, page.location, &path));
    page = testing_get(me, path);
    assert_true(says(&page, "S / red"));
    assert_true(says(&page, "M / blue"));

    /* A new value makes its combinations; what was taken out stays out. */
    str rows = rows_again(&f, &page), id = again(&f, &page, "v_id"), form;
    str first_id = str_sub(id, sizeof "&v_id=" - 1, ID_TEXT_LEN);
    const char *more =
        "&option1_name=Size&option1_values=S%0AM%0AL&option2_name=Colour&option2_values=red%0Ablue";
    testing_must(str_fmt(&f.t.arena, &form, FORM "%s%.*s&v_drop=%.*s", more, STR_ARG(rows),
                         STR_ARG(first_id)));
    page = testing_upload(me, path, form.ptr, NULL, STR_NONE);
    assert_int_equal(page.status, 303);
    page = testing_get(me, path);
    assert_false(says(&page, "S / red"));
    assert_true(says(&page, "L / red"));
    assert_true(says(&page, "5 variants"));
    testing_must(str_fmt(&f.t.arena, &form, FORM "%s%.*s", more, STR_ARG(rows_again(&f, &page))));
    assert_int_equal(testing_upload(me, path, form.ptr, NULL, STR_NONE).status, 303);
    page = testing_get(me, path);
    assert_true(says(&page, "5 variants"));
    testing_close(&f.t);
}

static void a_wrong_form_comes_back_as_it_was(enum db_engine engine)
{
    static const struct {
        const char *form, *words;
    } bad[] = {
        {"title=&price=1", "A title has"},
        {"title=Tide&price=cheap", "A price is zero or more"},
        {"title=Tide", "what it costs"},
        {"title=Tide&price=1&weight=heavy", "whole number of grams"},
        {"title=Tide&price=1&option1_name=Size", "a name and at least one value"},
        {"title=Tide&price=1&photo_id=0000000000001", "does not exist any more"},
        {"title=Tide&price=1&price=2", "sent twice"},
    };
    struct fixture f;
    open_fixture(&f, engine);
    for (size_t i = 0; i < COUNT(bad); i++) {
        str form;
        testing_must(str_fmt(&f.t.arena, &form, "%s&vendor=%%22%%3E%%3Cscript%%3E", bad[i].form));
        struct testing_answer page =
            testing_upload(&f.owner_browser, path_of(&f, "/console/", f.handle, "/products"),
                           form.ptr, NULL, STR_NONE);
        if (page.status != 422 || !says(&page, bad[i].words))
            print_message("%s: %d %.*s\n", bad[i].form, page.status, STR_ARG(page.body));
        assert_int_equal(page.status, 422);
        assert_true(says(&page, bad[i].words));
        assert_false(says(&page, "\"><script>"));
    }
    assert_int_equal(count_found(&f, f.shop, "", PRODUCT_STATUS_UNSET), 0);
    testing_close(&f.t);
}

static void photos_come_with_the_form(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct testing_browser *me = &f.owner_browser;
    const char *path;
    struct testing_answer page =
        testing_upload(me, path_of(&f, "/console/", f.handle, "/products"), FORM, "photo",
                       png_make(&f.t.arena, 300, 300, 0xef6a4c));
    assert_int_equal(page.status, 303);
    testing_must(str_to_c(
        &f.t.arena, str_sub(page.location, 0, (size_t)str_find_char(page.location, '#')), &path));
    page = testing_get(me, path);
    assert_true(says(&page, "being prepared"));
    testing_drain(&f.t);
    page = testing_get(me, path);
    assert_true(says(&page, "/600.webp"));
    str photo = again(&f, &page, "photo_id"), form;
    page = testing_get(&f.anyone, path_of(&f, "/s/", f.handle, ""));
    assert_true(says(&page, "/600.webp"));
    assert_true(says(&page, "/p/tide"));
    testing_must(str_fmt(&f.t.arena, &form, FORM "%.*s&do=remove+%.*s", STR_ARG(photo),
                         STR_ARG(str_from(photo, sizeof "&photo_id=" - 1))));
    assert_int_equal(testing_upload(me, path, form.ptr, NULL, STR_NONE).status, 303);
    page = testing_get(me, path);
    assert_false(says(&page, "/600.webp"));
    testing_close(&f.t);
}

static void strangers_find_nothing(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct id_text id = id_format(make(&f, S("Secret")).v);
    char product[60], theirs[60];
    (void)snprintf(product, sizeof product, "/products/%s", id.text);
    (void)snprintf(theirs, sizeof theirs, "/products/%s/status", id.text);
    struct testing_browser *they = &f.stranger_browser;
    assert_int_equal(testing_get(they, path_of(&f, "/console/", f.handle, "/products")).status,
                     404);
    assert_int_equal(testing_get(they, path_of(&f, "/console/", f.handle, product)).status, 404);
    assert_int_equal(testing_get(they, path_of(&f, "/console/", f.other_handle, product)).status,
                     404);
    assert_int_equal(
        testing_post(they, path_of(&f, "/console/", f.other_handle, theirs), "status=archived")
            .status,
        404);
    assert_int_equal(testing_upload(they, path_of(&f, "/console/", f.other_handle, product), FORM,
                                    NULL, STR_NONE)
                         .status,
                     404);
    assert_int_equal(
        testing_get(&f.owner_browser, path_of(&f, "/console/", f.handle, product)).status, 200);
    assert_int_equal(
        testing_post(&f.owner_browser, path_of(&f, "/console/", f.handle, theirs), "status=draft")
            .status,
        303);
    struct testing_answer page = testing_get(&f.anyone, path_of(&f, "/s/", f.handle, ""));
    assert_int_equal(page.status, 200);
    assert_false(says(&page, "Secret"));
    assert_int_equal(
        testing_get(&f.anyone, path_of(&f, "/api/v1/shops/", f.handle, "/products/secret")).status,
        404);
    page = testing_get(&f.owner_browser,
                       path_of(&f, "/console/", f.handle, "/products?q=secret&status=draft"));
    assert_true(says(&page, "Secret"));
    testing_close(&f.t);
}

/* ---- API ---- */

static void the_api_takes_and_gives(enum db_engine engine)
{
    static const char *const bad[] = {
        "{}", "{\"title\":7}", "{\"title\":\"A\",\"variants\":[]}",
        "{\"title\":\"A\",\"variants\":[{}]}", "{\"title\":\"A\",\"variants\":[{\"price\":49}]}",
        "{\"title\":\"A\",\"variants\":[{\"price\":\"-1\"}]}",
        "{\"title\":\"A\",\"variants\":[{\"price\":\"1\"},{\"price\":\"2\"}]}",
        "{\"title\":\"A\",\"variants\":{}}",
        "{\"title\":\"A\",\"status\":\"on\",\"variants\":[{\"price\":\"1\"}]}",
        "{\"title\":\"A\",\"variants\":[{\"price\":\"1\",\"weight_g\":-5}]}",
        "{\"title\":\"A\",\"photos\":[1],\"variants\":[{\"price\":\"1\"}]}",
    };
    struct fixture f;
    open_fixture(&f, engine);
    struct testing_browser *me = &f.owner_browser;
    const char *path = path_of(&f, "/api/v1/console/", f.handle, "/products");
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct testing_answer answer = testing_api(me, HTTP_POST, path, bad[i], "bad");
        if (answer.status != 400 && answer.status != 422)
            print_message("%s: %d\n", bad[i], answer.status);
        assert_true(answer.status == 400 || answer.status == 422);
        assert_true(says(&answer, "\"title\""));
    }
    struct testing_answer made = testing_api(
        me, HTTP_POST, path,
        "{\"title\":\"Cup\",\"options\":[\"Glaze\"],\"variants\":[{\"sku\":\"C1\","
        "\"price\":\"28.00\",\"options\":[\"jade\"]},"
        "{\"sku\":\"C2\",\"price\":\"30.00\",\"options\":[\"moon\"]}]}",
        "cup");
    assert_int_equal(made.status, 201);
    assert_true(says(&made, "{\"amount\":\"28.00\",\"minor\":2800,\"currency\":\"EUR\"}"));
    str id = str_sub(str_from(made.body, (size_t)str_find(made.body, S("\"id\":\"")) + 6), 0,
                     ID_TEXT_LEN),
        one;
    testing_must(str_fmt(&f.t.arena, &one, "%s/%.*s", path, STR_ARG(id)));
    struct testing_answer answer = testing_api(
        me, HTTP_PUT, one.ptr,
        "{\"title\":\"Cup\",\"variants\":[{\"sku\":\"C1\",\"price\":\"29.00\"}]}", NULL);
    assert_int_equal(answer.status, 200);
    assert_false(says(&answer, "C2"));
    assert_int_equal(testing_api(&f.stranger_browser, HTTP_GET, one.ptr, NULL, NULL).status, 404);
    assert_int_equal(
        testing_api(&f.stranger_browser, HTTP_PUT, one.ptr, "{\"title\":\"Mine\"}", NULL).status,
        404);
    answer = testing_api(&f.anyone, HTTP_GET, path_of(&f, "/api/v1/shops/", f.handle, "/products"),
                         NULL, NULL);
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "\"title\":\"Cup\""));
    assert_true(says(&answer, "\"next\":null"));
    answer = testing_api(&f.anyone, HTTP_GET,
                         path_of(&f, "/api/v1/shops/", f.handle, "/products/cup"), NULL, NULL);
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "29.00"));
    make(&f, S("Another"));
    answer = testing_api(&f.anyone, HTTP_GET,
                         path_of(&f, "/api/v1/shops/", f.handle, "/products?limit=1"), NULL, NULL);
    assert_true(says(&answer, "Another"));
    assert_false(says(&answer, "\"next\":null"));
    assert_int_equal(testing_api(&f.anyone, HTTP_GET,
                                 path_of(&f, "/api/v1/shops/", f.handle, "/products?limit=0"), NULL,
                                 NULL)
                         .status,
                     422);
    testing_close(&f.t);
}

ON_BOTH(options_become_a_table)
ON_BOTH(a_wrong_form_comes_back_as_it_was)
ON_BOTH(photos_come_with_the_form)
ON_BOTH(strangers_find_nothing)
ON_BOTH(the_api_takes_and_gives)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(options_become_a_table),
        BOTH(a_wrong_form_comes_back_as_it_was),
        BOTH(photos_come_with_the_form),
        BOTH(strangers_find_nothing),
        BOTH(the_api_takes_and_gives),
    };
    return cmocka_run_group_tests_name("catalog pages", tests, NULL, NULL);
}
