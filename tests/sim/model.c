#include "model.h"

void model_init(struct model *m, int64_t shelf)
{
    *m = (struct model){.order_count = 0};
    for (int i = 0; i < POND_VARIANTS; i++) {
        m->price[i] = pond_price_of(i);
        m->on_hand[i] = shelf;
    }
}

int64_t model_left(const struct model *m, int variant)
{
    return m->on_hand[variant] - m->held[variant];
}

enum order_payment_state model_payment(const struct model_order *o)
{
    if (o->refunded > 0 && o->refunded >= o->paid)
        return ORDER_REFUNDED;
    if (o->paid == 0)
        return ORDER_UNPAID;
    if (o->paid < o->total)
        return ORDER_PART_PAID;
    return o->refunded > 0 ? ORDER_PART_REFUNDED : ORDER_PAID;
}

static int64_t live_holds(const struct model *m, int buyer, int variant)
{
    int64_t count = 0;
    for (int i = 0; i < m->order_count; i++)
        count += m->orders[i].hold == HOLD_LIVE && m->orders[i].buyer == buyer &&
                 m->orders[i].variant == variant;
    return count;
}

const char *model_place_refusal(const struct model *m, const struct model_order *o,
                                int64_t expected)
{
    if (o->quantity < 1 || o->quantity > 999)
        return "price.bad_quantity";
    if (expected >= 0 && expected != m->price[o->variant] * o->quantity + POND_SHIPPING_MINOR)
        return "order.price_changed";
    if (live_holds(m, o->buyer, o->variant) >= 20)
        return "stock.too_many_holds";
    if (model_left(m, o->variant) <= 0)
        return "stock.sold_out";
    return model_left(m, o->variant) < o->quantity ? "stock.too_few" : NULL;
}

void model_placed(struct model *m, int order, struct order_id id, int64_t expires_ms)
{
    struct model_order *o = &m->orders[order];
    o->id = id;
    o->unit = m->price[o->variant];
    o->total = o->unit * o->quantity + POND_SHIPPING_MINOR;
    o->state = ORDER_PLACED;
    o->fulfilment = ORDER_UNFULFILLED;
    o->hold = HOLD_LIVE;
    o->expires_ms = expires_ms;
    m->held[o->variant] += o->quantity;
}

bool model_may_pay(const struct model_order *o, int64_t now_ms)
{
    enum order_payment_state payment = model_payment(o);
    return o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED &&
           (payment == ORDER_UNPAID || payment == ORDER_PART_PAID) &&
           (o->is_secured || o->expires_ms > now_ms);
}

static void free_hold(struct model *m, struct model_order *o)
{
    if (o->hold != HOLD_LIVE)
        return;
    o->hold = HOLD_FREED;
    m->held[o->variant] -= o->quantity;
}

static bool is_useful(const struct model *m, const struct model_order *o, int64_t minor)
{
    enum order_payment_state payment = model_payment(o);
    if (minor > o->total - o->paid || o->fulfilment != ORDER_UNFULFILLED)
        return false;
    if (o->state == ORDER_PLACED)
        return payment == ORDER_UNPAID || payment == ORDER_PART_PAID;
    return o->state == ORDER_EXPIRED && payment == ORDER_UNPAID && minor == o->total &&
           model_left(m, o->variant) >= o->quantity;
}

static void take_money(struct model *m, struct model_order *o, int64_t minor)
{
    bool was_late = o->state == ORDER_EXPIRED;
    o->paid += minor;
    o->state = ORDER_PLACED;
    if (o->is_secured || o->paid < o->total)
        return;
    o->is_secured = true;
    m->on_hand[o->variant] -= o->quantity;
    if (!was_late)
        m->held[o->variant] -= o->quantity;
    o->hold = HOLD_SOLD;
}

void model_captured(struct model *m, int attempt)
{
    struct model_attempt *x = &m->attempts[attempt];
    struct model_order *o = &m->orders[x->order];
    if (x->state == MONEY_CAPTURED || x->state == MONEY_GOES_BACK)
        return;
    m->clearing += x->minor;
    m->captures++;
    if (is_useful(m, o, x->minor)) {
        x->state = MONEY_CAPTURED;
        take_money(m, o, x->minor);
    } else {
        x->state = MONEY_GOES_BACK;
    }
    if (x->parked > 0)
        model_gave_back(m, attempt, x->parked, false);
    x->parked = 0;
}

bool model_may_cancel(const struct model_order *o)
{
    return o->state == ORDER_CANCELLED ||
           (o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED);
}

static void ask_all_back(struct model_order *o)
{
    o->refunding += o->paid - o->refunded - o->refunding;
}

void model_cancelled(struct model *m, int order)
{
    struct model_order *o = &m->orders[order];
    if (o->state == ORDER_CANCELLED)
        return;
    o->state = ORDER_CANCELLED;
    free_hold(m, o);
    ask_all_back(o);
}

void model_expired(struct model *m, int order)
{
    struct model_order *o = &m->orders[order];
    o->state = ORDER_EXPIRED;
    free_hold(m, o);
    ask_all_back(o);
}

bool model_may_refund(const struct model_order *o, int64_t minor)
{
    enum order_payment_state payment = model_payment(o);
    return minor > 0 && minor <= o->paid - o->refunded - o->refunding &&
           (payment == ORDER_PAID || payment == ORDER_PART_REFUNDED || payment == ORDER_PART_PAID);
}

void model_gave_back(struct model *m, int attempt, int64_t minor, bool was_asked)
{
    struct model_attempt *x = &m->attempts[attempt];
    struct model_order *o = &m->orders[x->order];
    m->clearing -= minor;
    m->refunds++;
    x->refunded += minor;
    if (x->state != MONEY_CAPTURED)
        return;
    o->refunding -= was_asked ? minor : 0;
    o->refunded += minor;
    if (model_payment(o) != ORDER_REFUNDED)
        return;
    if (o->state == ORDER_PLACED)
        o->state = ORDER_CLOSED;
    free_hold(m, o);
    if (o->hold == HOLD_SOLD) {
        m->on_hand[o->variant] += o->quantity;
        o->hold = HOLD_BACK;
    }
}

bool model_may_ship(const struct model_order *o)
{
    enum order_payment_state payment = model_payment(o);
    return o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED &&
           (payment == ORDER_PAID || payment == ORDER_PART_REFUNDED);
}

bool model_may_deliver(const struct model_order *o)
{
    return o->state == ORDER_PLACED && o->fulfilment == ORDER_SHIPPED;
}
