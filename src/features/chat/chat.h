/* chat: conversations between a person and a shop over any channel, and the shop's one inbox.
 *
 * One conversation per (shop, channel, person on that channel). Messages carry text and buttons;
 * live by SSE topic "conversation:ID" and "inbox:SHOP". Outgoing messages of other channels go
 * through a job and the channel port; the own site needs no delivery. Who answers is explicit: bot,
 * asked for a person, a person has it, done.
 */
#ifndef CHAT_CHAT_H
#define CHAT_CHAT_H

#include "core/ports/channel_port.h"
#include "identity/identity.h"

ID_TYPE(conversation);
ID_TYPE(message);

enum { CHAT_TEXT_MAX = 2000, CHAT_BUTTONS_MAX = CHANNEL_BUTTONS_MAX };
enum chat_holder {
    CHAT_HOLDER_UNSET = 0,
    CHAT_BOT,
    CHAT_WANTS_PERSON,
    CHAT_PERSON,
    CHAT_DONE,
    CHAT_HOLDER_COUNT
};
enum chat_sender {
    CHAT_SENDER_UNSET = 0,
    CHAT_FROM_CUSTOMER,
    CHAT_FROM_BOT,
    CHAT_FROM_STAFF,
    CHAT_FROM_SYSTEM
};

struct conversation {
    struct conversation_id id;
    struct shop_id shop_id;
    struct account_id account_id; /* the customer */
    struct contact_id contact_id;
    str channel, channel_user_id, language, customer_name, start_payload;
    enum chat_holder holder;
    struct visitor_id visitor_id;
    int64_t last_message_ms;
    int64_t unread_customer;  /* messages she has not seen on the site */
    int64_t unread_shop;      /* of those no bot answered: what staff have not seen */
};

struct chat_button {
    str label, token, url;    /* token or url; see channel_port.h */
    bool is_main;             /* leads on: shown as the main action; at most one of a message */
    bool is_used;             /* tapped already, or replaced: shown inactive */
};

struct chat_out {
    str text;
    struct chat_button buttons[CHAT_BUTTONS_MAX];
    size_t button_count;
    int64_t product_id;       /* shows its card; 0 = none */
    int64_t media_id;
    str form; /* "" or "address": the site shows an inline form that posts its fields as one message
               */
};

/* The conversation of this person with this shop, made if missing. */
struct chat_open {
    struct shop_id shop_id;
    str channel, channel_user_id; /* "site" + account id text, or the channel's user */
    struct account_id account_id;
    struct visitor_id visitor_id;
    str customer_name, language, start_payload;
};
const struct err *chat_open(struct turn *t, const struct chat_open *o, struct conversation *ret,
                            bool *ret_made) MUST_CHECK;
const struct err *chat_conversation(struct tx *tx, struct arena *a, struct shop_id shop,
                                    struct conversation_id id, struct conversation *ret) MUST_CHECK;
/* From bot, staff or system. A message with buttons makes the buttons (tokens) of earlier ones
 * inactive. A token may be any word of the sender's; it is looked up among the buttons of its own
 * conversation only. INVALID chat.empty, chat.too_long. */
const struct err *chat_send(struct turn *t, struct shop_id shop, struct conversation_id id,
                            enum chat_sender sender, const struct chat_out *m,
                            struct message_id *ret) MUST_CHECK;
/* From the customer; deduplicated by event_id (I11): the same again does nothing and is no error.
 * Hands it to the listener (feature flow) in the same turn. A token tapped twice acts once; one
 * that was replaced by later buttons still reaches the listener; NOT_FOUND chat.no_button for a
 * token this conversation never had. A tap's text is the button's label. INVALID chat.empty,
 * chat.too_long, error.bad_text. */
struct chat_in {
    struct shop_id shop_id;
    struct conversation_id conversation_id;
    str event_id;             /* unique per conversation's channel */
    str text, token;          /* typed or tapped */
    const struct form *form;  /* fields of an inline form (address), or NULL */
    str start_payload;
    int64_t product_id;       /* what she asks about; 0 = nothing in particular */
};
const struct err *chat_receive_message(struct turn *t, const struct chat_in *m) MUST_CHECK;
/* A change that makes no sense (asking for a person when one is there) does nothing. Staff who take
 * over are the actor. */
const struct err *chat_holder_set(struct turn *t, struct shop_id shop, struct conversation_id id,
                                  enum chat_holder holder) MUST_CHECK;

/* What a feature says, or lets its customer say, about something of its own (a return, a
 * quotation): in the customer's language, where she talks with the shop today. */
struct chat_talk {
    struct turn *t;
    struct conversation conversation;
    struct locale locale;     /* of the customer */
};

/* `conversation` when it is still there and on a channel of its own, or nobody has an account; else
 * hers on the site (accounts become one, and their conversations with them), made if missing. name,
 * language: for one that has no other before it. NOT_FOUND when there is neither conversation nor
 * account. */
const struct err *chat_talk_begin(struct turn *t, struct shop_id shop,
                                  struct conversation_id conversation, struct account_id account,
                                  str name, str language, struct chat_talk *ret) MUST_CHECK;
/* The shop or its program speaks; with a button that leads to `path` unless that is absent. Longer
 * words are cut. */
const struct err *chat_talk_say(struct chat_talk *k, enum chat_sender sender, str text, str path,
                                const char *label_key) MUST_CHECK;
/* She says it herself, once per event_id, and a person is called for. */
const struct err *chat_talk_hear(struct chat_talk *k, str event_id, str text) MUST_CHECK;

/* The one listener that answers for the shop (feature flow sets it in its `start` hook). Runs
 * inside the turn that stored the message, only while the holder is CHAT_BOT. */
typedef const struct err *chat_listener(struct turn *t, const struct conversation *c,
                                        const struct chat_in *m);
void chat_listen(chat_listener *listener);

/* Events: chat.message (subject conversation, object message, account = customer, number = sender),
 * chat.wants_person, chat.holder (number = holder), chat.undelivered (object = message). */

extern const struct feature chat_feature;

#endif
