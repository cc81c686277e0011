/* The gateway and its notices. Its table plays the provider's machines: written in turns of its
 * own, never in those of the caller. */
#include "base/base64.h"
#include "base/json.h"
#include "core/secret.h"
#include "core/setting.h"
#include "http/json_body.h"
#include "sys/crypto.h"
#include "test_payment/test_payment_part.h"

enum { OPEN = 1, PAID, DECLINED, SILENT };

const struct test_card_row test_cards[TEST_CARD_COUNT - 1] = {
    {TEST_CARD_GOOD, "4242", "test_payment.card.good"},
    {TEST_CARD_DECLINED, "0002", "test_payment.card.declined"},
    {TEST_CARD_LATE, "0044", "test_payment.card.late"},
    {TEST_CARD_SILENT, "0077", "test_payment.card.silent"},
};

const struct test_card_row *test_card_find(str digits)
{
    for (size_t i = 0; i < COUNT(test_cards); i++)
        if (str_eq(digits, str_c(test_cards[i].digits)))
            return &test_cards[i];
    return NULL;
}

/* ---- signatures ---- */

static const struct err *mac(struct arena *a, str secret, str body, int64_t at_ms, str *ret)
{
    str message;
    if (str_is_empty(secret))
        return ERR(a, ERR_INVALID, "test_payment.no_secret", "an empty secret signs nothing");
    TRY(str_fmt(a, &message, "%lld.%.*s", (long long)at_ms, STR_ARG(body)));
    struct digest d = crypto_hmac_sha256(secret, message);
    return hex_encode(a, digest_str(&d), ret);
}

const struct err *test_payment_sign(struct arena *a, str secret, str body, int64_t at_ms, str *ret)
{
    str hex;
    TRY(mac(a, secret, body, at_ms, &hex));
    return str_fmt(a, ret, "t=%lld,v1=%.*s", (long long)at_ms, STR_ARG(hex));
}

const struct err *test_payment_check(struct arena *a, str secret, str body, str header,
                                     int64_t now_ms)
{
    str rest = header, time = str_cut(&rest, ','), expected = STR_NONE;
    int64_t at_ms = 0;
    bool is_fit = str_starts(time, S("t=")) && str_to_int(str_from(time, 2), &at_ms) &&
                  str_starts(rest, S("v1=")) && at_ms >= now_ms - TEST_PAYMENT_SKEW_MS &&
                  at_ms <= now_ms + TEST_PAYMENT_SKEW_MS;
    if (!is_fit || mac(a, secret, body, at_ms, &expected) != NULL ||
        !str_eq_secret(expected, str_from(rest, 3)))
        return ERR(a, ERR_DENIED, "test_payment.bad_signature", "a notice of %zu bytes", body.len);
    return NULL;
}

/* Sealed with a master key that is gone is as good as never set: there is nothing of value behind
 * it. */
static const struct err *secret_load(struct tx *tx, struct arena *a, struct platform *p, str *ret)
{
    const struct err *e = setting_text(tx, a, p, (struct shop_id){0}, "test_payment.secret", ret);
    if (e == NULL || e->kind != ERR_DENIED)
        return e;
    *ret = STR_NONE;
    return NULL;
}

static const struct err *secret_get(struct platform *p, struct arena *a, str *ret)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = secret_load(tx, a, p, ret);
    db_read_end(tx);
    return e;
}

/* ---- notices ---- */

static const struct err *field(struct arena *a, const struct form *f, const char *name, str *ret)
{
    return form_get(a, f, str_c(name), ret);
}

static const struct err *read_notice(struct arena *a, str body, struct payment_notice *ret)
{
    struct form f;
    str attempt, shop, outcome, amount, currency;
    TRY(json_body_parse(a, body, &f));
    *ret = (struct payment_notice){.gateway = "test"};
    TRY(field(a, &f, "event_id", &ret->event_id));
    TRY(field(a, &f, "attempt", &attempt));
    TRY(field(a, &f, "shop", &shop));
    TRY(field(a, &f, "outcome", &outcome));
    TRY(field(a, &f, "amount_minor", &amount));
    TRY(field(a, &f, "currency", &currency));
    TRY(field(a, &f, "ref", &ret->provider_ref));
    TRY(field(a, &f, "saved_method", &ret->saved_method));
    TRY(field(a, &f, "label", &ret->method_label));
    if (!id_parse(attempt, &ret->attempt_id) || !id_parse(shop, &ret->shop_id.v) ||
        !str_to_int(amount, &ret->amount.minor))
        return ERR(a, ERR_INVALID, "test_payment.bad_notice", "attempt, shop or amount");
    ret->outcome = str_eq(outcome, S("captured")) ? PAYMENT_CAPTURED
                 : str_eq(outcome, S("failed")) ? PAYMENT_FAILED
                 : str_eq(outcome, S("refunded")) ? PAYMENT_REFUNDED : PAYMENT_OUTCOME_UNSET;
    if (ret->outcome == PAYMENT_OUTCOME_UNSET)
        return ERR(a, ERR_INVALID, "test_payment.bad_notice", "outcome %.*s", STR_ARG(outcome));
    return currency_parse(a, currency, &ret->amount.currency);
}

static const struct err *inbox_turn(struct turn *t, void *arg)
{
    return payment_notify(t, arg);
}

const struct err *test_payment_receive(struct platform *p, struct arena *a, str body, str signature)
{
    struct payment_notice notice;
    str secret;
    TRY(secret_get(p, a, &secret));
    TRY(test_payment_check(a, secret, body, signature, clock_now_ms(p->clock)));
    TRY(read_notice(a, body, &notice));
    return turn_run(p, a, (struct account_id){0}, inbox_turn, &notice);
}

static const struct err *tell(struct platform *p, struct arena *a, int64_t attempt_id,
                              const struct test_payment_row_row *row, bool is_paid,
                              const char *digits, bool remember)
{
    struct strbuf sb;
    struct json j;
    str body, secret, signature, event, label;
    TRY(str_fmt(a, &event, "pay-%lld", (long long)attempt_id));
    TRY(str_fmt(a, &label, "test_payment.kept %s", digits));
    strbuf_init(&sb, a, KiB(4));
    json_init(&j, &sb);
    json_object_begin(&j);
    json_key(&j, S("event_id"));
    json_str(&j, event);
    json_key(&j, S("attempt"));
    json_id(&j, attempt_id);
    json_key(&j, S("shop"));
    json_id(&j, row->shop_id.v);
    json_key(&j, S("outcome"));
    json_str(&j, is_paid ? S("captured") : S("failed"));
    json_key(&j, S("amount_minor"));
    json_int(&j, row->amount_minor);
    json_key(&j, S("currency"));
    json_str(&j, row->currency);
    json_key(&j, S("ref"));
    json_str(&j, event);
    json_key(&j, S("label"));
    json_str(&j, label);
    json_key(&j, S("saved_method"));
    json_str(&j, remember ? str_c(digits) : STR_NONE);
    json_object_end(&j);
    TRY(json_finish(&j, &body));
    TRY(secret_get(p, a, &secret));
    TRY(test_payment_sign(a, secret, body, clock_now_ms(p->clock), &signature));
    return test_payment_receive(p, a, body, signature);
}

/* ---- deciding ---- */

struct decide {
    int64_t attempt_id;
    const struct test_payment_row_row *row;
    enum test_card card;
    const char *digits;
    bool remember, is_first;
};

static const struct err *decide_turn(struct turn *t, void *arg)
{
    struct decide *x = arg;
    struct id_text id = id_format(x->attempt_id);
    int64_t changed;
    str payload;
    int state = x->card == TEST_CARD_GOOD       ? PAID
                : x->card == TEST_CARD_DECLINED ? DECLINED
                                                : SILENT;
    TRY(test_payment_decide(t->tx, t->arena, x->row->shop_id, x->attempt_id, state, &changed));
    x->is_first = changed == 1;
    if (changed == 0 || x->card != TEST_CARD_LATE)
        return NULL;
    TRY(str_fmt(t->arena, &payload, "%s%s", id.text, x->remember ? "+" : ""));
    return job_enqueue(t, &(struct job_request){.kind = "test_payment.late",
                                                .shop_id = x->row->shop_id,
                                                .key = id_str(&id),
                                                .payload = payload,
                                                .run_at_ms = t->now_ms + TEST_PAYMENT_LATE_MS});
}

const struct err *test_payment_decide_with(struct platform *p, struct arena *a, int64_t attempt_id,
                                           const struct test_payment_row_row *row,
                                           enum test_card card, bool remember)
{
    struct decide x = {
        .attempt_id = attempt_id, .row = row, .card = card, .digits = "", .remember = remember};
    for (size_t i = 0; i < COUNT(test_cards); i++)
        if (test_cards[i].card == card)
            x.digits = test_cards[i].digits;
    TRY(turn_run(p, a, (struct account_id){0}, decide_turn, &x));
    /* Told again when asked again: the inbox knows the event by its id. */
    if (card == TEST_CARD_GOOD && (x.is_first || row->state == PAID))
        return tell(p, a, attempt_id, row, true, x.digits, remember);
    if (card == TEST_CARD_DECLINED && (x.is_first || row->state == DECLINED))
        return tell(p, a, attempt_id, row, false, x.digits, false);
    return NULL;
}

static const struct err *load(struct platform *p, struct arena *a, int64_t attempt_id,
                              struct test_payment_row_row *ret, bool *ret_found)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = test_payment_row(tx, a, attempt_id, ret, ret_found);
    db_read_end(tx);
    return e;
}

const struct err *test_payment_late_job(struct job_run *run)
{
    struct test_payment_row_row row;
    int64_t id;
    bool is_found;
    if (!id_parse(str_sub(run->payload, 0, ID_TEXT_LEN), &id))
        return ERR(run->arena, ERR_BUG, "error.bug", "late notice without an attempt");
    TRY(load(run->platform, run->arena, id, &row, &is_found));
    return is_found ? tell(run->platform, run->arena, id, &row, true, "0044",
                           str_ends(run->payload, S("+")))
                    : NULL;
}

/* ---- the port ---- */

const struct err *test_payment_path(struct platform *p, struct arena *a, int64_t attempt_id,
                                    str *ret)
{
    struct id_text id = id_format(attempt_id);
    str sig;
    TRY(secret_sign(p, a, "test_payment.page", id_str(&id), &sig));
    return str_fmt(a, ret, "/pay/test/%s?sig=%.*s", id.text, STR_ARG(sig));
}

static const struct err *remember_attempt(struct turn *t, void *arg)
{
    const struct payment_attempt *x = arg;
    return test_payment_insert(t->tx, t->arena, x->attempt_id, x->shop_id, x->order_id,
                               x->amount.minor, currency_str(&x->amount.currency), x->description,
                               x->return_path, t->now_ms);
}

static const struct err *begin(struct platform *p, struct arena *a,
                               const struct payment_attempt *attempt, struct payment_begin *ret)
{
    struct payment_attempt x = *attempt;
    const struct test_card_row *card = test_card_find(attempt->saved_method);
    TRY(turn_run(p, a, (struct account_id){0}, remember_attempt, &x));
    *ret = (struct payment_begin){.step = PAYMENT_STEP_REDIRECT};
    TRY(str_fmt(a, &ret->provider_ref, "pay-%lld", (long long)x.attempt_id));
    if (card == NULL)
        return test_payment_path(p, a, x.attempt_id, &ret->redirect);
    ret->saved_method = attempt->saved_method;
    TRY(str_fmt(a, &ret->method_label, "test_payment.kept %s", card->digits));
    if (card->card == TEST_CARD_DECLINED) {
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "test_payment.declined";
        return NULL;
    }
    if (card->card == TEST_CARD_GOOD) {
        ret->step = PAYMENT_STEP_PAID;
        return NULL;
    }
    struct test_payment_row_row row = {.shop_id = x.shop_id, .state = OPEN};
    ret->step = PAYMENT_STEP_PENDING;
    return test_payment_decide_with(p, a, x.attempt_id, &row, card->card, false);
}

static const struct err *purse(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, str *ret)
{
    (void)tx, (void)a, (void)p, (void)shop;
    *ret = S("test");
    return NULL;
}

/* The same refund again is the same answer. */
static const struct err *refund(struct platform *p, struct arena *a,
                                const struct payment_refund *ask, struct payment_begin *ret)
{
    (void)p;
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PAID};
    return str_fmt(a, &ret->provider_ref, "refund-%lld", (long long)ask->refund_id);
}

const struct payment_gateway test_payment_gateway = {.name = "test",
                                                     .label_key = "test_payment.label",
                                                     .icon = "card",
                                                     .is_test = true,
                                                     .purse = purse,
                                                     .begin = begin,
                                                     .refund = refund};

struct secret_new {
    str value;
};

static const struct err *secret_turn(struct turn *t, void *arg)
{
    struct secret_new *x = arg;
    str known;
    TRY(secret_load(t->tx, t->arena, t->platform, &known));
    if (!str_is_empty(known))
        return NULL;
    return setting_set(t, (struct shop_id){0}, "test_payment.secret", x->value);
}


const struct err *test_payment_start(struct platform *p, struct arena *a)
{
    struct secret_new x;
    str known;
    TRY(secret_get(p, a, &known));
    if (!str_is_empty(known))
        return NULL;
    TRY(rng_token(a, p->rng, 32, &x.value));
    return turn_run(p, a, (struct account_id){0}, secret_turn, &x);
}
