/* What may become of an order after it was placed: shares of its bill, pieces taken out, returns;
 * and the quotation before it. */
#include "model.h"

static const int64_t DAY_MS = 24 * 3600 * 1000;
enum { WINDOW_DAYS = 14, ANSWER_DAYS = 3, SEND_DAYS = 14, RETURNS_MAX = 20 };

/* ---- shares ---- */

bool model_share_is_paid(const struct model *m, struct share_id share)
{
    for (int i = 0; i < m->attempt_count; i++)
        if (m->attempts[i].share.v == share.v && m->attempts[i].state == MONEY_CAPTURED)
            return true;
    return false;
}

const char *model_split_refusal(const struct model *m, int order, int64_t now_ms)
{
    const struct model_order *o = &m->orders[order];
    bool may = o->state == ORDER_PLACED && model_payment(o) == ORDER_UNPAID && o->deposit == 0 &&
               o->expires_ms > now_ms;
    for (int i = 0; i < m->attempt_count; i++) {
        const struct model_attempt *x = &m->attempts[i];
        if (x->order == order && x->share.v != 0 &&
            (x->state == MONEY_CAPTURED ||
             (x->state == MONEY_WAITS && x->begun_ms + SHARE_BUSY_MS > now_ms)))
            may = false;
    }
    return may ? NULL : "order.not_splittable";
}

/* ---- pieces taken out ---- */

const char *model_drop_refusal(const struct model_order *o, int line, int64_t quantity)
{
    enum order_payment_state payment = model_payment(o);
    const struct model_line *l = &o->lines[line];
    if (o->state != ORDER_PLACED || o->fulfilment != ORDER_UNFULFILLED ||
        (payment != ORDER_PAID && payment != ORDER_PART_REFUNDED))
        return "order.not_changeable";
    if (quantity > model_stays(l))
        return "order.drops_too_many";
    if (quantity == model_pieces(o))
        return "order.drops_all";
    return quantity * l->unit > o->paid - o->refunded - o->refunding ? "order.refund_too_much"
                                                                     : NULL;
}

static void back_to_shelf(struct model *m, struct model_order *o, int variant, int64_t quantity,
                          bool restock)
{
    struct model_line *first = model_first_of(o, variant);
    if (first->back + quantity > model_of_variant(o, variant))
        return; /* a refund of all of it was quicker */
    first->back += quantity;
    m->on_hand[variant] += restock ? quantity : 0;
}

void model_dropped(struct model *m, int order, int line, int64_t quantity)
{
    struct model_order *o = &m->orders[order];
    struct model_line *l = &o->lines[line];
    l->dropped += quantity;
    o->changes++;
    back_to_shelf(m, o, l->variant, quantity, true);
    model_ask_back(m, order, quantity * l->unit);
}

/* ---- returns ---- */

static bool counts(const struct model_return *r)
{
    return r->state != RETURNS_REFUSED && r->state != RETURNS_CLOSED;
}

/* Of one line; -1: of all. */
static int64_t taken(const struct model *m, int order, int line)
{
    int64_t sum = 0;
    for (int i = 0; i < m->return_count; i++) {
        const struct model_return *r = &m->returns[i];
        if (r->order == order && counts(r) && (line < 0 || r->line == line))
            sum += r->quantity;
    }
    return sum;
}

const char *model_return_refusal(const struct model *m, const struct model_return *r,
                                 int64_t now_ms)
{
    const struct model_order *o = &m->orders[r->order];
    int64_t left = 0;
    int asked = 0;
    for (int i = 0; i < m->return_count; i++)
        asked += m->returns[i].order == r->order;
    if (asked >= RETURNS_MAX)
        return "returns.too_many";
    if (o->fulfilment >= ORDER_SHIPPED && model_payment(o) != ORDER_REFUNDED &&
        (o->delivered_ms == 0 || now_ms < o->delivered_ms + (WINDOW_DAYS + 1) * DAY_MS))
        left = model_stays(&o->lines[r->line]) - taken(m, r->order, r->line);
    if (r->quantity < 1)
        return "returns.choose";
    return left <= 0 ? "returns.too_late"
                     : r->quantity > left ? "returns.too_many_pieces" : NULL;
}

void model_return_asked(struct model *m, struct model_return *r, int64_t now_ms)
{
    struct model_order *o = &m->orders[r->order];
    bool is_all = taken(m, r->order, -1) + r->quantity == model_pieces(o);
    if (o->fulfilment == ORDER_SHIPPED)
        model_delivered(o, now_ms); /* she has in her hands what she returns */
    r->state = RETURNS_ASKED;
    r->value = r->quantity * o->lines[r->line].unit;
    r->shipping = is_all ? o->shipping : 0;
    r->due_ms = now_ms + ANSWER_DAYS * DAY_MS;
}

int64_t model_return_due(const struct model *m, const struct model_return *r)
{
    const struct model_order *o = &m->orders[r->order];
    int64_t left = o->paid - o->refunded - o->refunding, due = r->value + r->shipping;
    return due < left ? due : left;
}

void model_return_agreed(struct model_return *r, int64_t now_ms)
{
    r->state = RETURNS_AGREED;
    r->due_ms = now_ms + SEND_DAYS * DAY_MS;
}

void model_return_shelved(struct model *m, struct model_return *r, bool restock)
{
    struct model_order *o = &m->orders[r->order];
    back_to_shelf(m, o, o->lines[r->line].variant, r->quantity, restock);
    r->restocked = restock;
    r->state = RETURNS_RECEIVED;
}

void model_return_refunded(struct model *m, struct model_return *r, int64_t minor)
{
    r->state = RETURNS_REFUNDED;
    r->refund = minor;
    if (minor > 0)
        model_ask_back(m, r->order, minor);
}

/* ---- quotations ---- */

const char *model_accept_refusal(const struct model *m, const struct model_quote *q,
                                 int64_t version, int64_t now_ms)
{
    struct model_order o = {.buyer = q->buyer, .line_count = 1,
                            .lines = {{.variant = q->variant, .quantity = q->quantity}}};
    if (q->state == QUOTE_EXPIRED || (q->state == QUOTE_QUOTED && q->valid_until_ms <= now_ms))
        return "quote.expired";
    if (q->state != QUOTE_QUOTED)
        return "quote.not_open";
    return version != q->version ? "quote.revised" : model_place_refusal(m, &o, -1);
}
