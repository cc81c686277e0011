/* Events of Stripe: the signature over the raw bytes first, then what they say about an attempt of
 * ours. An event that concerns nobody here is answered 200, so that Stripe does not send it for
 * three days. */
#include "base/base64.h"
#include "core/web.h"
#include "http/json_body.h"
#include "stripe/stripe_api.h"
#include "sys/crypto.h"

enum { SIGNATURES_MAX = 8 };

/* ---- the signature ---- */

static const struct err *bad_signature(struct arena *a, str body)
{
    return ERR(a, ERR_DENIED, "stripe.bad_signature", "an event of %zu bytes", body.len);
}

const struct err *stripe_signature_check(struct arena *a, str secret, str body, str header,
                                         int64_t now_ms)
{
    str rest = header, time = STR_NONE, message, expected;
    int64_t at_s;
    bool is_signed = false;
    for (str all = header; !str_is_absent(all);) {
        str part = str_trim(str_cut(&all, ','));
        if (str_starts(part, S("t=")))
            time = str_from(part, 2);
    }
    if (str_is_empty(secret) || !str_to_int(time, &at_s) ||
        at_s < now_ms / 1000 - STRIPE_TOLERANCE_S || at_s > now_ms / 1000 + STRIPE_TOLERANCE_S)
        return bad_signature(a, body);
    TRY(str_fmt(a, &message, "%.*s.%.*s", STR_ARG(time), STR_ARG(body)));
    struct digest mac = crypto_hmac_sha256(secret, message);
    TRY(hex_encode(a, digest_str(&mac), &expected));
    /* Several while the secret is being changed. */
    for (int i = 0; i < SIGNATURES_MAX && !str_is_absent(rest); i++) {
        str part = str_trim(str_cut(&rest, ','));
        if (str_starts(part, S("v1=")) && str_eq_secret(expected, str_from(part, 3)))
            is_signed = true;
    }
    return is_signed ? NULL : bad_signature(a, body);
}

/* ---- what it says ---- */

struct event {
    struct arena *arena;
    const struct stripe_keys *keys;
    const json_t *object;
    struct payment_notice notice;
    bool is_ours;
};

static const struct err *whose(struct event *x, const json_t *object)
{
    const json_t *metadata = json_object_get(object, "metadata");
    str order = stripe_text(metadata, "order"), shop = stripe_text(metadata, "shop");
    int64_t whose_id;
    x->is_ours = id_parse(stripe_text(metadata, "attempt"), &x->notice.attempt_id);
    /* Shops with one account have an endpoint each, and every event comes to all of them. */
    if (!str_is_empty(shop) && (!id_parse(shop, &whose_id) || whose_id != x->notice.shop_id.v))
        x->is_ours = false;
    if (x->is_ours && !str_is_empty(order) && !id_parse(order, &x->notice.order_id))
        x->notice.order_id = -1; /* something, but no order of ours */
    return NULL;
}

static const struct err *amount(struct event *x, const char *name)
{
    return stripe_money(x->arena, stripe_int(x->object, name), stripe_text(x->object, "currency"),
                        &x->notice.amount);
}

/* The card's name and the customer are not in the event; without them the money is as good. */
static void complete(struct event *x)
{
    struct payment_begin said;
    const json_t *session;
    if (stripe_session_get(x->arena, x->keys, stripe_text(x->object, "id"), &session) != NULL ||
        stripe_read_session(x->arena, x->keys, session, &said) != NULL)
        return;
    x->notice.method_label = said.method_label;
    x->notice.saved_method = said.saved_method;
    if (said.step == PAYMENT_STEP_AUTHORISED)
        x->notice.outcome = PAYMENT_AUTHORISED;
    if (said.step == PAYMENT_STEP_AUTHORISED || said.step == PAYMENT_STEP_PAID)
        x->notice.provider_ref = said.provider_ref;
}

static const struct err *read_session(struct event *x, enum payment_outcome outcome)
{
    TRY(whose(x, x->object));
    bool is_paid = str_eq(stripe_text(x->object, "payment_status"), S("paid"));
    x->notice.outcome = outcome;
    x->notice.provider_ref = stripe_id_of(x->object, "payment_intent");
    if (outcome == PAYMENT_CAPTURED && x->is_ours)
        complete(x);
    /* Finished, but the bank takes days: another event tells how it went. */
    if (outcome == PAYMENT_CAPTURED && !is_paid && x->notice.outcome == PAYMENT_CAPTURED)
        x->is_ours = false;
    return amount(x, "amount_total");
}

static const struct err *read_intent(struct event *x, enum payment_outcome outcome,
                                     const char *amount_name)
{
    TRY(whose(x, x->object));
    x->notice.outcome = outcome;
    x->notice.provider_ref = stripe_text(x->object, "id");
    return amount(x, amount_name);
}

/* Refunds and disputes name the payment only; Stripe is asked whose it is. */
static const struct err *read_about(struct event *x, enum payment_outcome outcome)
{
    const json_t *intent;
    str id = stripe_id_of(x->object, "payment_intent");
    x->notice.outcome = outcome;
    x->notice.provider_ref = stripe_text(x->object, "id");
    TRY(amount(x, "amount"));
    if (str_is_empty(id))
        return NULL;
    TRY(stripe_intent_get(x->arena, x->keys, id, &intent));
    return whose(x, intent);
}

static const struct err *read_refund(struct event *x)
{
    if (!str_eq(stripe_text(x->object, "status"), S("succeeded")))
        return NULL;
    if (!id_parse(stripe_text(json_object_get(x->object, "metadata"), "refund"),
                  &x->notice.refund_id))
        x->notice.refund_id = 0;
    return read_about(x, PAYMENT_REFUNDED);
}

static const struct err *read_object(struct event *x, str type)
{
    if (str_eq(type, S("checkout.session.completed")) ||
        str_eq(type, S("checkout.session.async_payment_succeeded")))
        return read_session(x, PAYMENT_CAPTURED);
    if (str_eq(type, S("checkout.session.expired")) ||
        str_eq(type, S("checkout.session.async_payment_failed")))
        return read_session(x, PAYMENT_FAILED);
    if (str_eq(type, S("payment_intent.succeeded")))
        return read_intent(x, PAYMENT_CAPTURED, "amount_received");
    if (str_eq(type, S("payment_intent.amount_capturable_updated")))
        return read_intent(x, PAYMENT_AUTHORISED, "amount_capturable");
    if (str_eq(type, S("payment_intent.canceled")))
        return read_intent(x, PAYMENT_VOIDED, "amount");
    if (str_eq(type, S("refund.created")) || str_eq(type, S("refund.updated")) ||
        str_eq(type, S("charge.refund.updated")))
        return read_refund(x);
    if (str_eq(type, S("charge.dispute.created")))
        return read_about(x, PAYMENT_DISPUTED);
    return NULL;
}

static const struct err *check_sender(struct arena *a, const struct stripe_keys *keys,
                                      const json_t *event)
{
    const json_t *mode = json_object_get(event, "livemode");
    str account = stripe_text(event, "account");
    if (!json_is_boolean(mode) || json_is_true(mode) != keys->is_live)
        return ERR(a, ERR_INVALID, "stripe.other_mode", "live key %d", keys->is_live);
    if (!str_is_empty(account) && !str_eq(account, keys->account))
        return ERR(a, ERR_INVALID, "stripe.other_account", "%.*s", STR_ARG(account));
    return NULL;
}

static const struct err *receive(struct web *w, struct shop_id shop)
{
    struct arena *a = w->arena;
    struct stripe_keys keys;
    struct form f;
    str body = w->rq->body;
    struct event x = {.arena = a, .keys = &keys};
    TRY(stripe_keys_load(w->platform, a, shop, &keys));
    TRY(stripe_signature_check(a, keys.webhook_secret, body,
                               http_request_header(w->rq, S("stripe-signature")),
                               clock_now_ms(w->platform->clock)));
    TRY(json_body_parse(a, body, &f));
    TRY(check_sender(a, &keys, f.json));
    x.object = json_object_get(json_object_get(f.json, "data"), "object");
    x.notice =
        (struct payment_notice){.gateway = "stripe", .event_id = stripe_text(f.json, "id"),
                                .shop_id = shop};
    TRY(read_object(&x, stripe_text(f.json, "type")));
    return x.is_ours ? payment_tell(w->platform, a, &x.notice) : NULL;
}

const struct err *stripe_hook(struct web *w)
{
    struct shop_id shop;
    TRY(web_param_id(w, 0, &shop.v));
    web_read_end(w);
    TRY(receive(w, shop));
    return web_json(w, 200, S("{\"received\":true}"));
}
