/* Calls of Stripe's API: see stripe_api.h. */
#include "stripe/stripe_api.h"

#include "core/setting.h"
#include "http/json_body.h"
#include "http/url.h"
#include "sys/fetch.h"

enum { ANSWER_MAX = 1024 * 1024, BODY_MAX = 64 * 1024, TIMEOUT_MS = 8000 };

/* ---- keys ---- */

bool stripe_key_is_live(str key)
{
    return str_starts(key, S("sk_live_")) || str_starts(key, S("rk_live_"));
}

bool stripe_key_is_fit(str key)
{
    bool is_known = stripe_key_is_live(key) || str_starts(key, S("sk_test_")) ||
                    str_starts(key, S("rk_test_"));
    for (size_t i = 0; i < key.len; i++) {
        char c = key.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_'))
            return false;
    }
    return is_known && key.len > 12;
}

const struct err *stripe_keys_get(struct tx *tx, struct arena *a, const struct platform *p,
                                  struct shop_id shop, struct stripe_keys *ret)
{
    *ret = (struct stripe_keys){0};
    TRY(setting_text(tx, a, p, shop, "stripe.secret_key", &ret->secret_key));
    if (str_is_empty(ret->secret_key))
        return NULL;
    TRY(setting_text(tx, a, p, (struct shop_id){0}, "stripe.api", &ret->base));
    TRY(setting_text(tx, a, p, shop, "stripe.webhook_secret", &ret->webhook_secret));
    TRY(setting_text(tx, a, p, shop, "stripe.account", &ret->account));
    TRY(setting_bool(tx, a, p, shop, "stripe.charge_later", &ret->is_later));
    while (str_ends(ret->base, S("/")))
        ret->base.len--;
    ret->is_live = stripe_key_is_live(ret->secret_key);
    return NULL;
}

const struct err *stripe_keys_load(struct platform *p, struct arena *a, struct shop_id shop,
                                   struct stripe_keys *ret)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = stripe_keys_get(tx, a, p, shop, ret);
    db_read_end(tx);
    TRY(e);
    if (str_is_empty(ret->secret_key) || str_is_empty(ret->webhook_secret))
        return ERR(a, ERR_DENIED, "stripe.off", "shop %lld", (long long)shop.v);
    return NULL;
}

/* ---- calls ---- */

void stripe_form_init(struct stripe_form *f, struct arena *a)
{
    strbuf_init(&f->body, a, BODY_MAX);
}

void stripe_form_add(struct stripe_form *f, const char *name, str value)
{
    if (f->body.len > 0)
        strbuf_add_char(&f->body, '&');
    url_encode(&f->body, str_c(name));
    strbuf_add_char(&f->body, '=');
    url_encode(&f->body, value);
}

void stripe_form_add_int(struct stripe_form *f, const char *name, int64_t value)
{
    if (f->body.len > 0)
        strbuf_add_char(&f->body, '&');
    url_encode(&f->body, str_c(name));
    strbuf_add_char(&f->body, '=');
    strbuf_add_int(&f->body, value);
}

static const struct err *refusal(struct arena *a, int status, const json_t *answer)
{
    str code = stripe_text(json_object_get(answer, "error"), "code");
    if (status == 401 || status == 403)
        return ERR(a, ERR_DENIED, "stripe.bad_key", "%d", status);
    if (status == 429)
        return ERR(a, ERR_LIMIT, "stripe.unreachable", "%d", status);
    if (status >= 500 || status == 409) /* 409: a twin of this call is still running */
        return ERR(a, ERR_UNAVAILABLE, "stripe.unreachable", "%d", status);
    return ERR(a, ERR_INVALID, "stripe.refused", "%d %.*s", status, STR_ARG(code));
}

const struct err *stripe_call(struct arena *a, const struct stripe_keys *keys, const char *path,
                              struct stripe_form *form, str idempotency_key, const json_t **ret,
                              int *ret_status)
{
    struct fetch_header headers[3] = {{S("content-type"), S("application/x-www-form-urlencoded")}};
    struct fetch_request request = {.method = form == NULL ? "GET" : "POST",
                                    .headers = headers,
                                    .header_count = 2,
                                    .timeout_ms = TIMEOUT_MS,
                                    .max_bytes = ANSWER_MAX,
                                    .trusted = true};
    struct fetch_response response;
    struct form answer = {0};
    headers[1].name = S("authorization");
    TRY(str_fmt(a, &headers[1].value, "Bearer %.*s", STR_ARG(keys->secret_key)));
    if (!str_is_empty(idempotency_key))
        headers[request.header_count++] =
            (struct fetch_header){S("idempotency-key"), idempotency_key};
    if (form != NULL)
        TRY(strbuf_finish(&form->body, &request.body));
    TRY(str_fmt(a, &request.url, "%.*s%s", STR_ARG(keys->base), path));
    const struct err *e = fetch(a, &request, &response);
    if (e != NULL)
        return ERR(a, ERR_UNAVAILABLE, "stripe.unreachable", "%s", e->key);
    bool is_json = json_body_parse(a, response.body, &answer) == NULL && answer.json != NULL;
    *ret = answer.json;
    *ret_status = response.status;
    if (is_json && (response.status == 200 || response.status == 402))
        return NULL;
    return refusal(a, is_json || response.status != 200 ? response.status : 502, answer.json);
}

/* ---- members ---- */

str stripe_text(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return STR_NONE;
    return (str){json_string_value(value), json_string_length(value)};
}

int64_t stripe_int(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

str stripe_id_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_object(value) ? stripe_text(value, "id") : stripe_text(object, name);
}

/* Two currencies without minor units are counted in hundredths there. */
static int64_t factor(str currency)
{
    return str_eq_nocase(currency, S("ISK")) || str_eq_nocase(currency, S("UGX")) ? 100 : 1;
}

int64_t stripe_amount(struct money m)
{
    return m.minor * factor(currency_str(&m.currency));
}

const struct err *stripe_money(struct arena *a, int64_t amount, str currency, struct money *ret)
{
    TRY(currency_parse(a, currency, &ret->currency));
    int64_t by = factor(currency);
    /* What does not divide is no amount of ours, and must not look like one. */
    ret->minor = amount % by == 0 ? amount / by : -1;
    return NULL;
}

/* ---- objects ---- */

static const struct err *check_mode(struct arena *a, const struct stripe_keys *keys,
                                    const json_t *object)
{
    const json_t *mode = json_object_get(object, "livemode");
    if (json_is_boolean(mode) && json_is_true(mode) == keys->is_live)
        return NULL;
    return ERR(a, ERR_UNAVAILABLE, "stripe.other_mode", "live key %d", keys->is_live);
}

/* "Visa ···4242", and the customer with the method for the next time. */
static const struct err *read_method(struct arena *a, const json_t *intent,
                                     struct payment_begin *ret)
{
    const json_t *method = json_object_get(intent, "payment_method");
    const json_t *card = json_object_get(method, "card");
    str customer = stripe_id_of(intent, "customer"), id = stripe_id_of(intent, "payment_method");
    str brand = stripe_text(card, "brand"), digits = stripe_text(card, "last4");
    if (!str_is_empty(digits) && digits.len <= 4 && brand.len < 30) {
        char first = str_is_empty(brand) ? 'c' : brand.ptr[0];
        if (first >= 'a' && first <= 'z')
            first = (char)(first - 'a' + 'A');
        TRY(str_fmt(a, &ret->method_label, "%c%.*s ···%.*s", first,
                    STR_ARG(str_is_empty(brand) ? S("ard") : str_from(brand, 1)),
                    STR_ARG(digits)));
    }
    if (!str_is_empty(customer) && !str_is_empty(id) &&
        str_eq(stripe_text(intent, "setup_future_usage"), S("off_session")))
        TRY(str_fmt(a, &ret->saved_method, "%.*s/%.*s", STR_ARG(customer), STR_ARG(id)));
    return NULL;
}

const struct err *stripe_read_intent(struct arena *a, const struct stripe_keys *keys,
                                     const json_t *intent, struct payment_begin *ret)
{
    str status = stripe_text(intent, "status");
    TRY(check_mode(a, keys, intent));
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PENDING,
                                  .provider_ref = stripe_text(intent, "id")};
    TRY(stripe_money(a, stripe_int(intent, "amount"), stripe_text(intent, "currency"),
                     &ret->amount));
    if (str_eq(status, S("succeeded"))) {
        ret->step = PAYMENT_STEP_PAID;
        TRY(stripe_money(a, stripe_int(intent, "amount_received"), stripe_text(intent, "currency"),
                         &ret->amount));
    }
    if (str_eq(status, S("requires_capture")))
        ret->step = PAYMENT_STEP_AUTHORISED;
    if (str_eq(status, S("canceled")))
        ret->step = PAYMENT_STEP_VOIDED;
    return read_method(a, intent, ret);
}

const struct err *stripe_read_session(struct arena *a, const struct stripe_keys *keys,
                                      const json_t *session, struct payment_begin *ret)
{
    const json_t *intent = json_object_get(session, "payment_intent");
    str status = stripe_text(session, "status");
    TRY(check_mode(a, keys, session));
    *ret = (struct payment_begin){.step = PAYMENT_STEP_PENDING,
                                  .provider_ref = stripe_text(session, "id")};
    TRY(stripe_money(a, stripe_int(session, "amount_total"), stripe_text(session, "currency"),
                     &ret->amount));
    if (str_eq(status, S("open")) && !str_is_empty(stripe_text(session, "url"))) {
        ret->step = PAYMENT_STEP_REDIRECT;
        ret->redirect = stripe_text(session, "url");
    } else if (str_eq(status, S("expired"))) {
        ret->step = PAYMENT_STEP_FAILED;
        ret->failure_key = "stripe.lapsed";
    } else if (json_is_object(intent)) {
        return stripe_read_intent(a, keys, intent, ret);
    } else if (str_eq(stripe_text(session, "payment_status"), S("paid"))) {
        ret->step = PAYMENT_STEP_PAID;
        if (!str_is_empty(stripe_text(session, "payment_intent")))
            ret->provider_ref = stripe_text(session, "payment_intent");
    }
    return NULL;
}
