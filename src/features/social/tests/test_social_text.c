/* What is found inside a text: own cases first, then the conformance cases of twitter-text when
 * MILLPOND_TWITTER_TEXT names its extract.yml as lines (tests/README.md), so that they also pass without it.
 */
#include "account/account.h"
#include "base/tests/unit.h"
#include "social/social.h"
#include "social/social_text.h"

struct example {
    const char *text;
    const char *found;        /* "#tag @handle url", as they stand in the text, folded */
};

static const struct example examples[] = {
    {"plain words", ""},
    {"#Reef", "#reef"},
    {"I want #REEF in M", "#reef"},
    {"(#reef) \"#reef\" #reef.", "#reef #reef #reef"},
    {"a#reef reef# # reef ##reef", ""},
    {"&#123; and &#reef", ""},
    {"#1 #2026 #2go", "#2go"},
    {"#a#b", ""},
    {"\xe6\x88\x91\xe8\xa6\x81 #\xe8\x8c\xb6\xe5\x8f\xb6 \xef\xbc\x83\xe6\x8b\xbc\xe5\x9b\xa2", "#\xe8\x8c\xb6\xe5\x8f\xb6 #\xe6\x8b\xbc\xe5\x9b\xa2"},
    {"\xe5\xa5\xbd\xef\xbc\x8c#\xe8\x8c\xb6\xe3\x80\x82", "#\xe8\x8c\xb6"},
    {"#\xef\xb8\x8f\xe2\x83\xa3 #\xe2\x83\xa3", ""},
    {"#Caf\xc3\xa9 #\xef\xbc\xb2\xef\xbc\xa5", "#caf\xc3\xa9 #re"},
    {"@Mira and (@tom_1)", "@mira @tom_1"},
    {"mail a@b.example, @a@b, @\xc3\xa9", ""},
    {"see https://a.example/x?y=1#reef.", "https://a.example/x?y=1#reef"},
    {"(https://a.example/x_(y)) http://b.example/", "https://a.example/x_(y) http://b.example/"},
    {"\xe7\x9c\x8bhttps://a.example/x\xe3\x80\x82", "https://a.example/x"},
    {"javascript:alert(1) https://u:p@a.example/ http://localhost", ""},
};

static str describe(struct arena *arena, str text)
{
    struct social_piece *pieces;
    size_t count;
    struct strbuf found, whole;
    str ret;
    assert_null(social_pieces(arena, text, &pieces, &count));
    strbuf_init(&found, arena, KiB(8));
    strbuf_init(&whole, arena, KiB(8));
    for (size_t i = 0; i < count; i++) {
        strbuf_add(&whole, pieces[i].text);
        if (pieces[i].kind == SOCIAL_PLAIN)
            continue;
        strbuf_add(&found, found.len == 0 ? S("") : S(" "));
        strbuf_add(&found, pieces[i].kind == SOCIAL_HASHTAG ? S("#") : pieces[i].kind == SOCIAL_MENTION ? S("@") : S(""));
        strbuf_add(&found, pieces[i].kind == SOCIAL_ADDRESS ? pieces[i].url.url : pieces[i].value);
    }
    assert_true(str_eq(strbuf_view(&whole), text)); /* nothing lost, nothing twice */
    assert_null(strbuf_finish(&found, &ret));
    return ret;
}

static void own_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(examples); i++) {
        str found = describe(&a, str_c(examples[i].text));
        if (!str_eq(found, str_c(examples[i].found)))
            fail_msg("\"%s\": found \"%.*s\"", examples[i].text, STR_ARG(found));
    }
}

static void tags_are_few_and_once(void **state)
{
    (void)state;
    str *tags;
    size_t count;
    assert_null(social_hashtags(&a, S("#a #A #\xef\xbc\xa1 #b"), &tags, &count));
    assert_int_equal(count, 2);
    assert_null(social_hashtags(&a, S("#a #b #c #d #e #f #g #h #i #j #k #l"), &tags, &count));
    assert_int_equal(count, POST_HASHTAGS_MAX);
    struct strbuf sb;
    strbuf_init(&sb, &a, 200);
    strbuf_add(&sb, S("#"));
    for (int i = 0; i <= POST_HASHTAG_BYTES_MAX; i++)
        strbuf_add_char(&sb, 'x');
    assert_null(social_hashtags(&a, strbuf_view(&sb), &tags, &count));
    assert_int_equal(count, 0);
    assert_null(social_hashtags(&a, STR_NONE, &tags, &count));
    assert_int_equal(count, 0);
}

static const struct err *scan(struct arena *arena)
{
    struct social_piece *pieces;
    size_t count;
    return social_pieces(arena, S("a #b @c https://d.example/ e"), &pieces, &count);
}

static void memory_may_end_anywhere(void **state)
{
    (void)state;
    unit_fault_loop(scan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(own_cases), TEST(tags_are_few_and_once), TEST(memory_may_end_anywhere)};
    return cmocka_run_group_tests_name("social_text", tests, NULL, NULL);
}
