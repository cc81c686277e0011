/* chat_pages: the handlers of chat's routes, listed in chat_feature.c, and what they share. Private
 * to chat. */
#ifndef CHAT_CHAT_PAGES_H
#define CHAT_CHAT_PAGES_H

#include "chat/chat_view.h"
#include "core/idempotency.h"

/* chat_pages.c: the shopper */
const struct err *chat_page_list(struct web *w);
const struct err *chat_page_rows(struct web *w);
const struct err *chat_page_show(struct web *w);
const struct err *chat_page_messages(struct web *w);
const struct err *chat_page_say(struct web *w);
const struct err *chat_page_tap(struct web *w);
const struct err *chat_page_person(struct web *w);
const struct err *chat_page_with(struct web *w);
const struct err *chat_page_begin(struct web *w);

/* chat_console.c: the merchant */
const struct err *chat_console_inbox(struct web *w);
const struct err *chat_console_rows(struct web *w);
const struct err *chat_console_show(struct web *w);
const struct err *chat_console_messages(struct web *w);
const struct err *chat_console_say(struct web *w);
const struct err *chat_console_hold(struct web *w);
const struct err *chat_console_resend(struct web *w);

/* chat_live.c */
const struct err *chat_live(struct web *w);
const struct err *chat_live_apply(struct turn *t, const struct event *e);

/* chat_api.c */
const struct err *chat_api_list(struct web *w);
const struct err *chat_api_open(struct web *w);
const struct err *chat_api_messages(struct web *w);
const struct err *chat_api_say(struct web *w);
const struct err *chat_api_person(struct web *w);
const struct err *chat_api_inbox(struct web *w);
const struct err *chat_api_inbox_messages(struct web *w);
const struct err *chat_api_reply(struct web *w);
const struct err *chat_api_hold(struct web *w);

/* Shared. Fields text / form, and the key of the double submit, into a command. */
const struct err *chat_read_say(struct web *w, struct chat_say *ret) MUST_CHECK;
const struct err *chat_words_of(struct web *w, const struct err *e, str *ret) MUST_CHECK;
/* What was unread for this side is read now. */
const struct err *chat_mark_seen(struct web *w, const struct chat_thread_view *v) MUST_CHECK;

/* From staff: the reply takes the conversation over. */
struct chat_reply {
    struct shop_id shop_id;
    struct conversation_id conversation_id;
    str event_id, text;
    int64_t product_id;
    struct message_id message_id; /* set by the turn; 0: said before */
};
const struct err *chat_reply_turn(struct turn *t, void *arg);

#endif
