/* An order that nobody has paid anything for, written anew: see order_edit.h. Lines, holds, sums,
 * the kept price, what is owed and what its pool counts change in one turn; shares of a split bill
 * and attempts to pay the old total are over. */
#include "order/order_part.h"

#include "base/utf8.h"
#include "pool/pool.h"

enum { WHAT_MAX = 400, WANTS_MAX = 2 * PRICE_LINES_MAX + ORDER_EDIT_ADDS_MAX };

/* ---- what it costs then ---- */

struct wanting {
    struct price_want wants[WANTS_MAX];
    struct price_known known[WANTS_MAX]; /* as agreed when it was ordered, or today's price */
    size_t count;
};

/* In rising order of variant, after those that are there. */
static void insert(struct wanting *x, struct price_want want, struct price_known known)
{
    size_t at = x->count++;
    while (at > 0 && x->wants[at - 1].variant_id.v > want.variant_id.v) {
        x->wants[at] = x->wants[at - 1];
        x->known[at] = x->known[at - 1];
        at--;
    }
    x->wants[at] = want;
    x->known[at] = known;
}

static void keep_lines(const struct order *o, const struct order_edit *e, struct wanting *x)
{
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *l = &o->lines[i];
        int64_t quantity = l->quantity;
        for (size_t k = 0; k < e->line_count; k++)
            if (e->lines[k].position == (int64_t)i && e->lines[k].quantity < quantity)
                quantity = e->lines[k].quantity;
        if (quantity > 0)
            insert(x, (struct price_want){l->variant_id, quantity},
                   (struct price_known){l->unit_minor, l->is_sample, 0});
    }
}

static int64_t pieces_of(const struct wanting *x, struct variant_id variant)
{
    int64_t pieces = 0;
    for (size_t i = 0; i < x->count; i++)
        if (x->wants[i].variant_id.v == variant.v && !x->known[i].is_sample)
            pieces += x->wants[i].quantity;
    return pieces;
}

/* Whoever comes to a lower step of the ladder by what is added pays it for every piece. Pieces that
 * cost today what others of the line cost then stand on that line. */
static void add_piece(struct wanting *x, const struct price_line *today, int64_t beside)
{
    struct price_want want = {today->variant_id, today->quantity};
    for (size_t i = 0; i < x->count; i++) {
        struct price_known *known = &x->known[i];
        if (x->wants[i].variant_id.v != want.variant_id.v || known->is_sample)
            continue;
        if (today->unit_reason == PRICE_REASON_LADDER && known->agreed_minor > today->unit_minor)
            known->agreed_minor = today->unit_minor;
        if (known->agreed_minor == today->unit_minor &&
            x->wants[i].quantity + want.quantity <= PRICE_QUANTITY_MAX) {
            x->wants[i].quantity += want.quantity;
            want.quantity = 0;
        }
    }
    if (want.quantity > 0)
        insert(x, want, (struct price_known){.agreed_minor = -1, .beside = beside});
}

/* What comes in, at today's prices: the ladder counts it with what the order has of it. */
static const struct err *add_pieces(struct tx *tx, struct arena *a, const struct shop *shop,
                                    const struct price_want *adds, size_t count,
                                    struct price_way way, struct wanting *x)
{
    struct price_known *known;
    struct price_quote *today;
    TRY_NEW_ARRAY(a, known, count);
    for (size_t i = 0; i < count; i++)
        known[i] = (struct price_known){.agreed_minor = -1,
                                        .beside = pieces_of(x, adds[i].variant_id)};
    way.known = known;
    TRY(price_quote_way(tx, a, shop, adds, count, &way, &today));
    TRY(price_quote_steps(a, today));
    for (size_t i = 0; i < count; i++)
        add_piece(x, &today->lines[i], known[i].beside);
    return NULL;
}

static const struct err *way_of(struct tx *tx, struct arena *a, const struct order *o,
                                const struct order_edit *e, struct price_way *ret)
{
    const struct address *to = e->to != NULL ? e->to : &o->party.address;
    struct price_kept kept;
    bool has_kept;
    TRY(price_kept(tx, a, o->shop_id, o->id.v, &has_kept, &kept));
    *ret = (struct price_way){.country = to->country, .region = to->region,
                              .vat_id = o->party.vat_id, .currency = currency_str(&o->currency),
                              .method_id = e->method_id != 0 ? e->method_id
                                           : has_kept        ? kept.method_id : 0};
    return NULL;
}

/* Elsewhere other prices hold: then every line costs what it costs today, but a sample. */
static const struct err *price_of_today(struct arena *a, struct wanting *x)
{
    struct price_want *rest, *merged;
    struct wanting *was;
    size_t rest_count = 0, count;
    TRY_NEW(a, was);
    TRY_NEW_ARRAY(a, rest, x->count);
    *was = *x;
    x->count = 0;
    for (size_t i = 0; i < was->count; i++)
        if (!was->known[i].is_sample)
            rest[rest_count++] = was->wants[i];
    if (rest_count > 0) {
        TRY(order_rules_wants(a, rest, rest_count, &merged, &count));
        for (size_t i = 0; i < count; i++)
            insert(x, merged[i], (struct price_known){.agreed_minor = -1});
    }
    for (size_t i = 0; i < was->count; i++)
        if (was->known[i].is_sample)
            insert(x, was->wants[i], was->known[i]);
    return NULL;
}

static bool is_same(const struct order *o, const struct order_edit *e, const struct price_quote *q)
{
    bool is_as_it_was = e->to == NULL && q->line_count == o->line_count &&
                        q->total_minor == o->total_minor &&
                        q->shipping_minor == o->shipping_minor;
    for (size_t i = 0; is_as_it_was && i < q->line_count; i++)
        is_as_it_was = q->lines[i].variant_id.v == o->lines[i].variant_id.v &&
                       q->lines[i].quantity == o->lines[i].quantity;
    return is_as_it_was && e->method_id == 0;
}

const struct err *order_rewrite_quote(struct tx *tx, struct arena *a, const struct order *o,
                                      const struct order_edit *e, const struct price_want *adds,
                                      size_t add_count, struct price_quote **ret)
{
    struct wanting *x;
    struct price_way way;
    struct shop shop;
    TRY_NEW(a, x);
    TRY(shop_get(tx, a, o->shop_id, &shop));
    TRY(way_of(tx, a, o, e, &way));
    keep_lines(o, e, x);
    if (add_count > 0)
        TRY(add_pieces(tx, a, &shop, adds, add_count, way, x));
    if (x->count == 0)
        return ERR(a, ERR_CONFLICT, "order.drops_all", "order %lld", (long long)o->id.v);
    if (e->to != NULL && !str_eq(e->to->country, o->party.address.country))
        TRY(price_of_today(a, x));
    way.known = x->known;
    TRY(price_quote_way(tx, a, &shop, x->wants, x->count, &way, ret));
    if ((*ret)->is_unreachable)
        return err_with_field(a, ERR(a, ERR_INVALID, "order.no_delivery", "%.*s",
                                     STR_ARG(way.country)), "country");
    if (is_same(o, e, *ret))
        return ERR(a, ERR_INVALID, "order.edits_nothing", "order %lld", (long long)o->id.v);
    return (*ret)->total_minor > 0
               ? NULL : ERR(a, ERR_CONFLICT, "order.drops_all", "order %lld", (long long)o->id.v);
}

/* ---- what that changes ---- */

struct change {
    struct variant_id variant_id;
    str title, variant_title;
    int64_t was, is;          /* pieces */
};
struct changes {
    struct change list[2 * WANTS_MAX];
    size_t count;
};

static struct change *change_of(struct changes *x, struct variant_id variant, str title,
                                str variant_title)
{
    size_t at = x->count;
    for (size_t i = 0; i < x->count; i++)
        if (x->list[i].variant_id.v == variant.v)
            return &x->list[i];
    for (; at > 0 && x->list[at - 1].variant_id.v > variant.v; at--)
        x->list[at] = x->list[at - 1];
    x->count++;
    x->list[at] = (struct change){variant, title, variant_title, 0, 0};
    return &x->list[at];
}

static void compare(const struct order *o, const struct price_quote *q, struct changes *x)
{
    for (size_t i = 0; i < o->line_count; i++)
        change_of(x, o->lines[i].variant_id, o->lines[i].title, o->lines[i].variant_title)->was +=
            o->lines[i].quantity;
    for (size_t i = 0; i < q->line_count; i++)
        change_of(x, q->lines[i].variant_id, q->lines[i].title, q->lines[i].variant_title)->is +=
            q->lines[i].quantity;
}

static const struct err *tell_what(struct arena *a, const struct changes *x, str *ret)
{
    struct strbuf what;
    strbuf_init(&what, a, KiB(64));
    for (size_t i = 0; i < x->count; i++) {
        const struct change *c = &x->list[i];
        int64_t more = c->is - c->was;
        if (more != 0)
            strbuf_addf(&what, "%s%s %lld × %.*s%s%.*s", what.len == 0 ? "" : ", ",
                        more > 0 ? "+" : "−", (long long)(more > 0 ? more : -more),
                        STR_ARG(c->title), str_is_empty(c->variant_title) ? "" : " / ",
                        STR_ARG(c->variant_title));
    }
    TRY(strbuf_finish(&what, ret));
    *ret = utf8_cut_bytes(*ret, WHAT_MAX);
    return NULL;
}

/* Variants in rising order, as orders are placed. */
static const struct err *hold(struct turn *t, const struct order *o, const struct changes *x,
                              int64_t expires_ms)
{
    struct order_holders holders;
    TRY(order_holders(t, o->shop_id, o->buyer_id, &holders));
    for (size_t i = 0; i < x->count; i++) {
        const struct change *c = &x->list[i];
        if (c->was == 0 && c->is > 0)
            TRY(order_hold_may(t, o->shop_id, c->variant_id, &holders));
        if (c->was != c->is)
            TRY(stock_hold_set(t, o->shop_id, c->variant_id, c->is, o->id.v, expires_ms));
    }
    return NULL;
}

static const struct err *store_party(struct turn *t, struct order *o, const struct address *to)
{
    str sealed;
    o->party.address = *to;
    TRY(order_party_check(t->arena, &o->party, true));
    TRY(order_party_seal(t, o->shop_id, o->buyer_id, o->id, &o->party, &sealed));
    return order_buyer_set(t->tx, t->arena, o->shop_id, o->id, o->buyer_id, sealed);
}

static const struct err *store(struct turn *t, struct order *o, const struct order_edit *e,
                               const struct price_quote *q, int64_t expires_ms)
{
    int64_t worth, changed;
    TRY(order_lines_delete(t->tx, t->arena, o->shop_id, o->id));
    TRY(order_lines_store(t, o->shop_id, o->id, q));
    TRY(order_sample_anew(t, o, q));
    TRY(shares_delete(t->tx, t->arena, o->shop_id, o->id, &changed));
    TRY(order_rewritten(t->tx, t->arena, o->shop_id, o->id, q->goods_minor, q->shipping_minor,
                        q->tax_minor, q->total_minor, q->tax_included, expires_ms));
    TRY(price_keep_anew(t, o->shop_id, o->id.v, q));
    if (e->to != NULL)
        TRY(store_party(t, o, e->to));
    o->goods_minor = q->goods_minor;
    o->shipping_minor = q->shipping_minor;
    o->tax_minor = q->tax_minor;
    o->total_minor = q->total_minor;
    o->tax_included = q->tax_included;
    TRY(order_base_step(t->arena, o, 0, o->total_minor, &worth));
    return pool_order_total(t, o->shop_id, o->id.v, worth);
}

const struct err *order_rewrite(struct turn *t, struct order *o, const struct order_edit *e,
                                const struct price_quote *q)
{
    const struct order before = *o;
    int64_t id = turn_new_id(t), expires_ms = t->now_ms + ORDER_HOLD_MS;
    struct changes *x;
    str what;
    if (o->expires_ms > expires_ms)
        expires_ms = o->expires_ms;
    TRY_NEW(t->arena, x);
    compare(o, q, x);
    TRY(tell_what(t->arena, x, &what));
    TRY(change_insert(t->tx, t->arena, id, o->shop_id, o->id, e->key, 0, t->now_ms));
    TRY(hold(t, o, x, expires_ms));
    TRY(order_pay_cancel_queue(t, o));
    TRY(store(t, o, e, q, expires_ms));
    TRY(order_book_rewritten(t, &before, o, id));
    TRY(order_tell(t, o, "order.changed", 0, what));
    if (e->to != NULL)
        TRY(order_tell(t, o, "order.readdressed", 0, STR_NONE));
    return order_mail_changed(t, o, id, "order.mail.rewritten", o->total_minor, what);
}
