/* chat_inbox_view: what the merchant's inbox shows. Private to chat. */
#ifndef CHAT_CHAT_INBOX_VIEW_H
#define CHAT_CHAT_INBOX_VIEW_H

#include "chat/chat_view.h"

struct chat_inbox_view {
    struct chat_list_view list;   /* its page is the whole page's */
    str shop_handle, tab, search;
    int64_t waiting, open;        /* figures of the tabs */
    const char *empty_title, *empty_words;
    str live, rows_path;          /* the stream, and where the rows come from */
    bool has_thread, may_write;
    struct chat_thread_view thread;
    struct face face;
    struct contact contact;
    struct money spent;
    str pool;
    str key, typed, error;
};

/* "waiting", "open", "bot", "done"; UNSET for anything else. */
enum chat_holder chat_tab_holder(str name);
/* Field `to` of the request: takes over, hands back, ends. */
const struct err *chat_hold(struct web *w, struct conversation_id *ret) MUST_CHECK;

#endif
