/* chat_view: what the pages and the API of chat show, read in one go. Private to chat.
 *
 * Not its duty: who may look; callers ask chat_view_open (the customer's own) or stand on a
 * WHO_SHOP route.
 */
#ifndef CHAT_CHAT_VIEW_H
#define CHAT_CHAT_VIEW_H

#include "catalog/catalog.h"
#include "chat/chat_part.h"
#include "core/address.h"
#include "pool/pool.h"
#include "shop/shop.h"
#include "web/page.h"

enum { CHAT_PAGE_ITEMS = 50, CHAT_INBOX_ITEMS = 40 };

struct chat_button_view {
    str label, token;
    struct url_safe url;      /* absent: the token is tapped */
    bool is_live, is_tapped, is_main;
};

struct chat_message_view {
    struct message_id id;
    enum chat_sender sender;
    bool is_out;              /* on the reader's own side */
    bool is_same;             /* the same speaker as the one above */
    bool is_new_day;
    str from;                 /* a name over the bubble, or absent */
    str text;
    struct product_card card; /* id 0: none */
    struct price_view price;
    struct photo photo;       /* id 0: none */
    struct chat_button_view *buttons;
    size_t button_count;
    bool
        wants_address; /* the form belongs here: it is the latest message and asks for an address */
    int64_t at_ms;
    bool shows_time;          /* the last of what one speaker said at a time */
    enum chat_delivery delivery;
    str delivery_note;        /* i18n key of the reason, NUL-terminated */
};

struct chat_address_view {
    struct address_input inputs[ADDRESS_FIELD_COUNT];
    str values[ADDRESS_FIELD_COUNT];
    size_t count;
    str email;
    const struct country_name *countries;
    size_t country_count;
    str country;
    const char *error_field;  /* NULL: none */
    str error;
};

struct chat_thread_view {
    struct conversation conversation;
    struct shop shop;
    bool is_console, is_embedded;
    struct chat_message_view *messages;
    size_t message_count;
    struct message_id earlier; /* the oldest shown when there are older ones, else 0 */
    struct chat_address_view address;
    bool offers_person;       /* the bot has the word, and its latest message offers no button */
    bool has_new;             /* something the reader had not seen */
};

/* The messages before `before` (0 = latest), oldest first. */
const struct err *chat_view_thread(struct web *w, struct tx *tx, struct shop_id shop,
                                   struct conversation_id id, struct message_id before,
                                   bool is_console, struct chat_thread_view *ret) MUST_CHECK;
/* NOT_FOUND unless it is the viewer's own. */
const struct err *chat_view_open(struct web *w, struct tx *tx, struct conversation_id id,
                                 struct conversation *ret) MUST_CHECK;

/* Rows of a list, for either side. */
struct chat_row_view {
    struct conversation_id id;
    struct face face;
    str name, text, channel, pool;
    enum chat_holder holder;
    enum chat_sender last_sender;
    int64_t at_ms, unread;
    bool is_current;
};

/* "ms.id" of the last row of a page, "1.ms.id" where unread ones come first; absent or malformed:
 * the beginning. */
struct chat_cursor {
    int64_t unread, ms, id;
};
struct chat_cursor chat_cursor_read(str text);
const struct err *chat_cursor_write(struct arena *a, const struct chat_cursor *c,
                                    str *ret) MUST_CHECK;

struct chat_list_view {
    struct page page;
    struct chat_row_view *rows;
    size_t row_count;
    str next;                 /* cursor, or absent */
    struct url_safe next_url;
};
const struct err *chat_view_list(struct web *w, struct tx *tx, struct chat_cursor at, size_t limit,
                                 struct chat_list_view *ret) MUST_CHECK;
/* holder 0: all of them whose name begins with or contains `search`. */
const struct err *chat_view_inbox(struct web *w, struct tx *tx, enum chat_holder holder, str search,
                                  struct chat_cursor at, size_t limit,
                                  struct chat_list_view *ret) MUST_CHECK;

/* A page of one conversation, for the shopper; `text` and `error` when her message was refused. */
struct chat_page_view {
    struct page page;
    struct chat_thread_view thread;
    str key;                  /* of the next message: double submit is one */
    str typed, error;
    /* before the first message */
    struct face shop_face;
    bool needs_name;
    struct product_card about; /* id 0: nothing in particular */
    struct price_view about_price;
};

/* Fills the address form: what was just typed (form not NULL), else the address she typed last. */
const struct err *chat_view_address(struct web *w, struct tx *tx, str home_country,
                                    const struct form *form,
                                    struct chat_address_view *ret) MUST_CHECK;
/* The typed address as lines, checked; remembered for the next form by chat_address_keep. INVALID
 * with the field. */
const struct err *chat_address_read(struct web *w, const struct form *form, struct address *ret,
                                    str *ret_email, str *ret_text) MUST_CHECK;
const struct err *chat_address_keep(struct turn *t, struct account_id account,
                                    const struct address *address, str email) MUST_CHECK;

/* From the site or the API: makes the account's conversation with the shop if missing, and hands
 * the message in. */
struct chat_say {
    struct shop_id shop_id;
    struct conversation_id conversation_id; /* 0: opened first */
    struct conversation_id said_in;         /* set by the turn */
    struct account_id account_id;
    struct visitor_id visitor_id;
    str name, language, event_id, text, token;
    const struct form *form;
    struct address address;   /* with `form`: what to remember */
    str email;
    int64_t product_id;
    bool asks_person;         /* no words: the customer wants a person */
};
const struct err *chat_say_turn(
    struct turn *t, void *arg); /* turn_fn; arg: struct chat_say, sets said_in */

#endif
