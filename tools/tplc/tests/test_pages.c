/* The test page, compiled by tplc and run: every context with ordinary and with hostile values. */
#include "base/tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "pages_tpl.h"

static str text_of(void *self, const char *key)
{
    (void)self;
    return strcmp(key, "test.hello") == 0  ? S("Hello {0}")
           : strcmp(key, "test.both") == 0 ? S("{0} & {1}")
           : strcmp(key, "test.pay") == 0  ? S("Pay")
                                           : str_c(key);
}

static str plural_of(void *self, const char *key, int64_t count)
{
    (void)self;
    (void)key;
    return count == 1 ? S("One friend of {1}") : S("{0} friends of {1}");
}

static void write_money(void *self, struct strbuf *out, struct money m)
{
    (void)self;
    strbuf_addf(out, "%s %lld", m.currency.code, (long long)m.minor);
}

static void write_date(void *self, struct strbuf *out, int64_t ms, int style)
{
    (void)self;
    strbuf_addf(out, "day %lld/%d", (long long)ms, style);
}

static void write_number(void *self, struct strbuf *out, int64_t n)
{
    (void)self;
    strbuf_add_int(out, n);
}

static const struct html_locale locale = {NULL,       text_of,      plural_of,     write_money,
                                          write_date, write_number, STR_INIT("en")};
static const struct item items[] = {{"<1>"}, {"2"}};

static struct contexts view_of(str s, const char *c)
{
    struct contexts v = {.s = s,
                         .c = c,
                         .n = 3,
                         .yes = true,
                         .id = {42},
                         .srcset = {STR_INIT("/a.webp 400w")},
                         .safe = {STR_INIT("<b>ok</b>")},
                         .price = {490, {"EUR"}},
                         .items = items,
                         .item_count = COUNT(items)};
    assert_true(url_check(S("/o/1?a=1&b=2"), &v.url));
    return v;
}

static str render(const struct contexts *v)
{
    struct html h;
    str out = STR_NONE;
    html_init(&h, &a, &locale, MiB(4));
    h.csrf_token = S("token");
    tpl_every_context(&h, v);
    assert_null(html_finish(&h, &out));
    return out;
}

static void the_page_is_as_written(void **state)
{
    (void)state;
    struct contexts v = view_of(S("Mug & \"<x>\""), "c'");
    str out = render(&v);
    static const char wanted[] =
        "<!doctype html><html lang=\"en\"><head><title>Hello Mug &amp; "
        "&quot;&lt;x&gt;&quot;</title></head><body>"
        "<main data-depth=\"2\"><p id=\"text\">Mug &amp; &quot;&lt;x&gt;&quot;</p> "
        "<p title=\"Mug &amp; &quot;&lt;x&gt;&quot;\" class=\"a b &quot;c&quot;\" "
        "data-x=\"c&#39;\" aria-pressed=\"true\"></p> "
        "<a href=\"/p/Mug%20%26%20%22%3Cx%3E%22/000000000001a?"
        "q=Mug%20%26%20%22%3Cx%3E%22&amp;r=3#Mug%20%26%20%22%3Cx%3E%22\">…</a> "
        "<a href=\"/o/1?a=1&amp;b=2\">…</a> <a href=\"/yes/Mug%20%26%20%22%3Cx%3E%22\">…</a> "
        "<a href=\"mailto:Mug%20%26%20%22%3Cx%3E%22\">…</a> "
        "<img alt=\"Mug &amp; &quot;&lt;x&gt;&quot;\" src=\"/o/1?a=1&amp;b=2\" srcset=\"/a.webp "
        "400w\" width=\"3\" height=\"1\"> "
        "<textarea name=\"t\">\nMug &amp; &quot;&lt;x&gt;&quot;</textarea> "
        "<pre>\n  Mug &amp; &quot;&lt;x&gt;&quot;  .\n</pre> "
        "<button hx-post=\"/x/Mug%20%26%20%22%3Cx%3E%22\" "
        "hx-vals=\"{&quot;id&quot;:&quot;000000000001a&quot;}\" disabled>Pay</button> "
        "<form method=\"post\" action=\"/o/1?a=1&amp;b=2\"><input type=\"hidden\" name=\"csrf\" "
        "value=\"token\">"
        "<input name=\"q\" value=\"Mug &amp; &quot;&lt;x&gt;&quot;\"></form> <form "
        "method=\"get\"></form> "
        "<p><b>ok</b> EUR 490 3 day 1/0 day 2/2</p> "
        "<p>Mug &amp; &quot;&lt;x&gt;&quot; &amp; EUR 490 3 friends of Mug &amp; "
        "&quot;&lt;x&gt;&quot; c&#39;</p> "
        "<i>0&lt;1&gt;6</i><i>126</i> <b>EUR 490&nbsp;Pay</b> "
        "<svg viewBox=\"0 0 1 1\"><path d=\"M0\"/></svg><p translate=\"no\">Millpond "
        "A&amp;B</p></main></body></html>";
    if (!str_eq(out, str_c(wanted))) {
        size_t at = 0;
        while (at < out.len && out.ptr[at] == wanted[at])
            at++;
        fail_msg("differs at %zu:\n%.*s\nwanted:\n%.60s", at, STR_ARG(str_sub(out, at, 60)),
                 wanted + at);
    }
}

static void the_other_branches(void **state)
{
    (void)state;
    struct contexts v = view_of(S("x"), "y");
    v.yes = false;
    v.item_count = 0;
    assert_true(url_check(S("https://evil.example/"), &v.url));
    str out = render(&v);
    assert_true(str_find(out, S("<a href=\"/no\">")) > 0);
    assert_true(str_find(out, S("<i>∅</i>")) > 0);
    assert_true(str_find(out, S(" checked>")) > 0);
    assert_true(str_find(out, S("class=\"a  &quot;c&quot;\"")) > 0);
    assert_true(str_find(out, S("<a href=\"https://evil.example/\">")) > 0);
    assert_true(str_find(out, S("action=\"#\"")) > 0); /* a form stays on this site */
}

/* The bytes that decide where tags and values begin and end. */
static void count_structure(str page, size_t counts[256])
{
    memset(counts, 0, 256 * sizeof *counts);
    for (size_t i = 0; i < page.len; i++)
        counts[(unsigned char)page.ptr[i]]++;
}

/* Whatever the value, the page has the same tags and quotes as with "x", and is UTF-8. */
static void assert_same_structure(str hostile)
{
    size_t wanted[256], got[256];
    struct contexts plain = view_of(S("x"), "x"), v = view_of(hostile, "x");
    count_structure(render(&plain), wanted);
    str page = render(&v);
    count_structure(page, got);
    if (got['<'] != wanted['<'] || got['>'] != wanted['>'] || got['"'] != wanted['"'] ||
        got['\''] != 0 || !utf8_is_valid(page) || str_find(page, S("href=\"//")) >= 0 ||
        str_find(page, S("/p/../")) >= 0)
        fail_msg("the page changes with: %.*s", STR_ARG(hostile));
}

/* Where each reader's own parts stand; the page itself is the same whether they are noted or not.
 */
static void personal_parts_are_noted(void **state)
{
    (void)state;
    struct contexts v = view_of(S("Mug"), "c");
    struct html_parts parts = {.arena = &a};
    struct html h;
    str page, noted;
    html_init(&h, &a, &locale, MiB(1));
    tpl_own(&h, &v);
    assert_null(html_finish(&h, &page));
    html_init(&h, &a, &locale, MiB(1));
    h.parts = &parts;
    tpl_own(&h, &v);
    assert_null(html_finish(&h, &noted));
    assert_true(str_eq(page, noted));
    assert_int_equal(parts.count, 3);
    static const struct { const char *name; str text; } wanted[] = {
        {"price", STR_INIT("<b>EUR 490&nbsp;Mug</b>")},
        {"csrf", STR_INIT("")},
        {"nothing", STR_INIT("")},
    };
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_string_equal(parts.items[i].name, wanted[i].name);
        assert_true(str_eq(str_sub(page, parts.items[i].at, parts.items[i].len), wanted[i].text));
    }
    assert_true(str_eq(str_from(page, parts.items[1].at), S("</form>!")));
}

static void hostile_values_stay_values(void **state)
{
    (void)state;
    static const char *const corpus[] = {"\"><script>alert(1)</script>",
                                         "' onmouseover='x", "</textarea><script>x</script>",
                                         "</title><img src=x>", "javascript:alert(1)",
                                         "//evil.example", "/\\evil", "../../etc", "..", ".", "",
                                         "%2e%2e", "\"", "`x`", "\xff\xfe<", "\xc0\xbcscript>",
                                         "{{7*7}}", "&lt;script&gt;", "\r\nSet-Cookie: x", "]]>",
                                         "--><x>", "<!--"};
    for (size_t i = 0; i < COUNT(corpus); i++)
        assert_same_structure(str_c(corpus[i]));
    for (int byte = 0; byte < 256; byte++) {
        char one[2] = {(char)byte, 'z'};
        arena_reset(&a);
        assert_same_structure((str){one, 2});
        assert_same_structure((str){one, 1});
    }
}

/* Public collections of attacks, where they are installed: MILLPOND_TEST_DATA names their folder.
 */
static void collected_attacks_stay_values(void **state)
{
    (void)state;
    static const char *const names[] = {"blns.txt", "wfuzz/XSS.txt", "wfuzz/Traversal.txt",
                                        "wfuzz/bad_chars.txt"};
    const char *folder = getenv("MILLPOND_TEST_DATA");
    static char bytes[256 * 1024];
    for (size_t i = 0; folder != NULL && i < COUNT(names); i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *file = fopen(path, "rb");
        if (file == NULL)
            continue;
        str rest = {bytes, fread(bytes, 1, sizeof bytes, file)};
        fclose(file);
        while (!str_is_absent(rest)) {
            arena_reset(&a);
            assert_same_structure(str_cut(&rest, '\n'));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_page_is_as_written),
        TEST(the_other_branches),
        TEST(personal_parts_are_noted),
        TEST(hostile_values_stay_values),
        TEST(collected_attacks_stay_values),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
