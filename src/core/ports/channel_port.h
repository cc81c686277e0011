/* A channel carries a conversation: our own site and Telegram today. An adapter hands incoming
 * messages to the feature that registered channel_inbox and delivers outgoing ones by `send`,
 * called from a job outside any transaction. Capabilities drive the bot (research: matrix B0).
 */
#ifndef CORE_PORTS_CHANNEL_PORT_H
#define CORE_PORTS_CHANNEL_PORT_H

#include "core/platform.h"

enum { CHANNEL_BUTTONS_MAX = 12, CHANNEL_TEXT_MAX = 4096, CHANNEL_LINKS_MAX = 4 };

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
    str start_payload; /* of a link that opened the chat: a tracked link's code, p- and a product, a
                          hashtag */
    int64_t at_ms;
};

struct channel_message_out {
    struct shop_id shop_id;
    int64_t message_id;       /* ours: the adapter deduplicates retries by it */
    str user_id;
    str text;
    const struct channel_button *buttons;
    size_t button_count;
    /* A picture that goes with it, or all three absent. `text` says everything without it;
     * `caption` is what belongs under it. */
    str image_url, image_path,
        caption; /* its public address, and the same as a file on our disk (WebP) */
};

struct channel {
    const char *name;
    const char *label_key;
    int buttons_per_message, buttons_per_row;
    bool may_write_first;
    int64_t reply_window_ms;  /* 0 = none */
    int64_t pace_ms;          /* between two messages to one person; 0 = none */
    /* Outside any transaction. UNAVAILABLE and LIMIT are tried again later; LIMIT "channel.wait"
     * with the seconds as its argument says when; any other error means this message will never
     * arrive. */
    const struct err *(*send)(struct platform *p, struct arena *a,
                              const struct channel_message_out *m, str *ret_ref);
    /* The address that opens a chat with this shop there and brings `payload` back as start_payload
     * (letters, digits,
     * '-' and '_', at most 64); absent when the shop is not on the channel. NULL: the channel has
     * no such links. */
    const struct err *(*start_link)(struct tx *tx, struct arena *a, struct shop_id shop,
                                    str payload, str *ret_url);
};

const struct channel *channel_find(const struct platform *p, str name);
/* The ways into a chat with this shop on other channels; at most CHANNEL_LINKS_MAX. */
struct channel_link {
    const struct channel *channel;
    str url;
};
const struct err *channel_links(const struct platform *p, struct tx *tx, struct arena *a,
                                struct shop_id shop, str payload, struct channel_link *ret,
                                size_t *ret_count) MUST_CHECK;
const struct err *channel_receive(struct turn *t, const struct channel_message_in *m) MUST_CHECK;

#endif
