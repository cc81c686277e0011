/* The gateway: an order of theirs is made, the payer approves it on their page, and it is captured
 * when she comes back, when the event arrives, or when we ask. The request id derives from our own
 * id: asked twice, it happens once. */
#include "paypal/paypal_api.h"

enum { ID_BYTES_MAX = 60, BODY_MAX = 8 * 1024 };

static const struct err *is_on(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, bool *ret)
{
    struct paypal_keys keys;
    TRY(paypal_keys_get(tx, a, p, shop, &keys));
    *ret = paypal_keys_complete(&keys);
    return NULL;
}

static const struct err *purse(struct tx *tx, struct arena *a, const struct platform *p,
                               struct shop_id shop, str *ret)
{
    struct paypal_keys keys;
    TRY(paypal_keys_get(tx, a, p, shop, &keys));
    *ret = STR_NONE;
    if (!paypal_keys_complete(&keys))
        return NULL;
    return str_fmt(a, ret, "%s %.*s", keys.is_sandbox ? "sandbox" : "live",
                   STR_ARG(keys.client_id));
}

static const struct err *path_of(struct arena *a, const char *before, str id, const char *after,
                                 const char **ret)
{
    str made;
    bool is_fit = id.len > 0 && id.len <= ID_BYTES_MAX;
    for (size_t i = 0; is_fit && i < id.len; i++) {
        char c = id.ptr[i];
        is_fit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '-' || c == '_';
    }
    if (!is_fit)
        return ERR(a, ERR_INVALID, "paypal.refused", "an id that is none");
    TRY(str_fmt(a, &made, "%s%.*s%s", before, STR_ARG(id), after));
    return str_to_c(a, made, ret);
}

static const struct err *key_of(struct arena *a, const char *kind, int64_t id, str *ret)
{
    struct id_text text = id_format(id);
    return str_fmt(a, ret, "%s-%s", kind, text.text);
}

/* ---- an order of theirs ---- */

static const struct err *write_order(struct platform *p, struct arena *a,
                                     const struct payment_attempt *x, str *ret)
{
    struct id_text attempt = id_format(x->attempt_id), order = id_format(x->order_id);
    struct id_text shop = id_format(x->shop_id.v);
    str custom, back, cancel;
    struct strbuf sb;
    struct json j;
    TRY(str_fmt(a, &custom, "%s.%s.%s", attempt.text, order.text, shop.text));
    TRY(str_fmt(a, &back, "%.*s%.*s", STR_ARG(p->base_url), STR_ARG(x->return_path)));
    TRY(str_fmt(a, &cancel, "%.*s%.*s", STR_ARG(p->base_url), STR_ARG(x->back_path)));
    strbuf_init(&sb, a, BODY_MAX);
    json_init(&j, &sb);
    json_object_begin(&j);
    json_put_str(&j, "intent", S("CAPTURE"));
    json_key(&j, S("purchase_units"));
    json_array_begin(&j);
    json_object_begin(&j);
    json_put_str(&j, "custom_id", custom);
    json_put_str(&j, "description", x->description);
    paypal_put_money(&j, "amount", a, x->amount);
    json_object_end(&j);
    json_array_end(&j);
    json_key(&j, S("payment_source"));
    json_object_begin(&j);
    json_key(&j, S("paypal"));
    json_object_begin(&j);
    json_key(&j, S("experience_context"));
    json_object_begin(&j);
    json_put_str(&j, "return_url", back);
    json_put_str(&j, "cancel_url", cancel);
    json_put_str(&j, "user_action", S("PAY_NOW"));
    json_put_str(&j, "shipping_preference", S("NO_SHIPPING"));
    for (int i = 0; i < 4; i++)
        json_object_end(&j);
    return json_finish(&j, ret);
}

static str link_of(const json_t *object, const char *rel, const char *other)
{
    const json_t *links = json_object_get(object, "links");
    for (size_t i = 0; i < json_array_size(links); i++) {
        const json_t *link = json_array_get(links, i);
        str name = paypal_text(link, "rel");
        if (str_eq(name, str_c(rel)) || str_eq(name, str_c(other)))
            return paypal_text(link, "href");
    }
    return STR_NONE;
}

static const struct err *read_capture(struct arena *a, const json_t *capture,
                                      struct payment_begin *ret)
{
    str status = paypal_text(capture, "status");
    ret->provider_ref = paypal_text(capture, "id");
    ret->method_label = S("PayPal");
    TRY(paypal_money(a, json_object_get(capture, "amount"), &ret->amount));
    if (str_eq(status, S("DECLINED")) || str_eq(status, S("FAILED"))) {
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "paypal.declined";
    } else if (!str_eq(status, S("PENDING"))) {
        ret->step = PAYMENT_STEP_PAID; /* also when part of it went back since */
    }
    return NULL;
}

static const struct err *read_order(struct arena *a, const json_t *order, struct payment_begin *ret)
{
    const json_t *unit = json_array_get(json_object_get(order, "purchase_units"), 0);
    const json_t *capture = json_array_get(
        json_object_get(json_object_get(unit, "payments"), "captures"), 0);
    str status = paypal_text(order, "status");
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PENDING,
                                  .provider_ref = paypal_text(order, "id")};
    if (capture != NULL)
        return read_capture(a, capture, ret);
    if (str_eq(status, S("VOIDED")))
        ret->step = PAYMENT_STEP_VOIDED;
    str page = link_of(order, "payer-action", "approve");
    if ((str_eq(status, S("CREATED")) || str_eq(status, S("PAYER_ACTION_REQUIRED"))) &&
        !str_is_empty(page)) {
        ret->step = PAYMENT_STEP_REDIRECT;
        ret->redirect = page;
    }
    return NULL;
}

const struct err *paypal_settle(struct arena *a, const struct paypal_keys *keys, str order_ref,
                                int64_t attempt_id, struct payment_begin *ret)
{
    const json_t *order;
    const char *path;
    str key;
    int status;
    TRY(path_of(a, "/v2/checkout/orders/", order_ref, "", &path));
    TRY(paypal_call(a, keys, path, STR_NONE, STR_NONE, &order, &status));
    if (status == 200 && str_eq(paypal_text(order, "status"), S("APPROVED"))) {
        TRY(path_of(a, "/v2/checkout/orders/", order_ref, "/capture", &path));
        TRY(key_of(a, "capture", attempt_id, &key));
        TRY(paypal_call(a, keys, path, S("{}"), key, &order, &status));
    }
    if (status / 100 == 2)
        return read_order(a, order, ret);
    *ret = (struct payment_begin){
        .step = PAYMENT_STEP_FAILED,
        .failure_key = status == 404 ? "paypal.lapsed" : "paypal.declined"};
    return NULL;
}

/* ---- the port ---- */

static const struct err *begin(struct platform *p, struct arena *a, const struct payment_attempt *x,
                               struct payment_begin *ret)
{
    struct paypal_keys keys;
    const json_t *order;
    str body, key;
    int status;
    TRY(paypal_keys_load(p, a, x->shop_id, &keys));
    TRY(write_order(p, a, x, &body));
    TRY(key_of(a, "attempt", x->attempt_id, &key));
    TRY(paypal_call(a, &keys, "/v2/checkout/orders", body, key, &order, &status));
    if (status / 100 != 2)
        return ERR(a, ERR_INVALID, "paypal.refused", "order: %d", status);
    return read_order(a, order, ret);
}

static const struct err *ask(struct platform *p, struct arena *a, const struct payment_attempt *x,
                             struct payment_begin *ret)
{
    struct paypal_keys keys;
    if (str_is_empty(x->provider_ref))
        return begin(p, a, x, ret);
    TRY(paypal_keys_load(p, a, x->shop_id, &keys));
    return paypal_settle(a, &keys, x->provider_ref, x->attempt_id, ret);
}

const struct err *paypal_capture_get(struct arena *a, const struct paypal_keys *keys, str id,
                                     const json_t **ret)
{
    const char *path;
    int status;
    TRY(path_of(a, "/v2/payments/captures/", id, "", &path));
    TRY(paypal_call(a, keys, path, STR_NONE, STR_NONE, ret, &status));
    return status == 200 ? NULL : ERR(a, ERR_INVALID, "paypal.refused", "capture: %d", status);
}

static const struct err *refund(struct platform *p, struct arena *a,
                                const struct payment_refund *x, struct payment_begin *ret)
{
    struct paypal_keys keys;
    struct strbuf sb;
    struct json j;
    const json_t *answer;
    const char *path;
    str body = STR_NONE, key = STR_NONE;
    int status;
    TRY(paypal_keys_load(p, a, x->shop_id, &keys));
    if (!str_is_empty(x->refund_ref)) {
        TRY(path_of(a, "/v2/payments/refunds/", x->refund_ref, "", &path));
    } else {
        strbuf_init(&sb, a, BODY_MAX);
        json_init(&j, &sb);
        json_object_begin(&j);
        paypal_put_money(&j, "amount", a, x->amount);
        json_object_end(&j);
        TRY(json_finish(&j, &body));
        TRY(key_of(a, "refund", x->refund_id, &key));
        TRY(path_of(a, "/v2/payments/captures/", x->payment_ref, "/refund", &path));
    }
    TRY(paypal_call(a, &keys, path, body, key, &answer, &status));
    str word = paypal_text(answer, "status");
    *ret = (struct payment_begin){.step = PAYMENT_STEP_FAILED, .failure_key = "paypal.refused"};
    if (status / 100 != 2 || str_eq(word, S("CANCELLED")) || str_eq(word, S("FAILED")))
        return NULL;
    ret->step = str_eq(word, S("COMPLETED")) ? PAYMENT_STEP_PAID : PAYMENT_STEP_PENDING;
    ret->provider_ref = paypal_text(answer, "id");
    return NULL;
}

const struct payment_gateway paypal_gateway = {.name = "paypal",
                                               .label_key = "paypal.label",
                                               .icon = "card",
                                               .purse = purse,
                                               .is_on = is_on,
                                               .begin = begin,
                                               .ask = ask,
                                               .refund = refund};
