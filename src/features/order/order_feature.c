/* The tables of feature order. */
#include "order/order_part.h"

static const char *const needs[] = {"account", "shop", "media", "catalog", "stock", "price",
                                    "ledger", "identity", "pool", "notify", NULL};

static const struct event_kind events[] = {
    {"order.placed", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.paid", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.cancelled", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.expired", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.refunded", 1, "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.refund_failed", 1, "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.shipped", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.delivered", 1, "subject: order, object: conversation or 0, number: total, account: buyer"},
    {"order.payment_failed", 1, "subject: order, object: conversation or 0, number: amount, account: buyer"},
    {"order.payment_returned", 1, "subject: order, number: amount that came too late or twice and goes back"},
    {"order.payment_alarm", 1, "subject: order or 0, object: payment named, number: amount, text: what did not fit"},
};

/* Who watches the order's page or the console's list learns that something happened. */
static const struct err *tell_watchers(struct turn *t, const struct event *e)
{
    struct id_text order = id_format(e->subject_id), shop = id_format(e->shop_id.v);
    str topic;
    if (e->subject_id == 0)
        return NULL;
    TRY(str_fmt(t->arena, &topic, "orders:%s", shop.text));
    event_notify(t->platform, topic, e->seq, S("order"), id_str(&order));
    TRY(str_fmt(t->arena, &topic, "order:%s", order.text));
    event_notify(t->platform, topic, e->seq, S("order"), id_str(&order));
    return NULL;
}

static const char *const watched[] = {"order.placed", "order.paid", "order.cancelled", "order.expired",
                                      "order.refunded", "order.refund_failed", "order.shipped", "order.delivered",
                                      "order.payment_failed", "order.payment_returned", NULL};
static const char *const merged[] = {"account.merged", NULL};
static const struct event_subscriber subscribers[] = {
    {"order.live", watched, tell_watchers},
    {"order.account_merged", merged, order_account_merged},
};

static const struct job_kind jobs[] = {
    {"order.expire", order_expire, 60000, 1, 1000, 1, 15000, "lets unpaid orders expire and gives their goods back"},
    {"order.refund", order_refund_job, 60000, 12, 30000, 4, 0, "asks a provider to give money back"},
};

static const struct setting_def settings[] = {
    {"order.gateway", SETTING_SHOP, SETTING_TEXT, "test", 0, 30, false, "the payment provider of this shop"},
};

static const struct permission_def permissions[] = {
    {"order.read", "staff,viewer", "see orders"},
    {"order.change", "staff", "ship and cancel orders"},
    {"order.refund", "", "give money back"},
};

const struct feature order_feature = {
    .name = "order",
    .needs = needs,
    .events = events,
    .event_count = COUNT(events),
    .subscribers = subscribers,
    .subscriber_count = COUNT(subscribers),
    .jobs = jobs,
    .job_count = COUNT(jobs),
    .settings = settings,
    .setting_count = COUNT(settings),
    .permissions = permissions,
    .permission_count = COUNT(permissions),
    .migrations = order_migrations,
    .migration_count = order_migration_count,
    .queries = order_queries,
    .query_count = order_query_count,
    .verify = order_verify,
    .payment_inbox = order_payment_inbox,
};
