#include "model.h"

enum { ATTEMPTS_MAX = 20, OF_SHARE_MAX = 20, OF_PAYER_MAX = 5, OF_SHARES_MAX = 240 };
static const int64_t HOLD_MS = 30 * 60 * 1000, SPLIT_MS = (int64_t)24 * 3600 * 1000;

void model_init(struct model *m, int64_t shelf)
{
    *m = (struct model){.order_count = 0};
    for (int i = 0; i < POND_ALL_VARIANTS; i++) {
        m->price[i] = pond_price_of(i);
        m->on_hand[i] = shelf;
    }
}

int64_t model_left(const struct model *m, int variant)
{
    return m->on_hand[variant] - m->held[variant];
}

int model_shop_of(const struct model_order *o)
{
    return pond_shop_of(o->lines[0].variant);
}

int64_t model_of_variant(const struct model_order *o, int variant)
{
    int64_t sum = 0;
    for (int i = 0; i < o->line_count; i++)
        sum += o->lines[i].variant == variant ? o->lines[i].quantity : 0;
    return sum;
}

struct model_line *model_first_of(struct model_order *o, int variant)
{
    int at = 0;
    while (o->lines[at].variant != variant)
        at++;
    return &o->lines[at];
}

int64_t model_stays(const struct model_line *l)
{
    return l->quantity - l->dropped;
}

int64_t model_pieces(const struct model_order *o)
{
    int64_t sum = 0;
    for (int i = 0; i < o->line_count; i++)
        sum += model_stays(&o->lines[i]);
    return sum;
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

int64_t model_due_now(const struct model_order *o)
{
    bool is_deposit = !o->is_secured && o->deposit > o->paid;
    return (is_deposit ? o->deposit : o->total) - o->paid;
}

/* ---- placing ---- */

static int64_t live_holds(const struct model *m, int buyer, int variant)
{
    int64_t count = 0;
    for (int i = 0; i < m->order_count; i++)
        count += m->orders[i].hold == HOLD_LIVE && m->orders[i].buyer == buyer &&
                 model_of_variant(&m->orders[i], variant) > 0;
    return count;
}

const char *model_hold_refusal(const struct model *m, const struct model_order *o, int variant,
                               int64_t more)
{
    int64_t left = model_left(m, variant);
    if (model_of_variant(o, variant) == 0 && live_holds(m, o->buyer, variant) >= 20)
        return "order.too_many_holds";
    return left <= 0 ? "stock.sold_out" : left < more ? "stock.too_few" : NULL;
}

const char *model_place_refusal(const struct model *m, const struct model_order *o,
                                int64_t expected)
{
    int variant = o->lines[0].variant;
    int64_t quantity = o->lines[0].quantity;
    if (quantity < 1 || quantity > 999)
        return "price.bad_quantity";
    if (expected >= 0 && expected != m->price[variant] * quantity + POND_SHIPPING_MINOR)
        return "order.price_changed";
    return model_hold_refusal(m, o, variant, quantity);
}

void model_agreed(struct model *m, int order, struct order_id id, int64_t now_ms, int64_t wait_ms)
{
    struct model_order *o = &m->orders[order];
    o->id = id;
    o->state = ORDER_PLACED;
    o->fulfilment = ORDER_UNFULFILLED;
    o->hold = HOLD_LIVE;
    o->placed_ms = now_ms;
    o->expires_ms = now_ms + wait_ms;
    o->house = 1;
    for (int i = 0; i < o->line_count; i++)
        m->held[o->lines[i].variant] += o->lines[i].quantity;
}

void model_placed(struct model *m, int order, struct order_id id, int64_t now_ms)
{
    struct model_order *o = &m->orders[order];
    o->line_count = 1;
    o->lines[0].unit = m->price[o->lines[0].variant];
    o->shipping = POND_SHIPPING_MINOR;
    o->total = o->lines[0].unit * o->lines[0].quantity + o->shipping;
    model_agreed(m, order, id, now_ms, HOLD_MS);
}

/* ---- paying ---- */

bool model_may_pay(const struct model_order *o, int64_t now_ms)
{
    enum order_payment_state payment = model_payment(o);
    return o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED &&
           (payment == ORDER_UNPAID || payment == ORDER_PART_PAID) &&
           (o->is_secured || o->expires_ms > now_ms);
}

static const char *share_refusal(const struct model *m, int order, int payer,
                                 struct share_id share, int64_t now_ms)
{
    const struct model_order *o = &m->orders[order];
    const struct model_attempt *newest = NULL;
    bool is_busy = false, is_known = false;
    for (int i = 0; i < o->share_count; i++)
        is_known = is_known || o->shares[i].v == share.v;
    if (!is_known)
        return "order.gone"; /* the bill was split anew */
    if (model_share_is_paid(m, share))
        return "order.share_paid";
    for (int i = 0; i < m->attempt_count; i++) {
        const struct model_attempt *x = &m->attempts[i];
        if (x->share.v != share.v || x->state != MONEY_WAITS)
            continue;
        newest = x;
        is_busy = is_busy || x->begun_ms + SHARE_BUSY_MS > now_ms;
    }
    return is_busy && newest->payer != payer ? "order.share_busy" : NULL;
}

static int64_t share_amount(const struct model_order *o, struct share_id share)
{
    for (int i = 0; i < o->share_count; i++)
        if (o->shares[i].v == share.v)
            return o->share_minor[i];
    return 0;
}

static bool is_tried_enough(const struct model *m, int order, int payer, struct share_id share)
{
    int apart = 0, of_shares = 0, of_share = 0, of_payer = 0;
    for (int i = 0; i < m->attempt_count; i++) {
        const struct model_attempt *x = &m->attempts[i];
        if (x->order != order)
            continue;
        apart += x->share.v == 0;
        of_shares += x->share.v != 0;
        of_share += x->share.v == share.v;
        of_payer += x->share.v == share.v && x->payer == payer;
    }
    return share.v == 0 ? apart >= ATTEMPTS_MAX
                        : of_payer >= OF_PAYER_MAX || of_share >= OF_SHARE_MAX ||
                              of_shares >= OF_SHARES_MAX;
}

const char *model_pay_refusal(const struct model *m, int order, int payer, struct share_id share,
                              int64_t minor, int64_t now_ms)
{
    const struct model_order *o = &m->orders[order];
    if (model_payment(o) == ORDER_PAID)
        return "order.already_paid";
    if (!model_may_pay(o, now_ms))
        return "order.not_payable";
    if (is_tried_enough(m, order, payer, share))
        return "order.too_many_attempts";
    if (share.v != 0) {
        const char *refusal = share_refusal(m, order, payer, share, now_ms);
        if (refusal != NULL)
            return refusal;
        minor = share_amount(o, share);
    }
    return minor > o->total - o->paid ? "order.pays_too_much" : NULL;
}

/* ---- captured ---- */

static void free_hold(struct model *m, struct model_order *o)
{
    if (o->hold != HOLD_LIVE)
        return;
    o->hold = HOLD_FREED;
    for (int i = 0; i < o->line_count; i++)
        m->held[o->lines[i].variant] -= o->lines[i].quantity;
}

/* Whether all of it could be sold now without a hold. */
static bool is_there(const struct model *m, const struct model_order *o)
{
    for (int i = 0; i < o->line_count; i++)
        if (model_left(m, o->lines[i].variant) < model_of_variant(o, o->lines[i].variant))
            return false;
    return true;
}

static bool is_useful(const struct model *m, const struct model_order *o,
                      const struct model_attempt *x)
{
    enum order_payment_state payment = model_payment(o);
    if (x->minor > o->total - o->paid || o->fulfilment != ORDER_UNFULFILLED)
        return false;
    if (x->share.v != 0 &&
        (share_amount(o, x->share) != x->minor || model_share_is_paid(m, x->share)))
        return false;
    if (o->state == ORDER_PLACED)
        return payment == ORDER_UNPAID || payment == ORDER_PART_PAID;
    return o->state == ORDER_EXPIRED && payment == ORDER_UNPAID && x->minor == o->total &&
           is_there(m, o);
}

static void take_money(struct model *m, struct model_order *o, const struct model_attempt *x)
{
    bool was_late = o->state == ORDER_EXPIRED;
    o->paid += x->minor;
    if (x->share.v != 0 && o->expires_ms < o->placed_ms + SPLIT_MS)
        o->expires_ms = o->placed_ms + SPLIT_MS; /* from now on it waits for the other friends */
    o->state = ORDER_PLACED;
    if (o->is_secured || o->paid < (o->deposit > 0 ? o->deposit : o->total))
        return;
    o->is_secured = true;
    for (int i = 0; i < o->line_count; i++) {
        m->on_hand[o->lines[i].variant] -= o->lines[i].quantity;
        m->held[o->lines[i].variant] -= was_late ? 0 : o->lines[i].quantity;
    }
    o->hold = HOLD_SOLD;
}

static void ask_part(struct model *m, int attempt, int64_t minor)
{
    ASSERT(m->asked_count < MODEL_REFUNDS_MAX);
    m->asked[m->asked_count++] = (struct model_refund){attempt, minor, true};
}

void model_captured(struct model *m, int lead)
{
    struct model_attempt *first = &m->attempts[lead];
    if (first->state == MONEY_CAPTURED || first->state == MONEY_GOES_BACK)
        return;
    for (int i = lead; i < lead + first->parts; i++) {
        struct model_attempt *x = &m->attempts[i];
        struct model_order *o = &m->orders[x->order];
        m->clearing[model_shop_of(o)] += x->minor;
        m->captures++;
        if (is_useful(m, o, x)) {
            x->state = MONEY_CAPTURED;
            take_money(m, o, x);
            if (i == lead && x->keeps_method)
                m->has_method[x->payer] = true;
        } else {
            x->state = MONEY_GOES_BACK;
            ask_part(m, i, x->minor);
        }
    }
    if (first->parked > 0)
        model_desk_gave_back(m, lead);
    first->parked = 0;
}

/* ---- going back ---- */

static int64_t open_of(const struct model *m, int attempt)
{
    int64_t sum = 0;
    for (int i = 0; i < m->asked_count; i++)
        sum += m->asked[i].is_open && m->asked[i].attempt == attempt ? m->asked[i].minor : 0;
    return sum;
}

void model_ask_back(struct model *m, int order, int64_t minor)
{
    m->orders[order].refunding += minor;
    for (int i = m->attempt_count - 1; i >= 0 && minor > 0; i--) {
        const struct model_attempt *x = &m->attempts[i];
        if (x->order != order || x->state != MONEY_CAPTURED)
            continue;
        int64_t part = x->minor - x->refunded - open_of(m, i);
        part = part < minor ? part : minor;
        if (part > 0)
            ask_part(m, i, part);
        minor -= part;
    }
}

static void back_on_shelf(struct model *m, struct model_order *o)
{
    if (o->state == ORDER_PLACED)
        o->state = ORDER_CLOSED;
    free_hold(m, o);
    if (o->hold != HOLD_SOLD)
        return;
    for (int i = 0; i < o->line_count; i++) {
        struct model_line *first = model_first_of(o, o->lines[i].variant);
        int64_t all = model_of_variant(o, first->variant);
        m->on_hand[first->variant] += all - first->back;
        first->back = all;
    }
    o->hold = HOLD_BACK;
}

void model_gave_back(struct model *m, int attempt, int64_t minor, bool was_asked)
{
    struct model_attempt *x = &m->attempts[attempt];
    struct model_order *o = &m->orders[x->order];
    m->clearing[model_shop_of(o)] -= minor;
    m->refunds++;
    x->refunded += minor;
    for (int i = 0; was_asked && i < m->asked_count; i++)
        if (m->asked[i].is_open && m->asked[i].attempt == attempt && m->asked[i].minor == minor) {
            m->asked[i].is_open = false;
            break;
        }
    if (x->state != MONEY_CAPTURED)
        return;
    o->refunding -= was_asked ? minor : 0;
    o->refunded += minor;
    if (model_payment(o) == ORDER_REFUNDED)
        back_on_shelf(m, o);
}

bool model_desk_may(const struct model *m, int lead)
{
    for (int i = lead; i < lead + m->attempts[lead].parts; i++)
        if (m->attempts[i].refunded > 0)
            return false;
    return m->attempts[lead].parked == 0;
}

void model_desk_gave_back(struct model *m, int lead)
{
    for (int i = lead; i < lead + m->attempts[lead].parts; i++) {
        int64_t rest = m->attempts[i].minor;
        for (int k = 0; k < m->asked_count; k++) {
            int64_t minor = m->asked[k].minor;
            if (!m->asked[k].is_open || m->asked[k].attempt != i)
                continue;
            model_gave_back(m, i, minor, true);
            rest -= minor;
        }
        if (rest > 0)
            model_gave_back(m, i, rest, false);
    }
}

/* ---- ending ---- */

bool model_may_cancel(const struct model_order *o)
{
    return o->state == ORDER_CANCELLED ||
           (o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED);
}

/* And the additions that belong to it. */
static void end(struct model *m, int order, enum order_state state)
{
    struct model_order *o = &m->orders[order];
    o->state = state;
    free_hold(m, o);
    model_ask_back(m, order, o->paid - o->refunded - o->refunding);
    for (int i = 0; i < m->order_count && o->additions > 0; i++)
        if (m->orders[i].added_to == order + 1 && model_may_cancel(&m->orders[i]))
            model_cancelled(m, i);
}

void model_cancelled(struct model *m, int order)
{
    if (m->orders[order].state != ORDER_CANCELLED)
        end(m, order, ORDER_CANCELLED);
}

void model_expired(struct model *m, int order)
{
    end(m, order, ORDER_EXPIRED);
}

bool model_may_refund(const struct model_order *o, int64_t minor)
{
    enum order_payment_state payment = model_payment(o);
    return minor > 0 && minor <= o->paid - o->refunded - o->refunding &&
           (payment == ORDER_PAID || payment == ORDER_PART_REFUNDED || payment == ORDER_PART_PAID);
}

bool model_may_ship(const struct model_order *o)
{
    enum order_payment_state payment = model_payment(o);
    return o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED &&
           (payment == ORDER_PAID || payment == ORDER_PART_REFUNDED);
}

void model_shipped(struct model *m, int order)
{
    m->orders[order].fulfilment = ORDER_SHIPPED;
    for (int i = 0; i < m->order_count && m->orders[order].additions > 0; i++)
        if (m->orders[i].added_to == order + 1 && model_may_ship(&m->orders[i]))
            m->orders[i].fulfilment = ORDER_SHIPPED;
}

bool model_may_deliver(const struct model_order *o)
{
    return o->state == ORDER_PLACED && o->fulfilment == ORDER_SHIPPED;
}

void model_delivered(struct model_order *o, int64_t now_ms)
{
    o->fulfilment = ORDER_DELIVERED;
    o->state = ORDER_CLOSED;
    o->delivered_ms = now_ms;
}
