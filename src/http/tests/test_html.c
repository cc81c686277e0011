/* The HTML writer: every byte, every hostile URL, texts with arguments. */
#include "base/tests/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "http/html.h"

static str locale_text(void *self, const char *key)
{
    (void)self;
    return strcmp(key, "greet") == 0 ? S("<Hi> {0}, {1} & {0}{2}") : str_c(key);
}

static str locale_plural(void *self, const char *key, int64_t count)
{
    (void)self;
    (void)key;
    return count == 1 ? S("one friend of {1}") : S("{0} friends of {1}");
}

static void locale_money(void *self, struct strbuf *out, struct money m)
{
    (void)self;
    strbuf_addf(out, "%s<%lld>", m.currency.code, (long long)m.minor);
}

static void locale_date(void *self, struct strbuf *out, int64_t ms, int style)
{
    (void)self;
    strbuf_addf(out, "d%d:%lld", style, (long long)ms);
}

static void locale_number(void *self, struct strbuf *out, int64_t n)
{
    (void)self;
    strbuf_addf(out, "#%lld", (long long)n);
}

static const struct html_locale locale = {NULL,        locale_text,   locale_plural, locale_money,
                                          locale_date, locale_number, STR_INIT("en")};
static struct html h;

static void begin(void)
{
    html_init(&h, &a, &locale, 100000);
}

static str made(void)
{
    str s = STR_NONE;
    assert_null(html_finish(&h, &s));
    return s;
}

static void every_byte_leaves_as_safe_utf8(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char text[3] = {'x', (char)byte, 'y'};
        begin();
        html_text_str(&h, (str){text, 3});
        str out = made();
        assert_true(utf8_is_valid(out));
        assert_true(str_starts(out, S("x")) && str_ends(out, S("y")));
        assert_int_equal(str_find_char(out, '<'), -1);
        assert_int_equal(str_find_char(out, '>'), -1);
        assert_int_equal(str_find_char(out, '"'), -1);
        assert_int_equal(str_find_char(out, '\''), -1);
        bool is_plain =
            byte == '\t' || byte == '\n' || byte == '\r' || (byte >= ' ' && byte < 0x7f);
        if (!is_plain)
            assert_str_equal(out, "x\xef\xbf\xbdy");
    }
}

static void text_is_escaped_and_repaired(void **state)
{
    (void)state;
    begin();
    html_text_c(&h, "<a href=\"x\" b='y'>&amp;");
    assert_str_equal(made(), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
    begin();
    html_text_str(&h, S("茶\xe8\x8c<\xf0\x9f\x8d\xb5\xc0\xbc\xed\xa0\x80\xc2\x80"));
    assert_str_equal(
        made(),
        "茶\xef\xbf\xbd\xef\xbf\xbd&lt;\xf0\x9f\x8d\xb5"
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    begin();
    html_text_str(&h, STR_NONE);
    HTML_TEXT(&h, (int64_t)INT64_MIN);
    HTML_TEXT(&h, UINT64_MAX);
    HTML_TEXT(&h, (bool)true);
    HTML_TEXT(&h, (char)'<');
    HTML_TEXT(&h, (uint8_t)7);
    assert_str_equal(made(), "-922337203685477580818446744073709551615true&lt;7");
}

static void components_of_urls_cannot_leave_their_place(void **state)
{
    (void)state;
    begin();
    HTML_URL_PATH(&h, S("a/b?c#d&e=f\"<>%\\ +茶"));
    assert_str_equal(made(), "a%2Fb%3Fc%23d%26e%3Df%22%3C%3E%25%5C%20+%E8%8C%B6");
    begin();
    HTML_URL_PART(&h, S("a+b&c"));
    assert_str_equal(made(), "a%2Bb%26c");
    const char *const climbing[] = {"", ".", ".."};
    for (size_t i = 0; i < COUNT(climbing); i++) {
        begin();
        HTML_URL_PATH(&h, climbing[i]);
        assert_str_equal(made(), "-");
    }
}

static const char *const deceiving[] = {
    "", " ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "\x01javascript:alert(1)", " javascript:alert(1)", "data:text/html,<script>", "vbscript:x",
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\tevil", "/a b",
    "/a\nb", "/a\x7f", "http:evil.example", "http:/evil.example", "http://", "http:///x",
    "https://user@host/", "https://user:pw@host/", "https://good.example@evil.example/",
    "https://host:0/", "https://host:65536/", "https://host:x/", "https://ho st/",
    "https://host\\@evil/", "https://.host/", "https://-host/", "ftp://host/x", "file:///x",
    "mailto:a@b.example", "x", "?x", "#x", "https://host/\xff", "https://host/\u202egpj",
    "https://h\"st/", "https://ho<st/", "https://[::1", "https://[]/", "https://[x::1]/",
    "https://[::1]x/", "blob:https://x/y", "https:\t//host/", "https://host/\xc2\x80",
    "https://ho%73t/", "/\xe2\x80\x8b/evil", "https://\xe3\x80\x80host/"
};
static const char *const honest[] = {
    "/", "/a/b?c=d&e#f", "/茶", "http://host", "HTTPS://Host.example/x?y#z",
    "https://host:8443/a@b", "https://bücher.example/", "https://例子.测试/路径", "https://[::1]:8080/",
    "https://[2001:db8::1]/x", "https://host?x", "https://host#x", "/a//b", "/a:b",
    "https://xn--bcher-kva.example/"
};

static void url_check_refuses_what_runs_or_deceives(void **state)
{
    (void)state;
    struct url_safe url;
    for (size_t i = 0; i < COUNT(deceiving); i++) {
        if (url_check(str_c(deceiving[i]), &url))
            fail_msg("passed: %s", deceiving[i]);
        assert_true(str_is_absent(url.url));
    }
    for (size_t i = 0; i < COUNT(honest); i++) {
        if (!url_check(str_c(honest[i]), &url))
            fail_msg("refused: %s", honest[i]);
        assert_true(str_eq(url.url, str_c(honest[i])));
    }
    assert_false(url_check(S("/\0x"), &url));
}

static void a_form_never_posts_to_another_host(void **state)
{
    (void)state;
    struct url_safe away, here;
    assert_true(url_check(S("https://evil.example/"), &away));
    assert_true(url_check(S("/o/1?a&b"), &here));
    begin();
    HTML_URL_LOCAL(&h, away);
    html_literal(&h, " ", 1);
    HTML_URL_LOCAL(&h, here);
    html_literal(&h, " ", 1);
    HTML_URL(&h, away);
    assert_str_equal(made(), "# /o/1?a&amp;b https://evil.example/");
}

static void texts_take_arguments_and_escape_the_whole(void **state)
{
    (void)state;
    const struct html_arg args[] = {HTML_ARG("<b>"), HTML_ARG(((struct money){490, {"EUR"}}))};
    begin();
    html_t(&h, "greet", args, 2);
    assert_str_equal(made(), "&lt;Hi&gt; &lt;b&gt;, EUR&lt;490&gt; &amp; &lt;b&gt;{2}");
    begin();
    html_tn(&h, "friends", 1, args, 1);
    html_tn(&h, "friends", 2, args, 1);
    assert_str_equal(made(), "one friend of &lt;b&gt;#2 friends of &lt;b&gt;");
    begin();
    const struct html_arg hole = HTML_ARG("{1}{0}");
    html_t(&h, "greet", &hole, 1);
    assert_str_equal(made(), "&lt;Hi&gt; {1}{0}, {1} &amp; {1}{0}{2}");
    begin();
    assert_str_equal(html_tn_str(&h, "friends", 3, args, 1), "#3 friends of <b>");
    assert_str_equal(html_t_str(&h, "<key>", NULL, 0), "<key>");
    html_date(&h, 5, HTML_DATE_AGO);
    html_money(&h, args[1].money);
    assert_str_equal(made(), "d2:5EUR&lt;490&gt;");
}

static str asset_of(const char *name)
{
    return strcmp(name, "icons.svg") == 0 ? S("/static/icons.1a.svg") : STR_NONE;
}

static void forms_icons_and_assets(void **state)
{
    (void)state;
    begin();
    html_csrf_field(&h);
    assert_str_equal(made(), "");
    h.csrf_token = S("a\"b");
    h.asset_url = asset_of;
    html_csrf_field(&h);
    html_icon(&h, "ca\"rt");
    html_asset(&h, "missing.css");
    assert_str_equal(
        made(),
        "<input type=\"hidden\" name=\"csrf\" value=\"a&quot;b\">"
        "<svg class=\"icon\" aria-hidden=\"true\"><use "
        "href=\"/static/icons.1a.svg#ca%22rt\"/></svg>"
        "/static/missing.css");
}

static void a_page_beyond_its_limit_is_an_error(void **state)
{
    (void)state;
    str s;
    html_init(&h, &a, &locale, 10);
    html_text_c(&h, "12345678&");
    assert_non_null(html_finish(&h, &s));
    assert_int_equal(html_as_safe(&h).markup.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_byte_leaves_as_safe_utf8),
        TEST(text_is_escaped_and_repaired),
        TEST(components_of_urls_cannot_leave_their_place),
        TEST(url_check_refuses_what_runs_or_deceives),
        TEST(a_form_never_posts_to_another_host),
        TEST(texts_take_arguments_and_escape_the_whole),
        TEST(forms_icons_and_assets),
        TEST(a_page_beyond_its_limit_is_an_error),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
