/* What the simulator believes: the same rules as the product's, written a second time and without a
 * store. Money in minor units. It is asked what must happen, then told that it happened.
 */
#ifndef TESTS_SIM_MODEL_H
#define TESTS_SIM_MODEL_H

#include "order/order.h"
#include "tests/lib/pond.h"

enum { MODEL_ORDERS_MAX = 1024, MODEL_ATTEMPTS_MAX = 2048 };

enum model_hold { HOLD_NONE = 0, HOLD_LIVE, HOLD_SOLD, HOLD_FREED, HOLD_BACK };

struct model_order {
    int buyer, variant;
    int64_t quantity, unit, total; /* unit: the price when it was placed */
    char key[24];
    struct order_id id;  /* 0: none came of the key */
    const char *refusal; /* the key was refused for ever; NULL: it was not */
    int64_t expected;    /* the total she was shown, or -1 */
    enum order_state state;
    enum order_fulfilment fulfilment;
    enum model_hold hold;
    int64_t paid, refunded, refunding, expires_ms;
    bool is_secured;
    unsigned told; /* bits of enum model_told: events that reached the subscriber */
};

enum model_told {
    TOLD_PLACED = 1, TOLD_PAID = 2, TOLD_CANCELLED = 4, TOLD_EXPIRED = 8, TOLD_REFUNDED = 16,
    TOLD_SHIPPED = 32, TOLD_DELIVERED = 64
};

enum model_money { MONEY_WAITS = 0, MONEY_FAILED, MONEY_CAPTURED, MONEY_GOES_BACK };

struct model_attempt {
    int order;
    int64_t id, minor, refunded;
    int64_t parked; /* given back by the bank before it told that it was captured */
    enum model_money state;
};

struct model {
    struct model_order orders[MODEL_ORDERS_MAX];
    struct model_attempt attempts[MODEL_ATTEMPTS_MAX];
    int order_count, attempt_count;
    int64_t price[POND_VARIANTS];
    int64_t on_hand[POND_VARIANTS], held[POND_VARIANTS];
    int64_t clearing; /* what the bank owes the shop */
    int captures, refunds;
};

void model_init(struct model *m, int64_t shelf);
int64_t model_left(const struct model *m, int variant);
enum order_payment_state model_payment(const struct model_order *o);

/* The refusal that this order must get, or NULL; expected: the total she was shown, or -1. */
const char *model_place_refusal(const struct model *m, const struct model_order *o,
                                int64_t expected);
void model_placed(struct model *m, int order, struct order_id id, int64_t expires_ms);
bool model_may_pay(const struct model_order *o, int64_t now_ms);
/* The bank's word that an attempt was paid: once. */
void model_captured(struct model *m, int attempt);
bool model_may_cancel(const struct model_order *o);
void model_cancelled(struct model *m, int order);
bool model_may_refund(const struct model_order *o, int64_t minor);
/* Money went back by a refund that the shop asked for, or that the bank made by itself. */
void model_gave_back(struct model *m, int attempt, int64_t minor, bool was_asked);
void model_expired(struct model *m, int order);
bool model_may_ship(const struct model_order *o);
bool model_may_deliver(const struct model_order *o);

#endif
