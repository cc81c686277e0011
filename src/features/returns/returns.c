/* The buyer's commands and what all commands share; the shop's are returns_shop.c. Every command
 * locks the order's row first: two returns of an order, or a return and its refund, never pass each
 * other. */
#include "returns/returns_part.h"

#include "base/timefmt.h"
#include "base/utf8.h"
#include "core/audit.h"

enum { KEY_MAX = 100, TRACKING_MAX = 200 };

const struct err *returns_text(struct arena *a, str text, const char *field, str *ret)
{
    *ret = str_is_absent(text) ? S("") : str_trim(text);
    if (!utf8_is_comment(*ret) || utf8_count(*ret) > RETURNS_TEXT_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "returns.bad_text", "%zu bytes", text.len),
                              field);
    return NULL;
}

const struct err *returns_refund_key(struct arena *a, struct return_id id, str *ret)
{
    struct id_text text = id_format(id.v);
    return str_fmt(a, ret, "return %s", text.text);
}

/* The order whole, its row locked. */
static const struct err *lock_order(struct turn *t, struct shop_id shop, struct order_id id,
                                    struct order *ret)
{
    TRY(order_load(t, shop, id, ret));
    return order_get(t->tx, t->arena, t->platform, shop, id, ret);
}

const struct err *returns_load(struct turn *t, struct shop_id shop, struct return_id id,
                               struct returns_work *ret)
{
    ret->t = t;
    TRY(returns_get(t->tx, t->arena, shop, id, &ret->c));
    TRY(lock_order(t, shop, ret->c.order_id, &ret->o));
    return returns_get(t->tx, t->arena, shop, id, &ret->c);
}

static const struct err *tell(struct returns_work *x, const char *kind, int64_t number)
{
    struct turn *t = x->t;
    const struct returns_case *c = &x->c;
    TRY(audit_write(t, &(struct audit){.shop_id = c->shop_id, .action = kind,
                                       .subject_id = c->id.v}));
    return event_emit(t, &(struct event){.kind = kind, .version = 1, .shop_id = c->shop_id,
                                         .account_id = x->o.buyer_id, .subject_id = c->id.v,
                                         .object_id = c->order_id.v, .number = number});
}

const struct err *returns_may(const struct returns_work *x, enum returns_act act)
{
    enum returns_state next;
    return returns_rules_step(x->c.state, act, &next)
               ? NULL : ERR(x->t->arena, ERR_CONFLICT, "returns.not_open",
                            "return %lld: act %d in state %d", (long long)x->c.id.v, (int)act,
                            (int)x->c.state);
}

const struct err *returns_move(struct returns_work *x, enum returns_act act, const char *kind,
                               int64_t due_ms)
{
    struct turn *t = x->t;
    struct returns_case *c = &x->c;
    enum returns_state next = RETURNS_STATE_UNSET;
    TRY(returns_may(x, act));
    (void)returns_rules_step(c->state, act, &next);
    TRY(return_step(t->tx, t->arena, c->shop_id, c->id, c->state, next, c->keeps, c->restocked,
                    c->fee_minor, c->refund_minor, c->answer, c->verdict, c->tracking, t->now_ms,
                    due_ms, c->struck_minor));
    c->state = next;
    c->changed_ms = t->now_ms;
    c->due_ms = due_ms;
    return tell(x, kind, next == RETURNS_REFUNDED ? c->refund_minor : c->value_minor);
}

/* ---- asking ---- */

static const struct err *too_many(struct arena *a, int64_t left)
{
    str text;
    TRY(str_fmt(a, &text, "%lld", (long long)left));
    return err_with_arg(a, ERR(a, ERR_CONFLICT, "returns.too_many_pieces", "%lld left",
                               (long long)left), text);
}

static const struct err *check_line(struct arena *a, const struct returns_ask *ask, size_t i,
                                    const struct order *o, const struct returns_piece *pieces,
                                    size_t count)
{
    const struct returns_line *l = &ask->lines[i];
    if (l->position < 0 || l->position >= (int64_t)o->line_count || l->quantity < 1 ||
        l->quantity > PRICE_QUANTITY_MAX)
        return ERR(a, ERR_INVALID, "returns.choose", "line %lld: %lld", (long long)l->position,
                   (long long)l->quantity);
    for (size_t k = 0; k < i; k++)
        if (ask->lines[k].position == l->position)
            return ERR(a, ERR_INVALID, "returns.choose", "line %zu twice", k);
    for (size_t k = 0; k < count; k++)
        if (pieces[k].position == l->position)
            return l->quantity <= pieces[k].quantity ? NULL : too_many(a, pieces[k].quantity);
    return ERR(a, ERR_CONFLICT, "returns.too_late", "line %lld", (long long)l->position);
}

static const struct err *check_ask(struct turn *t, const struct returns_ask *ask,
                                   const struct order *o)
{
    struct returns_piece *pieces;
    struct returns_case *others;
    struct arena *a = t->arena;
    size_t count, other_count;
    if (ask->key.len == 0 || ask->key.len > KEY_MAX)
        return ERR(a, ERR_INVALID, "error.bad_key", "%zu bytes", ask->key.len);
    if (ask->reason <= RETURNS_REASON_UNSET || ask->reason >= RETURNS_REASON_COUNT)
        return err_with_field(a, ERR(a, ERR_INVALID, "returns.no_reason", "%d", (int)ask->reason),
                              "reason");
    if (ask->line_count == 0 || ask->line_count > PRICE_LINES_MAX ||
        ask->photo_count > RETURNS_PHOTOS_MAX)
        return ERR(a, ERR_INVALID, "returns.choose", "%zu lines, %zu photos", ask->line_count,
                   ask->photo_count);
    TRY(returns_of_order(t->tx, a, o->shop_id, o->id, &others, &other_count));
    if (other_count >= RETURNS_OF_ORDER_MAX)
        return ERR(a, ERR_LIMIT, "returns.too_many", "order %lld", (long long)o->id.v);
    TRY(returns_possible(t->tx, a, t->platform, o, t->now_ms, &pieces, &count));
    for (size_t i = 0; i < ask->line_count; i++)
        TRY(check_line(a, ask, i, o, pieces, count));
    for (size_t i = 0; i < ask->photo_count; i++) {
        struct photo photo;
        TRY(media_photo_own(t->tx, a, t->actor, (struct shop_id){0}, ask->photos[i], &photo));
        if (photo.id.v == 0)
            return err_with_field(a, ERR(a, ERR_INVALID, "catalog.no_photo", "photo %zu", i),
                                  "photos");
    }
    return NULL;
}

static bool holds(const struct returns_ask *ask, int64_t position)
{
    for (size_t i = 0; i < ask->line_count; i++)
        if (ask->lines[i].position == position)
            return true;
    return false;
}

/* She has in her hands what she wants to send back, whoever forgot to say so. */
static const struct err *has_arrived(struct turn *t, const struct returns_ask *ask)
{
    struct order_parcel *parcels;
    size_t count;
    TRY(order_parcels(t->tx, t->arena, ask->shop_id, ask->order_id, &parcels, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_meant = false;
        for (size_t k = 0; k < parcels[i].line_count; k++)
            is_meant = is_meant || holds(ask, parcels[i].lines[k].position);
        if (is_meant && parcels[i].delivered_ms == 0)
            TRY(order_parcel_arrived(t, ask->shop_id, ask->order_id, parcels[i].id));
    }
    return NULL;
}

/* Value, shipping and fee of what is asked for. Shipping comes back with the last piece. */
static const struct err *worth(struct turn *t, const struct returns_ask *ask,
                               const struct order *o, struct returns_case *c)
{
    int64_t *taken, before = 0, goods = 0, whole;
    struct order_parcel *parcels;
    struct returns_terms terms;
    size_t count;
    bool is_all = true, is_right = returns_is_eu(o);
    TRY(returns_taken(t->tx, t->arena, o->shop_id, o->id, &taken));
    TRY(returns_terms_get(t->tx, t->arena, t->platform, o->shop_id, &terms));
    for (size_t i = 0; i < o->line_count; i++) {
        int64_t now = 0;
        for (size_t k = 0; k < ask->line_count; k++)
            now += ask->lines[k].position == (int64_t)i ? ask->lines[k].quantity : 0;
        before += (taken[i] + o->lines[i].dropped) * o->lines[i].unit_minor;
        goods += now * o->lines[i].unit_minor;
        is_all = is_all && taken[i] + now == o->lines[i].quantity - o->lines[i].dropped;
    }
    TRY(order_goods_value(t->arena, o, before, goods, &c->value_minor));
    TRY(order_goods_value(t->arena, o, 0, o->goods_minor, &whole));
    c->shipping_minor = is_all ? o->total_minor - whole : 0;
    TRY(order_parcels(t->tx, t->arena, o->shop_id, o->id, &parcels, &count));
    for (size_t i = 0; i < count; i++)
        is_right = is_right && t->now_ms < returns_rules_until(parcels[i].delivered_ms == 0
                                                                   ? t->now_ms
                                                                   : parcels[i].delivered_ms,
                                                               RETURNS_EU_DAYS, true);
    c->fee_minor = returns_rules_fee(c->value_minor, terms.fee_percent, ask->reason, is_right);
    c->due_ms = t->now_ms + terms.answer_days * DAY_MS;
    return NULL;
}

static const struct err *store(struct turn *t, const struct returns_ask *ask,
                               const struct order *o, struct returns_case *c)
{
    struct return_number_next_row number;
    TRY(worth(t, ask, o, c));
    TRY(return_number_next(t->tx, t->arena, o->shop_id, &number));
    TRY(return_insert(t->tx, t->arena, c->id, o->shop_id, o->id, number.number, ask->key,
                      o->contact_id, ask->reason, c->value_minor, c->shipping_minor, c->fee_minor,
                      c->words, t->now_ms, c->due_ms));
    for (size_t i = 0; i < ask->line_count; i++)
        TRY(return_line_insert(t->tx, t->arena, o->shop_id, c->id, ask->lines[i].position,
                               ask->lines[i].quantity));
    for (size_t i = 0; i < ask->photo_count; i++)
        TRY(return_photo_insert(t->tx, t->arena, o->shop_id, c->id, (int64_t)i, ask->photos[i]));
    return NULL;
}

const struct err *returns_ask(struct turn *t, const struct returns_ask *ask, struct return_id *ret)
{
    struct returns_work x = {.t = t};
    struct return_of_key_row known;
    bool is_known;
    TRY(lock_order(t, ask->shop_id, ask->order_id, &x.o));
    TRY(return_of_key(t->tx, t->arena, ask->shop_id, ask->order_id, ask->key, &known, &is_known));
    *ret = known.id;
    if (is_known)
        return NULL;
    TRY(returns_text(t->arena, ask->words, "words", &x.c.words));
    TRY(check_ask(t, ask, &x.o));
    TRY(has_arrived(t, ask));
    *ret = x.c.id = (struct return_id){turn_new_id(t)};
    TRY(store(t, ask, &x.o, &x.c));
    TRY(returns_load(t, ask->shop_id, *ret, &x));
    TRY(tell(&x, "returns.asked", x.c.value_minor));
    return returns_say_asked(&x);
}

/* ---- later ---- */

const struct err *returns_send(struct turn *t, struct shop_id shop, struct return_id id,
                               str tracking)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    TRY(returns_text(t->arena, tracking, "tracking", &tracking));
    if (tracking.len > TRACKING_MAX)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "returns.bad_text", "tracking"),
                              "tracking");
    if (x.c.state == RETURNS_SENT && str_eq(x.c.tracking, tracking))
        return NULL;
    x.c.tracking = tracking;
    TRY(returns_move(&x, RETURNS_ACT_SEND, "returns.sent", 0));
    return returns_say_hers(&x, str_is_empty(tracking) ? "returns.say.sent"
                                                       : "returns.say.sent_tracking");
}

const struct err *returns_withdraw(struct turn *t, struct shop_id shop, struct return_id id)
{
    struct returns_work x;
    TRY(returns_load(t, shop, id, &x));
    if (x.c.state == RETURNS_CLOSED)
        return NULL;
    TRY(returns_move(&x, RETURNS_ACT_WITHDRAW, "returns.withdrawn", 0));
    return returns_say_hers(&x, "returns.say.withdrawn");
}
