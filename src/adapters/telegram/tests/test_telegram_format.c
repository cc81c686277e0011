/* Updates of Telegram as messages, and messages as bodies of sendMessage. */
#include "base/tests/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "telegram/telegram_api.h"

static struct telegram_update read_text(const char *text)
{
    struct telegram_update u;
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    assert_null(telegram_read_update(&a, json, &u));
    json_decref(json);
    return u;
}

static void a_message(void **state)
{
    (void)state;
    struct telegram_update u =
        read_text("{\"update_id\":7,\"message\":{\"date\":1763726400,\"text\":\"hello\",\"from\":{"
                  "\"id\":5,\"first_name\":\"Nina\",\"last_name\":\"Alves\",\"language_code\":"
                  "\"pt\"},\"chat\":{\"id\":5,\"type\":\"private\"}}}");
    assert_true(u.is_for_us);
    assert_int_equal(u.update_id, 7);
    assert_str_equal(u.message.event_id, "7");
    assert_str_equal(u.message.user_id, "5");
    assert_str_equal(u.message.user_name, "Nina Alves");
    assert_str_equal(u.message.language, "pt");
    assert_str_equal(u.message.text, "hello");
    assert_true(str_is_absent(u.message.start_payload));
    assert_int_equal(u.message.at_ms, 1763726400000);
}

static struct telegram_update read_words(const char *words)
{
    str text;
    assert_null(str_fmt(
        &a, &text,
        "{\"update_id\":7,\"message\":{%s,\"from\":{\"id\":5,\"first_name\":\"N\"},\"chat\":{"
        "\"id\":5,\"type\":\"private\"}}}",
        words));
    return read_text(text.ptr);
}

static void a_start_with_and_without_payload(void **state)
{
    (void)state;
    struct telegram_update u = read_words("\"text\":\"/start reef\"");
    assert_str_equal(u.message.text, "/start");
    assert_str_equal(u.message.start_payload, "reef");
    u = read_words("\"text\":\"/start\"");
    assert_true(str_is_absent(u.message.start_payload));
    u = read_words("\"text\":\"/starting now\"");
    assert_str_equal(u.message.text, "/starting now");
    u = read_words(
        "\"text\":\"/start "
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"");
    assert_true(str_is_absent(u.message.start_payload));
}

static void what_is_no_text(void **state)
{
    (void)state;
    struct telegram_update u = read_words("\"photo\":[{}],\"caption\":\"my shelf\"");
    assert_str_equal(u.message.text, "my shelf");
    u = read_words("\"sticker\":{}");
    assert_str_equal(u.message.text, "[sticker]");
    u = read_words("\"new_chat_title\":\"x\"");
    assert_false(u.is_for_us);
}

static void a_tap(void **state)
{
    (void)state;
    struct telegram_update u =
        read_text("{\"update_id\":8,\"callback_query\":{\"id\":\"c8\",\"data\":\"tok\",\"from\":{"
                  "\"id\":5,\"first_name\":\"N\"}}}");
    assert_true(u.is_for_us);
    assert_str_equal(u.callback_id, "c8");
    assert_str_equal(u.message.token, "tok");
    assert_true(str_is_absent(u.message.text));
}

static void what_is_not_for_us(void **state)
{
    (void)state;
    static const char *const updates[] = {
        "{}", "{\"update_id\":0,\"message\":{}}", "{\"update_id\":9}",
        "{\"update_id\":9,\"message\":7}", "{\"update_id\":9,\"message\":{\"text\":\"x\"}}",
        "{\"update_id\":\"9\",\"message\":{\"text\":\"x\"}}",
        "{\"update_id\":9,\"message\":{\"text\":\"x\",\"from\":{\"id\":5},"
        "\"chat\":{\"type\":\"group\"}}}",
        "{\"update_id\":9,\"message\":{\"text\":7,\"from\":{\"id\":5},"
        "\"chat\":{\"type\":\"private\"}}}",
        "{\"update_id\":9,\"message\":{\"text\":\"x\",\"from\":{\"id\":-5},"
        "\"chat\":{\"type\":\"private\"}}}",
        "{\"update_id\":9,\"callback_query\":{\"id\":\"c\",\"from\":{\"id\":5}}}",
    };
    for (size_t i = 0; i < COUNT(updates); i++)
        assert_false(read_text(updates[i]).is_for_us);
}

static json_t *written(const struct channel_message_out *m)
{
    str body;
    assert_null(telegram_write_message(&a, m, &body));
    json_t *json = json_loadb(body.ptr, body.len, 0, NULL);
    assert_non_null(json);
    return json;
}

static void buttons_stand_in_rows(void **state)
{
    (void)state;
    static const struct channel_button buttons[] = {
        {.label = STR_INIT("S"), .token = STR_INIT("a")},
        {.label = STR_INIT("M"), .token = STR_INIT("b")},
        {.label = STR_INIT("A long label that needs the row"), .token = STR_INIT("c")},
        {.label = STR_INIT("Pay"), .url = STR_INIT("https://shop.example/o/1")},
    };
    struct channel_message_out m = {.user_id = S("42"),
                                    .text = S("Which \"size\"?"),
                                    .buttons = buttons,
                                    .button_count = COUNT(buttons)};
    json_t *json = written(&m);
    const json_t *rows = json_object_get(json_object_get(json, "reply_markup"), "inline_keyboard");
    assert_int_equal(json_integer_value(json_object_get(json, "chat_id")), 42);
    assert_string_equal(json_string_value(json_object_get(json, "text")), "Which \"size\"?");
    assert_int_equal(json_array_size(rows), 3);
    assert_int_equal(json_array_size(json_array_get(rows, 0)), 2);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(json_array_get(rows, 2), 0), "url")),
        "https://shop.example/o/1");
    json_decref(json);
}

static void links_nobody_could_open_stand_in_the_text(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://shop.example/o/1", "https://localhost/o/1",
                                       "https://127.0.0.1/o/1", "https://shop.example:8443/o/1"};
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct channel_button button = {.label = S("Pay"), .url = str_c(urls[i])};
        struct channel_message_out m = {
            .user_id = S("42"), .text = S("Here"), .buttons = &button, .button_count = 1};
        json_t *json = written(&m);
        assert_null(json_object_get(json, "reply_markup"));
        assert_non_null(strstr(json_string_value(json_object_get(json, "text")), urls[i]));
        json_decref(json);
    }
}

static void a_picture_by_address_or_by_its_bytes(void **state)
{
    (void)state;
    struct channel_button button = {.label = S("S"), .token = S("t1")};
    struct channel_message_out m = {.user_id = S("42"),
                                    .text = S("Mug\nhttps://shop.example/p"),
                                    .caption = S("Mug"),
                                    .image_url = S("https://shop.example/m/1.webp"),
                                    .image_path = S("/d/1.webp"),
                                    .buttons = &button,
                                    .button_count = 1};
    str type, body;
    assert_true(telegram_is_photo(&m));
    assert_null(telegram_write_photo(&a, &m, STR_NONE, &type, &body));
    assert_str_equal(type, "application/json");
    assert_str_equal(
        body,
        "{\"chat_id\":42,\"caption\":\"Mug\",\"photo\":\"https://shop.example/m/1.webp\","
        "\"reply_markup\":"
        "{\"inline_keyboard\":[[{\"text\":\"S\",\"callback_data\":\"t1\"}]]}}");
    assert_null(telegram_write_photo(&a, &m, S("RIFF"), &type, &body));
    assert_true(str_starts(type, S("multipart/form-data; boundary=")));
    assert_true(
        str_find(
            body,
            S("name=\"photo\"; filename=\"photo.webp\"\r\ncontent-type: "
              "image/webp\r\n\r\nRIFF\r\n--")) >
        0);
    assert_true(str_find(body, S("name=\"chat_id\"\r\n\r\n42\r\n")) > 0);
    m.image_path = STR_NONE;
    assert_false(telegram_is_photo(&m));
    m.image_path = S("/d/1.webp");
    char *words = calloc(1, 1026);
    memset(words, 'x', 1025);
    m.caption = str_c(words);
    assert_false(telegram_is_photo(&m));                     /* more than fits under a picture */
    free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message),
        TEST(a_start_with_and_without_payload),
        TEST(what_is_no_text),
        TEST(a_tap),
        TEST(what_is_not_for_us),
        TEST(buttons_stand_in_rows),
        TEST(links_nobody_could_open_stand_in_the_text),
        TEST(a_picture_by_address_or_by_its_bytes),
    };
    return cmocka_run_group_tests_name("telegram format", tests, NULL, NULL);
}
