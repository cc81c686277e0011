/* Parcels: what of an order left the shop together, and when it arrived. An order is shipped when
 * all its pieces are, delivered when all its parcels are. A parcel has the key of who sent it: a
 * second click sends nothing. */
#include "order/order_part.h"

#include "base/utf8.h"

static const str rest_key = {"rest", 4};

static const struct err *check(struct arena *a, const struct order_send *s)
{
    if (s->key.len == 0 || s->key.len > 255)
        return ERR(a, ERR_INVALID, "error.bad_key", "%zu bytes", s->key.len);
    if (utf8_count(s->tracking) > ORDER_NOTE_MAX)
        return err_with_field(a, ERR(a, ERR_INVALID, "order.bad_answer", "%zu bytes",
                                     s->tracking.len), "tracking");
    if (s->line_count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", s->line_count);
    return NULL;
}

/* How many pieces of the line at `position` go into the parcel. */
static int64_t wanted(const struct order_send *s, int64_t position, int64_t left)
{
    if (s->line_count == 0)
        return left;
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].position == position)
            return s->lines[i].quantity;
    return 0;
}

static const struct err *too_many(struct arena *a, int64_t position, int64_t left)
{
    const char *field;
    str text, name;
    TRY(str_fmt(a, &text, "%lld", (long long)left));
    TRY(str_fmt(a, &name, "q%lld", (long long)position));
    TRY(str_to_c(a, name, &field));
    return err_with_field(a, err_with_arg(a, ERR(a, ERR_CONFLICT, "order.ships_too_many",
                                                 "line %lld", (long long)position), text), field);
}

/* Puts the pieces in; *ret_left: what still waits afterwards. */
static const struct err *pack(struct turn *t, const struct order_send *s, int64_t parcel,
                              int64_t *ret_left)
{
    struct order_lines_row *lines;
    size_t count;
    int64_t packed = 0;
    *ret_left = 0;
    TRY(order_lines(t->tx, t->arena, s->shop_id, s->order_id, PRICE_LINES_MAX, &lines, &count));
    for (size_t i = 0; i < s->line_count; i++)
        if (s->lines[i].position < 0 || s->lines[i].position >= (int64_t)count ||
            s->lines[i].quantity < 0)
            return ERR(t->arena, ERR_INVALID, "price.bad_quantity", "line %lld",
                       (long long)s->lines[i].position);
    for (size_t i = 0; i < count; i++) {
        int64_t left = lines[i].quantity - lines[i].shipped - lines[i].dropped;
        int64_t take = wanted(s, (int64_t)i, left);
        if (take > left)
            return too_many(t->arena, (int64_t)i, left);
        *ret_left += left - take;
        packed += take;
        if (take == 0)
            continue;
        TRY(order_line_ship(t->tx, t->arena, s->shop_id, s->order_id, (int64_t)i, take));
        TRY(parcel_line_insert(t->tx, t->arena, s->shop_id, s->order_id, parcel, (int64_t)i, take));
    }
    return packed > 0 ? NULL : ERR(t->arena, ERR_INVALID, "order.ships_nothing", "an empty parcel");
}

const struct err *order_send(struct turn *t, const struct order_send *s, int64_t *ret_parcel)
{
    struct order o;
    struct parcel_of_key_row known;
    bool is_known;
    int64_t left;
    TRY(check(t->arena, s));
    TRY(order_load(t, s->shop_id, s->order_id, &o));
    TRY(parcel_of_key(t->tx, t->arena, s->shop_id, s->order_id, s->key, &known, &is_known));
    if (is_known && !str_eq(known.tracking, str_trim(s->tracking)))
        return ERR(t->arena, ERR_CONFLICT, "order.not_shippable", "order %lld: sent before",
                   (long long)o.id.v);
    *ret_parcel = known.id;
    if (is_known)
        return NULL;
    struct order_place_in_life next, now = {o.state, o.payment, o.fulfilment};
    if (!order_rules_step(now, ORDER_ACT_SHIP, &next))
        return ERR(t->arena, ERR_CONFLICT, "order.not_shippable", "order %lld", (long long)o.id.v);
    str tracking = str_is_empty(str_trim(s->tracking)) ? S("") : str_trim(s->tracking);
    *ret_parcel = turn_new_id(t);
    TRY(parcel_insert(t->tx, t->arena, *ret_parcel, s->shop_id, s->order_id, s->key, tracking,
                      t->now_ms));
    TRY(pack(t, s, *ret_parcel, &left));
    TRY(order_move(t, &o, left == 0 ? ORDER_ACT_SHIP : ORDER_ACT_SHIP_PART, "order.not_shippable"));
    if (o.payment == ORDER_AUTHORISED) /* paid on delivery: the goods leave the shelf now */
        TRY(stock_hold_consume(t, s->shop_id, s->order_id.v));
    TRY(order_tracking(t->tx, t->arena, s->shop_id, s->order_id, tracking));
    if (left == 0)
        TRY(order_additions_send(t, &o, tracking));
    return order_tell(t, &o, left == 0 ? "order.shipped" : "order.part_shipped", o.total_minor,
                      STR_NONE);
}

const struct err *order_ship(struct turn *t, struct shop_id shop, struct order_id id, str tracking)
{
    int64_t parcel;
    return order_send(t, &(struct order_send){.shop_id = shop, .order_id = id, .key = rest_key,
                                              .tracking = tracking}, &parcel);
}

const struct err *order_parcel_arrived(struct turn *t, struct shop_id shop, struct order_id id,
                                       int64_t parcel)
{
    struct order o;
    struct parcels_waiting_row waiting;
    int64_t changed;
    TRY(order_load(t, shop, id, &o));
    TRY(parcel_delivered(t->tx, t->arena, shop, id, parcel, t->now_ms, &changed));
    TRY(parcels_waiting(t->tx, t->arena, shop, id, &waiting));
    if (changed == 0 || waiting.parcels > 0 || o.fulfilment != ORDER_SHIPPED)
        return NULL;
    TRY(order_move(t, &o, ORDER_ACT_DELIVER, "order.not_shipped"));
    return order_tell(t, &o, "order.delivered", o.total_minor, STR_NONE);
}

const struct err *order_deliver(struct turn *t, struct shop_id shop, struct order_id id)
{
    struct order o;
    TRY(order_load(t, shop, id, &o));
    if (o.fulfilment == ORDER_DELIVERED)
        return NULL;
    TRY(order_move(t, &o, ORDER_ACT_DELIVER, "order.not_shipped"));
    TRY(parcels_delivered(t->tx, t->arena, shop, id, t->now_ms));
    return order_tell(t, &o, "order.delivered", o.total_minor, STR_NONE);
}

const struct err *order_parcels(struct tx *tx, struct arena *a, struct shop_id shop,
                                struct order_id id, struct order_parcel **ret, size_t *ret_count)
{
    struct parcels_of_order_row *rows;
    struct parcel_lines_row *lines;
    size_t line_count;
    TRY(parcels_of_order(tx, a, shop, id, ORDER_PARCELS_MAX, &rows, ret_count));
    TRY(parcel_lines(tx, a, shop, id, ORDER_PARCELS_MAX * PRICE_LINES_MAX, &lines, &line_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct order_parcel *p = &(*ret)[i];
        *p = (struct order_parcel){.id = rows[i].id, .tracking = rows[i].tracking,
                                   .sent_ms = rows[i].sent_ms,
                                   .delivered_ms = rows[i].delivered_ms};
        TRY_NEW_ARRAY(a, p->lines, PRICE_LINES_MAX);
        for (size_t k = 0; k < line_count; k++)
            if (lines[k].parcel_id == p->id)
                p->lines[p->line_count++] =
                    (struct order_parcel_line){lines[k].position, lines[k].quantity};
    }
    return NULL;
}
