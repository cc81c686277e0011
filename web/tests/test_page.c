/* Layouts and partials: what is current, what is hidden, what strangers' words cannot do. */
#include "base/tests/unit.h"

#include <string.h>

#include "core/i18n.h"
#include "page/page_tpl.h"
#include "texts.h"
#include "web/page.h"

static struct locale reader;

static void begin(struct html *h, const char *language)
{
    locale_init(&reader, &texts, str_c(language), S("PT"), S("Europe/Lisbon"), 1772445600000);
    html_init(h, &a, &reader.page, KiB(64));
    h->asset_url = page_asset_url;
}

static const char *done(struct html *h)
{
    str markup, text;
    assert_null(html_finish(h, &markup));
    assert_null(str_fmt(&a, &text, "%.*s", STR_ARG(markup)));
    return text.ptr;
}

#define HAS(text, part) assert_non_null(strstr(text, part))
#define LACKS(text, part) assert_null(strstr(text, part))

static void body(struct html *h, const void *args)
{
    tpl_form_error(h, *(const str *)args);
}

static void face_shows_initials(void **state)
{
    (void)state;
    static const struct { const char *name, *initials; } cases[] = {
        {"Nina Alves", "NA"}, {"nina", "N"}, {"Ana María Ortiz", "AM"}, {"周小满", "周"},
        {"  Bo  Ek ", "BE"}, {"", ""}, {"Émile Zola", "ÉZ"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct face face;
        assert_null(face_make(&a, str_c(cases[i].name), (int64_t)i - 3, &face));
        assert_true(str_eq(face.initials, str_c(cases[i].initials)));
        assert_in_range(face.colour, 0, 7);
    }
}

static void page_frames_its_body(void **state)
{
    (void)state;
    struct page page = {.title = S("Cups & <tea>"), .language = S("zh-Hans"), .place = "chat",
                        .width = "reading", .theme = S("dark"), .palette = S("tea"),
                        .flash_key = S("page.copied"),
                        .counts = {.chat_unread = 3, .cart_lines = 2}};
    struct html h;
    str words = S("<b>no</b>");
    begin(&h, "zh");
    tpl_page_layout(&h, &page, body, &words);
    const char *text = done(&h);
    HAS(text, "<html lang=\"zh-Hans\" data-theme=\"dark\"");
    HAS(text, "Cups &amp; &lt;tea&gt; · Millpond");
    HAS(text, "data-palette=\"tea\"");
    HAS(text, "href=\"/chat\" aria-current=\"page\"");
    LACKS(text, "href=\"/me\" aria-current");
    HAS(text, "&lt;b&gt;no&lt;/b&gt;");
    HAS(text, "已复制");
    HAS(text, "class=\"page reading\"");
    HAS(text, "/static/app.");
    LACKS(text, "console.");
    LACKS(text, "style=");
}

static void console_shows_rows_of_features(void **state)
{
    (void)state;
    struct page page = {.title = S("Orders"), .language = S("en"), .place = "", .width = "",
                        .shop_handle = S("reef"), .shop_name = S("Reef & Salt"), .nav_count = 2};
    page.nav[0] = (struct page_nav){.path = S("/console/reef"), .text_key = "page.home",
                                    .icon = "home", .is_often = true};
    page.nav[1] = (struct page_nav){.path = S("/console/reef/orders"), .text_key = "page.bag",
                                    .icon = "receipt", .count = 4, .is_current = true};
    struct html h;
    str words = S("");
    begin(&h, "en");
    tpl_console_layout(&h, &page, body, &words);
    const char *text = done(&h);
    HAS(text, "<li class=\"often\"><a href=\"/console/reef\">");
    HAS(text, "<a href=\"/console/reef/orders\" aria-current=\"page\">");
    HAS(text, "Reef &amp; Salt");
    HAS(text, "4 new");
    HAS(text, "noindex");
    LACKS(text, "form-error");
}

static void price_shows_what_it_has(void **state)
{
    (void)state;
    struct price_view price = {.now = {6400, {"EUR"}}};
    struct html h;
    begin(&h, "en");
    tpl_price_tag(&h, &price, "big");
    const char *text = done(&h);
    HAS(text, "class=\"price big\"");
    LACKS(text, "<s>");
    price.before = (struct money){7800, {"EUR"}};
    price.together = (struct money){4900, {"EUR"}};
    price.people = 3;
    begin(&h, "en");
    tpl_price_tag(&h, &price, "");
    text = done(&h);
    HAS(text, "<s><span class=\"unseen\">before </span>");
    HAS(text, "with 2 friends");
}

static void error_tells_what_is_safe(void **state)
{
    (void)state;
    struct page page = {.title = S("Back in a moment"), .language = S("en"), .place = "",
                        .width = "narrow"};
    struct error_view view = {.status = 503, .title = page.title, .detail = S("We cannot do this."),
                              .request_id = S("req-1")};
    struct html h;
    begin(&h, "en");
    tpl_error_page(&h, &page, &view);
    const char *text = done(&h);
    HAS(text, "What you had is as you left it.");
    HAS(text, "mention req-1");
    view.status = 404;
    begin(&h, "en");
    tpl_error_page(&h, &page, &view);
    LACKS(done(&h), "req-1");
}

static void confirmation_sends_the_same_fields_with_a_token(void **state)
{
    (void)state;
    struct page page = {.title = S("Was it you?"), .language = S("en"), .place = "",
                        .width = "narrow"};
    struct form_field fields[] = {{.name = S("text"), .value = S("a \"b\"")}, {.name = S("gone")}};
    struct confirm_view view = {.path = S("/post/1/like"), .fields = fields, .field_count = 2,
                                .token = S("t0k")};
    struct html h;
    begin(&h, "en");
    h.csrf_token = view.token;
    tpl_confirm_page(&h, &page, &view, (struct url_safe){view.path});
    const char *text = done(&h);
    HAS(text, "action=\"/post/1/like\"");
    HAS(text, "name=\"csrf\" value=\"t0k\"");
    HAS(text, "name=\"text\" value=\"a &quot;b&quot;\"");
    LACKS(text, "gone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(face_shows_initials),
        TEST(page_frames_its_body),
        TEST(console_shows_rows_of_features),
        TEST(price_shows_what_it_has),
        TEST(error_tells_what_is_safe),
        TEST(confirmation_sends_the_same_fields_with_a_token),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
