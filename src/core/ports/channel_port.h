/* A channel carries a conversation: our own site and Telegram today. An adapter hands incoming
 * messages to the feature that registered channel_inbox and delivers outgoing ones by `send`, called
 * from a job outside any transaction. Capabilities drive the bot (research: matrix B0).
 */
#ifndef CORE_PORTS_CHANNEL_PORT_H
#define CORE_PORTS_CHANNEL_PORT_H

#include "core/platform.h"

enum { CHANNEL_BUTTONS_MAX = 12, CHANNEL_TEXT_MAX = 4096 };

struct channel_button {
    str label;                /* what people read, at most 64 bytes shown */
    str token;                /* opaque, server-made, at most 64 bytes; comes back when tapped */
    str url;                  /* set instead of token: opens a page */
};

struct channel_message_in {
    const char *channel;      /* "telegram" */
    struct shop_id shop_id;   /* whose bot or page received it */
    str event_id;             /* unique per channel and shop: deduplicates (I11) */
    str user_id;              /* stable user key of that channel */
    str user_name;
    str language;             /* "zh-hans", or absent */
    str text;                 /* typed text, or absent */
    str token;                /* of the tapped button, or absent */
    str start_payload;        /* deep link: pool attribution key or hashtag */
    int64_t at_ms;
};

struct channel_message_out {
    struct shop_id shop_id;
    int64_t message_id;       /* ours: the adapter deduplicates retries by it */
    str user_id;
    str text;
    const struct channel_button *buttons;
    size_t button_count;
    str image_path;           /* local file, or absent */
};

struct channel {
    const char *name;
    const char *label_key;
    int buttons_per_message, buttons_per_row;
    bool may_write_first;
    int64_t reply_window_ms;  /* 0 = none */
    int64_t pace_ms;          /* between two messages to one person; 0 = none */
    /* Outside any transaction. UNAVAILABLE and LIMIT are tried again later; LIMIT "channel.wait" with the seconds
     * as its argument says when; any other error means this message will never arrive. */
    const struct err *(*send)(struct platform *p, struct arena *a, const struct channel_message_out *m, str *ret_ref);
};

const struct channel *channel_find(const struct platform *p, str name);
const struct err *channel_receive(struct turn *t, const struct channel_message_in *m) MUST_CHECK;

#endif
