/* What the tests of flow share: a shop with a swimsuit of two options and a mug, a post with both
 * hashtags, people who comment, and two ports played here: a payment gateway "test" and a channel
 * "pigeon". Everything else is real. On SQLite, and on PostgreSQL when MILLPOND_TEST_PG names one.
 */
#ifndef FLOW_TESTS_FIXTURE_H
#define FLOW_TESTS_FIXTURE_H

#include "account/account.h"
#include "core/testing.h"
#include "flow/flow.h"
#include "flow/flow_edit.h"
#include "shop/shop.h"
#include "stock/stock.h"

struct flow_fixture {
    struct testing t;
    struct shop_id shop;
    struct account_id owner;
    struct product_id suit, mug;
    struct variant_id suit_m_navy, mug_only;
    struct post_id post;
    struct flow_id flow;
    struct testing_browser browser; /* the owner's */
    str handle;
};

/* How the gateway answers the next payment, and how many it was asked for. */
extern enum payment_step gateway_step;
extern int gateway_calls;

/* What the bot said last in a conversation, or to a pigeon. */
struct said {
    struct conversation_id conversation;
    int count;                      /* messages of the bot in this conversation */
    char text[4200];                /* pigeons only */
    struct chat_button buttons[CHAT_BUTTONS_MAX];
    size_t button_count;
};

/* The provider reports that the payment it was asked for last has arrived. */
void fixture_payment_arrives(struct flow_fixture *f);

/* False: events and jobs wait for testing_drain; else they run after each step. */
extern bool fixture_drains;

struct flow_fixture *flow_fixture_open(enum db_engine engine);
void flow_each_engine(void (*test)(struct flow_fixture *f));

struct account_id fixture_person(struct flow_fixture *f, const char *name, const char *language);
struct comment_id fixture_comment(struct flow_fixture *f, struct account_id who, str text);
/* The latest message of the bot to this person on the site. */
struct said fixture_said(struct flow_fixture *f, struct account_id who);
/* Taps the button whose label begins so; false when there is none. Drains. */
bool fixture_tap(struct flow_fixture *f, struct account_id who, const char *label);
const struct err *fixture_token(struct flow_fixture *f, struct conversation_id c, str token);
void fixture_type(struct flow_fixture *f, struct account_id who, const char *text);
void fixture_address(struct flow_fixture *f, struct account_id who, const char *email);
/* The latest order of this person; payment ORDER_PAYMENT_UNSET when there is none. */
struct order fixture_order(struct flow_fixture *f, struct account_id who);
int64_t fixture_available(struct flow_fixture *f, struct variant_id variant);
void fixture_stock(struct flow_fixture *f, struct variant_id variant, int64_t on_hand);

/* A button whose label begins so. */
bool said_has(const struct said *said, const char *label);
/* All invariants of all features hold; aborts with the lines otherwise. */
void fixture_verify(struct flow_fixture *f);

/* A message from the channel "pigeon". */
void fixture_pigeon(struct flow_fixture *f, const char *user, const char *text, const char *token,
                    const char *payload);
struct said fixture_pigeon_said(const char *user);
bool fixture_pigeon_tap(struct flow_fixture *f, const char *user, const char *label);

#endif
