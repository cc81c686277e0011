/* Ids: strictly rising, unique over nodes, one text per id. Also base64 and hex. */
#include "base/tests/unit.h"

#include "base/base64.h"
#include "base/id.h"

static const int64_t now_ms = 1790000000000;

static void rise_even_when_the_clock_steps_back(void **state)
{
    (void)state;
    struct id_source source;
    id_source_init(&source, 0, 0);
    int64_t last = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t id = id_next(&source, now_ms - i);
        assert_true(id > last);
        last = id;
    }
    assert_true(id_time_ms(last) >= now_ms);
    assert_true(id_next(&source, now_ms + 60000) >= id_at_time(now_ms + 60000));
}

static void a_full_sequence_stays_in_its_node(void **state)
{
    (void)state;
    struct id_source source;
    id_source_init(&source, 5, id_at_time(now_ms));
    int64_t last = 0;
    for (int i = 0; i < 9000; i++) {
        int64_t id = id_next(&source, now_ms);
        assert_true(id > last);
        assert_int_equal(id >> 12 & 1023, 5);
        last = id;
    }
    assert_int_equal(id_time_ms(last), now_ms + 2); /* 4096 a millisecond */
}

static void start_above_what_is_stored(void **state)
{
    (void)state;
    struct id_source source;
    int64_t stored = id_at_time(now_ms + 1000) | (int64_t)900 << 12 | 4095;
    id_source_init(&source, 3, stored);
    int64_t id = id_next(&source, now_ms);
    assert_true(id > stored);
    assert_int_equal(id >> 12 & 1023, 3);
    id_source_init(&source, 0, 0);
    assert_true(id_next(&source, -5) > 0);
    assert_true(id_at_time(INT64_MAX) > 0);
}

static void text_and_back(void **state)
{
    (void)state;
    static const int64_t ids[] = {1, 31, 32, 123456789012345, INT64_MAX};
    int64_t back;
    for (size_t i = 0; i < COUNT(ids); i++) {
        struct id_text text = id_format(ids[i]);
        assert_int_equal(id_str(&text).len, ID_TEXT_LEN);
        assert_true(id_parse(id_str(&text), &back));
        assert_int_equal(back, ids[i]);
    }
    assert_true(id_parse(S("000000000000A"), &back) && back == 10);
    assert_true(id_parse(S("oO0000000000L"), &back) && back == 1);
    assert_true(id_parse(S("000000000000u"), &back) && back == 27);
    static const char *const bad[] = {"",
                                      "1",
                                      "0000000000000",
                                      "8000000000000",
                                      "00000000000001",
                                      "000000000000-",
                                      " 000000000001",
                                      "000000000000\xc3"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(id_parse(str_c(bad[i]), &back));
    assert_false(id_parse(S("0000000\0000001"), &back));
}

static void bytes_as_text_and_back(void **state)
{
    (void)state;
    static const struct {
        str bytes;
        const char *standard, *url, *hex;
    } cases[] = {
        {STR_INIT(""), "", "", ""},
        {STR_INIT("f"), "Zg==", "Zg", "66"},
        {STR_INIT("fo"), "Zm8=", "Zm8", "666f"},
        {STR_INIT("foo"), "Zm9v", "Zm9v", "666f6f"},
        {STR_INIT("\xfb\xff\x00\xbf"), "+/8Avw==", "-_8Avw", "fbff00bf"},
    };
    str text, back;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_null(base64_encode(&a, cases[i].bytes, &text));
        assert_string_equal(text.ptr, cases[i].standard);
        assert_null(base64_decode(&a, text, &back));
        assert_true(str_eq(back, cases[i].bytes));
        assert_null(base64url_encode(&a, cases[i].bytes, &text));
        assert_string_equal(text.ptr, cases[i].url);
        assert_null(base64url_decode(&a, text, &back));
        assert_true(str_eq(back, cases[i].bytes));
        assert_null(hex_encode(&a, cases[i].bytes, &text));
        assert_string_equal(text.ptr, cases[i].hex);
        assert_null(hex_decode(&a, text, &back));
        assert_true(str_eq(back, cases[i].bytes));
    }
    static const char *const bad_url[] = {"Z", "Zh", "Zg==", "Zg=", "Z g", "Zm9v/", "Zm9\n"};
    for (size_t i = 0; i < COUNT(bad_url); i++)
        assert_int_equal(base64url_decode(&a, str_c(bad_url[i]), &back)->kind, ERR_INVALID);
    static const char *const bad[] = {"Zg", "Zg=", "Zh==", "====", "Z===", "Zg==Zg==", "Zm9-"};
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(base64_decode(&a, str_c(bad[i]), &back)->kind, ERR_INVALID);
    assert_int_equal(hex_decode(&a, S("0g"), &back)->kind, ERR_INVALID);
    assert_int_equal(hex_decode(&a, S("abc"), &back)->kind, ERR_INVALID);
    assert_null(hex_decode(&a, S("FBff"), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rise_even_when_the_clock_steps_back),
        TEST(a_full_sequence_stays_in_its_node),
        TEST(start_above_what_is_stored),
        TEST(text_and_back),
        TEST(bytes_as_text_and_back),
    };
    return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
