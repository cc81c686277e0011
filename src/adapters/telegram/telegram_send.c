/* The channel port's way out: one message, one call; and the links that lead in. */
#include "telegram/telegram_api.h"

#include "base/strbuf.h"
#include "sys/file.h"
#include "telegram/telegram_sql.h"

enum { SEND_TIMEOUT_MS = 15000, PHOTO_BYTES_MAX = 4 * 1024 * 1024 };

/* By its address where Telegram can open that, else the file itself. *ret stays NULL when the
 * picture cannot be read or is refused: then words must do. */
static const struct err *send_photo(struct arena *a, const struct channel_message_out *m, str base,
                                    str token, const json_t **ret)
{
    str bytes = STR_NONE, type, body;
    if (!telegram_is_open_link(m->image_url) &&
        file_read(a, m->image_path.ptr, PHOTO_BYTES_MAX, &bytes) != NULL)
        return NULL;
    TRY(telegram_write_photo(a, m, bytes, &type, &body));
    const struct err *e =
        telegram_call_as(a, base, token, "sendPhoto", type, body, SEND_TIMEOUT_MS, ret);
    return e != NULL && e->kind == ERR_INVALID ? NULL : e;
}

const struct err *telegram_send(struct platform *p, struct arena *a,
                                const struct channel_message_out *m, str *ret_ref)
{
    struct tx *tx;
    str base, token, body;
    const json_t *sent = NULL;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = telegram_settings(p, a, tx, m->shop_id, &base, &token);
    db_read_end(tx);
    TRY(e);
    if (str_is_empty(token))
        return ERR(a, ERR_DENIED, "telegram.not_connected", "shop %lld has no bot",
                   (long long)m->shop_id.v);
    if (telegram_is_photo(m))
        TRY(send_photo(a, m, base, token, &sent));
    if (sent == NULL) {
        TRY(telegram_write_message(a, m, &body));
        TRY(telegram_call(a, base, token, "sendMessage", body, SEND_TIMEOUT_MS, &sent));
    }
    return str_fmt(a, ret_ref, "%lld",
                   (long long)json_integer_value(json_object_get(sent, "message_id")));
}

const struct err *telegram_start_link(struct tx *tx, struct arena *a, struct shop_id shop,
                                      str payload, str *ret_url)
{
    struct telegram_bot_row_row bot;
    bool is_connected;
    TRY(telegram_bot_row(tx, a, shop, &bot, &is_connected));
    *ret_url = STR_NONE;
    if (!is_connected)
        return NULL;
    return str_fmt(a, ret_url, "https://t.me/%.*s?start=%.*s", STR_ARG(bot.username),
                   STR_ARG(payload));
}
