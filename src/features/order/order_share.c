/* A bill split among friends: see order_share.h. */
#include "order/order_part.h"

#include "base/utf8.h"
#include "core/audit.h"
#include "core/secret.h"
#include "core/setting.h"

enum { HOUR_MS = 3600 * 1000 };
static const char purpose[] = "order.split";

/* ---- how the shares stand ---- */

static bool is_open(int64_t state)
{
    return state == ATTEMPT_BEGUN || state == ATTEMPT_WAITS;
}

/* What one payment says about the share; the furthest counts. */
static void look(const struct share_payments_row *p, int64_t now_ms, struct order_share *s)
{
    bool is_taken = p->state == ATTEMPT_CAPTURED || p->state == ATTEMPT_AUTHORISED;
    if (is_taken) {
        bool is_back = p->refunded_minor + p->refunding_minor >= p->amount_minor;
        s->state = is_back ? SHARE_RETURNED : SHARE_PAID;
        s->paid_ms = p->captured_ms;
    } else if (is_open(p->state) && p->begun_ms + SHARE_BUSY_MS > now_ms &&
               s->state == SHARE_FREE) {
        s->state = SHARE_BUSY;
    }
}

const struct err *order_shares(struct tx *tx, struct arena *a, struct shop_id shop,
                               struct order_id id, int64_t now_ms, struct order_share **ret,
                               size_t *ret_count)
{
    struct shares_of_order_row *rows;
    struct share_payments_row *payments;
    size_t payment_count;
    TRY(shares_of_order(tx, a, shop, id, SHARES_MAX, &rows, ret_count));
    TRY(share_payments(tx, a, shop, id, ORDER_PAYMENTS_MAX, &payments, &payment_count));
    TRY_NEW_ARRAY(a, *ret, *ret_count);
    for (size_t i = 0; i < *ret_count; i++) {
        struct order_share *s = &(*ret)[i];
        *s = (struct order_share){.id = rows[i].id,
                                  .name = rows[i].name,
                                  .amount_minor = rows[i].amount_minor,
                                  .state = SHARE_FREE};
        for (size_t k = 0; k < payment_count; k++)
            if (payments[k].share_id.v == s->id.v)
                look(&payments[k], now_ms, s);
    }
    return NULL;
}

static const struct err *find(struct turn *t, const struct order *o, int64_t id,
                              struct order_share *ret)
{
    struct order_share *shares;
    size_t count;
    TRY(order_shares(t->tx, t->arena, o->shop_id, o->id, t->now_ms, &shares, &count));
    for (size_t i = 0; i < count; i++)
        if (shares[i].id.v == id) {
            *ret = shares[i];
            return NULL;
        }
    return ERR(t->arena, ERR_NOT_FOUND, "order.gone", "share %lld", (long long)id);
}

/* ---- paying one ---- */

/* She who is at the provider's page already may begin again; nobody else. */
static const struct err *is_hers(struct turn *t, const struct order *o, const struct order_pay *pay,
                                 bool *ret)
{
    struct share_payments_row *rows;
    size_t count;
    TRY(share_payments(t->tx, t->arena, o->shop_id, o->id, ORDER_PAYMENTS_MAX, &rows, &count));
    *ret = false;
    for (size_t i = 0; i < count; i++)
        if (rows[i].share_id.v == pay->share_id.v && is_open(rows[i].state))
            *ret = rows[i].account_id.v == pay->payer_id.v;
    return NULL;
}

const struct err *order_share_may_pay(struct turn *t, const struct order *o,
                                      const struct order_pay *pay, int64_t *ret_minor)
{
    struct order_share share;
    bool is_mine = true;
    TRY(find(t, o, pay->share_id.v, &share));
    *ret_minor = share.amount_minor;
    if (share.state == SHARE_PAID || share.state == SHARE_RETURNED)
        return ERR(t->arena, ERR_CONFLICT, "order.share_paid", "share %lld",
                   (long long)share.id.v);
    if (share.state == SHARE_BUSY)
        TRY(is_hers(t, o, pay, &is_mine));
    return is_mine ? NULL
                   : ERR(t->arena, ERR_CONFLICT, "order.share_busy", "share %lld",
                         (long long)share.id.v);
}

const struct err *order_share_waits(struct turn *t, const struct order *o,
                                    const struct payment_row_row *payment, bool *ret)
{
    struct order_share share;
    const struct err *e = find(t, o, payment->share_id, &share);
    *ret = false;
    if (e != NULL)
        return e->kind == ERR_NOT_FOUND ? NULL : e;
    /* What was promised for the share by this very payment is what comes in now. */
    bool is_taken = share.state == SHARE_PAID || share.state == SHARE_RETURNED;
    *ret = share.amount_minor == payment->amount_minor &&
           (!is_taken || payment->state == ATTEMPT_AUTHORISED);
    return NULL;
}

const struct err *order_split_until(struct tx *tx, struct arena *a, const struct platform *p,
                                    const struct order *o, int64_t *ret_ms)
{
    int64_t hours, until_ms;
    TRY(setting_int(tx, a, p, o->shop_id, "order.split_hours", &hours));
    until_ms = o->placed_ms + hours * HOUR_MS;
    *ret_ms = until_ms > o->expires_ms ? until_ms : o->expires_ms; /* may be the order's own */
    return NULL;
}

const struct err *order_share_arrived(struct turn *t, struct order *o)
{
    return order_split_until(t->tx, t->arena, t->platform, o, &o->expires_ms);
}

/* ---- splitting ---- */

static const struct err *may_split(struct turn *t, const struct order *o)
{
    struct share_payments_row *rows;
    size_t count;
    bool is_open_bill = o->state == ORDER_PLACED && o->payment == ORDER_UNPAID &&
                        o->deposit_minor == 0 && o->expires_ms > t->now_ms;
    TRY(share_payments(t->tx, t->arena, o->shop_id, o->id, ORDER_PAYMENTS_MAX, &rows, &count));
    for (size_t i = 0; i < count; i++)
        is_open_bill = is_open_bill && rows[i].state != ATTEMPT_CAPTURED &&
                       rows[i].state != ATTEMPT_AUTHORISED &&
                       !(is_open(rows[i].state) && rows[i].begun_ms + SHARE_BUSY_MS > t->now_ms);
    return is_open_bill ? NULL
                        : ERR(t->arena, ERR_CONFLICT, "order.not_splittable", "order %lld",
                              (long long)o->id.v);
}

static const struct err *check_names(struct arena *a, const struct order_share_want *wants,
                                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str name = wants[i].name;
        bool is_fit = name.len >= 1 && name.len <= SHARE_NAME_MAX && utf8_is_valid(name);
        for (size_t k = 0; is_fit && k < name.len; k++)
            is_fit = (unsigned char)name.ptr[k] >= 0x20 && name.ptr[k] != 0x7f;
        if (!is_fit)
            return err_with_field(a, ERR(a, ERR_INVALID, "order.split_name", "%zu bytes", name.len),
                                  "name");
    }
    return NULL;
}

/* The bill is split so already: whoever has opened the link keeps the shares that he sees. */
static const struct err *is_split_so(struct turn *t, const struct order *o,
                                     const struct order_share_want *wants, const int64_t *parts,
                                     size_t count, bool *ret)
{
    struct order_share *shares;
    size_t share_count;
    TRY(order_shares(t->tx, t->arena, o->shop_id, o->id, t->now_ms, &shares, &share_count));
    *ret = share_count == count;
    for (size_t i = 0; *ret && i < count; i++)
        *ret = str_eq(shares[i].name, wants[i].name) && shares[i].amount_minor == parts[i];
    return NULL;
}

const struct err *order_split(struct turn *t, struct shop_id shop, struct order_id id,
                              const struct order_share_want *wants, size_t count)
{
    int64_t parts[SHARES_MAX], amounts[SHARES_MAX], changed;
    struct order o;
    bool is_so;
    TRY(order_load(t, shop, id, &o));
    TRY(may_split(t, &o));
    if (count < 2 || count > SHARES_MAX)
        return err_with_field(t->arena, ERR(t->arena, ERR_INVALID, "order.split_count", "%zu",
                                            count), "count");
    TRY(check_names(t->arena, wants, count));
    for (size_t i = 0; i < count; i++)
        amounts[i] = wants[i].amount_minor;
    TRY(order_rules_shares(t->arena, order_money(&o, o.total_minor), amounts, count, parts));
    TRY(is_split_so(t, &o, wants, parts, count, &is_so));
    if (is_so)
        return NULL;
    TRY(shares_delete(t->tx, t->arena, shop, id, &changed));
    for (size_t i = 0; i < count; i++)
        TRY(share_insert(t->tx, t->arena, (struct share_id){turn_new_id(t)}, shop, id, (int64_t)i,
                         wants[i].name, parts[i]));
    return order_tell(t, &o, "order.split", (int64_t)count, STR_NONE);
}

/* ---- the link ---- */

const struct err *order_split_key(struct platform *p, struct arena *a, struct order_id id, str *ret)
{
    struct id_text text = id_format(id.v);
    return secret_sign(p, a, purpose, id_str(&text), ret);
}

bool order_split_key_opens(struct platform *p, struct arena *a, struct order_id id, str key)
{
    struct id_text text = id_format(id.v);
    return !str_is_empty(key) && secret_verify(p, a, purpose, id_str(&text), key);
}
