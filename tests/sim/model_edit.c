/* Edits: an order that nobody has paid is written anew; of a paid one pieces are taken out, and
 * what comes in is an order of its own. */
#include "model.h"

#include <string.h>

static const int64_t HOLD_MS = 30 * 60 * 1000, ADDITION_MS = (int64_t)24 * 3600 * 1000;
enum { ADDITIONS_MAX = 10, CHANGES_MAX = 50 };

static const char *order_refusal(const struct model_order *o, bool *ret_rewrite)
{
    bool is_waiting = o->state == ORDER_PLACED && o->fulfilment == ORDER_UNFULFILLED;
    *ret_rewrite = is_waiting && model_payment(o) == ORDER_UNPAID;
    if (o->changes >= CHANGES_MAX)
        return "order.too_many_changes";
    if (o->added_to > 0)
        return "order.is_addition";
    if (!is_waiting || model_payment(o) == ORDER_REFUNDED)
        return "order.not_changeable";
    return *ret_rewrite && (o->is_agreed || o->deposit > 0) ? "order.agreed" : NULL;
}

static int64_t wanted(const struct model_order *o, const struct model_edit *e, int line)
{
    return e->line == line ? e->quantity : model_stays(&o->lines[line]);
}

/* ---- what comes in ---- */

/* After those of its variant; returns how many lines there are then. */
static int insert(struct model_line *lines, int count, struct model_line line)
{
    int at = count;
    for (; at > 0 && lines[at - 1].variant > line.variant; at--)
        lines[at] = lines[at - 1];
    lines[at] = line;
    return count + 1;
}

static int list_adds(const struct model *m, const struct model_order *o,
                     const struct model_edit *e, struct model_line *ret)
{
    int count = 0;
    if (e->line >= 0 && e->quantity > model_stays(&o->lines[e->line]))
        ret[count++] = (struct model_line){
            .variant = o->lines[e->line].variant,
            .quantity = e->quantity - model_stays(&o->lines[e->line])};
    if (count > 0 && e->more > 0 && ret[0].variant == e->variant)
        ret[0].quantity += e->more;
    else if (e->more > 0)
        count = insert(ret, count, (struct model_line){.variant = e->variant,
                                                       .quantity = e->more});
    for (int i = 0; i < count; i++)
        ret[i].unit = m->price[ret[i].variant];
    return count;
}

static int64_t worth(const struct model_line *lines, int count)
{
    int64_t sum = 0;
    for (int i = 0; i < count; i++)
        sum += lines[i].quantity * lines[i].unit;
    return sum;
}

/* ---- a paid order ---- */

static const char *paid_refusal(const struct model *m, const struct model_order *o,
                                const struct model_edit *e, struct model_edit_plan *p)
{
    const char *late = NULL;
    if (e->country >= 0)
        return "order.fixed_by_payment";
    if (e->line >= 0 && e->quantity < model_stays(&o->lines[e->line])) {
        p->drops = model_stays(&o->lines[e->line]) - e->quantity;
        p->back = p->drops * o->lines[e->line].unit;
        late = model_drop_refusal(o, e->line, p->drops);
    }
    if (late != NULL && strcmp(late, "order.refund_too_much") != 0)
        return late;
    p->line_count = list_adds(m, o, e, p->lines);
    p->difference = worth(p->lines, p->line_count) - p->back;
    if (p->line_count > 0 && o->additions >= ADDITIONS_MAX)
        return "order.too_many_changes";
    if (p->line_count == 0 && p->drops == 0)
        return "order.edits_nothing";
    if (e->is_shown && e->shown != p->difference)
        return "order.changed_meanwhile";
    if (p->drops > 0 && !e->may_give_back)
        return "error.denied";
    struct model_order addition = {.buyer = o->buyer};
    for (int i = 0; i < p->line_count; i++) {
        const char *refusal = model_hold_refusal(m, &addition, p->lines[i].variant,
                                                 p->lines[i].quantity);
        if (refusal != NULL)
            return refusal;
    }
    return late;
}

/* ---- an order that is written anew ---- */

static bool is_being_paid(const struct model *m, int order, int64_t now_ms)
{
    for (int i = 0; i < m->attempt_count; i++)
        if (m->attempts[i].order == order && m->attempts[i].state == MONEY_WAITS &&
            m->attempts[i].begun_ms + SHARE_BUSY_MS > now_ms)
            return true;
    return false;
}

/* Pieces that cost today what others of the line cost then stand on that line. */
static void add_to(struct model_edit_plan *p, const struct model_line *add)
{
    for (int i = 0; i < p->line_count; i++)
        if (p->lines[i].variant == add->variant && p->lines[i].unit == add->unit) {
            p->lines[i].quantity += add->quantity;
            return;
        }
    p->line_count = insert(p->lines, p->line_count, *add);
}

/* Elsewhere everything costs what it costs today. */
static void price_anew(const struct model *m, struct model_edit_plan *p)
{
    int count = 0;
    for (int i = 0; i < p->line_count; i++) {
        p->lines[i].unit = m->price[p->lines[i].variant];
        if (count > 0 && p->lines[count - 1].variant == p->lines[i].variant)
            p->lines[count - 1].quantity += p->lines[i].quantity;
        else
            p->lines[count++] = p->lines[i];
    }
    p->line_count = count;
}

static bool is_same(const struct model_order *o, const struct model_edit *e,
                    const struct model_edit_plan *p)
{
    bool is = e->country < 0 && p->line_count == o->line_count && p->difference == 0;
    for (int i = 0; is && i < p->line_count; i++)
        is = p->lines[i].variant == o->lines[i].variant &&
             p->lines[i].quantity == o->lines[i].quantity;
    return is;
}

static int64_t pieces_of(const struct model_edit_plan *p, int variant)
{
    int64_t sum = 0;
    for (int i = 0; i < p->line_count; i++)
        sum += p->lines[i].variant == variant ? p->lines[i].quantity : 0;
    return sum;
}

static const char *rewrite_refusal(const struct model *m, int order, const struct model_edit *e,
                                   int64_t now_ms, struct model_edit_plan *p)
{
    const struct model_order *o = &m->orders[order];
    struct model_line adds[2];
    int count = list_adds(m, o, e, adds);
    if (is_being_paid(m, order, now_ms))
        return "order.being_paid";
    for (int i = 0; i < o->line_count; i++) {
        struct model_line keeps = {.variant = o->lines[i].variant, .unit = o->lines[i].unit,
                                   .quantity = o->lines[i].quantity};
        if (wanted(o, e, i) < keeps.quantity)
            keeps.quantity = wanted(o, e, i);
        if (keeps.quantity > 0)
            p->line_count = insert(p->lines, p->line_count, keeps);
    }
    for (int i = 0; i < count; i++)
        add_to(p, &adds[i]);
    if (p->line_count == 0)
        return "order.drops_all";
    if (e->country >= 0 && e->country != o->country)
        price_anew(m, p);
    p->difference = worth(p->lines, p->line_count) + POND_SHIPPING_MINOR - o->total;
    if (is_same(o, e, p))
        return "order.edits_nothing";
    if (e->is_shown && e->shown != p->difference)
        return "order.changed_meanwhile";
    for (int v = 0; v < POND_ALL_VARIANTS; v++) {
        int64_t more = pieces_of(p, v) - model_of_variant(o, v);
        const char *refusal = more > 0 ? model_hold_refusal(m, o, v, more) : NULL;
        if (refusal != NULL)
            return refusal;
    }
    return NULL;
}

const char *model_edit_plan(const struct model *m, int order, const struct model_edit *e,
                            int64_t now_ms, struct model_edit_plan *ret)
{
    const struct model_order *o = &m->orders[order];
    *ret = (struct model_edit_plan){.line_count = 0};
    const char *refusal = order_refusal(o, &ret->is_rewrite);
    if (refusal != NULL)
        return refusal;
    return ret->is_rewrite ? rewrite_refusal(m, order, e, now_ms, ret)
                           : paid_refusal(m, o, e, ret);
}

/* ---- doing it ---- */

static void rewrite(struct model *m, struct model_order *o, const struct model_edit *e,
                    const struct model_edit_plan *p, int64_t now_ms)
{
    ASSERT(p->line_count <= MODEL_LINES);
    for (int i = 0; i < o->line_count; i++)
        m->held[o->lines[i].variant] -= o->lines[i].quantity;
    for (int i = 0; i < p->line_count; i++)
        m->held[p->lines[i].variant] += p->lines[i].quantity;
    memcpy(o->lines, p->lines, sizeof o->lines);
    o->line_count = p->line_count;
    o->total += p->difference;
    o->share_count = 0;
    o->changes++;
    if (o->expires_ms < now_ms + HOLD_MS)
        o->expires_ms = now_ms + HOLD_MS;
    if (e->country >= 0) {
        o->country = e->country;
        o->house = 1;
    }
}

void model_edited(struct model *m, int order, const struct model_edit *e,
                  const struct model_edit_plan *p, struct order_id addition, int64_t now_ms)
{
    struct model_order *o = &m->orders[order];
    if (p->is_rewrite) {
        m->rewrites++;
        rewrite(m, o, e, p, now_ms);
        return;
    }
    if (p->line_count > 0) {
        struct model_order *x = &m->orders[m->order_count];
        *x = (struct model_order){.buyer = o->buyer, .line_count = p->line_count,
                                  .total = worth(p->lines, p->line_count), .key = "addition",
                                  .is_agreed = true, .added_to = order + 1,
                                  .country = o->country};
        memcpy(x->lines, p->lines, sizeof x->lines);
        o->additions++;
        model_agreed(m, m->order_count++, addition, now_ms, ADDITION_MS);
        x->house = o->house;
    }
    if (p->drops > 0)
        model_dropped(m, order, e->line, p->drops);
    else
        o->changes++; /* its key is kept */
}
