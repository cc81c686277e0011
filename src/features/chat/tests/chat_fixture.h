/* What the tests of chat share: a store with a shop, its owner and two people, on SQLite or on the
 * PostgreSQL that MILLPOND_TEST_PG names. Names are fresh in every run, because PostgreSQL keeps
 * the rows of earlier ones.
 */
#ifndef CHAT_TESTS_FIXTURE_H
#define CHAT_TESTS_FIXTURE_H

#include "account/account.h"
#include "chat/chat_part.h"
#include "core/testing.h"
#include "shop/shop.h"

struct chat_fixture {
    struct testing t;
    struct shop_id shop, other_shop;
    struct account_id owner, nina, tom;
    str handle, other_handle;         /* of the shops */
    struct testing_browser owner_browser, nina_browser, tom_browser;
};

struct chat_fixture *chat_fixture_open(enum db_engine engine);
/* Runs `test` on SQLite and, when there is one, on PostgreSQL. */
void chat_on(enum db_engine engine, void (*test)(struct chat_fixture *f));

/* What a listener of the tests heard and answers: see chat_fixture.c. */
struct heard {
    int count;
    char text[200], token[80], payload[80];
    bool had_form;
};
extern struct heard heard;

/* A channel of the tests, "pigeon": keeps what it is given, and refuses as told. */
struct pigeon {
    struct shop_id shop;       /* what other shops of the store send is let go */
    int count;
    char texts[20][40];
    const struct err *refusal; /* given instead, refusals_left times */
    int refusals_left;
};
extern struct pigeon pigeon;
/* Something arrives by it. */
const struct err *chat_fixture_fly(struct chat_fixture *f, const char *user, const char *event,
                                   const char *text, const char *payload);
/* The conversation of that user; NOT_FOUND fails the test. */
struct conversation chat_fixture_pigeon(struct chat_fixture *f, const char *user);

/* The conversation of `account` with the shop on the site. */
struct conversation chat_fixture_open_site(struct chat_fixture *f, struct account_id account);
const struct err *chat_fixture_say(struct chat_fixture *f, struct conversation_id id,
                                   const char *event, const char *text, const char *token);
/* From the bot; buttons: label and token pairs, NULL-terminated. */
struct message_id chat_fixture_send(struct chat_fixture *f, struct conversation_id id,
                                    const char *text, const char *const *buttons);
struct conversation chat_fixture_read(struct chat_fixture *f, struct shop_id shop,
                                      struct conversation_id id);

#endif
