/* The two gateways. Nothing is called: what is there is what people say. */
#include "core/audit.h"
#include "core/setting.h"
#include "manual_payment/manual_payment_part.h"
#include "manual_payment/manual_payment_sql.h"

#define WEEK_MS ((int64_t)7 * 24 * 3600 * 1000)

static const struct err *transfer_is_on(struct tx *tx, struct arena *a, const struct platform *p,
                                        struct shop_id shop, bool *ret)
{
    return setting_bool(tx, a, p, shop, "manual_payment.transfer", ret);
}

static const struct err *delivery_is_on(struct tx *tx, struct arena *a, const struct platform *p,
                                        struct shop_id shop, bool *ret)
{
    return setting_bool(tx, a, p, shop, "manual_payment.delivery", ret);
}

static const struct err *name_it(struct arena *a, const struct payment_attempt *x,
                                 enum payment_step step, struct payment_begin *ret)
{
    *ret = (struct payment_begin){.step = step};
    return str_fmt(a, &ret->provider_ref, "%lld", (long long)x->order_number);
}

static const struct err *transfer_begin(struct platform *p, struct arena *a,
                                        const struct payment_attempt *x, struct payment_begin *ret)
{
    (void)p;
    return name_it(a, x, PAYMENT_STEP_PENDING, ret);
}

static const struct err *delivery_begin(struct platform *p, struct arena *a,
                                        const struct payment_attempt *x, struct payment_begin *ret)
{
    (void)p;
    return name_it(a, x, PAYMENT_STEP_AUTHORISED, ret);
}

/* ---- what the buyer is told ---- */

static const struct err *sum(struct arena *a, const struct locale *l,
                             const struct payment_attempt *x, str *ret)
{
    struct strbuf sb;
    strbuf_init(&sb, a, 100);
    locale_money(l, &sb, x->amount);
    return strbuf_finish(&sb, ret);
}

static const struct err *transfer_words(struct tx *tx, struct arena *a, const struct platform *p,
                                        const struct locale *l, const struct payment_attempt *x,
                                        str *ret)
{
    str args[2], ask, where;
    TRY(sum(a, l, x, &args[0]));
    TRY(str_fmt(a, &args[1], "%lld", (long long)x->order_number));
    TRY(locale_format(a, l, "manual_payment.transfer_words", args, 2, &ask));
    TRY(setting_text(tx, a, p, x->shop_id, "manual_payment.words", &where));
    return str_fmt(a, ret, "%.*s\n%.*s", STR_ARG(ask), STR_ARG(where));
}

static const struct err *delivery_words(struct tx *tx, struct arena *a, const struct platform *p,
                                        const struct locale *l, const struct payment_attempt *x,
                                        str *ret)
{
    str args[1];
    (void)tx, (void)p;
    TRY(sum(a, l, x, &args[0]));
    return locale_format(a, l, "manual_payment.delivery_words", args, 1, ret);
}

/* ---- the money is there ---- */

struct confirming {
    const struct payment_attempt *attempt;
    struct account_id actor;
    int64_t people, needed;
};

static int64_t whole_units(struct money m)
{
    int64_t unit = 1;
    for (int i = 0; i < currency_digits(m.currency); i++)
        unit *= 10;
    return m.minor / unit + (m.minor % unit > 0);
}

static const struct err *confirm_turn(struct turn *t, void *arg)
{
    struct confirming *x = arg;
    const struct payment_attempt *attempt = x->attempt;
    struct manual_confirmations_row row;
    int64_t limit, is_new;
    TRY(setting_int(t->tx, t->arena, t->platform, attempt->shop_id, "manual_payment.two_above",
                    &limit));
    x->needed = limit > 0 && whole_units(attempt->amount) > limit ? 2 : 1;
    TRY(manual_confirm(t->tx, t->arena, attempt->shop_id, attempt->attempt_id, x->actor, t->now_ms,
                       &is_new));
    TRY(manual_confirmations(t->tx, t->arena, attempt->shop_id, attempt->attempt_id, &row));
    x->people = row.people;
    if (is_new == 0)
        return NULL;
    return audit_write(t, &(struct audit){.shop_id = attempt->shop_id,
                                          .action = "order.payment_confirmed",
                                          .subject_id = attempt->order_id});
}

static const struct err *capture(struct platform *p, struct arena *a,
                                 const struct payment_attempt *x, struct account_id actor,
                                 struct payment_begin *ret)
{
    struct confirming c = {.attempt = x, .actor = actor};
    if (actor.v == 0)
        return ERR(a, ERR_BUG, "error.bug", "nobody says that the money is there");
    TRY(turn_run(p, a, actor, confirm_turn, &c));
    return name_it(a, x, c.people >= c.needed ? PAYMENT_STEP_PAID : PAYMENT_STEP_PENDING, ret);
}

static const struct err *cancel(struct platform *p, struct arena *a,
                                const struct payment_attempt *x, struct payment_begin *ret)
{
    (void)p;
    return name_it(a, x, PAYMENT_STEP_VOIDED, ret);
}

/* Whoever gives it back by hand notes it here. */
static const struct err *refund(struct platform *p, struct arena *a,
                                const struct payment_refund *x, struct payment_begin *ret)
{
    (void)p;
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PAID};
    return str_fmt(a, &ret->provider_ref, "by-hand-%lld", (long long)x->refund_id);
}

const struct payment_gateway manual_delivery = {.name = "delivery",
                                                .label_key = "manual_payment.delivery",
                                                .icon = "truck",
                                                .is_on = delivery_is_on,
                                                .begin = delivery_begin,
                                                .capture = capture,
                                                .cancel = cancel,
                                                .refund = refund,
                                                .words = delivery_words};
const struct payment_gateway manual_transfer = {.name = "transfer",
                                                .next = &manual_delivery,
                                                .label_key = "manual_payment.transfer",
                                                .icon = "receipt",
                                                .hold_ms = WEEK_MS,
                                                .is_on = transfer_is_on,
                                                .begin = transfer_begin,
                                                .capture = capture,
                                                .cancel = cancel,
                                                .refund = refund,
                                                .words = transfer_words};
