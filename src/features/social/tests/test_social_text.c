/* What is found inside a text: own cases, and twitter-text's conformance cases where
 * MILLPOND_TEST_TWITTER_TEXT names its extract.yml.
 */
#include <stdlib.h>

#include <jansson.h>

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
    {"a#reef reef# # reef", ""},
    {"&#123; and &#reef", ""},
    {"a.example/#reef", ""},
    {"#1 #2026 #2go", "#2go"},
    {"#a#b", ""},
    {"\xe6\x88\x91\xe8\xa6\x81 #\xe8\x8c\xb6\xe5\x8f\xb6 \xef\xbc\x83\xe6\x8b\xbc\xe5\x9b\xa2",
     "#\xe8\x8c\xb6\xe5\x8f\xb6 #\xe6\x8b\xbc\xe5\x9b\xa2"},
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
        strbuf_add(&found, pieces[i].kind == SOCIAL_HASHTAG   ? S("#")
                           : pieces[i].kind == SOCIAL_MENTION ? S("@")
                                                              : S(""));
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

/* What the text holds of one kind, as a JSON array of texts. */
static json_t *found_in(str text, enum social_piece_kind kind)
{
    struct social_piece *pieces;
    size_t count;
    json_t *list = json_array();
    assert_null(social_pieces(&a, text, &pieces, &count));
    for (size_t i = 0; i < count; i++) {
        str sign = str_starts(pieces[i].text, S("#")) || str_starts(pieces[i].text, S("@"))
                       ? S("#")
                       : S("xxx");
        str word = str_from(pieces[i].text, sign.len);
        if (pieces[i].kind == kind)
            json_array_append_new(list, json_stringn(word.ptr, word.len));
    }
    return list;
}

/* The file's lines are `text: "..."` and `expected: [...]`, both JSON; a section begins at two
 * blanks. */
static void conformance_cases(void **state)
{
    (void)state;
    static char bytes[256 * 1024];
    const char *path = getenv("MILLPOND_TEST_TWITTER_TEXT");
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    if (file == NULL)
        return;
    str rest = {bytes, fread(bytes, 1, sizeof bytes, file)};
    fclose(file);
    enum social_piece_kind kind = SOCIAL_PIECE_UNSET;
    str text = STR_NONE;
    int cases = 0, wrong = 0;
    while (!str_is_absent(rest)) {
        str line = str_cut(&rest, '\n'), part = str_trim(line);
        if (str_starts(line, S("  ")) && !str_starts(line, S("   ")))
            kind = str_eq(part, S("hashtags:")) || str_eq(part, S("hashtags_from_astral:"))
                       ? SOCIAL_HASHTAG
                   : str_eq(part, S("mentions:")) ? SOCIAL_MENTION
                                                  : SOCIAL_PIECE_UNSET;
        if (kind == SOCIAL_PIECE_UNSET)
            continue;
        json_t *value = NULL;
        if (str_starts(part, S("text: ")))
            value = json_loadb(part.ptr + 6, part.len - 6, JSON_DECODE_ANY, NULL);
        if (value != NULL)
            assert_null(
                str_dup(&a, (str){json_string_value(value), json_string_length(value)}, &text));
        json_decref(value);
        if (!str_starts(part, S("expected: ")) || str_is_absent(text))
            continue;
        json_t *wanted = json_loadb(part.ptr + 10, part.len - 10, 0, NULL),
               *found = found_in(text, kind);
        cases++;
        bool is_retweet = str_starts_nocase(text, S("RT@")); /* a custom of Twitter's, not ours */
        if (wanted != NULL && !is_retweet && !json_equal(wanted, found)) {
            wrong++;
            char *words = json_dumps(found, 0);
            print_message("\"%.*s\": wanted %.*s, found %s\n", STR_ARG(text), STR_ARG(part), words);
            free(words);
        }
        json_decref(wanted);
        json_decref(found);
        text = STR_NONE;
        arena_reset(&a);
    }
    print_message("%d cases of twitter-text, %d differ\n", cases, wrong);
    assert_int_equal(wrong, 0);
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
    const struct CMUnitTest tests[] = {TEST(own_cases), TEST(tags_are_few_and_once),
                                       TEST(memory_may_end_anywhere), TEST(conformance_cases)};
    return cmocka_run_group_tests_name("social_text", tests, NULL, NULL);
}
