/* telegram_api: one call of Telegram's Bot API, and what an update says. Private to the adapter.
 *
 * Invariant: the token is part of the address, so no error of a call carries its address or detail:
 * tokens are never logged. Threads: any; calls block, never inside a transaction.
 */
#ifndef TELEGRAM_TELEGRAM_API_H
#define TELEGRAM_TELEGRAM_API_H

#include <jansson.h>

#include "core/ports/channel_port.h"

struct web;

/* POSTs `body` (JSON) to `method`; *ret is the member `result`, alive as long as the arena.
 * LIMIT channel.wait (arg: seconds) for 429; DENIED telegram.bad_token for 401 and 404; DENIED
 * telegram.blocked for 403; CONFLICT telegram.conflict for 409 (somebody else polls this bot);
 * UNAVAILABLE telegram.unreachable for silence and 5xx; INVALID telegram.refused for the rest. */
const struct err *telegram_call(struct arena *a, str base, str token, const char *method, str body,
                                int64_t timeout_ms, const json_t **ret) MUST_CHECK;

/* The same with a body of another content type. */
const struct err *telegram_call_as(struct arena *a, str base, str token, const char *method,
                                   str type, str body, int64_t timeout_ms,
                                   const json_t **ret) MUST_CHECK;

/* Setting telegram.api without a slash at the end, and the shop's token, absent when there is none.
 */
const struct err *telegram_settings(struct platform *p, struct arena *a, struct tx *tx,
                                    struct shop_id shop, str *ret_base, str *ret_token) MUST_CHECK;

struct telegram_update {
    int64_t update_id;        /* 0: no update at all */
    bool is_for_us;           /* a message or a tap of a person in her own chat with the bot */
    str callback_id;          /* of a tap: to be answered */
    struct channel_message_in
        message; /* event_id, user_id, user_name, language, text, token, start_payload, at_ms */
};
/* Reads what it needs and nothing else; unknown kinds of updates are not for us. Texts are copied
 * to the arena. */
const struct err *telegram_read_update(struct arena *a, const json_t *update,
                                       struct telegram_update *ret) MUST_CHECK;

/* The body of sendMessage: buttons in rows; a link that Telegram would refuse stands in the text
 * instead. */
const struct err *telegram_write_message(struct arena *a, const struct channel_message_out *m,
                                         str *ret) MUST_CHECK;

/* Whether Telegram itself could open this address. */
bool telegram_is_open_link(str url);
/* Whether this has a picture, and words that fit under one. */
bool telegram_is_photo(const struct channel_message_out *m);
/* The body of sendPhoto and its content type: by address, or, where there are `bytes`, with the
 * picture itself. */
const struct err *telegram_write_photo(struct arena *a, const struct channel_message_out *m,
                                       str bytes, str *ret_type, str *ret) MUST_CHECK;

/* telegram_send.c, telegram_poll.c, telegram_pages.c */
const struct err *telegram_send(struct platform *p, struct arena *a,
                                const struct channel_message_out *m, str *ret_ref) MUST_CHECK;
const struct err *telegram_start_link(struct tx *tx, struct arena *a, struct shop_id shop,
                                      str payload, str *ret_url) MUST_CHECK;
void telegram_poll(struct platform *p, const _Atomic bool *stop);
const struct err *telegram_page(struct web *w);
const struct err *telegram_page_connect(struct web *w);
const struct err *telegram_page_remove(struct web *w);
const struct err *telegram_page_qr(struct web *w);

#endif
