/* Calls of PayPal's API: see paypal_api.h. */
#include "paypal/paypal_api.h"

#include "base/base64.h"
#include "core/setting.h"
#include "http/json_body.h"
#include "sys/fetch.h"

enum { ANSWER_MAX = 1024 * 1024, TIMEOUT_MS = 8000 };

/* ---- keys ---- */

bool paypal_keys_complete(const struct paypal_keys *k)
{
    return !str_is_empty(k->client_id) && !str_is_empty(k->secret) && !str_is_empty(k->webhook_id);
}

const struct err *paypal_base(struct tx *tx, struct arena *a, const struct platform *p,
                              bool is_sandbox, str *ret)
{
    TRY(setting_text(tx, a, p, (struct shop_id){0},
                     is_sandbox ? "paypal.sandbox_api" : "paypal.api", ret));
    while (str_ends(*ret, S("/")))
        ret->len--;
    return NULL;
}

const struct err *paypal_keys_get(struct tx *tx, struct arena *a, const struct platform *p,
                                  struct shop_id shop, struct paypal_keys *ret)
{
    *ret = (struct paypal_keys){0};
    TRY(setting_text(tx, a, p, shop, "paypal.secret", &ret->secret));
    if (str_is_empty(ret->secret))
        return NULL;
    TRY(setting_text(tx, a, p, shop, "paypal.client_id", &ret->client_id));
    TRY(setting_text(tx, a, p, shop, "paypal.webhook_id", &ret->webhook_id));
    TRY(setting_bool(tx, a, p, shop, "paypal.sandbox", &ret->is_sandbox));
    return paypal_base(tx, a, p, ret->is_sandbox, &ret->base);
}

const struct err *paypal_keys_load(struct platform *p, struct arena *a, struct shop_id shop,
                                   struct paypal_keys *ret)
{
    struct tx *tx;
    TRY(db_read_begin(p->db, a, &tx));
    const struct err *e = paypal_keys_get(tx, a, p, shop, ret);
    db_read_end(tx);
    TRY(e);
    return paypal_keys_complete(ret)
               ? NULL : ERR(a, ERR_DENIED, "paypal.off", "shop %lld", (long long)shop.v);
}

/* ---- calls ---- */

static const struct err *refusal(struct arena *a, int status, const json_t *answer)
{
    str name = paypal_text(answer, "name");
    if (status == 401 || status == 403)
        return ERR(a, ERR_DENIED, "paypal.bad_key", "%d", status);
    if (status == 429)
        return ERR(a, ERR_LIMIT, "paypal.unreachable", "%d", status);
    if (status >= 500 || status == 409)
        return ERR(a, ERR_UNAVAILABLE, "paypal.unreachable", "%d", status);
    return ERR(a, ERR_INVALID, "paypal.refused", "%d %.*s", status, STR_ARG(name));
}

static const struct err *send(struct arena *a, const struct paypal_keys *keys, const char *path,
                              const struct fetch_header *headers, size_t count, str body,
                              const json_t **ret, int *ret_status)
{
    struct fetch_request request = {.method = str_is_absent(body) ? "GET" : "POST",
                                    .headers = headers,
                                    .header_count = count,
                                    .body = body,
                                    .timeout_ms = TIMEOUT_MS,
                                    .max_bytes = ANSWER_MAX,
                                    .trusted = true};
    struct fetch_response response;
    struct form answer = {0};
    TRY(str_fmt(a, &request.url, "%.*s%s", STR_ARG(keys->base), path));
    const struct err *e = fetch(a, &request, &response);
    if (e != NULL)
        return ERR(a, ERR_UNAVAILABLE, "paypal.unreachable", "%s", e->key);
    bool is_json = json_body_parse(a, response.body, &answer) == NULL && answer.json != NULL;
    *ret = answer.json;
    *ret_status = response.status;
    bool is_told = response.status / 100 == 2 || response.status == 404 || response.status == 422;
    if (is_json && is_told)
        return NULL;
    return refusal(a, response.status / 100 == 2 ? 502 : response.status, answer.json);
}

static const struct err *token(struct arena *a, const struct paypal_keys *keys, str *ret)
{
    struct fetch_header headers[] = {
        {S("content-type"), S("application/x-www-form-urlencoded")}, {S("authorization"), S("")}};
    const json_t *answer;
    str pair, basic;
    int status;
    TRY(str_fmt(a, &pair, "%.*s:%.*s", STR_ARG(keys->client_id), STR_ARG(keys->secret)));
    TRY(base64_encode(a, pair, &basic));
    TRY(str_fmt(a, &headers[1].value, "Basic %.*s", STR_ARG(basic)));
    TRY(send(a, keys, "/v1/oauth2/token", headers, COUNT(headers),
             S("grant_type=client_credentials"), &answer, &status));
    *ret = paypal_text(answer, "access_token");
    return str_is_empty(*ret) ? ERR(a, ERR_UNAVAILABLE, "paypal.unreachable", "no token") : NULL;
}

const struct err *paypal_call(struct arena *a, const struct paypal_keys *keys, const char *path,
                              str body, str request_id, const json_t **ret, int *ret_status)
{
    struct fetch_header headers[4] = {{S("content-type"), S("application/json")},
                                      {S("authorization"), S("")},
                                      {S("prefer"), S("return=representation")}};
    size_t count = 3;
    str bearer;
    TRY(token(a, keys, &bearer));
    TRY(str_fmt(a, &headers[1].value, "Bearer %.*s", STR_ARG(bearer)));
    if (!str_is_empty(request_id))
        headers[count++] = (struct fetch_header){S("paypal-request-id"), request_id};
    return send(a, keys, path, headers, count, body, ret, ret_status);
}

/* ---- members ---- */

str paypal_text(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return STR_NONE;
    return (str){json_string_value(value), json_string_length(value)};
}

const struct err *paypal_money(struct arena *a, const json_t *amount, struct money *ret)
{
    struct currency currency;
    TRY(currency_parse(a, paypal_text(amount, "currency_code"), &currency));
    return money_parse(a, paypal_text(amount, "value"), currency, ret);
}

void paypal_put_money(struct json *j, const char *key, struct arena *a, struct money m)
{
    str value = S("");
    if (money_format(a, m, &value) != NULL)
        value = S("");
    json_key(j, str_c(key));
    json_object_begin(j);
    json_put_str(j, "currency_code", currency_str(&m.currency));
    json_put_str(j, "value", value);
    json_object_end(j);
}

bool paypal_read_custom(str custom, int64_t *ret_attempt, int64_t *ret_order, int64_t *ret_shop)
{
    str rest = custom, attempt = str_cut(&rest, '.'), order = str_cut(&rest, '.');
    *ret_shop = 0;
    return id_parse(attempt, ret_attempt) && id_parse(order, ret_order) &&
           (str_is_absent(rest) || id_parse(rest, ret_shop));
}
