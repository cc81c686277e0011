/* Additions to an order that money came for: orders of their own that belong to it. See
 * order_edit.h. */
#include "order/order_part.h"

#include "base/utf8.h"

enum { WHAT_MAX = 400, PIECES_MAX = ORDER_ADDITIONS_MAX * PRICE_LINES_MAX };

/* ---- what it costs ---- */

/* Of a variant: what she keeps, and what of it still waits to be sent. */
struct piece {
    struct variant_id variant_id;
    int64_t kept, left;
    bool is_sample;
};

/* All that belongs to the order, with what was added to it earlier, paid or not, and without what
 * `plan` takes out. */
static const struct err *list_pieces(struct tx *tx, struct arena *a, const struct order *o,
                                     const struct order_edit_plan *plan, struct piece **ret,
                                     size_t *ret_count)
{
    struct additions_pieces_row *added;
    struct piece *pieces;
    size_t count;
    TRY(additions_pieces(tx, a, o->shop_id, o->id, PIECES_MAX, PIECES_MAX, &added, &count));
    TRY_NEW_ARRAY(a, pieces, o->line_count + count);
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        pieces[i] = (struct piece){l->variant_id, l->quantity - l->dropped, order_line_left(l),
                                   l->is_sample};
    }
    for (size_t i = 0; i < plan->drop_count; i++) {
        pieces[plan->drops[i].position].kept -= plan->drops[i].quantity;
        pieces[plan->drops[i].position].left -= plan->drops[i].quantity;
    }
    for (size_t i = 0; i < count; i++)
        pieces[o->line_count + i] = (struct piece){added[i].variant_id, added[i].kept,
                                                   added[i].left, added[i].is_sample};
    *ret = pieces;
    *ret_count = o->line_count + count;
    return NULL;
}

/* What still goes to her: what is added travels in the same parcel. Each variant once, and no more
 * of them than a parcel's price is made of. */
static size_t list_along(const struct piece *pieces, size_t count, size_t max,
                         struct price_want *ret)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < found && ret[at].variant_id.v != pieces[i].variant_id.v)
            at++;
        if (pieces[i].left <= 0 || at == max)
            continue;
        if (at == found)
            ret[found++] = (struct price_want){.variant_id = pieces[i].variant_id};
        ret[at].quantity += pieces[i].left;
    }
    return found;
}

/* The ladder counts what is added with all pieces that she keeps. */
static const struct err *list_known(struct arena *a, const struct piece *pieces, size_t count,
                                    const struct price_want *adds, size_t add_count,
                                    struct price_known **ret)
{
    struct price_known *known;
    TRY_NEW_ARRAY(a, known, add_count);
    for (size_t i = 0; i < add_count; i++) {
        known[i].agreed_minor = -1;
        for (size_t k = 0; k < count; k++)
            if (pieces[k].variant_id.v == adds[i].variant_id.v && !pieces[k].is_sample)
                known[i].beside += pieces[k].kept;
    }
    *ret = known;
    return NULL;
}

const struct err *order_addition_quote(struct tx *tx, struct arena *a, const struct order *o,
                                       const struct order_edit_plan *plan,
                                       const struct price_want *adds, size_t count,
                                       struct price_quote **ret)
{
    const struct address *to = &o->party.address;
    struct price_way way = {.country = to->country, .region = to->region,
                            .vat_id = o->party.vat_id, .currency = currency_str(&o->currency)};
    struct price_want along[PRICE_LINES_MAX];
    struct price_known *known;
    struct price_kept kept;
    struct piece *pieces;
    size_t piece_count;
    struct shop shop;
    bool has_kept;
    if (o->addition_count >= ORDER_ADDITIONS_MAX)
        return ERR(a, ERR_LIMIT, "order.too_many_changes", "order %lld", (long long)o->id.v);
    if (count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", count);
    TRY(list_pieces(tx, a, o, plan, &pieces, &piece_count));
    way.along_count = list_along(pieces, piece_count, PRICE_LINES_MAX - count, along);
    way.along = along;
    TRY(list_known(a, pieces, piece_count, adds, count, &known));
    way.known = known;
    TRY(shop_get(tx, a, o->shop_id, &shop));
    TRY(price_kept(tx, a, o->shop_id, o->id.v, &has_kept, &kept));
    way.method_id = has_kept ? kept.method_id : 0;
    TRY(price_quote_way(tx, a, &shop, adds, count, &way, ret));
    if ((*ret)->is_unreachable)
        return ERR(a, ERR_INVALID, "order.no_delivery", "%.*s", STR_ARG(way.country));
    return price_quote_steps(a, *ret);
}

/* ---- making it ---- */

static const struct err *tell_what(struct arena *a, const struct price_quote *q, str *ret)
{
    struct strbuf what;
    strbuf_init(&what, a, KiB(32));
    for (size_t i = 0; i < q->line_count; i++)
        strbuf_addf(&what, "%s+ %lld × %.*s%s%.*s", i == 0 ? "" : ", ",
                    (long long)q->lines[i].quantity, STR_ARG(q->lines[i].title),
                    str_is_empty(q->lines[i].variant_title) ? "" : " / ",
                    STR_ARG(q->lines[i].variant_title));
    TRY(strbuf_finish(&what, ret));
    *ret = utf8_cut_bytes(*ret, WHAT_MAX);
    return NULL;
}

const struct err *order_addition_make(struct turn *t, const struct order *o,
                                      const struct price_quote *q, str key, struct order_id *ret)
{
    struct price_want *wants;
    struct order_place place = {.agreed = q, .shop_id = o->shop_id, .buyer_id = o->buyer_id,
                                .want_count = q->line_count, .wait_ms = ORDER_ADDITION_MS,
                                .expected_total_minor = -1, .party = o->party,
                                .channel = o->channel, .conversation_id = o->conversation_id,
                                .post_id = o->post_id, .is_addition = true};
    struct id_text base = id_format(o->id.v);
    struct order made;
    str what;
    TRY_NEW_ARRAY(t->arena, wants, q->line_count);
    for (size_t i = 0; i < q->line_count; i++)
        wants[i] = (struct price_want){q->lines[i].variant_id, q->lines[i].quantity};
    place.wants = wants;
    TRY(str_fmt(t->arena, &place.key, "addition %s %.*s", base.text, STR_ARG(key)));
    TRY(order_place(t, &place, ret));
    TRY(addition_insert(t->tx, t->arena, o->shop_id, o->id, *ret, key));
    TRY(tell_what(t->arena, q, &what));
    TRY(order_tell(t, o, "order.added", q->total_minor, what));
    TRY(order_get(t->tx, t->arena, t->platform, o->shop_id, *ret, &made));
    if (made.payment == ORDER_PAID) /* nothing to pay: its own confirmation says so */
        return NULL;
    return order_mail_changed(t, &made, made.id.v, "order.mail.added", made.total_minor, what);
}

/* ---- with the order they belong to ---- */

const struct err *order_additions_load(struct tx *tx, struct arena *a, struct order *o)
{
    struct additions_of_row *rows;
    struct added_to_row base;
    bool is_addition;
    TRY(additions_of(tx, a, o->shop_id, o->id, ORDER_ADDITIONS_MAX, &rows, &o->addition_count));
    for (size_t i = 0; i < o->addition_count; i++)
        o->additions[i] = rows[i].id;
    TRY(added_to(tx, a, o->shop_id, o->id, &base, &is_addition));
    o->added_to = is_addition ? base.id : (struct order_id){0};
    return NULL;
}

/* Each addition for which the table has the step. */
static const struct err *each_that_may(struct turn *t, const struct order *o, enum order_act act,
                                       struct order_id *ret, size_t *ret_count)
{
    struct additions_of_row *rows;
    size_t count;
    *ret_count = 0;
    TRY(additions_of(t->tx, t->arena, o->shop_id, o->id, ORDER_ADDITIONS_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct order x;
        struct order_place_in_life next, now;
        TRY(order_load(t, o->shop_id, rows[i].id, &x));
        now = (struct order_place_in_life){x.state, x.payment, x.fulfilment};
        if (order_rules_step(now, act, &next))
            ret[(*ret_count)++] = x.id;
    }
    return NULL;
}

const struct err *order_additions_cancel(struct turn *t, const struct order *o)
{
    struct order_id ids[ORDER_ADDITIONS_MAX];
    size_t count;
    TRY(each_that_may(t, o, ORDER_ACT_CANCEL, ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(order_cancel(t, o->shop_id, ids[i], "the order it was added to is over"));
    return NULL;
}

const struct err *order_additions_send(struct turn *t, const struct order *o, str tracking)
{
    struct order_id ids[ORDER_ADDITIONS_MAX];
    size_t count;
    TRY(each_that_may(t, o, ORDER_ACT_SHIP, ids, &count));
    for (size_t i = 0; i < count; i++)
        TRY(order_ship(t, o->shop_id, ids[i], tracking));
    return NULL;
}
