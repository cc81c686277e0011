/* Additions to an order that money came for: orders of their own that belong to it. See
 * order_edit.h. */
#include "order/order_part.h"

#include "base/utf8.h"

enum { WHAT_MAX = 400 };

/* ---- what it costs ---- */

/* What still goes to her with the order: the addition travels in the same parcel. */
static void list_along(const struct order *o, const struct order_edit_plan *plan,
                       struct price_want *ret, size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < o->line_count; i++) {
        int64_t left = order_line_left(&o->lines[i]);
        for (size_t k = 0; k < plan->drop_count; k++)
            if (plan->drops[k].position == (int64_t)i)
                left -= plan->drops[k].quantity;
        if (left > 0)
            ret[(*ret_count)++] = (struct price_want){o->lines[i].variant_id, left};
    }
}

static bool counts(const struct order_line *l, struct variant_id variant)
{
    return l->variant_id.v == variant.v && !l->is_sample;
}

/* The ladder counts what is added with all pieces that she keeps. */
static const struct err *list_known(struct arena *a, const struct order *o,
                                    const struct order_edit_plan *plan,
                                    const struct price_want *adds, size_t count,
                                    struct price_known **ret)
{
    struct price_known *known;
    TRY_NEW_ARRAY(a, known, count);
    for (size_t i = 0; i < count; i++) {
        known[i].agreed_minor = -1;
        for (size_t k = 0; k < o->line_count; k++)
            if (counts(&o->lines[k], adds[i].variant_id))
                known[i].beside += o->lines[k].quantity - o->lines[k].dropped;
        for (size_t k = 0; k < plan->drop_count; k++)
            if (counts(&o->lines[plan->drops[k].position], adds[i].variant_id))
                known[i].beside -= plan->drops[k].quantity;
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
    struct price_want *along;
    struct price_known *known;
    struct price_kept kept;
    struct shop shop;
    bool has_kept;
    if (o->addition_count >= ORDER_ADDITIONS_MAX)
        return ERR(a, ERR_LIMIT, "order.too_many_changes", "order %lld", (long long)o->id.v);
    TRY_NEW_ARRAY(a, along, o->line_count);
    list_along(o, plan, along, &way.along_count);
    way.along = along;
    TRY(list_known(a, o, plan, adds, count, &known));
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
