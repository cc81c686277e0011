/* What still changes of an order before it is sent: pieces are taken out of it and their money goes
 * back, or it goes to another address. Lines keep their price and number: what was taken out stays
 * written on them (order_line.dropped), and an audit row tells it. Something more is an offer of
 * its own (feature quote): it has a price of today, and its own payment. */
#include "order/order_part.h"

#include "base/utf8.h"

enum { WHAT_MAX = 400 };

/* ---- what it gives back ---- */

static const struct err *too_many(struct arena *a, int64_t left)
{
    str text;
    TRY(str_fmt(a, &text, "%lld", (long long)left));
    return err_with_arg(a, ERR(a, ERR_CONFLICT, "order.drops_too_many", "%lld left",
                               (long long)left), text);
}

static const struct err *check_lines(struct arena *a, const struct order *o,
                                     const struct order_parcel_line *lines, size_t count)
{
    int64_t stays = 0, drops = 0;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].position < 0 || lines[i].position >= (int64_t)o->line_count ||
            lines[i].quantity < 0)
            return ERR(a, ERR_INVALID, "price.bad_quantity", "line %lld",
                       (long long)lines[i].position);
        if (lines[i].quantity > order_line_left(&o->lines[lines[i].position]))
            return too_many(a, order_line_left(&o->lines[lines[i].position]));
        for (size_t k = 0; k < i; k++)
            if (lines[k].position == lines[i].position)
                return ERR(a, ERR_INVALID, "price.bad_quantity", "line %zu twice", k);
        drops += lines[i].quantity;
    }
    for (size_t i = 0; i < o->line_count; i++)
        stays += o->lines[i].quantity - o->lines[i].dropped;
    if (drops == 0)
        return ERR(a, ERR_INVALID, "order.drops_nothing", "no pieces");
    return drops < stays ? NULL : ERR(a, ERR_CONFLICT, "order.drops_all", "order %lld",
                                      (long long)o->id.v);
}

const struct err *order_drop_value(struct arena *a, const struct order *o,
                                   const struct order_parcel_line *lines, size_t count,
                                   int64_t *ret_minor)
{
    struct order_place_in_life next, now = {o->state, o->payment, o->fulfilment};
    int64_t before = 0, goods = 0;
    if (!order_rules_step(now, ORDER_ACT_CHANGE, &next))
        return ERR(a, ERR_CONFLICT, "order.not_changeable", "order %lld", (long long)o->id.v);
    TRY(check_lines(a, o, lines, count));
    for (size_t i = 0; i < o->line_count; i++)
        before += o->lines[i].dropped * o->lines[i].unit_minor;
    for (size_t i = 0; i < count; i++)
        goods += lines[i].quantity * o->lines[lines[i].position].unit_minor;
    return order_goods_value(a, o, before, goods, ret_minor);
}

/* ---- taking out ---- */

static const struct err *take_out(struct turn *t, const struct order *o,
                                  const struct order_parcel_line *lines, size_t count, str *ret)
{
    struct strbuf what;
    strbuf_init(&what, t->arena, KiB(32));
    for (size_t i = 0; i < count; i++) {
        const struct order_line *l = &o->lines[lines[i].position];
        if (lines[i].quantity == 0)
            continue;
        TRY(order_line_drop(t->tx, t->arena, o->shop_id, o->id, lines[i].position,
                            lines[i].quantity));
        if (l->is_sample)
            TRY(order_sample_free(t, o, l->product_id));
        TRY(stock_return(t, o->shop_id, l->variant_id, lines[i].quantity, o->id.v));
        strbuf_addf(&what, "%s%lld × %.*s%s%.*s", what.len == 0 ? "" : ", ",
                    (long long)lines[i].quantity, STR_ARG(l->title),
                    str_is_empty(l->variant_title) ? "" : " / ", STR_ARG(l->variant_title));
    }
    TRY(strbuf_finish(&what, ret));
    *ret = utf8_cut_bytes(*ret, WHAT_MAX);
    return NULL;
}

/* Nothing is left to send: the order is on its way as it is. */
static const struct err *end_if_sent(struct turn *t, struct order *o,
                                     const struct order_drop *d)
{
    int64_t left = 0;
    for (size_t i = 0; i < o->line_count; i++)
        left += order_line_left(&o->lines[i]);
    for (size_t i = 0; i < d->line_count; i++)
        left -= d->lines[i].quantity;
    if (left > 0)
        return NULL;
    TRY(order_move(t, o, ORDER_ACT_SHIP, "order.not_shippable"));
    return order_tell(t, o, "order.shipped", o->total_minor, STR_NONE);
}

const struct err *order_drop(struct turn *t, const struct order_drop *d, int64_t *ret_minor)
{
    struct order o;
    struct change_of_key_row known;
    int64_t id = turn_new_id(t);
    str key, what;
    bool is_known;
    if (d->key.len == 0 || d->key.len > 200)
        return ERR(t->arena, ERR_INVALID, "error.bad_key", "%zu bytes", d->key.len);
    TRY(order_load(t, d->shop_id, d->order_id, &o));
    TRY(order_get(t->tx, t->arena, t->platform, d->shop_id, d->order_id, &o));
    TRY(change_of_key(t->tx, t->arena, d->shop_id, d->order_id, d->key, &known, &is_known));
    *ret_minor = known.amount_minor;
    if (is_known)
        return NULL;
    TRY(order_drop_value(t->arena, &o, d->lines, d->line_count, ret_minor));
    if (d->expected_minor >= 0 && d->expected_minor != *ret_minor)
        return ERR(t->arena, ERR_CONFLICT, "order.changed_meanwhile", "%lld shown",
                   (long long)d->expected_minor);
    TRY(change_insert(t->tx, t->arena, id, d->shop_id, d->order_id, d->key, *ret_minor,
                      t->now_ms));
    TRY(take_out(t, &o, d->lines, d->line_count, &what));
    TRY(str_fmt(t->arena, &key, "change %lld", (long long)id));
    if (*ret_minor > 0)
        TRY(order_refund_queue(t, &o, *ret_minor, key));
    TRY(order_tell(t, &o, "order.changed", *ret_minor, what));
    TRY(order_mail_changed(t, &o, id, "order.mail.dropped", *ret_minor, what));
    return end_if_sent(t, &o, d);
}

/* ---- another address ---- */

bool order_goes_elsewhere(const struct order *o, const struct address *to)
{
    for (int field = ADDRESS_NAME; field < ADDRESS_FIELD_COUNT; field++) {
        str a = address_get(&o->party.address, (enum address_field)field);
        str b = address_get(to, (enum address_field)field);
        if (!str_eq(str_is_empty(a) ? S("") : a, str_is_empty(b) ? S("") : b))
            return true;
    }
    return false;
}

const struct err *order_readdress(struct turn *t, struct shop_id shop, struct order_id id,
                                  const struct address *to)
{
    struct order o;
    str sealed, where;
    TRY(order_load(t, shop, id, &o));
    TRY(order_get(t->tx, t->arena, t->platform, shop, id, &o));
    struct order_place_in_life next, now = {o.state, o.payment, o.fulfilment};
    if (!order_rules_step(now, ORDER_ACT_READDRESS, &next))
        return ERR(t->arena, ERR_CONFLICT, "order.not_changeable", "order %lld", (long long)id.v);
    if (!str_eq(to->country, o.party.address.country))
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "order.other_country", "%.*s",
                                            STR_ARG(to->country)), "country");
    struct order_party party = {.email = o.party.email, .vat_id = o.party.vat_id, .address = *to};
    TRY(order_party_check(t->arena, &party, true));
    if (!order_goes_elsewhere(&o, &party.address))
        return NULL; /* told once */
    TRY(order_party_seal(t, shop, o.buyer_id, id, &party, &sealed));
    TRY(order_buyer_set(t->tx, t->arena, shop, id, o.buyer_id, sealed));
    o.party = party;
    TRY(order_tell(t, &o, "order.readdressed", 0, STR_NONE));
    TRY(address_lines(t->arena, &party.address, LANGUAGE_EN, STR_NONE, &where));
    return order_mail_changed(t, &o, turn_new_id(t), "order.mail.readdressed", 0, where);
}
