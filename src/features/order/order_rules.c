#include "order/order_rules.h"

#include "base/utf8.h"

/* A row per legal step; 0 means any. What is not here is refused. */
static const struct step {
    enum order_act act;
    enum order_state from;
    enum order_payment_state payment;
    enum order_fulfilment fulfilment;
    enum order_state to;
    enum order_fulfilment then;
} steps[] = {
    {ORDER_ACT_PAY, ORDER_PLACED, ORDER_UNPAID, ORDER_UNFULFILLED, ORDER_PLACED, ORDER_UNFULFILLED},
    {ORDER_ACT_PAY, ORDER_PLACED, ORDER_PART_PAID, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_UNFULFILLED},
    {ORDER_ACT_CAPTURE, ORDER_PLACED, ORDER_UNPAID, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_UNFULFILLED},
    {ORDER_ACT_CAPTURE, ORDER_PLACED, ORDER_PART_PAID, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_UNFULFILLED},
    {ORDER_ACT_CAPTURE, ORDER_EXPIRED, ORDER_UNPAID, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_UNFULFILLED},
    {ORDER_ACT_CAPTURE, ORDER_PLACED, ORDER_AUTHORISED, 0, 0, 0},
    {ORDER_ACT_CAPTURE, ORDER_CLOSED, ORDER_AUTHORISED, ORDER_DELIVERED, 0, 0},
    {ORDER_ACT_CANCEL, ORDER_PLACED, 0, ORDER_UNFULFILLED, ORDER_CANCELLED, ORDER_UNFULFILLED},
    {ORDER_ACT_EXPIRE, ORDER_PLACED, ORDER_UNPAID, ORDER_UNFULFILLED, ORDER_EXPIRED,
     ORDER_UNFULFILLED},
    {ORDER_ACT_EXPIRE, ORDER_PLACED, ORDER_PART_PAID, ORDER_UNFULFILLED, ORDER_EXPIRED,
     ORDER_UNFULFILLED},
    {ORDER_ACT_REFUND, 0, ORDER_PAID, 0, 0, 0},
    {ORDER_ACT_REFUND, 0, ORDER_PART_REFUNDED, 0, 0, 0},
    {ORDER_ACT_REFUND, 0, ORDER_PART_PAID, 0, 0, 0},
    {ORDER_ACT_REFUND, 0, ORDER_AUTHORISED, 0, 0, 0},
    {ORDER_ACT_REFUND_ALL, ORDER_PLACED, 0, 0, ORDER_CLOSED, 0},
    {ORDER_ACT_REFUND_ALL, ORDER_CLOSED, 0, 0, ORDER_CLOSED, 0},
    {ORDER_ACT_REFUND_ALL, ORDER_CANCELLED, 0, 0, ORDER_CANCELLED, 0},
    {ORDER_ACT_REFUND_ALL, ORDER_EXPIRED, 0, 0, ORDER_EXPIRED, 0},
    {ORDER_ACT_SHIP, ORDER_PLACED, ORDER_PAID, ORDER_UNFULFILLED, ORDER_PLACED, ORDER_SHIPPED},
    {ORDER_ACT_SHIP, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_SHIPPED},
    {ORDER_ACT_SHIP, ORDER_PLACED, ORDER_PAID, ORDER_PART_SHIPPED, ORDER_PLACED, ORDER_SHIPPED},
    {ORDER_ACT_SHIP, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_PART_SHIPPED, ORDER_PLACED,
     ORDER_SHIPPED},
    {ORDER_ACT_SHIP_PART, ORDER_PLACED, ORDER_PAID, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_PART_SHIPPED},
    {ORDER_ACT_SHIP_PART, ORDER_PLACED, ORDER_PAID, ORDER_PART_SHIPPED, ORDER_PLACED,
     ORDER_PART_SHIPPED},
    {ORDER_ACT_SHIP_PART, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_PART_SHIPPED},
    {ORDER_ACT_SHIP_PART, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_PART_SHIPPED, ORDER_PLACED,
     ORDER_PART_SHIPPED},
    {ORDER_ACT_SHIP, ORDER_PLACED, ORDER_AUTHORISED, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_SHIPPED},
    {ORDER_ACT_SHIP, ORDER_PLACED, ORDER_AUTHORISED, ORDER_PART_SHIPPED, ORDER_PLACED,
     ORDER_SHIPPED},
    {ORDER_ACT_SHIP_PART, ORDER_PLACED, ORDER_AUTHORISED, ORDER_UNFULFILLED, ORDER_PLACED,
     ORDER_PART_SHIPPED},
    {ORDER_ACT_SHIP_PART, ORDER_PLACED, ORDER_AUTHORISED, ORDER_PART_SHIPPED, ORDER_PLACED,
     ORDER_PART_SHIPPED},
    {ORDER_ACT_DELIVER, ORDER_PLACED, 0, ORDER_SHIPPED, ORDER_CLOSED, ORDER_DELIVERED},
    {ORDER_ACT_CHANGE, ORDER_PLACED, ORDER_PAID, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_CHANGE, ORDER_PLACED, ORDER_PAID, ORDER_PART_SHIPPED, 0, 0},
    {ORDER_ACT_CHANGE, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_CHANGE, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_PART_SHIPPED, 0, 0},
    {ORDER_ACT_REWRITE, ORDER_PLACED, ORDER_UNPAID, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_PAID, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_PAID, ORDER_PART_SHIPPED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_PART_REFUNDED, ORDER_PART_SHIPPED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_PART_PAID, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_AUTHORISED, ORDER_UNFULFILLED, 0, 0},
    {ORDER_ACT_ADD, ORDER_PLACED, ORDER_AUTHORISED, ORDER_PART_SHIPPED, 0, 0},
    {ORDER_ACT_READDRESS, ORDER_PLACED, 0, ORDER_UNFULFILLED, 0, 0},
};

bool order_rules_step(struct order_place_in_life now, enum order_act act,
                      struct order_place_in_life *ret_next)
{
    for (size_t i = 0; i < COUNT(steps); i++) {
        const struct step *s = &steps[i];
        if (s->act != act || (s->from != ORDER_STATE_UNSET && s->from != now.state) ||
            (s->payment != ORDER_PAYMENT_UNSET && s->payment != now.payment) ||
            (s->fulfilment != ORDER_FULFILMENT_UNSET && s->fulfilment != now.fulfilment))
            continue;
        *ret_next = now;
        if (s->to != ORDER_STATE_UNSET)
            ret_next->state = s->to;
        if (s->then != ORDER_FULFILMENT_UNSET)
            ret_next->fulfilment = s->then;
        return true;
    }
    return false;
}

enum order_payment_state order_rules_payment(int64_t total_minor, int64_t paid_minor,
                                             int64_t refunded_minor)
{
    if (refunded_minor > 0 && refunded_minor >= paid_minor)
        return ORDER_REFUNDED;
    if (paid_minor < total_minor)
        return paid_minor > 0 ? ORDER_PART_PAID : ORDER_UNPAID;
    return refunded_minor > 0 ? ORDER_PART_REFUNDED : ORDER_PAID;
}

bool order_rules_is_secured(const struct order *o)
{
    return o->paid_minor >= (o->deposit_minor > 0 ? o->deposit_minor : o->total_minor);
}

enum order_payment_state order_rules_covered(enum order_payment_state payment, int64_t total_minor,
                                             int64_t paid_minor, int64_t authorised_minor)
{
    bool is_covered = authorised_minor > 0 && paid_minor + authorised_minor >= total_minor;
    bool is_open = payment == ORDER_UNPAID || payment == ORDER_PART_PAID;
    return is_open && is_covered ? ORDER_AUTHORISED : payment;
}

/* How far along a state is. What a notice says is news only when it is further. */
static const int attempt_rank[ATTEMPT_STATE_COUNT] = {
    [ATTEMPT_BEGUN] = 1,      [ATTEMPT_WAITS] = 2,  [ATTEMPT_FAILED] = 3,
    [ATTEMPT_AUTHORISED] = 4, [ATTEMPT_VOIDED] = 5, [ATTEMPT_CAPTURED] = 6,
    [ATTEMPT_GOES_BACK] = 6,
};

bool order_rules_attempt(enum payment_attempt_state now, enum payment_outcome outcome,
                         enum payment_attempt_state *ret_next)
{
    *ret_next = now; /* what nobody knows is no news */
    switch (outcome) {
    case PAYMENT_CAPTURED:
        *ret_next = ATTEMPT_CAPTURED;
        break;
    case PAYMENT_FAILED:
        *ret_next = ATTEMPT_FAILED;
        break;
    case PAYMENT_AUTHORISED:
        *ret_next = ATTEMPT_AUTHORISED;
        break;
    case PAYMENT_VOIDED:
        *ret_next = ATTEMPT_VOIDED;
        break;
    case PAYMENT_REFUNDED:
    case PAYMENT_DISPUTED:
    case PAYMENT_OUTCOME_UNSET:
        return false;
    }
    return attempt_rank[*ret_next] > attempt_rank[now];
}

/* whole * up / down; an error stays, and then nothing is to be believed. */
static int64_t part_of(struct arena *a, int64_t whole, int64_t up, int64_t down,
                       const struct err **e)
{
    struct money part = {.minor = whole};
    if (*e == NULL)
        *e = money_ratio(a, part, up, down, &part);
    return part.minor;
}

/* The parts of the first `amount` of the order, rounded once each; sales takes the rest. */
static const struct err *split_first(struct arena *a, const struct order *o, int64_t amount,
                                     struct order_split *ret)
{
    const struct err *e = NULL;
    int64_t shipping = o->shipping_minor, base = o->goods_minor + o->shipping_minor;
    if (o->tax_included && base > 0)
        shipping -= part_of(a, o->tax_minor, o->shipping_minor, base, &e);
    ret->tax_minor = part_of(a, o->tax_minor, amount, o->total_minor, &e);
    ret->shipping_minor = part_of(a, shipping, amount, o->total_minor, &e);
    ret->sales_minor = amount - ret->tax_minor - ret->shipping_minor;
    return e;
}

const struct err *order_rules_split(struct arena *a, const struct order *o, int64_t before_minor,
                                    int64_t amount_minor, struct order_split *ret)
{
    struct order_split before, after;
    ASSERT(o->total_minor > 0 && before_minor >= 0 && amount_minor >= 0 &&
           before_minor + amount_minor <= o->total_minor);
    TRY(split_first(a, o, before_minor + amount_minor, &after));
    const struct err *e = split_first(a, o, before_minor, &before);
    *ret = (struct order_split){.sales_minor = after.sales_minor - before.sales_minor,
                                .shipping_minor = after.shipping_minor - before.shipping_minor,
                                .tax_minor = after.tax_minor - before.tax_minor};
    return e;
}

static const struct err *own_shares(struct arena *a, struct money total, const int64_t *amounts,
                                    size_t count)
{
    struct money left = total;
    bool is_fit = true;
    str missing;
    for (size_t i = 0; i < count; i++) {
        is_fit = is_fit && amounts[i] > 0;
        TRY(money_sub(a, left, (struct money){amounts[i], total.currency}, &left));
    }
    if (is_fit && left.minor == 0)
        return NULL;
    TRY(str_fmt(a, &missing, "%lld", (long long)left.minor));
    return err_with_field(
        a, err_with_arg(a, ERR(a, ERR_INVALID, "order.split_sum", "%zu shares", count), missing),
        "amount");
}

const struct err *order_rules_shares(struct arena *a, struct money total, const int64_t *amounts,
                                     size_t count, int64_t *ret_parts)
{
    bool is_equal = true;
    for (size_t i = 0; i < count; i++)
        is_equal = is_equal && amounts[i] == 0;
    if (!is_equal)
        TRY(own_shares(a, total, amounts, count));
    if (is_equal && total.minor < (int64_t)count)
        return err_with_field(a, ERR(a, ERR_INVALID, "order.split_count", "%zu", count), "count");
    int64_t each = total.minor / (int64_t)count, odd = total.minor % (int64_t)count;
    for (size_t i = 0; i < count; i++)
        ret_parts[i] = !is_equal ? amounts[i] : each + ((int64_t)i < odd ? 1 : 0);
    return NULL;
}

static bool is_han(uint32_t point)
{
    return (point >= 0x3400 && point <= 0x9fff) || (point >= 0x20000 && point <= 0x3ffff);
}

/* All of it Han; *ret_last begins at its last character. */
static bool is_han_name(str name, str *ret_last)
{
    uint32_t point;
    for (str rest = name; rest.len > 0;) {
        *ret_last = rest;
        if (!utf8_next(&rest, &point) || !is_han(point))
            return false;
    }
    return name.len > 0;
}

const struct err *order_rules_short_name(struct arena *a, str name, str *ret)
{
    str full = str_trim(name), rest = full, first = str_cut(&rest, ' ');
    str last = full;
    rest = str_is_absent(rest) ? S("") : str_trim(rest);
    *ret = full;
    if (rest.len == 0 && is_han_name(full, &last)) {
        str head = utf8_cut_points(full, 1);
        size_t points = utf8_count(full);
        return points < 2 ? NULL
                          : str_fmt(a, ret, "%.*s*%.*s", (int)head.len, head.ptr,
                                    points == 2 ? 0 : (int)last.len, last.ptr);
    }
    if (rest.len == 0)
        return NULL;
    while (memchr(rest.ptr, ' ', rest.len) != NULL) {
        (void)str_cut(&rest, ' ');
        rest = str_trim(rest);
    }
    str initial = utf8_cut_points(rest, 1);
    return str_fmt(a, ret, "%.*s %.*s.", (int)first.len, first.ptr, (int)initial.len,
                   initial.ptr);
}

const struct err *order_rules_wants(struct arena *a, const struct price_want *wants, size_t count,
                                    struct price_want **ret, size_t *ret_count)
{
    struct price_want *list;
    size_t used = 0;
    if (count == 0 || count > PRICE_LINES_MAX)
        return ERR(a, ERR_INVALID, "price.bad_lines", "%zu lines", count);
    TRY_NEW_ARRAY(a, list, count);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        if (wants[i].quantity < 1 || wants[i].quantity > PRICE_QUANTITY_MAX)
            return ERR(a, ERR_INVALID, "price.bad_quantity", "%lld", (long long)wants[i].quantity);
        while (at < used && list[at].variant_id.v < wants[i].variant_id.v)
            at++;
        if (at < used && list[at].variant_id.v == wants[i].variant_id.v) {
            list[at].quantity += wants[i].quantity;
            if (list[at].quantity > PRICE_QUANTITY_MAX)
                return ERR(a, ERR_INVALID, "price.bad_quantity", "%lld",
                           (long long)list[at].quantity);
            continue;
        }
        memmove(&list[at + 1], &list[at], (used - at) * sizeof *list);
        list[at] = wants[i];
        used++;
    }
    *ret = list;
    *ret_count = used;
    return NULL;
}

/* With the part of the added tax that falls on so much of the goods and the shipping. */
static const struct err *gross(struct arena *a, const struct order *o, int64_t minor,
                               int64_t *ret_minor)
{
    int64_t base = o->goods_minor + o->shipping_minor;
    struct money tax = order_money(o, o->tax_minor);
    *ret_minor = minor;
    if (o->tax_included || base == 0)
        return NULL;
    TRY(money_ratio(a, tax, minor, base, &tax));
    *ret_minor += tax.minor;
    return NULL;
}

const struct err *order_goods_value(struct arena *a, const struct order *o, int64_t before_minor,
                                    int64_t goods_minor, int64_t *ret_minor)
{
    int64_t before, after;
    TRY(gross(a, o, before_minor, &before));
    TRY(gross(a, o, before_minor + goods_minor, &after));
    *ret_minor = after - before;
    return NULL;
}
