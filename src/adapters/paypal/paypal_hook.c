/* Events of PayPal, verified here: the certificate they name must be PayPal's and lead to a known
 * root, and must have signed transmission id, time, our webhook's id and the CRC-32 of the raw
 * bytes. The webhook's id is the secret between test and live, and between shops. */
#include "base/base64.h"
#include "base/timefmt.h"
#include "core/setting.h"
#include "core/web.h"
#include "http/json_body.h"
#include "paypal/paypal_api.h"
#include "sys/cert_signature.h"
#include "sys/fetch.h"

enum { TOLERANCE_MS = 3 * 24 * 3600 * 1000 + 3600 * 1000, CERT_TIMEOUT_MS = 8000 };

static const char signer[] = "messageverificationcerts.paypal.com";

const struct err *paypal_signed_text(struct arena *a, str transmission, str time, str webhook_id,
                                     str body, str *ret)
{
    return str_fmt(a, ret, "%.*s|%.*s|%.*s|%lu", STR_ARG(transmission), STR_ARG(time),
                   STR_ARG(webhook_id), (unsigned long)crc32_of(body));
}

/* Only PayPal's own hosts, or the one that the operator set as the API. */
static const struct err *fetch_certificate(struct arena *a, const struct paypal_keys *keys, str url,
                                           str *ret)
{
    str base;
    TRY(str_fmt(a, &base, "%.*s/", STR_ARG(keys->base)));
    bool is_operators = str_starts(url, base);
    struct fetch_request request = {.url = url, .timeout_ms = CERT_TIMEOUT_MS,
                                    .max_bytes = CERT_BYTES_MAX, .trusted = is_operators};
    struct fetch_response response;
    if (!is_operators && !str_starts(url, S("https://api.paypal.com/")) &&
        !str_starts(url, S("https://api.sandbox.paypal.com/")))
        return ERR(a, ERR_DENIED, "paypal.bad_signature", "a certificate from elsewhere");
    const struct err *e = fetch(a, &request, &response);
    if (e != NULL || response.status != 200)
        return ERR(a, ERR_UNAVAILABLE, "paypal.unreachable", "certificate");
    *ret = response.body;
    return NULL;
}

static const struct err *check(struct web *w, const struct paypal_keys *keys, str roots)
{
    struct arena *a = w->arena;
    const struct http_request *rq = w->rq;
    str time = http_request_header(rq, S("paypal-transmission-time"));
    str signature = STR_NONE, message, pem;
    const char *roots_file = NULL;
    int64_t at_ms, now_ms = clock_now_ms(w->platform->clock);
    bool is_fit =
        str_eq(http_request_header(rq, S("paypal-auth-algo")), S("SHA256withRSA")) &&
        time_parse_rfc3339(time, &at_ms) && at_ms >= now_ms - TOLERANCE_MS &&
        at_ms <= now_ms + TOLERANCE_MS &&
        base64_decode(a, http_request_header(rq, S("paypal-transmission-sig")), &signature) == NULL;
    if (!is_fit)
        return ERR(a, ERR_DENIED, "paypal.bad_signature", "an event without one");
    TRY(fetch_certificate(a, keys, http_request_header(rq, S("paypal-cert-url")), &pem));
    TRY(paypal_signed_text(a, http_request_header(rq, S("paypal-transmission-id")), time,
                           keys->webhook_id, rq->body, &message));
    if (!str_is_empty(roots))
        TRY(str_to_c(a, roots, &roots_file));
    const struct err *e =
        cert_signature_check(a, pem, roots_file, signer, now_ms, message, signature);
    return e == NULL ? NULL
                     : ERR(a, ERR_DENIED, "paypal.bad_signature", "%.*s", STR_ARG(e->detail));
}

/* ---- what it says ---- */

struct event {
    struct arena *arena;
    const struct paypal_keys *keys;
    const json_t *resource;
    struct payment_notice notice;
    bool is_ours;
};

static void whose(struct event *x, str custom)
{
    int64_t shop;
    x->is_ours = paypal_read_custom(custom, &x->notice.attempt_id, &x->notice.order_id, &shop);
    /* Shops with one account have an endpoint each, and an event may come to all of them. */
    if (x->is_ours && shop != 0 && shop != x->notice.shop_id.v)
        x->is_ours = false;
}

static const struct err *read_capture(struct event *x, enum payment_outcome outcome)
{
    whose(x, paypal_text(x->resource, "custom_id"));
    x->notice.outcome = outcome;
    x->notice.provider_ref = paypal_text(x->resource, "id");
    x->notice.method_label = S("PayPal");
    return paypal_money(x->arena, json_object_get(x->resource, "amount"), &x->notice.amount);
}

/* Refunds may come without our name; their link leads to the capture, which has it. */
static const struct err *read_refund(struct event *x)
{
    const json_t *capture, *links = json_object_get(x->resource, "links");
    TRY(read_capture(x, PAYMENT_REFUNDED));
    for (size_t i = 0; !x->is_ours && i < json_array_size(links); i++) {
        str href = paypal_text(json_array_get(links, i), "href");
        ptrdiff_t at = str_find(href, S("/captures/"));
        if (at < 0)
            continue;
        TRY(paypal_capture_get(x->arena, x->keys,
                               str_from(href, (size_t)at + sizeof "/captures/" - 1), &capture));
        whose(x, paypal_text(capture, "custom_id"));
    }
    return NULL;
}

static const struct err *read_dispute(struct event *x)
{
    const json_t *capture, *about =
        json_array_get(json_object_get(x->resource, "disputed_transactions"), 0);
    x->notice.outcome = PAYMENT_DISPUTED;
    x->notice.provider_ref = paypal_text(x->resource, "dispute_id");
    TRY(paypal_money(x->arena, json_object_get(x->resource, "dispute_amount"), &x->notice.amount));
    TRY(paypal_capture_get(x->arena, x->keys, paypal_text(about, "seller_transaction_id"),
                           &capture));
    whose(x, paypal_text(capture, "custom_id"));
    return NULL;
}

/* She approved and may never come back: it is captured now. */
static const struct err *read_approved(struct event *x)
{
    const json_t *unit = json_array_get(json_object_get(x->resource, "purchase_units"), 0);
    struct payment_begin said;
    whose(x, paypal_text(unit, "custom_id"));
    if (!x->is_ours)
        return NULL;
    TRY(paypal_settle(x->arena, x->keys, paypal_text(x->resource, "id"), x->notice.attempt_id,
                      &said));
    x->notice.outcome = said.step == PAYMENT_STEP_FAILED ? PAYMENT_FAILED : PAYMENT_CAPTURED;
    x->notice.provider_ref = said.provider_ref;
    x->notice.method_label = said.method_label;
    x->notice.amount = said.amount;
    x->is_ours = said.step == PAYMENT_STEP_PAID;
    return NULL;
}

static const struct err *read_event(struct event *x, str type)
{
    if (str_eq(type, S("CHECKOUT.ORDER.APPROVED")))
        return read_approved(x);
    if (str_eq(type, S("PAYMENT.CAPTURE.COMPLETED")))
        return read_capture(x, PAYMENT_CAPTURED);
    if (str_eq(type, S("PAYMENT.CAPTURE.DENIED")) || str_eq(type, S("PAYMENT.CAPTURE.DECLINED")))
        return read_capture(x, PAYMENT_FAILED);
    if (str_eq(type, S("PAYMENT.CAPTURE.REFUNDED")) || str_eq(type, S("PAYMENT.CAPTURE.REVERSED")))
        return read_refund(x);
    if (str_eq(type, S("CUSTOMER.DISPUTE.CREATED")))
        return read_dispute(x);
    return NULL;
}

static const struct err *receive(struct web *w, struct shop_id shop)
{
    struct paypal_keys keys;
    struct form f;
    struct tx *tx;
    str roots;
    struct event x = {.arena = w->arena, .keys = &keys};
    TRY(web_read(w, &tx));
    TRY(setting_text(tx, w->arena, w->platform, (struct shop_id){0}, "paypal.roots", &roots));
    TRY(str_dup(w->arena, roots, &roots));
    web_read_end(w);
    TRY(paypal_keys_load(w->platform, w->arena, shop, &keys));
    TRY(check(w, &keys, roots));
    TRY(json_body_parse(w->arena, w->rq->body, &f));
    x.resource = json_object_get(f.json, "resource");
    x.notice = (struct payment_notice){.gateway = "paypal", .event_id = paypal_text(f.json, "id"),
                                       .shop_id = shop};
    TRY(read_event(&x, paypal_text(f.json, "event_type")));
    return x.is_ours ? payment_tell(w->platform, w->arena, &x.notice) : NULL;
}

const struct err *paypal_hook(struct web *w)
{
    struct shop_id shop;
    TRY(web_param_id(w, 0, &shop.v));
    TRY(receive(w, shop));
    return web_json(w, 200, S("{\"received\":true}"));
}
