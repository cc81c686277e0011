/* Updates of Telegram as messages, and messages as bodies of sendMessage and sendPhoto. Pure. */
#include "base/base64.h"
#include "base/json.h"
#include "base/utf8.h"
#include "sys/crypto.h"
#include "telegram/telegram_api.h"

enum {
    BODY_MAX = 64 * 1024,
    LABEL_POINTS_MAX = 60,
    ROW_POINTS_MAX = 28,
    ROW_BUTTONS_MAX = 4,
    TOKEN_BYTES_MAX = 64
};
enum { NAME_BYTES_MAX = 200, PAYLOAD_BYTES_MAX = 64, CAPTION_POINTS_MAX = 1024 };

/* ---- in ---- */

static const struct err *copy(struct arena *a, const json_t *value, str *ret)
{
    *ret = STR_NONE;
    if (!json_is_string(value))
        return NULL;
    return str_dup(a, (str){json_string_value(value), json_string_length(value)}, ret);
}

static const struct err *read_person(struct arena *a, const json_t *from,
                                     struct channel_message_in *m)
{
    str first, last;
    TRY(copy(a, json_object_get(from, "first_name"), &first));
    TRY(copy(a, json_object_get(from, "last_name"), &last));
    TRY(copy(a, json_object_get(from, "language_code"), &m->language));
    first = utf8_cut_bytes(first, NAME_BYTES_MAX);
    last = utf8_cut_bytes(last, NAME_BYTES_MAX);
    TRY(str_fmt(a, &m->user_name, "%.*s%s%.*s", STR_ARG(first), str_is_empty(last) ? "" : " ",
                STR_ARG(last)));
    return str_fmt(a, &m->user_id, "%lld",
                   (long long)json_integer_value(json_object_get(from, "id")));
}

/* "/start abc" opens the bot by a link; other commands are words like any others. */
static void read_start(struct channel_message_in *m)
{
    str rest = m->text, command = str_cut(&rest, ' ');
    if (!str_eq(command, S("/start")))
        return;
    m->text = command;
    rest = str_trim(rest);
    if (!str_is_empty(rest) && rest.len <= PAYLOAD_BYTES_MAX)
        m->start_payload = rest;
}

/* What is no text still was a message: its caption, else a word for its kind. */
static const struct err *read_words(struct arena *a, const json_t *message,
                                    struct channel_message_in *m)
{
    static const char *const kinds[] = {"photo",    "video",   "voice",    "audio",
                                        "document", "sticker", "location", "contact"};
    TRY(copy(a, json_object_get(message, "text"), &m->text));
    if (str_is_empty(m->text))
        TRY(copy(a, json_object_get(message, "caption"), &m->text));
    for (size_t i = 0; i < COUNT(kinds) && str_is_empty(m->text); i++)
        if (json_object_get(message, kinds[i]) != NULL)
            TRY(str_fmt(a, &m->text, "[%s]", kinds[i]));
    read_start(m);
    return NULL;
}

const struct err *telegram_read_update(struct arena *a, const json_t *update,
                                       struct telegram_update *ret)
{
    const json_t *tap = json_object_get(update, "callback_query"),
                 *message = json_object_get(update, "message");
    const json_t *from = json_object_get(tap != NULL ? tap : message, "from");
    const json_t *chat =
        json_object_get(tap != NULL ? json_object_get(tap, "message") : message, "chat");
    const char *type = json_string_value(json_object_get(chat, "type"));
    struct channel_message_in *m = &ret->message;
    *ret = (struct telegram_update){.message = {.channel = "telegram"}};
    ret->update_id = (int64_t)json_integer_value(json_object_get(update, "update_id"));
    if (tap != NULL)
        TRY(copy(a, json_object_get(tap, "id"), &ret->callback_id));
    bool is_private = type != NULL && str_eq(str_c(type), S("private"));
    if (ret->update_id <= 0 || json_integer_value(json_object_get(from, "id")) <= 0 ||
        (tap == NULL && !is_private))
        return NULL;
    TRY(str_fmt(a, &m->event_id, "%lld", (long long)ret->update_id));
    TRY(read_person(a, from, m));
    m->at_ms = (int64_t)json_integer_value(json_object_get(message, "date")) * 1000;
    TRY(tap != NULL ? copy(a, json_object_get(tap, "data"), &m->token) : read_words(a, message, m));
    ret->is_for_us =
        !str_is_empty(m->text) || (!str_is_empty(m->token) && m->token.len <= TOKEN_BYTES_MAX);
    return NULL;
}

/* ---- out ---- */

/* Telegram takes links of buttons only when anybody could open them. */
bool telegram_is_open_link(str url)
{
    str rest = str_from(url, S("https://").len), host = str_cut(&rest, '/');
    return str_starts(url, S("https://")) && str_find_char(host, '.') > 0 &&
           !str_starts(host, S("127.")) && str_find_char(host, ':') < 0;
}

static bool is_in_text(const struct channel_button *b)
{
    return !str_is_empty(b->url) && !telegram_is_open_link(b->url);
}

static void put_button(struct json *j, const struct channel_button *b)
{
    json_object_begin(j);
    json_key(j, S("text"));
    json_str(j, utf8_cut_points(b->label, LABEL_POINTS_MAX));
    json_key(j, str_is_empty(b->url) ? S("callback_data") : S("url"));
    json_str(j, str_is_empty(b->url) ? b->token : b->url);
    json_object_end(j);
}

/* Short labels side by side, long ones on a row of their own. */
static void put_keyboard(struct json *j, const struct channel_message_out *m)
{
    size_t in_row = 0, points = 0;
    json_object_begin(j);
    json_key(j, S("inline_keyboard"));
    json_array_begin(j);
    for (size_t i = 0; i < m->button_count; i++) {
        const struct channel_button *b = &m->buttons[i];
        size_t label = utf8_count(b->label);
        if (is_in_text(b))
            continue;
        if (in_row > 0 && (in_row == ROW_BUTTONS_MAX || points + label > ROW_POINTS_MAX)) {
            json_array_end(j);
            in_row = points = 0;
        }
        if (in_row == 0)
            json_array_begin(j);
        put_button(j, b);
        in_row++;
        points += label;
    }
    if (in_row > 0)
        json_array_end(j);
    json_array_end(j);
    json_object_end(j);
}

static const struct err *with_links(struct arena *a, const struct channel_message_out *m, str words,
                                    str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, BODY_MAX);
    strbuf_add(&sb, words);
    for (size_t i = 0; i < m->button_count; i++)
        if (is_in_text(&m->buttons[i]))
            strbuf_addf(&sb, "\n%.*s: %.*s", STR_ARG(m->buttons[i].label),
                        STR_ARG(m->buttons[i].url));
    return strbuf_finish(&sb, ret);
}

static bool has_keys(const struct channel_message_out *m)
{
    for (size_t i = 0; i < m->button_count; i++)
        if (!is_in_text(&m->buttons[i]))
            return true;
    return false;
}

/* "photo" by its address, or none. */
static const struct err *write_json(struct arena *a, const struct channel_message_out *m,
                                    const char *words_key, str words, str photo, str *ret)
{
    struct strbuf sb;
    struct json j;
    int64_t chat_id;
    strbuf_init(&sb, a, BODY_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("chat_id"));
    if (str_to_int(m->user_id, &chat_id))
        json_int(&j, chat_id);
    else
        json_str(&j, m->user_id);
    json_key(&j, str_c(words_key));
    json_str(&j, words);
    if (!str_is_absent(photo)) {
        json_key(&j, S("photo"));
        json_str(&j, photo);
    }
    if (has_keys(m)) {
        json_key(&j, S("reply_markup"));
        put_keyboard(&j, m);
    }
    json_object_end(&j);
    return json_finish(&j, ret);
}

const struct err *telegram_write_message(struct arena *a, const struct channel_message_out *m,
                                         str *ret)
{
    str text;
    TRY(with_links(a, m, m->text, &text));
    return write_json(a, m, "text", utf8_cut_points(text, CHANNEL_TEXT_MAX), STR_NONE, ret);
}

/* ---- out, with a picture ---- */

bool telegram_is_photo(const struct channel_message_out *m)
{
    size_t points = utf8_count(m->caption);
    for (size_t i = 0; i < m->button_count; i++)
        if (is_in_text(&m->buttons[i]))
            points += utf8_count(m->buttons[i].label) + utf8_count(m->buttons[i].url) + 3;
    return !str_is_empty(m->image_url) && !str_is_empty(m->image_path) &&
           points <= CAPTION_POINTS_MAX;
}

static void put_part(struct strbuf *out, str boundary, const char *head, str value)
{
    strbuf_addf(out, "--%.*s\r\ncontent-disposition: form-data; name=%s\r\n\r\n", STR_ARG(boundary),
                head);
    strbuf_add(out, value);
    strbuf_add(out, S("\r\n"));
}

const struct err *telegram_write_photo(struct arena *a, const struct channel_message_out *m,
                                       str bytes, str *ret_type, str *ret)
{
    struct strbuf out, keys;
    struct json j;
    str caption, boundary, markup;
    TRY(with_links(a, m, m->caption, &caption));
    *ret_type = S("application/json");
    if (str_is_empty(bytes))
        return write_json(a, m, "caption", caption, m->image_url, ret);
    struct digest digest = crypto_sha256(bytes); /* a line that cannot stand inside */
    TRY(hex_encode(a, digest_str(&digest), &boundary));
    TRY(str_fmt(a, ret_type, "multipart/form-data; boundary=%.*s", STR_ARG(boundary)));
    strbuf_init(&out, a, bytes.len + BODY_MAX);
    put_part(&out, boundary, "\"chat_id\"", m->user_id);
    put_part(&out, boundary, "\"caption\"", caption);
    if (has_keys(m)) {
        strbuf_init(&keys, a, BODY_MAX);
        json_init(&j, &keys);
        put_keyboard(&j, m);
        TRY(json_finish(&j, &markup));
        put_part(&out, boundary, "\"reply_markup\"", markup);
    }
    put_part(&out, boundary, "\"photo\"; filename=\"photo.webp\"\r\ncontent-type: image/webp",
             bytes);
    strbuf_addf(&out, "--%.*s--\r\n", STR_ARG(boundary));
    return strbuf_finish(&out, ret);
}
