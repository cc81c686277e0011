/* One reminder of a checkout that was not paid, while its goods are still held: only to who agreed
 * to mails, one in a day whatever she orders, never after she paid or ordered anew, and not when it
 * is night where she lives. */
#include "order/order_part.h"

#include "base/timefmt.h"
#include "core/setting.h"

enum { SLICE = 20, LEFT_MIN_MS = 10 * MINUTE_MS, LEFT_MAX_MS = 15 * MINUTE_MS };

static const struct err *may_remind(struct turn *t, const struct order *o, bool *ret)
{
    struct orders_newer_row newer;
    struct contact contact;
    int64_t taken;
    *ret = false;
    if (o->state != ORDER_PLACED || o->payment != ORDER_UNPAID ||
        o->expires_ms < t->now_ms + LEFT_MIN_MS)
        return NULL;
    TRY(setting_bool(t->tx, t->arena, t->platform, o->shop_id, "order.reminder", ret));
    TRY(identity_contact(t->tx, t->arena, o->shop_id, o->contact_id, &contact));
    TRY(orders_newer(t->tx, t->arena, o->shop_id, o->buyer_id, o->id, &newer));
    *ret = *ret && contact.mail_consent && newer.orders == 0 &&
           country_is_day(o->party.address.country, t->now_ms);
    if (!*ret)
        return NULL;
    TRY(reminder_take(t->tx, t->arena, o->shop_id, o->contact_id, o->id, t->now_ms,
                      t->now_ms - DAY_MS, &taken));
    *ret = taken > 0;
    return NULL;
}

static const struct err *remind_turn(struct turn *t, void *arg)
{
    const struct orders_to_remind_row *due = arg;
    struct order o;
    bool may;
    TRY(order_load(t, due->shop_id, due->id, &o));
    TRY(order_get(t->tx, t->arena, t->platform, due->shop_id, due->id, &o));
    TRY(may_remind(t, &o, &may));
    return may ? order_mail_reminder(t, &o) : NULL;
}

const struct err *order_remind(struct job_run *run)
{
    const struct err *first = NULL;
    int64_t after = 0;
    for (;;) {
        struct orders_to_remind_row *due;
        size_t count;
        struct tx *tx;
        TRY(db_read_begin(run->platform->db, run->arena, &tx));
        const struct err *e = orders_to_remind(tx, run->arena, run->now_ms + LEFT_MIN_MS,
                                               run->now_ms + LEFT_MAX_MS, ORDER_HOLD_MS, after,
                                               SLICE, SLICE, &due, &count);
        db_read_end(tx);
        TRY(e);
        /* One that cannot be told holds nobody else up. */
        for (size_t i = 0; i < count; i++) {
            e = turn_run(run->platform, run->arena, (struct account_id){0}, remind_turn, &due[i]);
            first = first == NULL ? e : first;
        }
        if (count < SLICE)
            return first;
        after = due[count - 1].id.v;
    }
}
