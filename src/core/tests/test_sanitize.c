/* The sanitiser: what stays, what goes, twice the same; and the words of texts. */
#include "base/tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/sanitize.h"
#include "core/text.h"

static str clean(str dirty)
{
    struct html_safe once, twice;
    assert_null(sanitize_html(&a, dirty, &once));
    assert_null(sanitize_html(&a, once.markup, &twice));
    assert_true(str_eq(once.markup, twice.markup));
    return once.markup;
}

/* No byte of `clean` opens anything but the tags of the list, with no attribute but a link's. */
static void assert_harmless(str markup)
{
    static const char *const allowed[] = {
        "p",  "br", "strong", "em",         "b",     "i",     "u",     "s",  "ul", "ol", "li",
        "h2", "h3", "h4",     "blockquote", "table", "thead", "tbody", "tr", "td", "th", "a"};
    for (str rest = markup; str_find_char(rest, '<') >= 0;) {
        rest = str_from(rest, (size_t)str_find_char(rest, '<') + 1);
        ptrdiff_t end = str_find_char(rest, '>');
        assert_true(end > 0);
        str tag = str_sub(rest, 0, (size_t)end);
        bool is_known = false;
        if (str_starts(tag, S("a href=\""))) {
            str url = str_from(tag, 8);
            ptrdiff_t quote = str_find_char(url, '"');
            assert_true(str_starts(url, S("/")) || str_starts_nocase(url, S("http://")) ||
                        str_starts_nocase(url, S("https://")));
            assert_str_equal(str_from(url, (size_t)quote), "\" rel=\"nofollow noopener\"");
            continue;
        }
        for (size_t i = 0; i < COUNT(allowed); i++)
            is_known |= str_eq(tag, str_c(allowed[i])) ||
                        (tag.ptr[0] == '/' && str_eq(str_from(tag, 1), str_c(allowed[i])));
        if (!is_known || str_eq(tag, S("a")))
            fail_msg("<%.*s> in %.*s", STR_ARG(tag), STR_ARG(markup));
    }
}

static void good_markup_stays(void **state)
{
    (void)state;
    assert_str_equal(
        clean(
            S("<p>Hand-thrown <strong>mug</strong>,<br>350 ml &amp; safe</p><ul><li>a<li>b</ul>")),
        "<p>Hand-thrown <strong>mug</strong>,<br>350 ml &amp; "
        "safe</p><ul><li>a</li><li>b</li></ul>");
    assert_str_equal(clean(S("<h1>T</h1><div class=x style='color:red'>d</div><h6>s</h6>")),
                     "<h2>T</h2><p>d</p><h4>s</h4>");
    assert_str_equal(clean(S("<a href=' https://x.example/?a=1&b=2 ' onclick=x target=_top>l</a>")),
                     "<a href=\"https://x.example/?a=1&amp;b=2\" rel=\"nofollow noopener\">l</a>");
    assert_str_equal(clean(S("<table><tr><td colspan=9>1<th>2</table>")),
                     "<table><tbody><tr><td>1</td><th>2</th></tr></tbody></table>");
    assert_str_equal(clean(S("a < b & c")), "a &lt; b &amp; c");
    assert_str_equal(clean(S("")), "");
    assert_str_equal(clean(S("茶\xff")), "茶\xef\xbf\xbd");
}

static void bad_markup_goes(void **state)
{
    (void)state;
    assert_str_equal(
        clean(S("x<script>alert(1)</script><style>p{}</style><svg onload=x><p>in</svg>y")),
        "x<p>iny</p>");
    assert_str_equal(clean(S("<a href='java\nscript:x'>l</a><img src=x onerror=y>")), "l");
    assert_str_equal(clean(S("<p>a<p></p><p> </p><div></div>")), "<p>a</p>");
    assert_str_equal(clean(S("<button><p>x<button><p>y</button></p></button>")),
                     "<p>x</p><p>y</p>");
}

static void hostile_markup_is_harmless(void **state)
{
    (void)state;
    static const char *const corpus[] = {
        "<IMG SRC=\"javascript:alert('XSS');\">", "<svg/onload=alert(1)>",
        "<math><mi//xlink:href=\"data:x,<script>\">",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
        "<table><td><style><!--</style><script>x</script>-->",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<textarea><script>x</textarea><b onmouseover=x>y", "<!--><script>x</script>-->",
        "<![CDATA[<script>x</script>]]>", "<b><a href=//evil>x</a><a href=/\\evil>y</a>",
        "<xmp><p title=\"</xmp><script>x</script>\">", "<plaintext><script>x",
        "<select><b><option><script>x</select>", "<base href=//evil><a href=x>y</a>",
        "<template><script>x</script></template>", "<p/onclick=x>y<br/onclick=z>"};
    for (size_t i = 0; i < COUNT(corpus); i++)
        assert_harmless(clean(str_c(corpus[i])));
}

/* Public collections of attacks, where they are installed: MILLPOND_TEST_DATA names their folder.
 */
static void collected_attacks_are_harmless(void **state)
{
    (void)state;
    static const char *const names[] = {"html/dompurify-expect-a.json", "wfuzz/XSS.txt",
                                        "blns.txt"};
    const char *folder = getenv("MILLPOND_TEST_DATA");
    static char bytes[128 * 1024];
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
            assert_harmless(clean(str_cut(&rest, '\n')));
        }
    }
}

static void limits_hold(void **state)
{
    (void)state;
    struct html_safe safe;
    static char deep[150000];
    for (size_t i = 0; i + 3 < 30000; i += 3)
        memcpy(deep + i, "<b>", 3);
    const struct err *e = sanitize_html(&a, (str){deep, 29000}, &safe);
    assert_null(e);
    assert_harmless(safe.markup);
    for (size_t i = 0; i + 3 < sizeof deep; i += 3)
        memcpy(deep + i, "<b>", 3);
    assert_int_equal(sanitize_html(&a, (str){deep, 60000}, &safe)->kind, ERR_LIMIT);
    assert_int_equal(sanitize_html(&a, (str){deep, sizeof deep}, &safe)->kind, ERR_LIMIT);
    /* every paragraph reopens all open formatting: memory is the limit */
    static char bomb[120000];
    size_t len = (size_t)snprintf(bomb, sizeof bomb, "<p>");
    for (int i = 0; i < 4000; i++)
        len += (size_t)snprintf(bomb + len, sizeof bomb - len, "<b id=%d>", i);
    for (int i = 0; i < 5000; i++)
        len += (size_t)snprintf(bomb + len, sizeof bomb - len, "<p>x");
    e = sanitize_html(&a, (str){bomb, len}, &safe);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_LIMIT);
}

static void text_and_plain(void **state)
{
    (void)state;
    struct html_safe safe;
    str text;
    assert_null(sanitize_to_text(
        &a, S("<h1>Mug</h1><p>two<br>lines &amp; <b>b</b>old</p><script>x</script>"), &text));
    assert_str_equal(text, "Mug two lines & bold");
    assert_null(sanitize_plain(&a, S("a <b>\nb\n\n\nc"), &safe));
    assert_str_equal(safe.markup, "<p>a &lt;b&gt;<br>b</p><p>c</p>");
    assert_null(sanitize_plain(&a, S("a\n- b\n-  <c>\nd"), &safe));
    assert_str_equal(safe.markup, "<p>a</p><ul><li>b</li><li>&lt;c&gt;</li></ul><p>d</p>");
}

static void words_are_cut_and_folded(void **state)
{
    (void)state;
    str *tokens, folded;
    size_t count;
    assert_null(text_tokens(&a, S("Café CRÈME, Größe XL: 2 ｘ mug's!"), 20, &tokens, &count));
    static const char *const wanted[] = {"cafe", "creme", "grosse", "xl", "2", "x", "mug's"};
    assert_int_equal(count, COUNT(wanted));
    for (size_t i = 0; i < count; i++)
        assert_true(str_eq(tokens[i], str_c(wanted[i])));
    assert_null(text_tokens(&a, S("我想买两件蓝色泳衣"), 20, &tokens, &count));
    assert_true(count >= 4 && count <= 8);
    assert_null(text_tokens(&a, S("one two three"), 2, &tokens, &count));
    assert_int_equal(count, 2);
    assert_null(text_tokens(&a, STR_NONE, 2, &tokens, &count));
    assert_int_equal(count, 0);
    assert_null(text_fold(&a, S("ÀB\xff ﬁ"), &folded));
    assert_str_equal(folded, "ab\xef\xbf\xbd fi");
}

static void plain_text_comes_back(void **state)
{
    static const char *const texts[] = {
        "One line", "A & B < C > \"D\" 'E'", "First.\n\nSecond,\nwith a break.",
        "",         "&amp; is an ampersand", "<b>typed as text</b>",
        "Washes well.\n\n- 78 % nylon\n- lined & light\n\nCold water.",
        "- one\n\n- another list", "a - b\n-5 degrees"};
    struct html_safe markup;
    bool is_plain;
    str back;
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_null(sanitize_plain(&a, str_c(texts[i]), &markup));
        assert_null(sanitize_html(&a, markup.markup, &markup));
        assert_null(sanitize_plain_undo(&a, markup, &back, &is_plain));
        assert_true(is_plain);
        assert_true(str_eq(back, str_c(texts[i])));
    }
    assert_null(sanitize_html(&a, S("<p>More <strong>than</strong> text</p>"), &markup));
    assert_null(sanitize_plain_undo(&a, markup, &back, &is_plain));
    assert_false(is_plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain_text_comes_back),
        TEST(good_markup_stays),
        TEST(bad_markup_goes),
        TEST(hostile_markup_is_harmless),
        TEST(collected_attacks_are_harmless),
        TEST(limits_hold),
        TEST(text_and_plain),
        TEST(words_are_cut_and_folded),
    };
    return cmocka_run_group_tests_name("sanitize", tests, NULL, NULL);
}
