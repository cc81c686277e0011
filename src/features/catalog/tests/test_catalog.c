/* Products on both engines: saved by the smallest difference, found by words, addressed for ever, never hostile. */
#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "app/features.h"
#include "base/tests/unit.h"
#include "catalog/catalog.h"
#include "core/session.h"
#include "core/testing.h"
#include "media/tests/png.h"

struct fixture {
    struct testing t;
    struct account_id owner, stranger;
    struct shop_id shop, other_shop;
    char handle[40], other_handle[40];
    struct testing_browser owner_browser, stranger_browser, anyone;
};

struct opening {
    struct account_id account;
    struct shop_id shop;
    str handle, token;
};

static const struct err *open_shop(struct turn *t, void *arg)
{
    struct opening *o = arg;
    struct session_id session;
    struct id_text tail = id_format(turn_new_id(t));
    TRY(account_guest_make(t, S("Mara"), S("en"), &o->account));
    TRY(session_create(t, o->account, S("test"), &session, &o->token));
    TRY(str_fmt(t->arena, &o->handle, "s-%s", tail.text));
    t->actor = o->account;
    return shop_create(t, &(struct shop_new){.handle = o->handle, .name = S("Reef"), .currency = S("EUR"),
                                          .country = S("NL"), .tax_included = true}, &o->shop);
}

static struct testing_browser browser_of(struct fixture *f, str token)
{
    return (struct testing_browser){.testing = &f->t, .cookie_names = {S("mp")}, .cookie_values = {token},
                                    .cookie_count = 1};
}

static void open_fixture(struct fixture *f, enum db_engine engine)
{
    struct opening mine = {0}, theirs = {0};
    testing_open(&f->t, engine, app_features, app_feature_count);
    testing_turn(&f->t, (struct account_id){0}, open_shop, &mine);
    testing_turn(&f->t, (struct account_id){0}, open_shop, &theirs);
    f->owner = mine.account;
    f->stranger = theirs.account;
    f->shop = mine.shop;
    f->other_shop = theirs.shop;
    (void)snprintf(f->handle, sizeof f->handle, "%.*s", STR_ARG(mine.handle));
    (void)snprintf(f->other_handle, sizeof f->other_handle, "%.*s", STR_ARG(theirs.handle));
    f->owner_browser = browser_of(f, mine.token);
    f->stranger_browser = browser_of(f, theirs.token);
    f->anyone = (struct testing_browser){.testing = &f->t};
}

struct save {
    struct fixture *f;
    struct product_input in;
    struct product_id id, saved;
    bool is_changed;
};

static const struct err *run_save(struct turn *t, void *arg)
{
    struct save *s = arg;
    return catalog_save(t, s->f->shop, &s->in, s->id, &s->saved, &s->is_changed);
}

static const struct err *try_save(struct fixture *f, const struct product_input *in, struct product_id *id, bool *ret_changed)
{
    struct save s = {.f = f, .in = *in, .id = *id};
    const struct err *e = turn_run(f->t.platform, &f->t.arena, f->owner, run_save, &s);
    *id = e == NULL ? s.saved : *id;
    if (ret_changed != NULL)
        *ret_changed = s.is_changed;
    return e;
}

static struct product load(struct fixture *f, struct product_id id)
{
    struct product p;
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_product(tx, &f->t.arena, f->shop, id, &p));
    db_read_end(tx);
    return p;
}

static const struct err *by_handle(struct fixture *f, const char *handle, struct product *ret)
{
    struct tx *tx;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    const struct err *e = catalog_product_by_handle(tx, &f->t.arena, f->shop, str_c(handle), ret);
    db_read_end(tx);
    return e;
}

static struct product_id make(struct fixture *f, str title)
{
    struct variant_input one = {.sku = S(""), .barcode = S(""), .options = {S(""), S(""), S("")}, .price_minor = 4900};
    struct product_input in = {.title = title, .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
    struct product_id id = {0};
    testing_must(try_save(f, &in, &id, NULL));
    return id;
}

/* ---- saving ---- */

static void only_what_changed_is_written(enum db_engine engine)
{
    struct fixture f;
    open_fixture(&f, engine);
    struct variant_input sizes[3] = {
        {.sku = S("A-S"), .options = {S("S")}, .price_minor = 4900, .requires_shipping = true},
        {.sku = S("A-M"), .options = {S("M")}, .price_minor = 4900, .requires_shipping = true},
        {.sku = S(""), .options = {S("L")}, .price_minor = 5500, .requires_shipping = true}};
    struct product_input in = {.title = S("Suit"), .description_html = S("<p>Fine &amp; <b>soft</b></p>"),
                               .status = PRODUCT_ACTIVE, .option_names = {S("Size")}, .option_count = 1,
                               .variants = sizes, .variant_count = 3};
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
        STR_INIT("<script>alert(1)</script>"), STR_INIT("<img src=x onerror=alert(1)>"),
        STR_INIT("<a href='javascript:alert(1)'>x</a>"), STR_INIT("<p style='position:fixed' onclick='alert(1)'>x</p>"),
        STR_INIT("<svg><script>alert(1)</script></svg>"), STR_INIT("<iframe src=//evil></iframe>"),
        STR_INIT("<p><b><i>unclosed <table><tr><td>"), STR_INIT("<form action=/x><input name=csrf></form>"),
    };
    struct fixture f;
    open_fixture(&f, engine);
    struct variant_input one = {.price_minor = 1};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct product_input in = {.title = S("X"), .description_html = bad[i], .status = PRODUCT_ACTIVE,
                                   .variants = &one, .variant_count = 1};
        struct product_id id = {0};
        bool is_changed;
        testing_must(try_save(&f, &in, &id, NULL));
        str markup = load(&f, id).description.markup;
        static const str never[] = {STR_INIT("script"), STR_INIT("onerror"), STR_INIT("onclick"), STR_INIT("javascript"),
                                    STR_INIT("style"), STR_INIT("iframe"), STR_INIT("<form"), STR_INIT("<img")};
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
    static char values[101][8];
    for (int i = 0; i < 101; i++) {
        (void)snprintf(values[i], sizeof values[i], "v%d", i);
        many[i] = (struct variant_input){.sku = str_c(values[i]), .options = {str_c(values[i])}, .price_minor = i};
    }
    struct product_input in = {.title = S("Threads"), .status = PRODUCT_ACTIVE, .option_names = {S("Colour")},
                               .option_count = 1, .variants = many, .variant_count = 101};
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
    struct product_input in = {.title = S("Cup"), .status = PRODUCT_ACTIVE, .variants = &one, .variant_count = 1};
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
    struct product_input pair = {.title = S("Pair"), .status = PRODUCT_ACTIVE, .option_names = {S("Colour")},
                                 .option_count = 1, .variants = two, .variant_count = 2};
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
    } titles[] = {{STR_INIT("Tide one-piece"), "tide-one-piece"}, {STR_INIT("Tide One Piece!"), "tide-one-piece-2"},
                  {STR_INIT("紫砂壶"), "zi-sha-hu"}, {STR_INIT("Crème brûlée"), "creme-brulee"},
                  {STR_INIT("Чай Иван"), "caj-ivan"}, {STR_INIT("Mira's cup"), "miras-cup"}};
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
    struct product_input in = {.title = S("Cup"), .handle = S("mug"), .status = PRODUCT_ACTIVE, .variants = &one,
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

static size_t count_found(struct fixture *f, struct shop_id shop, const char *query, enum product_status status)
{
    struct product_card *cards;
    enum product_status statuses[10];
    struct tx *tx;
    size_t count;
    testing_must(db_read_begin(f->t.platform->db, &f->t.arena, &tx));
    testing_must(catalog_search(tx, &f->t.arena, shop, str_c(query), status, (struct product_id){0}, 10, &cards, statuses,
                                &count));
    db_read_end(tx);
    return count;
}

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

/* ---- pages ---- */

static bool says(const struct testing_answer *page, const char *words)
{
    return str_find(page->body, str_c(words)) >= 0;
}

static const char *path_of(struct fixture *f, const char *before, const char *shop, const char *after)
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
        strbuf_addf(&sb, "&%s=%.*s", name, STR_ARG(str_sub(rest, 0, (size_t)str_find_char(rest, '"'))));
    }
    testing_must(strbuf_finish(&sb, &all));
    return all;
}

static str rows_again(struct fixture *f, const struct testing_answer *page)
{
    static const char *const names[] = {"v_id", "v_option1", "v_option2", "v_option3", "v_price", "v_compare_at", "v_sku",
                                        "v_weight"};
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
        me, new_path, FORM "&option1_name=Size&option1_values=S%0AM&option2_name=Colour&option2_values=red%0D%0Ablue", NULL,
        STR_NONE);
    assert_int_equal(page.status, 303);
    const char *path = page.location.ptr;
    testing_must(str_to_c(&f.t.arena, page.location, &path));
    page = testing_get(me, path);
    assert_true(says(&page, "S / red"));
    assert_true(says(&page, "M / blue"));

    /* A new value makes its combinations; what was taken out stays out. */
    str rows = rows_again(&f, &page), id = again(&f, &page, "v_id"), form;
    str first_id = str_sub(id, sizeof "&v_id=" - 1, ID_TEXT_LEN);
    const char *more = "&option1_name=Size&option1_values=S%0AM%0AL&option2_name=Colour&option2_values=red%0Ablue";
    testing_must(str_fmt(&f.t.arena, &form, FORM "%s%.*s&v_drop=%.*s", more, STR_ARG(rows), STR_ARG(first_id)));
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
            testing_upload(&f.owner_browser, path_of(&f, "/console/", f.handle, "/products"), form.ptr, NULL, STR_NONE);
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
    struct testing_answer page = testing_upload(me, path_of(&f, "/console/", f.handle, "/products"), FORM, "photo",
                                                png_make(&f.t.arena, 300, 300, 0xef6a4c));
    assert_int_equal(page.status, 303);
    testing_must(str_to_c(&f.t.arena, str_sub(page.location, 0, (size_t)str_find_char(page.location, '#')), &path));
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
    assert_int_equal(testing_get(they, path_of(&f, "/console/", f.handle, "/products")).status, 404);
    assert_int_equal(testing_get(they, path_of(&f, "/console/", f.handle, product)).status, 404);
    assert_int_equal(testing_get(they, path_of(&f, "/console/", f.other_handle, product)).status, 404);
    assert_int_equal(testing_post(they, path_of(&f, "/console/", f.other_handle, theirs), "status=archived").status, 404);
    assert_int_equal(testing_upload(they, path_of(&f, "/console/", f.other_handle, product), FORM, NULL, STR_NONE).status,
                     404);
    assert_int_equal(testing_get(&f.owner_browser, path_of(&f, "/console/", f.handle, product)).status, 200);
    assert_int_equal(testing_post(&f.owner_browser, path_of(&f, "/console/", f.handle, theirs), "status=draft").status, 303);
    struct testing_answer page = testing_get(&f.anyone, path_of(&f, "/s/", f.handle, ""));
    assert_int_equal(page.status, 200);
    assert_false(says(&page, "Secret"));
    assert_int_equal(testing_get(&f.anyone, path_of(&f, "/api/v1/shops/", f.handle, "/products/secret")).status, 404);
    page = testing_get(&f.owner_browser, path_of(&f, "/console/", f.handle, "/products?q=secret&status=draft"));
    assert_true(says(&page, "Secret"));
    testing_close(&f.t);
}

/* ---- API ---- */

static void the_api_takes_and_gives(enum db_engine engine)
{
    static const char *const bad[] = {
        "{}", "{\"title\":7}", "{\"title\":\"A\",\"variants\":[]}", "{\"title\":\"A\",\"variants\":[{}]}",
        "{\"title\":\"A\",\"variants\":[{\"price\":49}]}", "{\"title\":\"A\",\"variants\":[{\"price\":\"-1\"}]}",
        "{\"title\":\"A\",\"variants\":[{\"price\":\"1\"},{\"price\":\"2\"}]}",
        "{\"title\":\"A\",\"variants\":{}}", "{\"title\":\"A\",\"status\":\"on\",\"variants\":[{\"price\":\"1\"}]}",
        "{\"title\":\"A\",\"variants\":[{\"price\":\"1\",\"weight_g\":-5}]}",
        "{\"title\":\"A\",\"photos\":[1],\"variants\":[{\"price\":\"1\"}]}",
    };
    struct fixture f;
    open_fixture(&f, engine);
    struct testing_browser *me = &f.owner_browser;
    const char *path = path_of(&f, "/api/v1/console/", f.handle, "/products");
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct testing_answer answer = testing_api(me, HTTP_POST, path, bad[i], NULL);
        if (answer.status != 400 && answer.status != 422)
            print_message("%s: %d\n", bad[i], answer.status);
        assert_true(answer.status == 400 || answer.status == 422);
        assert_true(says(&answer, "\"title\""));
    }
    struct testing_answer made = testing_api(
        me, HTTP_POST, path,
        "{\"title\":\"Cup\",\"options\":[\"Glaze\"],\"variants\":[{\"sku\":\"C1\",\"price\":\"28.00\",\"options\":[\"jade\"]},"
        "{\"sku\":\"C2\",\"price\":\"30.00\",\"options\":[\"moon\"]}]}", NULL);
    assert_int_equal(made.status, 201);
    assert_true(says(&made, "\"minor\":2800") || says(&made, "\"amount\":\"28.00\""));
    str id = str_sub(str_from(made.body, (size_t)str_find(made.body, S("\"id\":\"")) + 6), 0, ID_TEXT_LEN), one;
    testing_must(str_fmt(&f.t.arena, &one, "%s/%.*s", path, STR_ARG(id)));
    struct testing_answer answer =
        testing_api(me, HTTP_PUT, one.ptr, "{\"title\":\"Cup\",\"variants\":[{\"sku\":\"C1\",\"price\":\"29.00\"}]}", NULL);
    assert_int_equal(answer.status, 200);
    assert_false(says(&answer, "C2"));
    assert_int_equal(testing_api(&f.stranger_browser, HTTP_GET, one.ptr, NULL, NULL).status, 404);
    assert_int_equal(testing_api(&f.stranger_browser, HTTP_PUT, one.ptr, "{\"title\":\"Mine\"}", NULL).status, 404);
    answer = testing_api(&f.anyone, HTTP_GET, path_of(&f, "/api/v1/shops/", f.handle, "/products"), NULL, NULL);
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "\"title\":\"Cup\""));
    assert_true(says(&answer, "\"next\":null"));
    answer = testing_api(&f.anyone, HTTP_GET, path_of(&f, "/api/v1/shops/", f.handle, "/products/cup"), NULL, NULL);
    assert_int_equal(answer.status, 200);
    assert_true(says(&answer, "29.00"));
    make(&f, S("Another"));
    answer = testing_api(&f.anyone, HTTP_GET, path_of(&f, "/api/v1/shops/", f.handle, "/products?limit=1"), NULL, NULL);
    assert_true(says(&answer, "Another"));
    assert_false(says(&answer, "\"next\":null"));
    assert_int_equal(
        testing_api(&f.anyone, HTTP_GET, path_of(&f, "/api/v1/shops/", f.handle, "/products?limit=0"), NULL, NULL).status, 422);
    testing_close(&f.t);
}

#define ON_BOTH(behaviour) \
    static void behaviour##_sqlite(void **state) \
    { \
        (void)state; \
        behaviour(DB_SQLITE); \
    } \
    static void behaviour##_postgres(void **state) \
    { \
        (void)state; \
        assert_true(testing_has_engine(DB_POSTGRES)); \
        behaviour(DB_POSTGRES); \
    }
ON_BOTH(only_what_changed_is_written)
ON_BOTH(hostile_descriptions_are_cleaned)
ON_BOTH(a_hundred_variants_are_the_limit)
ON_BOTH(an_article_number_belongs_to_one_variant)
ON_BOTH(addresses_are_spelt_and_kept)
ON_BOTH(products_are_found_by_words)
ON_BOTH(options_become_a_table)
ON_BOTH(a_wrong_form_comes_back_as_it_was)
ON_BOTH(photos_come_with_the_form)
ON_BOTH(strangers_find_nothing)
ON_BOTH(the_api_takes_and_gives)

#define BOTH(behaviour) TEST(behaviour##_sqlite), TEST(behaviour##_postgres)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(only_what_changed_is_written), BOTH(hostile_descriptions_are_cleaned),
        BOTH(a_hundred_variants_are_the_limit), BOTH(an_article_number_belongs_to_one_variant),
        BOTH(addresses_are_spelt_and_kept), BOTH(products_are_found_by_words), BOTH(options_become_a_table),
        BOTH(a_wrong_form_comes_back_as_it_was), BOTH(photos_come_with_the_form), BOTH(strangers_find_nothing),
        BOTH(the_api_takes_and_gives),
    };
    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
