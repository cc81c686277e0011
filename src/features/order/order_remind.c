/* One reminder of a checkout that was not paid: while its goods are still held, or some hours after
 * they went back, as the shop chose. Only to who agreed to mails, one in a day whatever she orders,
 * never after she paid or ordered anew, and not when it is night where she lives. */
#include "order/order_part.h"

#include "base/timefmt.h"
#include "core/setting.h"

enum {
    SLICE = 20,
    LEFT_MIN_MS = 10 * MINUTE_MS,
    LEFT_MAX_MS = 15 * MINUTE_MS,
    LATE_SPAN_MS = 10 * MINUTE_MS /* a job that comes late misses nobody */
};

/* The choice of the shop; 0: while they are held. */
static const int hours_of[ORDER_REMINDERS] = {0, 1, 4, 24};

bool order_reminder_is_known(int64_t hours)
{
    for (size_t i = 0; i < COUNT(hours_of); i++)
        if (hours_of[i] == hours)
            return true;
    return false;
}

struct reminding {
    struct shop_id shop_id;
    struct order_id id;
    int hours;
};

/* Still as it was when it was listed. */
static bool is_waiting(const struct order *o, int hours, int64_t now_ms)
{
    return o->payment == ORDER_UNPAID &&
           (hours > 0 ? o->state == ORDER_EXPIRED
                      : o->state == ORDER_PLACED && o->expires_ms >= now_ms + LEFT_MIN_MS);
}

static const struct err *may_remind(struct turn *t, const struct order *o, int hours, bool *ret)
{
    struct orders_newer_row newer;
    struct contact contact;
    int64_t taken, chosen;
    *ret = false;
    if (!is_waiting(o, hours, t->now_ms))
        return NULL;
    TRY(setting_bool(t->tx, t->arena, t->platform, o->shop_id, "order.reminder", ret));
    TRY(setting_int(t->tx, t->arena, t->platform, o->shop_id, "order.reminder_hours", &chosen));
    TRY(identity_contact(t->tx, t->arena, o->shop_id, o->contact_id, &contact));
    TRY(orders_newer(t->tx, t->arena, o->shop_id, o->buyer_id, o->id, &newer));
    *ret = *ret && chosen == hours && contact.mail_consent && newer.orders == 0 &&
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
    const struct reminding *x = arg;
    struct order o;
    bool may;
    TRY(order_load(t, x->shop_id, x->id, &o));
    TRY(order_get(t->tx, t->arena, t->platform, x->shop_id, x->id, &o));
    TRY(may_remind(t, &o, x->hours, &may));
    return may ? order_mail_reminder(t, &o, x->hours > 0) : NULL;
}

static const struct err *list(struct job_run *run, int hours, int64_t after,
                              struct orders_to_remind_row **ret, size_t *ret_count)
{
    int64_t ago_ms = run->now_ms - (int64_t)hours * HOUR_MS;
    struct tx *tx;
    TRY(db_read_begin(run->platform->db, run->arena, &tx));
    const struct err *e =
        hours > 0 ? orders_to_remind_late(tx, run->arena, ago_ms - LATE_SPAN_MS, ago_ms,
                                          ORDER_HOLD_MS, after, SLICE, SLICE, ret, ret_count)
                  : orders_to_remind(tx, run->arena, run->now_ms + LEFT_MIN_MS,
                                     run->now_ms + LEFT_MAX_MS, ORDER_HOLD_MS, after, SLICE, SLICE,
                                     ret, ret_count);
    db_read_end(tx);
    return e;
}

/* One that cannot be told holds nobody else up: *first keeps the first error. */
static const struct err *remind_all(struct job_run *run, int hours, const struct err **first)
{
    int64_t after = 0;
    size_t count;
    do {
        struct arena_mark mark = arena_get_mark(run->arena);
        struct orders_to_remind_row *due;
        TRY(list(run, hours, after, &due, &count));
        for (size_t i = 0; i < count; i++) {
            struct reminding x = {due[i].shop_id, due[i].id, hours};
            const struct err *e =
                turn_run(run->platform, run->arena, (struct account_id){0}, remind_turn, &x);
            *first = *first == NULL ? e : *first;
            after = due[i].id.v;
        }
        if (*first == NULL) /* else it lives there */
            arena_rewind(run->arena, mark);
    } while (count == SLICE && !job_must_stop(run));
    return NULL;
}

const struct err *order_remind(struct job_run *run)
{
    const struct err *first = NULL;
    for (size_t i = 0; i < COUNT(hours_of) && !run->is_unfinished; i++)
        TRY(remind_all(run, hours_of[i], &first));
    return first;
}
