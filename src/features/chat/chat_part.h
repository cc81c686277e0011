/* The parts of chat, private to it: chat.c (commands), chat_deliver.c (other channels), chat_list.c
 * (what pages and the API read), chat_pages.c and chat_console.c (pages), chat_api.c (JSON).
 */
#ifndef CHAT_CHAT_PART_H
#define CHAT_CHAT_PART_H

#include "chat/chat.h"

enum chat_delivery {
    CHAT_DELIVERY_NONE = 0,
    CHAT_DELIVERY_WAITING,
    CHAT_DELIVERY_SENT,
    CHAT_DELIVERY_FAILED
};

const char *chat_holder_name(enum chat_holder holder);

enum { CHAT_DELIVER_ATTEMPTS = 12 };
/* As chat_receive_message, but a person who writes too fast is told so: LIMIT chat.too_fast. */
const struct err *chat_receive_paced(struct turn *t, const struct chat_in *m) MUST_CHECK;
/* Messages of the customer within the last minute, and the time since the latest of them; -1 if
 * none. */
const struct err *chat_pace_of(struct turn *t, const struct conversation *c, int64_t *ret_in_minute,
                               int64_t *ret_since_ms) MUST_CHECK;

/* A job for the conversation's oldest waiting message, not before `at_ms`; one waits at a time. */
const struct err *chat_deliver_later(struct turn *t, const struct conversation *c,
                                     int64_t at_ms) MUST_CHECK;
const struct err *chat_deliver_run(struct job_run *run);

/* From another channel: opens the conversation, stores, answers. */
const struct err *chat_channel_inbox(struct turn *t, const struct channel_message_in *m);

/* Subscriber of account.merged. */
const struct err *chat_account_merged(struct turn *t, const struct event *e);

#endif
